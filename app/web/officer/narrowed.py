"""What both worklists are narrowed by, out of the address; and the filters that somebody keeps for himself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.claims import operations as claims
from app.claims import queries
from app.claims.commands import KeepFilter
from app.claims.lifecycle import Of
from app.claims.models import SavedFilter
from app.core import db
from app.core.errors import Invalid, WrongState
from app.core.text import Text, _, excerpt, fault_in, normal
from app.declarations.queries import OFFICIAL
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.registers.narrowing import AGES, LONGEST_TEXT, Narrowed
from app.web import inspection_words, reasons
from app.web.officer.pages import blueprint

#: The pages of the lists, and the words of an address that belong to a filter (never the page one is on).
_PAGES = {Of.DECLARATIONS.value: "officer.worklist", Of.MOVEMENTS.value: "transit_office.worklist"}
_WORDS = {
    Of.DECLARATIONS.value: ("lane", "status", "order", "age", "whose", "agency", "type", "text"),
    Of.MOVEMENTS.value: ("stage", "office", "lane", "age", "whose", "agency", "type", "text"),
}
_AGE_WORDS: dict[str, Text] = {
    "1": _("over an hour"),
    "4": _("over 4 hours"),
    "24": _("over a day"),
    "72": _("over 3 days"),
}
#: Opens a list as it is, whatever filter opens it by itself.
AS_IT_IS = "all"


def narrowed() -> Narrowed:
    """What the address asks for."""
    asked = request.args
    typed = normal(asked.get("text", "")[: LONGEST_TEXT + 1])
    fault = fault_in(typed) if typed else None
    return Narrowed(
        age=asked.get("age", ""),
        whose=asked.get("whose", ""),
        agency=asked.get("agency", ""),
        type=asked.get("type", ""),
        text="" if fault else typed,
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """(value, words) for each box of the filter."""
    return {
        "age": [(code, translate(_AGE_WORDS[code])) for code in AGES],
        "whose": [("mine", translate(_("My work"))), ("unclaimed", translate(_("Nobody works on it")))],
        "agency": inspection_words.choices("agency"),
        "type": inspection_words.choices("type"),
    }


def kept(session: Session, of: str) -> list[SavedFilter]:
    return queries.filters(session, current_actor().person, of)


def address(of: str, asked: Mapping[str, Any]) -> str:
    """The list with a filter."""
    words: dict[str, Any] = {name: str(asked[name]) for name in _WORDS[of] if asked.get(name)}
    return url_for(_PAGES[of], **(words or {AS_IT_IS: "1"}))


def opened_with(filters: list[SavedFilter], of: str) -> Response | None:
    """The address of the filter that opens the list by itself; None where the address asks for something already."""
    if request.args.keys() - {"lang"}:
        return None
    default = next((row for row in filters if row.is_default), None)
    if default is None:
        return None
    return redirect(address(of, default.asked))


@blueprint.post("/filters")
@signed_in(*OFFICIAL)
def keep_filter() -> Response:
    """Keeps the filter that stands in the address under a name."""
    of = request.form.get("of", "")
    if of not in _PAGES:
        of = Of.DECLARATIONS.value
    asked = {name: excerpt(normal(request.form.get(name, "")), 100) for name in _WORDS[of] if request.form.get(name)}
    try:
        command = KeepFilter(of, reasons.typed("name", 60), asked, request.form.get("default") == "1")
        with db.transaction() as session:
            claims.keep_filter(session, command, by=current_actor())
    except (Invalid, WrongState) as refusal:
        said = refusal.findings[0].message if refusal.findings else refusal.message
        flash(translate(said), "error")
    else:
        flash(translate(_("The filter is kept.")), "success")
    return redirect(address(of, asked), 303)


@blueprint.post("/filters/<uuid:identifier>")
@signed_in(*OFFICIAL)
def change_filter(identifier: UUID) -> Response:
    """A filter opens the list by itself from now on, or is removed."""
    actor, drops = current_actor(), request.form.get("verdict") == "remove"
    of = request.form.get("of", "")
    with db.transaction() as session:
        if drops:
            claims.drop_filter(session, identifier, by=actor)
        else:
            claims.make_default(session, identifier, by=actor)
    flash(translate(_("The filter is removed.") if drops else _("It is changed.")), "success")
    return redirect(address(of if of in _PAGES else Of.DECLARATIONS.value, {}), 303)
