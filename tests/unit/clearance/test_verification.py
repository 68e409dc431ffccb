"""Verdicts: what is genuine passes, and each way of cheating is named. Nothing a stranger sends raises."""

from __future__ import annotations

import io
import json
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest

from app.clearance import cose, pades, verification
from app.clearance.keys import KeyStore
from app.clearance.trust import TrustBundle
from app.clearance.verification import REASONS, Verdict, verify, verify_pdf, verify_qr
from app.core.text import Text
from forms.clearance_permit.v1 import SAMPLE, render
from forms.kit import embed
from forms.kit.canvas import Box, Page
from forms.kit.signature import place, seal
from tests.unit.clearance.conftest import MADE, NOW, Issued, issue


def why(verdict: Verdict) -> tuple[str, ...]:
    assert verdict.valid is (verdict.reasons == ())
    assert all(isinstance(sentence, Text) for sentence in verdict.sentences)
    return verdict.reasons


def test_a_genuine_permit_is_valid_on_paper_and_as_a_file(issued: Issued) -> None:
    for verdict in (
        verify_pdf(issued.pdf, issued.bundle, now=NOW),
        verify_qr(issued.qr_text, issued.bundle, now=NOW),
        verify(issued.pdf, issued.bundle, now=NOW),
        verify(issued.qr_text, issued.bundle, now=NOW),
        verify(b" " + issued.qr_text.encode() + b"\r\n", issued.bundle, now=NOW),
    ):
        assert verdict.valid and verdict.claims == issued.claims
    plain = verify(issued.pdf, issued.bundle, now=NOW).as_json()
    assert plain["valid"] is True and plain["reasons"] == []
    assert plain["claims"]["permit"] == SAMPLE.number
    assert json.dumps(plain)


def test_the_bundle_alone_is_enough(issued: Issued) -> None:
    carried = TrustBundle.from_json(issued.bundle.to_json())
    assert verify(issued.pdf, carried, now=NOW).valid


def test_1000_flipped_bits_of_the_file_0_accepted(issued: Issued) -> None:
    rng = random.Random(7)
    accepted = 0
    for _ in range(1_000):
        forged = bytearray(issued.pdf)
        bit = rng.randrange(8 * len(forged))
        forged[bit // 8] ^= 1 << bit % 8
        accepted += verify_pdf(bytes(forged), issued.bundle, now=NOW).valid
    assert accepted == 0


def test_every_flipped_bit_of_the_signature_itself_is_seen(issued: Issued) -> None:
    """The contents of a signature are not covered by it: case of a letter, padding, unsigned fields."""
    start = issued.pdf.index(b"/Contents <") + 11
    end = issued.pdf.index(b">", start)
    rng = random.Random(8)
    places = {rng.randrange(start, end) for _ in range(600)} | {start - 1, end, end - 1}
    for at in sorted(places):
        for bit in (0, 2, 5):
            forged = bytearray(issued.pdf)
            forged[at] ^= 1 << bit
            assert not verify_pdf(bytes(forged), issued.bundle, now=NOW).valid, (at, bit)


def test_every_cut_is_seen(issued: Issued) -> None:
    rng = random.Random(9)
    for size in [0, 1, 5, 100, len(issued.pdf) - 1, *(rng.randrange(len(issued.pdf)) for _ in range(200))]:
        assert not verify_pdf(issued.pdf[:size], issued.bundle, now=NOW).valid


def test_something_added_afterwards(issued: Issued) -> None:
    added = issued.pdf + b"\n9999 0 obj\n<< /Type /Page >>\nendobj\nstartxref\n0\n%%EOF\n"
    assert why(verify_pdf(added, issued.bundle, now=NOW)) == ("overlay_added",)
    assert why(verify_pdf(issued.pdf + b"\n", issued.bundle, now=NOW)) == ("overlay_added",)


def test_an_overlay_written_as_a_proper_update(issued: Issued) -> None:
    from pyhanko.pdf_utils.generic import StreamObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(issued.pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    stream = writer.add_object(StreamObject(stream_data=b"BT ET 0 0 300 300 re f"))
    writer.add_stream_to_page(0, stream)
    assert page[pdf_name("/Contents")] is not None
    output = io.BytesIO()
    writer.write(output)
    assert output.getvalue().startswith(issued.pdf), "an update, as an editor would write it"
    assert why(verify_pdf(output.getvalue(), issued.bundle, now=NOW)) == ("overlay_added",)


def test_written_anew_by_another_program(issued: Issued) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued.pdf)) as pdf:
        pdf.save(output)
    assert not verify_pdf(output.getvalue(), issued.bundle, now=NOW).valid


