"""Lives of things: one table {(state, action): state} decides every move; what is not in it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import WrongState
from app.core.text import _

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Lifecycle(Generic[S, A]):
    """A state machine over two enumerations. Pure: it knows no record and no database."""

    name: str
    states: type[S]
    actions: type[A]
    moves: Mapping[tuple[S, A], S]

    def __post_init__(self) -> None:
        for (state, action), target in self.moves.items():
            if state not in self.states or action not in self.actions or target not in self.states:
                raise ValueError(f"{self.name}: ({state}, {action}) → {target} uses an unknown word")

    def move(self, state: S, action: A) -> S:
        """The state after the action, or `WrongState`."""
        target = self.moves.get((state, action))
        if target is None:
            raise WrongState(
                _("“{action}” is not possible while the state is “{state}”.", action=action.value, state=state.value),
                facts={
                    "state": state.value,
                    "action": action.value,
                    "possible": [a.value for a in self.possible(state)],
                },
            )
        return target

    def allows(self, state: S, action: A) -> bool:
        return (state, action) in self.moves

    def possible(self, state: S) -> list[A]:
        """The actions open in a state, in the order of the enumeration."""
        return [a for a in self.actions if (state, a) in self.moves]

    def final(self) -> list[S]:
        """States nothing leads out of; what is possible there changes no state."""
        return [s for s in self.states if all(self.moves[s, a] is s for a in self.possible(s))]

    def diagram(self, of: Iterable[S] | None = None) -> str:
        """The table as a Mermaid state diagram, for the README; with `of` only the moves of these states.

        Arrows between the same two states are drawn once with all their actions. What every one of the states asked
        for may do with the same end is drawn once, from a box that stands for each of them.
        """
        states = list(self.states if of is None else of)
        shared = {} if of is None else self._shared(states)
        lines = ["stateDiagram-v2"]
        if shared:
            lines.append(f'    state "each of {", ".join(s.value for s in states)}" as each')
        arrows: dict[tuple[str, str], list[str]] = {}
        for action, target in shared.items():
            arrows.setdefault(("each", target.value), []).append(action.value)
        for (state, action), target in self.moves.items():
            if state in states and action not in shared:
                arrows.setdefault((state.value, target.value), []).append(action.value)
        lines += [f"    {start} --> {end}: {', '.join(actions)}" for (start, end), actions in arrows.items()]
        return "\n".join(lines)

    def _shared(self, states: list[S]) -> dict[A, S]:
        """Actions with one and the same end from all of several states."""
        ends = {action: {self.moves.get((state, action)) for state in states} for action in self.actions}
        single = {action: next(iter(found)) for action, found in ends.items() if len(found) == 1 and len(states) > 1}
        return {action: target for action, target in single.items() if target is not None}


def sql_in(column: str, words: Iterable[StrEnum]) -> str:
    """The CHECK condition that equals an enumeration."""
    return f"{column} IN ({', '.join(repr(w.value) for w in words)})"
