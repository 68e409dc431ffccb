"""Until when goods have to be at their destination: which row of the list holds, and how rows add up."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.transit import rules, schemas
from app.transit.rules import limits
from tests.factories import movements
from tests.unit.declarations.rule_cases import book, entry

AT = dt.datetime(2026, 11, 27, 8, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def allowed(kind: str = "national", codes: Any = None, **changes: Any) -> dt.timedelta:
    declared = schemas.read(movements.words(kind, **changes))
    return rules.limit(codes or book(), declared, AT) - AT


def test_the_row_of_the_way_and_mode_holds_first_then_the_way_then_the_administration():
    by_rail = {"transport": {"border_mode": "2", "border_transport": {"identity": "Train 205"}}}
    assert allowed() == 72 * HOUR
    assert allowed(transport={}) == 3 * DAY
    assert allowed(**by_rail) == 3 * DAY
    far = {"offices": {"departure": ["TJPPJ"], "destination": ["TJSRZ"]}}
    assert allowed(**far) == 10 * DAY
    codes = book((entry("transit_limit", "TJ.mode-2", since="2026-01-01", hours="30", administration="TJ"),))
    assert allowed(codes=codes, **far, **by_rail) == 30 * HOUR
    assert allowed(codes=codes, **far) == 10 * DAY


def test_countries_after_this_one_add_their_own_time_and_those_before_do_not():
    assert allowed("international") == 72 * HOUR + 5 * DAY
    assert allowed("tir") == 72 * HOUR + 5 * DAY
    longer = {"dispatch": "AF", "destination": "KZ", "routing": ["IR", "AF", "TJ", "UZ", "KZ", "UZ"]}
    assert allowed("international", countries=longer) == 72 * HOUR + 5 * DAY + 10 * DAY
    unknown = {"dispatch": "AF", "destination": "DE", "routing": ["AF", "TJ", "DE"]}
    assert allowed("international", countries=unknown) == 72 * HOUR + 10 * DAY + 5 * DAY


def test_rows_hold_on_their_days_and_without_any_row_a_day_is_given():
    until = entry("transit_limit", "TJ.TJPPJ-TJDUS-3", since="2026-11-28", hours="24", administration="TJ")
    codes = book((until,))
    assert allowed(codes=codes) == 72 * HOUR
    declared = schemas.read(movements.national())
    assert rules.limit(codes, declared, AT + DAY) == AT + DAY + 24 * HOUR
    assert limits._time(None) == DAY


@pytest.mark.parametrize(
    ("wish", "limit"),
    [
        (None, AT + 72 * HOUR),
        ("2026-11-28", dt.datetime(2026, 11, 28, 19, tzinfo=dt.UTC)),
        ("2026-11-27", dt.datetime(2026, 11, 27, 19, tzinfo=dt.UTC)),
        ("2026-11-26", AT + 72 * HOUR),
        ("2027-11-26", AT + 72 * HOUR),
    ],
)
def test_a_wish_shortens_the_time_to_the_end_of_its_day_at_the_post_and_never_lengthens_it(wish, limit):
    declared = schemas.read(movements.national(limit_date=wish))
    assert rules.wished(book(), declared, AT, ZoneInfo("Asia/Dushanbe")) == limit
    assert rules.wished(book(), declared, AT, ZoneInfo("Asia/Dushanbe")) > AT


def test_check_letters_of_carnets():
    assert rules.letters(72581267) == "JX"
    assert {rules.letters(number)[0] == "X" for number in range(30_000_000, 30_000_023)} == {True, False}
    assert all(movements.carnet(n) == f"{rules.letters(n)}{n}" for n in range(72_000_000, 72_000_050))
