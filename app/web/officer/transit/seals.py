"""The seals of a post: what is in stock, who has which, and where each one was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.actors import Actor
from app.core.errors import NotFound, Refusal
from app.core.text import Text, _, compact
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows.movements import handing
from app.seals import operations, queries, schemas
from app.seals.commands import ReceiveSeals
from app.seals.lifecycle import Status
from app.seals.operations import APPLYING
from app.transit.operations import SENIOR
from app.web import once
from app.web.form import Form
from app.web.lists import lists_of
from app.web.officer.forms import alone, at_group
from app.web.officer.pages import own_post
from app.web.officer.transit.pages import SEALING
from app.web.officer.transit.pages import sealing as blueprint

PAGE = 50
LONGEST = 40

Act = Callable[[Session, dict[str, Any], Actor], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with the stock of a post."""

    name: str
    title: Text
    done: Text
    schema: type[ma.Schema]
    act: Act
    roles: tuple[str, ...]
    icon: str


def _receive(session: Session, given: dict[str, Any], by: Actor) -> object:
    command = ReceiveSeals(given["office"], given["maker"], given["grade"], tuple(given["serials"]))
    return operations.receive(session, command, by=by)


def _issue(session: Session, given: dict[str, Any], by: Actor) -> object:
    return handing.issue(session, given["office"], given["officer"], given["serials"], by=by)


def _give_back(session: Session, given: dict[str, Any], by: Actor) -> object:
    return operations.give_back(session, given["office"], given["serials"], by=by)


def _void(session: Session, given: dict[str, Any], by: Actor) -> object:
    return operations.void(session, given["office"], given["serials"], given["reason"], by=by)


DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed("reception", _("Receive seals"), _("The seals are in stock."), schemas.SealReceptionSchema, _receive,
             SENIOR, "download"),
        Deed("issue", _("Hand seals to an officer"), _("The seals are handed out."), schemas.SealIssueSchema, _issue,
             SENIOR, "person"),
        Deed("return", _("Give seals back"), _("The seals are back in stock."), schemas.SealReturnSchema, _give_back,
             APPLYING, "back"),
        Deed("voiding", _("Void seals"), _("The seals are void."), schemas.SealVoidingSchema, _void, SENIOR, "stop"),
    )
}  # fmt: skip
_PARTS = ", ".join(DEEDS)


@blueprint.get("", endpoint="stock")
@signed_in(*SEALING)
def stock_page() -> str:
    return _page()


@blueprint.get("/search")
@signed_in(*SEALING)
def search() -> Response:
    """A serial, scanned or typed: its custody."""
    typed = compact(request.args.get("q", "")[:LONGEST])
    if not typed:
        return redirect(url_for("transit_seals.stock"))
    return redirect(url_for("transit_seals.seal", serial=typed))


@blueprint.get("/serial/<serial>")
@signed_in(*SEALING)
def seal(serial: str) -> str | tuple[str, int]:
    """Where every seal of this serial was, and in whose hands."""
    wanted = compact(serial[:LONGEST])
    with db.reading() as session:
        found = queries.by_serial(session, wanted, by=current_actor())
        links = queries.events(session, found)
        lists = lists_of(session)
    custody: dict[Any, list[Any]] = {}
    for link in links:
        custody.setdefault(link.seal_id, []).append(link)
    page = render_template("officer/transit/seal.html", serial=wanted, found=found, custody=custody, lists=lists)
    return page if found else (page, 404)


@blueprint.get(f"/<any({_PARTS}):deed>")
@signed_in(*SEALING)
def back(deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the stock."""
    return redirect(url_for("transit_seals.stock", lang=request.args.get("lang")))


@blueprint.post(f"/<any({_PARTS}):deed>")
@signed_in(*APPLYING)
def do(deed: str) -> Response | tuple[str, int]:
    row, actor = DEEDS[deed], current_actor()
    form = Form.submitted(alone(deed, row.schema, row.title), request.form)
    form.values.setdefault(deed, {})["office"] = own_post(APPLYING)
    if not form.validate():
        return _page({deed: form}), 422

    def act(session: Session) -> str:
        row.act(session, form.data[deed], actor)
        return deed

    try:
        once.done(act, by=actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(at_group(refusal, deed))
        return _page({deed: form}), refusal.status
    flash(translate(row.done), "success")
    return redirect(url_for("transit_seals.stock"), 303)


def _page(sent: dict[str, Form] | None = None) -> str:
    actor, asked = current_actor(), request.args
    post = own_post(SEALING)
    status, after = asked.get("status", ""), compact(asked.get("after", "")[:LONGEST])
    states = [each.value for each in Status]
    status = status if status in states else ""
    with db.reading() as session:
        found = queries.stock(session, by=actor, post=post, status=status, after=after, limit=PAGE + 1)
        lists = lists_of(session)
    offered = [deed for deed in DEEDS.values() if actor.grant(deed.roles, post) is not None]
    forms = {
        deed.name: (sent or {}).get(deed.name) or Form(alone(deed.name, deed.schema, deed.title)) for deed in offered
    }
    return render_template(
        "officer/transit/seals.html",
        found=found[:PAGE],
        next=found[PAGE - 1].serial if len(found) > PAGE else None,
        after=after,
        status=status,
        states=states,
        here=post,
        lists=lists,
        deeds=offered,
        forms=forms,
        sent=next(iter((sent or {}).values()), None),
        confirm_url=url_for("security.verify", next=url_for("transit_seals.stock")),
    )
