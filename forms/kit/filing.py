"""The file of a document: small objects packed together, and the table of where each one stands as a stream.

ReportLab writes every dictionary on its own and the table as lines of digits; on a paper of many pages that is a tenth of
the file. PDF 1.5 and PDF/A-3 know the packed way.
"""

from __future__ import annotations

import zlib
from typing import Any

from reportlab.pdfbase import pdfdoc

from forms.kit.pdfobjects import Loose, Stream

# Bytes above 127 tell transports that the file is binary; PDF/A asks for them.
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_LEVEL = 9
#: Bytes of the columns of the table: kind of entry, where it stands, and the place in what it is packed in.
_COLUMNS = (1, 4, 2)
_WRITTEN, _PACKED = 1, 2


def filed(document: Any) -> bytes:
    """The bytes of a PDFDocument whose pages are done; objects that are `Loose` come first, in the open."""
    document.info.digest(document.signature)
    document.Catalog.Outlines = None
    root, info = (
        document.Reference(each).format(document).decode("ascii") for each in (document.Catalog, document.info)
    )
    written, packed = _bodies(document)
    last = len(document.numberToId)
    file, table = bytearray(_HEAD), [bytes(sum(_COLUMNS))] * (last + 3)
    table[0] = _entry(0, 0, 0xFFFF)
    for place, (number, _body) in enumerate(packed):
        table[number] = _entry(_PACKED, last + 1, place)
    for number, body in (*written, (last + 1, _together(packed, document))):
        table[number] = _entry(_WRITTEN, len(file), 0)
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(file)
    table[last + 2] = _entry(_WRITTEN, start, 0)
    mark = document.signature.hexdigest()
    entries = f"/Type /XRef /Size {last + 3} /W [{' '.join(map(str, _COLUMNS))}] /Root {root} /Info {info} /ID [<{mark}><{mark}>]"
    body = Stream(zlib.compress(b"".join(table), _LEVEL), entries).format(document)
    file += b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last + 2, body, start)
    return bytes(file)


def _bodies(document: Any) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
    """(number, syntax) of the objects that stand on their own, and of those that may be packed. Writing one may bring
    further ones up."""
    loose: list[tuple[int, bytes]] = []
    streams: list[tuple[int, bytes]] = []
    packed: list[tuple[int, bytes]] = []
    number = 1
    while number in document.numberToId:
        thing = document.idToObject[document.numberToId[number]]
        body: bytes = pdfdoc.format(thing, document, toplevel=1).strip(b"\n")
        kept = loose if isinstance(thing, Loose) else streams if body.endswith(b"endstream") else packed
        kept.append((number, body))
        number += 1
    return loose + streams, packed


def _together(packed: list[tuple[int, bytes]], document: Any) -> bytes:
    """An object stream: numbers and places of the objects, then the objects."""
    places, at = [], 0
    for number, body in packed:
        places.append(f"{number} {at}")
        at += len(body) + 1
    head = " ".join(places).encode("ascii") + b"\n"
    content = zlib.compress(head + b"\n".join(body for _number, body in packed), _LEVEL)
    return Stream(content, f"/Type /ObjStm /N {len(packed)} /First {len(head)}").format(document)


def _entry(kind: int, where: int, place: int) -> bytes:
    return b"".join(value.to_bytes(size, "big") for value, size in zip((kind, where, place), _COLUMNS, strict=True))
