"""The trader asks that something else be declared."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import NotFound
from app.core.text import Text, _
from app.declarations import queries
from app.declarations.lifecycle import Status
from app.declarations.operations import writable
from app.edge.signin import signed_in
from app.flows.amending import Settled
from app.web.declaring.rewriting import Writing, begun, gone_on
from app.web.trader.desk import ROLE, Desk, blueprint, trader


@blueprint.get("/declarations/<reference>/amendment")
@signed_in(ROLE)
def amendment(reference: str) -> str:
    """The declaration as it is declared now, to be written over."""
    with db.reading() as session:
        writing = _own(session, reference)
        words = queries.body(session, writing.record)
    return begun(writing, words)


@blueprint.post("/declarations/<reference>/amendment")
@signed_in(ROLE)
def ask_to_amend(reference: str) -> Any:
    """Goes on with what is written: another page of items, the differences (action=compare), or the request (send)."""
    with db.reading() as session:
        writing = _own(session, reference)
        before = queries.declared(session, writing.record)
    return gone_on(writing, before, _said)


def _own(session: Session, reference: str) -> Writing:
    record = queries.find(session, reference, by=trader())
    if not writable(Status(record.status), "trader"):
        raise NotFound()
    alone = record.status == "prelodged"
    home = url_for("trader.show", reference=record.reference)
    return Writing(
        desk=Desk.of(session),
        record=record,
        side="trader",
        title=_("Change the declaration") if alone else _("Ask for an amendment"),
        lead=_("Write what shall be declared instead. You see what changes before anything is sent.")
        if alone
        else _(
            "Write what shall be declared instead. You see what changes before anything is sent; then customs decide."
        ),
        send=_("Change it") if alone else _("Send the request"),
        home=home,
        crumbs=[(_("My declarations"), url_for("trader.declarations")), (record.mrn or record.reference, home)],
    )


def _said(done: Settled) -> Text:
    if done.changed:
        return _("The declaration is changed.")
    return _("Your request is with customs. Until they have decided, what was declared holds.")
