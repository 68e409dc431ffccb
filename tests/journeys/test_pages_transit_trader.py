"""Transit through the trader's pages, as a browser without scripts uses them: written, lodged, changed, told, unloaded."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.core import db
from app.flows.movements import arriving, departing, searching, travelling
from app.guarantees import queries as pledged
from app.interchange.asycuda.write import pruned
from app.transit import operations, queries, schemas
from app.transit.commands import (
    OpenEnquiry,
    OrderControl,
    PermitUnloading,
    RefuseGuarantee,
    Release,
    SaveDraft,
    SettleRecovery,
    StartRecovery,
    Weigh,
)
from app.web.kinds import fields_of
from app.web.trader.transit.sections import FORMS
from tests.factories import actors, cases, movements, roads, scans
from tests.factories.accounts import send, sign_in
from tests.factories.actors import OTHER_PARTY, PARTY, POST
from tests.factories.counting import statements
from tests.factories.roads import THERE, at
from tests.factories.seed import PASSWORD
from tests.journeys.test_pages_trader import Visitor, names

LIST = "/trader/transit"


@pytest.fixture
def visitor(client, session):
    assert sign_in(client, "trader", PASSWORD).status_code == 302
    return Visitor(client)


@pytest.fixture
def other(app, session):
    """Somebody of another firm."""
    client = app.test_client()
    assert sign_in(client, "trader2", PASSWORD).status_code == 302
    return Visitor(client)


def page(reference, tail=""):
    return f"{LIST}/{reference}{tail}"


def reference_in(url):
    return url.split("/transit/")[1].split("/")[0].split("?")[0].split("#")[0]


def states(visitor, reference):
    """The word each section has on the list of tasks."""
    found = {}
    for line in visitor.open(page(reference)).page.xpath("//ol[@class='tasks']/li"):
        said = " ".join(line.xpath(".//*[contains(@class,'task-state')]")[0].text_content().split())
        found[line.get("id").removeprefix("task-")] = said
    return found


def begun(visitor, **first):
    visitor.open(f"{LIST}/start").send("action", "begin", **first)
    assert visitor.status == 200, visitor.errors()
    return reference_in(visitor.url)


def fill(visitor, reference, tail, button="next", **words):
    """Opens a part of a draft, writes into it, and presses a button."""
    visitor.open(page(reference, tail)).send("action", button, **names(words.pop("dotted", {})), **words)
    assert visitor.status == 200, (tail, visitor.errors())


def lodge(visitor, reference, **codes):
    """Presses “Lodge” on the page of answers."""
    visitor.open(page(reference, "/check"))
    data = {**visitor.values(), **{f"codes.{n}": code for n, code in codes.items()}}
    return visitor._take(page(reference, "/lodging"), visitor.client.post(page(reference, "/lodging"), data=data))


def record(reference):
    with db.reading() as session:
        return queries.find(session, reference, by=actors.trader())


def item(place, **changes):
    words = {
        "commodity": "080620", "description": "Raisins, dried", "gross_kg": "2100", "net_kg": "2000",
        "packages.0.kind": "ct", "packages.0.count": "۱۰۰", "packages.0.marks": "KBL 1-100", "value": "3600,50", "currency": "usd",
        "origin": "af", **changes,
    }  # fmt: skip
    return {f"house_consignments.0.items.{place}.{name}": value for name, value in words.items()}


HOUSE = {
    "house_consignments.0.consignor.name": "شرکت تجارتی کابل ستاره",
    "house_consignments.0.consignor.country": "AF",
    "house_consignments.0.consignee.name": "ҶДММ «Баҳор»",
    "house_consignments.0.consignee.country": "TJ",
}
TRANSPORT = {
    "transport.vehicle.plate": "1234AB01",
    "transport.vehicle.country": "TJ",
    "transport.driver.name": "احمد نوری",
    "transport.driver.document.number": "P0123",
    "location.type": "B",
    "location.qualifier": "Z",
    "location.text": "Yard 2",
}


def national(visitor, grn, **first):
    """A national movement written section by section, ready to be lodged."""
    reference = begun(visitor, kind="national", local_reference="N-1", **first)
    fill(visitor, reference, "/sections/header", "next")
    fill(visitor, reference, "/sections/route", dotted={
        "offices.destination.0": THERE, "countries.dispatch": "AF", "countries.destination": "TJ", "countries.routing": "tj",
    })  # fmt: skip
    assert visitor.url.endswith("/sections/transport")
    fill(visitor, reference, "/sections/transport", dotted=TRANSPORT)
    fill(visitor, reference, "/goods/1", "item", dotted=HOUSE)
    assert visitor.url.endswith("/goods/1/items/1")
    visitor.send("action", "another", **names(item(0)))
    assert visitor.url.endswith("/goods/1/items/2"), visitor.errors()
    visitor.send("action", "list", **names(item(1)))
    assert visitor.url.endswith("/goods"), visitor.errors()
    fill(visitor, reference, "/sections/totals", dotted={"gross_kg": "4 200"})
    visitor.open(page(reference, "/sections/documents")).send("add", "transport_documents")
    visitor.send(
        "action", "next", **names({"transport_documents.0.type": "N730", "transport_documents.0.number": "CMR-1"})
    )
    fill(visitor, reference, "/sections/guarantees", dotted={
        "guarantees.0.type": "1", "guarantees.0.grn": grn, "guarantees.0.amount": "50000", "guarantees.0.currency": "TJS",
    })  # fmt: skip
    return reference


def test_a_national_movement_from_its_first_word_to_its_end(visitor):
    guarantee = roads.guarantee("100000.00")
    reference = national(visitor, guarantee.grn)
    now = states(visitor, reference)
    assert {now[key] for key in ("header", "route", "transport", "totals", "guarantees")} == {"Complete"}, now
    assert now["goods"].startswith("Complete") and "Items: 2" in now["goods"] and now["check"] == "Ready to lodge"
    assert "carnet" not in now

    visitor.open(page(reference, "/check"))
    assert "Duties at stake" in visitor.text and "Access code of" in visitor.text, visitor.text
    lodge(visitor, reference)
    assert visitor.status == 422 and "access code" in visitor.text.lower()
    assert visitor.page.xpath("//input[@name='codes.0'][@aria-invalid='true']"), "told at its box"
    lodge(visitor, reference, **{"0": "WRONG"})
    assert visitor.status == 422 and record(reference).status == "draft"
    lodge(visitor, reference, **{"0": movements.ACCESS_CODE})
    assert visitor.status == 200 and "The movement is lodged" in visitor.text, visitor.errors()
    movement = record(reference)
    assert movement.status == "lodged" and movement.mrn in visitor.text
    assert "Turn of the office of departure" in visitor.text

    with db.transaction() as session:
        departing.release(session, Release(reference, POST), by=actors.officer())
    visitor.open(page(reference))
    assert "On the road" in visitor.text and "left" in visitor.text and "code 92" in visitor.text
    assert f"/trader/guarantees/{guarantee.grn}" in visitor.page.xpath("//main")[0].xpath(".//a/@href")
    links = visitor.page.xpath("//main//a/@href")
    assert page(reference, "/arrival") in links and page(reference, "/incident") in links
    assert page(reference, "/invalidation") not in links

    visitor.open(page(reference, "/arrival"))
    visitor.send("send", "1", office=THERE)
    assert "The arrival is told" in visitor.text and record(reference).status == "arrived", visitor.errors()
    with db.transaction() as session:
        arriving.permit_unloading(session, PermitUnloading(reference, THERE), by=at(THERE))
    visitor.open(page(reference))
    assert "Your turn" in visitor.text
    visitor.open(page(reference, "/unloading"))
    assert "What is declared" in visitor.text and "Raisins, dried" in visitor.text
    visitor.send("send", "1", complete="true", conform="false")
    assert visitor.status == 422 and "Say what is not as declared" in visitor.errors()[0]
    visitor.send("add", "discrepancies")
    assert visitor.status == 200 and visitor.values()["complete"] == "true", "what was typed stays"
    visitor.send("send", "1", **names({
        "discrepancies.0.field": "packages", "discrepancies.0.item": "2", "discrepancies.0.found": "99 CT",
    }))  # fmt: skip
    assert visitor.status == 200 and "Your remarks are with" in visitor.text, visitor.errors()
    assert "99 CT" in visitor.text and "100 CT" in visitor.text and record(reference).status == "discrepancies"


def test_a_tir_transport_is_announced_presented_and_changed_before_its_release(visitor):
    number = movements.carnet(72_600_001)
    reference = begun(visitor, kind="tir", local_reference="T-1", additional_type="D")
    assert "carnet" in states(visitor, reference) and "guarantees" not in states(visitor, reference)
    fill(visitor, reference, "/sections/header", dotted={"holder.tir_id": "TJK/087/1234567"})
    fill(visitor, reference, "/sections/route", dotted={
        "offices.departure.0": "AFSKB", "offices.transit.0": POST, "offices.destination.0": THERE,
        "offices.destination.1": "UZSAR", "countries.dispatch": "AF", "countries.destination": "UZ",
        "countries.routing": "AF TJ UZ",
    })  # fmt: skip
    tomorrow = later(1)
    visitor.open(page(reference, "/sections/transport")).send("add", "equipment")
    visitor.send("action", "next", **names({
        **TRANSPORT, "equipment.0.container": "msku1234565", "equipment.0.seals": "AFG 0081123, AFG 0081124",
        "transport.expected_arrival": f"{tomorrow} 13:30",
    }))  # fmt: skip
    assert visitor.url.endswith("/sections/carnet"), visitor.errors()
    visitor.send("action", "next", **names({
        "carnet.number": number, "carnet.valid_to": later(60), "carnet.volets": "۱۴", "carnet.page": "3",
        "carnet.holder_id": "TJK/087/1234567",
    }))  # fmt: skip
    assert visitor.url.endswith("/goods"), visitor.errors()
    fill(visitor, reference, "/goods/1", "item", dotted=HOUSE)
    rows = "HS code\tGoods\tPackages\tKind\tMarks\tGross\tNet\tValue\tCurrency\n" + "\n".join(
        f"080620\tRaisins {n}\t10\tCT\tA {n}\t210\t200\t360\tUSD" for n in range(40)
    )
    visitor.open(page(reference, "/goods/1/paste")).send("action", "preview", cells=rows)
    assert "Rows read: 40" in visitor.text and "Nothing was found wrong" in visitor.text, visitor.errors()
    visitor.send("action", "append", cells=rows)
    assert "Items taken over: 40" in visitor.text
    fill(visitor, reference, "/sections/totals", dotted={"gross_kg": "8400"})
    visitor.open(page(reference, "/check"))
    assert "The carnet answers for them" in visitor.text and "Access code" not in visitor.text
    lodge(visitor, reference)
    assert "The movement is announced" in visitor.text, visitor.text
    assert "Your turn" in visitor.text
    visitor.open(page(reference, "/presentation")).send("send", "1", location="Yard 3")
    assert record(reference).status == "lodged", visitor.errors()

    visitor.open(page(reference, "/amendment")).send("action", "compare", reason="nothing")
    assert visitor.status == 422 and "Nothing is different" in visitor.errors()[0]
    visitor.send("action", "compare", reason="other sender", **names(
        {"house_consignments.0.consignor.name": "Kabul Star Trading"}
    ))  # fmt: skip
    assert visitor.status == 200 and "Kabul Star Trading" in visitor.text and "Nothing has been sent" in visitor.text
    visitor.send("action", "send")
    assert "The movement is changed" in visitor.text, visitor.errors()
    with db.reading() as session:
        body = queries.declared(session, queries.find(session, reference, by=actors.trader())).body()
    assert body["house_consignments"][0]["consignor"]["name"] == "Kabul Star Trading"
    assert len(body["house_consignments"][0]["items"]) == 40 and body["equipment"][0]["seals"]


def later(days):
    with db.reading() as session:
        return (db.now(session) + dt.timedelta(days=days)).date().isoformat()


def errors_at(visitor, reference, tail, **changes):
    """Saves a part with these words and gives what is told, and the ids of the boxes at which it is told."""
    visitor.open(page(reference, tail)).send("action", "save", **names(changes))
    told = dict(zip(visitor.errors(), visitor.links(), strict=True))
    for link in told.values():
        assert visitor.page.xpath(f"//*[@id='{link[1:]}']"), f"{link} leads nowhere"
    return told


def test_faults_are_told_at_their_boxes(visitor):
    """The bad inputs of a movement: nothing is lodged, nothing reserved."""
    used, seal = movements.tir(), "AFG7777777"
    used["equipment"][0]["seals"] = [seal]
    roads.released(used)
    with db.transaction() as session:
        draft = operations.save_draft(session, SaveDraft(POST, movements.tir(3), party=PARTY), by=actors.trader())
    reference = draft.reference
    route = errors_at(visitor, reference, "/sections/route", **{
        **{f"offices.destination.{n}": f"UZ{100 + n}" for n in range(8)}, "limit_date": "2026-01-01",
    })  # fmt: skip
    assert has(route, "at most 8", "#f-offices-destination") or has(route, "eight", "#f-offices-destination"), route
    assert has(route, "which is past", "#f-limit_date"), route
    same = errors_at(visitor, reference, "/sections/route", **{"offices.destination.0": "AFSKB", "limit_date": ""})
    assert has(same, "where it begins", "#f-offices-destination"), same
    carnet = errors_at(visitor, reference, "/sections/carnet", **{"carnet.number": "ZZ72500001"})
    assert has(carnet, "do not belong to its digits", "#f-carnet-number"), carnet
    volet = errors_at(visitor, reference, "/sections/carnet", **{"carnet.number": used["carnet"]["number"]})
    assert has(volet, "was taken out", "#f-carnet-page") or has(volet, "used", "#f-carnet-page"), volet
    seals = errors_at(visitor, reference, "/sections/transport", **{
        "equipment.0.seals": seal, "transport.vehicle.plate": used["transport"]["vehicle"]["plate"],
    })  # fmt: skip
    assert has(seals, seal, "#f-equipment-0-seals"), seals
    assert has(seals, used["transport"]["vehicle"]["plate"], "#f-transport-vehicle-plate"), seals
    code = errors_at(visitor, reference, "/goods/1/items/2", **{"house_consignments.0.items.1.commodity": "999999"})
    assert has(code, "999999", "#f-house_consignments-0-items-1-commodity"), code
    lodge(visitor, reference)
    assert visitor.status == 422 and record(reference).status == "draft"


def has(told, words, link):
    return any(words in sentence and at == link for sentence, at in told.items())


def test_a_carnet_is_asked_for_before_the_offices_are_named(visitor):
    reference = begun(visitor, kind="tir", local_reference="T-2")
    assert has(errors_at(visitor, reference, "/sections/carnet"), "none is named", "#f-carnet")


def test_a_page_sent_twice_does_nothing_and_says_where_things_are(visitor):
    body = roads.secured({**movements.national(), "additional_type": "D"}, roads.guarantee().grn)
    movement = roads.lodged(body)
    path = page(movement.reference, "/presentation")
    data = {**visitor.open(path).values(), "send": "1"}
    assert visitor.client.post(path, data=data).status_code == 303
    again = visitor._take(path, visitor.client.post(path, data=data))
    assert again.status == 412 and "Its page says what can be done" in again.text and again.errors() == []
    assert page(movement.reference) in links(visitor)


def test_a_second_window_is_told_in_plain_words_and_by_the_clock_of_the_post(visitor):
    path = page(begun(visitor, local_reference="W-1"), "/sections/totals")
    old = visitor.open(path).values()
    visitor.send("action", "tasks", gross_kg="1200")
    with db.reading() as session:
        shown = db.now(session).astimezone(ZoneInfo("Asia/Dushanbe"))
    for words in ({"action": "next"}, {"action": "autosave"}):
        answer = visitor.client.post(path, data={**old, **words}, query_string={"lang": "en"})
        assert answer.status_code == 412
        said = answer.get_json()["message"] if "autosave" in words.values() else re.sub("<[^>]+>", "", answer.text)
        assert f"trader changed this at {shown:%Y-%m-%d}" in said and "transit.redrafted" not in said
        assert re.search(
            rf"changed this at \S+ ({shown:%H:%M}|{shown - dt.timedelta(minutes=1):%H:%M})\. Look", said
        ), said


def test_weights_stand_on_the_page_with_their_tolerance(visitor):
    movement = roads.released()
    weights = (("entry", POST, "20000.000"), ("exit", POST, "20400.000"), ("arrival", THERE, "19599.999"))
    for occasion, office, kilograms in weights:
        with db.transaction() as session:
            weighed = Weigh(movement.reference, office, occasion, Decimal(kilograms))
            travelling.weigh(session, weighed, by=at(office))
            moment = db.now(session).astimezone(ZoneInfo("Asia/Dushanbe"))
    section = visitor.open(page(movement.reference)).page.get_element_by_id("weights-title").getparent()
    lines = [" ".join(row.text_content().split()) for row in section.xpath(".//tbody/tr")]
    assert [line.startswith(said) for line, said in zip(lines, ("Entry", "Exit", "Arrival"), strict=True)] == [True] * 3
    assert ["Beyond the tolerance" in line for line in lines] == [False, False, True]
    assert "19 599.999" in lines[2] and moment.strftime("%H:%M") in lines[2]
    assert "400.000" in section.text_content() and "20 per mille" in section.text_content()


def test_after_an_unloading_in_part_the_office_has_to_act(visitor):
    movement = roads.released()
    roads.arrived(movement)
    with db.transaction() as session:
        arriving.permit_unloading(session, PermitUnloading(movement.reference, THERE), by=at(THERE))
    visitor.open(page(movement.reference, "/unloading")).send("send", "1")
    assert visitor.status == 422 and set(visitor.links()) == {"#f-complete", "#f-conform"}, visitor.errors()
    visitor.send("send", "1", complete="false", conform="true", seals_ok="true")
    assert visitor.status == 200, visitor.errors()
    assert "Turn of the office of destination" in visitor.text and "Say what was unloaded" not in visitor.text


def test_what_the_guarantor_was_asked_for_is_not_lost_from_the_sum(visitor):
    guarantee = roads.guarantee("9000.00")
    movement = roads.released(roads.secured(movements.national(), guarantee.grn, "5000.00"))
    with db.transaction() as session:
        command = OpenEnquiry(movement.reference, POST, "nothing heard")
        searching.open_enquiry(session, command, by=actors.officer())
    with db.transaction() as session:
        wanted = StartRecovery(movement.reference, POST, Decimal("1234.56"), "TJS", "no proof")
        searching.start_recovery(session, wanted, by=actors.officer())
    free = f"/trader/guarantees/{guarantee.grn}"
    told = "Claimed from the guarantor"
    assert told not in visitor.open(free).text
    with db.transaction() as session:
        paid = SettleRecovery(movement.reference, POST, "claim 14/2026", True)
        searching.settle_recovery(session, paid, by=actors.supervisor())
    for address in ("/trader/guarantees", free):
        assert f"{told}1\u202f234.56\u00a0TJS" in visitor.open(address).page.text_content(), address
    row = visitor.page.text_content().split("What the guarantor paid")[1]
    assert [row.find(sum_) > 0 for sum_ in ("5\u202f000.00", "1\u202f234.56", "3\u202f765.44")] == [True] * 3
    shown = visitor.open(page(movement.reference)).page.text_content()
    assert (
        "Given back: 3\u202f765.44" in shown
        and "The guarantor paid 1\u202f234.56" in shown
        and "Paid in part" not in shown
    )


def test_every_section_keeps_what_the_others_hold(visitor):
    """Every name of the schema has its box in some section; saving them all changes nothing."""
    body = schemas.draft_words(movements.fullest())
    with db.transaction() as session:
        draft = operations.save_draft(session, SaveDraft(POST, body, party=PARTY), by=actors.trader())
    for key in FORMS:
        visitor.open(page(draft.reference, f"/sections/{key}")).send("action", "tasks")
        assert visitor.status == 200 and visitor.url.endswith(draft.reference), (key, visitor.errors())
    visitor.open(page(draft.reference, "/goods/1")).send("action", "leave")
    for number in (1, 2):
        visitor.open(page(draft.reference, f"/goods/1/items/{number}")).send("action", "leave")
        assert visitor.status == 200 and visitor.url.endswith("/goods"), visitor.errors()
    with db.reading() as session:
        kept = queries.draft(session, queries.find(session, draft.reference, by=actors.trader())).body
    assert pruned({**kept, "binding_itinerary": False}) == pruned(body), "a box that is not ticked is no"


def test_a_guarantee_of_another_firm_or_with_too_little_covers_nothing(visitor):
    strange, small = roads.guarantee(holder=OTHER_PARTY, code=None), roads.guarantee("10.00")
    for grn, words in ((strange.grn, "holder"), (small.grn, "")):
        reference = national(visitor, grn)
        before = visitor.open(page(reference, "/check")).text
        lodge(visitor, reference, **{"0": movements.ACCESS_CODE})
        state = record(reference).status
        if words:
            assert state == "draft" and words in (before + visitor.text).lower(), visitor.text
        else:  # what is left is asked at the release, where it is taken
            assert state == "lodged"
    with db.reading() as session:
        assert pledged.reservations(session, pledged.find(session, small.grn, by=actors.trader())) == []


def test_a_movement_of_another_firm_is_not_there(other):
    movement = roads.released()
    for tail in ("", "/amendment", "/arrival", "/invalidation", "/check", "/goods", "/movement.json"):
        assert other.client.get(page(movement.reference, tail)).status_code == 404, tail
    grn = roads.guarantee().grn
    assert other.client.get(f"/trader/guarantees/{grn}").status_code == 404
    assert grn not in other.open("/trader/guarantees").text


def test_who_brings_the_goods_of_another_firm_tells_their_arrival(other):
    movement = roads.released(roads.consigned(OTHER_PARTY))
    other.open(f"{LIST}/arrivals").send("send", "1", mrn="26TJPPJ000000001J0", office=THERE)
    assert other.status == 422 and "There is no movement with this MRN" in other.errors()[0]
    other.send("send", "1", mrn=movement.mrn.lower(), office=THERE, procedure="simplified", location="Warehouse 4")
    assert other.status == 200 and record(movement.reference).status == "unloading", other.errors()
    assert "Your turn" in other.text and "Guarantee" not in other.text.split("Numbers")[0], (
        "the guarantee is the holder's"
    )
    assert "guarantees" not in other.client.get(page(movement.reference, "/movement.json")).json
    other.open(page(movement.reference, "/unloading")).send(
        "send", "1", complete="true", conform="true", seals_ok="true"
    )
    assert "Your remarks are with" in other.text, other.errors()
    for tail in ("/invalidation", "/incident", "/answer", "/amendment"):
        assert other.client.get(page(movement.reference, tail)).status_code == 404, tail


def test_after_the_release_nothing_is_taken_back(visitor):
    movement = roads.released()
    path = page(movement.reference, "/invalidation")
    assert "code 92" in visitor.open(path).text and not visitor.page.xpath("//textarea")
    answer = send(
        visitor.client, path, page(movement.reference), version=str(movement.version), reason="changed my mind"
    )
    assert answer.status_code == 409 and "code 92" in answer.text
    assert "code 92" in visitor.open(page(movement.reference, "/amendment")).text
    assert record(movement.reference).status == "released_for_transit"


def test_before_the_release_a_control_asks_and_a_refused_guarantee_is_replaced(visitor):
    body = roads.secured(movements.national(2), roads.guarantee().grn)
    movement, better = roads.lodged(body), roads.guarantee()
    with db.transaction() as session:
        order = OrderControl(movement.reference, POST, ("10",), ({"type": "N380", "text": "the invoice"},))
        departing.order_control(session, order, by=actors.officer())
    with db.transaction() as session:
        refusal = RefuseGuarantee(movement.reference, POST, ({"code": "G09"},))
        departing.refuse_guarantee(session, refusal, by=actors.officer())
    visitor.open(page(movement.reference))
    assert "the invoice" in visitor.text and "The guarantee was refused" in visitor.text and "Your turn" in visitor.text
    assert "officer" not in visitor.text.lower().replace("an officer", ""), "nobody is named"
    visitor.open(page(movement.reference, "/amendment"))
    visitor.send("action", "compare", reason="another guarantee", **names({"guarantees.0.grn": better.grn}))
    assert "Access code of" in visitor.text, visitor.errors()
    visitor.send("action", "send", codes__0="WRONG")
    assert visitor.status == 422 and visitor.page.xpath("//input[@name='codes.0'][@aria-invalid='true']")
    visitor.send("action", "send", codes__0=movements.ACCESS_CODE)
    assert "Your request is with customs" in visitor.text, visitor.errors()
    visitor.open(page(movement.reference))
    assert "Your request to change it" in visitor.text and page(movement.reference, "/amendment") not in links(visitor)


def links(visitor):
    return visitor.page.xpath("//main//a/@href")


def test_goods_that_are_searched_for_are_answered_for(visitor):
    movement = roads.released()
    with db.transaction() as session:
        searching.open_enquiry(session, OpenEnquiry(movement.reference, POST, "nothing heard"), by=actors.officer())
    visitor.open(page(movement.reference))
    assert "nothing heard" in visitor.text and "Your turn" in visitor.text
    visitor.open(page(movement.reference, "/answer")).send("send", "1", says="under-way", text="")
    assert visitor.status == 422 and visitor.links() == ["#f-text"]
    visitor.send("send", "1", says="under-way", text="Snow on the pass")
    assert "Snow on the pass" in visitor.text
    assert "Held" in visitor.text


def test_an_incident_is_reported_with_the_new_vehicle_and_a_photo(visitor):
    movement = roads.released()
    path = page(movement.reference, "/incident")
    visitor.open(path)
    visitor.send("send", "1", code="6", text="axle broken", place="Bokhtar", happened_at=moment())
    assert visitor.status == 422 and "Name the vehicle" in visitor.errors()[0]
    words = {**visitor.values(), "means.vehicle.plate": "7777ZZ01", "happened_at": moment()}
    no_photo = {**words, "evidence": (io.BytesIO(b"MZ..."), "virus.exe")}
    visitor._take(path, visitor.client.post(path, data=no_photo))
    assert visitor.status == 422 and visitor.links() == ["#f-evidence"], visitor.errors()
    shown = {**words, "evidence": (io.BytesIO(scans.picture("PNG")), "axle.png")}
    visitor._take(path, visitor.client.post(path, data=shown))
    assert visitor.status == 200 and "7777ZZ01" in visitor.text and record(movement.reference).status == "incident"
    (link,) = [each for each in links(visitor) if "/files/" in each]
    assert (
        visitor.client.get(link).headers["Content-Disposition"].startswith("attachment") and "axle.png" in visitor.text
    )


def moment():
    """Now, as it is typed at the post; a minute on, because seconds are not typed."""
    with db.reading() as session:
        at = db.now(session) + dt.timedelta(minutes=1)
    return f"{at.astimezone(ZoneInfo('Asia/Dushanbe')):%Y-%m-%d %H:%M}"


def test_movements_begin_with_goods_and_as_copies(visitor):
    declaration, arrived = cases.released(), roads.arrived(roads.released())
    for made_of, reference in (
        ("declaration", declaration.mrn),
        ("movement", arrived.mrn),
        ("copy", arrived.reference),
    ):
        answer = send(visitor.client, f"{LIST}/start/from", f"{LIST}/start", of=made_of, reference=f" {reference} ")
        assert answer.status_code == 303, answer.text
        visitor.open(answer.location)
        assert "This is a new draft" in visitor.text and "Complete" in visitor.text
    missed = send(
        visitor.client, f"{LIST}/start/from", f"{LIST}/start", of="declaration", reference="26TJPPJ999999999R9"
    )
    assert missed.status_code == 422 and "No declaration or movement of yours" in missed.text
    visitor.open(page(arrived.reference))
    assert "Begin an onward movement" in visitor.text


def test_codes_of_a_guarantee_are_shown_once(visitor):
    guarantee = roads.guarantee("9000.00", code=None)
    path = f"/trader/guarantees/{guarantee.grn}"
    visitor.open(path)
    form = {**visitor.values(), "label": "Branch Khujand"}
    visitor._take(path, visitor.client.post(f"{path}/codes", data=form))
    code = visitor.page.xpath("//*[@class='new-code']")[0].text_content().strip()
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert code not in visitor.open(path).text and "Branch Khujand" in visitor.text
    again = visitor.client.post(f"{path}/codes", data=form)
    assert again.status_code == 303, "a form that is sent twice does its deed once"
    movement = roads.lodged(with_code(roads.secured(movements.national(), guarantee.grn, "4000.00"), code))
    with db.transaction() as session:
        departing.release(session, Release(movement.reference, POST), by=actors.officer())
    text = visitor.open(path).text
    assert "5 000.00" in text.replace("\u202f", " ").replace("\xa0", " ") and movement.mrn in text
    with db.reading() as session:
        (kept,) = pledged.access_codes(session, pledged.find(session, guarantee.grn, by=actors.trader()))
    token = visitor.values()["csrf_token"]
    refused = visitor.client.post(f"{path}/codes/{kept.id}", data={"csrf_token": token})
    assert refused.status_code == 422
    done = visitor.client.post(f"{path}/codes/{kept.id}", data={"csrf_token": token, "reason": "left the firm"})
    assert done.status_code == 303 and "Revoked" in visitor.open(path).text


def with_code(body, code):
    return {**body, "guarantees": [{**body["guarantees"][0], "access_code": code}]}


def test_pages_ask_the_database_the_same_however_much_there_is(visitor, engine):
    """The list however many movements, the page of a movement however many items."""

    def asked(path):
        visitor.open(path)
        with statements(engine) as sent:
            assert visitor.open(path).status == 200
        return len(sent)

    grn = roads.guarantee("900000.00").grn
    small = roads.released(roads.secured(movements.national(1), grn, "9000.00"))
    few, short = asked(LIST), asked(page(small.reference))
    large = roads.released(roads.secured(movements.national(60, houses=3), grn, "9000.00"))
    for _n in range(5):
        roads.lodged(roads.secured(movements.national(1), grn, "9000.00"))
    assert asked(LIST) == few and few <= 8
    assert asked(page(large.reference)) == short and short <= 40


@pytest.mark.parametrize(
    "value", ["x", 5, ["x", 5], [["x"]], {"0": "x"}, [{"items": "x"}], [{"items": [5, {"packages": "x"}]}]]
)
def test_drafts_of_any_shape_are_shown(visitor, value):
    """A program may have kept anything as a draft: it is shown, and can be written over."""
    body = {name: value for name in fields_of(schemas.movement_schema()) if name not in ("kind", "post")}
    with db.transaction() as session:
        draft = operations.save_draft(session, SaveDraft(POST, body, party=PARTY), by=actors.trader())
    tails = ["", "/goods", "/goods/1", "/goods/1/items/1", "/goods/1/paste", "/check", "/delete", "/movement.json"]
    for tail in (*tails, *(f"/sections/{key}?check=1" for key in FORMS)):
        answer = visitor.client.get(page(draft.reference, tail))
        assert answer.status_code == 200, (tail, answer.text[-800:])
    fill(visitor, draft.reference, "/sections/totals", "tasks", dotted={"gross_kg": "12"})


@pytest.mark.parametrize(
    "address",
    [
        "/trader/transit?q=%00", "/trader/transit?after=zz", "/trader/transit?view=zz", "/trader/transit/%00", "/trader/transit/x/goods",
        "/trader/guarantees?after=%00", "/trader/guarantees/%00", "/trader/guarantees/x?before=99999999999",
        "/trader/transit/start?firm=zz&of=copy&reference=%00", "/trader/transit/arrivals?mrn=%00",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered(visitor, address):
    assert visitor.client.get(address).status_code in (200, 404, 422)


def test_odd_forms_are_refused(visitor):
    for address, first in (("/trader/transit/start/from", "start"), ("/trader/transit/arrivals", "arrivals")):
        answer = send(
            visitor.client, address, f"{LIST}/{first}", of="copy", reference="\x00", mrn="\x00" * 18, office="ZZZZZ"
        )
        assert answer.status_code == 422, answer.text
