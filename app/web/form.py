"""Forms drawn and checked by the marshmallow schema that the API uses: one rule, one place.

    form = Form.submitted(DeclarationSchema, request.form)
    if form.validate():
        flows.lodge(session, form.data, by=actor)
    return render_template("declaration.html", form=form), 422

`form.field("items.0.packages.0.kind")` is all that a macro needs to draw one field. What marshmallow's fields cannot say
stands in their `metadata`: label, hint, box (number on the paper form), inputmode, widget, choices (a list or a callable of
(value, label)), list (name of a datalist), unit, width (short, medium, wide), autocomplete, rows, row (label of one row of a list).
Labels and hints are `Text` or `T` sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.errors import Finding, Refusal, pointer
from app.core.text import _, ascii_digits, excerpt
from app.edge import calendars
from app.edge.locale import translate
from app.edge.messages import findings_of
from app.web.names import nested

Choice = tuple[str, object]

#: Digits of any kind with group spaces (or the Persian group sign), and at most one decimal sign.
_NUMERIC = re.compile(r"[+-]?[\d\s\u066c]*([.,\u066b]\d*)?")
#: 1,250 is 1250 to one reader and 1.25 to another: nobody may guess.
_AMBIGUOUS = re.compile(r"[^,]*,\d{3}")
_GROUPING = re.compile(r"[\s\u066c]")


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

    @property
    def described_by(self) -> str:
        """The ids of hint, errors and warnings, for aria-describedby."""
        parts = [(self.hint, "hint"), (self.errors, "error"), (self.warnings, "warning")]
        return " ".join(f"{self.id}-{suffix}" for there, suffix in parts if there)

    def is_chosen(self, value: object) -> bool:
        """Whether the option is (one of) the present value."""
        return str(value) in [str(v) for v in self.value] if isinstance(self.value, list) else str(value) == str(self.value)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the error summary: where it leads, which field it is about, what it says."""

    href: str
    label: str
    message: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class _Place:
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
        known = set(_fields(form.schema))
        form.values = {name: value for name, value in nested(posted).items() if name in known}
        form.version = _whole_number(posted.get("version", ""))
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
        self.values = _without_blanks(self.values)
        try:
            self.data = self.schema.load(_prepared(self.schema, self.values))
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
            value=_shown(self.value(name)),
            hint=translate(about.get("hint", "")),
            box=str(about.get("box", "")),
            unit=translate(about.get("unit", "")),
            widget=_widget(place.field),
            required=place.field.required,
            maxlength=_longest(place.field),
            inputmode=about.get("inputmode") or _inputmode(place.field),
            autocomplete=about.get("autocomplete", "off"),
            list=about.get("list"),
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
        holder, last = self._holder(name)
        if holder is not None and _is_rows(self._place(name).field):
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
        return [translate(f.message) for f in self.findings if f.pointer == here and f.severity == severity]

    def summary(self) -> list[Complaint]:
        """All findings, errors first, each with the label of its field and a link to it."""
        ordered = sorted(self.findings, key=lambda finding: finding.severity != "error")
        return [self._complaint(finding) for finding in ordered]

    def label(self, name: str) -> str:
        """The label of a field, a list or a row."""
        labels = self._place(name).labels
        return labels[-1] if labels else name

    def _complaint(self, finding: Finding) -> Complaint:
        name = ".".join(part.replace("~1", "/").replace("~0", "~") for part in finding.pointer.split("/")[1:])
        place = self._place(name) if name else _Place(None)
        href = "#" + (field_id(name) if place.field is not None else "form-top")
        return Complaint(href, " · ".join(place.labels), translate(finding.message), finding.severity)

    def _place(self, name: str) -> _Place:
        schema: ma.Schema | None = self.schema
        found: fields.Field[Any] | None = None
        labels: list[str] = []
        for part in name.split("."):
            if part.isdecimal():
                if found is not None and _is_list(found) and labels:
                    row = found.metadata.get("row")
                    labels[-1] = f"{translate(row) if row else labels[-1]} {int(part[:6]) + 1}"
                continue
            found = _fields(schema).get(part) if schema is not None else None
            if found is None:
                return _Place(None, tuple(labels))
            labels.append(_label(found, part))
            schema = _inner_schema(found)
        return _Place(found, tuple(labels))

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
            self._choices[id(found)] = [(str(value), translate(label)) for value, label in _choices(found)]
        return self._choices[id(found)]


def field_id(name: str) -> str:
    """The id of a field's input; the dotted name cannot be one in a css selector."""
    return "f-" + name.replace(".", "-")


def _label(found: fields.Field[Any], name: str) -> str:
    label = found.metadata.get("label")
    return translate(label) if label is not None else name.replace("_", " ").capitalize()


