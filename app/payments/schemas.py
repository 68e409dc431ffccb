"""Words of payments, securities and refunds, as programs and pages write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma

from app.core.fields import Coded, Day, Exact, Words, listed
from app.core.messages import T
from app.payments import commands

_CHOICES = {"account": T("Prepayment account"), "receipt": T("Receipt of a bank"), "cash": T("Cash at the window")}


#: A code of the list `bank`, or exactly one of the names it has there.
_BANK = {"label": T("Bank"), "codes": "bank"}


class _Part(ma.Schema):
    class Meta:
        unknown = ma.RAISE


def _choice(labels: Mapping[str, T], label: T, **options: Any) -> ma.fields.String:
    known = ma.validate.OneOf(list(labels), labels=list(labels.values()))
    return ma.fields.String(validate=known, metadata={"label": label}, **options)


def _amount(**options: Any) -> Exact:
    return Exact(12, 2, positive=True, metadata={"label": T("Amount")}, **options)


def _currency() -> Coded:
    return Coded(r"[A-Z]{3}", "TJS", allow_none=True, metadata={"label": T("Currency"), "codes": "currency"})


#: What is missing is told together with what is wrong in single fields. What was given is looked at, because a field
#: that is wrong is not among the data.
_at_once = ma.validates_schema(pass_original=True, skip_on_field_errors=False)


def _unnamed(given: Mapping[str, Any]) -> dict[str, list[T]]:
    """The words of a receipt that are missing, each at its field; of a blank one its field says so itself."""
    return {name: [T("This may not be empty.", "required")] for name in ("bank", "receipt") if given.get(name) is None}


def _refuse(missing: Mapping[str, list[T]]) -> None:
    if missing:
        raise ma.ValidationError(dict(missing))


class _WithReceipt(_Part):
    amount = _amount(required=True)
    currency = _currency()
    bank = Words(80, allow_none=True, metadata=_BANK)
    receipt = Words(60, allow_none=True, metadata={"label": T("Number of the receipt")})
    paid_on = Day(allow_none=True, metadata={"label": T("Day of the payment")})


class PaymentSchema(_WithReceipt):
    """A payment for a declaration. From the account the amount may be left out: everything that is due."""

    method = _choice(_CHOICES, T("How it is paid"), required=True)
    amount = _amount(allow_none=True)
    excess = _choice(
        {"refundable": T("Keep it for a refund"), "account": T("Put it into the firm's account")},
        T("What is paid too much"),
        load_default="refundable",
    )
    party = Words(40, allow_none=True, metadata={"label": T("Firm whose account pays")})
    order = Words(120, allow_none=True, metadata={"label": T("Written order of the firm")})

    @_at_once
    def _whole(self, data: Mapping[str, Any], given: Mapping[str, Any], **_context: Any) -> None:
        missing = _unnamed(given) if data.get("method") == "receipt" else {}
        if data.get("method") in ("receipt", "cash") and given.get("amount") is None:
            missing["amount"] = [T("Give the amount that was paid.", "required")]
        _refuse(missing)


class DepositSchema(_WithReceipt):
    """Money for a firm's prepayment account; without a receipt it is cash."""

    method = _choice({k: _CHOICES[k] for k in ("receipt", "cash")}, T("How it is paid"), required=True)

    @_at_once
    def _whole(self, data: Mapping[str, Any], given: Mapping[str, Any], **_context: Any) -> None:
        _refuse(_unnamed(given) if data.get("method") == "receipt" else {})


class SecuritySchema(_WithReceipt):
    """Security for what is suspended. Cash with a bank or a number is a receipt, and then names both."""

    method = _choice(
        {"cash": T("Cash deposit"), "account": T("Reserved on the prepayment account"), "guarantee": T("Guarantee")},
        T("Kind of security"),
        required=True,
    )
    reference = Words(60, allow_none=True, metadata={"label": T("Reference of the guarantee")})

    @_at_once
    def _whole(self, data: Mapping[str, Any], given: Mapping[str, Any], **_context: Any) -> None:
        missing = _unnamed(given)
        if data.get("method") == "cash" and len(missing) == 1:
            _refuse(missing)
        if data.get("method") == "guarantee" and given.get("reference") is None:
            _refuse({"reference": [T("Give the reference number of the guarantee.", "required")]})


class RefundSchema(_Part):
    amount = _amount(required=True)
    currency = _currency()
    target = _choice({"account": T("To the firm's account"), "bank": T("To a bank")}, T("Where it goes"), required=True)
    bank = Words(80, allow_none=True, metadata={"label": T("Bank")})
    reference = Words(60, allow_none=True, metadata={"label": T("Reference of the transfer")})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea"})


class WithdrawalSchema(_Part):
    amount = _amount(required=True)
    currency = _currency()
    bank = Words(80, required=True, metadata={"label": T("Bank")})
    reference = Words(60, required=True, metadata={"label": T("Reference of the transfer")})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea"})


class StandingOrderSchema(_Part):
    on = ma.fields.Boolean(
        required=True,
        truthy={True, "true", "1"},
        falsy={False, "false", "0"},
        metadata={"label": T("Pay declarations from the account by themselves")},
    )


class CountedSchema(_Part):
    method = _choice({name: _CHOICES[name] for name in ("receipt", "cash")}, T("How it was paid"), required=True)
    currency = Coded(r"[A-Z]{3}", "TJS", required=True, metadata={"label": T("Currency")})
    amount = Exact(12, 2, required=True, metadata={"label": T("Counted")})


class ClosingSchema(_Part):
    counted = listed(ma.fields.Nested(CountedSchema), 0, 50, required=True, metadata={"label": T("Counted")})
    note = Words(2000, allow_none=True, metadata={"label": T("Note on a difference"), "widget": "textarea"})


def receipt(given: Mapping[str, Any]) -> commands.Receipt | None:
    """The receipt that is named, or None: then it was cash."""
    if not given.get("bank") or not given.get("receipt"):
        return None
    day = given.get("paid_on")
    return commands.Receipt(given["bank"], given["receipt"], dt.date.fromisoformat(day) if day else None)


def pay(given: Mapping[str, Any], currency: str) -> commands.Pay:
    """A payment by receipt or cash; without a currency in that of the assessment."""
    paper = receipt(given) if given["method"] == "receipt" else None
    return commands.Pay(Decimal(given["amount"]), given.get("currency") or currency, paper, given["excess"])


def deposit(given: Mapping[str, Any], post: str, party: str, currency: str) -> commands.Deposit:
    paper = receipt(given) if given["method"] == "receipt" else None
    return commands.Deposit(post, party, Decimal(given["amount"]), given.get("currency") or currency, paper)


def secure(given: Mapping[str, Any], currency: str) -> commands.Secure:
    return commands.Secure(
        given["method"],
        Decimal(given["amount"]),
        given.get("currency") or currency,
        receipt(given),
        given.get("reference") or "",
    )


def refund(given: Mapping[str, Any], currency: str) -> commands.ProposeRefund:
    return commands.ProposeRefund(
        Decimal(given["amount"]),
        given.get("currency") or currency,
        given["target"],
        given["reason"],
        given.get("bank") or "",
        given.get("reference") or "",
    )


def closing(given: Mapping[str, Any], post: str) -> commands.CloseDay:
    counted = [commands.Counted(c["method"], c["currency"], Decimal(c["amount"])) for c in given["counted"]]
    return commands.CloseDay(post, counted, given.get("note") or "")
