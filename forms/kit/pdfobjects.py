"""The few raw PDF objects the kit adds to what ReportLab writes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from reportlab.pdfbase import pdfdoc


class Literal(pdfdoc.PDFObject):
    """PDF syntax written as it stands, as an indirect object; a function is called when the file is put together."""

    __RefOnly__ = 1

    def __init__(self, syntax: str | Callable[[], str]) -> None:
        self._syntax = syntax

    def format(self, document: Any) -> bytes:
        text = self._syntax if isinstance(self._syntax, str) else self._syntax()
        return text.encode("ascii")


class Inline(Literal):
    """The same, written where it is used."""

    __RefOnly__ = 0


class Loose(Literal):
    """A literal that stands in the file on its own and before all others: bytes of it are filled in afterwards."""


class Stream(pdfdoc.PDFObject):
    """A stream whose bytes are final; `filtered` says that they are already deflated."""

    __RefOnly__ = 1

    def __init__(self, data: bytes, entries: str = "", *, filtered: bool = True) -> None:
        self._data = data
        self._entries = entries + (" /Filter /FlateDecode" if filtered else "")

    def format(self, document: Any) -> bytes:
        head = f"<< {self._entries} /Length {len(self._data)} >>\nstream\n"
        return head.encode("ascii") + self._data + b"\nendstream"


def deflated(data: bytes, entries: str = "", level: int = 6) -> Stream:
    """A stream compressed here, once, without ReportLab's own filters."""
    return Stream(zlib.compress(data, level), entries)


def reference(document: Any, thing: pdfdoc.PDFObject, key: str) -> str:
    """Registers an object under a key of the document (a PDFDocument); gives the syntax that refers to it."""
    syntax: bytes = document.Reference(thing, key).format(document)
    return syntax.decode("ascii")


def text_string(text: str) -> str:
    """A PDF text string in UTF-16, safe for any content."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"
