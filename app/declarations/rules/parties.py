"""Rules of those who send, receive, declare and answer for the goods."""

from __future__ import annotations

from typing import Any

from app.core.text import _
from app.declarations.rules.context import Context
from app.declarations.rules.history import known
from app.declarations.rules.naming import same_name
from app.declarations.rules.numbers import bare_number, named
from app.declarations.rules.registry import Failures, rule


@rule(
    "party.consignee-unidentified",
    box="8",
    pointer="/consignee/id",
    of="parties",
    says=_("The consignee of an import is not identified."),
    remedy=_("Write the taxpayer's number of the firm that receives the goods."),
    source="UN layout key, box 8",
)
def consignee_unidentified(context: Context) -> Failures:
    if context.direction == "import" and not context.header["consignee"].get("id"):
        yield ("consignee", "id"), {}


@rule(
    "party.consignor-unidentified",
    box="2",
    pointer="/consignor/id",
    of="parties",
    says=_("The consignor of an export is not identified."),
    remedy=_("Write the taxpayer's number of the firm that sends the goods."),
    source="UN layout key, box 2",
)
def consignor_unidentified(context: Context) -> Failures:
    if context.direction == "export" and not context.header["consignor"].get("id"):
        yield ("consignor", "id"), {}


@rule(
    "party.name",
    box="2, 8, 9, 14, 50",
    pointer="/consignor/name",
    of="parties",
    severity="warning",
    says=_("{name} does not look like a name."),
    remedy=_("Write the name of the firm or person in full."),
    source="Guzar: plausibility",
)
def implausible_name(context: Context) -> Failures:
    for name, party in named(context):
        written = party.get("name") or ""
        if written and sum(character.isalpha() for character in written) < 2:
            yield (name, "name"), {"name": written}


@rule(
    "party.address-missing",
    box="2, 8",
    pointer="/consignee/address",
    of="parties",
    severity="warning",
    says=_("The address is missing."),
    remedy=_("Write street and place, so that the firm can be found."),
    source="UN layout key, boxes 2 and 8 (name and address)",
)
def address_missing(context: Context) -> Failures:
    for name in ("consignor", "consignee"):
        if not context.header[name].get("address"):
            yield (name, "address"), {}


@rule(
    "party.address",
    box="2, 8, 9, 14, 50",
    pointer="/consignee/address",
    of="parties",
    severity="warning",
    says=_("{address} does not look like an address."),
    remedy=_("Write street and place, so that the firm can be found."),
    source="Guzar: plausibility",
)
def implausible_address(context: Context) -> Failures:
    for name, party in named(context):
        address = party.get("address")
        if address and (not any(c.isalpha() for c in address) or address == party.get("name")):
            yield (name, "address"), {"address": address}


@rule(
    "party.country-missing",
    box="2, 8",
    pointer="/consignor/country",
    of="parties",
    severity="warning",
    says=_("The country of the firm is missing."),
    remedy=_("Choose the country in which it is registered."),
    source="UN layout key, boxes 2 and 8",
)
def country_missing(context: Context) -> Failures:
    for name in ("consignor", "consignee"):
        if not context.header[name].get("country"):
            yield (name, "country"), {}


@rule(
    "party.sends-to-itself",
    box="2, 8",
    pointer="/consignee/id",
    of="parties",
    severity="warning",
    says=_("Consignor and consignee are the same firm."),
    remedy=_("Check both; goods a firm sends to itself are not sold."),
    source="Guzar: plausibility",
)
def sends_to_itself(context: Context) -> Failures:
    sender, receiver = context.header["consignor"], context.header["consignee"]
    mine, other = sender.get("id"), receiver.get("id")
    if mine and other:
        same = bare_number(mine)[1] == bare_number(other)[1]
    else:
        same = bool(sender.get("name")) and _folded(sender) == _folded(receiver)
    if same:
        yield ("consignee", "id"), {}


def _folded(party: dict[str, Any]) -> str:
    return " ".join(str(party.get("name") or "").casefold().split())


@rule(
    "party.one-number-two-names",
    box="2, 8, 9, 14, 50",
    pointer="/declarant/name",
    of="parties",
    severity="warning",
    says=_("The number {number} stands for two names: {name} and {other}."),
    remedy=_("Write the same name for the same firm."),
    source="Guzar: plausibility",
)
def one_number_two_names(context: Context) -> Failures:
    names: dict[str, dict[str, Any]] = {}
    for name, party in named(context):
        number = party.get("id")
        if not number:
            continue
        first = names.setdefault(number, party)
        if _folded(first) and _folded(party) and _folded(first) != _folded(party):
            yield (name, "name"), {"number": number, "name": first["name"], "other": party["name"]}


