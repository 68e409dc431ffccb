"""Scans of papers, as small as a PDF can be: a page that says what it is; and photos, as simple as a PNG can be."""

from __future__ import annotations

import datetime as dt
import struct
import zlib

_TITLES = {"851": "PHYTOSANITARY CERTIFICATE", "911": "IMPORT LICENCE"}


def paper(kind: str, number: str, day: dt.date) -> bytes:
    """A PDF of one page with the title of the paper, its number and its day, marked as made for the demonstration."""
    lines = (_TITLES.get(kind, f"DOCUMENT {kind}"), f"No. {number} of {day.isoformat()}", "Made for the demonstration.")
    shown = " ".join(f"({line}) Tj 0 -24 Td" for line in lines)
    drawn = f"BT /F1 16 Tf 72 740 Td {shown} ET".encode("ascii")
    return _assembled(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )


def _assembled(*objects: bytes) -> bytes:
    """The objects, numbered from 1, the first the catalog, with the table of where they stand."""
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + tail


_WIDTH, _HEIGHT = 240, 160
_PAINTS = ((196, 88, 32), (38, 84, 124), (58, 110, 72), (120, 40, 44))


def photo(number: int) -> bytes:
    """A PNG: the corrugated doors of a container in one of several colours, with a bolt seal across the bars."""
    paint = _PAINTS[number % len(_PAINTS)]
    rows = b"".join(b"\x00" + _row(line, paint) for line in range(_HEIGHT))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _row(line: int, paint: tuple[int, int, int]) -> bytes:
    """Folds, two upright bars, and the seal between them."""
    return b"".join(_dot(column, line, paint) for column in range(_WIDTH))


def _dot(column: int, line: int, paint: tuple[int, int, int]) -> bytes:
    if 96 <= column < 144 and 76 <= line < 84:
        return bytes((232, 198, 52))
    if 88 <= column < 98 or 142 <= column < 152:
        return bytes((150, 154, 158))
    shade = 100 - 22 * (column // 12 % 2) - line // 16
    return bytes(part * shade // 100 for part in paint)


def _chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))
