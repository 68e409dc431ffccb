"""The goods of a draft: house consignments with their items, a page for each."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, Invalid, NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.reference.codebook import COMMODITY
from app.transit.schemas import MOST_ITEMS, HouseItemSchema
from app.web.declared import value_shown
from app.web.kinds import fields_of
from app.web.trader.drafts import by_itself, not_saved, saved
from app.web.trader.transit import drafts, sums
from app.web.trader.transit.drafts import Open
from app.web.trader.transit.form import HOUSES, ITEMS, MOST_HOUSES, MovementForm, count_of, houses_of, items_of
from app.web.trader.transit.pages import ROLE, blueprint
from app.web.trader.transit.sections import BY_KEY, GOODS, is_missing
from app.web.trader.transit.tasks import after
from app.web.typed import whole_number

ON_PAGE = 100
_NAMES = frozenset({HOUSES})
_GROSS = fields_of(HouseItemSchema())["gross_kg"]
_SAVED_WRONG = _("Saved. Something here is to be corrected before the movement can be lodged.")


@dataclass(frozen=True, slots=True)
class Row:
    """An item in the list: its number over all houses, its place (from 1) in its house, and the state of its words."""

    house: int
    number: int
    place: int
    item: Mapping[str, Any]
    meaning: str
    state: str
    gross_kg: Any


@dataclass(frozen=True, slots=True)
class House:
    """A house consignment in the list, with those of its items that are on this page."""

    place: int
    words: Mapping[str, Any]
    state: str
    count: int
    gross_kg: Any
    rows: list[Row]


@blueprint.get("/<reference>/goods")
@signed_in(ROLE)
def goods(reference: str) -> str | Response:
    """House consignments with their items, a hundred on a page."""
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
    if isinstance(at, Response):
        return at
    count = count_of(at.words)
    first = min(whole_number(request.args.get("from", "")) or 0, max(count - 1, 0)) // ON_PAGE * ON_PAGE
    part = BY_KEY[GOODS]
    return render_template(
        "trader/transit/goods.html",
        at=at,
        record=at.record,
        houses=list(_houses(at, first)),
        count=count,
        pages=[(s, min(s + ON_PAGE, count)) for s in range(0, count, ON_PAGE)] if count > ON_PAGE else [],
        first=first,
        full=count >= MOST_ITEMS,
        sums=sums.of(at.words),
        of_all=[f for f in at.found if f.pointer == f"/{HOUSES}"] if count else [],
        place=at.tasks.sections.index(part) + 1,
        of=len(at.tasks.sections),
        following=after(at, part),
    )


def _houses(at: Open, first: int) -> Iterator[House]:
    item_states, house_states = _states(at.found)
    shown, before = range(first, first + ON_PAGE), 0
    totals = sums.of(at.words).each
    for place, words in enumerate(houses_of(at.words)):
        items = items_of(words)
        rows = [
            _row(at, place, before + nth + 1, nth, item, item_states)
            for nth, item in enumerate(items)
            if before + nth in shown
        ]
        before += len(items)
        if rows or not items:
            state = house_states.get(place, "complete")
            yield House(place + 1, words, state, len(items), totals[place].gross_kg, rows)


def _row(at: Open, house: int, number: int, place: int, item: Any, states: Mapping[tuple[int, int], str]) -> Row:
    words = item if isinstance(item, Mapping) else {}
    lists, gross = at.desk.lists, words.get("gross_kg")
    return Row(
        house + 1,
        number,
        place + 1,
        words,
        lists.meaning(COMMODITY, words.get("commodity")),
        states.get((house, place), "complete"),
        value_shown(_GROSS, gross, lists) if gross else None,
    )


def _states(found: list[Finding]) -> tuple[dict[tuple[int, int], str], dict[int, str]]:
    """The state of every item and of every house (both from 0) about which an error is told."""
    of_items: dict[tuple[int, int], str] = {}
    of_houses: dict[int, str] = {}
    for finding in found:
        parts = finding.pointer.split("/")
        if len(parts) < 3 or parts[1] != HOUSES or not parts[2].isdecimal() or finding.severity != "error":
            continue
        state, house = "begun" if is_missing(finding) else "wrong", int(parts[2])
        if len(parts) > 4 and parts[3] == ITEMS and parts[4].isdecimal():
            key = (house, int(parts[4]))
            of_items[key] = "wrong" if of_items.get(key) == "wrong" else state
        else:
            of_houses[house] = "wrong" if of_houses.get(house) == "wrong" else state
    return of_items, of_houses


@blueprint.post("/<reference>/goods")
@signed_in(ROLE)
def change_goods(reference: str) -> Any:
    """Copies or removes an item ("copy" or "remove" = house-place), or removes a house ("drop")."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    houses = [{**house, ITEMS: items_of(house)} for house in houses_of(at.words)]
    said = _changed(houses)
    form = MovementForm({**at.words, HOUSES: houses}, version=whole_number(request.form.get("version", "")))
    try:
        drafts.keep(at, form.words(_NAMES), drafts.seen(form.version))
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(translate(refusal.message), "error")
    else:
        flash(translate(said), "success")
    return redirect(url_for("trader_transit.goods", reference=at.record.reference), 303)


