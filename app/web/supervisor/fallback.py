"""Clearance on paper: opened by two persons, its numbered forms, and what of them is still to be keyed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.fallback import operations, queries
from app.fallback.commands import OpenFallback, RegisterForm
from app.fallback.schemas import FormSchema, KeyingSchema, OpeningSchema
from app.flows import keying
from app.registers import paperwork
from app.web.form import Form
from app.web.supervisor.pages import blueprint

Answer = Response | tuple[str, int]
Act = Callable[[Session, dict[str, Any]], Text]


@blueprint.get("/fallback")
@signed_in(*queries.SEEING)
def fallback() -> str:
    return _page({})


@blueprint.get("/fallback/<path:_any>")
@signed_in(*queries.SEEING)
def fallback_again(_any: str) -> Response:
    """A refused form's page reloaded, or seen in another language."""
    return redirect(url_for("supervisor.fallback", lang=request.args.get("lang")))


@blueprint.post("/fallback/opening")
@signed_in(*operations.KEYING)
def fallback_opened() -> Answer:
    """Asks a second, senior person to let the post clear on paper."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        command = OpenFallback(given["post"], given["forms"], given["reason"])
        operations.propose_open(session, command, by=actor)
        return _("The proposal waits for a second person.")

    return _deed("opening", OpeningSchema, act)


@blueprint.post("/fallback/<number>/closing")
@signed_in(*operations.KEYING)
def fallback_closed(number: str) -> Answer:
    actor = current_actor()

    def act(session: Session, _given: dict[str, Any]) -> Text:
        operations.close(session, number, by=actor)
        return _("Clearance on paper is closed.")

    return _deed("closing", None, act)


@blueprint.post("/fallback/<number>/forms")
@signed_in(*operations.KEYING)
def fallback_form(number: str) -> Answer:
    """A form that was filled in, or spoiled."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        at = dt.datetime.fromisoformat(given["cleared_at"])
        command = RegisterForm(
            number,
            given["number"],
            at,
            given["plate"] or "",
            given["party"] or "",
            given["goods"] or "",
            given["spoiled"],
        )
        form = operations.register(session, command, by=actor)
        return _("Form {number} is entered.", number=form.number)

    return _deed("form", FormSchema, act, number)


@blueprint.post("/fallback/<number>/forms/<int:form>/declaration")
@signed_in(*operations.KEYING)
def fallback_keyed(number: str, form: int) -> Answer:
    """A form has become a declaration."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any]) -> Text:
        keying.key(session, number, form, given["reference"], by=actor)
        return _("Form {number} is tied to its declaration.", number=form)

    return _deed(f"key-{form}", KeyingSchema, act, number)


def _deed(name: str, schema: type[ma.Schema] | None, act: Act, of: str = "") -> Answer:
    form = Form.submitted(schema, request.form) if schema is not None else None
    if form is not None and not form.validate():
        return _page({(name, of): form}), 422
    try:
        with db.transaction() as session:
            done = act(session, {} if form is None else form.data)
    except (Invalid, WrongState, Forbidden, NotFound) as refusal:
        if form is None:
            raise
        form.refuse(refusal)
        return _page({(name, of): form}), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("supervisor.fallback"), 303)


def _page(sent: dict[tuple[str, str], Form]) -> str:
    actor = current_actor()
    with db.reading() as session:
        at = db.now(session)
        periods = queries.periods(session, by=actor)
        unmatched = queries.unmatched(session, at, by=actor)
        posts = sorted({g.post for g in actor.grants if g.role in queries.SEEING and g.post != "*"} or {db.node_post()})
        shares = [paperwork.share(session, post, at, by=actor) for post in posts]
    return render_template(
        "supervisor/fallback.html",
        periods=periods,
        open=[period for period in periods if period.closed_at is None],
        unmatched=unmatched,
        shares=shares,
        days=paperwork.DAYS,
        opening=sent.get(("opening", "")) or Form(OpeningSchema, {"post": posts[0]}),
        entering={p.number: sent.get(("form", p.number)) or Form(FormSchema) for p in periods[:5]},
        sent=next(iter(sent.values()), None),
        keeps=not actor.roles().isdisjoint(operations.KEYING),
    )
