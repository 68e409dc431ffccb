"""Dates as typed and as shown; numbers in one form."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from persiantools.jdatetime import JalaliDate

from app.core.text import _
from app.edge import calendars, fmt
from app.edge.locale import zone_of


@pytest.mark.parametrize(
    "typed",
    ["2026-11-27", "27.11.2026", "27/11/2026", "2026/11/27", " 2026-11-27 ", "1405-09-06", "6.9.1405", "۱۴۰۵/۹/۶", "١٤٠٥-٠٩-٠٦", "۲۷.۱۱.۲۰۲۶"],
)
def test_one_day_typed_in_many_ways(typed: str) -> None:
    assert calendars.parse(typed) == dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    "typed", ["", "x", "2026-13-01", "2026-02-30", "1405-13-01", "1405-12-30", "27.11.26", "2026-11.27", "20000-01-01", "0000-01-01", "२०२६-११-२७", "2026-11-27T00:00"]
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(calendars.NotADate):
        calendars.parse(typed)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_solar_hijri_and_back(day: dt.date) -> None:
    other = JalaliDate(day)
    assert calendars.parse(f"{other.year}-{other.month}-{other.day}") == day
    assert calendars.parse(day.isoformat()) == day


def test_solar_hijri_has_afghan_months() -> None:
    assert calendars.solar_hijri(dt.date(2026, 11, 27), "fa_AF") == "۶ قوس ۱۴۰۵"
    assert calendars.solar_hijri(dt.date(2026, 11, 27), "ps") == "۶ لیندۍ ۱۴۰۵"


def test_local_times_become_utc() -> None:
    assert calendars.parse_moment("27.11.2026 13:05", zone_of("TJPPJ")) == dt.datetime(2026, 11, 27, 8, 5, tzinfo=dt.UTC)
    assert calendars.parse_moment("۱۴۰۵-۰۹-۰۶ ۱۳:۰۵", zone_of("AFSKB")) == dt.datetime(2026, 11, 27, 8, 35, tzinfo=dt.UTC)
    for wrong in ("27.11.2026", "27.11.2026 25:00", "27.11.2026 1305"):
        with pytest.raises(calendars.NotADate):
            calendars.parse_moment(wrong, dt.UTC)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [("1250.5", None, "1\u202f250.5"), (Decimal("1250.500"), None, "1\u202f250.500"), (1234567, None, "1\u202f234\u202f567"), ("-3.25", None, "\u22123.25"),
     ("0.125", 2, "0.13"), ("1E+3", None, "1\u202f000"), (0, 2, "0.00")],
)  # fmt: skip
def test_one_form_of_numbers(value: Decimal | int | str, places: int | None, shown: str) -> None:
    assert fmt.grouped(value, places) == shown


@pytest.mark.parametrize("language", ["en", "tg", "ru", "fa_AF", "ps"])
def test_numbers_and_codes_look_the_same_in_every_language(edge: Flask, language: str) -> None:
    with edge.test_request_context(f"/?lang={language}"):
        page = render_template_string("{{ '21450.5'|mass }}|{{ 125000|amount('USD') }}|{{ '<x>'|code }}|{{ none|mass }}|{{ ''|code }}|{{ left_out|mass }}|{{ left_out|number }}|{{ left_out|code }}")
    bdi = '<bdi dir="ltr" class="code">{}</bdi>'.format
    assert page == "|".join([bdi("21\u202f450.5\u00a0kg"), bdi("125\u202f000.00\u00a0USD"), bdi("&lt;x&gt;"), "", "", "", "", ""])


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "27 Nov 2026"), ("ru", "27 нояб. 2026"), ("fa_AF", '۶ قوس ۱۴۰۵ <bdi dir="ltr" class="iso">2026-11-27</bdi>'),
     ("ps", '۶ لیندۍ ۱۴۰۵ <bdi dir="ltr" class="iso">2026-11-27</bdi>')],
)  # fmt: skip
def test_days_in_words(edge: Flask, language: str, expected: str) -> None:
    with edge.test_request_context(f"/?lang={language}"):
        assert fmt.date(dt.date(2026, 11, 27)) == f'<time datetime="2026-11-27">{expected}</time>'
        assert fmt.date("2026-11-27") == fmt.date(dt.date(2026, 11, 27))


def test_moments_are_shown_in_the_posts_zone(edge: Flask) -> None:
    with edge.test_request_context("/?lang=en"):
        late = dt.datetime(2026, 11, 26, 20, 30, tzinfo=dt.UTC)
        assert fmt.moment(late) == '<time datetime="2026-11-26T20:30:00Z">27 Nov 2026 <bdi dir="ltr">01:30</bdi></time>'
        assert fmt.moment("2026-11-26T20:30:00Z") == fmt.moment(late) and fmt.moment(None) == ""
        assert fmt.date(late).startswith('<time datetime="2026-11-27">') and "01:30" in fmt.clock(late)


def test_durations(edge: Flask) -> None:
    with edge.test_request_context("/?lang=en"):
        assert fmt.duration(dt.timedelta(minutes=12)) == "12 min"
        assert fmt.duration(3 * 3600 + 300) == "3 h 05 min"
        assert fmt.duration(52 * 3600) == "2 d 4 h"
        assert fmt.duration(None) == "" and fmt.duration(-5) == "0 min"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("مثلاً 2026-11-27 13:30 است", 'مثلاً <bdi dir="ltr" class="code">2026-11-27 13:30</bdi> است'),
        ("with TJ-510012345, or <b>", 'with <bdi dir="ltr" class="code">TJ-510012345</bdi>, or &lt;b&gt;'),
        ("and/or half-up 12", "and/or half-up 12"),
        ("شد؛ -1 اگر", 'شد؛ <bdi dir="ltr" class="code">-1</bdi> اگر'),
        (Markup("<i>2026-11-27</i>"), "<i>2026-11-27</i>"),
    ],
)
def test_dates_and_codes_in_a_sentence_keep_their_direction(sentence: str, shown: str) -> None:
    assert str(fmt.isolated(sentence)) == shown


def test_values_of_a_sentence_stand_each_for_itself() -> None:
    actual = _("{value} {unit}", value="90", unit=_("days"))
    sentence = _("{fact} {actual} ({op})", fact=_("The gross <mass>"), actual=actual, op="10298\u00a0kg & more")
    shown = "The gross &lt;mass&gt; <bdi>90</bdi> days (<bdi>10298\u00a0kg &amp; more</bdi>)"
    assert str(fmt.apart(sentence)) == shown
