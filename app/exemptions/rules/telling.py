"""What is said of certificates that are named and cover nothing, or less than the item: why, and what to do."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from app.core.errors import Finding, pointer
from app.core.text import Text, _
from app.exemptions.commands import Claim, Grant, Price
from app.exemptions.lifecycle import Kind, Measure, Status
from app.exemptions.rules.covering import Paper, counted_in, in_one_currency, is_of_commodity, is_of_origin, measured
from app.exemptions.rules.entering import TAXES

#: The rule of a warning by the kind of the certificate that covers too little.
SHORT = {
    Kind.EXEMPTION: "exemption.not-granted",
    Kind.PREFERENCE: "preference.not-covered",
    Kind.QUOTA: "quota.not-covered",
    Kind.LICENCE: "licence.exceeded",
}
#: What is told under these stands against the release of the goods.
BLOCKING = frozenset({SHORT[Kind.LICENCE]})


def unknown_quotas(claims: Iterable[Claim], papers: Iterable[Paper], day: dt.date) -> Iterator[Finding]:
    """A warning where an item names a quota that nobody has opened for that day."""
    known = {paper.number for paper in papers if paper.kind == Kind.QUOTA}
    for claim in claims:
        if claim.quota and claim.quota not in known:
            message = _(
                "No quota {number} is open on {day}: item {item} has the ordinary rates. Correct the number, or leave the "
                "box empty.",
                number=claim.quota,
                day=day.isoformat(),
                item=claim.item,
            )
            yield Finding(pointer("items", claim.place, "quota"), "quota.unknown", message, "warning")


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
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    for grant in given.values():
        taken[grant.certificate_id] += grant.quantity
    for (number, place), asking in naming.items():
        for paper in known.get(number, ()):
            for why, items in _reasons(paper, asking, given, paper.left - taken[paper.id], day, price):
                yield Finding(place, SHORT[Kind(paper.kind)], _sentence(paper, items, why), "warning")


def _reasons(
    paper: Paper, asking: list[Claim], given: Mapping[int, Grant], left: Decimal, day: dt.date, price: Price
) -> list[tuple[Text, list[int]]]:
    """Why a certificate does not free what names it in one place: each reason once, with its items. `left` is what this
    declaration leaves of it too."""
    gives = any(grant is not None and grant.certificate_id == paper.id for grant in map(given.get, _items(asking)))
    told = [(claim, _reason(claim, paper, given.get(claim.item), left, day, price)) for claim in asking]
    fitting = [(claim, why) for claim, why in told if why is not None and _unfit(claim, paper) is None]
    if paper.kind == Kind.PREFERENCE or (not fitting and not gives):
        fitting = [(claim, why) for claim, why in told if why is not None]
    found: dict[str, tuple[Text, list[int]]] = {}
    for claim, why in fitting:
        found.setdefault(str(why), (why, []))[1].append(claim.item)
    return list(found.values())


def _items(claims: Iterable[Claim]) -> list[int]:
    return [claim.item for claim in claims]


def _sentence(paper: Paper, items: Iterable[int], why: Text) -> Text:
    told = {"number": paper.number, "holder": paper.holder, "items": ", ".join(map(str, items)), "why": why}
    if paper.kind == Kind.PREFERENCE:
        return _(
            "Proof of origin {number} of {holder} does not cover item {items}, or not all of it, and the rest is taxed "
            "without the preference: {why}",
            **told,
        )
    if paper.kind == Kind.QUOTA:
        return _(
            "Quota {number} does not cover item {items}, or not all of it, and the rest has the ordinary rates: {why}",
            **told,
        )
    if paper.kind == Kind.LICENCE:
        return _(
            "Licence {number} of {holder} does not cover item {items}, or not all of it, and the goods are not released: "
            "{why}",
            **told,
        )
    return _(
        "Certificate {number} of {holder} does not free item {items}, or not all of it: {why}",
        **told,
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
    if not is_of_origin(claim, paper):
        return _(
            "it is for goods of {origins}. Correct the country of origin, or name a certificate for these goods.",
            origins=", ".join(paper.origins),
        )
    if not is_of_commodity(claim, paper):
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
        return _in_part(paper, gave.quantity, wanted)
    if gave is not None and gave.share == 1 and _frees(gave.taxes, paper.taxes):
        return None
    if left <= 0:
        return _used_up(paper)
    return _(
        "certificate {other} frees it already, and an item is freed by one certificate alone. Declare what each of them "
        "frees as an item of its own.",
        other=gave.number if gave is not None else "",
    )


def _in_part(paper: Paper, quantity: Decimal, wanted: Decimal) -> Text:
    """That a certificate covers so much of what an item wants, and what to do about the rest."""
    told = {"quantity": f"{quantity:f}", "wanted": f"{wanted:f}", "unit": counted_in(paper)}
    if paper.kind == Kind.QUOTA:
        return _("only {quantity} of {wanted} {unit} were left of it. Who declares first has it.", **told)
    if paper.kind == Kind.LICENCE:
        return _(
            "only {quantity} of {wanted} {unit} were left on it. Have another licence registered and ask for an amendment "
            "that names it for the rest, as an item of its own.",
            **told,
        )
    return _(
        "only {quantity} of {wanted} {unit} were left on it. Name another certificate for the rest, as an item of its own.",
        **told,
    )


def _used_up(paper: Paper) -> Text:
    if paper.kind == Kind.QUOTA:
        return _("it is exhausted. Who declares first has it.")
    if paper.kind == Kind.LICENCE:
        return _("it is used up. Have another licence registered and ask for an amendment that names it.")
    if paper.kind == Kind.PREFERENCE:
        return _("it is used up. Name another proof of origin, or pay the ordinary rates.")
    return _("it is used up. Name another certificate, or pay what it does not free.")


def _frees(taxes: frozenset[str], others: Iterable[str]) -> bool:
    """Whether the first frees from every tax that the others do; none named are all."""
    wanted = frozenset(others) or TAXES
    return not taxes or taxes >= wanted
