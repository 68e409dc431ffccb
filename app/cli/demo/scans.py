"""Scans of papers, as small as a PDF can be: a page that says what it is."""

from __future__ import annotations

import datetime as dt

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
