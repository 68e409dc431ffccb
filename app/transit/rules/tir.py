"""Rules of TIR transports (TIR Convention, 1975)."""

from __future__ import annotations

import re

from app.core.text import _, compact
from app.transit.rules.context import Context
from app.transit.rules.registry import TIR, Failures, rule

#: Numbers up to here carry no letters.
_LAST_WITHOUT_LETTERS = 25_000_000
_NUMBER = re.compile(r"([A-Z]{2})?([0-9]{1,9})", re.ASCII)
SIZES = (4, 6, 14, 20)
MOST_OFFICES = 8
#: Guarantee of the carnet, in the list of kinds of guarantee.
TIR_GUARANTEE = "B"
#: Alcohol and tobacco for which ordinary carnets give no guarantee.
_SENSITIVE = ("220710", "2208", "240210", "240220", "240311", "240319")
_CARNET = "TIR Convention, annex 1: model of the TIR carnet"


def letters(number: int) -> str:
    """The two check letters of a carnet number above 25,000,000 (formula of the association that issues carnets)."""
    rest = number % 23
    letter = chr(ord("A") + (3 * rest + 17) % 26)
    return f"{letter}X" if rest < 12 else f"X{letter}"


@rule(
    "tir.carnet-missing",
    box="12 06",
    pointer="/carnet",
    of=TIR,
    fixed=True,
    says=_("A TIR transport goes under a carnet, and none is named."),
    remedy=_("Write the carnet, or declare another kind of transit."),
    source="TIR Convention, article 3 (b); NCTS condition C0411",
)
def carnet_missing(context: Context) -> Failures:
    if context.tir and not context.carnet:
        yield ("carnet",), {}


@rule(
    "tir.carnet-without-tir",
    box="12 06",
    pointer="/carnet",
    of=TIR,
    fixed=True,
    says=_("A TIR carnet is named, and this is no TIR transport."),
    remedy=_("Remove the carnet, or declare a TIR transport."),
    source="TIR Convention, article 3; NCTS condition C0411",
)
def carnet_of_other(context: Context) -> Failures:
    if context.carnet and not context.tir:
        yield ("carnet",), {}


@rule(
    "tir.carnet-number",
    box="12 06",
    pointer="/carnet/number",
    of=TIR,
    fixed=True,
    says=_("{number} does not look like the number of a TIR carnet."),
    remedy=_("Write it as it stands on the cover: two letters and eight or nine digits, such as JX72581267."),
    source="NCTS rule R0990",
)
def carnet_number(context: Context) -> Failures:
    if context.carnet and _parts(context) is None:
        yield ("carnet", "number"), {"number": context.carnet["number"]}


@rule(
    "tir.carnet-letters",
    box="12 06",
    pointer="/carnet/number",
    of=TIR,
    says=_("The letters of the carnet number {number} do not belong to its digits."),
    remedy=_("Read the number again from the cover of the carnet."),
    source="NCTS rule R0990: check letters of TIR carnets; numbers up to 25,000,000 have none",
)
def carnet_letters(context: Context) -> Failures:
    parts = _parts(context)
    if context.carnet is None or parts is None:
        return
    written, number = parts
    right = letters(number) if number > _LAST_WITHOUT_LETTERS else ""
    if written != right:
        yield ("carnet", "number"), {"number": context.carnet["number"]}


def _parts(context: Context) -> tuple[str, int] | None:
    """The letters of the carnet's number (or none) and its digits; None where it has another form."""
    if context.carnet is None:
        return None
    found = _NUMBER.fullmatch(compact(context.carnet["number"]))
    return (found[1] or "", int(found[2])) if found else None


@rule(
    "tir.carnet-expired",
    box="12 06",
    pointer="/carnet/valid_to",
    of=TIR,
    says=_("The carnet was valid until {day}; no office of departure accepts it any more."),
    remedy=_("Present a valid carnet."),
    source="TIR Convention, article 9: valid until accepted at departure, then to the end of the transport",
)
def carnet_expired(context: Context) -> Failures:
    carnet = context.carnet
    if carnet and not context.abroad and carnet["valid_to"] < context.today.isoformat():
        yield ("carnet", "valid_to"), {"day": carnet["valid_to"]}


@rule(
    "tir.volets",
    box="12 06",
    pointer="/carnet/volets",
    of=TIR,
    says=_("There are no TIR carnets of {volets} volets."),
    remedy=_("Carnets have 4, 6, 14 or 20 volets. Count again."),
    source=_CARNET,
)
def sizes(context: Context) -> Failures:
    if context.carnet and context.carnet["volets"] not in SIZES:
        yield ("carnet", "volets"), {"volets": context.carnet["volets"]}


@rule(
    "tir.page-beyond",
    box="12 06",
    pointer="/carnet/page",
    of=TIR,
    says=_("Page {page} is presented of a carnet of {volets} volets."),
    remedy=_("Correct the page or the number of volets."),
    source=_CARNET,
)
def page_beyond(context: Context) -> Failures:
    carnet = context.carnet
    if carnet and carnet["page"] > carnet["volets"]:
        yield ("carnet", "page"), {"page": carnet["page"], "volets": carnet["volets"]}


@rule(
    "tir.page-side",
    box="12 06",
    pointer="/carnet/page",
    of=TIR,
    says=_("Page {page} is one for exit and destination, and the goods depart or come in here."),
    remedy=_("Present the next page with an odd number."),
    source=_CARNET + ": odd pages for departure or entry, even pages for exit or destination",
)
def page_side(context: Context) -> Failures:
    if context.carnet and context.carnet["page"] % 2 == 0:
        yield ("carnet", "page"), {"page": context.carnet["page"]}


