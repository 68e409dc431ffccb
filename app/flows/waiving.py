"""Exceptions that two persons make, each for a reason of the list: red goods go without an examination, a fee is not taken,
a debt is written off, what is written off a certificate is put right by hand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals import queries as proposals
from app.approvals.acts import ACTS
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _, fault_in, normal
from app.declarations import operations as declarations
from app.declarations.lifecycle import OPEN
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.flows import holding, settling
from app.flows.assessing import subject
from app.inspections import operations as inspections
from app.inspections import queries as inspected
from app.inspections.models import Inspection
from app.payments import operations as payments
from app.reference.queries import codebook
from app.risk.rules import Lane

INSPECTION, FEE, DEBT, CORRECTION = "inspection.waive", "fee.waive", "debt.write-off", "write-off.correct"
#: The list of reasons; its attribute says of which exception a reason is one.
LIST = "exception_reason"
_OF = {INSPECTION: "inspection", FEE: "fee", DEBT: "debt", CORRECTION: "correction"}
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Because:
    """A code of the list, and words of one's own."""

    code: str
    words: str


def propose_inspection(
    session: Session, reference: str, why: Because, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Proposal]:
    """Asks a second, senior person to let red goods go without an examination. Raises `WrongState` where no examination of
    goods is open, and where something has been found in it already: what was seen is concluded upon."""
    by.need_scope("decide")
    declaration, role = _locked(session, INSPECTION, reference, version, by=by)
    order = _open_order(session, declaration)
    payload = {"inspection": str(order.id), "code": why.code, "lane": declaration.lane}
    return declaration, _proposed(session, INSPECTION, declaration, declaration.id, payload, why, by=by, role=role)


def _open_order(session: Session, declaration: Declaration) -> Inspection:
    order = inspected.open_one(session, declaration.post, declaration.id)
    is_red = declaration.lane == Lane.RED and declaration.status in {s.value for s in OPEN}
    if not is_red or order is None or order.kind != "goods":
        raise WrongState(
            _("No examination of the goods is open for this declaration, so there is none to do without."),
            facts={"state": declaration.status, "lane": declaration.lane},
        )
    told = inspected.records(session, [order])[order.id]
    if told.findings or told.measures or told.samples or told.seals or told.photos:
        raise WrongState(
            _("Somebody has looked already and recorded what he found. Conclude the inspection; it cannot be waived."),
            findings=[Finding("", "waiver.seen", _("Conclude the inspection."))],
        )
    return order


def enact_inspection(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved waiver does: nobody looks any more, and the goods may be decided. It holds for the order that was
    open; another one asks for a look, or a waiver, of its own."""
    said = approvals.must_be_approved(proposal, INSPECTION, by=by)
    order = _open_order(session, declaration)
    if str(order.id) != said["inspection"]:
        raise WrongState(
            _("Another examination was ordered after the proposal. Reject it and let it be proposed again.")
        )
    inspections.cancel(session, declaration.post, declaration.id, proposal.reason, by=by)
    told = {"proposal": str(proposal.id), "code": said["code"]}
    declarations.touch(
        session, declaration, "declaration.inspection-waived", now(session), by=by, role="supervisor", **told
    )


def is_waived(session: Session, declaration: Declaration) -> bool:
    """Whether two persons have agreed that the goods go without the last examination that was ordered."""
    proposal = proposals.approved_of(session, declaration.post, declaration.id, INSPECTION)
    if proposal is None:
        return False
    looks = inspected.of_declaration(session, declaration.post, declaration.id)
    last = next((look for look in looks if look.kind == "goods"), None)
    return last is not None and str(last.id) == proposal.payload["inspection"]


def propose_fee(
    session: Session, reference: str, fee: str, why: Because, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Proposal]:
    """Asks a second, senior person not to take a fee that is assessed. Raises `Invalid` for a fee that is not."""
    by.need_scope("decide")
    declaration, role = _locked(session, FEE, reference, version, by=by)
    amount, currency = payments.fee_of(session, subject(declaration), fee, by=by)
    payload = {
        "fee": fee, "amount": f"{amount:f}", "currency": currency, "code": why.code, "party": declaration.party
    }  # fmt: skip
    return declaration, _proposed(session, FEE, declaration, declaration.id, payload, why, by=by, role=role)


def enact_fee(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved fee waiver does: the fee is assessed as nothing, now and whenever it is assessed again; what was paid
    for it can be given back, and what waited for it alone is let go."""
    settling.hold(session, declaration)
    payments.waive_fee(session, subject(declaration), proposal, by=by)
    settling.settle(session, declaration, now(session), by=by)


def propose_debt(
    session: Session, reference: str, why: Because, version: int | None = None, *, by: Actor
) -> tuple[Declaration, Proposal]:
    """Asks a second, senior person to give up what is owed for goods that were let go. Raises `WrongState` where nothing is."""
    by.need_scope("decide")
    declaration, role = _locked(session, DEBT, reference, version, by=by)
    amount, currency = payments.debt_of(session, subject(declaration), by=by)
    payload = {"amount": f"{amount:f}", "currency": currency, "code": why.code, "party": declaration.party}
    return declaration, _proposed(session, DEBT, declaration, declaration.id, payload, why, by=by, role=role)


def enact_debt(session: Session, proposal: Proposal, declaration: Declaration, /, *, by: Actor) -> None:
    """What an approved write-off does."""
    settling.hold(session, declaration)
    payments.write_debt_off(session, subject(declaration), proposal, by=by)


def propose_correction(session: Session, id: UUID, quantity: Decimal, why: Because, *, by: Actor) -> Proposal:
    """Asks a second, senior person to put right by hand how much of a certificate is used: by so much more, or less."""
    by.need_scope("decide")
    by.need(ACTS[CORRECTION].proposes, certificates.find(session, id, by=by).post)
    _must_be_reason(session, CORRECTION, why)
    return exemptions.propose_correction(session, id, quantity, why.code, normal(why.words), by=by)


def _locked(session: Session, kind: str, reference: str, version: int | None, *, by: Actor) -> tuple[Declaration, str]:
    declaration = holding.locked(session, reference, by=by)
    role = by.need(ACTS[kind].proposes, declaration.post).role
    declarations.expect_version(session, declaration, version)
    return declaration, role


def _proposed(
    session: Session,
    kind: str,
    declaration: Declaration,
    of: UUID,
    payload: dict[str, Any],
    why: Because,
    *,
    by: Actor,
    role: str,
) -> Proposal:
    _must_be_reason(session, kind, why)
    wish = approvals.Propose(declaration.post, kind, of, declaration.reference, payload, normal(why.words))
    return approvals.propose(session, wish, by=by, role=role)


def _must_be_reason(session: Session, kind: str, why: Because) -> None:
    """A code of the list that is a reason for just this, and words that say more."""
    codes = codebook(session)
    entry = codes.find(LIST, why.code, now(session).date())
    found = []
    if entry is None or _OF[kind] not in str(entry.attributes.get("act") or "").split():
        found.append(Finding("/code", "waiver.code", _("Choose a reason of the list.")))
    words = normal(why.words)
    fault = _("Say in your own words why.") if not words else fault_in(words)
    if fault is None and len(words) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        found.append(Finding("/reason", "waiver.reason", fault))
    if found:
        raise Invalid(findings=found)
