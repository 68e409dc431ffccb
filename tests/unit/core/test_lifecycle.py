"""One table decides every move."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.approvals.lifecycle import LIFE as PROPOSAL
from app.core.errors import WrongState
from app.core.lifecycle import Lifecycle, sql_in
from app.declarations.lifecycle import DECISIONS, FREEING, OPEN, Action, Status
from app.declarations.lifecycle import LIFE as DECLARATION
from app.inspections.lifecycle import LIFE as INSPECTION

LIVES = [DECLARATION, INSPECTION, PROPOSAL]


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Push(StrEnum):
    ON = "on"
    OFF = "off"


def test_moves_refusals_and_ends():
    life = Lifecycle("light", Light, Push, {(Light.RED, Push.ON): Light.GREEN})
    assert life.move(Light.RED, Push.ON) is Light.GREEN
    assert life.possible(Light.RED) == [Push.ON] and life.final() == [Light.GREEN]
    with pytest.raises(WrongState) as refused:
        life.move(Light.GREEN, Push.ON)
    assert refused.value.facts == {"state": "green", "action": "on", "possible": []}
    assert "“on”" in str(refused.value) and "“green”" in str(refused.value)
    assert life.diagram() == "stateDiagram-v2\n    red --> green: on"
    assert sql_in("status", Light) == "status IN ('red', 'green')"


def test_a_table_with_a_strange_word_is_not_made():
    with pytest.raises(ValueError, match="unknown word"):
        Lifecycle("light", Light, Push, {(Push.ON, Light.RED): Light.GREEN})  # type: ignore[dict-item]


class Lives(RuleBasedStateMachine):
    """Random actions on a declaration, as many as one likes: it is always in a known state, and an end is an end."""

    @initialize(which=st.sampled_from(LIVES))
    def begin(self, which):
        self.life, self.state, self.ended = which, next(iter(which.states)), False

    @rule(data=st.data())
    def act(self, data):
        action = data.draw(st.sampled_from(list(self.life.actions)))
        expected = self.life.moves.get((self.state, action))
        if expected is None:
            with pytest.raises(WrongState):
                self.life.move(self.state, action)
            return
        assert not self.ended, "nothing leads out of an end"
        self.state = self.life.move(self.state, action)
        self.ended = self.state in self.life.final()

    @invariant()
    def known(self):
        assert not hasattr(self, "life") or self.state in self.life.states


def test_random_lives():
    run_state_machine_as_test(Lives, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))


@pytest.mark.long
def test_random_lives_ten_thousand_steps():
    run_state_machine_as_test(Lives, settings=settings(max_examples=100, stateful_step_count=100, deadline=None))


#: Written by hand, as the contract has it; what is not here is refused.
OPENING = {"select", "release"}
DECIDED = {"release", "release-with-correction", "hold", "refuse", "seize", "return"}
MAY = {
    Status.DRAFT: {"lodge"},
    Status.LODGED: OPENING,
    Status.SELECTED: DECIDED | {"start-control"},
    Status.UNDER_CONTROL: DECIDED | {"start-control"},
    Status.DETAINED: (DECIDED - {"hold"}) | {"start-control"},
}


@pytest.mark.parametrize("status", Status)
def test_a_declarations_moves(status):
    assert {a.value for a in DECLARATION.possible(status)} == MAY.get(status, set())


@pytest.mark.parametrize("status", [Status.RELEASED, Status.REFUSED, Status.SEIZED, Status.RETURNED])
def test_what_is_decided_stays_decided(status):
    assert DECLARATION.possible(status) == []


def test_every_decision_can_be_made_while_it_is_open():
    assert {a.value for a in DECISIONS} == DECIDED
    assert set(FREEING) <= set(DECISIONS)
    for status in OPEN:
        assert set(DECLARATION.possible(status)) >= set(FREEING)
    for action in FREEING:
        assert {DECLARATION.moves[s, action] for s in OPEN} == {Status.RELEASED}
    assert DECLARATION.moves[Status.SELECTED, Action.HOLD] is Status.DETAINED
