"""Movements begun with the goods of a declaration, with what another movement brought, and as a copy."""

from __future__ import annotations

import copy

import pytest

from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows.movements import arriving, beginning, lodging, travelling
from app.flows.movements.beginning import begin_from_declaration, begin_from_movement, copy_movement
from app.registers.movements import links
from app.transit import queries
from app.transit.commands import DecideIncident, FindDiscrepancies, Found, PermitUnloading, ReportIncident
from tests.factories import actors, cases, declarations, movements, roads
from tests.factories.actors import OTHER_PARTY, PARTY, POST
from tests.factories.roads import THERE, at

pytestmark = pytest.mark.usefixtures("session")


def begun(verb, reference, *more, by=None):
    """The draft that came out, and its words."""
    with db.transaction() as session:
        movement = verb(session, reference, *more, by=by or actors.trader())
        return movement, copy.deepcopy(queries.draft(session, movement).body)


def transit_words():
    """A transit declaration on its way to Dusti, with a part of the goods in a container."""
    body = declarations.words(2)
    body.update(
        declaration_type="TR",
        general_procedure="8",
        principal={"id": PARTY, "name": "ҶДММ «Сомон»", "address": "Душанбе", "country": "TJ"},
        destination_office={"code": THERE, "country": "TJ"},
        location_of_goods="Yard 2",
        place_of_loading="Kunduz",
        seals=["AFG0001"],
    )
    for item in body["items"]:
        item["procedure"] = "8000"
    body["items"][0].update(containers=["MSKU1234565"], un_number="1202", commodity="62034211000")
    return body


def lodged(body):
    made = cases.lodged(body)
    assert made.mrn
    return made


def complete(body, grn):
    """What its writer adds before he lodges it."""
    return roads.secured({**body, "local_reference": "M-1"}, grn, None)


def test_the_goods_of_a_declaration_go_on_in_transit_and_both_are_found_from_each_other():
    said = transit_words()
    declaration = lodged(said)
    movement, body = begun(begin_from_declaration, declaration.reference)
    assert (movement.status, movement.party, movement.post) == ("draft", PARTY, POST)
    assert (body["kind"], body["offices"]["departure"], body["offices"]["destination"]) == ("national", [POST], [THERE])
    assert body["previous_documents"] == [{"type": "NMRN", "reference": declaration.mrn}]
    assert body["holder"]["id"] == PARTY and "guarantees" not in body and "local_reference" not in body
    assert body["transport"]["vehicle"] == said["transport"]["vehicle"]
    assert body["transport"]["driver"] == said["transport"]["driver"]
    assert body["equipment"] == [{"container": "MSKU1234565", "seals": ["AFG0001"], "goods": [1]}]
    assert body["transport_documents"] == [{"type": "N730", "number": "CMR-1"}]
    assert [paper["type"] for paper in body["documents"]] == ["380"]
    (house,) = body["house_consignments"]
    assert house["consignor"]["name"] == said["consignor"]["name"] and house["consignee"]["id"] == PARTY
    first, second = house["items"]
    assert (first["commodity"], first["dangerous"], first["value"], first["currency"]) == (
        "6203421100",
        "1202",
        "9200.00",
        "USD",
    )
    assert second["documents"] == said["items"][1]["documents"] and second["packages"] == said["items"][1]["packages"]
    assert body["gross_kg"] == house["gross_kg"] == "4900.000"
    with db.reading() as session:
        told = lodging.check(session, {**body, "local_reference": "M-1"}, by=actors.trader())
        assert {each.rule for each in told if each.severity == "error"} == {"guarantee.missing"}

    made = roads.lodged(complete(body, roads.guarantee("900000.00").grn))
    with db.reading() as session:
        (back,) = links.before(session, body["previous_documents"], by=actors.officer())
        assert (back.kind, back.reference) == ("declaration", declaration.reference)
        assert [each.reference for each in links.after(session, declaration.mrn, by=actors.officer())] == [
            made.reference
        ]
        assert links.after(session, declaration.mrn, by=actors.trader(OTHER_PARTY)) == []
        assert links.before(session, body["previous_documents"], by=actors.trader(OTHER_PARTY)) == []


@pytest.mark.parametrize("verb", [begin_from_declaration, begin_from_movement, copy_movement])
def test_nobody_begins_with_the_goods_of_another_firm(verb):
    reference = lodged(transit_words()).reference if verb is begin_from_declaration else roads.released().reference
    with pytest.raises(NotFound):
        begun(verb, reference, by=actors.trader(OTHER_PARTY))
    with pytest.raises(Forbidden):
        begun(verb, reference, by=actors.officer())


