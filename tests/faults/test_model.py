"""The life of a declaration against a plain model: in memory over thousands of steps, on PostgreSQL through the verbs."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.core import db
from app.core.errors import WrongState
from app.declarations import queries
from app.declarations.lifecycle import Action, Status
from app.declarations.models import Declaration
from app.registers import integrity
from tests.factories import lives
from tests.factories.actors import trader
from tests.faults import checking
from tests.faults.walking import Model, Walked, way_to
from tests.unit.declarations.test_lifecycle import WRITTEN

PAIRS = {(state, action) for state in Status for action in Action}
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def walk(steps: int, seed: int) -> Counter[tuple[Status, Action]]:
    """Tries random actions on one declaration after the other. Now and then a new one is led to where least was tried,
    and half of the time what was tried least there comes first."""
    chance, tried = random.Random(seed), Counter[tuple[Status, Action]]()
    declaration, state, ahead = Declaration(status="draft"), Status.DRAFT, list[Action]()
    for _step in range(steps):
        if ahead:
            action = ahead.pop(0)
        elif chance.random() < 0.5:
            action = min(Action, key=lambda a: (tried[state, a], chance.random()))
        else:
            action = chance.choice(list(Action))
        tried[state, action] += 1
        end = WRITTEN.get((state, action))
        if end is None:
            with pytest.raises(WrongState):
                declaration.move(action, NOW)
        else:
            declaration.move(action, NOW)
            state = end
        assert declaration.status == state.value
        if not ahead and chance.random() < 0.1:
            declaration, state = Declaration(status="draft"), Status.DRAFT
            ahead = way_to(min(Status, key=lambda s: (sum(tried[s, a] > 0 for a in Action), chance.random())))
    return tried


def test_twelve_thousand_steps_over_the_table():
    tried = walk(12_000, seed=20261123)
    assert tried.total() == 12_000
    assert set(tried) == PAIRS, "every state met every action"


@pytest.mark.long
def test_a_million_steps_over_the_table():
    assert set(walk(1_000_000, seed=7)) == PAIRS


@pytest.fixture
def bound(session):
    lives.alone()
    return session


def holds(session) -> None:
    """The journal tells what the tables say, nothing is told twice or to nobody, and the chain holds."""
    session.expire_all()
    assert integrity.compare(session)[1] == []
    assert [
        *checking.unpublished(session),
        *checking.chains(session),
        *checking.gaps(session),
        *checking.replayed(session),
    ] == []


@pytest.mark.parametrize("state", Status)
def test_every_action_in_every_state_through_the_verbs(state, bound):
    """In each state each of the 25 verbs is tried on a declaration brought there: it leads where the table says, or is
    refused and changes nothing."""
    tried = set()
    for action in Action:
        walked = Walked()
        for step in way_to(state):
            assert walked.attempt(step), f"{step} on the way to {state}"
        assert walked.found().status == state.value
        before, expected = walked.found().version, walked.model.expected(action)
        assert walked.attempt(action) == (expected is not None), f"{action} in {state}"
        now = walked.found()
        assert now.status == (expected or state).value
        assert (now.version > before) == (expected is not None)
        tried.add(action)
    assert tried == set(Action)
    holds(bound)


class Lives(RuleBasedStateMachine):
    """Random actions through the verbs on one declaration; after each the database says what the model says."""

    tried = Counter[tuple[Status, Action]]()

    @initialize(start=st.sampled_from(sorted(Status)))
    def begin(self, start):
        """Somewhere in its life, so that short examples see all of it."""
        self.walked = Walked()
        for step in way_to(start):
            assert self.walked.attempt(step)

    @rule(action=st.sampled_from(sorted(Action)))
    def act(self, action):
        model = self.walked.model
        self.tried[model.status, action] += 1
        expected = model.expected(action)
        assert self.walked.attempt(action) == (expected is not None)
        assert model.status is (expected or model.status)

    @rule(action=st.sampled_from([a for a in sorted(Action) if a not in (Action.REFUSE, Action.SEIZE, Action.REJECT)]))
    def act_on(self, action):
        """The same without what ends a life early."""
        self.act(action)

    @invariant()
    def says_the_same(self):
        if not hasattr(self, "walked"):
            return
        model: Model = self.walked.model
        with db.reading() as session:
            found = queries.find(session, self.walked.reference, by=trader())
            assert (found.status, found.content) == (model.status.value, model.content)
            assert len(queries.open_questions(session, found)) == model.open
            assert queries.released_items(session, found) == model.released
            assert queries.exited_items(session, found) == model.exited
            assert (found.status == "draft") == (found.mrn is None)


def lives_on(session, examples: int, steps: int) -> int:
    class Here(Lives):
        tried = Counter[tuple[Status, Action]]()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    holds(session)
    return Here.tried.total()


def test_random_lives_on_postgresql(bound):
    assert lives_on(bound, 20, 40) >= 500


@pytest.mark.long
def test_many_random_lives_on_postgresql(bound):
    assert lives_on(bound, 150, 80) >= 9_000
