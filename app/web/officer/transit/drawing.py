"""A deed as the panel draws it: its form, the fields in their order, and what may be chosen in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import flask_babel
from markupsafe import Markup

from app.core.text import Text, _
from app.edge import fmt
from app.edge.locale import translate
from app.guarantees.lifecycle import OPEN
from app.registers.movements.file import File
from app.seals.models import Seal
from app.seals.queries import ACTIVE
from app.web.form import Form
from app.web.kinds import fields_of
from app.web.lists import Lists
from app.web.officer.forms import alone
from app.web.officer.transit.panel import Offer
from app.web.officer.transit.table import Deed

Choices = list[tuple[str, str]]
#: What a form may be told about a field beyond its schema, by the field's name within its group.
Overrides = dict[str, dict[str, Any]]

_YES_OR_NO = (("true", _("Yes")), ("false", _("No")))
_LEADING = (
    "presentation", "control-result", "release", "passage", "arrival", "incident-decision", "amendment-decision",
    "unloading-remarks", "unloading-permission", "resolution", "discharge", "enquiry-closing",
    "recovery-settlement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What forms are prefilled with and chosen from."""

    file: File
    lists: Lists
    issued: list[Seal]
    latest: dt.datetime | None
    wished: dt.datetime | None
    today: dt.date


@dataclass(frozen=True, slots=True)
class Drawn:
    """An offered deed ready to be drawn. `fields` are (dotted name, what to override) in order; `rows` the list whose
    rows are added, with the names of one row's fields; `hidden` the names that are sent along unseen."""

    offer: Offer
    form: Form
    fields: list[tuple[str, dict[str, Any]]]
    hidden: list[str]
    rows: str
    row_fields: list[tuple[str, dict[str, Any]]]
    least: int
    offices: Choices
    is_sent: bool
    #: Suggestions beneath boxes: the names of the lists.
    suggests: frozenset[str]

    @property
    def deed(self) -> Deed:
        return self.offer.deed

    @property
    def leads(self) -> bool:
        """Whether it is what one comes for, and stands open where it is the first."""
        return self.deed.name in _LEADING


def offer(each: Offer, facts: Facts, sent: Mapping[str, Form], version: int) -> Drawn:
    """The form of a deed, or the one that was sent and refused."""
    deed, key = each.deed, each.key
    schema = alone(key, deed.schema, deed.title)
    initial = {**_typed(each.target.initial), **_PREFILL.get(deed.name, _nothing)(facts)}
    given = {key: {**initial, **{k: str(v) for k, v in each.target.preset.items()}, "office": each.offices[0]}}
    form = sent.get(key) or Form(schema, given)
    form.version = version
    known = fields_of(deed.schema())
    hidden = list(each.target.preset)
    if "office" in known and len(each.offices) == 1:
        form.values.setdefault(key, {})
        hidden.append("office")
    overrides = _OVERRIDES.get(deed.name, _no_overrides)(facts)
    plain = deed.fields if deed.fields is not None else tuple(n for n in known if n not in ("office", deed.rows))
    shown = [name for name in plain if name not in each.target.preset]
    inner = _row_names(deed)
    return Drawn(
        offer=each,
        form=form,
        fields=[(f"{key}.{name}", overrides.get(name, {})) for name in shown],
        hidden=[f"{key}.{name}" for name in hidden],
        rows=f"{key}.{deed.rows}" if deed.rows else "",
        row_fields=[(name, overrides.get(f"{deed.rows}.{name}", {})) for name in inner],
        least=1 if deed.name in ("seals", "discrepancies", "guarantee-refusal") else 0,
        offices=[(office, f"{office} – {facts.lists.post_name(office)}") for office in each.offices]
        if len(each.offices) > 1 and "office" in known
        else [],
        is_sent=key in sent,
        suggests=_SUGGESTS.get(deed.name, frozenset()),
    )


def _typed(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, list) else str(value) for name, value in initial.items()}


def _row_names(deed: Deed) -> tuple[str, ...]:
    return {
        "seals": ("serial", "plate", "container", "place"),
        "requested": ("type", "text"),
        "reasons": ("code", "grn", "text"),
        "discrepancies": ("item", "field", "found", "remarks"),
    }.get(deed.rows, ())


def local(at: dt.datetime) -> str:
    """A moment as people type it at the post."""
    return str(flask_babel.to_user_timezone(at).strftime("%Y-%m-%d %H:%M"))


