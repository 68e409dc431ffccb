"""What a payment receipt says, version 1. Frozen at issue: nothing is looked up again when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Post
from forms.kit.plain import Plain, aware

#: What the paper is about: money for a declaration, money given back, laid into a prepayment account, or left as
#: security.
KINDS = ("payment", "refund", "deposit", "security")


@dataclass(frozen=True)
class Allocation:
    """What of the amount is for one tax or fee; `names` by locale, English stands in for a missing one.

    `assessed` less `before` less `by_this` is `remaining`; a refund has negative amounts in `by_this`.
    """

    tax: str
    names: Mapping[str, str]
    assessed: Decimal
    before: Decimal
    by_this: Decimal
    remaining: Decimal


@dataclass(frozen=True)
class PaymentReceipt(Plain):
    """A receipt as issued; every amount is in `currency`.

    `kind` is one of `KINDS`. `method` is a word (receipt, treasury, account, cash, transfer, guarantee, bank; others
    are printed as they are). `payer` is who paid, or who is paid back. `notice` is the number of the assessment notice, `account`
    the prepayment account drawn on or laid into, `balance` what is in it afterwards. `reason` says why money is given
    back, or is a remark. `assessed`, `before` and `remaining` are totals, also where nothing is allocated to taxes;
    `overpaid` is what was received beyond them. A deposit needs no MRN. `issued_by` is the cashier.
    """

    kind: str
    number: str
    post: Post
    issued_at: datetime
    issued_by: str
    key_id: str
    payer: Party
    currency: str
    amount: Decimal
    method: str
    mrn: str = ""
    reference: str = ""
    declarant: Party = field(default_factory=Party)
    bank: str = ""
    bank_reference: str = ""
    paid_on: date | None = None
    notice: str = ""
    account: str = ""
    balance: Decimal | None = None
    allocation: tuple[Allocation, ...] = ()
    assessed: Decimal = Decimal(0)
    before: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    overpaid: Decimal = Decimal(0)
    reason: str = ""

    def __post_init__(self) -> None:
        aware(self.issued_at, "issued_at")
        if self.kind not in KINDS:
            raise ValueError(f"A receipt is of one of {', '.join(KINDS)}, not {self.kind!r}")


_NAMES = {
    "duty": {
        "en": "Customs duty",
        "tg": "Боҷи гумрукӣ",
        "ru": "Таможенная пошлина",
        "fa_AF": "محصول گمرکی",
        "ps": "ګمرکي محصول",
    },
    "vat": {
        "en": "Value added tax",
        "tg": "Андоз аз арзиши иловашуда",
        "ru": "Налог на добавленную стоимость",
        "fa_AF": "مالیهٔ ارزش افزوده",
        "ps": "د ارزښت زیاتوالي مالیه",
    },
    "fee:clearance": {
        "en": "Clearance fee",
        "tg": "Пардохти барасмиятдарорӣ",
        "ru": "Сбор за оформление",
        "fa_AF": "فیس ترخیص",
        "ps": "د تصفیې فیس",
    },
}


def _for(tax: str, assessed: str, before: str, by_this: str, remaining: str) -> Allocation:
    amounts = (Decimal(each) for each in (assessed, before, by_this, remaining))
    return Allocation(tax, _NAMES[tax], *amounts)


SAMPLE = PaymentReceipt(
    kind="payment",
    number="TJPPJ-2026-PR-000388",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 8, 47, tzinfo=UTC),
    issued_by="Сафарова Мадина",
    key_id=PERMIT.key_id,
    payer=PERMIT.consignee,
    declarant=PERMIT.declarant,
    currency="TJS",
    amount=Decimal("30000.00"),
    method="receipt",
    bank="Амонатбонк, Душанбе",
    bank_reference="AB-2026-7714023",
    paid_on=date(2026, 11, 26),
    notice="TJPPJ-2026-AN-000951",
    allocation=(
        _for("duty", "25134.46", "23120.05", "2014.41", "0.00"),
        _for("vat", "59820.01", "26779.95", "27985.59", "5054.47"),
        _for("fee:clearance", "100.00", "100.00", "0.00", "0.00"),
    ),
    assessed=Decimal("85054.47"),
    before=Decimal("50000.00"),
    remaining=Decimal("5054.47"),
)
