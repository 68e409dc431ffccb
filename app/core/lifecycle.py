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
        """States nothing leads out of."""
        return [s for s in self.states if not self.possible(s)]

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the README."""
        lines = ["stateDiagram-v2"]
        for (state, action), target in self.moves.items():
            lines.append(f"    {state.value} --> {target.value}: {action.value}")
        return "\n".join(lines)


def sql_in(column: str, words: Iterable[StrEnum]) -> str:
    """The CHECK condition that equals an enumeration."""
    return f"{column} IN ({', '.join(repr(w.value) for w in words)})"
