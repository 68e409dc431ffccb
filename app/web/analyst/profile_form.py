"""The form in which a profile is written: its words, and its criteria line by line.

Pure: what was sent becomes values, values become what the verb is told, and a profile becomes values again. A value that
stands before an operator of several values is one hidden box each, with one more box to type into; all of them have the
same name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import flask_babel
import marshmallow as ma
from marshmallow import validate

from app.core.errors import Finding, Invalid
from app.core.fields import Day, Exact, Words
from app.core.text import Text, _, excerpt, normal
from app.edge.locale import LOCALES
from app.risk import commands
from app.risk.models import RiskProfile
from app.risk.operations.profiles import KINDS, LONGEST_CODE, LONGEST_NAME, LONGEST_SOURCE, LONGEST_TEXT
from app.risk.rules import criteria, expressions, operators, vocabulary
from app.risk.rules.operators import Operator, Takes
from app.risk.rules.vocabulary import Fact, Type
from app.web.form import Form
from app.web.names import nested
from app.web.typed import number

#: Whether a code list (by name) has a code.
KnownCodes = Callable[[str, str], bool]

CRITERIA, EXPRESSION = "criteria", "expression"
KIND_WORDS: dict[str, Text] = {"declaration": _("Declarations"), "movement": _("Transit movements")}
LANES = ("yellow", "red", "blue")
#: At most so many conditions are read from what was sent; the rules say how many there may be.
_MOST_LINES = 40
_BETWEEN = re.compile(r"[\r\n;\u061b]+")
_BETWEEN_CODES = re.compile(r"[\s,;\u060c\u061b]+")


def _label(text: Text, **more: Any) -> dict[str, Any]:
    return {"label": text, **more}


def _said(name: str, text: Text, longest: int, **more: Any) -> ma.fields.Nested:
    """A text in each language, under the name that the language has for itself."""
    fields: dict[str, ma.fields.Field[Any]] = {
        locale: Words(longest, metadata={"label": own, **more}) for locale, own in LOCALES.items()
    }
    return ma.fields.Nested(ma.Schema.from_dict(fields, name=f"Profile{name}Schema"), metadata=_label(text))


class _ItemLineSchema(ma.Schema):
    field = ma.fields.String(metadata=_label(_("Fact of the item")))
    op = ma.fields.String(metadata=_label(_("Comparison")))
    value = ma.fields.List(ma.fields.String(), metadata=_label(_("Value")))


class _LineSchema(ma.Schema):
    fact = ma.fields.String(metadata=_label(_("Fact")))
    op = ma.fields.String(metadata=_label(_("Comparison")))
    value = ma.fields.List(ma.fields.String(), metadata=_label(_("Value")))
    item = ma.fields.List(ma.fields.Nested(_ItemLineSchema), metadata=_label(_("One item"), row=_("Condition")))


class _GroupSchema(ma.Schema):
    all = ma.fields.List(ma.fields.Nested(_LineSchema), metadata=_label(_("Conditions"), row=_("Condition")))


class ProfileSchema(ma.Schema):
    """What is written of a profile. What is missing or wrong is told by the verb, all of it at once."""

    code = ma.fields.String(
        validate=validate.Length(max=200),
        metadata=_label(_("Code"), width="medium", inputmode="text",
                        hint=_("Small letters, digits and hyphens, at most {most}, such as night-transit. It stays for good.",
                               most=LONGEST_CODE)),
    )  # fmt: skip
    mode = ma.fields.String(validate=validate.OneOf([CRITERIA, EXPRESSION]), metadata={"widget": "hidden"})
    any = ma.fields.List(ma.fields.Nested(_GroupSchema), metadata=_label(_("Criteria"), row=_("Group")))
    expression = ma.fields.String(metadata=_label(_("Expression")))
    lane = ma.fields.String(validate=validate.OneOf(LANES), metadata=_label(_("Lane it leads to"), widget="radio"))
    kinds = ma.fields.List(
        ma.fields.String(validate=validate.OneOf(KINDS)),
        metadata=_label(_("Asked about"), widget="checkboxes", choices=list(KIND_WORDS.items())),
    )
    posts = ma.fields.List(
        ma.fields.String(), metadata=_label(_("Posts"), widget="checkboxes", hint=_("None ticked: every post."))
    )
    spare_trusted = ma.fields.Boolean(
        metadata=_label(_("Goods of trusted traders go on blue where it would stop them on yellow"))
    )
    expected_rate = Exact(
        3, 2,
        metadata=_label(_("Expected rate"), unit="%", width="medium",
                        hint=_("How many of a hundred consignments you expect it to hit.")),
    )  # fmt: skip
    valid_to = Day(
        metadata=_label(_("Last day"), width="medium", widget="date", hint=_("Blank: until it is switched off."))
    )
    names = _said("Names", _("Name"), LONGEST_NAME)
    reason = _said("Reason", _("Why there is such a profile"), LONGEST_TEXT, widget="textarea", rows=3)
    instruction = _said("Instruction", _("What the officer does"), LONGEST_TEXT, widget="textarea", rows=3)
    source = Words(
        LONGEST_SOURCE, metadata=_label(_("Source"), hint=_("The case, the circular or the guide it comes from."))
    )


# --- From what was sent ---------------------------------------------------------------------------------------------------


def submitted(posted: Mapping[str, Any], known: KnownCodes) -> Form:
    """The form as it was sent, after what its buttons do to the lines."""
    form = Form(ProfileSchema)
    names = set(form.schema.fields)
    form.values = {name: value for name, value in nested(posted).items() if name in names}
    for several in ("kinds", "posts"):
        form.values[several] = _as_list(form.values.get(several))
    form.values["any"] = [
        _group(group, known) for group in _as_list(form.values.get("any"))[: criteria.MOST_GROUPS + 1]
    ]
    form.values.setdefault("mode", CRITERIA)
    _press(form, posted)
    return form


def only_lines_change(posted: Mapping[str, Any]) -> bool:
    """Whether a button of the lines was pressed, or a list chosen from: nothing is kept then."""
    return any(name in posted for name in ("add", "add-item", "remove", "write", "build", "draw", "try"))


def _press(form: Form, posted: Mapping[str, Any]) -> None:
    """What the buttons do."""
    if name := posted.get("remove", ""):
        form.remove_row(excerpt(name, 100))
    if name := posted.get("add", ""):
        _add(form, excerpt(name, 100), {"all": [{}]} if name == "any" else {})
    if name := posted.get("add-item", ""):
        _add(form, excerpt(name, 100), {"item": [{}]})
    if "write" in posted:
        form.values["expression"] = _written(form)
        form.values["mode"] = EXPRESSION
    if "build" in posted:
        form.values["mode"] = CRITERIA
    form.values["any"] = [group for group in form.values["any"] if group.get("all")] or [{"all": [{}]}]


def _add(form: Form, name: str, row: dict[str, Any]) -> None:
    rows = form.value(name)
    if isinstance(rows, list) and name.rpartition(".")[2] in ("any", "all", "item"):
        rows.append(row)


def _written(form: Form) -> str:
    """The criteria as an expression to go on writing at; what was written before, where they cannot be read."""
    built = built_of(form)
    return criteria.expression(built) if not criteria.check(built) else str(form.values.get("expression") or "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "", {}) else [value]


def _group(group: Any, known: KnownCodes) -> dict[str, Any]:
    lines = _as_list(group.get("all")) if isinstance(group, Mapping) else []
    return {"all": [_line(line, known) for line in lines[:_MOST_LINES]]}


def _line(line: Any, known: KnownCodes) -> dict[str, Any]:
    if not isinstance(line, Mapping):
        return {}
    if "item" in line:
        return {
            "item": [
                _condition(one, vocabulary.item_field, "field", known) for one in _as_list(line["item"])[:_MOST_LINES]
            ]
        }
    return _condition(line, vocabulary.by_name, "fact", known)


def _condition(line: Any, find: Callable[[str], Fact | None], word: str, known: KnownCodes) -> dict[str, Any]:
    """A condition with its values each for itself, numbers in plain digits, codes as their list writes them."""
    if not isinstance(line, Mapping):
        return {}
    name, op = (str(line.get(key) or "")[:60] for key in (word, "op"))
    fact = find(name)
    operator = operators.operator(fact, op) if fact else None
    typed = [str(value) for value in _as_list(line.get("value"))]
    values = [value for one in typed for value in _values(fact, operator, one)] if fact else typed
    kept = {word: name, "op": op if operator else "", "value": [_formed(fact, value, known) for value in values]}
    return {key: value for key, value in kept.items() if value}


def _values(fact: Fact | None, operator: Operator | None, typed: str) -> list[str]:
    if operator is None or fact is None or operator.takes is not Takes.SEVERAL:
        return [typed]
    plain = fact.codes or fact.type is Type.WHOLE
    return [one.strip() for one in (_BETWEEN_CODES if plain else _BETWEEN).split(typed) if one.strip()]


def _formed(fact: Fact | None, typed: str, known: KnownCodes) -> str:
    if fact is None:
        return typed
    if fact.type in (Type.NUMBER, Type.WHOLE):
        return number(typed)
    if fact.codes and not known(fact.codes, typed) and known(fact.codes, typed.upper()):
        return typed.upper()
    return normal(typed)


# --- To what the verb is told ---------------------------------------------------------------------------------------------


def built_of(form: Form) -> dict[str, Any]:
    """The criteria of the form in the shape of `rules.criteria`; whether they are right is asked there."""
    return {"any": [{"all": [_part(line) for line in group.get("all", ())]} for group in form.values.get("any") or ()]}


def _part(line: Mapping[str, Any]) -> dict[str, Any]:
    if "item" in line:
        return {"item": [_told(one, vocabulary.item_field, "field") for one in line["item"]]}
    return _told(line, vocabulary.by_name, "fact")


def _told(line: Mapping[str, Any], find: Callable[[str], Fact | None], word: str) -> dict[str, Any]:
    fact, op = find(line.get(word, "")), line.get("op", "")
    told: dict[str, Any] = {word: line.get(word, ""), "op": op}
    operator = operators.operator(fact, op) if fact else None
    if operator is None or operator.takes is Takes.NOTHING:
        return told
    values = [_typed(fact, value) for value in line.get("value", ())]
    if not values:
        return told | {"value": [] if operator.takes in (Takes.SEVERAL, Takes.RANGE) else ""}
    return told | {"value": values[0] if len(values) == 1 else values}


def _typed(fact: Fact | None, value: str) -> str | int:
    if fact is None or fact.type is not Type.WHOLE:
        return value
    plain = re.fullmatch(r"-?[0-9]{1,15}", value)
    return int(value) if plain else value


def words_of(form: Form) -> commands.Words:
    """The words of a form that its schema has read."""
    data = form.data
    by_hand = form.values["mode"] == EXPRESSION
    return commands.Words(
        lane=data.get("lane", ""),
        names=data.get("names", {}),
        reason=data.get("reason", {}),
        instruction=data.get("instruction", {}),
        source=data.get("source", ""),
        criteria=None if by_hand else built_of(form),
        expression=data.get("expression", "") if by_hand else "",
        kinds=tuple(data.get("kinds", ())),
        posts=tuple(data.get("posts", ())),
        spare_trusted=bool(data.get("spare_trusted", False)),
        expected_rate=Decimal(data["expected_rate"]) if "expected_rate" in data else None,
        valid_to=_end_of(data["valid_to"]) if "valid_to" in data else None,
    )


def _end_of(day: str) -> dt.datetime:
    """The moment at which a day at the reader's post is over."""
    after = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    zone = flask_babel.get_timezone()
    naive = dt.datetime.combine(after, dt.time())
    local = zone.localize(naive) if hasattr(zone, "localize") else naive.replace(tzinfo=zone)
    return local.astimezone(dt.UTC)  # type: ignore[no-any-return]


