"""Asking that something else be declared: the form with what is declared now, what would change, and the request.

Nothing is kept between the steps: what is written travels with the form, packed, until the request is sent.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import Finding, Invalid, NotFound, Refusal
from app.core.text import Text, _
from app.declarations import queries, schemas
from app.declarations.commands import Declared, RequestAmendment
from app.declarations.differences import differences
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.declarations.operations import writable
from app.declarations.schemas import declaration_schema
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import amending
from app.flows.amending import Settled
from app.registers.versions import box_of
from app.web.differences import MOST_CHANGES, told
from app.web.form import Complaint
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.form import DeclarationForm
from app.web.trader.moments import at_the_post
from app.web.trader.scans import scans_of
from app.web.trader.sections import SECTIONS
from app.web.typed import whole_number

_LARGEST = 8_000_000
_LONGEST_REASON = 2_000


class AmendmentForm(DeclarationForm):
    """The form of a declaration with the reason for changing it beside it."""

    def _complaint(self, finding: Finding) -> Complaint:
        if finding.pointer != "/reason":
            return super()._complaint(finding)
        return Complaint("#f-reason", translate(_("Why it shall be changed")), translate(finding.message))


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody who writes what shall be declared instead: its trader, or an official on a page of his own.

    `side` (trader or official) decides which boxes stay as they were declared, `home` is the page it leads back to,
    `crumbs` the way there; `lead` says before, and `send` on the button, what becomes of it.
    """

    desk: Desk
    record: Declaration
    side: str
    title: Text
    lead: Text
    send: Text
    home: str
    crumbs: list[tuple[Text | str, str]]
    confirm: str | None = None

    @property
    def fixed(self) -> frozenset[str]:
        """The names at the top of the declaration that nobody may amend here."""
        return frozenset(declaration_schema().fields) - writable(Status(self.record.status), self.side)


@blueprint.get("/declarations/<reference>/amendment")
@signed_in(ROLE)
def amendment(reference: str) -> str:
    """The declaration as it is declared now, to be written over."""
    with db.reading() as session:
        writing = _own(session, reference)
        words = queries.body(session, writing.record)
    return begun(writing, words)


@blueprint.post("/declarations/<reference>/amendment")
@signed_in(ROLE)
def ask_to_amend(reference: str) -> Any:
    """Goes on with what is written: another page of items, the differences (action=compare), or the request (send)."""
    with db.reading() as session:
        writing = _own(session, reference)
        before = queries.declared(session, writing.record)
    return gone_on(writing, before, _said)


def _own(session: Session, reference: str) -> Writing:
    record = queries.find(session, reference, by=trader())
    if not writable(Status(record.status), "trader"):
        raise NotFound()
    alone = record.status == "prelodged"
    home = url_for("trader.show", reference=record.reference)
    return Writing(
        desk=Desk.of(session),
        record=record,
        side="trader",
        title=_("Change the declaration") if alone else _("Ask for an amendment"),
        lead=_("Write what shall be declared instead. You see what changes before anything is sent.")
        if alone
        else _(
            "Write what shall be declared instead. You see what changes before anything is sent; then customs decide."
        ),
        send=_("Change it") if alone else _("Send the request"),
        home=home,
        crumbs=[(_("My declarations"), url_for("trader.declarations")), (record.mrn or record.reference, home)],
    )


def _said(done: Settled) -> Text:
    if done.changed:
        return _("The declaration is changed.")
    return _("Your request is with customs. Until they have decided, what was declared holds.")


def begun(writing: Writing, words: dict[str, Any]) -> str:
    """The form with what is declared now."""
    return _form(writing, AmendmentForm(words, version=writing.record.version), "")


def gone_on(writing: Writing, before: Declared, said: Callable[[Settled], Text]) -> Any:
    """The step that the pressed button asks for; `before` is what is declared now, and `said` tells what was done."""
    action, reason = request.form.get("action", ""), request.form.get("reason", "").strip()
    carried = unpacked(request.form.get("carried", ""))
    if action in ("send", "back"):
        form: DeclarationForm = AmendmentForm(carried, version=whole_number(request.form.get("version", "")))
        return _sent(writing, form, reason, said) if action == "send" else _form(writing, form, reason)
    form = AmendmentForm.received(request.form, carried)
    firm = writing.desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["declarant"] = writing.desk.declarant(firm)
    if action != "compare":
        return _redrawn(writing, form, reason)
    return _compared(writing, form, reason, before)


def _redrawn(writing: Writing, form: DeclarationForm, reason: str) -> str:
    """The form again, with a row more or less, or on another page of its items."""
    go = whole_number(request.form.get("go", ""))
    if go is None:
        return _form(writing, form, reason)
    return _form(writing, AmendmentForm(form.words(), version=form.version, first=go), reason)


def _compared(writing: Writing, form: DeclarationForm, reason: str, before: Declared) -> Any:
    """What would change, before anything is asked."""
    words = form.words()
    form.values = words
    try:
        declared = schemas.read(schemas.draft_words(words))
        changed = differences(before, declared, box_of)
        _refuse(form, reason, bool(changed))
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(writing, form, reason), refusal.status
    return render_template(
        "trader/amendment_check.html",
        writing=writing,
        record=writing.record,
        form=form,
        reason=reason,
        carried=packed(words),
        changes=told(changed, writing.desk.lists),
        more=max(0, len(changed) - MOST_CHANGES),
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


def _sent(writing: Writing, form: DeclarationForm, reason: str, said: Callable[[Settled], Text]) -> Any:
    try:
        with db.transaction() as session:
            command = RequestAmendment(writing.record.reference, form.words(), reason, form.version)
            done = amending.request(session, command, by=writing.desk.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(writing, form, reason), refusal.status
    flash(translate(said(done)), "success")
    return redirect(writing.home, 303)


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


def _form(writing: Writing, form: DeclarationForm, reason: str) -> str:
    record, desk = writing.record, writing.desk
    form.fixed = writing.fixed
    with db.reading() as session:
        files = scans_of(session, record, form.values)
    wrong = [finding.message for finding in form.findings if finding.pointer == "/reason"]
    words = form.words()
    return render_template(
        "trader/amendment.html",
        writing=writing,
        official=writing.side == "official",
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
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )
