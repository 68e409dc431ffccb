"""Where the boxes of a transit accompanying document stand, version 1; in millimetres from the top left, for a page that
reads from the left. The rows follow each other as in the documents of common transit."""

from __future__ import annotations

from forms.kit import flow, paper
from forms.kit.canvas import Box
from forms.kit.sheet import INK, LINE, NAVY, WHITE, Sheet

KIND = Box(12, 69, 36, 9)
TYPE = Box(12, 78, 36, 9)
LIMIT = Box(48, 69, 54, 18)
RELEASED = Box(102, 69, 52, 18)
HOLDER = Box(12, 88.5, 46.5, 22)
REPRESENTATIVE = Box(58.5, 88.5, 46.5, 22)
CONSIGNOR = Box(105, 88.5, 46.5, 22)
CONSIGNEE = Box(151.5, 88.5, 46.5, 22)
LRN = Box(12, 110.5, 46.5, 9.5)
UCR = Box(58.5, 110.5, 46.5, 9.5)
HOUSES = Box(105, 110.5, 18, 9.5)
ITEMS = Box(123, 110.5, 18, 9.5)
PACKAGES = Box(141, 110.5, 24, 9.5)
GROSS = Box(165, 110.5, 33, 9.5)
VEHICLE = Box(12, 120, 38, 10.5)
TRAILER = Box(50, 120, 38, 10.5)
BORDER = Box(88, 120, 44, 10.5)
MODES = Box(132, 120, 16, 10.5)
DRIVER = Box(148, 120, 50, 10.5)
LOADING = Box(12, 130.5, 50, 9.5)
UNLOADING = Box(62, 130.5, 50, 9.5)
LOCATION = Box(112, 130.5, 86, 9.5)
DEPARTURE = Box(12, 140, 46.5, 14)
TRANSIT = Box(58.5, 140, 46.5, 14)
EXIT = Box(105, 140, 46.5, 14)
DESTINATION = Box(151.5, 140, 46.5, 14)
DISPATCHED = Box(12, 154, 30, 9.5)
DESTINED = Box(42, 154, 30, 9.5)
ROUTING = Box(72, 154, 40, 9.5)
ITINERARY = Box(112, 154, 86, 9.5)
GUARANTEE = Box(12, 163.5, 186, 14.5)
#: Where the movement is under a TIR carnet.
CARNET = Box(12, 163.5, 62, 14.5)
GUARANTEE_BESIDE = Box(74, 163.5, 124, 14.5)
EQUIPMENT = Box(12, 178, 186, 16.5)
PREVIOUS = Box(12, 194.5, 46.5, 11)
TRANSPORT_DOCUMENTS = Box(58.5, 194.5, 46.5, 11)
SUPPORTING = Box(105, 194.5, 46.5, 11)
REFERENCES = Box(151.5, 194.5, 46.5, 11)
INCIDENTS = Box(12, 206.5, 93, 20.5)
CERTIFICATION = Box(105, 206.5, 93, 20.5)
AT_DEPARTURE = Box(12, 228, 186, 4.6)
RESULT = Box(12, 232.6, 46, 11.4)
SEALS = Box(12, 244, 46, 11.4)
OFFICER = Box(58, 232.6, 30, 22.8)
SIGNATURE = Box(88, 232.6, 62, 22.8)
STAMP = Box(150, 232.6, 48, 22.8)
AT_DESTINATION = Box(12, 256.4, 186, 4.6)
ARRIVED = Box(12, 261, 34, 18)
EXAMINED = Box(46, 261, 42, 18)
REMARKS = Box(88, 261, 62, 18)
DESTINATION_STAMP = Box(150, 261, 48, 18)

#: No item stands on the first page.
FIRST = flow.Room(paper.FOOTER, paper.FOOTER)
FOLLOWING = flow.Room(39, 277)
#: The MRN for readers of paper, on every following page.
BARCODE = Box(12, 26, 186, 11)
BARCODE_HEIGHT = 8.5

