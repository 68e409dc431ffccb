"""Rules of how much there is: masses, supplementary units, prices of items."""

from __future__ import annotations

from decimal import Decimal

from app.core.text import _
from app.declarations.rules.context import ZERO, Context, Item
from app.declarations.rules.registry import Failures, rule
from app.reference.codebook import Codebook, Entry
from app.tariff import tariff

_BOXES = "UN layout key, boxes 35 and 38"
#: The packing weighs at most four times the goods; saffron in glass stays below that.
_MOST_PACKING = 5
#: Kilograms of one package: nothing lighter is packed alone, nothing heavier is lifted.
_LIGHTEST, _HEAVIEST = Decimal("0.001"), Decimal(60_000)
#: A truck with its trailer and load, in kg.
_TRUCK = Decimal(44_000)
_ROAD = "3"


@rule(
    "mass.net-zero",
    box="38",
    pointer="/items/*/net_kg",
    of="items",
    severity="warning",
    says=_("The net mass is 0 kg, the gross mass {gross} kg."),
    remedy=_("Give the mass of the goods without packing."),
    source=_BOXES,
)
def no_net_mass(context: Context) -> Failures:
    for item in context.items:
        if item.net == ZERO and item.gross > ZERO:
            yield item.at("net_kg"), {"gross": item.words["gross_kg"]}


@rule(
    "mass.levied-zero",
    box="38",
    pointer="/items/*/net_kg",
    of="items",
    says=_("Duties on goods of {commodity} are calculated by their mass, and that is 0 kg."),
    remedy=_("Give the mass of the goods without packing."),
    source="UN layout key, box 38; rates by mass of the tariff",
)
def levied_mass(context: Context) -> Failures:
    without = [item for item in context.items if item.net == ZERO]
    if not without or not isinstance(context.setting.codes, Codebook):
        return
    day = tariff(context.setting.codes).on(context.own, context.today)
    for item in without:
        words = item.words
        plan = day.plan(words["commodity"], words["origin"], words["procedure"], words.get("preference"))
        specific = [levy.rate.specific for levy in plan.levies]
        if plan.minimum is not None:
            specific.append(plan.minimum.specific)
        if any(each is not None and each.is_mass for each in specific):
            yield item.at("net_kg"), {"commodity": words["commodity"]}


@rule(
    "mass.packing",
    box="38",
    pointer="/items/*/net_kg",
    of="items",
    severity="warning",
    says=_("Of {gross} kg only {net} kg are goods, the rest would be packing."),
    remedy=_("Check both masses; a decimal point may stand in the wrong place."),
    source=_BOXES + "; the share is Guzar's proposal",
)
def much_packing(context: Context) -> Failures:
    for item in context.items:
        if item.net > ZERO and item.net * _MOST_PACKING < item.gross:
            yield item.at("net_kg"), {"gross": item.words["gross_kg"], "net": item.words["net_kg"]}


@rule(
    "mass.package-light",
    box="35",
    pointer="/items/*/gross_kg",
    of="items",
    severity="warning",
    says=_("{count} packages of together {gross} kg would weigh less than a gram each."),
    remedy=_("Check the gross mass and the number of packages."),
    source="UN layout key, boxes 31 and 35; the limit is Guzar's proposal",
)
def light_packages(context: Context) -> Failures:
    for item in context.items:
        if ZERO < item.gross < _LIGHTEST * item.count:
            yield item.at("gross_kg"), {"count": item.count, "gross": item.words["gross_kg"]}


@rule(
    "mass.package-heavy",
    box="35",
    pointer="/items/*/gross_kg",
    of="items",
    severity="warning",
    says=_("{count} packages of together {gross} kg would weigh more than {most} kg each."),
    remedy=_("Check the gross mass and the number of packages; loose goods have the kinds VO, VR, VY, VL or VG."),
    source="UN layout key, boxes 31 and 35; the limit is Guzar's proposal",
)
def heavy_packages(context: Context) -> Failures:
    known = context.codes["package_kind"]
    for item in context.items:
        if item.gross <= _HEAVIEST:
            continue
        kinds = [known[packages["kind"]] for packages in item.packages]
        if any(kind is not None and kind.attributes.get("form") == "bulk" for kind in kinds):
            continue
        if item.count and item.gross > _HEAVIEST * item.count:
            yield item.at("gross_kg"), {"count": item.count, "gross": item.words["gross_kg"], "most": _HEAVIEST}


@rule(
    "mass.truck",
    box="35",
    pointer="/items/0/gross_kg",
    of="items",
    severity="warning",
    says=_("The goods weigh {gross} kg together, more than the {most} kg that a truck with its trailer may weigh."),
    remedy=_("Check the gross masses; goods of several trucks are declared truck by truck."),
    source="Usual limit of road trains in the region, 40 to 44 t (not checked)",
)
def truck_load(context: Context) -> Failures:
    if context.transport.get("border_mode") == _ROAD and context.gross > _TRUCK:
        yield ("items", 0, "gross_kg"), {"gross": context.gross, "most": _TRUCK}


