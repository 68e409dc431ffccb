"""Fields at their boundaries: what leaves them can be stored, hashed and shown without another look."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import marshmallow as ma
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.fields import Coded, Container, Day, Exact, Moment, Plate, Whole, Words, listed
from app.core.messages import Said
from app.core.text import fault_in, normal

#: What Python, JavaScript and people write for numbers and a form does not mean.
NO_NUMBER = [
    "NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf", "1e5", "1E5", "1e400", "1e-400", "١٢٣", "۱۲۳", "１２", "1_000", " 12 ",
    "12 ", "\t12", "12\n", "+1", "-1", "-0", "--1", ".5", "5.", "1.2.3", "1,5", "1.", "0x1F", "0b1", "½", "²", "Ⅳ", "", " ", "null",
    "1\u00a0000", "1\x000", "०", "𝟙", "1.0000", "9" * 400, "0" * 400,
]  # fmt: skip
NO_TEXT = [0, 1, 1.5, True, False, None, [], {}, ["1"], b"1", Decimal(1), object]


def refused(field: ma.fields.Field, value: object) -> str:
    """The message of the refusal, which says what to do."""
    with pytest.raises(ma.ValidationError) as error:
        field.deserialize(value)
    messages = error.value.messages
    assert messages
    assert all(isinstance(m, Said) and m.rule for m in messages), "every message knows its rule"
    return str(messages[0])


@pytest.mark.parametrize("value", [*NO_NUMBER, *NO_TEXT], ids=repr)
def test_exact_refuses(value):
    refused(Exact(9, 3), value)


@pytest.mark.parametrize("value", ["0", "0.0", "000.000", "1", "999999999", "999999999.999", "0.001", "007"])
def test_exact_takes_plain_digits_and_keeps_them(value):
    assert Exact(9, 3).deserialize(value) == value


def test_exact_at_its_edges():
    assert "9 digits" in refused(Exact(9, 3), "1" * 10)
    assert "at most 3" in refused(Exact(9, 3), "1.0001")
    assert "more than 0" in refused(Exact(9, 3, positive=True), "0.000")
    assert Exact(9, 3, positive=True).deserialize("0.001") == "0.001"
    refused(Exact(9, 0), "1.0")


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{0,12}\.?[0-9]{0,5}", fullmatch=True) | st.sampled_from(NO_NUMBER))
@example("1" * 9 + "." + "9" * 3)
def test_what_exact_takes_fits_the_column(value):
    try:
        kept = Exact(9, 3).deserialize(value)
    except ma.ValidationError:
        return
    number = Decimal(kept)
    assert kept.isascii() and number.is_finite()
    assert 0 <= number < 10**9 and number == round(number, 3)


@pytest.mark.parametrize(
    "value", [*NO_NUMBER, 1.0, 2.5, True, False, None, [], {}, "1.0", 10**20, -1, "1000", 1000, 0, "0"], ids=repr
)
def test_whole_refuses(value):
    refused(Whole(1, 999), value)


@pytest.mark.parametrize(("value", "number"), [(1, 1), (999, 999), ("1", 1), ("0042", 42)])
def test_whole_takes_numbers_and_digits_from_a_form(value, number):
    kept = Whole(1, 999).deserialize(value)
    assert kept == number and type(kept) is int


NO_DAY = [
    "20000-01-01", "12026-11-27", "1989-12-31", "2200-01-01", "0000-01-01", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31",
    "2026-11-27T00:00", "2026-W48-5", "20261127", "26-11-27", "27.11.2026", "۲۰۲۶-۱۱-۲۷", " 2026-11-27", "2026-11-27 ", "infinity", "",
    "-2026-11-27", "2026-1-1", "now", "epoch", dt.date(2026, 11, 27), 20261127, None, True,
]  # fmt: skip


@pytest.mark.parametrize("value", NO_DAY, ids=repr)
def test_day_refuses(value):
    refused(Day(), value)


@pytest.mark.parametrize("value", ["1990-01-01", "2199-12-31", "2028-02-29"])
def test_day_takes_what_the_calendar_has(value):
    assert Day().deserialize(value) == value


NO_MOMENT = [
    "2026-11-27T08:30:00", "2026-11-27", "2026-11-27 08:30:00Z", "2026-11-27T24:00:00Z", "2026-11-27T08:60:00Z", "2026-11-27T08:30:60Z",
    "2026-11-27T08:30:00+25:00", "2026-11-27T08:30:00.1234567Z", "20000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "1989-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-11-27T08:30:00z", "infinity", "", 0, None, 1.5,
    "2026-11-27T08:30:00+0500", "２０２６-11-27T08:30:00Z",
]  # fmt: skip


@pytest.mark.parametrize("value", NO_MOMENT, ids=repr)
def test_moment_refuses(value):
    refused(Moment(), value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2026-11-27T08:30:00Z", "2026-11-27T08:30:00Z"),
        ("2026-11-27T08:30+05:00", "2026-11-27T03:30:00Z"),
        ("2026-11-27T00:30:00.123456+04:30", "2026-11-26T20:00:00Z"),
        ("1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z"),
        ("2200-01-01T01:00:00+04:30", "2199-12-31T20:30:00Z"),
    ],
)
def test_moment_is_kept_in_utc(value, kept):
    assert Moment().deserialize(value) == kept


@given(st.datetimes(timezones=st.timezones()))
def test_moments_are_read_or_refused_but_never_break(moment):
    text = moment.isoformat()
    try:
        kept = Moment().deserialize(text)
    except ma.ValidationError:
        return
    assert dt.datetime.fromisoformat(kept) == moment.astimezone(dt.UTC).replace(microsecond=0)


@given(st.text(alphabet=st.characters(), max_size=60))
def test_words_are_normal_and_bounded(value):
    try:
        kept = Words(20).deserialize(value)
    except ma.ValidationError:
        return
    assert kept == normal(value) and 0 < len(kept) <= 20
    assert fault_in(kept) is None


@pytest.mark.parametrize(
    "value", ["", " ", "\u00a0", "\n\t", "a\x00", "\ud800", "a\u202e", "x" * 21, "x" * 10_000_000, *NO_TEXT]
)
def test_words_refuse(value):
    refused(Words(20), value)


def test_words_are_counted_after_they_are_trimmed_and_composed():
    assert Words(3).deserialize("  абв  ") == "абв"
    assert Words(2).deserialize("й" + "и\u0306") == "йй"


@pytest.mark.parametrize("value", ["tj", "TJ ", "TJK", "T", "ТJ", "TJ\n", "", None, 1, True, ["TJ"]], ids=repr)
def test_coded_refuses(value):
    refused(Coded(r"[A-Z]{2}", "TJ"), value)


def test_coded_says_an_example():
    assert "CPT" in refused(Coded(r"[A-Z]{3}", "CPT"), "cpt")
    assert Coded(r"[A-Z]{3}", "CPT").deserialize("CPT") == "CPT"
    several = Coded(r"[A-Z]{2}|VARIOUS", "TJ").metadata["pattern"]
    assert [t for t in ("TJ", "VARIOUS", "TJX", "NVARIOUS", "VARIOUSLY") if re.search(several, t)] == ["TJ", "VARIOUS"]
    refused(Coded(r"[0-9]{2}", "10"), "١٢")


@pytest.mark.parametrize("typed", ["MSKU1234565", "MSKU 123456-5", "msku-123456 5", "MSKU ۱۲۳۴۵۶-۵", " MSKU 1234565 "])
def test_a_container_is_read_as_it_is_painted(typed):
    assert Container().deserialize(typed) == "MSKU1234565"


@pytest.mark.parametrize("typed", ["MSKU12345", "MSKU 123456-55", "M5KU1234565", "", 1234565, "MSKU1234565" + " " * 40])
def test_a_container_refuses(typed):
    refused(Container(), typed)


def test_a_plate_has_one_form_of_digits():
    assert Plate(20).deserialize(" کابل ۴۸۲-٣1 ") == "کابل 482-31"
    assert "at most 5" in refused(Plate(5), "۱۲۳۴۵۶")


def test_a_list_has_its_length():
    field = listed(Whole(1, 9), 1, 3)
    assert field.deserialize([1, 2, 3]) == [1, 2, 3]
    for value in ([], [1, 2, 3, 4], "123", None, {"0": 1}):
        with pytest.raises(ma.ValidationError):
            field.deserialize(value)
