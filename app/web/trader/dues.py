"""What a declaration costs: the outlook of a draft, and the assessment of what is lodged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Refusal
from app.declarations import schemas
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.flows import assessing
from app.flows import dues as flow
from app.payments import queries as owed
from app.payments.rules import Standing
from app.reference.queries import codebook
from app.web import assessed
from app.web.assessed import Assessed
from app.web.declared import ITEMS_ON_PAGE
from app.web.lists import Lists

_NOTHING_DUE = frozenset((Status.REJECTED.value, Status.INVALIDATED.value))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would be due today for what nobody has lodged yet."""

    result: Mapping[str, Any]
    warnings: tuple[Finding, ...]
    provisional: bool = True
    number: None = None
    made_at: None = None
    reason: str = ""


def of_draft(session: Session, words: Mapping[str, Any], lists: Lists, first: int, *, by: Actor) -> Assessed | None:
    """What would be due; None while the words cannot be read. Line by line it tells the page of items that begins with
    the place `first`."""
    try:
        declared = schemas.read(dict(words))
        calculated = assessing.calculate(session, declared, codebook(session), now(session), lock=False, by=by)
    except Refusal:
        return None
    found = Outlook(calculated.assessment.as_json(), calculated.assessment.warnings)
    return assessed.shown(found, lists.book, lists.locale, _page(declared.items, first))


def of_lodged(
    session: Session,
    record: Declaration,
    lists: Lists,
    items: Sequence[Mapping[str, Any]],
    first: int = 0,
    *,
    by: Actor,
) -> tuple[Assessed | None, Standing]:
    """The assessment that holds, and how its money stands; while something is missing for it, the outlook; None where
    nothing is due. `items` are all of the declaration, `first` is the place of the first one to be told line by line."""
    try:
        due = flow.of(session, record, by=by)
    except Refusal:
        return None, owed.standing(session, record.post, record.id)
    if record.status in _NOTHING_DUE and not due.standing.paid:
        return None, due.standing
    return assessed.shown(due, lists.book, lists.locale, _page(items, first)), due.standing


def _page(items: Sequence[Mapping[str, Any]], first: int) -> Sequence[Mapping[str, Any]]:
    return items[first : first + ITEMS_ON_PAGE]
