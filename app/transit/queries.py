"""Reads of transit movements. Who may see what is part of every query: what one may not see is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.core.actors import ANY_POST, Actor
from app.core.errors import NotFound
from app.core.numbering import is_mrn
from app.core.tables import Base
from app.transit.commands import Declared, HouseItem
from app.transit.lifecycle import Incident, IncidentOutcome
from app.transit.models import (
    Movement,
    PlateInUse,
    TirVolet,
    TransitAlarm,
    TransitAmendment,
    TransitAnswer,
    TransitArrival,
    TransitContent,
    TransitControl,
    TransitDiscrepancy,
    TransitDraft,
    TransitEnquiry,
    TransitIncident,
    TransitItem,
    TransitOffice,
    TransitPassage,
    TransitRecovery,
    TransitUnloading,
    TransitWeighing,
)
from app.transit.rules import Taken

#: Roles that see every movement that has to do with their post.
OFFICIAL = ("officer", "inspector", "supervisor", "analyst", "auditor")

#: Firms that a list looks for one by one.
_FEW = 8

#: What names a movement.
KEY: tuple[Any, ...] = (Movement.post, Movement.id)
_KEYS = select(*KEY)
_ITS_ARRIVAL = and_(TransitArrival.post == Movement.post, TransitArrival.movement_id == Movement.id)

R = TypeVar("R", bound=Base)


def visible(by: Actor) -> ColumnElement[bool]:
    """The movements open to this person: a firm's own and those whose arrival it notified, and for officials what their
    office has a part in, once it is lodged."""
    alternatives: list[ColumnElement[bool]] = []
    for parties, post in _acting(by):
        office = () if post is None else (TransitArrival.office == post,)
        here = () if post is None else (Movement.post == post,)
        alternatives += [
            and_(Movement.party.in_(parties), *here),
            exists().where(_ITS_ARRIVAL, *_brought_by(parties), *office),
        ]
    posts = official_posts(by)
    if ANY_POST in posts or by.is_node:
        alternatives.append(Movement.status != "draft")
    elif posts:
        alternatives.append(and_(_has_part(posts), Movement.status != "draft"))
    return or_(*alternatives) if alternatives else Movement.post.is_(None)


def ways(by: Actor) -> list[Select[Any]]:
    """The keys of the movements that are open to this person, one statement for each way in which they are. Lists read
    the first of each: an index serves one way in the order of the list, and none serves all of them at once."""
    posts = official_posts(by)
    found = ways_of_firms(by)
    if ANY_POST in posts or by.is_node:
        found.append(_KEYS.where(Movement.status != "draft"))
    elif posts:
        found.append(_KEYS.where(_has_part(posts), Movement.status != "draft"))
    return found


def ways_of_firms(by: Actor, *, on_road: bool = False) -> list[Select[Any]]:
    """Those in which a trader sees them: what his firms hold, and what they brought for others; with `on_road` of the
    latter only what went on from where it was brought to."""
    went_on = (TransitArrival.left_at.is_not(None),) if on_road else ()
    found: list[Select[Any]] = []
    for parties, post in _acting(by):
        held = _KEYS if post is None else _KEYS.where(Movement.post == post)
        brought = _KEYS.join(TransitArrival, _ITS_ARRIVAL).group_by(Movement.post, Movement.id)
        if post is not None:
            brought = brought.where(TransitArrival.office == post)
        some = [[party] for party in parties] if len(parties) <= _FEW else [parties]
        found += [held.where(_among(Movement.party, each)) for each in some]
        found += [brought.where(*_brought_by(each), *went_on) for each in some]
    return found


def _acting(by: Actor) -> list[tuple[list[str], str | None]]:
    """The firms acted for, everywhere (None) or at an office."""
    single = sorted({g.post for g in by.grants if g.role == "trader"} - {ANY_POST})
    places = [(by.parties(ANY_POST), None), *((by.parties(post), post) for post in single)]
    return [(sorted(parties), post) for parties, post in places if parties]


def _brought_by(parties: list[str]) -> tuple[Any, ...]:
    return TransitArrival.brought, _among(TransitArrival.party, parties)


def _among(column: Any, values: list[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return condition


def official_posts(by: Actor) -> frozenset[str]:
    """The offices at which this person sees as an official; "*" for all."""
    return frozenset(g.post for g in by.grants if g.role in OFFICIAL)


def is_official(by: Actor, movement: Movement, offices: Collection[str]) -> bool:
    """Whether this person sees the movement with an official's eyes."""
    return by.is_node or any(by.grant(OFFICIAL, office) for office in {movement.post, *offices})


