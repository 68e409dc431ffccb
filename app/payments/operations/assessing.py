"""Assessing: what is owed, and the difference to what was owed before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.rows import stage
from app.core.text import _
from app.payments import queries, rules
from app.payments.commands import Result, Subject
from app.payments.models import Assessment
from app.payments.operations.posting import exact, follow_debt, must_know, post_about, tell
from app.payments.operations.securing import release_all
from app.payments.rules import Position


def assess(
    session: Session,
    subject: Subject,
    result: Result,
    *,
    final: bool,
    at: dt.datetime,
    by: Actor,
    first: bool = False,
    reason: str = "",
) -> Assessment:
    """Stores an assessment and posts, tax by tax, the difference to the one before.

    `first` says that the declaration comes into being in this very transaction, so that nothing has to be read. What
    is paid above the new total becomes refundable by itself. Raises `Invalid` for another currency than before.
    """
    role = must_know(subject, by=by)
    before = Position() if first else queries.position(session, subject.post, subject.declaration_id)
    if before.currency not in (None, result.currency):
        message = _(
            "This declaration was assessed in {before} and cannot be assessed in {currency}. Invalidate it and lodge anew.",
            before=before.currency,
            currency=result.currency,
        )
        raise Invalid(findings=[Finding("/currency", "assessment.currency", message)])
    payable = _checked(result.by_tax(), result.total)
    suspended = _checked(result.suspended_by_tax(), result.suspended)
    row = _row(subject, result, before.number + 1, payable, suspended, final=final, at=at, by=by, reason=reason)
    stage(session, row)
    transfers = rules.differences(before.by_tax, payable, "receivable", "revenue", "assessment")
    transfers += rules.differences(before.suspended_by_tax, suspended, "contingent", "suspended", "assessment")
    known = dataclasses.replace(
        before,
        currency=row.currency,
        number=row.number,
        content=row.content,
        by_tax=payable,
        suspended_by_tax=suspended,
    )
    post_about(session, subject, known, transfers, entry=row.id, at=at, by=by)
    after = {
        "declaration": subject.declaration_id,
        "number": row.number,
        "content": row.content,
        "final": final,
        "currency": row.currency,
        "total": row.total,
        "suspended": row.suspended,
        "sha256": row.sha256,
    }
    told = {"reference": subject.reference, "mrn": subject.mrn}
    tell(
        session,
        subject.post,
        "assessment",
        row.id,
        "assessment.made",
        after,
        at,
        by=by,
        reason=reason,
        role=role,
        told=told,
    )
    return row


def watch(session: Session, subject: Subject, at: dt.datetime, *, by: Actor) -> None:
    """What is declared now cannot be calculated, so nothing is posted; goods that were let go may owe all the same."""
    must_know(subject, by=by)
    follow_debt(session, subject, queries.position(session, subject.post, subject.declaration_id), at)


def _checked(amounts: Mapping[str, Decimal], total: Decimal) -> dict[str, Decimal]:
    """The amounts that are not nothing. Parts that do not add up to the whole are a defect of the calculation."""
    if sum(amounts.values(), rules.ZERO) != total or any(a < 0 for a in amounts.values()):
        raise ValueError(f"the parts {dict(amounts)} are not {total}")
    return {tax: exact(amount) for tax, amount in amounts.items() if amount}


def _row(
    subject: Subject,
    result: Result,
    number: int,
    payable: Mapping[str, Decimal],
    suspended: Mapping[str, Decimal],
    *,
    final: bool,
    at: dt.datetime,
    by: Actor,
    reason: str,
) -> Assessment:
    content = result.as_json()
    return Assessment(
        post=subject.post,
        id=uuid7(),
        declaration_id=subject.declaration_id,
        number=number,
        content=subject.content,
        final=final,
        currency=result.currency,
        total=exact(result.total),
        suspended=exact(result.suspended),
        by_tax={tax: str(amount) for tax, amount in payable.items()},
        suspended_by_tax={tax: str(amount) for tax, amount in suspended.items()},
        result=content,
        sha256=canonical.digest(content),
        reason=reason,
        made_at=at,
        made_by=by.person,
    )


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The assessment of goods that owe nothing any more."""

    currency: str
    total: Decimal = rules.ZERO
    suspended: Decimal = rules.ZERO

    def by_tax(self) -> Mapping[str, Decimal]:
        return {}

    def suspended_by_tax(self) -> Mapping[str, Decimal]:
        return {}

    def as_json(self) -> dict[str, Any]:
        nothing = str(rules.ZERO)
        return {"currency": self.currency, "total": nothing, "suspended": nothing, "fees": [], "items": []}


