"""The tariff of a codebook: compiled once for each snapshot, looked up by day.

Which row of `tax_rate` is used for an item, where several fit, is decided by these steps; the first that differs
decides:

1. the higher `rank` (0 unless given: a treaty's rate for all goods may rank before the rates of single goods);
2. a quota that covers the goods before none;
3. the longer commodity;
4. a preference that the item claims before none;
5. a country of origin before a group of countries before none;
6. the longer beginning of the procedure;
7. the later first day; then, so that the answer is always the same, the first code in the alphabet.

A row with a preference is for items that claim it, one with a quota for what is written off that quota. Where the procedure's regime is `free` only rows that name a
procedure count.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from app.core.errors import Finding
from app.core.text import Text, _, excerpt
from app.reference.codebook import Codebook, Entry
from app.tariff import exchange, rows
from app.tariff.results import RateUsed
from app.tariff.rows import MinimumRow, Rate, Tax

RATE_AGE: Final = "rate-age-days"
PAYABLE_REGIME: Final = "payable"
SUSPENDED_REGIME: Final = "suspended"
FREE_REGIME: Final = "free"
#: Kept before the oldest is forgotten.
MOST_DAYS: Final = 64
MOST_PLANS: Final = 20_000
MOST_TARIFFS: Final = 4

R = TypeVar("R")
#: Commodity, origin, procedure, preference, quota.
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Levy:
    """A tax with the rate that holds for some goods."""

    tax: Tax
    rate: Rate
    verified: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Something doubtful about goods, told at `pointer` below the item; `missing` where an amount cannot be known."""

    pointer: str
    rule: str
    message: Text
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is levied on goods of one commodity, origin, procedure and preference on a day."""

    regime: str
    levies: tuple[Levy, ...]
    minimum: MinimumRow | None
    problems: tuple[Problem, ...]


class DayTariff:
    """The tariff of one administration on one day."""

    def __init__(self, codes: Codebook, quotes: exchange.Quotes, administration: str, day: dt.date) -> None:
        self.administration, self.day = administration, day
        self._codes = codes
        self._quotes = quotes
        self.faults: list[tuple[Entry, str]] = []
        self.taxes = self._in_order(self._read("tax", rows.tax))
        self.fees = tuple(sorted(self._read("fee", rows.fee), key=lambda fee: fee.entry.code))
        self._rates: dict[str, dict[str, list[Entry]]] = {}
        for entry in self._mine("tax_rate"):
            of_tax = self._rates.setdefault(str(entry.attributes.get("tax")), {})
            of_tax.setdefault(str(entry.attributes.get("commodity") or ""), []).append(entry)
        self._minimums: dict[str, list[MinimumRow]] = {}
        for row in self._read("minimum_value", rows.minimum):
            self._minimums.setdefault(row.commodity, []).append(row)
        self._groups: dict[str, set[str]] = {}
        for entry in codes.entries("country_group", day):
            country, group = entry.attributes.get("country"), entry.attributes.get("group")
            self._groups.setdefault(str(country), set()).add(str(group))
        self._origins: dict[str, frozenset[str]] = {}
        self._proofs: dict[str, frozenset[str]] = {}
        self._parameters = {e.code: str(e.attributes.get("value", "")) for e in codes.entries("parameter", day)}
        self._known: dict[int, Rate | None] = {}
        self._plans: dict[Key, Plan] = {}
        self._exchange: dict[str, RateUsed | None] = {}

    @property
    def currency(self) -> str:
        """The national currency as the taxes name it; `XXX` (none) where there are no taxes."""
        return self.taxes[0].currency if self.taxes else "XXX"

    def plan(
        self, commodity: str, origin: str, procedure: str, preference: str | None, quota: str | None = None
    ) -> Plan:
        """What is levied on such goods; the same question has the same answer. With a `quota`, on what it covers."""
        key = (commodity, origin, procedure, preference or "", quota or "")
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = self._planned(*key)
        return plan

    def exchange(self, currency: str) -> RateUsed | None:
        """The rate of exchange of the day, stale where only an older one is known, None without any."""
        if currency not in self._exchange:
            self._exchange[currency] = exchange.of_day(
                self._quotes, self.administration, currency, self.day, self.rate_age
            )
        return self._exchange[currency]

    @cached_property
    def rate_age(self) -> int | None:
        """After how many days a rate of exchange is marked as old; None where the administration has not said."""
        value = self.parameter(RATE_AGE)
        return int(value) if value.isascii() and value.isdigit() else None

    def parameter(self, name: str) -> str:
        """The administration's own value (`name.TJ`), else the general one, else nothing."""
        return self._parameters.get(f"{name}.{self.administration}") or self._parameters.get(name) or ""

    @cached_property
    def is_holiday(self) -> bool:
        """Whether a row of `holiday` holds on the day; one with `day` (`03-21`) comes again each year."""
        this = self.day.strftime("%m-%d")
        return any(entry.attributes.get("day", this) == this for entry in self._mine("holiday"))

    def regime(self, procedure: str) -> str:
        """Whether goods under the procedure pay, secure or do not owe import taxes; what is not known pays."""
        for code in dict.fromkeys((procedure, procedure[:4], procedure[:2])):
            entry = self._codes.find("procedure", code, self.day)
            if entry is not None:
                return str(entry.attributes.get("regime") or PAYABLE_REGIME)
        return PAYABLE_REGIME

    def grants(self, commodity: str, origin: str, procedure: str, preference: str, quota: str) -> tuple[bool, bool]:
        """Whether rates hold for such goods because of the preference of their origin, and because of the quota."""
        levies = self.plan(commodity, origin, procedure, preference, quota).levies
        preferred = levies if not quota else self.plan(commodity, origin, procedure, preference).levies
        return (
            bool(preference)
            and self._is_of_origin(preference)
            and any(levy.rate.preference == preference for levy in preferred),
            bool(quota) and any(levy.rate.quota == quota for levy in levies),
        )

    def origins(self, country: str) -> frozenset[str]:
        """A country and the groups of countries that it belongs to."""
        found = self._origins.get(country)
        if found is None:
            found = frozenset({country, *self._groups.get(country, ())})
            if country in self._groups:  # words that are no country must not fill the memory
                self._origins[country] = found
        return found

    def proofs(self, preference: str) -> frozenset[str]:
        """The types of document that prove the origin for a preference, as its list says."""
        found = self._proofs.get(preference)
        if found is None:
            entry = self._codes.find("preference", preference, self.day)
            found = (
                frozenset(str(entry.attributes.get("documents") or "").split()) if entry is not None else frozenset()
            )
            if entry is not None:  # words that are no preference must not fill the memory
                self._proofs[preference] = found
        return found

    def only_registered(self, preference: str) -> bool:
        """Whether its list says that the preference is given for registered proofs of origin alone."""
        entry = self._codes.find("preference", preference, self.day)
        return entry is not None and entry.attributes.get("registered") == "yes"

    def rate(self, tax: str, key: Key, *, named_procedure: bool = False) -> Rate | None:
        """The row that holds for such goods (see the steps at the top), None without any."""
        commodity = key[0]
        best, best_rank = None, None
        of_tax = self._rates.get(tax, {})
        for length in range(len(commodity), -1, -1):
            for entry in of_tax.get(commodity[:length], ()):
                rate = self._rate(entry)
                if rate is None or not self._fits(rate, key) or (named_procedure and not rate.procedure):
                    continue
                rank = _precedence(rate)
                if best_rank is None or rank > best_rank:
                    best, best_rank = rate, rank
        return best

    def _planned(self, *key: str) -> Plan:
        commodity, origin, procedure, preference, quota = key
        goods: Key = (commodity, origin, procedure, preference, quota)
        regime = self.regime(procedure)
        free = regime == FREE_REGIME
        levies, problems = [], []
        for tax in self.taxes:
            rate = self.rate(tax.name, goods, named_procedure=free)
            if rate is None:
                if tax.needed and not free:
                    problems.append(_no_rate(tax, commodity, self.day))
                continue
            if rate.fault:
                problems.append(_unreadable(tax, rate))
                continue
            levies.append(Levy(tax, rate, tax.entry.verified and rate.entry.verified))
        if preference and not free and self._is_of_origin(preference):
            granted = {levy.rate.preference for levy in levies}
            if preference not in granted and not quota:
                problems.append(_not_granted(preference, origin, commodity))
        return Plan(regime, tuple(levies), self._minimum(commodity, origin), tuple(problems))

    def _is_of_origin(self, preference: str) -> bool:
        """Whether the preference is one of tariff: exemptions are granted by certificate, not by rate."""
        entry = self._codes.find("preference", preference, self.day)
        return entry is None or entry.attributes.get("basis", "origin") == "origin"

    def _fits(self, rate: Rate, key: Key) -> bool:
        _commodity, origin, procedure, preference, quota = key
        if rate.preference and rate.preference != preference:
            return False
        if rate.quota and rate.quota != quota:
            return False
        if not procedure.startswith(rate.procedure):
            return False
        return self._is_from(rate.origin, origin)

    def _is_from(self, wanted: str, origin: str) -> bool:
        return not wanted or wanted == origin or wanted in self._groups.get(origin, ())

    def _minimum(self, commodity: str, origin: str) -> MinimumRow | None:
        for length in range(len(commodity), -1, -1):
            fitting = [row for row in self._minimums.get(commodity[:length], ()) if self._is_from(row.origin, origin)]
            if fitting:
                return max(fitting, key=lambda row: (_closeness(row.origin), row.entry.valid_from, row.entry.code))
        return None

    def _rate(self, entry: Entry) -> Rate | None:
        """The row as a rate, read when it is first met."""
        at = id(entry)
        if at not in self._known:
            try:
                self._known[at] = rows.rate(entry)
            except rows.RowFault:
                self._known[at] = None
        return self._known[at]

    def _mine(self, list_name: str) -> Iterable[Entry]:
        entries = self._codes.entries(list_name, self.day)
        return (entry for entry in entries if entry.attributes.get("administration") == self.administration)

    def _read(self, list_name: str, read: Callable[[Entry], R]) -> list[R]:
        found = []
        for entry in self._mine(list_name):
            try:
                found.append(read(entry))
            except rows.RowFault as fault:
                self.faults.append((entry, str(fault)))
        return found

    def _in_order(self, taxes: list[Tax]) -> tuple[Tax, ...]:
        """The taxes in their legal order; one whose base names what is not before it cannot be used."""
        before: list[Tax] = []
        for tax in sorted(taxes, key=lambda tax: (tax.order, tax.name)):
            if not {t.name for t in before}.issuperset(tax.on):
                self.faults.append((tax.entry, "base names a tax that does not come before this one"))
                continue
            before.append(tax)
        return tuple(before)