def _fields(schema: ma.Schema | None) -> dict[str, fields.Field[Any]]:
    """The fields that may be filled in, by the names the JSON has."""
    if schema is None:
        return {}
    return {f.data_key if f.data_key is not None else name: f for name, f in schema.load_fields.items()}


def _inner(found: fields.Field[Any]) -> fields.Field[Any]:
    inner = getattr(found, "inner", None)
    return inner if isinstance(inner, fields.Field) else found


def _inner_schema(found: fields.Field[Any]) -> ma.Schema | None:
    schema = getattr(_inner(found), "schema", None)
    return schema if isinstance(schema, ma.Schema) else None


def _is_list(found: fields.Field[Any] | None) -> bool:
    return isinstance(found, fields.List) or bool(getattr(found, "many", False))


def _is_rows(found: fields.Field[Any] | None) -> bool:
    return found is not None and _is_list(found) and _inner_schema(found) is not None


def _validators(found: fields.Field[Any]) -> Iterable[Any]:
    for validator in (*found.validators, *(_inner(found).validators if _is_list(found) else ())):
        yield from validator.validators if isinstance(validator, validate.And) else (validator,)


def _choices(found: fields.Field[Any]) -> Iterable[Choice]:
    offered: Iterable[Choice] | Callable[[], Iterable[Choice]] | None = found.metadata.get("choices")
    if offered is not None:
        return offered() if callable(offered) else offered
    if isinstance(found, fields.Enum):
        return [(str(member.value if found.by_value else member.name), member.name) for member in found.enum]
    for validator in _validators(found):
        if isinstance(validator, validate.OneOf):
            labels = list(validator.labels)
            return [(str(choice), labels[i] if i < len(labels) else str(choice)) for i, choice in enumerate(validator.choices)]
    return ()


def _widget(found: fields.Field[Any]) -> str:
    if "widget" in found.metadata:
        return str(found.metadata["widget"])
    if isinstance(found, fields.Boolean):
        return "checkbox"
    if isinstance(found, fields.Enum) or "choices" in found.metadata or any(isinstance(v, validate.OneOf) for v in _validators(found)):
        return "checkboxes" if _is_list(found) else "select"
    return "text"


def _longest(found: fields.Field[Any]) -> int | None:
    for validator in _validators(found):
        if isinstance(validator, validate.Length) and not _is_list(found):
            return validator.equal or validator.max
    return None


def _is_numeric(found: fields.Field[Any]) -> bool:
    return isinstance(found, fields.Number) or found.metadata.get("inputmode") in ("numeric", "decimal")


def _inputmode(found: fields.Field[Any]) -> str | None:
    if isinstance(found, fields.Integer):
        return "numeric"
    return "decimal" if isinstance(found, fields.Number) else None


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool | list):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def _prepared(schema: ma.Schema, values: Any) -> Any:
    """What people type in the form that the schema reads: ASCII digits without group spaces, ISO dates."""
    if not isinstance(values, Mapping):
        return values
    known = _fields(schema)
    return {name: _prepared_value(known[name], value) if name in known else value for name, value in values.items()}


def _prepared_value(found: fields.Field[Any], value: Any) -> Any:
    inner = _inner_schema(found)
    if inner is not None:
        return [_prepared(inner, row) for row in value] if isinstance(value, list) else _prepared(inner, value)
    if isinstance(found, fields.List):
        return [_prepared_value(found.inner, one) for one in (value if isinstance(value, list) else [value])]
    if not isinstance(value, str):
        return value
    if _is_numeric(found):
        return _number(value)
    if isinstance(found, fields.Date) or found.metadata.get("widget") == "date":
        return _date(value)
    return value


def _number(typed: str) -> str:
    """Persian digits, group spaces and the decimal comma in the schema's form; anything else is left for the schema to refuse."""
    if not _NUMERIC.fullmatch(typed) or _AMBIGUOUS.fullmatch(typed):
        return typed
    return ascii_digits(_GROUPING.sub("", typed)).replace("\u066b", ".").replace(",", ".")


def _date(typed: str) -> str:
    try:
        return calendars.parse(typed).isoformat()
    except calendars.NotADate:
        return typed


def _without_blanks(values: Any) -> Any:
    """Blank means absent: empty rows and empty groups go."""
    if isinstance(values, Mapping):
        kept = {name: _without_blanks(value) for name, value in values.items()}
        return {name: value for name, value in kept.items() if value not in ("", None, {}, [])}
    if isinstance(values, list):
        return [value for value in map(_without_blanks, values) if value not in ("", None, {}, [])]
    return values


def _sent(posted: Mapping[str, str], button: str) -> list[str]:
    value = posted.get(button)
    return [excerpt(value, 100)] if value else []


def _whole_number(typed: str) -> int | None:
    text = ascii_digits(typed.strip())
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


#: Shown above a form that comes back.
SUMMARY_TITLE = _("There is something to correct")
SUMMARY_WARNINGS = _("Please check")