def _has_part(posts: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        TransitOffice.post == Movement.post,
        TransitOffice.movement_id == Movement.id,
        TransitOffice.office.in_(sorted(posts)),
    )


def _named(reference: str) -> ColumnElement[bool]:
    return Movement.mrn == reference if is_mrn(reference) else Movement.reference == reference


def find(session: Session, reference: str, *, by: Actor) -> Movement:
    """A movement by its reference or MRN, or `NotFound`."""
    found = session.execute(select(Movement).where(_named(reference), visible(by))).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def locked(session: Session, reference: str, *, by: Actor) -> Movement:
    """The same, with the row locked until the transaction ends."""
    return _locked(session, select(Movement).where(_named(reference), visible(by)))


def locked_to_arrive(session: Session, mrn: str) -> Movement:
    """A movement locked by its whole MRN, which whoever brings the goods has on paper; anything else is `NotFound`."""
    if not is_mrn(mrn):
        raise NotFound()
    return _locked(session, select(Movement).where(Movement.mrn == mrn))


def locked_by_key(session: Session, post: str, id: UUID) -> Movement:
    """The same by its key, for the node's own tasks."""
    return _locked(session, select(Movement).where(Movement.post == post, Movement.id == id))


def _locked(session: Session, query: Select[Movement]) -> Movement:
    found = session.execute(query.with_for_update(), execution_options={"populate_existing": True}).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def draft(session: Session, movement: Movement) -> TransitDraft:
    found = session.get(TransitDraft, (movement.post, movement.id))
    if found is None:
        raise NotFound()
    return found


def content(session: Session, movement: Movement, number: int | None = None) -> TransitContent:
    """The header row of a content number, by default the one in force."""
    found = session.get(TransitContent, (movement.post, movement.id, number or movement.content))
    if found is None:
        raise NotFound()
    return found


def declared(session: Session, movement: Movement, number: int | None = None) -> Declared:
    """What was declared, put together again from its rows; two queries, however many items."""
    kept = content(session, movement, number)
    rows = (
        select(TransitItem.house, TransitItem.number, TransitItem.commodity, TransitItem.description, TransitItem.more)
        .where(
            TransitItem.post == movement.post,
            TransitItem.movement_id == movement.id,
            TransitItem.content == kept.content,
        )
        .order_by(TransitItem.number)
    )
    items = [
        HouseItem(house, {"number": number, "commodity": commodity, "description": description, **more})
        for house, number, commodity, description, more in session.execute(rows)
    ]
    return Declared(kept.header, items)


def _of(session: Session, model: type[R], movement: Movement, *order: Any) -> list[R]:
    table: Any = model
    rows = select(model).where(table.post == movement.post, table.movement_id == movement.id)
    return list(session.execute(rows.order_by(*order)).scalars())


def offices(session: Session, movement: Movement) -> list[TransitOffice]:
    """In the order of the route."""
    return _of(session, TransitOffice, movement, TransitOffice.place)


def controls(session: Session, movement: Movement) -> list[TransitControl]:
    return _of(session, TransitControl, movement, TransitControl.number)


def passages(session: Session, movement: Movement) -> list[TransitPassage]:
    return _of(session, TransitPassage, movement, TransitPassage.number)


def incidents(session: Session, movement: Movement) -> list[TransitIncident]:
    return _of(session, TransitIncident, movement, TransitIncident.number)


def weighings(session: Session, movement: Movement) -> list[TransitWeighing]:
    return _of(session, TransitWeighing, movement, TransitWeighing.weighed_at, TransitWeighing.id)


def arrivals(session: Session, movement: Movement) -> list[TransitArrival]:
    return _of(session, TransitArrival, movement, TransitArrival.number)


def unloadings(session: Session, movement: Movement) -> list[TransitUnloading]:
    return _of(session, TransitUnloading, movement, TransitUnloading.number)


def discrepancies(session: Session, movement: Movement) -> list[TransitDiscrepancy]:
    return _of(session, TransitDiscrepancy, movement, TransitDiscrepancy.number)


