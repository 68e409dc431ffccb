"""Profiles are run over what was assessed in the last months: a job that commits batch by batch and goes on where it stood,
whatever ended the process."""

from __future__ import annotations

import calendar
import datetime as dt
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core import journal
from app.core.actors import Actor
from app.core.canonical import dumps, instant
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid, NotFound
from app.core.ids import uuid7
from app.core.text import _
from app.reference.queries import codebook
from app.risk.lifecycle import Run, RunAction
from app.risk.models import RiskAssessment, RiskProfile, RiskReplay, RiskReplayProfile
from app.risk.operations.noting import ANALYSING
from app.risk.queries.in_force import program
from app.risk.rules import Lane, Profile, contents
from app.risk.rules.replays import Batch, Past, run

KIND = "risk_replay"
BATCH = 400
MOST_MONTHS = 120
#: Asked where nothing is named.
_LIVE = ("in_force", "proposed", "shadow")


class Outcome(NamedTuple):
    """What came of a consignment: its reference, and whether it was looked at and something found."""

    reference: str
    inspected: bool
    found: bool


class Outcomes(Protocol):
    """Tells what came of declarations and movements, by their keys; what it does not know was not looked at."""

    def __call__(
        self, session: Session, declarations: Sequence[tuple[str, UUID]], movements: Sequence[tuple[str, UUID]], /
    ) -> Mapping[tuple[str, UUID], Outcome]: ...


def ask(session: Session, profiles: Sequence[tuple[str, int]], months: int, *, by: Actor) -> RiskReplay:
    """A replay of the named profiles, or of all that are in force, proposed or in the shadow; `flask work` runs it."""
    if not by.is_node:
        by.need_scope("write")
        by.need(ANALYSING, node_post())
    if not 1 <= months <= MOST_MONTHS:
        message = _("Choose from 1 to {most} months.", most=MOST_MONTHS)
        raise Invalid(findings=[Finding("/months", "replay.months", message)])
    rows = _named(session, profiles)
    until = now(session)
    since = _before(until, months)
    replay = RiskReplay(
        id=uuid7(),
        status=Run.WAITING.value,
        months=months,
        since=since,
        until=until,
        total=_total(session, since, until),
        done=0,
        cursor=None,
        population={},
        spent=Decimal(0),
        asked_by=by.person,
        asked_name=by.name,
        asked_at=until,
        finished_at=None,
    )
    session.add(replay)
    session.flush()
    for row in rows:
        words = contents.content(row)
        session.add(_empty(replay.id, row, {name: words[name] for name in contents.ASKED}))
    session.flush()
    _note(session, replay, "asked", by=by, profiles=[f"{row.code}/{row.version}" for row in rows][:50])
    return replay


def _named(session: Session, profiles: Sequence[tuple[str, int]]) -> list[RiskProfile]:
    if not profiles:
        live = select(RiskProfile).where(RiskProfile.status.in_(_LIVE))
        return list(session.execute(live.order_by(RiskProfile.code, RiskProfile.version)).scalars())
    found = [session.get(RiskProfile, key) for key in dict.fromkeys(profiles)]
    if None in found:
        raise NotFound()
    return [row for row in found if row is not None]


def _empty(id: UUID, row: RiskProfile, words: dict[str, Any]) -> RiskReplayProfile:
    counts = dict.fromkeys(("asked", "untold", "broken", "hits", "raised", "inspected", "caught", "found"), 0)
    return RiskReplayProfile(
        replay_id=id,
        code=row.code,
        version=row.version,
        words=words,
        digest=contents.asked(words),
        examples=[],
        **counts,
    )


