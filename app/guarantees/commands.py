"""What somebody asks of a guarantee."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RegisterGuarantee:
    """A guarantee as an office of guarantee takes it. `type` is a code of `lifecycle.Type`, `level` the per cent that
    the guarantor answers for (comprehensive), `amount` the reference amount in `currency`; `grn` where it was issued
    abroad, else it is given here. `commodities` are prefixes of the goods it is good for; none means all."""

    post: str
    type: str
    holder: str
    guarantor: str
    amount: Decimal
    currency: str
    valid_from: dt.date
    valid_to: dt.date
    level: int = 100
    grn: str | None = None
    guarantor_name: str = ""
    not_valid_for: tuple[str, ...] = ()
    commodities: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class SettleGuarantee:
    """A second person's word on a guarantee that waits; a refusal says why."""

    grn: str
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """Another reference amount, proposed by one person and approved by another."""

    grn: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class AddAccessCode:
    """A further code under which the guarantee may be used; `label` says whose it is."""

    grn: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class RevokeAccessCode:
    grn: str
    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """A guarantee as a movement names it; `place` is its place in the movement's list, for pointers."""

    place: int
    grn: str
    type: str
    access_code: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What a guarantee is asked for: whose movement, through which countries, with which goods."""

    holder: str
    countries: frozenset[str]
    commodities: frozenset[str]
    on: dt.date


@dataclass(frozen=True, slots=True)
class Subject:
    """The movement that takes an amount."""

    post: str
    id: UUID
    mrn: str