class Tariff:
    """The tariffs of all administrations and days of one snapshot of the codes."""

    def __init__(self, codes: Codebook) -> None:
        self.codes = codes
        self._quotes, self._faults = exchange.quoted(codes.entries("exchange_rate"))
        self._days: OrderedDict[tuple[str, dt.date], DayTariff] = OrderedDict()

    def on(self, administration: str, day: dt.date) -> DayTariff:
        """The tariff of that administration on that day."""
        key = (administration, day)
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = DayTariff(self.codes, self._quotes, administration, day)
            while len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
        return found


_TARIFFS: OrderedDict[int, Tariff] = OrderedDict()


def tariff(codes: Codebook) -> Tariff:
    """The tariff of this snapshot; compiled the first time, the same object after that."""
    found = _TARIFFS.get(id(codes))
    if found is None or found.codes is not codes:
        found = _TARIFFS[id(codes)] = Tariff(codes)
        while len(_TARIFFS) > MOST_TARIFFS:
            _TARIFFS.popitem(last=False)
    return found


_READERS: Final[Mapping[str, Callable[[Entry], object]]] = {
    "tax": rows.tax,
    "fee": rows.fee,
    "minimum_value": rows.minimum,
    "exchange_rate": exchange.quote_of,
}
#: Every list of the tariff has this attribute; a country group is everybody's.
_OWNED: Final = (*_READERS, "tax_rate", "holiday")


