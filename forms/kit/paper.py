"""What the official papers have in common: head, codes, mark of a copy, seal, foot, and how one is put together.

A form records its fixed parts once for a pair of languages, opens a `Paper`, draws what it says and closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple, Protocol

from forms.kit import barcodes, dates, embed, fitting, flow, signature
from forms.kit.canvas import MM, PAGE_HEIGHT, Box, Colour, Drawing, Page
from forms.kit.fonts import Face, GlyphCodes, bold, regular
from forms.kit.sheet import BLUSH, INK, LABEL, LINE, NAVY, RED, TINT, WHITE, Sheet
from forms.kit.words import Language

#: Names of the files inside the document.
DATA_FILE, QR_FILE = "document.json", "document.qr"

# Geometry in millimetres from the top left, for a page that reads from the left.
BAND = Box(12, 10, 186, 21)
STATUS = Box(12, 31, 186, 9)
MRN = Box(12, 42, 100, 27)
NUMBER = Box(112, 42, 42, 13.5)
REFERENCE = Box(112, 55.5, 42, 13.5)
QR = Box(154, 42, 44, 45)
OFFICER = Box(12, 251, 50, 26)
SIGNATURE = Box(62, 251, 74, 26)
STAMP = Box(136, 251, 62, 26)
#: Where the first free line of a following page begins, and where content ends on it.
FOLLOWING = flow.Room(28, 277)
FOOTER = 285
_NEXT_BAND = Box(12, 10, 186, 15)
_WHOLE = Box(12, 0, 186, 0)
#: Millimetres from one line of an address to the next.
_ADDRESS_LINE = 3.02

QR_SIDE = 35
_BARCODE_HEIGHT = 15
#: Millimetres of the thinnest bar: never below what cheap readers resolve, wider while the text leaves room.
_THINNEST_BAR, _WIDEST_BAR = 0.24, 0.36


class Form(NamedTuple):
    """What a form is called: `mark` in the foot of its pages, `field` of the signature, `reason` for signing."""

    mark: str
    field: str
    reason: str


@dataclass(frozen=True)
class Print:
    """One print of a paper: what it adds to the content. `copy` 0 is the original."""

    languages: tuple[str, str]
    qr_text: str
    data: bytes
    copy: int
    copy_reason: str
    moment: datetime
    signer: signature.Signer | None

    def __post_init__(self) -> None:
        if self.languages[0] == self.languages[1]:
            raise ValueError("The two languages of a paper differ")


class Post(Protocol):
    """The post that issues: its code, its country (ISO 3166-1 alpha-2), its IANA time zone and its name in a language."""

    @property
    def code(self) -> str: ...

    @property
    def country(self) -> str: ...

    @property
    def time_zone(self) -> str: ...

    def name(self, locale: str) -> str: ...


class Party(Protocol):
    """A trader as a paper names it."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def country(self) -> str: ...


class Named(NamedTuple):
    """What the head and the foot of every page say: `title` is a key of the words."""

    title: str
    number: str
    mrn: str
    post: Post
    key_id: str


class Template(NamedTuple):
    """Drawings of fixed parts by name in one pair of languages, and the glyph codes they rely on."""

    drawings: Mapping[str, Drawing]
    codes: dict[Face, GlyphCodes]


def template(languages: tuple[str, str], parts: Mapping[str, Callable[[Sheet], None]]) -> Template:
    """Draws the fixed parts once; keep the result for the pair of languages."""
    page = Page()
    sheet = Sheet(page, languages)
    drawings = {name: page.record(lambda part=part: part(sheet)) for name, part in parts.items()}  # type: ignore[misc]
    return Template(drawings, page.glyph_codes())


# --- fixed parts -----------------------------------------------------------------------------------------------------


def fixed_head(sheet: Sheet, title: str, number: str) -> None:
    """Band, MRN, number and QR of a first page; `title` and `number` are keys of words."""
    sheet.page.fill(BAND, NAVY)
    sheet.both(sheet.at(BAND), BAND.y + 12.6, title, 15, colour=WHITE)
    for box, key in ((MRN, "mrn"), (NUMBER, number), (REFERENCE, "reference")):
        sheet.box(box, key)
    sheet.page.frame(sheet.at(QR), LINE)
    sheet.label(sheet.at(Box(QR.x, QR.y + QR.height - 3.9, QR.width, 4)), "scan")


def fixed_foot(sheet: Sheet, officer: str) -> None:
    """Officer, signature and stamp at the foot of a first page."""
    for box, key in ((OFFICER, officer), (SIGNATURE, "electronic_signature"), (STAMP, "signature_and_stamp")):
        sheet.box(box, key)
    footer_rule(sheet)


