"""A schema as straight functions: what is surely in order is read many times faster than marshmallow reads it.

`compiled(schema)` looks at the schema once and makes a reader for each field, a plain function for one value. A reader
answers only where it is sure to answer as the field does; at the least doubt it asks the field itself, or gives up, and
then the whole body goes to the schema as it is. Rules, results and messages therefore stay those of the schema, which
alone says what is allowed; only the time differs. See `app/decisions` for what was measured against what.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from app.core.fields import EARLIEST, LATEST, Coded, Container, Day, Exact, Listed, Plate, Whole, Words

Reader = Callable[[Any], Any]
_Step = tuple[str, Reader, bool, Any]

_ABSENT: Final = object()
#: What to do where a name is not given: refuse (it is required), leave it out, or call what makes its default.
_REFUSE, _LEAVE_OUT = object(), object()
#: Printable ASCII that `Words` keeps as it is: no space at the ends, nothing a spreadsheet would run.
_PLAIN = re.compile(r"[!-*,./-<>?A-~](?:[ -~]*[!-~])?", re.ASCII).fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch


class Doubt(Exception):
    """This is not surely in order: let the schema itself look."""


class Compiled:
    """Loads as its schema does."""

    def __init__(self, schema: ma.Schema) -> None:
        self.schema = schema
        self.read = _rows(schema)

    def load(self, body: Any) -> dict[str, Any]:
        """What the schema loads from the body; raises its `ValidationError`."""
        try:
            found: dict[str, Any] = self.read(body)
        except (Doubt, ma.ValidationError):
            found = self.schema.load(body)
        return found


def _rows(schema: ma.Schema) -> Reader:
    """The reader of one object."""
    _must_be_plain(schema)
    steps: list[_Step] = [
        (name, _reader(field), field.allow_none, _absence(field)) for name, field in schema.load_fields.items()
    ]

    def read(given: Any) -> dict[str, Any]:
        if type(given) is not dict:
            raise Doubt
        found: dict[str, Any] = {}
        known, get = 0, given.get
        for name, reader, may_be_null, absence in steps:
            value = get(name, _ABSENT)
            if value is _ABSENT:
                if absence is _LEAVE_OUT:
                    continue
                if absence is _REFUSE:
                    raise Doubt
                found[name] = absence()
                continue
            known += 1
            found[name] = None if value is None and may_be_null else reader(value)
        if known != len(given):
            raise Doubt
        return found

    return read


def _must_be_plain(schema: ma.Schema) -> None:
    """Raises `TypeError` for a schema that does more than its fields do."""
    more = [name for name, hooks in schema._hooks.items() if hooks]  # noqa: SLF001 - nothing public tells
    renamed = [n for n, f in schema.load_fields.items() if f.attribute or f.data_key or "." in n]
    if more or renamed or schema.many or schema.partial or schema.unknown != ma.RAISE or schema.dict_class is not dict:
        raise TypeError(f"{type(schema).__name__} does more than its fields: {more or renamed or 'options'}")


def _absence(field: fields.Field[Any]) -> Any:
    if field.required:
        return _REFUSE
    default = field.load_default
    if default is ma.missing:
        return _LEAVE_OUT
    return default if callable(default) else lambda: default


def _reader(field: fields.Field[Any]) -> Reader:
    """The reader of a field's values, None left aside; the field itself where nothing quicker is known for it."""
    if field.pre_load or field.post_load:
        return field.deserialize
    make = _MAKERS.get(type(field))
    return (make(field) if make is not None else None) or field.deserialize


def _words(field: Words) -> Reader | None:
    most, slow = field.most, field.deserialize

    def read(value: Any) -> Any:
        if type(value) is str and len(value) <= most and _PLAIN(value):
            return value
        return slow(value)

    return None if field.validators else read


def _coded(field: Coded) -> Reader | None:
    fits = field.pattern.fullmatch

    def read(value: Any) -> Any:
        if type(value) is str and fits(value):
            return value
        raise Doubt

    return None if field.validators else read


def _exact(field: Exact) -> Reader | None:
    fits, slow = field.pattern.fullmatch, field.deserialize
    if field.positive or field.validators:
        return None

    def read(value: Any) -> Any:
        if type(value) is str and fits(value):
            return value
        return slow(value)

    return read


def _whole(field: Whole) -> Reader | None:
    least, most, slow = field.least, field.most, field.deserialize

    def read(value: Any) -> Any:
        if type(value) is int and least <= value <= most:
            return value
        return slow(value)

    return None if field.validators else read


def _day(field: Day) -> Reader | None:
    def read(value: Any) -> Any:
        if type(value) is not str or not _DATE(value):
            raise Doubt
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            raise Doubt from None
        if not EARLIEST <= day <= LATEST:
            raise Doubt
        return value

    return None if field.validators else read


def _choice(field: fields.String) -> Reader | None:
    """A text that must be one of some."""
    if len(field.validators) != 1 or type(field.validators[0]) is not validate.OneOf:
        return None
    choices, slow = frozenset(field.validators[0].choices), field.deserialize

    def read(value: Any) -> Any:
        return value if type(value) is str and value in choices else slow(value)

    return read


def _yes_or_no(field: fields.Boolean) -> Reader | None:
    slow = field.deserialize

    def read(value: Any) -> Any:
        return value if value is True or value is False else slow(value)

    return None if field.validators or True not in field.truthy or False not in field.falsy else read


def _listed(field: Listed) -> Reader | None:
    least, most = field.bounds.min or 0, field.bounds.max
    inner, may_be_null = _reader(field.inner), field.inner.allow_none
    if field.validators != [field.bounds] or most is None or may_be_null:
        return None

    def read(value: Any) -> Any:
        if type(value) is not list or not least <= len(value) <= most:
            raise Doubt
        return [inner(one) for one in value]

    return read


def _nested(field: fields.Nested) -> Reader | None:
    return None if field.many or field.unknown or field.validators else _rows(field.schema)


_MAKERS: Final[Mapping[type[fields.Field[Any]], Callable[[Any], Reader | None]]] = {
    Words: _words,
    Plate: _words,
    Coded: _coded,
    Container: _coded,
    Exact: _exact,
    Whole: _whole,
    Day: _day,
    Listed: _listed,
    fields.String: _choice,
    fields.Boolean: _yes_or_no,
    fields.Nested: _nested,
}
