"""Words that are out of order, filled in for a look: so that one missing word does not hide ten wrong codes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Set
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.errors import Finding
from app.core.fields import Coded, Day, Exact, Whole
from app.core.text import Text, excerpt
from app.web.form import Form
from app.web.kinds import fields_of, inner_field, inner_schema, is_list

#: Sentences of a schema that do not name what they are about.
NAMELESS = frozenset({"required", "unknown"})


def named(form: Form, finding: Finding) -> Finding:
    """The finding as it is told far from its box: what is missing or not known with the name of its field, which its
    sentence does not hold."""
    path = ".".join(finding.pointer.split("/")[1:])
    name = " · ".join(form.labels(path)) or excerpt(path, 80)
    if finding.rule not in NAMELESS or not name:
        return finding
    message = Text("{field}: {message}", {"field": name, "message": finding.message})
    return Finding(finding.pointer, finding.rule, message, finding.severity)


def with_groups(schema: ma.Schema, words: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the words with the groups at the top that must be there, so that what is missing is told box by box."""
    whole = copy.deepcopy(dict(words))
    for name, found in fields_of(schema).items():
        if found.required and inner_schema(found) is not None and not is_list(found) and whole.get(name) is None:
            whole[name] = {}
    return whole


def filled(schema: ma.Schema, words: Mapping[str, Any], wrong: Set[str]) -> dict[str, Any]:
    """The words with neutral ones for those out of order (`wrong`: their pointers), and without unknown names."""
    return _filled(schema, words, "", wrong)


def touches(pointer: str, wrong: Set[str]) -> bool:
    """Whether the value, or a group it stands in, was itself out of order."""
    while pointer:
        if pointer in wrong:
            return True
        pointer = pointer.rpartition("/")[0]
    return False


def _filled(schema: ma.Schema, values: Any, at: str, wrong: Set[str]) -> dict[str, Any]:
    """The words with neutral ones for those out of order, and without names that are not known."""
    given = values if isinstance(values, Mapping) else {}
    filled: dict[str, Any] = {}
    for name, found in fields_of(schema).items():
        value, here = given.get(name), f"{at}/{name}"
        if not found.required and (value is None or here in wrong):
            continue
        filled[name] = _filled_value(found, value, here, wrong)
    return filled


def _filled_value(found: fields.Field[Any], value: Any, here: str, wrong: Set[str]) -> Any:
    inner = inner_schema(found)
    if inner is not None and is_list(found):
        rows = value if isinstance(value, list) and here not in wrong else [{}] if found.required else []
        return [_filled(inner, row, f"{here}/{place}", wrong) for place, row in enumerate(rows)]
    if inner is not None:
        return _filled(inner, value, here, wrong)
    if is_list(found):
        kept = value if isinstance(value, list) and here not in wrong else [None] if found.required else []
        return [
            _neutral(inner_field(found)) if one is None or f"{here}/{place}" in wrong else one
            for place, one in enumerate(kept)
        ]
    return _neutral(found) if value is None or here in wrong else value


def _neutral(found: fields.Field[Any]) -> Any:
    """A word of the field's form that no rule is asked about."""
    if isinstance(found, Coded):
        return found.example
    if isinstance(found, Exact):
        return "1"
    if isinstance(found, Whole):
        return max(found.least, 1)
    if isinstance(found, Day):
        return "2026-01-01"
    if isinstance(found, fields.Boolean):
        return False
    choice = next((v for v in found.validators if isinstance(v, validate.OneOf)), None)
    return next(iter(choice.choices)) if choice is not None else "1"
