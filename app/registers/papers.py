"""The official papers of a declaration: what was issued, what may be, and whether one still counts.

A notice is superseded by the next assessment, a receipt is withdrawn with its payment, a print of what is declared is
superseded by an amendment; no row of a paper is ever touched for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.clearance import queries as permits
from app.clearance.commands import OF_EITHER, Kind
from app.clearance.cose import PERMIT, Claims
from app.clearance.models import Paper, PaperPrint, Permit
from app.declarations.lifecycle import DECIDED
from app.declarations.models import Decision, Declaration, DeclarationExit
from app.inspections.models import Inspection
from app.offences.models import Detention, Seizure
from app.payments.models import Assessment, Payment, Refund
from app.transit.lifecycle import ENDED
from app.transit.lifecycle import Status as Transit
from app.transit.models import Movement

_DECIDED = frozenset(status.value for status in DECIDED)
#: An invalidated movement's document is withdrawn; one that ended otherwise has had its use.
_OVER = {status.value for status in ENDED if status is not Transit.INVALIDATED}
_NEWER = aliased(Assessment)
_NEWER_PAPER = aliased(Paper)
_REASSESSED = and_(
    Paper.kind == Kind.NOTICE.value,
    select(literal(1))
    .where(_NEWER.post == Paper.post, _NEWER.declaration_id == Paper.declaration_id, _NEWER.number > Paper.place)
    .correlate(Paper)
    .exists(),
)
_REISSUED = and_(
    Paper.kind.in_([Kind.TRANSIT_DOCUMENT.value, *(kind.value for kind in OF_EITHER)]),
    select(literal(1))
    .where(
        _NEWER_PAPER.post == Paper.post,
        _NEWER_PAPER.kind == Paper.kind,
        _NEWER_PAPER.subject == Paper.subject,
        _NEWER_PAPER.place > Paper.place,
    )
    .correlate(Paper)
    .exists(),
)
_CANCELLED = and_(
    Paper.kind == Kind.RECEIPT.value,
    select(literal(1))
    .where(Payment.post == Paper.post, Payment.id == Paper.subject, Payment.status == "cancelled")
    .correlate(Paper)
    .exists(),
)
_INVALIDATED = and_(
    Paper.kind == Kind.TRANSIT_DOCUMENT.value,
    select(literal(1))
    .where(Movement.post == Paper.post, Movement.id == Paper.movement_id, Movement.status == Transit.INVALIDATED.value)
    .correlate(Paper)
    .exists(),
)
#: Decisions of which the firm has a notice.
_AGAINST = ("hold", "refuse", "seize", "return", "destroy", "reject")
_SUPERSEDED = or_(_REASSESSED, _REISSUED)
_REVOKED = or_(_CANCELLED, _INVALIDATED)
_COPIES = (
    select(func.count())
    .where(PaperPrint.post == Paper.post, PaperPrint.paper_id == Paper.id, PaperPrint.copy > 0)
    .correlate(Paper)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paper as far as lists tell of it: without its content and its PDF. `copies` counts the prints after the original;
    `place` is the number of a notice's assessment."""

    id: UUID
    kind: str
    number: str
    place: int
    subject: UUID
    languages: list[str]
    sha256: str
    key_id: str
    issued_at: dt.datetime
    issued_name: str
    copies: int
    superseded: bool
    revoked: bool

    @property
    def in_force(self) -> bool:
        return not (self.superseded or self.revoked)


@dataclass(frozen=True, slots=True)
class Printable:
    """Something a paper tells of: `of` is what one asks for it by, `issued` the paper if there is one. `at` is when it
    happened. `changed` says that things are not so any more, and the next print is a paper of its own."""

    kind: str
    of: str
    at: dt.datetime | None = None
    issued: Line | None = None
    changed: bool = False


_COLUMNS = (
    Paper.id,
    Paper.kind,
    Paper.number,
    Paper.place,
    Paper.subject,
    Paper.languages,
    Paper.sha256,
    Paper.key_id,
    Paper.issued_at,
    Paper.issued_name,
    _COPIES.label("copies"),
    _SUPERSEDED.label("superseded"),
    _REVOKED.label("revoked"),
)


def issued(session: Session, declaration: Declaration) -> list[Line]:
    """Every paper of a declaration, oldest first; whoever asks may see the declaration. One query."""
    query = select(*_COLUMNS).where(Paper.post == declaration.post, Paper.declaration_id == declaration.id)
    return [Line(*row) for row in session.execute(query.order_by(Paper.issued_at, Paper.id))]


def told_to_firms(kind: str, declaration: Declaration) -> bool:
    """Whether the firms of a declaration have papers of this kind: what was found, and that anybody looked, is told to
    them when it is decided what becomes of the goods."""
    return kind != Kind.INSPECTION_ACT or declaration.status in _DECIDED


def of_declaration(session: Session, declaration: Declaration, *, official: bool = False) -> list[Printable]:
    """Everything a paper can be had of, oldest first, with the paper where it is issued: what is declared, each
    assessment that holds or has its notice, each confirmed payment, refund and exit, decisions against the goods, detentions and seizures. Two queries."""
    about = [Printable(Kind.SAD.value, str(max(declaration.content, 1)))]
    if declaration.status == "draft":
        return about
    lines = {(line.kind, line.subject): line for line in issued(session, declaration)}  # the newest of each
    rows = session.execute(_subjects(declaration)).all()
    last = max((int(row.of) for row in rows if row.kind == Kind.NOTICE.value), default=0)
    for row in sorted(rows, key=lambda row: (row.at, row.of)):
        paper = lines.get((row.kind, row.id))
        if row.kind == Kind.NOTICE.value and paper is None and int(row.of) != last:
            continue
        if not (official or told_to_firms(row.kind, declaration)):
            continue
        about.append(Printable(row.kind, row.of, row.at, paper))
    return about


