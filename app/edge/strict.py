"""JSON as RFC 8259 has it, for whoever reads what programs and devices send."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from app.core.errors import Malformed, TooLarge
from app.core.text import _, excerpt
from app.declarations.schemas import MOST_OBJECTS

#: Names in one object; no schema knows as many.
MOST_NAMES = 500


def strict_json(raw: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN or Infinity, no name twice in an object, bounded depth and digits, UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(_("The body is not valid UTF-8.")) from None
    try:
        return json.loads(
            text, object_pairs_hook=_Objects(), parse_constant=_no_constant, parse_float=Fraction, parse_int=_whole
        )
    except RecursionError:
        raise Malformed(_("The JSON is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        raise Malformed(_("The JSON cannot be read at line and column {where}.", where=where)) from None


class Fraction:
    """A JSON number with a point or an exponent. No field takes it, because decimals are strings here."""

    def __init__(self, digits: str) -> None:
        self.digits = digits


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise Malformed(_("The JSON holds a number with {count} digits.", count=len(digits)))
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise Malformed(_("{name} is not JSON. Write a number as text in quotes.", name=name))


class _Objects:
    """Makes the objects of one body and counts them: each may earn several findings, and those cost more than reading."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.count += 1
        if len(pairs) > MOST_NAMES or self.count > MOST_OBJECTS:
            raise TooLarge()
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _value in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise Malformed(_("The name “{name}” stands twice in one object.", name=excerpt(twice)))
        return found
