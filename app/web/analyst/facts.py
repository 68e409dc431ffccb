"""The vocabulary: every fact that a criterion may ask for, for those who write expressions by hand."""

from __future__ import annotations

from flask import render_template, request

from app.core.text import Text, _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.risk.rules import vocabulary
from app.risk.rules.vocabulary import Fact, Type
from app.web.analyst import criteria_shown
from app.web.analyst.pages import READING, blueprint
from app.web.analyst.profile_form import KIND_WORDS

LONGEST_SEARCH = 60
TYPES: dict[Type, Text] = {
    Type.TEXT: _("text"),
    Type.NUMBER: _("number with a point, such as 1.0"),
    Type.WHOLE: _("whole number"),
    Type.FLAG: _("yes or no"),
    Type.TEXTS: _("list of texts"),
    Type.ITEMS: _("list of items"),
}


@blueprint.get("/facts", endpoint="profile_facts")
@signed_in(*READING)
def fact_list() -> str:
    """All facts by group, or those in whose name or meaning some words stand. They say nothing of any consignment."""
    typed = normal(request.args.get("q", "")[:LONGEST_SEARCH])
    words = typed.lower().split() if fault_in(typed) is None else []
    groups: dict[str, list[Fact]] = {}
    for fact in vocabulary.FACTS:
        if _fits(fact, words):
            groups.setdefault(fact.group, []).append(fact)
    fields = [fact for fact in vocabulary.ITEM_FIELDS if _fits(fact, words)]
    return render_template(
        "analyst/facts.html",
        typed=typed if words else "",
        groups=[(criteria_shown.GROUPS.get(name, Text(name)), found) for name, found in groups.items()],
        fields=fields,
        types=TYPES,
        kinds=KIND_WORDS,
        unit=criteria_shown.unit,
    )


def _fits(fact: Fact, words: list[str]) -> bool:
    there = f"{fact.name} {translate(fact.text)}".lower()
    return all(word in there for word in words)
