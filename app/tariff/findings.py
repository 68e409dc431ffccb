"""What one assessment comes upon while it calculates: warnings, the rates of exchange used, and what is missing."""

from __future__ import annotations

from decimal import Decimal

from app.core.errors import Finding
from app.core.text import Text, _, excerpt
from app.tariff.book import DayTariff, Problem
from app.tariff.results import RateUsed

_ONE = Decimal(1)


class Findings:
    """Collects for one assessment; each currency is told of once, at the place where it is first needed."""

    def __init__(self, day: DayTariff) -> None:
        self._day = day
        self.warnings: list[Finding] = []
        self.incomplete = False
        self._rates: dict[str, Decimal | None] = {day.currency: _ONE}
        self._used: list[RateUsed] = []

    @property
    def rates(self) -> tuple[RateUsed, ...]:
        """The rates of exchange used, by currency."""
        return tuple(sorted(self._used, key=lambda used: used.currency))

    def tell(self, pointer: str, rule: str, message: Text, *, missing: bool = False) -> None:
        """A warning; with `missing` the assessment stays incomplete."""
        self.warnings.append(Finding(pointer, rule, message, "warning"))
        if missing:
            self.lack()

    def lack(self) -> None:
        """Something that is due cannot be known."""
        self.incomplete = True

    def problem(self, base: str, problem: Problem) -> None:
        self.tell(base + problem.pointer, problem.rule, problem.message, missing=problem.missing)

    def rate(self, currency: str, pointer: str) -> Decimal | None:
        """How much national money one of the currency is; None where no rate was ever known, which is told.

        Whether an amount that is due lacks it is for the caller to say (`lack`): exports owe nothing on their value.
        """
        if currency in self._rates:
            return self._rates[currency]
        used = self._day.exchange(currency)
        self._rates[currency] = used.per_one if used else None
        if used is None:
            self._missing(currency, pointer)
            return None
        self._used.append(used)
        if used.stale:
            self._stale(used, pointer)
        elif used.old:
            self._old(used, pointer)
        return used.per_one

    def _missing(self, currency: str, pointer: str) -> None:
        message = _(
            "No rate of exchange of “{currency}” is known on {day}, so what is counted in it has no amount. "
            "Correct the currency, or have an administrator enter its rate.",
            currency=excerpt(currency),
            day=self._day.day.isoformat(),
        )
        self.tell(pointer, "rate.missing", message)

    def _stale(self, used: RateUsed, pointer: str) -> None:
        message = _(
            "No rate of exchange of {currency} is known for {day}; the last one known, of {date}, was used. "
            "An administrator can enter the rate of the day.",
            currency=used.currency,
            day=self._day.day.isoformat(),
            date=used.day.isoformat(),
        )
        self.tell(pointer, "rate.stale", message)

    def _old(self, used: RateUsed, pointer: str) -> None:
        message = _(
            "The rate of exchange of {currency} is of {date}, more than {days} days before {day}. "
            "An administrator can enter a newer one.",
            currency=used.currency,
            date=used.day.isoformat(),
            days=self._day.rate_age,
            day=self._day.day.isoformat(),
        )
        self.tell(pointer, "rate.old", message)
