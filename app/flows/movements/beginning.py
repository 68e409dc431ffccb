"""Ways to begin a movement: with the goods of a declaration, with those another movement brought, as a copy."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.text import Text, _
from app.declarations import queries as declarations
from app.declarations.lifecycle import Status as DeclarationStatus
from app.declarations.models import Declaration
from app.flows.lodging import own_posts
from app.flows.movements.wording import Difference, copied, from_declaration, onward
from app.reference.queries import codebook
from app.transit import operations as transit
from app.transit import queries, rules
from app.transit.commands import SaveDraft
from app.transit.lifecycle import AT_DESTINATION, IncidentOutcome, Kind, Status
from app.transit.models import Movement

#: Nothing travels on what was turned away or is no more.
_NO_GOODS = frozenset(
    {
        DeclarationStatus.REJECTED,
        DeclarationStatus.INVALIDATED,
        DeclarationStatus.REFUSED,
        DeclarationStatus.SEIZED,
        DeclarationStatus.RETURNED,
        DeclarationStatus.DESTROYED,
    }
)


def begin_from_declaration(
    session: Session, reference: str, kind: str | None = None, post: str | None = None, *, by: Actor
) -> Movement:
    """A draft of a movement with the goods of a lodged declaration of one's own firm; its MRN is the previous document.

    `kind` is national, international or tir, by default what the offices say; `post` the office of departure, by
    default that of the declaration. Raises `NotFound` for the declaration of another firm, `WrongState` for one that
    is not lodged or whose goods do not travel.
    """
    by.need_scope("write")
    declaration = declarations.find(session, reference, by=by)
    by.need(("trader",), declaration.post)
    if declaration.party not in by.parties(declaration.post):
        raise NotFound()
    post = _departure(session, kind, post or declaration.post)
    if declaration.mrn is None:
        raise _barred(
            "begin.not-lodged", _("This declaration is not lodged, and a movement names its MRN. Lodge it first.")
        )
    if declaration.status in _NO_GOODS:
        raise _barred("begin.no-goods", _("No goods travel on this declaration any more. Begin a new movement."))
    said = declarations.body(session, declaration)
    codes = codebook(session)
    types = codes.choices("transport_document_type", codes.day_at(post, now(session)), "en")
    holder = _holder(said, declaration)
    body = from_declaration(said, declaration.mrn, holder, kind, post, {code for code, _name in types})
    return transit.save_draft(session, SaveDraft(post, body, party=declaration.party), by=by)


def _holder(said: dict[str, Any], declaration: Declaration) -> dict[str, Any]:
    """The principal where he is the firm that declared; else the declarant."""
    principal = said.get("principal") or {}
    holder: dict[str, Any] = principal if principal.get("id") == declaration.party else said["declarant"]
    return holder


def begin_from_movement(
    session: Session, reference: str, kind: str | None = None, post: str | None = None, *, by: Actor
) -> Movement:
    """A draft of an onward movement with what arrived with an earlier one of one's own firm; its MRN is the previous
    document.

    Goods that were found missing are left out, what was found otherwise stands as found, and the vehicle is the one
    the goods came on. `post` is by default the office they arrived at. Raises `NotFound` for the movement of another
    firm, `WrongState` while nothing has arrived.
    """
    movement = _own(session, reference, by=by)
    arrivals = queries.arrivals(session, movement)
    if movement.mrn is None or not arrivals or Status(movement.status) not in (*AT_DESTINATION, Status.DISCHARGED):
        raise _barred(
            "begin.not-arrived", _("These goods have not arrived. Begin the onward movement when they are there.")
        )
    post = _departure(session, kind, post or arrivals[-1].office)
    differences = [
        Difference(row.item, row.field, row.found)
        for row in queries.discrepancies(session, movement)
        if row.item is not None
    ]
    said = queries.declared(session, movement).body()
    body = onward(said, movement.mrn, kind, post, differences, _means(session, movement))
    if not body["house_consignments"]:
        raise _barred("begin.no-goods", _("Nothing of these goods was found at the destination."))
    return transit.save_draft(session, SaveDraft(post, body, party=movement.party), by=by)


def _means(session: Session, movement: Movement) -> dict[str, Any]:
    """Vehicle, trailer and container as they were changed on the way with an officer's consent."""
    changed: dict[str, Any] = {}
    for row in queries.incidents(session, movement):
        if row.outcome == IncidentOutcome.ENDORSED and row.means:
            changed.update({name: value for name, value in row.means.items() if value})
    return changed


def copy_movement(session: Session, reference: str, *, by: Actor) -> Movement:
    """A draft with the words of an earlier movement (or draft) of one's own firm, whatever its state; without its
    numbers, seals and dates."""
    movement = _own(session, reference, by=by)
    drafted = movement.status == Status.DRAFT.value
    said = queries.draft(session, movement).body if drafted else queries.declared(session, movement).body()
    return transit.save_draft(session, SaveDraft(movement.post, copied(said), party=movement.party), by=by)


def _own(session: Session, reference: str, *, by: Actor) -> Movement:
    by.need_scope("write")
    movement = queries.find(session, reference, by=by)
    by.need(("trader",), movement.post)
    if movement.party not in by.parties(movement.post):
        raise NotFound()
    return movement


def _departure(session: Session, kind: str | None, post: str) -> str:
    """The office, if a movement can begin there; raises `Invalid` for an office or a kind that there is not."""
    found = []
    if kind is not None and kind not in tuple(Kind):
        message = _("Choose national, international or tir.")
        found.append(Finding("/kind", "movement.kind", message))
    posts = own_posts(codebook(session))
    if post not in posts:
        found.append(rules.unknown_post(post, posts))
    if found:
        raise Invalid(findings=found)
    return post


def _barred(rule: str, message: Text) -> WrongState:
    return WrongState(message, findings=[Finding("", rule, message)])
