"""Seeds of chance: committed to before the day's first draw, opened when the day is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now, transaction
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.risk import queries
from app.risk.models import RiskDrawSeed, RiskRuleSet
from app.risk.operations import tampering
from app.risk.queries import seeds
from app.risk.queries.in_force import InForce, written
from app.risk.rules import draw

KIND = "risk_draw_seed"
#: From this hour at the post on, the seed of the next day is committed to.
EVENING = 18


@dataclass(frozen=True, slots=True)
class Ready:
    """All that a lane at a post needs, read before anything is locked."""

    rules: InForce
    day: dt.date
    seed: bytes


def prepare(session: Session, post: str, *, by: Actor) -> Ready:
    """Sees to it that the rules are read and kept, and that the day's seed is committed to.

    What has to be written for that (seldom: the first draw of a day, a changed set of rules, an alarm) is committed at once
    in steps of its own, so call it before the transaction locks the post's own row. The next call in the transaction costs
    nothing.
    """
    known: dict[str, Ready] = session.info.setdefault("risk", {})
    if post in known:
        return known[post]
    rules = queries.in_force(session)
    day = codebook(session).day_at(post, now(session))
    keep_rules(session, rules, by=by)
    tampering.tell(session, rules.problems, by=by)
    seed = seeds.known(session, post, day)
    if seed is None:
        with transaction() as alone:
            _same_clock(session, alone)
            commit(alone, post, day, by=by)
        seed = seeds.known(session, post, day)
    if seed is None:
        raise RuntimeError(f"the seed of {post} was not kept")
    known[post] = ready = Ready(rules, day, seed)
    return ready


def _same_clock(session: Session, alone: Session) -> None:
    """A clock that was set for a transaction (never in a live database) holds for its steps too."""
    set_ = session.execute(text("SELECT current_setting('guzar.clock', true)")).scalar_one()
    if set_:
        alone.execute(text("SELECT set_config('guzar.clock', :at, true)"), {"at": set_})


def commit(session: Session, post: str, day: dt.date, *, by: Actor) -> bool:
    """Makes the seed of a post's day and journals its digest. False if there is one already: whoever comes second waits
    for the first and uses his."""
    seed = draw.new_seed()
    row = {
        "post": post,
        "day": day,
        "seed": seed,
        "commitment": draw.commitment(seed),
        "committed_at": now(session),
        "opened_at": None,
    }
    made = session.execute(
        insert(RiskDrawSeed).values(row).on_conflict_do_nothing().returning(RiskDrawSeed.post)
    ).scalar_one_or_none()
    if made is None:
        return False
    journal.record(
        session,
        by=by,
        event="risk.seed-committed",
        kind=KIND,
        subject=day.isoformat(),
        post=post,
        after={"day": day, "commitment": row["commitment"]},
    )
    return True


def commit_next(session: Session, codes: Codebook, *, by: Actor) -> int:
    """In the evening of each post that draws, the seed of its next day. Gives how many were made."""
    at = now(session)
    made = 0
    posts = session.execute(select(RiskDrawSeed.post).distinct().order_by(RiskDrawSeed.post)).scalars().all()
    for post in sorted({*posts, node_post()}):
        for day in _days_ahead(codes, post, at):
            if seeds.stored(session, post, day) is None:
                made += commit(session, post, day, by=by)
    return made


def _days_ahead(codes: Codebook, post: str, at: dt.datetime) -> Iterable[dt.date]:
    today = codes.day_at(post, at)
    evening = codes.day_at(post, at + dt.timedelta(hours=24 - EVENING)) > today
    return (today, today + dt.timedelta(days=1)) if evening else (today,)


def open_past(session: Session, codes: Codebook, *, by: Actor) -> int:
    """Journals the seeds of days that are over. Gives how many were opened."""
    at = now(session)
    closed = select(RiskDrawSeed).where(RiskDrawSeed.opened_at.is_(None)).order_by(RiskDrawSeed.day, RiskDrawSeed.post)
    opened = 0
    for row in session.execute(closed.limit(200).with_for_update(skip_locked=True)).scalars():
        # A transaction that began before midnight may still be drawing a minute later.
        if codes.day_at(row.post, at - dt.timedelta(minutes=5)) <= row.day:
            continue
        row.opened_at = at
        journal.record(
            session,
            by=by,
            event="risk.seed-opened",
            kind=KIND,
            subject=row.day.isoformat(),
            post=row.post,
            after={"day": row.day, "seed": row.seed.hex(), "commitment": row.commitment},
        )
        opened += 1
    return opened


def keep_rules(session: Session, rules: InForce, *, by: Actor) -> None:
    """Keeps a set of rules that was not seen before, so that its lanes can be computed again."""
    key = (session.get_bind().engine, rules.digest)
    if key in written:
        return
    with transaction() as alone:
        row = {"digest": rules.digest, "content": rules.members, "first_at": now(session)}
        alone.execute(insert(RiskRuleSet).values(row).on_conflict_do_nothing())
    written.add(key)
