"""What the pages of a draft share: opening it, keeping what is written, and telling what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, Invalid, NotFound
from app.core.text import _
from app.edge.locale import translate
from app.transit import operations, queries, schemas
from app.transit.commands import SaveDraft
from app.transit.models import Movement
from app.web.tasking import Tasks
from app.web.trader.transit import checking
from app.web.trader.transit.pages import MovementDesk
from app.web.trader.transit.sections import tasks_of

LODGED_BEFORE = _("This movement is lodged already; this is it. It can no longer be changed as a draft.")
_NO_VERSION = _("The form does not say which version of the draft it shows. Open the draft again.")


@dataclass
class Open:
    """A draft that is being written: who writes, its row, its words, and what is wrong with them."""

    desk: MovementDesk
    record: Movement
    body: dict[str, Any]
    found: list[Finding] = field(default_factory=list)

    @property
    def words(self) -> dict[str, Any]:
        return {"post": self.record.post, **self.body}

    @property
    def tasks(self) -> Tasks:
        return tasks_of(self.words)

    @property
    def local(self) -> str:
        """What the trader calls it."""
        name = self.body.get("local_reference")
        return name if isinstance(name, str) else ""

    def posts(self) -> list[tuple[str, str]]:
        """A draft stays with the office it was begun for."""
        return [(self.record.post, f"{self.record.post} – {self.desk.lists.post_name(self.record.post)}")]


def opened(session: Session, reference: str, *, check: bool = False) -> Open | Response:
    """The draft of this reference; what is lodged already leads to its page. With `check`, what is wrong with it."""
    desk = MovementDesk.of(session)
    record = own(session, reference, desk)
    if record.status != "draft":
        return already(record)
    body = dict(queries.draft(session, record).body)
    at = Open(desk, record, body)
    if check:
        found = checking.findings(session, at.words, by=desk.actor)
        at.found = sorted(found, key=lambda finding: finding.severity != "error")
    return at


def own(session: Session, reference: str, desk: MovementDesk) -> Movement:
    """A movement of a firm acted for; `NotFound` for any other, also one whose arrival was notified."""
    record = queries.find(session, reference, by=desk.actor)
    if record.party not in desk.actor.parties(record.post):
        raise NotFound()
    return record


def checked(reference: str) -> Open | Response:
    """The draft as it is kept now, with what is wrong with it."""
    with db.reading() as session:
        return opened(session, reference, check=True)


def already(record: Movement) -> Response:
    flash(translate(LODGED_BEFORE), "info")
    return redirect(url_for("trader_transit.show", reference=record.reference), 303)


def seen(version: int | None) -> int:
    """The version that a form showed; one without is refused."""
    if version is None:
        raise Invalid(_NO_VERSION)
    return version


def keep(at: Open, words: Mapping[str, Any], version: int) -> Movement:
    """Keeps the words over the version that was seen; raises what the verb raises."""
    command = SaveDraft(
        at.record.post, schemas.draft_words(dict(words)), reference=at.record.reference, version=version
    )
    with db.transaction() as session:
        return operations.save_draft(session, command, by=at.desk.actor)
