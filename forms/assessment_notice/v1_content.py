"""What an assessment notice says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from forms.clearance_permit.v1_content import Party, Post
from forms.kit.plain import Plain, aware

MOST_ITEMS = 999


@dataclass(frozen=True)
class Tax:
    """A tax or fee named on this notice; `names` by locale, English stands in for a missing one."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class ExchangeRate:
    """`units` of `currency` are `rate` of the notice's currency. `day` is the first day of the rate, `until` its last.

    `stale` says that the period was over and nothing newer was known, `old` that it began longer ago than the
    administration lets pass unmarked.
    """

    currency: str
    rate: Decimal
    units: Decimal = Decimal(1)
    day: date | None = None
    until: date | None = None
    source: str = ""
    verified: bool = True
    stale: bool = False
    old: bool = False


@dataclass(frozen=True)
class Cost:
    """A step of the build-up of an item's customs value.

    `kind` is invoice, freight, internal_freight, insurance, other, deduction … (other words are printed as they are).
    `amount` is the whole cost as declared in `currency`, `share` what of it falls on this item, `basis` how the share
    was found: "value", "gross", or figures such as "27 000.00 / 39 600.00". `rate` is the exchange rate applied, for
    one unit (None for the notice's own currency), `result` the share in the notice's currency; both are negative for a
    deduction. An `included` cost is in the price already: it is named and not added.
    """

    kind: str
    amount: Decimal
    currency: str
    share: Decimal
    result: Decimal
    rate: Decimal | None = None
    basis: str = ""
    included: bool = False


@dataclass(frozen=True)
class Minimum:
    """The least value the administration accepts, where it took the place of the declared one.

    `value` is what holds, `declared` the sum of the costs, `rate` text ("2.50 USD/kg"), `quantity` what it was applied
    to, in `unit`.
    """

    value: Decimal
    declared: Decimal
    rate: str
    quantity: Decimal
    unit: str
    rule: str = ""
    source: str = ""
    verified: bool = True


@dataclass(frozen=True)
class Line:
    """A tax of an item. `tax` is the code of a `Tax`; `status` is payable, suspended or exempt.

    `base` is money, or a quantity in `unit` for a specific rate; `base_of` says what it is the sum of. `rate` is text
    ("14.00 %", "0.30 EUR/kg"), `exact` the amount before it was rounded, `working` how a rate by quantity came to it
    ("9 000.000 KGM × 0.50 EUR × 11.6732 = 52 529.40"). An exempt line has the amount 0 and in `relieved` what would
    have been due; `exemption` names the certificate that frees, or the one by which a rate holds. `verified` is false
    for a rate that no administration has confirmed.
    """

    tax: str
    base: Decimal
    rate: str
    amount: Decimal
    status: str = "payable"
    base_of: str = ""
    rule: str = ""
    source: str = ""
    period: str = ""
    exemption: str = ""
    verified: bool = True
    unit: str = ""
    exact: Decimal | None = None
    relieved: Decimal = Decimal(0)
    working: str = ""


@dataclass(frozen=True)
class Item:
    """One item with the build-up of its customs value and its taxes."""

    number: int
    commodity: str
    description: str
    origin: str
    procedure: str
    customs_value: Decimal
    costs: tuple[Cost, ...]
    lines: tuple[Line, ...]
    minimum: Minimum | None = None


@dataclass(frozen=True)
class Fee:
    """A fee of the whole declaration; `fee` is the code of a `Tax`, `rate` text such as "2 × 25.00"."""

    fee: str
    amount: Decimal
    rate: str = ""
    rule: str = ""
    source: str = ""
    period: str = ""
    verified: bool = True


@dataclass(frozen=True)
class Sum:
    """All lines and fees of one tax: what is payable, what is secured, and in `exempt` what would have been due.

    `previous` is what was payable by the assessment before this one.
    """

    tax: str
    payable: Decimal
    suspended: Decimal = Decimal(0)
    exempt: Decimal = Decimal(0)
    previous: Decimal | None = None


@dataclass(frozen=True)
class Rounding:
    """How the amounts of `taxes` are rounded: to `unit` of the notice's currency (0.01), by `mode`: half-up, half-even,
    down or up (other words are printed as they are)."""

    taxes: tuple[str, ...]
    unit: Decimal
    mode: str
    source: str = ""


@dataclass(frozen=True)
class Previous:
    """The assessment that this one takes the place of."""

    number: str
    at: datetime
    payable: Decimal
    suspended: Decimal = Decimal(0)


@dataclass(frozen=True)
class HowToPay:
    """Where the money goes; empty words are left out. `purpose` is what the payer writes; `unverified` names the words
    that no administration has confirmed."""

    until: date | None = None
    beneficiary: str = ""
    bank: str = ""
    account: str = ""
    purpose: str = ""
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True)
class AssessmentNotice(Plain):
    """A notice as issued. All amounts without a currency of their own are in `currency`.

    `payable`, `suspended` and `exempt` are the totals of `sums`; `paid` is what was paid before this notice, `due` what remains
    (negative: what is paid back). `final` is false for a provisional assessment. `version` is the declaration's.
    """

    number: str
    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    payer: Party
    declarant: Party
    currency: str
    payable: Decimal
    suspended: Decimal
    due: Decimal
    taxes: tuple[Tax, ...]
    sums: tuple[Sum, ...]
    items: tuple[Item, ...]
    rates: tuple[ExchangeRate, ...] = ()
    fees: tuple[Fee, ...] = ()
    paid: Decimal = Decimal(0)
    exempt: Decimal = Decimal(0)
    version: int = 1
    final: bool = True
    previous: Previous | None = None
    how_to_pay: HowToPay = field(default_factory=HowToPay)
    rounding: tuple[Rounding, ...] = ()

    def __post_init__(self) -> None:
        aware(self.issued_at, "issued_at")
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise ValueError(f"A notice has 1 to {MOST_ITEMS} items, not {len(self.items)}")

    @property
    def unverified(self) -> bool:
        """Whether anything rests on a rate that no administration has confirmed, or is paid to whom none has named."""
        lines = (line.verified for item in self.items for line in item.lines)
        least = (item.minimum.verified for item in self.items if item.minimum)
        rates, fees = (each.verified for each in self.rates), (each.verified for each in self.fees)
        return bool(self.due > 0 and self.how_to_pay.unverified) or not all(chain(lines, least, rates, fees))
