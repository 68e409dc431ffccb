"""Reads the code lists of this release: the CSV files of `data/`, and the lists that packages carry.

A file is a list, its name the list's name. Its columns are `code`, names by locale (`en` at least), `valid_from`,
`valid_to`, `source`, `verified`; any other column is an attribute. `controlled.csv` and `post.csv` have shapes of their
own. Pure: nothing here knows a database.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from app.core import canonical
from app.reference import standards
from app.reference.codebook import COMMODITY, CONTROLLED, LISTS, LOCALES, Codebook, Entry, Post

DATA = Path(__file__).parent / "data"

_FROM_PACKAGES = (COMMODITY, "country", "currency")
_COMMON = {"code", *LOCALES, "valid_from", "valid_to", "source", "verified"}
_YES_NO = {"true": True, "false": False}

Row = Mapping[str, str]
T = TypeVar("T")


class DataFault(ValueError):
    """A file of this release is wrong: the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All reference data of a release."""

    entries: tuple[Entry, ...]
    posts: tuple[Post, ...]

    def digest(self) -> str:
        """SHA-256 over everything, hexadecimal: equal digests, equal data."""
        return canonical.digest([*map(entry_row, self.entries), *map(post_row, self.posts)])


def bundle() -> Bundle:
    """The reference data of this release, read anew."""
    files = [name for name in LISTS if name not in (*_FROM_PACKAGES, CONTROLLED)]
    listed = [entry for name in files for entry in simple_list(name, DATA / f"{name}.csv")]
    return Bundle(
        (*standards.entries(), *listed, *controlled_goods(DATA / "controlled.csv")), tuple(posts(DATA / "post.csv"))
    )


@lru_cache(1)
def codebook() -> Codebook:
    """The release's data as a codebook, for tests and tools that have no database."""
    read = bundle()
    return Codebook.of(read.entries, read.posts)


def simple_list(name: str, file: Path) -> list[Entry]:
    """The entries of a list whose file has one row a code and period."""

    def entry(row: Row) -> Entry:
        attributes = {column: value for column, value in row.items() if column not in _COMMON and value}
        return Entry(
            name,
            _needed(row, "code"),
            _day(_needed(row, "valid_from")),
            _last_day(row),
            _names(row),
            attributes,
            _needed(row, "source"),
            _YES_NO[row["verified"]],
        )

    return list(_each(file, entry))


def controlled_goods(file: Path) -> list[Entry]:
    """Goods under control: a row's `commodity` is a prefix, a range or a list of them (`3601-3604`, `01-05,16`).

    Rows of one group under one prefix become one entry that lists their goods.
    """
    gathered: dict[tuple[str, str, dt.date], Entry] = {}
    for row, prefixes in _each(file, lambda row: (row, expand(_needed(row, "commodity")))):
        for prefix in prefixes:
            entry = _controlled(row, prefix)
            key = (prefix, entry.attributes["group"], entry.valid_from)
            gathered[key] = _joined(gathered[key], entry) if key in gathered else entry
    return list(gathered.values())


def expand(commodities: str) -> list[str]:
    """The prefixes a text such as `01-05,16` stands for; the ends of a range have the same number of digits."""
    prefixes: list[str] = []
    for part in commodities.split(","):
        first, dash, last = part.strip().partition("-")
        last = last if dash else first
        if not (first.isdigit() and last.isdigit() and len(first) == len(last) and first <= last):
            raise ValueError(f"{part!r} is no commodity prefix or range")
        prefixes += [f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
    return prefixes


def posts(file: Path) -> list[Post]:
    """The border crossing points and offices."""
    return list(_each(file, _post))


def entry_row(entry: Entry) -> dict[str, Any]:
    """The entry as JSON-ready columns."""
    return {
        "list": entry.list,
        "code": entry.code,
        "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "names": dict(entry.names),
        "attributes": dict(entry.attributes),
        "source": entry.source,
        "verified": entry.verified,
    }


def post_row(post: Post) -> dict[str, Any]:
    """The post as JSON-ready columns; degrees are texts of decimals."""
    return {
        "code": post.code,
        "country": post.country,
        "neighbour": post.neighbour,
        "kind": post.kind,
        "time_zone": post.time_zone,
        "crossing": post.crossing,
        "names": dict(post.names),
        "latitude": None if post.latitude is None else str(post.latitude),
        "longitude": None if post.longitude is None else str(post.longitude),
        "position_quality": post.position_quality,
        "unlocode": post.unlocode,
        "hours_note": post.hours_note,
        "attributes": dict(post.attributes),
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else None,
        "source": post.source,
        "verified": post.verified,
    }


def _controlled(row: Row, prefix: str) -> Entry:
    group = _needed(row, "group")
    attributes: dict[str, Any] = {"prefix": prefix, "group": group, "goods": [_needed(row, "goods")]}
    if row["cas"]:
        attributes["cas"] = [row["cas"]]
    if row["note"]:
        attributes["notes"] = [row["note"]]
    if row["document"]:
        attributes["document"] = row["document"]
    slug = re.sub(r"[^a-z0-9]+", "-", group.lower()).strip("-")
    return Entry(
        CONTROLLED,
        f"{prefix}-{slug}",
        _day(_needed(row, "valid_from")),
        _last_day(row),
        {"en": f"{group}: {row['goods']}"},
        attributes,
        _needed(row, "source"),
        _YES_NO[row["verified"]],
    )


def _joined(one: Entry, other: Entry) -> Entry:
    attributes = dict(one.attributes)
    for part in ("goods", "cas", "notes"):
        both = [*attributes.get(part, ()), *other.attributes.get(part, ())]
        if both:
            attributes[part] = list(dict.fromkeys(both))
    name = f"{attributes['group']}: {'; '.join(attributes['goods'])}"
    return Entry(one.list, one.code, one.valid_from, one.valid_to, {"en": name}, attributes, one.source, one.verified)


def _post(row: Row) -> Post:
    return Post(
        code=_needed(row, "code"),
        country=_needed(row, "country"),
        neighbour=row["neighbour"] or None,
        kind=_needed(row, "kind"),
        time_zone=_needed(row, "time_zone"),
        crossing=row["crossing"],
        names=_names(row),
        latitude=Decimal(row["latitude"]) if row["latitude"] else None,
        longitude=Decimal(row["longitude"]) if row["longitude"] else None,
        position_quality=row["position_quality"],
        unlocode=row["unlocode"] or None,
        hours_note=row["hours_note"],
        attributes={name: row[name] for name in ("link", "region") if row[name]},
        valid_from=_day(_needed(row, "valid_from")),
        valid_to=_last_day(row),
        source=_needed(row, "source"),
        verified=_YES_NO[row["verified"]],
    )


def _each(file: Path, build: Callable[[Row], T]) -> Iterator[T]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        for row in reader:
            try:
                yield build(row)
            except (ValueError, KeyError, ArithmeticError, AttributeError, TypeError) as fault:
                raise DataFault(f"{file.name}, line {reader.line_num}: {fault}") from fault


def _needed(row: Row, column: str) -> str:
    value = row[column]
    if not value:
        raise ValueError(f"{column} is empty")
    return value


def _names(row: Row) -> dict[str, str]:
    _needed(row, "en")
    return {locale: row[locale] for locale in LOCALES if row.get(locale)}


def _day(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


def _last_day(row: Row) -> dt.date | None:
    return _day(row["valid_to"]) if row["valid_to"] else None


def by_list(entries: Iterable[Entry]) -> dict[str, int]:
    """How many entries each list has."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.list] = counts.get(entry.list, 0) + 1
    return counts
