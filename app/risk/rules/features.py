"""From facts to the numbers a learned score is made of. What texts mean is learned from the training part alone. Pure.

A number is itself. A text becomes its place among the texts of the training part and how often it was there. A list becomes
its length, its rarest text, and whether it holds each of the commonest; items become the least and the most of each of their
numbers, and the list of each of their texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Longer texts are told apart by their beginning.
LONGEST = 100
#: So many of the commonest texts of a list have a number of their own.
COMMONEST = 20
#: Texts of which a larger share occurs but once teach nothing.
MOST_DIFFERENT = 0.5
#: What the training part never held.
UNSEEN = -1.0
#: What a consignment does not say.
UNSAID = -1.0

_LISTS = ("texts", "gathered")
_TEXTS = ("text", *_LISTS)


@dataclass(frozen=True, slots=True)
class Column:
    """A fact by name and type of the vocabulary; `fields` where it is a list of records."""

    name: str
    type: str
    fields: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where some of the numbers come from: a fact, or a field of its records, read in one way."""

    fact: str
    how: str
    part: str = ""
    #: Texts of the training part in order, with how often they were there.
    seen: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    common: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.fact}.{self.part}" if self.part else self.fact

    def names(self) -> tuple[str, ...]:
        name = self.name
        if self.how == "number":
            return (name,)
        if self.how == "spread":
            return (f"{name}:least", f"{name}:most")
        if self.how == "text":
            return (f"{name}:place", f"{name}:seen")
        return (f"{name}:length", f"{name}:rarest", f"{name}:seen", *(f"{name}:{word}" for word in self.common))

    def values(self, facts: Mapping[str, Any]) -> Iterator[float]:
        """The numbers of one consignment, as many as there are names."""
        value = facts.get(self.fact)
        if self.how == "number":
            yield UNSAID if value is None else float(value)
        elif self.how == "spread":
            found = [float(v) for record in value or () if (v := record.get(self.part)) is not None]
            yield from (min(found), max(found)) if found else (UNSAID, UNSAID)
        elif self.how == "text":
            yield from self._text(word(value))
        else:
            yield from self._list(_words(self, facts))

    def _text(self, text: str) -> tuple[float, float]:
        place = self.places.get(text)
        return (UNSEEN, 0.0) if place is None else (float(place), float(self.seen[text]))

    def _list(self, words: Sequence[str]) -> Iterator[float]:
        held = set(words)
        yield float(len(words))
        if not words:
            yield from (UNSAID, UNSAID)
        else:
            yield from self._text(min(sorted(held), key=lambda text: self.seen.get(text, 0)))
        yield from (float(text in held) for text in self.common)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "fact": self.fact,
            "how": self.how,
            "part": self.part,
            "seen": dict(self.seen),
            "common": list(self.common),
        }


def word(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST]


def _words(source: Source, facts: Mapping[str, Any]) -> list[str]:
    value = facts.get(source.fact)
    if source.how == "text":
        return [word(value)]
    if source.how == "texts":
        return [word(v) for v in value or ()]
    return [text for record in value or () for text in _texts_of(record.get(source.part))]


def _texts_of(value: Any) -> list[str]:
    """A field of a record may itself be a list."""
    return [word(v) for v in value] if isinstance(value, list | tuple) else [word(value)]


@dataclass(frozen=True, slots=True)
class Encoder:
    """What was learned about texts; gives each consignment its row of numbers."""

    sources: tuple[Source, ...]

    def names(self) -> list[str]:
        return [name for source in self.sources for name in source.names()]

    def facts(self) -> list[str]:
        """The fact behind each number; of items the field, as `items.value`."""
        return [source.name for source in self.sources for _name in source.names()]

    def row(self, facts: Mapping[str, Any]) -> list[float]:
        return [value for source in self.sources for value in source.values(facts)]

    def plain(self) -> dict[str, Any]:
        """As JSON; `restored` is the way back."""
        return {"sources": [source.plain() for source in self.sources]}


def restored(stored: Mapping[str, Any]) -> Encoder:
    return Encoder(tuple(_source(s["fact"], s["how"], s["part"], s["seen"], s["common"]) for s in stored["sources"]))


def learn(columns: Iterable[Column], rows: Sequence[Mapping[str, Any]]) -> Encoder:
    """What the texts of these rows, which must be of the training part alone, teach about the columns."""
    sources = (_learned(source, rows) for column in columns for source in _sources(column))
    return Encoder(tuple(source for source in sources if source is not None))


def _sources(column: Column) -> Iterator[Source]:
    if column.type == "items":
        for one in column.fields:
            yield Source(column.name, "spread" if one.type in _NUMBERS else "gathered", one.name)
    else:
        yield Source(column.name, "number" if column.type in _NUMBERS else column.type)


_NUMBERS = ("number", "whole", "flag")


def _learned(source: Source, rows: Sequence[Mapping[str, Any]]) -> Source | None:
    """None where nearly every text is another one (numbers of invoices, say): the next one will be new too."""
    if source.how not in _TEXTS:
        return source
    counted = Counter(text for facts in rows for text in set(_words(source, facts)))
    if len(counted) > counted.total() * MOST_DIFFERENT:
        return None
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    common = [text for text, _count in ordered[:COMMONEST]] if source.how in _LISTS else []
    return _source(source.fact, source.how, source.part, counted, common)


def _source(fact: str, how: str, part: str, seen: Mapping[str, int], common: Iterable[str]) -> Source:
    places = {text: place for place, text in enumerate(sorted(seen))}
    return Source(fact, how, part, seen, places, tuple(common))