def fixed_following(sheet: Sheet, title: str) -> None:
    """Band and foot of the pages after the first."""
    sheet.page.fill(_NEXT_BAND, NAVY)
    sheet.both(sheet.at(_NEXT_BAND), _NEXT_BAND.y + 6.4, title, 11, colour=WHITE)
    footer_rule(sheet)


def footer_rule(sheet: Sheet, y: float = FOOTER - 4) -> None:
    """The line above the foot."""
    sheet.page.rule(12, y, 198, y, NAVY, 0.8)


# --- the paper -------------------------------------------------------------------------------------------------------


class Paper(Sheet):
    """A paper under construction: a sheet that knows its print and what it is called."""

    def __init__(self, form: Form, named: Named, printed: Print, fixed: Template) -> None:
        super().__init__(Page(fixed.codes), printed.languages)
        self.form = form
        self.named = named
        self.printed = printed
        self.fixed = fixed
        self.zone = named.post.time_zone

    @property
    def signed(self) -> bool:
        return self.printed.signer is not None

    def words(self, names: Mapping[str, str], code: str) -> tuple[str, str]:
        """A name in both languages: its own, else the English one, else the code."""
        return tuple(names.get(speech.locale) or names.get("en") or code for speech in (self.first, self.second))  # type: ignore[return-value]

    def said(self, key: str, otherwise: str, **values: object) -> tuple[str, str]:
        """A label in both languages if it is known, else what was given."""
        if not self.first.knows(key):
            return fitting.clean(otherwise, 60), ""
        return self.first.say(key, **values), self.second.say(key, **values)

    def begin(self, drawing: str) -> None:
        """Watermark and fixed part of a page."""
        self.watermark()
        self.page.put(self.fixed.drawings[drawing])

    def watermark(self) -> None:
        if self.printed.copy:
            self.page.watermark(self.first.say("copy", copy=self.printed.copy), 130, BLUSH, self.first.base)
        elif not self.signed:
            self.page.watermark(self.first.say("unsigned"), 58, BLUSH, self.first.base)

    def head(self, reference: str) -> None:
        """What changes in the head of a first page."""
        self._heading()
        self._status()
        self.barcode(MRN, self.named.mrn)
        self.value(NUMBER, 9.6, self.named.number, 11, colour=NAVY)
        self.value(REFERENCE, 9.4, reference or "—", 9)
        placed = self.at(QR)
        self.qr(placed.x + (placed.width - QR_SIDE) / 2, placed.y + 3.2)

    def _heading(self) -> None:
        placed, post = self.at(BAND), self.named.post
        room = BAND.width / 2 - 8
        for speech, side in ((self.first, self.start(placed)), (self.second, self.end(placed))):
            service = f"{speech.say('customs_service')} · {fitting.clean(speech.country(post.country), 60)}"
            name = f"{speech.say('crossing_point')}: {fitting.clean(post.name(speech.locale), 80)}"
            self.line(side, BAND.y + 5.2, service, room, 8, colour=WHITE, base=speech.base)
            self.line(side, BAND.y + 18.2, name, room, 8, colour=WHITE, base=speech.base)
        self.page.text(105, BAND.y + 18.2, fitting.clean(post.code, 12), 8, face=bold(), align=0.5, colour=WHITE)

    def _status(self) -> None:
        placed, printed = self.at(STATUS), self.printed
        if not printed.copy:
            self.page.fill(STATUS, TINT)
            self.both(placed, STATUS.y + 5.9, "original" if self.signed else "unsigned", 10, colour=NAVY)
            return
        self.page.fill(STATUS, RED)
        self.both(placed, STATUS.y + 6.6, "copy", 16, colour=WHITE, copy=printed.copy)
        said = f"{self.first.say('reason')}: {fitting.clean(printed.copy_reason)}"
        reason = fitting.block(said, regular(), 82 * MM, 6.5, 5, 2, self.first.base)
        for row, text in enumerate(reason.lines):
            y = STATUS.y + (3.1 if len(reason.lines) > 1 else 4.3) + row * 2.5
            self.page.text(105, y, text, reason.size, align=0.5, base=reason.base, colour=WHITE)
        self.page.text(105, STATUS.y + 8.2, self.clock(printed.moment), 5.5, align=0.5, colour=WHITE)

    def clock(self, moment: datetime) -> str:
        """An aware moment on the post's clock."""
        return dates.clock(dates.local(moment, self.zone))

    def barcode(self, box: Box, text: str) -> None:
        """Code 128 with its text below; nothing but a dash for an empty one. ValueError if no barcode can carry it."""
        placed = self.at(box)
        middle = placed.x + placed.width / 2
        if not text:
            self.page.text(middle, placed.y + box.height / 2 + 2, "—", 12, face=bold(), align=0.5, colour=LABEL)
            return
        self.bars(placed, placed.y + 4.8, text)
        self.page.text(middle, placed.y + 24.6, text, 12, face=bold(), align=0.5, colour=INK)

    def bars(self, placed: Box, top: float, text: str) -> None:
        """Code 128 alone in the middle of a placed box, from `top`. ValueError if the box is too narrow for it."""
        modules = barcodes.code128_width(text)
        bar = min(_WIDEST_BAR, (placed.width - 2) / (modules + 2 * barcodes.CODE128_QUIET))
        if bar < _THINNEST_BAR:
            raise ValueError(f"The MRN {text!r} is too long for its barcode")
        left = placed.x + (placed.width - modules * bar) / 2
        bottom = PAGE_HEIGHT - (top + _BARCODE_HEIGHT) * MM
        self.page.operators(barcodes.code128(text, left * MM, bottom, bar * MM, _BARCODE_HEIGHT * MM))

    def qr(self, left: float, top: float) -> None:
        """The QR code, its upper left corner at millimetres of the page."""
        text = self.printed.qr_text
        self.page.operators(barcodes.qr(text, left * MM, PAGE_HEIGHT - (top + QR_SIDE) * MM, QR_SIDE * MM))

    def day(self, box: Box, day: date | None, *, size: float = 9, strong: Colour = INK) -> None:
        """A day or an aware moment in the post's zone, and below it the solar hijri date of each language using it."""
        if day is None:
            self.value(box, 8.2, "—", size)
            return
        local = dates.local(day, self.zone) if isinstance(day, datetime) else day
        self.value(
            box, 8.2, dates.clock(local) if isinstance(local, datetime) else dates.gregorian(local), size, colour=strong
        )
        placed = self.at(box)
        y = 12.2
        for speech, side in ((self.first, self.start(placed)), (self.second, self.end(placed))):
            if dates.has_solar_hijri(speech.locale):
                hijri = dates.solar_hijri(local, speech.locale)
                self.line(side, placed.y + y, hijri, placed.width - 3, 7.5, base=speech.base)
                y += 3.6

    def party(self, box: Box, party: Party, *, most: int = 2) -> None:
        """Name, address, number and country of a party in its box; the address has the lines that the name leaves."""
        below = self.lines(box, 7.8, party.name, 9, most, smallest=6.5, strong=True)
        placed, y = self.at(box), box.height - 1.8
        left = 1 + int((y - 3.0 - below) / _ADDRESS_LINE)
        if left > 0:
            self.lines(box, below, party.address, 7, min(most, left))
        self.line(self.start(placed), placed.y + y, party.id, placed.width * 0.58 - 2, 7.5, face=bold(), colour=NAVY)
        self.country(placed, y, party.country, placed.width * 0.42 - 2)

    def country(self, placed: Box, y: float, code: str, room: float, size: float = 6.5) -> None:
        """The name and code of a country at the end of a placed box."""
        if code:
            name = self.first.country(code)
            shown = code if name == code else f"{name} · {code}"
            self.line(self.end(placed), placed.y + y, shown, room, size, colour=LABEL)

    def figure(self, box: Box, y: float, text: str, size: float, *, colour: Colour = INK) -> None:
        """A figure at the end of its box, in bold."""
        placed = self.at(box)
        self.line(self.end(placed), placed.y + y, text, placed.width - 3, size, face=bold(), colour=colour, base=0)

    def seal(self, officer: str) -> None:
        """Who issued, and the electronic signature, at the foot of the first page."""
        self.lines(OFFICER, 9, officer, 9.5, 3, strong=True)
        self.signature(SIGNATURE)

    def signature(self, box: Box, *, y: float = 8.4) -> None:
        """The look of the signature; `place_signature` puts the field itself on the page in work."""
        placed, signer = self.at(box), self.printed.signer
        if signer is None:
            self.both(placed, placed.y + (y + box.height) / 2, "unsigned", 9, colour=RED)
            return
        start, room, top = self.start(placed), placed.width - 3, placed.y + y
        # The key is the post's: a copy may be printed by another person than the one who issued.
        seal = f"{self.named.post.name(self.first.locale)} · {self.named.post.code}"
        self.line(start, top, seal, room, 8.5, face=bold(), base=self.first.base)
        self.line(start, top + 3.6, self.clock(self.printed.moment), room, 7.5)
        key = f"{self.first.say('key')} {signer.key_id or self.named.key_id}"
        self.line(start, top + 7.4, key, room, 6.5, colour=LABEL)
        digest = sha256(self.printed.data).hexdigest()
        for row, part in enumerate((f"SHA-256 {digest[:32]}", digest[32:])):
            self.line(start, top + 11 + row * 3, part, room, 6, colour=LABEL)

    def place_signature(self, box: Box = SIGNATURE) -> None:
        """The signature field on the page in work, if there is a signer."""
        printed, number = self.printed, fitting.clean(self.named.number, 60)
        if printed.signer is None:
            return
        signature.place(
            self.page,
            self.at(box).inside(0.4),
            printed.signer,
            name=self.form.field,
            reason=f"{self.form.reason} {number}" + (f", copy {printed.copy}" if printed.copy else ""),
            location=fitting.clean(self.named.post.code, 20),
            moment=printed.moment,
        )

    def following_head(self) -> None:
        """What changes in the band of the pages after the first."""
        placed, named = self.at(_NEXT_BAND), self.named
        self.line(self.start(placed), placed.y + 12.2, named.number, 80, 9, face=bold(), colour=WHITE)
        if named.mrn:
            self.line(self.end(placed), placed.y + 12.2, f"MRN {named.mrn}", 80, 9, face=bold(), colour=WHITE)
        if self.printed.copy:
            copy = self.first.say("copy", copy=self.printed.copy)
            self.page.text(105, placed.y + 12.2, copy, 9, face=bold(), align=0.5, base=self.first.base, colour=WHITE)

    def footer(self, number: int, pages: int, *, y: float = FOOTER) -> None:
        """Page n of m in both languages, the paper's number and the form's mark."""
        whole = Box(_WHOLE.x, y, _WHOLE.width, 4)

        def of_pages(speech: Language) -> str:
            return speech.say("page", page=number, pages=pages)

        for speech, side in ((self.first, self.start(whole, 0)), (self.second, self.end(whole, 0))):
            self.page.text(side.x, y, of_pages(speech), 7, align=side.align, base=speech.base, colour=LABEL)
        mark = f"{fitting.clean(self.named.number, 60)}  ·  {self.form.mark}"
        self.page.text(105, y, mark, 7, align=0.5, colour=LABEL)

    def strips(self, strips: Sequence[flow.Strip], first: flow.Room, following: flow.Room, *, note: str = "") -> None:
        """Strips from the first page in work over as many following ones as they take, each with its foot.

        `note` is the key of a remark above the foot of every page.
        """
        pages = flow.over_pages(strips, first, following)
        for number, placed in enumerate(pages, 1):
            if number > 1:
                self.page.showPage()
                self.begin("following")
                self.following_head()
            flow.draw(placed)
            if note:
                self.note(note, FOOTER - 5.2)
            self.footer(number, len(pages))

    def note(self, key: str, y: float) -> None:
        """A remark in both languages on one line."""
        self.pair(_WHOLE._replace(y=y), y, (self.first.say(key), self.second.say(key)), 6.4, colour=RED)

    def title(self, box_y: float, key: str, **values: object) -> None:
        """The heading of a section in both languages."""
        self.both(_WHOLE._replace(y=box_y), box_y + 4, key, 8.2, colour=NAVY, **values)

    def section(self, key: str, explained: str = "", **values: object) -> flow.Strip:
        """The heading as a strip that stays with what follows; `explained` is the key of a smaller line below it."""
        if not explained:
            return flow.Strip(5.6, lambda y: self.title(y, key, **values), keep=2)

        def both(y: float) -> None:
            self.title(y, key, **values)
            words = self.first.say(explained), self.second.say(explained)
            self.pair(_WHOLE, y + 7.1, words, 6, colour=LABEL, face=regular())

        return flow.Strip(8.4, both, keep=2)

    def close(self, title: str) -> bytes:
        """The bytes of the document with its data inside, sealed if there is a signer."""
        printed, speech = self.printed, self.first
        embed.describe(
            self.page,
            title=f"{title} {fitting.clean(self.named.number or self.named.mrn)}".strip(),
            author=f"{speech.say('customs_service')} {fitting.clean(self.named.post.country)}",
            language=speech.tag,
            moment=printed.moment,
            attachments=(
                embed.Attachment(DATA_FILE, "application/json", printed.data, "data of this document"),
                embed.Attachment(QR_FILE, "text/plain", printed.qr_text.encode(), "text of the QR code"),
            ),
        )
        pdf = self.page.finish()
        return signature.seal(pdf, printed.signer) if printed.signer else pdf
