"""The declaration form: the schema's form, with items in pages of their own and numbers given by their order.

A declaration may have 999 items, and a page that large helps nobody. So the form of a kept draft shows some of them;
the others stay in the draft and are put together again with what comes back. `first` and `until` are the places, in
the kept draft, of the items that the page holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core.errors import Finding, Invalid
from app.core.fields import Whole
from app.core.text import Text, _, excerpt
from app.declarations.schemas import declaration_schema
from app.edge.locale import translate
from app.web.form import Complaint, FieldView, Form, Place
from app.web.kinds import fields_of, inner_schema, is_list, is_one_box, is_rows
from app.web.names import nested
from app.web.typed import prepared, whole_number, without_blanks

ITEMS_ON_PAGE = 50
#: The button that takes over a registered name.
ADOPT = "adopt"
LONGEST_NAME = 200
MOST_ITEMS = 999
#: No list inside a declaration has more rows than this.
MOST_ROWS = 99
MOST_COMPLAINTS = 100


class DeclarationForm(Form):
    """The form of a declaration. `kept` are the items of the draft as it was last kept; `fixed` are the names at the top
    that stay as they were declared."""

    fixed: frozenset[str] = frozenset()

    def __init__(self, values: Mapping[str, Any] | None = None, *, version: int | None = None, first: int = 0) -> None:
        super().__init__(declaration_schema(), values, version=version)
        kept = _rows(self.values.get("items"))
        self.first = min(max(first, 0), max(len(kept) - 1, 0)) // ITEMS_ON_PAGE * ITEMS_ON_PAGE
        self.until = min(self.first + ITEMS_ON_PAGE, len(kept))
        self.after = len(kept) - self.until
        self._indexed: tuple[Finding, ...] | None = None
        self._index: dict[tuple[str, str], list[Text]] = {}
        self._drawn: set[str] = set()
        self._places: dict[str, Place] = {}

    @classmethod
    def received(cls, posted: Mapping[str, str], kept: Mapping[str, Any] | None = None) -> DeclarationForm:
        """The form as it was sent, with the items its page did not hold, and its buttons "add" and "remove" pressed."""
        form = cls(version=whole_number(posted.get("version", "")))
        known = fields_of(form.schema)
        form.values = {name: value for name, value in nested(posted).items() if name in known}
        items = _rows((kept or {}).get("items"))
        form.first = min(whole_number(posted.get("first", "")) or 0, len(items))
        until = whole_number(posted.get("until", ""))
        form.until = min(max(until, form.first), len(items)) if until is not None else len(items)
        form.after = len(items) - form.until
        form.values["items"] = [*items[: form.first], *_rows(form.values.get("items")), *items[form.until :]]
        for button, press in (("add", form.add_row), ("remove", form.remove_row)):
            if posted.get(button):
                press(excerpt(posted[button], 100))
        form._adopt(posted.get(ADOPT) or "", known)
        _refuse_floods(form.schema, form.values)
        return form

    @classmethod
    def of_section(cls, posted: Mapping[str, str], kept: Mapping[str, Any], names: Collection[str]) -> DeclarationForm:
        """A form that holds some of the names at the top; everything else stays as it was kept."""
        form = cls(version=whole_number(posted.get("version", "")))
        known = fields_of(form.schema)
        sent = {name: value for name, value in nested(posted).items() if name in names and name in known}
        form.values = {**{name: value for name, value in kept.items() if name not in names}, **sent}
        _refuse_floods(form.schema, sent)
        return form

    @classmethod
    def of_item(cls, posted: Mapping[str, str], kept: Mapping[str, Any], place: int) -> DeclarationForm:
        """A form that holds one item; `place` counts from 0, one beyond the last is a new item."""
        form = cls(version=whole_number(posted.get("version", "")))
        items = _rows(kept.get("items"))
        sent = _rows(nested(posted).get("items"))
        items[place : place + 1] = [sent[0] if sent else {}]
        form.values = {**kept, "items": items}
        _refuse_floods(form.schema, {"items": items[place : place + 1]})
        return form

    def press(self, posted: Mapping[str, str], names: Collection[str]) -> None:
        """The buttons that add and remove rows and take over a registered name, for these names at the top."""
        for button, press in (("add", self.add_row), ("remove", self.remove_row)):
            name = excerpt(posted.get(button) or "", 100)
            if name and name.partition(".")[0] in names:
                press(name)
        self._adopt(posted.get(ADOPT) or "", names)

    @staticmethod
    def only_rows_change(posted: Mapping[str, str]) -> bool:
        """Whether a button was pressed that changes the form itself: show it again, check nothing."""
        return Form.only_rows_change(posted) or ADOPT in posted

    def registered(self, party: str) -> str:
        """The name under which the firm of a party is registered, where a check has found another one written."""
        for finding in self.findings:
            if finding.rule == "party.name-differs" and finding.pointer == f"/{party}/name":
                says = finding.message.params["says"]
                return str(says.params["registered"])
        return ""

    def _adopt(self, said: str, names: Collection[str]) -> None:
        """Writes a registered name in the place of the one typed; `said` is the button's “consignee:NAME”."""
        party, _colon, name = said.partition(":")
        words = self.values.get(party)
        if party in names and isinstance(words, Mapping) and "id" in words and name:
            self.values[party] = {**words, "name": name[:LONGEST_NAME]}

    def words(self, names: Collection[str] | None = None) -> dict[str, Any]:
        """What is written, in the contract's JSON: blanks gone, items numbered, digits and dates in plain form.

        With `names`, only these are put in order; the others are left exactly as they were kept.
        """
        others = {} if names is None else {name: v for name, v in self.values.items() if name not in names}
        clean = without_blanks({name: v for name, v in self.values.items() if name not in others})
        items = clean.get("items")
        if isinstance(items, list):
            clean["items"] = [
                {**item, "number": place} if isinstance(item, Mapping) else item for place, item in enumerate(items, 1)
            ]
        plain: dict[str, Any] = _plain(self.schema, prepared(self.schema, clean))
        return {**others, **plain}

    def field(self, name: str, **changes: Any) -> FieldView:
        """As any form's; what is drawn is remembered, because the rest must not be lost (see `undrawn`)."""
        self._drawn.add(name)
        if self._may_be_left(name):
            changes = {"required": False, **changes}
        return super().field(name, fixed=name.partition(".")[0] in self.fixed, **changes)

    def _may_be_left(self, name: str) -> bool:
        """Whether a field is needed only where the group it stands in is given at all: the plate of a trailer."""
        parts = name.split(".")
        group = ".".join(parts[:-1])
        if not group or parts[-2].isdecimal():
            return False
        found = self.about(group)
        return (found is not None and not found.required) or self._may_be_left(group)

    def undrawn(self) -> Iterator[tuple[str, str]]:
        """Name and value of every word that came with a message or a program and has no box on this page. Asked last,
        and sent along hidden: they stay in their rows, whatever is added or removed."""
        header = {name: value for name, value in self.values.items() if name != "items"}
        yield from self._undrawn_in(fields_of(self.schema), header, "")
        item = inner_schema(fields_of(self.schema)["items"])
        for row in self.item_rows():
            values = self.value(row)
            if isinstance(values, Mapping):
                known = {name: found for name, found in fields_of(item).items() if name != "number"}
                yield from self._undrawn_in(known, values, row + ".")

    def _undrawn_in(
        self, known: Mapping[str, fields.Field[Any]], values: Mapping[str, Any], within: str
    ) -> Iterator[tuple[str, str]]:
        for name, found in known.items():
            here, value, inner = within + name, values.get(name), inner_schema(found)
            if here in self._drawn or value in (None, "", [], {}):
                continue
            if inner is None:
                yield here, super().field(here).value
                continue
            groups = (
                [(f"{here}.{at}.", row) for at, row in enumerate(value)]
                if isinstance(value, list)
                else [(here + ".", value)]
            )
            for place, group in groups:
                if isinstance(group, Mapping):
                    yield from self._undrawn_in(fields_of(inner), group, place)

    def _place(self, name: str) -> Place:
        """Asked several times for each of a thousand boxes."""
        known = self._places.get(name)
        if known is None:
            known = self._places[name] = super()._place(name)
        return known

    def item_rows(self) -> list[str]:
        """The names of the items on this page, one blank one if there are none."""
        names = self.rows("items", least=1)
        return names[self.first : len(names) - self.after]

    @property
    def item_pages(self) -> list[tuple[int, int, bool]]:
        """(first, last, whether it is this one) of the pages of items, from 1; nothing if all are on one page."""
        total, step = self.until + self.after, ITEMS_ON_PAGE
        if total <= step:
            return []
        return [(start + 1, min(start + step, total), start == self.first) for start in range(0, total, step)]

    def is_open(self, item: str, alone: bool) -> bool:
        """Whether an item is shown unfolded: there are few, it is new, or something is wrong with it."""
        return alone or not without_blanks(self.value(item)) or any(self._about(item, f.pointer) for f in self.findings)

    def has_errors(self, group: str) -> bool:
        """Whether an error is about a group of fields or something in it."""
        return any(f.severity == "error" and self._about(group, f.pointer) for f in self.findings)

    def has_any(self, group: str, *names: str) -> bool:
        """Whether one of the names within a group ("": the whole) has a value or a finding, so that it must be seen."""
        paths = [f"{group}.{name}" if group else name for name in names]
        if any(without_blanks(self.value(path)) for path in paths):
            return True
        return any(self._about(path, finding.pointer) for path in paths for finding in self.findings)

    @staticmethod
    def _about(name: str, pointer: str) -> bool:
        here = _pointer(name)
        return pointer == here or pointer.startswith(here + "/")

    def messages(self, name: str, severity: str = "error") -> list[str]:
        """As any form's, but by an index: a file of 999 items may bring thousands of findings."""
        if not name or is_one_box(self._place(name).field):
            return super().messages(name, severity)
        if self._indexed is not self.findings:
            self._indexed, self._index = self.findings, {}
            for finding in self.findings:
                self._index.setdefault((finding.pointer, finding.severity), []).append(finding.message)
        return [translate(message) for message in self._index.get((_pointer(name), severity), ())]

    def summary(self) -> list[Complaint]:
        """The findings, the first hundred of them; those about items on other pages lead there."""
        return [self._led(complaint) for complaint in super().summary()[:MOST_COMPLAINTS]]

    def _led(self, complaint: Complaint) -> Complaint:
        parts = complaint.href.split("-")
        if parts[:2] != ["#f", "items"] or len(parts) < 3 or not parts[2].isdecimal():
            return complaint
        place = int(parts[2])
        if place < self.first or place >= len(self.rows("items")) - self.after:
            return replace(complaint, href=f"?check=1&from={place // ITEMS_ON_PAGE * ITEMS_ON_PAGE}{complaint.href}")
        return complaint


