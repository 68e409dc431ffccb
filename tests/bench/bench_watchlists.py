"""What a consignment costs with a hundred thousand entries on watch lists, in milliseconds.

    python -m tests.bench.bench_watchlists [--entries 100000] [--rounds 200]

The entries are made up of names that are common in the region, each written in one of three scripts, and of plates,
containers, phones and papers; the consignments name people of the same stock, so that most share words with many entries.
Measured is `look` as lodging calls it, in a transaction of its own that is rolled back: the keys, the one statement over the
GIN index, rescoring, memory, the questions raised.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
from sqlalchemy import text

from app.core import db
from app.core.actors import SYSTEM
from app.declarations import schemas
from app.registers import watched
from app.watchlists import operations, queries
from app.watchlists.commands import AddEntry, MakeList, Subject
from app.watchlists.lifecycle import Kind, SubjectKind
from app.watchlists.rules import likeness, parts
from tests.bench.stage import POST, machine, node
from tests.factories import declarations
from tests.factories.actors import analyst

GOAL = 20.0

#: First names, the commonest first: Tajik, Latin, Dari.
FIRST = """
Муҳаммад|Mohammad|محمد Аҳмад|Ahmad|احمد Алӣ|Ali|علی Ҳусайн|Hussain|حسین Абдулло|Abdullah|عبدالله Раҳмон|Rahman|رحمان Карим|Karim|کریم
Раҳим|Rahim|رحیم Умар|Umar|عمر Юсуф|Yusuf|یوسف Иброҳим|Ibrahim|ابراهیم Исмоил|Ismail|اسماعیل Нур|Noor|نور Гул|Gul|گل Назар|Nazar|نظر
Сафар|Safar|صفر Давлат|Dawlat|دولت Ҳабиб|Habib|حبیب Фирдавс|Firdavs|فردوس Фаррух|Farrukh|فرخ Рустам|Rustam|رستم Ҷамшед|Jamshed|جمشید
Баҳром|Bahram|بهرام Беҳрӯз|Behruz|بهروز Шералӣ|Sherali|شیرعلی Ҳаким|Hakim|حکیم Ҳалим|Halim|حلیم Салим|Salim|سلیم Собир|Sabir|صابر
Тоҳир|Tahir|طاهر Зоҳир|Zahir|ظاهر Қодир|Qadir|قادر Носир|Nasir|ناصر Зафар|Zafar|ظفر Музаффар|Muzaffar|مظفر Манучеҳр|Manuchehr|منوچهر
Далер|Daler|دلیر Диловар|Dilawar|دلاور Парвиз|Parviz|پرویز Искандар|Iskandar|اسکندر Шариф|Sharif|شریف Лутфулло|Lutfullah|لطف‌الله
Сайфуддин|Saifuddin|سیف‌الدین Ҷалолуддин|Jalaluddin|جلال‌الدین Шамсуддин|Shamsuddin|شمس‌الدین Абдураҳмон|Abdulrahman|عبدالرحمن Аминҷон|Aminjan|امین‌جان
Мурод|Murad|مراد Холмурод|Kholmurad|خالمراد Ятим|Yatim|یتیم Ҳасан|Hasan|حسن Акбар|Akbar|اکبر Анвар|Anwar|انور Азиз|Aziz|عزیز
Латиф|Latif|لطیف Наим|Naim|نعیم Насим|Nasim|نسیم Вали|Wali|ولی Усмон|Usman|عثمان Бахтиёр|Bakhtiar|بختیار Хуршед|Khurshed|خورشید Ғафур|Ghafur|غفور
"""
ENDINGS = (("ов", "ov", "وف"), ("зода", "zoda", "زاده"), ("ӣ", "i", "ی"), ("заӣ", "zai", "زی"), ("", "", ""))
SORTS = (Kind.PERSON,) * 7 + (Kind.COMPANY, Kind.PLATE, Kind.PHONE, Kind.CONTAINER, Kind.DOCUMENT)


class People:
    """Names by the thousand: few of them are in every village, most are rare."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.stock = [tuple(triple.split("|")) for triple in FIRST.split()]
        self.weights = [1 / (n + 12) for n in range(len(self.stock))]
        syllables = ("ба", "ру", "за", "ми", "ша", "ко", "до", "на", "ли", "то", "ха", "са", "фе", "гу", "ра", "ҷа")
        latin = ("ba", "ru", "za", "mi", "sha", "ko", "do", "na", "li", "to", "kha", "sa", "fe", "gu", "ra", "ja")
        dari = ("با", "رو", "زا", "می", "شا", "کا", "دا", "نا", "لی", "تا", "خا", "سا", "فی", "گو", "را", "جا")
        rare = list(itertools.product(range(len(syllables)), repeat=3))
        chance.shuffle(rare)
        self.rare = [
            tuple(
                "".join(s[i] for i in word) + end
                for s, end in zip((syllables, latin, dari), ("н", "n", "ن"), strict=True)
            )
            for word in rare
        ]

    def word(self) -> tuple[str, ...]:
        if self.chance.random() < 0.5:
            return self.chance.choice(self.rare)
        return self.chance.choices(self.stock, self.weights)[0]

    def person(self) -> str:
        script = self.chance.randrange(3)
        ending = self.chance.choice(ENDINGS)[script]
        given, family = self.word()[script], self.word()[script] + ending
        father = f" {self.word()[script]}" if self.chance.random() < 0.5 else ""
        return f"{given}{father} {family}"

    def company(self) -> str:
        script = self.chance.randrange(3)
        return f"{('ҶДММ', 'LLC', 'شرکت')[script]} {self.word()[script]} {self.word()[script]}"


