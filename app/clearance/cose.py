"""The signed text of a paper's QR code: prefix + base45(COSE_Sign1, Ed25519, over canonical CBOR claims).

A reader needs only public keys. A text has exactly one spelling: everything outside the signature is compared with the
bytes this module would write, so that nothing hostile is ever handed to a CBOR parser and no altered character passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.clearance.commands import Kind

PREFIX = "GZ1:"
PERMIT = "permit"
#: Every paper that is vouched for, by the word that stands in its claims.
TYPES = frozenset({PERMIT, *Kind})
#: Claims hold these many bytes of the SHA-256 of the data inside the PDF.
DIGEST_BYTES = 16
#: Longest text read: more fits into no QR code of this size on paper.
LONGEST = 2_000

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_KID_BYTES = 8
_SIGNATURE_BYTES = 64
_EDDSA = -8
# COSE_Sign1: tag 18, an array of four; the empty map of unprotected headers; a byte string of 64.
_OPENING, _NO_HEADERS, _SIGNATURE_HEAD = b"\xd2\x84", b"\xa0", b"\x58\x40"


class CoseError(ValueError):
    """The text is not one of ours, or not as it was signed. `code` is a reason of `verification`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Claims:
    """What the QR code says. Times are aware UTC to the second; masses and values are strings of decimals.

    `permit` is the paper's own number (of a single administrative document its MRN), `type` what it is; only a permit
    expires. `version` is that of what is declared, where the paper is a print of it.
    """

    issuer: str
    permit: str
    mrn: str
    post: str
    issued_at: datetime
    expires_at: datetime | None
    plate: str
    gross_kg: str
    items: int
    data_digest: bytes
    value: str = ""
    currency: str = ""
    copy: int = 0
    type: str = PERMIT
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        """The claims as JSON values: times with Z, the digest in hexadecimal."""
        return {
            "issuer": self.issuer,
            "type": self.type,
            "permit": self.permit,
            "number": self.permit,
            "mrn": self.mrn,
            "post": self.post,
            "issued_at": _zulu(self.issued_at),
            "expires_at": _zulu(self.expires_at) if self.expires_at else None,
            "plate": self.plate,
            "gross_kg": self.gross_kg,
            "items": self.items,
            "value": self.value,
            "currency": self.currency,
            "copy": self.copy,
            "version": self.version,
            "data_digest": self.data_digest.hex(),
        }


#: Claims by their label in the signed map; 1, 4 and 6 are those of CBOR web tokens (RFC 8392).
_LABELS = {
    1: "issuer",
    4: "expires_at",
    6: "issued_at",
    -1: "type",
    -2: "permit",
    -3: "mrn",
    -4: "post",
    -5: "plate",
    -6: "gross_kg",
    -7: "items",
    -8: "value",
    -9: "currency",
    -10: "copy",
    -11: "data_digest",
    -12: "version",
}
_TIMES = frozenset({"issued_at", "expires_at"})
_WHOLE = frozenset({"items", "copy", "version"})


def digest_of(data: bytes) -> bytes:
    """What the claims keep of the data inside the PDF."""
    return hashlib.sha256(data).digest()[:DIGEST_BYTES]


def key_id(key: Ed25519PublicKey) -> bytes:
    """The name of a key in the protected header: eight bytes of the SHA-256 of its raw form."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:_KID_BYTES]


def sign(claims: Claims, key: Ed25519PrivateKey) -> str:
    """The text for the QR code."""
    return sign_with(claims, key_id(key.public_key()), key.sign)


def sign_with(claims: Claims, kid: bytes, raw: Callable[[bytes], bytes]) -> str:
    """The same with a key kept elsewhere: `raw` gives the Ed25519 signature (64 bytes) of the bytes it is given."""
    protected = _protected(kid)
    payload = cbor2.dumps(_to_map(claims), canonical=True)
    signature = raw(_signed_bytes(protected, payload))
    text = PREFIX + _encode(
        _OPENING + cbor2.dumps(protected) + _NO_HEADERS + cbor2.dumps(payload) + _SIGNATURE_HEAD + signature
    )
    if len(text) > LONGEST:
        raise ValueError(f"The claims take {len(text)} characters, {LONGEST} are allowed")
    return text


def verify(text: str, keys: Mapping[bytes, Ed25519PublicKey]) -> Claims:
    """The claims of a text signed by one of the keys (by `key_id`).

    CoseError `malformed` if it is none of ours, `unknown_key`, or `tampered`.
    """
    return verify_with_kid(text, keys)[0]


def verify_with_kid(text: str, keys: Mapping[bytes, Ed25519PublicKey]) -> tuple[Claims, bytes]:
    """The claims and the name of the key that signed them; errors as in `verify`."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise CoseError("malformed")
    kid, payload, signature = _taken_apart(_decode(text[len(PREFIX) :]))
    if kid not in keys:
        raise CoseError("unknown_key")
    try:
        keys[kid].verify(signature, _signed_bytes(_protected(kid), payload))
    except InvalidSignature:
        raise CoseError("tampered") from None
    return _from_payload(payload), kid


