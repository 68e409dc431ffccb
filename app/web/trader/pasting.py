"""Items by paste: cells of a spreadsheet, looked at before they are taken over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import LOCALES, translate
from app.edge.signin import signed_in
from app.reference.codebook import COMMODITY
from app.web.declaring.form import MOST_ITEMS, DeclarationForm
from app.web.kinds import fields_of, inner_schema
from app.web.lists import Lists
from app.web.trader import drafts
from app.web.trader.desk import ROLE, blueprint
from app.web.trader.drafts import Open
from app.web.trader.items import items_of
from app.web.trader.sheets import ITEMS, Columns, Problem, Sheet, Unreadable, read
from app.web.typed import whole_number

_NAMES = frozenset({"items"})
_SHOWN_PROBLEMS = 100
#: Lists in which a cell's code must stand.
_LISTED = {
    "commodity": (COMMODITY, _("{code} is not a commodity code of the Harmonized System 2022.")),
    "origin": ("country", _("{code} is not a country code.")),
    "packages.0.kind": ("package_kind", _("{code} is not a code of packages (Recommendation 21).")),
    "supplementary.unit": ("unit", _("{code} is not a unit (Recommendation 20).")),
    "preference": ("preference", _("{code} is not a code of a preference.")),
    "documents.0.type": ("document_type", _("{code} is not a type of document.")),
}


@blueprint.get("/declarations/<reference>/items/paste")
@signed_in(ROLE)
def paste(reference: str) -> str | Response:
    """The box that takes the cells."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    return at if isinstance(at, Response) else _page(at, at.record.version)


@blueprint.post("/declarations/<reference>/items/paste")
@signed_in(ROLE)
def take_pasted(reference: str) -> Any:
    """Shows what was read (action=preview), or takes it over after or instead of the items that are there."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    version, text = whole_number(request.form.get("version", "")), request.form.get("cells", "")
    try:
        sheet = read(text, labels(ITEMS))
    except Unreadable as refusal:
        return _page(at, version, text=text, wrong=refusal.said), 422
    sheet.add(unlisted(sheet, at.desk.lists, _LISTED))
    action = request.form.get("action", "preview")
    if sheet.refused:
        return _page(at, version, text=text, sheet=sheet), 422
    if action not in ("append", "replace"):
        return _page(at, version, text=text, sheet=sheet)
    return _taken(at, sheet, text, version, [] if action == "replace" else items_of(at.words))


def _taken(at: Open, sheet: Sheet, text: str, version: int | None, known: list[Any]) -> Any:
    """Puts the rows after the items that stay."""
    together = known + sheet.items
    if len(together) > MOST_ITEMS:
        said = _(
            "Together there would be {count} items; a declaration has at most {most}.",
            count=len(together),
            most=MOST_ITEMS,
        )
        return _page(at, version, text=text, sheet=sheet, wrong=said), 422
    form = DeclarationForm({**at.words, "items": together}, version=version)
    try:
        drafts.keep(at, form.words(_NAMES), drafts.seen_version(form))
    except WrongState:
        return drafts.already(at.record)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(at, version, text=text, sheet=sheet, wrong=refusal.message), refusal.status
    flash(translate(_("Items taken over: {count}", count=len(sheet.items))), "success")
    return redirect(url_for("trader.items", reference=at.record.reference), 303)


def labels(columns: Columns) -> dict[str, list[str]]:
    """What the columns are called on the form, in every language of the site."""
    named = ((name, label_of(columns, name)) for name in columns.known)
    return {name: [translate(label, locale) for locale in LOCALES] for name, label in named if label}


def label_of(columns: Columns, name: str) -> Any:
    """The label of a word of an item by its dotted name."""
    schema: ma.Schema | None = columns.schema()
    found = None
    for part in name.split("."):
        if part == "0":
            continue
        found = fields_of(schema).get(part)
        schema = inner_schema(found) if found is not None else None
    return found.metadata.get("label") if found is not None else None


def unlisted(sheet: Sheet, lists: Lists, listed: Mapping[str, tuple[str, Text]]) -> list[Problem]:
    """Codes that are in no list of the day."""
    found = []
    for column, name in enumerate(sheet.columns):
        if name is None or name not in listed:
            continue
        list_name, message = listed[name]
        for row, item in enumerate(sheet.items):
            code = _value(item, name)
            said = {problem.column for problem in sheet.at(row, column)}
            if code and not said and not lists.book.has(list_name, code, lists.on):
                found.append(Problem(row, column, Text(message.msgid, {"code": code})))
    return found


def _value(item: Mapping[str, Any], name: str) -> str:
    here: Any = item
    for part in name.split("."):
        if isinstance(here, list):
            here = here[0] if here else None
        elif isinstance(here, Mapping):
            here = here.get(part)
    return here if isinstance(here, str) else ""


def _page(
    at: Open, version: int | None, *, text: str = "", sheet: Sheet | None = None, wrong: Text | None = None
) -> str:
    reference = at.record.reference
    back = url_for("trader.items", reference=reference)
    crumbs: list[tuple[Text | str, str]] = [
        (_("My declarations"), url_for("trader.declarations")),
        (at.local or reference, url_for("trader.show", reference=reference)),
        (_("Items"), back),
    ]
    return drawn(
        ITEMS, crumbs, back, version=version, count=len(items_of(at.words)), text=text, sheet=sheet, wrong=wrong
    )


def drawn(
    columns: Columns,
    crumbs: list[tuple[Text | str, str]],
    back: str,
    *,
    version: int | None,
    count: int,
    text: str = "",
    sheet: Sheet | None = None,
    wrong: Text | None = None,
) -> str:
    """The page: the box, and what was read from it. `count` are the items that are there already."""
    problems = sheet.problems if sheet else []
    shown = sorted(problems, key=lambda p: (not p.refused, p.row, -1 if p.column is None else p.column))
    return render_template(
        "trader/paste.html",
        crumbs=crumbs,
        back=back,
        version=version,
        text=text,
        sheet=sheet,
        wrong=wrong,
        named={name: translate(label_of(columns, name)) for name in columns.known},
        order=columns.order,
        most=columns.most,
        problems=shown[:_SHOWN_PROBLEMS],
        untold=max(0, len(problems) - _SHOWN_PROBLEMS),
        count=count,
        first_row=2 if sheet and sheet.by_header else 1,
    )
