"""Ceilings of lanes: how many of a post's consignments shall be in one at most. A code list, written by form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.flows import code_lists
from app.reference import difference, sheets
from app.reference.codebook import Codebook, Entry
from app.reference.queries import codebook
from app.risk.operations.noting import SEEING
from app.risk.rules import Lane

LIST = "risk_ceiling"
ANY = "any"
#: Lanes that cost somebody work.
LANES = (Lane.BLUE, Lane.YELLOW, Lane.RED)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SetCeiling:
    """From a day on, at most `share` per cent of the post's consignments ("any" for all posts that have none of their own)
    shall be in the lane; 0 for no ceiling."""

    post: str
    lane: str
    share: Decimal
    valid_from: dt.date
    source: str
    reason: str


def propose(session: Session, command: SetCeiling, *, by: Actor) -> Proposal:
    """Asks a supervisor to set a ceiling. Raises `Invalid` with findings at the command's fields."""
    by.need(code_lists.proposing(LIST), node_post())
    codes = codebook(session)
    found = list(_wrong(codes, command, codes.day_at(node_post(), now(session))))
    if found:
        raise Invalid(findings=found)
    code = f"{command.post}.{command.lane}"
    like = codes.find(LIST, code, command.valid_from) or codes.find(LIST, f"{ANY}.{command.lane}", command.valid_from)
    entry = Entry(
        LIST,
        code,
        valid_from=command.valid_from,
        valid_to=None,
        names=dict(like.names) if like else {"en": f"Ceiling of {command.lane}"},
        attributes={"share": format(command.share, "f")},
        source=command.source,
        verified=True,
    )
    return code_lists.propose(session, LIST, sheets.written(LIST, [entry]).encode(), command.reason, by=by)


def waiting(session: Session, codes: Codebook, *, by: Actor) -> tuple[Proposal, list[Entry]] | None:
    """The proposal about ceilings that waits for a supervisor, with the rows it would make; whoever sees risk data may
    know."""
    by.need(SEEING, node_post())
    identifier = code_lists.waiting_for(session, LIST)
    if identifier is None:
        return None
    proposal = session.execute(select(Proposal).where(Proposal.id == identifier)).scalar_one()
    return proposal, [change.now for change in difference.of_payload(proposal.payload, codes).changes]


def _wrong(codes: Codebook, command: SetCeiling, today: dt.date) -> Iterator[Finding]:
    post = codes.post(command.post)
    if command.post != ANY and (post is None or post.country != node_post()[:2]):
        yield Finding("/post", "ceiling.post", _("Choose a post of this administration, or all posts."))
    if command.lane not in LANES:
        yield Finding("/lane", "ceiling.lane", _("Choose blue, yellow or red: what is green costs nobody work."))
    sane = command.share.is_finite() and 0 <= command.share <= 100
    if not sane or command.share != command.share.quantize(_CENT):
        message = _("Write a share from 0 to 100 per cent, with at most two decimals; 0 for no ceiling.")
        yield Finding("/share", "ceiling.share", message)
    if command.valid_from < today:
        yield Finding("/valid_from", "ceiling.past", _("A ceiling begins today or later."))
    if not command.source:
        yield Finding("/source", "ceiling.source", _("Name the order that sets it."))
