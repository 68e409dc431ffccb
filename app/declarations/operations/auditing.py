"""Looking at released declarations afterwards: what came out, and who may say so."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.declarations import queries
from app.declarations.commands import RecordAudit
from app.declarations.lifecycle import LET_GO, Status
from app.declarations.models import Audit, Declaration
from app.declarations.operations.noting import KIND, note

CONFORM, DIFFERENCES, FURTHER = "conform", "differences", "further"
OUTCOMES = (CONFORM, DIFFERENCES, FURTHER)
LONGEST_SUMMARY = 4000

#: Who wrote one of these has let the goods go, or led them where they go unseen.
_LETTING_GO = frozenset(
    {"declaration.released", "declaration.partly-released", "declaration.cleared", "declaration.rerouted"}
)


def record_audit(
    session: Session, declaration: Declaration, command: RecordAudit, at: dt.datetime, *, by: Actor, role: str
) -> Audit:
    """Writes down what came out. `further` leaves the declaration on the list; conform and differences end it.

    Raises `WrongState` for what was not let go on the blue lane or is audited already, `Forbidden` for a person who
    had a hand in the release.
    """
    if declaration.lane != "blue" or Status(declaration.status) not in LET_GO:
        raise WrongState(
            _("Only what was let go on the blue lane is audited here."), facts={"state": declaration.status}
        )
    if any(audit.outcome != FURTHER for audit in queries.audits(session, declaration)):
        raise WrongState(_("This declaration is audited already."))
    _check(command)
    if by.person in _released_by(session, declaration):
        raise Forbidden(_("You had a hand in this release. Another person must audit it."))
    audit = Audit(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        content=declaration.content,
        outcome=command.outcome,
        summary=command.summary.strip(),
        person=by.person,
        login=by.login,
        name=by.name,
        at=at,
    )
    session.add(audit)
    declaration.changed_at = at
    session.flush()
    after = {"audit": str(audit.id), "audit_outcome": audit.outcome}
    note(session, declaration, "declaration.audited", by=by, after=after, reason=audit.summary, role=role)
    return audit


def _released_by(session: Session, declaration: Declaration) -> set[UUID]:
    entries = journal.history(session, declaration.post, KIND, str(declaration.id))
    return {e.person for e in entries if e.event in _LETTING_GO} | {
        d.person for d in queries.decisions(session, declaration)
    }


def _check(command: RecordAudit) -> None:
    found = []
    if command.outcome not in OUTCOMES:
        message = _("Choose one of: {choices}.", choices=", ".join(OUTCOMES))
        found.append(Finding("/outcome", "audit.outcome", message))
    if not command.summary.strip():
        found.append(Finding("/summary", "audit.summary", _("Write down what was looked at and what came out.")))
    elif len(command.summary.strip()) > LONGEST_SUMMARY:
        message = _("Too long: at most {most} characters.", most=LONGEST_SUMMARY)
        found.append(Finding("/summary", "audit.summary", message))
    if found:
        raise Invalid(findings=found)