#: The standard units of the Harmonized System by heading or subheading (a list, so that it is dated and can be changed).
UNITS = "supplementary_unit"
_STANDARD = "WCO recommendation on standard units of quantity, chosen headings (not checked)"


def _standard(context: Context, item: Item) -> Entry | None:
    units = context.codes[UNITS]
    code = item.words["commodity"]
    return units[code[:6]] or units[code[:4]]


def _accepted(entry: Entry) -> list[str]:
    return [str(entry.attributes.get("unit", "")), *str(entry.attributes.get("also", "")).split()]


@rule(
    "supplementary.missing",
    box="41",
    pointer="/items/*/supplementary",
    of="items",
    severity="warning",
    says=_("Goods of {commodity} are also counted in {unit}."),
    remedy=_("Give the unit and the quantity in box 41."),
    source=_STANDARD,
)
def unit_missing(context: Context) -> Failures:
    for item in context.items:
        if item.quantity is None:
            entry = _standard(context, item)
            if entry is not None:
                yield item.at("supplementary"), {"commodity": item.words["commodity"], "unit": _accepted(entry)[0]}


@rule(
    "supplementary.unit",
    box="41",
    pointer="/items/*/supplementary/unit",
    of="items",
    severity="warning",
    says=_("Goods of {commodity} are counted in {expected}, not in {unit}."),
    remedy=_("Give the quantity in that unit."),
    source=_STANDARD,
)
def unit_fits(context: Context) -> Failures:
    for item in context.items:
        if item.quantity is None:
            continue
        entry = _standard(context, item)
        unit = item.words["supplementary"]["unit"]
        if entry is not None and unit not in _accepted(entry):
            told = {"commodity": item.words["commodity"], "unit": unit, "expected": _accepted(entry)[0]}
            yield item.at("supplementary", "unit"), told


@rule(
    "supplementary.zero",
    box="41",
    pointer="/items/*/supplementary/quantity",
    of="items",
    says=_("The quantity in supplementary units is 0."),
    remedy=_("Give the quantity, or leave the supplementary units out."),
    source="UN layout key, box 41",
)
def no_quantity(context: Context) -> Failures:
    for item in context.items:
        if item.quantity is not None and item.quantity == ZERO:
            yield item.at("supplementary", "quantity"), {}


#: Units that count things: pieces, pairs, heads.
_COUNTED = frozenset({"NAR", "C62", "H87", "EA", "PR", "NCL", "SET"})


@rule(
    "supplementary.fraction",
    box="41",
    pointer="/items/*/supplementary/quantity",
    of="items",
    severity="warning",
    says=_("{quantity} pieces cannot be: {unit} counts whole things."),
    remedy=_("Give a whole number, or another unit."),
    source="UN/CEFACT Recommendation 20",
)
def fraction_of_a_piece(context: Context) -> Failures:
    for item in context.items:
        quantity = item.quantity
        if quantity is None or quantity == quantity.to_integral_value():
            continue
        extra = item.words["supplementary"]
        if extra["unit"] in _COUNTED:
            yield item.at("supplementary", "quantity"), {"quantity": extra["quantity"], "unit": extra["unit"]}


#: Kilograms of a litre of what people drink or burn.
_THINNEST, _THICKEST = Decimal("0.5"), Decimal(2)
#: Headings of liquids; others may be measured in litres of space.
_LIQUIDS = frozenset({"2201", "2202", "2203", "2204", "2205", "2206", "2208", "2209", "2710", "1507", "1512", "0401"})


@rule(
    "supplementary.density",
    box="41",
    pointer="/items/*/supplementary/quantity",
    of="items",
    severity="warning",
    says=_("{litres} litres of net {net} kg would be a liquid of {density} kg a litre."),
    remedy=_("Check the net mass and the litres."),
    source="Physics: drinks, oils and fuels weigh 0.5 to 2 kg a litre",
)
def density(context: Context) -> Failures:
    for item in context.items:
        litres = item.quantity
        if not litres or item.net <= ZERO or item.words["supplementary"]["unit"] != "LTR":
            continue
        if item.words["commodity"][:4] in _LIQUIDS and not _THINNEST <= item.net / litres <= _THICKEST:
            told = {"litres": item.words["supplementary"]["quantity"], "net": item.words["net_kg"]}
            yield item.at("supplementary", "quantity"), {**told, "density": f"{item.net / litres:.3f}"}


@rule(
    "supplementary.kilograms",
    box="41",
    pointer="/items/*/supplementary/quantity",
    of="items",
    severity="warning",
    says=_("The supplementary unit is the kilogram, and {quantity} kg are not the net mass {net} kg."),
    remedy=_("Correct one of them, or leave the supplementary units out."),
    source="UN layout key, boxes 38 and 41",
)
def kilograms_twice(context: Context) -> Failures:
    for item in context.items:
        if item.quantity is None or item.quantity == item.net or item.words["supplementary"]["unit"] != "KGM":
            continue
        told = {"quantity": item.words["supplementary"]["quantity"], "net": item.words["net_kg"]}
        yield item.at("supplementary", "quantity"), told
