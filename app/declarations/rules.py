"""What must hold for a declaration to be lodged. Pure: the words, the code lists of the day, and nothing else.

Each check has an id, points into the declaration and says what to do. An error refuses lodging; a warning is told and
kept. Missing permits and controlled goods are no errors: they are facts for the lane.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from stdnum import iso6346

from app.core.errors import Finding, pointer
from app.core.text import Text, _
from app.declarations.commands import Declared


class Codes(Protocol):
    """The part of the code book that the rules ask."""

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check sees: what is declared, the code book, the day, and the posts of this node."""

    declared: Declared
    codes: Codes
    today: dt.date
    posts: frozenset[str]


Check = Callable[[Setting], Iterator[Finding]]


def _error(rule: str, message: Text, *path: str | int) -> Finding:
    return Finding(pointer(*path), rule, message)


def _warning(rule: str, message: Text, *path: str | int) -> Finding:
    return Finding(pointer(*path), rule, message, "warning")


def _coded(setting: Setting, code: str | None, listed: str, message: Text, *path: str | int) -> Iterator[Finding]:
    if code is not None and not setting.codes.has(listed, code, setting.today):
        yield _error(f"code.{listed}", message, *path)


def unknown_post(post: str, posts: frozenset[str]) -> Finding:
    message = _(
        "{post} is not a crossing point of this administration. Choose one of: {posts}.",
        post=post,
        posts=", ".join(sorted(posts)[:12]),
    )
    return _error("post.unknown", message, "post")


def post_of_this_node(setting: Setting) -> Iterator[Finding]:
    post = setting.declared.post
    if post not in setting.posts:
        yield unknown_post(post, setting.posts)


def header_codes(setting: Setting) -> Iterator[Finding]:
    header = setting.declared.header
    for path in _COUNTRIES:
        code = _at(header, path)
        yield from _coded(
            setting, code, "country", _("{code} is not a country code. Use two letters such as TJ.", code=code), *path
        )
    kind = header["declaration_type"]
    yield from _coded(
        setting,
        kind,
        "declaration_type",
        _("{code} is not a declaration type. Use for example IM, EX or TR.", code=kind),
        "declaration_type",
    )
    currency = header["invoice"]["currency"]
    yield from _coded(
        setting,
        currency,
        "currency",
        _("{code} is not a currency. Use three letters such as USD.", code=currency),
        "invoice",
        "currency",
    )
    for place, cost in enumerate(header.get("costs") or ()):
        code = cost["currency"]
        yield from _coded(
            setting,
            code,
            "currency",
            _("{code} is not a currency. Use three letters such as USD.", code=code),
            "costs",
            place,
            "currency",
        )
    for name in ("border_mode", "inland_mode"):
        code = header["transport"].get(name)
        yield from _coded(
            setting,
            code,
            "transport_mode",
            _("{code} is not a mode of transport. Road is 3.", code=code),
            "transport",
            name,
        )
    terms = header.get("delivery_terms")
    if terms:
        yield from _coded(
            setting,
            terms["code"],
            "incoterm",
            _("{code} is not one of the Incoterms 2020.", code=terms["code"]),
            "delivery_terms",
            "code",
        )


_COUNTRIES = (
    ("consignor", "country"),
    ("consignee", "country"),
    ("declarant", "country"),
    ("countries", "dispatch"),
    ("countries", "destination"),
    ("countries", "trading"),
    ("transport", "vehicle", "country"),
    ("transport", "trailer", "country"),
    ("transport", "driver", "document", "country"),
)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def item_codes(setting: Setting) -> Iterator[Finding]:
    has, today = setting.codes.has, setting.today
    for place, item in enumerate(setting.declared.items):
        if not has("commodity", item["commodity"], today):
            yield _error(
                "code.commodity",
                _(
                    "{code} is not a commodity of the Harmonized System 2022. Its first six digits must exist.",
                    code=item["commodity"],
                ),
                "items",
                place,
                "commodity",
            )
        if not has("country", item["origin"], today):
            yield _error(
                "code.country",
                _("{code} is not a country code. Use two letters such as TJ.", code=item["origin"]),
                "items",
                place,
                "origin",
            )
        if not has("procedure", item["procedure"][:4], today):
            yield _error(
                "code.procedure",
                _("{code} is not a procedure. Home use import is 4000, permanent export 1000.", code=item["procedure"]),
                "items",
                place,
                "procedure",
            )
        for nth, packages in enumerate(item["packages"]):
            if not has("package_kind", packages["kind"], today):
                yield _error(
                    "code.package_kind",
                    _("{code} is not a kind of packages. A carton is CT, a bale BL.", code=packages["kind"]),
                    "items",
                    place,
                    "packages",
                    nth,
                    "kind",
                )
        extra = item.get("supplementary")
        if extra and not has("unit", extra["unit"], today):
            yield _error(
                "code.unit",
                _("{code} is not a unit of measure. A square metre is MTK.", code=extra["unit"]),
                "items",
                place,
                "supplementary",
                "unit",
            )


