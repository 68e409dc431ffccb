"""What the pages of a draft share: opening it, keeping what is written, and telling what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import flask_babel
from flask import flash, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, Refusal
from app.core.text import Text, _
from app.declarations import operations, queries, schemas
from app.declarations.commands import SaveDraft
from app.declarations.models import Declaration, DeclarationDraft
from app.edge.locale import translate
from app.flows import importing
from app.flows.expiring import ends_at
from app.flows.parameters import days
from app.web.declaring.form import DeclarationForm
from app.web.declaring.scans import Scan, scans_of
from app.web.trader import checking
from app.web.trader.desk import Desk

LODGED_BEFORE = _("This declaration is lodged already; this is it. It can no longer be changed as a draft.")
_NO_VERSION = _("The form does not say which version of the draft it shows. Open the draft again.")


@dataclass
class Open:
    """A draft that is being written: who writes, its row, its words, and the scans named in them."""

    desk: Desk
    record: Declaration
    draft: DeclarationDraft
    files: dict[str, Scan]
    found: list[Finding] = field(default_factory=list)

    @property
    def words(self) -> dict[str, Any]:
        return {"post": self.record.post, **self.draft.body}

    @property
    def local(self) -> str:
        """What the trader calls it."""
        name = self.draft.body.get("local_reference")
        return name if isinstance(name, str) else ""

    def posts(self) -> list[tuple[str, str]]:
        """A draft stays with the post it was begun for."""
        return [(self.record.post, f"{self.record.post} – {self.desk.lists.post_name(self.record.post)}")]

    def expires(self) -> dt.datetime | None:
        """When it is thrown away if nobody writes on."""
        kept = days(self.desk.lists.book, "draft-days", self.desk.lists.on)
        return ends_at(self.record.changed_at, kept) if kept else None


def opened(session: Session, reference: str, *, check: bool = False) -> Open | Response:
    """The draft of this reference; what is lodged already leads to its page. With `check`, what is wrong with it."""
    desk = Desk.of(session)
    record = queries.find(session, reference, by=desk.actor)
    if record.status != "draft":
        return already(record)
    draft = queries.draft(session, record)
    files = scans_of(session, record, draft.body)
    found = problems(session, record, draft, {"post": record.post, **draft.body}, by=desk.actor) if check else []
    return Open(desk, record, draft, files, found)


def problems(
    session: Session, record: Declaration, draft: DeclarationDraft, words: Mapping[str, Any], *, by: Actor
) -> list[Finding]:
    """What stands between a draft and lodging: what was noted when its message was read, and what the rules say now.

    Once somebody has written on, what was noted and the rules do not mind is only to be looked at: a box may have been
    left blank on purpose.
    """
    found = checking.findings(session, words, by=by)
    noted = [finding for finding in importing.problems_of(draft) if "post" not in words or finding.pointer != "/post"]
    if record.version > 1:
        minded = {finding.pointer for finding in found if finding.severity == "error"}
        noted = [finding if finding.pointer in minded else replace(finding, severity="warning") for finding in noted]
    known = {finding.pointer for finding in noted if finding.severity == "error"}
    if "/office/code" in known:  # it says already that a crossing point is to be chosen
        known.add("/post")
    found = [finding for finding in found if finding.pointer not in known]
    return sorted(noted + found, key=lambda finding: finding.severity != "error")


def checked(reference: str) -> Open | Response:
    """The draft as it is kept now, with what is wrong with it."""
    with db.reading() as session:
        return opened(session, reference, check=True)


def already(record: Declaration) -> Response:
    flash(translate(LODGED_BEFORE), "info")
    return redirect(url_for("trader.show", reference=record.reference), 303)


def seen_version(form: DeclarationForm) -> int:
    """The version the form shows; a form without one is refused."""
    if form.version is None:
        raise Invalid(_NO_VERSION)
    return form.version


def keep(at: Open, words: Mapping[str, Any], version: int) -> Declaration:
    """Keeps the words over the version that was seen; raises what the verb raises."""
    command = SaveDraft(
        at.record.post, schemas.draft_words(dict(words)), reference=at.record.reference, version=version
    )
    with db.transaction() as session:
        return operations.save_draft(session, command, by=at.desk.actor)


def by_itself() -> bool:
    """Whether a script saves while somebody types, and wants to hear only how it went."""
    return request.form.get("action") == "autosave"


class Kept(Protocol):
    """A draft as it is kept now."""

    @property
    def version(self) -> int: ...
    @property
    def changed_at(self) -> dt.datetime: ...


def saved(record: Kept) -> Response:
    """The answer to a script: the version that is kept now, and when."""
    local = flask_babel.to_user_timezone(record.changed_at)
    return jsonify(version=record.version, time=local.strftime("%H:%M"))


def not_saved(refusal: Refusal) -> tuple[Response, int]:
    """The answer to a script whose words were refused: why, in the reader's language."""
    said: Text = refusal.findings[0].message if refusal.findings else refusal.message
    return jsonify(code=refusal.code, message=translate(said)), refusal.status
