"""Makes the two weeks of traffic through the real flows, each deed at its own time.

Every deed stores its result under an idempotency key in its own transaction. So a demonstration that was cut off,
however it was, goes on where it stopped, and nothing happens twice.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.clearance.keys import KeyStore
from app.cli.demo import people, story
from app.cli.demo.analysing import Analysts
from app.cli.demo.convoys import convoys
from app.cli.demo.duties import Duties
from app.cli.demo.office import Office
from app.cli.demo.pledges import Pledges
from app.cli.demo.roads import Roads
from app.cli.demo.scripts import Scripts
from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.watchers import Watchers
from app.cli.demo.workbench import Workbench
from app.core import db, idempotency
from app.core.actors import SYSTEM, SYSTEM_PERSON
from app.core.canonical import instant
from app.core.clock import set_clock
from app.core.idempotency import Answer, IdempotencyKey
from app.flows.setup import PROFILES, load_reference
from app.risk import operations as risk
from app.risk.models import RiskProfile

PREFIX = "demonstration/"
BEGUN, FINISHED = f"{PREFIX}begun", f"{PREFIX}finished"

#: Told how many declarations of how many have been made.
Report = Callable[[int, int], None]


def make(password: str, keys: KeyStore, report: Report) -> None:
    """Makes what is missing of the demonstration. Safe to run again at any time."""
    results = _results()
    if FINISHED in results:
        return
    if BEGUN not in results:
        results[BEGUN] = _set_up(password)
    end = dt.datetime.fromisoformat(results[BEGUN]["end"])
    with db.reading() as session:
        set_clock(session, story.begin(end))
        actors = people.actors(session)
    office, scripts = Office(actors, end), Scripts(actors, keys)
    told = [(f"{each.number}", scripts.of(each)) for each in story.consignments(end)]
    roads, pledges = Roads(actors), Pledges(actors, end)
    moved = [(each.name, roads.of(each)) for each in convoys(end)]
    standing = [
        ("duty", Duties(actors, end).script()),
        ("office", office.script()),
        ("waiting", office.waiting()),
        ("pledges", pledges.script()),
        ("analysts", Analysts(actors, end).script()),
        ("workbench", Workbench(actors, end).script()),
        ("watchers", Watchers(actors, end).script()),
    ]
    _tell([*standing, *told, *moved], end, results, report)
    _deed(FINISHED, end, lambda session: {}, lasting=True)


def _results() -> dict[str, Result]:
    """What the deeds done so far gave, by their keys."""
    stored = select(IdempotencyKey.key, IdempotencyKey.body).where(
        IdempotencyKey.person == SYSTEM_PERSON, IdempotencyKey.key.startswith(PREFIX)
    )
    with db.reading() as session:
        return {key: orjson.loads(body) for key, body in session.execute(stored)}


def _set_up(password: str) -> Result:
    """Reference data, profiles and people, in force since before the first truck; and when the story ends: now."""
    with db.reading() as session:
        end = db.now(session)

    def act(session: Session) -> Result:
        load_reference(session, by=SYSTEM)
        _bring_forward_profiles(session)
        people.make(session, password)
        return {"end": instant(end)}

    return _deed(BEGUN, story.begin(end), act)


def _bring_forward_profiles(session: Session) -> None:
    """In a database that was upgraded before it became a demonstration, the profiles began later than the story."""
    began = select(RiskProfile.code).where(RiskProfile.status == "in_force", RiskProfile.valid_from <= db.now(session))
    if session.execute(began.limit(1)).first() is None:
        shipped = orjson.loads(PROFILES.read_bytes())
        for profile in shipped["profiles"]:
            risk.define(session, risk.DefineProfile(source=shipped["source"], **profile), by=SYSTEM)
        share = shipped["random_share"]
        risk.set_random_share(session, share["post"], share["share"], share["lane"], by=SYSTEM)


def _tell(told: list[tuple[str, Script]], end: dt.datetime, results: dict[str, Result], report: Report) -> None:
    """Runs all scripts side by side, the earliest step next; what would happen after the end has not happened yet."""
    waiting: list[tuple[dt.datetime, int, Step]] = []
    for place, (_name, script) in enumerate(told):
        first = next(script)
        waiting.append((first.at, place, first))
    heapq.heapify(waiting)
    total, begun = sum(name.isdigit() for name, _script in told), set[str]()
    while waiting and waiting[0][0] <= end:
        at, place, step = heapq.heappop(waiting)
        name, script = told[place]
        key = f"{PREFIX}{name}/{step.name}"
        result = results[key] if key in results else _deed(key, at, step.act)
        if name.isdigit() and name not in begun:
            begun.add(name)
            report(len(begun), total)
        following = _next(script, result)
        if following is not None:
            heapq.heappush(waiting, (following.at, place, following))


def _next(script: Script, result: Result) -> Step | None:
    try:
        return script.send(result)
    except StopIteration:
        return None


def _deed(key: str, at: dt.datetime, act: Callable[[Session], Result], *, lasting: bool = False) -> Result:
    """One deed at its time, with its result kept. Only the last needs to reach the disk before the next begins."""
    with db.transaction() as session:
        if not lasting:
            session.execute(text("SET LOCAL synchronous_commit = off"))
        set_clock(session, at)
        mark = idempotency.fingerprint("DEMO", key, b"")
        stored = idempotency.claim(session, SYSTEM_PERSON, key, mark)
        if stored is not None:
            return _loaded(stored.body)
        result = act(session)
        idempotency.keep(session, SYSTEM_PERSON, key, mark, Answer(200, {}, orjson.dumps(result)))
    return result


def _loaded(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(body)
    return found
