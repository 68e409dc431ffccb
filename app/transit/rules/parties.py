"""Rules about people: holder, representative, consignors and consignees."""

from __future__ import annotations

from app.core.text import _
from app.transit.rules.context import Context
from app.transit.rules.registry import PARTIES, Failures, rule


@rule(
    "holder.address-missing",
    box="13 07",
    pointer="/holder/address",
    of=PARTIES,
    severity="warning",
    says=_("The address of the holder is missing."),
    remedy=_("Write where the holder is found; enquiries go there."),
    source="NCTS condition C0250",
)
def holder_address(context: Context) -> Failures:
    if not context.header["holder"].get("address"):
        yield ("holder", "address"), {}


@rule(
    "holder.country-missing",
    box="13 07",
    pointer="/holder/country",
    of=PARTIES,
    severity="warning",
    says=_("The country of the holder is missing."),
    remedy=_("Write the two letters of the country."),
    source="NCTS condition C0250",
)
def holder_country(context: Context) -> Failures:
    if not context.header["holder"].get("country"):
        yield ("holder", "country"), {}


@rule(
    "holder.represents-himself",
    box="13 06",
    pointer="/representative/id",
    of=PARTIES,
    severity="warning",
    says=_("Holder and representative are the same firm."),
    remedy=_("Leave the representative out where the holder signs himself."),
    source="NCTS data elements 13 06 and 13 07",
)
def own_representative(context: Context) -> Failures:
    representative = context.header.get("representative") or {}
    if representative.get("id") and representative["id"] == context.header["holder"]["id"]:
        yield ("representative", "id"), {}


@rule(
    "party.country-unknown",
    box="13 02, 13 03, 13 06, 13 07",
    pointer="/house_consignments/*/consignee/country",
    of=PARTIES,
    says=_("{country} is no country."),
    remedy=_("Write the two letters of the country."),
    source="ISO 3166-1",
)
def country_known(context: Context) -> Failures:
    for path, party in context.parties():
        country = party.get("country")
        if country and context.codes["country"][country] is None:
            yield (*path, "country"), {"country": country}


@rule(
    "house.consignor-missing",
    box="13 02",
    pointer="/house_consignments/*/consignor",
    of=PARTIES,
    severity="warning",
    says=_("House consignment {house} has no consignor."),
    remedy=_("Name who sends the goods."),
    source="NCTS data element 13 02",
)
def consignor_missing(context: Context) -> Failures:
    for nth, house in enumerate(context.houses):
        if not house.get("consignor"):
            yield ("house_consignments", nth, "consignor"), {"house": house["number"]}


@rule(
    "house.consignee-missing",
    box="13 03",
    pointer="/house_consignments/*/consignee",
    of=PARTIES,
    says=_("House consignment {house} has no consignee."),
    remedy=_("Name who receives the goods."),
    source="NCTS condition C0001",
)
def consignee_missing(context: Context) -> Failures:
    for nth, house in enumerate(context.houses):
        if not house.get("consignee"):
            yield ("house_consignments", nth, "consignee"), {"house": house["number"]}


@rule(
    "house.sends-to-itself",
    box="13 02, 13 03",
    pointer="/house_consignments/*/consignee",
    of=PARTIES,
    severity="warning",
    says=_("{name} is consignor and consignee of house consignment {house}."),
    remedy=_("Correct one of them, unless the firm sends goods to itself."),
    source="NCTS data elements 13 02 and 13 03",
)
def sends_to_itself(context: Context) -> Failures:
    for nth, house in enumerate(context.houses):
        one, other = house.get("consignor"), house.get("consignee")
        if one and other and (one.get("id") or one["name"]) == (other.get("id") or other["name"]):
            yield ("house_consignments", nth, "consignee"), {"name": other["name"], "house": house["number"]}
