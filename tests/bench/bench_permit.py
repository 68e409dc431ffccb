"""Milliseconds for a signed permit, against writing the same operators with no shaping, layout, codes or signature.

Run by hand: `python -m tests.bench.bench_permit [--permits 300] [--profile]`. Each permit has its own numbers, names,
QR text and data, as at a post. The target is 8 ms, signature included.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from reportlab.pdfgen.canvas import Canvas

from app.clearance.cose import Claims, digest_of
from app.clearance.keys import KeyStore, PostKeys
from app.clearance.verification import verify
from forms.clearance_permit.v1 import SAMPLE, ClearancePermit, render
from forms.kit import canvas

TARGET = 8.0
ROUNDS = 3
MADE = datetime(2026, 11, 1, tzinfo=UTC)


def contents(count: int, first: int) -> list[ClearancePermit]:
    """Permits of five items that differ in everything but their post."""
    items = (*SAMPLE.items, *SAMPLE.items[:2])
    return [
        replace(
            SAMPLE,
            number=f"TJPPJ-2026-{number:06d}",
            mrn=f"26TJPPJ{number:010d}M",
            consignor=replace(SAMPLE.consignor, name=f"شرکت تجارتی ستاره {number}"),
            consignee=replace(SAMPLE.consignee, name=f"ҶДММ «Сомон {number}»"),
            vehicle=replace(SAMPLE.vehicle, plate=f"KBL{number:05d}"),
            driver=f"احمد نوری {number}",
            items=tuple(replace(item, number=i, gross_kg=item.gross_kg + number) for i, item in enumerate(items, 1)),
        )
        for number in range(first, first + count)
    ]


def signed_permit(content: ClearancePermit, keys: PostKeys, languages: tuple[str, str]) -> bytes:
    """The whole way from frozen content to a sealed PDF."""
    data = json.dumps(content.as_json(), ensure_ascii=False).encode()
    claims = Claims(
        issuer="TJ",
        permit=content.number,
        mrn=content.mrn,
        post=content.post.code,
        issued_at=content.issued_at,
        expires_at=datetime(2026, 11, 29, 19, tzinfo=UTC),
        plate=content.vehicle.plate,
        gross_kg=str(content.totals.gross_kg),
        items=len(content.items),
        value=str(content.invoice_total),
        currency=content.currency,
        data_digest=digest_of(data),
    )
    return render(content, languages=languages, qr_text=keys.sign_qr(claims), data=data, signer=keys.pdf_signer)


def operators_of(content: ClearancePermit, keys: PostKeys, languages: tuple[str, str]) -> list[str]:
    """The operators of a permit's page as they reach ReportLab."""
    kept: list[str] = []
    original = canvas.Page.showPage

    def keep(page: canvas.Page) -> None:
        kept.extend(page._code)
        original(page)

    with mock.patch.object(canvas.Page, "showPage", keep):
        signed_permit(content, keys, languages)
    return kept


def raw_page(operators: list[str]) -> bytes:
    """The same operators put on a bare ReportLab canvas."""
    buffer = io.BytesIO()
    page = Canvas(buffer, pageCompression=1)
    page._code.extend(operators)  # type: ignore[attr-defined]
    page.showPage()
    page.save()
    return buffer.getvalue()


def per_piece(act: Callable[[ClearancePermit], object], pieces: list[ClearancePermit]) -> float:
    """Milliseconds a piece."""
    begun = time.perf_counter()
    for piece in pieces:
        act(piece)
    return (time.perf_counter() - begun) * 1000 / len(pieces)


def main() -> None:
    """Prints one table; exits with 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permits", type=int, default=300)
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = KeyStore(Path(folder) / "keys", "TJ")
        keys = store.post_keys("TJPPJ", MADE)
        pair = ("en", "fa_AF")
        for content in contents(20, 1):
            pdf = signed_permit(content, keys, pair)
        bundle, noon = store.trust(), datetime(2026, 11, 28, tzinfo=UTC)
        assert verify(pdf, bundle, now=noon).valid
        operators = operators_of(SAMPLE, keys, pair)
        permits: list[float] = []
        raws: list[float] = []
        for turn in range(ROUNDS):
            fresh = contents(chosen.permits, 1_000 * (turn + 1))
            permits.append(per_piece(lambda content: signed_permit(content, keys, pair), fresh))
            raws.append(per_piece(lambda _: raw_page(operators), fresh))
        took, raw = statistics.median(permits), statistics.median(raws)
        checked = per_piece(lambda _: verify(pdf, bundle, now=noon), fresh[:50])
        print(f"signed permit      {took:6.2f} ms   ({1000 / took:.0f} a second on one core, {len(pdf)} bytes)")
        print(f"raw canvas writes  {raw:6.2f} ms")
        print(f"ratio              {took / raw:6.2f}")
        print(f"verification       {checked:6.2f} ms")
        if chosen.profile:
            profile = cProfile.Profile()
            profile.runcall(per_piece, lambda content: signed_permit(content, keys, pair), contents(200, 900_000))
            pstats.Stats(profile).sort_stats("tottime").print_stats(20)
        if took > TARGET:
            raise SystemExit(f"The target is {TARGET} ms")


if __name__ == "__main__":
    main()
