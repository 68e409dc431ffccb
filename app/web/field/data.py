"""What the page at the truck asks and sends, in JSON: who is signed in, the orders, the records.

Orders and records take a live sign-in and the device's own key, which the device keeps encrypted and gets at only with
its officer's code: a stolen cookie is not enough, and neither is a stolen device. That the code was typed is the proof
of presence that a decision at a desk wants from the last quarter of an hour.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import ANY_POST, Actor
from app.core.errors import NotSignedIn
from app.edge import limits, signin_kind
from app.edge.errors import answer_refusal
from app.edge.locale import current, translate
from app.edge.signin import current_actor, public, signed_in
from app.field import operations as devices
from app.field import queries, rules
from app.field.commands import Receipt
from app.field.models import FieldDevice
from app.field.operations import TAKING
from app.flows.field import keeping, receiving, taking
from app.reference.queries import codebook
from app.web.field import envelopes

blueprint = Blueprint("field_data", __name__, url_prefix="/field")
#: Lists of codes that forms choose from.
_LISTS = {"controls": "control_type", "units": "unit"}


@blueprint.errorhandler(rules.DeviceLocked)
def _locked_out(refusal: rules.DeviceLocked) -> ResponseReturnValue:
    """Says so, and takes the device's mark from the browser."""
    answer = current_app.make_response(answer_refusal(refusal))
    signin_kind.erase(answer)
    return answer


@blueprint.get("/session")
@public
def session() -> Response:
    """Who is signed in here, and a token for what this page sends. A device that is locked out hears so, whoever asks."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        limits.of_public_page()
    with db.reading() as opened:
        device = _shown(opened)
    if device is not None:
        devices.must_be_open(device)
    if actor is None:
        return jsonify(signed_in=False)
    mine = device is not None and device.person == actor.person
    return jsonify(signed_in=True, name=actor.name, posts=_posts(actor), mine=mine, csrf=generate_csrf())


def _shown(session: Session) -> FieldDevice | None:
    id = envelopes.device_id()
    return None if id is None else session.execute(queries.of_id(id)).scalar_one_or_none()


def _posts(actor: Actor) -> list[str]:
    """Where somebody takes orders along: the node's own post first."""
    held = {grant.post for grant in actor.grants if grant.role in TAKING}
    named = {db.node_post() if post == ANY_POST else post for post in held}
    return sorted(named, key=lambda post: (post != db.node_post(), post))


@blueprint.post("/device")
@signed_in(*TAKING)
def register() -> Response:
    """Makes this telephone or tablet the person's own; its key is told once."""
    actor, command = current_actor(), envelopes.device()
    with db.transaction() as opened:
        made = keeping.register(opened, command, g.sign_in.account, g.sign_in.id, by=actor)
    answer = jsonify(
        device={"id": str(made.device.id), "label": made.device.label, "kind": made.device.kind},
        key=made.key, recovery=base64.b64encode(made.recovery).decode(),
    )  # fmt: skip
    signin_kind.remember(answer, made.device)
    return answer


@blueprint.post("/device/recovery")
@signed_in(*TAKING)
def recovery() -> Response:
    """What opens the store of the person's device again after its code was forgotten; wants a fresh sign-in."""
    actor = current_actor()
    with db.transaction() as opened:
        device = _shown(opened)
        if device is None:
            raise rules.DeviceUnknown()
        secret = devices.recovery(opened, device, by=actor)
    return jsonify(recovery=base64.b64encode(secret).decode())


@blueprint.get("/orders")
@signed_in(*TAKING)
def orders() -> Response:
    """The person's open orders with everything that is needed at the truck."""
    actor = _present()
    with db.transaction() as opened:
        device = devices.own(opened, envelopes.key(), by=actor)
        taken = [_told(order) for order in taking.take_along(opened, device, by=actor)]
        lists = _lists(opened)
    answer = jsonify(orders=taken, lists=lists, csrf=generate_csrf())
    signin_kind.remember(answer, device)
    return answer


@blueprint.post("/records")
@signed_in(*TAKING)
def records() -> Response:
    """One record; sent again it gets the same answer."""
    return _received(envelopes.record())


@blueprint.post("/photos")
@signed_in(*TAKING)
def photos() -> Response:
    """One photo, as a form of two parts: record and photo."""
    return _received(envelopes.record_with_photo())


def _received(sent: envelopes.Sent) -> Response:
    actor = _present()
    with db.transaction() as opened:
        device = devices.own(opened, envelopes.key(), by=actor)
        receipt = receiving.receive(opened, sent.record, device, sent=sent.sent_at, by=actor)
    return jsonify(_answer(receipt))


def _present() -> Actor:
    """Who acts, with the proof that the device's own key is: it is read with the code."""
    if g.sign_in is None:
        raise NotSignedIn()
    return replace(current_actor(), fresh=True, via="field")


def _answer(receipt: Receipt) -> dict[str, Any]:
    """What became of a record, in the reader's language."""
    return {
        "id": str(receipt.id), "sequence": receipt.sequence, "outcome": receipt.outcome, "again": receipt.again,
        "sentences": [translate(sentence) for sentence in receiving.said(receipt.answer)],
        "theirs": receipt.answer.get("theirs"),
    }  # fmt: skip


def _told(order: dict[str, Any]) -> dict[str, Any]:
    """An order with its instruction in the reader's language."""
    instruction = order["instruction"]
    said = instruction.get(current()) or instruction.get("en") or next(iter(instruction.values()), "")
    return {**order, "instruction": said, "profiles": [str(p.get("code", "")) for p in order["profiles"]]}


def _lists(session: Session) -> dict[str, Sequence[dict[str, str]]]:
    book = codebook(session)
    return {name: [{"code": e.code, "name": e.name(current())} for e in book.entries(listed)]
            for name, listed in _LISTS.items()}  # fmt: skip
