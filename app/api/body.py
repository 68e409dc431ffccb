"""Reading what programs send: strict JSON, preconditions, keys."""

from __future__ import annotations

import re
from typing import Any

import marshmallow as ma
from flask import request

from app.core.errors import ChangedMeanwhile, Invalid, Malformed, PreconditionMissing, Refusal, TooLarge
from app.core.idempotency import LONGEST_KEY
from app.core.text import _
from app.declarations import schemas
from app.edge.strict import strict_json

LARGEST = 4 * 1024 * 1024
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
