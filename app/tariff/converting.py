"""Prices in another currency than their own, at the rates of exchange that the assessment uses."""

from __future__ import annotations

import decimal
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from app.core.errors import Finding
from app.tariff.book import DayTariff
from app.tariff.findings import Findings
from app.tariff.results import RateUsed

_CENT: Final = Decimal("0.01")
_UP: Final = decimal.Context(prec=60, rounding=decimal.ROUND_CEILING, traps=[decimal.InvalidOperation])
#: What is needed to convert at all is the declaration's own currency.
_PLACE: Final = "/invoice/currency"


class Converter:
    """Converts by the rates of one administration on one day, and remembers which of them it used."""

    def __init__(self, day: DayTariff) -> None:
        self._day = day
        self._findings = Findings(day)

    @property
    def rates(self) -> tuple[RateUsed, ...]:
        """The rates of exchange used, by currency."""
        return self._findings.rates

    def price(self, amount: Decimal, currency: str, into: str) -> Decimal | None:
        """A price in the currency `into`, rounded up to the cent; in its own currency it stays as it is. None where no
        rate of one of them was ever known."""
        if currency == into:
            return amount
        have, want = (self._findings.rate(each, _PLACE) for each in (currency, into))
        if have is None or want is None:
            return None
        return _UP.divide(_UP.multiply(amount, have), want).quantize(_CENT, decimal.ROUND_CEILING, _UP)

    def doubts(self, currencies: Collection[str]) -> list[Finding]:
        """A warning for each rate of these currencies that is out of date."""
        doubted = Findings(self._day)
        for currency in sorted(currencies):
            doubted.rate(currency, _PLACE)
        return doubted.warnings
