"""The duties of a declaration, in milliseconds on one core, with the reference data of the release.

    python -m tests.bench.bench_assessment [--rounds 200]

The items change commodity, origin, procedure and preference; three costs are shared out. Compiling the tariff and the first
question of a day are told apart, because they are asked once for each snapshot and day. The exit is 1 above the goals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.reference import loading
from app.reference.codebook import Codebook
from app.tariff import Assessment, Tariff, assess, tariff
from tests.bench.stage import machine

#: Milliseconds for so many items.
GOALS = {5: 0.4, 999: 45.0}
DAY = dt.date(2026, 12, 1)
AT = dt.datetime(2026, 12, 1, 6, 30, tzinfo=dt.UTC)
COMMODITIES = ("080620", "570110", "220830", "240220", "870323", "620342", "841810", "100199", "271012", "711319")


def header() -> dict[str, Any]:
    return {
        "post": "TJPPJ",
        "transport": {"border_mode": "3", "vehicle": {"plate": "KBL48213"}},
        "invoice": {"number": "INV-881", "currency": "USD", "total": "0.00"},
        "costs": [
            {"kind": "freight", "amount": "1800.01", "currency": "USD", "included": False},
            {"kind": "insurance", "amount": "120.07", "currency": "EUR", "included": False},
            {"kind": "deduction", "amount": "33.33", "currency": "USD", "included": False},
        ],
    }


def items(count: int) -> list[dict[str, Any]]:
    return [
        {
            "number": n + 1,
            "commodity": COMMODITIES[n % 10],
            "description": f"Goods {n}",
            "origin": ("AF", "KG", "CN", "UZ")[n % 4],
            "procedure": ("4000", "4000", "7000")[n % 3],
            "preference": "CIS" if n % 4 == 1 else None,
            "gross_kg": f"{1000 + n}.500",
            "net_kg": f"{900 + n}.000",
            "supplementary": {"unit": ("NAR", "LTR")[COMMODITIES[n % 10] == "220830"], "quantity": f"{n + 1}"},
            "invoice_value": f"{2700 + n}.37",
            "documents": [],
        }
        for n in range(count)
    ]


def assessed(law: Tariff, head: Mapping[str, Any], goods: list[dict[str, Any]]) -> Assessment:
    return assess(head, goods, law, administration="TJ", at=AT, day=DAY)


def milliseconds(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Half and 99 of a hundred runs take no longer."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return statistics.median(times), times[min(rounds - 1, int(rounds * 0.99))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    shipped = loading.bundle()
    print(machine())
    begun = time.perf_counter()
    codes = Codebook.of(shipped.entries, shipped.posts)
    law = tariff(codes)
    compiled = time.perf_counter()
    assessed(law, header(), items(1))
    print(
        f"codes and tariff of a new snapshot {(compiled - begun) * 1000:.1f} ms, "
        f"first question of a day {(time.perf_counter() - compiled) * 1000:.1f} ms"
    )
    print(f"{'':24}{'p50 ms':>10}{'p99 ms':>10}{'goal':>10}{'as JSON':>10}")
    slow = []
    for count, goal in GOALS.items():
        head, goods = header(), items(count)
        result = assessed(law, head, goods)
        if result.incomplete:
            sys.exit("the goods of the benchmark have no total")
        turns = rounds if count < 100 else max(10, rounds // 5)
        half, most = milliseconds(lambda head=head, goods=goods: assessed(law, head, goods), turns)  # type: ignore[misc]
        written, _ = milliseconds(result.as_json, turns)
        print(f"{f'duties of {count} items':24}{half:10.3f}{most:10.3f}{goal:10.1f}{written:10.3f}")
        if half > goal:
            slow.append(count)
    if slow:
        sys.exit(f"too slow for {slow} items")


if __name__ == "__main__":
    main()
