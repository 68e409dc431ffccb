"""Goods under control: they need a permit, and are not let go without it.

One rule for each kind of control, so that an administration can switch each by itself. A missing permit never refuses
the declaration: it is told, it is a fact for the lane, and a blocking rule keeps the goods until the permit is there.
Which goods are of which kind is reference data (`controlled`), with the type of document that answers where known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.core.text import Text, _
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import Failures, rule
from app.declarations.rules.required import in_force
from app.reference.codebook import Entry
from app.reference.tables import Tables

#: Import licence, export licence, embargo permit: what answers a control whose entry names no document.
LICENCES = ("911", "811", "941")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of control: the groups of the list it stands for, and what answers where an entry says nothing."""

    id: str
    groups: tuple[str, ...]
    says: Text
    remedy: Text
    source: str
    documents: tuple[str, ...] = LICENCES
    blocks: bool = True


ByKind = dict[Kind | None, list[tuple[Item, Entry]]]

_PERMIT = _("Add the permit of the authority in charge (types {documents}) with number and date.")
_PAPERS = _("Keep its papers at hand; a document of the types {documents} answers this.")
_UN_1988 = "UN Convention against Illicit Traffic in Narcotic Drugs 1988, article 12"
_NATIONAL = "national list of controlled goods"

KINDS: tuple[Kind, ...] = (
    Kind("arms", ("arms",), _("Arms or ammunition ({goods}) are declared without a permit."), _PERMIT,
         "Arms Trade Treaty; " + _NATIONAL),
    Kind("explosives", ("explosives",), _("Explosives ({goods}) are declared without a permit."), _PERMIT, _NATIONAL),
    Kind("chemical-weapons", ("CWC schedule",),
         _("Chemicals of the Chemical Weapons Convention ({goods}) are declared without a permit."), _PERMIT,
         "Chemical Weapons Convention, schedules 1 to 3"),
    Kind("nuclear", ("nuclear",), _("Nuclear or radioactive goods ({goods}) are declared without a permit."), _PERMIT,
         "Nuclear Suppliers Group guidelines; " + _NATIONAL),
    Kind("dual-use", ("dual use",),
         _("Goods that also serve war ({goods}) are declared without a permit."), _PERMIT,
         "UN Security Council resolution 1540; " + _NATIONAL),
    Kind("cites", ("CITES",), _("Goods of protected species ({goods}) are declared without a CITES permit."), _PERMIT,
         "Convention on International Trade in Endangered Species"),
    Kind("cultural", ("cultural property",), _("Cultural goods ({goods}) are declared without a permit."), _PERMIT,
         "UNESCO Convention 1970 on cultural property"),
    Kind("ozone", ("ozone",), _("Substances that harm the ozone layer ({goods}) are declared without a licence."),
         _PERMIT, "Montreal Protocol, article 4B"),
    Kind("waste", ("hazardous waste",), _("Hazardous waste ({goods}) is declared without the notified consent."),
         _PERMIT, "Basel Convention, article 6"),
    Kind("mercury", ("mercury",), _("Mercury ({goods}) is declared without written consent."), _PERMIT,
         "Minamata Convention, article 3"),
    Kind("psychotropics", ("psychotropics", "narcotics"),
         _("Medicines that may hold narcotic or psychotropic substances ({goods}) are declared without a permit."),
         _PERMIT, "UN Convention on Psychotropic Substances 1971, article 12; Single Convention 1961, article 31"),
    Kind("precursors-1", ("precursors, UN 1988 Convention Table I",),
         _("{goods} can be made into drugs (Table I) and is declared without a permit."), _PERMIT, _UN_1988),
    Kind("precursors-2", ("precursors, UN 1988 Convention Table II",),
         _("{goods} can be made into drugs (Table II) and is declared without a permit."), _PERMIT, _UN_1988),
    Kind("precursors-watched", ("precursor watch list",),
         _("{goods} is on the watch list of substances that drugs are made with."), _PAPERS,
         "INCB limited international special surveillance list", blocks=False),
    Kind("explosive-precursors", ("explosive precursors",),
         _("{goods} can be made into explosives."), _PAPERS, "WCO Programme Global Shield", blocks=False),
    Kind("veterinary", ("veterinary",), _("Animals or goods of animals are declared without a veterinary certificate."),
         _("Add the veterinary certificate (types {documents}) with number and date."),
         "WTO Agreement on Sanitary and Phytosanitary Measures; WOAH Terrestrial Code", ("853",)),
    Kind("phytosanitary", ("phytosanitary",), _("Plants or goods of plants are declared without a phytosanitary certificate."),
         _("Add the phytosanitary certificate (types {documents}) with number and date."),
         "International Plant Protection Convention, article V", ("851",)),
    Kind("precious", ("precious",), _("Precious metal or stones ({goods}) are declared without the papers of the assay office."),
         _PAPERS, "Kimberley Process for diamonds; " + _NATIONAL, (*LICENCES, "1", "3"), blocks=False),
    Kind("excise", ("excise",), _("{goods} are often smuggled; excise stamps and licence will be asked for."), _PAPERS,
         "WHO Protocol to Eliminate Illicit Trade in Tobacco Products", blocks=False),
    Kind("sanctions", ("sanctions",), _("There are restrictions on these goods: {goods}."), _PAPERS,
         _NATIONAL, (*LICENCES, "2"), blocks=False),
)  # fmt: skip


