"""CSV files of code lists: out and in again, and everything hostile that may come in."""

from __future__ import annotations

import csv
import io
import time

import pytest

from app.core.errors import Invalid, Malformed, Refusal, TooLarge
from app.reference import difference, loading, sheets
from app.reference.codebook import LISTS, Codebook, Entry
from app.reference.standards import ALWAYS

HEADER = "code,en,valid_from,valid_to,source,verified,value\n"


def read(text, list_name="parameter"):
    return sheets.read(list_name, text if isinstance(text, bytes) else text.encode())


def rules_of(text, list_name="parameter"):
    try:
        found = read(text, list_name).findings
    except Invalid as refusal:
        found = refusal.findings
    return [(f.pointer, f.rule) for f in found]


@pytest.mark.parametrize("name", LISTS)
def test_what_goes_out_comes_in_as_it_was(name):
    book = loading.codebook()
    text = sheets.written(name, book.entries(name))
    found, wrong = difference.of_sheet(sheets.read(name, text.encode()), book)
    assert (found.changes, wrong) == ((), [])
    assert found.same == len(book.entries(name))


def test_a_file_of_a_spreadsheet_is_read():
    sheet = read('\ufeffcode;en;valid_from;verified\r\ndraft-days;"Days; of a draft";2027-01-01;TRUE\r\n\r\n'.encode())
    (line,) = sheet.lines
    assert line.number == 2
    assert line.cells == {
        "code": "draft-days",
        "en": "Days; of a draft",
        "valid_from": "2027-01-01",
        "verified": "TRUE",
    }


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", " =1", "\t=1", "＝1"]
)
def test_formulas_are_refused(cell):
    row = io.StringIO()
    csv.writer(row).writerow(["draft-days", cell, "2027-01-01", "", "s", "true", "60"])
    ((place, rule),) = rules_of(HEADER + row.getvalue())
    assert (place, rule) == ("/lines/2/en", "csv.formula")


@pytest.mark.parametrize("name", ["=1+1", "+7 days", "-", "@here", "'=quoted", "'plain", "-5", "+5.25", "a=b"])
def test_what_is_written_is_no_formula_and_comes_back_the_same(name):
    entry = Entry("parameter", "x", ALWAYS, None, {"en": name}, {"value": "1"}, "s")
    text = sheets.written("parameter", [entry])
    cells = next(csv.DictReader(io.StringIO(text)))
    assert not sheets.is_formula(cells["en"])
    (line,) = read(text).lines
    assert line.cells["en"] == name


@pytest.mark.parametrize(
    ("data", "refusal", "words"),
    [
        (b"code,valid_from\nA,2027-01-01\0\n", Malformed, "zero byte"),
        (b"PK\x03\x04\x14\x00", Malformed, "zero byte"),
        (b"code,valid_from\n\xff\xfe,2027-01-01\n", Malformed, "not UTF-8"),
        (b'code,valid_from\n"A,2027-01-01\n', Malformed, "no CSV"),
        (b'code,valid_from\n"A"x,2027-01-01\n', Malformed, "no CSV"),
        (b"code,valid_from\n" + b"A" * 200_000 + b",2027-01-01\n", Malformed, "no CSV"),
        (b"code,valid_from\n" + b"".join(b"A%d,2027-01-01\n" % n for n in range(30_000)), TooLarge, "rows"),
        (b"a" * (sheets.LARGEST + 1), TooLarge, "million bytes"),
    ],
    ids=["nul", "workbook", "utf-8", "quote", "strict", "cell", "rows", "bytes"],
)
def test_what_is_no_list_is_refused_quickly(data, refusal, words):
    started = time.perf_counter()
    with pytest.raises(refusal, match=words):
        read(data)
    assert time.perf_counter() - started < 2


def test_a_million_rows_are_refused_without_being_read():
    data = b"code,valid_from\n" + b"\n" * 1_000_000
    with pytest.raises(Refusal):
        read(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("/lines/1/code", "csv.column-missing"), ("/lines/1/valid_from", "csv.column-missing")]),
        ("code,valid_from,code\n", [("/lines/1/code", "csv.column-twice")]),
        ("code,valid_from,weight\n", [("/lines/1/weight", "csv.column-unknown")]),
        ("code,valid_from\nA\n", [("/lines/2/code", "csv.cells")]),
        ("code,valid_from\nA,2027-01-01,x\n", [("/lines/2/valid_from", "csv.cells")]),
        ("code,valid_from\nA,2027-01-01\nA,2027-01-01\n", [("/lines/3/code", "csv.row-twice")]),
        (f"code,valid_from,en\nA,2027-01-01,{'x' * 2001}\n", [("/lines/2/en", "csv.cell-long")]),
        ("code,valid_from,en\nA,2027-01-01,a\u202eb\n", [("/lines/2/en", "csv.text-faulty")]),
        ("code,valid_from,en\nA,2027-01-01,a\u0007b\n", [("/lines/2/en", "csv.text-faulty")]),
    ],
)
def test_each_fault_names_its_line_and_column(text, expected):
    assert rules_of(text) == expected


