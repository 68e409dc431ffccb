"""The frame of every page."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask, g, render_template_string
from lxml import html

from app.core.actors import Actor, Grant
from app.core.text import _
from app.edge.locale import LOCALES
from app.web import layout, words

OFFICER = Actor(uuid.uuid4(), "officer", "Nigina <b>", (Grant("officer", "TJPPJ"),))
PAGE = '{% extends "base.html" %}{% block title %}T{% endblock %}{% block content %}<h1>H</h1>{% endblock %}'


@pytest.fixture
def site(edge: Flask) -> Flask:
    for path in ("worklist", "goods", "verify"):
        edge.add_url_rule(f"/{path}", f"web.{path}", lambda: render_template_string(PAGE))
    layout.add_entries(
        edge,
        layout.Entry(_("Check of the documents"), "web.verify", order=90),
        layout.Entry(_("Red lane"), "web.worklist", ("officer", "supervisor"), "list", 10),
        layout.Entry(_("Trader"), "web.goods", ("trader",), order=20),
        layout.Entry(_("Draft"), "web.not_there", order=30),
    )
    layout.name_posts(edge, lambda post, locale: f"{post} in {locale}")
    return edge


def test_the_navigation_depends_on_the_role(site: Flask) -> None:
    with site.test_request_context("/worklist"):
        assert [(link.label, link.current) for link in layout.nav(OFFICER)] == [("Red lane", True), ("Check of the documents", False)]
        assert [link.url for link in layout.nav(None)] == ["/verify"]


@pytest.mark.parametrize("language", LOCALES)
def test_the_frame_in_every_language(site: Flask, language: str) -> None:
    with site.test_request_context(f"/worklist?q=1&lang={language}"):
        g.actor = OFFICER
        page = html.fromstring(render_template_string(PAGE))
    rtl = language in ("fa_AF", "ps")
    assert page.get("lang") == language.replace("_", "-") and page.get("dir") == ("rtl" if rtl else "ltr")
    sheets = page.xpath("//link[@rel='stylesheet']/@href")
    assert ("bootstrap.rtl.css" in sheets[0]) is rtl and all(page.xpath("//link[@rel='stylesheet']/@integrity"))
    assert all(page.xpath("//script/@integrity")) and not page.xpath("//script[not(@src)]")
    menu = page.xpath("//a[@hreflang]/@href")
    assert menu == [f"/worklist?q=1&lang={name}" for name in LOCALES]
    assert page.xpath("//a[@hreflang and @aria-current]/text()") == [LOCALES[language]]
    assert page.xpath("//a[@class='skip-link']/@href") == ["#content"] and page.xpath("//main[@id='content']")
    assert "TJPPJ" in page.text_content() and f"TJPPJ in {language}" in page.text_content()
    assert "Nigina <b>" in page.text_content()


def test_words_for_every_state_role_and_lane(edge: Flask) -> None:
    text = '{% from "macros/ui.html" import lane, status %}{{ lane(l) }}{{ status(s) }}'
    with edge.test_request_context("/?lang=en"):
        page = render_template_string(text, l="red", s="under_control")
        assert "Red lane" in page and "lane-red" in page and "Under control" in page and "<svg" in page
        assert "&lt;x" in render_template_string(text, l="<x", s="<x")
        assert render_template_string(text, l=None, s="draft").count("lane-") == 0
    assert set(words.LANES) == set(words.LANE_MEANINGS) == {"green", "yellow", "red", "blue"}
    assert set(words.ROLES) == {"trader", "officer", "inspector", "supervisor", "analyst", "liaison", "administrator", "auditor", "system"}


def test_parts_of_pages_escape_and_translate(edge: Flask) -> None:
    text = """{% from "macros/ui.html" import facts, timeline, alert, pages, empty, page_header, scan_box, live_list %}
    {{ facts([(_("Draft"), "<i>"), (_("Released"), none), ("Mass", "5"|mass)]) }}
    {{ timeline([{"at": none, "what": _w, "who": "<u>", "lines": ["a < b"]}]) }}{% call alert("bad") %}Bad{% endcall %}
    {{ pages(next="/n?a=1&b=2") }}{{ empty("None") }}{{ page_header("T", lead="L") }}{{ scan_box("/", missed="<s>") }}
    {% call live_list("w", "/s", "/u") %}rows{% endcall %}"""
    with edge.test_request_context("/?lang=ru"):
        page = render_template_string(text, _w=_("Released"))
    assert "&lt;i&gt;" in page and "&lt;u&gt;" in page and "a &lt; b" in page and "&lt;s&gt;" in page
    assert "Черновик" in page and '<bdi dir="ltr" class="code">5\u00a0kg</bdi>' in page and 'role="alert"' in page
    assert 'href="/n?a=1&amp;b=2"' in page and 'data-stream="/s"' in page