def _pointer(name: str) -> str:
    return "/" + name.replace(".", "/")


def _rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _refuse_floods(schema: ma.Schema, values: Mapping[str, Any]) -> None:
    """No page draws more rows than a declaration can have."""
    for name, found in fields_of(schema).items():
        value, inner = values.get(name), inner_schema(found)
        if is_list(found) and isinstance(value, list) and len(value) > (MOST_ITEMS if name == "items" else MOST_ROWS):
            raise Invalid(_("The form has more rows than a declaration can have. Leave some out."))
        if inner is None:
            continue
        for row in value if isinstance(value, list) else [value]:
            if isinstance(row, Mapping):
                _refuse_floods(inner, row)


def _plain(schema: ma.Schema, values: Any) -> Any:
    """Whole numbers and yes or no as JSON has them; what is neither stays text, for the schema to refuse."""
    if not isinstance(values, Mapping):
        return values
    known = fields_of(schema)
    return {name: _plain_value(known[name], value) if name in known else value for name, value in values.items()}


def _plain_value(found: fields.Field[Any], value: Any) -> Any:
    inner = inner_schema(found)
    if inner is not None and is_rows(found) and isinstance(value, list):
        return [_plain(inner, row) for row in value]
    if inner is not None:
        return _plain(inner, value)
    if isinstance(found, Whole) and isinstance(value, str):
        number = whole_number(value)
        return value if number is None else number
    if isinstance(found, fields.Boolean) and value in ("true", "false"):
        return value == "true"
    return value
