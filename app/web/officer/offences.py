"""Goods that are held, seized or ended, of a declaration or a movement: one page with everything that is written down of them;
and the terms and appeals that wait at one's posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from app.appeals import queries as appealed
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, NotFound, Refusal, TooLarge, WrongState
from app.core.fields import Plate, Words
from app.core.messages import T
from app.core.text import Text, _
from app.declarations import queries as declared
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import offending, terms
from app.inspections.rules import photographs
from app.offences import queries, schemas
from app.offences.commands import EndGoods, Member, Piece
from app.offences.lifecycle import Role
from app.offences.operations import HOLDING
from app.offences.rules import KINDS
from app.reference.queries import codebook
from app.transit import queries as moved
from app.web.form import Form
from app.web.officer.pages import offences as blueprint

_REFUSALS = (ChangedMeanwhile, Invalid, WrongState, Forbidden, TooLarge, NotFound)
#: Lines for pieces that a new record is drawn with.
LINES = 3
ROLES: dict[str, Text] = {
    Role.DRIVER.value: _("Driver"),
    Role.PASSENGER.value: _("Passenger"),
    Role.OWNER.value: _("Owner"),
    Role.DECLARANT.value: _("Declarant"),
    Role.CARRIER.value: _("Carrier"),
    Role.SUSPECT.value: _("Suspect"),
    Role.WITNESS.value: _("Witness"),
    Role.FOUND.value: _("Person found"),
    Role.OTHER.value: _("Other"),
}
STATES: dict[str, tuple[Text, str]] = {
    "running": (_("The term runs"), "caution"),
    "extended": (_("Made longer"), "caution"),
    "ended": (_("Ended"), "quiet"),
}
ENDS: dict[str, Text] = {
    "refusal": _("Refusal"),
    "return": _("Return to the sender"),
    "destruction": _("Destruction"),
}


class _EndSchema(ma.Schema):
    """An act of an end, as it is typed: the commission one to a line."""

    class Meta:
        unknown = ma.RAISE

    kind = schemas.GoodsEndSchema().fields["kind"]
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
    manner = Words(1000, allow_none=True, metadata={"label": T("How they were destroyed")})
    place = Words(200, allow_none=True, metadata={"label": T("Place")})
    commission = Words(
        1000,
        allow_none=True,
        metadata={"label": T("Commission: two persons at least, one to a line"), "widget": "textarea", "rows": 2},
    )
    witness = Words(200, allow_none=True, metadata={"label": T("Witness")})
    vehicle = Plate(20, allow_none=True, metadata={"label": T("Vehicle that takes them away")})


SCHEMAS: dict[str, type[ma.Schema]] = {
    "detain": schemas.DetentionSchema,
    "extend": schemas.DetentionExtensionSchema,
    "seize": schemas.SeizureSchema,
    "end": _EndSchema,
    "person": schemas.InvolvedSchema,
    "hand": schemas.HandOverSchema,
    "correct": schemas.CorrectedPieceSchema,
}
_DEEDS = "detain, extend, seize, end"
_ON_RECORD = "person, hand, confirm, photo, correct"
Act = Callable[[Session, dict[str, Any], int, Actor], Text]


@blueprint.get("/offences/<reference>")
@signed_in(*queries.SEEING)
def of(reference: str) -> str:
    """What is written down of the goods, with what this person may add."""
    return _page(reference)


def _page(reference: str, sent: Form | None = None, part: str = "", refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        record, subject = offending.seen(session, reference, by=actor)
        posts = _posts(session, record)
        _must_be_official(posts, actor)
        codes, today = codebook(session), db.now(session).date()
        records = queries.seizures(session, subject)
        held = queries.detentions(session, subject)
        shown: dict[str, Any] = {
            "seizures": records,
            "pieces": queries.pieces(session, records),
            "persons": queries.persons(session, records),
            "photos": queries.photos(session, records),
            "moves": queries.moves(session, records),
            "detentions": held,
            "running": next((row for row in held if row.is_running), None),
            "ends": queries.ends(session, subject),
            "now": db.now(session),
            "kinds": codes.choices(KINDS, today, locale()),
            "kind_names": dict(codes.choices(KINDS, today, locale())),
        }
    lines = max(LINES, len((sent.values.get("pieces") or ()) if sent is not None and part == "seize" else ()))
    return render_template(
        "officer/offences.html",
        record=record,
        reference=record.reference,
        is_movement=not isinstance(record, Declaration),
        forms={name: sent if name == part and sent is not None else Form(schema) for name, schema in SCHEMAS.items()},
        sent=sent,
        part=part,
        refusal=refusal,
        lines=lines,
        can_hold=not isinstance(record, Declaration) or LIFE.allows(Status(record.status), Action.HOLD),
        holds=any(actor.grant(HOLDING, post) for post in posts),
        roles=[(code, translate(text)) for code, text in ROLES.items()],
        role_words=ROLES,
        states=STATES,
        end_words=ENDS,
        ends_choices=[(code, translate(text)) for code, text in ENDS.items()],
        confirm_url=url_for("security.verify", next=url_for("offence.of", reference=reference)),
        **shown,
    )


def _posts(session: Session, record: offending.Concerned) -> list[str]:
    if isinstance(record, Declaration):
        return [record.post]
    return [record.post, *(row.office for row in moved.offices(session, record))]


def _must_be_official(posts: list[str], actor: Actor) -> None:
    if not any(actor.grant(declared.OFFICIAL, post) for post in posts):
        raise NotFound()


@blueprint.get(f"/offences/<reference>/<any({_DEEDS}):part>")
@blueprint.get(f"/offences/<reference>/<uuid:identifier>/<any({_ON_RECORD}):part>")
@signed_in(*queries.SEEING)
def again(reference: str, part: str, identifier: UUID | None = None) -> AnyResponse:
    """A refused form's page reloaded, or seen in another language: the page itself."""
    return redirect(url_for("offence.of", reference=reference, lang=request.args.get("lang")))


