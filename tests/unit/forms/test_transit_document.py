"""The transit accompanying document: what its boxes and its list say, how large it gets, and what finds no room."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from forms.clearance_permit.v1_content import Vehicle
from forms.transit_document import v1
from forms.transit_document.v1 import SAMPLE, TransitDocument
from forms.transit_document.v1_content import Equipment, Guarantee
from forms.unloading_permission import v1 as unloading
from tests.factories import transit_documents
from tests.unit.forms.longest import LONGEST
from tests.unit.forms.papers import QR, SIGNER, many_pages_of, pages_of, picture, plain, printed

LARGEST = 120_000


def said(content: TransitDocument = SAMPLE, **options: object) -> list[str]:
    return [plain(page) for page in pages_of(printed(v1, content, **options))]


def test_every_fact_of_the_movement_stands_on_the_first_page() -> None:
    first = said()[0]
    for told in (
        SAMPLE.mrn, "26TJPPJ000000417J5-T2", "TIR · A", "29.11.2026 16:20", "26.11.2026 16:20", "TJ-510012345",
        "M-000417", "6TJ510012345-0417", "972", "13 010.000", "7777AB01", "1234PA01", "Kunduz", "Yard 2",
        "AFSKB · Sher Khan Bandar", "TJDUS", "UZSAR", "AF → TJ → UZ", "TJ-PPJ-DUS: Panji Poyon – Bokhtar", "Tursunzoda", "BINDING", "QX72500417",
        "Volet 3 of 14", "01.02.2027", "TJK/087/1234567", "TIR-QX72500417", "100 000.00 EUR", "MSKU1234565",
        "TJK0000010", "TJ0482213", "NMRN 26TJPPJ000000117R6", "N730 CMR-417", "N853 V-99", "Y901 1", "Transhipment",
        "A1 · Satisfactory", "2: AFG0000417, TJ0482213", "CONTROL BY THE OFFICE OF DESTINATION",
        "Takes the place of 26TJPPJ000000417J5-T1",
    ):  # fmt: skip
        assert told in first, told


def test_a_national_movement_has_no_carnet_and_its_parties_on_the_first_page() -> None:
    national = replace(
        SAMPLE, kind="national", carnet=None, houses=SAMPLE.houses[:1], previous=None,
        guarantees=(Guarantee("1", "26TJPPJ0000000018", None),), border_transport=Vehicle("Ferry", "TJ"),
    )  # fmt: skip
    first = said(national, languages=("en", "ru"))[0]
    assert "TIR carnet" not in first and "Volet" not in first and "Takes the place" not in first
    assert "ҶДММ «Сомон»" in first and "See the list" not in first and "26TJPPJ0000000018" in first
    assert "See the list" in said()[0], "of several houses the parties stand in the list"


def test_the_list_tells_each_house_with_its_items_and_their_data_elements() -> None:
    second = said()[1]
    for told in (
        "House consignment 1", "House consignment 2", "900 CT: KBL 1-900", "[12 03] 851 PH-7", "27101943",
        "[18 07] UN 1202 · [18 02] 2400 LTR", "[12 03] 380 N-17", "2 040.000 kg", "9 000.000",
    ):  # fmt: skip
        assert told in second.replace("  ", " "), told


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler: apt-get install poppler-utils")
def test_readers_find_the_mrn_on_every_page(tmp_path: Path) -> None:
    pdf = printed(v1, signer=SIGNER)
    for number, expected in ((1, {SAMPLE.mrn, QR}), (2, {SAMPLE.mrn})):
        page = np.asarray(picture(pdf, tmp_path, number).convert("L"))
        assert {code.text for code in zxingcpp.read_barcodes(page)} == expected


def test_what_finds_no_room_is_told_in_full_after_the_list() -> None:
    form, content = LONGEST["transit_document"]
    text = plain(" ".join(many_pages_of(printed(form, content))))
    text = re.sub(r"\s+", " ", text)
    for guarantee in content.guarantees:
        assert guarantee.grn in text
    for row in content.equipment:
        assert row.container in text and all(seal in text for seal in row.seals)
    for each in (*content.documents.supporting, *content.control.seals):
        assert each in text, each
    for house in content.houses:
        for item in house.items:
            assert all(note in text for note in item.notes), item.number
    assert content.ucr in text and content.border_transport.plate in text


def test_long_descriptions_are_told_in_full() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    item = replace(SAMPLE.houses[0].items[0], description=words, marks="M" * 200)
    content = replace(SAMPLE, houses=(replace(SAMPLE.houses[0], items=(item,)),))
    text = re.sub(r"\s+", " ", " ".join(said(content)))
    assert f"[18 05] {words}" in text and "M" * 200 in text.replace(" ", "")


@pytest.mark.parametrize("houses", [1, 20])
@pytest.mark.parametrize("languages", [("tg", "ru"), ("fa_AF", "ps"), ("ps", "en")], ids="+".join)
def test_five_hundred_different_items_take_no_more_than_120_kilobytes(languages: tuple[str, str], houses: int) -> None:
    content = transit_documents.of(500, houses)
    data = json.dumps(content.as_json(), ensure_ascii=False).encode()
    pdf = printed(v1, content, languages=languages, data=data, signer=SIGNER)
    assert len(pdf) <= LARGEST, len(pdf)
    pages = many_pages_of(pdf)
    everything = plain("\n".join(pages))
    assert all(f"KBL {number}-{number * 3}" in everything for number in range(1, 501))
    assert all(house.consignor.name in everything for house in content.houses)
    assert all(content.mrn in page for page in pages)


def test_items_of_many_houses_go_on_over_pages_with_their_house_named() -> None:
    content = transit_documents.of(1_999, houses=7)
    pages = [plain(page) for page in many_pages_of(printed(v1, content))]
    everything = "\n".join(pages)
    assert all(f"KBL {number}-{number * 3}" in everything for number in range(1, 2_000))
    assert all("House consignment" in page for page in pages[1:-1])
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_too_many_or_none_are_refused() -> None:
    house = SAMPLE.houses[0]
    for houses in ((), (house,) * 100, (replace(house, items=house.items * 1_000),), (replace(house, items=()),)):
        with pytest.raises(ValueError, match="A movement has"):
            replace(SAMPLE, houses=houses)
    with pytest.raises(ValueError, match="zone"):
        replace(SAMPLE, limit_at=SAMPLE.limit_at.replace(tzinfo=None))


def test_without_equipment_and_guarantee_the_boxes_say_so() -> None:
    bare = replace(SAMPLE, equipment=(), guarantees=(), incidents=(), carnet=None)
    assert "TJK0000009" not in said(bare)[0]
    seals = replace(SAMPLE, equipment=(Equipment("7777AB01", ("TJ-1",)),))
    assert "all" in said(seals)[0], "a load without named items is all of them"


def test_a_permission_to_unload_has_room_for_what_is_found() -> None:
    text = plain(" ".join(pages_of(printed(unloading))))
    for told in ("Unloading remarks", "Everything unloaded", "As declared", "Seals in order", "Name and signature",
                 "TJK0000009", "900 CT", "Terminal 3"):  # fmt: skip
        assert told in text, told
    assert len(pages_of(printed(unloading))) == 1
