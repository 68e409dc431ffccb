"""The page: ReportLab's canvas with shaped text, boxes in millimetres from the top left, drawings kept for reuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfgen import canvas as reportlab_canvas

from forms.kit.filing import filed
from forms.kit.fonts import Face, GlyphCodes, bold, regular, show
from forms.kit.pdfobjects import deflated

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM

Colour = tuple[float, float, float]

# Streams are binary anyway; ASCII85 would add a quarter to every file.
rl_config.useA85 = 0


class Drawing(NamedTuple):
    """Operators drawn once and put on many pages; valid for documents that start with the same `codes`."""

    operators: tuple[str, ...]


class Box(NamedTuple):
    """A rectangle in millimetres, from the top left of the page."""

    x: float
    y: float
    width: float
    height: float

    def mirrored(self) -> Box:
        """The same box on a page that reads from the right."""
        return Box(210 - self.x - self.width, self.y, self.width, self.height)

    def inside(self, margin: float) -> Box:
        """The box without a margin on each side."""
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


class _NoFont:
    """Takes the place of the Helvetica that ReportLab would otherwise refer to on each page, unembedded."""

    _multiByte = _dynamicFont = 1
    fontName = "guzar-none"


class Page(reportlab_canvas.Canvas):
    """An A4 document under construction. Coordinates are millimetres from the top left; sizes of type are points."""

    # Inner parts of ReportLab's canvas that its stubs leave out; the version is pinned.
    _code: list[str]
    _doc: Any
    _addAnnotation: Any

    def __init__(self, codes: dict[Face, GlyphCodes] | None = None) -> None:
        pdfmetrics._fonts.setdefault(_NoFont.fontName, _NoFont())  # type: ignore[attr-defined]
        super().__init__(
            BytesIO(),  # nothing is written there: see `finish`
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=1,
            pageCompression=1,
            initialFontName=_NoFont.fontName,  # type: ignore[arg-type]  # the stub says float
            pdfVersion=(1, 7),
        )
        #: Whether letters are moved together in pairs. Without, a long list is a tenth smaller.
        self.kerned = True
        self._down: float | None = None
        #: The operator of the colour in which the page fills, as what is drawn so far leaves it; None if it is not known.
        self._filling: str | None = None
        given = codes or {}
        self._codes = {face: GlyphCodes(given.get(face, {})) for face in (regular(), bold())}

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        face: Face | None = None,
        align: float = 0.0,
        base: int | None = None,
        colour: Colour | None = None,
    ) -> None:
        """One line with its baseline at y. `align` 0 starts at x, 1 ends there, 0.5 is centred on it."""
        if not text:
            return
        used = face or regular()
        line = used.line(text, base) if self.kerned else used.line(text, base, False)
        left = x * MM - align * line.width * size / 1000
        self._code.append(
            f"BT {self._tint(colour)}1 0 0 1 {left:.1f} {PAGE_HEIGHT - y * MM:.2f} Tm /{used.resource} {size:g} Tf "
            f"{show(line, self._codes[used], size)} ET"
        )

    def _tint(self, colour: Colour | None) -> str:
        """What sets the colour of fills and letters, black if none is given; nothing where it is set already."""
        operator = f"{_rgb(colour)} rg " if colour else "0 g "
        if operator == self._filling:
            return ""
        self._filling = operator
        return operator

    def watermark(self, text: str, size: float, colour: Colour, base: int) -> None:
        """Large text across the middle of the page, rising to the right; drawn before anything else."""
        face = bold()
        line = face.line(text, base)
        # No wider than the page's diagonal leaves room for.
        fitted = min(size, 640_000 / max(1.0, line.width))
        half, slope = line.width * fitted / 2000, 0.8
        cosine, sine = 1 / (1 + slope**2) ** 0.5, slope / (1 + slope**2) ** 0.5
        x = PAGE_WIDTH / 2 - half * cosine + fitted * 0.35 * sine
        y = PAGE_HEIGHT / 2 - half * sine - fitted * 0.35 * cosine
        self._code.append(
            f"BT {self._tint(colour)}{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} Tm "
            f"/{face.resource} {fitted:.2f} Tf {show(line, self._codes[face], fitted)} ET"
        )

    def fill(self, box: Box, colour: Colour) -> None:
        """A filled rectangle without a frame."""
        self._code.append(f"{self._tint(colour)}{_rectangle(box)} f")

    def frame(self, box: Box, colour: Colour, width: float = 0.5) -> None:
        """The frame of a rectangle; `width` in points."""
        self._code.append(f"{_rgb(colour)} RG {width:g} w {_rectangle(box)} S")

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: Colour, width: float = 0.5) -> None:
        """A straight line; `width` in points."""
        self._code.append(
            f"{_rgb(colour)} RG {width:g} w {x1 * MM:.2f} {PAGE_HEIGHT - y1 * MM:.2f} m "
            f"{x2 * MM:.2f} {PAGE_HEIGHT - y2 * MM:.2f} l S"
        )

    def uprights(self, edges: Iterable[float], y1: float, y2: float, colour: Colour, width: float = 0.5) -> None:
        """Vertical lines at these x, from y1 to y2, as one path."""
        top, bottom = PAGE_HEIGHT - y1 * MM, PAGE_HEIGHT - y2 * MM
        path = " ".join(f"{x * MM:.2f} {top:.2f} m {x * MM:.2f} {bottom:.2f} l" for x in edges)
        self._code.append(f"{_rgb(colour)} RG {width:g} w {path} S")

    def operators(self, operators: str) -> None:
        """Puts operators in points from the bottom left, as the barcodes give them."""
        self._code.append(operators)

    def record(self, draw: Callable[[], None]) -> Drawing:
        """What `draw` draws, taken off the page again."""
        start, before = len(self._code), self._filling
        self._filling = None
        draw()
        drawn = tuple(self._code[start:])
        del self._code[start:]
        self._filling = before
        return Drawing(("\n".join(drawn),))

    def put(self, drawing: Drawing) -> None:
        """Puts a drawing recorded on a page with the same glyph codes."""
        self._code.extend(drawing.operators)
        self._filling = None

    def lowered(self, y: float, draw: Callable[[], None]) -> None:
        """What `draw` draws, as if the page began y millimetres lower. Rows that are alike are then written alike, which
        makes a long list a third smaller. The first one on a page opens what `level` closes."""
        down = round((y - (self._down or 0)) * MM, 2)
        if self._down is None:
            self._code.append("q")
        self._down = y
        self._code.append(f"1 0 0 1 0 {-down:.2f} cm")
        draw()

    def level(self) -> None:
        """Ends what was lowered: coordinates are the page's again."""
        if self._down is not None:
            self._code.append("Q")
            self._filling = None
        self._down = None

    def shared(self, name: str, draw: Callable[[], None]) -> None:
        """What `draw` draws, kept once in the document and shown wherever the same name is drawn again."""
        document: Any = self._doc
        key = document.getXObjectName(name)
        if key not in document.idToObject:
            drawn = _packed("\n".join(self.record(draw).operators))
            fonts = pdfdoc.PDFObjectReference(pdfdoc.BasicFonts).format(document).decode("ascii")
            box = f"/BBox [0 0 {PAGE_WIDTH:.2f} {PAGE_HEIGHT:.2f}] /Resources << /Font {fonts} >>"
            document.Reference(deflated(drawn, f"/Type /XObject /Subtype /Form {box}"), key)
        self.doForm(name)

    def glyph_codes(self) -> dict[Face, GlyphCodes]:
        """The codes given out so far, for `Page(codes)`."""
        return {face: GlyphCodes(codes) for face, codes in self._codes.items()}

    def all_readable(self) -> bool:
        """Whether every glyph drawn so far can be read back as text (the U of PDF/A-3u)."""
        return all(face.all_readable(list(codes)) for face, codes in self._codes.items())

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Ends the page, its strings packed: ReportLab would write them as they are."""
        super().showPage()
        self._filling = None
        page = self._doc.Pages.pages[-1]
        page.Contents = deflated(_packed(page.stream), level=9)

    def finish(self) -> bytes:
        """The bytes of the document; the canvas cannot be used afterwards."""
        for face, codes in self._codes.items():
            face.embed(self._doc, list(codes))
        if self._code:
            self.showPage()
        return filed(self._doc)


_HEXADECIMAL = re.compile(r"<([0-9A-F]+)>")
#: What has a meaning inside a string of a page.
_ESCAPED = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r"})


def _packed(operators: str) -> bytes:
    """Operators with their strings as bytes in place of hexadecimal digits: a tenth smaller when deflated."""
    return _HEXADECIMAL.sub(_as_bytes, operators).encode("latin-1")


def _as_bytes(found: re.Match[str]) -> str:
    return f"({bytes.fromhex(found[1]).decode('latin-1').translate(_ESCAPED)})"


def _rgb(colour: Colour) -> str:
    return f"{colour[0]:g} {colour[1]:g} {colour[2]:g}"


def _rectangle(box: Box) -> str:
    bottom = PAGE_HEIGHT - (box.y + box.height) * MM
    return f"{box.x * MM:.2f} {bottom:.2f} {box.width * MM:.2f} {box.height * MM:.2f} re"