def document_codes(setting: Setting) -> Iterator[Finding]:
    for path, document in _documents(setting.declared):
        code = document["type"]
        yield from _coded(
            setting,
            code,
            "document_type",
            _("{code} is not a type of document. An invoice is 380, a road consignment note 730.", code=code),
            *path,
            "type",
        )


def _documents(declared: Declared) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    for nth, document in enumerate(declared.documents):
        yield ("documents", nth), document
    for place, item in enumerate(declared.items):
        for nth, document in enumerate(item["documents"]):
            yield ("items", place, "documents", nth), document


def item_numbers(setting: Setting) -> Iterator[Finding]:
    for place, item in enumerate(setting.declared.items):
        if item["number"] != place + 1:
            yield _error(
                "item.number",
                _(
                    "Items are numbered 1, 2, 3 … in their order: here {expected} is expected, not {found}.",
                    expected=place + 1,
                    found=item["number"],
                ),
                "items",
                place,
                "number",
            )


#: What the column of the whole mass holds, in kg.
_HEAVIEST = Decimal("999999999.999")


def masses(setting: Setting) -> Iterator[Finding]:
    if sum(Decimal(item["gross_kg"]) for item in setting.declared.items) > _HEAVIEST:
        message = _("The number is too large: at most {whole} digits before the point.", whole=9)
        yield _error("mass.total", message, "items", 0, "gross_kg")
    for place, item in enumerate(setting.declared.items):
        gross, net = Decimal(item["gross_kg"]), Decimal(item["net_kg"])
        if net > gross:
            yield _error(
                "mass.net-above-gross",
                _(
                    "The net mass {net} kg is more than the gross mass {gross} kg. Correct one of them.",
                    net=item["net_kg"],
                    gross=item["gross_kg"],
                ),
                "items",
                place,
                "net_kg",
            )
        if gross == 0:
            yield _warning("mass.zero", _("The gross mass is 0 kg. Check it."), "items", place, "gross_kg")


def invoice_total(setting: Setting) -> Iterator[Finding]:
    total = Decimal(setting.declared.header["invoice"]["total"])
    items = sum((Decimal(item["invoice_value"]) for item in setting.declared.items), Decimal(0))
    if items != total:
        yield _warning(
            "invoice.total",
            _("The items' prices add up to {items}, the invoice says {total}. Check both.", items=items, total=total),
            "invoice",
            "total",
        )


def containers(setting: Setting) -> Iterator[Finding]:
    seen: set[str] = set()
    for nth, number in enumerate(setting.declared.header["transport"].get("containers") or ()):
        if not iso6346.is_valid(number):
            yield _warning(
                "container.check-digit",
                _("The check digit of container {number} is wrong. Read the number again.", number=number),
                "transport",
                "containers",
                nth,
            )
        if number in seen:
            yield _error(
                "container.repeated",
                _("Container {number} stands twice. Remove one.", number=number),
                "transport",
                "containers",
                nth,
            )
        seen.add(number)


def dates(setting: Setting) -> Iterator[Finding]:
    latest = setting.today + dt.timedelta(days=1)
    invoice = setting.declared.header["invoice"].get("date")
    if invoice and dt.date.fromisoformat(invoice) > latest:
        yield _warning(
            "date.future", _("The date {date} lies in the future. Check it.", date=invoice), "invoice", "date"
        )
    for path, document in _documents(setting.declared):
        day = document.get("date")
        if day and dt.date.fromisoformat(day) > latest:
            yield _warning("date.future", _("The date {date} lies in the future. Check it.", date=day), *path, "date")


def vehicle_for_road(setting: Setting) -> Iterator[Finding]:
    transport = setting.declared.header["transport"]
    if transport.get("border_mode") == "3" and not transport.get("vehicle"):
        yield _error(
            "transport.vehicle",
            _("Goods on the road need the registration number of the vehicle."),
            "transport",
            "vehicle",
        )


CHECKS: tuple[Check, ...] = (
    post_of_this_node,
    header_codes,
    item_codes,
    document_codes,
    item_numbers,
    masses,
    invoice_total,
    containers,
    dates,
    vehicle_for_road,
)


def check(setting: Setting) -> list[Finding]:
    """All findings at once, errors and warnings, in the order of the checks."""
    return [finding for rule in CHECKS for finding in rule(setting)]


def errors(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == "error"]
