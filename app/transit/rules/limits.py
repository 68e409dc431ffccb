"""Until when goods have to be at their destination, and the rules about it.

The list transit_limit says how long: for the way from an office to an office by a mode (TJ.TJPPJ-TJDUS-3), for the way
alone (TJ.TJPPJ-TJDUS), for the mode (TJ.mode-2), for an administration (TJ.any), for all others (any). The first of
these that is there holds. Countries after this one add what their own rows say.
"""

from __future__ import annotations

import datetime as dt

from app.core.text import _
from app.reference.codebook import Entry
from app.reference.tables import Codes, Table, tables
from app.transit.commands import Declared
from app.transit.rules.context import Context
from app.transit.rules.header import expected
from app.transit.rules.registry import LIMIT, Failures, rule

LIST = "transit_limit"
#: Where the list has lost all its rows: short, so that it is seen.
_SHORTEST = dt.timedelta(days=1)


def limit(codes: Codes, declared: Declared, at: dt.datetime) -> dt.datetime:
    """The latest moment that may be set as limit for goods let go at `at` (an aware moment)."""
    return at + _allowed(declared, tables(codes, codes.day_at(declared.post, at))[LIST])


def wished(codes: Codes, declared: Declared, at: dt.datetime, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The limit for goods let go at `at`: the end of the day that the holder wishes (in the zone of the post), never
    later than the list allows. A day that is past is no limit; then the list's holds."""
    latest, day = limit(codes, declared, at), declared.header.get("limit_date")
    if not day:
        return latest
    end = dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(days=1), dt.time(), zone)
    return min(latest, end) if end > at else latest


def _allowed(declared: Declared, listed: Table) -> dt.timedelta:
    own, mode = declared.post[:2], declared.header["transport"].get("border_mode") or ""
    whole = _time(_row(listed, own, declared.post, _last_here(declared), mode))
    for country in _further(declared):
        whole += _time(_row(listed, country, "", "", mode))
    return whole


def _last_here(declared: Declared) -> str:
    """The last office of this administration on the way: where its leg ends."""
    own = declared.post[:2]
    return [code for _role, code in declared.offices() if code[:2] == own][-1]


def _further(declared: Declared) -> list[str]:
    """The countries after this one, each once, in the order of the way."""
    own, countries = declared.post[:2], declared.header["countries"]
    routing = countries.get("routing") or []
    ahead = routing[routing.index(own) + 1 :] if own in routing else []
    ends = [code[:2] for code in declared.header["offices"]["destination"]]
    return [country for country in dict.fromkeys([*ahead, *ends]) if country != own]


def _row(listed: Table, country: str, start: str, end: str, mode: str) -> Entry | None:
    names = (
        f"{country}.{start}-{end}-{mode}",
        f"{country}.{start}-{end}",
        f"{country}.mode-{mode}",
        f"{country}.any",
        "any",
    )
    return next((row for name in names if (row := listed[name]) is not None), None)


def _time(row: Entry | None) -> dt.timedelta:
    said = row.attributes if row is not None else {}
    if said.get("hours"):
        return dt.timedelta(hours=int(said["hours"]))
    return dt.timedelta(days=int(said["days"])) if said.get("days") else _SHORTEST


def _wish(context: Context) -> dt.date | None:
    said = context.header.get("limit_date")
    return dt.date.fromisoformat(said) if said else None


@rule(
    "limit.past",
    box="15 11",
    pointer="/limit_date",
    of=LIMIT,
    says=_("The goods are to arrive by {day}, which is past."),
    remedy=_("Write a day ahead, or leave it empty."),
    source="NCTS data element 15 11",
)
def limit_past(context: Context) -> Failures:
    day = _wish(context)
    if day is not None and day < context.today:
        yield ("limit_date",), {"day": day.isoformat()}


@rule(
    "limit.late",
    box="15 11",
    pointer="/limit_date",
    of=LIMIT,
    says=_("The goods are to arrive by {day}; for this way at most {latest} is allowed."),
    remedy=_("Write an earlier day, or leave it empty: then the latest one holds."),
    source="Code list transit_limit; Revised Kyoto Convention, specific annex E, chapter 1, on the time limit",
)
def limit_late(context: Context) -> Failures:
    day = _wish(context)
    if day is None:
        return
    begins = max(context.today, expected(context) or context.today) if context.prelodged else context.today
    at = dt.datetime.combine(begins + dt.timedelta(days=1), dt.time(), dt.UTC)
    latest = (at + _allowed(context.setting.declared, context.codes[LIST])).date()
    if day > latest:
        yield ("limit_date",), {"day": day.isoformat(), "latest": latest.isoformat()}


@rule(
    "limit.before-presentation",
    box="15 11",
    pointer="/limit_date",
    of=LIMIT,
    says=_("The goods are to arrive by {day}, before they are expected here ({expected})."),
    remedy=_("Correct one of the two days."),
    source="Guzar: a transit ends after it begins",
)
def limit_before_presentation(context: Context) -> Failures:
    day, here = _wish(context), expected(context)
    if day is not None and here is not None and day < here:
        yield ("limit_date",), {"day": day.isoformat(), "expected": here.isoformat()}


@rule(
    "limit.not-listed",
    box="15 11",
    pointer="/offices/destination",
    of=LIMIT,
    severity="warning",
    says=_("No time limit is listed for the way through {country}; {days} day is taken."),
    remedy=_("Tell the administration: its list of time limits has no row for this way."),
    source="Code list transit_limit",
)
def limit_not_listed(context: Context) -> Failures:
    declared, listed = context.setting.declared, context.codes[LIST]
    mode = context.transport.get("border_mode") or ""
    legs = [(context.own, declared.post, _last_here(declared))] + [(c, "", "") for c in _further(declared)]
    for country, start, end in legs:
        if _row(listed, country, start, end, mode) is None:
            yield ("offices", "destination"), {"country": country, "days": _SHORTEST.days}