def made(people: People, count: int) -> Iterator[tuple[int, AddEntry]]:
    """Entries, each once."""
    seen: set[tuple[Kind, str]] = set()
    chance, line = people.chance, 0
    while line < count:
        kind = chance.choice(SORTS)
        number = chance.randrange(10**8)
        name = {
            Kind.PERSON: people.person,
            Kind.COMPANY: people.company,
            Kind.PLATE: lambda n=number: f"{n % 10**4:04d}AB{n % 97:02d}",
            Kind.PHONE: lambda n=number: f"+99290{n:07d}",
            Kind.CONTAINER: lambda n=number: f"MSKU{n % 10**7:07d}",
            Kind.DOCUMENT: lambda n=number: f"P{n:08d}",
        }[kind]()
        key = (kind, operations.entries.things.value_of(kind, name))
        if key in seen:
            continue
        seen.add(key)
        line += 1
        yield line, AddEntry(kind, name, "Order 7", "made up")


def consignments(people: People, count: int) -> Iterator[list]:
    """What a declaration with four parties, a driver and eight papers shows."""
    for _ in range(count):
        body = declarations.words(items=5)
        for role in ("consignor", "consignee", "declarant"):
            body[role]["name"] = people.company() if people.chance.random() < 0.5 else people.person()
            body[role]["address"] = f"Душанбе, кӯчаи {people.word()[0]} {people.chance.randrange(99)}"
        body["financial"] = {"name": people.person()}
        body["transport"]["driver"]["name"] = people.person()
        yield watched.in_declaration(schemas.read(body))


def fill(people: People, entries: int) -> float:
    begun = time.perf_counter()
    with db.transaction() as session:
        operations.make(session, MakeList("BENCH", {"en": "Bench"}, "made up", "bench", ("analyst",)), by=analyst())
        operations.add_all(session, "BENCH", list(made(people, entries)), b"", by=analyst())
    queries.forget()
    return time.perf_counter() - begun


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=200)
    options = asked.parse_args()
    people = People(random.Random(11))
    with node() as (settings, _cluster):
        spent = fill(people, options.entries)
        with db.reading() as session:
            size = session.execute(text("SELECT pg_size_pretty(pg_relation_size('ix_watch_entry_keys'))")).scalar_one()
        with psycopg.connect(settings.owner_url.replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE watch_entry")
        print(f"{machine()}\n{options.entries} entries taken in within {spent:.1f} s, index {size}")
        wanted = list(consignments(people, options.rounds))
        look(wanted[:5])
        likeness._read.cache_clear()
        parts.parted.cache_clear()
        times, own, names, raised, candidates = look(wanted)
    times.sort()
    half, late = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{names:.1f} names and numbers a consignment, {candidates:.0f} candidates, {raised:.2f} questions raised")
    print(
        f"half within {half:.1f} ms, 95 of a hundred within {late:.1f} ms, the slowest {times[-1]:.1f} ms (goal {GOAL:.0f} ms)"
    )
    print(f"of which this process itself: half within {statistics.median(own):.1f} ms")
    return 0 if half <= GOAL else 1


def look(wanted: list[list]) -> tuple[list[float], list[float], float, float, float]:
    """Milliseconds by the clock, those of this process alone, and what was looked at and found on average."""
    times, own, raised, shared = [], [], 0, 0
    for seen in wanted:
        subject = Subject(SubjectKind.DECLARATION, POST, uuid4())
        with db.reading() as session:
            at = db.now(session)
            begun, begun_own = time.perf_counter(), time.process_time()
            found = operations.look(session, subject, seen, at, day=at.date(), by=SYSTEM)
            times.append((time.perf_counter() - begun) * 1000)
            own.append((time.process_time() - begun_own) * 1000)
            keys = sorted({key for one in seen for key, _kind in queries.found._keys(one)})
            shared += session.execute(
                text("SELECT count(*) FROM watch_entry WHERE keys && :keys AND removed_at IS NULL"), {"keys": keys}
            ).scalar_one()
            raised += len(found.matches)
    return times, own, sum(map(len, wanted)) / len(wanted), raised / len(wanted), shared / len(wanted)


if __name__ == "__main__":
    sys.exit(main())
