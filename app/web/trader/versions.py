"""The versions of what was declared, and what is different between two of them, in the words of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from app.core import db
from app.core.errors import NotFound
from app.core.text import excerpt
from app.declarations import queries
from app.declarations.differences import Difference
from app.declarations.schemas import declaration_schema
from app.edge.signin import signed_in
from app.registers import versions as register
from app.web.declared import value_shown
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.trader.plain import REQUESTS
from app.web.typed import whole_number

#: Nobody reads more; the rest is counted.
MOST_CHANGES = 300
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One field that says something else, as people read it; "" stands for what is not there."""

    label: str
    box: str
    before: Any
    after: Any


def told_changes(changed: Iterable[Difference], lists: Lists) -> list[Change]:
    """Differences with the labels and values of the form."""
    form = Form(declaration_schema())
    return [_told(form, difference, lists) for difference in changed]


def _told(form: Form, difference: Difference, lists: Lists) -> Change:
    parts = difference.pointer.split("/")[1:]
    labels = form.labels(".".join(parts))
    field = form.about(".".join(parts))

    def said(value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return Markup(" · ").join(excerpt(v, 80) for v in value.values() if isinstance(v, str | int))
        return value_shown(field, value, lists) if field is not None else excerpt(value, _LONGEST)

    return Change(
        " · ".join(labels) or difference.pointer, difference.box, said(difference.before), said(difference.after)
    )


@blueprint.get("/declarations/<reference>/versions")
@signed_in(ROLE)
def versions(reference: str) -> str:
    """Every version, and what changed from one to another: by default from the one before the last to the last."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status == "draft":
            raise NotFound()
        known = register.of(session, reference, by=trader())
        asked = queries.requests(session, record, by=trader())
        last = len(known)
        one = _number("from", max(1, last - 1), last)
        other = _number("to", last, last)
        changed = register.between(session, reference, one, other, by=trader()) if one != other else []
        lists = lists_of(session)
    return render_template(
        "trader/versions.html",
        record=record,
        versions=known,
        one=one,
        other=other,
        changes=told_changes(changed[:MOST_CHANGES], lists),
        hidden=max(0, len(changed) - MOST_CHANGES),
        requests=asked,
        request_states=REQUESTS,
    )


@blueprint.get("/declarations/<reference>/requests/<uuid:amendment>")
@signed_in(ROLE)
def requested(reference: str, amendment: UUID) -> str:
    """A request to change or invalidate the declaration: what it would change, and what became of it."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        found = queries.request(session, record, amendment, by=trader())
        if found is None:
            raise NotFound()
        changed = register.wanted(session, reference, amendment, by=trader())
        lists = lists_of(session)
    return render_template(
        "trader/request.html",
        record=record,
        wanted=found,
        changes=told_changes(changed[:MOST_CHANGES], lists),
        hidden=max(0, len(changed) - MOST_CHANGES),
        request_states=REQUESTS,
    )


def _number(name: str, default: int, most: int) -> int:
    number = whole_number(request.args.get(name, "")) or default
    return number if 1 <= number <= most else default
