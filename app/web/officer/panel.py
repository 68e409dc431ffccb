"""What this person may do to a file at this moment, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.approvals.acts import ACTS
from app.core.actors import Actor
from app.core.errors import Finding
from app.core.text import Text, _
from app.declarations.lifecycle import (
    DECISIONS,
    FREEING,
    HELD,
    LET_GO,
    LIFE,
    OPEN,
    SETTLING,
    Action,
    AmendmentStatus,
    Status,
)
from app.declarations.models import Amendment, Audit
from app.declarations.operations import stage_of, writable
from app.edge.locale import translate
from app.flows import waiving
from app.flows.deciding import DECIDING, SENIOR
from app.flows.leaving import AUDITING
from app.inspections.operations import INSPECTING
from app.inspections.queries import Doubt
from app.payments.rules import Standing
from app.registers.file import File
from app.risk.rules import Lane
from app.web import words

#: What is calculated anew: whatever nobody has let go yet.
_CALCULATED_ANEW = frozenset((Status.PRELODGED, *HELD))


#: Nothing is added to these any more.
_CLOSED = frozenset((Status.REJECTED, Status.INVALIDATED, Status.RETURNED, Status.DESTROYED))


@dataclass(frozen=True, slots=True)
class Panel:
    """The verbs ask all of this again; here it only decides what is drawn.

    `moves` are names of forms beside the decision itself. `unseen`: red goods nobody has looked at; `settled`: money
    stands in the way of nothing; `doubts`: goods were found otherwise than declared.
    """

    inspects: bool
    decides: bool
    fresh: bool
    decisions: list[tuple[str, str]]
    lanes: list[tuple[str, str]]
    moves: frozenset[str]
    parts: list[int]
    unseen: bool
    settled: bool
    waits_for_officer: bool
    doubts: list[Doubt]

    @property
    def frees(self) -> bool:
        """Whether a release is among the decisions."""
        return any(decision in {a.value for a in FREEING} for decision, _name in self.decisions)

    @classmethod
    def of(cls, file: File, standing: Standing, blocks: Sequence[Finding], actor: Actor) -> Panel:
        declaration = file.declaration
        state, post = Status(declaration.status), declaration.post
        possible = frozenset(LIFE.possible(state))
        decides = actor.grant(DECIDING, post) is not None
        free = not (file.needs_inspection or blocks or state in SETTLING)
        settled = standing.content == declaration.content and standing.settled
        doubts = file.doubts
        parts = [n for n in _parts(file) if not any(d.concerns((n,)) for d in doubts)] if settled and free else []
        return cls(
            inspects=file.open_inspection is not None and state in OPEN and _may(actor, INSPECTING, post),
            decides=decides,
            fresh=actor.fresh,
            decisions=_decisions(possible, free=free, plainly=not doubts) if decides else [],
            lanes=_lanes(state, str(declaration.lane)) if decides else [],
            moves=frozenset(_moves(file, state, possible, parts, actor)),
            parts=parts,
            unseen=file.needs_inspection and state in OPEN,
            settled=settled,
            waits_for_officer=state in OPEN,
            doubts=doubts if state in OPEN else [],
        )


def _may(actor: Actor, roles: tuple[str, ...], post: str) -> bool:
    return actor.grant(roles, post) is not None


def _decisions(possible: frozenset[Action], *, free: bool, plainly: bool) -> list[tuple[str, str]]:
    """What was found otherwise than declared is not offered to be released `plainly`, without a correction."""
    offered = [d for d in DECISIONS if d in possible and (free or d not in FREEING)]
    offered = [d for d in offered if plainly or d != Action.RELEASE]
    return [(d.value, translate(words.decision(d.value))) for d in offered]


def _lanes(state: Status, present: str) -> list[tuple[str, str]]:
    """Cleared goods can only be brought before an officer again."""
    if state not in OPEN and state not in SETTLING:
        return []
    offered = [Lane.RED, Lane.YELLOW] if state in SETTLING else list(reversed(Lane))
    return [(lane.value, translate(words.lane(lane.value).text)) for lane in offered if lane.value != present]


def _parts(file: File) -> list[int]:
    """The items that may go before the others; a single item is simply released."""
    numbers = [item["number"] for item in file.declared.items]
    return [n for n in numbers if n not in file.released_items] if len(numbers) > 1 else []


def _moves(file: File, state: Status, possible: frozenset[Action], parts: list[int], actor: Actor) -> list[str]:
    post = file.declaration.post
    inspects, decides = _may(actor, INSPECTING, post), _may(actor, DECIDING, post)
    asked = {
        "present": Action.PRESENT in possible and inspects,
        "control": Action.START_CONTROL in possible and state in OPEN and state != Status.UNDER_CONTROL and inspects,
        "ask": Action.QUERY in possible and decides,
        "part": Action.PARTLY_RELEASE in possible and bool(parts) and decides,
        "waive": _is_waivable(file, state) and _may(actor, ACTS[waiving.INSPECTION].proposes, post),
        "reject": Action.REJECT in possible and decides,
        "destroy": Action.DESTROY in possible and _may(actor, SENIOR, post),
        "amend": bool(writable(state, "official")) and decides,
        "invalidate": Action.INVALIDATE in possible and decides,
        "anew": state in _CALCULATED_ANEW and decides,
        "exit": Action.EXIT in possible or Action.EXIT_PART in possible,
        "paper": state not in _CLOSED and inspects,
        "audit": is_audited(file) and _may(actor, AUDITING, post),
    }
    return [name for name, offered in asked.items() if offered]


def _is_waivable(file: File, state: Status) -> bool:
    """Whether the goods are red and nobody has begun to say what he found."""
    order = file.open_inspection
    red = file.declaration.lane == Lane.RED and state in OPEN
    return red and order is not None and order.kind == "goods" and not file.findings.get(order.id)


def is_audited(file: File) -> bool:
    """Whether it was let go on the blue lane and waits for a look afterwards."""
    blue = file.declaration.lane == Lane.BLUE and Status(file.declaration.status) in LET_GO
    return blue and not any(_is_final(audit) for audit in file.audits)


def _is_final(audit: Audit) -> bool:
    return audit.outcome != "further"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What this person may say about a request that waits, or why he says nothing (in words)."""

    accept: bool = False
    endorse: bool = False
    reject: bool = False
    why_not: Text | None = None

    @classmethod
    def of(cls, file: File, request: Amendment, actor: Actor) -> Verdicts:
        if not _may(actor, DECIDING, file.declaration.post):
            return cls(why_not=_("An officer or a supervisor of the post settles this."))
        if request.status == AmendmentStatus.ENDORSED:
            return cls(why_not=_("This waits as a proposal for a second official."))
        if request.kind == "amend" and request.from_content != file.declaration.content:
            return cls(
                reject=True,
                why_not=_("What is declared was changed after this request. Reject it and let it be asked for again."),
            )
        if stage_of(file.declaration) == "let_go":
            return cls(endorse=True, reject=True)
        if request.requested_by == actor.person:
            return cls(reject=True, why_not=_("You have asked for this yourself. Another person must accept it."))
        return cls(accept=True, reject=True)
