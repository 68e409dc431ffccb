"""Rules about what carries the goods: vehicle, containers, seals."""

from __future__ import annotations

import re

from stdnum import iso6346

from app.core.text import _, compact
from app.reference.plates import looks_foreign, vin_is_wrong
from app.transit.rules.context import Context
from app.transit.rules.registry import TRANSPORT, Failures, rule

_ROAD = "3"
#: What stands on seals: letters and digits of any script, joined by hyphens, slashes and points.
_SEAL = re.compile(r"[^\W_][\w./ -]*", re.UNICODE)
_MEANS = "NCTS data element 19 05"


@rule(
    "transport.means-missing",
    box="19 05",
    pointer="/transport/vehicle",
    of=TRANSPORT,
    says=_("Nothing says what carries the goods."),
    remedy=_("Write the vehicle, or the train or ship that crosses the border."),
    source=_MEANS + "; a transit is released for one means of transport",
)
def means_missing(context: Context) -> Failures:
    if context.prelodged:
        return
    if not context.transport.get("vehicle") and not context.transport.get("border_transport"):
        yield ("transport", "vehicle"), {}


@rule(
    "transport.road-without-vehicle",
    box="19 05",
    pointer="/transport/vehicle",
    of=TRANSPORT,
    says=_("The goods go by road, and no vehicle is named."),
    remedy=_("Write the registration number of the vehicle."),
    source="NCTS rule R0474",
)
def road_without_vehicle(context: Context) -> Failures:
    modes = (context.transport.get("border_mode"), context.transport.get("inland_mode"))
    named = context.transport.get("vehicle")
    if _ROAD in modes and not named and context.transport.get("border_transport"):
        yield ("transport", "vehicle"), {}


@rule(
    "transport.mode-missing",
    box="19 03",
    pointer="/transport/border_mode",
    of=TRANSPORT,
    severity="warning",
    says=_("The mode of transport at the border is missing."),
    remedy=_("Write it: 3 for road, 2 for rail."),
    source="NCTS data element 19 03; the limit of time depends on it",
)
def mode_missing(context: Context) -> Failures:
    if not context.transport.get("border_mode"):
        yield ("transport", "border_mode"), {}


@rule(
    "transport.plate-empty",
    box="19 05",
    pointer="/transport/vehicle/plate",
    of=TRANSPORT,
    fixed=True,
    says=_("{plate} holds no letter and no digit of a registration number."),
    remedy=_("Write the number as it stands on the plate."),
    source="Guzar: plates are compared by their letters and digits",
)
def plate_empty(context: Context) -> Failures:
    for path, written, plate in context.plates():
        if not any(sign.isalnum() for sign in plate):
            yield path, {"plate": written}


@rule(
    "transport.trailer-is-vehicle",
    box="19 05",
    pointer="/transport/trailer/plate",
    of=TRANSPORT,
    says=_("Vehicle and trailer have the same registration number {plate}."),
    remedy=_("Read the number of the trailer again."),
    source=_MEANS,
)
def trailer_is_vehicle(context: Context) -> Failures:
    vehicle, trailer = context.transport.get("vehicle"), context.transport.get("trailer")
    if vehicle and trailer and compact(vehicle["plate"]) == compact(trailer["plate"]):
        yield ("transport", "trailer", "plate"), {"plate": trailer["plate"]}


@rule(
    "transport.trailer-without-vehicle",
    box="19 05",
    pointer="/transport/trailer",
    of=TRANSPORT,
    severity="warning",
    says=_("A trailer is named, and no vehicle that draws it."),
    remedy=_("Write the vehicle too."),
    source="NCTS rule R0476",
)
def trailer_alone(context: Context) -> Failures:
    if context.transport.get("trailer") and not context.transport.get("vehicle"):
        yield ("transport", "trailer"), {}


@rule(
    "transport.country-missing",
    box="19 05",
    pointer="/transport/vehicle/country",
    of=TRANSPORT,
    severity="warning",
    says=_("The country of registration of {plate} is missing."),
    remedy=_("Write the two letters of the country."),
    source=_MEANS + ", nationality",
)
def country_missing(context: Context) -> Failures:
    for name in ("vehicle", "trailer"):
        means = context.transport.get(name)
        if means and not means.get("country"):
            yield ("transport", name, "country"), {"plate": means["plate"]}


@rule(
    "transport.plate-of-other-country",
    box="19 05",
    pointer="/transport/vehicle/plate",
    of=TRANSPORT,
    severity="warning",
    says=_("{plate} is unlike the plates of {country}."),
    remedy=_("Read plate and country again; leave both if the plate is really so."),
    source="Plates of the region as commonly seen (unverified)",
)
def plate_of_country(context: Context) -> Failures:
    for name in ("vehicle",):
        means = context.transport.get(name)
        if means and looks_foreign(means["plate"], means.get("country")):
            yield ("transport", name, "plate"), {"plate": means["plate"], "country": means["country"]}


@rule(
    "transport.chassis",
    box="19 05",
    pointer="/transport/vehicle/vin",
    of=TRANSPORT,
    severity="warning",
    says=_("The check digit of the chassis number {vin} is wrong."),
    remedy=_("Read the chassis number again."),
    source="ISO 3779; check digit of makers of North America and China",
)
def chassis(context: Context) -> Failures:
    for name in ("vehicle", "trailer"):
        means = context.transport.get(name)
        if means and means.get("vin") and vin_is_wrong(means["vin"]):
            yield ("transport", name, "vin"), {"vin": means["vin"]}


