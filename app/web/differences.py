"""What is different between two versions of a declaration, field by field, in the words of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import marshmallow as ma
from markupsafe import Markup

from app.core.differences import Difference
from app.core.text import excerpt
from app.declarations.schemas import declaration_schema
from app.web.declared import value_shown
from app.web.form import Form
from app.web.lists import Lists

#: Nobody reads more; a page says how many there are.
MOST_CHANGES = 200
_LONGEST = 500
#: What tells an item that came or went apart from the others.
_NAMING = ("commodity", "description")


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else: its label with the item it belongs to, its box, and both values as people
    read them; "" stands for what is not there."""

    label: str
    box: str
    before: Any
    after: Any


def told(changed: Iterable[Difference], lists: Lists, schema: ma.Schema | None = None) -> list[Change]:
    """Differences with the labels and values of the form (by default the declaration's); the first two hundred of them."""
    form = Form(schema or declaration_schema())
    return [_told(form, difference, lists) for difference in islice(changed, MOST_CHANGES)]


def _told(form: Form, difference: Difference, lists: Lists) -> Change:
    parts = difference.pointer.split("/")[1:]
    labels = form.labels(".".join(parts))
    field = form.about(".".join(parts))

    def said(value: Any) -> Any:
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, Mapping):
            names = _NAMING if "commodity" in value else tuple(value)
            return Markup(" · ").join(excerpt(value[n], 80) for n in names if isinstance(value.get(n), str | int))
        return value_shown(field, value, lists) if field is not None else excerpt(value, _LONGEST)

    label = " · ".join(labels) or difference.pointer
    return Change(label, difference.box, said(difference.before), said(difference.after))
