"""Pure checks of entered codes, and how names are prepared for searching."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from app.core.errors import Finding, pointer
from app.core.text import _, ascii_digits, excerpt, fault_in, normal
from app.reference import shapes
from app.reference.codebook import COMMODITY, HS_DIGITS, LISTS, LOCALES
from app.reference.commands import EnterCode

FIRST_DAY = dt.date(1990, 1, 1)
LAST_DAY = dt.date(2199, 12, 31)
LONGEST_NAME = 500

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,69}")
_COMMODITY = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}")
_NO_WORD = re.compile(r"[\W_]+")
_NO_CODE = re.compile(r"[^A-Za-z0-9]")
#: Letters that keyboards of Dari, Pashto and Arabic write differently though readers see one; joiners are not seen.
_ONE_SHAPE = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": None, "\u200c": None, "\u200d": None})


def folded(text: str) -> str:
    """The text as searching sees it: words in small letters, each after one space; other signs count as spaces."""
    words = _NO_WORD.sub(" ", ascii_digits(normal(text)).translate(_ONE_SHAPE).casefold()).strip()
    return f" {words}" if words else ""


def bare(code: str) -> str:
    """The letters and digits of a code as searching sees them: 0806.20 and ۰۸۰۶۲۰ are 080620."""
    return _NO_CODE.sub("", ascii_digits(code)).lower()


def searchable(code: str, names: Iterable[str]) -> str:
    """What a search looks at: the bare code as the first word, then the words of the names in every language."""
    return "".join(dict.fromkeys([f" {bare(code)}", *map(folded, names)]))


def findings(command: EnterCode) -> list[Finding]:
    """Everything wrong with an entered code."""
    checks = (_of_code, _of_dates, _of_names, _of_texts, _of_attributes)
    return [finding for check in checks for finding in check(command)]


def _of_code(command: EnterCode) -> Iterator[Finding]:
    if command.list not in LISTS:
        known = ", ".join(LISTS)
        yield Finding(
            pointer("list"),
            "reference.list-unknown",
            _("There is no list “{list}”. The lists are: {known}.", list=excerpt(command.list), known=known),
        )
    if not _CODE.fullmatch(command.code):
        yield Finding(
            pointer("code"),
            "reference.code-shape",
            _(
                "Write the code “{code}” with Latin letters, digits and . _ - only, at most 70.",
                code=excerpt(command.code),
            ),
        )
    elif command.list == COMMODITY and not _COMMODITY.fullmatch(command.code):
        yield Finding(
            pointer("code"),
            "reference.commodity-shape",
            _("A commodity is entered with 2, 4 or {digits} digits; national digits need no entry.", digits=HS_DIGITS),
        )
    else:
        yield from shapes.code_findings(command.list, command.code)


def _of_dates(command: EnterCode) -> Iterator[Finding]:
    for column, day in (("valid_from", command.valid_from), ("valid_to", command.valid_to)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            yield Finding(
                pointer(column),
                "reference.day-range",
                _("The day {day} is outside 1990 to 2199. Correct the year.", day=day.isoformat()),
            )
    if command.valid_to is not None and command.valid_to < command.valid_from:
        yield Finding(
            pointer("valid_to"),
            "reference.days-order",
            _("The last day lies before the first. Exchange or correct the days."),
        )


def _of_names(command: EnterCode) -> Iterator[Finding]:
    if not normal(command.names.get("en", "")):
        yield Finding(
            pointer("names", "en"),
            "reference.name-missing",
            _("The English name is missing. Write it: other languages fall back on it."),
        )
    for locale, name in command.names.items():
        fault = fault_in(name)
        if locale not in LOCALES:
            fault = _("“{locale}” is no language here. Use {known}.", locale=excerpt(locale), known=", ".join(LOCALES))
        elif len(name) > LONGEST_NAME:
            fault = _("The name is longer than {limit} characters. Shorten it.", limit=LONGEST_NAME)
        if fault:
            yield Finding(pointer("names", locale), "reference.name-faulty", fault)


def _of_texts(command: EnterCode) -> Iterator[Finding]:
    for column, text in (("source", command.source), ("reason", command.reason)):
        fault = fault_in(text)
        if fault:
            yield Finding(pointer(column), "reference.text-faulty", fault)
    if not normal(command.reason):
        yield Finding(
            pointer("reason"),
            "reference.reason-missing",
            _("Say why the code is changed: the order or letter that asks for it."),
        )


def _of_attributes(command: EnterCode) -> Iterator[Finding]:
    faulty = list(_faulty_texts(command))
    yield from faulty or shapes.attribute_findings(command.list, command.code, command.attributes)


def _faulty_texts(command: EnterCode) -> Iterator[Finding]:
    for name, value in command.attributes.items():
        texts = [name, *value] if isinstance(value, list) else [name, value]
        if not all(isinstance(text, str) and fault_in(text) is None for text in texts):
            yield Finding(
                pointer("attributes", excerpt(name)),
                "reference.attribute-faulty",
                _(
                    "The attribute “{name}” must be a text or a list of texts, no control characters.",
                    name=excerpt(name),
                ),
            )
