"""What holds for every official paper, as a reader, a scanner and a printer meet it."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pikepdf
import pypdf
import pytest
import zxingcpp
from cryptography.hazmat.primitives import serialization

from forms import FORMS as REGISTERED
from forms.kit import der
from forms.kit.words import LANGUAGES, language
from tests.unit.forms.papers import (
    CERTIFICATE,
    FORMS,
    HOSTILE,
    QR,
    SIGNER,
    TIMES,
    TITLES,
    everywhere,
    pages_of,
    picture,
    printed,
    text_of,
)

PAIRS = list(itertools.permutations(LANGUAGES, 2))
each_form = pytest.mark.parametrize("name", FORMS)
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="needs poppler: apt-get install poppler-utils"
)


@each_form
def test_it_is_registered_under_its_version(name: str) -> None:
    assert REGISTERED[name, FORMS[name].VERSION] is FORMS[name]


@pytest.mark.parametrize("languages", PAIRS, ids="+".join)
@each_form
def test_any_two_languages(name: str, languages: tuple[str, str]) -> None:
    sample = FORMS[name].SAMPLE
    text = text_of(printed(FORMS[name], languages=languages))
    own = {"arrival_receipt": "ar_seals", "inspection_act": "ia_findings"}.get(name, "total")
    for locale in languages:
        for key in (TITLES[name], "electronic_signature", own, "unsigned"):
            assert all(word in text for word in language(locale).say(key).split()), (locale, key)
    inside = {"payment_receipt": "AB-2026-7714023", "arrival_receipt": "TJ0482213"}.get(name, "080620")
    for value in (sample.mrn, sample.post.code, inside):
        assert value in text, value


@each_form
def test_a_page_led_by_a_right_to_left_language_is_mirrored(name: str) -> None:
    """The MRN stands in the other half of the page."""

    def middle_of_bars(pdf: bytes) -> float:
        found: list[float] = []

        def visit(text: str, _: object, matrix: list[float], *__: object) -> None:
            if FORMS[name].SAMPLE.mrn in text:
                found.append(matrix[4])

        pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
        return found[0]

    left, right = (middle_of_bars(printed(FORMS[name], languages=pair)) for pair in (("en", "ps"), ("ps", "en")))
    assert abs(left - right) > 50


@each_form
def test_one_language_twice_an_unknown_one_or_a_time_without_zone_is_refused(name: str) -> None:
    form = FORMS[name]
    with pytest.raises(ValueError, match="differ"):
        printed(form, languages=("en", "en"))
    with pytest.raises(ValueError, match="printed in"):
        printed(form, languages=("en", "de"))
    with pytest.raises(ValueError, match="zone"):
        replace(form.SAMPLE, issued_at=datetime(2026, 11, 27))


@each_form
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    before = printed(FORMS[name])
    printed(FORMS[name], languages=("ps", "ru"), copy=3, copy_reason="other letters ЖЫ ښ")
    assert printed(FORMS[name]) == before
    assert printed(FORMS[name], copy=1) != before


@each_form
def test_the_data_and_the_text_of_the_qr_code_are_inside(name: str) -> None:
    form = FORMS[name]
    data = json.dumps(form.SAMPLE.as_json(), ensure_ascii=False).encode()
    reader = pypdf.PdfReader(io.BytesIO(printed(form, data=data)))
    assert reader.attachments[form.DATA_FILE] == [data]
    assert reader.attachments[form.QR_FILE] == [QR.encode()]
    assert type(form.SAMPLE).from_json(json.loads(reader.attachments[form.DATA_FILE][0])) == form.SAMPLE


@each_form
def test_it_is_built_as_pdf_a_3(name: str) -> None:
    with pikepdf.open(io.BytesIO(printed(FORMS[name]))) as pdf:
        assert not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else not pdf.check()
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status in ("3U", "3B")
            assert metadata["dc:title"].startswith(language("en").say(TITLES[name]))
        assert [str(each.AFRelationship) for each in pdf.Root.AF] == ["/Data", "/Data"]
        for page in pdf.pages:
            assert set(page.Resources.Font.keys()) <= {"/F1", "/F2"}


@each_form
def test_a_copy_says_so_on_every_page_with_its_reason(name: str) -> None:
    form = FORMS[name]
    later = form.SAMPLE.issued_at + timedelta(days=1)
    pages = pages_of(printed(form, copy=2, copy_reason="Original torn at the gate", printed_at=later))
    assert all("COPY 2" in text for text in pages)
    assert "کاپی" in pages[0] and "Original torn at the gate" in pages[0] and "28.11.2026" in pages[0]
    assert "ORIGINAL" not in "".join(pages)
    assert "COPY" not in text_of(printed(form))


@each_form
def test_times_are_those_of_the_post_in_both_calendars(name: str) -> None:
    sample = FORMS[name].SAMPLE
    at = getattr(sample, TIMES.get(name, "issued_at"))
    shown = f"{at + timedelta(hours=5):%d.%m.%Y %H:%M} (UTC+5)"
    text = text_of(printed(FORMS[name], languages=("en", "fa_AF")))
    assert shown in text
    assert "قوس" in text
    assert "لیندۍ" in text_of(printed(FORMS[name], languages=("ps", "ru")))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@each_form
def test_hostile_text_in_every_field(name: str, text: str) -> None:
    form = FORMS[name]
    content = everywhere(form.SAMPLE, text, Decimal("9" * 30))
    begun = time.perf_counter()
    pdf = printed(form, content, copy=1, copy_reason=text, languages=("fa_AF", "en"))
    assert time.perf_counter() - begun < 8
    assert len(pdf) < 500_000, "no text is longer than what can be read"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert 1 <= len(opened.pages) <= 40
        assert not any("/URI" in str(each.get("/A", "")) for page in opened.pages for each in page.get("/Annots", []))
    assert "root:" not in text_of(pdf)


@each_form
def test_an_mrn_that_no_barcode_can_carry_is_refused(name: str) -> None:
    for mrn in ("Ж26", "X" * 60):
        with pytest.raises(ValueError, match="Code 128|too long"):
            printed(FORMS[name], replace(FORMS[name].SAMPLE, mrn=mrn))


@needs_poppler
@pytest.mark.parametrize("languages", [("en", "fa_AF"), ("ps", "ru")], ids="+".join)
@each_form
def test_scanners_read_both_codes(name: str, languages: tuple[str, str], tmp_path: Path) -> None:
    page = picture(printed(FORMS[name], languages=languages), tmp_path)
    codes = {code.text for code in zxingcpp.read_barcodes(np.asarray(page.convert("L")))}
    assert codes == {QR, FORMS[name].SAMPLE.mrn}


@needs_poppler
@each_form
def test_nothing_is_drawn_outside_the_margins(name: str, tmp_path: Path) -> None:
    content = everywhere(FORMS[name].SAMPLE, "WM ضض" * 80, Decimal("9" * 18 + ".99"))
    page = np.asarray(
        picture(printed(FORMS[name], content, copy=1, copy_reason="M" * 900), tmp_path, dpi=100).convert("L")
    )
    margin, edge = int(11.5 / 25.4 * 100), int(4.5 / 25.4 * 100)
    assert (page[:, :margin] == 255).all() and (page[:, -margin:] == 255).all()
    assert (page[:edge] == 255).all() and (page[-edge:] == 255).all()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@each_form
def test_openssl_verifies_the_signature_as_cades(name: str, tmp_path: Path) -> None:
    signed = printed(FORMS[name], signer=SIGNER)
    assert "ORIGINAL" in pages_of(signed)[0] and SIGNER.key_id in pages_of(signed)[0]
    assert "NOT SIGNED" not in text_of(signed)
    mark = signed.index(b"/ByteRange [0 ") + 14
    first, second, rest = (int(part) for part in signed[mark : signed.index(b"]", mark)].split())
    start = signed.index(b"/Contents <") + 11
    raw = bytes.fromhex(signed[start : signed.index(b">", start)].decode())
    (tmp_path / "cms.der").write_bytes(raw[: der.length_of(raw)])
    (tmp_path / "covered").write_bytes(signed[:first] + signed[second : second + rest])
    (tmp_path / "root.pem").write_bytes(CERTIFICATE.public_bytes(serialization.Encoding.PEM))
    options = "-binary -inform DER -in cms.der -content covered -CAfile root.pem -purpose any -out out"
    command = ["openssl", "cms", "-verify", "-cades", *options.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "CAdES Verification successful" in done.stderr, done.stderr
    assert second + rest == len(signed)


@each_form
def test_a_small_paper_takes_milliseconds(name: str) -> None:
    """Ten of a processor's milliseconds for most; the forms of many boxes and two pages, forty."""

    def taken() -> float:
        begun = time.process_time()
        printed(FORMS[name])
        return time.process_time() - begun

    printed(FORMS[name])
    assert min(taken() for _ in range(15)) < (0.040 if name in ("sad", "transit_document") else 0.010)
