"""marshmallow fields that take only what the database can hold and a person can mean.

Values stay text: an amount is a string of plain digits, a date an ISO string. What leaves these fields can be stored,
hashed and shown without another look.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.messages import T
from app.core.text import ascii_digits, compact, fault_in, normal

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
#: What a spreadsheet takes for a formula when a list with this text is opened in it: a call of a function, a cell, a
#: quoted text or a number after the sign of equality, and a call of another program. "-", "+992 37 221", "=ТТС=" and
#: "- raisins (dried)" are ordinary texts.
_RUN_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_FORMULA = re.compile(
    r"""[=\uff1d] *(?:[-+(@"'{]|[0-9.]+ *[-+*/^&]|\$?[A-Za-z]{1,3}\$?[0-9]|[^=]*\()"""  # =1+1, =A1, =SUM(A1)
    r"""|[-+@\uff0b\uff0d\uff20][-+@0-9.*/]*[A-Za-z_][\w.]*\("""  # @SUM(, +HYPERLINK(, -2+SUM(
    r"""|.[^|]*\|.*!"""  # =cmd|' /C calc'!A0
)
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)


class Words(ma.fields.Field[str]):
    """Free text: NFC, trimmed, no control characters or hidden direction marks, 1 to `most` characters."""

    default_error_messages = {
        "invalid": T("Give text here.", "type"),
        "blank": T("This may not be empty.", "required"),
        "long": T("Too long: at most {most} characters.", "length"),
        "formula": T(
            "A spreadsheet would run this text as a formula. Take the {sign} at its beginning away.", "text.formula"
        ),
    }

    def __init__(self, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if len(value) > self.most * 4:
            raise self.make_error("long", most=self.most)
        fault = fault_in(value)
        if fault is not None:
            raise ma.ValidationError(T(fault.msgid, "text.characters").format())
        clean = normal(value)
        if not clean:
            raise self.make_error("blank")
        if len(clean) > self.most:
            raise self.make_error("long", most=self.most)
        if clean[0] in _RUN_SIGNS and _FORMULA.match(clean):
            raise self.make_error("formula", sign=clean[0])
        return clean


class Coded(ma.fields.Field[str]):
    """A code of a fixed form. `form` is a regular expression over ASCII; `example` stands in the message."""

    default_error_messages = {
        "invalid": T("Give text here.", "type"),
        "form": T("This does not have the form of such a code. Example: {example}.", "format"),
    }

    def __init__(self, form: str, example: str, **options: Any) -> None:
        self.pattern = re.compile(form, re.ASCII)
        self.example = example
        super().__init__(**options)
        self.metadata = {"pattern": f"^(?:{form})$", "example": example, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not self.pattern.fullmatch(value):
            raise self.make_error("form", example=self.example)
        return value


class Plate(Words):
    """The number on a plate: text with ASCII digits, whichever keyboard it was typed on, so that all compare and print
    the same."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        return ascii_digits(super()._deserialize(value, attr, data, **context))


class Container(Coded):
    """The number of a container (ISO 6346), as it is painted: MSKU 123456-5 is MSKU1234565."""

    #: What is taken is not much longer than what is meant.
    longest = 40

    def __init__(self, **options: Any) -> None:
        super().__init__(r"[A-Z]{4}[0-9]{7}", "MSKU1234565", **options)
        self.metadata = {**self.metadata, "pattern": r"^[A-Z]{4}[ -]?[0-9]{6}[ -]?[0-9]$"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if isinstance(value, str) and len(value) <= self.longest:
            value = compact(value)
        return super()._deserialize(value, attr, data, **context)


class Identifier(ma.fields.Field[str]):
    """The id of something kept here: a UUID, given back in its usual form (RFC 9562, lower case)."""

    default_error_messages = {
        "invalid": T("This is not a valid identifier.", "format"),
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("invalid")
        return value.lower()


class Exact(ma.fields.Field[str]):
    """A decimal number written as a string of plain digits; it stays a string. JSON numbers are refused: they may be
    floats."""

    default_error_messages = {
        "invalid": T('Write the number as text in quotes, for example "1250.50".', "number"),
        "form": T("Give plain digits with at most {places} after the point, for example 1250.5.", "number"),
        "large": T("The number is too large: at most {whole} digits before the point.", "number"),
        "zero": T("Must be more than 0.", "range"),
    }

    def __init__(self, whole: int, places: int, *, positive: bool = False, **options: Any) -> None:
        self.whole, self.places, self.positive = whole, places, positive
        tail = rf"(\.[0-9]{{1,{places}}})?" if places else ""
        self.pattern = re.compile(rf"[0-9]{{1,{whole}}}{tail}", re.ASCII)
        super().__init__(**options)
        self.metadata = {"inputmode": "decimal", "pattern": f"^{self.pattern.pattern}$", **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not self.pattern.fullmatch(value):
            head = value.partition(".")[0]
            if head.isascii() and head.isdigit() and len(head) > self.whole:
                raise self.make_error("large", whole=self.whole)
            raise self.make_error("form", places=self.places)
        if self.positive and not value.strip("0."):
            raise self.make_error("zero")
        return value


class Day(ma.fields.Field[str]):
    """A calendar date as ISO text, 1990 to 2199."""

    default_error_messages = {
        "invalid": T("Give a date, for example 2026-11-27.", "date"),
        "range": T("Give a date between 1990 and 2199.", "date"),
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.make_error("invalid")
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid") from None
        if not EARLIEST <= day <= LATEST:
            raise self.make_error("range")
        return value


class Moment(ma.fields.Field[str]):
    """A time with its zone, kept as ISO text in UTC."""

    default_error_messages = {
        "invalid": T("Give the time with its zone, for example 2026-11-27T08:30:00Z.", "date"),
        "range": T("Give a date between 1990 and 2199.", "date"),
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise self.make_error("invalid")
        try:
            moment = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None
        if not EARLIEST <= moment.date() <= LATEST:
            raise self.make_error("range")
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Whole(ma.fields.Field[int]):
    """A whole number in a range; JSON true and 1.0 are not whole numbers, digits from a form are."""

    default_error_messages = {
        "invalid": T("Give a whole number.", "number"),
        "range": T("Must be from {min} to {max}.", "range"),
    }

    def __init__(self, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)
        self.metadata = {"inputmode": "numeric", **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
            value = int(value)
        if type(value) is not int:
            raise self.make_error("invalid")
        if not self.least <= value <= self.most:
            raise self.make_error("range", min=self.least, max=self.most)
        return value


class Listed(ma.fields.List[Any]):
    """A list with bounds on its length, which are looked at before what is in it: millions of bad rows cost minutes."""

    def __init__(self, inner: ma.fields.Field[Any], least: int, most: int, **options: Any) -> None:
        self.bounds = validate.Length(least, most)
        super().__init__(inner, validate=self.bounds, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > int(self.bounds.max or 0):
            self.bounds(value)
        loaded: list[Any] = super()._deserialize(value, attr, data, **context)
        return loaded


def listed(inner: ma.fields.Field[Any], least: int, most: int, **options: Any) -> ma.fields.List[Any]:
    """A list with bounds on its length."""
    return Listed(inner, least, most, **options)
