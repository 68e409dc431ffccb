"""Everything that was declared, laid out by the schema; words that no schema knows are shown as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

import marshmallow as ma
from flask import request
from markupsafe import Markup
from marshmallow import fields

from app.core.fields import Coded, Day, Exact, Moment
from app.core.text import Text, _, excerpt
from app.declarations.schemas import ItemSchema, declaration_schema
from app.edge import fmt
from app.edge.locale import translate
from app.web.kinds import choices_of, fields_of, inner_field, inner_schema, is_list
from app.web.lists import Lists

_LONGEST = 2_000
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_YES, _NO = _("Yes"), _("No")


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its label and the box of the paper form."""

    label: str
    value: Any
    box: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of values under a heading."""

    title: str
    rows: list[Row]


class Group(Protocol):
    """Which names of the header stand in a section; the first also takes what none names."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def names(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the header: values of its own under its own title, then groups of values."""

    key: str
    title: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item: its values by name as they are shown, and what does not fit into a table."""

    number: int
    values: dict[str, Any]
    packages: list[str]
    more: list[Row]


#: What the table of items shows in columns of its own.
_COLUMNS = ("commodity", "description", "origin", "procedure", "gross_kg", "net_kg", "invoice_value")


#: Items on one page; more make it too long to read and to draw.
ITEMS_ON_PAGE = 50


def sections(words: Mapping[str, Any], lists: Lists, groups: Iterable[Group]) -> list[Section]:
    """The header of a declaration for the eyes, without its items."""
    header = {name: value for name, value in words.items() if name != "items"}
    return sections_of(declaration_schema(), header, lists, groups)


def sections_of(schema: ma.Schema, words: Mapping[str, Any], lists: Lists, groups: Iterable[Group]) -> list[Section]:
    """Words for the eyes, group by group; takes drafts of any shape. Sections without a value are left out."""
    known = tuple(groups)
    named = frozenset().union(*(group.names for group in known))
    found = []
    for group in known:
        wanted = group.names | (words.keys() - named) if group is known[0] else group.names
        mine = {name: value for name, value in words.items() if name in wanted}
        title = translate(group.title)
        parts = [part for part in _parts(schema, mine, title, lists) if part.rows]
        if parts:
            found.append(Section(group.key, title, parts))
    return found


def items(found: Iterable[Any], lists: Lists, first: int = 1) -> list[ItemShown]:
    """Items for the eyes, of any shape; `first` is the number of the first of them."""
    return [_item(item, place, lists) for place, item in enumerate(found, first)]


def currency_in(words: Mapping[str, Any]) -> str:
    """The currency of the prices, "" where none is written."""
    invoice = words.get("invoice")
    code = invoice.get("currency") if isinstance(invoice, Mapping) else ""
    return excerpt(code, 3) if isinstance(code, str) else ""


def first_item(count: int) -> int:
    """The place (from 0) of the first item on the page of items that is asked for with `from`."""
    asked = request.args.get("from", "")
    place = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    return place - place % ITEMS_ON_PAGE if place < count else 0


def _parts(schema: ma.Schema | None, values: Mapping[str, Any], title: str, lists: Lists) -> Iterator[Part]:
    known = fields_of(schema)
    rows: list[Row] = []
    below: list[Part] = []
    for name in [*(n for n in known if n in values), *(n for n in values if n not in known)]:
        value, found = values[name], known.get(name)
        inner = inner_schema(found) if found is not None else None
        if value in _NOTHING:
            continue
        if found is not None and inner is not None and isinstance(value, Mapping):
            below += _parts(inner, value, _label(found, name), lists)
        elif found is not None and inner is not None and is_list(found) and isinstance(value, list):
            lines = [_line(inner, row, place, found, lists) for place, row in enumerate(value, 1)]
            below.append(Part(_label(found, name), lines))
        else:
            rows.append(Row(_label(found, name), _value(found, value, lists), _box(found)))
    yield Part(title, rows)
    yield from (part for part in below if part.rows)


def _line(schema: ma.Schema, row: Any, place: int, found: fields.Field[Any], lists: Lists) -> Row:
    """A row of a list in one line: Document 1: 380 – Invoice · INV-881 · 20 Nov 2026."""
    label = found.metadata.get("row")
    return Row(f"{translate(label) if label else _label(found, '')} {place}", _joined(schema, row, lists), _box(found))


def _joined(schema: ma.Schema, row: Any, lists: Lists) -> Any:
    if not isinstance(row, Mapping):
        return excerpt(row, _LONGEST)
    known = fields_of(schema)
    names = [*(n for n in known if n in row), *(n for n in row if n not in known)]
    told = [_named(known.get(name), name, row[name], lists) for name in names if row[name] not in _NOTHING]
    return Markup(" · ").join(told)


def _named(found: fields.Field[Any] | None, name: str, value: Any, lists: Lists) -> Any:
    """A yes or a no means nothing without its question."""
    told = _value(found, value, lists)
    return Markup("{}: {}").format(_label(found, name), told) if isinstance(value, bool) else told


def _item(item: Any, place: int, lists: Lists) -> ItemShown:
    if not isinstance(item, Mapping):
        return ItemShown(place, {"description": excerpt(item, _LONGEST)}, [], [])
    known = fields_of(_ITEM)
    given = [name for name in _COLUMNS if item.get(name) not in _NOTHING]
    values = {name: _value(known[name], item[name], lists, name_it=False) for name in given}
    packages_schema = inner_schema(known["packages"])
    packages = item.get("packages")
    packed = packages if isinstance(packages, list) else []
    assert packages_schema is not None
    others = {name: value for name, value in item.items() if name not in (*_COLUMNS, "number", "packages")}
    meanings = [
        Row(_label(known[name], name), f"{item[name]} – {meaning}", _box(known[name]))
        for name in ("commodity", "origin", "procedure")
        if (meaning := _meaning(known[name], item.get(name), lists))
    ]
    return ItemShown(
        place, values, [_joined(packages_schema, row, lists) for row in packed], meanings + rows(_ITEM, others, lists)
    )


_ITEM = ItemSchema()


def rows(schema: ma.Schema | None, words: Mapping[str, Any], lists: Lists) -> list[Row]:
    """Every value of a group of words in one list, those of groups within it with the group's name."""
    return [row for part in _parts(schema, words, "", lists) for row in _prefixed(part)]


