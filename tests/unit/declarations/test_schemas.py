"""The words of a declaration: every box has its field, bad words are refused where they stand, and the quick reading
says exactly what the schema says."""

from __future__ import annotations

import copy
import timeit
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import validate

from app.core.compiled import Compiled, Doubt
from app.core.errors import Invalid
from app.core.fields import Coded, Exact, Words, listed
from app.declarations import schemas
from app.declarations.schemas import DeclarationSchema, declaration_schema
from tests.factories.fullest import FULLEST, fullest

#: Boxes that follow from others and cannot be declared: containers yes or no, and our calculation of what is due.
COMPUTED = {"19", "47"}
QUICK = Compiled(DeclarationSchema())


def walk(schema: ma.Schema) -> Iterator[tuple[str, ma.fields.Field[Any]]]:
    for name, field in schema.fields.items():
        yield name, field
        inner = getattr(field, "inner", field)
        if isinstance(inner, ma.fields.Nested):
            yield from ((f"{name}.{below}", deep) for below, deep in walk(inner.schema))


def test_every_box_of_the_paper_form_has_its_field():
    boxes = {str(field.metadata.get("box", "")) for _name, field in walk(declaration_schema())}
    assert {str(number) for number in range(1, 55)} - COMPUTED <= boxes


def test_every_field_says_what_it_is_called():
    for name, field in walk(declaration_schema()):
        assert field.metadata.get("label"), name


def test_the_fullest_declaration_names_every_field_and_is_read():
    names = {name for name, _field in walk(declaration_schema())}

    def given_names(words: Any, at: str = "") -> Iterator[str]:
        if isinstance(words, dict):
            for name, value in words.items():
                yield at + name
                yield from given_names(value, f"{at}{name}.")
        for row in words if isinstance(words, list) else ():
            yield from given_names(row, at)

    documents = {f"documents.{name}" for name in ("issuer", "issue_place", "expires", "attachment")}
    assert names - set(given_names(FULLEST)) <= documents, "only the header's papers are shorter than the item's"
    assert len(schemas.read(FULLEST).items) == 2


