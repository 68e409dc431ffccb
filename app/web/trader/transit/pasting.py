"""Items by paste: cells of a spreadsheet, looked at before they are taken over into a house consignment."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.reference.codebook import COMMODITY
from app.transit.schemas import MOST_ITEMS, HouseItemSchema
from app.web.trader.pasting import drawn, labels, unlisted
from app.web.trader.sheets import Columns, Sheet, Unreadable, read
from app.web.trader.transit import drafts
from app.web.trader.transit.drafts import Open
from app.web.trader.transit.form import HOUSES, ITEMS, MOST_HOUSES, MovementForm, count_of, houses_of, items_of
from app.web.trader.transit.pages import ROLE, blueprint
from app.web.typed import whole_number

_NAMES = frozenset({HOUSES})
ORDER = (
    "commodity",
    "description",
    "packages.0.kind",
    "packages.0.count",
    "gross_kg",
    "net_kg",
    "value",
    "currency",
    "origin",
    "packages.0.marks",
)
MORE = ("supplementary.unit", "supplementary.quantity", "dangerous", "cus", "documents.0.type", "documents.0.number")
#: What people write above columns, beside the labels of the form.
_ALSO = {
    "commodity": ("commodity", "hs", "hs code", "code", "tariff", "tnved", "тн вэд", "код", "18 09"),
    "description": ("description", "goods", "name of goods", "наименование", "товар", "мол", "شرح", "18 05"),
    "packages.0.kind": ("package", "packages kind", "kind", "kind of package", "упаковка"),
    "packages.0.count": ("packages", "number of packages", "count", "colli", "мест", "кол-во мест", "18 06"),
    "packages.0.marks": ("marks", "marks and numbers"),
    "gross_kg": ("gross", "gross kg", "gross weight", "gross mass", "брутто", "18 04"),
    "net_kg": ("net", "net kg", "net weight", "net mass", "нетто", "18 01"),
    "value": ("value", "price", "amount", "item price", "стоимость", "цена", "14 05"),
    "currency": ("currency", "валюта"),
    "origin": ("origin", "country", "страна", "кишвар", "کشور"),
    "supplementary.unit": ("unit", "supplementary unit"),
    "supplementary.quantity": ("quantity", "qty", "supplementary quantity"),
    "dangerous": ("un number", "un"),
    "documents.0.type": ("document type",),
    "documents.0.number": ("document", "document number"),
}
COLUMNS = Columns(HouseItemSchema, ORDER, MORE, _ALSO, MOST_ITEMS)
#: Lists in which a cell's code must stand.
_LISTED = {
    "commodity": (COMMODITY, _("{code} is not a commodity code of the Harmonized System 2022.")),
    "origin": ("country", _("{code} is not a country code.")),
    "packages.0.kind": ("package_kind", _("{code} is not a code of packages (Recommendation 21).")),
    "supplementary.unit": ("unit", _("{code} is not a unit (Recommendation 20).")),
    "documents.0.type": ("document_type", _("{code} is not a type of document.")),
}


@blueprint.get("/<reference>/goods/<int:house>/paste")
@signed_in(ROLE)
def paste(reference: str, house: int) -> str | Response:
    """The box that takes the cells."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    _must_be_there(at, house)
    return _page(at, house, at.record.version)


@blueprint.post("/<reference>/goods/<int:house>/paste")
@signed_in(ROLE)
def take_pasted(reference: str, house: int) -> Any:
    """Shows what was read (action=preview), or takes it over after or instead of the items of the house."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    _must_be_there(at, house)
    version, text = whole_number(request.form.get("version", "")), request.form.get("cells", "")
    try:
        sheet = read(text, labels(COLUMNS), COLUMNS)
    except Unreadable as refusal:
        return _page(at, house, version, text=text, wrong=refusal.said), 422
    sheet.add(unlisted(sheet, at.desk.lists, _LISTED))
    action = request.form.get("action", "preview")
    if sheet.refused:
        return _page(at, house, version, text=text, sheet=sheet), 422
    if action not in ("append", "replace"):
        return _page(at, house, version, text=text, sheet=sheet)
    return _taken(at, house, sheet, text, version, instead=action == "replace")


def _taken(at: Open, house: int, sheet: Sheet, text: str, version: int | None, *, instead: bool) -> Any:
    """Puts the rows after the items that stay."""
    houses = houses_of(at.words)
    words = houses[house - 1] if house <= len(houses) else {}
    known = [] if instead else items_of(words)
    houses[house - 1 : house] = [{**words, ITEMS: known + sheet.items}]
    together = {**at.words, HOUSES: houses}
    if count_of(together) > MOST_ITEMS:
        said = _(
            "Together there would be {count} items; a movement has at most {most}.",
            count=count_of(together),
            most=MOST_ITEMS,
        )
        return _page(at, house, version, text=text, sheet=sheet, wrong=said), 422
    form = MovementForm(together, version=version)
    try:
        drafts.keep(at, form.words(_NAMES), drafts.seen(form.version))
    except WrongState:
        return drafts.already(at.record)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(at, house, version, text=text, sheet=sheet, wrong=refusal.message), refusal.status
    flash(translate(_("Items taken over: {count}", count=len(sheet.items))), "success")
    return redirect(url_for("trader_transit.goods", reference=at.record.reference), 303)


def _must_be_there(at: Open, house: int) -> None:
    if not 1 <= house <= min(len(houses_of(at.words)) + 1, MOST_HOUSES):
        raise NotFound()


def _page(
    at: Open, house: int, version: int | None, *, text: str = "", sheet: Sheet | None = None, wrong: Text | None = None
) -> str:
    reference, houses = at.record.reference, houses_of(at.words)
    back = url_for("trader_transit.goods", reference=reference)
    crumbs: list[tuple[Text | str, str]] = [
        (_("My movements"), url_for("trader_transit.movements")),
        (at.local or reference, url_for("trader_transit.show", reference=reference)),
        (_("Consignments and items"), back),
    ]
    count = len(items_of(houses[house - 1])) if house <= len(houses) else 0
    return drawn(COLUMNS, crumbs, back, version=version, count=count, text=text, sheet=sheet, wrong=wrong)