def _before(at: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months earlier, or the month's last one."""
    month = at.year * 12 + at.month - 1 - months
    year, month = divmod(month, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _total(session: Session, since: dt.datetime, until: dt.datetime) -> int:
    kept = RiskAssessment
    asked = select(func.count()).where(kept.at >= since, kept.at < until, kept.stage != "amended")
    return int(session.execute(asked).scalar_one())


def stop(session: Session, id: UUID, *, by: Actor) -> RiskReplay:
    """Stops a replay after its present batch; what is done stays."""
    return _moved(session, id, RunAction.STOP, "stopped", by)


def resume(session: Session, id: UUID, *, by: Actor) -> RiskReplay:
    """Takes a stopped replay up again."""
    return _moved(session, id, RunAction.RESUME, "resumed", by)


def _moved(session: Session, id: UUID, action: RunAction, what: str, by: Actor) -> RiskReplay:
    if not by.is_node:
        by.need_scope("write")
        by.need(ANALYSING, node_post())
    replay = session.execute(
        select(RiskReplay).where(RiskReplay.id == id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if replay is None:
        raise NotFound()
    replay.move(action)
    session.flush()
    _note(session, replay, what, by=by)
    return replay


def _note(session: Session, replay: RiskReplay, what: str, *, by: Actor, **more: Any) -> None:
    journal.record(
        session,
        by=by,
        event=f"risk.replay-{what}",
        kind=KIND,
        subject=replay.id,
        post=node_post(),
        after={"status": replay.status, "months": replay.months, "done": replay.done, "total": replay.total, **more},
    )


def step(session: Session, outcomes: Outcomes, *, by: Actor, id: UUID | None = None, batch: int = BATCH) -> bool:
    """One batch of the oldest open replay, or of the one named. False where nothing is to be done, or another process is
    at it."""
    replay = _open(session, id)
    if replay is None:
        return False
    began = time.monotonic()
    if replay.status == Run.WAITING:
        replay.move(RunAction.BEGIN)
    rows = _next(session, replay, batch)
    if rows:
        _keep(session, replay, run(_past(session, rows, outcomes), _profiles(session, replay.id)))
        last = rows[-1]
        replay.cursor = {"post": last.post, "at": instant(last.at), "id": str(last.id)}
        replay.done += len(rows)
    if len(rows) < batch:
        at = now(session)  # asked first: a query would flush the row half written
        replay.move(RunAction.FINISH)
        replay.finished_at = at
        replay.total = replay.done
    replay.spent += Decimal(repr(time.monotonic() - began)).quantize(Decimal("0.001"))
    session.flush()
    if replay.status == Run.FINISHED:
        _note(session, replay, "finished", by=by)
    return True


def _open(session: Session, id: UUID | None) -> RiskReplay | None:
    asked = select(RiskReplay).where(RiskReplay.status.in_((Run.WAITING.value, Run.RUNNING.value)))
    if id is not None:
        asked = asked.where(RiskReplay.id == id)
    asked = asked.order_by(RiskReplay.asked_at, RiskReplay.id).limit(1).with_for_update(skip_locked=True)
    return session.execute(asked, execution_options={"populate_existing": True}).scalar_one_or_none()


_NEXT = text(
    "SELECT post, id, declaration_id, movement_post, movement_id, lane, facts, at FROM risk_assessment "
    "WHERE (post, at, id) > (:post, CAST(:at AS timestamptz), CAST(:id AS uuid)) "
    "AND at >= :since AND at < :until AND stage <> 'amended' ORDER BY post, at, id LIMIT :most"
)
_BEGINNING = {"post": "", "at": "1990-01-01T00:00:00Z", "id": str(UUID(int=0))}


def _next(session: Session, replay: RiskReplay, most: int) -> Sequence[Any]:
    window = {"since": replay.since, "until": replay.until, "most": most}
    return session.execute(_NEXT, {**(replay.cursor or _BEGINNING), **window}).all()


def _profiles(session: Session, id: UUID) -> tuple[Profile, ...]:
    asked = select(RiskReplayProfile.code, RiskReplayProfile.version, RiskReplayProfile.words)
    rows = session.execute(asked.where(RiskReplayProfile.replay_id == id)).all()
    return tuple(_profile(code, version, words) for code, version, words in rows)


def _profile(code: str, version: int, words: Mapping[str, Any]) -> Profile:
    kinds, posts = frozenset(words["kinds"]), frozenset(words["posts"])
    return Profile(code, version, Lane(words["lane"]), program(words["expression"]), posts, kinds=kinds)


def _past(session: Session, rows: Sequence[Any], outcomes: Outcomes) -> list[Past]:
    codes = codebook(session)
    declarations = [(r.post, r.declaration_id) for r in rows if r.declaration_id is not None]
    movements = [(r.movement_post, r.movement_id) for r in rows if r.movement_id is not None]
    told = outcomes(session, declarations, movements)
    nothing = Outcome("", False, False)
    found: list[Past] = []
    for row in rows:
        of_movement = row.movement_id is not None
        key = (row.movement_post, row.movement_id) if of_movement else (row.post, row.declaration_id)
        kind, day = "movement" if of_movement else "declaration", codes.day_at(row.post, row.at)
        found.append(Past(row.post, kind, day, Lane(row.lane), row.facts, *told.get(key, nothing)))
    return found


_ADD = text(
    "UPDATE risk_replay_profile p SET asked = p.asked + r.asked, untold = p.untold + r.untold, "
    "broken = p.broken + r.broken, hits = p.hits + r.hits, raised = p.raised + r.raised, "
    "inspected = p.inspected + r.inspected, caught = p.caught + r.caught, found = p.found + r.found, "
    "examples = jsonb_path_query_array(p.examples || r.examples, '$[0 to 9]') "
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (code text, version int, asked int, untold int, broken int, "
    "hits int, raised int, inspected int, caught int, found int, examples jsonb) "
    "WHERE p.replay_id = :id AND p.code = r.code AND p.version = r.version"
)
_ADD_DAYS = text(
    "INSERT INTO risk_replay_day AS d (replay_id, code, version, post, day, hits, raised, caught) "
    "SELECT :id, code, version, post, day, hits, raised, caught FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
    "AS r (code text, version int, post text, day date, hits int, raised int, caught int) "
    "ON CONFLICT (replay_id, code, version, post, day) DO UPDATE SET hits = d.hits + EXCLUDED.hits, "
    "raised = d.raised + EXCLUDED.raised, caught = d.caught + EXCLUDED.caught"
)


def _keep(session: Session, replay: RiskReplay, batch: Batch) -> None:
    """Adds what a batch came to, in the transaction that moves the cursor: each consignment counts once."""
    profiles = [{"code": k.code, "version": k.version, **asdict(tally)} for k, tally in batch.profiles.items()]
    days = [
        {"code": k.code, "version": k.version, "post": post, "day": day, "hits": n[0], "raised": n[1], "caught": n[2]}
        for (k, post, day), n in batch.days.items()
    ]
    for statement, rows in ((_ADD, profiles), (_ADD_DAYS, days)):
        if rows:
            session.execute(statement, {"id": replay.id, "rows": dumps(rows)})
    sums = {post: Counter(counts) for post, counts in replay.population.items()}
    for post, counts in batch.population.items():
        sums[post] = sums.get(post, Counter()) + counts
    replay.population = {post: dict(counts) for post, counts in sums.items()}
