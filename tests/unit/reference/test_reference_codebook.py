"""The codebook: dated validity, names with fall-backs, commodities with national digits, controlled goods."""

from __future__ import annotations

import datetime as dt

import pytest

from app.reference import loading
from app.reference.codebook import Codebook, Entry

TODAY = dt.date(2026, 11, 23)
YESTERDAY = TODAY - dt.timedelta(days=1)
TOMORROW = TODAY + dt.timedelta(days=1)
LONG_AGO = dt.date(2000, 1, 1)


def entry(code="A", *, list_name="unit", since=LONG_AGO, until=None, names=None, **attributes):
    return Entry(list_name, code, since, until, names or {"en": code.lower()}, attributes)


@pytest.fixture(scope="module")
def book() -> Codebook:
    return loading.codebook()


def test_a_code_holds_on_its_first_and_last_day_and_not_beside_them():
    book = Codebook.of([entry(since=YESTERDAY, until=TODAY)])
    days = [YESTERDAY - dt.timedelta(days=1), YESTERDAY, TODAY, TOMORROW]
    assert [book.has("unit", "A", day) for day in days] == [False, True, True, False]


def test_a_code_that_ended_yesterday_is_refused_today():
    book = Codebook.of([entry(until=YESTERDAY)])
    assert not book.has("unit", "A", TODAY)
    assert book.find("unit", "A", TODAY) is None
    assert book.choices("unit", TODAY, "en") == []
    assert book.name("unit", "A", "en") == "a"
    assert book.name("unit", "A", "en", TODAY) == "A"


def test_each_day_has_the_meaning_of_its_period():
    old = entry(since=LONG_AGO, until=YESTERDAY, names={"en": "old"})
    new = entry(since=TODAY, names={"en": "new"})
    for order in ([old, new], [new, old]):
        book = Codebook.of(order)
        assert [book.name("unit", "A", "en", day) for day in (YESTERDAY, TODAY)] == ["old", "new"]
        assert book.name("unit", "A", "en") == "new"


def test_of_overlapping_periods_the_one_that_began_last_holds():
    book = Codebook.of([entry(names={"en": "old"}), entry(since=TODAY, until=TODAY, names={"en": "new"})])
    assert [book.name("unit", "A", "en", day) for day in (YESTERDAY, TODAY, TOMORROW)] == ["old", "new", "old"]


def test_a_name_falls_back_on_english_and_then_on_the_code():
    book = Codebook.of([entry(names={"en": "piece", "tg": "дона"})])
    assert [book.name("unit", "A", locale) for locale in ("tg", "ps", "en")] == ["дона", "piece", "piece"]
    assert book.name("unit", "NONE", "tg") == "NONE"
    assert book.name("no such list", "A", "tg") == "A"


def test_a_code_of_one_list_is_not_in_another(book):
    assert book.has("transport_mode", "3", TODAY)
    assert not book.has("incoterm", "3", TODAY)
    assert not book.has("no such list", "3", TODAY)


@pytest.mark.parametrize("code", ["080620", "0806200000", "08062010", "080620123456"])
def test_a_commodity_is_valid_when_its_first_six_digits_are(book, code):
    assert book.has("commodity", code, TODAY)
    assert book.commodity_of(code).code == "080620"
    assert book.name("commodity", code, "ps") == book.name("commodity", "080620", "en")


@pytest.mark.parametrize(
    "code",
    [
        "080621",
        "0806210000",
        "0806",
        "08",
        "",
        "TOTAL",
        "999999",
        "990000",
        "0806 20",
        "08062A",
        "0806201234567",
        "۰۸۰۶۲۰",
    ],
)
def test_what_is_no_commodity_is_refused(book, code):
    assert not book.has("commodity", code, TODAY)


def test_non_latin_national_digits_are_refused(book):
    assert not book.has("commodity", "080620۱۲", TODAY)
    assert not book.has("commodity", "080620²", TODAY)


def test_a_commodity_of_another_edition_is_refused(book):
    assert not book.has("commodity", "080620", dt.date(2021, 12, 31))
    assert book.commodity_of("080620", dt.date(2021, 12, 31)) is None


def test_headings_have_names_but_are_not_declared(book):
    assert book.find("commodity", "0806", TODAY).names["en"] == "Grapes; fresh or dried"
    assert not book.has("commodity", "0806", TODAY)


@pytest.mark.parametrize(
    ("list_name", "codes"),
    [
        ("procedure", ["1000", "3071", "4000", "4070", "8000", "40", "80"]),
        ("declaration_type", ["EX", "IM", "TR", "IM4", "EX1", "TR8"]),
        ("document_type", ["380", "730", "861", "851", "952"]),
        ("package_kind", ["CT", "BL", "NE", "VO"]),
        ("incoterm", ["CPT", "DPU"]),
        ("control_type", ["10", "42"]),
        ("currency", ["TJS", "AFN", "USD"]),
    ],
)
def test_the_usual_codes_are_there(book, list_name, codes):
    assert [code for code in codes if not book.has(list_name, code, TODAY)] == []


