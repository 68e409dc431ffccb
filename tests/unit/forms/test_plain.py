"""Contents as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from forms.kit.plain import Plain


@dataclass(frozen=True)
class Inner:
    figure: Decimal
    known: bool = True


@dataclass(frozen=True)
class Outer(Plain):
    words: str
    at: datetime
    day: date | None
    names: Mapping[str, str]
    inner: tuple[Inner, ...]
    one: Inner | None = None
    count: int = 0


OUTER = Outer(
    "ҶДММ", datetime(2026, 11, 27, 9, 5, tzinfo=UTC), date(2026, 1, 2), {"en": "A"}, (Inner(Decimal("1E+3")),)
)


def test_decimals_and_times_are_strings_and_come_back() -> None:
    plain = OUTER.as_json()
    assert plain["inner"] == [{"figure": "1000", "known": True}]
    assert plain["at"] == "2026-11-27T09:05:00Z" and plain["day"] == "2026-01-02" and plain["one"] is None
    assert Outer.from_json(json.loads(json.dumps(plain))) == OUTER


def test_a_day_may_be_an_aware_moment() -> None:
    content = Outer("", OUTER.at, datetime(2026, 1, 2, 3, tzinfo=UTC), {}, (), Inner(Decimal("0.00")), 7)
    assert content.as_json()["day"] == "2026-01-02T03:00:00Z"
    assert Outer.from_json(content.as_json()) == content


def test_what_is_missing_may_have_a_default() -> None:
    plain = OUTER.as_json()
    del plain["one"], plain["count"]
    assert Outer.from_json(plain) == OUTER


@pytest.mark.parametrize("change", [{"other": 1}, {"at": "yesterday"}, {"inner": [{"known": True}]}, {"inner": 5}])
def test_what_is_no_content_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Outer.from_json({**OUTER.as_json(), **change})
    with pytest.raises(TypeError, match="words"):
        Outer.from_json({name: value for name, value in OUTER.as_json().items() if name != "words"})
