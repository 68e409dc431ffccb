"""The words of seals and devices."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Container, Day, Exact, Identifier, Moment, Plate, Whole, Words, listed
from app.core.messages import T
from app.reference.words import Part, label
from app.seals.lifecycle import DeviceKind, Grade, Told

_SERIAL = T("Number of the seal")


def _office() -> Coded:
    return Coded(r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata=label(T("Office"), codes="post"))


def _serials() -> ma.fields.List[Any]:
    return listed(
        Words(30, metadata=label(_SERIAL, "19 10")), 1, 500, required=True, metadata=label(T("Seals"), row=_SERIAL)
    )


class SealReceptionSchema(Part):
    """Seals that come into the stock of a post."""

    office = _office()
    maker = Words(60, required=True, metadata=label(T("Maker")))
    grade = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            [each.value for each in Grade], labels=[T("Indicative"), T("Security"), T("High security")]
        ),
        metadata=label(T("Class (ISO 17712)")),
    )
    serials = _serials()


class SealIssueSchema(Part):
    """Seals handed to an officer, named by his login."""

    office = _office()
    officer = Words(100, required=True, metadata=label(T("Officer")))
    serials = _serials()


class SealReturnSchema(Part):
    office = _office()
    serials = _serials()


class SealVoidingSchema(SealReturnSchema):
    reason = Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))


class AppliedSchema(Part):
    """One seal on the goods."""

    serial = Words(30, required=True, metadata=label(_SERIAL, "19 10"))
    plate = Plate(20, allow_none=True, metadata=label(T("On the vehicle"), "19 05"))
    container = Container(allow_none=True, metadata=label(T("On the container"), "19 07"))
    place = Words(100, allow_none=True, metadata=label(T("Place on it")))
    photo = Identifier(allow_none=True, metadata=label(T("Photo")))


class SealApplicationSchema(Part):
    """Seals that an officer puts on."""

    office = _office()
    seals = listed(
        ma.fields.Nested(AppliedSchema), 1, 50, required=True, metadata=label(T("Seals"), "19 10", row=T("Seal"))
    )


def _in_order(said: str) -> ma.fields.Boolean:
    return ma.fields.Boolean(
        required=True, truthy={True, "true", "1"}, falsy={False, "false", "0"}, metadata=label(said)
    )


class SealCheckSchema(Part):
    """View, verify, tug, twist: true where it is in order."""

    office = _office()
    serial = Words(30, required=True, metadata=label(_SERIAL, "19 10"))
    view = _in_order(T("View: it looks as it should"))
    verify = _in_order(T("Verify: the number is the one on the paper"))
    tug = _in_order(T("Tug: it holds"))
    twist = _in_order(T("Twist: it does not come apart"))
    remarks = Words(2000, allow_none=True, metadata=label(T("Remarks"), widget="textarea"))
    photo = Identifier(allow_none=True, metadata=label(T("Photo")))


class SealRemovalSchema(SealVoidingSchema):
    """Seals taken off the goods."""


class DeviceSchema(Part):
    office = _office()
    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            [each.value for each in DeviceKind],
            labels=[T("Electronic seal"), T("GPS unit"), T("Weighbridge"), T("Scanner"), T("Radiation portal")],
        ),
        metadata=label(T("Kind of device")),
    )
    name = Words(60, required=True, metadata=label(T("Name")))


class BindingSchema(Part):
    office = _office()
    device = Identifier(required=True, metadata=label(T("Device")))


class DeviceEventSchema(Part):
    sequence = Whole(1, 2**53 - 1, required=True, metadata=label(T("Number of the event")))
    told = ma.fields.String(
        required=True, validate=validate.OneOf([each.value for each in Told]), metadata=label(T("What it tells"))
    )
    at = Moment(required=True, metadata=label(T("When")))
    latitude = Coded(
        r"-?([0-8]?[0-9](\.[0-9]{1,5})?|90(\.0{1,5})?)",
        "37.19600",
        allow_none=True,
        metadata=label(T("Latitude in degrees")),
    )
    longitude = Coded(
        r"-?((1[0-7]|[0-9])?[0-9](\.[0-9]{1,5})?|180(\.0{1,5})?)",
        "68.60500",
        allow_none=True,
        metadata=label(T("Longitude in degrees")),
    )
    battery = Whole(0, 100, allow_none=True, metadata=label(T("Battery in per cent")))
    speed = Whole(0, 500, allow_none=True, metadata=label(T("Speed in km/h")))
    gross_kg = Exact(9, 3, allow_none=True, metadata=label(T("Gross mass (kg)")))
    tare_kg = Exact(9, 3, allow_none=True, metadata=label(T("Mass of the empty vehicle (kg)")))
    axles = listed(Exact(9, 3, metadata=label(T("Axle (kg)"))), 1, 20, allow_none=True, metadata=label(T("Axles")))
    calibrated_on = Day(allow_none=True, metadata=label(T("Last calibrated on")))
    level = Exact(14, 4, allow_none=True, metadata=label(T("Level")))
    unit = Words(12, allow_none=True, metadata=label(T("Unit")))
    alarm = ma.fields.Boolean(
        truthy={True}, falsy={False}, allow_none=True, metadata=label(T("The instrument raised its alarm"))
    )
    image = Identifier(allow_none=True, metadata=label(T("Image")))
    remarks = Words(1000, allow_none=True, metadata=label(T("Remarks")))
    reference = Words(35, allow_none=True, metadata=label(T("Declaration or movement")))
    plate = Plate(20, allow_none=True, metadata=label(T("Plate")))
    container = Container(allow_none=True, metadata=label(T("Container")))


class DeviceEventsSchema(Part):
    events = listed(
        ma.fields.Nested(DeviceEventSchema), 1, 200, required=True, metadata=label(T("Events"), row=T("Event"))
    )