@lru_cache(256)
def _kind_of(group: str) -> Kind | None:
    """The kind that a group of the list belongs to; the longest name that fits wins."""
    fits = [(len(name), kind.id, kind) for kind in KINDS for name in kind.groups if group.startswith(name)]
    return max(fits)[2] if fits else None


@dataclass(frozen=True, slots=True)
class _Kept:
    of: Tables
    found: dict[str, tuple[Entry, ...]]


_kept: _Kept | None = None
_MOST_KEPT = 20_000


def _controls(context: Context) -> dict[str, tuple[Entry, ...]]:
    """What is controlled of each commodity asked so far, of the snapshot and day used last."""
    global _kept
    kept = _kept
    if kept is None or kept.of is not context.codes or len(kept.found) > _MOST_KEPT:
        kept = _kept = _Kept(context.codes, {})
    return kept.found


def _by_kind(context: Context) -> ByKind:
    """The items under control with their entries, for each kind; worked out once a declaration."""
    found: ByKind | None = context.kept.get(__name__)
    if found is None:
        found = context.kept[__name__] = {}
        for item, entry in _under_control(context):
            found.setdefault(_kind_of(str(entry.attributes["group"])), []).append((item, entry))
    return found


def _under_control(context: Context) -> Iterator[tuple[Item, Entry]]:
    known, controlled, today = _controls(context), context.setting.codes.controlled, context.today
    for item in context.items:
        code = item.words["commodity"]
        entries = known.get(code)
        if entries is None:
            entries = known[code] = controlled(code, today)
        for entry in entries:
            yield item, entry


def _documents(kind: Kind | None, entry: Entry) -> tuple[str, ...]:
    said = entry.attributes.get("document")
    return tuple(str(said).split()) if said else kind.documents if kind else LICENCES


def _unanswered(context: Context, kind: Kind | None) -> Failures:
    found = _by_kind(context).get(kind)
    if not found:
        return
    today = context.today.isoformat()
    common = {d["type"] for d in context.setting.declared.documents if in_force(d, today)}
    for item, entry in found:
        documents = _documents(kind, entry)
        held = common | {d["type"] for d in item.documents if in_force(d, today)}
        if held.isdisjoint(documents):
            yield item.at("commodity"), {"goods": _goods(entry), "documents": ", ".join(documents)}


def _goods(entry: Entry) -> str:
    """What the entry names; a release lists it, what was entered by hand is one text."""
    named = entry.attributes.get("goods") or entry.name("en")
    return named if isinstance(named, str) else "; ".join(map(str, named))


def _enter(kind: Kind) -> None:
    def looks(context: Context) -> Failures:
        return _unanswered(context, kind)

    rule(
        f"controlled.{kind.id}",
        box="44",
        pointer="/items/*/commodity",
        of="controlled",
        severity="warning",
        blocks=kind.blocks,
        says=kind.says,
        remedy=kind.remedy,
        source=kind.source,
    )(looks)


for _one in KINDS:
    _enter(_one)


@rule(
    "controlled.other",
    box="44",
    pointer="/items/*/commodity",
    of="controlled",
    severity="warning",
    blocks=True,
    says=_("These goods are under a control of the administration: {goods}."),
    remedy=_PERMIT,
    source=_NATIONAL + ": groups that have no rule of their own",
)
def other(context: Context) -> Failures:
    yield from _unanswered(context, None)
