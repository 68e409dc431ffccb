"""What a device sends: the envelope of a record, the description of a device, the key in the header."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

import marshmallow as ma
from flask import request

from app.core import reading
from app.core.errors import Finding, Invalid, Malformed, TooLarge
from app.core.fields import Identifier, Whole, Words
from app.core.messages import T
from app.core.text import _
from app.edge.strict import strict_json
from app.field import rules
from app.field.commands import Incoming, Register

KEY_HEADER = "X-Field-Key"
DEVICE_HEADER = "X-Field-Device"
#: A record in words; pictures come beside it.
LARGEST = 64 * 1024
#: What a device makes of a photo; a little more, so that the verb says what is wrong with others.
LARGEST_PHOTO = 2 * 1024 * 1024


class RecordEnvelope(ma.Schema):
    """One record: its own id, its place in the order, what it is about, and what the device's clock says."""

    class Meta:
        unknown = ma.RAISE

    id = Identifier(required=True, metadata={"label": T("Id of the record")})
    sequence = Whole(1, 2_000_000_000, required=True)
    kind = Words(20, required=True)
    reference = Words(40, required=True)
    noted_at = Words(40, required=True)
    sent_at = Words(40, required=True)
    body = ma.fields.Dict(required=True)


class DeviceSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    label = Words(rules.LONGEST_LABEL, required=True, metadata={"label": T("Name of the device")})
    kind = Words(10, required=True, metadata={"label": T("Kind of device")})
    post = Words(5, required=True)


class Sent(NamedTuple):
    """A record, and what the device's clock showed when it was sent."""

    record: Incoming
    sent_at: dt.datetime | None


def record() -> Sent:
    """The record in the body. Raises `Malformed`, `TooLarge` or `Invalid`."""
    return _of(_object(request.get_data(cache=True)), None)


def record_with_photo() -> Sent:
    """The record and the picture in a form of two parts."""
    words, photo = request.form.get("record", ""), request.files.get("photo")
    if photo is None:
        raise Invalid(findings=[Finding("/photo", "record.photo", _("Send the picture with the record."))])
    with photo.stream as stream:
        picture = stream.read(LARGEST_PHOTO + 1)
    if len(picture) > LARGEST_PHOTO:
        raise TooLarge(_("The photo is larger than {most} MB. Take it again.", most=LARGEST_PHOTO // 1024 // 1024))
    return _of(_object(words.encode("utf-8", "surrogatepass")), picture)


def device() -> Register:
    """The description of a new device."""
    words = reading.load(DeviceSchema(), _object(request.get_data(cache=True)))
    return Register(words["post"], words["label"], words["kind"])


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > LARGEST:
        raise TooLarge()
    value = strict_json(raw)
    if not isinstance(value, dict):
        raise Malformed(_("Send a JSON object: names and values in curly brackets."))
    return value


def _of(value: dict[str, Any], photo: bytes | None) -> Sent:
    words = reading.load(RecordEnvelope(), value)
    made = Incoming(
        UUID(words["id"]), words["sequence"], words["kind"], words["reference"], words["noted_at"], words["body"], photo
    )
    return Sent(made, rules.claimed_at(words["sent_at"]))


def key() -> str:
    """The device's key; "" where none came."""
    return request.headers.get(KEY_HEADER, "")[:120]


def device_id() -> UUID | None:
    """The device that asks, where it cannot show its key because its store is closed."""
    try:
        return UUID(hex=request.headers.get(DEVICE_HEADER, "")[:40])
    except ValueError:
        return None
