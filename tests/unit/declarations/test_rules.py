"""What must hold for a declaration: every rule with its id, its pointer and a remedy."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import Finding, Invalid
from app.declarations import rules, schemas
from app.declarations.commands import Declared
from tests.factories import declarations

TODAY = dt.date(2026, 11, 27)
POSTS = frozenset({"TJPPJ", "TJDUS"})


class Book:
    """A code book that knows everything but what it is told not to."""

    def __init__(self, *unknown: tuple[str, str]) -> None:
        self.unknown = set(unknown)

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool:
        assert on == TODAY
        return (list_name, code) not in self.unknown


def declared(body: dict[str, Any]) -> Declared:
    return schemas.read(body)


def found(body: dict[str, Any], *unknown: tuple[str, str]) -> list[tuple[str, str, str]]:
    checked = rules.check(rules.Setting(declared(body), Book(*unknown), TODAY, POSTS))
    for finding in checked:
        text = str(finding.message)
        assert text.endswith(".") and "{" not in text, "a whole sentence"
    return [(f.rule, f.pointer, f.severity) for f in checked]


def body(items: int = 1) -> dict[str, Any]:
    return declarations.words(items)


def test_a_sound_declaration_has_no_findings():
    assert found(body()) == []
    assert found(body(999)) == []


def with_(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = body(2)
    place: Any = made
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return made


CODES = [
    (("consignor", "country"), "country", "XX"),
    (("consignee", "country"), "country", "XX"),
    (("declarant", "country"), "country", "XX"),
    (("countries", "dispatch"), "country", "XX"),
    (("countries", "destination"), "country", "XX"),
    (("countries", "trading"), "country", "XX"),
    (("transport", "vehicle", "country"), "country", "XX"),
    (("transport", "driver", "document", "country"), "country", "XX"),
    (("declaration_type",), "declaration_type", "QQ"),
    (("invoice", "currency"), "currency", "QQQ"),
    (("transport", "border_mode"), "transport_mode", "0"),
    (("transport", "inland_mode"), "transport_mode", "0"),
    (("delivery_terms", "code"), "incoterm", "QQQ"),
    (("items", 1, "commodity"), "commodity", "999999"),
    (("items", 1, "origin"), "country", "XX"),
    (("items", 0, "packages", 0, "kind"), "package_kind", "QQ"),
    (("items", 0, "documents", 0, "type"), "document_type", "QQQ"),
    (("documents", 1, "type"), "document_type", "QQQ"),
]


@pytest.mark.parametrize(("path", "listed", "code"), CODES, ids=["/".join(map(str, c[0])) for c in CODES])
def test_an_unknown_code_is_found_at_its_box(path, listed, code):
    pointer = "".join(f"/{part}" for part in path)
    assert (f"code.{listed}", pointer, "error") in found(with_(path, code), (listed, code))
    assert found(with_(path, code)) == [], "a known one is not"


def test_other_coded_boxes():
    made = with_(("items", 0, "supplementary"), {"unit": "QQ", "quantity": "5"})
    assert found(made, ("unit", "QQ")) == [("code.unit", "/items/0/supplementary/unit", "error")]
    made = with_(("items", 0, "procedure"), "4071Q01")
    assert found(made, ("procedure", "4071")) == [("code.procedure", "/items/0/procedure", "error")]
    made = with_(("transport", "trailer"), {"plate": "T1", "country": "XX"})
    assert found(made, ("country", "XX")) == [("code.country", "/transport/trailer/country", "error")]
    costs = [{"kind": "freight", "amount": "1", "currency": c, "included": False} for c in ("USD", "QQQ")]
    assert found(with_(("costs",), costs), ("currency", "QQQ")) == [("code.currency", "/costs/1/currency", "error")]


def test_a_post_of_somebody_else():
    assert found(with_(("post",), "AFSKB")) == [("post.unknown", "/post", "error")]


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1), (1, 3), (2, 3), (999, 1)])
def test_items_are_numbered_in_their_order(numbers):
    made = body(2)
    for item, number in zip(made["items"], numbers, strict=True):
        item["number"] = number
    wrong = [k for k, n in enumerate(numbers) if n != k + 1]
    assert found(made) == [("item.number", f"/items/{k}/number", "error") for k in wrong]


@pytest.mark.parametrize(
    ("gross", "net", "expected"),
    [
        ("100", "100.000", []),
        ("100", "100.001", [("mass.net-above-gross", "/items/0/net_kg", "error")]),
        ("0", "0", [("mass.zero", "/items/0/gross_kg", "warning")]),
        ("999999999.999", "999999999.999", []),
        ("9", "10", [("mass.net-above-gross", "/items/0/net_kg", "error")]),
    ],
)
def test_masses(gross, net, expected):
    made = body()
    made["items"][0].update(gross_kg=gross, net_kg=net)
    assert found(made) == expected


@pytest.mark.parametrize(("total", "warned"), [("18400.00", False), ("18400", False), ("18400.01", True), ("0", True)])
def test_prices_add_up(total, warned):
    made = body(2)
    made["invoice"]["total"] = total
    assert bool(found(made)) is warned
    if warned:
        assert found(made) == [("invoice.total", "/invoice/total", "warning")]


def test_containers():
    assert found(with_(("transport", "containers"), ["MSKU1234566"])) == [
        ("container.check-digit", "/transport/containers/0", "warning")
    ]
    assert found(with_(("transport", "containers"), ["MSKU1234565", "CSQU3054383", "MSKU1234565"])) == [
        ("container.repeated", "/transport/containers/2", "error")
    ]
    assert found(with_(("transport", "containers"), None)) == []


@pytest.mark.parametrize(("day", "warned"), [("2026-11-27", False), ("2026-11-28", False), ("2026-11-29", True)])
def test_dates_in_the_future(day, warned):
    for path, pointer in (
        (("invoice", "date"), "/invoice/date"),
        (("documents", 0, "date"), "/documents/0/date"),
        (("items", 1, "documents", 0, "date"), "/items/1/documents/0/date"),
    ):
        assert found(with_(path, day)) == ([("date.future", pointer, "warning")] if warned else [])


def test_goods_on_the_road_need_a_vehicle():
    assert found(with_(("transport", "vehicle"), None)) == [("transport.vehicle", "/transport/vehicle", "error")]
    made = with_(("transport", "vehicle"), None)
    made["transport"]["border_mode"] = "2"
    assert found(made) == []


def test_all_that_is_wrong_is_said_at_once():
    made = with_(("items", 1, "origin"), "XX")
    made["items"][0].update(net_kg="9999999", commodity="999999")
    made["invoice"]["total"] = "1"
    rule_ids = {rule for rule, _p, _s in found(made, ("country", "XX"), ("commodity", "999999"))}
    assert rule_ids == {"code.country", "code.commodity", "mass.net-above-gross", "invoice.total"}


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for name, below in value.items() for leaf in _leaves(below, (*path, name))]
    if isinstance(value, list):
        return [leaf for place, below in enumerate(value) for leaf in _leaves(below, (*path, place))]
    return [path]


HOSTILE = [
    None,
    "",
    " ",
    "\x00",
    "\u202egnp",
    "x" * 100_000,
    -1,
    1.5,
    10**30,
    True,
    [],
    {},
    [[]],
    {"a": 1},
    "NaN",
    "1e400",
    "'; DROP",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: repr(v)[:20])
def test_any_word_may_be_anything_and_is_refused_or_kept_but_never_breaks(value):
    """Every leaf of a declaration, bent: refused with a pointer to it or above it, or sound enough for all rules."""
    whole = body()
    for path in _leaves(whole):
        made = copy.deepcopy(whole)
        place: Any = made
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        pointer = "".join(f"/{part}" for part in path)
        words, findings = _read(made)
        assert all(f.pointer.startswith(pointer) or pointer.startswith(f.pointer) for f in findings), pointer
        if words is not None:
            rules.check(rules.Setting(words, Book(), TODAY, POSTS))


def _read(made: dict[str, Any]) -> tuple[Declared | None, tuple[Finding, ...]]:
    try:
        return declared(made), ()
    except Invalid as refusal:
        return None, refusal.findings


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("consignor",),
        ("transport",),
        ("transport", "vehicle"),
        ("items", 0),
        ("items", 0, "packages", 0),
        ("documents", 0),
    ],
)
def test_a_name_nobody_knows_is_refused(path):
    made = body()
    place: Any = made
    for name in path:
        place = place[name]
    place["surprise"] = 1
    with pytest.raises(Invalid) as refused:
        declared(made)
    assert [f.pointer for f in refused.value.findings] == ["".join(f"/{p}" for p in (*path, "surprise"))]
    assert refused.value.findings[0].rule == "unknown"


@pytest.mark.parametrize("count", [0, 1000])
def test_one_to_999_items(count):
    with pytest.raises(Invalid) as refused:
        declared({**body(), "items": body(max(count, 1))["items"][:count]})
    assert refused.value.findings[0].pointer.startswith("/items")


@pytest.mark.parametrize("value", [None, [], "text", 1, True, b"{}"])
def test_a_declaration_is_an_object(value):
    with pytest.raises(Invalid):
        schemas.read(value)


def test_required_words_are_asked_for_at_their_place():
    whole = body()
    required = [
        "local_reference",
        "post",
        "declaration_type",
        "consignor",
        "consignee",
        "declarant",
        "countries",
        "transport",
        "invoice",
        "items",
    ]
    for name in required:
        with pytest.raises(Invalid) as refused:
            declared({k: v for k, v in whole.items() if k != name})
        assert [(f.pointer, f.rule) for f in refused.value.findings] == [(f"/{name}", "required")]


def test_what_is_read_is_stored_word_for_word():
    whole = body(3)
    words = declared(whole)
    again = {**words.header, "items": words.items, "documents": words.documents}
    assert again == {**whole, "items": [{**i, "documents": i["documents"]} for i in whole["items"]]}


DRAFTS = [{}, {"a": {"b": [1, None, True, "x"]}}, {"items": []}, {"post": 5}, body()]


@pytest.mark.parametrize("words", DRAFTS, ids=range(len(DRAFTS)))
def test_a_draft_may_be_incomplete_and_wrong(words):
    assert schemas.draft_words(words) == words


def _deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _level in range(levels):
        value = {"a": value}
    return value


NO_DRAFT = [
    [],
    "x",
    None,
    1,
    {"a": 1.5},
    {"a": "\x00"},
    {"\u202e": 1},
    {"a": ["\ud800"]},
    {"a": 2**53},
    _deep(20),
    {"a": "x" * 10_001},
    {"a": object()},
]


@pytest.mark.parametrize("words", NO_DRAFT, ids=range(len(NO_DRAFT)))
def test_a_draft_is_never_such_that_it_cannot_be_kept(words):
    with pytest.raises(Invalid) as refused:
        schemas.draft_words(words)
    assert refused.value.findings[0].message


def test_the_checks_have_ids_of_their_own():
    """The ids appear in problem answers and in the trader's programs: they do not change by accident."""
    source = Path(rules.__file__).read_text(encoding="utf-8")
    ids = set(re.findall(r'_(?:error|warning)\(\s*f?"([a-z_.{}-]+)"', source))
    assert {"post.unknown", "item.number", "mass.net-above-gross", "mass.zero", "invoice.total", "container.check-digit",
            "container.repeated", "date.future", "transport.vehicle"} <= ids  # fmt: skip
    assert all(a != b for a, b in itertools.pairwise(sorted(ids)))
