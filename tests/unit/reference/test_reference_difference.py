"""What a file would change: kinds of changes, fields, what is left out, and what reaches back."""

from __future__ import annotations

import datetime as dt

import pytest

from app.reference import difference, sheets
from app.reference.codebook import Codebook, Entry

TODAY = dt.date(2026, 11, 23)
SINCE = dt.date(2020, 1, 1)
HELD = Entry(
    "parameter", "draft-days", SINCE, None, {"en": "Draft", "tg": "Сиёҳнавис"}, {"value": "60"}, "Order 1", True
)
BOOK = Codebook.of([HELD])


def of(text, book=BOOK):
    found, wrong = difference.of_sheet(sheets.read("parameter", text.encode()), book)
    assert wrong == []
    return found


def one(text, book=BOOK):
    (change,) = of(text, book).changes
    return change


def test_a_row_that_says_the_same_is_no_change():
    found = of("code,valid_from,value\ndraft-days,2020-01-01,60\n")
    assert (found.changes, found.same, found.counts) == ((), 1, {})


def test_a_code_nobody_knew_is_new():
    change = one("code,en,valid_from,value,source\nquery-days,Query,2027-01-01,3,Order 2\n")
    assert (change.kind, change.was, change.before) == ("new", None, None)
    assert ("value", "", "3") in change.fields()
    assert not change.reaches_back(TODAY)


def test_a_row_with_the_same_first_day_is_changed_field_by_field():
    change = one("code,valid_from,value,source,tg\ndraft-days,2020-01-01,90,Order 2,\n")
    assert (change.kind, change.was) == ("changed", HELD)
    assert change.fields() == [("value", "60", "90"), ("source", "Order 1", "Order 2"), ("tg", "Сиёҳнавис", "")]
    assert change.reaches_back(TODAY)


def test_columns_that_are_left_out_stay_as_they_are():
    change = one("code,valid_from,value\ndraft-days,2020-01-01,90\n")
    assert dict(change.now.names) == dict(HELD.names)
    assert (change.now.source, change.now.verified) == ("Order 1", True)


def test_another_first_day_is_a_next_period_that_takes_over_what_is_left_out():
    change = one("code,valid_from,value\ndraft-days,2027-01-01,90\n")
    assert (change.kind, change.was, change.before) == ("next", None, HELD)
    assert change.now.valid_to is None and dict(change.now.names) == dict(HELD.names)
    assert change.fields() == [("value", "60", "90"), ("valid_from", "", "2027-01-01")]
    assert not change.reaches_back(TODAY)
    assert one("code,valid_from,value\ndraft-days,2026-01-01,90\n").reaches_back(TODAY)


def test_a_next_period_does_not_end_where_the_one_before_does():
    ending = Codebook.of([Entry(**{f: getattr(HELD, f) for f in HELD.__slots__} | {"valid_to": dt.date(2027, 6, 30)})])
    assert one("code,valid_from,value\ndraft-days,2027-01-01,90\n", ending).now.valid_to is None


def test_a_last_day_alone_closes():
    change = one("code,valid_from,valid_to\ndraft-days,2020-01-01,2026-12-31\n")
    assert (change.kind, change.fields()) == ("closed", [("valid_to", "", "2026-12-31")])
    assert not change.reaches_back(TODAY)
    assert one("code,valid_from,valid_to\ndraft-days,2020-01-01,2025-12-31\n").reaches_back(TODAY)


def test_names_and_sources_do_not_reach_back():
    assert not one("code,valid_from,en,verified\ndraft-days,2020-01-01,Draft kept,false\n").reaches_back(TODAY)


def test_rows_that_are_left_out_are_left_alone():
    found = of("code,en,valid_from,value,source\nquery-days,Query,2027-01-01,3,Order 2\n")
    assert [change.now.code for change in found.changes] == ["query-days"]


def test_a_proposal_keeps_the_differing_rows_and_nothing_else():
    found = of("code,en,valid_from,value,source\ndraft-days,Draft,2020-01-01,60,Order 1\nquery-days,Q,2027-01-01,3,O\n")
    payload = found.payload()
    assert [row["now"]["code"] for row in payload["rows"]] == ["query-days"]
    again = difference.of_payload(payload, BOOK)
    assert again.changes[0].now == found.changes[0].now
    assert again.digest() == found.digest()


@pytest.mark.parametrize("first", ["2020-01-01", "2027-01-01"])
def test_a_difference_reads_the_same_after_it_has_been_enacted(first):
    found = of(f"code,valid_from,value\ndraft-days,{first},90\n")
    (change,) = found.changes
    enacted = Codebook.of(
        [e for e in BOOK.entries("parameter") if e.valid_from != change.now.valid_from] + [change.now]
    )
    (later,) = difference.of_payload(found.payload(), enacted).changes
    assert (later.kind, later.fields()) == (change.kind, change.fields())
