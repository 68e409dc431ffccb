"""What a marshmallow field says about itself, for those who draw it or fill it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.fields import Words

Choice = tuple[str, object]


def fields_of(schema: ma.Schema | None) -> dict[str, fields.Field[Any]]:
    """The fields that may be filled in, by the names the JSON has."""
    if schema is None:
        return {}
    return {f.data_key if f.data_key is not None else name: f for name, f in schema.load_fields.items()}


def inner_field(found: fields.Field[Any]) -> fields.Field[Any]:
    """What a list is a list of; any other field itself."""
    inner = getattr(found, "inner", None)
    return inner if isinstance(inner, fields.Field) else found


def inner_schema(found: fields.Field[Any]) -> ma.Schema | None:
    """The schema of a group or of the rows of a list; None for plain values."""
    schema = getattr(inner_field(found), "schema", None)
    return schema if isinstance(schema, ma.Schema) else None


def is_list(found: fields.Field[Any] | None) -> bool:
    """Whether the JSON has a list here."""
    return isinstance(found, fields.List) or bool(getattr(found, "many", False))


def is_rows(found: fields.Field[Any] | None) -> bool:
    """Whether the list is of groups: each is drawn as a row of fields."""
    return found is not None and is_list(found) and inner_schema(found) is not None


def is_one_box(found: fields.Field[Any] | None) -> bool:
    """A list of plain values is typed into one box, unless it is chosen from options."""
    return found is not None and is_list(found) and not is_rows(found) and widget_of(found) == "text"


def _validators(found: fields.Field[Any]) -> Iterable[Any]:
    for validator in (*found.validators, *(inner_field(found).validators if is_list(found) else ())):
        yield from validator.validators if isinstance(validator, validate.And) else (validator,)


def choices_of(found: fields.Field[Any]) -> Iterable[Choice]:
    """(value, label) of all that may be chosen; nothing where anything may be typed."""
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


def widget_of(found: fields.Field[Any]) -> str:
    """text, select, checkbox, checkboxes, or what the metadata say (textarea, radio, date, hidden, password, file)."""
    if "widget" in found.metadata:
        return str(found.metadata["widget"])
    if isinstance(found, fields.Boolean):
        return "checkbox"
    if isinstance(found, fields.Enum) or "choices" in found.metadata or any(isinstance(v, validate.OneOf) for v in _validators(found)):
        return "checkboxes" if is_list(found) else "select"
    return "text"


def longest(found: fields.Field[Any]) -> int | None:
    """The most characters the value may have, where that is bounded."""
    if is_list(found):
        return None
    lengths = (v.equal or v.max for v in _validators(found) if isinstance(v, validate.Length))
    return found.most if isinstance(found, Words) else next(lengths, None)


def is_numeric(found: fields.Field[Any]) -> bool:
    """Whether digits of any script mean a number here."""
    return isinstance(found, fields.Number) or found.metadata.get("inputmode") in ("numeric", "decimal")


def inputmode_of(found: fields.Field[Any]) -> str | None:
    """Which keyboard a telephone shows."""
    if isinstance(found, fields.Integer):
        return "numeric"
    return "decimal" if isinstance(found, fields.Number) else None