def _prefixed(part: Part) -> Iterator[Row]:
    """The rows of a group within an item carry its name, unless they are numbered with it."""
    for row in part.rows:
        numbered = not part.title or row.label.rstrip("0123456789 ") in part.title
        yield row if numbered else Row(f"{part.title}: {row.label}", row.value, row.box)


def _label(found: fields.Field[Any] | None, name: str) -> str:
    label = found.metadata.get("label") if found is not None else None
    return translate(label) if label is not None else excerpt(name.replace("_", " "), 60)


def _box(found: fields.Field[Any] | None) -> str:
    return str(found.metadata.get("box", "")) if found is not None else ""


#: Words whose codes stand in a list of the same name, although anything may be written.
_LISTED = {name: name for name in ("transaction_nature", "preference", "valuation_method")}


def _meaning(found: fields.Field[Any] | None, value: Any, lists: Lists) -> str:
    listed = found.metadata.get("codes") or _LISTED.get(found.name or "") if found is not None else None
    if not listed or not isinstance(value, str):
        return ""
    if listed == "post":
        post = lists.book.post(value)
        return post.name(lists.locale) if post is not None else ""
    return lists.meaning(listed, value[:4] if listed == "procedure" else value)


def value_shown(found: fields.Field[Any], value: Any, lists: Lists) -> Any:
    """A value of a field as people read it, a code with its meaning; one that is not in order as it is."""
    return _value(inner_field(found) if is_list(found) and not isinstance(value, list) else found, value, lists)


def _value(found: fields.Field[Any] | None, value: Any, lists: Lists, *, name_it: bool = True) -> Any:
    """A value as people read it; one that is not in order is shown as it is."""
    if isinstance(value, bool):
        return translate(_YES if value else _NO)
    if found is not None and is_list(found) and isinstance(value, list):
        return Markup(", ").join(_value(inner_field(found), one, lists, name_it=name_it) for one in value)
    if found is None or not isinstance(value, str | int):
        return excerpt(value, _LONGEST)
    if isinstance(found, Coded):
        meaning = _meaning(found, value, lists) if name_it else ""
        return Markup("{} – {}").format(fmt.code(value), meaning) if meaning else fmt.code(value)
    meaning = _meaning(found, value, lists) if name_it and found.name in _LISTED else ""
    return Markup("{} – {}").format(fmt.code(value), meaning) if meaning else _plain(found, value)


def _plain(found: fields.Field[Any], value: str | int) -> Any:
    if isinstance(found, Exact):
        return _number(value)
    if isinstance(found, Day | Moment) and isinstance(value, str):
        return _time(found, value)
    return _chosen(found, value)


def _chosen(found: fields.Field[Any], value: str | int) -> str:
    labels: dict[str, Any] = {str(choice): label for choice, label in choices_of(found)}
    label: Text | str = labels.get(str(value), str(value))
    return translate(label)


def _number(value: str | int) -> Any:
    try:
        return fmt.number(Decimal(value)) if len(str(value)) <= 40 else excerpt(value)
    except (InvalidOperation, ValueError):
        return excerpt(value)


def _time(found: fields.Field[Any], value: str) -> Any:
    try:
        if isinstance(found, Day):
            return fmt.date(dt.date.fromisoformat(value))
        return fmt.moment(dt.datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return excerpt(value)