def reverse(session: Session, subject: Subject, reason: str, at: dt.datetime, *, by: Actor) -> Assessment | None:
    """Takes the assessment back to nothing: the goods were invalidated, refused or returned. What was paid becomes
    refundable, securities are released. None where nothing was assessed."""
    must_know(subject, by=by)
    position = queries.position(session, subject.post, subject.declaration_id)
    if position.currency is None:
        return None
    row = assess(session, subject, _Nothing(position.currency), final=True, at=at, by=by, reason=reason)
    release_all(session, subject, reason, at, by=by)
    return row


@dataclass(frozen=True, slots=True)
class _Discharged:
    """The assessment as it was, with nothing suspended any more."""

    currency: str
    total: Decimal
    payable: Mapping[str, Decimal]
    content: dict[str, Any]
    suspended: Decimal = rules.ZERO

    def by_tax(self) -> Mapping[str, Decimal]:
        return self.payable

    def suspended_by_tax(self) -> Mapping[str, Decimal]:
        return {}

    def as_json(self) -> dict[str, Any]:
        return {**self.content, "suspended": str(rules.ZERO), "discharged": True}


@dataclass(frozen=True, slots=True)
class _Part:
    """The assessment as it was, of some of its items alone."""

    currency: str
    payable: Mapping[str, Decimal]
    held_back: Mapping[str, Decimal]
    content: dict[str, Any]

    @property
    def total(self) -> Decimal:
        return sum(self.payable.values(), rules.ZERO)

    @property
    def suspended(self) -> Decimal:
        return sum(self.held_back.values(), rules.ZERO)

    def by_tax(self) -> Mapping[str, Decimal]:
        return self.payable

    def suspended_by_tax(self) -> Mapping[str, Decimal]:
        return self.held_back

    def as_json(self) -> dict[str, Any]:
        return {**self.content, "total": str(self.total), "suspended": str(self.suspended)}


def retain(
    session: Session, subject: Subject, items: Collection[int], reason: str, at: dt.datetime, *, by: Actor
) -> Assessment | None:
    """The goods of these items were let go, those of the others do not enter: what is owed is what was assessed for
    these items, with the fees. What was paid for the others becomes refundable. None where nothing was assessed."""
    must_know(subject, by=by)
    position = queries.position(session, subject.post, subject.declaration_id)
    last = queries.assessment(session, subject.post, subject.declaration_id)
    if last is None or position.currency is None:
        return None
    kept = [item for item in last.result["items"] if item["number"] in items]
    payable = _sums(kept, "payable")
    for fee in last.result["fees"]:
        name = f"fee:{fee['fee']}"
        payable[name] = payable.get(name, rules.ZERO) + Decimal(fee["amount"])
    held_back = _sums(kept, "suspended") if last.suspended else {}
    part = _Part(position.currency, payable, held_back, {**last.result, "items": kept})
    row = assess(session, subject, part, final=True, at=at, by=by, reason=reason)
    if not row.suspended:
        release_all(session, subject, reason, at, by=by)
    return row


def resume(session: Session, subject: Subject, reason: str, at: dt.datetime, *, by: Actor) -> Assessment | None:
    """Goods are back under suspense, because what had taken them out came to nothing: what was discharged is suspended
    again, and to be secured anew. None where nothing was discharged."""
    must_know(subject, by=by)
    position = queries.position(session, subject.post, subject.declaration_id)
    last = queries.assessment(session, subject.post, subject.declaration_id)
    if last is None or position.currency is None or not last.result.get("discharged"):
        return None
    content = {name: value for name, value in last.result.items() if name != "discharged"}
    part = _Part(position.currency, position.by_tax, _sums(last.result["items"], "suspended"), content)
    return assess(session, subject, part, final=True, at=at, by=by, reason=reason)


def _sums(items: list[dict[str, Any]], status: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in (line for item in items for line in item["lines"] if line["status"] == status):
        sums[line["tax"]] = sums.get(line["tax"], rules.ZERO) + Decimal(line["amount"])
    return sums


def discharge(session: Session, subject: Subject, reason: str, at: dt.datetime, *, by: Actor) -> Assessment | None:
    """Goods under suspense have left it altogether: nothing is suspended any more, and what secured it is given back.

    What was payable stays. None where nothing was suspended.
    """
    must_know(subject, by=by)
    position = queries.position(session, subject.post, subject.declaration_id)
    last = queries.assessment(session, subject.post, subject.declaration_id)
    if last is None or position.currency is None or not position.suspended_by_tax:
        return None
    result = _Discharged(position.currency, last.total, position.by_tax, last.result)
    row = assess(session, subject, result, final=True, at=at, by=by, reason=reason)
    release_all(session, subject, reason, at, by=by)
    return row
