"""What is wrong with an expression is told when it is saved: which name, which column, and what to write instead."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.risk.rules import vocabulary
from app.risk.rules.expressions import LONGEST, Context, compiled

FACTS = {
    "gross_kg": 2450.0,
    "net_kg": 2000.0,
    "item_count": 2,
    "documents": ["380"],
    "plate": "KBL1",
    "items": [
        {"number": 1, "commodity": "080620", "net_kg": 1500.0, "gross_kg": 1600.0, "documents": ["861"]},
        {"number": 2, "commodity": "570110", "net_kg": 500.0, "gross_kg": 850.0},
    ],
}


def told(expression: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        compiled(expression)
    assert {finding.pointer for finding in refused.value.findings} == {"/expression"}
    return [(finding.rule, str(finding.message)) for finding in refused.value.findings]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("gross_kg > 2000.0 && '380' in documents", True),
        ("items.exists(i, i.commodity.startsWith('0806') && i.net_kg > 1000.0)", True),
        ("items.exists(i, i.commodity.startsWith('0806') && i.net_kg < 1000.0)", False),
        ("items.all(i, i.net_kg <= i.gross_kg)", True),
        ("items.filter(i, '861' in i.documents).size() == 1", True),
        ("items.map(i, i.net_kg).exists(kg, kg > 1000.0)", True),
        ("items.exists(i, i.documents.exists(d, d == '861'))", True),
        ("items.exists(i, i.gross_kg > 0.0 && i.net_kg / i.gross_kg < 0.6)", True),
        ("plate.matches('^KBL[0-9]$')", True),
        ("has_driver ? false : item_count % 2 == 0", True),
        ("double(item_count) < gross_kg && size(plate) == 4", True),
        ("consignee == '' && overdue_hours == 0.0", True),
    ],
)
def test_what_can_be_asked(expression, answer):
    assert compiled(expression).ask(Context(FACTS)) is answer


@pytest.mark.parametrize(
    ("expression", "rule", "words"),
    [
        ("gros_kg > 1.0", "profile.fact", "Column 1: There is no fact “gros_kg”. Nearest: gross_kg"),
        ("true && zzzzzz", "profile.fact", "Column 9: There is no fact “zzzzzz”. The page of the facts names them all."),
        ("items.exists(i, i.nett_kg > 1.0)", "profile.fact", "Column 18: An item has no fact “nett_kg”. Nearest: net_kg"),
        ("documents.exists(d, e == d)", "profile.fact", "“e”"),
        ("gross_kg > 1000", "profile.type", "Column 10: .*Write numbers beside a fact with a fraction as 1000.0"),
        ("item_count > 1.5", "profile.type", "beside a whole one as 1000"),
        ("items.exists(i, i.net_kg > 3)", "profile.type", "Column 26: .*1000.0"),
        ("items.exists(i, i.net_kg > 'x')", "profile.type", "“>” cannot join a number .* with a text"),
        ("items.exists(i, i.commodity in '08')", "profile.type", "Behind “in” stands a list"),
        ("items.exists(i, i.packages)", "profile.type", "“\\|\\|” cannot join yes or no with a whole number"),
        ("items.exists(i, i.documents == 'x')", "profile.type", "a list with a text"),
        ("items.exists(i, i.net_kg in ['a'])", "profile.type", "Behind “in”"),
        ("documents.exists(d, d.number == 1)", "profile.type", "Only items have facts of their own"),
        ("'x' in documents[0]", "profile.type", "“in”"),
        ("plate.all(p, true)", "profile.type", "Only lists can be gone through"),
        ("plate == 'a' ? 1 : 'x'", "profile.type", "both sides of “:”"),
        ("startsWith(plate)", "profile.syntax", "Write: plate.startsWith"),
        ("items.exists(i)", "profile.syntax", "Write: items.exists"),
        ("item_count", "profile.type", "must answer yes or no; this gives a whole number"),
        ("items.map(i, i.net_kg)", "profile.type", "this gives a list"),
        ("plate + 1 == 'x'", "profile.type", "“plate \\+ 1”: “\\+” cannot join a text with a whole number"),
        ("true && dispatch == 5", "profile.type", "“dispatch == 5”: “==” cannot join a text with a whole number"),
        ("gross_kg % 2.0 > 1.0", "profile.type", "number with a fraction"),
        ("has_driver == null", "profile.type", "null are not for criteria"),
        ("{'a': 1}.exists(k, k == 'a')", "profile.type", "Maps, bytes and null are not for criteria"),
        ("plate in ['a', 1]", "profile.type", ""),
        ("consignor_name.contains('ACME')", "profile.type", "in small letters; write “acme”"),
        ("descriptions.exists(d, d == 'Gift')", "profile.type", "write “gift”"),
        ("gross_kg >", "profile.syntax", "Column 11: Something is missing at the end"),
        ("gross_kg > > 1.0", "profile.syntax", "Column 12: The expression cannot be read from “> 1.0” on"),
        ("plate == 'x", "profile.syntax", "Column 10"),
        ("  ", "profile.syntax", "The expression is empty"),
        ("plate.matches('(')", "profile.syntax", "Column 15: The pattern cannot be read"),
        ("plate.lowerAscii() == 'x'", "profile.syntax", "“lowerAscii” is not for criteria"),
        ("timestamp('2020-01-01T00:00:00Z') == timestamp(plate)", "profile.syntax", "“timestamp” is not for criteria"),
        ("int(plate) > 1", "profile.syntax", "“int” is not for criteria"),
        ("documents[99] == '380'", "profile.syntax", "is not for criteria"),
        ("1 / 0 == 1", "profile.division", "Column 3: This divides by zero"),
        ("gross_kg / 0.0 > 1.0", "profile.division", "divides by zero"),
        ("item_count % 0 == 1", "profile.division", "divides by zero"),
        ("net_kg / gross_kg > 0.5", "profile.division", "may be zero. Ask for it before"),
        ("gross_kg >= 0.0 && net_kg / gross_kg > 0.5", "profile.division", "may be zero"),
        ("gross_kg > 0.0 || net_kg / gross_kg > 0.5", "profile.division", "may be zero"),
        ("gross_kg > 0.0 && net_kg / (gross_kg - 1.0) > 0.5", "profile.division", "may be zero"),
        ("items.exists(i, i.gross_kg > 0.0) && items.exists(i, i.net_kg / i.gross_kg > 0.5)", "profile.division", "may be"),
        ("items.exists(i, items.exists(j, i.net_kg > j.net_kg))", "profile.costly", "loop within a loop"),
        ("items.exists(i, documents.exists(d, d in i.documents))", "profile.costly", "loop within a loop"),
        ("items.exists(i, i.documents.exists(d, i.marks.exists(m, m == d)))", "profile.costly", "nested deeper than 2"),
        (" || ".join(["documents.exists(d, d == 'x')"] * 6), "profile.costly", "6 times, 5 are allowed"),
        ("(" * 60 + "true" + ")" * 60, "profile.costly", "nested too deep"),
        ("plate == '" + "x" * LONGEST + "'", "profile.costly", f"{LONGEST} are allowed"),
        (f"plate.matches('{'a' * 201}')", "profile.costly", "at most 200 letters"),
        ("plate.matches(consignee)", "profile.costly", "A pattern is written out"),
    ],
)  # fmt: skip
def test_what_is_refused_says_where_and_what_to_do(expression, rule, words):
    findings = told(expression)
    assert any(found == rule and re.search(words, message) for found, message in findings), findings


@pytest.mark.parametrize(
    "expression", [case for case in ("a ==", "((", "1 +* 2", "foo.bar.baz(1)", "'\\ud800' == plate")]
)
def test_the_librarys_own_words_reach_nobody(expression):
    for _rule, message in told(expression):
        assert not re.search(
            r"<input>|INVALID_ARGUMENT|ERROR|overload|container|mismatched|NUM_FLOAT|_[<>=&|+]+_", message
        )


def test_several_mistakes_are_told_at_once_in_their_order():
    assert [rule for rule, _ in told("items.exists(i, i.a > 1.0 && i.net_kg > 2 && i.net_kg / i.gross_kg > 0.1)")] == [
        "profile.fact",
        "profile.type",
        "profile.division",
    ]
    assert "Line 2, column 4" in told("has_driver &&\n   foo")[0][1]


@pytest.mark.parametrize(
    "expression",
    [
        "gross_kg > 0.0 && net_kg / gross_kg > 0.5",
        "net_kg / gross_kg > 0.5 && gross_kg > 0.0",
        "gross_kg == 0.0 || net_kg / gross_kg > 0.5",
        "!(gross_kg == 0.0) && net_kg / gross_kg > 0.5",
        "!(gross_kg <= 0.0 || net_kg / gross_kg < 0.5)",
        "gross_kg != 0.0 ? net_kg / gross_kg > 0.5 : true",
        "0.0 < gross_kg && net_kg / gross_kg > 0.5",
        "item_count >= 1 && gross_kg / double(item_count) > 0.5",
        "size(documents) > 0 && item_count / size(documents) > 3",
        "gross_kg / 2.0 > 0.5 && item_count % 2 == 0",
    ],
)
def test_a_guarded_division_is_allowed_and_never_broken(expression):
    program = compiled(expression)
    assert program.ask(Context({})) is not None and program.ask(Context(FACTS)) is not None


@given(
    st.sampled_from(["/", "%"]),
    st.integers(-3, 3),
    st.sampled_from(["!=", "==", ">", "<", ">=", "<="]),
    st.integers(-3, 3),
)
def test_no_allowed_division_has_no_answer(operator, bound, sign, count):
    """Whatever guard is taken for one must hold for every value: integer division by zero has no answer."""
    guarded = f"packages {sign} {bound} && 10 {operator} packages > 1"
    try:
        program = compiled(guarded)
    except Invalid as refused:
        assert refused.findings[0].rule == "profile.division"
        return
    assert program.ask(Context({"packages": count})) is not None
    assert program.ask(Context({"packages": 0})) is False


@pytest.mark.parametrize(
    ("expression", "facts"),
    [
        ("item_count * 4611686018427387904 > 1", FACTS),
        ("items.exists(i, i.documents.exists(d, d == 'x'))", {"items": [{"documents": ["y"] * 99}] * 999}),
        ("gross_kg > 1.0", {"gross_kg": "heavy"}),
        ("items.exists(i, i.net_kg > 1.0)", {"items": [{"net_kg": "heavy"}]}),
    ],
    ids=["overflow", "budget", "wrong fact", "wrong fact of an item"],
)
def test_what_still_fails_has_no_answer(expression, facts):
    assert compiled(expression).ask(Context(facts)) is None


def test_the_largest_consignment_does_not_use_up_the_budget():
    items = [{"number": n, "net_kg": 1.0, "documents": ["380"]} for n in range(1, 2000)]
    most = " || ".join(f"items.exists(i, i.net_kg > {n}.0)" for n in range(2, 7))
    assert compiled(most).ask(Context({"items": items})) is False


def test_a_program_knows_what_it_uses():
    program = compiled("items.exists(plate, plate.net_kg > gross_kg) && documents.exists(d, d == consignee)")
    assert program.facts == {"items", "gross_kg", "documents", "consignee"}, "names of loops are no facts"
    assert program.fields == {"net_kg"} and program.kinds == vocabulary.BOTH
    assert compiled("holder == 'x'").kinds == {"movement"}
    assert compiled("declarant == 'x' && holder == 'x'").kinds == frozenset()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_program_or_a_refusal(text):
    try:
        program = compiled(text)
    except Invalid as refused:
        assert refused.findings and all(str(finding.message) for finding in refused.findings)
    else:
        assert program.ask(Context({})) in (True, False, None)


WORDS = st.sampled_from(["gross_kg", "items", "i", "documents", "plate", "1", "1.0", "'x'", "(", ")", "&&", "||", ">", "==", "in",
                         "[", "]", ".", "exists", ",", "size", "/", "%", "-", "!", "?", ":", "i.net_kg", "items.exists(i,"])  # fmt: skip


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_nor_does_anything_made_of_its_words_escape(text):
    try:
        assert compiled(text).ask(Context(FACTS)) in (True, False, None)
    except Invalid as refused:
        assert all(finding.rule.startswith("profile.") for finding in refused.findings)
