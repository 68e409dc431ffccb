"""The table of a declaration's moves, held against one written by hand: every pair of state and action."""

from __future__ import annotations

import pytest

from app.core.errors import WrongState
from app.declarations.lifecycle import (
    AMENDMENT,
    CHAPTERS,
    DECISIONS,
    FREEING,
    HELD,
    LET_GO,
    LIFE,
    OPEN,
    SETTLING,
    Action,
    AmendmentAction,
    AmendmentStatus,
    Status,
)

#: Written by hand, a line a state: action → what it leads to. What is not here is refused.
MAY = {
    "draft": "lodge → lodged, prelodge → prelodged",
    "prelodged": "present → lodged, amend → prelodged, invalidate → invalidated, reject → rejected, expire → invalidated",
    "lodged": "select → selected, assess → assessed, release → released",
    "selected": "start-control → under_control, query → queried, assess → assessed, release → released, "
    "release-with-correction → released, partly-release → partly_released, hold → detained, refuse → refused, "
    "seize → seized, return → returned, amend → selected, invalidate → invalidated, reject → rejected",
    "under_control": "start-control → under_control, query → queried, assess → assessed, release → released, "
    "release-with-correction → released, partly-release → partly_released, hold → detained, refuse → refused, "
    "seize → seized, return → returned, amend → under_control, invalidate → invalidated",
    "queried": "query → queried, answer → selected, withdraw-query → selected, hold → detained, refuse → refused, "
    "seize → seized, return → returned, amend → queried, invalidate → invalidated",
    "assessed": "select → selected, pay → paid, release → released, partly-release → partly_released, hold → detained, "
    "refuse → refused, seize → seized, return → returned, amend → assessed, invalidate → invalidated",
    "paid": "select → selected, assess → assessed, release → released, partly-release → partly_released, "
    "hold → detained, refuse → refused, seize → seized, return → returned, amend → paid, invalidate → invalidated",
    "released": "amend → released, invalidate → invalidated, exit-part → released, exit → exited",
    "partly_released": "release → released, partly-release → partly_released, hold → detained, amend → partly_released, "
    "exit-part → partly_released",
    "exited": "amend → exited",
    "rejected": "",
    "invalidated": "",
    "detained": "start-control → under_control, assess → assessed, release → released, "
    "release-with-correction → released, refuse → refused, seize → seized, return → returned, destroy → destroyed, "
    "amend → detained, reconsider → selected",
    "seized": "destroy → destroyed, reconsider → detained",
    "refused": "return → returned, destroy → destroyed, reconsider → detained",
    "returned": "",
    "destroyed": "",
}
WRITTEN = {
    (Status(state), Action(action)): Status(end)
    for state, moves in MAY.items()
    for action, _arrow, end in (move.partition(" → ") for move in filter(None, moves.split(", ")))
}


def test_every_state_is_written_down():
    assert set(MAY) == {s.value for s in Status}
    assert len(Status) * len(Action) == 18 * 25


@pytest.mark.parametrize("state", Status)
@pytest.mark.parametrize("action", Action)
def test_every_pair(state, action):
    if (state, action) in WRITTEN:
        assert LIFE.move(state, action) is WRITTEN[state, action]
        return
    with pytest.raises(WrongState) as refused:
        LIFE.move(state, action)
    assert refused.value.facts["possible"] == [a.value for s, a in sorted(WRITTEN, key=_place) if s is state]


def _place(pair: tuple[Status, Action]) -> int:
    return list(Action).index(pair[1])


def test_the_contracts_decisions():
    assert [a.value for a in DECISIONS] == ["release", "release-with-correction", "hold", "refuse", "seize", "return"]
    assert set(FREEING) <= set(DECISIONS)


def test_groups_of_states():
    """Open ones wait for an officer, settling ones for money, held ones are both; nothing is held and let go."""
    assert set(HELD) == {*OPEN, *SETTLING}
    assert not set(HELD) & set(LET_GO)
    for state in OPEN:
        assert {Action.REFUSE, Action.SEIZE, Action.RETURN} <= set(LIFE.possible(state))
    for state in SETTLING:
        assert LIFE.allows(state, Action.RELEASE) and LIFE.allows(state, Action.SELECT)
        assert not LIFE.allows(state, Action.RELEASE_WITH_CORRECTION), "an officer's decision was made before"
    for state in (*HELD, *LET_GO, Status.PRELODGED):
        assert LIFE.moves[state, Action.AMEND] is state, "an amendment changes what is declared, not where it stands"


def test_nothing_is_released_unassessed_by_an_answer_or_a_question():
    assert not LIFE.allows(Status.QUERIED, Action.RELEASE) and not LIFE.allows(Status.QUERIED, Action.ASSESS)


def test_what_has_left_is_neither_invalidated_nor_taken_back():
    assert LIFE.possible(Status.EXITED) == [Action.AMEND]


def test_the_chapters_show_every_state_that_moves_once():
    shown = [state for states in CHAPTERS.values() for state in states]
    assert len(shown) == len(set(shown))
    assert set(shown) == {state for state, _action in LIFE.moves}


R, D = AmendmentStatus, AmendmentAction


@pytest.mark.parametrize("state", R)
@pytest.mark.parametrize("action", D)
def test_requests(state, action):
    ends = {D.ENDORSE: R.ENDORSED, D.ACCEPT: R.ACCEPTED, D.REJECT: R.REJECTED, D.OVERTAKE: R.OVERTAKEN}
    possible = {R.REQUESTED: set(D), R.ENDORSED: set(D) - {D.ENDORSE}}.get(state, set())
    assert AMENDMENT.allows(state, action) == (action in possible)
    if action in possible:
        assert AMENDMENT.move(state, action) is ends[action]
