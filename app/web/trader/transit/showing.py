"""One movement as a trader sees it: a draft as its tasks; what is lodged by where it stands and what to do now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.core import db
from app.core.canonical import scalar
from app.core.text import Text
from app.edge.signin import signed_in
from app.flows.movements import evidence, travelling
from app.registers.movements import file as register
from app.transit import queries
from app.transit.lifecycle import UNDER_WAY, Status
from app.transit.models import TransitWeighing
from app.web.declared import ITEMS_ON_PAGE, first_item
from app.web.downloads import attachment
from app.web.lists import Lists, lists_of
from app.web.trader.transit import declared, drafts, tasks
from app.web.trader.transit.deeds import DEEDS
from app.web.trader.transit.pages import ROLE, blueprint, trader
from app.web.trader.transit.plain import happenings, told
from app.web.trader.transit.possible import Look

#: The timeline shows so many at once; the others are one step away.
RECENT = 12
#: While these last, the time that remains is told.
_RUNNING = (*UNDER_WAY, Status.ENQUIRY)


@blueprint.get("/<reference>")
@signed_in(ROLE)
def show(reference: str) -> str | AnyResponse:
    """The movement's page: the list of tasks of a draft, else where it stands."""
    actor = trader()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if record.status == Status.DRAFT.value:
            at = drafts.opened(session, reference, check=True)
            return at if isinstance(at, AnyResponse) else tasks.task_list(at)
        found = register.of(session, reference, by=actor)
        lists = lists_of(session)
        photos = evidence.files(session, record, official=False)
    return _page(Look(found, actor), lists, {str(id): photo.name for id, photo in photos.items()})


def _page(look: Look, lists: Lists, photos: dict[str, str]) -> str:
    found, movement = look.file, look.file.movement
    body, count = found.declared.body(), len(found.declared.items)
    first = first_item(count)
    deeds = look.deeds
    lines = happenings(found.history, holder=look.holds)
    return render_template(
        "trader/transit/show.html",
        file=found,
        movement=movement,
        record=movement,
        look=look,
        header=found.declared.header,
        local=found.declared.header.get("local_reference") or "",
        told=told(
            movement.status,
            yours=_waits_for_him(look),
            remarked=all(row.remarked_at is not None for row in found.unloadings),
            paid=found.recovery is not None,
        ),
        weights=_weights(found, lists),
        left=found.left if look.status in _RUNNING else None,
        is_late=_late(look),
        deeds=[DEEDS[name] for name in deeds if name in DEEDS],
        can_amend="amendment" in deeds,
        parts=[part for part in declared.sections(_own(look, body), lists).values() if part.key != "guarantees"],
        houses=declared.houses(body, lists, first, ITEMS_ON_PAGE),
        count=count,
        first=first,
        per_page=ITEMS_ON_PAGE,
        lists=lists,
        photos=photos if look.holds else {},
        where=_where(look, lists),
        recent=lines[:RECENT],
        older=lines[RECENT:],
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weight; `beyond` the tolerance of the first one."""

    weighing: TransitWeighing
    beyond: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the vehicle, and by how much they may differ from the first: per mille, and in kg."""

    rows: list[Weighed]
    per_mille: int
    tolerance_kg: Decimal


def _weights(found: register.File, lists: Lists) -> Weights | None:
    if not found.weighings:
        return None
    first = found.weighings[0].gross_kg
    per_mille = travelling.tolerance(lists.book, found.movement.post, found.at)
    rows = [Weighed(row, travelling.beyond(first, row.gross_kg, per_mille)) for row in found.weighings]
    return Weights(rows, per_mille, first * per_mille / 1000)


def _own(look: Look, body: dict[str, Any]) -> dict[str, Any]:
    """The words that this trader may read: guarantees are the holder's alone."""
    return body if look.holds else {name: value for name, value in body.items() if name != "guarantees"}


def _waits_for_him(look: Look) -> bool:
    """Another guarantee to name, or an unloading to remark on."""
    return (look.holds and look.file.movement.amend_by is not None) or look.permission is not None


def _late(look: Look) -> bool:
    left = look.file.left
    return left is not None and look.status in _RUNNING and left < dt.timedelta(0)


def _where(look: Look, lists: Lists) -> Text | str:
    """The way in one line: from, to."""
    movement = look.file.movement
    return f"{lists.post_name(movement.post)} – {lists.post_name(movement.destination)}"


@blueprint.get("/<reference>/movement.json")
@signed_in(ROLE)
def as_json(reference: str) -> Response:
    """The movement in the contract's JSON, to be saved."""
    actor = trader()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        if record.status == Status.DRAFT.value:
            body = dict(queries.draft(session, record).body)
        else:
            body = queries.declared(session, record).body()
    if record.party not in actor.parties(record.post):
        body.pop("guarantees", None)
    known = {"reference": record.reference, "mrn": record.mrn, "status": record.status, "lodged_at": record.lodged_at}
    content = orjson.dumps({**body, **known}, default=scalar, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return attachment(content, f"{record.reference}.json", "application/json")
