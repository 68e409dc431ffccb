"""Files that want to harm, or are simply not XML: each refused at once, with the rule and the remedy; none read."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest

from app.core.errors import Malformed, Refusal, TooLarge
from app.interchange import xml
from app.interchange.asycuda.read import read
from app.interchange.kinds import kind_of
from tests.unit.interchange.sads import sad


def _laughs() -> bytes:
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    return f'<!DOCTYPE ASYCUDA [<!ENTITY l0 "ha">{rows}]><ASYCUDA>&l19;</ASYCUDA>'.encode()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sad.xml", b"<ASYCUDA/>")
    return packed.getvalue()


DOCTYPE = b"<!DOCTYPE ASYCUDA SYSTEM 'http://127.0.0.1:9/x.dtd'><ASYCUDA/>"
FILE_ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ASYCUDA>&x;</ASYCUDA>'
QUADRATIC = b'<!DOCTYPE a [<!ENTITY x "' + b"a" * 100_000 + b'">]><ASYCUDA>' + b"&x;" * 100_000 + b"</ASYCUDA>"

HOSTILE: dict[str, tuple[bytes, str]] = {
    "external DTD": (DOCTYPE, "xml-document-type"),
    "public DTD": (b"<!DOCTYPE a PUBLIC '-//x//y' 'http://127.0.0.1:9/'><ASYCUDA/>", "xml-document-type"),
    "empty DTD": (b"<!DOCTYPE ASYCUDA><ASYCUDA/>", "xml-document-type"),
    "DTD after comment": (b"<?xml version='1.0'?><!-- x --><?a b?>\n<!DOCTYPE a []><ASYCUDA/>", "xml-document-type"),
    "DTD hidden by a comment": (b"<!-- > <a --> <!DOCTYPE a []><ASYCUDA/>", "xml-document-type"),
    "DTD in UTF-16": ("<!DOCTYPE a [<!ENTITY x 'y'>]><ASYCUDA>&x;</ASYCUDA>".encode("utf-16"), "xml-document-type"),
    "DTD in UTF-16 without mark": ("<!DOCTYPE a []><ASYCUDA/>".encode("utf-16-be"), "xml-document-type"),
    "DTD in cp1252": (
        b"<?xml version='1.0' encoding='windows-1252'?><!DOCTYPE a []><ASYCUDA>\x80</ASYCUDA>",
        "xml-document-type",
    ),
    "file entity": (FILE_ENTITY, "xml-document-type"),
    "parameter entity": (
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;]><ASYCUDA/>',
        "xml-document-type",
    ),
    "billion laughs": (_laughs(), "xml-document-type"),
    "quadratic blow-up": (QUADRATIC, "xml-document-type"),
    "attribute defaults": (b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>', "xml-document-type"),
    "HTML": (b"<!doctype html><html><body>x</body></html>", "xml-document-type"),
    "undefined entity": (b"<ASYCUDA>&secret;</ASYCUDA>", "xml-syntax"),
    "deep": (b"<a>" * 100_000 + b"</a>" * 100_000, "xml-depth"),
    "deeper than a SAD": (b"<ASYCUDA>" + b"<a>" * 60 + b"</a>" * 60 + b"</ASYCUDA>", "xml-depth"),
    "deep and cut off": (b"<a>" * 100_000, "xml-depth"),
    "too many elements": (b"<ASYCUDA>" + b"<a/>" * 1_200_000 + b"</ASYCUDA>", "xml-size"),
    "many empty elements": (b"<ASYCUDA>" + b"<a/>" * 600_000 + b"</ASYCUDA>", "xml-size"),
    "too many attributes": (b"<ASYCUDA " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"/>", "xml-size"),
    "51 attributes": (b"<ASYCUDA>\n\n<a " + b" ".join(b"a%d='1'" % n for n in range(51)) + b"/></ASYCUDA>", "xml-size"),
    "20 MB attribute": (b"<ASYCUDA a='" + b"x" * (19 * 1024 * 1024) + b"'/>", "xml-size"),
    "long attribute": (b"<ASYCUDA><b a='" + b"x" * 5000 + b"'/></ASYCUDA>", "xml-size"),
    "19 MB text": (b"<ASYCUDA>" + b"x" * (19 * 1024 * 1024) + b"</ASYCUDA>", "xml-size"),
    "long text": (b"<ASYCUDA><b>" + b"x" * 100_001 + b"</b></ASYCUDA>", "xml-size"),
    "long name": (b"<" + b"n" * 2_000_000 + b"/>", "xml-size"),
    "too many bytes": (b"<ASYCUDA>" + b" " * xml.MAX_BYTES + b"</ASYCUDA>", "xml-size"),
    "many comments before the root": (b"<!--x-->" * 5_000 + b"<ASYCUDA/>", "xml-size"),
    "NUL": (b"<ASYCUDA>a\x00b</ASYCUDA>", "xml-nul"),
    "only NUL": (b"\x00" * 1000, "xml-empty"),
    "vertical tab": (b"<ASYCUDA>a\x0bb</ASYCUDA>", "xml-syntax"),
    "escaped NUL": (b"<ASYCUDA>&#0;</ASYCUDA>", "xml-syntax"),
    "escaped surrogate": (b"<ASYCUDA>&#xD800;</ASYCUDA>", "xml-syntax"),
    "UTF-7": (b"<?xml version='1.0' encoding='UTF-7'?>+ADw-ASYCUDA/+AD4-", "xml-encoding"),
    "UTF-32": ("<ASYCUDA/>".encode("utf-32"), "xml-encoding"),
    "EBCDIC": (b"\x4c\x6f\xa7\x94\x93\x40", "xml-encoding"),
    "EBCDIC by name": (b"<?xml version='1.0' encoding='cp037'?><ASYCUDA/>", "xml-encoding"),
    "rot13": (b"<?xml version='1.0' encoding='rot13'?><NFLPHQN/>", "xml-encoding"),
    "unknown encoding": (b"<?xml version='1.0' encoding='x-nothing'?><ASYCUDA/>", "xml-encoding"),
    "not UTF-8": (b"<ASYCUDA>\n\n<a>\xff\xfe</a></ASYCUDA>", "xml-encoding"),
    "overlong UTF-8": (b"<ASYCUDA>\xc0\xbcscript</ASYCUDA>", "xml-encoding"),
    "lone surrogate in UTF-8": (b"<ASYCUDA>\xed\xa0\x80</ASYCUDA>", "xml-encoding"),
    "half a UTF-16": ("<ASYCUDA/>".encode("utf-16")[:-1], "xml-encoding"),
    "gzip": (gzip.compress(b"<ASYCUDA/>"), "xml-packed"),
    "gzip bomb": (gzip.compress(b"\x00" * 10_000_000), "xml-packed"),
    "zip": (_zip(), "xml-packed"),
    "PDF": (b"%PDF-1.7\n", "xml-pdf"),
    "empty": (b"", "xml-empty"),
    "white space": (b" \r\n\t ", "xml-empty"),
    "words": (b"please read this", "xml-syntax"),
    "cut off": (b"<ASYCUDA><Item>", "xml-syntax"),
    "crossed tags": (b"<ASYCUDA><a><b></a></b></ASYCUDA>", "xml-syntax"),
    "bare ampersand": (b"<ASYCUDA><a>Smith & Sons</a></ASYCUDA>", "xml-syntax"),
    "two documents": (b"<ASYCUDA/><ASYCUDA/>", "xml-syntax"),
    "undeclared prefix": (b"<x:ASYCUDA/>", "xml-syntax"),
    "same attribute twice": (b"<ASYCUDA a='1' a='2'/>", "xml-syntax"),
    "unclosed comment": (b"<!-- <ASYCUDA/>", "xml-syntax"),
    "unclosed CDATA with entities": (b"<ASYCUDA>&nbsp;" + b"<![CDATA[" * 200_000, "xml-syntax"),
    "comments without end and entities": (b"<ASYCUDA>&nbsp;" + b"<!--" * 200_000, "xml-syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_once_and_clearly(name: str) -> None:
    data, rule = HOSTILE[name]
    started = time.perf_counter()
    with pytest.raises(Refusal) as refused:
        xml.parse(data)
    assert time.perf_counter() - started < 1
    assert isinstance(refused.value, Malformed | TooLarge)
    assert refused.value.findings[0].rule == rule
    message = str(refused.value.message)
    assert 20 < len(message) < 400
    assert message.endswith(".")
    assert "{" not in message


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_and_telling_the_kind_refuse_them_too(name: str) -> None:
    for way in (read, kind_of):
        with pytest.raises(Refusal):
            way(HOSTILE[name][0])


def test_the_line_is_named() -> None:
    with pytest.raises(Malformed, match="Line 3"):
        xml.parse(b"<ASYCUDA>\n\n<a></b></ASYCUDA>")
    with pytest.raises(TooLarge, match="Line 2"):
        xml.parse(b"<ASYCUDA>\n<a b='" + b"x" * 5000 + b"'/></ASYCUDA>")


def test_nothing_outside_is_included(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sesame")
    data = sad(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>')
    assert b"sesame" not in repr(read(data)).encode()


def test_a_doctype_that_is_only_text_is_text() -> None:
    assert (
        xml.parse(b"<ASYCUDA><!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a []>]]></a></ASYCUDA>")[1].text
        == "<!DOCTYPE a []>"
    )


@pytest.mark.parametrize(
    ("data", "expected", "faithful"),
    [
        ("<a>سرک</a>".encode(), "سرک", True),
        ("\ufeff<a>سرک</a>".encode(), "سرک", True),
        ("<a>Сомон</a>".encode("utf-16"), "Сомон", True),
        ("<a>Сомон</a>".encode("utf-16-le"), "Сомон", True),
        ("<?xml version='1.0' encoding='windows-1251'?><a>Сомон</a>".encode("cp1251"), "Сомон", True),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a>café</a>".encode("latin-1"), "café", True),
        # The first line lies; the bytes do not.
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a>café</a>".encode(), "café", False),
        ("<?xml version='1.0' encoding='utf-16'?><a>сомон</a>".encode(), "сомон", False),
        ("\ufeff<?xml version='1.0' encoding='windows-1251'?><a>сомон</a>".encode(), "сомон", False),
        (b"<a>caf&eacute;&nbsp;&amp; &copy;</a>", "café\u00a0& ©", False),
        (b"<a>&#233;&lt;&quot;</a>", 'é<"', True),
        (b"\r\n  <a>x</a>", "x", True),
    ],
)
def test_honest_and_careless_files_are_read(data: bytes, expected: str, faithful: bool) -> None:
    assert xml.parse(data).text == expected
    assert xml.decode(data).faithful is faithful


def test_names_of_characters_stay_as_they_are_where_they_are_no_names() -> None:
    root = xml.parse(b"<a><b>&eacute;</b><!-- &eacute; --><c><![CDATA[&eacute;]]></c></a>")
    assert [root[0].text, root[1].text, root[2].text] == ["é", " &eacute; ", "&eacute;"]