_SIDE_BY_SIDE = (
    (KIND, "td_kind"),
    (TYPE, "td_type"),
    (LIMIT, "td_limit"),
    (RELEASED, "td_released"),
    (HOLDER, "td_holder"),
    (REPRESENTATIVE, "td_representative"),
    (CONSIGNOR, "consignor"),
    (CONSIGNEE, "consignee"),
    (LRN, "td_lrn"),
    (UCR, "td_ucr"),
    (HOUSES, "td_houses"),
    (ITEMS, "items"),
    (PACKAGES, "packages"),
    (GROSS, "gross_kg"),
    (VEHICLE, "vehicle"),
    (TRAILER, "trailer"),
    (BORDER, "td_border"),
    (MODES, "td_modes"),
    (DRIVER, "driver"),
    (LOADING, "td_loading"),
    (UNLOADING, "td_unloading"),
    (LOCATION, "td_location"),
    (DEPARTURE, "td_departure"),
    (TRANSIT, "td_transit"),
    (EXIT, "td_exit"),
    (DESTINATION, "td_destination"),
    (DISPATCHED, "td_dispatch"),
    (DESTINED, "td_country"),
    (ROUTING, "td_routing"),
    (ITINERARY, "td_itinerary"),
    (PREVIOUS, "td_previous"),
    (TRANSPORT_DOCUMENTS, "td_transport_documents"),
    (SUPPORTING, "td_documents"),
    (REFERENCES, "td_references"),
    (INCIDENTS, "td_incidents"),
    (CERTIFICATION, "td_certification"),
    (RESULT, "td_result"),
    (SEALS, "td_seals_affixed"),
    (OFFICER, "issued_by"),
    (SIGNATURE, "electronic_signature"),
    (STAMP, "signature_and_stamp"),
    (ARRIVED, "td_arrival_date"),
    (EXAMINED, "td_seals_examined"),
    (REMARKS, "remarks"),
    (DESTINATION_STAMP, "signature_and_stamp"),
)


def first_page(sheet: Sheet, *, tir: bool) -> None:
    """The fixed part of the first page; under a carnet its box stands beside the guarantees."""
    paper.fixed_head(sheet, "transit_document", "td_number")
    for box, key in _SIDE_BY_SIDE:
        sheet.box(box, key)
    sheet.box(GUARANTEE_BESIDE if tir else GUARANTEE, "td_guarantee")
    if tir:
        sheet.box(CARNET, "td_carnet")
    _equipment(sheet)
    for box, key in ((AT_DEPARTURE, "td_control_departure"), (AT_DESTINATION, "td_control_destination")):
        sheet.page.fill(box, NAVY)
        sheet.both(sheet.at(box), box.y + 3.3, key, 7.2, colour=WHITE)
    sheet.page.frame(sheet.at(INCIDENTS), INK, 0.9)
    sheet.page.frame(sheet.at(CERTIFICATION), INK, 0.9)
    paper.footer_rule(sheet)


#: The columns of containers and seals.
CONTAINER = Box(12, 178, 44, 16.5)
SEAL_COUNT = Box(56, 178, 16, 16.5)
SEAL_NUMBERS = Box(72, 178, 88, 16.5)
GOODS = Box(160, 178, 38, 16.5)


def _equipment(sheet: Sheet) -> None:
    for box, key in (
        (CONTAINER, "td_container"),
        (SEAL_COUNT, "td_seal_count"),
        (SEAL_NUMBERS, "td_seals"),
        (GOODS, "td_goods"),
    ):
        sheet.box(box, key)


def following_page(sheet: Sheet) -> None:
    """The fixed part of the pages of the list."""
    paper.fixed_following(sheet, "transit_document")
    sheet.page.rule(12, FOLLOWING.top - 1.5, 198, FOLLOWING.top - 1.5, LINE, 0.4)
