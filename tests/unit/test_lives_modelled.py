"""Hypothesis walks the lives of declarations and movements step by step against tables that were written a second time,
by hand, as lists of what may be done in each state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.core.errors import WrongState
from app.declarations.lifecycle import Action as Deed
from app.declarations.models import Declaration
from app.transit.lifecycle import ENDED
from app.transit.lifecycle import Action as Move
from app.transit.models import Movement
from tests.unit.declarations.test_lifecycle import WRITTEN as OF_DECLARATIONS
from tests.unit.transit.written import WRITTEN as OF_MOVEMENTS

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
STEPS = 10_000


def walker(
    record: type[Any], actions: type[StrEnum], written: Mapping[Any, Any]
) -> tuple[type[RuleBasedStateMachine], list[int]]:
    """A machine that tries any action on a record and knows what must come of it; and the count of its steps."""
    steps = [0]

    class Walker(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.record, self.state = record(status="draft"), "draft"

        @rule(action=st.sampled_from(list(actions)), allowed=st.booleans(), pick=st.integers(0, 99))
        def tried(self, action: StrEnum, allowed: bool, pick: int) -> None:
            open_ = [a for s, a in written if s == self.state]
            action = open_[pick % len(open_)] if allowed and open_ else action
            steps[0] += 1
            end = written.get((self.state, action))
            if end is None:
                with pytest.raises(WrongState):
                    self.record.move(action, NOW)
            else:
                self.record.move(action, NOW)
                self.state = end

        @invariant()
        def is_where_it_should_be(self) -> None:
            assert self.record.status == self.state

    return Walker, steps


@pytest.mark.parametrize(
    ("record", "actions", "written"),
    [(Declaration, Deed, OF_DECLARATIONS), (Movement, Move, OF_MOVEMENTS)],
    ids=["declaration", "movement"],
)
def test_ten_thousand_steps(record, actions, written):
    machine, steps = walker(record, actions, written)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=110,
            stateful_step_count=100,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert steps[0] >= STEPS


def test_a_walk_notices_a_move_that_nobody_wrote_down():
    """The sabotage: one move is taken out of the written table, and the walk must find it."""
    lacking = {pair: end for pair, end in OF_MOVEMENTS.items() if pair[1] != Move.RELEASE}
    machine, _steps = walker(Movement, Move, lacking)
    with pytest.raises(BaseException, match=r"DID NOT RAISE|released"):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=400, stateful_step_count=50, deadline=None, database=None, print_blob=False, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


def test_what_has_ended_stays_so():
    assert not [(state, action) for state, action in OF_MOVEMENTS if state in {each.value for each in ENDED}]
