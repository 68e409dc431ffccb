"""Certificates whose quantity is counted down: entered by one person, put in force by another, written off by declarations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from marshmallow import validate
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, Forbidden, Invalid, Refusal, WrongState
from app.core.fields import Coded, Day, Exact, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.exemptions import operations as exemptions
from app.exemptions import queries
from app.exemptions.commands import RegisterCertificate
from app.exemptions.operations import APPROVING, REGISTERING
from app.exemptions.queries import OFFICIAL
from app.parties import queries as parties
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import write_offs
from app.registers.listing import read_id_key
from app.web import reasons, words
from app.web.form import Form
from app.web.officer.pages import own_post
from app.web.officer.pages import reliefs as blueprint
from app.web.words import Word

PAGE = 50

STATES: dict[str, Word] = {
    "waiting": Word(_("Waits for a second person"), "caution"),
    "in_force": Word(_("In force"), "good"),
    "refused": Word(_("Refused"), "bad"),
    "withdrawn": Word(_("Withdrawn"), "bad"),
}
MEASURES: dict[str, Text] = {
    "net_kg": _("Net mass in kilograms"),
    "units": _("Supplementary units"),
    "value": _("Price of the goods, in the currency of the certificate"),
}
_TAXES = ("duty", "excise", "vat", "brt", "income")


class CertificateSchema(ma.Schema):
    """A certificate as its paper says."""

    class Meta:
        unknown = ma.RAISE

    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(words.CERTIFICATES)),
        metadata={"label": T("Kind of certificate"), "widget": "radio"},
    )
    number = Words(70, required=True, metadata={"label": T("Number of the certificate"), "width": "medium"})
    holder = Words(40, allow_none=True, metadata={"label": T("Number of the firm"), "width": "medium", "list": "firms"})
    issuer = Words(200, required=True, metadata={"label": T("Issued by")})
    source = Words(300, required=True, metadata={"label": T("Law or decree it rests on")})
    commodities = listed(
        Coded(r"[0-9]{2,10}", "1001"), 0, 50, metadata={"label": T("Commodities: the first digits of their codes")}
    )
    origins = listed(
        Coded(r"[A-Za-z0-9][A-Za-z0-9._-]{1,29}", "UZ"),
        0,
        50,
        metadata={"label": T("Origins: countries or groups of them")},
    )
    taxes = listed(
        ma.fields.String(validate=validate.OneOf(_TAXES)), 0, 5, metadata={"label": T("Taxes"), "widget": "checkboxes"}
    )
    measure = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(MEASURES)),
        metadata={"label": T("What is counted down"), "widget": "radio"},
    )
    unit = Coded(
        r"[0-9A-Z]{2,3}", "MTK", allow_none=True,
        metadata={"label": T("Unit"), "width": "short", "codes": "unit"},
    )  # fmt: skip
    currency = Coded(
        r"[A-Z]{3}", "USD", allow_none=True,
        metadata={"label": T("Currency"), "width": "short", "codes": "currency"},
    )  # fmt: skip
    granted = Exact(12, 3, positive=True, required=True, metadata={"label": T("Granted quantity"), "width": "short"})
    valid_from = Day(required=True, metadata={"label": T("First day"), "width": "short", "widget": "date"})
    valid_to = Day(required=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})


@blueprint.get("/exemptions", endpoint="exemptions")
@signed_in(*OFFICIAL)
def certificate_list() -> str:
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        found = queries.visible(session, by=actor, limit=PAGE + 1, after=read_id_key(after) if after else None)
        today = db.now(session).date()
    more = found[PAGE - 1].id.hex if len(found) > PAGE else None
    return render_template(
        "officer/exemptions.html", found=found[:PAGE], next=more, after=after, states=STATES, measures=MEASURES,
        kinds=words.CERTIFICATES,
        today=today, registers=not actor.roles().isdisjoint(REGISTERING),
    )  # fmt: skip


@blueprint.get("/exemptions/new")
@signed_in(*REGISTERING)
def new_exemption() -> str:
    return _form(Form(CertificateSchema))


@blueprint.post("/exemptions/new")
@signed_in(*REGISTERING)
def register_exemption() -> Response | tuple[str, int]:
    """Enters a certificate; it counts for nothing until somebody else has put it in force."""
    actor = current_actor()
    form = Form.submitted(CertificateSchema, request.form)
    if not form.validate():
        return _form(form), 422
    try:
        with db.transaction() as session:
            if form.data.get("holder"):
                _must_be_known(parties.find(session, form.data["holder"]))
            made = exemptions.register(session, _command(form.data, own_post(REGISTERING)), by=actor)
            identifier = made.id
    except (Invalid, WrongState, Forbidden) as refusal:
        form.refuse(refusal)
        return _form(form), refusal.status
    flash(translate(_("Registered. It counts once a second person has put it in force.")), "success")
    return redirect(url_for("relief.exemption", identifier=identifier), 303)


def _must_be_known(firm: object) -> None:
    if firm is None:
        message = _("This firm is not in the register of firms. Look at its number again.")
        raise Invalid(findings=[Finding("/holder", "exemption.holder", message)])


def _command(given: dict[str, Any], post: str) -> RegisterCertificate:
    return RegisterCertificate(
        post=post,
        number=given["number"],
        issuer=given["issuer"],
        source=given["source"],
        holder=given.get("holder") or "",
        measure=given["measure"],
        granted=Decimal(given["granted"]),
        valid_from=dt.date.fromisoformat(given["valid_from"]),
        valid_to=dt.date.fromisoformat(given["valid_to"]),
        commodities=tuple(given.get("commodities") or ()),
        taxes=tuple(given.get("taxes") or ()),
        unit=given.get("unit") or None,
        currency=given.get("currency") or None,
        kind=given["kind"],
        origins=tuple(given.get("origins") or ()),
    )


def _form(form: Form) -> str:
    actor = current_actor()
    with db.reading() as session:
        codes, today = codebook(session), db.now(session).date()
    return render_template(
        "officer/exemption_new.html",
        form=form,
        taxes=tax_names(codes, own_post(REGISTERING)),
        units=codes.choices("unit", today, locale()),
        currencies=codes.choices("currency", today, locale()),
        measures=[(code, translate(text)) for code, text in MEASURES.items()],
        kinds=[(code, translate(text)) for code, text in words.CERTIFICATES.items()],
        confirm_url=url_for("security.verify", next=url_for("relief.new_exemption")),
        fresh=actor.fresh,
    )


def tax_names(codes: Codebook, post: str) -> list[tuple[str, str]]:
    """(word, name) of the taxes of the post's administration."""
    found = []
    for tax in _TAXES:
        code = f"{post[:2]}.{tax}"
        name = codes.name("tax", code, locale())
        if name != code:
            found.append((tax, name))
    return found


