"""Everything that is wrong with a declaration as it is written, at once.

The rules of lodging look at a declaration whose words are all in order. So that one missing word does not hide ten
wrong codes, the words that are out of order are filled in for the look, and what is then found about single values is
told as well.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid
from app.core.fields import Coded, Day, Exact, Whole
from app.core.text import Text, excerpt
from app.declarations import rules, schemas
from app.declarations.commands import Declared
from app.declarations.operations import may_declare
from app.flows import lodging
from app.interchange.asycuda.checks import located
from app.web.form import Form
from app.web.kinds import fields_of, inner_field, inner_schema, is_list

#: For the labels of the fields.
_FORM = Form(schemas.declaration_schema())
#: Sentences of the schema that do not name what they are about.
_NAMELESS = frozenset({"required", "unknown"})
#: Rules about one value alone: they hold whatever stands beside it.
_ALONE = frozenset({"code", "post", "container", "date", "declarant"})
#: Rules about one item, which look at no more of the header than its kind.
_OF_ITEMS = frozenset({"items", "controlled"})
_KIND = frozenset({"/post", "/declaration_type", "/general_procedure", "/countries", "/transport"})
#: Those among them that look at the price of the whole beside it.
_OF_PRICES = "value"
_PARTIES = frozenset({"/consignor", "/consignee", "/declarant", "/financial"})


def findings(session: Session, words: Mapping[str, Any], *, by: Actor) -> list[Finding]:
    """Errors and warnings of the schema, of the rules, and of whom one may declare for."""
    whole = _with_groups(words)
    try:
        declared = schemas.read(whole)
    except Invalid as refusal:
        return _of_unreadable(session, whole, list(refusal.findings), by)
    return [*_mandate(declared, by=by), *lodging.check(session, whole, by=by)]


def refused(found: list[Finding]) -> bool:
    return any(finding.severity == "error" for finding in found)


def boxed(finding: Finding) -> Finding:
    """The finding with the box of the paper form in front, as the reader of a message says it."""
    if finding.rule.startswith("sad-"):
        return finding
    return Finding(finding.pointer, finding.rule, located(finding.pointer, finding.message), finding.severity)


def named(finding: Finding) -> Finding:
    """The finding as it is told far from its box: what is missing or not known here with the name of its field, which its
    sentence does not hold; anything else with its box."""
    if finding.rule not in _NAMELESS:
        return boxed(finding)
    path = ".".join(finding.pointer.split("/")[1:])
    name = " · ".join(_FORM.labels(path)) or excerpt(path, 80)
    if not name:
        return finding
    message = Text("{field}: {message}", {"field": name, "message": finding.message})
    return Finding(finding.pointer, finding.rule, message, finding.severity)


def _of_unreadable(session: Session, words: dict[str, Any], found: list[Finding], by: Actor) -> list[Finding]:
    wrong = {finding.pointer for finding in found}
    filled = _filled(schemas.declaration_schema(), words, "", wrong)
    try:
        looked = [*_mandate(schemas.read(filled), by=by), *lodging.check(session, filled, by=by)]
    except Invalid:  # a list is too long or too short: first that
        return found
    return found + [f for f in looked if not _touches(f.pointer, wrong) and _holds(f, wrong)]


def _holds(finding: Finding, wrong: set[str]) -> bool:
    """Whether it holds although other words are out of order: it is about one value, or about an item or the parties,
    which are in order in a declaration whose kind is."""
    if finding.rule.split(".")[0] in _ALONE:
        return True
    known = rules.RULES.get(finding.rule)
    heads = {"/" + at.split("/")[1] for at in wrong if at}
    if known is None or heads & _KIND or (finding.rule.split(".")[0] == _OF_PRICES and "/invoice" in heads):
        return False
    if known.of == "parties":
        return not heads & _PARTIES
    item = "/".join(finding.pointer.split("/")[:3])
    return (
        known.of in _OF_ITEMS
        and finding.pointer.startswith("/items/")
        and not any(at == item or at.startswith(item + "/") for at in wrong)
    )


def _mandate(declared: Declared, *, by: Actor) -> list[Finding]:
    try:
        may_declare(declared, by=by)
    except Forbidden as refusal:
        return list(refusal.findings) or [Finding("/post", refusal.code, refusal.message)]
    return []


def _with_groups(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words with the groups that must be there, so that what is missing is told box by box."""
    whole = copy.deepcopy(dict(words))
    for name, found in fields_of(schemas.declaration_schema()).items():
        if found.required and inner_schema(found) is not None and not is_list(found) and whole.get(name) is None:
            whole[name] = {}
    if not whole.get("items"):
        whole["items"] = [{"number": 1}]
    for item in whole["items"] if isinstance(whole["items"], list) else []:
        if isinstance(item, dict) and not item.get("packages"):
            item["packages"] = [{}]
    return whole


def _touches(pointer: str, wrong: set[str]) -> bool:
    """Whether the value, or a group it stands in, was itself out of order."""
    while pointer:
        if pointer in wrong:
            return True
        pointer = pointer.rpartition("/")[0]
    return False


def _filled(schema: ma.Schema, values: Any, at: str, wrong: set[str]) -> dict[str, Any]:
    """The words with neutral ones for those out of order, and without names that are not known."""
    given = values if isinstance(values, Mapping) else {}
    filled: dict[str, Any] = {}
    for name, found in fields_of(schema).items():
        value, here = given.get(name), f"{at}/{name}"
        if not found.required and (value is None or here in wrong):
            continue
        filled[name] = _filled_value(found, value, here, wrong)
    return filled


def _filled_value(found: fields.Field[Any], value: Any, here: str, wrong: set[str]) -> Any:
    inner = inner_schema(found)
    if inner is not None and is_list(found):
        rows = value if isinstance(value, list) and here not in wrong else [{}] if found.required else []
        return [_filled(inner, row, f"{here}/{place}", wrong) for place, row in enumerate(rows)]
    if inner is not None:
        return _filled(inner, value, here, wrong)
    if is_list(found):
        kept = value if isinstance(value, list) and here not in wrong else []
        return [_neutral(inner_field(found)) if f"{here}/{place}" in wrong else one for place, one in enumerate(kept)]
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
