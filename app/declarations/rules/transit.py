"""Rules of transit: who answers for it, what secures it, where it goes."""

from __future__ import annotations

from app.core.text import _, compact
from app.declarations.rules.context import Context
from app.declarations.rules.registry import Failures, rule


@rule(
    "transit.principal-missing",
    box="50",
    pointer="/principal",
    of="transit",
    severity="warning",
    says=_("The principal of the transit is missing."),
    remedy=_("Name who answers for the goods until they arrive."),
    source="UN layout key, box 50; Revised Kyoto Convention, specific annex E, chapter 1",
)
def principal_missing(context: Context) -> Failures:
    if context.direction == "transit" and not context.header.get("principal"):
        yield ("principal",), {}


@rule(
    "transit.principal-unidentified",
    box="50",
    pointer="/principal/id",
    of="transit",
    severity="warning",
    says=_("The principal of the transit is not identified."),
    remedy=_("Write the principal's taxpayer's number or number of the transit system."),
    source="UN layout key, box 50",
)
def principal_unidentified(context: Context) -> Failures:
    principal = context.header.get("principal")
    if principal and not principal.get("id"):
        yield ("principal", "id"), {}


@rule(
    "transit.destination-missing",
    box="53",
    pointer="/destination_office/code",
    of="transit",
    severity="warning",
    says=_("The office of destination is missing."),
    remedy=_("Write the office at which the transit ends."),
    source="UN layout key, box 53",
)
def destination_missing(context: Context) -> Failures:
    if context.direction == "transit" and not context.word("destination_office", "code"):
        yield ("destination_office", "code"), {}


@rule(
    "transit.destination-is-departure",
    box="53",
    pointer="/destination_office/code",
    of="transit",
    severity="warning",
    says=_("The transit ends at {office}, where it begins."),
    remedy=_("Correct the office of destination."),
    source="UN layout key, boxes 29 and 53",
)
def destination_is_departure(context: Context) -> Failures:
    office = context.word("destination_office", "code")
    if context.direction == "transit" and office and office == context.setting.declared.post:
        yield ("destination_office", "code"), {"office": office}


@rule(
    "transit.destination-country",
    box="53",
    pointer="/destination_office/country",
    of="transit",
    severity="warning",
    says=_("The office of destination lies in {country}, the goods go to {destination}."),
    remedy=_("Check both, unless the transit ends before the goods arrive."),
    source="UN layout key, boxes 17 and 53",
)
def destination_country(context: Context) -> Failures:
    country = context.word("destination_office", "country")
    destination = context.header["countries"].get("destination")
    if context.direction == "transit" and country and destination and country not in (destination, context.own):
        yield ("destination_office", "country"), {"country": country, "destination": destination}


@rule(
    "transit.office-repeated",
    box="51",
    pointer="/offices_of_transit/*/code",
    of="transit",
    severity="warning",
    says=_("The office of transit {office} stands twice."),
    remedy=_("Remove one."),
    source="UN layout key, box 51",
)
def office_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, office in enumerate(context.header.get("offices_of_transit") or ()):
        if office["code"] in seen:
            yield ("offices_of_transit", nth, "code"), {"office": office["code"]}
        seen.add(office["code"])


@rule(
    "transit.office-is-destination",
    box="51",
    pointer="/offices_of_transit/*/code",
    of="transit",
    severity="warning",
    says=_("{office} is the office of destination and stands among the offices of transit too."),
    remedy=_("Remove it from the offices on the way."),
    source="UN layout key, boxes 51 and 53",
)
def office_is_destination(context: Context) -> Failures:
    destination = context.word("destination_office", "code")
    for nth, office in enumerate(context.header.get("offices_of_transit") or ()):
        if office["code"] == destination:
            yield ("offices_of_transit", nth, "code"), {"office": destination}


@rule(
    "transit.offices-without-transit",
    box="51",
    pointer="/offices_of_transit",
    of="transit",
    severity="warning",
    says=_("Offices of transit are named, but this is no transit."),
    remedy=_("Remove them, or correct the declaration type."),
    source="UN layout key, box 51",
)
def offices_without_transit(context: Context) -> Failures:
    if context.direction != "transit" and context.header.get("offices_of_transit"):
        yield ("offices_of_transit",), {}


@rule(
    "transit.guarantee-missing",
    box="52",
    pointer="/guarantees",
    of="transit",
    severity="warning",
    says=_("No guarantee is named for the transit."),
    remedy=_("Write kind and reference of the guarantee: duties and taxes are secured until the goods leave."),
    source="UN layout key, box 52; Revised Kyoto Convention, General Annex, chapter 5",
)
def guarantee_missing(context: Context) -> Failures:
    if context.direction == "transit" and not context.header.get("guarantees"):
        yield ("guarantees",), {}


@rule(
    "guarantee.repeated",
    box="52",
    pointer="/guarantees/*/reference",
    of="transit",
    severity="warning",
    says=_("The guarantee {reference} stands twice."),
    remedy=_("Remove one."),
    source="UN layout key, box 52",
)
def guarantee_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        reference = compact(guarantee["reference"])
        if reference in seen:
            yield ("guarantees", nth, "reference"), {"reference": guarantee["reference"]}
        seen.add(reference)


@rule(
    "guarantee.zero",
    box="52",
    pointer="/guarantees/*/amount",
    of="transit",
    severity="warning",
    says=_("The guarantee {reference} secures 0."),
    remedy=_("Write the amount it secures, or leave it empty."),
    source="UN layout key, box 52",
)
def guarantee_of_nothing(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        amount = guarantee.get("amount")
        if amount and not amount.strip("0."):
            yield ("guarantees", nth, "amount"), {"reference": guarantee["reference"]}


@rule(
    "guarantee.currency",
    box="52",
    pointer="/guarantees/*/currency",
    of="transit",
    severity="warning",
    says=_("The currency of the guarantee {reference} is missing."),
    remedy=_("Write the currency of its amount."),
    source="UN layout key, box 52",
)
def guarantee_currency(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        if guarantee.get("amount") and not guarantee.get("currency"):
            yield ("guarantees", nth, "currency"), {"reference": guarantee["reference"]}


@rule(
    "guarantee.not-valid",
    box="52",
    pointer="/guarantees/*/not_valid_for",
    of="transit",
    severity="warning",
    says=_("The guarantee {reference} is not valid for {country}, through which the goods go."),
    remedy=_("Name a guarantee that is valid there."),
    source="UN layout key, box 52",
)
def guarantee_not_valid(context: Context) -> Failures:
    offices = [office.get("country") for office in context.header.get("offices_of_transit") or ()]
    on_the_way = (context.own, context.header["countries"].get("destination"), *offices)
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        country = next((c for c in guarantee.get("not_valid_for") or () if c in on_the_way), None)
        if country:
            yield ("guarantees", nth, "not_valid_for"), {"reference": guarantee["reference"], "country": country}
