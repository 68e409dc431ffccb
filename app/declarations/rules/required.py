"""Documents that an administration asks for: the list `required_document`, read once a snapshot and day.

An entry says when it applies (`declaration_type`, `procedure` and `commodity` prefixes, `mode`, `preference`,
`administration`; several stand apart with spaces, what is empty applies always), which `documents` answer it (one is
enough), and its `effect`: a warning, a block on the release, or an error that refuses lodging.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text import _
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import Failures, rule
from app.reference.codebook import Entry
from app.reference.tables import Tables

LIST = "required_document"
_TYPES = {"import": "IM", "export": "EX", "transit": "TR"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of the list; empty conditions always hold."""

    name: str
    documents: frozenset[str]
    shown: str
    effect: str
    types: frozenset[str]
    modes: frozenset[str]
    administrations: frozenset[str]
    procedures: tuple[str, ...]
    commodities: tuple[str, ...]
    preferences: frozenset[str]

    @property
    def of_items(self) -> bool:
        """Whether it may hold for one item and not for another."""
        return bool(self.procedures or self.commodities or self.preferences)

    def holds(self, context: Context) -> bool:
        """Whether the declaration as a whole is one it applies to."""
        if self.types and _TYPES.get(context.direction or "") not in self.types:
            return False
        if self.modes and context.transport.get("border_mode") not in self.modes:
            return False
        return not self.administrations or context.own in self.administrations

    def holds_for(self, item: Item) -> bool:
        if self.procedures and not item.procedure.startswith(self.procedures):
            return False
        if self.commodities and not item.words["commodity"].startswith(self.commodities):
            return False
        return not self.preferences or item.words.get("preference") in self.preferences


def _requirement(entry: Entry) -> Requirement:
    def words(name: str) -> tuple[str, ...]:
        return tuple(str(entry.attributes.get(name) or "").split())

    documents = words("documents")
    return Requirement(
        name=entry.name("en"),
        documents=frozenset(documents),
        shown=", ".join(documents),
        effect=str(entry.attributes.get("effect") or "warning"),
        types=frozenset(words("declaration_type")),
        modes=frozenset(words("mode")),
        administrations=frozenset(words("administration")),
        procedures=words("procedure"),
        commodities=words("commodity"),
        preferences=frozenset(words("preference")),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    of: Tables
    requirements: tuple[Requirement, ...]


_kept: _Kept | None = None


def _requirements(context: Context) -> tuple[Requirement, ...]:
    """The list as it holds on the day; the one used last is kept."""
    global _kept
    kept = _kept
    if kept is None or kept.of is not context.codes:
        listed = context.setting.codes.entries(LIST, context.today)
        kept = _kept = _Kept(context.codes, tuple(made for made in map(_requirement, listed) if made.documents))
    return kept.requirements


def preferences_named(context: Context) -> frozenset[str]:
    """The preferences whose proof the list itself asks for."""
    return frozenset(code for asked in _requirements(context) for code in asked.preferences)


def in_force(document: Mapping[str, Any], today: str) -> bool:
    """Whether a document has not expired by then."""
    return (document.get("expires") or today) >= today


def _unanswered(context: Context, effect: str) -> Failures:
    asked = [one for one in _requirements(context) if one.effect == effect and one.holds(context)]
    if not asked:
        return
    today = context.today.isoformat()
    common = {d["type"] for d in context.setting.declared.documents if in_force(d, today)}
    anywhere = common | {d["type"] for _path, d in context.documents if in_force(d, today)}
    for one in asked:
        if one.documents.isdisjoint(common):
            yield from _of_items(context, one, today) if one.of_items else _of_all(one, anywhere)


def _of_all(asked: Requirement, anywhere: set[str]) -> Failures:
    if asked.documents.isdisjoint(anywhere):
        yield ("documents",), {"name": asked.name, "documents": asked.shown}


def _of_items(context: Context, asked: Requirement, today: str) -> Failures:
    for item in _asked_of(context, asked):
        if not any(d["type"] in asked.documents and in_force(d, today) for d in item.documents):
            yield item.at("documents"), {"name": asked.name, "documents": asked.shown}


def _asked_of(context: Context, asked: Requirement) -> Iterator[Item]:
    for item in context.items:
        if asked.holds_for(item):
            yield item


_SOURCE = "List of required documents of the administration"


@rule(
    "document.expected",
    box="44",
    pointer="/items/*/documents",
    of="documents",
    severity="warning",
    says=_("A document is missing: {name}."),
    remedy=_("Add one of the types {documents} with its number and date."),
    source=_SOURCE + ", effect “warning”",
)
def expected(context: Context) -> Failures:
    yield from _unanswered(context, "warning")


@rule(
    "document.required",
    box="44",
    pointer="/items/*/documents",
    of="documents",
    severity="warning",
    blocks=True,
    says=_("The goods are not released without this document: {name}."),
    remedy=_("Add one of the types {documents} with its number and date."),
    source=_SOURCE + ", effect “block”",
)
def required(context: Context) -> Failures:
    yield from _unanswered(context, "block")


@rule(
    "document.mandatory",
    box="44",
    pointer="/items/*/documents",
    of="documents",
    says=_("The declaration is not taken without this document: {name}."),
    remedy=_("Add one of the types {documents} with its number and date."),
    source=_SOURCE + ", effect “error”",
)
def mandatory(context: Context) -> Failures:
    yield from _unanswered(context, "error")
