"""The codes in force as one immutable snapshot in memory, for rules that run many times in a request.

Nothing here knows a database: `queries.codebook` fills a `Codebook` from the tables, `loading.codebook` from the files
of this release. A day is always a `date` (the day at the post), never a `datetime`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

LOCALES = ("en", "tg", "ru", "fa_AF", "ps")

COMMODITY = "commodity"
CONTROLLED = "controlled"
LISTS = (
    COMMODITY,
    "country",
    "currency",
    "package_kind",
    "unit",
    "document_type",
    "procedure",
    "declaration_type",
    "incoterm",
    "transport_mode",
    "control_type",
    CONTROLLED,
    "parameter",
    "tax",
    "tax_rate",
    "exchange_rate",
    "fee",
    "country_group",
    "minimum_value",
    "holiday",
    "required_document",
    "valuation_method",
    "transaction_nature",
    "preference",
    "rule_severity",
    "supplementary_unit",
    "bank",
    "guarantee_type",
    "invalid_guarantee_reason",
    "incident_code",
    "location_type",
    "location_qualifier",
    "previous_document_type",
    "transport_document_type",
    "requested_document_type",
    "dangerous_goods",
    "transit_limit",
    "transit_route",
    "tir_ceiling",
    "risk_ceiling",
    "inspection_set",
    "inspection_place",
    "voucher_amount",
    "trusted_criterion",
    "exception_rule",
    "exception_reason",
    "seizure_kind",
    "legal_basis",
    "appeal_body",
)

#: The international part of a commodity code; countries add up to six digits of their own, which are not known here.
HS_DIGITS = 6
COMMODITY_DIGITS = range(HS_DIGITS, 13)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one code of one list means between two days, both included; without `valid_to` until further notice."""

    list: str
    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    names: Mapping[str, str]
    attributes: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    source: str = ""
    verified: bool = False

    def holds(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def name(self, locale: str) -> str:
        """The name in the locale, else in English, else the code."""
        return self.names.get(locale) or self.names.get("en") or self.code

    def marked(self, locale: str) -> str:
        """The same for screens: a name that no source has in the locale says that it is English."""
        own = self.names.get(locale)
        return own or (f"{self.names['en']} (en)" if locale != "en" and self.names.get("en") else self.name(locale))


@dataclass(frozen=True, slots=True)
class Post:
    """A border crossing point, or an office inland. Degrees are WGS 84, as good as `position_quality` says."""

    code: str
    country: str
    neighbour: str | None
    kind: str
    time_zone: str
    crossing: str
    names: Mapping[str, str]
    latitude: Decimal | None
    longitude: Decimal | None
    position_quality: str
    unlocode: str | None
    hours_note: str
    attributes: Mapping[str, Any]
    valid_from: dt.date
    valid_to: dt.date | None
    source: str = ""
    verified: bool = False

    def holds(self, on: dt.date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def name(self, locale: str) -> str:
        """The name in the locale, else in English, else the code."""
        return self.names.get(locale) or self.names.get("en") or self.code


Periods = Mapping[str, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True, repr=False, eq=False, weakref_slot=True)
class Codebook:
    """Every code with its periods. Made by `Codebook.of`; where periods overlap, the one that began last holds.

    One snapshot equals only itself, so that what is compiled from it can be kept by it as a key.
    """

    _lists: Mapping[str, Periods]
    _controlled: Mapping[str, tuple[Entry, ...]]
    _posts: Mapping[str, Post]

    @classmethod
    def of(cls, entries: Iterable[Entry], posts: Iterable[Post] = ()) -> Codebook:
        """A snapshot of the given entries, in any order."""
        newest_first = sorted(entries, key=lambda e: e.valid_from, reverse=True)
        lists = {name: _by(code_of, of) for name, of in _by(list_of, newest_first).items()}
        controlled = _by(prefix_of, (e for e in newest_first if e.list == CONTROLLED))
        return cls(lists, controlled, {p.code: p for p in sorted(posts, key=lambda p: p.code)})

    def has(self, list_name: str, code: str, on: dt.date) -> bool:
        """Whether the code may be written in a declaration of that day.

        A commodity needs at least six digits: chapters and headings have meanings but are not declared.
        """
        if list_name == COMMODITY and len(code) < HS_DIGITS:
            return False
        return self.find(list_name, code, on) is not None

    def find(self, list_name: str, code: str, on: dt.date) -> Entry | None:
        """What the code means on that day; a commodity with national digits means its first six."""
        periods = self._periods(list_name, code)
        return next((e for e in periods if e.holds(on)), None)

    def name(self, list_name: str, code: str, locale: str, on: dt.date | None = None) -> str:
        """The name on that day (without a day: the last one known): in the locale, else in English, else the code."""
        periods = self._periods(list_name, code)
        entry = next((e for e in periods if on is None or e.holds(on)), None)
        return entry.name(locale) if entry else code

    def choices(self, list_name: str, on: dt.date, locale: str) -> list[tuple[str, str]]:
        """(code, name) of everything that may be written on that day: countries by name, other lists by code."""
        known = self._lists.get(list_name, {})
        found = [
            (code, entry.marked(locale) if entry is not None else code)
            for code in known
            if self.has(list_name, code, on)
            for entry in [self.find(list_name, code, on)]
        ]
        if list_name == "country":
            return sorted(found, key=lambda choice: choice[1].casefold())
        return sorted(found, key=lambda choice: (len(choice[0]) if choice[0].isdigit() else 0, choice[0]))

    def entries(self, list_name: str, on: dt.date | None = None) -> tuple[Entry, ...]:
        """Everything a list says, by code: on a day the one entry of each code that holds, else all periods.

        Of one code the period that began last comes first.
        """
        known = sorted(self._lists.get(list_name, {}).items())
        if on is None:
            return tuple(entry for _, periods in known for entry in periods)
        of_the_day = (next((e for e in periods if e.holds(on)), None) for _, periods in known)
        return tuple(entry for entry in of_the_day if entry is not None)

    def commodity_of(self, code: str, on: dt.date | None = None) -> Entry | None:
        """The six-digit entry of the Harmonized System that a declared commodity belongs to."""
        if len(code) < HS_DIGITS:
            return None
        periods = self._periods(COMMODITY, code)
        return next((e for e in periods if on is None or e.holds(on)), None)

    def controlled(self, commodity: str, on: dt.date) -> tuple[Entry, ...]:
        """Why goods of this commodity may need a permit: of every group the entry with the longest prefix.

        The longest prefixes come first. An entry's attributes are `prefix`, `group`, `goods` (list), and where known
        `cas` (list), `notes` (list) and `document` (the type of document that answers it).
        """
        found: dict[str, Entry] = {}
        for length in range(len(commodity), 1, -1):
            for entry in self._controlled.get(commodity[:length], ()):
                if entry.holds(on):
                    found.setdefault(entry.attributes["group"], entry)
        return tuple(found.values())

    def post(self, code: str) -> Post | None:
        return self._posts.get(code)

    def day_at(self, post: str, at: dt.datetime) -> dt.date:
        """The calendar day at a post; of a place that nobody knows, that of UTC."""
        known = self._posts.get(post)
        return (at.astimezone(ZoneInfo(known.time_zone)) if known else at.astimezone(dt.UTC)).date()

    def posts(self) -> tuple[Post, ...]:
        """All posts and offices in the order of their codes, those no longer in force too."""
        return tuple(self._posts.values())

    def count(self, list_name: str) -> int:
        """How many codes a list has, whatever their dates."""
        return len(self._lists.get(list_name, {}))

    def _periods(self, list_name: str, code: str) -> tuple[Entry, ...]:
        known = self._lists.get(list_name)
        if known is None:
            return ()
        periods = known.get(code, ())
        if periods or list_name != COMMODITY or not _has_national_digits(code):
            return periods
        return known.get(code[:HS_DIGITS], ())


def _has_national_digits(code: str) -> bool:
    return len(code) in COMMODITY_DIGITS and code.isascii() and code.isdigit()


def _by(key: Callable[[Entry], str], entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return {name: tuple(of) for name, of in groups.items()}


def list_of(entry: Entry) -> str:
    return entry.list


def code_of(entry: Entry) -> str:
    return entry.code


def prefix_of(entry: Entry) -> str:
    prefix: str = entry.attributes["prefix"]
    return prefix
