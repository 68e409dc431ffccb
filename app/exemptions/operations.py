"""The verbs of a certificate."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.rows import stage_rows
from app.core.text import _
from app.exemptions import queries, rules
from app.exemptions.commands import Claim, Coverage, Grant, Price, RegisterCertificate, Unauthorised
from app.exemptions.lifecycle import Action, Kind, Status
from app.exemptions.models import Certificate, ExemptionCorrection, ExemptionWriteOff

KIND = "exemption"
#: With the digits that quantities are kept with, so that the journal says them as the table does.
NOTHING = Decimal("0.000")
REGISTERING = ("officer", "supervisor")
APPROVING = ("supervisor",)
CORRECTION = "write-off.correct"


def register(session: Session, command: RegisterCertificate, *, by: Actor) -> Certificate:
    """Enters a certificate; it counts for nothing until a second person has approved it."""
    by.need_scope("write")
    grant = by.need(REGISTERING, command.post)
    found = rules.findings(command)
    if found:
        raise Invalid(findings=found)
    certificate = Certificate(
        post=command.post,
        id=uuid7(),
        kind=command.kind,
        number=command.number.strip(),
        issuer=command.issuer,
        source=command.source,
        holder=command.holder,
        commodities=list(command.commodities),
        origins=list(command.origins),
        taxes=list(command.taxes),
        measure=command.measure,
        unit=command.unit,
        currency=command.currency,
        granted=command.granted.quantize(NOTHING),
        used=NOTHING,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        status="waiting",
        registered_by=by.person,
        registered_name=by.name,
        registered_at=now(session),
        decided_by=None,
        decided_name=None,
    )
    _alone_in_its_period(session, certificate)
    _insert(session, certificate)
    _note(session, certificate, "exemption.registered", by=by, role=grant.role, after=_words(certificate))
    return certificate


def _alone_in_its_period(session: Session, certificate: Certificate) -> None:
    """A quota of one number has one volume on any day."""
    if certificate.kind != Kind.QUOTA:
        return
    other = queries.overlapping(session, certificate)
    if other is not None:
        message = _(
            "Quota {number} is open from {first} to {last} already. Choose days outside, or withdraw that one first.",
            number=certificate.number,
            first=other.valid_from.isoformat(),
            last=other.valid_to.isoformat(),
        )
        raise Invalid(findings=[Finding("/valid_from", "exemption.quota-open", message)])


def _insert(session: Session, certificate: Certificate) -> None:
    try:
        with session.begin_nested():
            session.add(certificate)
    except IntegrityError as error:
        message = _(
            "A certificate with the number {number} of this holder is registered already.", number=certificate.number
        )
        raise Invalid(findings=[Finding("/number", "exemption.number-known", message)]) from error


def settle(session: Session, id: UUID, *, approved: bool, reason: str, by: Actor) -> Certificate:
    """A second person puts the certificate in force or refuses it. Raises `Forbidden` for who registered it."""
    by.need_scope("decide")
    certificate = queries.find(session, id, by=by, lock=True)
    grant = by.need(APPROVING, certificate.post)
    if certificate.registered_by == by.person:
        raise Forbidden(_("You registered this certificate yourself. Another person must approve it."))
    if not approved and not reason.strip():
        raise Invalid(findings=[Finding("/reason", "exemption.reason", _("Say why you refuse it."))])
    if approved:
        _alone_in_its_period(session, certificate)  # two may have been entered at once
    before = {"status": certificate.status}
    certificate.move(Action.APPROVE if approved else Action.REFUSE)
    certificate.decided_by, certificate.decided_name = by.person, by.name
    session.flush()
    event = "exemption.approved" if approved else "exemption.refused"
    after = {"status": certificate.status}
    _note(session, certificate, event, by=by, role=grant.role, before=before, after=after, reason=reason)
    return certificate


def withdraw(session: Session, id: UUID, reason: str, *, by: Actor) -> Certificate:
    """Ends a certificate; what it freed stays free."""
    by.need_scope("decide")
    certificate = queries.find(session, id, by=by, lock=True)
    grant = by.need(APPROVING, certificate.post)
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "exemption.reason", _("Say why you withdraw it."))])
    before = {"status": certificate.status}
    certificate.move(Action.WITHDRAW)
    session.flush()
    after = {"status": certificate.status}
    _note(
        session, certificate, "exemption.withdrawn", by=by, role=grant.role, before=before, after=after, reason=reason
    )
    return certificate


def propose_correction(session: Session, id: UUID, quantity: Decimal, code: str, words: str, *, by: Actor) -> Proposal:
    """Asks a second, senior person to put right by hand how much is used: by so much more, or less (negative)."""
    by.need_scope("decide")
    certificate = queries.find(session, id, by=by, lock=True)
    role = by.need(REGISTERING, certificate.post).role
    _must_fit(certificate, quantity)
    payload = {"number": certificate.number, "quantity": f"{quantity:f}", "used": f"{certificate.used:f}", "code": code}
    wish = approvals.Propose(certificate.post, CORRECTION, certificate.id, certificate.number[:35], payload, words)
    return approvals.propose(session, wish, by=by, role=role)


def _must_fit(certificate: Certificate, quantity: Decimal) -> None:
    if certificate.status != Status.IN_FORCE:
        raise WrongState(
            _("This certificate is not in force: {status}.", status=certificate.status),
            facts={"state": certificate.status},
        )
    small = quantity.is_finite() and abs(quantity) < 10**12
    exact = small and quantity == quantity.quantize(Decimal("0.001"))
    if not exact or quantity == 0:
        message = _("Give by how much more (or, with a minus, less) is used, with at most three decimals.")
        raise Invalid(findings=[Finding("/quantity", "correction.quantity", message)])
    if not 0 <= certificate.used + quantity <= certificate.granted:
        message = _(
            "{used} of {granted} are used. What is used can become neither more than granted nor less than nothing.",
            used=f"{certificate.used:f}",
            granted=f"{certificate.granted:f}",
        )
        raise Invalid(findings=[Finding("/quantity", "correction.range", message)])


def enact_correction(session: Session, proposal: Proposal, /, *, by: Actor) -> Certificate:
    """What an approved correction does. Raises `WrongState` where something else was written off meanwhile."""
    said = approvals.must_be_approved(proposal, CORRECTION, by=by)
    certificate = queries.find(session, proposal.subject, by=by, lock=True)
    quantity = Decimal(str(said["quantity"]))
    if f"{certificate.used:f}" != said["used"]:
        raise WrongState(_("Something was written off after the proposal. Reject it and let it be proposed again."))
    _must_fit(certificate, quantity)
    row = ExemptionCorrection(
        post=certificate.post,
        id=uuid7(),
        certificate_id=certificate.id,
        proposal_post=proposal.post,
        proposal_id=proposal.id,
        quantity=quantity,
        code=str(said["code"]),
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        proposed_name=proposal.proposed_name,
        approved_by=by.person,
        approved_name=by.name,
        at=now(session),
    )
    session.add(row)
    session.flush()
    before = {"used": certificate.used}
    certificate.used += quantity
    session.flush()
    after = {"used": certificate.used, "correction": row.id, "code": row.code, "proposed_by": proposal.proposed_login}
    _note(
        session, certificate, "exemption.corrected", by=by, role="supervisor", before=before, after=after,
        reason=proposal.reason,
    )  # fmt: skip
    return certificate


def cover(
    session: Session,
    claims: list[Claim],
    holders: Iterable[str],
    day: dt.date,
    *,
    lock: bool,
    by: Actor,
    lacking: str = "",
    kept: Mapping[tuple[str, UUID], Decimal] = MappingProxyType({}),
    price: Price = rules.in_one_currency,
    administration: str = "",
) -> Coverage:
    """What certificates cover of the items, and what those that are named do not. With `lock` the certificates stay
    locked until the transaction ends, so that nothing is promised twice; without, it is an outlook for a draft. Costs
    no SQL without document numbers, else one statement.

    Only certificates of the given holders count: the firms of the declaration, for which `by` has been let in. Of the
    firm `lacking`, which has not let its certificates be used, nothing is told but that. What other firms have is not
    even looked up. Of what the declaration had written off before (`kept`, see `held`) that much stays free, although
    its holder has revoked his mandate or the certificate was withdrawn since. `price` converts into the currency of a
    certificate that counts money. Quotas are those of the `administration` (`TJ`), and everybody's.
    """
    firms = frozenset({*holders, ""})
    papers = _asked_for(session, claims, {*firms, lacking}, queries.Quotas(frozenset(), administration, day), lock=lock)
    usable = [paper for paper in papers if paper.holder in firms and paper.status == Status.IN_FORCE]
    limits = _limits(kept, usable)
    limited = [paper for paper in papers if (paper.post, paper.id) in limits]
    elsewhere = set(limits).difference((paper.post, paper.id) for paper in limited)
    limited += queries.by_keys(session, elsewhere)
    granted: list[Grant] = []
    unauthorised: list[Unauthorised] = []
    warnings = [*rules.unknown_quotas(claims, papers, day)]
    known = {(paper.post, paper.id): paper for paper in (*papers, *limited)}
    told, of_others = frozenset(map(_key, papers)), frozenset(_key(p) for p in papers if p.holder not in firms)
    usable_first = {_key(paper): place for place, paper in enumerate((*limited, *usable))}
    for asking, rivals in rules.rounds(claims, list(known.values())):
        keys = [_key(paper) for paper in rivals]
        may_give = sorted((key for key in keys if key in usable_first), key=usable_first.__getitem__)
        given = rules.covered(asking, [known[key] for key in may_give], day, limits, price)
        granted += given
        unauthorised += rules.unauthorised(asking, [known[key] for key in keys if key in of_others], given)
        own = [known[key] for key in keys if key in told and key not in of_others]
        warnings += rules.passed_over(asking, own, given, day, price)
    proofs = rules.governing(claims, list(known.values()))
    return Coverage(tuple(granted), tuple(unauthorised), tuple(warnings), {i: named[0] for i, named in proofs.items()})


def hold(
    session: Session,
    claims: list[Claim],
    holders: Iterable[str],
    day: dt.date,
    *,
    administration: str,
    back: Iterable[tuple[str, UUID]],
    by: Actor,
) -> None:
    """Locks what `cover` will find together with the certificates of the keys `back`, which are given back before: who
    gives back and takes anew waits for others in the same order as everybody. The holders are all firms of the
    declaration, for which `by` has been let in."""
    quotas = queries.Quotas(frozenset(), administration, day)
    _asked_for(session, claims, {*holders}, quotas, lock=True, also=back)


def _asked_for(
    session: Session,
    claims: list[Claim],
    holders: Iterable[str],
    quotas: queries.Quotas,
    *,
    lock: bool,
    also: Iterable[tuple[str, UUID]] = (),
) -> list[Certificate]:
    """The certificates of these firms, and the quotas, that claims name."""
    numbers = {number for claim in claims for number in (*claim.numbers, claim.licence) if number}
    named = replace(quotas, numbers=frozenset(claim.quota for claim in claims if claim.quota))
    return queries.named(session, holders, numbers, lock=lock, quotas=named, also=also)


def _key(certificate: Certificate) -> tuple[str, UUID]:
    return certificate.post, certificate.id


def _limits(kept: Mapping[tuple[str, UUID], Decimal], usable: Iterable[Certificate]) -> dict[tuple[str, UUID], Decimal]:
    """What may be kept of certificates that cannot be used any more."""
    free = {(paper.post, paper.id) for paper in usable}
    return {key: quantity for key, quantity in kept.items() if key not in free}


def held(session: Session, post: str, declaration: UUID) -> dict[tuple[str, UUID], Decimal]:
    """What a declaration has written off certificates and not given back, by post and id of the certificate."""
    totals: dict[tuple[str, UUID], Decimal] = defaultdict(Decimal)
    for row in queries.written_off(session, post, declaration):
        totals[row.certificate_post, row.certificate_id] += row.quantity
    return {key: quantity for key, quantity in totals.items() if quantity}


def write_off(
    session: Session, post: str, declaration: UUID, granted: Iterable[Grant], at: dt.datetime, *, by: Actor
) -> None:
    """Takes what `cover` found under lock off the certificates. The database refuses more than is left."""
    taken: dict[tuple[str, UUID], Decimal] = defaultdict(Decimal)
    for grant in granted:
        taken[grant.certificate_post, grant.certificate_id] += grant.quantity
    for key, quantity in taken.items():
        _count(session, key, quantity, declaration, "exemption.written-off", by=by)
    _add_rows(
        session, post, declaration, [(g.certificate_post, g.certificate_id, g.item, g.quantity) for g in granted], at
    )


def give_back(
    session: Session, post: str, declaration: UUID, at: dt.datetime, *, by: Actor, but: Collection[int] = ()
) -> bool:
    """Returns to the certificates what a declaration had taken, because it was amended or came to nothing; what the
    items `but` took stays taken. Gives whether there was anything."""
    net: dict[tuple[str, UUID, int], Decimal] = defaultdict(Decimal)
    for row in queries.written_off(session, post, declaration):
        net[row.certificate_post, row.certificate_id, row.item] += row.quantity
    held = {key: quantity for key, quantity in net.items() if quantity and key[2] not in but}
    totals: dict[tuple[str, UUID], Decimal] = defaultdict(Decimal)
    for (certificate_post, id, _item), quantity in held.items():
        totals[certificate_post, id] += quantity
    for key in sorted(totals):
        session.execute(
            select(Certificate.id).where(Certificate.post == key[0], Certificate.id == key[1]).with_for_update()
        )
        _count(session, key, -totals[key], declaration, "exemption.given-back", by=by)
    _add_rows(session, post, declaration, [(p, i, item, -quantity) for (p, i, item), quantity in held.items()], at)
    return bool(held)


def _count(
    session: Session, key: tuple[str, UUID], quantity: Decimal, declaration: UUID, event: str, *, by: Actor
) -> None:
    certificate = session.get_one(Certificate, key, populate_existing=True)
    before = {"used": certificate.used}
    certificate.used += quantity
    session.flush()
    names = {"number": certificate.number, "kind": certificate.kind}
    after = {"used": certificate.used, "declaration": declaration, **names}
    _note(session, certificate, event, by=by, role="system", before=before, after=after)


def _add_rows(
    session: Session,
    post: str,
    declaration: UUID,
    rows: list[tuple[str, UUID, int, Decimal]],
    at: dt.datetime,
) -> None:
    """Staged: the declaration that takes may itself be written only when the transaction ends."""
    stage_rows(
        session,
        ExemptionWriteOff,
        [
            {
                "post": post,
                "id": uuid7(),
                "certificate_post": certificate_post,
                "certificate_id": id,
                "declaration_id": declaration,
                "item": item,
                "quantity": quantity,
                "at": at,
            }
            for certificate_post, id, item, quantity in rows
        ],
    )


def _words(certificate: Certificate) -> dict[str, Any]:
    names = (
        "kind",
        "number",
        "issuer",
        "holder",
        "commodities",
        "origins",
        "taxes",
        "measure",
        "unit",
        "currency",
        "granted",
        "used",
        "status",
    )
    days = {"valid_from": certificate.valid_from, "valid_to": certificate.valid_to}
    return {name: getattr(certificate, name) for name in names} | days


def _note(
    session: Session,
    certificate: Certificate,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=certificate.id,
        post=certificate.post,
        before=before,
        after=after,
        reason=reason,
        role=role,
    )
