"""Keys in a folder of their own, and a signed permit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.clearance.cose import Claims, digest_of
from app.clearance.keys import KeyStore, PostKeys
from app.clearance.trust import TrustBundle
from forms.clearance_permit.v1 import SAMPLE, ClearancePermit, render

MADE = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Issued:
    """A permit with all that belongs to it."""

    content: ClearancePermit
    claims: Claims
    qr_text: str
    pdf: bytes
    keys: PostKeys
    bundle: TrustBundle


def claims_of(content: ClearancePermit, data: bytes, **changes: Any) -> Claims:
    plain: dict[str, Any] = {
        "issuer": "TJ",
        "permit": content.number,
        "mrn": content.mrn,
        "post": content.post.code,
        "issued_at": content.issued_at,
        "expires_at": datetime(2026, 11, 29, 19, tzinfo=UTC),
        "plate": content.vehicle.plate,
        "gross_kg": str(content.totals.gross_kg),
        "items": content.totals.items,
        "value": str(content.invoice_total),
        "currency": content.currency,
        "data_digest": digest_of(data),
    }
    return Claims(**{**plain, **changes})


def issue(keys: PostKeys, bundle: TrustBundle, *, copy: int = 0, **changes: Any) -> Issued:
    """A sealed permit; `changes` are wrong claims."""
    content = replace(SAMPLE, key_id=keys.key_id)
    data = json.dumps(content.as_json(), ensure_ascii=False).encode()
    claims = claims_of(content, data, copy=copy, **changes)
    qr_text = keys.sign_qr(claims)
    pdf = render(
        content,
        languages=("en", "fa_AF"),
        qr_text=qr_text,
        data=data,
        copy=copy,
        copy_reason="lost",
        signer=keys.pdf_signer,
    )
    return Issued(content, claims, qr_text, pdf, keys, bundle)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    folder: Path = tmp_path_factory.mktemp("home") / "keys"
    return KeyStore(folder, "TJ")


@pytest.fixture(scope="session")
def issued(store: KeyStore) -> Issued:
    keys = store.post_keys("TJPPJ", MADE)
    return issue(keys, store.trust())
