"""A trader is trusted by two persons, for a time; one is enough to suspend him, and a finding does it by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal, outbox
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Forbidden, Invalid, WrongState, pointer
from app.core.ids import uuid7
from app.core.text import _, excerpt, normal
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.risk.commands import ProposeTrusted
from app.risk.lifecycle import TrustAction, TrustStatus
from app.risk.models import TrustedTrader
from app.risk.models.trusted import LONGEST_YEARS
from app.risk.operations.noting import ANALYSING, APPROVING, said
from app.risk.queries import trusted as queries
from app.risk.rules import trust

#: The kind of proposal by which a trader becomes trusted.
TRUSTED = "risk.trusted"
_SUBJECTS = UUID("4a1d3a52-2f5f-4b1c-9d55-6c2b6c8c2f11")
TAMPERING = "risk.tampering-found"
ALTERED = "altered behind the application's back"


def criteria(codes: Codebook, day: dt.date) -> list[trust.Criterion]:
    """The criteria that hold on a day."""
    return trust.criteria_of(codes.entries("trusted_criterion", day))


def subject_of(party: str) -> UUID:
    """The same for every proposal about a firm, so that one waits at a time."""
    return uuid5(_SUBJECTS, party)


def propose(
    session: Session, command: ProposeTrusted, figures: Mapping[str, int], *, known: bool, by: Actor
) -> Proposal:
    """Puts a firm before a second person. `figures` are what the system found of it (see `rules.trust`), `known` whether it
    is in the register of firms.

    Raises `Invalid` with a finding for each criterion that is not met or not shown, for a missing or far end, for posts and
    firms there are not.
    """
    by.need_scope("decide")
    role = by.need(ANALYSING, node_post()).role
    reason = said(command.reason)
    codes, day = codebook(session), now(session).date()
    kept, found = trust.weigh(criteria(codes, day), command.evidence, figures)
    found = [*_wrong_party(command, known), *_wrong_posts(codes, command.posts), *found]
    found += trust.wrong_end(command.valid_to, day, LONGEST_YEARS)
    if found or command.valid_to is None:
        raise Invalid(findings=found)
    payload = {
        "party": command.party,
        "posts": sorted(set(command.posts)),
        "criteria": kept,
        "valid_to": command.valid_to.isoformat(),
    }
    wish = approvals.Propose(node_post(), TRUSTED, subject_of(command.party), command.party[:35], payload, reason)
    return approvals.propose(session, wish, by=by, role=role)


def _wrong_party(command: ProposeTrusted, known: bool) -> list[Finding]:
    if known:
        return []
    message = _("There is no firm “{party}” in the register. Write its number as it declares.",
                party=excerpt(normal(command.party), 40))  # fmt: skip
    return [Finding("/party", "trusted.party", message)]


def _wrong_posts(codes: Codebook, posts: Sequence[str]) -> list[Finding]:
    own = {p.code for p in codes.posts() if p.country == node_post()[:2]}
    message = _("Choose posts of this administration.")
    return [Finding(pointer("posts", n), "trusted.post", message) for n, post in enumerate(posts) if post not in own]


def approve(session: Session, proposal: Proposal, figures: Mapping[str, int], *, by: Actor) -> TrustedTrader:
    """The second person says yes; the criteria are asked once more, by the list and the figures of this day. What he was
    trusted by until now ends."""
    role = by.need(APPROVING, proposal.post).role
    if by.person == proposal.proposed_by:
        raise Forbidden(_("You proposed this yourself. Another person must decide it."))
    words, at = proposal.payload, now(session)
    shown = {c["code"]: c["evidence"] for c in words["criteria"] if not c["computed"]}
    kept, found = trust.weigh(criteria(codebook(session), at.date()), shown, figures)
    valid_to = dt.date.fromisoformat(words["valid_to"])
    found += trust.wrong_end(valid_to, at.date(), LONGEST_YEARS)
    if found:
        raise WrongState(
            _("The criteria are not met as they were when it was proposed. Reject it; it is proposed again."),
            findings=found,
        )
    before = queries.held(session, words["party"])
    if before is not None:
        _end(session, before, "replaced by a new approval", by=by, role=role)
    made = TrustedTrader(
        id=uuid7(),
        party=words["party"],
        status=TrustStatus.IN_FORCE.value,
        posts=list(words["posts"]),
        criteria=kept,
        valid_to=valid_to,
        reason=proposal.reason,
        made_by=proposal.proposed_by,
        made_name=proposal.proposed_name,
        made_at=proposal.proposed_at,
        approved_by=by.person,
        approved_name=by.name,
        approved_at=at,
    )
    session.add(made)
    session.flush()
    words = queries.content(made)
    _told(session, made, queries.APPROVED, proposal.reason, role, by=by, content=words, digest=queries.digest(made))
    return made


def suspend(session: Session, id: UUID, reason: str, *, by: Actor) -> TrustedTrader:
    """One person takes the trust away; only two give it again, by a new proposal."""
    by.need_scope("decide")
    role = by.need(APPROVING, node_post()).role
    trader = queries.find(session, id, by=by, lock=True)
    suspend_for(session, trader, said(reason), by=by, role=role)
    return trader


def suspend_for(session: Session, trader: TrustedTrader, reason: str, *, by: Actor, role: str = "system") -> None:
    """Takes the trust away from a locked row, whoever found that it must be."""
    at = now(session)  # asked first: a query would flush the row half written
    trader.move(TrustAction.SUSPEND)
    trader.suspended_by, trader.suspended_name, trader.suspended_at = by.person, by.name, at
    trader.suspended_reason = reason
    session.flush()
    _told(session, trader, queries.SUSPENDED, reason, role, by=by)
    _tell(session, trader, "risk.trusted-suspended")


def end(session: Session, id: UUID, reason: str, *, by: Actor) -> TrustedTrader:
    """Takes him off the list for good."""
    by.need_scope("decide")
    role = by.need(APPROVING, node_post()).role
    trader = queries.find(session, id, by=by, lock=True)
    _end(session, trader, said(reason), by=by, role=role)
    return trader


def expire(session: Session, trader: TrustedTrader, *, by: Actor) -> None:
    """His last day is over."""
    _end(session, trader, "its last day is over", by=by, role="system")
    _tell(session, trader, "risk.trusted-expired")


def distrust(session: Session, trader: TrustedTrader, *, by: Actor) -> None:
    """The row does not say what two persons approved: it was not used, and it ends."""
    journal.record(
        session, by=by, event=TAMPERING, kind=queries.KIND, subject=str(trader.id), post=node_post(),
        after={"what": "trusted", "party": trader.party, "found": queries.digest(trader)}, role="system",
    )  # fmt: skip
    _end(session, trader, ALTERED, by=by, role="system")


def _end(session: Session, trader: TrustedTrader, reason: str, *, by: Actor, role: str) -> None:
    at = now(session)
    trader.move(TrustAction.END)
    trader.ended_by, trader.ended_name, trader.ended_at = by.person, by.name, at
    trader.ended_reason = reason
    session.flush()
    _told(session, trader, queries.ENDED, reason, role, by=by)


def _tell(session: Session, trader: TrustedTrader, topic: str) -> None:
    """Whoever works with trusted traders is told what the system did by itself."""
    payload = {"party": trader.party, "status": trader.status}
    outbox.put(session, post=node_post(), topic=topic, subject=trader.id, payload=payload, at=now(session))


def _told(
    session: Session, trader: TrustedTrader, event: str, reason: str, role: str, *, by: Actor, **after: Any
) -> None:
    journal.record(
        session,
        by=by,
        event=event,
        kind=queries.KIND,
        subject=str(trader.id),
        post=node_post(),
        after={"party": trader.party, "status": trader.status, **after},
        reason=reason,
        role=role,
    )
