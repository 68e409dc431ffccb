"""Which items certificates cover, and how far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol, TypeVar
from uuid import UUID

from app.core.errors import pointer
from app.exemptions.commands import Claim, Grant, Price, Unauthorised
from app.exemptions.lifecycle import Kind, Measure


class Paper(Protocol):
    """The part of a certificate that coverage asks."""

    @property
    def post(self) -> str: ...
    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
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
    def origins(self) -> list[str]: ...
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


P = TypeVar("P", bound=Paper)


def rounds(claims: Sequence[Claim], papers: Sequence[P]) -> Iterator[tuple[list[Claim], list[P]]]:
    """The certificates of each kind, of which one covers an item, with the claims that are for them; licences one by one,
    for an item may need several."""
    for kind in (Kind.EXEMPTION, Kind.PREFERENCE, Kind.QUOTA):
        rivals = [paper for paper in papers if paper.kind == kind]
        if rivals:
            yield _asking(claims, kind, rivals), rivals
    licences = [paper for paper in papers if paper.kind == Kind.LICENCE]
    if licences:
        naming = _naming(claims)
        for paper in licences:
            yield naming.get(paper.number, []), [paper]


def _naming(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Claims by every number that may be that of a licence."""
    found: dict[str, list[Claim]] = {}
    for claim in map(_with_licence, claims):
        for number in claim.places:
            found.setdefault(number, []).append(claim)
    return found


def _asking(claims: Sequence[Claim], kind: Kind, rivals: Sequence[Paper]) -> list[Claim]:
    """The claims that are for certificates of this kind, with the places where they name them."""
    if kind is Kind.PREFERENCE:
        proofs = governing(claims, rivals)
        return [
            replace(claim, places={number: claim.places[number] for number in proofs[claim.item]})
            for claim in claims
            if claim.item in proofs
        ]
    if kind is Kind.QUOTA:
        return [
            replace(claim, places={claim.quota: pointer("items", claim.place, "quota")})
            for claim in claims
            if claim.quota
        ]
    return list(claims)


def _with_licence(claim: Claim) -> Claim:
    if not claim.licence or claim.licence in claim.places:
        return claim
    return replace(claim, places={**claim.places, claim.licence: pointer("items", claim.place, "licence")})


def governing(claims: Iterable[Claim], papers: Iterable[Paper]) -> dict[int, tuple[str, ...]]:
    """The registered proofs of origin that say how much of an item has the preference it claims, by item.

    One that is for other goods leaves it to a proof that is not registered, if the item has such a one.
    """
    known: dict[str, list[Paper]] = {}
    for paper in papers:
        if paper.kind == Kind.PREFERENCE:
            known.setdefault(paper.number, []).append(paper)
    found = {}
    for claim in claims:
        named = [number for number in claim.numbers if number in known] if claim.preference else []
        fitting = [number for number in named if any(fits(claim, paper) for paper in known[number])]
        if fitting or (named and claim.proofs.issubset(known)):
            found[claim.item] = tuple(fitting or named[:1])
    return found


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
    return is_of_commodity(claim, paper) and is_of_origin(claim, paper)


def is_of_commodity(claim: Claim, paper: Paper) -> bool:
    """Whether the certificate is for goods of that code."""
    return not paper.commodities or claim.commodity.startswith(tuple(paper.commodities))


def is_of_origin(claim: Claim, paper: Paper) -> bool:
    """Whether it is for goods of that origin."""
    return not paper.origins or not claim.origins.isdisjoint(paper.origins)


def measured(claim: Claim, paper: Paper, price: Price) -> Decimal | None:
    """How much the whole item takes of a certificate, in what that counts; None or 0 where there is nothing to count."""
    if paper.measure == Measure.VALUE:
        return price(claim.measures[Measure.VALUE], claim.currency, paper.currency or "")
    if paper.measure == Measure.UNITS and paper.unit != claim.unit:
        return None
    return claim.measures.get(paper.measure)


def _grant(claim: Claim, paper: Paper, taken: Decimal, wanted: Decimal) -> Grant:
    share = Decimal(1) if taken == wanted else taken / wanted
    return Grant(
        claim.item,
        paper.post,
        paper.id,
        paper.number,
        paper.source,
        frozenset(paper.taxes),
        taken,
        share,
        paper.kind,
        wanted,
        counted_in(paper),
    )


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
                yield Unauthorised(claim.item, number, place, paper.kind)


def counted_in(paper: Paper) -> str:
    """A currency, a unit, or kg."""
    return paper.currency or paper.unit or "kg"
