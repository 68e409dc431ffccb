"""Forms drawn and checked by the marshmallow schema that the API uses: one rule, one place.

    form = Form.submitted(DeclarationSchema, request.form)
    if form.validate():
        flows.lodge(session, form.data, by=actor)
    return render_template("declaration.html", form=form), 422

`form.field("items.0.packages.0.kind")` is all that a macro needs to draw one field. What marshmallow's fields cannot say
stands in their `metadata`: label, hint, box (number on the paper form), inputmode, widget, choices (a list or a callable of
(value, label)), list or codes (name of a datalist), unit, width (short, medium, wide), autocomplete, rows, row (label of one
row of a list). Labels and hints are `Text` or `T` sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields

from app.core.errors import Finding, Refusal, pointer
from app.core.fields import Moment
from app.core.text import Text, _, excerpt
from app.edge.locale import translate
from app.edge.messages import findings_of
from app.web.kinds import (
    choices_of,
    fields_of,
    inner_schema,
    inputmode_of,
    is_list,
    is_one_box,
    is_rows,
    longest,
    widget_of,
)
from app.web.names import nested
from app.web.typed import prepared, whole_number, without_blanks

_WITH_ZONE = Text(str(Moment.default_error_messages["invalid"]))
_AT_THE_POST = _("Day and time at the post, for example {example}", example="2026-11-27 13:05")


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a template draws it; all sentences are in the reader's language already."""

    name: str
    id: str
    label: str
    value: Any = ""
    hint: str = ""
    box: str = ""
    unit: str = ""
    widget: str = "text"
    required: bool = False
    maxlength: int | None = None
    inputmode: str | None = None
    autocomplete: str | None = None
    list: str | None = None
    width: str = "wide"
    rows: int = 3
    choices: Sequence[tuple[str, str]] = ()
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    #: Shown, and sent along unchanged: nothing else may stand here any more.
    fixed: bool = False

    @property
    def described_by(self) -> str:
        """The ids of hint, errors and warnings, for aria-describedby."""
        parts = [(self.hint, "hint"), (self.errors, "error"), (self.warnings, "warning")]
        return " ".join(f"{self.id}-{suffix}" for there, suffix in parts if there)

    def is_chosen(self, value: object) -> bool:
        """Whether the option is (one of) the present value."""
        return (
            str(value) in [str(v) for v in self.value]
            if isinstance(self.value, list)
            else str(value) == str(self.value)
        )


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the error summary: where it leads, which field it is about, what it says."""

    href: str
    label: str
    message: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Place:
    """A field found in the schema, with the labels of the rows on the way to it."""

    field: fields.Field[Any] | None
    labels: tuple[str, ...] = ()


class Form:
    """Values and findings of one schema. Values are nested dicts and lists under the names the JSON has."""

    def __init__(
        self,
        schema: ma.Schema | type[ma.Schema],
        values: Mapping[str, Any] | None = None,
        findings: Iterable[Finding] = (),
        *,
        version: int | None = None,
    ) -> None:
        self.schema = schema() if isinstance(schema, type) else schema
        self.values = dict(values or {})
        self.findings = tuple(findings)
        self.version = version
        #: What the schema made of the values, once `validate()` was content.
        self.data: Any = None
        self._choices: dict[int, Sequence[tuple[str, str]]] = {}

    @classmethod
    def submitted(cls, schema: ma.Schema | type[ma.Schema], posted: Mapping[str, str]) -> Form:
        """The form as it was sent. The buttons "add" (name of a list) and "remove" (name of a row) change its rows."""
        form = cls(schema)
        known = set(fields_of(form.schema))
        form.values = {name: value for name, value in nested(posted).items() if name in known}
        form.version = whole_number(posted.get("version", ""))
        for name in _sent(posted, "add"):
            form.add_row(name)
        for name in _sent(posted, "remove"):
            form.remove_row(name)
        return form

    @staticmethod
    def only_rows_change(posted: Mapping[str, str]) -> bool:
        """Whether "add" or "remove" was pressed: show the form again, check nothing."""
        return "add" in posted or "remove" in posted

    def validate(self) -> bool:
        """Loads the values through the schema into `data`; otherwise `findings` say what is wrong."""
        self.values = without_blanks(self.values)
        try:
            self.data = self.schema.load(prepared(self.schema, self.values))
        except ma.ValidationError as error:
            self.findings = findings_of(error.normalized_messages())
            return False
        return True

    def refuse(self, refusal: Refusal) -> None:
        """Takes over what a flow said no to, at its places; a sentence without findings stands for the whole."""
        self.findings = refusal.findings or (Finding("", refusal.code, refusal.message),)

    @property
    def refused(self) -> bool:
        """Whether there is an error (warnings do not count)."""
        return any(finding.severity == "error" for finding in self.findings)

    def field(self, name: str, **changes: Any) -> FieldView:
        """The field of a dotted name. `changes` override what the schema says, for example label or widget."""
        place = self._place(name)
        if place.field is None:
            raise KeyError(f"the schema has no field {name!r}")
        about = place.field.metadata
        view = FieldView(
            name=name,
            id=field_id(name),
            label=place.labels[-1],
            value=_shown(self.value(name), one_box=is_one_box(place.field)),
            hint=translate(about.get("hint", "")),
            box=str(about.get("box", "")),
            unit=translate(about.get("unit", "")),
            widget=widget_of(place.field),
            required=place.field.required,
            maxlength=longest(place.field),
            inputmode=about.get("inputmode") or inputmode_of(place.field),
            autocomplete=about.get("autocomplete", "off"),
            list=about.get("list") or about.get("codes"),
            width=about.get("width", "wide"),
            rows=int(about.get("rows", 3)),
            choices=self._choices_of(place.field),
            errors=self.messages(name),
            warnings=self.messages(name, "warning"),
        )
        return replace(view, **changes) if changes else view

    def value(self, name: str) -> Any:
        """The present value under a dotted name, None where there is none."""
        here: Any = self.values
        for part in name.split("."):
            if isinstance(here, Mapping):
                here = here.get(part)
            elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
                here = here[int(part)]
            else:
                return None
        return here

    def rows(self, name: str, least: int = 0) -> list[str]:
        """The dotted names of the rows of a list: items.0, items.1 …, at least so many."""
        rows = self.value(name)
        return [f"{name}.{i}" for i in range(max(len(rows) if isinstance(rows, list) else 0, least))]

    def add_row(self, name: str) -> None:
        """One more blank row at the end of a list, if the schema has such a list."""
        if not is_rows(self._place(name).field) or name.rpartition(".")[2].isdecimal():
            return
        holder, last = self._holder(name)
        if holder is not None:
            rows = holder.get(last)
            holder[last] = [*(rows if isinstance(rows, list) else []), {}]

    def remove_row(self, name: str) -> None:
        """The list without that row."""
        parent, _dot, index = name.rpartition(".")
        rows = self.value(parent) if parent else None
        if isinstance(rows, list) and index.isdecimal() and int(index) < len(rows):
            del rows[int(index)]

    def messages(self, name: str, severity: str = "error") -> list[str]:
        """What is said about exactly this name (a field, or a list as a whole); "" is the whole form."""
        here = pointer(*name.split(".")) if name else ""
        within = here + "/" if name and is_one_box(self._place(name).field) else None
        return [
            _said(f)
            for f in self.findings
            if f.severity == severity and (f.pointer == here or (within is not None and f.pointer.startswith(within)))
        ]

    def summary(self) -> list[Complaint]:
        """All findings, errors first, each with the label of its field and a link to it."""
        ordered = sorted(self.findings, key=lambda finding: finding.severity != "error")
        return [self._complaint(finding) for finding in ordered]

    def label(self, name: str) -> str:
        """The label of a field, a list or a row."""
        labels = self._place(name).labels
        return labels[-1] if labels else name

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels on the way to a field: those of its group or row first."""
        return self._place(name).labels

    def about(self, name: str) -> fields.Field[Any] | None:
        """What the schema says of a field, for who shows its values."""
        return self._place(name).field

    def _complaint(self, finding: Finding) -> Complaint:
        name = ".".join(part.replace("~1", "/").replace("~0", "~") for part in finding.pointer.split("/")[1:])
        place = self._place(name) if name else Place(None)
        if is_one_box(place.field):
            name = re.sub(r"\.\d+$", "", name)
        href = "#" + (field_id(name) if place.field is not None else "form-top")
        return Complaint(href, " · ".join(place.labels), _said(finding), finding.severity)

    def _place(self, name: str) -> Place:
        schema: ma.Schema | None = self.schema
        found: fields.Field[Any] | None = None
        labels: list[str] = []
        for part in name.split("."):
            if part.isdecimal():
                if found is not None and is_list(found) and labels:
                    row = found.metadata.get("row")
                    labels[-1] = f"{translate(row) if row else labels[-1]} {int(part[:6]) + 1}"
                continue
            found = fields_of(schema).get(part) if schema is not None else None
            if found is None:
                return Place(None, tuple(labels))
            labels.append(_label(found, part))
            schema = inner_schema(found)
        return Place(found, tuple(labels))

    def _holder(self, name: str) -> tuple[dict[str, Any] | None, str]:
        """The dict that holds the last part of a name; made where missing."""
        *way, last = name.split(".")
        here: Any = self.values
        for part in way:
            if isinstance(here, list) and part.isdecimal() and int(part) < len(here):
                here = here[int(part)]
            elif isinstance(here, dict) and not part.isdecimal():
                here = here.setdefault(part, {})
            else:
                return None, last
        return (here, last) if isinstance(here, dict) else (None, last)

    def _choices_of(self, found: fields.Field[Any]) -> Sequence[tuple[str, str]]:
        """Asked once for each form, not for each of 999 items."""
        if id(found) not in self._choices:
            self._choices[id(found)] = [(str(value), translate(label)) for value, label in choices_of(found)]
        return self._choices[id(found)]


def field_id(name: str) -> str:
    """The id of a field's input; the dotted name cannot be one in a css selector."""
    return "f-" + name.replace(".", "-")


def _said(finding: Finding) -> str:
    """The sentence of a finding. Who fills in a form writes the time at the post, not one with its zone."""
    return translate(_AT_THE_POST if finding.message == _WITH_ZONE else finding.message)


def _label(found: fields.Field[Any], name: str) -> str:
    label = found.metadata.get("label")
    return translate(label) if label is not None else name.replace("_", " ").capitalize()


def _shown(value: Any, *, one_box: bool = False) -> Any:
    if value is None:
        return ""
    if isinstance(value, list) and one_box:
        return ", ".join(map(str, value))
    if isinstance(value, bool | list):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def _sent(posted: Mapping[str, str], button: str) -> list[str]:
    value = posted.get(button)
    return [excerpt(value, 100)] if value else []
