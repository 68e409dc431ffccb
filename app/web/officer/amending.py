"""An official writes what shall be declared instead, on the trader's form; another official has the last word.

While the goods are held, one who did not ask accepts it; once they are let go it is a proposal, and a supervisor approves.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import WrongState
from app.core.text import Text, _
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.lifecycle import LET_GO, Status
from app.edge.signin import current_actor, signed_in
from app.flows.amending import Settled
from app.flows.deciding import DECIDING
from app.web.declaring.rewriting import Writer, Writing, begun, gone_on
from app.web.lists import lists_of
from app.web.officer.pages import blueprint


@blueprint.get("/declarations/<reference>/amendment")
@signed_in(*DECIDING)
def amendment(reference: str) -> str:
    """What is declared now, to be written over."""
    with db.reading() as session:
        writing = _writing(session, reference)
        words = queries.body(session, writing.record)
    return begun(writing, words)


@blueprint.post("/declarations/<reference>/amendment")
@signed_in(*DECIDING)
def ask_to_amend(reference: str) -> Any:
    """Another page of items, what would change (action=compare), or the request itself (send)."""
    with db.reading() as session:
        writing = _writing(session, reference)
        before = queries.declared(session, writing.record)
    return gone_on(writing, before, _said)


def _writing(session: Session, reference: str) -> Writing:
    actor = current_actor()
    record = queries.find(session, reference, by=actor)
    actor.need(DECIDING, record.post)
    status = Status(record.status)
    if not declarations.writable(status, "official"):
        declarations.stage_of(record)
        raise WrongState(_("What is lodged in advance is changed by its trader alone."), facts={"state": record.status})
    gone = status in LET_GO
    home = url_for("officer.file", reference=record.reference, _anchor="requests")
    return Writing(
        desk=Writer(actor, lists_of(session), []),
        record=record,
        side="official",
        title=_("Amend the declaration"),
        lead=_(
            "Write what shall be declared instead. The goods are let go: it holds once a supervisor has approved it."
        )
        if gone
        else _("Write what shall be declared instead. It holds once another official has accepted it."),
        send=_("Propose the amendment") if gone else _("Ask another official"),
        home=home,
        crumbs=[(_("Worklist"), url_for("officer.worklist")), (record.reference, home)],
        confirm=url_for("security.verify", next=home),
    )


def _said(done: Settled) -> Text:
    if done.proposal is not None:
        return _("The proposal waits for a second person.")
    return _("Another official must accept this amendment. Until then, what was declared holds.")