def amendments(session: Session, movement: Movement) -> list[TransitAmendment]:
    return _of(session, TransitAmendment, movement, TransitAmendment.number)


def alarms(session: Session, movement: Movement) -> list[TransitAlarm]:
    return _of(session, TransitAlarm, movement, TransitAlarm.raised_at, TransitAlarm.kind)


def enquiries(session: Session, movement: Movement) -> list[TransitEnquiry]:
    return _of(session, TransitEnquiry, movement, TransitEnquiry.number)


def answers(session: Session, movement: Movement) -> list[TransitAnswer]:
    return _of(session, TransitAnswer, movement, TransitAnswer.enquiry, TransitAnswer.place)


def recovery(session: Session, movement: Movement) -> TransitRecovery | None:
    return session.get(TransitRecovery, (movement.post, movement.id))


def volets(session: Session, carnet: str) -> list[TirVolet]:
    """The pages of a carnet that were taken out at the posts of this node."""
    rows = select(TirVolet).where(TirVolet.carnet == carnet).order_by(TirVolet.page)
    return list(session.execute(rows).scalars())


def taken(session: Session, declared: Declared, movement_id: UUID | None, seals: Mapping[str, str]) -> Taken:
    """What other movements have of what is declared: plates, and pages of the carnet; `seals` are told by those who
    keep them."""
    plates = {
        plate: reference for plate, (id, reference) in _plates(session, declared.plates).items() if id != movement_id
    }
    pages = {row.page: reference for row, reference in _pages(session, declared.carnet)} if declared.carnet else {}
    return Taken(plates=plates, seals=seals, volets=pages)


def _plates(session: Session, plates: Collection[str]) -> dict[str, tuple[UUID, str]]:
    if not plates:
        return {}
    rows = (
        select(PlateInUse.plate, Movement.id, Movement.reference)
        .join(Movement, and_(Movement.post == PlateInUse.post, Movement.id == PlateInUse.movement_id))
        .where(PlateInUse.plate.in_(sorted(plates)))
    )
    return {plate: (id, reference) for plate, id, reference in session.execute(rows)}


def _pages(session: Session, carnet: str) -> list[tuple[TirVolet, str]]:
    rows = (
        select(TirVolet, Movement.reference)
        .join(Movement, and_(Movement.post == TirVolet.post, Movement.id == TirVolet.movement_id))
        .where(TirVolet.carnet == carnet)
        .order_by(TirVolet.page)
    )
    return [(row, reference) for row, reference in session.execute(rows)]


def wheels(session: Session, movement: Movement) -> list[str]:
    """The plates that an open movement is on now, after whatever was changed on the way."""
    rows = select(PlateInUse.plate).where(PlateInUse.post == movement.post, PlateInUse.movement_id == movement.id)
    return list(session.execute(rows.order_by(PlateInUse.plate)).scalars())


def means_now(header: Mapping[str, Any], incidents: Iterable[TransitIncident]) -> dict[str, Mapping[str, Any] | None]:
    """The `vehicle` and the `trailer` as endorsed incidents left them. Goods that were moved travel on what was named
    alone; another tractor keeps the trailer there was, another trailer its tractor."""
    transport = header.get("transport") or {}
    now: dict[str, Mapping[str, Any] | None] = {name: transport.get(name) for name in ("vehicle", "trailer")}
    for row in incidents:
        means = (row.outcome == IncidentOutcome.ENDORSED and row.means) or {}
        named = {name: means[name] for name in now if (means.get(name) or {}).get("plate")}
        if row.code == Incident.TRANSHIPMENT and "vehicle" in named:
            now["trailer"] = None
        now |= named
    return now


def plates_elsewhere(session: Session, plates: Collection[str], movement_id: UUID | None = None) -> dict[str, UUID]:
    """Which of these plates are on another movement that is open, and on which."""
    if not plates:
        return {}
    rows = select(PlateInUse.plate, PlateInUse.movement_id).where(PlateInUse.plate.in_(sorted(plates)))
    return {plate: id for plate, id in session.execute(rows) if id != movement_id}


def heaviest(session: Session, movement: Movement) -> Decimal | None:
    """The largest weight the vehicle showed at an office."""
    return max((each.gross_kg for each in weighings(session, movement)), default=None)
