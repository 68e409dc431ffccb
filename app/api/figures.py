"""Money to JSON: amounts as strings of decimals, times in UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from app.api.presenters import finding, instant
from app.core.errors import Finding, Invalid, Refusal
from app.core.text import _, excerpt, fault_in
from app.declarations.models import Declaration
from app.flows.dues import Due, is_provisional
from app.payments.models import Closing, Payment, Refund, Security
from app.payments.queries import Account, Line, Till, currency_of
from app.payments.rules import Standing
from app.registers import debts
from app.registers.listing import read_id_key, read_moment_key

T = TypeVar("T")

#: A payment that was taken back was confirmed before.
_CONFIRMED = ("confirmed", "cancelled")


def amount(value: Decimal) -> str:
    """An amount as text, with the decimals it is kept with."""
    return format(value, "f")


def assessment(record: Declaration, due: Due) -> dict[str, Any]:
    """The contract's assessment with how it stands; provisional while the goods may still be looked at."""
    return {
        **due.result,
        "status": "provisional" if due.provisional else "final",
        "number": due.number,
        "declared_version": due.content,
        "reference": record.reference,
        "mrn": record.mrn,
        "made_at": instant(due.made_at),
        "warnings": [finding(w) for w in due.warnings],
        "standing": standing(due.standing),
    }


def summary(record: Declaration, known: Standing) -> dict[str, Any]:
    """What a declaration's own answer says of its assessment; `incomplete` while what is declared now has none."""
    if known.content != record.content:
        return {"currency": known.currency, "total": None, "suspended": None, "status": "incomplete"}
    return {
        "currency": known.currency,
        "total": amount(known.assessed),
        "suspended": amount(known.suspended),
        "status": "provisional" if is_provisional(record) else "final",
    }


def standing(known: Standing) -> dict[str, Any]:
    names = ("assessed", "paid", "due", "overpaid", "suspended", "secured", "unsecured", "claimed")
    return {"currency": known.currency, **{name: amount(getattr(known, name)) for name in names}}


def money(
    known: Standing, payments: Sequence[Payment], securities: Sequence[Security], refunds: Sequence[Refund]
) -> dict[str, Any]:
    return {
        "standing": standing(known),
        "items": [payment(p) for p in payments],
        "securities": [security(s) for s in securities],
        "refunds": [refund(r) for r in refunds],
    }


def payment(record: Payment) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "post": record.post,
        "reference": record.reference or None,
        "party": record.party,
        "purpose": record.purpose,
        "method": record.method,
        "bank": record.bank,
        "receipt": record.receipt,
        "paid_on": record.paid_on.isoformat() if record.paid_on else None,
        "amount": amount(record.amount),
        "currency": record.currency,
        "status": record.status,
        "number": record.number,
        "made_at": instant(record.made_at),
        "confirmed_at": instant(record.settled_at) if record.status in _CONFIRMED else None,
        "reason": record.reason,
    }


def security(record: Security) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "method": record.method,
        "reference": record.reference or None,
        "amount": amount(record.amount),
        "currency": record.currency,
        "given_at": instant(record.given_at),
        "released_at": instant(record.released_at),
        "released_reason": record.released_reason,
    }


def refund(record: Refund) -> dict[str, Any]:
    return {
        "number": record.number,
        "amount": amount(record.amount),
        "currency": record.currency,
        "target": record.target,
        "bank": record.bank or None,
        "bank_reference": record.bank_reference or None,
        "reason": record.reason,
        "made_at": instant(record.made_at),
    }


def debt(line: debts.Line) -> dict[str, Any]:
    """`due` and `unsecured` are not the whole while `calculated` is false: what is declared now has no rate yet."""
    return {
        "reference": line.reference,
        "mrn": line.mrn,
        "post": line.post,
        "status": line.status,
        "plate": line.plate,
        "party": line.party,
        "firm": line.firm or None,
        "currency": line.currency,
        "due": amount(line.due),
        "unsecured": amount(line.unsecured),
        "calculated": line.calculated,
        "since": instant(line.since),
    }


def account(known: Account) -> dict[str, Any]:
    return {
        "post": known.post,
        "party": known.party,
        "currency": known.currency,
        "balance": amount(known.balance),
        "standing_order": known.standing_order,
        "opened_at": instant(known.opened_at),
    }


def line(known: Line) -> dict[str, Any]:
    return {
        "place": known.place,
        "at": instant(known.at),
        "kind": known.kind,
        "change": amount(known.change),
        "balance": amount(known.balance),
        "declaration": str(known.declaration_id) if known.declaration_id else None,
    }


def till(known: Till) -> dict[str, Any]:
    return {
        "method": known.method,
        "currency": known.currency,
        "count": known.count,
        "total": amount(known.total),
    }


def closing(record: Closing) -> dict[str, Any]:
    return {
        "number": record.number,
        "post": record.post,
        "lines": record.lines,
        "note": record.note,
        "by": record.name,
        "at": instant(record.at),
    }


def page(
    found: Sequence[T], limit: int, shown: Callable[[T], dict[str, Any]], key: Callable[[T], str]
) -> dict[str, Any]:
    """A page of a list read one row further than asked, with the key of the last row for the next one."""
    rows = list(found[:limit])
    return {"items": [shown(row) for row in rows], "next": key(rows[-1]) if len(found) > limit else None}


def asked_moment() -> tuple[dt.datetime, UUID] | None:
    """Time and id of the last row seen."""
    after = request.args.get("after")
    return read_moment_key(after) if after else None


def asked_id() -> UUID | None:
    """The id of the last row seen."""
    after = request.args.get("after")
    return read_id_key(after) if after else None


def asked_account() -> tuple[str, str] | None:
    """Post and firm of the last account seen."""
    after = request.args.get("after")
    if not after:
        return None
    post, _tilde, party = after.partition("~")
    if not post or not party or len(after) > 80 or fault_in(after):
        raise _no_key()
    return post, party


def asked_place() -> int | None:
    """The place of the last line seen."""
    after = request.args.get("after")
    if not after:
        return None
    if not re.fullmatch("[0-9]{1,18}", after, re.ASCII):
        raise _no_key()
    return int(after)


def _no_key() -> Invalid:
    return Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])


def currency(session: Session, post: str) -> str:
    """The money of a post; `Invalid` where none is kept."""
    known = currency_of(session, post)
    if known is None:
        raise Invalid(findings=[Finding("/post", "account.post", _("{post} keeps no accounts.", post=excerpt(post)))])
    return known


#: Where the commands keep what the body says flatly.
_FLAT = {"/receipt/number": "/receipt", "/receipt/bank": "/bank", "/receipt/paid_on": "/paid_on"}


@contextmanager
def pointing() -> Iterator[None]:
    """Refusals about a receipt point into the body as it was sent."""
    try:
        yield
    except Refusal as refusal:
        refusal.findings = tuple(replace(f, pointer=_FLAT.get(f.pointer, f.pointer)) for f in refusal.findings)
        raise
