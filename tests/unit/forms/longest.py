"""Contents as long as they get at a post: names in Arabic script, sixty items, rates in two parts, many payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from forms.assessment_notice.v1_content import ExchangeRate, Minimum, Rounding
from forms.clearance_permit import v1 as clearance_permit
from forms.clearance_permit.v1_content import Party, Vehicle
from forms.exit_note.v1_content import Seal
from forms.sad.v1_content import Tax
from forms.transit_document.v1_content import Carnet, Equipment, Guarantee, Incident, Itinerary, Office
from tests.unit.forms.papers import (
    arrival_receipt,
    assessment_notice,
    exit_note,
    payment_receipt,
    sad,
    transit_document,
    unloading_permission,
)

AFGHAN = Party(
    "AF-9001234567-000000001",
    "شرکت تجارتی و ترانسپورتی بین‌المللی کابل ستاره با مسئولیت محدود و شرکای سرمایه‌گذار در ولایات شمال افغانستان",
    "سرک چهارم کارتهٔ پروان، مقابل لیسهٔ عالی نادریه، منزل سوم، دفتر ۱۲، ناحیهٔ دوم، کابل، افغانستان",
    "AF",
)
TAJIK = Party(
    "TJ-510012345",
    "Общество с ограниченной ответственностью «Трансконтинентальные перевозки и логистика Центральной Азии»",
    "Республика Таджикистан, 734025, город Душанбе, район Исмоили Сомони, проспект Рудаки, дом 137, корпус 2, офис 404",
    "TJ",
)
PASHTUN = Party(
    "AF-9009",
    "د ننګرهار د میوو او وچو میوو د صادراتو ګډ شرکت او د سوداګرو ټولنه",
    "د جلال‌آباد ښار، د تورخم لویه لار، د صادراتو ودانۍ",
    "AF",
)
GOODS = (
    "قالین پشمی دستباف با نقشهٔ بخارایی، اندازه‌های مختلف، رنگ سرخ و سیاه، برای فروش پرچون",
    "Мағзи бодоми хушк, ошхона, навъи якум, дар халтаҳои 25-килоӣ, бастабандии вакуумӣ барои содирот",
    "Passenger car, new, spark-ignition engine 1,998 cm3, five seats, with all accessories, model year 2026",
    "سګرټ د تنباکو څخه جوړ شوي، په بکسونو کې بسته شوي",
)
RATES = ("max(20.00 %, 0.50 EUR/KGM)", "10.00 % + 5.00 EUR/1000 NAR", "max(115.25 %, 1234.56 EUR/1000 KGM)")
SOURCES = (
    "Proposal within 0-15 % around a weighted mean of 7 %; to be replaced by the schedule of decree 470 of 2024-08-28",
    "10 % on import of wheat products and vegetable oil, budget law of 2024; the headings are a reading, to be checked",
    "قانون گمرکات افغانستان، مادهٔ ۴۵، جریدهٔ رسمی شمارهٔ ۱۲۳۴",
)
WORKING = "301 613.53 × 20.00 % = 60 322.71; 9 000.000 KGM × 0.50 EUR × 11.6732 = 52 529.40"
FEE_SOURCE = (
    "To be replaced by the administration: the amounts of decree 472 of 2005-12-02 are not known; doubled out of hours "
    "but for farm products by decree 352 of 2007-06-30"
)
ITEMS = 60
_BIG = Decimal("123456789.12")


def _notice() -> assessment_notice.AssessmentNotice:
    sample, items = assessment_notice.SAMPLE, []
    for number in range(ITEMS):
        item = sample.items[number % 3]
        lines = tuple(
            replace(
                line,
                rate=RATES[(number + place) % 3],
                source=SOURCES[(number + place) % 3],
                rule="TJ.duty.570110.AF.preference-2",
                working=WORKING if place == 0 else "",
                exact=Decimal("15080.676543"),
                verified=bool(number % 2),
            )
            for place, line in enumerate(item.lines)
        )
        items.append(
            replace(item, number=number + 1, commodity="5701109000", description=GOODS[number % 4], lines=lines)
        )
    least = Minimum(
        _BIG,
        Decimal("100537.81"),
        "2.50 USD/KGM",
        Decimal("1480.500"),
        "KGM",
        "TJ.min.5701",
        SOURCES[0],
        verified=False,
    )
    items[1] = replace(items[1], minimum=least, customs_value=_BIG)
    rates = (
        *sample.rates,
        ExchangeRate("EUR", Decimal("11.6732"), day=date(2026, 11, 27), source=SOURCES[1][:80], stale=True),
        ExchangeRate("AFN", Decimal("1.5234"), Decimal(10), date(2026, 11, 1), source="دافغانستان بانک"),
    )
    rounding = (Rounding(("duty", "vat"), Decimal("0.01"), "half-up", SOURCES[0][:90]),)
    fees = tuple(replace(sample.fees[0], source=FEE_SOURCE) for _ in range(3))
    return replace(
        sample,
        payer=AFGHAN,
        declarant=TAJIK,
        payable=_BIG,
        due=_BIG,
        rates=rates,
        rounding=rounding,
        fees=fees,
        items=tuple(items),
    )


def _receipt(kind: str) -> payment_receipt.PaymentReceipt:
    sample = payment_receipt.SAMPLE
    return replace(
        sample,
        kind=kind,
        payer=AFGHAN,
        declarant=TAJIK,
        amount=_BIG,
        assessed=_BIG,
        before=_BIG,
        overpaid=_BIG,
        balance=_BIG,
        account=AFGHAN.id,
        bank="د افغانستان بانک، د کندوز نمایندګي",
        bank_reference="REF-2026-1127-000000000000123456",
        reason="Пардохти зиёдатӣ аз рӯи қарори суд № 12-34/2026 баргардонида мешавад; ба суратҳисоби бонкии ширкат дар "
        "Бонки миллии Афғонистон гузаронида шавад",
        allocation=tuple(replace(sample.allocation[n % 3], tax=f"tax-{n}") for n in range(8)),
    )


def _exit() -> exit_note.ExitNote:
    sample = exit_note.SAMPLE
    states = ("intact", "broken", "missing", "replaced")
    items = (replace(sample.items[n % 2], number=n + 1, description=GOODS[n % 4]) for n in range(ITEMS))
    remark = "پلمب در گذرگاه عوض شد: TJ-0482214 و در حضور راننده و افسر گمرک ثبت گردید"
    return replace(
        sample,
        consignor=AFGHAN,
        consignee=TAJIK,
        items=tuple(items),
        totals=replace(sample.totals, gross_kg=_BIG, net_kg=_BIG, packages=123456),
        seals=tuple(Seal(f"TJ-{n:07d}", states[n % 4], remark if n % 4 else "") for n in range(12)),
        containers=tuple(f"MSKU{n:07d}" for n in range(40)),
        driver="عبدالرحمن محمد نوری احمدزی پسر غلام‌حیدر خان",
        vehicle=Vehicle("کندز ۴۸۲۱۳", "AF"),
        remarks="20 бастаи қолин дар анбори муваққатӣ монд. " * 5,
    )


def _permit() -> clearance_permit.ClearancePermit:
    sample = clearance_permit.SAMPLE
    items = (replace(sample.items[n % 3], number=n + 1, description=GOODS[n % 4]) for n in range(ITEMS))
    return replace(
        sample,
        consignor=AFGHAN,
        consignee=TAJIK,
        declarant=PASHTUN,
        items=tuple(items),
        totals=replace(sample.totals, gross_kg=_BIG, net_kg=_BIG, packages=123456),
        containers=tuple(f"MSKU{n:07d}" for n in range(6)),
        driver="عبدالرحمن محمد نوری احمدزی",
        vehicle=Vehicle("کندز ۴۸۲۱۳", "AF"),
        invoice_total=_BIG,
    )


def _declaration() -> sad.Sad:
    sample = sad.SAMPLE
    base, due = Decimal("301613.5347"), Decimal("15080.68")
    items = tuple(
        replace(
            sample.items[n % 4],
            number=n + 1,
            commodity="5701109000",
            description=f"{GOODS[n % 4]} {GOODS[(n + 1) % 4]}",
            taxes=tuple(Tax(f"tax{k}", base, rate, due, "1", verified=bool(k)) for k, rate in enumerate(RATES)),
        )
        for n in range(ITEMS)
    )
    return replace(
        sample,
        consignor=AFGHAN,
        consignee=TAJIK,
        declarant=PASHTUN,
        financial=TAJIK,
        items=items,
        total=_BIG,
        accounting=tuple(f"TJPPJ-R-2026-{n:06d} · 27.11.2026 · 30 000.00 TJS" for n in range(9)),
        place_of_loading=AFGHAN.address,
        banking=TAJIK.name,
        location_of_goods="Терминали 2, анбори 4, сектори В",
    )


def _transit() -> transit_document.TransitDocument:
    sample = transit_document.SAMPLE
    items = tuple(
        replace(
            sample.houses[0].items[n % 2],
            number=n + 1,
            commodity="5701109000",
            description=f"{GOODS[n % 4]} {GOODS[(n + 1) % 4]}" * (1 + n % 3),
            packages="123456 CT, 123456 BG, 123456 PX",
            marks=f"KBL 1-{n}; {GOODS[n % 4]}",
            gross_kg=_BIG,
            net_kg=_BIG,
            notes=tuple(f"[12 03] 380 INV-{n}-{k} · 10.11.2026" for k in range(n % 6)),
        )
        for n in range(ITEMS)
    )
    half = ITEMS // 2
    houses = (
        replace(sample.houses[0], items=items[:half], consignor=AFGHAN, consignee=TAJIK),
        replace(sample.houses[1], items=items[half:], consignor=PASHTUN, consignee=AFGHAN),
    )
    office = Office("TJPPJ", {"en": "Panji Poyon, the bridge over the Panj river", "fa_AF": "پنج پایان، پل دوستی"})
    incident = Incident("3", sample.issued_at, GOODS[1], "TJDUS", GOODS[0], "7777AB01", ("TJK0000009", "TJK0000010"))
    return replace(
        sample,
        houses=houses,
        totals=replace(sample.totals, gross_kg=_BIG, packages=12345678),
        holder=TAJIK,
        representative=AFGHAN,
        vehicle=Vehicle("کندز ۴۸۲۱۳", "AF"),
        border_transport=Vehicle("Ferry over the Panj «Дӯстӣ» 14", "TJ"),
        driver="عبدالرحمن محمد نوری احمدزی فرزند محمد نعیم",
        local_reference="M" * 35,
        ucr="U" * 35,
        loading=AFGHAN.address,
        unloading=TAJIK.address,
        location="B/Z · Терминали 2, анбори 4, сектори В, дар назди дарвозаи дуюми шимолӣ, рӯ ба рӯи тарозу",
        departure=(office,) * 4,
        transit=(office,) * 5,
        exit=(office,),
        destination=(office,) * 4,
        itinerary=Itinerary(
            ("AF", "TJ", "UZ", "KZ", "RU", "BY", "PL", "DE"),
            "TJ-PPJ-DUS",
            {"en": GOODS[2]},
            (GOODS[1],) * 5,
            binding=True,
        ),
        carnet=Carnet("QX72500417", sample.issued_at.date(), 20, 19, "TJK/087/1234567890"),
        guarantees=tuple(
            Guarantee("1", f"26TJPPJ00000{n:04d}A", _BIG, "TJS", {"en": "Comprehensive guarantee"}, ("AF", "UZ"))
            for n in range(6)
        ),
        equipment=tuple(
            Equipment(f"MSKU{n:07d}", tuple(f"TJK{n}{k:06d}" for k in range(12)), "1-19, 21, 23, 25, 27-60")
            for n in range(7)
        ),
        documents=replace(sample.documents, supporting=tuple(f"380 INV-{n} · 10.11.2026" for n in range(20))),
        incidents=(incident,) * 4,
        control=replace(sample.control, seals=tuple(f"TJK{k:07d}" for k in range(30))),
    )


def _permission() -> unloading_permission.UnloadingPermission:
    sample = unloading_permission.SAMPLE
    items = tuple(
        replace(sample.items[n % 2], number=n + 1, description=GOODS[n % 4] * 3, packages="123456 CT", gross_kg=_BIG)
        for n in range(ITEMS)
    )
    return replace(
        sample,
        items=items,
        holder=AFGHAN,
        notifier=f"{TAJIK.name} · {TAJIK.id}",
        place=AFGHAN.address,
        containers=tuple(f"MSKU{n:07d}" for n in range(16)),
        seals=tuple(replace(sample.seals[0], number=f"TJK{n:07d}") for n in range(40)),
    )


def _arrival() -> arrival_receipt.ArrivalReceipt:
    sample = arrival_receipt.SAMPLE
    return replace(
        sample,
        holder=AFGHAN,
        notifier=f"{TAJIK.name} · {TAJIK.id}",
        place=AFGHAN.address,
        late=True,
        containers=tuple(f"MSKU{n:07d}" for n in range(16)),
        totals=replace(sample.totals, gross_kg=_BIG, packages=12345678),
        seals=tuple(replace(sample.seals[n % 3], number=f"TJK{n:07d}", remark=GOODS[n % 4]) for n in range(40)),
    )


LONGEST = {
    "clearance_permit": (clearance_permit, _permit()),
    "assessment_notice": (assessment_notice, _notice()),
    "payment_receipt": (payment_receipt, _receipt("payment")),
    "refund_note": (payment_receipt, _receipt("refund")),
    "exit_note": (exit_note, _exit()),
    "sad": (sad, _declaration()),
    "transit_document": (transit_document, _transit()),
    "unloading_permission": (unloading_permission, _permission()),
    "arrival_receipt": (arrival_receipt, _arrival()),
}
