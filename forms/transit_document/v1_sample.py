"""A TIR transport as version 1 of the form tells of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.clearance_permit.v1_content import Party, Totals, Vehicle
from forms.transit_document.v1_content import (
    Carnet,
    Control,
    Documents,
    Equipment,
    Guarantee,
    House,
    Incident,
    Item,
    Itinerary,
    Office,
    Replaced,
    TransitDocument,
)

_PANJI_POYON = Office("TJPPJ", dict(PERMIT.post.names))
_MRN = "26TJPPJ000000417J5"

SAMPLE = TransitDocument(
    number=f"{_MRN}-T2",
    mrn=_MRN,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=datetime(2026, 11, 27, 9, 41, tzinfo=UTC),
    issued_by="Раҳимов Ҷамшед",
    key_id=PERMIT.key_id,
    kind="tir",
    declaration_type="TIR · A",
    released_at=datetime(2026, 11, 26, 11, 20, tzinfo=UTC),
    limit_at=datetime(2026, 11, 29, 11, 20, tzinfo=UTC),
    holder=Party("TJ-510012345", "ҶДММ «Сомон Транс»", "хиёбони Рӯдакӣ 14, Душанбе", "TJ"),
    representative=Party("TJ-510077001", "Назаров Фирдавс", "Панҷи Поён", "TJ"),
    vehicle=Vehicle("7777AB01", "TJ"),
    trailer=Vehicle("1234PA01", "TJ"),
    border_transport=Vehicle("", ""),
    modes="3 / 3",
    driver="احمد نوری",
    local_reference="M-000417",
    ucr="6TJ510012345-0417",
    loading="Kunduz",
    unloading="Душанбе",
    location="B/Z · Yard 2, Panji Poyon",
    departure=(Office("AFSKB", {"en": "Sher Khan Bandar", "fa_AF": "شیر خان بندر"}), _PANJI_POYON),
    transit=(_PANJI_POYON,),
    exit=(),
    destination=(Office("TJDUS", {"en": "Dushanbe", "tg": "Душанбе", "fa_AF": "دوشنبه"}), Office("UZSAR")),
    dispatched_from="AF",
    destined_for="UZ",
    itinerary=Itinerary(
        ("AF", "TJ", "UZ"),
        "TJ-PPJ-DUS",
        {"en": "Panji Poyon – Bokhtar – Dushanbe", "ru": "Нижний Пяндж – Бохтар – Душанбе"},
        ("Tursunzoda",),
        binding=True,
    ),
    carnet=Carnet("QX72500417", date(2027, 2, 1), 14, 3, "TJK/087/1234567"),
    guarantees=(Guarantee("B", "TIR-QX72500417", Decimal("100000.00"), "EUR", {"en": "TIR", "ru": "МДП"}),),
    equipment=(
        Equipment("MSKU1234565", ("TJK0000009", "TJK0000010"), "1-2"),
        Equipment("7777AB01", ("TJ0482213",), "3"),
    ),
    documents=Documents(
        previous=("NMRN 26TJPPJ000000117R6",),
        transport=("N730 CMR-417",),
        supporting=("380 INV-417 · 10.11.2026", "N853 V-99 · 12.11.2026"),
        references=("Y901 1",),
    ),
    incidents=(
        Incident(
            "3",
            datetime(2026, 11, 27, 6, 10, tzinfo=UTC),
            "Dusti, TJ",
            "TJDUS",
            "Муҳаррик сӯхт",
            "7777AB01",
            ("TJK0000009", "TJK0000010"),
        ),
    ),
    control=Control("A1", ("AFG0000417", "TJ0482213")),
    previous=Replaced(f"{_MRN}-T1", datetime(2026, 11, 26, 11, 31, tzinfo=UTC)),
    houses=(
        House(
            1,
            (
                Item(
                    1,
                    "080620",
                    "Raisins, dried, in cartons of 10 kg",
                    "900 CT",
                    Decimal("9450.000"),
                    Decimal("9000.000"),
                    "KBL 1-900",
                    ("[12 03] 851 PH-7 · 11.11.2026",),
                ),
                Item(2, "570110", "قالین پشمی دستباف", "60 RO", Decimal("1520.000"), Decimal("1480.500"), "QN"),
            ),
            PERMIT.consignor,
            PERMIT.consignee,
            Decimal("10970.000"),
        ),
        House(
            2,
            (
                Item(
                    3,
                    "27101943",
                    "Gas oil in drums",
                    "12 DR",
                    Decimal("2040.000"),
                    None,
                    "",
                    ("[18 07] UN 1202", "[18 02] 2400 LTR"),
                ),
            ),
            Party("AF-9007654321", "شرکت نفت شمال", "مزار شریف", "AF"),
            Party("", "OOO «Термиз Савдо»", "Термез", "UZ"),
            Decimal("2040.000"),
            ("380 N-17 · 09.11.2026",),
        ),
    ),
    totals=Totals(items=3, packages=972, gross_kg=Decimal("13010.000"), net_kg=Decimal(0)),
)
