"""What may be decided about a declaration: each decision, whether this person may make it or why not, and what the inspector
recommends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding
from app.core.text import Text, _
from app.declarations import queries as declared
from app.declarations.lifecycle import FREEING, LIFE, Action, Status
from app.declarations.models import Declaration
from app.inspections import queries as inspected
from app.inspections.lifecycle import Conclusion
from app.inspections.models import Inspection
from app.risk.rules import Lane

DECIDING = ("officer", "supervisor")
SENIOR = ("supervisor",)
#: In the order in which they are offered. Not all are decisions in law: a query asks, an amendment assesses anew.
OFFERED = (
    Action.RELEASE,
    Action.RELEASE_WITH_CORRECTION,
    Action.PARTLY_RELEASE,
    Action.AMEND,
    Action.QUERY,
    Action.HOLD,
    Action.SEIZE,
    Action.REFUSE,
    Action.RETURN,
    Action.DESTROY,
)
_LETS_GO = (*FREEING, Action.PARTLY_RELEASE)
#: What one may do who has inspected red goods himself.
_ALONE = (Action.HOLD, Action.QUERY, Action.AMEND)


@dataclass(frozen=True, slots=True)
class Recommended:
    """What the inspector advises, in the act of his inspection; `decision` is "" where he left it to others."""

    decision: str
    by: UUID
    name: str
    at: dt.datetime
    conclusion: str
    act: str
    summary: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision: `why_not` says why it is not open, `because` why it is offered before the others (None: it is not),
    `stands_against` what has to be done first."""

    decision: str
    why_not: Text | None = None
    because: Text | None = None
    stands_against: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Offered:
    """All of them, with the recommendation; `items` are those that may go by themselves in a partial release, with what
    was found of each of the others."""

    choices: tuple[Choice, ...]
    recommended: Recommended | None
    items: tuple[int, ...]
    doubted: dict[int, str]

    def choice(self, decision: str) -> Choice:
        return next(choice for choice in self.choices if choice.decision == decision)


def offered(
    session: Session,
    declaration: Declaration,
    *,
    by: Actor,
    blocks: Sequence[Finding] = (),
    missing: bool = False,
) -> Offered:
    """What is offered to `by`. `blocks` are findings that stand against letting the goods go at all, `missing` says that a
    paper is among them. The verbs ask all of it again."""
    looks = inspected.of_declaration(session, declaration.post, declaration.id)
    last = next((look for look in looks if look.conclusion is not None), None)
    amended_at = declared.content(session, declaration).made_at if declaration.content > 1 else None
    doubts = inspected.doubted(session, declaration.post, declaration.id, amended_at)
    numbers = declared.item_numbers(session, declaration) - declared.released_items(session, declaration)
    doubted = {item: doubt.found for doubt in doubts for item in sorted(numbers) if doubt.concerns((item,))}
    said = _Said(declaration, looks, last, bool(doubts), tuple(blocks), missing, numbers - doubted.keys(), by)
    return Offered(
        tuple(said.choice(action) for action in OFFERED),
        _recommended(last),
        tuple(sorted(numbers - doubted.keys())),
        doubted,
    )


def _recommended(look: Inspection | None) -> Recommended | None:
    if look is None or look.concluded_by is None or look.concluded_at is None:
        return None
    return Recommended(
        look.recommendation or "",
        look.concluded_by,
        str(look.concluded_name),
        look.concluded_at,
        str(look.conclusion),
        look.number or "",
        look.summary or "",
    )


@dataclass(frozen=True, slots=True)
class _Said:
    declaration: Declaration
    looks: Sequence[Inspection]
    last: Inspection | None
    doubted: bool
    blocks: tuple[Finding, ...]
    missing: bool
    items: frozenset[int]
    by: Actor

    def choice(self, action: Action) -> Choice:
        against = self.blocks if action in _LETS_GO else ()
        return Choice(action.value, self._why_not(action), self._because(action), against)

    def _why_not(self, action: Action) -> Text | None:
        state = Status(self.declaration.status)
        if not LIFE.allows(state, action):
            return _("Not possible in this state.")
        roles = SENIOR if action == Action.DESTROY else DECIDING
        if self.by.grant(roles, self.declaration.post) is None:
            return _("A supervisor decides this.") if roles == SENIOR else _("An officer or a supervisor decides this.")
        if action not in _ALONE and self._inspected_himself():
            return _(
                "You inspected these goods yourself. Another person decides about them; you may hold them until then."
            )
        return self._held_back(action)

    def _held_back(self, action: Action) -> Text | None:
        if action in _LETS_GO and self.blocks:
            return self.blocks[0].message
        if action == Action.RELEASE and self.doubted:
            return _("The inspection did not find the goods as declared.")
        if action == Action.PARTLY_RELEASE and (not self.items or len(self.items) + self._gone() < 2):
            return _("No item may go before the others.")
        return None

    def _gone(self) -> int:
        """Whether there are others than the items that may go."""
        return 1 if self.doubted or len(self.items) > 1 else 0

    def _inspected_himself(self) -> bool:
        if self.declaration.lane != Lane.RED:
            return False
        return any(look.kind == "goods" and look.concluded_by == self.by.person for look in self.looks)

    def _because(self, action: Action) -> Text | None:
        if self.missing and action == Action.QUERY:
            return _("A paper is missing: ask for it.")
        if self.last is None:
            return None
        if self.last.recommendation == action.value:
            return _("Recommended by {name}.", name=str(self.last.concluded_name))
        if self.last.recommendation is None and action == _FOLLOWS.get(str(self.last.conclusion)):
            return _AFTER[str(self.last.conclusion)]
        return None


#: What follows from a conclusion where the inspector recommends nothing himself.
_FOLLOWS: dict[str, Action] = {
    Conclusion.CONFORM.value: Action.RELEASE,
    Conclusion.DISCREPANCY.value: Action.AMEND,
    Conclusion.OFFENCE.value: Action.SEIZE,
}
_AFTER: dict[str, Text] = {
    Conclusion.CONFORM.value: _("The goods were found as declared."),
    Conclusion.DISCREPANCY.value: _("Something else was found: have it assessed as found."),
    Conclusion.OFFENCE.value: _("The inspection found an offence."),
}
