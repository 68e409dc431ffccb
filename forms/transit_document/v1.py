"""Transit accompanying document, version 1: it goes with the goods, the list of items is a part of it.

`render` turns a frozen `TransitDocument` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from forms.clearance_permit.v1_content import Vehicle
from forms.kit import barcodes, dates, fitting, flow, paper, signature
from forms.kit.canvas import MM, PAGE_HEIGHT, Box
from forms.kit.fonts import bold
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, LABEL, LINE, NAVY, PALE, RED
from forms.kit.spill import Spill
from forms.transit_document import v1_goods as goods
from forms.transit_document import v1_layout as layout
from forms.transit_document import v1_spilled as spilled
from forms.transit_document.v1_content import Guarantee, Incident, Office, TransitDocument
from forms.transit_document.v1_sample import SAMPLE

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "TransitDocument", "render"]

VERSION = 1

_FORM = Form("Guzar TD-1", "TransitDocument", "Transit accompanying document")
_LINES = 3
#: Millimetres of the thinnest bar on the following pages.
_BAR = 0.25


def render(
    content: TransitDocument,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of a document.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("transit_document", content.number, content.mrn, content.post, content.key_id)
    sheet = _Document(_FORM, named, printed, _template(languages, content.carnet is not None))
    sheet.begin("first")
    sheet.head(content.reference)
    spill = Spill(sheet)
    _Boxes(sheet, content, spill).draw()
    sheet.place_signature(layout.SIGNATURE)
    strips = [_text(sheet), flow.gap(2), *goods.strips(sheet, content), *spilled.strips(sheet, spill.entries)]
    sheet.strips(strips, layout.FIRST, layout.FOLLOWING)
    return sheet.close(sheet.first.say("transit_document"))


@lru_cache(64)
def _template(languages: tuple[str, str], tir: bool) -> paper.Template:
    return paper.template(
        languages, {"first": lambda sheet: layout.first_page(sheet, tir=tir), "following": layout.following_page}
    )


class _Document(Paper):
    """A paper whose following pages begin alike: with the MRN as a barcode, kept once in the document."""

    def begin(self, drawing: str) -> None:
        if drawing == "first":
            super().begin(drawing)
        else:
            self.page.shared("following", lambda: self._following(drawing))

    def _following(self, drawing: str) -> None:
        super().begin(drawing)
        super().following_head()
        if self.named.mrn:
            self._barcode(layout.BARCODE, self.named.mrn)

    def following_head(self) -> None:
        """Drawn with the page."""

    def footer(self, number: int, pages: int, *, y: float = paper.FOOTER) -> None:
        self.page.level()
        super().footer(number, pages, y=y)

    def _barcode(self, box: Box, text: str) -> None:
        left = 105 - barcodes.code128_width(text) * _BAR / 2
        bottom = PAGE_HEIGHT - (box.y + layout.BARCODE_HEIGHT) * MM
        self.page.operators(barcodes.code128(text, left * MM, bottom, _BAR * MM, layout.BARCODE_HEIGHT * MM))


def _text(sheet: Paper) -> flow.Strip:
    """What the document is for, before the list of items."""

    def draw(y: float) -> None:
        box = Box(12, y, 186, 12)
        sheet.page.fill(box, PALE)
        sheet.page.frame(box, LINE)
        sheet.columns(box, 3.6, "td_text", 6.6, 4)

    return flow.Strip(12, draw)


class _Boxes:
    """What changes on the first page. What finds no room in its box is told in full after the list of items."""

    def __init__(self, sheet: Paper, content: TransitDocument, spill: Spill) -> None:
        self.sheet = sheet
        self.content = content
        self.spill = spill

    def draw(self) -> None:
        for part in (
            self._kind,
            self._parties,
            self._sums,
            self._means,
            self._places,
            self._way,
            self._cover,
            self._equipment,
            self._documents,
            self._incidents,
            self._control,
        ):
            part()

    def _kind(self) -> None:
        sheet, content = self.sheet, self.content
        first, second = sheet.said(f"td_{content.kind}", content.kind)
        placed = sheet.at(layout.KIND)
        sheet.pair(placed, placed.y + 7.3, (first, second), 9, colour=NAVY)
        sheet.value(layout.TYPE, 7.3, content.declaration_type or "—", 8.5)
        sheet.day(layout.LIMIT, content.limit_at, size=10.5, strong=RED)
        sheet.day(layout.RELEASED, content.released_at)
        if content.previous is not None:
            at = dates.gregorian(dates.local(content.previous.at, sheet.zone))
            number = fitting.clean(content.previous.number, 40)
            said = sheet.first.say("replaces_notice", number=number, at=at)
            side = sheet.start(sheet.at(layout.RELEASED))
            sheet.line(side, layout.RELEASED.y + 16.4, said, 49, 6, colour=RED, base=sheet.first.base)

    def _parties(self) -> None:
        sheet, content = self.sheet, self.content
        sheet.party(layout.HOLDER, content.holder)
        if content.representative.name or content.representative.id:
            sheet.party(layout.REPRESENTATIVE, content.representative)
        else:
            sheet.value(layout.REPRESENTATIVE, 8.4, "—", 9)
        for box, whom in ((layout.CONSIGNOR, "consignor"), (layout.CONSIGNEE, "consignee")):
            several = {getattr(house, whom) for house in content.houses}
            if len(several) == 1:
                sheet.party(box, next(iter(several)))
            else:
                self._see_list(box)

    def _see_list(self, box: Box) -> None:
        placed = self.sheet.at(box)
        for speech, side, y in (
            (self.sheet.first, self.sheet.start(placed), 8.4),
            (self.sheet.second, self.sheet.end(placed), 13.4),
        ):
            said = speech.say("td_see_list")
            self.sheet.line(side, placed.y + y, said, placed.width - 3, 8, colour=LABEL, base=speech.base)

    def _sums(self) -> None:
        content, totals = self.content, self.content.totals
        self._one(layout.LRN, content.local_reference, "LRN", 7.6)
        self._one(layout.UCR, content.ucr, "UCR", 7.6)
        for box, figure in (
            (layout.HOUSES, str(len(content.houses))),
            (layout.ITEMS, str(content.item_count)),
            (layout.PACKAGES, amount(totals.packages)),
            (layout.GROSS, amount(totals.gross_kg)),
        ):
            self.sheet.figure(box, 7.8, figure, 9)

    def _one(self, box: Box, text: str, mark: str, y: float, size: float = 8.5) -> None:
        """A value on one line of its box."""
        placed = self.sheet.at(box)
        self.spill.line(
            self.sheet.start(placed), placed.y + y, placed.width - 3, text or "—", size, box=mark, face=bold()
        )

    def _lines(self, box: Box, parts: Sequence[str], mark: str, size: float, most: int, top: float = 4.2) -> None:
        """Texts in the lines of a box, each on its own where they are few."""
        placed = self.sheet.at(box)
        room = Box(placed.x + 1.4, placed.y + top, placed.width - 2.8, placed.height - top)
        self.spill.text(room, tuple(parts) or ("—",), size, most, box=mark, listed=True, smallest=5.2)

    def _means(self) -> None:
        content = self.content
        self._vehicle(layout.VEHICLE, content.vehicle, "19 05")
        self._vehicle(layout.TRAILER, content.trailer, "19 05")
        self._vehicle(layout.BORDER, content.border_transport, "19 08")
        self.sheet.value(layout.MODES, 8.4, content.modes or "—", 8.5)
        self._one(layout.DRIVER, content.driver, "—", 8.4)

    def _vehicle(self, box: Box, vehicle: Vehicle, mark: str) -> None:
        sheet, placed = self.sheet, self.sheet.at(box)
        side = sheet.start(placed)
        country = 12 if vehicle.country else 0
        self.spill.line(
            side, placed.y + 8.6, placed.width - 3 - country, vehicle.plate or "—", 10.5, box=mark, face=bold()
        )
        if vehicle.country:
            sheet.line(sheet.end(placed), placed.y + 8.6, vehicle.country, 11, 7.5, colour=LABEL)

    def _places(self) -> None:
        content = self.content
        self._one(layout.LOADING, content.loading, "16 13", 7.6, 8)
        self._one(layout.UNLOADING, content.unloading, "16 14", 7.6, 8)
        self._one(layout.LOCATION, content.location, "16 15", 7.6, 8)

    def _way(self) -> None:
        sheet, content, way = self.sheet, self.content, self.content.itinerary
        for box, offices, mark in (
            (layout.DEPARTURE, content.departure, "17 03"),
            (layout.TRANSIT, content.transit, "17 04"),
            (layout.EXIT, content.exit, "17 06"),
            (layout.DESTINATION, content.destination, "17 05"),
        ):
            self._lines(box, [self._office(each) for each in offices], mark, 7.6, 3)
        for box, country in ((layout.DISPATCHED, content.dispatched_from), (layout.DESTINED, content.destined_for)):
            self.sheet.value(box, 7.6, self._country(country), 8)
        self._one(layout.ROUTING, " → ".join(way.countries), "16 12", 7.6, 8)
        placed = sheet.at(layout.ITINERARY)
        key, colour = ("td_binding", RED) if way.binding else ("td_free", LABEL)
        sheet.line(sheet.end(placed), placed.y + 7.6, sheet.first.say(key), 24, 7, face=bold(), colour=colour)
        route, _other = sheet.words(way.route_names, "")
        named = fitting.joined((way.route, route), ": ")
        places = fitting.joined((named, *way.places), " – ") or "—"
        self.spill.line(sheet.start(placed), placed.y + 7.6, placed.width - 28, places, 8, box="16 17", face=bold())

    def _office(self, office: Office) -> str:
        """Its code, and its name in the leading language."""
        name = office.names.get(self.sheet.first.locale) or office.names.get("en") or ""
        return fitting.joined((office.code, name), " · ")

    def _country(self, code: str) -> str:
        name = self.sheet.first.country(code) if code else "—"
        return code if name == code else fitting.joined((code, name), " · ") if code else name

    def _cover(self) -> None:
        content, sheet = self.content, self.sheet
        box = layout.GUARANTEE
        if content.carnet is not None:
            box, carnet = layout.GUARANTEE_BESIDE, content.carnet
            self._one(layout.CARNET, carnet.number, "12 06", 7.6, 10)
            placed = sheet.at(layout.CARNET)
            side, end = sheet.start(placed), sheet.end(placed)
            volet = sheet.first.say("td_volet", page=carnet.page, volets=carnet.volets)
            sheet.line(side, placed.y + 10.7, volet, 57, 7.4, base=sheet.first.base)
            until = f"{sheet.first.say('td_carnet_until')} {dates.gregorian(carnet.valid_to)}"
            sheet.line(side, placed.y + 13.6, until, 36, 6.4, base=sheet.first.base)
            sheet.line(end, placed.y + 7.6, carnet.holder, 24, 6.8, colour=LABEL)
        self._guarantees(box)

    def _guarantees(self, box: Box) -> None:
        given = self.content.guarantees
        if not given:
            self.sheet.value(box, 8, "—", 9)
            return
        shown = given if len(given) <= _LINES else given[: _LINES - 1]
        y = box.y + 7.4
        for each in shown:
            self._guarantee(box, y, each)
            y += 3.3
        if len(given) > len(shown):
            rest = [self._in_words(each) for each in given[len(shown) :]]
            mark = self.spill.keep("99 02", 0, rest)
            side = self.sheet.start(self.sheet.at(box))
            self.sheet.line(side, y, f"+ {len(rest)}: {mark}", 60, 7.4, face=bold(), colour=RED)

    def _guarantee(self, box: Box, y: float, guarantee: Guarantee) -> None:
        """Type, number and amount on one line."""
        sheet, width = self.sheet, box.width
        kind = sheet.at(Box(box.x, y, width * 0.36, 3))
        number = sheet.at(Box(box.x + width * 0.36, y, width * 0.38, 3))
        money = sheet.at(Box(box.x + width * 0.74, y, width * 0.26, 3))
        barred = f" ≠ {', '.join(guarantee.not_valid_in)}" if guarantee.not_valid_in else ""
        name, _other = sheet.words(guarantee.names, "")
        said = fitting.joined((guarantee.type, name), " · ") + barred
        self.spill.line(sheet.start(kind), y, kind.width - 3, said, 7, box="99 02")
        self.spill.line(
            sheet.start(number), y, number.width - 3, guarantee.grn or "—", 8, box="99 03", face=bold(), base=0
        )
        sheet.line(sheet.end(money), y, _money(guarantee), money.width - 3, 8, face=bold(), base=0)

    def _in_words(self, guarantee: Guarantee) -> str:
        barred = f"≠ {', '.join(guarantee.not_valid_in)}" if guarantee.not_valid_in else ""
        return fitting.joined((guarantee.type, guarantee.grn, _money(guarantee), barred), " · ")

    def _equipment(self) -> None:
        """Up to three lines of containers with their seals; all of it in the list where they are more."""
        given = self.content.equipment
        if not given:
            for box in (layout.CONTAINER, layout.SEAL_COUNT, layout.SEAL_NUMBERS, layout.GOODS):
                self.sheet.value(box, 8, "—", 9)
            return
        shown = given if len(given) <= _LINES else given[: _LINES - 1]
        y = layout.CONTAINER.y + 7.8
        for each in shown:
            self._cell(layout.CONTAINER, y, each.container or "—", "19 07", strong=True)
            count = self.sheet.at(layout.SEAL_COUNT)
            self.sheet.page.text(count.x + count.width / 2, y, str(len(each.seals)), 8, face=bold(), align=0.5)
            self._cell(layout.SEAL_NUMBERS, y, ", ".join(each.seals) or "—", "19 10", strong=True)
            self._cell(layout.GOODS, y, each.goods or self.sheet.first.say("td_all"), "19 07")
            y += 3.7
        if len(given) > len(shown):
            rest = [f"{each.container}: {', '.join(each.seals) or '—'} [{each.goods}]" for each in given[len(shown) :]]
            mark = self.spill.keep("19 07", 0, rest)
            side = self.sheet.start(self.sheet.at(layout.CONTAINER))
            self.sheet.line(side, y, f"+ {len(rest)}: {mark}", 40, 7.4, face=bold(), colour=RED)

    def _cell(self, box: Box, y: float, text: str, mark: str, *, strong: bool = False) -> None:
        placed = self.sheet.at(box)
        face = bold() if strong else None
        self.spill.line(self.sheet.start(placed), y, placed.width - 3, text, 8, box=mark, face=face, smallest=6)

    def _documents(self) -> None:
        papers = self.content.documents
        for box, given, mark in (
            (layout.PREVIOUS, papers.previous, "12 01"),
            (layout.TRANSPORT_DOCUMENTS, papers.transport, "12 05"),
            (layout.SUPPORTING, papers.supporting, "12 03"),
            (layout.REFERENCES, papers.references, "12 04"),
        ):
            self._lines(box, given, mark, 7, 2, 4)

    def _incidents(self) -> None:
        """What an office has dealt with; the rest of the box is for what is written by hand."""
        told = [self._incident(each) for each in self.content.incidents]
        if told:
            placed = self.sheet.at(layout.INCIDENTS)
            room = Box(placed.x + 1.4, placed.y + 4.2, placed.width - 2.8, placed.height - 4.2)
            self.spill.text(room, told, 6.6, 4, box="19 11", listed=True, smallest=5.4, between=" ‖ ")

    def _incident(self, incident: Incident) -> str:
        said, _other = self.sheet.said(f"td_incident_{incident.code}", incident.code)
        seals = f"{self.sheet.first.say('td_new_seals')}: {', '.join(incident.seals)}" if incident.seals else ""
        day = self.sheet.clock(incident.at)
        words = (f"{incident.code} {said}", day, incident.place, incident.means, seals, incident.office, incident.text)
        return fitting.joined(words, " · ")

    def _control(self) -> None:
        sheet, control = self.sheet, self.content.control
        placed = sheet.at(layout.RESULT)
        first, second = sheet.said(f"td_result_{control.result}", control.result)
        sheet.line(
            sheet.start(placed), placed.y + 6.8, f"{control.result} · {first}", 43, 7.6, face=bold(), colour=GREEN,
            base=sheet.first.base,
        )  # fmt: skip
        sheet.line(sheet.start(placed), placed.y + 10.2, second, 43, 6.6, colour=LABEL)
        seals = (f"{len(control.seals)}: {', '.join(control.seals)}",) if control.seals else ("—",)
        self._lines(layout.SEALS, seals, "19 10", 7.4, 2, 4.1)
        sheet.lines(layout.OFFICER, 8.6, self.content.issued_by, 9, 3, strong=True)
        sheet.value(layout.OFFICER, 20.6, self.content.post.code, 8, colour=LABEL)
        sheet.signature(layout.SIGNATURE, y=7.6)


def _money(guarantee: Guarantee) -> str:
    return "—" if guarantee.amount is None else f"{amount(guarantee.amount)} {guarantee.currency}"
