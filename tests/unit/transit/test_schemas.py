"""The words of a movement and of its deeds: bad ones are refused where they stand, access codes stay apart, and the
quick reading says exactly what the schema says."""

from __future__ import annotations

import copy
import datetime as dt
import timeit
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.compiled import Compiled
from app.core.errors import Invalid
from app.transit import commands, rules, schemas
from app.transit.commands import Declared, Found, HouseItem
from app.transit.lifecycle import EnquiryOutcome, Incident, IncidentOutcome, Office, Resolution
from app.transit.schemas import MovementSchema
from tests.factories import movements
from tests.unit.declarations.test_schemas import HOSTILE, outcome, places, walk
from tests.unit.transit.rule_cases import POSTS, TODAY, book

QUICK = Compiled(MovementSchema())


def refused(body: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        schemas.read(body)
    return [(finding.pointer, finding.rule) for finding in caught.value.findings]


def put(pointer: str, value: Any) -> dict[str, Any]:
    body: Any = movements.fullest()
    place: Any = body
    *way, last = pointer.split("/")[1:]
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[int(last) if isinstance(place, list) else last] = value
    return body


def test_every_field_has_its_name_and_the_fullest_movement_names_every_field():
    fields = dict(walk(schemas.movement_schema()))
    assert all(field.metadata.get("label") for field in fields.values())

    def named(words: Any, at: str = "") -> Iterator[str]:
        for name, value in words.items() if isinstance(words, dict) else ():
            yield at + name
            yield from named(value, f"{at}{name}.")
        for row in words if isinstance(words, list) else ():
            yield from named(row, at)

    assert set(fields) - set(named(movements.fullest())) == set()
    assert len(schemas.read(movements.fullest()).items) == 2


def test_boxes_are_data_elements_of_transit_not_boxes_of_the_paper_form():
    for name, field in walk(schemas.movement_schema()):
        box = field.metadata.get("box", "")
        assert box == "" or (len(box) == 5 and box[2] == " "), (name, box)


@pytest.mark.parametrize(
    ("pointer", "value", "rule"),
    [
        ("/kind", "T1", "choice"),
        ("/post", "tjppj", "format"),
        ("/offices/departure", [], "length"),
        ("/offices/departure/0", "TJ", "format"),
        ("/offices/destination/0", "TJDUS\n", "format"),
        ("/offices/exit", "TJ-DUS", "format"),
        ("/offices/destination", ["UZSAR"] * 21, "length"),
        ("/carnet/page", 0, "range"),
        ("/carnet/volets", 21, "range"),
        ("/carnet/valid_to", "2026-02-30", "date"),
        ("/holder/tir_id", "TJK/87/1", "format"),
        ("/guarantees/0/grn", "26TJPPJ00000001", "format"),
        ("/guarantees/0/type", "10", "format"),
        ("/guarantees/0/amount", 5000, "number"),
        ("/guarantees/0/amount", "-1", "number"),
        ("/limit_date", "tomorrow", "date"),
        ("/gross_kg", "1e3", "number"),
        ("/gross_kg", "NaN", "number"),
        ("/equipment/0/goods/0", 2000, "range"),
        ("/equipment/0/goods/0", "one", "number"),
        ("/equipment/0/seals/0", "x" * 31, "length"),
        ("/equipment/0/seals/0", "=cmd|' /C calc'!A0", "text.formula"),
        ("/equipment/0/container", "MSKU123456", "format"),
        ("/house_consignments", [], "length"),
        ("/house_consignments/0/items", [], "length"),
        ("/house_consignments/0/items/0/commodity", "08062", "format"),
        ("/house_consignments/0/items/0/commodity", "۰۸۰۶۲۰", "format"),
        ("/house_consignments/0/items/0/commodity", "08062000001", "format"),
        ("/house_consignments/0/items/0/number", 2000, "range"),
        ("/house_consignments/0/items/0/dangerous", "UN12", "format"),
        ("/house_consignments/0/items/0/description", "x\u202ey", "text.characters"),
        ("/house_consignments/0/items/0/description", "\ud800", "text.characters"),
        ("/holder/name", " ", "required"),
        ("/binding_itinerary", "perhaps", "type"),
        ("/surprise", 1, "unknown"),
        ("/transport/expected_arrival", "2026-11-30T06:00:00", "date"),
    ],
)
def test_a_bad_word_is_refused_where_it_stands(pointer, value, rule):
    assert refused(put(pointer, value)) == [(pointer, rule)]


def test_bodies_that_are_none_or_too_large_are_refused_before_they_are_looked_at():
    assert refused(None) == refused([]) == refused("x") == [("", "type")]
    houses = movements.national(100, houses=100)["house_consignments"]
    assert refused({**movements.national(), "house_consignments": houses}) == [("/house_consignments", "length")]
    many = movements.national(2000, houses=2)
    for house in many["house_consignments"]:
        for item in house["items"]:
            item["number"] = min(item["number"], 1999)
    assert refused(many) == [("/house_consignments", "length")], "1,999 over all houses, not in each"


def test_the_largest_movement_is_read():
    declared = schemas.read(movements.national(1999, houses=99))
    assert (len(declared.items), len(declared.houses)) == (1999, 99)
    assert [item.words["number"] for item in declared.items] == list(range(1, 2000))


# Access codes


def test_access_codes_stand_apart_from_everything_that_is_kept_or_shown():
    body = movements.national(
        guarantees=[{"type": "5"}, {"type": "1", "grn": movements.grn(), "access_code": "hush-77"}]
    )
    declared = schemas.read(body)
    assert declared.access_codes == {1: "hush-77"}
    for kept in (declared.header, declared.body(), declared.guarantees, repr(declared), schemas.draft_words(body)):
        assert "hush-77" not in str(kept)
    assert body["guarantees"][1]["access_code"] == "hush-77", "what was sent is not changed"
    assert "access_code" not in schemas.movement_schema().dump(body)["guarantees"][1]


def test_codes_are_asked_where_words_come_from_outside_and_not_where_they_come_from_the_store():
    body = movements.national()
    del body["guarantees"][0]["access_code"]
    outside, store = schemas.read(body), Declared.of(schemas.read(body).body())
    assert (outside.access_codes, store.access_codes) == ({}, None)
    found = {f.rule for f in rules.check(rules.Setting(outside, book(), TODAY, POSTS))}
    assert found == {"guarantee.access-code-missing"}
    assert rules.check(rules.Setting(store, book(), TODAY, POSTS)) == []


@pytest.mark.parametrize(
    ("guarantees", "kept"),
    [
        (None, None),
        (7, 7),
        ("x", "x"),
        ([None, 1, "x", {"access_code": {"a": 1}}], [None, 1, "x", {}]),
        ({"access_code": "x"}, {}),
        ({"0": {"grn": "g", "access_code": "x"}}, {"0": {"grn": "g"}}),
        ([[{"access_code": "x"}]], [[{}]]),
    ],
)
def test_drafts_may_hold_anything_but_codes_in_whatever_shape_they_come(guarantees, kept):
    assert schemas.draft_words({"guarantees": guarantees}) == {"guarantees": kept}


# What is declared


def test_a_movement_is_taken_apart_and_put_together_again():
    body = movements.tir(5, houses=2)
    declared = schemas.read(body)
    assert [(item.house, item.words["number"]) for item in declared.items] == [(1, 1), (1, 2), (2, 3), (2, 4), (2, 5)]
    assert declared.items[0] == HouseItem(1, declared.items[0].words)
    assert all("items" not in house for house in declared.houses)
    assert [words["number"] for words in declared.items_of(2)] == [3, 4, 5]
    assert Declared.of(declared.body()) == declared
    assert schemas.read(declared.body()) == declared
    assert (declared.post, declared.kind, declared.prelodged) == ("TJPPJ", "tir", False)
    assert declared.destination == "UZSAR" and declared.gross_kg == Decimal(105)


def test_numbers_are_compared_without_spaces_and_dashes_and_each_once():
    body = movements.tir()
    body["transport"]["vehicle"]["plate"] = "kbl-12 345"
    body["transport"]["trailer"]["plate"] = "KBL 12345"
    body["carnet"]["number"] = "jx 72581267"
    body["equipment"] = [
        {"container": "MSKU1234565", "seals": ["tj 1", "TJ-1"]},
        {"container": "MSKU1234565", "seals": ["TJ2"]},
        {"seals": []},
    ]
    declared = schemas.read(body)
    assert declared.plates == ["KBL12345"]
    assert declared.carnet == "JX72581267"
    assert (declared.seals, declared.containers) == (["TJ1", "TJ2"], ["MSKU1234565"])
    del body["transport"]["vehicle"], body["transport"]["trailer"], body["equipment"]
    declared = schemas.read(body)
    assert (declared.plates, declared.seals, declared.containers) == ([], [], [])


def test_the_post_decides_where_goods_come_in_and_stands_once():
    offices = {kind: schemas.read(movements.words(kind)).offices() for kind in ("national", "international", "tir")}
    assert offices["national"] == [(Office.DEPARTURE, "TJPPJ"), (Office.DESTINATION, "TJDUS")]
    assert offices["international"] == [
        (Office.DEPARTURE, "AFSKB"),
        (Office.DEPARTURE, "TJPPJ"),
        (Office.EXIT, "TJDUS"),
        (Office.DESTINATION, "UZSAR"),
    ]
    assert [code for _role, code in offices["tir"]] == ["AFSKB", "TJPPJ", "TJDUS", "UZSAR"]


# Deeds

DEEDS = [
    (commands.Present, schemas.PresentationSchema, {"location": "Yard 2"}, {}),
    (commands.Invalidate, schemas.MovementInvalidationSchema, {"reason": "r", "office": "TJPPJ"}, {}),
    (commands.DecideAmendment, schemas.AmendmentDecisionSchema, {"number": 1, "accept": True, "office": "TJPPJ"}, {}),
    (commands.Reject, schemas.WhySchema, {"reason": "r", "office": "TJPPJ"}, {}),
    (
        commands.OrderControl,
        schemas.ControlOrderSchema,
        {"office": "TJPPJ", "types": ["10", "41"], "requested": [{"type": "N380", "text": "stamped"}]},
        {"types": ("10", "41"), "requested": ({"type": "N380", "text": "stamped"},)},
    ),
    (commands.ConcludeControl, schemas.ControlResultSchema, {"office": "TJPPJ", "number": 1, "result": "conform"}, {"remarks": ""}),
    (
        commands.RefuseGuarantee,
        schemas.GuaranteeRefusalSchema,
        {"office": "TJPPJ", "reasons": [{"code": "G09"}], "amend_by": "2026-12-01T00:00:00+05:00"},
        {"amend_by": dt.datetime(2026, 11, 30, 19, tzinfo=dt.UTC), "reasons": ({"code": "G09"},)},
    ),
    (commands.Release, schemas.MovementReleaseSchema, {"office": "TJPPJ"}, {"limit_at": None}),
    (commands.RefuseRelease, schemas.WhySchema, {"office": "TJPPJ", "reason": "r"}, {}),
    (commands.Pass, schemas.PassageSchema, {"office": "TJPPJ", "plate": "A1", "seals_ok": "false"}, {"seals_ok": False}),
    (
        commands.Extend,
        schemas.ExtensionSchema,
        {"office": "TJPPJ", "limit_at": "2026-12-01T00:00:00Z", "reason": "snow"},
        {"limit_at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)},
    ),
    (
        commands.ReportIncident,
        schemas.IncidentSchema,
        {
            "code": "3",
            "text": "t",
            "place": "p",
            "happened_at": "2026-12-01T00:00:00Z",
            "means": {"vehicle": {"plate": "A1"}},
            "seals": ["S1"],
            "evidence": ["0192F0A0-0000-7000-8000-000000000000"],
        },
        {"seals": ("S1",), "evidence": ("0192f0a0-0000-7000-8000-000000000000",), "office": None},
    ),
    (commands.DecideIncident, schemas.IncidentDecisionSchema, {"office": "TJPPJ", "number": 1, "outcome": "endorsed", "reason": "r"}, {}),
    (commands.Arrive, schemas.ArrivalSchema, {"office": "TJDUS"}, {"procedure": "normal", "arrived_at": None}),
    (commands.PermitUnloading, schemas.OfOfficeSchema, {"office": "TJDUS"}, {}),
    (
        commands.RemarkUnloading,
        schemas.UnloadingRemarksSchema,
        {
            "office": "TJDUS",
            "number": 1,
            "unloaded_on": "2026-12-01",
            "complete": True,
            "conform": False,
            "discrepancies": [{"item": 2, "field": "packages", "found": "3 CT"}],
        },
        {"unloaded_on": dt.date(2026, 12, 1), "discrepancies": (Found("packages", 2, "3 CT"),), "seals_ok": None},
    ),
    (
        commands.FindDiscrepancies,
        schemas.DiscrepanciesSchema,
        {"office": "TJDUS", "discrepancies": [{"field": "seal", "remarks": "cut"}]},
        {"discrepancies": (Found("seal", remarks="cut"),)},
    ),
    (commands.ResolveDiscrepancy, schemas.ResolutionSchema, {"office": "TJDUS", "number": 1, "resolution": "accepted", "reason": "r"}, {}),
    (commands.Continue, schemas.ContinuationSchema, {"office": "TJDUS"}, {"remarks": ""}),
    (commands.Discharge, schemas.DischargeSchema, {"office": "TJPPJ"}, {"reason": "", "reservation": ""}),
    (commands.OpenEnquiry, schemas.EnquirySchema, {"office": "TJPPJ", "reason": "r"}, {"answer_by": None}),
    (commands.AnswerEnquiry, schemas.EnquiryAnswerSchema, {"says": "lost", "text": "t"}, {"office": None, "evidence": ()}),
    (commands.CloseEnquiry, schemas.EnquiryClosingSchema, {"office": "TJPPJ", "outcome": "arrived", "reason": "r"}, {}),
    (
        commands.StartRecovery,
        schemas.RecoverySchema,
        {"office": "TJPPJ", "amount": "12.50", "currency": "TJS", "reason": "r"},
        {"amount": Decimal("12.50")},
    ),
    (commands.SettleRecovery, schemas.RecoverySettlementSchema, {"office": "TJPPJ", "paid_as": "R-1"}, {}),
    (
        commands.Weigh,
        schemas.WeighingSchema,
        {"office": "TJPPJ", "moment": "entry", "gross_kg": "38120"},
        {"gross_kg": Decimal(38120), "weighed_at": None, "ticket": None},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "schema", "words", "held"), DEEDS, ids=[deed[0].__name__ for deed in DEEDS])
def test_the_words_of_a_deed_become_its_command(kind, schema, words, held):
    made = schemas.command(kind, schema().load(words), reference="TJPPJ-1", version=3)
    assert (made.reference, made.version) == ("TJPPJ-1", 3)
    for name, value in {
        **{n: v for n, v in words.items() if isinstance(v, str | int) and n not in held},
        **held,
    }.items():
        if not name.endswith(("_at", "_on", "_kg")) or name in held:
            assert getattr(made, name) == value, name


@pytest.mark.parametrize(("kind", "schema", "words", "held"), DEEDS, ids=[deed[0].__name__ for deed in DEEDS])
def test_the_words_of_a_deed_are_bounded(kind, schema, words, held):
    for name, field in schema().fields.items():
        assert field.metadata.get("label"), name
        for value in (7.5, "\x00", "x" * 5000, *([] if isinstance(field, ma.fields.Nested) else [{}])):
            with pytest.raises(ma.ValidationError):
                schema().load({**words, name: value})
    with pytest.raises(ma.ValidationError):
        schema().load({**words, "surprise": 1})


def test_the_choices_of_deeds_are_those_of_the_tables():
    def choices(schema: type[ma.Schema], name: str) -> set[str]:
        return set(schema().fields[name].validators[0].choices)

    assert choices(schemas.IncidentSchema, "code") == {one.value for one in Incident}
    assert choices(schemas.IncidentDecisionSchema, "outcome") == {one.value for one in IncidentOutcome}
    assert choices(schemas.ResolutionSchema, "resolution") == {one.value for one in Resolution}
    assert choices(schemas.EnquiryClosingSchema, "outcome") == {one.value for one in EnquiryOutcome}
    assert choices(schemas.DiscrepancySchema, "field") == set(commands.DISCREPANCIES)


def test_an_amendment_holds_a_whole_movement():
    loaded = schemas.MovementAmendmentSchema().load({"reason": "typo", "movement": movements.national()})
    assert schemas.split(loaded["movement"]).post == "TJPPJ"
    with pytest.raises(ma.ValidationError):
        schemas.MovementAmendmentSchema().load({"reason": "typo", "movement": {}})


# The quick reading


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """A full movement in which some words are replaced, gone or new."""
    body = movements.fullest()
    for _ in range(draw(st.integers(0, 4))):
        holder, name = draw(st.sampled_from(list(places(body))))
        if draw(st.booleans()):
            holder[name] = draw(HOSTILE)
        elif isinstance(holder, dict):
            del holder[name]
        else:
            holder.append(draw(HOSTILE))
    return body


@settings(max_examples=150, deadline=None)
@given(bent())
def test_the_quick_reading_never_differs_and_what_it_takes_the_rules_can_look_at(body):
    taken = outcome(QUICK.load, body)
    assert taken == outcome(QUICK.schema.load, body)
    if isinstance(taken, dict):
        declared = schemas.split(taken)
        for finding in rules.check(rules.Setting(declared, book(), TODAY, POSTS)):
            assert str(finding.message)
        assert Declared.of(declared.body()) == declared
        assert declared.offices() and declared.plates is not None


@settings(max_examples=6, deadline=None)
@given(HOSTILE)
def test_nor_at_any_single_place(value):
    for place in range(len(list(places(movements.fullest())))):
        body = movements.fullest()
        holder, name = list(places(body))[place]
        holder[name] = value
        assert outcome(QUICK.load, body) == outcome(QUICK.schema.load, body)


def test_999_items_are_read_and_checked_quickly():
    body, codes = movements.national(999, houses=3), book()

    def once() -> None:
        assert rules.check(rules.Setting(schemas.read(copy.copy(body)), codes, TODAY, POSTS)) == []

    once()
    # Aimed at 60 ms; the bound leaves room for a busy machine.
    assert min(timeit.repeat(once, number=1, repeat=7)) < 0.15


def test_plates_and_containers_have_one_form_whoever_typed_them():
    """In Persian digits and as they are painted: what is kept, compared and printed is the same."""
    body = movements.fullest()
    body["transport"] = {**body["transport"], "vehicle": {"plate": "۱۲۳۴ AB ۰۱"}, "trailer": {"plate": "٥٦٧٨ TJ 01"}}
    body["equipment"][0]["container"] = "MSKU 123456-5"
    declared = schemas.read(body)
    transport = declared.header["transport"]
    assert (transport["vehicle"]["plate"], transport["trailer"]["plate"]) == ("1234 AB 01", "5678 TJ 01")
    assert declared.containers[0] == "MSKU1234565"
    passed = schemas.PassageSchema().load({"plate": "۱۲۳۴ AB ۰۱", "seals_ok": True})
    means = {"vehicle": {"plate": "۷۷۷۷ AB ۰۱"}, "container": "msku 123456 5"}
    told = {"code": "3", "text": "x", "place": "x", "happened_at": "2026-11-23T10:00:00Z", "means": means}
    new = schemas.IncidentSchema().load(told)["means"]
    assert (passed["plate"], new["vehicle"]["plate"], new["container"]) == ("1234 AB 01", "7777 AB 01", "MSKU1234565")