def against_goods(session: Session, post: str, movement: UUID, lines: Iterable[Line]) -> list[Printable]:
    """What detentions and seizures of a movement papers can be had of, with the newest of each. One query."""
    newest = {(line.kind, line.subject): line for line in sorted(lines, key=lambda each: each.place)}

    def mine(model: Any, kind: Kind) -> Select[Any]:
        return select(
            literal(kind.value).label("kind"), model.number.label("of"), model.id.label("id"), model.at.label("at")
        ).where(model.movement_post == post, model.movement_id == movement)

    rows = session.execute(union_all(mine(Detention, Kind.DETENTION_NOTE), mine(Seizure, Kind.SEIZURE_RECORD))).all()
    told = sorted(rows, key=lambda row: (row.at, row.of))
    return [Printable(row.kind, row.of, row.at, newest.get((row.kind, row.id))) for row in told]


def of_movement(session: Session, post: str, movement: UUID) -> list[Line]:
    """Every paper of a transit movement, oldest first; whoever asks may see the movement. One query."""
    query = select(*_COLUMNS).where(Paper.post == post, Paper.movement_id == movement)
    return [Line(*row) for row in session.execute(query.order_by(Paper.issued_at, Paper.id))]


def of_payment(session: Session, payment: Payment) -> Printable:
    """What a payment's receipt is asked for by, with the paper where it is issued. One query."""
    query = select(*_COLUMNS).where(
        Paper.post == payment.post, Paper.kind == Kind.RECEIPT.value, Paper.subject == payment.id
    )
    row = session.execute(query).one_or_none()
    return Printable(Kind.RECEIPT.value, payment.number or "", payment.settled_at, Line(*row) if row else None)


def _subjects(declaration: Declaration) -> Any:
    """(kind, of, id, at) of whatever a numbered paper tells of."""

    def mine(model: Any, kind: Kind, of: Any, at: Any) -> Select[Any]:
        return select(literal(kind.value).label("kind"), of.label("of"), model.id.label("id"), at.label("at")).where(
            model.post == declaration.post, model.declaration_id == declaration.id
        )

    return union_all(
        mine(Assessment, Kind.NOTICE, cast(Assessment.number, String), Assessment.made_at),
        mine(Payment, Kind.RECEIPT, Payment.number, Payment.settled_at).where(
            or_(Payment.status == "confirmed", and_(Payment.status == "cancelled", _has_paper(Payment)))
        ),
        mine(Refund, Kind.RECEIPT, Refund.number, Refund.made_at),
        mine(DeclarationExit, Kind.EXIT_NOTE, DeclarationExit.number, DeclarationExit.at),
        mine(Inspection, Kind.INSPECTION_ACT, Inspection.number, Inspection.concluded_at).where(
            Inspection.number.isnot(None)
        ),
        mine(Decision, Kind.DECISION_NOTICE, cast(Decision.id, String), Decision.at).where(
            Decision.decision.in_(_AGAINST)
        ),
        mine(Detention, Kind.DETENTION_NOTE, Detention.number, Detention.at),
        mine(Seizure, Kind.SEIZURE_RECORD, Seizure.number, Seizure.at),
    )


def _has_paper(model: Any) -> Any:
    return select(literal(1)).where(Paper.post == model.post, Paper.subject == model.id).exists()


def withdrawn(session: Session) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers of permits and papers that no longer count: (revoked, superseded by a newer one)."""
    revoked, superseded = permits.withdrawn(session)
    # One query for each kind: each reads the index of kinds.
    cancelled, replaced = (
        {number for why in reasons for number in session.execute(select(Paper.number).where(why)).scalars()}
        for reasons in ((_CANCELLED, _INVALIDATED), (_REASSESSED, _REISSUED))
    )
    amended = session.execute(
        select(Declaration.mrn, Declaration.content).where(Declaration.content > 1, Declaration.mrn.isnot(None))
    )
    prints = {f"{mrn}/v{version}" for mrn, content in amended for version in range(1, content)}
    return revoked | cancelled, superseded | replaced | prints


def standing(session: Session, claims: Claims) -> tuple[bool, bool]:
    """Whether the paper of these claims is (revoked, superseded by a newer one), as far as this node knows. At most two
    queries, however many papers there are."""
    if claims.type == PERMIT:
        return _of_permit(session, claims.permit)
    if claims.type == Kind.SAD:
        newest = session.execute(select(Declaration.content).where(Declaration.mrn == claims.mrn)).scalar()
        return False, newest is not None and newest > claims.version
    row = session.execute(select(_REVOKED, _SUPERSEDED).where(Paper.number == claims.permit)).one_or_none()
    return (False, False) if row is None else (bool(row[0]), bool(row[1]))


def ended(session: Session, claims: Claims) -> bool:
    """Whether the transport that an accompanying document went with is over, so that it is not used a second time."""
    if claims.type != Kind.TRANSIT_DOCUMENT:
        return False
    status = session.execute(select(Movement.status).where(Movement.mrn == claims.mrn)).scalar()
    return status in _OVER


def _of_permit(session: Session, number: str) -> tuple[bool, bool]:
    successor = aliased(Permit)
    replaced = select(literal(1)).where(successor.supersedes == Permit.number).correlate(Permit).exists()
    row = session.execute(select(Permit.revoked_at.isnot(None), replaced).where(Permit.number == number)).one_or_none()
    if row is None:
        return False, False
    revoked, superseded = row
    return bool(revoked and not superseded), bool(superseded)