def refused(body: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        schemas.read(body)
    for finding in refusal.value.findings:
        assert str(finding.message).endswith("."), "a whole sentence with the remedy"
    return [(finding.pointer, finding.rule) for finding in refusal.value.findings]


def with_(pointer: str, value: Any) -> dict[str, Any]:
    body = fullest()
    *way, last = [int(part) if part.isdecimal() else part for part in pointer[1:].split("/")]
    place: Any = body
    for name in way:
        place = place[name]
    place[last] = value
    return body


@pytest.mark.parametrize(
    ("pointer", "value", "rule"),
    [
        ("/items/0/net_kg", "-1", "number"),
        ("/items/0/net_kg", "NaN", "number"),
        ("/items/0/net_kg", "Infinity", "number"),
        ("/items/0/net_kg", "1" + "0" * 30, "number"),
        ("/items/0/net_kg", "1e3", "number"),
        ("/items/0/net_kg", "۱۲۳", "number"),
        ("/items/0/net_kg", 9000, "number"),
        ("/items/0/net_kg", None, "required"),
        ("/invoice/total", 10**30, "number"),
        ("/exchange_rate", "0.0000", "range"),
        ("/items/0/commodity", "۰۸۰۶۲۰", "format"),
        ("/documents/0/date", "20000-01-01", "date"),
        ("/documents/0/date", "2026-02-30", "date"),
        ("/documents/0/date", "2200-01-01", "date"),
        ("/documents/0/date", "1989-12-31", "date"),
        ("/items/0/documents/0/expires", "9999-12-31", "date"),
        ("/items/0/documents/0/attachment", "../../etc/passwd", "format"),
        ("/items/0/previous_documents/0/item", 0, "range"),
        ("/items/0/previous_documents/0/packages", True, "number"),
        ("/transport/expected_arrival", "2026-12-01T06:30:00", "date"),
        ("/items/0/description", "raisins\u202egnp.exe", "text.characters"),
        ("/items/0/description", "x\x00y", "text.characters"),
        ("/items/0/description", "\ud800", "text.characters"),
        ("/items/0/description", '=HYPERLINK("http://x","y")', "text.formula"),
        ("/consignor/name", "\t=1+1", "text.formula"),
        ("/items/0/packages/0/marks", "@SUM(A1:A9)", "text.formula"),
        ("/items/0/packages/0/marks", "=cmd|' /C calc'!A0", "text.formula"),
        ("/items/0/packages/0/marks", "-2+3+cmd|' /C calc'!A0", "text.formula"),
        ("/seals/0", "+1+HYPERLINK(A1)", "text.formula"),
        ("/items/0/packages/0/marks", "\uff1dSUM(A1)", "text.formula"),
        ("/items/0/unknown", 1, "unknown"),
        ("/countries/origin", "various", "format"),
        ("/additional_type", "B", "choice"),
        ("/guarantees/0/not_valid_for/1", None, "required"),
        ("/offices_of_transit", {}, "type"),
        ("/costs/0/included", "maybe", "type"),
        ("/local_reference", "  ", "required"),
        ("/local_reference", "x" * 36, "length"),
    ],
)
def test_a_bad_word_is_refused_where_it_stands(pointer, value, rule):
    assert refused(with_(pointer, value)) == [(pointer, rule)]


@pytest.mark.parametrize(
    "text", ["-", "+992 37 221-33-44", "- raisins (dried)", "=ТТС=", "= 5", "@ the gate", "+992 (37) 2213344", "5=5"]
)
def test_texts_that_only_begin_like_a_formula_are_kept(text):
    assert schemas.read(with_("/items/0/packages/0/marks", text)).items[0]["packages"][0]["marks"] == text


def test_a_thousand_items_are_refused_before_they_are_looked_at():
    assert refused(fullest(1000)) == [("/items", "length")]
    assert refused({**fullest(), "items": []}) == [("/items", "length")]
    assert refused([]) == [("", "type")]


# The quick reading


def outcome(load: Any, body: Any) -> Any:
    try:
        return load(copy.deepcopy(body))
    except ma.ValidationError as error:
        return ma.ValidationError, error.normalized_messages()


def test_the_quick_reading_reads_what_is_in_order_by_itself():
    """Without this, every body might silently go the long way."""
    assert QUICK.read(fullest(5)) == QUICK.schema.load(fullest(5))
    assert list(QUICK.read(fullest())) == list(QUICK.schema.load(fullest())), "in the same order"
    with pytest.raises(Doubt):
        QUICK.read({**fullest(), "items": []})


HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**31), 10**31),
    st.sampled_from([0, 1, 999, 1000, 9_999_999, 10_000_000, "0", "1", "true", "A", "IM", "TJ", "2026-01-01", 1.5]),
    st.sampled_from(
        ["", " ", " x ", "x\n", "=A1", "-", "\u202e", "é", "e\u0301", "۱۲", "1" * 40, "2026-02-30", "0.000"]
    ),
    st.text(max_size=30),
    st.from_regex(r"[A-Z0-9.]{0,13}", fullmatch=True),
    st.lists(st.sampled_from(["AF", "MSKU1234565", None, 1, {}]), max_size=3),
    st.dictionaries(st.sampled_from(["name", "code", "number", "x"]), st.sampled_from(["1", 1, None, []]), max_size=3),
)


def places(words: Any) -> Iterator[tuple[Any, Any]]:
    inside = words.items() if isinstance(words, dict) else enumerate(words)
    for name, value in list(inside):
        yield words, name
        if isinstance(value, dict | list):
            yield from places(value)


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """A full declaration in which some words are replaced, gone or new."""
    body = fullest()
    for _ in range(draw(st.integers(0, 4))):
        holder, name = draw(st.sampled_from(list(places(body))))
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[name] = draw(HOSTILE)
            case "remove" if isinstance(holder, dict):
                del holder[name]
            case "add" if isinstance(holder, dict):
                holder[draw(st.text(max_size=5))] = draw(HOSTILE)
            case _:
                holder.append(draw(HOSTILE)) if isinstance(holder, list) else None
    return body


