"""An officer decides; where it counts, a second person does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.claims import operations as claims
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.text import Text, _, excerpt
from app.declarations import operations as declarations
from app.declarations import queries, rules
from app.declarations.commands import Decide
from app.declarations.lifecycle import FREEING, LIFE, OPEN, SETTLING, Action, Status
from app.declarations.models import Declaration
from app.flows import detaining, holding, lodging, permits, settling, waiving, watching
from app.flows.ordering import Why, look
from app.flows.selecting import LOOKED_AT
from app.inspections import operations as inspections
from app.inspections import queries as inspected
from app.inspections.queries import Doubt
from app.offences.commands import Detain
from app.offences.lifecycle import How
from app.reference.queries import codebook
from app.risk.rules import Lane, is_lower

DECIDING = ("officer", "supervisor")
SENIOR = ("supervisor",)
LOWER_LANE = "lane.lower"
#: After these the goods do not enter: what was owed for that is owed no more.
ENDING = ("refuse", "seize", "return")


def decide(session: Session, command: Decide, *, by: Actor, term: Detain | None = None) -> Declaration:
    """Release, hold, refuse, seize or return. Two at once: the row lock lets one be first, the version tells the
    other. Who concluded the inspection of red goods does nothing here but hold them; `term` says for how long, on what
    basis and where (None: the longest term)."""
    by.need_scope("decide")
    declaration = holding.locked(session, command.reference, by=by)
    grant = by.need(DECIDING, declaration.post)
    if command.decision != Action.HOLD:
        must_be_another(session, declaration, by=by)
    declarations.expect_version(session, declaration, command.version)
    at = now(session)
    if command.decision in {a.value for a in FREEING}:
        declarations.must_allow(declaration, Action(command.decision))
        may_be_freed(session, declaration)
        if command.decision == Action.RELEASE:
            as_declared(session, declaration)
        _free(session, declaration, command, at, by=by, role=grant.role)
    else:
        let_go_in_part = declaration.status == Status.PARTLY_RELEASED
        declarations.decide(session, declaration, command, at, by=by, role=grant.role)
        if let_go_in_part:  # held: no part of it leaves now, whatever its permit says
            permits.withdraw(session, declaration, command.reason, by=by, role=grant.role)
        if command.decision in ENDING:
            settling.annul(session, declaration, command.reason, at, by=by)
    if command.decision != "hold":
        inspections.cancel(session, declaration.post, declaration.id, command.reason, by=by)
        approvals.overtake(session, declaration.post, declaration.id, kinds=(LOWER_LANE,), by=by)
    _follow_term(session, declaration, command, at, term, by=by, role=grant.role)
    if declaration.status not in {s.value for s in OPEN}:
        claims.decided(session, declaration.id, post=declaration.post, by=by)
    return declaration


def _follow_term(
    session: Session,
    declaration: Declaration,
    command: Decide,
    at: dt.datetime,
    term: Detain | None,
    *,
    by: Actor,
    role: str,
) -> None:
    """A hold has a term; whatever else is decided ends it."""
    if command.decision == Action.HOLD:
        wanted = term or Detain(command.reason)
        detaining.begun(session, detaining.subject_of(session, declaration), wanted, at, by=by)
    else:
        detaining.ended(session, declaration, detaining.ENDED_BY[command.decision], at, by=by, role=role)


def must_be_another(session: Session, declaration: Declaration, *, by: Actor) -> None:
    """Raises `Forbidden` for who concluded an inspection of these goods, while they are red: what one recommends, another
    decides."""
    if declaration.lane != Lane.RED:
        return
    looks = inspected.of_declaration(session, declaration.post, declaration.id)
    if any(look.kind == "goods" and look.concluded_by == by.person for look in looks):
        raise Forbidden(
            _("You inspected these goods yourself. Another person decides about them; you may hold them until then.")
        )


def _free(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """What is paid goes at once; otherwise the goods are cleared, and settlement lets them go. What is cleared already, or
    let go in part, waits for nothing but the money: then what is owed is told."""
    settling.hold(session, declaration)
    if not settling.is_settled(declaration, settling.collected(session, declaration, at, by=SYSTEM)):
        if not LIFE.allows(Status(declaration.status), Action.ASSESS):
            settling.must_be_settled(session, declaration)
        declarations.clear(session, declaration, command, at, by=by, role=role)
        return
    declarations.decide(session, declaration, command, at, by=by, role=role)
    settling.released(session, declaration, queries.declared(session, declaration), at, by=SYSTEM)


def may_be_freed(session: Session, declaration: Declaration) -> None:
    """Whether the goods themselves may go: nothing that must be shown is missing, no question about a watch list waits, and
    red goods have been seen."""
    _nothing_missing(session, declaration)
    _nothing_asked(session, declaration)
    _seen_if_red(session, declaration)


def _nothing_missing(session: Session, declaration: Declaration) -> None:
    """A permit that is missing never refuses lodging; it stops the release until it is presented."""
    blocking = blocks(session, declaration)
    if blocking:
        raise WrongState(
            _("The release waits for papers that are missing. Have them presented with the declaration."),
            findings=blocking,
        )


def _nothing_asked(session: Session, declaration: Declaration) -> None:
    """What was answered with yes is decided by an officer, by the rules of its lane; what waits for its answer by nobody."""
    if watching.is_asked(session, declaration.id):
        message = watching.unanswered()
        raise WrongState(
            message,
            facts={"state": declaration.status},
            findings=[Finding("/decision", "release.watch-question", message)],
        )


def blocks(session: Session, declaration: Declaration) -> list[Finding]:
    """What must be shown before the goods may go, by the rules of today and the licences as they were written off."""
    declared, codes = queries.declared(session, declaration), codebook(session)
    declared = queries.with_presented(declared, queries.presented(session, declaration))
    return [
        *rules.blocking(lodging.findings(session, declared, codes, declaration)),
        *settling.exceeded(session, declaration),
    ]


def _seen_if_red(session: Session, declaration: Declaration) -> None:
    """Red goods are not released unseen: an inspection of the goods must be concluded first, or waived by two persons."""
    if declaration.lane != Lane.RED:
        return
    waiting = inspected.open_one(session, declaration.post, declaration.id)
    ordered_again = waiting is not None and waiting.kind == "goods"
    if not ordered_again and waiving.is_waived(session, declaration):
        return
    if ordered_again or inspected.goods_result(session, declaration.post, declaration.id) is None:
        raise WrongState(
            _(
                "A red declaration cannot be released before the goods have been inspected. "
                "Record findings and conclude the inspection."
            ),
            findings=[
                Finding("/decision", "release.red-needs-inspection", _("Conclude the inspection of the goods first."))
            ],
        )


def as_declared(session: Session, declaration: Declaration, items: Collection[int] | None = None) -> None:
    """What was found otherwise than declared does not go as if nothing had been found: some items of it, or (None) all.

    Raises `WrongState` naming what was found, until it is amended or released with a correction.
    """
    amended_at = queries.content(session, declaration).made_at if declaration.content > 1 else None
    found = inspected.doubted(session, declaration.post, declaration.id, amended_at)
    wrong = [_otherwise(doubt) for doubt in found if items is None or doubt.concerns(items)]
    if wrong:
        findings = [Finding("/decision", "release.discrepancy", message) for message in wrong]
        raise WrongState(wrong[0], facts={"state": declaration.status}, findings=findings)


def _otherwise(doubt: Doubt) -> Text:
    return _(
        "The inspection did not find the goods as declared: “{found}”. Decide “release-with-correction” and say in the "
        "reason what is corrected, or have the declaration amended first.",
        found=excerpt(doubt.found, 200),
    )


def change_lane(
    session: Session, reference: str, lane: str, reason: str, version: int | None, *, by: Actor
) -> tuple[Declaration, Proposal | None]:
    """Raises the lane at once; lowering it becomes a proposal that waits for a second, senior person."""
    by.need_scope("decide")
    declaration = queries.locked(session, reference, by=by)
    grant = by.need(DECIDING, declaration.post)
    declarations.expect_version(session, declaration, version)
    _check_lane(declaration, lane, reason)
    if is_lower(lane, str(declaration.lane)):
        payload = {"lane": lane, "from": declaration.lane, "version": declaration.version}
        command = approvals.Propose(
            declaration.post, LOWER_LANE, declaration.id, declaration.reference, payload, reason
        )
        return declaration, approvals.propose(session, command, by=by, role=grant.role)
    at = now(session)
    if declaration.status in {s.value for s in SETTLING}:
        declarations.select(session, declaration, lane, reason, at, by=by, role=grant.role)
        look(session, declaration, Lane(lane), at, by=by, why=Why(words=reason))
        return declaration, None
    declarations.change_lane(session, declaration, lane, reason, at, by=by, role=grant.role)
    _order_again(session, declaration, lane, reason, by=by)
    return declaration, None


def _check_lane(declaration: Declaration, lane: str, reason: str) -> None:
    if lane not in {known.value for known in Lane}:
        raise Invalid(
            findings=[
                Finding("/lane", "lane.unknown", _("Choose one of: {choices}.", choices="green, blue, yellow, red"))
            ]
        )
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "lane.reason", _("Give the reason for another lane."))])
    if declaration.status not in {s.value for s in (*OPEN, *SETTLING)}:
        raise WrongState(
            _("The lane can only be changed while the declaration waits for a decision."),
            facts={"state": declaration.status},
        )
    if lane == declaration.lane:
        raise Invalid(findings=[Finding("/lane", "lane.same", _("It is in this lane already."))])
    if declaration.status in {s.value for s in SETTLING} and Lane(lane) not in LOOKED_AT:
        message = _("It is cleared already. Choose yellow or red to have it looked at again.")
        raise Invalid(findings=[Finding("/lane", "lane.cleared", message)])


def _order_again(session: Session, declaration: Declaration, lane: str, reason: str, *, by: Actor) -> None:
    """A raised lane asks for another look; an order for less is cancelled."""
    if lane != Lane.RED:
        return
    at = now(session)
    inspections.cancel(session, declaration.post, declaration.id, reason, by=by)
    look(session, declaration, Lane.RED, at, by=by, why=Why(words=reason))


def lower_lane(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved proposal does. Green and blue are then released by the system."""
    if declaration.version != proposal.payload["version"]:
        raise WrongState(_("The declaration was changed after the proposal. Reject it and let it be proposed again."))
    lane, at = str(proposal.payload["lane"]), now(session)
    declarations.change_lane(session, declaration, lane, proposal.reason, at, by=by, role="supervisor")
    inspections.cancel(session, declaration.post, declaration.id, proposal.reason, by=by)
    if lane in (Lane.GREEN, Lane.BLUE):
        _nothing_missing(session, declaration)
        _nothing_asked(session, declaration)
        as_declared(session, declaration)
        let_go(session, declaration, lane, at, by=SYSTEM)
    else:
        look(session, declaration, Lane.YELLOW, at, by=SYSTEM, why=Why(words=proposal.reason))


def let_go(session: Session, declaration: Declaration, lane: str, at: dt.datetime, *, by: Actor) -> None:
    """What nobody has to look at any more goes when it is paid, and waits for the money otherwise."""
    settling.hold(session, declaration)
    claims.decided(session, declaration.id, post=declaration.post, by=by)
    if not settling.is_settled(declaration, settling.collected(session, declaration, at, by=by)):
        declarations.assess(session, declaration, at, by=by)
        return
    declarations.release_by_system(session, declaration, lane, at, by=by)
    settling.released(session, declaration, queries.declared(session, declaration), at, by=by)
    detaining.ended(session, declaration, How.RELEASE, at, by=by, role="system")