def _detain(session: Session, given: dict[str, Any], version: int, actor: Actor) -> Text:
    row = offending.detain(session, _reference(), schemas.detain(given), version, by=actor)[1]
    return _("The goods are held, under number {number}.", number=row.number)


def _extend(session: Session, given: dict[str, Any], version: int, actor: Actor) -> Text:
    offending.extend(session, _reference(), schemas.extend(given), version, by=actor)
    return _("The term is longer now.")


def _seize(session: Session, given: dict[str, Any], version: int, actor: Actor) -> Text:
    row = offending.seize(session, _reference(), schemas.seize(given), version, by=actor)[1]
    return _("Seizure record {number} is drawn up.", number=row.number)


def _end(session: Session, given: dict[str, Any], version: int, actor: Actor) -> Text:
    names = (given.get("commission") or "").splitlines()
    members = tuple(Member(name.strip()) for name in names if name.strip())
    manner, place, witness, vehicle = (str(given.get(name) or "") for name in ("manner", "place", "witness", "vehicle"))
    command = EndGoods(
        given["kind"],
        given["reason"],
        manner=manner,
        place=place,
        witness=witness,
        vehicle=vehicle,
        commission=members,
    )
    row = offending.end_goods(session, _reference(), command, version, by=actor)[1]
    return _("Act {number} is drawn up.", number=row.number)


def _reference() -> str:
    return str((request.view_args or {})["reference"])


_ACTS: dict[str, Act] = {"detain": _detain, "extend": _extend, "seize": _seize, "end": _end}


