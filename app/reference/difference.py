"""What a file would change in a list: row by row, field by field. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from app.core import canonical
from app.core.errors import Finding
from app.reference import rules, shapes, sheets
from app.reference.codebook import Entry
from app.reference.commands import EnterCode

#: One proposal is read by one person: what is longer comes in several files.
MOST_CHANGES = 2_000
MOST_BYTES = 600_000

_WHY = "-"  # the reason belongs to the whole file and is asked for when it is proposed


class Book(Protocol):
    """The part of the code book that is compared with."""

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool: ...
    def entries(self, list_name: str, on: dt.date | None = None, /) -> tuple[Entry, ...]: ...


class Field(NamedTuple):
    """One column of one row; an empty text is an empty cell."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs. `was` is the row with the same code and first day, `before` what else held on that day.

    `kind` is new (the code was unknown), next (a new period of a known code), changed, or closed (a last day was given
    and nothing else).
    """

    kind: str
    now: Entry
    was: Entry | None = None
    before: Entry | None = None
    line: int = 0

    def fields(self) -> list[Field]:
        """The columns that differ from the row it replaces, or from what held until then."""
        base = self.was or self.before
        old = sheets.cells_of(base) if base else {}
        new = sheets.cells_of(self.now)
        if self.kind == "next":
            old = {**old, "valid_from": "", "valid_to": ""}
        names = dict.fromkeys([*new, *old])
        return [
            Field(n, old.get(n, ""), new.get(n, "")) for n in names if old.get(n, "") != new.get(n, "") and n != "code"
        ]

    def reaches_back(self, today: dt.date) -> bool:
        """Whether it changes what a day that is over has meant; names, source and the mark of verification aside."""
        if self.was is None:
            return self.now.valid_from < today
        if dict(self.was.attributes) != dict(self.now.attributes):
            return self.now.valid_from < today
        ends = (self.was.valid_to, self.now.valid_to)
        return ends[0] != ends[1] and any(end is not None and end < today - dt.timedelta(days=1) for end in ends)


@dataclass(frozen=True, slots=True)
class Difference:
    """All rows of a file that differ, in the order of the file; `same` is how many do not."""

    list: str
    changes: tuple[Change, ...]
    same: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """The differing rows alone, JSON-ready: what each was and what it becomes."""
        return {"list": self.list, "rows": [{"was": row_of(c.was), "now": row_of(c.now)} for c in self.changes]}

    def digest(self) -> str:
        """SHA-256 of the payload's canonical bytes, hexadecimal."""
        return canonical.digest(self.payload())


def of_sheet(sheet: sheets.Sheet, book: Book) -> tuple[Difference, list[Finding]]:
    """What the file would change, and everything wrong with it (then the difference says nothing)."""
    held = _Held.of(book.entries(sheet.list))
    gathered: list[Change] = []
    found: list[Finding] = list(sheet.findings)
    for line in sheet.lines:
        change, wrong = _change(sheet.list, line, held)
        gathered += [change] if change else []
        found += wrong
        if len(found) >= sheets.MOST_FINDINGS:
            break
    known = _Coming(book, sheet.list, [c.now for c in gathered])
    for change in gathered:
        if len(found) >= sheets.MOST_FINDINGS:
            break
        if change.was is None or change.was != change.now:
            found += _wrong(change, known)
    found.sort(key=lambda finding: int(finding.pointer.split("/")[2]))
    return _gathered(sheet.list, gathered), found[: sheets.MOST_FINDINGS]


def of_payload(payload: Mapping[str, Any], book: Book) -> Difference:
    """The difference that a proposal keeps, with what holds in its places at present."""
    name = str(payload["list"])
    held = _Held.of(book.entries(name))
    rows = [(entry_of(name, row["was"]), entry_of(name, row["now"])) for row in payload["rows"]]
    return _gathered(name, [_compared(now, was, held) for was, now in rows if now is not None])


def _gathered(name: str, changes: Sequence[Change]) -> Difference:
    differing = tuple(c for c in changes if c.kind != "same")
    counts: dict[str, int] = {}
    for change in differing:
        counts[change.kind] = counts.get(change.kind, 0) + 1
    return Difference(name, differing, len(changes) - len(differing), counts)