def _changed(houses: list[dict[str, Any]]) -> Text:
    """Does to the houses what the pressed button says, and tells it."""
    dropped = whole_number(request.form.get("drop", ""))
    if dropped is not None:
        if not 1 <= dropped <= len(houses):
            raise NotFound()
        del houses[dropped - 1]
        return _("House consignment {number} is removed. Those after it have new numbers.", number=dropped)
    button = "copy" if request.form.get("copy") else "remove"
    said, _dash, within = request.form.get(button, "").partition("-")
    house, place = whole_number(said) or 0, whole_number(within) or 0
    if not (1 <= house <= len(houses) and 1 <= place <= len(houses[house - 1][ITEMS])):
        raise NotFound()
    items = houses[house - 1][ITEMS]
    if button == "remove":
        del items[place - 1]
        return _("The item is removed. The items after it have new numbers.")
    if sum(len(each[ITEMS]) for each in houses) >= MOST_ITEMS:
        raise Invalid(_("A movement has at most {most} items.", most=MOST_ITEMS))
    items.append(copy.deepcopy(items[place - 1]))
    return _("The item is copied; the copy is the last one of its house consignment.")


@blueprint.get("/<reference>/goods/<int:house>")
@signed_in(ROLE)
def house(reference: str, house: int) -> str | Response:
    """The form of a house consignment; the number after the last one is a new one."""
    wanted = request.args.get("check") == "1"
    with db.reading() as session:
        at = drafts.opened(session, reference, check=wanted)
    if isinstance(at, Response):
        return at
    form = MovementForm(_with_house(at, house), version=at.record.version)
    form.findings = tuple(_of_house(at.found, house))
    return _house_page(at, form, house, checked=wanted and not form.findings)


@blueprint.post("/<reference>/goods/<int:house>")
@signed_in(ROLE)
def keep_house(reference: str, house: int) -> Any:
    """Keeps a house consignment over the version that was seen."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    _with_house(at, house)
    form = MovementForm.of_house(request.form, at.words, house - 1)
    form.press(request.form, _NAMES)
    if form.only_rows_change(request.form):
        return _house_page(at, form, house)
    kept = _kept(at, form)
    if kept is not None:
        return (_house_page(at, form, house), kept) if isinstance(kept, int) else kept
    if request.form.get("action") == "item":
        place = len(items_of(houses_of(form.values)[house - 1])) + 1
        return redirect(url_for("trader_transit.item", reference=reference, house=house, number=place), 303)
    return _checked(reference, _of_house, house) or redirect(url_for("trader_transit.goods", reference=reference), 303)


def _kept(at: Open, form: MovementForm) -> Any:
    """Keeps what the form holds: None where that is done, else the answer, or the status of a refusal that the form
    shows now."""
    try:
        record = drafts.keep(at, form.words(_NAMES), drafts.seen(form.version))
    except Refusal as refusal:
        if by_itself():
            return not_saved(refusal)
        if isinstance(refusal, NotFound):
            raise
        if isinstance(refusal, WrongState):
            return drafts.already(at.record)
        form.refuse(refusal)
        return refusal.status
    return saved(record) if by_itself() else None


def _checked(reference: str, of: Any, *place: int) -> Response | None:
    """Back to what was saved where something in it is wrong, unless that is left for later."""
    if request.form.get("action") == "leave":
        return None
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
    if isinstance(at, Response) or not any(f.severity == "error" for f in of(at.found, *place)):
        return None
    flash(translate(_SAVED_WRONG), "info")
    if len(place) == 1:
        return redirect(url_for("trader_transit.house", reference=reference, house=place[0], check=1), 303)
    return redirect(url_for("trader_transit.item", reference=reference, house=place[0], number=place[1], check=1), 303)


@blueprint.get("/<reference>/goods/<int:house>/items/<int:number>")
@signed_in(ROLE)
def item(reference: str, house: int, number: int) -> str | Response:
    """An item's form; the number after the last one of its house is a new item."""
    wanted = request.args.get("check") == "1"
    with db.reading() as session:
        at = drafts.opened(session, reference, check=wanted)
    if isinstance(at, Response):
        return at
    form = MovementForm(_with_item(at, house, number), version=at.record.version)
    form.findings = tuple(_of_item(at.found, house, number))
    return _item_page(at, form, house, number, checked=wanted and not form.findings)