@settings(max_examples=400, deadline=None)
@given(bent())
def test_the_quick_reading_never_differs_from_the_schema(body):
    assert outcome(QUICK.load, body) == outcome(QUICK.schema.load, body)


@settings(max_examples=200, deadline=None)
@given(st.recursive(HOSTILE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)))
def test_nor_on_anything_else(body):
    assert outcome(QUICK.load, body) == outcome(QUICK.schema.load, body)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_nor_at_any_single_place(data):
    """Each place of the declaration in turn, with each kind of hostile value."""
    value = data.draw(HOSTILE)
    for place in range(len(list(places(fullest())))):
        body = fullest()
        holder, name = list(places(body))[place]
        holder[name] = value
        assert outcome(QUICK.load, body) == outcome(QUICK.schema.load, body)


def test_a_field_that_is_not_known_to_the_quick_reading_is_asked_itself():
    class Even(Words):
        def _deserialize(self, value: Any, attr: Any, data: Any, **context: Any) -> str:
            text = super()._deserialize(value, attr, data, **context)
            if len(text) % 2:
                raise ma.ValidationError("odd")
            return text.upper()

    class Odd(ma.Schema):
        class Meta:
            unknown = ma.RAISE

        even = Even(10)
        checked = Coded("[A-Z]+", "A", validate=validate.Length(max=2))
        few = listed(Exact(3, 1, validate=validate.Length(max=2)), 0, 2)
        made = ma.fields.String(load_default="x")
        doubled = Words(10, post_load=lambda text: text * 2)

    quick = Compiled(Odd())
    good = {"even": "ab", "checked": "AB", "few": ["1"], "doubled": "a"}
    assert quick.read(good) == quick.schema.load(good)
    assert quick.read(good)["doubled"] == "aa"
    for bad in ({"even": "abc"}, {"checked": "ABC"}, {"few": ["100"]}, {"few": ["1", "1", "1"]}):
        assert outcome(quick.load, bad) == outcome(quick.schema.load, bad)
        assert outcome(quick.load, bad)[0] is ma.ValidationError


def test_a_schema_that_does_more_than_its_fields_is_not_compiled():
    class Sums(ma.Schema):
        class Meta:
            unknown = ma.RAISE

        one = Words(10)

        @ma.validates_schema
        def check(self, data: Any, **context: Any) -> None:
            raise ma.ValidationError("never right")

    class Lax(ma.Schema):
        class Meta:
            unknown = ma.EXCLUDE

    class Renamed(ma.Schema):
        class Meta:
            unknown = ma.RAISE

        one = Words(10, data_key="uno")

    for schema in (Sums(), Lax(), Renamed(), DeclarationSchema(partial=True), DeclarationSchema(many=True)):
        with pytest.raises(TypeError, match="does more than its fields"):
            Compiled(schema)


def test_the_quick_reading_is_quick():
    """A third of the schema's time at the least; by measurement it is an eighth."""
    body = fullest(300)
    quick = min(timeit.repeat(lambda: QUICK.load(body), number=1, repeat=5))
    slow = min(timeit.repeat(lambda: QUICK.schema.load(body), number=1, repeat=5))
    assert quick < slow / 3


def test_plates_and_containers_have_one_form_whoever_typed_them():
    body = fullest(1)
    painted = {"vehicle": {"plate": "۱۲۳۴ AB ۰۱"}, "trailer": {"plate": "٥٦٧٨ TJ 01"}, "containers": ["MSKU 123456-5"]}
    body["transport"] = {**body["transport"], **painted}
    body["items"][0]["containers"] = ["msku-1234565"]
    declared = schemas.read(body)
    transport = declared.header["transport"]
    assert (transport["vehicle"]["plate"], transport["trailer"]["plate"]) == ("1234 AB 01", "5678 TJ 01")
    assert transport["containers"] == declared.items[0]["containers"] == ["MSKU1234565"]