@blueprint.get("/exemptions/<uuid:identifier>")
@signed_in(*OFFICIAL)
def exemption(identifier: UUID) -> str:
    return _one(identifier)


def _one(identifier: UUID, refusal: Refusal | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.find(session, identifier, by=actor)
        own_post = actor.grant(OFFICIAL, found.post) is not None  # a quota is seen by all, who uses it is not
        used = write_offs.of_certificate(session, found) if own_post else []
        firm = parties.find(session, found.holder) if found.holder else None
        names = dict(tax_names(codebook(session), found.post))
        today = db.now(session).date()
    senior = actor.grant(APPROVING, found.post) is not None
    return render_template(
        "officer/exemption.html",
        certificate=found,
        used=used,
        firm=firm,
        tax_names=names,
        state=STATES[found.status],
        measure=MEASURES[found.measure],
        kind=words.CERTIFICATES[found.kind],
        today=today,
        settles=senior and found.status == "waiting" and found.registered_by != actor.person,
        withdraws=senior and found.status == "in_force",
        own=found.status == "waiting" and found.registered_by == actor.person,
        refusal=refusal,
        reason=reason,
        confirm_url=url_for("security.verify", next=url_for("relief.exemption", identifier=identifier)),
    )


@blueprint.get("/exemptions/<uuid:identifier>/<any(verdict, withdrawal):part>")
@signed_in(*OFFICIAL)
def exemption_again(identifier: UUID, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the certificate."""
    return redirect(url_for("relief.exemption", identifier=identifier, lang=request.args.get("lang")))


@blueprint.post("/exemptions/<uuid:identifier>/verdict")
@signed_in(*APPROVING)
def settle_exemption(identifier: UUID) -> Response | tuple[str, int]:
    """Puts the certificate in force or refuses it, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    reason = ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            exemptions.settle(session, identifier, approved=approves, reason=reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(identifier, refusal, reason), refusal.status
    flash(translate(_("The certificate is in force.") if approves else _("The certificate is refused.")), "success")
    return redirect(url_for("relief.exemption", identifier=identifier), 303)


@blueprint.post("/exemptions/<uuid:identifier>/withdrawal")
@signed_in(*APPROVING)
def withdraw_exemption(identifier: UUID) -> Response | tuple[str, int]:
    actor, reason = current_actor(), ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            exemptions.withdraw(session, identifier, reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(identifier, refusal, reason), refusal.status
    flash(translate(_("The certificate is withdrawn. What it freed stays free.")), "success")
    return redirect(url_for("relief.exemption", identifier=identifier), 303)
