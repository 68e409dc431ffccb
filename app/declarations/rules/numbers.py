"""Rules of the numbers under which firms are known to the tax services of the region."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from stdnum.az import voen
from stdnum.by import unp
from stdnum.cn import uscc
from stdnum.ru import inn
from stdnum.tr import vkn
from stdnum.ua import edrpou

from app.core.text import _
from app.declarations.rules.context import Context
from app.declarations.rules.registry import Failures, rule

#: The boxes that name a firm or person, in their order.
BOXES = ("consignor", "consignee", "financial", "declarant", "principal")


def named(context: Context) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in BOXES:
        party = context.header.get(name)
        if isinstance(party, dict):
            yield name, party


def bare_number(identification: str) -> tuple[str | None, str]:
    """The country a number begins with, if it does, and the number as it is compared: without signs between."""
    prefix, hyphen, number = identification.partition("-")
    country = prefix if hyphen and len(prefix) == 2 and prefix.isalpha() and prefix.isupper() else None
    return country, re.sub(r"[\s./-]+", "", number if country else identification).upper()


_NUMBERS = "Numbers of taxpayers as the tax services of the region publish them (unverified)"

#: What a taxpayer's number looks like, by country, after the country's own prefix ("TJ-") is taken off.
_SHAPES: dict[str, tuple[re.Pattern[str], str]] = {
    country: (re.compile(shape, re.ASCII), words)
    for country, shape, words in (
        ("AF", r"[0-9]{10}", "9001234567"),
        ("AZ", r"[0-9]{10}", "1400057421"),
        ("BY", r"[0-9A-Z]{9}", "200988541"),
        ("CN", r"[0-9A-HJ-NPQRTUWXY]{18}|[0-9]{15}", "91110000600037341L"),
        ("IR", r"[0-9]{10,12}|[0-9]{14}", "10100375870"),
        ("KG", r"[0-9]{14}", "02712201010127"),
        ("KZ", r"[0-9]{12}", "050140002195"),
        ("PK", r"[0-9]{7,8}|[0-9]{13}", "0712345-6"),
        ("RU", r"[0-9]{10}|[0-9]{12}", "7707083893"),
        ("TJ", r"[0-9]{9}", "510012345"),
        ("TM", r"[0-9]{12}", "101710000017"),
        ("TR", r"[0-9]{10,11}", "4540536920"),
        ("UA", r"[0-9]{8}|[0-9]{10}", "32855961"),
        ("UZ", r"[0-9]{9}|[0-9]{14}", "301234567"),
    )
}

#: Numbers with a check digit: which lengths have it, and who checks it.
_CHECKED: dict[str, tuple[frozenset[int], Callable[[str], bool]]] = {
    "AZ": (frozenset({10}), voen.is_valid),
    "BY": (frozenset({9}), unp.is_valid),
    "CN": (frozenset({18}), uscc.is_valid),
    "RU": (frozenset({10, 12}), inn.is_valid),
    "TR": (frozenset({10}), vkn.is_valid),
    "UA": (frozenset({8}), edrpou.is_valid),
}


def _numbered(context: Context) -> Iterator[tuple[str, str, str, str]]:
    """(box, identification as written, its country, the bare number) of everybody whose country is known."""
    for name, party in named(context):
        written = party.get("id")
        if not written:
            continue
        prefix, number = bare_number(written)
        country = prefix or party.get("country")
        if country:
            yield name, written, country, number


@rule(
    "party.number-shape",
    box="2, 8, 9, 14, 50",
    pointer="/consignee/id",
    of="parties",
    severity="warning",
    says=_("{number} does not look like a taxpayer's number of {country}, which looks like {example}."),
    remedy=_("Read the number again."),
    source=_NUMBERS,
)
def number_shape(context: Context) -> Failures:
    for name, written, country, number in _numbered(context):
        known = _SHAPES.get(country)
        if known is not None and not known[0].fullmatch(number):
            yield (name, "id"), {"number": written, "country": country, "example": known[1]}


@rule(
    "party.number-check-digit",
    box="2, 8, 9, 14, 50",
    pointer="/consignor/id",
    of="parties",
    severity="warning",
    says=_("The check digit of the taxpayer's number {number} is wrong."),
    remedy=_("Read the number again."),
    source="National rules of check digits, as in python-stdnum",
)
def number_check_digit(context: Context) -> Failures:
    for name, written, country, number in _numbered(context):
        if country not in _CHECKED or not _SHAPES[country][0].fullmatch(number):
            continue
        lengths, good = _CHECKED[country]
        if len(number) in lengths and not good(number):
            yield (name, "id"), {"number": written}


@rule(
    "party.number-of-other-country",
    box="2, 8, 9, 14, 50",
    pointer="/consignor/id",
    of="parties",
    severity="warning",
    says=_("The number {number} is one of {prefix}, the firm's country is {country}."),
    remedy=_("Correct one of them."),
    source="Guzar: numbers of firms",
)
def number_of_other_country(context: Context) -> Failures:
    for name, party in named(context):
        written, country = party.get("id"), party.get("country")
        prefix = bare_number(written)[0] if written else None
        if prefix and country and prefix != country:
            yield (name, "id"), {"number": written, "prefix": prefix, "country": country}
