"""Money to JSON: amounts as strings of decimals, times in UTC."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import orjson
from flask import request

from app.api.presenters import finding, instant
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.declarations.models import Declaration
from app.payments.models import Closing, Payment, Refund, Security
from app.payments.queries import Account, Line, Till
from app.payments.rules import Standing
from app.registers.dues import Due

T = TypeVar("T")


def amount(value: Decimal) -> str:
    """An amount as text, with the decimals it is kept with."""
    return format(value, "f")


def assessment(record: Declaration, due: Due) -> dict[str, Any]:
    """The contract's assessment with how it stands; provisional while the goods may still be looked at."""
    return {
        **due.result,
        "status": "provisional" if due.provisional else "final",
        "number": due.number,
        "version": due.content,
        "reference": record.reference,
        "mrn": record.mrn,
        "made_at": instant(due.made_at),
        "warnings": [finding(w) for w in due.warnings],
        "standing": standing(due.standing),
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
        "confirmed_at": instant(record.settled_at) if record.status == "confirmed" else None,
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
    found: Sequence[T], limit: int, shown: Callable[[T], dict[str, Any]], key: Callable[[T], tuple[Any, ...]]
) -> dict[str, Any]:
    """A page of a list read one row further than asked, with the mark of the next one."""
    rows = list(found[:limit])
    more = _mark(key(rows[-1])) if len(found) > limit else None
    return {"items": [shown(row) for row in rows], "next": more}


def _mark(key: tuple[Any, ...]) -> str:
    if len(key) == 1 and isinstance(key[0], UUID):
        return str(key[0])
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def _asked() -> list[Any] | None:
    text = request.args.get("after")
    if text is None:
        return None
    try:
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, list):
        raise _bad()
    return found


def _bad() -> Invalid:
    message = _("Take “next” from the page before, or leave “after” out.")
    return Invalid(findings=[Finding("/after", "page.after", message)])


def asked_after() -> tuple[dt.datetime, UUID] | None:
    """Time and id of the last row seen."""
    key = _asked()
    if key is None:
        return None
    try:
        at, id = key
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None or not 1990 <= moment.year < 2200:
            raise ValueError(at)
        return moment, UUID(id)
    except (TypeError, ValueError, AttributeError):
        raise _bad() from None


def asked_pair() -> tuple[str, str] | None:
    """Two texts that name the last row seen."""
    key = _asked()
    if key is None:
        return None
    if len(key) != 2 or not all(isinstance(k, str) and len(k) <= 40 and "\0" not in k for k in key):
        raise _bad()
    return key[0], key[1]


def asked_place() -> int | None:
    """The place of the last line seen."""
    key = _asked()
    if key is None:
        return None
    if len(key) != 1 or type(key[0]) is not int or not 0 <= key[0] < 2**62:
        raise _bad()
    return key[0]