def _protected(kid: bytes) -> bytes:
    return cbor2.dumps({1: _EDDSA, 4: kid}, canonical=True)


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _taken_apart(message: bytes) -> tuple[bytes, bytes, bytes]:
    """(key id, payload, signature) of a message in its one spelling; CoseError for any other."""
    template = _protected(bytes(_KID_BYTES))
    head = _OPENING + cbor2.dumps(template)[:-_KID_BYTES]
    kid, rest = message[len(head) : len(head) + _KID_BYTES], message[len(head) + _KID_BYTES :]
    signature, before = rest[-_SIGNATURE_BYTES:], rest[:-_SIGNATURE_BYTES]
    if not message.startswith(head) or not before.endswith(_SIGNATURE_HEAD) or not before.startswith(_NO_HEADERS):
        raise CoseError("malformed")
    wrapped = before[len(_NO_HEADERS) : -len(_SIGNATURE_HEAD)]
    payload = _unwrapped(wrapped)
    if cbor2.dumps(payload) != wrapped:
        raise CoseError("malformed")
    return kid, payload, signature


def _unwrapped(wrapped: bytes) -> bytes:
    """The bytes of a CBOR byte string by the size of its head; the caller compares the spelling."""
    for head in (2, 3, 1):
        payload = wrapped[head:]
        if wrapped == cbor2.dumps(payload):
            return payload
    raise CoseError("malformed")


def _to_map(claims: Claims) -> dict[int, Any]:
    plain: dict[int, Any] = {}
    for label, name in _LABELS.items():
        value = getattr(claims, name)
        if name in _TIMES and value is not None:
            value = int(value.timestamp())
        if value not in ("", 0, None):
            plain[label] = value
    return plain


def _from_payload(payload: bytes) -> Claims:
    """Claims from a payload whose signature is good: whatever is wrong here was signed by us and is our defect."""
    plain = cbor2.loads(payload)
    values: dict[str, Any] = {name: 0 if name in _WHOLE else "" for name in _LABELS.values()}
    values |= {name: plain[label] for label, name in _LABELS.items() if label in plain}
    for name in _TIMES:
        values[name] = datetime.fromtimestamp(values[name], UTC) if values[name] else None
    return Claims(**values)


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _encode(data: bytes) -> str:
    """Base45 (RFC 9285): two bytes to three characters of QR's alphanumeric mode."""
    out: list[str] = []
    for i in range(0, len(data) - 1, 2):
        rest, low = divmod(data[i] << 8 | data[i + 1], 45)
        high, middle = divmod(rest, 45)
        out.append(_ALPHABET[low] + _ALPHABET[middle] + _ALPHABET[high])
    if len(data) & 1:
        high, low = divmod(data[-1], 45)
        out.append(_ALPHABET[low] + _ALPHABET[high])
    return "".join(out)


def _decode(text: str) -> bytes:
    """Base45 back to bytes; CoseError for anything that no encoder writes."""
    try:
        values = [_VALUE[character] for character in text]
    except KeyError:
        raise CoseError("malformed") from None
    out = bytearray()
    for i in range(0, len(values), 3):
        group = values[i : i + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if size == 0 or number >= 256**size:
            raise CoseError("malformed")
        out += number.to_bytes(size, "big")
    return bytes(out)
