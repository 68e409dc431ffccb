"""Rules of what is to happen with the goods: procedure, preference, quota, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.text import _
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import Failures, rule
from app.declarations.rules.required import preferences_named

_CONVENTION = "ASYCUDA convention: the first digit of the procedure is the general procedure of box 1"


@rule(
    "procedure.mixed",
    box="37",
    pointer="/items/*/procedure",
    of="items",
    severity="warning",
    says=_("Item 1 is declared for procedure {first}, this item for {procedure}."),
    remedy=_("One declaration holds goods of one procedure; only the previous procedure may differ."),
    source=_CONVENTION,
)
def mixed(context: Context) -> Failures:
    first = context.items[0].procedure if context.items else ""
    for item in context.items:
        if item.procedure[0] != first[0]:
            yield item.at("procedure"), {"procedure": item.words["procedure"], "first": first}


def _with_attribute(context: Context, name: str) -> Iterator[Item]:
    known = context.codes["procedure"]
    for item in context.items:
        entry = known[item.procedure]
        if entry is not None and entry.attributes.get(name) == "yes":
            yield item


@rule(
    "procedure.previous",
    box="40",
    pointer="/items/*/previous_documents",
    of="items",
    severity="warning",
    blocks=True,
    says=_("Procedure {procedure} ends an earlier one, and no previous declaration is named."),
    remedy=_("Name the declaration under which the goods came in, with the number of its item."),
    source="Revised Kyoto Convention, Specific Annexes D and G: discharge; list of procedures, “previous”",
)
def previous_declaration(context: Context) -> Failures:
    for item in _with_attribute(context, "previous"):
        if not item.words.get("previous_documents"):
            yield item.at("previous_documents"), {"procedure": item.words["procedure"]}


@rule(
    "code.preference",
    box="36",
    pointer="/items/*/preference",
    of="items",
    says=_("{code} is not a preference."),
    remedy=_("Leave the box empty where no preference is claimed."),
    source="List of preferences of the administration",
)
def preferences(context: Context) -> Failures:
    known = context.codes["preference"]
    for item in context.items:
        code = item.words.get("preference")
        if code and known[code] is None:
            yield item.at("preference"), {"code": code}


def _by_origin(context: Context) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Items that claim a preference because of their origin, with the types of document that prove it."""
    known = context.codes["preference"]
    for item in context.items:
        code = item.words.get("preference")
        entry = known[code] if code else None
        if entry is not None and entry.attributes.get("basis") == "origin":
            yield item, tuple(str(entry.attributes.get("documents") or "861 862 864 865").split())


@rule(
    "preference.direction",
    box="36",
    pointer="/items/*/preference",
    of="items",
    severity="warning",
    says=_("Preference {code} is claimed for goods that pay no import duty here."),
    remedy=_("Leave the box empty; preferences are for imports."),
    source="UN layout key, box 36",
)
def preference_of_imports(context: Context) -> Failures:
    if context.direction == "import":
        return
    for item, _proofs in _by_origin(context):
        yield item.at("preference"), {"code": item.words["preference"]}


@rule(
    "preference.proof",
    box="44",
    pointer="/items/*/documents",
    of="documents",
    severity="warning",
    blocks=True,
    says=_("Preference {code} is claimed without a proof of origin that is in force."),
    remedy=_("Add one of the documents {documents} with number and date, or claim no preference."),
    source="Revised Kyoto Convention, Specific Annex K, chapter 2; for preferences without an entry among required documents",
)
def preference_proof(context: Context) -> Failures:
    today = context.today.isoformat()
    common = {d["type"] for d in context.setting.declared.documents if (d.get("expires") or today) >= today}
    asked_elsewhere = preferences_named(context)
    for item, proofs in _by_origin(context):
        if item.words["preference"] in asked_elsewhere:
            continue
        held = common | {d["type"] for d in item.documents if (d.get("expires") or today) >= today}
        if held.isdisjoint(proofs):
            yield item.at("documents"), {"code": item.words["preference"], "documents": ", ".join(proofs)}


@rule(
    "preference.origin",
    box="34",
    pointer="/items/*/origin",
    of="items",
    severity="warning",
    says=_("Goods of {origin} have no claim to the preference {code}."),
    remedy=_("Correct the origin, or claim no preference; the ordinary rates are used."),
    source="Lists of preferences (“group”) and of country groups of the administration",
)
def preference_of_the_origin(context: Context) -> Failures:
    known, groups = context.codes["preference"], context.codes["country_group"]
    for item, _proofs in _by_origin(context):
        entry = known[item.words["preference"]]
        group = entry.attributes.get("group") if entry is not None else None
        if group and groups[f"{group}.{item.words['origin']}"] is None:
            yield item.at("origin"), {"origin": item.words["origin"], "code": item.words["preference"]}


@rule(
    "preference.direct",
    box="15",
    pointer="/items/*/preference",
    of="items",
    severity="warning",
    says=_("Goods of {origin} with a preference come from {dispatch}, not straight from where they were made."),
    remedy=_("Keep a through transport document at hand which shows that they were only carried through."),
    source="Revised Kyoto Convention, Specific Annex K, chapter 1: rule of direct transport",
)
def direct_transport(context: Context) -> Failures:
    dispatch = context.word("countries", "dispatch")
    if context.direction != "import" or not dispatch:
        return
    for item, _proofs in _by_origin(context):
        if item.words["origin"] != dispatch:
            yield item.at("preference"), {"origin": item.words["origin"], "dispatch": dispatch}


_LICENCES = frozenset({"811", "911", "941"})


@rule(
    "quota.licence",
    box="39",
    pointer="/items/*/quota",
    of="documents",
    severity="warning",
    says=_("Quota {quota} is claimed without a licence."),
    remedy=_("Add the import licence (911) or export licence (811), or the number of the licence."),
    source="UN layout key, boxes 39 and 44",
)
def quota_licence(context: Context) -> Failures:
    common = {d["type"] for d in context.setting.declared.documents}
    for item in context.items:
        quota = item.words.get("quota")
        if not quota or item.words.get("licence"):
            continue
        if _LICENCES.isdisjoint(common) and all(d["type"] not in _LICENCES for d in item.documents):
            yield item.at("quota"), {"quota": quota}


@rule(
    "licence.document",
    box="44",
    pointer="/items/*/licence/number",
    of="documents",
    severity="warning",
    says=_("Licence {number} is named, and no document has that number."),
    remedy=_("Add the licence to the documents, or correct the number."),
    source="UN layout key, box 44",
)
def licence_among_documents(context: Context) -> Failures:
    common = {d["number"] for d in context.setting.declared.documents}
    for item in context.items:
        licence = item.words.get("licence")
        if not licence or licence["number"] in common:
            continue
        if all(d["number"] != licence["number"] for d in item.documents):
            yield item.at("licence", "number"), {"number": licence["number"]}
