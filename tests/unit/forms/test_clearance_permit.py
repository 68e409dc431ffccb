"""The permit as a reader, a scanner and a printer meet it."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from forms import FORMS
from forms.clearance_permit.v1 import SAMPLE, ClearancePermit, Item, Party, Totals, Vehicle, render
from forms.kit.words import LANGUAGES, language

PAIRS = list(itertools.permutations(LANGUAGES, 2))
#: As long as a real one: 322 characters of QR's alphanumeric mode.
QR = "GZ1:" + "6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDEXWK G2EP4J0BGJLFX3R3V" * 5
QR = QR[:322]
DATA = json.dumps(SAMPLE.as_json(), ensure_ascii=False).encode()
HOSTILE = [
    "<img src='/etc/passwd'><b>stray",
    "&lt;para&gt; & <a href=x>",
    "\u202eGNISREVER\u2066 hidden \u2069",
    "x" * 200_000,
    "ژ" * 200_000,
    "Z\u0327\u0301" * 400,
    "() \\ ) Tj ET /ByteRange [0 @@@@@@@@@@ @@@@@@@@@@ @@@@@@@@@@] /Contents <",
    "中国人民 🚚 \ud800 \x00\x07",
    "%s {copy} {0.__class__} {{",
    "ا" * 300 + "A" * 300,
]

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="needs poppler: apt-get install poppler-utils"
)


def permit(content: ClearancePermit = SAMPLE, **options: Any) -> bytes:
    return render(content, **{"languages": ("en", "fa_AF"), "qr_text": QR, "data": DATA, **options})


def text_of(pdf: bytes, page: int = 0) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text()


def picture(pdf: bytes, folder: Path, page: int = 1, dpi: int = 200) -> Image.Image:
    (folder / "permit.pdf").write_bytes(pdf)
    command = [
        "pdftoppm",
        "-r",
        str(dpi),
        "-f",
        str(page),
        "-l",
        str(page),
        "-singlefile",
        "-png",
        "permit.pdf",
        "page",
    ]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return Image.open(folder / "page.png")


def many_items(count: int) -> ClearancePermit:
    one = SAMPLE.items[0]
    items = tuple(replace(one, number=n, description=f"{one.description} {n}") for n in range(1, count + 1))
    totals = Totals(count, count * one.packages, count * one.gross_kg, count * one.net_kg)
    return replace(SAMPLE, items=items, totals=totals)


def test_every_form_is_registered_with_a_sample_it_renders() -> None:
    assert ("clearance_permit", 1) in FORMS
    for form in FORMS.values():
        assert form.render(form.SAMPLE, languages=("en", "tg"), qr_text=QR, data=b"{}").startswith(b"%PDF-1.7")


@pytest.mark.parametrize("languages", PAIRS, ids="+".join)
def test_any_two_languages(languages: tuple[str, str]) -> None:
    text = text_of(permit(languages=languages))
    for locale in languages:
        for key in ("clearance_permit", "consignor", "driver", "signature_and_stamp", "total"):
            assert all(word in text for word in language(locale).say(key).split()), (locale, key)
    for value in (SAMPLE.mrn, SAMPLE.number, SAMPLE.reference, "KBL48213", "MSKU1234565", "080620", "احمد", "Сомон"):
        assert value in text, value


def test_a_page_led_by_a_right_to_left_language_is_mirrored() -> None:
    def left_edge_of_first_code(pdf: bytes) -> float:
        found: list[float] = []

        def visit(text: str, _: Any, matrix: list[float], *__: Any) -> None:
            if "080620" in text:
                found.append(matrix[4])

        pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
        return found[0]

    left_to_right = left_edge_of_first_code(permit(languages=("en", "fa_AF")))
    right_to_left = left_edge_of_first_code(permit(languages=("fa_AF", "en")))
    assert left_to_right < 150
    assert right_to_left > 400


def test_one_language_twice_or_an_unknown_one_is_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        permit(languages=("en", "en"))
    with pytest.raises(ValueError, match="printed in"):
        permit(languages=("en", "de"))


def test_the_lane_is_never_printed() -> None:
    names = {name.lower() for name in ClearancePermit.__dataclass_fields__}
    assert not names & {"lane", "risk", "channel", "corridor"}


def test_the_same_input_gives_the_same_bytes() -> None:
    before = permit()
    permit(languages=("ps", "ru"), copy=3, copy_reason="other letters ЖЫ ښ")
    assert permit() == before
    assert permit(copy=1) != before


def test_threads_do_not_disturb_each_other() -> None:
    def one(number: int) -> bytes:
        content = replace(SAMPLE, driver=f"رانندهٔ {number % 5} Ҷӯра", reference=f"REF-{number % 5}")
        return permit(content, languages=PAIRS[number % 5])

    alone = [one(number) for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(one, range(100)))
    assert all(pdf == alone[number % 5] for number, pdf in enumerate(together))


def test_bytes_do_not_depend_on_what_the_process_printed_before(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.path.insert(0, sys.argv[2])\n"
        "from hashlib import sha256\nimport test_clearance_permit as t\nprint(sha256(t.permit()).hexdigest())"
    )
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", script, str(here.parents[2]), str(here)],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stdout.strip() == sha256(permit()).hexdigest()


def test_the_data_and_the_text_of_the_qr_code_are_inside() -> None:
    reader = pypdf.PdfReader(io.BytesIO(permit()))
    assert reader.attachments["permit.json"] == [DATA]
    assert reader.attachments["permit.qr"] == [QR.encode()]
    assert ClearancePermit.from_json(json.loads(DATA)) == SAMPLE


def test_content_survives_json_with_times_and_gaps() -> None:
    content = replace(
        SAMPLE, valid_until=datetime(2026, 11, 29, 19, tzinfo=UTC), invoice_total=None, containers=(), trailer=Vehicle()
    )
    assert ClearancePermit.from_json(json.loads(json.dumps(content.as_json()))) == content


def test_it_is_built_as_pdf_a_3() -> None:
    with pikepdf.open(io.BytesIO(permit())) as pdf:
        assert not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else not pdf.check()
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status in ("3U", "3B")
            assert metadata["dc:title"] == f"Clearance permit {SAMPLE.number}"
        root = pdf.Root
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert [str(each.AFRelationship) for each in root.AF] == ["/Data", "/Data"]
        assert str(root.Lang) == "en"
        fonts = pdf.pages[0].Resources.Font
        assert sorted(fonts.keys()) == ["/F1", "/F2"]
        for font in fonts.values():
            assert font.DescendantFonts[0].FontDescriptor.FontFile2 is not None
            assert font.ToUnicode is not None
        assert "Encrypt" not in pdf.trailer


def test_a_copy_says_so_in_both_languages_with_its_reason() -> None:
    text = text_of(permit(copy=2, copy_reason="Original torn at the gate"))
    assert "COPY 2" in text and "کاپی" in text
    assert "Original torn at the gate" in text
    assert "ORIGINAL" not in text
    assert "COPY" not in text_of(permit())


def test_without_a_signer_it_says_that_it_is_not_signed() -> None:
    text = text_of(permit())
    assert "NOT SIGNED" in text and "ORIGINAL" not in text


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (11, 1), (12, 2), (47, 2), (48, 3), (999, 29)])
def test_items_go_on_over_pages(count: int, pages: int) -> None:
    pdf = permit(many_items(count))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == pages
    texts = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {pages}" in text
        assert SAMPLE.number in text
        assert ("Continued" in text) is (number < pages)
        assert ("Total\n" in text or "Total " in text) is (number == pages) or number == 1
    assert f"{SAMPLE.items[0].description} {count}" in texts[-1]


def test_999_items_take_little_time_and_room() -> None:
    content = many_items(999)
    permit(content)
    begun = time.process_time()
    pdf = permit(content)
    assert time.process_time() - begun < 2
    assert len(pdf) < 400_000


def test_no_items_or_too_many_are_refused() -> None:
    for items in ((), SAMPLE.items * 334):
        with pytest.raises(ValueError, match="999"):
            replace(SAMPLE, items=items)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_field(text: str) -> None:
    party = Party(text, text, text, text)
    vehicle = Vehicle(text, text)
    item = Item(1, text, text, text, 10**12, Decimal("9" * 30), Decimal("0.0000000001"))
    content = replace(
        SAMPLE,
        number=text,
        reference=text,
        post=replace(SAMPLE.post, code=text, names={"en": text, "fa_AF": text}, country=text),
        issued_by=text,
        key_id=text,
        consignor=party,
        consignee=party,
        declarant=party,
        vehicle=vehicle,
        trailer=vehicle,
        containers=(text,) * 20,
        driver=text,
        decision=text,
        declaration_type=text,
        procedure=text,
        delivery_terms=text,
        currency=text,
        items=(item,) * 14,
    )
    begun = time.process_time()
    pdf = permit(content, copy=1, copy_reason=text, languages=("fa_AF", "en"))
    assert time.process_time() - begun < 2
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2
    assert "root:" not in text_of(pdf)


def test_an_mrn_that_no_barcode_can_carry_is_refused() -> None:
    for mrn in ("", "Ж26", "X" * 60):
        with pytest.raises(ValueError, match="Code 128|too long"):
            permit(replace(SAMPLE, mrn=mrn))


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        replace(SAMPLE, issued_at=datetime(2026, 11, 27))


def test_both_calendars_are_printed_for_afghan_readers() -> None:
    assert "قوس" in text_of(permit(languages=("en", "fa_AF")))
    assert "لیندۍ" in text_of(permit(languages=("ps", "ru")))
    both = text_of(permit(languages=("fa_AF", "ps")))
    assert "قوس" in both and "لیندۍ" in both
    assert "27.11.2026 14:05 (UTC+5)" in both, "the post's clock"
    until = replace(SAMPLE, valid_until=date(2026, 12, 1))
    assert "01.12.2026" in text_of(permit(until, languages=("en", "tg")))


@needs_poppler
@pytest.mark.parametrize("languages", [("en", "fa_AF"), ("ps", "ru")], ids="+".join)
def test_scanners_read_both_codes(languages: tuple[str, str], tmp_path: Path) -> None:
    page = picture(permit(languages=languages), tmp_path)
    codes = {
        str(code.format).replace(" ", ""): code.text for code in zxingcpp.read_barcodes(np.asarray(page.convert("L")))
    }
    assert set(codes.values()) == {QR, SAMPLE.mrn}


@needs_poppler
def test_codes_have_their_size_on_paper(tmp_path: Path) -> None:
    page = picture(permit(), tmp_path, dpi=254)  # ten dots a millimetre
    found = {code.text: code.position for code in zxingcpp.read_barcodes(np.asarray(page.convert("L")))}
    qr, mrn = found[QR], found[SAMPLE.mrn]
    assert qr.top_right.x - qr.top_left.x == pytest.approx(350, abs=6)
    modules = 11 * (len(SAMPLE.mrn) + 2) + 13
    assert (mrn.top_right.x - mrn.top_left.x) / modules >= 2.0
    dark = np.asarray(page.convert("L"))[:, int(mrn.top_left.x) + 1] < 128
    runs = max(len(list(group)) for is_dark, group in itertools.groupby(dark) if is_dark)
    assert runs == pytest.approx(150, abs=3), "bars are 15 mm high"


@needs_poppler
def test_nothing_is_drawn_outside_the_margins(tmp_path: Path) -> None:
    wide = replace(SAMPLE, driver="W" * 500, consignor=Party("W" * 90, "W" * 500, "م" * 500, "AF"), issued_by="ض" * 300)
    page = np.asarray(picture(permit(wide, copy=1, copy_reason="M" * 900), tmp_path, dpi=100).convert("L"))
    margin = int(11.5 / 25.4 * 100)
    assert (page[:, :margin] == 255).all() and (page[:, -margin:] == 255).all()


@needs_poppler
def test_a_copy_looks_different_from_an_original_at_arms_length(tmp_path: Path) -> None:
    def red(pdf: bytes) -> int:
        pixels = np.asarray(picture(pdf, tmp_path, dpi=50).convert("RGB")).astype(int)
        return int(((pixels[..., 0] - pixels[..., 1]) > 80).sum())

    signed = permit(copy=0)
    assert red(permit(copy=1, copy_reason="lost")) > 3_000 > red(signed)


def test_the_page_time_is_that_of_the_print() -> None:
    later = SAMPLE.issued_at + timedelta(days=1)
    assert "28.11.2026 14:05" in text_of(permit(copy=1, copy_reason="lost", printed_at=later))
