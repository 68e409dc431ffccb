"""Numbers, dates, plates and containers as real files write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interchange.asycuda import values
from app.interchange.asycuda.values import DateOrder


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("61200.0", "61200.0"),
        ("61200.00", "61200.00"),
        ("1,234.50", "1234.50"),
        ("44,745", "44745"),
        ("12,5", "12.5"),
        ("1.234,50", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1\u00a0234\u00a0567,5", "1234567.5"),
        ("1'234.50", "1234.50"),
        ("1.2345678E7", "12345678"),
        ("1.5E-3", "0.0015"),
        ("۱۲۳۴٫۵", "1234.5"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("7.", "7"),
        ("+7", "7"),
        ("\n  0.105\n", "0.105"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        # Not numbers: left as they are.
        ("", ""),
        ("NaN", "NaN"),
        ("1e400", "1e400"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("12 kg", "12 kg"),
        ("1,23,456", "1,23,456"),
        ("--5", "--5"),
        ("∞", "∞"),
    ],
)
def test_numbers(raw: str, expected: str) -> None:
    assert values.number(raw) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4))
def test_exact_numbers_stay_exact(number: object) -> None:
    assert values.number(f"{number:f}") == f"{number:f}"
    assert values.decimal(values.number(f"{number:,}")) == number


@given(st.text(max_size=40))
def test_every_text_has_a_meaning(raw: str) -> None:
    (
        values.number(raw),
        values.whole(raw),
        values.text(raw),
        values.plates(raw, None),
        values.seals(raw),
        values.containers_in(raw),
    )
    (
        values.day(raw, DateOrder.MONTH_FIRST),
        values.day(raw, DateOrder.DAY_FIRST),
        values.sad_day(raw),
        values.is_nothing(raw),
    )
    values.date_order([raw])


@pytest.mark.parametrize(
    ("raw", "month_first", "day_first"),
    [
        ("11/27/26", "2026-11-27", "2026-11-27"),
        ("27/11/26", "2026-11-27", "2026-11-27"),
        ("7/12/16", "2016-07-12", "2016-12-07"),
        ("03/04/2026", "2026-03-04", "2026-04-03"),
        ("27.11.2026", "2026-11-27", "2026-11-27"),
        ("3.4.2026", "2026-04-03", "2026-04-03"),
        ("03-04-2026", "2026-04-03", "2026-04-03"),
        ("2026-11-27", "2026-11-27", "2026-11-27"),
        ("2026-11-27T10:00:00Z", "2026-11-27", "2026-11-27"),
        ("2026/1/5", "2026-01-05", "2026-01-05"),
        ("20261127", "2026-11-27", "2026-11-27"),
        ("1/2/99", "1999-01-02", "1999-02-01"),
        ("0/0/00", "0/0/00", "0/0/00"),
        ("2/30/26", "2/30/26", "2/30/26"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates(raw: str, month_first: str, day_first: str) -> None:
    assert values.day(raw, DateOrder.MONTH_FIRST) == month_first
    assert values.day(raw, DateOrder.DAY_FIRST) == day_first


@given(st.dates())
def test_a_date_written_is_read_again(on: object) -> None:
    assert values.day(values.sad_day(str(on)), DateOrder.MONTH_FIRST) == str(on)


@pytest.mark.parametrize(
    ("dates", "order", "sure"),
    [
        ([], DateOrder.MONTH_FIRST, True),
        (["7/12/16", "11/27/26"], DateOrder.MONTH_FIRST, True),
        (["7/12/16", "27/11/26"], DateOrder.DAY_FIRST, True),
        (["7/12/16"], DateOrder.MONTH_FIRST, False),
        (["7/7/16"], DateOrder.MONTH_FIRST, True),
        (["7/12/16", "27/11/26", "11/27/26"], DateOrder.MONTH_FIRST, False),
        (["2026-11-27"], DateOrder.MONTH_FIRST, True),
    ],
)
def test_the_order_of_dates_is_told_by_the_whole_file(dates: list[str], order: DateOrder, sure: bool) -> None:
    assert values.date_order(dates) == (order, sure)


@pytest.mark.parametrize(
    ("raw", "mode", "vehicle", "trailer"),
    [
        ("KBL48213/KBL9917", "3", "KBL48213", "KBL9917"),
        ("CO 7356 BM / CO 0182 EM", "31", "CO 7356 BM", "CO 0182 EM"),
        ("BA16CHA8099", None, "BA16CHA8099", None),
        ("MV HOPE/27W", "1", "MV HOPE/27W", None),
        ("FV1/AB2", "4", "FV1/AB2", None),
        ("TRUCK/TRAILER", "3", "TRUCK/TRAILER", None),
        ("A1/B2/C3", "3", "A1/B2/C3", None),
        ("A1/", "3", "A1/", None),
    ],
)
def test_plates(raw: str, mode: str | None, vehicle: str, trailer: str | None) -> None:
    assert values.plates(raw, mode) == values.Plates(vehicle, trailer)


def test_containers_are_told_by_their_check_digit() -> None:
    assert values.containers_in("CONT. MSKU1234565, CSQU 305438-3 / ABCD1234567 MSKU1234566") == [
        "MSKU1234565",
        "CSQU3054383",
    ]
    assert values.is_container("MSKU1234565")
    assert not values.is_container("MSKU1234564")
    assert not values.is_container("MSKU 1234565")


def test_traders() -> None:
    assert values.name_and_address("Kabul Star\n\t\tStreet 4,\n\t\tKabul\n\t") == ("Kabul Star", "Street 4, Kabul")
    assert values.name_and_address("شرکت\nسرک ۴\nکابل") == ("شرکت", "سرک ۴، کابل")
    assert values.name_and_address("One line") == ("One line", None)
