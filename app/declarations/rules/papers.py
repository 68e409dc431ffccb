"""Rules of the documents themselves: numbers, dates, issuers, and whether they fit the journey."""

from __future__ import annotations

import re
from typing import Any

from app.core.text import _
from app.declarations.rules.context import Context
from app.declarations.rules.previous import placeholder
from app.declarations.rules.registry import Failures, Path, rule

_BOX_44 = "UN layout key, box 44"
_KYOTO = "Revised Kyoto Convention, General Annex, standard 3.16"
#: Certificates and permits that an authority gives for a time: types of UN/EDIFACT 1001.
PERMITS = frozenset({"811", "851", "852", "853", "911", "941"})
_CERTIFICATES = PERMITS | {"861", "864", "865"}


@rule(
    "document.number",
    box="44",
    pointer="/documents/*/number",
    of="documents",
    severity="warning",
    says=_("“{number}” is no number of a document."),
    remedy=_("Give the number that stands on it, or leave the document out."),
    source=_BOX_44,
)
def no_number(context: Context) -> Failures:
    for path, document in context.documents:
        if placeholder(document["number"]):
            yield (*path, "number"), {"number": document["number"]}


@rule(
    "document.date-missing",
    box="44",
    pointer="/items/*/documents/*/date",
    of="documents",
    severity="warning",
    says=_("Certificate {number} (type {type}) has no date."),
    remedy=_("Give the day of issue that stands on it."),
    source=_KYOTO,
)
def date_missing(context: Context) -> Failures:
    for path, document in context.documents:
        if document["type"] in _CERTIFICATES and not document.get("date"):
            yield (*path, "date"), {"number": document["number"], "type": document["type"]}


_OLDEST_YEARS = 5


@rule(
    "document.old",
    box="44",
    pointer="/items/*/documents/*/date",
    of="documents",
    severity="warning",
    says=_("Certificate {number} is of {date}, more than {years} years ago."),
    remedy=_("Check the year, and whether it is still in force."),
    source=_KYOTO + "; the limit is Guzar's proposal",
)
def old_certificate(context: Context) -> Failures:
    first = f"{context.today.year - _OLDEST_YEARS:04d}-{context.today:%m-%d}"
    for path, document in context.documents:
        day = document.get("date")
        if day and day < first and document["type"] in _CERTIFICATES and not document.get("expires"):
            yield (*path, "date"), {"number": document["number"], "date": day, "years": _OLDEST_YEARS}


@rule(
    "document.expired",
    box="44",
    pointer="/items/*/documents/*/expires",
    of="documents",
    severity="warning",
    blocks=True,
    says=_("Document {number} (type {type}) expired on {date}."),
    remedy=_("Bring one that is in force on the day of the declaration."),
    source=_KYOTO,
)
def expired(context: Context) -> Failures:
    today = context.today.isoformat()
    for path, document in context.documents:
        day = document.get("expires")
        if day and day < today:
            yield (*path, "expires"), {"number": document["number"], "type": document["type"], "date": day}


@rule(
    "document.expires-before-issue",
    box="44",
    pointer="/items/*/documents/*/expires",
    of="documents",
    says=_("The document expires on {expires}, before its day of issue, {date}."),
    remedy=_("Correct one of the days."),
    source=_BOX_44,
)
def expires_before_issue(context: Context) -> Failures:
    for path, document in context.documents:
        day, last = document.get("date"), document.get("expires")
        if day and last and last < day:
            yield (*path, "expires"), {"date": day, "expires": last}


@rule(
    "document.issuer",
    box="44",
    pointer="/items/*/documents/*/issuer",
    of="documents",
    severity="warning",
    says=_("Permit {number} (type {type}) has an attached file or a last day, but nobody who issued it."),
    remedy=_("Name the authority that issued it, so that it can be asked."),
    source=_KYOTO,
)
def issuer_missing(context: Context) -> Failures:
    for path, document in context.documents:
        described = document.get("attachment") or document.get("expires")
        if document["type"] in PERMITS and described and not document.get("issuer"):
            yield (*path, "issuer"), {"number": document["number"], "type": document["type"]}