@rule(
    "party.name-differs",
    box="2, 8, 9, 14, 50",
    pointer="/consignee/name",
    of="parties",
    severity="warning",
    says=_("{number} is registered as {registered}, not as {name}."),
    remedy=_("Write the name as it is registered, or correct the number."),
    source="Guzar: the register of firms",
)
def name_differs(context: Context) -> Failures:
    names = known(context).names
    for name, party in named(context):
        registered, written = names.get(party.get("id") or ""), party.get("name")
        if registered and written and not same_name(registered, written):
            yield (name, "name"), {"number": party["id"], "registered": registered, "name": written}


@rule(
    "party.import-to-foreigner",
    box="8",
    pointer="/consignee/country",
    of="parties",
    severity="warning",
    says=_("The consignee of this import is in {country}, the post in {own}."),
    remedy=_("Check the consignee; a foreign firm needs somebody here who answers for duties."),
    source="UN layout key, box 8",
)
def import_to_foreigner(context: Context) -> Failures:
    country = context.header["consignee"].get("country")
    if context.direction == "import" and country and country != context.own:
        yield ("consignee", "country"), {"country": country, "own": context.own}


@rule(
    "party.import-from-resident",
    box="2",
    pointer="/consignor/country",
    of="parties",
    severity="warning",
    says=_("The consignor of this import is in {own} itself."),
    remedy=_("Name the firm abroad that sent the goods."),
    source="UN layout key, box 2",
)
def import_from_resident(context: Context) -> Failures:
    if context.direction == "import" and context.header["consignor"].get("country") == context.own:
        yield ("consignor", "country"), {"own": context.own}


@rule(
    "party.export-by-foreigner",
    box="2",
    pointer="/consignor/country",
    of="parties",
    severity="warning",
    says=_("The consignor of this export is in {country}, the post in {own}."),
    remedy=_("Check the consignor and the declaration type."),
    source="UN layout key, box 2",
)
def export_by_foreigner(context: Context) -> Failures:
    country = context.header["consignor"].get("country")
    if context.direction == "export" and country and country != context.own:
        yield ("consignor", "country"), {"country": country, "own": context.own}


@rule(
    "party.export-to-resident",
    box="8",
    pointer="/consignee/country",
    of="parties",
    severity="warning",
    says=_("The consignee of this export is in {own} itself."),
    remedy=_("Name the firm abroad that receives the goods."),
    source="UN layout key, box 8",
)
def export_to_resident(context: Context) -> Failures:
    if context.direction == "export" and context.header["consignee"].get("country") == context.own:
        yield ("consignee", "country"), {"own": context.own}


@rule(
    "party.declarant-foreign",
    box="14",
    pointer="/declarant/country",
    of="parties",
    severity="warning",
    says=_("The declarant is in {country}, the post in {own}."),
    remedy=_("Check the declarant: who declares answers to the customs of this country."),
    source="Revised Kyoto Convention, General Annex, chapter 3, part on the declarant",
)
def foreign_declarant(context: Context) -> Failures:
    country = context.header["declarant"].get("country")
    if context.direction in ("import", "export") and country and country != context.own:
        yield ("declarant", "country"), {"country": country, "own": context.own}


@rule(
    "party.representative-missing",
    box="54",
    pointer="/representative",
    of="parties",
    severity="warning",
    says=_("The declarant is neither consignor nor consignee, and nobody is named who signs."),
    remedy=_("Name the person who represents the declarant."),
    source="UN layout key, boxes 14 and 54",
)
def representative_missing(context: Context) -> Failures:
    if context.header.get("representative"):
        return
    declarant = context.header["declarant"]["id"]
    others = [party.get("id") for name, party in named(context) if name != "declarant"]
    if all(others) and declarant not in others:
        yield ("representative",), {}


@rule(
    "party.payer-unidentified",
    box="9",
    pointer="/financial/id",
    of="parties",
    severity="warning",
    says=_("The person responsible for payment is not identified."),
    remedy=_("Write the taxpayer's number of who pays."),
    source="UN layout key, box 9",
)
def payer_unidentified(context: Context) -> Failures:
    payer = context.header.get("financial")
    if payer and not payer.get("id"):
        yield ("financial", "id"), {}


@rule(
    "party.broker-licence",
    box="14",
    pointer="/declarant/licence",
    of="parties",
    severity="warning",
    says=_("The declarant acts for others, and no licence of a customs broker is named."),
    remedy=_("Write the number of the licence."),
    source="UN layout key, box 14 (broker licence)",
)
def broker_licence(context: Context) -> Failures:
    declarant = context.header["declarant"]
    others = [party.get("id") for name, party in named(context) if name != "declarant"]
    if not declarant.get("licence") and all(others) and declarant["id"] not in others:
        yield ("declarant", "licence"), {}