def faults(entries: Iterable[Entry]) -> list[Finding]:
    """What is wrong with rows of the tariff's lists, before they are put in force. Rows of other lists are passed over.

    Pointers are `/{place}/attributes` with the place of the row among `entries`, from 0.
    """
    found = []
    for place, entry in enumerate(entries):
        fault = _fault(entry)
        if fault:
            found.append(
                Finding(
                    f"/{place}/attributes",
                    "tariff.row",
                    _("The row “{code}” cannot be used: {fault}. Correct it.", code=excerpt(entry.code), fault=fault),
                )
            )
    return found


def _fault(entry: Entry) -> str:
    try:
        if entry.list in _OWNED:
            rows.text(entry, "administration", needed=True)
        if entry.list == "tax_rate":
            rows.name(entry, "tax")
            return rows.rate(entry).fault
        read = _READERS.get(entry.list)
        if read is not None:
            read(entry)
    except rows.RowFault as fault:
        return str(fault)
    return ""


def _precedence(rate: Rate) -> tuple[int, bool, int, bool, int, int, dt.date]:
    return (
        rate.rank,
        bool(rate.quota),
        len(rate.commodity),
        bool(rate.preference),
        _closeness(rate.origin),
        len(rate.procedure),
        rate.entry.valid_from,
    )


def _closeness(origin: str) -> int:
    """A country says more than a group of countries, and that more than nothing."""
    if not origin:
        return 0
    return 2 if len(origin) == 2 else 1


def _no_rate(tax: Tax, commodity: str, day: dt.date) -> Problem:
    return Problem(
        "/commodity",
        "rate.none",
        _(
            "No rate of the tax “{tax}” is known for {commodity} on {day}. "
            "Correct the commodity, or have an administrator enter the rate.",
            tax=tax.name,
            commodity=commodity,
            day=day.isoformat(),
        ),
        missing=True,
    )


def _unreadable(tax: Tax, rate: Rate) -> Problem:
    return Problem(
        "/commodity",
        "rate.unreadable",
        _(
            "The rate “{code}” of the tax “{tax}” cannot be used: {fault}. Have an administrator correct it.",
            code=rate.entry.code,
            tax=tax.name,
            fault=rate.fault,
        ),
        missing=True,
    )


def _not_granted(preference: str, origin: str, commodity: str) -> Problem:
    return Problem(
        "/preference",
        "preference.not-granted",
        _(
            "No rate grants the preference {preference} to {commodity} of origin {origin}; the ordinary rates are used. "
            "Check the origin and the preference.",
            preference=preference,
            commodity=commodity,
            origin=origin,
        ),
    )
