"""What is due on a declaration, with everything one needs to check it by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.rows import write_staged
from app.core.text import _, read_sentence
from app.declarations import operations as declarations
from app.declarations import queries, schemas
from app.declarations.commands import Declared
from app.declarations.lifecycle import HELD, OPEN, SETTLING, Status
from app.declarations.models import Declaration
from app.flows import assessing, holding, selecting, settling
from app.flows.deciding import DECIDING
from app.payments import queries as owed
from app.payments.models import Assessment
from app.payments.rules import Standing
from app.reference.queries import codebook
from app.risk.rules import Lane

#: The goods may still be looked at, and what is declared may still be corrected.
_OPEN = frozenset(s.value for s in (Status.DRAFT, Status.PRELODGED, Status.LODGED, *OPEN))
#: Nobody has let the goods go yet; afterwards only an amendment changes what is due.
_CALCULATED_ANEW = frozenset(s.value for s in (Status.PRELODGED, *HELD))


@dataclass(frozen=True, slots=True)
class Due:
    """An assessment as it is shown. `result` has the shape of the tariff's assessment; `number`, `content` and `made_at`
    are None where it is only an outlook: of a draft, or while something is missing. `reason` says why it was made anew."""

    result: dict[str, Any]
    standing: Standing
    provisional: bool
    number: int | None = None
    content: int | None = None
    made_at: dt.datetime | None = None
    warnings: tuple[Finding, ...] = ()
    reason: str = ""


def of(session: Session, declaration: Declaration, *, by: Actor) -> Due:
    """The assessment that holds; of a draft, and of what could not be calculated yet, what it would be.

    Raises `WrongState` with every finding for a draft that cannot be read as a declaration yet.
    """
    stored = owed.assessment(session, declaration.post, declaration.id)
    standing = settling.standing(session, declaration)
    if stored is not None and stored.content == declaration.content:
        return _kept(stored, standing, provisional=is_provisional(declaration))
    said = (
        written(session, declaration) if declaration.status == Status.DRAFT else queries.declared(session, declaration)
    )
    moment = assessing.legal_moment(declaration, now(session))
    calculated = assessing.calculate(session, said, codebook(session), moment, lock=False, by=by)
    result = calculated.assessment
    return Due(result.as_json(), standing, provisional=True, warnings=tuple(result.warnings))


def is_provisional(declaration: Declaration) -> bool:
    """Whether what is due may change without an amendment, because the goods may still be looked at."""
    return declaration.status in _OPEN


def _kept(stored: Assessment, standing: Standing, *, provisional: bool) -> Due:
    said = stored.result.get("warnings") or ()
    warnings = tuple(Finding(w["pointer"], w["rule"], read_sentence(w), "warning") for w in said)
    return Due(
        stored.result,
        standing,
        provisional,
        stored.number,
        stored.content,
        stored.made_at,
        warnings,
        stored.reason,
    )


def written(session: Session, declaration: Declaration) -> Declared:
    """A draft as what would be declared; `WrongState` with every finding where it cannot be read as that yet."""
    try:
        return schemas.read(queries.draft(session, declaration).body)
    except Invalid as refusal:
        raise WrongState(
            _("This draft is not complete enough for its duties to be calculated. Fill in what is missing."),
            findings=refusal.findings,
        ) from None


def anew(session: Session, reference: str, reason: str, version: int | None, *, by: Actor) -> Declaration:
    """An official has the duties calculated again, after a missing rate was entered, say: with the rates of the day it
    was lodged, as they are known today. What changed is posted, and goods that waited for nothing else go. The new
    assessment can be read at once."""
    by.need_scope("decide")
    declaration = holding.locked(session, reference, by=by)
    role = by.need(DECIDING, declaration.post).role
    declarations.expect_version(session, declaration, version)
    if declaration.status not in _CALCULATED_ANEW:
        raise WrongState(
            _("What is due is calculated anew only while the goods are held. Ask for an amendment instead."),
            facts={"state": declaration.status},
        )
    at = now(session)
    calculated = settling.reassess(session, declaration, at, by=by)
    total = calculated.assessment.known_total
    told = {"total": None if total is None else format(total, "f"), "assessment_reason": reason}
    declarations.touch(session, declaration, "declaration.reassessed", at, by=by, role=role, **told)
    if declaration.status in {s.value for s in SETTLING}:
        if calculated.blocking:  # a licence that was registered meanwhile is for too little
            selecting.look_at(session, declaration, Lane.YELLOW, at, by=SYSTEM)
        settling.settle(session, declaration, at, by=by)
    write_staged(session)
    return declaration
