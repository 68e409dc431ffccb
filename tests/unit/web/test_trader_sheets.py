"""Items out of a spreadsheet: columns by header or order, problems by row and column, formulas refused."""

from __future__ import annotations

import pytest

from app.web.trader.sheets import MOST_ROWS, ORDER, Unreadable, read

ROW = ["620342", "Trousers of cotton", "cn", "4000", "ct", "120", "2450.5", "2300", "9200.00"]


def table(*rows, between="\t"):
    return "\n".join(between.join(row) for row in rows)


def test_without_a_header_columns_stand_in_order():
    sheet = read(table(ROW, ROW), {})
    assert not sheet.by_header and sheet.columns == list(ORDER[: len(ROW)]) and sheet.problems == []
    assert sheet.items[1] == {
        "number": 2, "commodity": "620342", "description": "Trousers of cotton", "origin": "CN", "procedure": "4000",
        "packages": [{"kind": "CT", "count": 120}], "gross_kg": "2450.5", "net_kg": "2300", "invoice_value": "9200.00",
    }  # fmt: skip


def test_a_first_column_that_counts_is_left_out():
    sheet = read(table(["1", *ROW], ["2", *ROW]), {})
    assert sheet.columns[0] is None and sheet.items[1]["commodity"] == "620342"


@pytest.mark.parametrize("between", ["\t", ";", ","])
def test_a_header_names_columns_in_any_order_and_language(between):
    head = ["№", "Нетто", "HS code", "شرح اموال", "Colour", "origin"]
    sheet = read(
        table(head, ["1", "2300", "620342", "پتلون", "red", "CN"], between=between), {"description": ["شرح اموال"]}
    )
    assert sheet.by_header and sheet.columns == [None, "net_kg", "commodity", "description", None, "origin"]
    assert sheet.unknown == ["Colour"]
    assert sheet.items[0]["net_kg"] == "2300" and sheet.items[0]["description"] == "پتلون"


def test_a_name_given_twice_counts_once():
    sheet = read(table(["commodity", "description", "commodity"], ["620342", "a", "080620"]), {})
    assert sheet.columns == ["commodity", "description", None] and sheet.items[0]["commodity"] == "620342"


def test_quoted_cells_hold_tabs_and_lines():
    sheet = read('commodity\tdescription\n620342\t"two\nlines, ""quoted"""\n', {})
    assert sheet.items[0]["description"] == 'two\nlines, "quoted"'


def test_problems_name_row_and_column():
    wrong = [*ROW]
    wrong[6], wrong[1] = "2,450 kg", ""
    sheet = read(table(ROW, wrong), {})
    assert [(p.row, p.column, p.refused) for p in sheet.problems] == [(1, 1, False), (1, 6, False)]
    assert [str(p.message) for p in sheet.at(1, 6)] == [
        "Give plain digits with at most 3 after the point, for example 1250.5."
    ]
    assert sheet.at(0, 6) == [] and not sheet.refused


def test_what_has_no_column_is_said_of_the_row():
    sheet = read(table(["commodity", "description"], ["620342", "Trousers"]), {})
    assert {p.column for p in sheet.problems} == {None}
    assert any("gross_kg" in str(p.message) for p in sheet.problems)


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://x","y")',
        "=1+1",
        "@SUM(A1)",
        "+SUM(A1:A2)",
        "-2+SUM(A1)",
        "=cmd|' /C calc'!A0",
        "＝1+1",
        "a\u202eb",
        "\x07",
    ],
)
def test_cells_that_run_or_hide_are_refused(cell):
    row = [*ROW]
    row[1] = cell
    sheet = read(table(ROW, row), {})
    assert [(p.row, p.column) for p in sheet.problems if p.refused] == [(1, 1)] and sheet.refused
    assert "description" not in sheet.items[1], "nothing of it is taken over"


@pytest.mark.parametrize("cell", ["- raisins (dried)", "+992 37 221", "=ТТС="])
def test_ordinary_texts_with_signs_are_taken(cell):
    row = [*ROW]
    row[1] = cell
    assert read(table(row), {}).problems == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste the rows"),
        (" \n\t\n", "Paste the rows"),
        ("commodity\tdescription", "only a header"),
        ("x" * 2_000_001, "too much"),
        ("\t".join("x" * 41), "columns"),
        (table(*[ROW] * (MOST_ROWS + 1)), "at most 999"),
    ],
)
def test_what_is_no_table_is_refused(text, said):
    with pytest.raises(Unreadable, match=said):
        read(text, {})


def test_999_rows_are_read():
    sheet = read(table(*[ROW] * MOST_ROWS), {})
    assert len(sheet.items) == MOST_ROWS and sheet.items[-1]["number"] == MOST_ROWS and sheet.problems == []


@pytest.mark.parametrize(
    "text", ['"', '"a\t"b"c\n"', "\x00", "\ufeff1", "a\tb\n\t\n", "=\t=\t=", "\u2028", "1\r2\r\n3"]
)
def test_anything_is_read_or_refused(text):
    try:
        read(text, {})
    except Unreadable as refusal:
        assert refusal.said
