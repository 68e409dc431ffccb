"""What the browser is told, and the files it gets."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask, g

from app.edge import assets, headers
from tests.unit.edge.conftest import APP, build


def test_no_inline_script_and_nothing_from_elsewhere(edge: Flask) -> None:
    policy = edge.test_client().get("/words").headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'" and directives["script-src"] == "'self'" and directives["style-src"] == "'self'"
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


def test_other_headers(edge: Flask, home_folder: Path) -> None:
    answer = edge.test_client().get("/words")
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers
    assert "Strict-Transport-Security" in build(home_folder, secure_cookies=True).test_client().get("/words").headers


def test_a_nonce_only_on_the_pages_of_the_sign_in(edge: Flask) -> None:
    blueprint = Blueprint("security", "security")
    blueprint.add_url_rule("/passkey", view_func=lambda: g.csp_nonce)
    edge.register_blueprint(blueprint)
    client = edge.test_client()
    first, second = client.get("/passkey"), client.get("/passkey")
    assert f"'nonce-{first.text}'" in first.headers["Content-Security-Policy"] and first.text != second.text
    assert "nonce" not in client.get("/words").headers["Content-Security-Policy"]
    assert headers.content_security_policy("n").count("script-src") == 1


def test_pages_have_no_inline_style_or_script() -> None:
    for path in (APP / "web" / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]{3,}=|<style|<script(?![^>]*\s(?:src=|nonce=|{{ script_nonce))|javascript:", text), path


@pytest.mark.parametrize("name", ["bootstrap.css", "bootstrap.rtl.css", "bootstrap.js", "htmx.js", "guzar.css", "guzar.js", "guzar.svg"])
def test_files_match_their_integrity_and_are_kept_for_ever(edge: Flask, name: str) -> None:
    with edge.test_request_context():
        url, integrity = assets.asset(name), assets.sri(name)
    client = edge.test_client()
    answer = client.get(url)
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert integrity == "sha384-" + base64.b64encode(hashlib.sha384(answer.data).digest()).decode()
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(re.sub("/[0-9a-f]{16}/", "/0123456789abcdef/", url)).status_code == 404


def test_names_that_are_no_assets_are_not_found(edge: Flask) -> None:
    for path in ("/assets/x/guzar.css", "/assets/x/..%2f..%2fconfig.py", "/assets/%00/guzar.js", "/assets/x/" + "a" * 3000):
        assert edge.test_client().get(path).status_code == 404


def test_letters_are_cut_once_and_hold_our_scripts(edge: Flask, home_folder: Path) -> None:
    from fontTools.ttLib import TTFont

    with edge.test_request_context():
        url = assets.asset("firago-regular.woff2")
    answer = edge.test_client().get(url)
    assert answer.data[:4] == b"wOF2" and len(answer.data) < 150_000
    kept = next((home_folder / "cache" / "assets").glob("*firago-regular.woff2"))
    characters = TTFont(kept).getBestCmap()
    for letter in "AaӣӯқғҳҷӢӯёыщ" + "ېۍۀځڅښږګڼټډړگچپژۀی" + "۰۱۲0123\u200c\u200d–«»№→":
        assert ord(letter) in characters, f"{letter} U+{ord(letter):04X}"
    made = kept.stat().st_mtime_ns
    assert build(home_folder).test_client().get(url).data == answer.data
    assert kept.stat().st_mtime_ns == made


def test_letters_without_a_home_to_write_in(monkeypatch: pytest.MonkeyPatch, home_folder: Path) -> None:
    entries = {"firago-bold.woff2": assets.Asset("firago-bold.woff2", "font/woff2", "0" * 16)}
    monkeypatch.setattr(assets, "_cut", lambda font: b"wOF2cut")
    assert assets.Assets(Path(os.devnull), entries).letters("firago-bold.woff2") == (b"wOF2cut", "font/woff2")

    def no_brotli(font: bytes) -> bytes:
        raise ImportError("brotli")

    monkeypatch.setattr(assets, "_cut", no_brotli)
    content, mimetype = assets.Assets(Path(os.devnull), entries).letters("firago-bold.woff2")
    assert mimetype == "font/ttf" and content[:4] == b"\x00\x01\x00\x00"


def test_the_start_fails_where_a_wheel_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    assets._collect()
    monkeypatch.setitem(assets._FROM_WHEELS, "gone.js", ("bootstrap-wrapper", "bootstrap/js/gone.js"))
    with pytest.raises(assets.AssetMissing, match=r"bootstrap-wrapper no longer ships bootstrap/js/gone\.js"):
        assets._collect()
    with pytest.raises(assets.AssetMissing, match="names nothing.woff2"):
        assets._with_addresses(b'src: url("asset:nothing.woff2")', {})


def test_style_sheets_name_letters_by_their_hash(edge: Flask) -> None:
    with edge.test_request_context():
        sheet, letters = assets.asset("guzar.css"), assets.asset("firago-bold.woff2")
    text = edge.test_client().get(sheet).text
    assert "asset:" not in text and ".." + letters.removeprefix("/assets") in text


def test_own_style_sheet_uses_logical_properties() -> None:
    """What has a left or right in it must be said again for the other direction."""
    text = (APP / "web" / "static" / "guzar.css").read_text()
    physical = re.findall(r"(?<![\w-])(?:margin|padding|border|inset)?-?(?:left|right)\s*:", text)
    assert physical == []
