"""What a scanned file is, told by its bytes alone; names and declared types are never believed.

Taken are the five kinds in which people scan and photograph papers. Everything else is refused with what to do instead,
and so is a file that is two things at once (a picture that is also an archive), because it may be shown as the one and
run as the other. There is no search for malware here: files are never shown inside a page, and the well-known test
string of virus scanners is refused to prove that refusing works.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.attachments import pdf
from app.core.text import Text, _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type and the ending its name gets."""

    media_type: str
    ending: str


PDF: Final = Kind("application/pdf", ".pdf")
JPEG: Final = Kind("image/jpeg", ".jpg")
PNG: Final = Kind("image/png", ".png")
TIFF: Final = Kind("image/tiff", ".tif")
WEBP: Final = Kind("image/webp", ".webp")
KINDS: Final = (PDF, JPEG, PNG, TIFF, WEBP)

BROKEN: Final = _("The file is cut short or damaged. Scan the paper again or send the file once more.")
_TWO: Final = _(
    "The file is a picture or a PDF and something else at once. Scan the paper again and send only the scan."
)
_VIRUS: Final = _("The file holds the test string of virus scanners. Send another file.")
_OTHER: Final = _("This is no PDF, JPEG, PNG, TIFF or WebP file. Scan the paper, or save it as PDF, and send that.")

#: The string every virus scanner agrees to find (EICAR), put together here so that this file is not found itself.
_EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

#: Other files people send, by what they begin with, and what to do about each.
_FOREIGN: Final = (
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b",
     _("This is an archive or an office document. Save each paper as a PDF of its own and send that.")),
    (rb"\xd0\xcf\x11\xe0", _("This is an old office document. Save it as PDF and send that.")),
    (rb".{4}ftyp(?:heic|heix|heif|mif1|msf1|avif)",
     _("This is a picture in the form of a telephone (HEIC). Save it as JPEG or PDF and send that.")),
    (rb"(?:GIF8|BM)", _("This picture cannot be taken. Save it as PNG, JPEG or PDF and send that.")),
    (rb"(?:\xef\xbb\xbf)?\s*<", _("Web pages and drawings in XML can hold programs. Save it as PDF and send that.")),
    (rb"MZ|\x7fELF|#!", _("Programs are not taken. Scan the paper and send the scan.")),
)  # fmt: skip
_FOREIGN_FORMS: Final = tuple((re.compile(form, re.DOTALL), message) for form, message in _FOREIGN)

#: What has no place inside a scan: archives, another PDF, pages, scripts. Long enough not to stand there by chance.
#: In small letters; looked for one by one, because that is ten times as fast in megabytes as one pattern for all.
_INSIDE: Final = (b"rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"<script", b"<!doctype", b"<html", b"<?php")
_END_OF_ZIP: Final = b"PK\x05\x06"
#: An archive is found by its end, which stands before a comment of at most 65,535 bytes.
_ZIP_TAIL: Final = 65_535 + 22


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """The file is not taken; `rule` and `message` say why and what to do."""

    rule: str
    message: Text


def kind_of(content: bytes) -> Kind:
    """The kind of a scanned file. Raises `Refused` for every other file, for broken ones and for two in one."""
    if _EICAR in content:
        raise Refused("file.virus", _VIRUS)
    for begins, kind, is_whole in _SHAPES:
        if begins.match(content):
            if not is_whole(content):
                raise Refused("file.broken", BROKEN)
            _refuse_two(content, kind)
            if kind is PDF:
                _refuse_active(content)
            return kind
    for form, message in _FOREIGN_FORMS:
        if form.match(content):
            raise Refused("file.kind", message)
    raise Refused("file.kind", _OTHER)


def _refuse_two(content: bytes, kind: Kind) -> None:
    archive, small = _END_OF_ZIP in content[-_ZIP_TAIL:], content.lower()
    if archive or any(mark in small for mark in _INSIDE) or (kind is not PDF and b"%PDF-" in content):
        raise Refused("file.polyglot", _TWO)


def _refuse_active(content: bytes) -> None:
    try:
        pdf.look_through(content)
    except pdf.Active as found:
        raise Refused("file.active", found.message) from None
    except pdf.Closed as found:
        raise Refused("file.closed", found.message) from None


# Whether a file is all there. What is looked at is the frame, not the picture: nothing is decoded.


#: More parts than a picture has before it begins, or altogether.
_MOST_SEGMENTS: Final = 5_000
_MOST_CHUNKS: Final = 200_000


def _jpeg_is_whole(content: bytes) -> bool:
    """Segments up to the picture, a size, and an end of image after it. Telephones put more pictures behind the end."""
    at, sized = 2, False
    for _segment in range(_MOST_SEGMENTS):
        if at + 4 > len(content) or content[at] != 0xFF:
            return False
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            return False
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            sized = any(content[at + 5 : at + 7]) and any(content[at + 7 : at + 9])
        at += 2 + length
        if marker == 0xDA:
            return sized and b"\xff\xd9" in content[at:]
    return False


def _png_is_whole(content: bytes) -> bool:
    """Chunks with right check sums from IHDR to IEND, and nothing behind."""
    at, name = 8, b""
    for _chunk in range(_MOST_CHUNKS):
        if at + 12 > len(content):
            return False
        length = int.from_bytes(content[at : at + 4])
        first, name = name == b"", content[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(content) or first != (name == b"IHDR"):
            return False
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4]):
            return False
        at = end + 4
        if name == b"IEND":
            break
    return name == b"IEND" and at == len(content)


def _webp_is_whole(content: bytes) -> bool:
    size = int.from_bytes(content[4:8], "little") + 8
    return len(content) in (size, size + 1) and content[12:16] in (b"VP8 ", b"VP8L", b"VP8X")


#: Tags of a TIFF page: width, height, and where its strips or tiles begin.
_WIDTH, _HEIGHT, _STRIPS, _TILES = 256, 257, 273, 324
_MOST_TAGS: Final = 500


def _tiff_is_whole(content: bytes) -> bool:
    """A first page whose tags are all there, with a size and a place for the picture within the file."""
    order: Final = "little" if content[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(content[at : at + size], order)

    page = number(4, 4)
    count = number(page, 2)
    if not 8 <= page <= len(content) - 2 or not 1 <= count <= _MOST_TAGS or page + 2 + 12 * count + 4 > len(content):
        return False
    tags = {number(page + 2 + 12 * n, 2): page + 2 + 12 * n for n in range(count)}
    begins = tags.get(_STRIPS, tags.get(_TILES))
    if _WIDTH not in tags or _HEIGHT not in tags or begins is None:
        return False
    several, wide = number(begins + 4, 4) > 1, number(begins + 2, 2) == 4
    first = number(begins + 8, 4 if several or wide else 2)
    return 8 <= first < len(content)


_SHAPES: Final[tuple[tuple[re.Pattern[bytes], Kind, Callable[[bytes], bool]], ...]] = (
    (re.compile(rb"%PDF-[12]\.[0-9]"), PDF, pdf.is_whole),
    (re.compile(rb"\xff\xd8\xff"), JPEG, _jpeg_is_whole),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG, _png_is_whole),
    (re.compile(rb"II\x2a\x00|MM\x00\x2a"), TIFF, _tiff_is_whole),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), WEBP, _webp_is_whole),
)
