"""FiraGO, shaped by HarfBuzz: one family with the letters of all five languages, as a Type 0 font in the PDF.

A line of text is ordered (bidi), shaped, and kept with its glyphs; each document numbers the glyphs it uses in order of
use and carries only those, so the same content gives the same bytes whatever was printed before.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import pymupdf_fonts  # type: ignore[import-untyped]
import uharfbuzz as hb  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfdoc

from forms.kit.bidi import visual_runs
from forms.kit.pdfobjects import Literal, Stream, deflated, reference

#: The group separator of numbers: thinner than FiraGO's own spaces.
NARROW_SPACE = "\u202f"
_NARROW_ADVANCE = 150.0
_NUMERIC = dict.fromkeys(map(ord, "0123456789.,-/: " + NARROW_SPACE))
#: Joiners and direction marks shape the text but are not drawn.
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_JOINERS = frozenset("\u200c\u200d")
_FEATURES = {"kern": True, "liga": True}
#: For long lists, whose letters are small: kerns would be a tenth of the document.
_UNKERNED = {"kern": False, "liga": False}
#: Digits of one width, so that columns of numbers stand straight.
_TABULAR = {"tnum": True}
_REPLACEMENT = "\ufffd?"
_DROPPED_TABLES = ("GSUB", "GPOS", "GDEF", "cmap", "name", "post", "OS/2", "DSIG", "kern", "STAT", "gasp")
_LINES_KEPT = 16_384
#: Entries that one block of a ToUnicode map may have.
_IN_A_BLOCK = 100
_PROGRAMS_KEPT = 32


class Line(NamedTuple):
    """A shaped line: `width` in thousandths of the font size; segments of (rise, parts).

    A part is a string of glyph keys or a kern.
    """

    width: float
    segments: tuple[tuple[float, tuple[tuple[int, ...] | float, ...]], ...]


class Face:
    """One font program; shared by all documents and threads of the process."""

    def __init__(self, name: str, resource: str, data: bytes) -> None:
        self.name = name
        #: The font's name in a page's resources; fixed, so that drawn operators can be kept and used again.
        self.resource = resource
        self._face = hb.Face(data)
        self._font = hb.Font(self._face)
        self._per_mille = 1000 / self._face.upem
        extents = self._font.get_font_extents("ltr")
        self.ascent = round(extents.ascender * self._per_mille)
        self.descent = round(extents.descender * self._per_mille)
        self._box = _bounding_box(data, self._per_mille)
        #: (glyph, the text it stands for) by key; a key never changes while the process lives.
        self.glyphs: list[tuple[int, str]] = []
        self._keys: dict[tuple[int, str], int] = {}
        self._advances: dict[int, float] = {}
        self._spelt: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._substitute = next(gid for gid in map(self._nominal, _REPLACEMENT) if gid)
        self._figures = {chr(code): self._figure(chr(code)) for code in _NUMERIC}
        self.line = lru_cache(_LINES_KEPT)(self._shape)
        self._program = lru_cache(_PROGRAMS_KEPT)(self._subset)

    def width(self, text: str, size: float, base: int | None = None) -> float:
        """Width of a line in points."""
        return self.line(text, base).width * size / 1000

    def _nominal(self, character: str) -> int:
        return self._font.get_nominal_glyph(ord(character)) or 0

    def _advance(self, glyph: int) -> float:
        advance = self._advances.get(glyph)
        if advance is None:
            advance = self._advances[glyph] = round(self._font.get_glyph_h_advance(glyph) * self._per_mille, 2)
        return advance

    def _key(self, glyph: int, text: str) -> int:
        """A character the font lacks is drawn as the replacement sign and still read as itself."""
        pair = (glyph or self._substitute, text)
        key = self._keys.get(pair)
        if key is None:
            with self._lock:
                key = self._keys.get(pair)
                if key is None:
                    self.glyphs.append(pair)
                    key = self._keys[pair] = len(self.glyphs) - 1
        return key

    def _shape(self, text: str, base: int | None, kerned: bool = True) -> Line:
        if not text.translate(_NUMERIC):
            return self._numeric_line(text)
        if not kerned and not base and text.isascii():
            return self._spelt_line(text)
        segments = _Segments()
        for start, end, level in visual_runs(text, base):
            self._shape_run(segments, text, start, end, bool(level & 1), _FEATURES if kerned else _UNKERNED)
        return segments.line()

    def _numeric_line(self, text: str) -> Line:
        """Numbers need no shaping: one glyph a character."""
        segments = _Segments()
        for character in text:
            glyph = self._figures[character]
            drawn = self._advance(glyph)
            advance = _NARROW_ADVANCE if character == NARROW_SPACE else drawn
            segments.add(self._key(glyph, character), drawn=drawn, advance=advance, shift=0.0, rise=0.0)
        return segments.line()

    def _spelt_line(self, text: str) -> Line:
        """Without kerns, plain letters need no shaping either."""
        segments = _Segments()
        for character in text:
            spelt = self._spelt.get(character)
            if spelt is None:
                glyph = self._nominal(character)
                spelt = self._spelt[character] = (self._key(glyph, character), self._advance(glyph))
            key, advance = spelt
            segments.add(key, drawn=advance, advance=advance, shift=0.0, rise=0.0)
        return segments.line()

    def _figure(self, character: str) -> int:
        buffer = hb.Buffer()
        buffer.add_str(" " if character == NARROW_SPACE else character)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, _TABULAR)
        return int(buffer.glyph_infos[0].codepoint)

    def _shape_run(
        self, segments: _Segments, text: str, start: int, end: int, right_to_left: bool, features: dict[str, bool]
    ) -> None:
        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text, start, end - start)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        hb.shape(self._font, buffer, features)
        infos: Sequence[Any] = buffer.glyph_infos
        clusters = sorted({info.cluster for info in infos})
        cluster_end = dict(zip(clusters, [*clusters[1:], end], strict=True))
        for before, joiner in pairwise(clusters):
            if text[joiner : cluster_end[joiner]] in _JOINERS:
                cluster_end[before] = cluster_end[joiner]  # read back with the letter before it
        base_glyph: dict[int, Any] = {}
        for info in reversed(infos) if right_to_left else infos:
            base_glyph.setdefault(info.cluster, info)
        for info, position in zip(infos, buffer.glyph_positions, strict=True):
            stands_for = text[info.cluster : cluster_end[info.cluster]] if info is base_glyph[info.cluster] else ""
            if stands_for in _INVISIBLE and position.x_advance == 0:
                continue
            glyph = info.codepoint or self._substitute
            segments.add(
                self._key(glyph, stands_for),
                drawn=self._advance(glyph),
                advance=position.x_advance * self._per_mille if info.codepoint else self._advance(glyph),
                shift=position.x_offset * self._per_mille,
                rise=round(position.y_offset * self._per_mille, 1),
            )

    def _subset(self, wanted: frozenset[int]) -> tuple[int, bytes, dict[int, int]]:
        """(length, deflated font program, old to new glyph number) of the wanted glyphs."""
        request = hb.SubsetInput()
        request.glyph_set.update(wanted)
        request.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        dropped = request.sets(hb.SubsetInputSets.DROP_TABLE_TAG)
        for tag in _DROPPED_TABLES:
            dropped.add(int.from_bytes(tag.ljust(4).encode(), "big"))
        plan = hb.SubsetPlan(self._face, request)
        program: bytes = plan.execute().blob.data
        return len(program), zlib.compress(program, 6), dict(plan.old_to_new_glyph_mapping)

    def embed(self, document: Any, used: Sequence[int]) -> None:
        """Adds the font to a PDFDocument, with the glyphs of these keys, coded 1, 2, 3 … in that order."""
        pairs = [(0, ""), *(self.glyphs[key] for key in used)]
        length, program, renumbered = self._program(frozenset(glyph for glyph, _ in pairs))
        tag = zlib.crc32(repr(pairs).encode())
        name = "".join(chr(65 + (tag >> 4 * place & 15)) for place in range(6)) + "+" + self.name
        to_glyph = b"".join(renumbered[glyph].to_bytes(2, "big") for glyph, _ in pairs)
        widths = " ".join(f"{self._advance(glyph):g}" for glyph, _ in pairs)

        def add(thing: pdfdoc.PDFObject, kind: str) -> str:
            return reference(document, thing, f"{kind}:{self.resource}")

        descriptor = Literal(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{self._box}] /ItalicAngle 0 "
            f"/Ascent {self.ascent} /Descent {self.descent} /CapHeight 700 /StemV 80 "
            f"/FontFile2 {add(Stream(program, f'/Length1 {length}'), 'program')} >>"
        )
        descendant = Literal(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/DW 0 /W [0 [{widths}]] /FontDescriptor {add(descriptor, 'descriptor')} "
            f"/CIDToGIDMap {add(deflated(to_glyph), 'glyphs')} >>"
        )
        font = Literal(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{add(descendant, 'descendant')}] "
            f"/ToUnicode {add(deflated(_to_unicode([text for _, text in pairs])), 'unicode')} >>"
        )
        document.Reference(font, f"font:{self.resource}")
        document.idToObject["BasicFonts"].dict[self.resource] = font

    def all_readable(self, used: Sequence[int]) -> bool:
        """Whether every glyph of these keys stands for a text of its own."""
        return all(self.glyphs[key][1] for key in used)


class _Segments:
    """Collects glyphs into strings of keys, kerns and rises."""

    def __init__(self) -> None:
        self._total = 0.0
        self._owed = 0.0
        self._segments: list[tuple[float, list[tuple[int, ...] | float]]] = []
        self._keys: list[int] = []

    def add(self, key: int, *, drawn: float, advance: float, shift: float, rise: float) -> None:
        if not self._segments or self._segments[-1][0] != rise:
            self._flush()
            self._segments.append((rise, []))
        kern = round(self._owed - shift, 1)
        if kern:
            self._flush()
            self._segments[-1][1].append(kern)
        self._keys.append(key)
        # What the pen has moved too far (or too little) is owed to the next glyph.
        self._owed = drawn + shift - advance
        self._total += advance

    def _flush(self) -> None:
        if self._keys:
            self._segments[-1][1].append(tuple(self._keys))
            self._keys = []

    def line(self) -> Line:
        self._flush()
        return Line(self._total, tuple((rise, tuple(parts)) for rise, parts in self._segments))


class GlyphCodes(dict[int, str]):
    """The codes of one face in one document: glyph key to four hexadecimal digits, given out in order of use."""

    def __missing__(self, key: int) -> str:
        code = self[key] = f"{len(self) + 1:04X}"
        return code


def show(line: Line, codes: GlyphCodes, size: float) -> str:
    """The text-showing operators of a line; the text matrix and the font are set before them."""
    code = codes.__getitem__
    shown: list[str] = []
    raised = False
    for rise, parts in line.segments:
        body = " ".join(f"<{''.join(map(code, part))}>" if isinstance(part, tuple) else f"{part:g}" for part in parts)
        shown.append(f"{rise * size / 1000:.3f} Ts [{body}] TJ" if rise or raised else f"[{body}] TJ")
        raised = bool(rise)
    if raised:
        shown.append("0 Ts")
    return " ".join(shown)


def _bounding_box(data: bytes, per_mille: float) -> str:
    """xMin yMin xMax yMax of the font's head table."""
    tables = int.from_bytes(data[4:6], "big")
    for record in range(12, 12 + 16 * tables, 16):
        if data[record : record + 4] == b"head":
            offset = int.from_bytes(data[record + 8 : record + 12], "big")
            return " ".join(str(round(v * per_mille)) for v in struct.unpack_from(">4h", data, offset + 36))
    raise ValueError("The font has no head table")


