"""Rules about the form of guarantees. Whether one is good and has enough left is asked where they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.numbering import is_grn
from app.core.text import _
from app.reference.codebook import Entry
from app.transit.rules.context import Context
from app.transit.rules.registry import GUARANTEES, Failures, rule

WAIVERS = ("5", "8", "A", "J", "R")
_VOUCHER = "4"


def _known(context: Context) -> Iterator[tuple[int, dict[str, Any], Entry]]:
    """Each guarantee with its place and what its kind means; kinds that do not exist have a rule of their own."""
    kinds = context.codes["guarantee_type"]
    for nth, guarantee in enumerate(context.guarantees):
        kind = kinds[guarantee["type"]]
        if kind is not None:
            yield nth, guarantee, kind


def _has_grn(kind: Entry) -> bool:
    return kind.attributes.get("reference") == "grn"


@rule(
    "guarantee.missing",
    box="99 02",
    pointer="/guarantees",
    of=GUARANTEES,
    says=_("No guarantee is named."),
    remedy=_("Name the guarantee that secures duties and taxes until the goods arrive."),
    source="Revised Kyoto Convention, General Annex, chapter 5; a TIR carnet is its own guarantee",
)
def guarantee_missing(context: Context) -> Failures:
    if not context.guarantees and not context.tir:
        yield ("guarantees",), {}


@rule(
    "guarantee.type-unknown",
    box="99 02",
    pointer="/guarantees/*/type",
    of=GUARANTEES,
    says=_("{type} is no kind of guarantee."),
    remedy=_("Choose one of the list, such as 1 for a comprehensive guarantee."),
    source="Code list guarantee_type (NCTS)",
)
def type_known(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        if context.codes["guarantee_type"][guarantee["type"]] is None:
            yield ("guarantees", nth, "type"), {"type": guarantee["type"]}


@rule(
    "guarantee.grn-missing",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("A guarantee of kind {type} is named by its reference, and it is missing."),
    remedy=_("Write the guarantee reference number (GRN)."),
    source="NCTS conditions C0085 and C0086",
)
def grn_missing(context: Context) -> Failures:
    for nth, guarantee, kind in _known(context):
        if _has_grn(kind) and not guarantee.get("grn"):
            yield ("guarantees", nth, "grn"), {"type": guarantee["type"]}


@rule(
    "guarantee.grn-unexpected",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("A guarantee of kind {type} has no reference number."),
    remedy=_("Remove the number, or correct the kind."),
    source="NCTS condition C0085",
)
def grn_unexpected(context: Context) -> Failures:
    for nth, guarantee, kind in _known(context):
        if guarantee.get("grn") and not _has_grn(kind):
            yield ("guarantees", nth, "grn"), {"type": guarantee["type"]}


@rule(
    "guarantee.grn-check",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("The check character of the guarantee reference {grn} is wrong."),
    remedy=_("Read the number again."),
    source="NCTS rule R0318: 17 characters, 24 with the part of a voucher; the 17th is a check character",
)
def grn_check(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        grn = guarantee.get("grn")
        if grn and not is_grn(grn):
            yield ("guarantees", nth, "grn"), {"grn": grn}


@rule(
    "guarantee.voucher-part",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("{grn} ends with the part that names a voucher, and the guarantee is of kind {type}."),
    remedy=_("Write kind 4 for vouchers, or the 17 characters alone."),
    source="NCTS rule R0318",
)
def voucher_part(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        grn = guarantee.get("grn")
        if grn and len(grn) > 17 and guarantee["type"] != _VOUCHER:
            yield ("guarantees", nth, "grn"), {"grn": grn, "type": guarantee["type"]}


@rule(
    "guarantee.of-later-year",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("The guarantee {grn} would be of {year}, which has not come."),
    remedy=_("Read the first two digits again: they are the year."),
    source="NCTS: structure of the guarantee reference number",
)
def later_year(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        grn = guarantee.get("grn")
        year = 2000 + int(grn[:2]) if grn else 0
        if year > context.today.year:
            yield ("guarantees", nth, "grn"), {"grn": grn, "year": year}


@rule(
    "guarantee.access-code-missing",
    box="99 04",
    pointer="/guarantees/*/access_code",
    of=GUARANTEES,
    says=_("The access code of guarantee {grn} is missing."),
    remedy=_("Write the access code that the holder of the guarantee gave you."),
    source="NCTS condition C0086; the code is compared and not kept",
)
def access_code_missing(context: Context) -> Failures:
    given = context.setting.declared.access_codes
    if given is None:
        return
    for nth, guarantee, kind in _known(context):
        if kind.attributes.get("access_code") == "yes" and guarantee.get("grn") and nth not in given:
            yield ("guarantees", nth, "access_code"), {"grn": guarantee["grn"]}


@rule(
    "guarantee.grn-repeated",
    box="99 03",
    pointer="/guarantees/*/grn",
    of=GUARANTEES,
    says=_("The guarantee {grn} stands twice."),
    remedy=_("Name each guarantee once."),
    source="Guzar: what one guarantee holds for a movement is one reservation",
)
def grn_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, guarantee in enumerate(context.guarantees):
        grn = guarantee.get("grn")
        if grn and grn in seen:
            yield ("guarantees", nth, "grn"), {"grn": grn}
        seen.add(grn or "")


@rule(
    "guarantee.amount-zero",
    box="99 05",
    pointer="/guarantees/*/amount",
    of=GUARANTEES,
    says=_("The guarantee is to cover 0."),
    remedy=_(
        "Write the amount it covers. Only one that secures the movement alone may be left without: it covers all."
    ),
    source="NCTS data element 99 05, amount to be covered",
)
def amount_zero(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        amount = guarantee.get("amount")
        if amount and not amount.strip("0."):
            yield ("guarantees", nth, "amount"), {}


@rule(
    "guarantee.amount-missing",
    box="99 05",
    pointer="/guarantees/*/amount",
    of=GUARANTEES,
    says=_("Several guarantees secure the movement, and this one does not say how much it covers."),
    remedy=_("Write the amount that each of them covers, or name a single one: without an amount it covers all."),
    source="NCTS data element 99 05, amount to be covered",
)
def amount_missing(context: Context) -> Failures:
    if context.tir:
        return
    several = [(nth, each) for nth, each in enumerate(context.guarantees) if each["type"] not in WAIVERS]
    for nth, guarantee in several:
        if len(several) > 1 and not guarantee.get("amount"):
            yield ("guarantees", nth, "amount"), {}


@rule(
    "guarantee.currency-missing",
    box="99 06",
    pointer="/guarantees/*/currency",
    of=GUARANTEES,
    says=_("The currency of the amount is missing."),
    remedy=_("Write the three letters of the currency."),
    source="NCTS data element 99 06",
)
def currency_missing(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        if guarantee.get("amount") and not guarantee.get("currency"):
            yield ("guarantees", nth, "currency"), {}


@rule(
    "guarantee.currency-unknown",
    box="99 06",
    pointer="/guarantees/*/currency",
    of=GUARANTEES,
    says=_("{currency} is no currency."),
    remedy=_("Write the three letters of the currency, such as TJS."),
    source="ISO 4217",
)
def currency_known(context: Context) -> Failures:
    for nth, guarantee in enumerate(context.guarantees):
        currency = guarantee.get("currency")
        if currency and context.codes["currency"][currency] is None:
            yield ("guarantees", nth, "currency"), {"currency": currency}


@rule(
    "guarantee.beside-a-waiver",
    box="99 02",
    pointer="/guarantees/*/type",
    of=GUARANTEES,
    severity="warning",
    says=_("Kind {type} says that no guarantee is needed, and another one is named too."),
    remedy=_("Remove one of them."),
    source="NCTS code list of guarantee types",
)
def beside_a_waiver(context: Context) -> Failures:
    if len(context.guarantees) < 2:
        return
    for nth, guarantee in enumerate(context.guarantees):
        if guarantee["type"] in WAIVERS:
            yield ("guarantees", nth, "type"), {"type": guarantee["type"]}
