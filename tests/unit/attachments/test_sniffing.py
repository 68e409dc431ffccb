"""What a handed-in file is, told by its bytes."""

from __future__ import annotations

import contextlib
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attachments import sniffing
from app.attachments.sniffing import Refused, kind_of
from tests.factories.scans import BAD, GOOD, object_stream, pdf, picture


@pytest.mark.parametrize("name", GOOD)
def test_papers_are_taken_for_what_they_are(name):
    content, media_type = GOOD[name]
    assert kind_of(content).media_type == media_type


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_with_a_remedy(name):
    content, rule = BAD[name]
    with pytest.raises(Refused) as refused:
        kind_of(content)
    assert refused.value.rule == rule
    message = str(refused.value.message)
    assert message.endswith(".") and any(word in message for word in ("Save", "save", "Scan", "Send", "send", "Print"))


def test_the_message_names_what_acts():
    with pytest.raises(Refused) as refused:
        kind_of(BAD["packed pdf with a script"][0])
    assert "JavaScript" in str(refused.value.message)


@given(st.binary(max_size=300))
def test_anything_at_all_is_refused_or_taken_but_never_breaks(content):
    for begin in (b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II\x2a\x00", b"RIFF\0\0\0\0WEBP"):
        try:
            assert kind_of(begin + content) in sniffing.KINDS
        except Refused:
            continue


@given(st.data())
def test_a_paper_with_a_changed_byte_never_breaks_the_look(data):
    content = bytearray(data.draw(st.sampled_from([content for content, _type in GOOD.values()])))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert kind_of(bytes(content)) in sniffing.KINDS
    except Refused as refused:
        assert refused.rule.startswith("file.")


def test_large_and_crafty_files_are_looked_at_quickly():
    """Ten megabytes made to be slow: names without end, streams without end, a PNG of a million chunks."""
    noise = zlib.compress(bytes(range(256)) * 40_000, 1) * 8
    crafty = [
        pdf()[:-6] + b"/ObjStm " * 1_200_000 + b"\n%%EOF\n",
        pdf()[:-6] + b"stream\n/First 1 " * 600_000 + b"\n%%EOF\n",
        pdf()[:-6] + b"#4a" * 3_000_000 + b"\n%%EOF\n",
        object_stream(b"", b"/Filter/DCTDecode", noise),
        b"\xff\xd8\xff" + b"\xff" * 9_000_000,
        picture("JPEG")[:2] + b"\xff\xe0\x00\x02" * 2_000_000,
    ]
    for content in crafty:
        begun = time.perf_counter()
        with contextlib.suppress(Refused):
            kind_of(content)
        assert time.perf_counter() - begun < 3
