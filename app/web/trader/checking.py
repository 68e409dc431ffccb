"""Everything that is wrong with a declaration as it is written, at once.

The rules of lodging look at a declaration whose words are all in order. So that one missing word does not hide ten
wrong codes, the words that are out of order are filled in for the look, and what is then found about single values is
told as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid
from app.declarations import rules, schemas
from app.declarations.commands import Declared
from app.declarations.operations import may_declare
from app.flows import lodging
from app.interchange.asycuda.checks import located
from app.web import filling
from app.web.form import Form

#: For the labels of the fields.
_FORM = Form(schemas.declaration_schema())
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
    return filling.named(_FORM, finding) if finding.rule in filling.NAMELESS else boxed(finding)


def _of_unreadable(session: Session, words: dict[str, Any], found: list[Finding], by: Actor) -> list[Finding]:
    wrong = {finding.pointer for finding in found}
    filled = filling.filled(schemas.declaration_schema(), words, wrong)
    try:
        looked = [*_mandate(schemas.read(filled), by=by), *lodging.check(session, filled, by=by)]
    except Invalid:  # a list is too long or too short: first that
        return found
    return found + [f for f in looked if not filling.touches(f.pointer, wrong) and _holds(f, wrong)]


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
    whole = filling.with_groups(schemas.declaration_schema(), words)
    if not whole.get("items"):
        whole["items"] = [{"number": 1}]
    for item in whole["items"] if isinstance(whole["items"], list) else []:
        if isinstance(item, dict) and not item.get("packages"):
            item["packages"] = [{}]
    return whole
