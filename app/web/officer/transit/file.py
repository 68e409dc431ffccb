"""The file of a movement as a page, and the one address to which every deed on it is sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import flask_babel
from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.attachments.models import Attachment
from app.clearance.commands import Kind
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, NotFound, Refusal
from app.core.text import Text, _
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows.movements import departing, evidence, papers, securing, selecting
from app.flows.papers import Ask
from app.registers import reasons
from app.registers.file import Event
from app.registers.movements import file as register
from app.registers.reasons import Why
from app.seals import queries as seals
from app.seals.models import Seal
from app.seals.operations import checked_by_another
from app.transit import rules
from app.transit.lifecycle import Action, Status
from app.transit.operations import WATCHING
from app.web import transit_words as words
from app.web.declared import ITEMS_ON_PAGE, first_item
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.officer.forms import alone, at_group
from app.web.officer.history import Line, who
from app.web.officer.transit import drawing
from app.web.officer.transit.pages import OFFICIAL, blueprint
from app.web.officer.transit.panel import Look, Offer, key_of, notes, offers, own_doings
from app.web.officer.transit.photos import with_photos
from app.web.officer.transit.table import BY_NAME, Deed
from app.web.officer.why import tell_reasons_seen
from app.web.supervisor.pages import last_pair

#: No version is 0: a form without one is taken for a form of long ago.
NO_VERSION = 0
#: The timeline shows so many at once; the others are one step away.
RECENT = 12
_OF = re.compile(r"[A-Z0-9-]{1,40}", re.ASCII)

Answer = Response | tuple[str, int]


@dataclass(slots=True)
class _Read:
    """Everything the page asks of the database, in one snapshot."""

    file: register.File
    why: Why
    hand: Event | None
    lane_notes: list[Text]
    look: Look
    lists: Lists
    issued: list[Seal]
    lines: list[Line]
    latest: dt.datetime | None
    wished: dt.datetime | None
    needed: securing.Needed | None
    papers: list[papers.Offered]
    photos: dict[UUID, Attachment]


@blueprint.get("/<reference>")
@signed_in(*OFFICIAL)
def file(reference: str) -> str:
    return drawn(reference)


@blueprint.get("/<reference>/<deed>")
@signed_in(*OFFICIAL)
def back(reference: str, deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the file itself."""
    return redirect(url_for("transit_office.file", reference=reference, lang=request.args.get("lang")))


@blueprint.post("/<reference>/<deed>")
@signed_in(*WATCHING)
def do(reference: str, deed: str) -> Answer:
    """Checks the form, does the deed, leads back to the file; what is refused is shown there with what was typed."""
    row, of = BY_NAME.get(deed), request.form.get("of", "")
    if row is None:
        raise NotFound()
    key = key_of(deed, of if _OF.fullmatch(of) else "")
    form = Form.submitted(alone(key, row.schema, row.title), request.form)
    form.version = form.version or NO_VERSION
    if Form.only_rows_change(request.form):
        return drawn(reference, {key: form}), 200
    if not form.validate():
        return drawn(reference, {key: form}), 422
    try:
        _done(reference, row, key, form.data[key], form.version)
    except NotFound:
        raise
    except Refusal as refusal:
        if not isinstance(refusal, ChangedMeanwhile):  # the page itself says who changed what
            form.refuse(at_group(refusal, key))
        return drawn(reference, {key: form}), refusal.status
    flash(translate(row.done), "success")
    return redirect(url_for("transit_office.file", reference=reference), 303)


def _done(reference: str, row: Deed, key: str, given: dict[str, Any], version: int) -> None:
    actor = current_actor()
    with db.transaction() as session:
        words = with_photos(session, reference, row, key, given, by=actor)
        row.act(session, reference, words, version, actor)
        if row.action is Action.RELEASE:
            # No goods leave the office without their paper: it is there when the release is.
            ask = Ask(reference, Kind.TRANSIT_DOCUMENT.value, languages=last_pair())
            papers.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor)


def drawn(reference: str, sent: Mapping[str, Form] | None = None) -> str:
    """The page; `sent` is a form that came in and was refused, or gets more rows. One that was filled in on an older
    version says so, and is offered again on the version that is shown now."""
    actor = current_actor()
    with db.reading() as session:
        read = _read(session, reference, actor)
    tell_reasons_seen(read.why, by=actor)
    movement = read.file.movement
    form = next(iter((sent or {}).values()), None)
    overtaken = form is not None and form.version != movement.version
    offered = [drawing.offer(each, _facts(read, each), sent or {}, movement.version) for each in offers(read.look)]
    start = first_item(len(read.file.declared.items))
    return render_template(
        "officer/transit/file.html",
        file=read.file,
        movement=movement,
        why=read.why,
        hand=read.hand,
        header=read.file.declared.header,
        items=read.file.declared.items[start : start + ITEMS_ON_PAGE],
        item_count=len(read.file.declared.items),
        start=start,
        per_page=ITEMS_ON_PAGE,
        now=read.file.at,
        standing=_standing(read),
        is_late=_is_late(read.file),
        lists=read.lists,
        offered=offered,
        suggested=sorted({name for each in offered for name in each.suggests}),
        seals_in_hand=[(seal.serial, seal.maker) for seal in read.issued],
        notes=[*read.lane_notes, *notes(read.look), *own_doings(read.look)],
        mine=_mine(read.look),
        acts=bool(actor.roles() & set(WATCHING)),
        needed=read.needed,
        papers=read.papers,
        photos={str(id): photo for id, photo in read.photos.items()},
        pair=last_pair(),
        sent=form,
        overtaken=read.lines[0] if overtaken and read.lines else None,
        custody=_custody(read.file),
        timeline_lines=read.lines[:RECENT],
        older_lines=read.lines[RECENT:],
        confirm_url=url_for("security.verify", next=url_for("transit_office.file", reference=reference)),
    )


