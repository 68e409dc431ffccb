"""Profiles are made and put in force; the share stopped by chance is set."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.risk import queries
from app.risk.models import RandomShare, RiskProfile
from app.risk.rules import Lane, compiled


@dataclass(frozen=True)
class DefineProfile:
    """A new profile or a new version of one."""

    code: str
    expression: str
    lane: str
    names: dict[str, str]
    instruction: dict[str, str]
    source: str
    posts: tuple[str, ...] = ()


def define(session: Session, command: DefineProfile, *, by: Actor) -> RiskProfile:
    """Puts a profile in force from now on. Raises `Invalid` if the expression does not parse."""
    if not by.is_node:
        by.need(("administrator",), node_post())
    if command.lane not in (Lane.YELLOW, Lane.RED, Lane.BLUE):
        raise Invalid(findings=[Finding("/lane", "profile.lane", _("A profile leads to yellow, red or blue."))])
    compiled(command.expression)
    last = session.query(RiskProfile.version).filter_by(code=command.code).order_by(RiskProfile.version.desc()).first()
    profile = RiskProfile(
        code=command.code,
        version=(last[0] if last else 0) + 1,
        expression=command.expression,
        lane=command.lane,
        names=command.names,
        instruction=command.instruction,
        posts=list(command.posts),
        source=command.source,
        valid_from=now(session),
        valid_to=None,
    )
    session.add(profile)
    session.flush()
    journal.record(
        session,
        by=by,
        event="risk.profile-defined",
        kind="risk_profile",
        subject=command.code,
        post=node_post(),
        after={"version": profile.version, "expression": profile.expression, "lane": profile.lane},
    )
    queries.forget()
    return profile


def set_random_share(session: Session, post: str, share: str, lane: str, *, by: Actor) -> None:
    """From now on, this share (per cent) of clean consignments is stopped by chance."""
    if not by.is_node:
        by.need(("administrator",), node_post())
    row = {"post": post, "valid_from": now(session), "share": share, "lane": lane}
    session.execute(
        insert(RandomShare).values(row).on_conflict_do_update(index_elements=["post", "valid_from"], set_=row)
    )
    journal.record(
        session,
        by=by,
        event="risk.share-set",
        kind="risk_random_share",
        subject=post,
        post=node_post(),
        after={"share": share, "lane": lane},
    )
    queries.forget()
