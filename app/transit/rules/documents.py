"""Rules about papers: supporting, transport and previous documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.text import _, compact
from app.transit.rules.context import Context, Path
from app.transit.rules.registry import DOCUMENTS, Failures, rule

_CARNET = "952"
_ROAD = "3"


def _rows(context: Context, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for nth, row in enumerate(context.header.get(name) or ()):
        yield (name, nth), row


@rule(
    "papers.type-unknown",
    box="12 03",
    pointer="/documents/*/type",
    of=DOCUMENTS,
    says=_("{type} is no type of document."),
    remedy=_("Choose one of the list, such as 380 for an invoice."),
    source="Code list document_type (UN/EDIFACT 1001)",
)
def type_known(context: Context) -> Failures:
    known = context.codes["document_type"]
    for path, document in context.documents():
        if known[document["type"]] is None:
            yield (*path, "type"), {"type": document["type"]}


@rule(
    "papers.transport-type-unknown",
    box="12 05",
    pointer="/transport_documents/*/type",
    of=DOCUMENTS,
    says=_("{type} is no type of transport document."),
    remedy=_("Choose one of the list, such as N730 for a road consignment note."),
    source="Code list transport_document_type (NCTS)",
)
def transport_type_known(context: Context) -> Failures:
    known = context.codes["transport_document_type"]
    for path, document in _rows(context, "transport_documents"):
        if known[document["type"]] is None:
            yield (*path, "type"), {"type": document["type"]}


@rule(
    "papers.previous-type-unknown",
    box="12 01",
    pointer="/previous_documents/*/type",
    of=DOCUMENTS,
    says=_("{type} is no type of previous document."),
    remedy=_("Choose one of the list, such as NMRN for a declaration with an MRN."),
    source="Code list previous_document_type (NCTS)",
)
def previous_type_known(context: Context) -> Failures:
    known = context.codes["previous_document_type"]
    for path, document in context.previous_documents():
        if known[document["type"]] is None:
            yield (*path, "type"), {"type": document["type"]}


@rule(
    "papers.transport-missing",
    box="12 05",
    pointer="/transport_documents",
    of=DOCUMENTS,
    severity="warning",
    says=_("The goods go by road, and no transport document is named."),
    remedy=_("Write the consignment note (CMR), type N730."),
    source="CMR Convention, article 4; NCTS data element 12 05",
)
def transport_missing(context: Context) -> Failures:
    if context.transport.get("border_mode") == _ROAD and not context.header.get("transport_documents"):
        yield ("transport_documents",), {}


@rule(
    "papers.repeated",
    box="12 03",
    pointer="/documents/*",
    of=DOCUMENTS,
    severity="warning",
    says=_("Document {type} {number} stands twice at the same place."),
    remedy=_("Remove one."),
    source="NCTS data element 12 03",
)
def repeated(context: Context) -> Failures:
    seen: set[tuple[Path, str, str]] = set()
    for path, document in context.documents():
        here = (path[:-1], document["type"], compact(document["number"]))
        if here in seen:
            yield path, {"type": document["type"], "number": document["number"]}
        seen.add(here)


@rule(
    "papers.dated-ahead",
    box="12 03",
    pointer="/documents/*/date",
    of=DOCUMENTS,
    severity="warning",
    says=_("The document is dated {day}, which has not come."),
    remedy=_("Correct the date."),
    source="NCTS data element 12 03",
)
def dated_ahead(context: Context) -> Failures:
    today = context.today.isoformat()
    for path, document in context.documents():
        if (document.get("date") or "") > today:
            yield (*path, "date"), {"day": document["date"]}


@rule(
    "papers.expired",
    box="12 03",
    pointer="/documents/*/expires",
    of=DOCUMENTS,
    severity="warning",
    says=_("The document was valid until {day}."),
    remedy=_("Name one that is valid, or correct the date."),
    source="NCTS data element 12 03, validity date",
)
def expired(context: Context) -> Failures:
    today = context.today.isoformat()
    for path, document in context.documents():
        if document.get("expires") and document["expires"] < today:
            yield (*path, "expires"), {"day": document["expires"]}


@rule(
    "papers.other-carnet",
    box="12 03, 12 06",
    pointer="/documents/*/number",
    of=DOCUMENTS,
    says=_("Carnet {number} stands among the documents, and the movement goes under {carnet}."),
    remedy=_("Remove the document, or correct one of the numbers."),
    source="TIR Convention, article 17: one carnet for a road vehicle or a combination of vehicles",
)
def other_carnet(context: Context) -> Failures:
    carnet = context.setting.declared.carnet
    if not carnet:
        return
    for path, document in context.documents():
        if document["type"] == _CARNET and compact(document["number"]) != carnet:
            yield (*path, "number"), {"number": document["number"], "carnet": carnet}


@rule(
    "papers.previous-repeated",
    box="12 01",
    pointer="/previous_documents/*",
    of=DOCUMENTS,
    severity="warning",
    says=_("Previous document {type} {reference} stands twice at the same place."),
    remedy=_("Remove one."),
    source="NCTS data element 12 01",
)
def previous_repeated(context: Context) -> Failures:
    seen: set[tuple[Path, str, str]] = set()
    for path, document in context.previous_documents():
        here = (path[:-1], document["type"], compact(document["reference"]))
        if here in seen:
            yield path, {"type": document["type"], "reference": document["reference"]}
        seen.add(here)