def test_codes_without_money_are_no_currency(book):
    assert not book.has("currency", "XXX", TODAY)


def test_choices_are_countries_by_name_and_codes_by_number(book):
    countries = book.choices("country", TODAY, "ru")
    assert len(countries) == 249
    assert countries[0] == ("AU", "Австралия")
    assert [code for code, _ in book.choices("document_type", TODAY, "en")][:3] == ["1", "2", "3"]
    assert [code for code, _ in book.choices("transport_mode", TODAY, "en")] == list("0123456789")
    assert len(book.choices("commodity", TODAY, "en")) == 5612


def groups(book, commodity, on=TODAY):
    return {e.attributes["group"]: e.attributes["prefix"] for e in book.controlled(commodity, on)}


def test_acetic_anhydride_is_a_precursor(book):
    (found,) = book.controlled("2915240000", TODAY)
    assert found.attributes["goods"] == ["Acetic anhydride"]
    assert found.attributes["cas"] == ["108-24-7"]
    assert "UN 1988 Convention Table I" in found.attributes["group"]


def test_of_each_group_the_longest_prefix_answers():
    def control(prefix, group, **dates):
        return entry(f"{prefix}-{group}", list_name="controlled", prefix=prefix, group=group, goods=[prefix], **dates)

    book = Codebook.of(
        [control("93", "arms"), control("9302", "arms"), control("930200", "licence"), control("94", "other")]
    )
    assert [(e.attributes["group"], e.attributes["prefix"]) for e in book.controlled("93020010", TODAY)] == [
        ("licence", "930200"),
        ("arms", "9302"),
    ]
    assert groups(book, "930100") == {"arms": "93"}
    assert groups(book, "9501") == {}
    ended = Codebook.of([control("93", "arms"), control("9302", "arms", until=YESTERDAY)])
    assert groups(ended, "930200") == {"arms": "93"}


def test_goods_under_one_prefix_and_group_are_gathered(book):
    (found,) = book.controlled("293339", TODAY)
    assert len(found.attributes["goods"]) == 2


def test_ranges_and_permits_of_controlled_goods(book):
    assert groups(book, "360300") == {"explosives": "3603"}
    assert groups(book, "080620")["phytosanitary"] == "08"
    (found,) = [e for e in book.controlled("020110", TODAY) if e.attributes["group"] == "veterinary"]
    assert found.attributes["document"] == "853"
    assert groups(book, "570110") == {}


def test_posts_are_found_by_code(book):
    post = book.post("TJPPJ")
    assert (post.country, post.neighbour, post.kind, post.time_zone) == ("TJ", "AFSKB", "post", "Asia/Dushanbe")
    assert book.post("USMIA") is None
    assert [p.code for p in book.posts()] == sorted(p.code for p in book.posts())


def test_entries_are_all_periods_or_those_of_a_day():
    old, new, other = entry(until=YESTERDAY), entry(since=TODAY), entry("B", since=TOMORROW)
    book = Codebook.of([old, other, new])
    assert book.entries("unit") == (new, old, other)
    assert book.entries("unit", YESTERDAY) == (old,)
    assert book.entries("unit", TODAY) == (new,)
    assert book.entries("unit", TOMORROW) == (new, other)
    assert book.entries("no such list") == ()


def test_a_snapshot_is_a_key_that_equals_only_itself():
    one, same = Codebook.of([entry()]), Codebook.of([entry()])
    assert one != same
    assert {one: 1, same: 2}[one] == 1


def test_the_snapshot_cannot_be_changed(book):
    with pytest.raises(AttributeError):
        book._lists = {}
    with pytest.raises(AttributeError):
        book.find("country", "TJ", TODAY).code = "XX"


def test_a_name_that_no_source_has_in_a_language_says_that_it_is_english():
    since = dt.date(2020, 1, 1)
    both = Entry("unit", "KGM", since, None, {"en": "kilogram", "tg": "килограмм"})
    english = Entry("unit", "NAR", since, None, {"en": "articles"})
    assert (both.marked("tg"), both.marked("en"), both.marked("ps")) == ("килограмм", "kilogram", "kilogram (en)")
    assert (english.marked("en"), english.marked("tg"), english.name("tg")) == ("articles", "articles (en)", "articles")
    assert Codebook.of([both, english]).choices("unit", dt.date(2026, 1, 1), "tg") == [
        ("KGM", "килограмм"), ("NAR", "articles (en)"),
    ]  # fmt: skip
