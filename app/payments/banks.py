"""The banks and treasuries whose receipts count: the list `bank` of the code book. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt

from app.core.errors import Finding
from app.core.text import _, excerpt
from app.payments.commands import Receipt
from app.payments.rules import clean_receipt, receipt_findings
from app.reference.codebook import Codebook, Entry
from app.reference.rules import folded

LIST = "bank"


def offered(codes: Codebook, administration: str, on: dt.date) -> list[Entry]:
    """The banks that take money for an administration on a day, by their codes."""
    return [e for e in codes.entries(LIST, on) if e.attributes.get("administration") == administration]


def bank_of(codes: Codebook, said: str, administration: str, on: dt.date) -> Entry | None:
    """The bank that somebody means by its code, or by exactly one of its names in any language, whatever the letters'
    case; None for a word that means no bank, or more than one."""
    wanted = folded(said)
    known = offered(codes, administration, on)
    by_code = [e for e in known if folded(e.code) == wanted]
    meant = by_code or [e for e in known if wanted in map(folded, e.names.values())]
    return meant[0] if wanted and len(meant) == 1 else None


def checked(codes: Codebook, receipt: Receipt, post: str, today: dt.date) -> tuple[Receipt, list[Finding]]:
    """The receipt in the form in which receipts are compared, with the code of its bank, and what is wrong with it.

    The bank is looked up on the day of the payment; without one, today.
    """
    clean = clean_receipt(receipt)
    found = receipt_findings(clean)
    if clean.paid_on is not None and clean.paid_on > today:
        message = _("The day of the payment has not come yet. Give the day that stands on the receipt.")
        found.append(Finding("/receipt/paid_on", "payment.paid-on", message))
    if any(f.pointer == "/receipt/bank" for f in found):
        return clean, found
    on = min(clean.paid_on or today, today)
    bank = bank_of(codes, clean.bank, post[:2], on)
    if bank is None:
        found.append(_unknown(codes, clean.bank, post[:2], on))
        return clean, found
    return dataclasses.replace(clean, bank=bank.code), found


def _unknown(codes: Codebook, said: str, administration: str, on: dt.date) -> Finding:
    message = _(
        "“{bank}” is no bank or treasury that takes money for customs on {day}. Give one of the list “bank”: {known}.",
        bank=excerpt(said),
        day=on.isoformat(),
        known=", ".join(e.code for e in offered(codes, administration, on)) or "–",
    )
    return Finding("/receipt/bank", "payment.bank", message)
