"""The reader's language."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from markupsafe import Markup

from app.core.messages import T
from app.core.text import Text, _
from app.edge import catalogues, locale

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("fa", "fa_AF"), ("fa-AF", "fa_AF"), ("fa_AF", "fa_AF"), ("prs", "fa_AF"), ("fa-IR", "fa_AF"), ("tg-TJ", "tg"), ("tg-Cyrl-TJ", "tg"),
     ("RU", "ru"), ("ps-AF", "ps"), ("en-GB", "en"), ("de", None), ("", None), (None, None), ("x" * 5000, None), ("../../etc", None)],
)  # fmt: skip
def test_tags_understood(tag: str | None, expected: str | None) -> None:
    assert locale.understood(tag) == expected


def test_the_address_wins_then_cookie_then_person_then_browser(edge: Flask) -> None:
    client = edge.test_client()
    english, tajik, russian = "Sign in first.", "Аввал ворид шавед.", "Сначала войдите."
    assert client.get("/words").text == english
    assert client.get("/words", headers={"Accept-Language": "de, tg;q=0.8, ru;q=0.5"}).text == tajik
    assert client.get("/words", headers={"Accept-Language": "tg", "X-Test-Locale": "ru"}).text == russian
    answer = client.get("/words?lang=tg", headers={"X-Test-Locale": "ru"})
    assert answer.text == tajik and "guzar_language=tg" in answer.headers["Set-Cookie"]
    assert client.get("/words", headers={"X-Test-Locale": "ru"}).text == tajik, "the cookie is kept"
    assert client.get("/words?lang=klingon", headers={"X-Test-Locale": "ru"}).text == tajik
    assert client.get("/words?lang=prs").text == "اول وارد شوید."


def test_the_api_sets_no_cookie(edge: Flask) -> None:
    assert "Set-Cookie" not in edge.test_client().get("/api/v1/nowhere?lang=tg").headers


def test_the_language_switch_keeps_page_and_query(edge: Flask) -> None:
    with edge.test_request_context("/list?q=a%26b&state=1&state=2&lang=ru"):
        assert locale.language_url("ps") == "/list?q=a%26b&state=1&state=2&lang=ps"
    with edge.test_request_context("/файл"):
        assert locale.language_url("tg") == "/%D1%84%D0%B0%D0%B9%D0%BB?lang=tg"


def test_parameters_may_be_sentences(edge: Flask) -> None:
    with edge.test_request_context("/?lang=ru"):
        inner = _("Red lane")
        assert locale.translate(Text("{lane} / {number}", {"lane": inner, "number": 5})) == "Красный коридор / 5"
        assert locale.translate(T("Give a list here.")) == "Дайте здесь список."
        assert locale.translate("plain {text}") == "plain {text}"


def test_a_translation_that_does_not_fit_falls_back_to_english(edge: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "_gettext", lambda msgid: "Wrong {placeholder}")
    with edge.test_request_context("/"):
        assert locale.translate(_("Box {number} of the paper form", number=7)) == "Box 7 of the paper form"


def test_parameters_are_escaped_in_pages(edge: Flask) -> None:
    assert "&lt;script&gt;" in edge.test_client().get("/template?text=<script>").text
    with edge.test_request_context("/"):
        mixed = locale.translate(Text("<{a}> {b}", {"a": "<i>", "b": Markup("<b>x</b>")}))
        assert mixed == Markup("&lt;&lt;i&gt;&gt; <b>x</b>")
        assert render_template_string("{{ _('100 % of {x}', x=1) }}") == "100 % of 1"


def test_direction(edge: Flask) -> None:
    assert {name: locale.direction(name) for name in locale.LOCALES} == {"en": "ltr", "tg": "ltr", "ru": "ltr", "fa_AF": "rtl", "ps": "rtl"}
    assert locale.html_language("fa_AF") == "fa-AF"


def test_the_zone_is_that_of_the_post() -> None:
    assert str(locale.zone_of("TJPPJ")) == "Asia/Dushanbe"
    assert str(locale.zone_of("AFSKB")) == "Asia/Kabul"
    assert str(locale.zone_of("??")) == "UTC"


def test_catalogues_are_compiled_once(tmp_path: Path) -> None:
    first = locale.compiled_catalogues(tmp_path)
    file = first / "tg" / "LC_MESSAGES" / "messages.mo"
    made = file.stat().st_mtime_ns
    assert locale.compiled_catalogues(tmp_path) == first and file.stat().st_mtime_ns == made
    assert [path.name for path in first.parent.iterdir()] == [first.name], "nothing half-made stays"


def test_catalogues_without_a_home_to_write_in() -> None:
    folder = locale.compiled_catalogues(Path(os.devnull))
    try:
        assert (folder / "ps" / "LC_MESSAGES" / "messages.mo").exists()
    finally:
        shutil.rmtree(folder)


def test_every_sentence_in_the_code_is_in_every_catalogue() -> None:
    """Run `flask translations` when this fails."""
    wanted = set(catalogues.sentences())
    assert len(wanted) > 150
    with catalogues.TEMPLATE.open("rb") as file:
        template = {message.id for message in read_po(file) if message.id}
    assert wanted - template == set()
    for name in catalogues.TRANSLATED:
        known = {message.id for message in catalogues.catalogue(name) if message.id}
        assert wanted - known == set(), name


@pytest.mark.parametrize("name", catalogues.TRANSLATED)
def test_translations_keep_their_placeholders(name: str) -> None:
    for message in catalogues.catalogue(name):
        if message.id and message.string:
            assert set(PLACEHOLDER.findall(message.id)) == set(PLACEHOLDER.findall(message.string)), message.id


@pytest.mark.parametrize("name", catalogues.TRANSLATED)
def test_what_every_page_shows_and_every_profile_asks_for_is_translated(name: str) -> None:
    own = ("web/templates/base.html", "web/templates/error", "web/templates/macros/", "web/words.py", "edge/errors.py", "core/messages.py", "core/errors.py",
           "risk/rules/vocabulary/")  # fmt: skip
    places = catalogues.sentences()
    missing = [m for c in catalogues.coverage() if c.locale == name for m in c.missing if any(p.startswith(own) for p in places[m])]
    assert missing == []


def test_new_sentences_reach_the_catalogues_and_old_translations_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(locale.CATALOGUES, tmp_path / "translations")
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path / "translations")
    monkeypatch.setattr(catalogues, "TEMPLATE", tmp_path / "translations" / "messages.pot")
    monkeypatch.setattr(catalogues, "sentences", lambda: {"Sign in first.": ["x:1"], "A new sentence about {thing}.": ["x:2"]})
    report = {c.locale: c for c in catalogues.extract_and_update()}
    assert report["tg"].missing == ("A new sentence about {thing}.",) and (report["tg"].translated, report["tg"].total) == (1, 2)
    assert catalogues.fill("tg", {"A new sentence about {thing}.": "Ҷумлаи нав дар бораи {thing}.", "unknown": "x"}) == 1
    assert catalogues.catalogue("tg")["A new sentence about {thing}."].string == "Ҷумлаи нав дар бораи {thing}."
    before = catalogues.path_of("tg").read_bytes()
    catalogues.extract_and_update()
    assert catalogues.path_of("tg").read_bytes() == before
