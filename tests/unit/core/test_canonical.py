"""One form of JSON: equal to the reference implementation of RFC 8785 for everything that is allowed here."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from app.core import canonical

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
ALLOWED = st.recursive(
    st.none() | st.booleans() | WHOLE | WORDS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)


@given(ALLOWED)
@example({"\U0001f600": 1, "\ufb33": 2, "\ue000": 3})  # UTF-16 order: the emoji comes first
@example({"a\u2028": "\u2029</script>\x7f", "": {"\x1f": '\b\t\n\f\r"\\/'}})
@example({"€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7})  # the example of the RFC
def test_equal_to_the_reference(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(ALLOWED)
def test_the_order_of_names_does_not_matter(value):
    def turned(v):
        if isinstance(v, dict):
            return {k: turned(v[k]) for k in reversed(v)}
        return [turned(x) for x in v] if isinstance(v, list) else v

    assert (
        canonical.digest(value) == canonical.digest(turned(value)) == hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    )


class Colour(StrEnum):
    RED = "red"


def test_plain_gives_words_for_what_json_lacks():
    moment = dt.datetime(2026, 11, 27, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    assert canonical.plain(
        {
            "amount": Decimal("1250.50"), "tiny": Decimal("1E-7"), "big": Decimal("1E+3"), "at": moment,
            "day": dt.date(2026, 11, 27), "id": UUID(int=7), "raw": b"\x00\xff", "lane": Colour.RED, "set": {"b", "a"},
            "pair": (1, None, True), 5: "five",
        }
    ) == {
        "amount": "1250.50", "tiny": "0.0000001", "big": "1000", "at": "2026-11-27T03:30:00.000000Z",
        "day": "2026-11-27", "id": str(UUID(int=7)), "raw": "00ff", "lane": "red", "set": ["a", "b"],
        "pair": [1, None, True], "5": "five",
    }  # fmt: skip


def test_a_time_is_the_same_text_with_and_without_plain():
    moment = dt.datetime(2026, 11, 27, 8, 30, 0, 5, tzinfo=dt.UTC)
    assert canonical.encode({"at": moment}) == canonical.encode(canonical.plain({"at": moment}))
    assert canonical.instant(moment) == "2026-11-27T08:30:00.000005Z"


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": [0.1]}, {1.5, 2.5}, object(), 1j])
def test_a_fraction_or_a_stranger_is_refused(value):
    with pytest.raises(TypeError):
        canonical.plain(value)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**30])
def test_numbers_that_machines_disagree_about_are_refused(number):
    with pytest.raises(TypeError):
        canonical.encode({"n": number})
