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
from app.exemptions.commands import Claim, Grant, RegisterCertificate
from app.exemptions.lifecycle import Measure

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
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date: ...
    @property
    def left(self) -> Decimal: ...


def covered(
    claims: Iterable[Claim],
    papers: Iterable[Paper],
    day: dt.date,
    limits: Mapping[tuple[str, UUID], Decimal] = MappingProxyType({}),
) -> list[Grant]:
    """Which items are covered and how far; what remains is given to items in their order until it is used up.

    An item is covered by at most one certificate: the first that it names and that fits. `limits` are certificates by
    post and id of which not more than so much may be used, whatever is left of them.
    """
    known = {paper.number: paper for paper in papers if paper.valid_from <= day <= paper.valid_to}
    left = {number: min(paper.left, limits.get((paper.post, paper.id), paper.left)) for number, paper in known.items()}
    found = []
    for claim in claims:
        for number in claim.numbers:
            paper = known.get(number)
            if paper is None or not fits(claim, paper) or left[number] <= 0:
                continue
            wanted = claim.measures[paper.measure]
            taken = min(wanted, left[number])
            left[number] -= taken
            found.append(_grant(claim, paper, taken, wanted))
            break
    return found


def fits(claim: Claim, paper: Paper) -> bool:
    """Whether the certificate is for such goods and there is something to measure."""
    if paper.commodities and not claim.commodity.startswith(tuple(paper.commodities)):
        return False
    if paper.measure == Measure.UNITS and paper.unit != claim.unit:
        return False
    return claim.measures.get(paper.measure, Decimal(0)) > 0


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


def _of_days(command: RegisterCertificate) -> Iterator[Finding]:
    if command.valid_to < command.valid_from:
        message = _("The last day lies before the first. Exchange or correct the days.")
        yield Finding("/valid_to", "exemption.days-order", message)