def test_of_a_file_of_nonsense_the_first_findings_are_told():
    assert len(rules_of(HEADER + "A,=1,x,x,x,x,x\n" * 900)) == sheets.MOST_FINDINGS


def wrong(text, book=None, list_name="parameter"):
    _found, findings = difference.of_sheet(read(text, list_name), book or loading.codebook())
    return [(f.pointer, f.rule) for f in findings]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("draft-days,D,2027-02-30,,s,true,60", ("/lines/2/valid_from", "csv.day")),
        ("draft-days,D,20270201,,s,true,60", ("/lines/2/valid_from", "csv.day")),
        ("draft-days,D,20000-01-01,,s,true,60", ("/lines/2/valid_from", "csv.day")),
        ("draft-days,D,2027-01-01,tomorrow,s,true,60", ("/lines/2/valid_to", "csv.day")),
        ("draft-days,D,2027-01-01,2026-01-01,s,true,60", ("/lines/2/valid_to", "reference.days-order")),
        ("draft-days,D,2227-01-01,,s,true,60", ("/lines/2/valid_from", "reference.day-range")),
        ("draft-days,D,2027-01-01,,s,perhaps,60", ("/lines/2/verified", "csv.verified")),
        ("draft-days,D,2027-01-01,,,true,60", ("/lines/2/source", "csv.source-missing")),
        ("draft-days,,2027-01-01,,s,true,60", ("/lines/2/en", "reference.name-missing")),
        ("draft-days,D,2027-01-01,,s,true,many", ("/lines/2/value", "reference.attribute-shape")),
        (",D,2027-01-01,,s,true,1", ("/lines/2/code", "reference.code-shape")),
        ("ХАЛТА,D,2027-01-01,,s,true,1", ("/lines/2/code", "reference.code-shape")),
    ],
)
def test_each_row_is_checked(row, expected):
    assert wrong(f"{HEADER}{row}\n") == [expected]


def test_faults_of_cells_and_of_rows_are_told_together_in_the_order_of_the_lines():
    rows = "draft-days,D,2027-01-01,,s,true,many\nquery-days,=1+1,2027-01-01,,s,true,5\nx,D,2027-02-30,,s,true,1\n"
    assert wrong(HEADER + rows) == [
        ("/lines/2/value", "reference.attribute-shape"),
        ("/lines/3/en", "csv.formula"),
        ("/lines/4/valid_from", "csv.day"),
    ]


def test_persian_digits_are_a_day():
    found, findings = difference.of_sheet(read(f"{HEADER}draft-days,D,۲۰۲۷-۰۱-۰۱,,s,true,50\n"), loading.codebook())
    assert findings == []
    assert found.changes[0].now.valid_from.isoformat() == "2027-01-01"


def test_codes_of_other_lists_must_be_there_unless_they_come_with_the_file():
    rows = "code,en,valid_from,source,verified,documents,effect,mode\nroad,Road,2026-01-01,s,false,730 ZZZ,warning,3\n"
    assert wrong(rows, list_name="required_document") == [("/lines/2/documents", "reference.code-unknown")]
    empty = Codebook.of([])
    assert {rule for _place, rule in wrong(rows, empty, "required_document")} == {"reference.code-unknown"}


@pytest.mark.parametrize("cell", ["+992 93 555 11 22", "+992 (93) 555-11-22", "+992935551122"])
def test_a_telephone_number_is_no_formula(cell):
    assert not sheets.is_formula(cell) and sheets.guarded(cell) == cell


@pytest.mark.parametrize("cell", ["+1+2", "+A1", "+992 93 555 11 22+A1", "+cmd|' /C calc'!A0", "=992935551122", "+-(12)"])
def test_what_only_begins_like_one_is(cell):
    assert sheets.is_formula(cell)
