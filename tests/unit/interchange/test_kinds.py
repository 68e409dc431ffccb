"""The kind of a file is told by what is in it."""

from __future__ import annotations

import pytest

from app.core.errors import Invalid, Malformed, Refusal
from app.interchange.kinds import Kind, kind_of
from tests.unit.interchange.sads import SAMPLES, sad, sample


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (sad(), Kind.ASYCUDA),
        (sad(root="asycuda"), Kind.ASYCUDA),
        (b'<x:ASYCUDA xmlns:x="urn:any"/>', Kind.ASYCUDA),
        ("<ASYCUDA/>".encode("utf-16"), Kind.ASYCUDA),
        (b'\xef\xbb\xbf {"items": [], "consignee": {}}', Kind.DECLARATION),
        (b'{"post": "TJPPJ", "transport": {}, "holder": {}, "house_consignments": []}', Kind.MOVEMENT),
        (b'{"post": "TJPPJ", "transport": {}, "holder": {}, "items": []}', Kind.DECLARATION),
    ],
)
def test_readable_kinds(data: bytes, kind: Kind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize("name", ["asycuda/afghan_export.xml", "asycuda/relief_sad.xml"])
def test_samples_are_asycuda(name: str) -> None:
    assert kind_of(sample(name)) is Kind.ASYCUDA


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<ncts:CC015C PhaseID="NCTS5.1" xmlns:ncts="http://ncts.dgtaxud.ec"/>', "ncts"),
        (b"<CC029B/>", "ncts"),
        (b'<SafeTIR xmlns="http://www.iru.org/SafeTIRUpload"/>', "tir"),
        (b'<Query xmlns="http://www.iru.org/TCHQuery"/>', "tir"),
        (b"<Awmds/>", "unknown"),
        (b"<html/>", "unknown"),
        (b"<Declarations><ASYCUDA/><ASYCUDA/></Declarations>", "asycuda"),
        (b"[]", "unknown"),
        (b'[{"items": []}]', "unknown"),
        (b'{"name": 1}', "unknown"),
    ],
)
def test_other_languages_are_refused_and_told_what_can_be_read(data: bytes, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind_of(data)
    assert refused.value.facts == {"kind": kind}
    assert any(
        word in str(refused.value.message)
        for word in ("can be read", "JSON can", "its own file", "each file", "description")
    )


def test_the_transit_samples_are_recognised() -> None:
    paths = sorted(SAMPLES.glob("ncts/messages/*.xml"))
    if not paths:
        pytest.skip("no samples here")
    for path in paths:
        with pytest.raises(Invalid) as refused:
            kind_of(path.read_bytes())
        assert refused.value.facts == {"kind": "ncts"}


@pytest.mark.parametrize(
    "data", [b"{", b'{"items": NaN}', b"{" * 100_000, b"[" * 100_000, b'{"a": 1e}', b"{'items': 1}"]
)
def test_bad_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        kind_of(data)
    assert refused.value.findings[0].rule == "json-syntax"


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"a,b,c\n1,2,3", bytes(range(256)), b"UNB+UNOA:1"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        kind_of(data)
