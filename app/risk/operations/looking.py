"""Looking at risk data is an act of its own: who looked at what, asking what, and why, stands in the journal."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _, excerpt, fault_in, normal
from app.risk.models import RiskAssessment, RiskReasonsSeen

#: Who may look at risk data at all; what each sees of it is asked by the queries.
READING = ("analyst", "auditor", "supervisor")
LEAST, MOST = 8, 300
_MOST_ASKED = 20


def purpose(words: str) -> str:
    """The reason somebody gives for looking, in its stored form.

    Raises `Invalid` at `/reason` where it is blank, too short to say anything, too long, or cannot be kept.
    """
    reason = normal(words)
    fault = fault_in(reason)
    if fault is None and len(reason) < LEAST:
        fault = _("Say in a few words what you need the risk data for: the case, the order, the review.")
    if fault is None and len(reason) > MOST:
        fault = _("Too long: at most {most} characters.", most=MOST)
    if fault is not None:
        raise Invalid(findings=[Finding("/reason", "risk.purpose", fault)])
    return reason


def look_at(session: Session, subject: str, asked: Mapping[str, str], reason: str, *, by: Actor) -> None:
    """Journals that somebody looks at risk data. `subject` says what (`watch-list/W1`), `asked` what he asked for.

    Raises `Forbidden` for those who may not look at all.
    """
    by.need_scope("read")
    post = node_post()
    held = next((g for g in by.grants if g.role in READING), None)
    role = (held or by.need(READING, post)).role
    kept = {excerpt(name, 40): excerpt(words, 200) for name, words in list(asked.items())[:_MOST_ASKED] if words}
    journal.record(
        session,
        by=by,
        event="risk.looked-at",
        kind="risk",
        subject=excerpt(subject, 120),
        post=post,
        after={"asked": kept} if kept else None,
        reason=reason,
        role=role,
    )


def reasons_seen(session: Session, assessment: RiskAssessment, reason: str, *, by: Actor) -> bool:
    """Journals that an official was shown why a consignment is in its lane: once for each person and assessment. True if
    this was the first time."""
    row = {"post": assessment.post, "assessment_id": assessment.id, "person": by.person, "at": now(session)}
    first = session.execute(
        insert(RiskReasonsSeen).values(row).on_conflict_do_nothing().returning(RiskReasonsSeen.person)
    ).scalar_one_or_none()
    if first is None:
        return False
    subject = assessment.declaration_id or assessment.movement_id
    journal.record(
        session,
        by=by,
        event="risk.reasons-seen",
        kind="risk",
        subject=str(subject),
        post=assessment.post,
        after={"assessment": assessment.id, "kind": assessment.kind},
        reason=reason,
    )
    return True
