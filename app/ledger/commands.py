"""What is posted: amounts that leave one account and reach another. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

#: What begins so is limited: its balance is kept, and never falls below zero. What a firm paid in, and what is left of
#: a guarantee.
PREPAID, PLEDGE = "prepaid:", "pledge:"
LIMITED = (PREPAID, PLEDGE)
#: The chart of accounts. The database knows it by the same expression.
CHART = (
    r"^(receivable|refundable|written-off|bank|cash|contingent|guarantees"
    r"|(revenue|suspended):[a-z][a-z0-9._:-]{0,39}|secured:(cash|account|guarantee)|prepaid:[A-Z]{2}-[A-Z0-9-]{2,32}"
    r"|transit:(pledged|reserved|held|claimed)|pledge:[A-Z0-9-]{8,30})$"
)
_CHART = re.compile(CHART, re.ASCII)
LARGEST = Decimal("9999999999999.99")


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount, more than 0 with at most two decimals, debited to one account and credited to another."""

    debit: str
    credit: str
    amount: Decimal
    kind: str

    def __post_init__(self) -> None:
        exact = isinstance(self.amount, Decimal) and self.amount.is_finite() and self.amount.as_tuple().exponent >= -2  # type: ignore[operator]
        if not exact or not 0 < self.amount <= LARGEST:
            raise ValueError(f"{self.amount} cannot be posted")
        if self.debit == self.credit or not (_CHART.fullmatch(self.debit) and _CHART.fullmatch(self.credit)):
            raise ValueError(f"{self.debit} and {self.credit} are not two accounts of the chart")


def is_limited(account: str) -> bool:
    """Whether the balance of this account is kept and may not fall below zero."""
    return account.startswith(LIMITED)
