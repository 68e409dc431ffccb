"""Whether a PDF does anything but show pages.

Actions are looked for by their names in all of the bytes, stream data included, because a cross-reference may point
into the middle of a stream; and in the object streams, the only place where compressed bytes hold objects (ISO 32000-2,
7.5.7). Names may be spelt with #xx for any letter. What cannot be looked through - encryption, unusual compression, too
much of it - is refused: whoever scans a paper or prints to PDF never makes such a file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from app.core.text import Text, _

#: More object streams, or more bytes out of them, than any paper has.
MOST_STREAMS: Final = 5_000
MOST_UNPACKED: Final = 64 * 1024 * 1024
_TAIL: Final = 2048


#: What must follow a name (ISO 32000-2, 7.2.3); without it, short names would stand in pictures by chance.
_ENDS: Final = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])"


def _spelt(*names: str) -> bytes:
    """A pattern for names however they are spelt: each letter may be given as # and two hexadecimal digits."""
    return b"|".join(b"".join(_letter(letter) for letter in name) for name in names)


def _letter(letter: str) -> bytes:
    digits = f"{ord(letter):02x}"
    either = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)
    return f"(?:{letter}|#{either})".encode()


_ACTIVE: Final = re.compile(
    b"/(?:"
    + _spelt(
        "JavaScript",
        "Launch",
        "EmbeddedFile",
        "EmbeddedFiles",
        "RichMedia",
        "Rendition",
        "SubmitForm",
        "ImportData",
        "GoToE",
        "GoToR",
        "Movie",
        "XFA",
    )
    + b")"
    + _ENDS
)
_ENCRYPT: Final = re.compile(b"/(?:" + _spelt("Encrypt") + b")" + _ENDS)
#: What only the dictionary of an object stream has; in an outline, /First is a reference (`12 0 R`).
_OBJECT_STREAM: Final = re.compile(
    b"/(?:" + _spelt("ObjStm") + b")|/(?:" + _spelt("First") + rb")\s+[0-9]+(?![0-9]|\s+[0-9]+\s+R)"
)
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_END: Final = b"endstream"
#: Ways of packing that would keep what is in an object stream from being seen once it is inflated.
_UNUSUAL_FILTER: Final = re.compile(
    b"/(?:"
    + _spelt("LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "Crypt")
    + b")|/(?:"
    + _spelt("FlateDecode")
    + rb")\s*/(?:"
    + _spelt("FlateDecode")
    + b")|/(?:"
    + _spelt("Predictor")
    + rb")\s+(?:2(?![0-9])|[0-9]+\s+[0-9]+\s+R)"
)
#: An object stream begins with pairs of numbers: of an object, and where it stands.
_PAIRS: Final = re.compile(rb"\s*[0-9]+\s+[0-9]+\s")

_DOES: Final = _("The PDF holds a program, a file or a form that acts ({what}). Print it to a new PDF and send that.")
_LOCKED: Final = _("The PDF is protected by a password or a right. Send it without protection.")
_UNUSUAL: Final = _("The PDF is packed in a way that cannot be looked through. Print it to a new PDF and send that.")


class Active(Exception):
    """The PDF acts."""

    def __init__(self, what: str) -> None:
        self.message = Text(_DOES.msgid, {"what": what})
        super().__init__(what)


class Closed(Exception):
    """The PDF cannot be looked through."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(str(message))


def is_whole(content: bytes) -> bool:
    """Whether the end of the file is there, and nothing behind it."""
    return content[-_TAIL:].rstrip(b"\r\n\t \x00").endswith(b"%%EOF")


def look_through(content: bytes) -> None:
    """Raises `Active` for a PDF with scripts, launches, embedded files or forms that send; `Closed` where that cannot
    be told."""
    if _ENCRYPT.search(content):
        raise Closed(_LOCKED)
    _refuse_active(content)
    unpacked = 0
    for packed in _object_streams(content):
        inside = _inflated(packed, MOST_UNPACKED - unpacked)
        unpacked += len(inside)
        _refuse_active(inside)


def _refuse_active(plain: bytes) -> None:
    found = _ACTIVE.search(plain)
    if found:
        raise Active(found[0].decode()[1:])


def _object_streams(content: bytes) -> Iterator[bytes]:
    """The packed data after every dictionary that looks like that of an object stream, each once."""
    seen = set()
    for found in _OBJECT_STREAM.finditer(content):
        begins = _STREAM.search(content, found.end())
        if begins is None:
            raise Closed(_UNUSUAL)
        seen.add(begins.end())
        if len(seen) > MOST_STREAMS:
            raise Closed(_UNUSUAL)
    if seen and _UNUSUAL_FILTER.search(content):
        raise Closed(_UNUSUAL)
    for begin in sorted(seen):
        yield content[begin : content.find(_END, begin)]


def _inflated(packed: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        inside = unpacking.decompress(packed, max(most, 1))
    except zlib.error:
        raise Closed(_UNUSUAL) from None
    if not unpacking.eof or not _PAIRS.match(inside):
        raise Closed(_UNUSUAL)
    return inside