@rule(
    "tir.volets-too-few",
    box="12 06",
    pointer="/carnet/volets",
    of=TIR,
    says=_("From page {page} on the carnet is good for {left} countries, and the goods go through {countries}."),
    remedy=_("Present a carnet with more volets; each country takes a pair."),
    source=_CARNET + ": one pair of volets for each country",
)
def volets_enough(context: Context) -> Failures:
    carnet = context.carnet
    if not carnet or carnet["page"] > carnet["volets"]:
        return
    left = (carnet["volets"] - carnet["page"] + 1) // 2
    ahead = len(_ahead(context))
    if ahead > left:
        yield ("carnet", "volets"), {"page": carnet["page"], "left": left, "countries": ahead}


def _ahead(context: Context) -> set[str]:
    """The countries from here to the end, this one included: those of the route, else those of the offices."""
    routing = context.header["countries"].get("routing") or []
    if context.own in routing:
        return set(routing[routing.index(context.own) :])
    return {context.own, *(office.country for office in context.offices if office.role != "departure")}


@rule(
    "tir.volet-used",
    box="12 06",
    pointer="/carnet/page",
    of=TIR,
    says=_("Volet {page} of this carnet was taken out already."),
    remedy=_("Present the next one, or read the number of the carnet again."),
    source="TIR Convention, annex 1: a volet is used once",
)
def volet_used(context: Context) -> Failures:
    volets = context.setting.taken.volets
    if context.carnet and context.carnet["page"] in volets:
        page = context.carnet["page"]
        yield ("carnet", "page"), {"page": page}


@rule(
    "tir.offices",
    box="17 03, 17 05",
    pointer="/offices/destination",
    of=TIR,
    says=_("There are {count} offices of departure and destination, and at most {most} are allowed together."),
    remedy=_("Take offices away, or use a second carnet."),
    source="TIR Convention, article 18 (eight since 25 June 2022, C.N.91.2022)",
)
def offices(context: Context) -> Failures:
    count = len(context.named("departure", "destination"))
    if count > MOST_OFFICES:
        yield ("offices", "destination"), {"count": count, "most": MOST_OFFICES}


@rule(
    "tir.holder-number-missing",
    box="13 07",
    pointer="/holder/tir_id",
    of=TIR,
    says=_("The holder's number in the TIR system is missing."),
    remedy=_("Write it as it stands in box 3 of the carnet, such as TJK/087/1234567."),
    source="TIR Convention, annex 9, part II; NCTS data element 13 07, TIR holder identification number",
)
def holder_number(context: Context) -> Failures:
    if context.tir and not context.header["holder"].get("tir_id"):
        yield ("holder", "tir_id"), {}


@rule(
    "tir.holder-differs",
    box="12 06, 13 07",
    pointer="/carnet/holder_id",
    of=TIR,
    says=_("The carnet was issued to {carnet}, and the holder of this movement is {holder}."),
    remedy=_("Only the holder named in the carnet may use it. Correct one of the numbers."),
    source="TIR Convention, article 1 (o) and annex 9, part II",
)
def holder_differs(context: Context) -> Failures:
    holder = context.header["holder"].get("tir_id")
    named = context.carnet.get("holder_id") if context.carnet else None
    if holder and named and holder != named:
        yield ("carnet", "holder_id"), {"carnet": named, "holder": holder}


@rule(
    "tir.other-guarantee",
    box="99 02",
    pointer="/guarantees/*/type",
    of=TIR,
    says=_("A TIR transport is secured by its carnet, not by a guarantee of kind {type}."),
    remedy=_("Remove the guarantee, or write kind B."),
    source="TIR Convention, article 4; NCTS rule R0900",
)
def other_guarantee(context: Context) -> Failures:
    if not context.tir:
        return
    for nth, guarantee in enumerate(context.guarantees):
        if guarantee["type"] != TIR_GUARANTEE:
            yield ("guarantees", nth, "type"), {"type": guarantee["type"]}


@rule(
    "tir.guarantee-without-tir",
    box="99 02",
    pointer="/guarantees/*/type",
    of=TIR,
    says=_("Kind B is the guarantee of a TIR carnet, and this is no TIR transport."),
    remedy=_("Name a guarantee of another kind, or declare a TIR transport."),
    source="NCTS guarantee type B",
)
def guarantee_of_tir(context: Context) -> Failures:
    if context.tir:
        return
    for nth, guarantee in enumerate(context.guarantees):
        if guarantee["type"] == TIR_GUARANTEE:
            yield ("guarantees", nth, "type"), {}


@rule(
    "tir.unsealed",
    box="19 10",
    pointer="/equipment",
    of=TIR,
    severity="warning",
    says=_("The goods come from abroad under a TIR carnet, and no customs seal is named."),
    remedy=_("Write the seals of the office of departure as they stand in box 16 of the carnet."),
    source="TIR Convention, articles 15 and 24; unsealed only for heavy or bulky goods (article 29)",
)
def unsealed(context: Context) -> Failures:
    if context.tir and context.abroad and not list(context.seals()):
        yield ("equipment",), {}


@rule(
    "tir.sensitive-goods",
    box="18 09",
    pointer="/house_consignments/*/items/*/commodity",
    of=TIR,
    severity="warning",
    says=_("Ordinary TIR carnets give no guarantee for {commodity}: alcohol or tobacco."),
    remedy=_("Check the carnet, or secure these goods by another guarantee."),
    source="TIR Convention, explanatory note 0.8.3 (not checked against the present text)",
)
def sensitive(context: Context) -> Failures:
    if not context.tir:
        return
    for item in context.items:
        if item.words["commodity"].startswith(_SENSITIVE):
            yield item.at("commodity"), {"commodity": item.words["commodity"]}
