"""What devices may be and say. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final

from app.core import canonical
from app.core.errors import Finding, Refusal
from app.core.text import Text, _, excerpt, fault_in
from app.field.commands import DeviceKind, Incoming, Kind, Register

#: A person needs one telephone and one tablet, and perhaps a spare; more would not be noticed when one is gone.
MOST_DEVICES: Final = 4
LONGEST_LABEL: Final = 60
LONGEST_REASON: Final = 2000
#: A claim of the device's clock that is further off than this is marked.
CLOCK_OFF: Final = dt.timedelta(minutes=15)
#: A telephone that was never set, or that was set by somebody who does not want its times believed.
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_LATEST: Final = dt.datetime(2199, 12, 31, tzinfo=dt.UTC)


#: What the body of a record may hold, whatever it is about.
DEEPEST: Final = 4
LONGEST_TEXT: Final = 5_000
LARGEST_NUMBER: Final = 2**53 - 1
_TOO_LONG: Final = _("Too long: at most {most} characters.", most=LONGEST_TEXT)
_NO_NUMBER: Final = _("Write numbers as text of plain digits.")


class DeviceLocked(Refusal):
    """The device was reported lost or stolen: it is told nothing more."""

    status, code, title = (
        403,
        "device-locked",
        _("This device is locked out. Bring it to your supervisor; what was not sent yet stays in it, encrypted."),
    )


class DeviceUnknown(Refusal):
    """No device has this key, or it is somebody else's."""

    status, code, title = (
        403,
        "device-unknown",
        _("This device is not registered to you. Register it with your sign-in."),
    )


class RecordReused(Refusal):
    """The id of a record stands for one body only."""

    status, code, title = (
        422,
        "record-reused",
        _("A record with this id was sent before and said something else. Record it anew; the first one stays."),
    )


class RecordOrder(Refusal):
    """A record before this one has not come yet; facts name the number that is awaited."""

    status, code, title = (
        409,
        "record-order",
        _("A record made before this one has not come yet. Send the records in their order."),
    )


def of_device(command: Register) -> list[Finding]:
    """Everything wrong with the description of a new device."""
    found = []
    fault = fault_in(command.label)
    if fault is not None:
        found.append(Finding("/label", "device.label", fault))
    elif not 1 <= len(command.label.strip()) <= LONGEST_LABEL:
        message = _("Give the device a name of at most {most} characters.", most=LONGEST_LABEL)
        found.append(Finding("/label", "device.label", message))
    if command.kind not in set(DeviceKind):
        message = _("Choose one of: {choices}.", choices=", ".join(DeviceKind))
        found.append(Finding("/kind", "device.kind", message))
    return found


def of_record(record: Incoming) -> list[Finding]:
    """Everything wrong with the envelope of a record; its body is read by what it is about."""
    found = []
    if record.kind not in set(Kind):
        message = _("“{kind}” is nothing that can be recorded. Choose one of: {choices}.",
                    kind=excerpt(record.kind, 30), choices=", ".join(Kind))  # fmt: skip
        found.append(Finding("/kind", "record.kind", message))
    if (record.photo is not None) != (record.kind == "photo"):
        found.append(Finding("/photo", "record.photo", _("A photo comes with its picture, and nothing else does.")))
    fault = _fault_in(record.body, DEEPEST)
    if fault is not None:
        found.append(Finding("/body", "record.body", fault))
    return found


def _fault_in(value: Any, depth: int) -> Text | None:
    """Why a value cannot be kept; whether it means something is asked by what the record is about."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return fault_in(value) if len(value) <= LONGEST_TEXT else _TOO_LONG
    if isinstance(value, int):
        return None if abs(value) <= LARGEST_NUMBER else _NO_NUMBER
    if not isinstance(value, dict | list):
        return _NO_NUMBER
    if depth == 0:
        return _("The record is nested too deeply.")
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    return next((fault for each in inner if (fault := _fault_in(each, depth - 1)) is not None), None)


def claimed_at(claimed: str) -> dt.datetime | None:
    """The moment that the device's clock claims, or None for a text that names none that can be kept."""
    try:
        moment = dt.datetime.fromisoformat(claimed)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return moment if _EARLIEST <= moment <= _LATEST else None


def clock_off(claimed: dt.datetime | None, sent: dt.datetime | None, received: dt.datetime) -> bool:
    """Whether the device's clock cannot be believed: it names no moment, or one after its own sending, or the moment it
    sent at is another than that of the database. How long a record waited for the network says nothing."""
    if claimed is None or sent is None:
        return True
    return abs(sent - received) > CLOCK_OFF or claimed - sent > CLOCK_OFF


def fingerprint(record: Incoming) -> bytes:
    """What makes two records the same: everything they say."""
    said = [record.sequence, record.kind, record.reference, record.claimed, canonical.plain(record.body)]
    photo = hashlib.sha256(record.photo).digest() if record.photo is not None else b""
    return hashlib.sha256(canonical.encode(said) + photo).digest()
