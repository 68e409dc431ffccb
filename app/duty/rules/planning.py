"""What shifts, qualifications and conflicts must look like. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from app.core.errors import Finding, pointer
from app.core.text import Text, _, compact, excerpt, fault_in, normal
from app.duty.commands import DeclareConflict, Qualify
from app.duty.rules.codes import Agency, Kind, Relation, Type

LONGEST = dt.timedelta(hours=24)
#: A roster is planned ahead; a shift may still be written down while it runs, but not once it is over.
AHEAD = dt.timedelta(days=190)
_LENGTHS = {"place": 60, "lane": 20, "certificate": 100, "note": 500, "party": 35, "party_name": 200}


def party_key(text: str) -> str:
    """A firm's number as it is compared: capitals, ASCII digits, no blanks and hyphens."""
    return compact(normal(text))


def name_key(text: str) -> str:
    """A firm's name as it is compared."""
    return " ".join(normal(text).casefold().split())


def of_hours(starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> Iterator[Finding]:
    """What is wrong with the hours of a shift."""
    if ends_at <= starts_at:
        yield _finding("ends_at", "shift-hours", _("The shift ends before it begins. Correct one of the times."))
    elif ends_at - starts_at > LONGEST:
        yield _finding(
            "ends_at", "shift-hours", _("A shift lasts 24 hours at most. Write two shifts, or correct the times.")
        )
    elif ends_at <= now:
        yield _finding(
            "ends_at",
            "shift-past",
            _(
                "This shift is over. A roster is written before the duty; what was done outside it is explained in the report."
            ),
        )
    if starts_at > now + AHEAD:
        yield _finding("starts_at", "shift-far", _("Rosters are planned half a year ahead at most. Correct the date."))


def of_where(agency: str, place: str, lane: str) -> Iterator[Finding]:
    """What is wrong with agency, place and lane of a shift."""
    if agency not in {a.value for a in Agency}:
        yield _unknown("agency", agency, ", ".join(Agency))
    yield from _texts(place=place, lane=lane)


def of_qualification(command: Qualify) -> Iterator[Finding]:
    """What is wrong with a qualification."""
    known = {Kind.TYPE: tuple(Type), Kind.AGENCY: tuple(Agency)}
    if command.kind not in {k.value for k in Kind}:
        yield _unknown("kind", command.kind, ", ".join(Kind))
    elif command.code not in {c.value for c in known[Kind(command.kind)]}:
        yield _unknown("code", command.code, ", ".join(known[Kind(command.kind)]))
    yield from _days(command.valid_from, command.valid_to)
    yield from _texts(certificate=command.certificate)


def of_conflict(command: DeclareConflict) -> Iterator[Finding]:
    """What is wrong with a conflict of interest."""
    if not party_key(command.party) and not name_key(command.party_name):
        yield _finding("party", "conflict-firm", _("Name the firm: its number, its name, or both."))
    if command.relation not in {r.value for r in Relation}:
        yield _unknown("relation", command.relation, ", ".join(Relation))
    yield from _texts(party=command.party, party_name=command.party_name, note=command.note)


def of_reason(reason: str) -> Iterator[Finding]:
    """Every change of what was written says why."""
    fault = fault_in(reason)
    if fault:
        yield _finding("reason", "reason", fault)
    elif not 1 <= len(normal(reason)) <= 500:
        yield _finding("reason", "reason", _("Give the reason, 500 characters at most."))


def _days(start: dt.date, end: dt.date | None) -> Iterator[Finding]:
    if not 1990 <= start.year < 2200:
        yield _finding("valid_from", "days", _("The first day is not a likely one. Correct the year."))
    if end is not None and (end < start or end.year >= 2200):
        yield _finding("valid_to", "days", _("The last day must follow the first and be a likely one. Correct it."))


def _texts(**given: str) -> Iterator[Finding]:
    for name, text in given.items():
        fault = fault_in(text)
        if fault:
            yield _finding(name, "text", fault)
        elif len(normal(text)) > _LENGTHS[name]:
            yield _finding(name, "text-length", _("At most {most} characters. Shorten it.", most=_LENGTHS[name]))


def _unknown(field: str, value: str, choices: str) -> Finding:
    return _finding(
        field,
        f"{field}-known",
        _("“{value}” is not known. Choose one of: {choices}.", value=excerpt(value), choices=choices),
    )


def _finding(field: str, rule: str, message: Text) -> Finding:
    return Finding(pointer(field), rule, message)
