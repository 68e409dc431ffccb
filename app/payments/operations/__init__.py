"""The verbs of money: assess, pay, claim, confirm, secure, give back, close the day.

Whoever calls a verb about a declaration holds that declaration's row. Accounts are locked after it, and the post's own
row (official numbers) last.
"""

from __future__ import annotations

from app.payments.operations.accounts import WITHDRAWAL, propose_withdrawal, set_standing_order, withdraw
from app.payments.operations.assessing import assess, discharge, resume, retain, reverse, watch
from app.payments.operations.closing import close_day
from app.payments.operations.paying import collect, pay_from_account
from app.payments.operations.posting import CASHIERS
from app.payments.operations.receipts import (
    cancel,
    claim_deposit,
    claim_receipt,
    confirm,
    deposit,
    record_receipt,
    refuse,
)
from app.payments.operations.refunding import REFUND, propose_refund, refund
from app.payments.operations.securing import release_all, release_security, secure
from app.payments.operations.waiving import debt_of, fee_of, waive_fee, without_fees, write_debt_off
from app.payments.queries import hold_account, standing

__all__ = [
    "CASHIERS",
    "REFUND",
    "WITHDRAWAL",
    "assess",
    "cancel",
    "claim_deposit",
    "claim_receipt",
    "close_day",
    "collect",
    "confirm",
    "debt_of",
    "deposit",
    "discharge",
    "fee_of",
    "hold_account",
    "pay_from_account",
    "propose_refund",
    "propose_withdrawal",
    "record_receipt",
    "refund",
    "refuse",
    "release_all",
    "release_security",
    "resume",
    "retain",
    "reverse",
    "secure",
    "set_standing_order",
    "standing",
    "waive_fee",
    "watch",
    "withdraw",
    "without_fees",
    "write_debt_off",
]
