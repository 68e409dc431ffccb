"""Reading what programs send: strict JSON, preconditions, keys."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import marshmallow as ma
from flask import request

from app.core.errors import ChangedMeanwhile, Invalid, Malformed, PreconditionMissing, Refusal, TooLarge
from app.core.idempotency import LONGEST_KEY
from app.core.text import _, excerpt
from app.declarations import schemas
from app.declarations.schemas import MOST_OBJECTS

LARGEST = 4 * 1024 * 1024
#: Names in one object; no schema knows as many.
MOST_NAMES = 500
_KEY = re.compile(r"[\x21-\x7e]+", re.ASCII)
_ETAG = re.compile(r'"([0-9]{1,9})"', re.ASCII)


def json_object() -> dict[str, Any]:
    """The request's body as a JSON object; raises `Malformed`, `TooLarge` or `Invalid`."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise UnsupportedMediaType(_("Send the body as application/json."))
    raw = request.get_data(cache=True)
    if len(raw) > LARGEST:
        raise TooLarge(_("The message is larger than 4 MB. Split the consignment or send fewer words."))
    value = strict_json(raw)
    if not isinstance(value, dict):
        raise Malformed(_("Send a JSON object: names and values in curly brackets."))
    return value


class UnsupportedMediaType(Refusal):
    status, code, title = 415, "unsupported-media-type", _("This kind of content is not accepted here.")


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


class KeyMissing(Refusal):
    status, code, title = (
        400,
        "idempotency-key-missing",
        _("Send an Idempotency-Key of 1 to 200 visible characters: a new random text for every new request."),
    )


def idempotency_key() -> str:
    """The header's value; `KeyMissing` if there is none or it cannot be one."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise KeyMissing
    return key


def seen_version() -> int:
    """The version the sender saw (If-Match). Missing 428; anything that cannot be the present version 412."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionMissing()
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise ChangedMeanwhile(_('If-Match must hold the ETag you were given, such as "3".'))
    return int(found[1])


def seen_version_or_none() -> int | None:
    """The same where the version is no condition: without the header None."""
    return seen_version() if "If-Match" in request.headers else None


def words(schema: type[ma.Schema]) -> dict[str, Any]:
    """The request's JSON through a small schema; `Invalid` with findings."""
    try:
        loaded: dict[str, Any] = schema().load(json_object())
    except ma.ValidationError as error:
        raise Invalid(findings=schemas.findings(error.normalized_messages())) from None
    return loaded


class NothingSchema(ma.Schema):
    """A deed that takes no words: no body, or an empty object."""

    class Meta:
        unknown = ma.RAISE


def nothing() -> None:
    """Refuses a body where there is nothing to say: what is not understood must not look accepted."""
    if request.get_data(cache=True):
        words(NothingSchema)
