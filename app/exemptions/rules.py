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
from app.core.text import Text, _
from app.exemptions.commands import Claim, Grant, Price, RegisterCertificate, Unauthorised
from app.exemptions.lifecycle import Measure, Status

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
    def holder(self) -> str: ...
    @property
    def status(self) -> str: ...
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


def unauthorised(claims: Iterable[Claim], papers: Iterable[Paper], granted: Iterable[Grant]) -> Iterator[Unauthorised]:
    """Where items name certificates that their holder lets the declarant not use, and that nothing else frees. Nothing
    of the certificates themselves is told, not even whether they are in force."""
    given = {grant.item: grant for grant in granted}
    known = {paper.number: paper for paper in papers}
    for claim in claims:
        gave = given.get(claim.item)
        for number, place in claim.places.items():
            paper = known.get(number)
            if paper is not None and (gave is None or (gave.certificate_id == paper.id and gave.share < 1)):
                yield Unauthorised(claim.item, number, place)


def passed_over(
    claims: Iterable[Claim],
    papers: Iterable[Paper],
    granted: Iterable[Grant],
    day: dt.date,
    price: Price = in_one_currency,
) -> Iterator[Finding]:
    """A warning at each document that names one of these certificates and is not freed as far as it asks, with why and
    what to do.

    A document of the whole declaration is for the goods that it fits: that there are others beside is not told.
    """
    given = {grant.item: grant for grant in granted}
    naming: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        for number, place in claim.places.items():
            naming.setdefault((number, place), []).append(claim)
    known: dict[str, list[Paper]] = {}
    for paper in papers:
        known.setdefault(paper.number, []).append(paper)
    for (number, place), asking in naming.items():
        for paper in known.get(number, ()):
            for why, items in _reasons(paper, asking, given, day, price):
                yield Finding(place, "exemption.not-granted", _sentence(paper, items, why), "warning")


def _reasons(
    paper: Paper, asking: list[Claim], given: Mapping[int, Grant], day: dt.date, price: Price
) -> list[tuple[Text, list[int]]]:
    """Why a certificate does not free what names it in one place: each reason once, with its items."""
    left = paper.left - sum(grant.quantity for grant in given.values() if grant.certificate_id == paper.id)
    gives = any(grant is not None and grant.certificate_id == paper.id for grant in map(given.get, _items(asking)))
    told = [(claim, _reason(claim, paper, given.get(claim.item), left, day, price)) for claim in asking]
    fitting = [(claim, why) for claim, why in told if why is not None and _unfit(claim, paper) is None]
    if not fitting and not gives:
        fitting = [(claim, why) for claim, why in told if why is not None]
    found: dict[str, tuple[Text, list[int]]] = {}
    for claim, why in fitting:
        found.setdefault(str(why), (why, []))[1].append(claim.item)
    return list(found.values())


def _items(claims: Iterable[Claim]) -> list[int]:
    return [claim.item for claim in claims]


def _sentence(paper: Paper, items: Iterable[int], why: Text) -> Text:
    return _(
        "Certificate {number} of {holder} does not free item {items}, or not all of it: {why}",
        number=paper.number,
        holder=paper.holder,
        items=", ".join(map(str, items)),
        why=why,
    )


def _reason(claim: Claim, paper: Paper, gave: Grant | None, left: Decimal, day: dt.date, price: Price) -> Text | None:
    """Why a certificate does not free an item wholly; None where it does, or another one does as much.

    The order is that in which a trader must put things right.
    """
    if gave is not None and gave.number == paper.number and gave.share == 1:
        return None
    return _idle(paper, day) or _unfit(claim, paper) or _short(claim, paper, gave, left, day, price)


def _idle(paper: Paper, day: dt.date) -> Text | None:
    """Why nothing is freed by the certificate that day, whatever the goods."""
    if paper.status == Status.WAITING:
        return _(
            "customs has not put it in force yet. Have a supervisor of the crossing point approve it, and ask customs to "
            "calculate the duties again."
        )
    if paper.status == Status.REFUSED:
        return _("customs has refused it. Take it out of the documents, or name a certificate that is in force.")
    if paper.status == Status.WITHDRAWN:
        return _("customs has withdrawn it. Take it out of the documents, or name a certificate that is in force.")
    if day < paper.valid_from:
        return _(
            "it is valid only from {day}. Declare the goods on that day or later, or name a certificate that is in force.",
            day=paper.valid_from.isoformat(),
        )
    if day > paper.valid_to:
        return _(
            "it has expired, its last day was {day}. Have its issuer renew it, or name a certificate that is in force.",
            day=paper.valid_to.isoformat(),
        )
    return None


def _unfit(claim: Claim, paper: Paper) -> Text | None:
    """Why the certificate is not for such goods."""
    if not fits(claim, paper):
        return _(
            "it is for other goods, whose codes begin with {codes}. Correct the commodity code, or name a certificate "
            "for these goods.",
            codes=", ".join(paper.commodities),
        )
    if paper.measure == Measure.UNITS and paper.unit != claim.unit:
        return _(
            "it counts in the unit {unit}, in which the item has no quantity. Declare the supplementary quantity in it.",
            unit=paper.unit,
        )
    if not claim.measures.get(paper.measure):
        return _("the item has nothing of what it counts. Declare mass, quantity and price of the item.")
    return None


def _short(claim: Claim, paper: Paper, gave: Grant | None, left: Decimal, day: dt.date, price: Price) -> Text | None:
    """Why a certificate in force for such goods gives too little."""
    wanted = measured(claim, paper, price)
    if wanted is None:
        return _(
            "it counts in {currency}, and the price is in {declared}: no rate of exchange between them is known on "
            "{day}. Have an administrator enter it, and ask customs to calculate the duties again.",
            currency=paper.currency,
            declared=claim.currency,
            day=day.isoformat(),
        )
    if gave is not None and gave.certificate_id == paper.id:
        return _(
            "only {quantity} of {wanted} {unit} were left on it. Name another certificate for the rest, as an item of "
            "its own.",
            quantity=f"{gave.quantity:f}",
            wanted=f"{wanted:f}",
            unit=_counted_in(paper),
        )
    if gave is not None and gave.share == 1 and _frees(gave.taxes, paper.taxes):
        return None
    if left <= 0:
        return _("it is used up. Name another certificate, or pay what it does not free.")
    return _(
        "certificate {other} frees it already, and an item is freed by one certificate alone. Declare what each of them "
        "frees as an item of its own.",
        other=gave.number if gave is not None else "",
    )


def _counted_in(paper: Paper) -> str:
    return paper.currency or paper.unit or "kg"


def _frees(taxes: frozenset[str], others: Iterable[str]) -> bool:
    """Whether the first frees from every tax that the others do; none named are all."""
    wanted = frozenset(others) or TAXES
    return not taxes or taxes >= wanted


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
