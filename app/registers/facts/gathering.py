"""Everything that is known of a consignment, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.core.numbering import is_mrn
from app.declarations.commands import Declared
from app.declarations.models import Declaration
from app.reference.codebook import Codebook
from app.registers.facts import changes, declared, goods, history, looks, moments, moved, road
from app.registers.facts.goods import Surroundings
from app.registers.facts.moments import Moment
from app.risk.queries import tallies
from app.risk.rules import subjects
from app.risk.rules.vocabulary import DECLARATION, MOVEMENT, ROLES, complete
from app.transit import queries as movements
from app.transit.commands import Declared as Moved
from app.transit.models import Movement

#: Declarations: tallies, others, the road before, the truck, amendments. Movements: incidents, tallies, the road, others,
#: amendments.
MOST_STATEMENTS = 5
#: More movements are not looked for among the previous documents.
MOST_EARLIER = 50


def of_declaration(
    session: Session,
    words: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    stage: str,
    missing: Iterable[str] = (),
    declaration: Declaration | None = None,
) -> dict[str, Any]:
    """Facts of what is declared. `missing` are the rules by which the release waits for a paper; `declaration` is given
    where it is lodged already and looked at again, so that it is not taken for another one."""
    moment = Moment(words.post, codes, at)
    apart, since = (declaration.id, declaration.lodged_at) if declaration else (None, None)
    who = subjects.of_declaration(words.header)
    past = tallies.remembered(session, who, at)
    row = looks.of_declaration(session, words, apart, moment)
    around = Surroundings(looks.prices(row), history.chapters(who, past, since))
    items = goods.of_declaration(words.items, words.header["invoice"]["currency"], moment, around)
    said = declared.of_declaration(words, items, moment, missing)
    roads = road.of_earlier(session, [mrn for mrn in said["previous_documents"] if is_mrn(mrn)][:MOST_EARLIER])
    known = {
        **said,
        **moments.facts(moment),
        **history.facts(_roles(DECLARATION), who, past, at, since),
        **_beside(row, said),
        **road.together(roads, at, codes),
        "stage": stage,
        "same_invoice": row.same_invoice,
        "came_under_transit": bool(roads),
        "truck_weight": road.truck_kg(session, said["plate"], at),
        "amended": changes.of_declaration(session, words.post, apart) if apart and row.amendments else [],
    }
    return complete(known, DECLARATION)


def of_movement(
    session: Session, movement: Movement, words: Moved, codes: Codebook, at: dt.datetime, *, stage: str
) -> dict[str, Any]:
    """Facts of a movement: what is declared, the vehicle it is on now, and what happened on the road."""
    moment, since = Moment(words.post, codes, at), movement.lodged_at
    words = replace(words, header=_on_the_road(session, movement, words.header))
    who = subjects.of_movement(words.header)
    past = tallies.remembered(session, who, at)
    way = road.of_movement(session, movement.id)
    row = looks.of_movement(session, words, road.serials(way), movement.id, moment)
    around = Surroundings(looks.prices(row), history.chapters(who, past, since))
    items = goods.of_movement(((item.house, item.words) for item in words.items), moment, around)
    said = moved.of_movement(words, items, moment)
    known = {
        **said,
        **moments.facts(moment),
        **history.facts(_roles(MOVEMENT), who, past, at, since),
        **_beside(row, said),
        **(road.facts(way, at, codes) if way else {}),
        "stage": stage,
        "holder_open": row.holder[0],
        "holder_overdue": row.holder[1],
        "guarantee_used": looks.guarantee_used(row, words.guarantees),
        "amended": changes.of_movement(session, movement.post, movement.id) if row.amendments else [],
    }
    return complete(known, MOVEMENT)


def _on_the_road(session: Session, movement: Movement, header: dict[str, Any]) -> dict[str, Any]:
    """The header with the vehicle and the trailer as endorsed incidents left them."""
    means = movements.means_now(header, movements.incidents(session, movement))
    return {**header, "transport": {**header["transport"], **means}}


def _beside(row: Row[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of others that resemble it; this one counts among those of today."""
    count, value = row.consignee_today
    return {
        "reused_documents": row.reused_documents,
        "reused_seals": sorted(row.reused_seals),
        "vehicle_open": row.vehicle_open,
        "vehicle_today": row.vehicle_today + bool(said["plate"]),
        "consignee_today": count + 1,
        "consignee_today_value": float(value) + said["invoice_total"],
        "amendments": row.amendments,
    }


def _roles(kind: str) -> list[str]:
    return [role for role, kinds, _called in ROLES if kind in kinds]
