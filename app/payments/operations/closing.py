"""The cashier's closing of the day: what was posted since the last one against what was counted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, WrongState, pointer
from app.core.ids import uuid7
from app.core.money import decimal
from app.core.text import _
from app.payments import rules
from app.payments.commands import CloseDay, Counted, Method
from app.payments.models import Closing, Payment, Refund
from app.payments.operations.posting import draw_number, exact, must_be_cashier, raise_if, tell
from app.reference.queries import codebook

SERIES = "CL"
#: What lies in the drawer or in the folder, and is counted. The other methods leave no paper at the window.
COUNTED = (Method.CASH.value, Method.RECEIPT.value)
PARAMETER = "closing-difference-most"
_Sums = dict[tuple[str, str], tuple[int, Decimal]]


def close_day(session: Session, command: CloseDay, *, by: Actor) -> Closing:
    """Closes what was posted at the post since the last closing; it is never touched again.

    A difference needs a note. One larger than the parameter `closing-difference-most` is closed by a supervisor who has
    taken none of the payments himself. Refused where there is nothing to close.
    """
    role = must_be_cashier(command.post, by=by)
    payments, refunds = _unclosed(session, command.post)
    sums = _sums(payments, refunds)
    counted = _counted(command.counted, sums)
    lines = [_line(key, sums.get(key, (0, rules.ZERO)), counted) for key in sorted({*sums, *counted})]
    if not payments and not refunds:
        raise WrongState(_("Nothing was posted since the last closing, so there is nothing to close."))
    at = now(session)
    _may_differ(session, command, lines, payments, role, at, by=by)
    closing = Closing(
        post=command.post,
        id=uuid7(),
        number=draw_number(session, command.post, SERIES),
        lines=lines,
        note=command.note,
        person=by.person,
        name=by.name,
        at=at,
    )
    session.add(closing)
    session.flush()
    _mark(session, command.post, closing.id, payments, refunds)
    after = {"number": closing.number, "lines": lines, "note": command.note}
    tell(session, command.post, "closing", closing.id, "day.closed", after, at, by=by, role=role)
    for row in payments:
        _tell_closed(session, "payment", row.post, row.id, closing.id, at, row.version + 1, by=by, role=role)
    for gone in refunds:
        _tell_closed(session, "refund", gone.post, gone.id, closing.id, at, None, by=by, role=role)
    return closing


def _unclosed(session: Session, post: str) -> tuple[Sequence[Payment], Sequence[Refund]]:
    came = select(Payment).where(Payment.post == post, Payment.status == "confirmed", Payment.closing_id.is_(None))
    went = select(Refund).where(Refund.post == post, Refund.closing_id.is_(None))
    fresh = {"populate_existing": True}
    payments = session.execute(came.order_by(Payment.id).with_for_update(), execution_options=fresh).scalars().all()
    refunds = session.execute(went.order_by(Refund.id).with_for_update(), execution_options=fresh).scalars().all()
    return payments, refunds


def _sums(payments: Iterable[Payment], refunds: Iterable[Refund]) -> _Sums:
    found: _Sums = defaultdict(lambda: (0, rules.ZERO))
    entries = [(p.method, p.currency, p.amount) for p in payments]
    entries += [("refund" if r.target == "bank" else "return", r.currency, r.amount) for r in refunds]
    for method, currency, amount in entries:
        count, total = found[method, currency]
        found[method, currency] = (count + 1, total + amount)
    return found


def _counted(given: Sequence[Counted], sums: _Sums) -> dict[tuple[str, str], Decimal]:
    """What was counted, by method and currency; every method that leaves paper must be counted."""
    counted: dict[tuple[str, str], Decimal] = {}
    found = []
    for n, one in enumerate(given):
        place = pointer("counted", n)
        if one.method not in COUNTED:
            choices = ", ".join(COUNTED)
            found.append(Finding(f"{place}/method", "closing.method", _("Choose one of: {choices}.", choices=choices)))
        elif (one.method, one.currency) in counted:
            message = _("This is counted twice. Give one sum for each method and currency.")
            found.append(Finding(place, "closing.twice", message))
        elif not one.amount.is_finite() or not 0 <= one.amount <= rules.LARGEST or one.amount != exact(one.amount):
            message = _("Give the amount with at most 12 digits before the point and 2 after it.")
            found.append(Finding(f"{place}/amount", "closing.amount", message))
        else:
            counted[one.method, one.currency] = exact(one.amount)
    missing = [key for key in sums if key[0] in COUNTED and key not in counted]
    for method, currency in sorted(missing):
        message = _(
            "Count what was taken by {method} in {currency} and give the sum.", method=method, currency=currency
        )
        found.append(Finding("/counted", "closing.not-counted", message))
    raise_if(found)
    return counted


def _line(key: tuple[str, str], posted: tuple[int, Decimal], counted: dict[tuple[str, str], Decimal]) -> dict[str, Any]:
    (method, currency), (count, total) = key, posted
    there = counted.get(key)
    return {
        "method": method,
        "currency": currency,
        "count": count,
        "total": str(total),
        "counted": None if there is None else str(there),
        "difference": str(rules.ZERO if there is None else there - total),
    }


def _may_differ(
    session: Session,
    command: CloseDay,
    lines: list[dict[str, Any]],
    payments: Sequence[Payment],
    role: str,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    largest = max((abs(Decimal(line["difference"])) for line in lines), default=rules.ZERO)
    if not largest:
        return
    message = _("What was counted is not what was posted. Say in a note how that came about.")
    raise_if(rules.reason_findings(command.note, message, "/note"))
    if largest <= _most(session, command.post, at):
        return
    if role != "supervisor" or any(p.settled_by == by.person for p in payments):
        raise Forbidden(
            _(
                "The difference is {difference}. A supervisor who took none of these payments must close the day.",
                difference=largest,
            )
        )


def _most(session: Session, post: str, at: dt.datetime) -> Decimal:
    """The parameter of the post's administration, else the general one, else nothing."""
    codes = codebook(session)
    for name in (f"{PARAMETER}.{post[:2]}", PARAMETER):
        entry = codes.find("parameter", name, at.date())
        value = None if entry is None else decimal(str(entry.attributes.get("value", "")), whole=12, places=2)
        if value is not None:
            return value
    return rules.ZERO


def _mark(session: Session, post: str, closing: UUID, payments: Sequence[Payment], refunds: Sequence[Refund]) -> None:
    """Gives the rows their closing, in one statement for each table."""
    came = [p.id for p in payments]
    went = [r.id for r in refunds]
    session.execute(
        update(Payment)
        .where(Payment.post == post, Payment.id.in_(came))
        .values(closing_id=closing, version=Payment.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Refund)
        .where(Refund.post == post, Refund.id.in_(went))
        .values(closing_id=closing)
        .execution_options(synchronize_session=False)
    )


def _tell_closed(
    session: Session,
    kind: str,
    post: str,
    id: UUID,
    closing: UUID,
    at: dt.datetime,
    version: int | None,
    *,
    by: Actor,
    role: str,
) -> None:
    after: dict[str, Any] = {"closing": closing} | ({} if version is None else {"version": version})
    tell(session, post, kind, id, f"{kind}.closed", after, at, by=by, role=role)
