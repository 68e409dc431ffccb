"""Asking that something else be declared: the form with what is declared now, what would change, and the request.

Nothing is kept between the steps: what is written travels with the form, packed, until the request is sent.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import orjson
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import Finding, Invalid, NotFound, Refusal
from app.core.text import _
from app.declarations import queries, schemas
from app.declarations.commands import RequestAmendment
from app.declarations.differences import differences
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.declarations.operations import writable
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import amending
from app.registers.versions import box_of
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.form import DeclarationForm
from app.web.trader.moments import at_the_post
from app.web.trader.scans import scans_of
from app.web.trader.sections import SECTIONS
from app.web.trader.versions import told_changes
from app.web.typed import whole_number

_LARGEST = 8_000_000
_LONGEST_REASON = 2_000


@blueprint.get("/declarations/<reference>/amendment")
@signed_in(ROLE)
def amendment(reference: str) -> str:
    """The declaration as it is declared now, to be written over."""
    with db.reading() as session:
        desk = Desk.of(session)
        record = _amendable(session, reference)
        words = queries.body(session, record)
    return _form(desk, record, DeclarationForm(words, version=record.version), "")


@blueprint.post("/declarations/<reference>/amendment")
@signed_in(ROLE)
def ask_to_amend(reference: str) -> Any:
    """Goes on with what is written: another page of items, the differences (action=compare), or the request (send)."""
    with db.reading() as session:
        desk = Desk.of(session)
        record = _amendable(session, reference)
        before = queries.declared(session, record)
    action, reason = request.form.get("action", ""), request.form.get("reason", "").strip()
    if action in ("send", "back"):
        words = unpacked(request.form.get("carried", ""))
        form = DeclarationForm(words, version=whole_number(request.form.get("version", "")))
        return _sent(desk, record, form, reason) if action == "send" else _form(desk, record, form, reason)
    carried = unpacked(request.form.get("carried", ""))
    form = DeclarationForm.received(request.form, carried)
    firm = desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["declarant"] = desk.declarant(firm)
    if action != "compare":
        return _redrawn(desk, record, form, reason)
    return _compared(desk, record, form, reason, before)


def _redrawn(desk: Desk, record: Declaration, form: DeclarationForm, reason: str) -> str:
    """The form again, with a row more or less, or on another page of its items."""
    go = whole_number(request.form.get("go", ""))
    if go is None:
        return _form(desk, record, form, reason)
    return _form(desk, record, DeclarationForm(form.words(), version=form.version, first=go), reason)


def _compared(desk: Desk, record: Declaration, form: DeclarationForm, reason: str, before: Any) -> Any:
    """What would change, before anything is asked."""
    words = form.words()
    form.values = words
    try:
        declared = schemas.read(schemas.draft_words(words))
        changed = differences(before, declared, box_of)
        _refuse(form, reason, bool(changed))
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(desk, record, form, reason), refusal.status
    return render_template(
        "trader/amendment_check.html",
        record=record,
        form=form,
        reason=reason,
        carried=packed(words),
        changes=told_changes(changed, desk.lists),
        alone=record.status == "prelodged",
    )


def _refuse(form: DeclarationForm, reason: str, changed: bool) -> None:
    found = []
    if not reason:
        found.append(Finding("/reason", "amendment.reason", _("Say why it shall be changed.")))
    if len(reason) > _LONGEST_REASON:
        found.append(
            Finding("/reason", "amendment.reason", _("Too long: at most {most} characters.", most=_LONGEST_REASON))
        )
    if not changed:
        found.append(
            Finding("", "amendment.nothing", _("Nothing is different from what is declared. Change something."))
        )
    if found:
        raise Invalid(findings=found)


def _sent(desk: Desk, record: Declaration, form: DeclarationForm, reason: str) -> Any:
    try:
        with db.transaction() as session:
            command = RequestAmendment(record.reference, form.words(), reason, form.version)
            done = amending.request(session, command, by=desk.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(desk, record, form, reason), refusal.status
    said = (
        _("The declaration is changed.")
        if done.changed
        else _("Your request is with customs. Until they have decided, what was declared holds.")
    )
    flash(translate(said), "success")
    return redirect(url_for("trader.show", reference=record.reference), 303)


def _amendable(session: Session, reference: str) -> Declaration:
    record = queries.find(session, reference, by=trader())
    if not writable(Status(record.status), "trader"):
        raise NotFound()
    return record


def packed(words: dict[str, Any]) -> str:
    """Words that travel with a form: 999 items are as small as a picture."""
    return base64.b64encode(zlib.compress(orjson.dumps(words), 6)).decode()


def unpacked(text: str) -> dict[str, Any]:
    """The words again. They come from outside: every step reads them through the schema before anything is kept."""
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode(text, validate=True), _LARGEST)
        words = orjson.loads(content) if not opened.unconsumed_tail else None
    except (binascii.Error, zlib.error, ValueError):
        words = None
    if not isinstance(words, dict):
        raise Invalid(_("The form is not complete. Open the amendment again."))
    return schemas.draft_words(words)


def _form(desk: Desk, record: Declaration, form: DeclarationForm, reason: str) -> str:
    with db.reading() as session:
        files = scans_of(session, record, form.values)
    wrong = [finding.message for finding in form.findings if finding.pointer == "/reason"]
    words = form.words()
    return render_template(
        "trader/amendment.html",
        record=record,
        form=form,
        desk=desk,
        lists=desk.lists,
        posts=[(record.post, f"{record.post} – {desk.lists.post_name(record.post)}")],
        sections=SECTIONS,
        reason=reason,
        reason_wrong=wrong,
        carried=packed(words),
        until=len(words.get("items") or []) - form.after,
        files=files,
        alone=record.status == "prelodged",
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )
