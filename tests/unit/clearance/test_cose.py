"""The QR text: one spelling, no altered character accepted, nothing hostile raises anything but CoseError."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.clearance import cose
from app.clearance.cose import PREFIX, Claims, CoseError, key_id, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
CLAIMS = Claims(
    issuer="TJ",
    permit="TJPPJ-2026-000417",
    mrn="26TJPPJ0001234567M",
    post="TJPPJ",
    issued_at=datetime(2026, 11, 27, 9, 5, tzinfo=UTC),
    expires_at=datetime(2026, 11, 29, 19, tzinfo=UTC),
    plate="KBL48213",
    gross_kg="14006.000",
    items=3,
    data_digest=bytes(range(16)),
    value="39600.00",
    currency="USD",
    copy=2,
)


def refused(text: str) -> str:
    with pytest.raises(CoseError) as caught:
        verify(text, KEYS)
    return caught.value.code


def test_claims_come_back_as_signed() -> None:
    assert verify(sign(CLAIMS, KEY), KEYS) == CLAIMS
    bare = replace(CLAIMS, value="", currency="", copy=0, items=0, plate="")
    assert verify(sign(bare, KEY), KEYS) == bare


def test_it_is_a_cose_sign1_that_any_reader_understands() -> None:
    message = cbor2.loads(cose._decode(sign(CLAIMS, KEY)[len(PREFIX) :]))
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert cbor2.loads(protected) == {1: -8, 4: key_id(KEY.public_key())}
    assert unprotected == {}
    assert cbor2.loads(payload)[-2] == CLAIMS.permit
    KEY.public_key().verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))


def test_it_fits_a_code_of_35_millimetres() -> None:
    assert len(sign(CLAIMS, KEY)) < 366, "QR version 11 at level M takes 366 alphanumeric characters"


def test_no_character_can_be_changed() -> None:
    text = sign(CLAIMS, KEY)
    rng = random.Random(1)
    for i in range(len(text)):
        for other in {rng.choice(cose._ALPHABET), "~", "a", "é"} - {text[i]}:
            assert refused(text[:i] + other + text[i + 1 :])


def test_no_character_can_be_dropped_added_or_swapped() -> None:
    text = sign(CLAIMS, KEY)
    for i in range(len(text)):
        assert refused(text[:i] + text[i + 1 :])
        assert refused(text[:i] + "0" + text[i:])
        if i and text[i] != text[i - 1]:
            assert refused(text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :])


def test_reasons() -> None:
    text = sign(CLAIMS, KEY)
    assert refused("") == "malformed"
    assert refused("HC1:" + text[4:]) == "malformed"
    assert refused(PREFIX) == "malformed"
    assert refused(sign(CLAIMS, Ed25519PrivateKey.generate())) == "unknown_key"
    forged = sign(replace(CLAIMS, plate="OTHER"), KEY)
    head = len(text) // 2
    assert refused(forged[:head] + text[head:]) in {"tampered", "malformed"}
    assert refused(PREFIX + "0" * 1_000_000) == "malformed"


@given(st.text(max_size=400))
def test_any_text_is_refused_quietly(text: str) -> None:
    assert refused(text) and refused(PREFIX + text)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_quietly(data: bytes) -> None:
    kid = next(iter(KEYS))
    head = b"\xd2\x84" + cbor2.dumps(cose._protected(kid)) + b"\xa0"
    assert refused(PREFIX + cose._encode(data))
    assert refused(PREFIX + cose._encode(head + data))
    assert refused(PREFIX + cose._encode(head + cbor2.dumps(data) + b"\x58\x40" + bytes(64)))


def test_deep_nesting_never_reaches_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def parser(_: bytes) -> None:
        raise AssertionError("unsigned bytes were parsed")

    monkeypatch.setattr(cose.cbor2, "loads", parser)
    assert refused(PREFIX + cose._encode(b"\x81" * 900)) == "malformed"
    assert refused(PREFIX + cose._encode(b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff")) == "malformed"


@given(st.binary(max_size=200))
def test_base45_round_trip(data: bytes) -> None:
    assert cose._decode(cose._encode(data)) == data


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_of_the_rfc(data: bytes, text: str) -> None:
    assert cose._encode(data) == text
