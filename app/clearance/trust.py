"""The public trust bundle: which keys vouched for permits, when, and which of them or of the permits no longer count.

It holds nothing secret and is all that a verifier needs, without a network. Two administrations exchange theirs.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_VERSION = 1


@dataclass(frozen=True)
class KeyRecord:
    """The public half of one key set of a post.

    `chain` is DER: the post's certificate, then the issuing CA's. A set whose key may be in other hands (`compromised`)
    vouches for nothing any more, whatever date is signed; one that was merely withdrawn still vouches for what it
    signed before `revoked_at`.
    """

    key_id: str
    post: str
    administration: str
    qr_public: bytes
    chain: tuple[bytes, ...]
    root: bytes
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None = None
    compromised: bool = False

    def revoked_for(self, signed_at: datetime) -> bool:
        """Whether a signature of that time no longer counts."""
        return self.revoked_at is not None and (self.compromised or signed_at >= self.revoked_at)

    def valid_on(self, signed_at: datetime) -> bool:
        """Whether the set was in use at that time."""
        return self.not_before <= signed_at <= self.not_after

    def as_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "key_id": self.key_id,
            "post": self.post,
            "administration": self.administration,
            "qr_public": _text(self.qr_public),
            "certificates": [_text(each) for each in self.chain],
            "root": _text(self.root),
            "not_before": _zulu(self.not_before),
            "not_after": _zulu(self.not_after),
            "revoked_at": None if self.revoked_at is None else _zulu(self.revoked_at),
            "compromised": self.compromised,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> KeyRecord:
        """The record of `as_json`."""
        revoked_at = plain.get("revoked_at")
        return cls(
            key_id=plain["key_id"],
            post=plain["post"],
            administration=plain["administration"],
            qr_public=base64.b64decode(plain["qr_public"], validate=True),
            chain=tuple(base64.b64decode(each, validate=True) for each in plain["certificates"]),
            root=base64.b64decode(plain["root"], validate=True),
            not_before=datetime.fromisoformat(plain["not_before"]),
            not_after=datetime.fromisoformat(plain["not_after"]),
            revoked_at=None if revoked_at is None else datetime.fromisoformat(revoked_at),
            compromised=bool(plain.get("compromised", False)),
        )


@dataclass(frozen=True)
class TrustBundle:
    """Key records, and permits that no longer count: by number, or as `NUMBER/2` one copy (0: the original)."""

    keys: tuple[KeyRecord, ...] = ()
    revoked: frozenset[str] = frozenset()
    superseded: frozenset[str] = frozenset()

    @cached_property
    def by_id(self) -> dict[bytes, KeyRecord]:
        """Records by the key id that stands in a QR code."""
        return {bytes.fromhex(record.key_id): record for record in self.keys}

    @cached_property
    def by_certificate(self) -> dict[bytes, KeyRecord]:
        """Records by the certificate that signs PDFs."""
        return {record.chain[0]: record for record in self.keys}

    @cached_property
    def chains(self) -> tuple[tuple[bytes, ...], ...]:
        """Certificate chains, for `pades.check`."""
        return tuple(record.chain for record in self.keys)

    @cached_property
    def qr_keys(self) -> dict[bytes, Ed25519PublicKey]:
        """Public keys by key id, for `cose.verify`."""
        return {kid: Ed25519PublicKey.from_public_bytes(record.qr_public) for kid, record in self.by_id.items()}

    @cached_property
    def roots(self) -> tuple[bytes, ...]:
        """Root certificates, DER."""
        return tuple(dict.fromkeys(record.root for record in self.keys))

    def with_permits(self, *, revoked: Iterable[str] = (), superseded: Iterable[str] = ()) -> TrustBundle:
        """The bundle with more permits that no longer count."""
        return replace(self, revoked=self.revoked | set(revoked), superseded=self.superseded | set(superseded))

    def merged(self, other: TrustBundle) -> TrustBundle:
        """Both bundles; where they tell different things of one key, a revocation wins."""
        records = {record.key_id: record for record in self.keys}
        for record in other.keys:
            known = records.get(record.key_id)
            if known is None or (known.revoked_at is None and _same_key(known, record)):
                records[record.key_id] = record
        return TrustBundle(tuple(records.values()), self.revoked | other.revoked, self.superseded | other.superseded)

    def to_json(self) -> str:
        """The bundle as a file for others."""
        plain = {
            "version": _VERSION,
            "keys": [record.as_json() for record in self.keys],
            "permits": {"revoked": sorted(self.revoked), "superseded": sorted(self.superseded)},
        }
        return json.dumps(plain, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> TrustBundle:
        """The bundle of such a file; ValueError if it is not one."""
        try:
            plain = json.loads(text)
            if plain["version"] != _VERSION:
                raise ValueError(f"unknown version {plain['version']!r}")
            permits = plain["permits"]
            return cls(
                tuple(KeyRecord.from_json(each) for each in plain["keys"]),
                frozenset(permits["revoked"]),
                frozenset(permits["superseded"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise ValueError(f"This is not a trust bundle: {error}") from error


def _same_key(one: KeyRecord, other: KeyRecord) -> bool:
    """A neighbour may tell more about a key, but never put another key in its place."""
    return (one.qr_public, one.chain, one.root) == (other.qr_public, other.chain, other.root)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
