"""Rules of how the goods are packed, and in which containers they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stdnum import iso6346

from app.core.text import _
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import Failures, rule

_REC_21 = "UN/CEFACT Recommendation 21"
_BOX_31 = "UN layout key, box 31"
_SINGLE, _CONTAINER = "NF", "CN"


def _forms(context: Context) -> Iterator[tuple[Item, int, dict[str, Any], str]]:
    """Each line of packages with its form: bulk, unpacked, or empty for what is packed."""
    known = context.codes["package_kind"]
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            kind = known[packages["kind"]]
            if kind is not None:
                yield item, nth, packages, kind.attributes.get("form", "")


@rule(
    "packages.none",
    box="31",
    pointer="/items/*/packages/*/count",
    of="items",
    severity="warning",
    says=_("The number of packages of kind {kind} is 0."),
    remedy=_(
        "Give their number; 0 is for loose goods and for what lies in another item's packages with the same marks."
    ),
    source=_REC_21,
)
def no_packages(context: Context) -> Failures:
    if all(packages["count"] for item in context.items for packages in item.packages):
        return
    shared = {
        (p["kind"], p.get("marks")) for item in context.items for p in item.packages if p["count"] and p.get("marks")
    }
    for item, nth, packages, form in _forms(context):
        if packages["count"] == 0 and form != "bulk" and (packages["kind"], packages.get("marks")) not in shared:
            yield item.at("packages", nth, "count"), {"kind": packages["kind"]}


@rule(
    "packages.bulk-count",
    box="31",
    pointer="/items/*/packages/*/count",
    of="items",
    severity="warning",
    says=_("Loose goods ({kind}) have no {count} packages."),
    remedy=_("Write 0 or 1, or the kind of packages the goods are in."),
    source=_REC_21,
)
def bulk_is_not_counted(context: Context) -> Failures:
    for item, nth, packages, form in _forms(context):
        if form == "bulk" and packages["count"] > 1:
            yield item.at("packages", nth, "count"), {"kind": packages["kind"], "count": packages["count"]}


@rule(
    "packages.single",
    box="31",
    pointer="/items/*/packages/*/count",
    of="items",
    severity="warning",
    says=_("Kind NF is one unpacked piece, not {count}."),
    remedy=_("Use NG for several unpacked pieces."),
    source=_REC_21,
)
def one_piece(context: Context) -> Failures:
    for item, nth, packages, _form in _forms(context):
        if packages["kind"] == _SINGLE and packages["count"] > 1:
            yield item.at("packages", nth, "count"), {"count": packages["count"]}


@rule(
    "packages.marks",
    box="31",
    pointer="/items/*/packages/*/marks",
    of="items",
    severity="warning",
    says=_("Packed goods without marks and numbers."),
    remedy=_("Write what stands on the packages, or “no marks”."),
    source=_BOX_31,
)
def marks_of_packed_goods(context: Context) -> Failures:
    for item, nth, packages, form in _forms(context):
        if not form and not packages.get("marks"):
            yield item.at("packages", nth, "marks"), {}


@rule(
    "packages.repeated",
    box="31",
    pointer="/items/*/packages/*",
    of="items",
    severity="warning",
    says=_("Packages of kind {kind} with the same marks stand twice in this item."),
    remedy=_("Add them up in one line, or correct the marks."),
    source=_BOX_31,
)
def repeated_packages(context: Context) -> Failures:
    for item in context.items:
        if len(item.packages) == 1:
            continue
        seen: set[tuple[str, Any]] = set()
        for nth, packages in enumerate(item.packages):
            line = (packages["kind"], packages.get("marks"))
            if line in seen:
                yield item.at("packages", nth), {"kind": packages["kind"]}
            seen.add(line)


@rule(
    "packages.bulk-and-packed",
    box="31",
    pointer="/items/*/packages",
    of="items",
    severity="warning",
    says=_("The item is loose and packed at once."),
    remedy=_("Declare loose and packed goods as two items."),
    source=_REC_21,
)
def bulk_and_packed(context: Context) -> Failures:
    known = context.codes["package_kind"]
    for item in context.items:
        if len(item.packages) == 1:
            continue
        forms = {kind.attributes.get("form", "") for p in item.packages if (kind := known[p["kind"]]) is not None}
        if "bulk" in forms and len(forms) > 1:
            yield item.at("packages"), {}


def _header_containers(context: Context) -> list[str]:
    return context.transport.get("containers") or []


@rule(
    "packages.container",
    box="31",
    pointer="/items/*/packages/*/kind",
    of="items",
    severity="warning",
    says=_("The packages are containers, and no container number is given."),
    remedy=_("Give the numbers in the transport part, or the kind of packages inside the container."),
    source=_REC_21,
)
def containers_as_packages(context: Context) -> Failures:
    if _header_containers(context):
        return
    for item in context.items:
        for nth, packages in enumerate(item.packages):
            if packages["kind"] == _CONTAINER and not item.words.get("containers"):
                yield item.at("packages", nth, "kind"), {}


@rule(
    "container.item-check-digit",
    box="31",
    pointer="/items/*/containers/*",
    of="items",
    severity="warning",
    says=_("The check digit of container {number} is wrong."),
    remedy=_("Read the number again."),
    source="ISO 6346",
)
def item_container_check_digit(context: Context) -> Failures:
    for item in context.items:
        for nth, number in enumerate(item.words.get("containers") or ()):
            if not iso6346.is_valid(number):
                yield item.at("containers", nth), {"number": number}


@rule(
    "container.unknown",
    box="31",
    pointer="/items/*/containers/*",
    of="items",
    says=_("Container {number} is not among the containers of the transport."),
    remedy=_("Add it there, or correct the number here."),
    source=_BOX_31,
)
def container_of_the_transport(context: Context) -> Failures:
    known = set(_header_containers(context))
    for item in context.items:
        for nth, number in enumerate(item.words.get("containers") or ()):
            if number not in known:
                yield item.at("containers", nth), {"number": number}


@rule(
    "container.item-repeated",
    box="31",
    pointer="/items/*/containers/*",
    of="items",
    severity="warning",
    says=_("Container {number} stands twice in this item."),
    remedy=_("Remove one."),
    source=_BOX_31,
)
def container_twice_in_an_item(context: Context) -> Failures:
    for item in context.items:
        numbers = item.words.get("containers") or ()
        for nth, number in enumerate(numbers):
            if number in numbers[:nth]:
                yield item.at("containers", nth), {"number": number}


@rule(
    "container.empty",
    box="31",
    pointer="/transport/containers/*",
    of="items",
    severity="warning",
    says=_("No item lies in container {number}."),
    remedy=_("Name it in the item whose goods it holds, or remove it."),
    source=_BOX_31,
)
def container_without_goods(context: Context) -> Failures:
    filled = {number for item in context.items for number in item.words.get("containers") or ()}
    if not filled:
        return
    for nth, number in enumerate(_header_containers(context)):
        if number not in filled:
            yield ("transport", "containers", nth), {"number": number}
