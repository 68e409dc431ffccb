"""The roster of a post, week by week, and its shifts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Refusal
from app.core.text import _
from app.duty import operations, queries, schemas
from app.duty.commands import CancelShift
from app.duty.models import Shift
from app.duty.operations import KEEPING
from app.duty.queries import ROSTERED
from app.duty.schemas import ShiftSchema
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.reference.queries import codebook
from app.web import once, reasons
from app.web.duty import pages
from app.web.duty.pages import blueprint
from app.web.form import Form

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Piece:
    """A shift as it stands in one day of the table, in the post's own time; `goes_on` past midnight, `came_over` from the
    day before."""

    shift: Shift
    starts: dt.time
    ends: dt.time
    came_over: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A person's week: the pieces of each of the seven days."""

    name: str
    days: tuple[tuple[Piece, ...], ...]


@blueprint.get("")
@signed_in(*ROSTERED)
def week() -> str:
    """Who is on duty at a post in a week."""
    actor = current_actor()
    with db.reading() as session:
        here = pages.place(session, actor)
        now = db.now(session)
        monday = _monday(request.args.get("day", ""), now.astimezone(here.zone).date())
        since, until = _midnight(monday, here.zone), _midnight(monday + WEEK, here.zone)
        shifts = queries.shifts(session, here.post, since, until)
        struck = queries.struck(session, here.post, since, until) if here.sees_people else []
        on_now = queries.on_duty(session, here.post, now)
    days = [monday + dt.timedelta(days=n) for n in range(7)]
    return render_template(
        "duty/week.html", here=here, monday=monday, days=days, today=now.astimezone(here.zone).date(),
        lines=_lines(shifts, days, here.zone), shifts=shifts, struck=struck, on_now=on_now, week=WEEK,
    )  # fmt: skip


@blueprint.get("/shifts/new")
@signed_in(*KEEPING)
def new_shift() -> str:
    """Asks for a shift."""
    day = request.args.get("day", "")[:10]
    values = {"agency": "customs"}
    if day:
        values |= {"starts_at": f"{day} 08:00", "ends_at": f"{day} 20:00"}
    return _asking(Form(ShiftSchema, values))


@blueprint.post("/shifts/new")
@signed_in(*KEEPING)
def planned_shift() -> Any:
    """Writes a shift."""
    form, actor = Form.submitted(ShiftSchema, request.form), current_actor()
    if not form.validate():
        return _asking(form), 422
    with db.reading() as session:
        here = pages.place(session, actor)
    try:
        command = schemas.planned(form.data, here.post)
        once.done(lambda s: str(operations.plan(s, command, by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _asking(form), refusal.status
    flash(translate(_("The shift stands on the roster.")), "success")
    return _to_week(here.post, command.starts_at, here.zone)


@blueprint.get("/shifts/<uuid:identifier>")
@signed_in(*KEEPING)
def shift(identifier: UUID) -> str:
    """A shift to be changed or cancelled."""
    with db.reading() as session:
        found = queries.shift(session, identifier, by=current_actor())
        zone = _zone(session, found)
    values = {
        "starts_at": found.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "ends_at": found.ends_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "agency": found.agency, "place": found.place, "lane": found.lane,
    }  # fmt: skip
    return _one(found, Form(ShiftSchema, values))


@blueprint.post("/shifts/<uuid:identifier>")
@signed_in(*KEEPING)
def changed_shift(identifier: UUID) -> Any:
    """Puts another shift in its place."""
    form, actor = Form.submitted(ShiftSchema, request.form), current_actor()
    with db.reading() as session:
        found = queries.shift(session, identifier, by=actor)
        zone = _zone(session, found)
    if not form.validate():
        return _one(found, form), 422
    command = schemas.changed(form.data, identifier)
    try:
        once.done(lambda s: str(operations.change(s, command, by=actor).id), by=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _one(found, form), refusal.status
    flash(translate(_("The shift is changed. What stood there stays on record.")), "success")
    return _to_week(found.post, command.starts_at, zone)


@blueprint.get("/shifts/<uuid:identifier>/cancelling")
@signed_in(*KEEPING)
def shift_again(identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the shift."""
    return redirect(url_for("duty.shift", identifier=identifier, lang=request.args.get("lang")))


@blueprint.post("/shifts/<uuid:identifier>/cancelling")
@signed_in(*KEEPING)
def cancelled_shift(identifier: UUID) -> Any:
    """Takes a shift off the roster."""
    actor, reason = current_actor(), ""
    with db.reading() as session:
        found = queries.shift(session, identifier, by=actor)
        zone = _zone(session, found)
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            operations.cancel(session, CancelShift(identifier, reason), by=actor)
    except Refusal as refusal:
        return _one(found, Form(ShiftSchema, {"agency": found.agency}), refusal, reason), refusal.status
    flash(translate(_("The shift is cancelled.")), "success")
    return _to_week(found.post, found.starts_at, zone)


def _asking(form: Form) -> str:
    with db.reading() as session:
        here = pages.place(session, current_actor())
        people = pages.person_choices(session, here.post)
    return render_template("duty/shift_new.html", form=form, here=here, people=people)


def _one(found: Shift, form: Form, refusal: Refusal | None = None, reason: str = "") -> str:
    with db.reading() as session:
        may = current_actor().grant(KEEPING, found.post) is not None
        over = found.ends_at <= db.now(session) or found.ended_at is not None
    return render_template(
        "duty/shift.html", shift=found, form=form, refusal=refusal, reason=reason, may=may and not over, over=over
    )


def _zone(session: Session, found: Shift) -> ZoneInfo:
    known = codebook(session).post(found.post)
    return ZoneInfo(known.time_zone if known else "UTC")


def _to_week(post: str, at: dt.datetime, zone: ZoneInfo) -> Response:
    day = at.astimezone(zone).date()
    return redirect(url_for("duty.week", post=post, day=day.isoformat()), 303)


def _monday(typed: str, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(typed[:10]) if typed else today
    except ValueError:
        day = today
    day = day if 1990 <= day.year < 2199 else today
    return day - dt.timedelta(days=day.weekday())


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _lines(shifts: Iterable[Shift], days: list[dt.date], zone: ZoneInfo) -> list[Line]:
    people: dict[UUID, tuple[str, list[list[Piece]]]] = {}
    for one in shifts:
        _name, cells = people.setdefault(one.person, (one.name, [[] for _day in days]))
        start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        for n, day in enumerate(days):
            first, last = (
                dt.datetime.combine(day, dt.time(), zone),
                dt.datetime.combine(day + dt.timedelta(1), dt.time(), zone),
            )
            if start < last and end > first:
                cells[n].append(Piece(one, max(start, first).time(), min(end, last).time(), start < first, end > last))
    ordered = sorted(people.values(), key=lambda found: found[0].casefold())
    return [Line(name, tuple(tuple(cell) for cell in cells)) for name, cells in ordered]
