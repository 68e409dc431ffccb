"""Telephones and tablets from the desk: whose they are, lock one out, settle what could not be applied."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import Text, _
from app.edge import signin_kind
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.field import operations as devices
from app.field import queries
from app.field.commands import Settle
from app.field.operations import SETTLING, TAKING
from app.field.queries import KEEPING
from app.flows.field import keeping, settling
from app.web import reasons
from app.web.field.shown import sides

blueprint = Blueprint("field_desk", __name__, url_prefix="/devices")

SEEING = tuple(dict.fromkeys((*TAKING, *KEEPING)))


@blueprint.get("", endpoint="devices")
@signed_in(*SEEING)
def listed() -> str:
    """One's own devices, and those of the posts one keeps."""
    return _devices()


def _devices(refusal: Refusal | None = None, of: UUID | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.devices(session, by=actor)
        waiting = len(queries.conflicts(session, queries.settled_posts(actor)))
    return render_template(
        "field/devices.html", devices=found, keeps=queries.kept_posts(actor), waiting=waiting, refusal=refusal,
        refused=of, reason=reason, settles=bool(queries.settled_posts(actor)),
    )  # fmt: skip


@blueprint.get("/<uuid:device>/<any(lock, release):deed>")
@signed_in(*SEEING)
def again(device: UUID, deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("field_desk.devices", lang=request.args.get("lang")))


@blueprint.post("/<uuid:device>/lock")
@signed_in(*SEEING)
def lock(device: UUID) -> Response:
    """The device was lost or stolen."""
    actor, reason = current_actor(), reasons.typed()
    said = _("The device is locked out. It is told nothing more, and its orders go at its next contact.")
    mine = _is_here(device)
    answer = make_response(
        _deed(device, reason, said, lambda session: keeping.lock_out(session, device, reason, by=actor))
    )
    if mine and answer.status_code == HTTPStatus.SEE_OTHER:
        signin_kind.erase(answer)
    return answer


def _is_here(device: UUID) -> bool:
    """Whether the device is the one that asks."""
    with db.reading() as session:
        shown = signin_kind.shown(session)
    return shown is not None and shown.id == device


@blueprint.post("/<uuid:device>/release")
@signed_in(*KEEPING)
def release(device: UUID) -> Response | tuple[str, int]:
    """The device was found again."""
    actor, reason = current_actor(), reasons.typed()
    said = _("The device works again. What it recorded while it was locked out waits below for a supervisor.")
    return _deed(device, reason, said, lambda session: devices.release(session, device, reason, by=actor))


def _deed(device: UUID, reason: str, said: Text, act: Callable[[Session], object]) -> Response | tuple[str, int]:
    try:
        with db.transaction() as session:
            act(session)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _devices(refusal, device, reason), refusal.status
    flash(translate(said), "success")
    return redirect(url_for("field_desk.devices"), 303)


# --- Conflicts ------------------------------------------------------------------------------------------------------------


@blueprint.get("/conflicts")
@signed_in(*SETTLING)
def conflicts() -> str:
    return _conflicts()


def _conflicts(refusal: Refusal | None = None, of: UUID | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        posts = queries.settled_posts(actor)
        waiting = [sides(found) for found in queries.conflicts(session, posts)]
        ended = [sides(found) for found in queries.conflicts(session, posts, waiting=False)[:20]]
    return render_template(
        "field/conflicts.html", waiting=waiting, ended=ended, refusal=refusal, refused=of, reason=reason,
        confirm_url=url_for("security.verify", next=url_for("field_desk.conflicts")),
    )  # fmt: skip


@blueprint.get("/conflicts/<uuid:record>")
@signed_in(*SETTLING)
def conflict_again(record: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("field_desk.conflicts", lang=request.args.get("lang")))


@blueprint.get("/conflicts/<uuid:record>/photo")
@signed_in(*SETTLING)
def conflict_photo(record: UUID) -> Response:
    """The picture of a photo that could not be applied, to be saved."""
    with db.reading() as session:
        opened = settling.opened_photo(session, record, by=current_actor())
    return Response(opened.content, headers=opened.headers)


@blueprint.post("/conflicts/<uuid:record>")
@signed_in(*SETTLING)
def settled(record: UUID) -> Response | tuple[str, int]:
    """Adds it late or sets it aside, by the button that was pressed."""
    actor, reason = current_actor(), reasons.typed()
    verdict = request.form.get("verdict", "")
    try:
        with db.transaction() as session:
            settling.settle(session, record, Settle(verdict, reason), by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _conflicts(refusal, record, reason), refusal.status
    flash(translate(_("It is added late.") if verdict == "late" else _("It is set aside.")), "success")
    return redirect(url_for("field_desk.conflicts"), 303)
