"""The first sheet of a workbook as CSV: what is read of it, and what is refused before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.core.errors import Malformed, TooLarge
from app.reference import workbooks

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
_LINKS = '<Relationships><Relationship Id="r1" Target="/xl/worksheets/one.xml"/></Relationships>'


def book(sheet: str, *, head: str = "", strings: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", _BOOK)
        parts.writestr("xl/_rels/workbook.xml.rels", _LINKS)
        parts.writestr("xl/worksheets/one.xml", f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>')
        if strings:
            parts.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{strings}</sst>')
    return out.getvalue()


def test_rows_and_cells_stay_in_their_places():
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><r><t>two </t></r><r><t>parts</t></r></is></c></row>'
        '<row r="3"><c r="B3"><f>1+1</f><v>2</v></c><c r="AA3" t="b"><v>1</v></c></row>'
    )
    text = workbooks.as_csv(book(sheet, strings="<si><t>Раҳимов\nФирдавс</t><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></si>")).decode()
    lines = text.split("\n")
    assert lines[0] == "Раҳимов Фирдавс,,two parts" and lines[1] == ""
    assert lines[2] == ",2" + "," * 25 + "1"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04nothing",
        book("<row r='1'><c t='s'><v>x</v></c></row>"),
        book("", head='<!DOCTYPE a [<!ENTITY b "c">]>'),
        book("<row>")[:-30],
    ],
)
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(Malformed):
        workbooks.as_csv(data)


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    with pytest.raises(TooLarge):
        workbooks.as_csv(book(f"<!--{' ' * 61_000_000}-->"))
    with pytest.raises(TooLarge):
        workbooks.as_csv(book('<row r="9999999"><c><v>1</v></c></row>'))


def test_a_long_text_named_again_and_again_is_refused():
    """A few kilobytes that would be written out as gigabytes."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    with pytest.raises(TooLarge):
        workbooks.as_csv(book(row * 100, strings=f"<si><t>{'x' * 30_000}</t></si>"))
    with pytest.raises(Malformed):
        workbooks.as_csv(book("<row><c t='s'><v>0</v></c></row>", strings=f"<si><t>{'x' * 40_000}</t></si>"))


def test_a_damaged_part_is_no_workbook():
    data = bytearray(book('<row r="1"><c t="str"><v>1</v></c></row>'))
    place = data.find(b"xl/worksheets/one.xml") + len("xl/worksheets/one.xml")
    data[place : place + 8] = b"\xff" * 8
    with pytest.raises(Malformed):
        workbooks.as_csv(bytes(data))
