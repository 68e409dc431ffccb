"""Criteria as people read them: the lines of the form with what may be chosen in each, and the same in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.text import Text, _
from app.edge.locale import translate
from app.reference.codebook import COMMODITY
from app.risk.rules import criteria, operators, vocabulary
from app.risk.rules.criteria import Condition, ItemGroup
from app.risk.rules.operators import Takes
from app.risk.rules.vocabulary import Fact, Type
from app.web.form import Form, field_id
from app.web.lists import Lists

GROUPS: dict[str, Text] = {
    "header": _("The declaration"),
    "countries": _("Countries"),
    "parties": _("Parties"),
    "transport": _("Transport"),
    "papers": _("Documents"),
    "goods": _("Goods"),
    "value": _("Value"),
    "history": _("History of the parties and vehicles"),
    "route": _("Route"),
    "road": _("On the road"),
    "watch": _("Watch lists, trust and score"),
    "time": _("Time"),
}
UNITS: dict[str, Text] = {
    "days": _("days"),
    "hours": _("hours"),
    "minutes": _("minutes"),
    "metres": _("metres"),
    "months": _("months"),
}
#: What the values of facts without a code list of their own are offered from.
_OFFERED = {
    "chapter": "chapter", "chapters": "chapter", "new_chapters": "chapter", "heading": "heading", "headings": "heading",
    "controlled": "controlled-group", "controlled_names": "controlled-group",
}  # fmt: skip
_MOST_OFFERED = 1500
_CHAPTER, _HEADING = 2, 4

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One condition as a form draws it. `name` is the dotted name of its line, `word` that of its first box; `values` have
    their meanings beside them. `lines` are the conditions of one item, where it is such a group."""

    name: str
    word: str
    chosen: str
    fact: Fact | None = None
    op: str = ""
    takes: Takes | None = None
    choices: Choices = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    offered: str = ""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    lines: list[Shown] | None = None

    #: Chosen before, and not known of every kind the profile is asked about now.
    is_apart: bool = False

    @property
    def id(self) -> str:
        return field_id(self.name)

    @property
    def unit(self) -> str:
        return unit(self.fact) if self.fact else ""

    @property
    def inputmode(self) -> str:
        kind = self.fact.type if self.fact else Type.TEXT
        return {Type.NUMBER: "decimal", Type.WHOLE: "numeric"}.get(kind, "")

    @property
    def hint(self) -> str:
        """The whole sentence of the fact, where the list of facts shows less."""
        return translate(self.fact.text) if self.fact else ""


@dataclass(frozen=True, slots=True)
class Said:
    """One condition in plain words; `inner` are those that one item fulfils together."""

    fact: str = ""
    op: str = ""
    values: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    between: bool = False
    inner: tuple[Said, ...] = ()

    @property
    def plain(self) -> str:
        """Without meanings, for comparing two versions."""
        if self.inner:
            return translate(_("one item: {conditions}", conditions="; ".join(one.plain for one in self.inner)))
        joined = (" – " if self.between else ", ").join(value for value, _meaning in self.values)
        return " ".join(part for part in (self.fact, self.op, joined, self.unit) if part)


def label(fact: Fact) -> str:
    """What a fact is, without the full stop of its sentence."""
    return translate(fact.text).rstrip(" .。۔")


def unit(fact: Fact) -> str:
    return translate(UNITS[fact.unit]) if fact.unit in UNITS else fact.unit


def facts(kinds: list[str]) -> list[tuple[str, Choices]]:
    """The facts to choose from by group: those known of every kind the profile is asked about."""
    wanted = set(kinds)
    grouped: dict[str, Choices] = {}
    for fact in vocabulary.FACTS:
        if fact.type is not Type.ITEMS and wanted <= fact.kinds:
            grouped.setdefault(fact.group, []).append((fact.name, label(fact)))
    return [(translate(GROUPS.get(name, Text(name))), found) for name, found in grouped.items()]


def item_facts(kinds: list[str]) -> Choices:
    wanted = set(kinds)
    return [(fact.name, label(fact)) for fact in vocabulary.ITEM_FIELDS if wanted <= fact.kinds]


def drawn(form: Form, lists: Lists) -> list[list[Shown]]:
    """The groups of the form with their lines."""
    groups = form.values.get("any") or [{"all": [{}]}]
    return [
        [_line(form, lists, f"any.{g}.all.{n}", line) for n, line in enumerate(group.get("all") or [{}])]
        for g, group in enumerate(groups)
    ]


