"""What somebody asks for where money is concerned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID


class Method(StrEnum):
    """How money arrives: by a receipt of a bank or treasury, as cash at the window, from the firm's own account."""

    RECEIPT = "receipt"
    CASH = "cash"
    ACCOUNT = "account"


class Purpose(StrEnum):
    DUTIES = "duties"
    DEPOSIT = "deposit"
    SECURITY = "security"


class Excess(StrEnum):
    """Where the part goes that is more than what is due."""

    REFUNDABLE = "refundable"
    ACCOUNT = "account"


class SecurityMethod(StrEnum):
    CASH = "cash"
    ACCOUNT = "account"
    GUARANTEE = "guarantee"


class Result(Protocol):
    """An assessment as the calculation hands it in; amounts are rounded as the law of the currency says."""

    @property
    def currency(self) -> str: ...

    @property
    def total(self) -> Decimal:
        """What is payable, taxes and fees."""
        ...

    @property
    def suspended(self) -> Decimal:
        """What would be payable if the goods stayed: to be secured, not to be paid."""
        ...

    def by_tax(self) -> Mapping[str, Decimal]:
        """What is payable by tax code or "fee:" and the fee's code; adds up to the total."""
        ...

    def suspended_by_tax(self) -> Mapping[str, Decimal]: ...

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """The declaration money is about, found and locked by the flow. `party` is the firm that owes, `content` the
    content number that is assessed. `let_go` says that its goods, or a part of them, are no longer held; `fresh` that it
    comes into being in this very transaction."""

    post: str
    declaration_id: UUID
    reference: str
    mrn: str | None
    party: str
    content: int
    let_go: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A paper of a bank or the treasury that says an amount was paid in. `bank` is a code of the list `bank`, or one of
    the bank's names as they stand there."""

    bank: str
    number: str
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """An amount paid for a declaration by receipt, or as cash where `receipt` is None."""

    amount: Decimal
    currency: str
    receipt: Receipt | None
    excess: str = Excess.REFUNDABLE.value


@dataclass(frozen=True, slots=True)
class PayFromAccount:
    """Part or all of what is due from a firm's prepayment account; None is all of it. An officer names the firm's
    written order."""

    party: str
    amount: Decimal | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money paid into the prepayment account of a firm at a post."""

    post: str
    party: str
    amount: Decimal
    currency: str
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Money a firm takes out of its prepayment account, sent to its bank."""

    post: str
    party: str
    amount: Decimal
    currency: str
    bank: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetStandingOrder:
    """Whether declarations of the firm are paid from its account by themselves."""

    post: str
    party: str
    on: bool


@dataclass(frozen=True, slots=True)
class Secure:
    """Security for suspended amounts: cash (by receipt or at the window), an amount reserved on the firm's account, or
    a guarantee named by its reference."""

    method: str
    amount: Decimal
    currency: str
    receipt: Receipt | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ProposeRefund:
    """What was paid too much goes back: to the firm's account, or to a bank under a reference."""

    amount: Decimal
    currency: str
    target: str
    reason: str
    bank: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the cashier has counted of a method in a currency: notes, or the sum of the receipts in the folder."""

    method: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CloseDay:
    """`note` explains a difference between what was counted and what was posted."""

    post: str
    counted: Sequence[Counted]
    note: str = ""