def last_day(valid_to: dt.datetime) -> dt.date:
    """The last day at the reader's post on which it holds."""
    local: dt.datetime = flask_babel.to_user_timezone(valid_to - dt.timedelta(seconds=1))
    return local.date()


def placed(findings: tuple[Finding, ...], form: Form) -> list[Finding]:
    """Findings of the verb at the fields of the form; there is a field for the expression only where it is written by hand."""
    built = form.values.get("mode") != EXPRESSION
    return [replace(found, pointer=_place(found.pointer, built=built)) for found in findings]


def _place(pointer: str, *, built: bool) -> str:
    if pointer == "/expression" and built:
        return "/any"
    return "/any" if pointer == "/criteria" else pointer.removeprefix("/criteria")


def faults(form: Form, known: KnownCodes) -> list[Finding]:
    """What is wrong with the criteria, or the expression, as they stand; warnings among them."""
    if form.values["mode"] == EXPRESSION:
        return _expression_faults(str(form.values.get("expression") or ""))
    found = criteria.check(built_of(form), known)
    return [replace(one, pointer=one.pointer or "/any") for one in found]


def _expression_faults(source: str) -> list[Finding]:
    try:
        expressions.compiled(normal(source))
    except Invalid as refusal:
        return list(refusal.findings)
    return []


