"""Every word of the vocabulary has its meaning, type, unit and default, and every declared word has its fact."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import Text
from app.declarations.schemas import DeclarationSchema
from app.risk.rules import vocabulary
from app.risk.rules.expressions import Context, compiled
from app.risk.rules.operators import operators_of
from app.risk.rules.vocabulary import FACTS, ITEM_FIELDS, Fact, Type
from app.transit.schemas import MovementSchema
from tests.unit.risk import declared_facts

KINDS = ("declaration", "movement")
UNITS = {"", "kg", "%", "days", "hours", "km/h"}
PYTHON = {Type.TEXT: str, Type.NUMBER: float, Type.WHOLE: int, Type.FLAG: bool, Type.TEXTS: tuple, Type.ITEMS: tuple}


@pytest.mark.parametrize("facts", [FACTS, ITEM_FIELDS], ids=["consignment", "item"])
def test_names_are_unique_and_plain(facts):
    names = [fact.name for fact in facts]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{1,29}", name) for name in names)


@pytest.mark.parametrize("fact", [*FACTS, *ITEM_FIELDS], ids=lambda fact: fact.name)
def test_a_fact_says_what_it_is(fact: Fact):
    assert isinstance(fact.text, Text) and str(fact.text).endswith("."), "a sentence, for translation"
    assert type(fact.default) is PYTHON[fact.type]
    assert fact.unit in UNITS and (not fact.unit or fact.type in (Type.NUMBER, Type.WHOLE))
    assert fact.kinds and fact.kinds <= set(KINDS)
    assert not (fact.folded and fact.compacted)
    assert fact.type is Type.ITEMS or operators_of(fact), "it can stand in a criterion"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_can_be_asked_for_by_its_name(fact: Fact):
    literal = {Type.TEXT: "''", Type.NUMBER: "0.0", Type.WHOLE: "0", Type.FLAG: "true", Type.TEXTS: "['x']"}
    other = literal.get(fact.type, "[]")
    program = compiled(f"{fact.name} == {other} || {fact.name} != {other}")
    assert program.facts == {fact.name} and program.kinds == fact.kinds
    assert program.ask(Context({})) is True, "the default has the type it is declared with"


def test_the_names_people_search_by_find_their_fact():
    for fact in FACTS:
        assert vocabulary.by_name(fact.name) is fact and fact.group
    assert all(vocabulary.item_field(field.name) is field for field in ITEM_FIELDS)
    assert vocabulary.by_name("no_such") is None and vocabulary.item_field("plate") is None
    assert {f.name for kind in KINDS for f in vocabulary.of_kind(kind)} == {f.name for f in FACTS}
    assert "holder_open" not in {f.name for f in vocabulary.of_kind("declaration")}


def leaves(schema: type[ma.Schema], before: str = "") -> Iterator[str]:
    for name, field in schema._declared_fields.items():
        one = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(one, ma.fields.Nested):
            yield from leaves(type(one.schema), f"{before}{name}.")
        else:
            yield before + name


@pytest.mark.parametrize(
    ("schema", "told", "kind"),
    [(DeclarationSchema, declared_facts.OF_DECLARATION, "declaration"), (MovementSchema, declared_facts.OF_MOVEMENT, "movement")],
    ids=KINDS,
)  # fmt: skip
def test_every_declared_word_has_its_fact(schema, told, kind):
    assert set(leaves(schema)) - set(declared_facts.UNTOLD) == set(told)
    for word, name in told.items():
        field, of_item = name.removeprefix("items."), name.startswith("items.")
        fact = vocabulary.item_field(field) if of_item else vocabulary.by_name(field)
        assert fact is not None and kind in fact.kinds, f"{word} → {name}"


def test_what_is_missing_is_at_its_default_and_nothing_else_is_there():
    known = vocabulary.complete(
        {"gross_kg": 2.5, "foreign": 1, "items": [{"net_kg": 1.5, "foreign": 2}]}, "declaration"
    )
    assert set(known) == {f.name for f in vocabulary.of_kind("declaration")}
    assert known["gross_kg"] == 2.5 and known["declarant_known_days"] == -1 and known["documents"] == []
    (item,) = known["items"]
    assert set(item) == {f.name for f in ITEM_FIELDS if "declaration" in f.kinds}
    assert (item["net_kg"], item["value_ratio"], item["documents"]) == (1.5, 1.0, [])
    everything = vocabulary.complete({})
    assert set(everything) == {f.name for f in FACTS} and everything["items"] == []
    everything["documents"].append("380")
    assert vocabulary.complete({})["documents"] == [], "a default is nobody's to change"


VALUES = {
    Type.TEXT: st.text(max_size=8),
    Type.NUMBER: st.floats(allow_nan=False),
    Type.WHOLE: st.integers(-(2**62), 2**62),
    Type.FLAG: st.booleans(),
    Type.TEXTS: st.lists(st.text(max_size=5), max_size=3),
}
ITEM = st.fixed_dictionaries({f.name: VALUES[f.type] for f in ITEM_FIELDS[::4]})
KNOWN = st.fixed_dictionaries(
    {f.name: VALUES[f.type] for f in FACTS[::7] if f.type is not Type.ITEMS} | {"items": st.lists(ITEM, max_size=2)}
)


@given(KNOWN)
def test_facts_come_back_from_storage_bit_for_bit(known):
    kept = json.loads(json.dumps(vocabulary.storable(known)))
    back = vocabulary.restored(kept)
    assert repr(back) == repr(known), "−0.0 and infinity too"


def test_what_is_kept_holds_no_fractions():
    kept = vocabulary.storable({"gross_kg": 0.1, "items": [{"net_kg": 1e-7}], "hour": 3, "old": 2.5})
    assert kept == {"gross_kg": "0.1", "items": [{"net_kg": "1e-07"}], "hour": 3, "old": "2.5"}
    assert vocabulary.restored({"old": "2.5", "gross_kg": "0.1"}) == {"old": "2.5", "gross_kg": 0.1}


def test_texts_take_the_form_of_their_fact():
    plate, name, post = (vocabulary.by_name(n) for n in ("plate", "consignee_name", "post"))
    assert plate and name and post
    assert plate.formed(" kbl ۴۸-213 ") == "KBL48213"
    assert name.formed(" ООО «Сомон» ") == "ооо «сомон»"
    assert post.formed(" TJPPJ") == "TJPPJ"
