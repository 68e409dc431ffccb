"""What a declaration read from a SAD lacks or gets wrong, box by box. The rules of lodging are elsewhere and
stricter; this tells the sender of a foreign file where in his own form to look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.core.errors import Finding
from app.core.text import Text, _, excerpt, fault_in
from app.interchange.asycuda import values
from app.interchange.asycuda.boxes import box_of
from app.interchange.asycuda.mapping import at_pointer


@dataclass(frozen=True, slots=True)
class Codes:
    """Code lists to check against; None: only the form is checked. `hs6` are six-digit headings of HS 2022."""

    hs6: Collection[str] | None = None
    packages: Collection[str] | None = None
    countries: Collection[str] | None = None
    currencies: Collection[str] | None = None
    documents: Collection[str] | None = None
    units: Collection[str] | None = None


#: No lists at hand: only forms are checked.
FORM_ONLY: Final = Codes()

_INCOTERMS: Final = frozenset({"EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"})
_PARTY = re.compile(r"[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,31}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_COMMODITY = re.compile(r"[0-9]{6,12}", re.ASCII)
_PROCEDURE = re.compile(r"[0-9]{4}([0-9A-Z]{3})?", re.ASCII)
_MODE = re.compile(r"[1-9]", re.ASCII)
_PACKAGE = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
_DOCUMENT = re.compile(r"[A-Z0-9]{2,4}", re.ASCII)
_ITEM = re.compile(r"/items/([0-9]+)/", re.ASCII)

#: Values without which nothing can be lodged, and those that a complete form has.
_NEEDED: Final = (
    "/local_reference",
    "/declaration_type",
    "/consignor/name",
    "/consignee/name",
    "/declarant/id",
    "/declarant/name",
    "/invoice/number",
    "/invoice/currency",
    "/invoice/total",
)
_EXPECTED: Final = (
    "/consignee/id",
    "/countries/dispatch",
    "/countries/destination",
    "/transport/border_mode",
    "/transport/vehicle/plate",
    "/delivery_terms/code",
)
_NEEDED_OF_ITEM: Final = (
    "/commodity",
    "/description",
    "/origin",
    "/procedure",
    "/packages",
    "/gross_kg",
    "/net_kg",
    "/invoice_value",
)


def problems_of(document: Mapping[str, Any], codes: Codes) -> list[Finding]:
    """Every problem of the declaration, header first, then item by item."""
    found = [*_header(document, codes)]
    for at, item in enumerate(document["items"]):
        found += _item(item, f"/items/{at}", codes)
    found += _texts(document, "")
    return found


def _header(document: Mapping[str, Any], codes: Codes) -> Iterator[Finding]:
    yield from _missing(document, "", _NEEDED)
    yield from _missing(document, "", _EXPECTED, "warning")
    if not document["items"]:
        yield Finding("/items", "sad-items", located("/items", _("The file has no items. Add at least one item.")))
    for party in ("consignor", "consignee", "declarant"):
        yield from _form(
            document,
            "",
            f"/{party}/id",
            _PARTY,
            None,
            _(
                "“{value}” is no firm's number here. Write the country's letters, a hyphen and the number: "
                "TJ-510012345."
            ),
            "warning",
        )
    for country in (
        "/countries/dispatch",
        "/countries/destination",
        "/countries/trading",
        "/countries/last_consignment",
        "/destination_office/country",
        "/transport/vehicle/country",
    ):
        yield from _form(document, "", country, _COUNTRY, codes.countries, _NOT_A_COUNTRY)
    for mode in ("/transport/border_mode", "/transport/inland_mode"):
        message = _("“{value}” is no mode of transport. Give one digit; 3 is road.")
        yield from _form(document, "", mode, _MODE, None, message)
    yield from _form(
        document,
        "",
        "/delivery_terms/code",
        None,
        _INCOTERMS,
        _("“{value}” is not of Incoterms 2020. Give one of its eleven codes, such as CPT or DAP."),
    )
    yield from _form(document, "", "/invoice/currency", _CURRENCY, codes.currencies, _NOT_A_CURRENCY)
    yield from _amount(document, "", "/invoice/total")
    for day in ("/invoice/date", "/place_and_date/date", "/principal/date"):
        yield from _day(document, "", day)
    for at, cost in enumerate(document.get("costs", ())):
        yield from _missing(cost, f"/costs/{at}", ("/currency",))
        yield from _form(cost, f"/costs/{at}", "/currency", _CURRENCY, codes.currencies, _NOT_A_CURRENCY)
        yield from _amount(cost, f"/costs/{at}", "/amount")
    for at, container in enumerate(document.get("transport", {}).get("containers", ())):
        if not values.is_container(container):
            yield _finding(
                f"/transport/containers/{at}",
                "form",
                container,
                _("“{value}” is no container number of ISO 6346. Check its letters, digits and check digit."),
                "warning",
            )
    yield from _documents(document, "", codes)
    yield from _sums(document)


def _item(item: Mapping[str, Any], base: str, codes: Codes) -> Iterator[Finding]:
    yield from _missing(item, base, _NEEDED_OF_ITEM)
    yield from _form(
        item,
        base,
        "/commodity",
        _COMMODITY,
        None,
        _("“{value}” is no commodity code. Give the six digits of the Harmonized System and the national digits."),
    )
    commodity = item.get("commodity")
    if (
        codes.hs6 is not None
        and isinstance(commodity, str)
        and _COMMODITY.fullmatch(commodity)
        and commodity[:6] not in codes.hs6
    ):
        yield _finding(
            f"{base}/commodity",
            "unknown",
            commodity,
            _("“{value}” is not in the Harmonized System of 2022. Look the goods up and correct the code."),
        )
    yield from _form(item, base, "/origin", _COUNTRY, codes.countries, _NOT_A_COUNTRY)
    yield from _form(
        item,
        base,
        "/procedure",
        _PROCEDURE,
        None,
        _("“{value}” is no procedure. Give four digits, such as 4000, and the additional code if there is one."),
    )
    for pointer in ("/gross_kg", "/net_kg", "/invoice_value"):
        yield from _amount(item, base, pointer)
    gross, net = values.decimal(item.get("gross_kg")), values.decimal(item.get("net_kg"))
    if gross is not None and net is not None and net > gross:
        yield _finding(
            f"{base}/net_kg",
            "more-than-gross",
            item["net_kg"],
            _("The net mass {value} is more than the gross mass. Correct one of them."),
        )
    for at, package in enumerate(item.get("packages", ())):
        row = f"{base}/packages/{at}"
        yield from _missing(package, row, ("/kind", "/count"))
        yield from _form(
            package,
            row,
            "/kind",
            _PACKAGE,
            codes.packages,
            _("“{value}” is no kind of package of Recommendation 21. Give its two characters, such as CT."),
        )
        count = package.get("count")
        if count is not None and (not isinstance(count, int) or count < 0):
            yield _finding(
                f"{row}/count",
                "form",
                count,
                _(
                    "“{value}” is no whole number of packages. Give a whole number; 0 for goods packed with "
                    "another item."
                ),
            )
    supplementary = item.get("supplementary")
    if supplementary:
        yield from _form(
            supplementary,
            f"{base}/supplementary",
            "/unit",
            _UNIT,
            codes.units,
            _("“{value}” is no unit of measure. Give its code, such as MTK."),
        )
        yield from _missing(supplementary, f"{base}/supplementary", ("/unit", "/quantity"))
        yield from _amount(supplementary, f"{base}/supplementary", "/quantity")
    yield from _documents(item, base, codes)


_NOT_A_COUNTRY: Final = _("“{value}” is no country code. Give two capital letters, such as TJ.")
_NOT_A_CURRENCY: Final = _("“{value}” is no currency code. Give three capital letters, such as USD.")


def _documents(source: Mapping[str, Any], base: str, codes: Codes) -> Iterator[Finding]:
    for at, row in enumerate(source.get("documents", ())):
        place = f"{base}/documents/{at}"
        yield from _missing(row, place, ("/type", "/number"))
        yield from _form(
            row,
            place,
            "/type",
            _DOCUMENT,
            codes.documents,
            _("“{value}” is no type of document known here. Give its code, such as 380 for an invoice."),
            "warning",
        )
        yield from _day(row, place, "/date")


def _sums(document: Mapping[str, Any]) -> Iterator[Finding]:
    total = values.decimal(at_pointer(document, "/invoice/total"))
    parts = [values.decimal(item.get("invoice_value")) for item in document["items"]]
    if total is None or not parts or None in parts:
        return
    added = sum((part for part in parts if part is not None), Decimal(0))
    if added != total:
        message = _(
            "The invoice total is {total}, but the items add up to {sum}. Correct the total or the items.",
            total=f"{total:f}",
            sum=f"{added:f}",
        )
        yield Finding("/invoice/total", "sad-22-sum", located("/invoice/total", message), "warning")


def _missing(
    source: Mapping[str, Any], base: str, pointers: tuple[str, ...], severity: str = "error"
) -> Iterator[Finding]:
    for pointer in pointers:
        if at_pointer(source, pointer) in (None, "", []):
            place = base + pointer
            message = located(place, _("Nothing is given. Fill it in before lodging."))
            yield Finding(place, f"sad-{_box(place)}-missing", message, severity)


def _form(
    source: Mapping[str, Any],
    base: str,
    pointer: str,
    form: re.Pattern[str] | None,
    codes: Collection[str] | None,
    message: Text,
    severity: str = "error",
) -> Iterator[Finding]:
    value = at_pointer(source, pointer)
    if value is None:
        return
    if form is not None and not form.fullmatch(str(value)):
        yield _finding(base + pointer, "form", value, message, severity)
    elif codes is not None and value not in codes:
        yield _finding(base + pointer, "unknown", value, message, severity)


def _amount(source: Mapping[str, Any], base: str, pointer: str) -> Iterator[Finding]:
    value = at_pointer(source, pointer)
    if value is None:
        return
    number = values.decimal(value)
    if number is None:
        yield _finding(
            base + pointer,
            "form",
            value,
            _("“{value}” is not a number. Write digits with a point before the decimals."),
        )
    elif number < 0:
        yield _finding(base + pointer, "form", value, _("“{value}” is less than nothing. Give a number above zero."))


def _day(source: Mapping[str, Any], base: str, pointer: str) -> Iterator[Finding]:
    value = at_pointer(source, pointer)
    if value is None:
        return
    try:
        date.fromisoformat(value)
    except ValueError:
        yield _finding(base + pointer, "form", value, _("“{value}” is not a date. Write it as 2026-11-27."))


def _texts(value: Any, place: str) -> Iterator[Finding]:
    """Hidden and control characters anywhere."""
    if isinstance(value, str):
        fault = fault_in(value)
        if fault is not None:
            yield Finding(place, "text", located(place, fault))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part, f"{place}/{name}")
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _texts(part, f"{place}/{at}")


def _finding(place: str, rule: str, value: Any, message: Text, severity: str = "error") -> Finding:
    return Finding(
        place, f"sad-{_box(place)}-{rule}", located(place, Text(message.msgid, {"value": excerpt(value)})), severity
    )


def _box(place: str) -> str:
    return (box_of(place) or "0").lower()


def located(place: str, message: Text) -> Text:
    """The message with the box (and the item) in front of it."""
    box, found = box_of(place), _ITEM.match(place)
    if box is None:
        return message
    if found:
        return _("Box {box} of item {item}: {what}", box=box, item=int(found[1]) + 1, what=message)
    return _("Box {box}: {what}", box=box, what=message)
