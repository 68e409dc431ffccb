"""What stands in the boxes of the head and the foot of a Single Administrative Document, version 1."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from forms.clearance_permit.v1_content import Party
from forms.kit import dates, fitting
from forms.kit.canvas import MM, Box
from forms.kit.fonts import bold, regular
from forms.kit.numbers import amount
from forms.kit.paper import Paper
from forms.kit.sheet import INK, LABEL, NAVY, RED, WHITE, Side
from forms.kit.spill import Spill
from forms.sad.v1_content import Means, Sad
from forms.sad.v1_layout import BAND, FOOT, HEADER, HEADER_BIS, NOTE, QR, REASON, SIGNATURE, Spot

#: Stands after a rate that no administration has confirmed; the foot of the page says so.
UNVERIFIED = "†"

_INSET = 1.0
_VALUE = 7.6
#: Height of the titles of a box in both languages, one below the other.
_TITLES = 5.2
_BARCODE = 15


class Boxes:
    """Fills boxes of a sheet; texts without room go to the continuation list."""

    def __init__(self, sheet: Paper, content: Sad, spill: Spill) -> None:
        self.sheet = sheet
        self.content = content
        self.spill = spill

    def main(self) -> None:
        """All boxes but those of the item."""
        self.status()
        spots = {(spot.number, spot.title): spot for spot in (*HEADER, *FOOT)}
        self._parties(spots)
        self._declaration(spots[("1", "sad_1")], spots[("3", "sad_3")], 1)
        self.office(spots[("A", "sad_a")])
        for key, text in self._values().items():
            spot = spots[key]
            self.value(spot, text, figure=key[0] in ("5", "6", "12", "23"))
        self._divided(spots)
        self._texts(spots)
        self._control()
        self._declared(spots[("54", "sad_54")])

    def continuation(self, number: int) -> None:
        """The head of a continuation sheet: `number` is that of the sheet."""
        spots = {spot.number: spot for spot in HEADER_BIS}
        self.status()
        self._declaration(spots["1"], spots["3"], number)
        self.office(spots["A"])
        for half, party in enumerate((self.content.consignor, self.content.consignee)):
            self._named("8" if half else "2", party, spots["2/8"].box, 7.4 + half * 8.2)

    # --- parts -------------------------------------------------------------------------------------------------------

    def status(self) -> None:
        """In the band: original, copy or not signed, in both languages."""
        sheet, printed = self.sheet, self.sheet.printed
        key = "copy" if printed.copy else "original" if sheet.signed else "unsigned"
        size = 11 if printed.copy else 7
        if printed.copy:
            sheet.page.fill(Box(76, BAND.y, 58, BAND.height), RED)
        inner = (Side(105.8, 0.0), Side(104.2, 1.0))
        for speech, side in ((sheet.first, inner[not sheet.mirrored]), (sheet.second, inner[sheet.mirrored])):
            shown, fitted = fitting.one_line(speech.say(key, copy=printed.copy), bold(), 27 * MM, size, 5)
            sheet.page.text(
                side.x, BAND.y + 5, shown, fitted, face=bold(), align=side.align, base=speech.base, colour=WHITE
            )

    def office(self, spot: Spot) -> None:
        """Box A: the post, the MRN as barcode and text, the time of registration."""
        sheet, content = self.sheet, self.content
        placed = sheet.at(spot.box)
        name = f"{content.post.name(sheet.first.locale)} · {content.post.code}"
        middle = placed.x + placed.width / 2
        shown, size = fitting.one_line(fitting.clean(name), regular(), 34 * MM, 5.4, 4)
        sheet.page.text(middle, placed.y + 2.3, shown, size, align=0.5, colour=INK)
        below = placed.y + 21.5
        if content.mrn:
            sheet.bars(placed, placed.y + 3.3, content.mrn)
            sheet.line(sheet.start(placed, _INSET), below, content.mrn, 38, 8, face=bold())
        else:
            text = sheet.first.say("sad_not_lodged")
            sheet.page.text(middle, placed.y + 12, text, 11, face=bold(), align=0.5, base=sheet.first.base, colour=RED)
        if content.registered_at is not None:
            sheet.line(sheet.end(placed, _INSET), below, sheet.clock(content.registered_at), 28, 6.2)

    def value(self, spot: Spot, text: str, *, figure: bool = False) -> None:
        """A value on the last line of its box: at its start, a figure at its end."""
        sheet = self.sheet
        placed = sheet.at(spot.box)
        side = sheet.end(placed, _INSET) if figure else sheet.start(placed, _INSET)
        self.spill.line(
            side,
            placed.y + placed.height - 0.95,
            placed.width - 2 * _INSET,
            text,
            _VALUE,
            box=spot.number,
            face=bold(),
            smallest=5.4,
        )

    def cell(self, spot: Spot, part: int, text: str, *, item: int = 0) -> None:
        """A value in one of the parts of a divided box."""
        edges = (spot.box.x, *spot.divided, spot.box.x + spot.box.width)
        left, right = edges[part], edges[part + 1]
        placed = self.sheet.at(Box(left, spot.box.y, right - left, spot.box.height))
        self.spill.line(
            self.sheet.start(placed, _INSET),
            placed.y + placed.height - 0.95,
            placed.width - 2 * _INSET,
            text,
            _VALUE,
            box=spot.number.removesuffix("c"),
            item=item,
            face=bold(),
            smallest=5,
        )

    def _parties(self, spots: dict[tuple[str, str], Spot]) -> None:
        content = self.content
        for number, party, most, size in (
            ("2", content.consignor, 3, 8.0),
            ("8", content.consignee, 2, 8.0),
            ("9", content.financial, 1, 8.0),
            ("14", content.declarant, 2, 6.8),
        ):
            self._party(number, spots[(number, f"sad_{number}")].box, party, most, size)
        if content.licence:
            box = self.sheet.at(spots[("14", "sad_14")].box)
            end = self.sheet.end(box, _INSET)
            self.spill.line(end, box.y + 7.6, 24, content.licence, 7, box="14", face=bold())

    def _party(self, number: str, box: Box, party: Party, most: int, size: float) -> None:
        """Name and address, and on the last line the number and the country."""
        sheet = self.sheet
        placed = sheet.at(box)
        room = Box(placed.x + _INSET, placed.y + _TITLES - 0.4, placed.width - 2 * _INSET, 0)
        if number == "14" and self.content.licence:
            room = room._replace(width=room.width - 26, x=room.x + (26 if sheet.mirrored else 0))
        last = placed.y + box.height - 1.2
        below = self.spill.text(room, (party.name,), size, most, box=number, smallest=6, strong=True)
        if box.height > 13:
            under = room._replace(y=below + 0.2)
            left = int((last - 2.2 - under.y) / 2.7)
            self.spill.text(under, (party.address,), 6.4, max(1, min(most, left)), box=number, smallest=5.4)
        width = 35 if number == "9" else 44
        sheet.line(sheet.start(placed, _INSET), last, party.id, width, 7, face=bold(), colour=NAVY)
        sheet.country(placed, box.height - 1.2, party.country, 26, 6)
        if box.height <= 13 and party.address and number == "9":
            middle = Box(placed.x + 38, placed.y, 42, box.height)
            self.spill.line(sheet.start(middle), last, 42, party.address, 6, box=number, smallest=5)

    def _named(self, number: str, party: Party, box: Box, y: float) -> None:
        """A party in two lines: the number of its box and its name, its own number and its country."""
        sheet, placed = self.sheet, self.sheet.at(box)
        start = sheet.start(placed, _INSET)
        inner = sheet.start(placed, _INSET + 4)
        sheet.page.text(start.x, placed.y + y, number, 6, face=bold(), align=start.align, base=0, colour=LABEL)
        self.spill.line(inner, placed.y + y, placed.width - 6, party.name, 7.6, box=number, face=bold())
        sheet.line(inner, placed.y + y + 3.6, party.id, 40, 6.8, face=bold(), colour=NAVY)
        sheet.country(placed, y + 3.6, party.country, 26, 6)

    def _declaration(self, kind: Spot, forms: Spot, number: int) -> None:
        content = self.content
        parts = (content.declaration_type, content.general_procedure, content.transit_type or content.additional_type)
        for part, text in enumerate(parts):
            self.cell(kind, part, text)
        self.cell(forms, 0, amount(number))
        self.cell(forms, 1, amount(content.forms))

    def _values(self) -> dict[tuple[str, str], str]:
        content = self.content
        packages = content.total_packages
        if packages is None:
            packages = sum(each.count for item in content.items for each in item.packages)
        return {
            ("4", "sad_4"): _number(content.loading_lists),
            ("5", "sad_5"): amount(len(content.items)),
            ("6", "sad_6"): amount(packages),
            ("7", "sad_7"): content.local_reference,
            ("10", "sad_10"): content.last_country,
            ("11", "sad_11"): content.trading_country,
            ("12", "sad_12"): _number(content.value_details),
            ("13", "sad_13"): content.agricultural_policy,
            ("15", "sad_15"): self._country(content.dispatch),
            ("16", "sad_16"): self._origin(),
            ("17", "sad_17"): self._country(content.destination),
            ("19", "sad_19"): "1" if content.container else "0",
            ("23", "sad_23"): self._exchange(),
            ("24", "sad_24"): content.transaction_nature,
            ("25", "sad_25"): content.border_mode,
            ("26", "sad_26"): content.inland_mode,
            ("27", "sad_27"): content.place_of_loading,
            ("29", "sad_29"): content.border_office,
            ("30", "sad_30"): content.location_of_goods,
            ("48", "sad_48"): content.deferred_payment,
            ("49", "sad_49"): content.warehouse,
            ("53", "sad_53"): content.destination_office,
            ("C", "sad_c"): content.departure_office,
        }

    def _country(self, code: str) -> str:
        return self.sheet.first.country(code) if code else ""

    def _exchange(self) -> str:
        content = self.content
        return _number(content.exchange_rate) + ("" if content.exchange_verified else f" {UNVERIFIED}")

    def _origin(self) -> str:
        origin = self.content.origin
        return self.sheet.first.say("sad_various") if origin == "VARIOUS" else self._country(origin)

    def _divided(self, spots: dict[tuple[str, str], Spot]) -> None:
        content = self.content
        for key, parts in (
            (("15", "sad_15a"), (content.dispatch, content.dispatch_region)),
            (("17", "sad_17a"), (content.destination, content.destination_region)),
            (("18", "sad_18"), _means(content.departure)),
            (("21", "sad_21"), _means(content.border)),
            (("20", "sad_20"), (content.delivery_code, content.delivery_place, content.delivery_situation)),
            (("22", "sad_22"), (content.currency, _number(content.invoice_total))),
            (("51", "sad_51"), _six(content.transit_offices)),
        ):
            for part, text in enumerate(parts):
                self.cell(spots[key], part, text)

    def _texts(self, spots: dict[tuple[str, str], Spot]) -> None:
        content = self.content
        self._block(spots[("28", "sad_28")], (content.banking,), 7.2, 3)
        guarantees = ("  ".join((each.reference, *each.not_valid_for)) for each in content.guarantees[:9])
        self.value(spots[("52", "sad_52")], "; ".join(guarantees))
        self.value(spots[("52", "sad_code")], content.guarantees[0].type if content.guarantees else "")
        self._principal(spots[("50", "sad_50")])

    def _block(self, spot: Spot, parts: tuple[str, ...], size: float, most: int) -> None:
        placed = self.sheet.at(spot.box)
        room = Box(placed.x + _INSET, placed.y + _TITLES - 0.4, placed.width - 2 * _INSET, 0)
        self.spill.text(room, parts, size, most, box=spot.number)

    def _principal(self, spot: Spot) -> None:
        content, sheet, party = self.content, self.sheet, self.content.principal
        placed = sheet.at(spot.box)
        by = f"{sheet.first.say('sad_50_by')}: {content.represented_by}" if content.represented_by else ""
        room = Box(placed.x + _INSET, placed.y + 3.2, placed.width - 2 * _INSET, 0)
        words = (party.id, party.name, party.address, party.country, by, content.principal_place)
        self.spill.text(room, words, 7.2, 2, box="50", between=" · ")

    def _control(self) -> None:
        """Box D/J: what the office decided, its electronic signature, and the QR code."""
        sheet, content, control = self.sheet, self.content, self.content.control
        placed = sheet.at(FOOT[-2].box)
        facts = [
            ("sad_result", sheet.said(f"decision_{control.result}", control.result)[0]),
            ("sad_seals", ", ".join(control.seals)),
            ("sad_time_limit", self._day(control.time_limit)),
            ("issued_by", " · ".join(filter(None, (control.officer or content.issued_by, self._at())))),
        ]
        y = placed.y + 6.4
        for key, text in facts:
            sheet.line(
                sheet.start(placed, _INSET), y, sheet.first.say(key), 22, 5.4, colour=LABEL, base=sheet.first.base
            )
            value = Box(placed.x + (0 if sheet.mirrored else 23), placed.y, placed.width - 23, 0)
            self.spill.line(sheet.start(value, _INSET), y, value.width - 2, text or "—", 6.8, box="D/J", face=bold())
            y += 3.5
        sheet.page.rule(placed.x, SIGNATURE.y, placed.x + placed.width, SIGNATURE.y, NAVY, 0.4)
        sheet.label(sheet.at(SIGNATURE), "electronic_signature")
        sheet.signature(SIGNATURE, y=6.4)
        code = sheet.at(QR)
        sheet.qr(code.x + 3.5, code.y + 2.6)

    def _at(self) -> str:
        at = self.content.control.at
        return "" if at is None else self.sheet.clock(at)

    def _day(self, day: date | None) -> str:
        """A day, and beside it the solar hijri date where a language of the page uses it."""
        if day is None:
            return ""
        speeches = (self.sheet.first, self.sheet.second)
        hijri = [dates.solar_hijri(day, each.locale) for each in speeches if dates.has_solar_hijri(each.locale)]
        return " · ".join([dates.gregorian(day), *hijri])

    def _declared(self, spot: Spot) -> None:
        """Box 54: where and when it was declared, by whom; below it room for a signature."""
        sheet, content = self.sheet, self.content
        placed = sheet.at(spot.box)
        lines = (content.place, self._day(content.day), content.declarant.name, content.representative)
        y = placed.y + 9.4
        for number, text in enumerate(lines):
            self.spill.line(
                sheet.start(placed, _INSET),
                y,
                placed.width - 2 * _INSET,
                text,
                7.6,
                box="54",
                face=bold() if number == 3 else None,
            )
            y += 4.2 if text else 0
        low = placed.y + placed.height - 6
        sheet.page.rule(placed.x + 6, low, placed.x + placed.width - 6, low, LABEL, 0.4)
        sheet.label(Box(placed.x + 5, low, placed.width - 10, 4), "signature_and_stamp")

    def notes(self) -> None:
        """Remarks between the boxes and the foot of the page: why a copy, what is provisional or unverified."""
        sheet, content = self.sheet, self.content
        printed = sheet.printed
        keys = ["provisional_note"] if content.provisional else []
        keys += ["unverified_note"] if content.unverified else []
        whole = Box(12, NOTE, 186, 0)
        sides = ((sheet.first, sheet.start(whole, 0)), (sheet.second, sheet.end(whole, 0)))
        for speech, side in sides:
            text = " · ".join(speech.say(key) for key in keys)
            sheet.line(side, NOTE, text, 91, 5.6, smallest=3.8, colour=RED, base=speech.base)
        if printed.copy:
            reason = f"{sheet.first.say('reason')}: {fitting.clean(printed.copy_reason)}"
            sheet.line(sides[0][1], REASON, reason, 130, 6, colour=RED, base=sheet.first.base)
            sheet.line(sides[1][1], REASON, sheet.clock(printed.moment), 50, 6, colour=RED)


def _number(value: Decimal | int | None) -> str:
    return "" if value is None else amount(value)


def _means(means: Means) -> tuple[str, str]:
    return means.identity, means.country


def _six(offices: tuple[str, ...]) -> tuple[str, ...]:
    """The offices of transit in the six parts of their box; the last part holds whatever is left."""
    return offices if len(offices) <= 6 else (*offices[:5], ", ".join(offices[5:]))
