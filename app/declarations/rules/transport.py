"""Rules of how the goods travel: modes, vehicle, containers, driver, arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from stdnum import iso6346

from app.core.text import _, compact
from app.declarations.rules.context import Context
from app.declarations.rules.registry import Failures, rule
from app.reference.plates import looks_foreign, vin_is_wrong

ROAD, RAIL = "3", "2"


@rule(
    "code.transport_mode",
    box="25, 26",
    pointer="/transport/border_mode",
    of="transport",
    says=_("{code} is not a mode of transport."),
    remedy=_("Road is 3."),
    source="UN/CEFACT Recommendation 19",
)
def modes(context: Context) -> Failures:
    known = context.codes["transport_mode"]
    for name in ("border_mode", "inland_mode"):
        code = context.transport.get(name)
        if code is not None and known[code] is None:
            yield ("transport", name), {"code": code}


@rule(
    "transport.vehicle",
    box="18",
    pointer="/transport/vehicle",
    of="transport",
    says=_("Goods on the road need the registration number of the vehicle."),
    remedy=_("Write what stands on the number plate."),
    source="UN layout key, box 18",
)
def vehicle_for_road(context: Context) -> Failures:
    if context.transport.get("border_mode") == ROAD and not context.transport.get("vehicle"):
        yield ("transport", "vehicle"), {}


@rule(
    "container.check-digit",
    box="31",
    pointer="/transport/containers/*",
    of="transport",
    severity="warning",
    says=_("The check digit of container {number} is wrong."),
    remedy=_("Read the number again."),
    source="ISO 6346",
)
def container_check_digit(context: Context) -> Failures:
    for nth, number in enumerate(context.transport.get("containers") or ()):
        if not iso6346.is_valid(number):
            yield ("transport", "containers", nth), {"number": number}


@rule(
    "container.repeated",
    box="31",
    pointer="/transport/containers/*",
    of="transport",
    says=_("Container {number} stands twice."),
    remedy=_("Remove one."),
    source="UN layout key, box 31",
)
def container_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, number in enumerate(context.transport.get("containers") or ()):
        if number in seen:
            yield ("transport", "containers", nth), {"number": number}
        seen.add(number)


@rule(
    "transport.border-mode-missing",
    box="25",
    pointer="/transport/border_mode",
    of="transport",
    severity="warning",
    says=_("The mode of transport at the border is missing."),
    remedy=_("Road is 3, rail 2."),
    source="UN layout key, box 25",
)
def border_mode_missing(context: Context) -> Failures:
    if not context.transport.get("border_mode"):
        yield ("transport", "border_mode"), {}


@rule(
    "transport.wagon",
    box="18",
    pointer="/transport/vehicle",
    of="transport",
    severity="warning",
    says=_("Goods on the railway need the number of the wagon."),
    remedy=_("Write the wagon's number as the vehicle's registration number."),
    source="UN layout key, box 18",
)
def wagon_for_rail(context: Context) -> Failures:
    transport = context.transport
    if transport.get("border_mode") == RAIL and not (transport.get("vehicle") or transport.get("containers")):
        yield ("transport", "vehicle"), {}


@rule(
    "transport.vehicle-country-missing",
    box="18",
    pointer="/transport/vehicle/country",
    of="transport",
    severity="warning",
    says=_("The country in which the vehicle is registered is missing."),
    remedy=_("Choose the country of the number plate."),
    source="UN layout key, box 18",
)
def vehicle_country_missing(context: Context) -> Failures:
    vehicle = context.transport.get("vehicle")
    if vehicle and not vehicle.get("country"):
        yield ("transport", "vehicle", "country"), {}


@rule(
    "transport.trailer-country-missing",
    box="18",
    pointer="/transport/trailer/country",
    of="transport",
    severity="warning",
    says=_("The country in which the trailer is registered is missing."),
    remedy=_("Choose the country of the number plate."),
    source="UN layout key, box 18",
)
def trailer_country_missing(context: Context) -> Failures:
    trailer = context.transport.get("trailer")
    if trailer and not trailer.get("country"):
        yield ("transport", "trailer", "country"), {}


def _vehicles(context: Context) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("vehicle", "trailer"):
        vehicle = context.transport.get(name)
        if vehicle:
            yield name, vehicle


@rule(
    "transport.plate",
    box="18",
    pointer="/transport/vehicle/plate",
    of="transport",
    severity="warning",
    says=_("The plate {plate} does not look like one of {country}."),
    remedy=_("Read the plate again, or correct the country."),
    source="National rules of registration (unverified)",
)
def plate_of_country(context: Context) -> Failures:
    if context.transport.get("border_mode") not in (None, ROAD):
        return
    for name, vehicle in _vehicles(context):
        plate, country = vehicle["plate"], vehicle.get("country")
        if looks_foreign(plate, country) and any(character.isdigit() for character in plate):
            yield ("transport", name, "plate"), {"plate": plate, "country": country}


@rule(
    "transport.plate-without-digits",
    box="18",
    pointer="/transport/vehicle/plate",
    of="transport",
    severity="warning",
    says=_("{plate} holds no digit and does not look like a number plate."),
    remedy=_("Write what stands on the plate, nothing else."),
    source="Guzar: plausibility",
)
def plate_without_digits(context: Context) -> Failures:
    for name, vehicle in _vehicles(context):
        if not any(character.isdigit() for character in vehicle["plate"]):
            yield ("transport", name, "plate"), {"plate": vehicle["plate"]}


@rule(
    "transport.trailer-plate",
    box="18",
    pointer="/transport/trailer/plate",
    of="transport",
    severity="warning",
    says=_("Vehicle and trailer have the same plate {plate}."),
    remedy=_("Read the trailer's own plate, or remove the trailer."),
    source="UN layout key, box 18",
)
def trailer_with_the_same_plate(context: Context) -> Failures:
    vehicle, trailer = context.transport.get("vehicle"), context.transport.get("trailer")
    if vehicle and trailer and compact(vehicle["plate"]) == compact(trailer["plate"]):
        yield ("transport", "trailer", "plate"), {"plate": trailer["plate"]}


@rule(
    "transport.trailer-alone",
    box="18",
    pointer="/transport/vehicle",
    of="transport",
    severity="warning",
    says=_("A trailer is named, but no vehicle that draws it."),
    remedy=_("Write the vehicle's plate too."),
    source="UN layout key, box 18",
)
def trailer_alone(context: Context) -> Failures:
    if (
        context.transport.get("trailer")
        and not context.transport.get("vehicle")
        and context.transport.get("border_mode") != ROAD  # on the road the missing vehicle is an error of its own
    ):
        yield ("transport", "vehicle"), {}


@rule(
    "transport.vin",
    box="18",
    pointer="/transport/vehicle/vin",
    of="transport",
    severity="warning",
    says=_("The check digit of the chassis number {vin} is wrong."),
    remedy=_("Read the number again."),
    source="ISO 3779; 49 CFR 565 and GB 16735 for the check digit",
)
def vin_check_digit(context: Context) -> Failures:
    for name, vehicle in _vehicles(context):
        vin = vehicle.get("vin")
        if vin and vin_is_wrong(vin):
            yield ("transport", name, "vin"), {"vin": vin}


@rule(
    "transport.vin-repeated",
    box="18",
    pointer="/transport/trailer/vin",
    of="transport",
    severity="warning",
    says=_("Vehicle and trailer have the same chassis number {vin}."),
    remedy=_("Correct one of them."),
    source="ISO 3779",
)
def vin_repeated(context: Context) -> Failures:
    vin = context.word("transport", "trailer", "vin")
    if vin and vin == context.word("transport", "vehicle", "vin"):
        yield ("transport", "trailer", "vin"), {"vin": vin}


#: Two containers of twenty feet, or one of forty, and one on a second trailer.
_MOST_CONTAINERS_ON_ROAD = 3


@rule(
    "container.too-many",
    box="31",
    pointer="/transport/containers",
    of="transport",
    severity="warning",
    says=_("{count} containers do not go on one vehicle on the road."),
    remedy=_("Declare what this vehicle carries, or check the mode of transport."),
    source="Guzar: plausibility",
)
def too_many_containers(context: Context) -> Failures:
    count = len(context.transport.get("containers") or ())
    if count > _MOST_CONTAINERS_ON_ROAD and context.transport.get("border_mode") == ROAD:
        yield ("transport", "containers"), {"count": count}


@rule(
    "container.indicator",
    box="19",
    pointer="/transport/container_indicator",
    of="transport",
    severity="warning",
    says=_("Box 19 says {said}, and {count} containers are named."),
    remedy=_("Write 1 and name the containers, or 0 and name none."),
    source="Single administrative document, box 19",
)
def container_indicator(context: Context) -> Failures:
    said = context.transport.get("container_indicator")
    containers = {*(context.transport.get("containers") or ())}.union(
        *(item.words.get("containers") or () for item in context.items)
    )
    if said is not None and (said == "1") is not bool(containers):
        yield ("transport", "container_indicator"), {"said": said, "count": len(containers)}


@rule(
    "transport.driver",
    box="18",
    pointer="/transport/driver",
    of="transport",
    severity="warning",
    says=_("Goods on the road come with a driver, and none is named."),
    remedy=_("Write the driver's name and document, so that the gate can compare them."),
    source="Guzar: permit to pass the gate",
)
def driver_for_road(context: Context) -> Failures:
    if context.transport.get("border_mode") == ROAD and not context.transport.get("driver"):
        yield ("transport", "driver"), {}


@rule(
    "transport.driver-document",
    box="18",
    pointer="/transport/driver/document",
    of="transport",
    severity="warning",
    says=_("The driver's identity document is missing."),
    remedy=_("Write its number and the country that issued it."),
    source="Guzar: permit to pass the gate",
)
def driver_document(context: Context) -> Failures:
    driver = context.transport.get("driver")
    if driver and not driver.get("document"):
        yield ("transport", "driver", "document"), {}


def _arrival(context: Context) -> dt.date | None:
    moment = context.transport.get("expected_arrival")
    return dt.datetime.fromisoformat(moment).date() if moment else None


@rule(
    "arrival.missing",
    box="18",
    pointer="/transport/expected_arrival",
    of="transport",
    says=_("A declaration before arrival needs the day on which the goods are expected."),
    remedy=_("Write the expected arrival."),
    source="Revised Kyoto Convention, General Annex, standard 3.25; WTO TFA, article 7.1",
)
def arrival_missing(context: Context) -> Failures:
    if context.setting.prelodged and not context.transport.get("expected_arrival"):
        yield ("transport", "expected_arrival"), {}


@rule(
    "arrival.past",
    box="18",
    pointer="/transport/expected_arrival",
    of="transport",
    says=_("The expected arrival {moment} is past."),
    remedy=_("Correct it; for goods that have arrived lodge an ordinary declaration."),
    source="Revised Kyoto Convention, General Annex, standard 3.25",
)
def arrival_past(context: Context) -> Failures:
    day = _arrival(context) if context.setting.prelodged else None
    # The day at the post begins before the day of UTC in which the moment may be written.
    if day is not None and day < context.today - dt.timedelta(days=1):
        yield ("transport", "expected_arrival"), {"moment": context.transport["expected_arrival"]}


_DAYS_AHEAD = 30


@rule(
    "arrival.far",
    box="18",
    pointer="/transport/expected_arrival",
    of="transport",
    says=_("The expected arrival {moment} is more than {days} days ahead."),
    remedy=_("Declare closer to the day on which the goods arrive."),
    source="Guzar: how long a declaration before arrival is kept",
)
def arrival_far(context: Context) -> Failures:
    day = _arrival(context) if context.setting.prelodged else None
    if day is not None and day > context.today + dt.timedelta(days=_DAYS_AHEAD):
        moment = context.transport["expected_arrival"]
        yield ("transport", "expected_arrival"), {"moment": moment, "days": _DAYS_AHEAD}
