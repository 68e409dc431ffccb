"""The items of a draft: their list, and a page for each."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, Invalid, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.reference.codebook import COMMODITY
from app.web.declared import items as items_shown
from app.web.declaring import scans, sections
from app.web.declaring.form import MOST_ITEMS, DeclarationForm
from app.web.declaring.sections import BY_KEY
from app.web.lists import Lists
from app.web.trader import drafts
from app.web.trader.desk import ROLE, blueprint
from app.web.trader.drafts import Open
from app.web.trader.totals import Totals, totals
from app.web.typed import whole_number

_ON_PAGE = 100
_NAMES = frozenset({"items"})
_MOST = _("A declaration has at most {most} items.", most=MOST_ITEMS)


@dataclass(frozen=True, slots=True)
class Row:
    """An item in the list. `state` is the state of its words, as of a section; masses and prices are as people read them."""

    number: int
    item: Mapping[str, Any]
    meaning: str
    state: str
    net_kg: Any
    price: Any


@blueprint.get("/declarations/<reference>/items")
@signed_in(ROLE)
def items(reference: str) -> str | Response:
    """The list of items, a hundred on a page, with the sums to compare with the invoice and the consignment note."""
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
    if isinstance(at, Response):
        return at
    known = items_of(at.words)
    first = min(whole_number(request.args.get("from", "")) or 0, max(len(known) - 1, 0)) // _ON_PAGE * _ON_PAGE
    shown = known[first : first + _ON_PAGE]
    states = _states(at.found)
    sums: Totals = totals(at.words)
    return render_template(
        "trader/items.html",
        at=at,
        record=at.record,
        rows=[_row(first + n, item, states, at.desk.lists) for n, item in enumerate(shown, 1)],
        count=len(known),
        pages=[(s, min(s + _ON_PAGE, len(known))) for s in range(0, len(known), _ON_PAGE)]
        if len(known) > _ON_PAGE
        else [],
        first=first,
        full=len(known) >= MOST_ITEMS,
        totals=sums,
        of_all=[f for f in at.found if f.pointer == "/items"],
        following=sections.after(BY_KEY["items"]),
    )


def items_of(words: Mapping[str, Any]) -> list[Any]:
    """The items of a draft, which may be of any shape."""
    found = words.get("items")
    return list(found) if isinstance(found, list) else []


def _states(found: list[Finding]) -> dict[int, str]:
    """The state of every item (from 1) about which something is said."""
    states: dict[int, str] = {}
    for finding in found:
        parts = finding.pointer.split("/")
        if len(parts) < 3 or parts[1] != "items" or not parts[2].isdecimal() or finding.severity != "error":
            continue
        number = int(parts[2]) + 1
        state = "begun" if sections.is_missing(finding) else "wrong"
        if states.get(number) != "wrong":
            states[number] = state
    return states


def _row(number: int, item: Any, states: Mapping[int, str], lists: Lists) -> Row:
    words = item if isinstance(item, Mapping) else {}
    shown = items_shown([words], lists)[0].values
    return Row(
        number,
        words,
        lists.meaning(COMMODITY, words.get("commodity")),
        states.get(number, "complete"),
        shown.get("net_kg"),
        shown.get("invoice_value"),
    )


@blueprint.post("/declarations/<reference>/items")
@signed_in(ROLE)
def change_items(reference: str) -> Any:
    """Copies or removes an item; the copy comes last."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    known = items_of(at.words)
    button = "copy" if request.form.get("copy") else "remove"
    number = whole_number(request.form.get(button, "")) or 0
    if not 1 <= number <= len(known):
        raise NotFound()
    if button == "copy":
        if len(known) >= MOST_ITEMS:
            raise Invalid(_MOST)
        known.append(copy.deepcopy(known[number - 1]))
        said = _("Item {number} is copied; the copy is item {copy}.", number=number, copy=len(known))
    else:
        del known[number - 1]
        said = _("Item {number} is removed. The items after it have new numbers.", number=number)
    form = DeclarationForm({**at.words, "items": known}, version=whole_number(request.form.get("version", "")))
    try:
        drafts.keep(at, form.words(_NAMES), drafts.seen_version(form))
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(translate(refusal.message), "error")
    else:
        flash(translate(said), "success")
    return redirect(url_for("trader.items", reference=at.record.reference), 303)


