"""What happened on the road: passages, incidents, seals, weights, controls, time. Of a movement, or of the movement that
goods of a declaration came under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from app.reference.codebook import Codebook
from app.registers.facts.reading import ZERO, hours, in_order, part_of, unique
from app.seals import rules as seals
from app.transit.lifecycle import Incident, IncidentOutcome, Office

#: A weighing of a truck this long ago may have been of other goods.
WEIGHED_WITHIN = dt.timedelta(hours=48)
#: Types of control: for radiation, with a scanner.
RADIATION, SCANNER = "20", "30"
NOT_CONFORM = "not-conform"
HIGH_SECURITY = "H"
ROUTE = "transit_route"
#: Shorter ways are passed in so little time that a speed says nothing.
_LEAST_HOURS = 0.25

_LOOK = text(
    """
    SELECT m.id, m.post, m.mrn, m.released_at, m.limit_at, m.arrived_at, c.header ->> 'route' AS route, c.gross_kg,
        (
            SELECT jsonb_agg(jsonb_build_array(o.office, o.role, o.visited_at IS NOT NULL) ORDER BY o.place)
            FROM transit_office o WHERE o.post = m.post AND o.movement_id = m.id
        ) AS offices,
        (
            SELECT jsonb_agg(jsonb_build_array(p.office, p.seals_ok)) FROM transit_passage p
            WHERE p.post = m.post AND p.movement_id = m.id
        ) AS passages,
        (
            SELECT jsonb_agg(jsonb_build_array(i.code, i.source, i.outcome)) FROM transit_incident i
            WHERE i.post = m.post AND i.movement_id = m.id
        ) AS incidents,
        (
            SELECT count(*) FROM transit_alarm a
            WHERE a.post = m.post AND a.movement_id = m.id AND a.kind = 'deviation'
        ) AS deviations,
        (
            SELECT count(*) FROM journal_entry j WHERE j.post = m.post AND j.kind = 'transit' AND j.subject = m.id::text
            AND j.event = 'transit.extended'
        ) AS extensions,
        (
            SELECT jsonb_agg(jsonb_build_array(s.serial, s.grade, s.status = 'broken' OR EXISTS (
                SELECT FROM seal_event e WHERE e.post = s.post AND e.seal_id = s.id AND e.movement_id = m.id
                AND (e.event = 'broken' OR NOT (coalesce(e.viewed, true) AND coalesce(e.verified, true)
                    AND coalesce(e.tugged, true) AND coalesce(e.twisted, true)))
            )))
            FROM seal s WHERE s.movement_id = m.id
        ) AS seals,
        (
            SELECT count(DISTINCT d.device_id) FROM device_event d
            WHERE d.movement_id = m.id AND d.told IN ('opened', 'tampered')
        ) AS opened,
        (
            SELECT jsonb_agg(jsonb_build_array(w.moment, w.gross_kg::text) ORDER BY w.weighed_at, w.id)
            FROM transit_weighing w WHERE w.post = m.post AND w.movement_id = m.id
        ) AS weighings,
        (
            SELECT jsonb_agg(jsonb_build_array(k.types, k.result)) FROM transit_control k
            WHERE k.post = m.post AND k.movement_id = m.id AND k.result IS NOT NULL
        ) AS controls
    FROM transit_movement m
    LEFT JOIN transit_content c ON c.post = m.post AND c.movement_id = m.id AND c.content = m.content
    WHERE m.id = CAST(:id AS uuid)
    OR (m.mrn = ANY(CAST(:mrns AS varchar[])) AND m.released_at IS NOT NULL)
    """
)
_TRUCK = text(
    """
    SELECT w.gross_kg FROM transit_content c
    JOIN transit_movement m ON m.post = c.post AND m.id = c.movement_id AND m.content = c.content
    JOIN transit_weighing w ON w.post = m.post AND w.movement_id = m.id
    WHERE c.plates @> ARRAY[CAST(:plate AS varchar)] AND w.weighed_at >= :since AND w.weighed_at <= :at
    ORDER BY w.weighed_at DESC, w.id DESC LIMIT 1
    """
)

Road = RowMapping


def of_movement(session: Session, id: UUID) -> Road | None:
    """What happened to a movement; None for one that is not written yet."""
    rows = session.execute(_LOOK, {"id": id, "mrns": []}).mappings().all()
    return rows[0] if rows else None


def of_earlier(session: Session, mrns: Sequence[str]) -> list[Road]:
    """What happened to the movements that have these numbers, those that went on the road."""
    if not mrns:
        return []
    rows = session.execute(_LOOK, {"id": None, "mrns": list(mrns)}).mappings().all()
    return sorted(rows, key=lambda row: (row["released_at"], row["mrn"]))


def truck_kg(session: Session, plate: str, at: dt.datetime) -> float:
    """The last weight that an office noted of this vehicle within two days; 0 where there is none."""
    if not plate:
        return 0.0
    asked = {"plate": plate, "since": at - WEIGHED_WITHIN, "at": at}
    return float(session.execute(_TRUCK, asked).scalar() or 0)


def facts(road: Road, at: dt.datetime, codes: Codebook) -> dict[str, Any]:
    """The facts of the road."""
    return {
        **_happened(road),
        **_time(road, at, codes),
        **_sealed(road),
        **_weighed(road),
        **_controlled(road),
    }


def _happened(road: Road) -> dict[str, Any]:
    incidents = [each for each in road["incidents"] or () if each[2] != IncidentOutcome.DISMISSED.value]
    told = sum(code == Incident.DEVIATION.value and source != "device" for code, source, _outcome in incidents)
    return {
        "passages": len(road["passages"] or ()),
        "missed_offices": _missed(road),
        "incidents": len(incidents),
        "incident_codes": unique(code for code, _source, _outcome in incidents),
        "deviations": road["deviations"] + told,
        "extensions": road["extensions"],
    }


def _missed(road: Road) -> list[str]:
    """Offices of transit and exit that lie before one that has seen it, or before where it arrived, and have not."""
    offices = road["offices"] or []
    seen = [place for place, (_office, _role, visited) in enumerate(offices) if visited]
    arrived = [place for place, (_office, role, _visited) in enumerate(offices) if role == Office.DESTINATION.value]
    passed = max([*seen, *(arrived[:1] if road["arrived_at"] else [])], default=0)
    on_the_way = (Office.TRANSIT.value, Office.EXIT.value)
    return [office for office, role, visited in offices[:passed] if role in on_the_way and not visited]


def _time(road: Road, at: dt.datetime, codes: Codebook) -> dict[str, Any]:
    released, limit = road["released_at"], road["limit_at"]
    if released is None or limit is None:
        return dict.fromkeys(("limit_hours", "travel_hours", "travel_share", "overdue_hours", "average_speed"), 0.0)
    until = road["arrived_at"] or at
    allowed, taken = hours(limit - released), hours(until - released)
    return {
        "limit_hours": allowed,
        "travel_hours": taken,
        "travel_share": taken * 100 / allowed if allowed else 0.0,
        "overdue_hours": hours(until - limit),
        "average_speed": _speed(road, taken, codes, at),
    }


def _speed(road: Road, taken: float, codes: Codebook, at: dt.datetime) -> float:
    """Kilometres an hour along the prescribed route, whose places are joined by straight lines: it was at least so fast."""
    entry = codes.find(ROUTE, road["route"], at.date()) if road["route"] else None
    if entry is None or road["arrived_at"] is None:
        return 0.0
    metres = sum(seals.metres_off(one, [other]) for one, other in pairwise(_places(entry.attributes)))
    return metres / 1000 / max(taken, _LEAST_HOURS)


def _places(attributes: Mapping[str, Any]) -> list[tuple[float, float]]:
    """The waypoints of a route; what cannot be read is no place."""
    found = []
    for each in str(attributes.get("waypoints", "")).split(";"):
        try:
            latitude, longitude = (float(part) for part in each.split(","))
        except ValueError:
            continue
        found.append((latitude, longitude))
    return found


def _sealed(road: Road) -> dict[str, Any]:
    seals_ = road["seals"] or ()
    faults = sum(bool(at_fault) for _serial, _grade, at_fault in seals_) + road["opened"]
    found_so = any(not ok for _office, ok in road["passages"] or ())
    return {
        "seal_faults": max(faults, int(found_so)),
        "weak_seals": sum(grade not in (None, HIGH_SECURITY) for _serial, grade, _fault in seals_),
    }


def _weighed(road: Road) -> dict[str, Any]:
    weights = [(moment, Decimal(kg)) for moment, kg in road["weighings"] or ()]
    last = dict(weights)
    each = [kg for _moment, kg in weights]
    least, most = min(each, default=ZERO), max(each, default=ZERO)
    return {
        "weighings": len(weights),
        "entry_weight": float(last.get("entry", ZERO)),
        "exit_weight": float(last.get("exit", ZERO)),
        "arrival_weight": float(last.get("arrival", ZERO)),
        "weight_difference": part_of(most - least, most),
        "weight_missing": float(max(ZERO, (road["gross_kg"] or ZERO) - least)) if each else 0.0,
    }


def _controlled(road: Road) -> dict[str, Any]:
    failed = [types for types, result in road["controls"] or () if result == NOT_CONFORM]
    return {
        "radiation_alarms": sum(RADIATION in types for types in failed),
        "scan_findings": sum(SCANNER in types for types in failed),
        "controls_failed": len(failed),
    }


def serials(road: Road | None) -> list[str]:
    """The seals that a movement bears or bore."""
    return in_order(serial for serial, _grade, _fault in (road["seals"] or ())) if road else []


def together(roads: Iterable[Road], at: dt.datetime, codes: Codebook) -> dict[str, Any]:
    """The facts of the last of several movements one after the other; nothing where there is none."""
    last = list(roads)[-1:]
    return facts(last[0], at, codes) if last else {}
