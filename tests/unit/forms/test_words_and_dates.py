"""Five languages with the same words, and the two calendars."""

from __future__ import annotations

import csv
import json
import string
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from forms.kit import dates
from forms.kit.numbers import amount
from forms.kit.words import LANGUAGES, language

GLOSSARY = Path(__file__).resolve().parents[4] / "shared" / "domain" / "glossary.csv"


def catalogue(locale: str) -> dict[str, dict[str, str]]:
    text = resources.files("forms.kit.words").joinpath(f"{locale}.json").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = json.loads(text)
    return words


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_has_the_words_of_english(locale: str) -> None:
    english, other = catalogue("en"), catalogue(locale)
    for part, words in english.items():
        assert other[part].keys() == words.keys()
        for key, text in words.items():
            assert other[part][key].strip()
            assert placeholders(other[part][key]) == placeholders(text), key


def test_the_terms_of_the_glossary_are_used() -> None:
    if not GLOSSARY.exists():
        pytest.skip("the glossary is not here")
    rows = {row["en"]: row for row in csv.DictReader(GLOSSARY.read_text(encoding="utf-8").splitlines())}
    for key, term in (("consignor", "consignor"), ("consignee", "consignee"), ("gross_kg", "gross weight")):
        for locale in ("ru", "tg", "fa_AF", "ps"):
            assert language(locale).say(key).lower().startswith(rows[term][locale].lower())


def test_unknown_languages_and_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="fa_AF"):
        language("xx")
    with pytest.raises(KeyError):
        language("en").say("nothing")


def test_values_are_isolated_from_the_writing_direction() -> None:
    assert language("fa_AF").say("copy", copy=2) == "کاپی \u20682\u2069"


def test_countries() -> None:
    assert language("ru").country("AF") == "Афганистан"
    assert language("ps").country("ZZ") == "ZZ"


@pytest.mark.parametrize(
    ("day", "locale", "expected"),
    [
        (date(2026, 11, 27), "fa_AF", "۶ قوس ۱۴۰۵"),
        (date(2026, 11, 27), "ps", "۶ لیندۍ ۱۴۰۵"),
        (date(2026, 3, 21), "fa_AF", "۱ حمل ۱۴۰۵"),
        (date(2026, 3, 20), "ps", "۲۹ کب ۱۴۰۴"),
    ],
)
def test_solar_hijri(day: date, locale: str, expected: str) -> None:
    assert dates.solar_hijri(day, locale) == expected


def test_local_times_name_their_offset() -> None:
    moment = datetime(2026, 11, 27, 20, 5, tzinfo=UTC)
    assert dates.clock(dates.local(moment, "Asia/Dushanbe")) == "28.11.2026 01:05 (UTC+5)"
    assert dates.clock(dates.local(moment, "Asia/Kabul")) == "28.11.2026 00:35 (UTC+4:30)"
    assert dates.clock(moment.astimezone(timezone(timedelta(hours=-3, minutes=-30)))).endswith("(UTC-3:30)")
    with pytest.raises(ValueError, match="zone"):
        dates.local(datetime(2026, 11, 27), "Asia/Kabul")


def test_numbers() -> None:
    assert amount(Decimal("1234567.890")) == "1\u202f234\u202f567.890"
    assert amount(Decimal("1E+3")) == "1\u202f000"
    assert amount(1080) == "1\u202f080"
