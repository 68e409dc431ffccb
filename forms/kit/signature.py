"""A PAdES-B-B signature written in the same pass as the page.

The page reserves the room, the finished file is digested around it, and the room is filled with a CAdES SignedData. Of
that structure only the digest and the signature change, so it is put together here from a few lines of DER in a
fraction of a millisecond; the key itself may sit anywhere, since signing is one call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509

from forms.kit import der
from forms.kit.canvas import MM, PAGE_HEIGHT, Box, Page
from forms.kit.pdfobjects import Inline, Literal, Loose, Stream, reference, text_string

#: Bytes of the longest DER of an ECDSA signature with P-256; most are one or two shorter.
_LONGEST_SIGNATURE = 72

_PLACE = "@" * 10
_MARK = f"/ByteRange [0 {_PLACE} {_PLACE} {_PLACE}]".encode()
_CONTENTS = b"/Contents <"

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True)
class Signer:
    """Who seals a document.

    `certificates` are DER, the signer's own first, then its issuers without the root. `sign` takes the bytes to be
    signed and gives a DER-encoded ECDSA signature (P-256) over their SHA-256; the private key may be in a module.
    `key_id` is what people may call the key.
    """

    certificates: tuple[bytes, ...]
    sign: Callable[[bytes], bytes]
    key_id: str = ""


class _Fixed(NamedTuple):
    """The parts of a SignedData that depend on the certificates only."""

    head: bytes
    signer_id: bytes
    signing_certificate: bytes


@lru_cache(256)
def _fixed(certificates: tuple[bytes, ...]) -> _Fixed:
    own = x509.load_der_x509_certificate(certificates[0])
    certificate_hash = der.sequence(der.octets(hashlib.sha256(certificates[0]).digest()))
    return _Fixed(
        head=der.integer(1) + der.set_of(_SHA256) + der.sequence(_DATA) + der.explicit(0, *certificates),
        signer_id=der.sequence(own.issuer.public_bytes(), der.integer(own.serial_number)),
        signing_certificate=der.sequence(
            _SIGNING_CERTIFICATE_V2, der.set_of(der.sequence(der.sequence(certificate_hash)))
        ),
    )


def signed_attributes(certificates: tuple[bytes, ...], digest: bytes) -> bytes:
    """The bytes that are signed: content type, digest of the document, hash of the signer's certificate."""
    return der.set_of(
        der.sequence(_CONTENT_TYPE, der.set_of(_DATA)),
        der.sequence(_MESSAGE_DIGEST, der.set_of(der.octets(digest))),
        _fixed(certificates).signing_certificate,
    )


def signed_data(certificates: tuple[bytes, ...], digest: bytes, signature: bytes) -> bytes:
    """The CAdES-B-B SignedData around a signature over `signed_attributes`."""
    fixed = _fixed(certificates)
    attributes = signed_attributes(certificates, digest)
    signer_info = der.sequence(
        der.integer(1),
        fixed.signer_id,
        _SHA256,
        b"\xa0" + attributes[1:],  # signed as a SET, carried as [0] IMPLICIT
        _ECDSA_SHA256,
        der.octets(signature),
    )
    return der.sequence(_SIGNED_DATA, der.explicit(0, der.sequence(fixed.head, der.set_of(signer_info))))


@lru_cache(256)
def _digits(certificates: tuple[bytes, ...]) -> int:
    """Hexadecimal digits that a SignedData with these certificates takes at most."""
    return 2 * len(signed_data(certificates, bytes(32), bytes(_LONGEST_SIGNATURE)))


def place(page: Page, box: Box, signer: Signer, *, name: str, reason: str, location: str, moment: datetime) -> None:
    """Puts the signature field on the present page, with the room that the signer's signature takes; what is seen in the
    box is drawn on the page itself."""
    document = page._doc
    stamp = moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    value = Loose(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
        f"/M ({stamp}) /Reason {text_string(reason)} /Location {text_string(location)} "
        f"{_MARK.decode()} {_CONTENTS.decode()}{'0' * _digits(signer.certificates)}> >>"
    )
    width, height = box.width * MM, box.height * MM
    left, bottom = box.x * MM, PAGE_HEIGHT - (box.y + box.height) * MM
    look = Stream(b"", f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.2f} {height:.2f}]", filtered=False)
    widget = Literal(
        f"<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /F 132 "
        f"/Rect [{left:.2f} {bottom:.2f} {left + width:.2f} {bottom + height:.2f}] "
        f"/V {reference(document, value, 'signature')} /AP << /N {reference(document, look, 'signature look')} >> >>"
    )
    page._addAnnotation(widget, "signature field")
    field = document.refAnnotation("signature field").format(document).decode("ascii")
    document.Catalog.AcroForm = Inline(f"<< /SigFlags 3 /Fields [{field}] >>")
    document.Catalog.__Refs__ = [key for key in document.Catalog.__Refs__ if key != "AcroForm"]


class Covered(NamedTuple):
    """Where the hexadecimal contents stand with their `<` and `>`: `data[:start]` and `data[end:]` are signed."""

    start: int
    end: int

    def digest(self, data: bytes | bytearray, until: int | None = None) -> bytes:
        """SHA-256 of what is covered, up to `until`."""
        hashed = hashlib.sha256(memoryview(data)[: self.start])
        hashed.update(memoryview(data)[self.end : until])
        return hashed.digest()


def seal(pdf: bytes, signer: Signer) -> bytes:
    """Fills the one reserved place of a finished document with the signature over all the rest."""
    data = bytearray(pdf)
    mark = data.index(_MARK)  # the field's value is the first object of the file
    start = data.index(_CONTENTS, mark) + len(_CONTENTS) - 1
    digits = _digits(signer.certificates)
    covered = Covered(start, start + digits + 2)
    byte_range = f"/ByteRange [0 {covered.start} {covered.end} {len(data) - covered.end}]"
    data[mark : mark + len(_MARK)] = byte_range.ljust(len(_MARK)).encode()
    digest = covered.digest(data)
    signature = signer.sign(signed_attributes(signer.certificates, digest))
    contents = signed_data(signer.certificates, digest, signature).hex().encode()
    if len(contents) > digits:
        raise ValueError(f"The signature takes {len(contents) // 2} bytes, {digits // 2} are reserved")
    data[start + 1 : start + 1 + len(contents)] = contents
    return bytes(data)