@rule(
    "transport.driver-missing",
    box="19 05",
    pointer="/transport/driver",
    of=TRANSPORT,
    severity="warning",
    says=_("The driver is not named."),
    remedy=_("Write the driver's name and document, so that he is let in."),
    source="Guzar: who drives is seen at the gate",
)
def driver_missing(context: Context) -> Failures:
    if context.transport.get("vehicle") and not context.transport.get("driver") and not context.prelodged:
        yield ("transport", "driver"), {}


@rule(
    "plate.elsewhere",
    box="19 05",
    pointer="/transport/vehicle/plate",
    of=TRANSPORT,
    says=_("{plate} is on another movement, which has not ended."),
    remedy=_("End that movement first, or correct the plate."),
    source="Guzar: a vehicle is on one open movement (a key of the table of plates)",
)
def plate_elsewhere(context: Context) -> Failures:
    if context.prelodged:
        return
    taken = context.setting.taken.plates
    for path, written, plate in context.plates():
        if plate in taken:
            yield path, {"plate": written}


@rule(
    "equipment.check-digit",
    box="19 07",
    pointer="/equipment/*/container",
    of=TRANSPORT,
    says=_("The check digit of container {number} is wrong."),
    remedy=_("Read the number again."),
    source="ISO 6346; NCTS rule R0028",
)
def check_digit(context: Context) -> Failures:
    for nth, part in enumerate(context.equipment):
        number = part.get("container")
        if number and not iso6346.is_valid(number):
            yield ("equipment", nth, "container"), {"number": number}


@rule(
    "equipment.repeated",
    box="19 07",
    pointer="/equipment/*/container",
    of=TRANSPORT,
    says=_("Container {number} stands twice."),
    remedy=_("Put its seals and goods into one entry."),
    source="NCTS rule R0987 in the sense of its use: each container once",
)
def container_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for nth, part in enumerate(context.equipment):
        number = part.get("container")
        if number and number in seen:
            yield ("equipment", nth, "container"), {"number": number}
        seen.add(number or "")


@rule(
    "equipment.empty",
    box="19 07",
    pointer="/equipment/*",
    of=TRANSPORT,
    says=_("An entry names neither a container nor a seal."),
    remedy=_("Write the container or its seals, or remove the entry."),
    source="NCTS rule R0448",
)
def equipment_empty(context: Context) -> Failures:
    for nth, part in enumerate(context.equipment):
        if not part.get("container") and not part.get("seals"):
            yield ("equipment", nth), {}


@rule(
    "equipment.item-unknown",
    box="19 07",
    pointer="/equipment/*/goods/*",
    of=TRANSPORT,
    says=_("There is no item {item}."),
    remedy=_("Correct the number of the item that lies in there."),
    source="NCTS guideline G0006: goods references are item numbers",
)
def item_unknown(context: Context) -> Failures:
    known = {item.words["number"] for item in context.items}
    for nth, part in enumerate(context.equipment):
        for place, number in enumerate(part.get("goods") or ()):
            if number not in known:
                yield ("equipment", nth, "goods", place), {"item": number}


@rule(
    "equipment.item-repeated",
    box="19 07",
    pointer="/equipment/*/goods/*",
    of=TRANSPORT,
    severity="warning",
    says=_("Item {item} stands twice in the same entry."),
    remedy=_("Remove one."),
    source="NCTS data element 19 07, goods reference",
)
def item_repeated(context: Context) -> Failures:
    for nth, part in enumerate(context.equipment):
        seen: set[int] = set()
        for place, number in enumerate(part.get("goods") or ()):
            if number in seen:
                yield ("equipment", nth, "goods", place), {"item": number}
            seen.add(number)


@rule(
    "equipment.item-nowhere",
    box="19 07",
    pointer="/equipment",
    of=TRANSPORT,
    severity="warning",
    says=_("{count} items lie in none of the containers named, the first is item {item}."),
    remedy=_("Write for each container which items lie in it; for one container alone this may be left out."),
    source="NCTS condition C0670",
)
def item_nowhere(context: Context) -> Failures:
    lying = {number for part in context.equipment for number in part.get("goods") or ()}
    if not lying and len(context.equipment) < 2:
        return
    left = [item.words["number"] for item in context.items if item.words["number"] not in lying]
    if left:
        yield ("equipment",), {"count": len(left), "item": left[0]}


@rule(
    "seal.repeated",
    box="19 10",
    pointer="/equipment/*/seals/*",
    of=TRANSPORT,
    says=_("Seal {seal} stands twice."),
    remedy=_("Read the seals again; each has its own number."),
    source="NCTS rule R0107; ISO 17712",
)
def seal_repeated(context: Context) -> Failures:
    seen: set[str] = set()
    for path, written, seal in context.seals():
        if seal in seen:
            yield path, {"seal": written}
        seen.add(seal)


@rule(
    "seal.number",
    box="19 10",
    pointer="/equipment/*/seals/*",
    of=TRANSPORT,
    says=_("{seal} does not look like the number of a seal."),
    remedy=_("Write the letters and digits that stand on the seal."),
    source="ISO 17712: the mark of a seal is its maker's and a serial number",
)
def seal_number(context: Context) -> Failures:
    for path, written, seal in context.seals():
        if not _SEAL.fullmatch(written) or not any(sign.isdigit() for sign in seal):
            yield path, {"seal": written}


@rule(
    "seal.elsewhere",
    box="19 10",
    pointer="/equipment/*/seals/*",
    of=TRANSPORT,
    says=_("Seal {seal} is on other goods, which have not arrived."),
    remedy=_("Read the number again; a seal is used once."),
    source="ISO 17712; Guzar: a serial number is active once",
)
def seal_elsewhere(context: Context) -> Failures:
    taken = context.setting.taken.seals
    for path, written, seal in context.seals():
        if seal in taken:
            yield path, {"seal": written}
