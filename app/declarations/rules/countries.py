"""Rules of the countries: codes, and what the direction of the declaration asks of them."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.text import _
from app.declarations.rules.context import Context
from app.declarations.rules.registry import Failures, Path, rule

#: Box 16 where the items come from several countries.
_VARIOUS = "VARIOUS"
_COUNTRIES: tuple[tuple[str, ...], ...] = (
    ("consignor", "country"),
    ("consignee", "country"),
    ("declarant", "country"),
    ("countries", "dispatch"),
    ("countries", "destination"),
    ("countries", "trading"),
    ("countries", "last_consignment"),
    ("countries", "origin"),
    ("financial", "country"),
    ("principal", "country"),
    ("destination_office", "country"),
    ("transport", "border_transport", "country"),
    ("transport", "vehicle", "country"),
    ("transport", "trailer", "country"),
    ("transport", "driver", "document", "country"),
)


@rule(
    "code.country",
    box="2, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 34, 50, 51, 52, 53",
    pointer="/countries/dispatch",
    of="header",
    says=_("{code} is not a country code."),
    remedy=_("Use two letters such as TJ."),
    source="ISO 3166-1",
)
def countries(context: Context) -> Failures:
    known = context.codes["country"]
    for path, code in _coded_countries(context):
        if known[code] is None:
            yield path, {"code": code}
    for item in context.items:
        code = item.words["origin"]
        if known[code] is None:
            yield item.at("origin"), {"code": code}


def _coded_countries(context: Context) -> Iterator[tuple[Path, str]]:
    """Every country the head of the declaration names, with its path."""
    for path in _COUNTRIES:
        code = context.word(*path)
        if code is not None and code != _VARIOUS:
            yield path, code
    for nth, office in enumerate(context.header.get("offices_of_transit") or ()):
        if office.get("country"):
            yield ("offices_of_transit", nth, "country"), office["country"]
    for nth, guarantee in enumerate(context.header.get("guarantees") or ()):
        for place, code in enumerate(guarantee.get("not_valid_for") or ()):
            yield ("guarantees", nth, "not_valid_for", place), code


@rule(
    "countries.dispatch-missing",
    box="15",
    pointer="/countries/dispatch",
    of="header",
    severity="warning",
    says=_("The country of dispatch is missing."),
    remedy=_("Write the country the goods were sent from."),
    source="UN layout key, box 15",
)
def dispatch_missing(context: Context) -> Failures:
    if not context.header["countries"].get("dispatch"):
        yield ("countries", "dispatch"), {}


@rule(
    "countries.destination-missing",
    box="17",
    pointer="/countries/destination",
    of="header",
    severity="warning",
    says=_("The country of destination is missing."),
    remedy=_("Write the country the goods are going to."),
    source="UN layout key, box 17",
)
def destination_missing(context: Context) -> Failures:
    if not context.header["countries"].get("destination"):
        yield ("countries", "destination"), {}


@rule(
    "countries.import-from-own",
    box="15",
    pointer="/countries/dispatch",
    of="header",
    severity="warning",
    says=_("An import is not sent from {country}, the country of the post."),
    remedy=_("Check the country of dispatch and the declaration type."),
    source="UN layout key, box 15",
)
def import_from_own(context: Context) -> Failures:
    if context.direction == "import" and context.header["countries"].get("dispatch") == context.own:
        yield ("countries", "dispatch"), {"country": context.own}


@rule(
    "countries.import-to-other",
    box="17",
    pointer="/countries/destination",
    of="header",
    severity="warning",
    says=_("The import goes to {country}, but the post lies in {own}."),
    remedy=_("Check the country of destination; goods on their way to another country are in transit."),
    source="UN layout key, box 17",
)
def import_to_other(context: Context) -> Failures:
    country = context.header["countries"].get("destination")
    if context.direction == "import" and country and country != context.own:
        yield ("countries", "destination"), {"country": country, "own": context.own}


@rule(
    "countries.export-from-other",
    box="15",
    pointer="/countries/dispatch",
    of="header",
    severity="warning",
    says=_("The export is sent from {country}, but the post lies in {own}."),
    remedy=_("Check the country of dispatch; goods from another country are in transit."),
    source="UN layout key, box 15",
)
def export_from_other(context: Context) -> Failures:
    country = context.header["countries"].get("dispatch")
    if context.direction == "export" and country and country != context.own:
        yield ("countries", "dispatch"), {"country": country, "own": context.own}


@rule(
    "countries.export-to-own",
    box="17",
    pointer="/countries/destination",
    of="header",
    severity="warning",
    says=_("An export does not go to {country}, the country of the post."),
    remedy=_("Check the country of destination and the declaration type."),
    source="UN layout key, box 17",
)
def export_to_own(context: Context) -> Failures:
    if context.direction == "export" and context.header["countries"].get("destination") == context.own:
        yield ("countries", "destination"), {"country": context.own}


@rule(
    "countries.transit-within",
    box="15, 17",
    pointer="/countries/destination",
    of="header",
    severity="warning",
    says=_("The transit begins and ends in {country}, which is not the country of the post."),
    remedy=_("Check the countries of dispatch and destination."),
    source="UN layout key, boxes 15 and 17",
)
def transit_within(context: Context) -> Failures:
    places = context.header["countries"]
    country = places.get("destination")
    if context.direction == "transit" and country and country == places.get("dispatch") and country != context.own:
        yield ("countries", "destination"), {"country": country}
