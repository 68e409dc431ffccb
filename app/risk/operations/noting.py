"""What several verbs of a profile do alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import after_commit, node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _, fault_in, normal
from app.risk import queries
from app.risk.lifecycle import Action
from app.risk.models import RiskProfile
from app.risk.queries.approved import ENDED, IN_FORCE, PROFILE
from app.risk.rules import Lane, compiled, contents

ANALYSING = ("analyst",)
APPROVING = ("analyst", "supervisor")
#: Who is told what waits for a second person.
SEEING = ("analyst", "supervisor", "auditor")


LONGEST_REASON = 1000


def said(reason: str) -> str:
    """The reason in its stored form. Raises `Invalid` where there is none."""
    words = normal(reason)
    fault = fault_in(words)
    if not words:
        fault = _("Say why.")
    elif len(words) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        raise Invalid(findings=[Finding("/reason", "profile.reason", fault)])
    return words


def must_be_sound(criteria: Mapping[str, Any] | None, expression: str, lane: str) -> None:
    """Raises `Invalid` where the lane stops nothing or the expression does not fit the vocabulary."""
    if lane not in (Lane.YELLOW, Lane.RED, Lane.BLUE):
        raise Invalid(findings=[Finding("/lane", "profile.lane", _("A profile leads to yellow, red or blue."))])
    compiled(expression)


def next_version(session: Session, code: str) -> int:
    last = select(func.max(RiskProfile.version)).where(RiskProfile.code == code)
    return (session.execute(last).scalar_one() or 0) + 1


def put_in_force(session: Session, profile: RiskProfile, *, by: Actor, reason: str = "") -> None:
    """A proposed profile holds from now on, and the version before it ends. The entry carries the whole content: it is
    what counts from now on, whatever the table says later."""
    before, at = in_force(session, profile.code), now(session)
    if before is not None:
        end(session, before, _replaced(profile), by=by)
    profile.move(Action.APPROVE)
    profile.valid_from = at
    session.flush()
    words = contents.content(profile)
    journal.record(
        session,
        by=by,
        event=IN_FORCE,
        kind=PROFILE,
        subject=profile.code,
        post=node_post(),
        after={"version": profile.version, "content": words, "digest": contents.digest(words)},
        reason=reason,
    )
    changed(session)


def _replaced(profile: RiskProfile) -> str:
    return f"replaced by version {profile.version}"


def in_force(session: Session, code: str) -> RiskProfile | None:
    asked = select(RiskProfile).where(RiskProfile.code == code, RiskProfile.status == "in_force").with_for_update()
    return session.execute(asked).scalar_one_or_none()


def end(session: Session, profile: RiskProfile, reason: str, *, by: Actor) -> None:
    """Nothing leads out of it: who wants it back makes a new version."""
    was, at = profile.status, now(session)
    profile.move(Action.END)
    profile.ended_by, profile.ended_name, profile.ended_at = by.person, by.name, at
    profile.ended_reason = reason
    session.flush()
    journal.record(
        session,
        by=by,
        event=ENDED,
        kind=PROFILE,
        subject=profile.code,
        post=node_post(),
        before={"status": was},
        after={"version": profile.version, "status": profile.status},
        reason=reason,
    )
    changed(session)


def note(session: Session, profile: RiskProfile, what: str, *, by: Actor, reason: str = "", role: str = "") -> None:
    """Journals a step before a profile is in force, with its whole content."""
    words = contents.content(profile)
    journal.record(
        session,
        by=by,
        event=f"risk.profile-{what}",
        kind=PROFILE,
        subject=profile.code,
        post=node_post(),
        after={
            "version": profile.version,
            "status": profile.status,
            "content": words,
            "digest": contents.digest(words),
        },
        reason=reason,
        role=role,
    )


def changed(session: Session) -> None:
    """This process reads the rules again, now and once the change is committed; the others within seconds."""
    queries.forget()
    after_commit(session, queries.forget)
