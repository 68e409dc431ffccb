"""What changed between two contents, field by field."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.declarations.commands import Declared
from app.declarations.differences import Difference, differences

HEADER: dict[str, Any] = {
    "local_reference": "T-1",
    "transport": {"vehicle": {"plate": "KBL 1", "country": "AF"}, "trailer": None, "containers": ["MSKU1234565"]},
    "costs": [],
}
ITEM: dict[str, Any] = {
    "number": 1,
    "net_kg": "10.000",
    "packages": [{"kind": "CT", "count": 1}],
    "documents": [{"type": "380", "number": "9"}],
}


def declared(header=None, items=None, documents=None) -> Declared:
    return Declared(header or HEADER, [ITEM] if items is None else items, documents or [])


def found(before: Declared, after: Declared) -> list[tuple[str, Any, Any]]:
    return [(d.pointer, d.before, d.after) for d in differences(before, after)]


def test_nothing_changed():
    assert differences(declared(), declared(copy.deepcopy(HEADER), [copy.deepcopy(ITEM)])) == []


def test_fields_of_every_depth():
    after = copy.deepcopy(HEADER)
    after["local_reference"], after["transport"]["vehicle"]["plate"] = "T-2", "KBL 2"
    after["transport"]["containers"] = ["MSKU1234565", "TGHU7654321"]
    after["costs"] = [{"kind": "freight", "amount": "5.00"}]
    assert found(declared(), declared(after)) == [
        ("/local_reference", "T-1", "T-2"),
        ("/transport/vehicle/plate", "KBL 1", "KBL 2"),
        ("/transport/containers/1", None, "TGHU7654321"),
        ("/costs/0/kind", None, "freight"),
        ("/costs/0/amount", None, "5.00"),
    ]


def test_what_is_gone_and_what_is_nothing():
    """Missing, null, an empty text and an empty list are the same nothing."""
    after = {"local_reference": "T-1", "transport": {"containers": [], "trailer": {}}, "warehouse": "", "costs": None}
    assert found(declared(), declared(after)) == [
        ("/transport/containers/0", "MSKU1234565", None),
        ("/transport/vehicle/plate", "KBL 1", None),
        ("/transport/vehicle/country", "AF", None),
    ]


def test_items_are_matched_by_their_number():
    two, three = {**ITEM, "number": 2}, {**ITEM, "number": 3}
    before = declared(items=[ITEM, two])
    assert found(before, declared(items=[{**two, "net_kg": "11.000"}, ITEM])) == [
        ("/items/0/net_kg", "10.000", "11.000")
    ]
    assert found(before, declared(items=[ITEM])) == [("/items/1", two, None)]
    assert found(before, declared(items=[ITEM, two, three])) == [("/items/2", None, three)]
    swapped = {**ITEM, "documents": [], "packages": [{"kind": "BX", "count": 1}]}
    assert found(declared(), declared(items=[swapped])) == [
        ("/items/0/packages/0/kind", "CT", "BX"),
        ("/items/0/documents/0/type", "380", None),
        ("/items/0/documents/0/number", "9", None),
    ]


def test_documents_of_the_whole():
    after = declared(documents=[{"type": "740", "number": "CMR/1"}])
    assert [d.pointer for d in differences(declared(), after)] == ["/documents/0/type", "/documents/0/number"]


def test_boxes_are_asked_for_each_pointer():
    after = declared({**HEADER, "local_reference": "T-2"})
    assert differences(declared(), after, lambda pointer: {"/local_reference": "7"}[pointer]) == [
        Difference("/local_reference", "7", "T-1", "T-2")
    ]


#: Words without any nothing in them: for these, no difference means the same words.
VALUES = st.recursive(
    st.text("xyz", min_size=1, max_size=3) | st.integers(1, 9),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "/", "~"]), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES, max_size=3)


@given(HEADERS, HEADERS)
def test_no_difference_means_the_same_words(one, other):
    before, after = Declared(one, [], []), Declared(other, [], [])
    assert (differences(before, after) == []) == (one == other)
    assert differences(before, before) == []


@given(HEADERS, HEADERS)
def test_backwards_it_is_the_same_told_backwards(one, other):
    before, after = Declared(one, [], []), Declared(other, [], [])
    there = {(d.pointer, repr(d.before), repr(d.after)) for d in differences(before, after)}
    back = {(d.pointer, repr(d.after), repr(d.before)) for d in differences(after, before)}
    assert there == back
