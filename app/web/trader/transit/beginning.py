"""Ways to begin a movement: with a few words, as a copy, with the goods of a declaration or of another movement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, NotFound, Refusal
from app.core.text import Text, _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows.movements.beginning import begin_from_declaration, begin_from_movement, copy_movement
from app.transit import operations, schemas
from app.transit.commands import DeleteDraft, SaveDraft
from app.transit.models import Movement
from app.web.trader import going_on
from app.web.trader.editing import post_of
from app.web.trader.transit import drafts
from app.web.trader.transit.form import MovementForm, count_of
from app.web.trader.transit.pages import ROLE, MovementDesk, blueprint, trader
from app.web.typed import whole_number

#: What the first page asks for; everything else is asked section by section.
_FIRST = frozenset({"kind", "local_reference", "post", "additional_type"})
_LONGEST = 40
_COPIED = _(
    "This is a new draft with the words of the earlier movement. Give it its own reference and look at everything."
)
_FROM_GOODS = _(
    "This is a new draft with these goods. Give it its reference, its way and its guarantee, and look at everything."
)

Begin = Callable[..., Movement]
#: What a new movement may be made of, by the word in the form.
_FROM: dict[str, tuple[Begin, Text]] = {
    "declaration": (begin_from_declaration, _FROM_GOODS),
    "movement": (begin_from_movement, _FROM_GOODS),
    "copy": (copy_movement, _COPIED),
}


@blueprint.get("/start")
@signed_in(ROLE)
def start() -> str:
    """How to begin, and the few words a draft begins with."""
    return _start(MovementForm(_blank()))


@blueprint.post("/start")
@signed_in(ROLE)
def begin() -> Response | tuple[str, int]:
    """Keeps a new draft with its first words and leads to its tasks. The same form sent twice is one draft."""
    form = MovementForm.of_section(request.form, _blank(), _FIRST)
    with db.reading() as session:
        desk = MovementDesk.of(session)
    firm = desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["holder"] = desk.declarant(firm)
    words = form.words(_FIRST)

    def act(session: Session) -> str:
        kept = schemas.draft_words(words)
        post = post_of(kept, desk)
        kept["offices"] = {"departure": [post]}
        return operations.save_draft(session, SaveDraft(post, kept), by=desk.actor).reference

    return going_on.begun(form, act, by=desk.actor, page=_start, address=_address)


@blueprint.post("/start/from")
@signed_in(ROLE)
def begin_from() -> Response | tuple[str, int]:
    """A draft with the goods of a declaration or of a movement that arrived, or as a copy of any movement."""
    made_of, reference = request.form.get("of", ""), request.form.get("reference", "").strip()
    if made_of not in _FROM:
        raise NotFound()
    act, said = _FROM[made_of]
    try:
        made = _made(act, _named(reference), trader())
    except Refusal as refusal:
        wrong = refusal.findings[0].message if refusal.findings else refusal.message
        if isinstance(refusal, NotFound):
            wrong = _("No declaration or movement of yours has this number.")
        return _start(MovementForm(_blank()), (made_of, reference[:_LONGEST], wrong)), 422
    flash(translate(said), "info")
    return _to(made)


def _named(reference: str) -> str:
    named = normal(reference).upper() if fault_in(reference) is None else ""
    if not named or len(named) > _LONGEST:
        raise Invalid(findings=[Finding("/reference", "required", _("Write the MRN or the reference."))])
    return named


def _made(act: Begin, reference: str, by: Actor) -> str:
    with db.transaction() as session:
        return act(session, reference, by=by).reference


@blueprint.post("/<reference>/copy")
@signed_in(ROLE)
def copy(reference: str) -> Response:
    """A new draft with what was declared before."""
    return _begun(reference, "copy")


@blueprint.post("/<reference>/onward")
@signed_in(ROLE)
def onward(reference: str) -> Response:
    """A new draft with what arrived."""
    return _begun(reference, "movement")


def _begun(reference: str, made_of: str) -> Response:
    act, said = _FROM[made_of]
    try:
        made = _made(act, reference, trader())
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(translate(refusal.findings[0].message if refusal.findings else refusal.message), "error")
        return _to(reference)
    flash(translate(said), "info")
    return _to(made)


@blueprint.get("/<reference>/delete")
@signed_in(ROLE)
def ask_to_delete(reference: str) -> str | Response:
    """Asks before a draft is thrown away."""
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    return render_template("trader/transit/delete.html", at=at, record=at.record, items=count_of(at.words))


@blueprint.post("/<reference>/delete")
@signed_in(ROLE)
def delete(reference: str) -> Response:
    """Throws a draft away."""
    version = drafts.seen(whole_number(request.form.get("version", "")))
    with db.transaction() as session:
        operations.delete_draft(session, DeleteDraft(reference, version), by=trader())
    flash(translate(_("The draft {reference} is deleted.", reference=reference)), "success")
    return redirect(url_for("trader_transit.movements"), 303)


def _to(reference: str) -> Response:
    return redirect(_address(reference), 303)


def _address(reference: str) -> str:
    return url_for("trader_transit.show", reference=reference)


def _blank() -> dict[str, Any]:
    with db.reading() as session:
        return MovementDesk.of(session).begin_with(request.values.get("firm"))


def _start(form: MovementForm, wrong: tuple[str, str, Text] | None = None) -> str:
    with db.reading() as session:
        desk = MovementDesk.of(session)
    return render_template(
        "trader/transit/start.html",
        form=form,
        desk=desk,
        lists=desk.lists,
        posts=desk.posts(),
        asked=request.args.get("of", ""),
        named=request.args.get("reference", "")[:_LONGEST],
        wrong=wrong,
    )