@blueprint.post("/<reference>/goods/<int:house>/items/<int:number>")
@signed_in(ROLE)
def keep_item(reference: str, house: int, number: int) -> Any:
    """Keeps an item over the version that was seen, and goes where the pressed button leads."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    words = _with_item(at, house, number)
    form = MovementForm.of_item(request.form, words, house - 1, number - 1)
    form.press(request.form, _NAMES)
    if form.only_rows_change(request.form):
        return _item_page(at, form, house, number)
    kept = _kept(at, form)
    if kept is not None:
        return (_item_page(at, form, house, number), kept) if isinstance(kept, int) else kept
    back = _checked(reference, _of_item, house, number)
    if back is not None:
        return back
    flash(translate(_("The item is saved.")), "success")
    if request.form.get("action") == "another" and count_of(form.values) < MOST_ITEMS:
        place = len(items_of(houses_of(form.values)[house - 1])) + 1
        return redirect(url_for("trader_transit.item", reference=reference, house=house, number=place), 303)
    return redirect(url_for("trader_transit.goods", reference=reference), 303)


def _with_house(at: Open, house: int) -> dict[str, Any]:
    """The words with room for a new house after the last one; `NotFound` beyond it."""
    houses = houses_of(at.words)
    if not 1 <= house <= min(len(houses) + 1, MOST_HOUSES):
        raise NotFound()
    return {**at.words, HOUSES: [*houses, {}] if house > len(houses) else houses}


def _with_item(at: Open, house: int, number: int) -> dict[str, Any]:
    """The same with room for a new item; the first item of a movement begins its first house."""
    words = _with_house(at, house)
    houses = list(words[HOUSES])
    items = items_of(houses[house - 1])
    if not 1 <= number <= len(items) + 1 or (number > len(items) and count_of(words) >= MOST_ITEMS):
        raise NotFound()
    if number > len(items):
        houses[house - 1] = {**houses[house - 1], ITEMS: [*items, {}]}
    return {**words, HOUSES: houses}


def _of_house(found: list[Finding], house: int) -> list[Finding]:
    here = f"/{HOUSES}/{house - 1}"
    within, items = here + "/", f"{here}/{ITEMS}/"
    return [f for f in found if f.pointer == here or (f.pointer.startswith(within) and not f.pointer.startswith(items))]


def _of_item(found: list[Finding], house: int, number: int) -> list[Finding]:
    here = f"/{HOUSES}/{house - 1}/{ITEMS}/{number - 1}"
    return [f for f in found if f.pointer == here or f.pointer.startswith(here + "/")]


def _house_page(at: Open, form: MovementForm, house: int, *, checked: bool = False) -> str:
    return render_template(
        "trader/transit/house.html",
        at=at,
        record=at.record,
        form=form,
        rows_level=2,
        house=house,
        name=f"{HOUSES}.{house - 1}",
        is_new=house > len(houses_of(at.words)),
        lists=at.desk.lists,
        checked=checked,
    )


def _item_page(at: Open, form: MovementForm, house: int, number: int, *, checked: bool = False) -> str:
    houses = houses_of(at.words)
    count = len(items_of(houses[house - 1])) if house <= len(houses) else 0
    return render_template(
        "trader/transit/item.html",
        at=at,
        record=at.record,
        form=form,
        rows_level=2,
        house=house,
        number=number,
        name=f"{HOUSES}.{house - 1}.{ITEMS}.{number - 1}",
        overall=sum(len(items_of(each)) for each in houses[: house - 1]) + number,
        count=count,
        several=len(houses) > 1,
        is_new=number > count,
        lists=at.desk.lists,
        checked=checked,
    )
