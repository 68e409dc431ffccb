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
from flask import flash, redirect, render_template, request

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, NotFound, Refusal
from app.core.text import Text, _
from app.declarations import schemas
from app.declarations.commands import Declared, RequestAmendment
from app.declarations.differences import differences
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.declarations.operations import writable
from app.declarations.schemas import declaration_schema
from app.edge.locale import translate
from app.flows import amending
from app.flows.amending import Settled
from app.parties.models import Party
from app.registers.versions import box_of
from app.web.declaring.form import DeclarationForm
from app.web.declaring.moments import at_the_post
from app.web.declaring.scans import scans_of
from app.web.declaring.sections import SECTIONS
from app.web.differences import MOST_CHANGES, told
from app.web.drafting import ReasonedForm
from app.web.lists import Lists
from app.web.typed import whole_number

_LARGEST = 8_000_000
_LONGEST_REASON = 2_000


class AmendmentForm(ReasonedForm, DeclarationForm):
    """The form of a declaration with the reason for changing it beside it."""


@dataclass
class Writer:
    """Who writes: with the lists of codes in his language, and the firms he acts for."""

    actor: Actor
    lists: Lists
    firms: list[Party]

    def firm(self, code: object) -> Party | None:
        return next((firm for firm in self.firms if firm.code == code), None)

    @staticmethod
    def declarant(firm: Party) -> dict[str, str]:
        """The words of box 14 for a firm."""
        words = {"id": firm.code, "name": firm.name, "address": firm.address, "country": firm.country}
        return {name: value for name, value in words.items() if value}


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody who writes what shall be declared instead: its trader, or an official on a page of his own.

    `side` (trader or official) decides which boxes stay as they were declared, `home` is the page it leads back to,
    `crumbs` the way there; `lead` says before, and `send` on the button, what becomes of it.
    """

    desk: Writer
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
        refuse_without(reason, bool(changed))
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(writing, form, reason), refusal.status
    return render_template(
        "declaring/amendment_check.html",
        writing=writing,
        record=writing.record,
        form=form,
        reason=reason,
        carried=packed(words),
        changes=told(changed, writing.desk.lists),
        more=max(0, len(changed) - MOST_CHANGES),
    )


def refuse_without(reason: str, changed: bool) -> None:
    """Raises `Invalid` for a change without a reason, or a reason without a change."""
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
        "declaring/amendment.html",
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