def _to_unicode(texts: Sequence[str]) -> bytes:
    """The ToUnicode map: code to text, for searching and copying."""
    ranges = []
    for start, run in _runs(texts):
        told = "".join(f"<{text.encode('utf-16-be').hex()}>" for text in run)
        ranges.append(f"<{start:04X}> <{start + len(run) - 1:04X}> [{told}]")
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for i in range(0, len(ranges), _IN_A_BLOCK):
        block = ranges[i : i + _IN_A_BLOCK]
        parts += [f"{len(block)} beginbfrange", *block, "endbfrange"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")


def _runs(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Texts of codes that follow each other, with the first code. A run has no glyph without a text in it, is no longer
    than readers take, and its codes have one high byte."""
    start = 0
    for code in range(len(texts) + 1):
        ends = code == len(texts) or not texts[code]
        if ends or code % 256 == 0 or code - start == _IN_A_BLOCK:
            if code > start:
                yield start, texts[start:code]
            start = code + ends


_faces: dict[str, Face] = {}
_loading = threading.Lock()


def _face(name: str, resource: str, file: str) -> Face:
    """The one face of that name in the process: codes of glyphs are kept by face, so a second one would draw other letters."""
    face = _faces.get(name)
    if face is None:
        with _loading:
            face = _faces.get(name)
            if face is None:
                face = _faces[name] = Face(name, resource, pymupdf_fonts.myfont(file))
    return face


def regular() -> Face:
    """FiraGO Regular."""
    return _face("FiraGO-Regular", "F1", "figo")


def bold() -> Face:
    """FiraGO Bold."""
    return _face("FiraGO-Bold", "F2", "figbo")