@dataclass(frozen=True, slots=True)
class _Held:
    """A list by code and by code and first day; of a code the period that began last comes first."""

    rows: Mapping[tuple[str, dt.date], Entry]
    periods: Mapping[str, list[Entry]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> _Held:
        periods: dict[str, list[Entry]] = {}
        for entry in entries:
            periods.setdefault(entry.code, []).append(entry)
        return cls({(e.code, e.valid_from): e for of in periods.values() for e in of}, periods)

    def on(self, code: str, day: dt.date) -> Entry | None:
        return next((e for e in self.periods.get(code, ()) if e.holds(day)), None)

    def others(self, entry: Entry) -> list[Entry]:
        """The other periods of the entry's code."""
        return [e for e in self.periods.get(entry.code, ()) if e.valid_from != entry.valid_from]

    def base(self, line: sheets.Line) -> Entry | None:
        """What the missing columns of a row are taken from: the row itself, else what holds on its first day."""
        code, day = line.cells["code"], sheets.day_of(line.cells["valid_from"])
        if day is None:
            return None
        return self.rows.get((code, day)) or self._without_end(code, day)

    def _without_end(self, code: str, day: dt.date) -> Entry | None:
        """The last day of the period before is not the last day of the next one."""
        before = self.on(code, day)
        if before is None:
            return None
        return Entry(before.list, code, day, None, before.names, before.attributes, before.source, before.verified)


class _Coming:
    """The code book as it will be with the rows of the file, so that a row may name another row of the same file."""

    def __init__(self, book: Book, name: str, rows: Iterable[Entry]) -> None:
        self._book, self._name = book, name
        self._rows: dict[str, list[Entry]] = {}
        for entry in rows:
            self._rows.setdefault(entry.code, []).append(entry)

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool:
        if list_name == self._name and any(e.holds(on) for e in self._rows.get(code, ())):
            return True
        return self._book.has(list_name, code, on)


def _change(name: str, line: sheets.Line, held: _Held) -> tuple[Change | None, list[Finding]]:
    entry, wrong = sheets.entry(name, line, held.base(line))
    if entry is None:
        return None, wrong
    was = held.rows.get((entry.code, entry.valid_from))
    return _compared(entry, was, held, line.number), []


def _compared(now: Entry, was: Entry | None, held: _Held, line: int = 0) -> Change:
    if was is None:
        others = held.others(now)
        before = next((e for e in others if e.holds(now.valid_from)), None)
        return Change("next" if others else "new", now, None, before, line)
    if row_of(was) == row_of(now):
        return Change("same", now, was, None, line)
    change = Change("changed", now, was, None, line)
    only_ends = [f.name for f in change.fields()] == ["valid_to"]
    return Change("closed", now, was, None, line) if only_ends and now.valid_to else change


def _wrong(change: Change, codes: shapes.Codes) -> list[Finding]:
    now = change.now
    found = rules.findings(EnterCode.of(now, _WHY))
    found += [] if found else list(shapes.unknown_codes(now.list, now.attributes, codes, now.valid_from))
    return [sheets.at_line(change.line, _column(f.pointer), f.rule, f.message) for f in found]


def _column(pointer: str) -> str:
    """`/attributes/effect` and `/names/tg` are the columns effect and tg."""
    return pointer.rsplit("/", 1)[-1]


def row_of(entry: Entry | None) -> dict[str, Any] | None:
    """The entry as JSON-ready columns, without the name of its list."""
    if entry is None:
        return None
    return {
        "code": entry.code,
        "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "names": dict(entry.names),
        "attributes": dict(entry.attributes),
        "source": entry.source,
        "verified": entry.verified,
    }


def entry_of(name: str, row: Mapping[str, Any] | None) -> Entry | None:
    """The entry that `row_of` made the columns of."""
    if row is None:
        return None
    until = row["valid_to"]
    return Entry(
        name,
        row["code"],
        dt.date.fromisoformat(row["valid_from"]),
        dt.date.fromisoformat(until) if until else None,
        row["names"],
        row["attributes"],
        row["source"],
        row["verified"],
    )