def quoted(words: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(words)


def with_params(text: Text, *, destination: str, limit: dt.datetime | None, lists: Lists) -> Text:
    """A sentence of where a movement stands, with its place and its limit."""
    there = Markup("<bdi>{}</bdi> ({})").format(lists.post_name(destination), fmt.code(destination))
    return Text(text.msgid, {"destination": there, "limit": fmt.moment(limit)}) if "{" in text.msgid else text


# --- What forms hold at first ---------------------------------------------------------------------------------------------


def _nothing(facts: Facts) -> dict[str, Any]:
    return {}


def _limit(facts: Facts) -> dict[str, Any]:
    return {"limit_at": local(facts.wished)} if facts.wished else {}


def _taken(facts: Facts) -> dict[str, Any]:
    """What is still reserved for the movement, where it is of one currency."""
    taken = [row for row, _guarantee in facts.file.cover if row.status in OPEN]
    if len({row.currency for row in taken}) != 1:
        return {"currency": "TJS"}
    return {"amount": f"{sum(row.amount for row in taken):f}", "currency": taken[0].currency}


_PREFILL: dict[str, Callable[[Facts], dict[str, Any]]] = {
    "release": _limit,
    "recovery": _taken,
    "unloading-remarks": lambda facts: {"unloaded_on": facts.today.isoformat()},
    "incidents": lambda facts: {"country": facts.file.movement.post[:2]},
}


# --- What may be chosen -----------------------------------------------------------------------------------------------------


def _no_overrides(facts: Facts) -> Overrides:
    return {}


def _yes_or_no() -> Choices:
    return [(value, translate(said)) for value, said in _YES_OR_NO]


def _release(facts: Facts) -> Overrides:
    hint = translate(_("At the latest {moment}.", moment=local(facts.latest))) if facts.latest else ""
    return {"limit_at": {"hint": hint, "width": "medium"}, "remarks": {"rows": 2}}


def _seals(facts: Facts) -> Overrides:
    plates = sorted({*facts.file.plates, *facts.file.declared.plates})
    containers = facts.file.declared.containers
    return {
        "seals.serial": {"list": "seals-in-hand", "widget": "code", "width": "medium"},
        "seals.plate": {"widget": "select", "choices": [(p, p) for p in plates], "width": "medium"},
        "seals.container": {"widget": "select", "choices": [(c, c) for c in containers], "width": "medium"},
    }


def _controls(facts: Facts) -> Overrides:
    return {
        "types": {"choices": facts.lists.options("control_type")},
        "requested.type": {"widget": "select", "choices": facts.lists.options("requested_document_type")},
    }


def _reasons(facts: Facts) -> Overrides:
    named = [str(row["grn"]) for row in facts.file.declared.guarantees if row.get("grn")]
    return {
        "reasons.code": {"widget": "select", "choices": facts.lists.options("invalid_guarantee_reason")},
        "reasons.grn": {"widget": "select", "choices": [(grn, grn) for grn in named]},
        "amend_by": {"hint": _moment_hint(), "width": "medium"},
    }


def _differences(facts: Facts) -> Overrides:
    return {
        "discrepancies.item": {"hint": translate(_("Leave it blank for the whole consignment.")), "width": "medium"},
        "discrepancies.remarks": {"rows": 2},
        "discrepancies.found": {"width": "medium"},
    }


def _remarks(facts: Facts) -> Overrides:
    sealed = any(seal.status in ACTIVE for seal in facts.file.seals)
    blank = translate(_("Leave it open where there were no seals."))
    return {
        **_differences(facts),
        "seals_ok": {
            "widget": "select", "choices": _yes_or_no(), "width": "medium", "hint": "" if sealed else blank,
        },
        "unloaded_on": {"width": "medium"},
        "remarks": {"rows": 2},
    }  # fmt: skip


def _moment_hint() -> str:
    return translate(_("Day and time at the post, for example {example}", example="2026-11-27 13:05"))


def _moments(*names: str, **more: dict[str, Any]) -> Callable[[Facts], Overrides]:
    def overrides(facts: Facts) -> Overrides:
        return {**{name: {"hint": _moment_hint(), "width": "medium"} for name in names}, **more}

    return overrides


def _settled(facts: Facts) -> Overrides:
    choices = [("true", translate(_("Accept"))), ("false", translate(_("Reject")))]
    return {
        "accept": {"widget": "radio", "choices": choices, "label": translate(_("Decision"))},
        "answer": {"rows": 2, "hint": translate(_("Needed to reject."))},
    }


_OVERRIDES: dict[str, Callable[[Facts], Overrides]] = {
    "amendment-decision": _settled,
    "release": _release,
    "seals": _seals,
    "controls": _controls,
    "guarantee-refusal": _reasons,
    "unloading-remarks": _remarks,
    "discrepancies": _differences,
    "control-result": _moments(result={"widget": "radio"}, remarks={"rows": 2}),
    "incident-decision": _moments(outcome={"widget": "radio"}, reason={"rows": 2}),
    "resolution": _moments(resolution={"widget": "radio"}, reason={"rows": 2}),
    "passage": _moments("passed_at", plate={"widget": "code", "width": "medium"}, remarks={"rows": 2}),
    "arrival": _moments("arrived_at", procedure={"widget": "radio", "required": True}),
    "weighings": _moments("weighed_at", gross_kg={"width": "medium", "unit": "kg"}, ticket={"width": "medium"}),
    "incidents": _moments("happened_at", text={"rows": 2}, country={"width": "medium"}),
    "extension": _moments("limit_at", reason={"rows": 2}),
    "enquiry": _moments("answer_by", reason={"rows": 2}),
    "enquiry-answer": _moments(says={"widget": "radio"}, text={"rows": 2}),
    "enquiry-closing": _moments("limit_at", outcome={"widget": "radio"}, reason={"rows": 2}),
    "recovery": _moments(reason={"rows": 2}, amount={"width": "medium"}, currency={"width": "medium"}),
    "seal-check": _moments(remarks={"rows": 2, "hint": ""}),
    "discharge": _moments(reason={"rows": 2}, reservation={"rows": 2}),
    "release-refusal": _moments(reason={"rows": 2}),
    "rejection": _moments(reason={"rows": 2}),
    "invalidation": _moments(reason={"rows": 2}),
    "seal-removal": _moments(reason={"rows": 2}),
}
#: Lists that stand beneath boxes as suggestions.
_SUGGESTS: dict[str, frozenset[str]] = {
    "seals": frozenset({"seals-in-hand"}),
    "incidents": frozenset({"country"}),
    "recovery": frozenset({"currency"}),
}
