"""Act of inspection, version 1: who looked at what, in which way, and what was found beside what is declared.

`render` turns a frozen `InspectionAct` into the bytes of a PDF: A4, two languages side by side, signed, with its data
inside; the same input gives the same bytes, apart from the signature itself. It goes on over as many pages as it takes.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial

from forms.inspection_act import v1_tables as tables
from forms.inspection_act.v1_content import InspectionAct
from forms.inspection_act.v1_sample import SAMPLE
from forms.kit import fitting, flow, paper, signature
from forms.kit.canvas import Box
from forms.kit.fonts import bold, regular
from forms.kit.numbers import amount
from forms.kit.paper import DATA_FILE, QR_FILE, Form, Named, Paper, Print
from forms.kit.sheet import GREEN, INK, RED, Sheet

__all__ = ["DATA_FILE", "QR_FILE", "SAMPLE", "VERSION", "InspectionAct", "render"]

VERSION = 1

_FORM = Form("Guzar IA-1", "InspectionAct", "Act of inspection")

# Geometry in millimetres from the top left, for a page that reads from the left.
_START = Box(12, 69, 38, 18)
_END = Box(50, 69, 38, 18)
_KIND = Box(88, 69, 26, 18)
_CONCLUSION = Box(114, 69, 40, 18)
_CONSIGNOR = Box(12, 89, 93, 22)
_CONSIGNEE = Box(105, 89, 93, 22)
_ROUTE = Box(12, 111, 46, 11)
_PAPERS = Box(58, 111, 96, 11)
_PLACE = Box(154, 111, 44, 11)
_VEHICLE = Box(12, 122, 46, 12)
_TRAILER = Box(58, 122, 46, 12)
_CONTAINERS = Box(104, 122, 50, 12)
_DRIVER = Box(154, 122, 44, 12)
_IDENTITY = Box(12, 134, 46, 13)
_EXTENT = Box(58, 134, 32, 13)
_GROSS = Box(90, 134, 36, 13)
_PACKAGES = Box(126, 134, 28, 13)
_GROUND = Box(154, 134, 44, 13)
_FIRST = flow.Room(148, 249)
#: Of the words of the conclusion: their lines, and how many are kept together at their beginning.
_TEXT_SIZE, _TEXT_LINE = 7.6, 3.5
_CONCLUDED = 6.4
#: Of the second copy: its boxes from the top of the strip.
_RECEIVED = (
    ("ia_received_at", Box(12, 0, 50, 15)),
    ("ia_name", Box(62, 0, 68, 15)),
    ("ia_signature", Box(130, 0, 68, 15)),
)


def render(
    content: InspectionAct,
    *,
    languages: tuple[str, str],
    qr_text: str,
    data: bytes,
    copy: int = 0,
    copy_reason: str = "",
    signer: signature.Signer | None = None,
    printed_at: datetime | None = None,
) -> bytes:
    """The PDF of an act.

    `languages` are two of en, tg, ru, fa_AF, ps, the first one leading. `qr_text` is printed as the QR code and kept
    inside as `document.qr`; `data` is kept as `document.json`. `copy` 0 is the original; a copy says COPY n and why.
    `printed_at` (aware; the time of issue if left out) is the time of the signature. Without a signer the page says
    that it is not signed. ValueError for an unknown language, an MRN that no barcode can carry or a naive time.
    """
    printed = Print(languages, qr_text, data, copy, copy_reason, printed_at or content.issued_at, signer)
    named = Named("inspection_act", content.number, content.mrn, content.post, content.key_id)
    sheet = Paper(_FORM, named, printed, _template(languages))
    sheet.begin("first")
    sheet.head(content.reference)
    _boxes(sheet, content)
    _transport(sheet, content)
    sheet.seal(content.concluded_by)
    sheet.place_signature()
    sheet.strips(_strips(sheet, content), _FIRST, paper.FOLLOWING)
    return sheet.close(sheet.first.say("inspection_act"))


@lru_cache(32)
def _template(languages: tuple[str, str]) -> paper.Template:
    return paper.template(
        languages,
        {"first": _fixed_first, "following": lambda sheet: paper.fixed_following(sheet, "inspection_act")},
    )


def _fixed_first(sheet: Sheet) -> None:
    paper.fixed_head(sheet, "inspection_act", "ia_number")
    for box, key in (
        (_START, "ia_start"),
        (_END, "ia_end"),
        (_KIND, "ia_kind"),
        (_CONCLUSION, "ia_conclusion"),
        (_CONSIGNOR, "consignor"),
        (_CONSIGNEE, "consignee"),
        (_ROUTE, "ia_route"),
        (_PAPERS, "ia_papers"),
        (_PLACE, "ia_place"),
        (_VEHICLE, "vehicle"),
        (_TRAILER, "trailer"),
        (_CONTAINERS, "containers"),
        (_DRIVER, "driver"),
        (_GROUND, "ia_ground"),
    ):
        sheet.box(box, key)
    for box, key in (
        (_IDENTITY, "ia_identity"),
        (_EXTENT, "ia_extent"),
        (_GROSS, "ia_gross"),
        (_PACKAGES, "ia_packages"),
    ):
        sheet.box(box, key, stacked=True)
    _twice(sheet, _GROUND, "ia_ground_control")
    paper.fixed_foot(sheet, "ia_officer")


def _twice(sheet: Sheet, box: Box, key: str) -> None:
    """A word in both languages, one below the other."""
    placed = sheet.at(box)
    for speech, side, y in ((sheet.first, sheet.start(placed), 7.4), (sheet.second, sheet.end(placed), 11.2)):
        face = bold() if y < 8 else regular()
        sheet.line(side, placed.y + y, speech.say(key), placed.width - 3, 7.6, face=face, base=speech.base)


def _boxes(sheet: Paper, content: InspectionAct) -> None:
    sheet.day(_START, content.began_at, size=8)
    sheet.day(_END, content.ended_at, size=8)
    conform = content.conclusion == "conform"
    for box, key, colour in (
        (_KIND, f"ia_kind_{content.inspected}", INK),
        (_CONCLUSION, f"ia_{content.conclusion}", GREEN if conform else RED),
    ):
        placed = sheet.at(box)
        said = sheet.said(key, content.inspected if box is _KIND else content.conclusion)
        speeches = ((sheet.first, sheet.start(placed), 9.0), (sheet.second, sheet.end(placed), 14.4))
        for text, (speech, side, y) in zip(said, speeches, strict=True):
            sheet.line(side, placed.y + y, text, placed.width - 3, 9, face=bold(), colour=colour, base=speech.base)
    sheet.party(_CONSIGNOR, content.consignor)
    sheet.party(_CONSIGNEE, content.consignee)
    route = " → ".join(code or "—" for code in (content.dispatched_from, content.destined_for))
    sheet.value(_ROUTE, 8.6, route, 9)
    sheet.lines(_PAPERS, 7.0, "; ".join(content.papers) or "—", 7.6, 2, smallest=5, strong=True)
    sheet.lines(_PLACE, 7.0, content.place or "—", 8, 2, smallest=5.4, strong=True)
    sheet.value(_IDENTITY, 10.6, content.driver_paper or "—", 8.5)
    sheet.value(_EXTENT, 10.6, "—" if content.extent is None else f"{content.extent} %", 9)
    sheet.value(_GROSS, 10.6, "—" if content.gross_kg is None else amount(content.gross_kg), 9)
    sheet.value(_PACKAGES, 10.6, "—" if content.packages is None else amount(content.packages), 9)


def _transport(sheet: Paper, content: InspectionAct) -> None:
    for box, vehicle in ((_VEHICLE, content.vehicle), (_TRAILER, content.trailer)):
        at = sheet.at(box)
        sheet.line(sheet.start(at), at.y + 9, vehicle.plate or "—", 27, 11, face=bold())
        sheet.country(at, 9, vehicle.country, 16)
    shown = ", ".join(content.containers) or "—"
    sheet.lines(_CONTAINERS, 7.2 if len(shown) > 26 else 9, shown, 8.5, 2, smallest=5.4, strong=True)
    sheet.lines(
        _DRIVER, 7.2 if len(content.driver) > 24 else 9, content.driver or "—", 8.5, 2, smallest=5.4, strong=True
    )


def _strips(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    return [
        *_conclusion(sheet, content),
        *tables.steps(sheet, content),
        *tables.findings(sheet, content),
        *tables.measures(sheet, content),
        *tables.seals(sheet, content),
        *tables.samples(sheet, content),
        *tables.pictures(sheet, content),
        *tables.persons(sheet, content),
        *tables.signatures(sheet, content),
        flow.gap(2),
        sheet.section("ia_second_copy"),
        flow.Strip(16, partial(_second_copy, sheet)),
    ]


def _conclusion(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    """What it comes to in words, and what is recommended to whoever decides."""
    strips = [sheet.section("ia_conclusion", "ia_decided_elsewhere")]
    text = tables.lines_of(content.summary, 183, _TEXT_SIZE)
    base = fitting.direction(fitting.clean(content.summary))
    strips += [flow.Strip(_TEXT_LINE, partial(_line, sheet, each, base)) for each in text]
    if content.recommendation:
        strips.append(flow.Strip(_CONCLUDED, partial(_recommended, sheet, content.recommendation)))
    return strips


def _line(sheet: Paper, text: str, base: int, y: float) -> None:
    whole = Box(12, y, 186, _TEXT_LINE)
    sheet.line(sheet.start(whole), y + 2.7, text, 184, _TEXT_SIZE, base=base)


def _recommended(sheet: Paper, recommendation: str, y: float) -> None:
    whole = Box(12, y, 186, _CONCLUDED)
    said = sheet.said(f"ia_rec_{recommendation}", recommendation)
    for speech, side, text in zip(
        (sheet.first, sheet.second), (sheet.start(whole), sheet.end(whole)), said, strict=True
    ):
        told = f"{speech.say('ia_recommended')}: {text}" if text else ""
        sheet.line(side, y + 4, told, 90, 8.2, face=bold(), colour=INK, base=speech.base)


def _second_copy(sheet: Paper, y: float) -> None:
    """Boxes to be filled in by hand."""
    for key, box in _RECEIVED:
        sheet.box(box._replace(y=y), key)
