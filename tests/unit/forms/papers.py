"""Contents and readers for the tests of forms."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from forms.arrival_receipt import v1 as arrival_receipt
from forms.assessment_notice import v1 as assessment_notice
from forms.exit_note import v1 as exit_note
from forms.inspection_act import v1 as inspection_act
from forms.kit.signature import Signer
from forms.payment_receipt import v1 as payment_receipt
from forms.sad import v1 as sad
from forms.transit_document import v1 as transit_document
from forms.unloading_permission import v1 as unloading_permission

FORMS = {
    "assessment_notice": assessment_notice,
    "payment_receipt": payment_receipt,
    "exit_note": exit_note,
    "sad": sad,
    "transit_document": transit_document,
    "unloading_permission": unloading_permission,
    "arrival_receipt": arrival_receipt,
    "inspection_act": inspection_act,
}
TITLES = {
    "assessment_notice": "reassessment_notice",
    "payment_receipt": "payment_receipt",
    "exit_note": "exit_note",
    "sad": "sad",
    "transit_document": "transit_document",
    "unloading_permission": "unloading_permission",
    "arrival_receipt": "arrival_receipt",
    "inspection_act": "inspection_act",
}
#: A time that stands on the first page, where it is not that of issuing.
TIMES = {
    "sad": "registered_at",
    "transit_document": "released_at",
    "unloading_permission": "permitted_at",
    "arrival_receipt": "arrived_at",
    "inspection_act": "began_at",
}
#: As long as a real one: 322 characters of QR's alphanumeric mode.
QR = ("GZ1:" + "6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDEXWK G2EP4J0BGJLFX3R3V" * 5)[:322]
HOSTILE = [
    "<img src='/etc/passwd'><b>stray",
    "&lt;para&gt; & <a href=x>",
    '=HYPERLINK("http://example.org","pay here")',
    "\u202eGNISREVER\u2066 hidden \u2069",
    "x" * 200_000,
    "ژ" * 200_000,
    "Z\u0327\u0301" * 400,
    "() \\ ) Tj ET /ByteRange [0 @@@@@@@@@@ @@@@@@@@@@ @@@@@@@@@@] /Contents <",
    "中国人民 🚚 \ud800 \x00\x07",
    "%s {copy} {0.__class__} {{",
    "ا" * 300 + "A" * 300,
    "word " * 400,
]
#: What a form needs to be what it is; all other words are anybody's.
_KEPT = {"mrn", "time_zone", "kind"}

KEY = ec.generate_private_key(ec.SECP256R1())


def printed(form: ModuleType, content: Any = None, **options: Any) -> bytes:
    given = {"languages": ("en", "fa_AF"), "qr_text": QR, "data": b"{}", **options}
    pdf: bytes = form.render(form.SAMPLE if content is None else content, **given)
    return pdf


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def many_pages_of(pdf: bytes) -> list[str]:
    """The same by poppler where it is there: hundreds of pages in a second."""
    if shutil.which("pdftotext") is None:
        return pages_of(pdf)
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)
    return done.stdout.decode().split("\f")[:-1]


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def plain(text: str) -> str:
    """Text with its narrow group separators as plain spaces."""
    return text.replace("\u202f", " ")


def picture(pdf: bytes, folder: Path, page: int = 1, dpi: int = 200) -> Image.Image:
    (folder / "paper.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-png", "paper.pdf", "page"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return Image.open(folder / "page.png")


def everywhere(content: Any, text: str, number: Decimal | None = None) -> Any:
    """The content with this text in all words, and the number in place of all amounts and masses."""
    if isinstance(content, str):
        return text
    if isinstance(content, Decimal):
        return content if number is None else number
    if isinstance(content, Mapping):
        return dict.fromkeys(content, text)
    if isinstance(content, tuple):
        return tuple(everywhere(each, text, number) for each in content)
    if is_dataclass(content) and not isinstance(content, type):
        changed = {
            each.name: everywhere(getattr(content, each.name), text, number)
            for each in fields(content)
            if each.name not in _KEPT
        }
        return replace(content, **changed)
    return content


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
