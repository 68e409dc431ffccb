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
from app.declarations.lifecycle import AMENDMENT
from app.declarations.lifecycle import LIFE as DECLARATION
from app.inspections.lifecycle import LIFE as INSPECTION

LIVES = [DECLARATION, AMENDMENT, INSPECTION, PROPOSAL]


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
    assert life.diagram([Light.GREEN]) == "stateDiagram-v2"
    assert sql_in("status", Light) == "status IN ('red', 'green')"


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


class Hand(StrEnum):
    PUSH = "push"
    KICK = "kick"
    TAKE = "take"


def test_a_picture_draws_together_what_is_common():
    """One arrow with several actions between two states, one box for what all of the states do alike; a loop is no
    way out."""
    moves = {
        (Door.OPEN, Hand.PUSH): Door.SHUT,
        (Door.OPEN, Hand.KICK): Door.SHUT,
        (Door.SHUT, Hand.PUSH): Door.SHUT,
        (Door.OPEN, Hand.TAKE): Door.GONE,
        (Door.SHUT, Hand.TAKE): Door.GONE,
        (Door.GONE, Hand.KICK): Door.GONE,
    }
    life = Lifecycle("door", Door, Hand, moves)
    assert life.diagram([Door.OPEN, Door.SHUT]).splitlines() == [
        "stateDiagram-v2",
        '    state "each of open, shut" as each',
        "    each --> shut: push",
        "    each --> gone: take",
        "    open --> shut: kick",
    ]
    assert life.diagram().splitlines()[1:3] == ["    open --> shut: push, kick", "    shut --> shut: push"]
    assert life.final() == [Door.GONE]


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
        before, self.state = self.state, self.life.move(self.state, action)
        assert not self.ended or self.state is before, "nothing leads out of an end"
        self.ended = self.state in self.life.final()

    @invariant()
    def known(self):
        assert not hasattr(self, "life") or self.state in self.life.states


def test_random_lives():
    run_state_machine_as_test(Lives, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))


@pytest.mark.long
def test_random_lives_ten_thousand_steps():
    run_state_machine_as_test(Lives, settings=settings(max_examples=100, stateful_step_count=100, deadline=None))