def test_keys_of_a_stranger(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same names everywhere, made by somebody else."""
    forger = KeyStore(tmp_path_factory.mktemp("forger"), "TJ")
    forged = issue(forger.post_keys("TJPPJ", MADE), forger.trust())
    assert verify(forged.pdf, forged.bundle, now=NOW).valid
    assert why(verify(forged.pdf, issued.bundle, now=NOW)) == ("unknown_key",)
    assert why(verify(forged.qr_text, issued.bundle, now=NOW)) == ("unknown_key",)
    assert why(verify(issued.pdf, TrustBundle(), now=NOW)) == ("unknown_key",)


def test_a_genuine_qr_code_in_a_strangers_file(issued: Issued) -> None:
    """Two posts of one administration: the data is the first one's, the seal the second one's."""
    other = replace(issued.claims, data_digest=bytes(16))
    pdf = render(
        issued.content,
        languages=("en", "fa_AF"),
        qr_text=issued.keys.sign_qr(other),
        data=json.dumps(issued.content.as_json()).encode(),
        signer=issued.keys.pdf_signer,
    )
    assert why(verify_pdf(pdf, issued.bundle, now=NOW)) == ("data_mismatch",)


def test_a_qr_code_of_another_permit_over_the_same_data(store: KeyStore) -> None:
    keys = store.post_keys("TJPPJ", MADE)
    wrong = issue(keys, store.trust(), permit="TJPPJ-2026-999999")
    assert why(verify_pdf(wrong.pdf, store.trust(), now=NOW)) == ("data_mismatch",)


def test_a_post_cannot_speak_for_another(store: KeyStore) -> None:
    elsewhere = store.post_keys("TJDUS", MADE)
    forged = issue(elsewhere, store.trust())
    assert why(verify(forged.pdf, store.trust(), now=NOW)) == ("unknown_key",)
    assert why(verify(forged.qr_text, store.trust(), now=NOW)) == ("unknown_key",)


def test_withdrawn_keys(issued: Issued) -> None:
    def bundle(at: datetime, *, compromised: bool) -> TrustBundle:
        return TrustBundle(tuple(replace(each, revoked_at=at, compromised=compromised) for each in issued.bundle.keys))

    before, after = SAMPLE.issued_at - timedelta(days=1), SAMPLE.issued_at + timedelta(days=1)
    for given in (issued.pdf, issued.qr_text):
        assert why(verify(given, bundle(before, compromised=False), now=NOW)) == ("key_revoked",)
        assert why(verify(given, bundle(after, compromised=False), now=NOW)) == ()
        assert why(verify(given, bundle(after, compromised=True), now=NOW)) == ("key_revoked",)


def test_signed_before_the_key_existed(store: KeyStore) -> None:
    keys = store.post_keys("TJTEM", SAMPLE.issued_at + timedelta(days=1))
    early = issue(keys, store.trust(), post="TJTEM")
    assert why(verify(early.qr_text, store.trust(), now=NOW)) == ("unknown_key",)
    assert not verify(early.pdf, store.trust(), now=NOW).valid


@pytest.mark.parametrize("name", ["TJPPJ-2026-000417", "TJPPJ-2026-000417/0"])
def test_revoked_and_superseded_permits(issued: Issued, name: str) -> None:
    for given in (issued.pdf, issued.qr_text):
        assert why(verify(given, issued.bundle, revoked=[name], now=NOW)) == ("revoked",)
        assert why(verify(given, issued.bundle, superseded=[name], now=NOW)) == ("superseded",)
        assert why(verify(given, issued.bundle.with_permits(revoked=[name]), now=NOW)) == ("revoked",)
        assert why(verify(given, issued.bundle, revoked=["TJPPJ-2026-000417/1", "OTHER"], now=NOW)) == ()


def test_a_copy_is_named_by_its_number(store: KeyStore) -> None:
    copy = issue(store.post_keys("TJPPJ", MADE), store.trust(), copy=2)
    assert verify(copy.pdf, store.trust(), now=NOW).claims == replace(copy.claims, copy=2)
    assert why(verify(copy.pdf, store.trust(), superseded=["TJPPJ-2026-000417/2"], now=NOW)) == ("superseded",)
    assert why(verify(copy.pdf, store.trust(), superseded=["TJPPJ-2026-000417/1"], now=NOW)) == ()


def test_expired(issued: Issued) -> None:
    later = datetime(2026, 11, 29, 19, 0, 1, tzinfo=UTC)
    assert why(verify(issued.pdf, issued.bundle, now=later)) == ("expired",)
    assert why(verify(issued.qr_text, issued.bundle, revoked=[SAMPLE.number], now=later)) == ("revoked", "expired")


def test_not_signed(issued: Issued) -> None:
    data = json.dumps(issued.content.as_json()).encode()
    unsigned = render(issued.content, languages=("en", "fa_AF"), qr_text=issued.qr_text, data=data)
    assert why(verify(unsigned, issued.bundle, now=NOW)) == ("not_signed",)


def test_another_document_of_the_same_post(issued: Issued) -> None:
    page = Page()
    page.text(20, 20, "A letter", 12)
    signer = issued.keys.pdf_signer
    place(page, Box(20, 30, 40, 20), signer, name="Letter", reason="", location="TJPPJ", moment=SAMPLE.issued_at)
    embed.describe(page, title="Letter", author="Customs", language="en", moment=SAMPLE.issued_at, attachments=())
    letter = seal(page.finish(), signer)
    assert why(verify(letter, issued.bundle, now=NOW)) == ("not_a_permit",)


def test_another_kind_of_qr_code(store: KeyStore) -> None:
    other = issue(store.post_keys("TJPPJ", MADE), store.trust(), type="receipt")
    assert why(verify(other.qr_text, store.trust(), now=NOW)) == ("not_a_permit",)
    assert why(verify(other.pdf, store.trust(), now=NOW)) == ("not_a_permit",)


def test_random_bytes_and_hostile_files(issued: Issued) -> None:
    rng = random.Random(10)
    bomb = zlib.compress(bytes(50_000_000))
    hostile: list[bytes | str] = [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n" + b"/ByteRange [0 9999999999 9999999999 9999999999]",
        b"%PDF-1.7\n/ByteRange [0 0 0 0]",
        b"%PDF-1.7\n/ByteRange [0 45 60 1]" + b" " * 13 + b"<" + b"ab" * 10 + b">",
        b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream\n" + bomb,
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n" + b"<<" * 100_000,
        b"%PDF-1.7\n" + bytes(pades.LARGEST),
        b"GZ1:" + b"\xff" * 3_000,
        "GZ1:" + "\ud800" * 10,
        "GZ1:" + "%" * 1_900,
        "\x00" * 10_000,
        "<script>alert(1)</script>",
    ]
    hostile += [rng.randbytes(rng.randrange(2_000)) for _ in range(200)]
    hostile += [b"%PDF-1.7\n" + rng.randbytes(rng.randrange(2_000)) for _ in range(200)]
    for given in hostile:
        verdict = verify(given, issued.bundle, now=NOW)
        assert not verdict.valid and verdict.reasons and verdict.claims is None


def test_spliced_files(issued: Issued, store: KeyStore) -> None:
    """Parts of two genuine permits put together."""
    other = issue(store.post_keys("TJPPJ", MADE), store.trust(), copy=1)
    rng = random.Random(11)
    for _ in range(200):
        at = rng.randrange(len(issued.pdf))
        spliced = issued.pdf[:at] + other.pdf[at:]
        assert spliced in (issued.pdf, other.pdf) or not verify(spliced, issued.bundle, now=NOW).valid


def test_a_defect_of_a_parser_is_a_no(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("pyhanko.pdf_utils.reader.PdfFileReader", broken)
    assert why(verify(issued.pdf, issued.bundle, now=NOW)) == ("malformed",)
    monkeypatch.setattr(cose, "_decode", broken)
    assert why(verify(issued.qr_text, issued.bundle, now=NOW)) == ("malformed",)


def test_hostile_bytes_never_reach_the_pdf_parser(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    def parser(*_: object, **__: object) -> None:
        raise AssertionError("unvouched bytes were parsed")

    monkeypatch.setattr("pyhanko.pdf_utils.reader.PdfFileReader", parser)
    forged = bytearray(issued.pdf)
    forged[3_000] ^= 1
    forged[-200] ^= 1
    assert why(verify(bytes(forged), issued.bundle, now=NOW)) == ("tampered",)


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == {
        "tampered",
        "unknown_key",
        "key_revoked",
        "revoked",
        "superseded",
        "overlay_added",
        "not_signed",
        "not_a_permit",
        "expired",
        "late",
        "ended",
        "malformed",
        "data_mismatch",
    }
    assert all(str(sentence).endswith(".") for sentence in REASONS.values())


def test_names_of_the_files_inside_agree_with_the_form() -> None:
    from forms.clearance_permit import v1
    from forms.kit import paper

    assert verification.FILES == ((v1.DATA_FILE, v1.QR_FILE), (paper.DATA_FILE, paper.QR_FILE))