def test_what_is_not_lodged_or_not_there_begins_nothing():
    declaration = lodged(transit_words())
    with pytest.raises(Invalid) as refused:
        begun(begin_from_declaration, declaration.reference, "sea", "AFSKB")
    assert [(each.pointer, each.rule) for each in refused.value.findings] == [
        ("/kind", "movement.kind"),
        ("/post", "movement.post-unknown"),
    ]
    with db.transaction() as session:
        draft = beginning.copy_movement(session, roads.released().reference, by=actors.trader())
    for reference in (draft.reference, roads.released().reference):
        with pytest.raises(WrongState) as waiting:
            begun(begin_from_movement, reference)
        assert waiting.value.findings[0].rule == "begin.not-arrived"
    refused_one = cases.decided(cases.yellow(), "refuse")
    with pytest.raises(WrongState) as gone:
        begun(begin_from_declaration, refused_one.reference)
    assert gone.value.findings[0].rule == "begin.no-goods"


def test_what_arrived_goes_on_as_it_was_found_on_the_wheels_it_came_on():
    body = movements.national(3, houses=2)
    body["equipment"] = [{"container": "MSKU1234565", "seals": [], "goods": [1, 3]}]
    movement = roads.released(roads.secured(body, roads.guarantee().grn))
    with db.transaction() as session:
        told = ReportIncident(
            movement.reference, "6", "engine burnt", "Dusti", db.now(session),
            means={"vehicle": {"plate": "7777AB01", "country": "TJ"}},
        )  # fmt: skip
        travelling.report_incident(session, told, by=actors.trader())
    with db.transaction() as session:
        seen = DecideIncident(movement.reference, THERE, 1, "endorsed", "seen by the police")
        travelling.decide_incident(session, seen, by=at(THERE))
    roads.arrived(movement)
    with db.transaction() as session:
        arriving.permit_unloading(session, PermitUnloading(movement.reference, THERE), by=at(THERE))
    found = (
        Found("missing", 1),
        Found("packages", 2, "1 carton"),
        Found("gross_kg", 2, "10.5 kg"),
        Found("description", 3, "Dried apricots"),
        Found("seal", None, "AFG9"),
    )
    with db.transaction() as session:
        arriving.find_discrepancies(session, FindDiscrepancies(movement.reference, THERE, found), by=at(THERE))
    draft, words = begun(begin_from_movement, movement.reference)
    assert (draft.post, words["post"], words["offices"]["departure"]) == (THERE, THERE, [THERE])
    assert words["previous_documents"] == [{"type": "NMRN", "reference": movement.mrn}]
    assert words["transport"]["vehicle"]["plate"] == "7777AB01"
    assert words["transport"]["trailer"] == body["transport"]["trailer"]
    assert words["equipment"] == [{"container": "MSKU1234565", "seals": [], "goods": [2]}]
    items = [item for house in words["house_consignments"] for item in house["items"]]
    assert [(item["number"], item["description"], item["gross_kg"]) for item in items] == [
        (1, body["house_consignments"][1]["items"][0]["description"], "10.5"),
        (2, "Dried apricots", "21.000"),
    ]
    assert items[0]["packages"][0]["count"] == 1
    assert [house["number"] for house in words["house_consignments"]] == [1]
    assert words["gross_kg"] == "31.500"


def test_a_tir_transport_goes_on_with_the_next_pair_of_volets():
    body = movements.tir(1)
    movement = roads.released(body)
    roads.arrived(movement)
    _draft, words = begun(begin_from_movement, movement.reference, "tir", THERE)
    assert (words["kind"], words["declaration_type"]) == ("tir", "TIR")
    assert words["carnet"] == {**body["carnet"], "page": 5}
    assert words["offices"]["destination"] == ["UZSAR"] and words["countries"]["routing"] == ["TJ", "UZ"]


def test_a_copy_has_the_words_without_numbers_seals_and_dates():
    body = movements.fullest()
    with db.transaction() as session:
        command = beginning.SaveDraft(POST, {**body, "house_consignments": [*body["house_consignments"], "odd"]})
        draft = beginning.transit.save_draft(session, command, by=actors.trader())
    made, words = begun(copy_movement, draft.reference)
    assert made.reference != draft.reference and made.kind == "tir"
    left_out = {"local_reference", "carnet", "guarantees", "previous_documents", "ucr", "limit_date"}
    assert not left_out & words.keys()
    assert words["holder"] == body["holder"] and words["offices"] == body["offices"]
    assert words["equipment"] == [{"container": "MSKU1234565", "goods": [1, 2]}]
    assert words["documents"] == [{"type": "380", "issuer": "Kabul Star", "issue_place": "Kabul"}]
    assert words["transport_documents"] == [{"type": "N730"}]
    house, odd = words["house_consignments"]
    assert odd == "odd" and [item["number"] for item in house["items"]] == [1, 2]
    assert house["items"][0]["documents"] == words["documents"]
