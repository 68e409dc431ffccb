"""What a Single Administrative Document says, version 1: the declared words by box, and the taxes found for them.

Everything is printed as it was declared, in whatever script; nothing is looked up when it is printed. Words that were
not declared are empty, figures None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import Party, Post
from forms.kit.plain import Plain, aware

MOST_ITEMS = 999


@dataclass(frozen=True)
class Package:
    """Packages of one kind (Rec 21) of an item: box 31."""

    kind: str
    count: int
    marks: str = ""


@dataclass(frozen=True)
class Document:
    """A document of box 44, or a previous one of box 40 with the `item` of it."""

    type: str
    number: str
    day: date | None = None
    issuer: str = ""
    expires: date | None = None
    item: int | None = None


@dataclass(frozen=True)
class Tax:
    """A line of box 47. `tax` is its code, `rate` text ("14.00 %"), `method` the method of payment (MP).

    `status` is payable, suspended or exempt: only what is payable counts in the totals. `base` is money, or a quantity
    in `unit`. `verified` is false for a rate that no administration has confirmed.
    """

    tax: str
    base: Decimal
    rate: str
    amount: Decimal
    method: str = ""
    status: str = "payable"
    unit: str = ""
    verified: bool = True


@dataclass(frozen=True)
class TaxTotal:
    """What all items and fees come to for one tax; `names` by locale, English stands in for a missing one.

    `verified` is false for a fee by an amount that no administration has confirmed; of a tax its lines say so.
    """

    tax: str
    payable: Decimal
    suspended: Decimal = Decimal(0)
    names: Mapping[str, str] = field(default_factory=dict)
    verified: bool = True


@dataclass(frozen=True)
class Item:
    """Boxes 31 to 47 of one item. Masses in kilograms; `procedure` with its additional part, seven signs at most."""

    number: int
    commodity: str
    description: str
    gross_kg: Decimal
    net_kg: Decimal
    packages: tuple[Package, ...] = ()
    containers: tuple[str, ...] = ()
    un_number: str = ""
    additional_codes: tuple[str, ...] = ()
    origin: str = ""
    origin_region: str = ""
    preference: str = ""
    procedure: str = ""
    quota: str = ""
    previous_documents: tuple[Document, ...] = ()
    supplementary_unit: str = ""
    supplementary_quantity: Decimal | None = None
    invoice_value: Decimal | None = None
    valuation_method: str = ""
    documents: tuple[Document, ...] = ()
    licence: str = ""
    additional_information: str = ""
    information_codes: tuple[str, ...] = ()
    adjustment: Decimal | None = None
    customs_value: Decimal | None = None
    statistical_value: Decimal | None = None
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True)
class Means:
    """A means of transport: its identity (a truck and its trailer in one) and the country of its registration."""

    identity: str = ""
    country: str = ""


@dataclass(frozen=True)
class Guarantee:
    """Box 52."""

    type: str = ""
    reference: str = ""
    not_valid_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """Box D/J: what the office found and decided. `at` is aware."""

    result: str = ""
    seals: tuple[str, ...] = ()
    time_limit: date | None = None
    officer: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Sad(Plain):
    """A declaration as printed; the number of each box stands beside its field.

    `issued_at` is the time of the print, `registered_at` that of the lodging (None: a draft, which has no MRN either).
    Amounts of taxes are in `tax_currency`, what was invoiced in `currency`. `provisional` says that the taxes may
    still change.
    """

    mrn: str
    reference: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    consignor: Party  # 2
    consignee: Party  # 8
    declarant: Party  # 14
    items: tuple[Item, ...]
    registered_at: datetime | None = None  # A
    version: int = 1
    declaration_type: str = ""  # 1, first part
    general_procedure: str = ""  # 1, second part
    additional_type: str = ""
    transit_type: str = ""  # 1, third part
    loading_lists: int | None = None  # 4
    total_packages: int | None = None  # 6
    local_reference: str = ""  # 7
    financial: Party = field(default_factory=Party)  # 9
    last_country: str = ""  # 10
    trading_country: str = ""  # 11
    value_details: Decimal | None = None  # 12
    agricultural_policy: str = ""  # 13
    licence: str = ""  # 14, the broker's
    dispatch: str = ""  # 15
    dispatch_region: str = ""  # 15b
    origin: str = ""  # 16: a country, or VARIOUS
    destination: str = ""  # 17
    destination_region: str = ""  # 17b
    departure: Means = field(default_factory=Means)  # 18
    border: Means = field(default_factory=Means)  # 21
    container: bool = False  # 19
    delivery_code: str = ""  # 20
    delivery_place: str = ""
    delivery_situation: str = ""
    currency: str = ""  # 22
    invoice_total: Decimal | None = None
    exchange_rate: Decimal | None = None  # 23
    transaction_nature: str = ""  # 24
    border_mode: str = ""  # 25
    inland_mode: str = ""  # 26
    place_of_loading: str = ""  # 27
    banking: str = ""  # 28
    border_office: str = ""  # 29
    location_of_goods: str = ""  # 30
    documents: tuple[Document, ...] = ()  # 44 of the whole declaration
    additional_information: str = ""  # 44 of the whole declaration
    tax_currency: str = ""  # 47
    totals: tuple[TaxTotal, ...] = ()
    total: Decimal | None = None
    total_suspended: Decimal | None = None
    provisional: bool = False
    accounting: tuple[str, ...] = ()  # B
    deferred_payment: str = ""  # 48
    warehouse: str = ""  # 49
    principal: Party = field(default_factory=Party)  # 50
    represented_by: str = ""
    principal_place: str = ""
    transit_offices: tuple[str, ...] = ()  # 51
    guarantees: tuple[Guarantee, ...] = ()  # 52
    destination_office: str = ""  # 53
    place: str = ""  # 54
    day: date | None = None
    representative: str = ""
    departure_office: str = ""  # C
    control: Control = field(default_factory=Control)  # D/J
    exchange_verified: bool = True  # 23

    def __post_init__(self) -> None:
        aware(self.issued_at, "issued_at")
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise ValueError(f"A declaration has 1 to {MOST_ITEMS} items, not {len(self.items)}")

    @property
    def forms(self) -> int:
        """The number of sheets: one item on the first, three on each that follows (box 3)."""
        return 1 + (len(self.items) + 1) // 3

    @property
    def unverified(self) -> bool:
        """Whether anything rests on a rate that no administration has confirmed."""
        lines = (tax.verified for item in self.items for tax in item.taxes)
        return not (self.exchange_verified and all(lines) and all(each.verified for each in self.totals))