@blueprint.post(f"/offences/<reference>/<any({_DEEDS}):part>")
@signed_in(*HOLDING)
def done(reference: str, part: str) -> AnyResponse | tuple[str, int]:
    """Holds, holds longer, seizes or ends, on the version that was on the screen."""
    actor, form = current_actor(), Form.submitted(SCHEMAS[part], request.form)
    if not form.validate():
        return _page(reference, form, part), 422
    try:
        with db.transaction() as session:
            told = _ACTS[part](session, form.data, form.version or 0, actor)
    except _REFUSALS as refusal:
        if isinstance(refusal, NotFound):
            raise
        form.refuse(refusal)
        return _page(reference, form, part, refusal), refusal.status
    flash(translate(told), "success")
    return redirect(url_for("offence.of", reference=reference), 303)


@blueprint.post(f"/offences/<reference>/<uuid:identifier>/<any({_ON_RECORD}):part>")
@signed_in(*HOLDING)
def added(reference: str, identifier: UUID, part: str) -> AnyResponse | tuple[str, int]:
    """Adds somebody, a photo, a correction or a link of the chain to a record."""
    actor = current_actor()
    form = Form.submitted(SCHEMAS[part], request.form) if part in SCHEMAS else None
    if form is not None and not form.validate():
        return _page(reference, form, part), 422
    try:
        with db.transaction() as session:
            told = _add(session, reference, identifier, part, form.data if form else {}, actor)
    except _REFUSALS as refusal:
        if isinstance(refusal, NotFound):
            raise
        if form is not None:
            form.refuse(refusal)
        return _page(reference, form, part, refusal), refusal.status
    flash(translate(told), "success")
    return redirect(url_for("offence.of", reference=reference), 303)


def _add(session: Session, reference: str, id: UUID, part: str, given: dict[str, Any], actor: Actor) -> Text:
    if part == "person":
        offending.add_person(session, reference, id, schemas.involved(given), by=actor)
        return _("Written down.")
    if part == "hand":
        offending.hand_over(session, reference, id, schemas.hand_over(given), by=actor)
        return _("Handed over. Another person confirms that it came.")
    if part == "correct":
        piece: Piece = schemas.piece(given)
        offending.correct(session, reference, id, _serial(), piece, given["reason"], by=actor)
        return _("Corrected. What was written first stays to be read.")
    if part == "confirm":
        offending.confirm(session, reference, id, _serial(), by=actor)
        return _("Confirmed.")
    name, content = _picture()
    serial = _serial() if request.form.get("serial") else None
    offending.add_photo(session, reference, id, name, content, serial, request.form.get("caption", "")[:300], by=actor)
    return _("The photo is kept.")


def _serial() -> int:
    typed = request.form.get("serial", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3):
        raise Invalid(findings=[Finding("/serial", "number", _("Give an evidence number."))])
    return int(typed)


def _picture() -> tuple[str, bytes]:
    file: FileStorage | None = request.files.get("photo")
    if file is None or not file.filename:
        raise Invalid(findings=[Finding("/photo", "file.one", _("Choose a photo."))])
    photographs.must_be_bounded(request.content_length or 0)
    return file.filename, file.read(photographs.MOST_GIVEN + 1)


@blueprint.get("/offences/<reference>/<uuid:identifier>/photos/<uuid:photo>")
@signed_in(*queries.SEEING)
def photo(reference: str, identifier: UUID, photo: UUID) -> Response:
    """A photo of a record; always to be saved, never shown within our pages."""
    with db.reading() as session:
        opened = offending.opened_photo(session, reference, identifier, photo, by=current_actor())
    return Response(opened.content, headers=opened.headers)


@blueprint.get("/terms")
@signed_in(*queries.SEEING)
def waiting() -> str:
    """Detentions whose term runs out, appeals that wait, and the newest seizures."""
    actor = current_actor()
    with db.reading() as session:
        due = terms.running_out(session, by=actor)
        posts = sorted({grant.post for grant in actor.grants if grant.role in queries.SEEING})
        seized = queries.recent(session, posts, 30)
        open_appeals = appealed.waiting(session, posts)
        now = db.now(session)
    return render_template("officer/terms.html", due=due, appeals=open_appeals, seized=seized, now=now)
