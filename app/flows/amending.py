"""What is declared changes, or counts no more: asked for, accepted by as many persons as it takes, and what follows.

Pre-lodged, the trader does it alone. While the goods are held, an official accepts or rejects what the trader asks for; what
he wants himself another one does, a senior one if the declaration shall count no more or another value be declared. Once
they are let go, one official proposes or endorses, and another one, senior, approves the proposal (see `approving`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.claims import operations as claims
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, WrongState
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import rules, schemas
from app.declarations.commands import Declared, Invalidate, RequestAmendment, SettleRequest
from app.declarations.differences import Difference
from app.declarations.lifecycle import OPEN, SETTLING, AmendmentStatus, Status
from app.declarations.models import Amendment, Declaration
from app.flows import detaining, holding, lodging, permits, selecting, settling
from app.flows.deciding import DECIDING, LOWER_LANE
from app.inspections import operations as inspections
from app.offences.lifecycle import How
from app.reference.queries import codebook
from app.registers import history
from app.risk import operations as risk

PROPOSED = {"amend": "declaration.amend", "invalidate": "declaration.invalidate"}
#: The kind of proposal by which an official has another value declared while the goods are held.
VALUE = "value.override"


@dataclass(slots=True)
class Settled:
    """What a request came to. `changed`: there is a new content and its duties are posted; `invalidated`: it counts no
    more; neither: it waits (for the `proposal`, if there is one) or is rejected."""

    declaration: Declaration
    amendment: Amendment
    differences: list[Difference] = field(default_factory=list)
    proposal: Proposal | None = None
    changed: bool = False
    invalidated: bool = False


def request(session: Session, command: RequestAmendment, *, by: Actor) -> Settled:
    """Asks that something else be declared; what is pre-lodged is changed at once.

    Raises `Invalid` with pointers into the requested declaration.
    """
    declaration, side, role = _opened(session, command.reference, command.version, by=by)
    declared = schemas.read(command.body)
    setting, at = _setting(session, declaration, declared), now(session)
    body, reason = command.body, command.reason
    wanted, changed = declarations.request_amendment(
        session, declaration, body, declared, reason, setting, at, by=by, side=side, role=role
    )
    done = Settled(declaration, wanted, changed)
    if declarations.stage_of(declaration) == "prelodged":
        _accept(session, done, at, by=by, role=role, declared=declared)
    elif wanted.status == AmendmentStatus.ENDORSED:
        done.proposal = _propose(session, declaration, wanted, by=by, role=role)
    return done


def invalidate(session: Session, command: Invalidate, *, by: Actor) -> Settled:
    """A trader takes back what is pre-lodged, and asks for it later; an official proposes it to a second one."""
    declaration, side, role = _opened(session, command.reference, command.version, by=by)
    at = now(session)
    wanted = declarations.request_invalidation(session, declaration, command.reason, at, by=by, side=side, role=role)
    done = Settled(declaration, wanted)
    if declarations.stage_of(declaration) == "prelodged":
        _accept(session, done, at, by=by, role=role)
    elif wanted.status == AmendmentStatus.ENDORSED:
        done.proposal = _propose(session, declaration, wanted, by=by, role=role)
    return done


def accept(session: Session, command: SettleRequest, *, by: Actor) -> Settled:
    """An official grants what was asked for while the goods are held."""
    done, role = _asked(session, command, by=by)
    _not_proposed(done.amendment)
    _accept(session, done, now(session), by=by, role=role, reason=command.reason)
    return done


def reject(session: Session, command: SettleRequest, *, by: Actor) -> Settled:
    """An official refuses what was asked for; nothing changes."""
    done, role = _asked(session, command, by=by)
    _not_proposed(done.amendment)
    declarations.reject_request(
        session, done.declaration, done.amendment, now(session), by=by, role=role, reason=command.reason
    )
    return done


def endorse(session: Session, command: SettleRequest, *, by: Actor) -> Settled:
    """The first official supports a trader's request after release; the second one is asked by a proposal."""
    done, role = _asked(session, command, by=by)
    declarations.endorse(session, done.declaration, done.amendment, now(session), by=by, role=role)
    done.proposal = _propose(session, done.declaration, done.amendment, by=by, role=role)
    return done


