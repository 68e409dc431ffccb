"""Trusted traders: what the system knows of a firm is looked up, two persons decide, and time and findings undo it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.text import normal
from app.parties import queries as parties
from app.registers import trust
from app.risk.commands import ProposeTrusted
from app.risk.models import TrustedTrader
from app.risk.operations import trusting
from app.risk.operations.noting import ANALYSING
from app.risk.queries import trusted


def figures(session: Session, party: str, *, by: Actor) -> dict[str, int]:
    """What the system knows of a firm, for the analyst who is about to propose it: see `registers.trust.figures`."""
    by.need(ANALYSING, node_post())
    return trust.figures(session, normal(party), now(session))


def propose(session: Session, command: ProposeTrusted, *, by: Actor) -> Proposal:
    """An analyst proposes that a firm be trusted. Raises `Invalid` with a finding for everything that is missing or not
    met."""
    by.need(ANALYSING, node_post())
    party = normal(command.party)
    known = parties.find(session, party) is not None
    given = ProposeTrusted(party, command.evidence, command.valid_to, command.reason, command.posts)
    return trusting.propose(session, given, trust.figures(session, party, now(session)), known=known, by=by)


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> TrustedTrader:
    """What an approved proposal does; what the system knows is looked up once more."""
    figures_now = trust.figures(session, str(proposal.payload["party"]), now(session))
    return trusting.approve(session, proposal, figures_now, by=by)


def review(session: Session, *, by: Actor) -> int:
    """What time does: a finding after the approval suspends, a last day that is over ends, and so does a row that was
    altered behind the application's back. For `flask work`; gives how many it was."""
    at = now(session)
    rows = trusted.in_force(session)
    wrong = {row.id for row in trusted.altered(session, rows)}
    found = trust.found_since(session, {row.party: row.approved_at for row in rows}, at)
    done = 0
    for row in rows:
        if row.id in wrong:
            trusting.distrust(session, row, by=by)
        elif row.valid_to < at.date():
            trusting.expire(session, row, by=by)
        elif row.party in found:
            day = found[row.party].date().isoformat()
            trusting.suspend_for(session, row, f"something was found on {day}", by=by)
        else:
            continue
        done += 1
    return done
