"""The PAdES signature: the structure by other programs' judgement, and the room it is given."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from forms.clearance_permit.v1 import SAMPLE, render
from forms.kit import der
from forms.kit.signature import Signer, seal

KEY = ec.generate_private_key(ec.SECP256R1())


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Post")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(0x80FF)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(KEY, hashes.SHA256())
    )


CERTIFICATE = certificate()
SIGNER = Signer(
    (CERTIFICATE.public_bytes(serialization.Encoding.DER),),
    lambda data: KEY.sign(data, ec.ECDSA(hashes.SHA256())),
    "0123456789abcdef",
)


@pytest.fixture(scope="module")
def signed() -> bytes:
    return render(SAMPLE, languages=("en", "fa_AF"), qr_text="GZ1:TEST", data=b"{}", signer=SIGNER)


def contents(pdf: bytes) -> bytes:
    start = pdf.index(b"/Contents <") + 11
    raw = bytes.fromhex(pdf[start : pdf.index(b">", start)].decode())
    return raw[: der.length_of(raw)]


def test_the_signed_data_is_der_to_an_independent_reader(signed: bytes) -> None:
    raw = contents(signed)
    parsed = cms.ContentInfo.load(raw, strict=True)
    assert parsed.dump(force=True) == raw
    signer = parsed["content"]["signer_infos"][0]
    assert [attribute["type"].native for attribute in signer["signed_attrs"]] == [
        "content_type",
        "signing_certificate_v2",
        "message_digest",
    ] or len(signer["signed_attrs"]) == 3
    assert signer["sid"].chosen["serial_number"].native == 0x80FF
    assert signer["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_verifies_it_as_cades(signed: bytes, tmp_path: Path) -> None:
    mark = signed.index(b"/ByteRange [0 ") + 14
    first, second, rest = (int(part) for part in signed[mark : signed.index(b"]", mark)].split())
    (tmp_path / "cms.der").write_bytes(contents(signed))
    (tmp_path / "covered").write_bytes(signed[:first] + signed[second : second + rest])
    (tmp_path / "root.pem").write_bytes(CERTIFICATE.public_bytes(serialization.Encoding.PEM))
    options = "-binary -inform DER -in cms.der -content covered -CAfile root.pem -purpose any -out out"
    command = ["openssl", "cms", "-verify", "-cades", *options.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "CAdES Verification successful" in done.stderr, done.stderr
    assert second + rest == len(signed)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs poppler: apt-get install poppler-utils")
def test_pdfsig_finds_it_valid_over_the_whole_file(signed: bytes, tmp_path: Path) -> None:
    def judged(data: bytes) -> str:
        (tmp_path / "permit.pdf").write_bytes(data)
        command = ["pdfsig", "permit.pdf"]
        if shutil.which("certutil"):
            (tmp_path / "root.der").write_bytes(SIGNER.certificates[0])
            (tmp_path / "nss").mkdir(exist_ok=True)
            for step in ("-N --empty-password", "-A -n root -t CT,C,C -i root.der"):
                subprocess.run(
                    ["certutil", "-d", "sql:nss", *step.split()], cwd=tmp_path, check=False, capture_output=True
                )
            command = ["pdfsig", "-nssdir", "sql:nss", "permit.pdf"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    good = judged(signed)
    assert "Signature is Valid" in good
    assert "Total document signed" in good
    assert "ETSI.CAdES.detached" in good
    forged = bytearray(signed)
    forged[60] ^= 1
    assert "Signature is Valid" not in judged(bytes(forged))
    assert "Not total document signed" in judged(signed + b"\n% more\n")


def test_text_in_the_document_cannot_take_the_place_of_the_signature() -> None:
    bait = "/ByteRange [0 @@@@@@@@@@ @@@@@@@@@@ @@@@@@@@@@] /Contents <00>"
    pdf = render(SAMPLE, languages=("en", "tg"), qr_text="GZ1:TEST", data=bait.encode(), signer=SIGNER)
    assert cms.ContentInfo.load(contents(pdf))["content_type"].native == "signed_data"


def test_a_signature_too_long_for_its_place_is_refused() -> None:
    wordy = Signer(SIGNER.certificates, lambda _: bytes(73))
    with pytest.raises(ValueError, match="reserved"):
        render(SAMPLE, languages=("en", "tg"), qr_text="GZ1:TEST", data=b"{}", signer=wordy)


def test_a_document_without_a_place_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="not found"):
        seal(b"%PDF-1.7", SIGNER)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (der.integer(0), "020100"),
        (der.integer(127), "02017f"),
        (der.integer(128), "02020080"),
        (der.integer(0x80FF), "02030080ff"),
        (der.oid("1.2.840.113549.1.7.2"), "06092a864886f70d010702"),
        (der.octets(b"x" * 200)[:3], "0481c8"),
        (der.octets(b"x" * 70_000)[:5], "0483011170"),
        (der.set_of(b"\x02\x01\x05", b"\x02\x01\x03"), "3106020103020105"),
    ],
)
def test_der(encoded: bytes, expected: str) -> None:
    assert encoded.hex() == expected


@pytest.mark.parametrize("data", [b"", b"0", b"\x30\x80", b"\x30\x85\x01\x01\x01\x01\x01", b"\x30\x05ab"])
def test_der_that_is_cut_or_open_ended_has_no_length(data: bytes) -> None:
    with pytest.raises(ValueError, match="DER"):
        der.length_of(data)