def _read(session: Session, reference: str, actor: Actor) -> _Read:
    found = register.of(session, reference, by=actor)
    if not found.official or found.movement.status == Status.DRAFT:
        raise NotFound()
    lists = lists_of(session)
    look = Look(found, actor, _unseen(session, found))
    waits = Action.RELEASE in look.possible
    events = register.events(session, found.movement)
    return _Read(
        file=found,
        why=reasons.of_movement(session, found.movement, locale(), by=actor),
        hand=_hand(events),
        lane_notes=_lane_notes(session, found, look, lists),
        look=look,
        lists=lists,
        issued=_issued(session, look),
        lines=_lines(events),
        latest=rules.limit(lists.book, found.declared, found.at) if waits else None,
        wished=rules.wished(lists.book, found.declared, found.at, flask_babel.get_timezone()) if waits else None,
        needed=departing.needed(session, reference, by=actor) if waits else None,
        papers=papers.offered(session, reference, by=actor)[1],
        photos=evidence.files(session, found.movement, official=True),
    )


def _lane_notes(session: Session, found: register.File, look: Look, lists: Lists) -> list[Text]:
    """What the lane asks for at the office where the goods stand."""
    if look.standing_at is None:
        return []
    wanted = selecting.still_to_look(session, found.movement, look.standing_at, lists.book, found.at)
    return [] if wanted is None else [wanted]


def _hand(events: list[Event]) -> Event | None:
    """What a person said when he chose the lane that holds."""
    entry = reasons.by_hand(event.entry for event in events)
    return next((event for event in events if event.entry is entry), None) if entry is not None else None


def _unseen(session: Session, found: register.File) -> tuple[str, ...]:
    if found.movement.arrived_at is None:
        return ()
    return tuple(checked_by_another(session, found.movement.id, found.movement.arrived_at))


def _issued(session: Session, look: Look) -> list[Seal]:
    """Seals that this person may put on: those handed to him at the offices of the movement."""
    own = {row.office for row in look.own if look.actor.grant(WATCHING, row.office) is not None}
    found = [s for office in sorted(own) for s in seals.stock(session, by=look.actor, post=office, status="issued")]
    return [seal for seal in found if seal.officer == look.me]


def _facts(read: _Read, offer: Offer) -> drawing.Facts:
    return drawing.Facts(
        file=read.file,
        lists=read.lists,
        issued=read.issued,
        latest=read.latest,
        wished=read.wished,
        today=read.lists.book.day_at(offer.offices[0], read.file.at),
    )


def _lines(events: list[Event]) -> list[Line]:
    """The newest first; changes of a draft one after another are one line."""
    draft = "transit.redrafted"
    following: list[Event | None] = [*events[1:], None]
    told = [
        event
        for event, after in zip(events, following, strict=True)
        if not (event.entry.event == draft and after is not None and after.entry.event == draft)
    ]
    return [_line(event) for event in reversed(told)]


def _line(event: Event) -> Line:
    after = event.entry.after or {}
    what, tone = words.said(event.entry.event, after)
    because = event.entry.reason
    why = drawing.quoted(because) if because else ""
    return Line(event.entry.at, what, who(event), why, words.more(event.entry.event, after), tone)


def _standing(read: _Read) -> Text:
    movement = read.file.movement
    text = words.STANDINGS.get(movement.status, Text(movement.status))
    if read.file.recovery is not None and movement.status == Status.DISCHARGED:
        text = _("The recovery is settled.")  # what the guarantor paid is not given back
    return drawing.with_params(text, destination=movement.destination, limit=movement.limit_at, lists=read.lists)


def _is_late(found: register.File) -> bool:
    left = found.left
    return (
        left is not None
        and found.movement.arrived_at is None
        and found.movement.ended_at is None
        and left < dt.timedelta(0)
    )


def _mine(look: Look) -> list[str]:
    return list(dict.fromkeys(row.office for row in look.own if look.actor.grant(OFFICIAL, row.office) is not None))


def _custody(found: register.File) -> dict[Any, list[Any]]:
    """The links of each seal's custody."""
    chains: dict[Any, list[Any]] = {}
    for link in found.custody:
        chains.setdefault(link.seal_id, []).append(link)
    return chains