def _line(form: Form, lists: Lists, name: str, line: Mapping[str, Any]) -> Shown:
    if "item" not in line:
        return _condition(form, lists, name, line, "fact", vocabulary.by_name(line.get("fact", "")))
    inner = line["item"] or [{}]
    lines = [
        _condition(form, lists, f"{name}.item.{n}", one, "field", vocabulary.item_field(one.get("field", "")))
        for n, one in enumerate(inner)
    ]
    return Shown(name, "item", "", errors={"item": [*form.messages(f"{name}.item"), *form.messages(name)]}, lines=lines)


def _condition(form: Form, lists: Lists, name: str, line: Mapping[str, Any], word: str, fact: Fact | None) -> Shown:
    operator = operators.operator(fact, line.get("op", "")) if fact else None
    values = [(value, _meaning(lists, fact, value)) for value in line.get("value", ())]
    errors = {part: form.messages(f"{name}.{part}") for part in (word, "op", "value")}
    errors[word] = [*form.messages(name), *errors[word]]
    return Shown(
        name=name,
        word=word,
        chosen=line.get(word, ""),
        fact=fact,
        op=operator.name if operator else "",
        takes=operator.takes if operator else None,
        choices=[(one.name, translate(one.text)) for one in operators.operators_of(fact)] if fact else [],
        values=_fitting(values, operator.takes if operator else None),
        offered=_offer(lists, fact),
        errors=errors,
        warnings=form.messages(f"{name}.value", "warning"),
        is_apart=bool(line.get(word)) and (fact is None or not set(form.values.get("kinds") or ()) <= fact.kinds),
    )


def _fitting(values: list[tuple[str, str]], takes: Takes | None) -> list[tuple[str, str]]:
    """As many boxes as the operator takes values."""
    if takes is Takes.RANGE:
        return [*values, ("", ""), ("", "")][:2]
    if takes is Takes.ONE:
        return [*values, ("", "")][:1]
    return values


def _meaning(lists: Lists, fact: Fact | None, value: Any) -> str:
    """What a code means in the reader's language; "" for what is no code."""
    if fact is None:
        return ""
    if fact.codes == "post":
        named = lists.post_name(str(value))
        return "" if named == value else named
    if fact.codes or _OFFERED.get(fact.name) in ("chapter", "heading"):
        return lists.meaning(fact.codes or COMMODITY, str(value))
    return ""


def _offer(lists: Lists, fact: Fact | None) -> str:
    """The name of the list that values are offered from, "" for none or one nobody can scroll through."""
    if fact is None:
        return ""
    name = _OFFERED.get(fact.name) or fact.codes
    return name if name and 0 < len(offered(lists, name)) <= _MOST_OFFERED else ""


def offered(lists: Lists, name: str) -> Choices:
    """(value, meaning) of a list of values."""
    if name == "post":
        return [(post.code, post.name(lists.locale)) for post in lists.book.posts()]
    if name == "controlled-group":
        groups = {str(entry.attributes["group"]) for entry in lists.book.entries("controlled", lists.on)}
        return [(group, group) for group in sorted(groups)]
    if name in ("chapter", "heading"):
        digits = _CHAPTER if name == "chapter" else _HEADING
        entries = lists.book.entries(COMMODITY, lists.on)
        return [(entry.code, entry.marked(lists.locale)) for entry in entries if len(entry.code) == digits]
    return lists.names(name)


def datalists(groups: list[list[Shown]], lists: Lists) -> list[tuple[str, Choices]]:
    """The lists that the lines name, once each."""
    named = {line.offered for line in _all(groups) if line.offered}
    return [(name, offered(lists, name)) for name in sorted(named)]


def _all(groups: list[list[Shown]]) -> Iterator[Shown]:
    for line in (line for group in groups for line in group):
        yield from line.lines if line.lines is not None else (line,)


def said(built: Mapping[str, Any] | None, lists: Lists) -> list[list[Said]]:
    """Stored criteria in plain words: one of the groups must hold, of a group everything. Empty for an expression written
    by hand, or criteria that do not fit the vocabulary any more."""
    if built is None or criteria.check(built):
        return []
    return [[_part(part, lists) for part in group] for group in criteria.parts(built)]


def _part(part: Condition | ItemGroup, lists: Lists) -> Said:
    if isinstance(part, ItemGroup):
        return Said(inner=tuple(_said(one, lists) for one in part.conditions))
    return _said(part, lists)


def _said(condition: Condition, lists: Lists) -> Said:
    fact = condition.fact
    values = tuple((str(value), _meaning(lists, fact, value)) for value in condition.values)
    between = condition.operator.takes is Takes.RANGE
    return Said(label(fact), translate(condition.operator.text), values, unit(fact) if values else "", between)
