"""The PDF signature of a permit: made with the post's key, checked without a network.

A permit's signature has one spelling: the SignedData is built again from the known certificates and compared byte by
byte, because a signature vouches for the document but not for the letters in which it is itself written. Only a file
whose every byte is vouched for by a known key is then given to pyHanko, which judges the chain, the time and the
coverage; hostile bytes never reach a PDF parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from asn1crypto import x509 as asn1_x509  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from forms.kit import der
from forms.kit.signature import Covered, Signer, signed_attributes, signed_data

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

#: Larger files are not read: a permit of 999 items takes about 200 kB.
LARGEST = 20_000_000

_BYTE_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_CONTENTS = re.compile(rb"<([0-9a-f]{2,20000})>")
_ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))

Chain = tuple[bytes, ...]


class PadesError(ValueError):
    """The file does not carry a good signature of ours. `code` is a reason of `verification`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file whose every byte is signed: by which certificate, when (by the signer's clock), and the files inside."""

    certificate: bytes
    signed_at: datetime
    attachments: dict[str, bytes]


def signer(chain: Chain, key: ec.EllipticCurvePrivateKey, key_id: str = "") -> Signer:
    """A signer with a key in memory. `chain` is DER, the signer's certificate first, without the root."""
    return Signer(chain, lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())), key_id)


def check(data: bytes, chains: Iterable[Chain], roots: Sequence[bytes]) -> Sealed:
    """What a signed permit holds, if its one signature is by one of the chains and covers the whole file.

    PadesError `malformed`, `not_signed`, `tampered`, `unknown_key` or `overlay_added` otherwise.
    """
    if len(data) > LARGEST or not data.startswith(b"%PDF-"):
        raise PadesError("malformed")
    found = _BYTE_RANGE.search(data)
    if found is None:
        raise PadesError("not_signed")
    first, second, rest = (int(number) for number in found.groups())
    covered, end = Covered(first, second), second + rest
    if not found.end() <= first < second <= end <= len(data):
        raise PadesError("tampered")
    chain = _check_signature(_contents(data, covered), covered.digest(data, end), chains)
    if end != len(data):
        raise PadesError("overlay_added")
    return _judged(data, chain, roots)


def _contents(data: bytes, covered: Covered) -> bytes:
    """The DER of the SignedData, which fills its place with nothing but zeros behind it."""
    written = _CONTENTS.fullmatch(data, covered.start, covered.end)
    if written is None or len(written[1]) % 2:
        raise PadesError("tampered")
    raw = bytes.fromhex(written[1].decode("ascii"))
    try:
        length = der.length_of(raw)
    except ValueError:
        raise PadesError("tampered") from None
    if any(raw[length:]):
        raise PadesError("tampered")
    return raw[:length]


def _check_signature(contents: bytes, digest: bytes, chains: Iterable[Chain]) -> Chain:
    """The chain whose key signed this digest in this very spelling."""
    chain = next((each for each in chains if _names_signer(contents, each)), None)
    if chain is None:
        raise PadesError("unknown_key")
    signature = contents[contents.rfind(_ECDSA_SHA256) + len(_ECDSA_SHA256) + 2 :]
    if signed_data(chain, digest, signature) != contents:
        raise PadesError("tampered")
    public = x509.load_der_x509_certificate(chain[0]).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise PadesError("unknown_key")
    try:
        public.verify(signature, signed_attributes(chain, digest), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise PadesError("tampered") from None
    return chain


def _names_signer(contents: bytes, chain: Chain) -> bool:
    own = x509.load_der_x509_certificate(chain[0])
    return chain[0] in contents or der.sequence(own.issuer.public_bytes(), der.integer(own.serial_number)) in contents


def _judged(data: bytes, chain: Chain, roots: Sequence[bytes]) -> Sealed:
    """pyHanko's opinion of a file that a known key has signed whole."""
    # Here, because loading it takes a quarter of the time in which every process of this application starts.
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(data))
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise PadesError("tampered")
    signed_at = signatures[0].self_reported_timestamp
    if signed_at is None:
        raise PadesError("malformed")
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root) for root in roots],
        other_certs=[asn1_x509.Certificate.load(each) for each in chain],
        moment=signed_at,
        best_signature_time=signed_at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    status = validate_pdf_signature(signatures[0], context)
    if not (status.intact and status.valid):
        raise PadesError("tampered")
    if not status.trusted:
        raise PadesError("unknown_key")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or not status.bottom_line:
        raise PadesError("overlay_added")
    return Sealed(chain[0], signed_at, _attachments(reader))


def _attachments(reader: PdfFileReader) -> dict[str, bytes]:
    try:
        tree = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return {}
    return {str(tree[i]): tree[i + 1]["/EF"]["/F"].data for i in range(0, len(tree) - 1, 2)}
