"""The form of a profile reads whatever is sent, and gives back what it wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.core.text import Text
from app.risk.rules import criteria, operators, vocabulary
from app.risk.rules.operators import Takes
from app.risk.rules.vocabulary import Type
from app.web.analyst import profile_form

_PARTS = st.sampled_from(["any", "all", "item", "0", "1", "7", "fact", "field", "op", "value", "mode", "kinds", "x"])
_NAMES = st.one_of(
    st.lists(_PARTS, min_size=1, max_size=8).map(".".join),
    st.sampled_from(
        ["any.0.all.0.fact", "any.0.all.0.op", "any.0.all.0.value", "any.0.all.1.item.0.field", "add", "remove"]
    ),
)
_WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [*(f.name for f in vocabulary.FACTS), *(o.name for o in operators.OPERATORS), "1 000", "۱۲", "af; uz"]
    ),
)
WHOLE = {"any": [{"all": [
    {"fact": "gross_kg", "op": "between", "value": ["1.5", "20"]},
    {"fact": "item_count", "op": "one-of", "value": [1, 2]},
    {"fact": "trusted", "op": "no"},
    {"item": [{"field": "commodity", "op": "starts-with", "value": ["1701", "2523"]},
              {"field": "net_kg", "op": "more-than", "value": "10"}]},
]}, {"all": [{"fact": "dispatch", "op": "is", "value": "AF"}]}]}  # fmt: skip


def known(name, code):
    return code in {"AF", "UZ", "1701"}


@given(st.lists(st.tuples(_NAMES, _WORDS), max_size=30))
def test_whatever_is_sent_is_read(sent):
    form = profile_form.submitted(MultiDict(sent), known)
    found = profile_form.faults(form, known)
    built = profile_form.built_of(form)
    assert all(isinstance(fault.message, Text) for fault in found)
    if not criteria.check(built):
        assert criteria.expression(built)


def fields(value, name=""):
    """The boxes that a browser would send of these values."""
    if isinstance(value, dict):
        return [pair for key, one in value.items() for pair in fields(one, f"{name}.{key}" if name else key)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [pair for n, one in enumerate(value) for pair in fields(one, f"{name}.{n}")]
    return [(name, str(one)) for one in (value if isinstance(value, list) else [value])]


def test_criteria_are_the_same_after_a_round_through_the_form():
    values = {"any": profile_form.lines_of(WHOLE)}
    again = profile_form.submitted(MultiDict(fields(values)), known)
    assert profile_form.built_of(again) == WHOLE


def test_every_operator_of_every_fact_survives_the_form():
    for fact in vocabulary.FACTS:
        for operator in operators.operators_of(fact):
            one = {Type.NUMBER: "1.5", Type.WHOLE: 3}.get(fact.type, "AF")
            line = {"fact": fact.name, "op": operator.name}
            if operator.takes is not Takes.NOTHING:
                line["value"] = [one, one] if operator.takes is Takes.RANGE else one
            built = {"any": [{"all": [line]}]}
            assert criteria.check(built) == [], line
            again = profile_form.submitted(MultiDict(fields({"any": profile_form.lines_of(built)})), known)
            assert profile_form.built_of(again) == built


def test_codes_and_numbers_are_brought_into_their_form():
    sent = [
        ("any.0.all.0.fact", "dispatch"), ("any.0.all.0.op", "one-of"), ("any.0.all.0.value", "af, uz؛ XX"),
        ("any.0.all.1.fact", "gross_kg"), ("any.0.all.1.op", "at-least"), ("any.0.all.1.value", "۱۲ ۵۰۰٫۵"),
    ]  # fmt: skip
    first, second = profile_form.built_of(profile_form.submitted(MultiDict(sent), known))["any"][0]["all"]
    assert first["value"] == ["AF", "UZ", "XX"] and second["value"] == "12500.5"
