"""The form of a draft that is too large for one page: sections of it are written one at a time.

What a page does not hold stays as it was kept. Whatever comes in is put into the form of the JSON, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Self

import marshmallow as ma
from marshmallow import fields

from app.core.errors import Finding, Invalid
from app.core.fields import Whole
from app.core.text import Text, _, excerpt
from app.edge.locale import translate
from app.web.form import Complaint, FieldView, Form, Place
from app.web.kinds import fields_of, inner_field, inner_schema, is_list, is_one_box, is_rows
from app.web.names import nested
from app.web.typed import prepared, whole_number, without_blanks

#: No list has more rows than this, but for those the form names in `most`.
MOST_ROWS = 99
MOST_COMPLAINTS = 100


class DraftForm(Form):
    """A form with findings by the thousand, of which a page holds a part. `fixed` are the names at the top that stay as
    they were declared; `most` the rows of lists that may be longer than others."""

    fixed: frozenset[str] = frozenset()
    most: ClassVar[Mapping[str, int]] = {}

    def __init__(
        self, schema: ma.Schema, values: Mapping[str, Any] | None = None, *, version: int | None = None
    ) -> None:
        super().__init__(schema, values, version=version)
        self._indexed: tuple[Finding, ...] | None = None
        self._index: dict[tuple[str, str], list[Text]] = {}
        self._drawn: set[str] = set()
        self._places: dict[str, Place] = {}

    @classmethod
    def of_section(cls, posted: Mapping[str, str], kept: Mapping[str, Any], names: Collection[str]) -> Self:
        """A form that holds some of the names at the top; everything else stays as it was kept."""
        form = cls(version=whole_number(posted.get("version", "")))  # type: ignore[call-arg]
        known = fields_of(form.schema)
        sent = {name: value for name, value in nested(posted).items() if name in names and name in known}
        form.values = {**{name: value for name, value in kept.items() if name not in names}, **sent}
        form.refuse_floods(sent)
        return form

    def press(self, posted: Mapping[str, str], names: Collection[str]) -> None:
        """The buttons that add and remove rows, for these names at the top."""
        for button, press in (("add", self.add_row), ("remove", self.remove_row)):
            name = excerpt(posted.get(button) or "", 100)
            if name and name.partition(".")[0] in names:
                press(name)

    def registered(self, party: str) -> str:
        """The name under which the firm of a party is registered, where a check has found another one written."""
        return ""

    def words(self, names: Collection[str] | None = None) -> dict[str, Any]:
        """What is written, in the contract's JSON: blanks gone, rows numbered, digits and dates in plain form.

        With `names`, only these are put in order; the others are left exactly as they were kept.
        """
        others = {} if names is None else {name: v for name, v in self.values.items() if name not in names}
        clean = without_blanks({name: v for name, v in self.values.items() if name not in others})
        plain: dict[str, Any] = _plain(self.schema, prepared(self.schema, self.numbered(clean)))
        return {**others, **plain}

    def numbered(self, words: dict[str, Any]) -> dict[str, Any]:
        """The words with the numbers that rows have by their order."""
        return words

    def field(self, name: str, **changes: Any) -> FieldView:
        """As any form's; what is drawn is remembered, because the rest must not be lost (see `undrawn_in`)."""
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

    def undrawn_in(
        self, known: Mapping[str, fields.Field[Any]], values: Mapping[str, Any], within: str
    ) -> Iterator[tuple[str, str]]:
        """Name and value of every word of a group that has no box on the page that was drawn."""
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
                    yield from self.undrawn_in(fields_of(inner), group, place)

    def _place(self, name: str) -> Place:
        """Asked several times for each of a thousand boxes."""
        known = self._places.get(name)
        if known is None:
            known = self._places[name] = super()._place(name)
        return known

    def has_errors(self, group: str) -> bool:
        """Whether an error is about a group of fields or something in it."""
        return any(f.severity == "error" and self.about_it(group, f.pointer) for f in self.findings)

    def has_any(self, group: str, *names: str) -> bool:
        """Whether one of the names within a group ("": the whole) has a value or a finding, so that it must be seen."""
        paths = [f"{group}.{name}" if group else name for name in names]
        if any(without_blanks(self.value(path)) for path in paths):
            return True
        return any(self.about_it(path, finding.pointer) for path in paths for finding in self.findings)

    @staticmethod
    def about_it(name: str, pointer: str) -> bool:
        """Whether a finding's pointer is about a dotted name or something in it."""
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
        """The findings, the first hundred of them."""
        return super().summary()[:MOST_COMPLAINTS]

    def refuse_floods(self, values: Mapping[str, Any]) -> None:
        """No page draws more rows than what is declared can have."""
        self._refuse_floods(self.schema, values)

    def _refuse_floods(self, schema: ma.Schema, values: Mapping[str, Any]) -> None:
        for name, found in fields_of(schema).items():
            value, inner = values.get(name), inner_schema(found)
            if is_list(found) and isinstance(value, list) and len(value) > self.most.get(name, MOST_ROWS):
                raise Invalid(_("The form has more rows than a declaration can have. Leave some out."))
            if inner is None:
                continue
            for row in value if isinstance(value, list) else [value]:
                if isinstance(row, Mapping):
                    self._refuse_floods(inner, row)


class ReasonedForm(DraftForm):
    """A form with the reason for changing what is declared beside it."""

    def _complaint(self, finding: Finding) -> Complaint:
        if finding.pointer != "/reason":
            return super()._complaint(finding)
        return Complaint("#f-reason", translate(_("Why it shall be changed")), translate(finding.message))


def rows_of(value: Any) -> list[Any]:
    """The rows of a list of a draft, which may be of any shape."""
    return list(value) if isinstance(value, list) else []


def _pointer(name: str) -> str:
    return "/" + name.replace(".", "/")


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
    if is_list(found) and isinstance(value, list):
        return [_plain_value(inner_field(found), one) for one in value]
    if isinstance(found, Whole) and isinstance(value, str):
        number = whole_number(value)
        return value if number is None else number
    if isinstance(found, fields.Boolean) and value in ("true", "false"):
        return value == "true"
    return value
