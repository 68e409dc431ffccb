"""An act to be looked at: a truck of raisins and carpets, with fewer carpets than declared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from forms.clearance_permit.v1_content import SAMPLE as PERMIT
from forms.inspection_act.v1_content import (
    Fact,
    Finding,
    InspectionAct,
    Measure,
    Official,
    Person,
    Picture,
    Sample,
    Seal,
    Step,
)

_PHYSICAL = {
    "en": "Physical controls",
    "tg": "Муоинаи гумрукӣ",
    "ru": "Таможенный досмотр",
    "fa_AF": "معاینهٔ فزیکی",
    "ps": "فزیکي معاینه",
}


def _at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 27, hour, minute, tzinfo=UTC)


SAMPLE = InspectionAct(
    number="TJPPJ-IA-2026-000031",
    mrn=PERMIT.mrn,
    reference=PERMIT.reference,
    post=PERMIT.post,
    issued_at=_at(11, 5),
    issued_by="Сафарова Нигина",
    key_id=PERMIT.key_id,
    inspected="goods",
    began_at=_at(8, 12),
    ended_at=_at(10, 48),
    concluded_by="Назаров Фирдавс",
    conclusion="discrepancy",
    summary="Sixty carpets are declared and fifty-seven were counted twice. The raisins agree with the papers; a sample went "
    "to the laboratory. Мӯҳри нав гузошта шуд.",
    recommendation="release-with-correction",
    place="Ramp 2",
    extent=30,
    consignor=PERMIT.consignor,
    consignee=PERMIT.consignee,
    dispatched_from="AF",
    destined_for="TJ",
    papers=("CMR 730 KBL-7731", "TIR XA25001234"),
    vehicle=PERMIT.vehicle,
    trailer=PERMIT.trailer,
    containers=PERMIT.containers,
    driver=PERMIT.driver,
    driver_paper="P01234567",
    gross_kg=Decimal("10970.000"),
    packages=960,
    officials=(Official("Назаров Фирдавс"), Official("Раҳимова Зарина", "phytosanitary")),
    steps=(
        Step("seals", started_at=_at(8, 12), ended_at=_at(8, 20), official="Назаров Фирдавс"),
        Step("weighing", started_at=_at(8, 20), ended_at=_at(8, 41), official="Назаров Фирдавс"),
        Step("quantity", started_at=_at(8, 45), ended_at=_at(10, 30), official="Назаров Фирдавс"),
        Step("nature", "phytosanitary", started_at=_at(9, 0), ended_at=_at(9, 40), official="Раҳимова Зарина"),
        Step("dog", status="waived", ended_at=_at(9, 5), official="Назаров Фирдавс", reason="The dog is ill today."),
    ),
    persons=(
        Person("احمد نوری", "driver", "شرکت تجارتی کابل ستاره", "P01234567"),
        Person(
            "Каримов Алишер",
            "declarant",
            "ҶДММ «Сомон»",
            "A4417823",
            signs=False,
            remark="I was not there when they counted.",
        ),
    ),
    measures=(
        Measure(
            "weighing",
            "Weighbridge WB-1",
            _at(8, 31),
            date(2026, 3, 14),
            source=True,
            gross_kg=Decimal("27940.000"),
            axles=(Decimal(6900), Decimal(10520), Decimal(10520)),
            tare_kg=Decimal("16990.000"),
            declared_kg=Decimal("10970.000"),
            within=True,
        ),
        Measure("radiation", "RM-04", _at(8, 14), date(2026, 1, 20), level=Decimal("0.1100"), unit="µSv/h"),
        Measure("scan", "Scanner SC-2", _at(8, 40), source=True, image="5f" * 32, remarks="Load looks even."),
    ),
    seals=(
        Seal("TJ-0482213", "removed", bearer="KBL9917", place="back door"),
        Seal("AF-77120", "seen", "broken", "MSKU1234565", remarks="The wire is cut."),
        Seal("TJ-0482290", "set", bearer="KBL9917", place="back door"),
    ),
    findings=(
        Finding(
            1,
            "40",
            _PHYSICAL,
            "match",
            True,
            "Raisins as declared",
            1,
            declared="080620 Raisins",
            official="Назаров Фирдавс",
        ),
        Finding(
            2,
            "40",
            _PHYSICAL,
            "shortage",
            False,
            "Fifty-six carpets",
            2,
            facts=(Fact("packages", "60", "56"),),
            official="Назаров Фирдавс",
            corrected_by=3,
        ),
        Finding(
            3,
            "40",
            _PHYSICAL,
            "shortage",
            False,
            "Counted again together with the driver: fifty-seven carpets, one of them under the canvas at the front wall, "
            "where it could not be seen from the door.",
            2,
            declared="60 rolls of قالین پشمی دستباف",
            facts=(Fact("packages", "60", "57"), Fact("net_kg", "1480.500", "1406.475")),
            official="Назаров Фирдавс",
            corrects=2,
        ),
    ),
    samples=(
        Sample(
            1,
            "Raisins, from three cartons",
            "1.5 KGM",
            "Central laboratory, Dushanbe",
            "Is it SO2 free?",
            "TJ-S-00118",
            1,
        ),
    ),
    pictures=(
        Picture("9b" * 32, "Back door with the seal", None),
        Picture("c4" * 32, "قالین‌ها نزدیک دیوار", 2),
    ),
)