def enact(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved proposal to amend or to invalidate does."""
    wanted = declarations.request_of(session, declaration, proposal.subject, by=by)
    done = Settled(declaration, wanted)
    _accept(session, done, now(session), by=by, role="supervisor", reason=proposal.decided_reason or "")


def decline(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What a rejected or expired proposal does: the request is rejected with it."""
    wanted = session.get_one(Amendment, (declaration.post, proposal.subject), populate_existing=True)
    reason = proposal.decided_reason or "no second person decided in time"
    declarations.reject_request(session, declaration, wanted, now(session), by=by, role="supervisor", reason=reason)


def _opened(session: Session, reference: str, version: int | None, *, by: Actor) -> tuple[Declaration, str, str]:
    """The locked declaration, the side its asker stands on (trader or official), and his role."""
    declaration = holding.locked(session, reference, by=by)
    side, role = side_of(declaration, by=by)
    if side == "trader":
        by.need_scope("write")
        declarations.expect_seen(declaration, version)
    else:
        by.need_scope("decide")
        declarations.expect_version(session, declaration, version)
    return declaration, side, role


def side_of(declaration: Declaration, *, by: Actor) -> tuple[str, str]:
    """Whether somebody acts as the declaration's trader or as an official, and in which role; or `Forbidden`."""
    if declaration.party in by.parties(declaration.post):
        return "trader", "trader"
    return "official", by.need(DECIDING, declaration.post).role


def _asked(session: Session, command: SettleRequest, *, by: Actor) -> tuple[Settled, str]:
    by.need_scope("decide")
    declaration = holding.locked(session, command.reference, by=by, request=command.amendment)
    role = by.need(DECIDING, declaration.post).role
    declarations.expect_version(session, declaration, command.version)
    wanted = declarations.request_of(session, declaration, command.amendment, by=by)
    return Settled(declaration, wanted), role


def _not_proposed(wanted: Amendment) -> None:
    if wanted.status == AmendmentStatus.ENDORSED:
        raise WrongState(
            _("This waits as a proposal for a second official. Approve or reject the proposal."),
            facts={"state": wanted.status},
        )


def _propose(session: Session, declaration: Declaration, wanted: Amendment, *, by: Actor, role: str) -> Proposal:
    payload = {"amendment": str(wanted.id), "from_content": wanted.from_content}
    held_back = wanted.kind == "amend" and wanted.stage == "held"
    kind, reference = VALUE if held_back else PROPOSED[wanted.kind], declaration.reference
    command = approvals.Propose(declaration.post, kind, wanted.id, reference, payload, wanted.reason)
    return approvals.propose(session, command, by=by, role=role)


def _accept(
    session: Session,
    done: Settled,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str = "",
    declared: Declared | None = None,
) -> None:
    declaration, wanted = done.declaration, done.amendment
    if declaration.status in permits.GOING:  # printed for other goods than those declared now
        permits.withdraw(session, declaration, wanted.reason, by=by, role=role)
    if wanted.kind == "invalidate":
        declarations.accept_invalidation(session, declaration, wanted, at, by=by, role=role, reason=reason)
        done.invalidated = True
        inspections.cancel(session, declaration.post, declaration.id, wanted.reason, by=by)
        approvals.overtake(session, declaration.post, declaration.id, kinds=(LOWER_LANE,), by=by)
        claims.decided(session, declaration.id, post=declaration.post, by=by)
        settling.annul(session, declaration, wanted.reason, at, by=by)
        detaining.ended(session, declaration, How.INVALIDATION, at, by=by, role=role)
        return
    risk.prepare(session, declaration.post, by=SYSTEM)
    words = declared or schemas.read(wanted.body)
    setting = _setting(session, declaration, words)
    declarations.accept_amendment(session, declaration, wanted, words, setting, at, by=by, role=role, reason=reason)
    done.changed = True
    calculated = settling.reassess(session, declaration, at, by=by)
    _look_again(session, declaration, words, [*rules.blocking(rules.check(setting)), *calculated.blocking], at)
    settling.settle(session, declaration, at, by=by)


def _setting(session: Session, declaration: Declaration, declared: Declared) -> rules.Setting:
    """What the rules see: the codes of the day of lodging, and what the post knows of other declarations."""
    codes = codebook(session)
    day = codes.day_at(declaration.post, declaration.lodged_at or now(session))
    known = history.of(session, declared, codes, apart=declaration.id)
    early = declaration.status == Status.PRELODGED
    return rules.Setting(declared, codes, day, lodging.own_posts(codes), prelodged=early, history=known)


def _look_again(
    session: Session, declaration: Declaration, declared: Declared, blocking: list[Finding], at: dt.datetime
) -> None:
    """What waits for a decision or for the money is assessed as it is declared now."""
    if declaration.status not in {s.value for s in (*OPEN, *SETTLING)}:
        return
    known = selecting.known(
        session,
        declared,
        codebook(session),
        at,
        stage="amended",
        id=declaration.id,
        blocking=blocking,
        lodged=declaration,
        by=SYSTEM,
    )
    selecting.look_again(session, declaration, known, at, by=SYSTEM)
