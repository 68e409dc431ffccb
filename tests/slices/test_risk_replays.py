"""Profiles over the past: counted once, stopped and taken up again, even after a process was killed."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import profiling
from app.registers.risk import endings
from app.risk import operations, queries
from app.risk.models import RiskReplay
from app.risk.operations import replaying
from app.risk.queries import replays, seeds
from app.risk.rules import Lane, Profile, compiled
from app.risk.rules.replays import Past, run
from tests.factories import cases, declarations
from tests.factories.actors import POST, analyst, auditor, officer

WORDS = {"en": "A test"}


def define(code, expression, lane="yellow", **more):
    with db.transaction() as s:
        operations.define(
            s, operations.DefineProfile(code, expression, lane, WORDS, WORDS, "a test", **more), by=SYSTEM
        )


def ask(*keys, months=1, by=None):
    with db.transaction() as s:
        return replaying.ask(s, list(keys), months, by=by or analyst()).id


def step(id, batch):
    with db.transaction() as s:
        return replaying.step(s, endings.of, by=SYSTEM, id=id, batch=batch)


def finish(id):
    while profiling.replay(5, id, by=SYSTEM):
        pass
    return state(id)


def state(id):
    with db.reading() as s:
        return replays.replay(s, id)


def results(id):
    with db.reading() as s:
        found = replays.results(s, replays.replay(s, id))
        load = {
            r.code: [(d.post, d.hits, d.raised, d.caught) for d in replays.load(s, id, r.code, r.version)]
            for r in found
        }
    return {r.code: r for r in found}, load


@pytest.fixture
def past(session):
    """Seven consignments: three heavy ones, of which one was looked at and found wrong, one found right."""
    queries.forget()
    seeds.forget()
    cases.no_chance()
    define("heavy", "gross_kg > 3000.0")
    light = [cases.lodged() for _ in range(4)]
    heavy = [cases.lodged(declarations.words(items=2)) for _ in range(3)]
    cases.inspected(heavy[0], "discrepancy")
    cases.inspected(heavy[1])
    yield light, heavy
    queries.forget()
    seeds.forget()


def test_what_a_profile_would_have_done(past):
    _light, heavy = past
    define("red-heavy", "gross_kg > 3000.0", "red", status="shadow")
    define("light", "gross_kg < 3000.0", "blue", status="shadow")
    define("elsewhere", "true", "red", posts=("TJDUS",), status="shadow")
    id = ask(("red-heavy", 1), ("light", 1), ("heavy", 1), ("elsewhere", 1))
    done = finish(id)
    assert (done.status, done.done, done.total) == ("finished", 7, 7)
    assert done.population == {POST: {"asked": 7, "inspected": 2, "found": 1, "green": 4, "yellow": 3}}
    found, load = results(id)
    red = found["red-heavy"]
    assert (red.asked, red.hits, red.raised, red.inspected, red.caught, red.missed) == (7, 3, 3, 2, 1, 0)
    assert (red.share, red.precision, red.recall, red.most) == (
        Decimal("42.86"),
        Decimal("50.00"),
        Decimal("100.00"),
        3,
    )
    assert {e["reference"] for e in red.examples} == {h.reference for h in heavy}
    assert [e["found"] for e in red.examples].count(True) == 1
    assert (found["light"].hits, found["light"].missed, found["heavy"].raised) == (4, 1, 0)
    assert (found["elsewhere"].asked, found["elsewhere"].share) == (0, None)
    assert load["red-heavy"] == [(POST, 3, 3, 1)]


def test_without_a_name_all_that_is_alive_is_asked(past):
    define("quiet", "false", status="shadow")
    found, _load = results(ask())
    assert {"heavy", "quiet", "precursors"} <= set(found)


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100])
def test_each_consignment_counts_once_however_the_work_is_cut(past, batch):
    id = ask(("heavy", 1))
    steps = 0
    while step(id, batch):
        steps += 1
    assert steps == 7 // batch + 1
    found, load = results(id)
    assert (found["heavy"].hits, found["heavy"].asked, load["heavy"], len(found["heavy"].examples)) == (
        3,
        7,
        [(POST, 3, 0, 1)],
        3,
    )


def test_it_stops_and_goes_on_where_it_stood(past):
    id = ask(("heavy", 1))
    assert step(id, 3) and state(id).done == 3
    with db.transaction() as s:
        replaying.stop(s, id, by=analyst())
    assert not step(id, 3), "what is stopped is left alone"
    assert (state(id).status, state(id).done) == ("stopped", 3)
    with db.transaction() as s:
        replaying.resume(s, id, by=analyst())
    assert finish(id).status == "finished" and results(id)[0]["heavy"].asked == 7
    with pytest.raises(WrongState), db.transaction() as s:
        replaying.stop(s, id, by=analyst())


def test_an_amended_consignment_and_one_out_of_time_are_left_out(past, session):
    light, _heavy = past
    with db.transaction() as s:
        operations.assess(s, operations.Subject(POST, "amended", light[0].id), {"gross_kg": 9999.0}, db.now(s))
        operations.assess(
            s, operations.Subject(POST, "lodged", light[1].id), {"gross_kg": 9999.0}, db.now(s) - dt.timedelta(days=40)
        )
    id = ask(("heavy", 1))
    finish(id)
    assert results(id)[0]["heavy"].hits == 3
    id = ask(("heavy", 1), months=2)
    finish(id)
    assert results(id)[0]["heavy"].hits == 4


def test_who_may_run_it_over_how_much(past):
    for who in (officer(), auditor()):
        with pytest.raises(Forbidden):
            ask(("heavy", 1), by=who)
    with pytest.raises(NotFound):
        ask(("heavy", 99))
    for months in (0, 121):
        with pytest.raises(Invalid):
            ask(("heavy", 1), months=months)


def test_what_was_not_known_then_could_not_be_told():
    """An old assessment lacks a fact that the vocabulary has since: nobody takes its default for an answer."""

    def profile(code, expression):
        return Profile(code, 1, Lane.RED, compiled(expression), frozenset())

    asked = (
        profile("old", "gross_kg > 1.0"),
        profile("new", "consignee_known_days < 0 || gross_kg > 1.0"),
        profile("field", "items.exists(i, i.net_kg > 1.0)"),
    )
    day = dt.date(2026, 1, 1)
    known = {"gross_kg": "2.0", "items": [{"commodity": "0101"}]}
    whole = {"gross_kg": "2.0", "consignee_known_days": 4, "items": [{"net_kg": "2.0"}]}
    past = [Past(POST, "declaration", day, Lane.GREEN, facts, "R") for facts in (known, known, whole)]
    told = {key.code: tally for key, tally in run(past, asked).profiles.items()}
    assert {code: (t.asked, t.untold, t.hits) for code, t in told.items()} == {
        "old": (3, 0, 3), "new": (1, 2, 1), "field": (1, 2, 1),
    }  # fmt: skip


KILLED = """
import sys, time
from app.core import db
from app.core.actors import SYSTEM
from app.registers.risk import endings
from app.risk.operations import replaying
from uuid import UUID

