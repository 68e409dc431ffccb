"""Rules of the terms of delivery, and of freight and insurance against them."""

from __future__ import annotations

from app.core.text import _
from app.declarations.rules.context import Context
from app.declarations.rules.registry import Failures, rule
from app.reference.codebook import Entry


@rule(
    "code.incoterm",
    box="20",
    pointer="/delivery_terms/code",
    of="values",
    says=_("{code} is not one of the Incoterms 2020."),
    remedy=_("Use three letters such as CPT or DAP."),
    source="ICC Incoterms 2020",
)
def incoterm(context: Context) -> Failures:
    terms = context.header.get("delivery_terms")
    if terms and context.codes["incoterm"][terms["code"]] is None:
        yield ("delivery_terms", "code"), {"code": terms["code"]}


@rule(
    "terms.missing",
    box="20",
    pointer="/delivery_terms",
    of="values",
    severity="warning",
    says=_("The terms of delivery are missing."),
    remedy=_("Write the code and the place, for example CPT Dushanbe: the customs value depends on them."),
    source="UN layout key, box 20; WTO Valuation Agreement, article 8.2",
)
def terms_missing(context: Context) -> Failures:
    if not context.header.get("delivery_terms") and context.direction in ("import", "export"):
        yield ("delivery_terms",), {}


def _terms(context: Context) -> tuple[str, Entry] | None:
    """The code of the terms of delivery and what is known of it."""
    terms = context.header.get("delivery_terms")
    entry = context.codes["incoterm"][terms["code"]] if terms else None
    return (terms["code"], entry) if terms and entry is not None else None


@rule(
    "terms.place",
    box="20",
    pointer="/delivery_terms/place",
    of="values",
    severity="warning",
    says=_("{code} means nothing without its place."),
    remedy=_("Write the place named in the contract."),
    source="ICC Incoterms 2020",
)
def place_of_terms(context: Context) -> Failures:
    terms = _terms(context)
    if terms and terms[1].attributes.get("place_needed") == "yes" and not context.header["delivery_terms"].get("place"):
        yield ("delivery_terms", "place"), {"code": terms[0]}


_BY_WATER = "sea/inland"
_WATER_MODES = ("1", "8")


@rule(
    "terms.by-water",
    box="20",
    pointer="/delivery_terms/code",
    of="values",
    severity="warning",
    says=_("{code} is for goods carried by sea or river, these come otherwise."),
    remedy=_("Use FCA, CPT or CIP on the road, unless the contract says {code} to a harbour."),
    source="ICC Incoterms 2020",
)
def terms_by_water(context: Context) -> Failures:
    terms, mode = _terms(context), context.transport.get("border_mode")
    if terms and terms[1].attributes.get("mode") == _BY_WATER and mode and mode not in _WATER_MODES:
        yield ("delivery_terms", "code"), {"code": terms[0]}


def _says(context: Context, part: str) -> tuple[str, bool | None]:
    """The code of the terms, and whether the part (freight, insurance) is in the price; None where nobody says."""
    terms = _terms(context)
    if terms is None:
        return "", None
    return terms[0], {"included": True, "excluded": False}.get(terms[1].attributes.get(part, ""))


def _declared(context: Context, kind: str) -> bool:
    return any(cost.kind == kind and cost.amount for cost in context.costs)


@rule(
    "terms.freight-expected",
    box="12",
    pointer="/costs",
    of="values",
    severity="warning",
    says=_("Under {code} the price holds no freight, and no freight is declared."),
    remedy=_("Add the freight to the border to the costs: it is part of the customs value."),
    source="ICC Incoterms 2020; WTO Valuation Agreement, article 8.2",
)
def freight_expected(context: Context) -> Failures:
    code, included = _says(context, "freight")
    if context.direction == "import" and included is False and not _declared(context, "freight"):
        yield ("costs",), {"code": code}


@rule(
    "terms.insurance-expected",
    box="12",
    pointer="/costs",
    of="values",
    severity="warning",
    says=_("Under {code} the buyer bears the carriage, and no insurance is declared."),
    remedy=_("Add the insurance to the costs, if the goods are insured."),
    source="ICC Incoterms 2020; WTO Valuation Agreement, article 8.2",
)
def insurance_expected(context: Context) -> Failures:
    code, freight = _says(context, "freight")
    insured = _says(context, "insurance")[1]
    if context.direction == "import" and freight is False and insured is False and not _declared(context, "insurance"):
        yield ("costs",), {"code": code}


@rule(
    "terms.freight-twice",
    box="12",
    pointer="/costs/*/included",
    of="values",
    severity="warning",
    says=_("Under {code} the price holds the freight, but the freight is declared as not included."),
    remedy=_("Say that it is included, or check the terms: otherwise it is counted twice."),
    source="ICC Incoterms 2020",
)
def freight_twice(context: Context) -> Failures:
    code, included = _says(context, "freight")
    if included:
        for cost in context.costs:
            if cost.kind == "freight" and not cost.included and cost.amount:
                yield cost.at("included"), {"code": code}


@rule(
    "terms.freight-not-in-price",
    box="12",
    pointer="/costs/*/included",
    of="values",
    severity="warning",
    says=_("Under {code} the price holds no freight, but the freight is declared as included."),
    remedy=_("Say that it is not included, or check the terms: otherwise the value is too low."),
    source="ICC Incoterms 2020",
)
def freight_not_in_price(context: Context) -> Failures:
    code, included = _says(context, "freight")
    if included is False:
        for cost in context.costs:
            if cost.kind == "freight" and cost.included and cost.amount:
                yield cost.at("included"), {"code": code}


@rule(
    "terms.insurance-twice",
    box="12",
    pointer="/costs/*/included",
    of="values",
    severity="warning",
    says=_("Under {code} the price holds the insurance, but the insurance is declared as not included."),
    remedy=_("Say that it is included, or check the terms: otherwise it is counted twice."),
    source="ICC Incoterms 2020",
)
def insurance_twice(context: Context) -> Failures:
    code, included = _says(context, "insurance")
    if included:
        for cost in context.costs:
            if cost.kind == "insurance" and not cost.included and cost.amount:
                yield cost.at("included"), {"code": code}


@rule(
    "terms.insurance-not-in-price",
    box="12",
    pointer="/costs/*/included",
    of="values",
    severity="warning",
    says=_("Under {code} the price holds no insurance, but the insurance is declared as included."),
    remedy=_("Say that it is not included, or check the terms: otherwise the value is too low."),
    source="ICC Incoterms 2020",
)
def insurance_not_in_price(context: Context) -> Failures:
    code, included = _says(context, "insurance")
    if included is False:
        for cost in context.costs:
            if cost.kind == "insurance" and cost.included and cost.amount:
                yield cost.at("included"), {"code": code}
