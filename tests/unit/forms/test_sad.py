"""The Single Administrative Document: all boxes, continuation sheets, and what finds no room."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from forms.kit.words import LANGUAGES, language
from forms.sad import v1
from forms.sad.v1_content import Document, Package, Party, Sad, Tax, TaxTotal
from forms.sad.v1_layout import (
    FOOT,
    HEADER,
    HEADER_BIS,
    ITEMS_PER_BIS,
    bis_taxes,
    documents_box,
    item_boxes,
    quarter_box,
)
from tests.unit.forms.papers import many_pages_of, pages_of, plain, printed, text_of

SAMPLE = v1.SAMPLE


def sad(content: Sad = SAMPLE, **options: Any) -> str:
    return plain(text_of(printed(v1, content, **options)))


def many_items(count: int) -> Sad:
    items = tuple(replace(SAMPLE.items[n % 4], number=n + 1, description=f"goods {n + 1} end") for n in range(count))
    return replace(SAMPLE, items=items)


def test_boxes_1_to_54_and_a_to_d_are_on_the_main_sheet() -> None:
    numbers = {spot.number for spot in (*HEADER, *FOOT, *item_boxes(0).values())} | {"44", "47"}
    assert {str(number) for number in range(1, 55)} | {"A", "B", "C", "D/J"} <= numbers
    words = pages_of(printed(v1))[0].split()
    assert {str(number) for number in range(1, 55)} <= set(words)


def test_no_box_stands_on_another_and_all_on_the_page() -> None:
    main = [spot.box for spot in (*HEADER, *FOOT, *item_boxes(0).values())] + [documents_box(0)]
    bis = [spot.box for spot in HEADER_BIS] + [quarter_box(quarter) for quarter in range(4)]
    for place in range(1, ITEMS_PER_BIS + 1):
        bis += [*(spot.box for spot in item_boxes(place).values()), documents_box(place)]
    for boxes in (main, bis):
        for number, one in enumerate(boxes):
            assert one.x >= 12 and one.x + one.width <= 198.001 and one.y + one.height <= 283.001
            for other in boxes[number + 1 :]:
                across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
                down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
                assert across < 0.01 or down < 0.01, (one, other)
    assert all(bis_taxes(n).end <= quarter_box(n).y + quarter_box(n).height - 4 for n in range(3))


def test_the_declared_words_are_printed_as_declared() -> None:
    pages = pages_of(printed(v1))
    main, bis = plain(pages[0]), plain(pages[1])
    for words in (
        "IM", "KOH-2026-0117", "ҶДММ «Сомон»", "TJ-510012345", "BR-0217", "AF-9001234567", "452 493.00", "Afghanistan",
        "Kunduz", "various", "KBL48213 / KBL9917", "FCA", "Kabul", "USD", "40 539.00", "10.6543", "TJPPJ Панҷи Поён",
        "Terminal 2, shed 4", "900 CT KOH 1-900", "MSKU1234565", "Raisins", "080620", "9 450.000", "9 000.000", "4000",
        "T1 26AF0100000012345 (1) 20.11.2026", "9 000.000 KGM", "27 000.00", "380 INV-881 10.11.2026",
        "861 CO-5512 09.11.2026, Chamber of Commerce, Kabul", "– 09.12.2026", "301 613.53", "28 309.09", "TJ-WH-014",
        "26TJ0000000001A1", "TJDYU Душанбе-1", "Каримов Далер", "TJ-0482213, AF-77120", "1 120", "10100",
    ):  # fmt: skip
        assert words in main, words
    assert "کابل" in main
    for words in ("570110", "310.00 MTK", "Мағзи бодом", "090921", "IR", "5300", "100 537.81", "950.46"):
        assert words in bis, words


def test_box_47_shows_each_tax_and_counts_what_is_payable() -> None:
    pages = [plain(text) for text in pages_of(printed(v1))]
    for words in ("316 694.21", "14.00 %", "44 337.19", "59 417.87 TJS"):
        assert words in pages[0], words
    for words in ("25 536.60 TJS", "1 417.71 TJS", "0.00 TJS", "5 630.13"):
        assert words in pages[1], words
    for page in pages:
        assert "86 472.18 TJS" in page and "61 237.72" in page, "the summary stands on the first and the last sheet"
    assert SAMPLE.total == sum(each.payable for each in SAMPLE.totals)


def test_what_is_provisional_or_unverified_is_marked() -> None:
    pages = pages_of(printed(v1))
    assert "10.00 % †" in pages[1]
    assert all("Not confirmed by the administration yet" in page and "Provisional" in page for page in pages)
    items = tuple(
        replace(item, taxes=tuple(replace(tax, verified=True) for tax in item.taxes)) for item in SAMPLE.items
    )
    text = sad(replace(SAMPLE, items=items, provisional=False))
    assert "†" not in text and "Provisional" not in text


def test_an_unverified_fee_and_rate_of_exchange_are_marked() -> None:
    sound = replace(SAMPLE, items=(SAMPLE.items[0],))
    assert not sound.unverified and "†" not in sad(sound)
    totals = tuple(replace(each, verified=each.tax != "fee:clearance") for each in SAMPLE.totals)
    for content, marked in (
        (replace(sound, totals=totals), "100.00 †"),
        (replace(sound, exchange_verified=False), "10.6543 †"),
    ):
        text = sad(content)
        assert content.unverified and marked in text and text.count("†") == 2 + 1, marked


def test_a_rate_too_long_for_two_lines_is_told_in_the_list() -> None:
    rate = "max(20.00 %, 1234567890.1234567890 EUR/1000000000000 KGM)"
    taxes = (replace(SAMPLE.items[0].taxes[0], rate=rate), *SAMPLE.items[0].taxes[1:])
    pages = pages_of(printed(v1, replace(SAMPLE, items=(replace(SAMPLE.items[0], taxes=taxes),))))
    assert "… L1" in pages[0] and rate in plain(pages[1]) and rate not in plain(pages[0])


@pytest.mark.parametrize(("word", "told"), [("release", "Released"), ("seize", "Seized"), ("A1", "A1")])
def test_the_decision_is_told_in_the_language_of_the_page(word: str, told: str) -> None:
    assert told in sad(replace(SAMPLE, control=replace(SAMPLE.control, result=word)))


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (2, 2), (4, 2), (5, 3), (60, 21), (999, 334)])
def test_one_item_on_the_first_sheet_and_three_on_each_other(count: int, pages: int) -> None:
    content = many_items(count)
    begun = time.process_time()
    pdf = printed(v1, content)
    assert time.process_time() - begun < 3
    assert content.forms == pages
    texts = many_pages_of(pdf)
    assert len(texts) == pages
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {pages}" in text
        assert SAMPLE.mrn in text
    everything = "\n".join(texts)
    assert all(f"goods {number} end" in everything for number in range(1, count + 1))
    if pages > 2:
        assert f"Summary of all items: page {pages}" in texts[1].replace("\u2068", "").replace("\u2069", "")


def test_texts_without_room_are_told_in_full_at_the_end() -> None:
    long = "dried apricots without stones, sulphured, in boxes of five kilograms, "
    documents = tuple(Document("861", f"CO-{n:04d}", issuer="Chamber of Commerce and Industry") for n in range(40))
    taxes = tuple(Tax(f"tax{n}", Decimal(100), "1.00 %", Decimal(n)) for n in range(12))
    item = replace(SAMPLE.items[0], description=(long * 9)[:500], documents=documents, taxes=taxes)
    second = replace(SAMPLE.items[1], description=(long * 9)[:500] + " last")
    content = replace(SAMPLE, items=(item, second), consignor=Party("AF-1", "Kabul Star Trading " * 12, "", "AF"))
    pages = [plain(text) for text in pages_of(printed(v1, content))]
    assert len(pages) == 3
    assert "Continuation list" in pages[2] and "Page 3 of 3" in pages[2]
    assert all(f"CO-{n:04d}" in pages[2] for n in range(40))
    assert "tax11: 100 × 1.00 % = 11" in pages[2]
    assert "66 TJS" in pages[0], "the total counts the lines without room too"
    marks = {word for word in pages[2].split() if word[0] == "L" and word[1:].isdigit()}
    boxes = {word for page in pages[:2] for word in page.split() if word[0] == "L" and word[1:].isdigit()}
    assert marks == boxes and len(marks) >= 3
    assert "Continuation list" not in sad()


def test_a_text_in_no_box_is_lost() -> None:
    """Whatever length a description has, all of it is in its box or in the list."""
    for words in range(1, 60, 7):
        numbered = " ".join(f"word{n}" for n in range(words))
        text = sad(replace(SAMPLE, items=(replace(SAMPLE.items[0], description=numbered),)))
        assert all(f"word{n}" in text for n in range(words))


def test_marks_and_containers_without_room_are_kept() -> None:
    packages = tuple(Package("CT", 10, f"MARK {n} " + "X" * 30) for n in range(20))
    containers = tuple(f"MSKU{n:07d}" for n in range(40))
    text = sad(replace(SAMPLE, items=(replace(SAMPLE.items[0], packages=packages, containers=containers),)))
    assert all(each in text for each in containers)
    assert all(f"MARK {n} " in text for n in range(20))


def test_a_draft_has_no_barcode_and_says_that_it_is_not_lodged() -> None:
    text = sad(replace(SAMPLE, mrn="", registered_at=None))
    assert "NOT LODGED" in text and SAMPLE.mrn not in text
    assert SAMPLE.reference in text
    assert "NOT LODGED" not in sad()


def test_what_was_not_declared_is_left_empty() -> None:
    party = Party()
    bare = Sad(
        mrn="", reference="R-1", post=SAMPLE.post, issued_at=SAMPLE.issued_at, issued_by="", key_id="",
        consignor=party, consignee=party, declarant=party, items=(replace(SAMPLE.items[3], packages=(), taxes=()),),
    )  # fmt: skip
    text = sad(bare)
    assert "None" not in text and "†" not in text
    assert Sad.from_json(bare.as_json()) == bare


def test_many_totals_offices_and_codes_stay_in_their_boxes() -> None:
    totals = tuple(TaxTotal(f"t{n}", Decimal(n)) for n in range(30))
    item = replace(
        SAMPLE.items[0], additional_codes=tuple("A" * 6 for _ in range(9)), information_codes=("10100",) * 20
    )
    content = replace(SAMPLE, items=(item,), totals=totals, transit_offices=tuple(f"TJ{n:06d}" for n in range(20)))
    text = sad(content)
    assert all(f"TJ{n:06d}" in text for n in range(20))
    assert "86 472.18 TJS" in text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_titles_are_in_the_language_of_the_page(locale: str) -> None:
    other = "ru" if locale != "ru" else "en"
    text = "".join(sad(languages=(locale, other)).split())
    for key in ("sad_2", "sad_14", "sad_22", "sad_33", "sad_46", "sad_53", "sad_bis"):
        for word in language(locale).say(key).translate(str.maketrans("/()", "   ")).split():
            assert word in text, (key, word)


def test_the_page_is_a4() -> None:
    for page in pypdf.PdfReader(io.BytesIO(printed(v1))).pages:
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)


def test_no_items_or_too_many_are_refused() -> None:
    for items in ((), SAMPLE.items * 250):
        with pytest.raises(ValueError, match="999"):
            replace(SAMPLE, items=items)
