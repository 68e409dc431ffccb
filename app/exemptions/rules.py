"""What a certificate covers: pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from app.core.errors import Finding
from app.core.text import _
from app.exemptions.commands import Claim, Grant, Price, RegisterCertificate
from app.exemptions.lifecycle import Measure

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_PREFIX = re.compile(r"[0-9]{2,10}", re.ASCII)
TAXES = frozenset({"duty", "excise", "vat", "brt", "income"})
LARGEST = Decimal("999999999999.999")


class Paper(Protocol):
    """The part of a certificate that coverage asks."""

    @property
    def post(self) -> str: ...
    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def commodities(self) -> list[str]: ...
    @property
    def taxes(self) -> list[str]: ...
    @property
    def measure(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date: ...
    @property
    def left(self) -> Decimal: ...


def in_one_currency(amount: Decimal, currency: str, into: str) -> Decimal | None:
    """The `Price` of who knows no rates of exchange: a price counts in its own currency alone."""
    return amount if currency == into else None


def covered(
    claims: Iterable[Claim],
    papers: Iterable[Paper],
    day: dt.date,
    limits: Mapping[tuple[str, UUID], Decimal] = MappingProxyType({}),
    price: Price = in_one_currency,
) -> list[Grant]:
    """Which items are covered and how far; what remains is given to items in their order until it is used up.

    An item is covered by at most one certificate: the first that it names and that fits. `limits` are certificates by
    post and id of which not more than so much may be used, whatever is left of them.
    """
    known: dict[str, list[Paper]] = {}
    left: dict[tuple[str, UUID], Decimal] = {}
    for paper in papers:
        if paper.valid_from <= day <= paper.valid_to:
            known.setdefault(paper.number, []).append(paper)
            key = (paper.post, paper.id)
            left[key] = min(paper.left, limits.get(key, paper.left))
    found = []
    for claim in claims:
        named = (paper for number in claim.numbers for paper in known.get(number, ()))
        grant = next(_granted(claim, named, left, price), None)
        if grant is not None:
            found.append(grant)
    return found


def _granted(
    claim: Claim, named: Iterable[Paper], left: dict[tuple[str, UUID], Decimal], price: Price
) -> Iterator[Grant]:
    for paper in named:
        key = (paper.post, paper.id)
        wanted = measured(claim, paper, price) if left[key] > 0 and fits(claim, paper) else None
        if wanted:
            taken = min(wanted, left[key])
            left[key] -= taken
            yield _grant(claim, paper, taken, wanted)


def fits(claim: Claim, paper: Paper) -> bool:
    """Whether the certificate is for such goods."""
    return not paper.commodities or claim.commodity.startswith(tuple(paper.commodities))


def measured(claim: Claim, paper: Paper, price: Price) -> Decimal | None:
    """How much the whole item takes of a certificate, in what that counts; None or 0 where there is nothing to count."""
    if paper.measure == Measure.VALUE:
        return price(claim.measures[Measure.VALUE], claim.currency, paper.currency or "")
    if paper.measure == Measure.UNITS and paper.unit != claim.unit:
        return None
    return claim.measures.get(paper.measure)


def _grant(claim: Claim, paper: Paper, taken: Decimal, wanted: Decimal) -> Grant:
    share = Decimal(1) if taken == wanted else taken / wanted
    return Grant(claim.item, paper.post, paper.id, paper.number, paper.source, frozenset(paper.taxes), taken, share)


def findings(command: RegisterCertificate) -> list[Finding]:
    """Everything wrong with a certificate as it is entered."""
    return [finding for check in (_of_texts, _of_scope, _of_quantity, _of_days) for finding in check(command)]


def _of_texts(command: RegisterCertificate) -> Iterator[Finding]:
    for name in ("number", "issuer", "source", "holder"):
        if not getattr(command, name).strip():
            yield Finding(f"/{name}", "exemption.blank", _("This may not be empty."))


def _of_scope(command: RegisterCertificate) -> Iterator[Finding]:
    for place, prefix in enumerate(command.commodities):
        if not _PREFIX.fullmatch(prefix):
            message = _("Write the first 2 to 10 digits of the commodity code, for example 1001.")
            yield Finding(f"/commodities/{place}", "exemption.commodity", message)
    for place, tax in enumerate(command.taxes):
        if tax not in TAXES:
            message = _("Choose one of: {choices}.", choices=", ".join(sorted(TAXES)))
            yield Finding(f"/taxes/{place}", "exemption.tax", message)


def _of_quantity(command: RegisterCertificate) -> Iterator[Finding]:
    if command.measure not in {m.value for m in Measure}:
        message = _("Choose one of: {choices}.", choices=", ".join(m.value for m in Measure))
        yield Finding("/measure", "exemption.measure", message)
    if not 0 < command.granted <= LARGEST:
        yield Finding("/granted", "exemption.granted", _("Give the granted quantity, more than 0."))
    if (command.measure == Measure.UNITS) != bool(command.unit):
        message = _("Name the unit of measure exactly when the certificate counts supplementary units.")
        yield Finding("/unit", "exemption.unit", message)
    yield from _of_currency(command)


def _of_currency(command: RegisterCertificate) -> Iterator[Finding]:
    if (command.measure == Measure.VALUE) != bool(command.currency):
        message = _("Name the currency exactly when the certificate counts the price of the goods.")
        yield Finding("/currency", "exemption.currency", message)
    elif command.currency and not _CURRENCY.fullmatch(command.currency):
        message = _("Write the three capital letters of the currency, for example USD.")
        yield Finding("/currency", "exemption.currency", message)


def _of_days(command: RegisterCertificate) -> Iterator[Finding]:
    if command.valid_to < command.valid_from:
        message = _("The last day lies before the first. Exchange or correct the days.")
        yield Finding("/valid_to", "exemption.days-order", message)
