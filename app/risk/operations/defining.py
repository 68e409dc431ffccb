"""What the node itself puts in force: the profiles and the share that a release ships."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import after_commit, node_post, now
from app.core.errors import Forbidden
from app.core.text import _
from app.risk import queries
from app.risk.commands import DefineProfile
from app.risk.lifecycle import Action, Status
from app.risk.models import RandomShare, RiskProfile
from app.risk.operations import noting
from app.risk.queries.approved import SHARE, SHARE_SET


def define(session: Session, command: DefineProfile, *, by: Actor) -> RiskProfile:
    """Puts a shipped profile in force from now on, or in the shadow; the version before it ends. Only the node does this:
    what people make goes the way of `profiles`. Raises `Invalid` if the expression does not fit the vocabulary."""
    if not by.is_node:
        raise Forbidden(_("Profiles are made by an analyst and put in force by a second person."))
    noting.must_be_sound(command.criteria, command.expression, command.lane)
    at = now(session)
    profile = RiskProfile(
        code=command.code,
        version=noting.next_version(session, command.code),
        status=Status.SHADOW.value if command.status == "shadow" else Status.DRAFT.value,
        criteria=command.criteria,
        expression=command.expression,
        lane=command.lane,
        names=command.names,
        reason=command.reason or command.names,
        instruction=command.instruction,
        kinds=list(command.kinds),
        posts=list(command.posts),
        spare_trusted=command.spare_trusted,
        expected_rate=None if command.expected_rate is None else Decimal(command.expected_rate),
        source=command.source,
        valid_from=None,
        valid_to=None,
        made_by=by.person,
        made_name=by.name,
        made_at=at,
    )
    session.add(profile)
    if profile.status == Status.SHADOW:
        session.flush()
        noting.note(session, profile, "shadowed", by=by)
        noting.changed(session)
        return profile
    for action in (Action.SHADOW, Action.PROPOSE):
        profile.move(action)
    noting.put_in_force(session, profile, by=by)
    return profile


def set_random_share(session: Session, post: str, share: str, lane: str, *, by: Actor) -> None:
    """From now on, this share (per cent) of clean consignments is stopped by chance. Only the node does this alone."""
    if not by.is_node:
        raise Forbidden(_("The share stopped by chance is set by two persons."))
    share_set(session, post, Decimal(share), lane, by=by)


def share_set(
    session: Session, post: str, share: Decimal, lane: str, *, by: Actor, made: tuple[UUID, str] | None = None
) -> None:
    """The person `made` proposed it and `by` approved it; without him it is the node's."""
    at = now(session)
    row = {
        "post": post,
        "valid_from": at,
        "share": share,
        "lane": lane,
        "made_by": made[0] if made else by.person,
        "made_name": made[1] if made else by.name,
        "approved_by": by.person if made else None,
        "approved_name": by.name if made else None,
    }
    session.execute(
        insert(RandomShare).values(row).on_conflict_do_update(index_elements=["post", "valid_from"], set_=row)
    )
    journal.record(
        session,
        by=by,
        event=SHARE_SET,
        kind=SHARE,
        subject=post,
        post=node_post(),
        after={"share": format(share, "f"), "lane": lane, "valid_from": at, "made_by": row["made_name"]},
    )
    queries.forget()
    after_commit(session, queries.forget)
