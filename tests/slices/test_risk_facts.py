"""The facts of a consignment: every word of the vocabulary is gathered with its type, and nothing else is; each stands for
something that is there."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.cli.worker import tally
from app.core import db
from app.core.actors import SYSTEM
from app.declarations import schemas
from app.declarations.commands import SettleRequest
from app.declarations.models import CommodityPrice
from app.flows import amending, selecting
from app.flows.movements import departing, lodging, travelling
from app.flows.movements import selecting as moving
from app.reference.queries import codebook
from app.registers import facts
from app.registers.facts import MOST_STATEMENTS
from app.risk.rules.vocabulary import FACTS, ITEM_FIELDS, Type, of_kind, restored, storable
from app.seals import operations as seals
from app.seals.commands import Applied, IssueSeals, ReceiveSeals
from app.transit import commands as c
from app.transit import queries as transit
from app.transit import schemas as transit_schemas
from tests.factories import cases, declarations, fullest, lives, movements, roads, watching
from tests.factories.actors import OTHER_PARTY, PARTY, POST, officer, supervisor, trader
from tests.factories.roads import THERE, at

WAY = "TJTEM"
FIRM = PARTY.replace("-", "")
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


TYPES = {
    Type.TEXT: str,
    Type.NUMBER: float,
    Type.WHOLE: int,
    Type.FLAG: bool,
}


def of_declaration(body, *, stage="lodged", declaration=None, moment=None, **more):
    with db.reading() as session:
        when = moment or db.now(session)
        words = schemas.read(body)
        return facts.of_declaration(
            session, words, codebook(session), when, stage=stage, declaration=declaration, **more
        )


def of_movement(movement, *, stage="arrived", moment=None):
    with db.reading() as session:
        movement = transit.find(session, movement.reference, by=officer())
        words = transit.declared(session, movement)
        when = moment or db.now(session)
        return facts.of_movement(session, movement, words, codebook(session), when, stage=stage)


def wrong(known, vocabulary):
    """What is missing, too much, or of another type."""
    wanted = {fact.name: fact for fact in vocabulary}
    faults = sorted(set(known) ^ set(wanted))
    for name, fact in wanted.items():
        value = known.get(name)
        if fact.type is Type.TEXTS:
            good = type(value) is list and all(type(each) is str for each in value)
        elif fact.type is Type.ITEMS:
            good = type(value) is list and all(type(each) is dict for each in value)
        else:
            good = type(value) is TYPES[fact.type]
        if not good:
            faults.append(f"{name}: {value!r} is no {fact.type}")
    return faults


def test_every_fact_of_a_declaration_is_gathered_with_its_type_and_nothing_else():
    known = of_declaration(declarations.words(3))
    assert wrong(known, of_kind("declaration")) == []
    fields = [field for field in ITEM_FIELDS if "declaration" in field.kinds]
    assert [wrong(item, fields) for item in known["items"]] == [[], [], []]
    assert restored(storable(known)) == known


@pytest.mark.parametrize("body", [movements.words(), movements.international(2), movements.tir(1)], ids=["n", "i", "t"])
def test_every_fact_of_a_movement_is_gathered_with_its_type_and_nothing_else(body):
    movement = roads.lodged(body if body["kind"] == "tir" else roads.secured(body, roads.guarantee().grn))
    known = of_movement(movement, stage="lodged")
    assert wrong(known, of_kind("movement")) == []
    fields = [field for field in ITEM_FIELDS if "movement" in field.kinds]
    assert {tuple(wrong(item, fields)) for item in known["items"]} == {()}
    assert restored(storable(known)) == known


#: What the fullest declaration cannot have: it is well-formed, or its day has not come, or nothing is known beside it.
BARE = {
    "heavier_net", "expired_documents", "container_mark_differs", "contradicts_route", "missing", "loading_lists",
    "controlled_names", "holiday", "kind", "stage", "house_count", "scanned_documents",
}  # fmt: skip


def still_default(known, kind, apart=()):
    """The facts of what is declared that stand at their defaults."""
    declared = [f for f in FACTS if kind in f.kinds and f.group not in ("history", "road", "watch")]
    blank = [
        f for f in declared if known[f.name] == (list(f.default) if f.type in (Type.TEXTS, Type.ITEMS) else f.default)
    ]
    return {f.name for f in blank} - BARE - set(apart)


def test_whatever_is_declared_is_a_fact():
    """Every field that a declaration may have changes a fact."""
    body = fullest.fullest()
    moment = dt.datetime(2026, 11, 28, 20, 30, tzinfo=dt.UTC)
    known = of_declaration(body, moment=moment, missing=["permit"])
    beside = {"lowest_value_ratio", "highest_value_ratio", "below_usual", "above_usual", "new_chapters", "reused_documents",
              "same_invoice", "value_national", "packages_difference", "items_difference"}  # fmt: skip
    assert still_default(known, "declaration", beside | {"invoice_difference", "other_costs", "deductions"}) == set()
    assert (known["plate"], known["driver_document"], known["seals"]) == ("KBL48213", "P01234567", ["SL1", "SL2"])
    assert (known["hour"], known["weekday"], known["month"]) == (1, 7, 11), "Sunday morning at the post"
    assert (known["hours_to_arrival"], known["invoice_age_days"], known["signed_age_days"]) == (58.0, 19, 2)
    assert (known["freight"], known["insurance"], known["included_costs"]) == (1800.0, 120.0, ["freight"])
    assert (known["consignee_name"], known["terms_of_payment"]) == ("ҷдмм «сомон»", "open account")
    assert known["gross_kg"] == sum(float(item["gross_kg"]) for item in body["items"])
    assert known["missing"] == ["permit"]
    first = known["items"][0]
    assert (first["chapter"], first["procedure"], first["licence"], first["quota"]) == (
        "08",
        "4071000",
        "L-17",
        "Q-2026-3",
    )
    assert (first["value_per_kg"], first["net_share"]) == (3.0, pytest.approx(9000 / 9450 * 100))
    assert first["previous_documents"] == ["26TJPPJ0000000018"]


def test_whatever_a_movement_says_is_a_fact():
    words = transit_schemas.read(movements.fullest())
    movement = roads.lodged(movements.tir(1))
    with db.reading() as session:
        known = facts.of_movement(
            session,
            movement,
            words,
            codebook(session),
            dt.datetime(2026, 11, 28, 20, 30, tzinfo=dt.UTC),
            stage="lodged",
        )
    beside = {"lowest_value_ratio", "highest_value_ratio", "below_usual", "above_usual", "new_chapters", "reused_documents",
              "value_national", "gross_difference", "house_difference", "limit_hours", "itinerary", "binding_itinerary",
              "transit_kind"}  # fmt: skip
    assert still_default(known, "movement", beside) == set()
    assert (known["holder_tir"], known["carnet_page"], known["route"]) == ("TJK/087/1234567", 3, "TJ-PPJ-DUS")
    assert (known["plate"], known["trailer"], known["seals"]) == ("1234AB01", "1234PA01", ["TJ1"])
    assert known["limit_days"] == 2 and known["itinerary"] == ["dusti", "hisor"]
    assert known["previous_documents"] == ["26TJPPJ000000117R6", "1"]


@pytest.mark.parametrize(
    ("kind", "dispatch", "destination", "wrong"),
    [
        ("IM", "AF", "TJ", False), ("IM", "TJ", "TJ", True), ("IM", "AF", "UZ", True), ("EX", "TJ", "AF", False),
        ("EX", "AF", "UZ", True), ("EX", "TJ", "TJ", True), ("IM", None, None, False),
    ],
)  # fmt: skip
def test_countries_that_do_not_fit_the_post(kind, dispatch, destination, wrong):
    body = declarations.words(declaration_type=kind, countries={"dispatch": dispatch, "destination": destination})
    assert of_declaration(body)["contradicts_route"] is wrong


def test_faults_of_what_is_written():
    body = declarations.words(2, total_items=3, total_packages=200)
    body["items"][0].update(net_kg="2500.000", description="Nothing but 108-24-7 in drums", commodity="620342")
    body["items"][1].update(description="Hydrogen peroxide, 50 %", containers=["MSKU1234565"])
    body["invoice"]["total"] = "20240.00"
    body["documents"][1]["expires"] = "2026-01-01"
    body["transport"]["container_indicator"] = "0"
    known = of_declaration(body)
    assert (known["items_difference"], known["packages_difference"]) == (1, -40)
    assert known["invoice_difference"] == pytest.approx(10.0)
    assert (known["heavier_net"], known["expired_documents"], known["container_mark_differs"]) == (1, 1, True)
    assert known["controlled_names"] == ["explosive precursors", "precursors, UN 1988 Convention Table I"]
    assert known["items"][1]["controlled_names"] == ["explosive precursors"]


def test_prices_beside_what_is_usual_here():
    price = {"post": POST, "currency": "USD", "items": 50, "refreshed_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}
    low = {name: Decimal(value) for name, value in zip(("p05", "p10", "median", "p90", "p95"), "12345", strict=True)}
    with db.transaction() as session:
        session.add_all([CommodityPrice(commodity=code, **price, **low) for code in ("620342", "640399")])
    body = declarations.words(3)
    for item, (code, value) in zip(
        body["items"], (("620342", "2300.00"), ("640399", "20700.00"), ("080620", "1.00")), strict=True
    ):
        item.update(commodity=code, invoice_value=value)
    known = of_declaration(body)
    assert (known["lowest_value_ratio"], known["highest_value_ratio"]) == (pytest.approx(1 / 3), 3.0)
    assert (known["below_usual"], known["above_usual"]) == (1, 1)
    assert [item["value_ratio"] for item in known["items"]] == [pytest.approx(1 / 3), 3.0, 1.0]


def with_plate(plate, **changes):
    body = declarations.words(**changes)
    body["transport"]["vehicle"]["plate"] = plate
    return body


def test_the_past_of_those_who_take_part(session):
    fresh = of_declaration(with_plate("KBL40001"))
    assert (fresh["vehicle_known_days"], fresh["vehicle_consignments"], fresh["vehicle_findings"]) == (-1, 0, 0)
    body = with_plate("KBL40001")
    body["transport"]["trailer"] = {"plate": "KBL40002", "country": "AF"}
    cases.lodged(body)
    red = declarations.red()
    red["transport"]["vehicle"]["plate"] = "KBL40001"
    cases.inspected(cases.lodged(red), "discrepancy")
    tally()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=40)
    known = of_declaration(body, moment=later)
    for role in ("declarant", "consignor", "consignee", "driver", "vehicle", "container"):
        found = tuple(known[f"{role}_{what}"] for what in ("known_days", "consignments", "findings"))
        assert found == (40, 2, 1) or (role == "vehicle" and found[1:] == (2, 1)), role
    assert (known["trailer_known_days"], known["trailer_consignments"]) == (40, 1)
    much_later = of_declaration(body, moment=later + dt.timedelta(days=500))
    assert (much_later["driver_consignments"], much_later["driver_findings"]) == (0, 1), (
        "a year for these, two for those"
    )
    assert of_declaration(body, moment=later + dt.timedelta(days=800))["driver_findings"] == 0


def test_of_several_in_one_role_the_worst_counts():
    body = declarations.words()
    body["transport"]["containers"] = ["MSKU1234565", "TCLU1234568"]
    cases.lodged(declarations.words())
    tally()
    known = of_declaration(body, moment=dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    assert (known["container_known_days"], known["container_consignments"], known["consignor_known_days"]) == (-1, 0, 3)


def test_a_consignment_is_not_part_of_its_own_past():
    first = cases.lodged(with_plate("KBL40003"))
    tally()
    again = of_declaration(with_plate("KBL40003"), stage="amended", declaration=first)
    assert (again["vehicle_known_days"], again["vehicle_consignments"]) == (-1, 0)
    other = of_declaration(with_plate("KBL40003"))
    assert (other["vehicle_known_days"], other["vehicle_consignments"]) == (0, 1)


def test_chapters_that_a_known_consignee_has_not_brought():
    body = declarations.words(2)
    body["items"][1].update(commodity="080620")
    assert of_declaration(body)["new_chapters"] == [], "of a firm that is new nothing is new"
    cases.lodged(declarations.words())
    tally()
    known = of_declaration(body)
    assert known["new_chapters"] == ["08"]
    assert [item["new_to_consignee"] for item in known["items"]] == [False, True]


def test_others_that_resemble_it():
    first = with_plate("KBL40004")
    first["invoice"]["number"] = "FA-77"
    first["documents"][1]["number"] = "CMR-77"
    lodged = cases.lodged(first)
    second = with_plate("KBL40004")
    second["invoice"]["number"] = "fa-77"
    second["documents"][1]["number"] = "CMR-77"
    known = of_declaration(second)
    assert (known["same_invoice"], known["vehicle_today"], known["consignee_today"]) == (1, 2, 2)
    assert known["consignee_today_value"] == 18400.0
    assert known["reused_documents"] == 2, "the consignment note and the certificate of origin"
    itself = of_declaration(first, declaration=lodged)
    assert (itself["same_invoice"], itself["vehicle_today"], itself["consignee_today"]) == (0, 1, 1)
    assert itself["reused_documents"] == 0
    tomorrow = of_declaration(second, moment=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))
    assert (tomorrow["vehicle_today"], tomorrow["consignee_today"]) == (1, 1)


def test_what_amendments_changed():
    case = cases.red()
    before = of_declaration(lives.body_of(case), declaration=case)
    assert (before["amendments"], before["amended"]) == (0, [])

    def bend(body):
        body["consignee"] = {**body["consignee"], "name": "ҶДММ «Баҳор»", "id": OTHER_PARTY}
        body["items"][0]["gross_kg"] = "2460.000"

    asked = lives.asked_to_amend(case, bend)
    with db.transaction() as session:
        amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "seen"), by=officer())
    with db.reading() as session:
        kept = session.execute(
            text("SELECT stage, facts -> 'amendments', facts -> 'amended' FROM risk_assessment ORDER BY at")
        ).all()
    assert [tuple(row) for row in kept] == [("lodged", 0, []), ("amended", 1, ["consignee", "goods"])]


@pytest.fixture
def travelled():
    """A movement through another office, with a seal, on the prescribed route."""
    body = roads.secured(movements.national(route="TJ-PPJ-DUS"), roads.guarantee("20000.00").grn)
    body["offices"]["transit"] = [WAY]
    lodged = roads.lodged(body)
    for number, types, result in ((1, ("20", "30"), "not-conform"), (2, ("10",), "conform")):
        with db.transaction() as session:
            departing.order_control(session, c.OrderControl(lodged.reference, POST, types), by=officer())
        with db.transaction() as session:
            concluded = c.ConcludeControl(lodged.reference, POST, number, result, "shielding")
            departing.conclude_control(session, concluded, by=officer())
    serial = roads.sealed(lodged)[0]
    with db.transaction() as session:
        seals.receive(session, ReceiveSeals(POST, "Tin", "S", ("TIN0001",)), by=supervisor())
        seals.issue(session, IssueSeals(POST, ("TIN0001",), officer().person, "Officer"), by=supervisor())
        departing.apply_seals(session, lodged.reference, POST, [Applied("TIN0001")], by=officer())
    return roads.let_go(lodged), serial


def test_what_happens_on_the_road(travelled):
    movement, serial = travelled
    quiet = of_movement(movement)
    assert (quiet["incidents"], quiet["seal_faults"], quiet["weighings"], quiet["overdue_hours"]) == (0, 0, 0, 0.0)
    assert (quiet["radiation_alarms"], quiet["scan_findings"], quiet["controls_failed"]) == (1, 1, 1)
    assert quiet["guarantee_used"] == 25.0
    with db.transaction() as session:
        plate = transit.wheels(session, movement)[0]
        seen = c.Pass(movement.reference, WAY, plate, seals_ok=False, remarks="a seal hangs loose")
        travelling.pass_office(session, seen, by=at(WAY))
    with db.transaction() as session:
        cut = replace(roads.in_order(serial), tug=False, remarks="cut")
        travelling.check_seal(session, movement.reference, THERE, cut, by=at(THERE))
    for code in ("1", "4"):
        with db.transaction() as session:
            told = c.ReportIncident(movement.reference, code, "a bridge was out", "Dusti", db.now(session))
            travelling.report_incident(session, told, by=trader())
    with db.transaction() as session:
        travelling.decide_incident(
            session, c.DecideIncident(movement.reference, THERE, 2, "dismissed", "nothing there"), by=at(THERE)
        )
    for moment, office, kg in (("entry", WAY, "20000"), ("exit", WAY, "18000"), ("arrival", THERE, "19")):
        with db.transaction() as session:
            travelling.weigh(session, c.Weigh(movement.reference, office, moment, Decimal(kg)), by=at(office))
    with db.transaction() as session:
        limit = movement.limit_at + dt.timedelta(hours=1)
        travelling.extend(session, c.Extend(movement.reference, POST, limit, "the road is closed"), by=officer())
    known = of_movement(movement, moment=limit + dt.timedelta(hours=5))
    assert (known["passages"], known["missed_offices"]) == (1, [])
    assert (known["incidents"], known["incident_codes"], known["deviations"]) == (1, ["1"], 1)
    assert (known["extensions"], known["seal_faults"], known["weak_seals"]) == (1, 1, 1)
    assert (known["weighings"], known["entry_weight"], known["exit_weight"]) == (3, 20000.0, 18000.0)
    assert known["arrival_weight"] == 19.0
    assert known["weight_difference"] == pytest.approx((20000 - 19) / 200)
    assert known["weight_missing"] == 2.0
    assert known["overdue_hours"] == pytest.approx(5.0)
    assert known["travel_share"] > 100.0
    assert known["average_speed"] == 0.0, "it has not arrived"


def test_an_office_that_never_saw_it_and_a_way_that_took_no_time(travelled):
    movement, _serial = travelled
    known = of_movement(roads.arrived(movement))
    assert known["missed_offices"] == [WAY]
    assert known["travel_hours"] < 0.1 and known["average_speed"] > 500


def test_a_declaration_knows_the_road_its_goods_came(travelled):
    movement, serial = travelled
    with db.transaction() as session:
        told = c.ReportIncident(movement.reference, "4", "fire", "Dusti", db.now(session))
        travelling.report_incident(session, told, by=trader())
        travelling.weigh(session, c.Weigh(movement.reference, THERE, "arrival", Decimal(17500)), by=at(THERE))
    with db.reading() as session:
        plate = transit.declared(session, movement).plates[0]
    body = with_plate(plate, seals=[serial])
    alone = of_declaration(body)
    assert (alone["came_under_transit"], alone["incidents"], alone["reused_seals"]) == (False, 0, [serial])
    assert (alone["truck_weight"], alone["vehicle_open"]) == (17500.0, 1)
    body["items"][0]["previous_documents"] = [{"type": "NMRN", "number": movement.mrn}]
    known = of_declaration(body)
    assert (known["came_under_transit"], known["incidents"], known["incident_codes"]) == (True, 1, ["4"])
    assert (known["arrival_weight"], known["controls_failed"], known["reused_seals"]) == (17500.0, 1, [])
    two_days_on = of_declaration(body, moment=dt.datetime.now(dt.UTC) + dt.timedelta(hours=49))
    assert two_days_on["truck_weight"] == 0.0


def test_what_the_holder_has_under_way():
    covering = roads.guarantee("20000.00").grn
    first = roads.released(roads.secured(movements.national(), covering))
    second = roads.released(roads.secured(movements.national(), covering))
    ended = roads.lodged(roads.secured(movements.national(), covering))
    with db.transaction() as session:
        lodging.invalidate(session, c.Invalidate(ended.reference, "no"), by=trader())
    known = of_movement(second)
    assert (known["holder_open"], known["holder_overdue"], known["vehicle_open"]) == (1, 0, 0)
    assert (known["vehicle_today"], known["consignee_today"], known["guarantee_used"]) == (1, 2, 50.0)
    assert known["consignee_today_value"] == 72.0
    late = of_movement(second, moment=first.limit_at + dt.timedelta(hours=1))
    assert late["holder_overdue"] == 1
    fresh = roads.lodged(roads.secured(movements.national(), covering, "2000.00"))
    assert of_movement(fresh)["guarantee_used"] == 60.0, "what is asked counts before it is taken"


def test_a_movement_and_its_holder_have_a_past():
    roads.released()
    tally()
    known = of_movement(roads.lodged(roads.secured(movements.national(), roads.guarantee().grn)))
    assert (known["holder_known_days"], known["holder_consignments"], known["driver_consignments"]) == (0, 1, 1)
    assert known["vehicle_known_days"] == -1


def test_a_movement_that_was_amended_and_a_truck_that_was_changed():
    body = roads.secured(movements.national(), roads.guarantee().grn)
    movement = roads.lodged(body)
    wanted = copy.deepcopy(body)
    wanted["house_consignments"][0]["consignee"]["name"] = "Somebody else"
    with db.transaction() as session:
        lodging.amend(session, c.Amend(movement.reference, transit_schemas.read(wanted), "a slip"), by=trader())
    known = of_movement(movement)
    assert (known["amendments"], known["amended"]) == (1, ["consignee"])
    roads.let_go(movement)
    with db.transaction() as session:
        means = {"vehicle": {"plate": "7777 AB 01", "country": "UZ"}}
        told = c.ReportIncident(movement.reference, "3", "engine", "Dusti", db.now(session), means=means)
        travelling.report_incident(session, told, by=trader())
    with db.transaction() as session:
        travelling.decide_incident(
            session, c.DecideIncident(movement.reference, THERE, 1, "endorsed", "seen"), by=at(THERE)
        )
    moved = of_movement(movement)
    assert (moved["plate"], moved["plate_country"], moved["trailer"]) == ("7777AB01", "UZ", "")


def test_the_number_of_statements_does_not_depend_on_the_items(statements):
    movement = roads.released()
    with db.transaction() as session:
        watching.listed(session)
        watching.looked_for(session, name="Nobody Whatsoever")
    counted, known = {}, {}
    for items in (1, 300):
        body = declarations.words(items)
        for item in body["items"]:
            item["previous_documents"] = [{"type": "NMRN", "number": movement.mrn}]
        with db.reading() as session:
            codes, when, words = codebook(session), db.now(session), schemas.read(body)
            statements.clear()
            facts.of_declaration(session, words, codes, when, stage="lodged")
            counted["declaration", items] = len(statements)
        with db.transaction() as session:
            selecting.known(session, words, codes, when, stage="lodged", id=uuid4(), by=SYSTEM)
            statements.clear()
            selecting.known(session, words, codes, when, stage="lodged", id=uuid4(), by=SYSTEM)
            known["declaration", items] = len(statements)
    for items in (1, 300):
        lodged = roads.lodged(movements.tir(items))
        with db.reading() as session:
            words = transit.declared(session, lodged)
            statements.clear()
            facts.of_movement(session, lodged, words, codes, when, stage="lodged")
            counted["movement", items] = len(statements)
        with db.transaction() as session:
            moving.known(session, lodged, words, codes, when, stage="lodged", by=SYSTEM)
            statements.clear()
            moving.known(session, lodged, words, codes, when, stage="lodged", by=SYSTEM)
            known["movement", items] = len(statements)
    assert counted["declaration", 1] == counted["declaration", 300] == 4
    assert counted["movement", 1] == counted["movement", 300] == 4
    assert max(counted.values()) < MOST_STATEMENTS == 5
    assert known["declaration", 1] == known["declaration", 300] <= counted["declaration", 1] + 3
    assert known["movement", 1] == known["movement", 300] <= counted["movement", 1] + 3
