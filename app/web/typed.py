"""From what people type to what the schema reads. Nothing is guessed: what is not plain stays, and the schema refuses it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import flask_babel
import marshmallow as ma
from marshmallow import fields

from app.core.fields import Coded, Container, Day, Moment, Plate
from app.core.text import ascii_digits, compact
from app.edge import calendars
from app.web.kinds import fields_of, inner_schema, is_numeric, is_one_box

#: Digits of any kind with group spaces (or the Persian group sign), and at most one decimal sign.
_NUMERIC = re.compile(r"[+-]?[\d\s\u066c]*([.,\u066b]\d*)?")
#: 1,250 is 1250 to one reader and 1.25 to another: nobody may guess.
_AMBIGUOUS = re.compile(r"[^,]*,\d{3}")
_GROUPING = re.compile(r"[\s\u066c]")
#: Between the values of a list that is one box: container numbers, which hold no spaces, and seals, which may.
_BETWEEN_CODES = re.compile(r"[\s,;\u060c\u061b]+")
#: A container's number as it is painted, MSKU 123456-5: its blanks and hyphens part nothing.
_PAINTED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{4})[ -]{0,3}([0-9]{6})[ -]{0,3}([0-9])(?![0-9])", re.ASCII)
_BETWEEN_WORDS = re.compile(r"\s*[\r\n,;\u060c\u061b]\s*")


def prepared(schema: ma.Schema, values: Any) -> Any:
    """What people type in the form that the schema reads: ASCII digits without group spaces, ISO dates, codes in capitals."""
    if not isinstance(values, Mapping):
        return values
    known = fields_of(schema)
    typed = {name: _prepared_value(known[name], value) if name in known else value for name, value in values.items()}
    # A browser sends nothing at all for a box that is not ticked; for a question, that is no answer.
    boxes = [name for name, f in known.items() if f.required and isinstance(f, fields.Boolean) and not _is_question(f)]
    unticked = {name: "false" for name in boxes if name not in values}
    return unticked | typed


def _is_question(found: fields.Field[Any]) -> bool:
    return found.metadata.get("widget") == "radio"


def _prepared_value(found: fields.Field[Any], value: Any) -> Any:
    inner = inner_schema(found)
    if inner is not None:
        return [prepared(inner, row) for row in value] if isinstance(value, list) else prepared(inner, value)
    if isinstance(found, fields.List):
        values = value if isinstance(value, list) else _split(value, found.inner) if is_one_box(found) else [value]
        return [_prepared_value(found.inner, one) for one in values]
    if not isinstance(value, str):
        return value
    if is_numeric(found):
        return number(value)
    if isinstance(found, Plate):
        return ascii_digits(value)
    if isinstance(found, Coded):
        return _code(found, value)
    if isinstance(found, Day | fields.Date) or found.metadata.get("widget") == "date":
        return _date(value)
    if isinstance(found, Moment | fields.DateTime):
        return _moment(value)
    return value


def _split(value: Any, inner: fields.Field[Any]) -> list[Any]:
    if isinstance(inner, Container) and isinstance(value, str):
        value = _PAINTED.sub(r"\1\2\3", ascii_digits(value))
    between = _BETWEEN_CODES if isinstance(inner, Coded) else _BETWEEN_WORDS
    return [one for one in between.split(value) if one] if isinstance(value, str) else [value]


def _code(found: Coded, typed: str) -> str:
    if isinstance(found, Container):
        return compact(typed)
    text = ascii_digits(typed)
    return text if "a-z" in found.pattern.pattern else text.upper()


def number(typed: str) -> str:
    """Persian digits, group spaces and the decimal comma in the schema's form; anything else is left for the schema to refuse."""
    if not _NUMERIC.fullmatch(typed) or _AMBIGUOUS.fullmatch(typed):
        return typed
    return ascii_digits(_GROUPING.sub("", typed)).replace("\u066b", ".").replace(",", ".")


def _date(typed: str) -> str:
    try:
        return calendars.parse(typed).isoformat()
    except calendars.NotADate:
        return typed


def _moment(typed: str) -> str:
    """A local time at the post becomes UTC; one with its zone is left as it is."""
    try:
        return calendars.parse_moment(typed, flask_babel.get_timezone()).strftime("%Y-%m-%dT%H:%M:%SZ")
    except calendars.NotADate:
        return typed


def without_blanks(values: Any) -> Any:
    """Blank means absent: empty rows and empty groups go."""
    if isinstance(values, Mapping):
        kept = {name: without_blanks(value) for name, value in values.items()}
        return {name: value for name, value in kept.items() if value not in ("", None, {}, [])}
    if isinstance(values, list):
        return [value for value in map(without_blanks, values) if value not in ("", None, {}, [])]
    return values


def whole_number(typed: str) -> int | None:
    text = ascii_digits(typed.strip())
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