@rule(
    "document.repeated",
    box="44",
    pointer="/items/*/documents/*",
    of="documents",
    severity="warning",
    says=_("Document {number} of type {type} stands twice."),
    remedy=_("Remove one."),
    source=_BOX_44,
)
def repeated(context: Context) -> Failures:
    place: Path = ()
    seen: set[tuple[str, str]] = set()
    for path, document in context.documents:
        if path[:-1] != place:
            place, seen = path[:-1], set()
        line = (document["type"], document["number"])
        if line in seen:
            yield path, {"type": document["type"], "number": document["number"]}
        seen.add(line)


@rule(
    "document.same-file",
    box="44",
    pointer="/items/*/documents/*/attachment",
    of="documents",
    severity="warning",
    says=_("The same file is attached as document {number} and as document {other}."),
    remedy=_("Attach to each document its own scan."),
    source=_BOX_44,
)
def same_file(context: Context) -> Failures:
    seen: dict[Any, str] = {}
    for path, document in context.documents:
        file = document.get("attachment")
        if not file:
            continue
        other = seen.setdefault(file, document["number"])
        if other != document["number"]:
            yield (*path, "attachment"), {"number": document["number"], "other": other}


_PROFORMA = "325"
_INVOICES = frozenset({"380", "935", "386", "385"})


@rule(
    "document.proforma",
    box="44",
    pointer="/documents",
    of="documents",
    severity="warning",
    says=_("The only invoice is a proforma."),
    remedy=_("Add the commercial invoice (380), or say in the additional information why there is none."),
    source="WTO Agreement on Customs Valuation, article 1: the price actually paid",
)
def only_a_proforma(context: Context) -> Failures:
    types = {document["type"] for _path, document in context.documents}
    if _PROFORMA in types and types.isdisjoint(_INVOICES):
        yield ("documents",), {}


#: Transport documents that belong to one mode alone.
_OF_MODE = {"730": "3", "720": "2", "722": "2", "740": "4", "741": "4", "750": "5"}
_COMBINED = "6"


@rule(
    "document.mode",
    box="44",
    pointer="/documents/*/type",
    of="documents",
    severity="warning",
    says=_("Document {number} (type {type}) belongs to mode {expected}, the goods cross the border by mode {mode}."),
    remedy=_("Correct the type of the document or box 25."),
    source="UN/CEFACT Recommendation 19; UN/EDIFACT 1001",
)
def document_of_the_mode(context: Context) -> Failures:
    mode = context.transport.get("border_mode")
    if not mode or mode == _COMBINED:
        return
    accepted = {mode, context.transport.get("inland_mode")}
    for path, document in context.documents:
        expected = _OF_MODE.get(document["type"])
        if expected and expected not in accepted:
            told = {"number": document["number"], "type": document["type"], "expected": expected, "mode": mode}
            yield (*path, "type"), told


_TIR = "952"
_TIR_NUMBER = re.compile(r"[A-Z]{2}\W?[0-9]{7,8}")


@rule(
    "document.tir-number",
    box="44",
    pointer="/documents/*/number",
    of="documents",
    severity="warning",
    says=_("{number} is no number of a TIR carnet."),
    remedy=_("It has two letters and seven or eight digits, such as XB12345678."),
    source="TIR Convention 1975; IRU numbering of carnets (not checked)",
)
def tir_number(context: Context) -> Failures:
    for path, document in context.documents:
        if document["type"] == _TIR and not _TIR_NUMBER.fullmatch(document["number"].upper().replace(" ", "")):
            yield (*path, "number"), {"number": document["number"]}


_MOST_SHOWN = 20


@rule(
    "document.many",
    box="44",
    pointer="/documents",
    of="documents",
    severity="warning",
    says=_("{found} documents are named for the whole declaration; box 44 shows {most}."),
    remedy=_("Name the documents of single goods in their items."),
    source=_BOX_44,
)
def many(context: Context) -> Failures:
    found = len(context.setting.declared.documents)
    if found > _MOST_SHOWN:
        yield ("documents",), {"found": found, "most": _MOST_SHOWN}
