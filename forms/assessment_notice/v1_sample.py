"""An assessment notice whose every figure can be found by hand: three items, one exempt, one tax secured."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from forms.assessment_notice.v1_content import (
    AssessmentNotice,
    Cost,
    ExchangeRate,
    Fee,
    HowToPay,
    Item,
    Line,
    Previous,
    Sum,
    Tax,
)
from forms.clearance_permit.v1_content import SAMPLE as PERMIT

_RATE = Decimal("10.6543")
_PERIOD = "01.01.2024 – 31.12.2026"


def _cost(kind: str, amount: str, share: str, result: str, basis: str = "") -> Cost:
    return Cost(kind, Decimal(amount), "USD", Decimal(share), Decimal(result), _RATE, basis)


def _vat(base: str, amount: str, base_of: str, status: str = "payable") -> Line:
    source = "Tax Code, art. 264"
    return Line("vat", Decimal(base), "14.00 %", Decimal(amount), status, base_of, "TJ.vat", source, _PERIOD)


def _duty(base: str, rate: str, amount: str, rule: str, *, verified: bool = True) -> Line:
    source = "Decree No. 470 of 28.08.2024"
    return Line(
        "duty",
        Decimal(base),
        rate,
        Decimal(amount),
        rule=rule,
        source=source,
        period="01.01.2025 –",
        verified=verified,
        status="payable",
    )


SAMPLE = AssessmentNotice(
    number="TJPPJ-2026-AN-000951",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 8, 12, tzinfo=UTC),
    issued_by="Раҳимов Ҷамшед",
    key_id=PERMIT.key_id,
    payer=PERMIT.consignee,
    declarant=PERMIT.declarant,
    currency="TJS",
    payable=Decimal("85054.47"),
    suspended=Decimal("5630.13"),
    exempt=Decimal("2010.76"),
    paid=Decimal("50000.00"),
    due=Decimal("35054.47"),
    version=2,
    taxes=(
        Tax(
            "duty",
            {
                "en": "Customs duty",
                "tg": "Боҷи гумрукӣ",
                "ru": "Таможенная пошлина",
                "fa_AF": "محصول گمرکی",
                "ps": "ګمرکي محصول",
            },
        ),
        Tax(
            "vat",
            {
                "en": "Value added tax",
                "tg": "Андоз аз арзиши иловашуда",
                "ru": "Налог на добавленную стоимость",
                "fa_AF": "مالیهٔ ارزش افزوده",
                "ps": "د ارزښت زیاتوالي مالیه",
            },
        ),
        Tax(
            "fee:clearance",
            {
                "en": "Clearance fee",
                "tg": "Пардохти барасмиятдарорӣ",
                "ru": "Сбор за оформление",
                "fa_AF": "فیس ترخیص",
                "ps": "د تصفیې فیس",
            },
        ),
    ),
    sums=(
        Sum("duty", Decimal("25134.46"), exempt=Decimal("2010.76"), previous=Decimal("23120.05")),
        Sum("vat", Decimal("59820.01"), Decimal("5630.13"), previous=Decimal("60101.52")),
        Sum("fee:clearance", Decimal("100.00"), previous=Decimal("100.00")),
    ),
    rates=(
        ExchangeRate(
            "USD",
            _RATE,
            Decimal(1),
            date(2026, 11, 27),
            date(2026, 11, 27),
            "National Bank of Tajikistan",
            verified=True,
        ),
    ),
    fees=(
        Fee(
            "fee:clearance",
            Decimal("100.00"),
            "2 × 50.00 TJS",
            "TJ.fee.clearance",
            "Decree No. 472 of 02.12.2005",
            "01.01.2026 –",
            verified=False,
        ),
    ),
    previous=Previous("TJPPJ-2026-AN-000944", datetime(2026, 11, 27, 5, 40, tzinfo=UTC), Decimal("83321.57")),
    how_to_pay=HowToPay(
        date(2026, 12, 7),
        "Хадамоти гумруки назди Ҳукумати Ҷумҳурии Тоҷикистон",
        "Амонатбонк, Душанбе",
        "20202972 3151 0000 0017",
        "MRN 26TJPPJ0001234567M",
    ),
    items=(
        Item(
            1,
            "080620",
            "Raisins, dried, in cartons of 10 kg",
            "AF",
            "4000",
            Decimal("301613.53"),
            (
                _cost("invoice", "27000.00", "27000.00", "287666.10"),
                _cost("freight", "1800.00", "1227.27", "13075.70", "27 000.00 / 39 600.00"),
                _cost("insurance", "120.00", "81.82", "871.73", "27 000.00 / 39 600.00"),
            ),
            (
                _duty("301613.53", "5.00 %", "15080.68", "TJ.duty.0806"),
                _vat("316694.21", "44337.19", "301 613.53 + 15 080.68"),
            ),
        ),
        Item(
            2,
            "570110",
            "قالین پشمی دستباف",
            "AF",
            "4000",
            Decimal("100537.81"),
            (
                _cost("invoice", "9000.00", "9000.00", "95888.70"),
                _cost("freight", "1800.00", "409.09", "4358.57", "9 000.00 / 39 600.00"),
                _cost("insurance", "120.00", "27.27", "290.54", "9 000.00 / 39 600.00"),
            ),
            (
                _duty("100537.81", "10.00 %", "10053.78", "TJ.duty.5701", verified=False),
                _vat("110591.59", "15482.82", "100 537.81 + 10 053.78"),
            ),
        ),
        Item(
            3,
            "080212",
            "Мағзи бодом, хушк, дар халтаҳои 25-килоӣ",
            "AF",
            "5300",
            Decimal("40215.19"),
            (
                _cost("invoice", "3600.00", "3600.00", "38355.48"),
                _cost("freight", "1800.00", "163.64", "1743.47", "3 600.00 / 39 600.00"),
                _cost("insurance", "120.00", "10.91", "116.24", "3 600.00 / 39 600.00"),
            ),
            (
                Line(
                    "duty",
                    Decimal("40215.19"),
                    "5.00 %",
                    Decimal("0.00"),
                    "exempt",
                    relieved=Decimal("2010.76"),
                    rule="TJ.duty.0802",
                    source="Decree No. 470 of 28.08.2024",
                    period="01.01.2025 –",
                    exemption="EX-2026-0041",
                ),
                _vat("40215.19", "5630.13", "40 215.19", "suspended"),
            ),
        ),
    ),
)
