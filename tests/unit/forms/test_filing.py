"""How the file of a paper is put together: what is packed, what stands in the open, and that other programs read it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pikepdf
import pypdf

from forms.kit import embed
from forms.kit.canvas import Box, Page
from forms.transit_document import v1
from tests.unit.forms.papers import SIGNER, printed

RED, BLUE = (0.7, 0.1, 0.1), (0.1, 0.1, 0.7)


def finished(page: Page) -> bytes:
    moment = datetime(2026, 11, 27, tzinfo=UTC)
    embed.describe(page, title="Letter", author="Customs", language="en", moment=moment, attachments=())
    return page.finish()


def drawn(page: Page) -> str:
    return pypdf.PdfReader(io.BytesIO(finished(page))).pages[0].get_contents().get_data().decode("latin-1")


def test_small_objects_are_packed_and_only_the_signature_stands_in_the_open() -> None:
    pdf = printed(v1, signer=SIGNER)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
    assert pdf.split(b" obj\n", 1)[1].startswith(b"<< /Type /Sig "), "before any text of other people"
    in_the_open = re.findall(rb"\d+ 0 obj\n(<<.*?)(?:endobj|stream\n)", pdf, re.DOTALL)
    assert sum(b"/Length" not in each for each in in_the_open) == 1
    assert pdf.count(b"/ObjStm") == pdf.count(b"/XRef") == 1 and b"\nxref\n" not in pdf and b"trailer" not in pdf


def test_the_room_of_the_signature_is_what_it_takes() -> None:
    pdf = printed(v1, signer=SIGNER)
    contents = re.search(rb"/Contents <([0-9a-f]+)>", pdf)
    assert contents is not None and len(contents[1]) - len(contents[1].rstrip(b"0")) < 16


def test_hundreds_of_different_letters_are_read_back() -> None:
    ranges = ((0x21, 0x7F), (0xA1, 0xAD), (0xAE, 0x180), (0x400, 0x460))
    letters = [chr(code) for first, end in ranges for code in range(first, end)]
    page = Page()
    for row in range(0, len(letters), 20):
        page.text(20, 20 + row / 3, " ".join(letters[row : row + 20]), 9)
    text = pypdf.PdfReader(io.BytesIO(finished(page))).pages[0].extract_text()
    assert len(letters) > 400 and text.split() == letters


def test_a_colour_is_set_once_and_whatever_comes_next_sets_its_own() -> None:
    page = Page()
    recorded = page.record(lambda: page.fill(Box(10, 10, 5, 5), RED))
    page.fill(Box(20, 20, 5, 5), RED)
    page.text(20, 40, "red", 9, colour=RED)
    page.text(20, 50, "black", 9)
    page.put(recorded)
    page.lowered(100, lambda: page.text(20, 60, "blue", 9, colour=BLUE))
    page.level()
    page.text(20, 70, "blue again", 9, colour=BLUE)
    assert re.findall(r"0\.\d 0\.\d 0\.\d rg|0 g|\bq\b|\bQ\b", drawn(page)) == [
        "0.7 0.1 0.1 rg", "0 g", "0.7 0.1 0.1 rg", "q", "0.1 0.1 0.7 rg", "Q", "0.1 0.1 0.7 rg",
    ]  # fmt: skip