db.connect(sys.argv[1], node_post="TJPPJ")
while True:
    with db.transaction() as s:
        replaying.step(s, endings.of, by=SYSTEM, id=UUID(sys.argv[2]), batch=2)
        if replaying.step(s, endings.of, by=SYSTEM, id=UUID(sys.argv[2]), batch=2):
            print("half a batch more", flush=True)
            time.sleep(60)
"""


def test_a_killed_process_loses_a_batch_and_counts_nothing_twice(own_database):
    cases.no_chance()
    define("heavy", "gross_kg > 3000.0")
    for _ in range(3):
        cases.lodged()
        cases.lodged(declarations.words(items=2))
    id = ask(("heavy", 1))
    assert step(id, 2) and state(id).done == 2
    command = [sys.executable, "-c", KILLED, own_database.url, str(id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    assert said.startswith(b"half")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not step(id, 100):  # until the server has noticed
        time.sleep(0.1)
    done = finish(id)
    found, load = results(id)
    assert (done.status, done.done) == ("finished", 6)
    assert (found["heavy"].asked, found["heavy"].hits, load["heavy"][0][1]) == (6, 3, 3)


def test_two_workers_do_not_do_the_same(own_database):
    cases.no_chance()
    for _ in range(3):
        cases.lodged()
    id = ask(("precursors", 1))
    with db.transaction() as one:
        assert replaying.step(one, endings.of, by=SYSTEM, batch=2)
        with db.transaction() as other:
            assert not replaying.step(other, endings.of, by=SYSTEM, batch=2)
    assert state(id).done == 2
    with db.reading() as s:
        assert s.execute(select(RiskReplay.status)).scalar_one() == "running"
        assert s.execute(text("SELECT count(*) FROM risk_replay_day")).scalar_one() == 0


def test_the_command_runs_it_says_what_came_out_and_takes_it_up_again(past, app, monkeypatch):
    monkeypatch.delenv("GUZAR_LOGIN", raising=False)

    def run(*words):
        return app.test_cli_runner().invoke(args=["risk", "replay", *words, "--as", "analyst"])

    told = run("heavy", "--json")
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)
    assert (said["status"], said["done"]) == ("finished", 7)
    assert [(p["code"], p["hits"], p["share"], p["caught"]) for p in said["profiles"]] == [("heavy", 3, "42.86", 1)]
    plain = run("heavy/1", "--months", "2")
    assert "heavy/1: 3 of 7 (42.86 %), caught 1, missed 0, most a day 3, precision 50.00 %" in plain.stdout
    with db.transaction() as s:
        id = replaying.ask(s, [("heavy", 1)], 1, by=analyst()).id
        replaying.step(s, endings.of, by=SYSTEM, id=id, batch=3)
        replaying.stop(s, id, by=analyst())
    assert "finished, 7 consignments" in run("--resume", str(id)).stdout
    for wrong in (("nothing",), ("heavy/9",), ("heavy/x",), ("--resume", str(UUID(int=1)))):
        refused = run(*wrong)
        assert refused.exit_code == 1 and refused.stderr.startswith("Error: There is no"), refused.output
    assert app.test_cli_runner().invoke(args=["risk", "replay", "--as", "officer"]).exit_code == 1