@blueprint.get("/declarations/<reference>/items/<int:number>")
@signed_in(ROLE)
def item(reference: str, number: int) -> str | Response:
    """An item's form; the number after the last one is a new item. `commodity` is a code that was looked up."""
    wanted = request.args.get("check") == "1"
    with db.reading() as session:
        at = drafts.opened(session, reference, check=wanted)
    if isinstance(at, Response):
        return at
    form = DeclarationForm(at.words, version=at.record.version)
    _room(form, number)
    chosen = request.args.get("commodity", "")
    if chosen and at.desk.lists.book.has(COMMODITY, chosen, at.desk.lists.on):
        known = form.values["items"][number - 1]
        form.values["items"][number - 1] = {**(known if isinstance(known, Mapping) else {}), "commodity": chosen}
    form.findings = tuple(_of(at.found, number))
    return _page(at, form, number, checked=wanted and not form.findings)


@blueprint.post("/declarations/<reference>/items/<int:number>")
@signed_in(ROLE)
def keep_item(reference: str, number: int) -> Any:
    """Keeps an item over the version that was seen, and goes where the pressed button leads."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    _room(DeclarationForm(at.words), number)
    form = DeclarationForm.of_item(request.form, at.words, number - 1)
    if not drafts.by_itself():
        scans.take(form, at.record, by=at.desk.actor)
    form.press(request.form, _NAMES)
    if form.refused:
        return _page(at, form, number), 422
    if form.only_rows_change(request.form):
        return _page(at, form, number)
    return _kept(at, form, number)


def _kept(at: Open, form: DeclarationForm, number: int) -> Any:
    words = form.words(_NAMES)
    try:
        record = drafts.keep(at, words, drafts.seen_version(form))
    except Refusal as refusal:
        if drafts.by_itself():
            return drafts.not_saved(refusal)
        if isinstance(refusal, NotFound):
            raise
        if isinstance(refusal, WrongState):
            return drafts.already(at.record)
        form.refuse(refusal)
        return _page(at, form, number), refusal.status
    if drafts.by_itself():
        return drafts.saved(record)
    return _gone_on(record.reference, words, number)


def _gone_on(reference: str, words: Mapping[str, Any], number: int) -> Response:
    """After saving: to the search of codes, to a new item, to the next one, or to the list; errors are shown first."""
    action = request.form.get("action", "list")
    if action == "lookup":
        typed = request.form.get(f"items.{number - 1}.commodity", "").strip()[:60]
        return redirect(url_for("trader.commodities", reference=reference, item=number, q=typed or None), 303)
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
    if isinstance(at, Response):
        return at
    if any(f.severity == "error" for f in _of(at.found, number)) and action != "leave":
        flash(translate(_("Saved. Something here is to be corrected before the declaration can be lodged.")), "info")
        return redirect(url_for("trader.item", reference=reference, number=number, check=1), 303)
    flash(translate(_("Item {number} is saved.", number=number)), "success")
    if action == "another" and len(items_of(words)) < MOST_ITEMS:
        return redirect(url_for("trader.item", reference=reference, number=len(items_of(words)) + 1), 303)
    return redirect(url_for("trader.items", reference=reference), 303)


def _room(form: DeclarationForm, number: int) -> None:
    """Makes room for a new item after the last one; `NotFound` beyond it."""
    known = items_of(form.values)
    if not 1 <= number <= min(len(known) + 1, MOST_ITEMS):
        raise NotFound()
    form.values["items"] = [*known, {}] if number > len(known) else known


def _of(found: list[Finding], number: int) -> list[Finding]:
    here = f"/items/{number - 1}"
    return [f for f in found if f.pointer == here or f.pointer.startswith(here + "/")]


def _page(at: Open, form: DeclarationForm, number: int, *, checked: bool = False) -> str:
    count = len(items_of(at.words))
    return render_template(
        "trader/item.html",
        at=at,
        record=at.record,
        form=form,
        number=number,
        name=f"items.{number - 1}",
        count=count,
        is_new=number > count,
        rows_level=2,
        desk=at.desk,
        lists=at.desk.lists,
        files=at.files,
        checked=checked,
    )