# --- From a profile -------------------------------------------------------------------------------------------------------


def blank() -> Form:
    """A new profile."""
    values: dict[str, Any] = {"mode": CRITERIA, "any": [{"all": [{}]}], "kinds": ["declaration"], "posts": []}
    return Form(ProfileSchema, values)


def of_profile(profile: RiskProfile) -> Form:
    """What a profile says, to be changed."""
    by_hand = profile.criteria is None
    values: dict[str, Any] = {
        "code": profile.code,
        "mode": EXPRESSION if by_hand else CRITERIA,
        "any": [{"all": [{}]}] if by_hand else lines_of(profile.criteria or {}),
        "expression": profile.expression if by_hand else "",
        "lane": profile.lane,
        "kinds": list(profile.kinds),
        "posts": list(profile.posts),
        "spare_trusted": profile.spare_trusted,
        "expected_rate": "" if profile.expected_rate is None else format(profile.expected_rate.normalize(), "f"),
        "valid_to": last_day(profile.valid_to).isoformat() if profile.valid_to else "",
        "names": dict(profile.names),
        "reason": dict(profile.reason),
        "instruction": dict(profile.instruction),
        "source": profile.source,
    }
    return Form(ProfileSchema, values)


def lines_of(built: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of the form for stored criteria."""
    return [{"all": [_written_line(line) for line in group["all"]]} for group in built["any"]]


def _written_line(line: Mapping[str, Any]) -> dict[str, Any]:
    if "item" in line:
        return {"item": [_written_line(one) for one in line["item"]]}
    values = line.get("value")
    return {
        **line,
        "value": [
            str(value) for value in (values if isinstance(values, list) else [values] if values is not None else [])
        ],
    }
