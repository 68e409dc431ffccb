"""What follows from what was posted, and the checks of amounts and receipts. Pure."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.core.errors import Finding
from app.core.text import Text, _, ascii_digits, fault_in, normal
from app.ledger.commands import Transfer
from app.payments.commands import Excess, Receipt

ZERO = Decimal("0.00")
#: No single amount is larger; a slip of the keyboard is found before it is posted.
LARGEST = Decimal("999999999999.99")
#: Spaces, and hyphens and dashes of every kind, are no part of a receipt's number.
BETWEEN = r"[\s\u2010-\u2015\u2212\-]"
_BETWEEN = re.compile(f"{BETWEEN}+")
LONGEST_BANK, LONGEST_NUMBER, LONGEST_REASON = 80, 60, 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """How a declaration stands, in the currency of its assessment (None before there is one).

    paid is what came in and was not given back; due and overpaid are never both above zero. secured covers suspended;
    claimed is what receipts say that nobody has confirmed yet.
    """

    currency: str | None
    assessed: Decimal
    paid: Decimal
    due: Decimal
    overpaid: Decimal
    suspended: Decimal
    secured: Decimal
    unsecured: Decimal
    claimed: Decimal
    #: The content number that was assessed; an amendment whose duties cannot be calculated yet leaves an older one.
    content: int | None = field(default=None, compare=False)

    @property
    def settled(self) -> bool:
        """Nothing is due, and what is suspended is secured."""
        return self.due <= 0 and self.unsecured <= 0


@dataclass(frozen=True, slots=True)
class Position:
    """What the ledger and the last assessment say about a declaration."""

    currency: str | None = None
    number: int = 0
    by_tax: Mapping[str, Decimal] = field(default_factory=dict)
    suspended_by_tax: Mapping[str, Decimal] = field(default_factory=dict)
    receivable: Decimal = ZERO
    refundable: Decimal = ZERO
    secured: Decimal = ZERO
    claimed: Decimal = ZERO
    #: What is owed and will not be collected, by a decision of two persons.
    written_off: Decimal = ZERO
    content: int | None = field(default=None, compare=False)

    @property
    def assessed(self) -> Decimal:
        return sum(self.by_tax.values(), ZERO)

    @property
    def suspended(self) -> Decimal:
        return sum(self.suspended_by_tax.values(), ZERO)

    def moved(self, transfers: Iterable[Transfer]) -> Position:
        """The position after transfers about the declaration."""
        change = {"receivable": ZERO, "refundable": ZERO, "secured": ZERO, "written-off": ZERO}
        for transfer in transfers:
            for account, amount in ((transfer.credit, transfer.amount), (transfer.debit, -transfer.amount)):
                head = account.partition(":")[0]
                if head in change:
                    change[head] += amount
        return dataclasses.replace(
            self,
            receivable=self.receivable - change["receivable"],
            refundable=self.refundable + change["refundable"],
            secured=self.secured + change["secured"],
            written_off=self.written_off - change["written-off"],
        )

    def standing(self) -> Standing:
        return Standing(
            currency=self.currency,
            assessed=self.assessed,
            paid=self.assessed - self.receivable + self.refundable - self.written_off,
            due=self.receivable,
            overpaid=self.refundable,
            suspended=self.suspended,
            secured=self.secured,
            unsecured=max(self.suspended - self.secured, ZERO),
            claimed=self.claimed,
            content=self.content,
        )


def differences(
    before: Mapping[str, Decimal], after: Mapping[str, Decimal], debit: str, credit: str, kind: str
) -> list[Transfer]:
    """The transfers that turn one assessment into the next, tax by tax: more is owed, or less."""
    found = []
    for tax in sorted({*before, *after}):
        more = after.get(tax, ZERO) - before.get(tax, ZERO)
        if more > 0:
            found.append(Transfer(debit, f"{credit}:{tax}", more, kind))
        elif more < 0:
            found.append(Transfer(f"{credit}:{tax}", debit, -more, kind))
    return found


def offset(position: Position) -> list[Transfer]:
    """What was paid too much becomes refundable; what is refundable first pays what is due again. What nobody paid because
    it was written off is not given back: less is written off then."""
    if position.receivable < 0:
        restored = min(-position.receivable, position.written_off)
        rest = -position.receivable - restored
        found = [Transfer("receivable", "written-off", restored, "write-off-back")] if restored > 0 else []
        return found + ([Transfer("receivable", "refundable", rest, "offset")] if rest > 0 else [])
    both = min(position.receivable, position.refundable)
    return [Transfer("refundable", "receivable", both, "offset")] if both > 0 else []


def amount_findings(amount: Decimal, pointer: str = "/amount") -> list[Finding]:
    """An amount is more than nothing, has at most two decimals and is no slip of the keyboard."""
    if not amount.is_finite() or amount <= 0:
        return [Finding(pointer, "payment.amount", _("The amount must be more than 0. Give what was paid."))]
    exponent = amount.as_tuple().exponent
    if amount > LARGEST or (isinstance(exponent, int) and exponent < -2 and amount != amount.quantize(ZERO)):
        message = _("Give the amount with at most 12 digits before the point and 2 after it.")
        return [Finding(pointer, "payment.amount", message)]
    return []


def currency_findings(currency: str, expected: str, pointer: str = "/currency") -> list[Finding]:
    """Money is taken in the currency of the assessment alone."""
    if currency == expected:
        return []
    message = _(
        "Amounts here are in {expected}, not in {currency}. Change the money at a bank and give the amount in {expected}.",
        expected=expected,
        currency=currency,
    )
    return [Finding(pointer, "payment.currency", message)]


def excess_findings(excess: str) -> list[Finding]:
    if excess in {e.value for e in Excess}:
        return []
    message = _("Choose one of: {choices}.", choices=", ".join(e.value for e in Excess))
    return [Finding("/excess", "payment.excess", message)]


def clean_receipt(receipt: Receipt) -> Receipt:
    """One way to write a receipt: its number in capital letters and Latin digits of any width, without spaces and
    hyphens. Zeros at its beginning are kept, as they stand on the paper; the database compares without them."""
    bank, number = (unicodedata.normalize("NFKC", normal(text)) for text in (receipt.bank, receipt.number))
    return dataclasses.replace(
        receipt, bank=" ".join(bank.split()), number=_BETWEEN.sub("", ascii_digits(number)).upper()
    )


def receipt_findings(receipt: Receipt, pointer: str = "/receipt") -> list[Finding]:
    """A receipt names its bank and its number; which bank is meant is for `banks` to say."""
    clean = clean_receipt(receipt)
    found = text_findings(
        clean.bank, LONGEST_BANK, f"{pointer}/bank", "payment.bank", _("Name the bank or the treasury.")
    )
    found += text_findings(
        clean.number,
        LONGEST_NUMBER,
        f"{pointer}/number",
        "payment.receipt",
        _("Give the number that stands on the receipt."),
    )
    return found


def reason_findings(reason: str, message: Text, pointer: str = "/reason") -> list[Finding]:
    return text_findings(reason, LONGEST_REASON, pointer, "payment.reason", message)


def text_findings(value: str, most: int, pointer: str, rule: str, missing: Text) -> list[Finding]:
    """A text that must be there, can be stored, and is not too long."""
    if not value.strip():
        return [Finding(pointer, rule, missing)]
    fault = fault_in(value)
    if fault is not None:
        return [Finding(pointer, rule, fault)]
    if len(value) > most:
        return [Finding(pointer, rule, _("Too long: at most {most} characters.", most=most))]
    return []
