"""Transit through the officials' pages: three offices send goods on, see them pass and let them end."""

from __future__ import annotations

import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import pytest

from app.attachments import operations as attachments
from app.core import db
from app.flows.movements import lodging
from app.guarantees import operations as guarantees
from app.guarantees import queries as pledged
from app.guarantees.commands import AddAccessCode
from app.registers.movements import underway
from app.seals import queries as seals
from app.transit import operations, queries, schemas
from app.transit.commands import LodgeMovement, RaiseAlarm, SaveDraft
from app.transit.operations import raise_alarm
from tests.factories import accounts, actors, cases, movements, roads, scans
from tests.factories.accounts import send, sign_in
from tests.factories.actors import OTHER_PARTY, PARTY
from tests.factories.seed import PASSWORD

HERE, BETWEEN, THERE = "TJPPJ", "TJTEM", roads.THERE


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in."""
    with db.transaction() as s:
        accounts.account(s, "inspector", THERE, login=f"inspector.{THERE}", password=PASSWORD)
    known = {}

    def browsing(login):
        if login not in known:
            known[login] = app.test_client()
            assert sign_in(known[login], login, PASSWORD).status_code == 302
        return known[login]

    return browsing


def path(movement):
    return f"/officer/transit/{movement.reference}"


def deed(client, movement, name, of="", *, version=None, status=303, **fields):
    """Does a deed as a person does: with the version that is on the page, for the office that its form names."""
    page = client.get(path(movement))
    assert page.status_code == 200, page.text
    key = f"{name}-{of}" if of else name
    if status == 303:
        assert f'id="form-{key}"' in page.text, f"{key} is not offered"
    form = page.text.partition(f'id="form-{key}"')[2].partition("</form>")[0]
    hidden = dict(re.findall(rf'<input type="hidden" name="({key}\.[\w.]+)" value="([^"]*)"', form))
    seen = version or re.search(r'name="version" value="(\d+)"', page.text)[1]
    words = {f"{key}.{field.replace('__', '.')}": value for field, value in fields.items()}
    answer = send(client, f"{path(movement)}/{name}", path(movement), version=seen, of=of, **hidden, **words)
    assert answer.status_code == status, answer.text
    return answer


def with_transit():
    body = roads.secured(movements.national(2), roads.guarantee("20000.00").grn)
    return {**body, "offices": {**body["offices"], "transit": [BETWEEN]}}


def in_hand(client_of, serial):
    """A seal received, and handed to the officer, by the stock's pages."""
    senior = client_of("supervisor")
    for name, fields in (
        ("reception", {"reception.maker": "Mega", "reception.grade": "H", "reception.serials": f"{serial}\r\nTJ-9999"}),
        ("issue", {"issue.officer": "officer", "issue.serials": serial}),
    ):
        answer = send(senior, f"/officer/seals/{name}", "/officer/seals", once=word(senior, "/officer/seals"), **fields)
        assert answer.status_code == 303, answer.text


def word(client, page):
    return re.search(r'name="once" value="([0-9a-f]{32})"', client.get(page).text)[1]


def test_a_national_transit_by_three_offices(browse):
    movement = roads.lodged(with_transit())
    officer = browse("officer")
    assert movement.mrn in officer.get("/officer/transit").text
    in_hand(browse, "TJ1001")
    deed(officer, movement, "controls", types=["10", "41"])
    page = officer.get(path(movement)).text
    assert "A control is not concluded yet" in page and 'id="form-release"' not in page
    refused = deed(officer, movement, "control-result", "1", result="not-conform", status=422)
    assert "Say what was found" in refused.text and 'href="#f-control-result-1-remarks"' in refused.text
    deed(officer, movement, "control-result", "1", result="conform")
    plate = movement_plate(movement)
    deed(officer, movement, "seals", seals__0__serial="TJ1001", seals__0__plate=plate, seals__0__place="rear door")
    page = officer.get(path(movement)).text
    limit = re.search(r'name="release\.limit_at" type="text" value="([^"]+)"', page)[1]
    deed(officer, movement, "release", limit_at=limit)
    page = officer.get(path(movement)).text
    assert "On the road to" in page
    assert f"/papers/{movement.mrn}-T1.pdf" in page, "the document is there with the release"

    between = browse(f"officer.{BETWEEN}")
    assert movement.mrn in between.get("/officer/transit?stage=expected").text
    deed(between, movement, "passage", BETWEEN, plate=plate, seals_ok="true")
    assert movement.mrn not in between.get("/officer/transit?stage=expected").text

    officer_there, inspector = browse(f"officer.{THERE}"), browse(f"inspector.{THERE}")
    deed(officer_there, movement, "arrival", THERE, procedure="normal")
    assert movement.mrn in officer_there.get("/officer/transit?stage=present").text
    deed(officer_there, movement, "weighings", moment="arrival", gross_kg="38000")
    page = officer_there.get(path(movement)).text
    assert "were not checked here by another person" in page and 'id="form-discharge"' not in page
    deed(inspector, movement, "seal-check", "TJ1001", view="true", verify="true", tug="true", twist="true")
    deed(officer_there, movement, "unloading-permission")
    remarks = {"complete": "true", "unloaded_on": roads.today().isoformat(), "seals_ok": "true"}
    refused = deed(inspector, movement, "unloading-remarks", "1", **remarks, status=422)
    assert "Say what is not as declared" in refused.text
    deed(
        inspector, movement, "unloading-remarks", "1", **remarks, discrepancies__0__item="2",
        discrepancies__0__field="packages", discrepancies__0__found="1 CT",
    )  # fmt: skip
    page = officer_there.get(path(movement)).text
    assert "1 CT" in page and "A difference is not resolved yet" in page
    deed(officer_there, movement, "resolution", "1", resolution="accepted", reason="short shipped")
    deed(officer_there, movement, "discharge", reservation="one carton short")
    ended = roads.again(movement)
    assert ended.status == "discharged"
    page = officer.get(path(movement)).text
    assert "Ended as it should" in page and "Nothing is left to do" in page and "Difference resolved" in page
    custody = officer.get("/officer/seals/serial/tj-1001").text
    assert custody.index("Received from the maker") < custody.index("Put on the goods") < custody.rindex("Taken off")


def movement_plate(movement):
    with db.reading() as session:
        return queries.declared(session, movement).plates[0]


def test_only_what_is_possible_is_offered(browse):
    movement = roads.released()
    names = re.findall(r'id="form-([\w-]+)"', browse("officer").get(path(movement)).text)
    assert set(names) == {"lane", "seals", "weighings", "incidents", "extension", "enquiry", "invalidation"}
    assert 'id="form-arrival-TJDUS"' in browse(f"officer.{THERE}").get(path(movement)).text
    read_only = browse("auditor").get(path(movement)).text
    assert "You may read this file" in read_only and 'id="form-' not in read_only.replace('id="form-top"', "")


def test_an_old_screen_changes_nothing(browse):
    movement = roads.released()
    officer, page = browse("officer"), path(movement)
    seen = re.search(r'name="version" value="(\d+)"', officer.get(page).text)[1]
    deed(officer, movement, "weighings", moment="exit", gross_kg="1000")
    later = f"{movement.limit_at + dt.timedelta(days=1):%Y-%m-%d %H:%M}"
    deed(officer, movement, "extension", limit_at=later, reason="road closed")
    late = deed(officer, movement, "extension", version=seen, limit_at="2099-01-01 10:00", reason="x", status=412)
    assert "Nothing was recorded" in late.text and "More time given" in late.text
    assert 'value="2099-01-01 10:00"' in late.text


def test_more_lines_are_drawn_without_any_script(browse):
    movement = roads.lodged(with_transit())
    officer, page = browse("officer"), path(movement)
    asked = {"seals.seals.0.serial": "TJ-7", "add": "seals.seals", "version": "1"}
    answer = send(officer, f"{page}/seals", page, **asked)
    assert answer.status_code == 200 and 'value="TJ-7"' in answer.text and 'name="seals.seals.1.serial"' in answer.text


def test_an_incident_is_decided_by_another_person(browse):
    movement = roads.released()
    officer, there = browse("officer"), browse(f"officer.{THERE}")
    deed(
        officer, movement, "incidents", code="2", text="seal cut", place="Bokhtar", happened_at=now_local(),
    )  # fmt: skip
    page = officer.get(path(movement)).text
    assert "You reported this incident yourself" in page and "form-incident-decision" not in page
    deed(there, movement, "incident-decision", "1", outcome="endorsed", reason="police was there")
    assert roads.again(movement).status == "released_for_transit"


def now_local():
    with db.reading() as session:
        return f"{(db.now(session) + dt.timedelta(minutes=1)).astimezone(ZoneInfo('Asia/Dushanbe')):%Y-%m-%d %H:%M:%S}"


def test_goods_that_do_not_arrive(browse):
    movement = roads.released()
    officer, supervisor = browse("officer"), browse("supervisor")
    deed(officer, movement, "enquiry", reason="nothing heard")
    assert movement.mrn in officer.get("/officer/transit?stage=search").text
    deed(browse(f"officer.{THERE}"), movement, "enquiry-answer", says="unknown", text="not seen here")
    deed(officer, movement, "enquiry-closing", outcome="recovery", reason="no proof")
    page = officer.get(path(movement)).text
    assert 'name="recovery.amount" type="text" value="5000.00"' in page
    deed(officer, movement, "recovery", amount="5000.00", currency="TJS", reason="lost to customs")
    assert "You started this recovery yourself" in officer.get(path(movement)).text
    deed(supervisor, movement, "recovery-settlement", paid_as="claim 14/2026", by_guarantor="true")
    deed(supervisor, movement, "discharge", reason="claim paid")
    assert roads.again(movement).status == "discharged"
    page = officer.get(path(movement)).text
    assert "The recovery is settled." in page and "are free again" not in page


def test_a_cancellation_after_release_needs_two(browse):
    movement = roads.released()
    deed(browse("officer"), movement, "invalidation", reason="lodged twice")
    page = browse("officer").get(path(movement)).text
    assert "You asked for this yourself" in page and "form-amendment-decision" not in page
    deed(browse("supervisor"), movement, "amendment-decision", "1", accept="true", answer="agreed")
    assert roads.again(movement).status == "invalidated"


def test_a_movement_of_the_fewest_words_is_shown(browse):
    """Masses of houses, net masses and numbers of packages may be left out; a draft saved often is one line."""
    body = roads.secured(movements.national(), roads.guarantee().grn)
    house = dict(body["house_consignments"][0])
    house.pop("gross_kg", None)
    item = {name: house["items"][0][name] for name in ("number", "commodity", "description", "gross_kg")}
    body["house_consignments"] = [{**house, "items": [{**item, "packages": [{"kind": "VR", "count": 1}]}]}]
    with db.transaction() as session:
        kept = operations.save_draft(
            session, SaveDraft(HERE, schemas.draft_words(body), party=PARTY), by=actors.trader()
        )
    for _n in range(3):
        with db.transaction() as session:
            again = SaveDraft(
                HERE, schemas.draft_words({**body, "local_reference": f"F-{_n}"}), reference=kept.reference, party=PARTY
            )
            kept = operations.save_draft(session, again, by=actors.trader())
    with db.transaction() as session:
        command = LodgeMovement(schemas.read(body), draft=kept.reference)
        movement = lodging.lodge(session, command, by=actors.trader()).movement
    page = browse("officer").get(path(movement))
    assert page.status_code == 200 and page.text.count("Draft changed") == 1


def test_new_seals_are_on_the_new_vehicle_and_stand_once(browse):
    movement = roads.lodged(with_transit())
    officer, between = browse("officer"), browse(f"officer.{BETWEEN}")
    in_hand(browse, "TJ1002")
    limit = deed(officer, movement, "release", limit_at="2098-01-01 10:00", status=422).text
    assert re.search(r"the limit is .*\d{4}-\d\d-\d\d \d\d:\d\d", limit) and "+00:00" not in limit
    deed(officer, movement, "seals", seals__0__serial="TJ1002", seals__0__plate=movement_plate(movement))
    twice = deed(officer, movement, "seals", seals__0__serial="tj-1002", status=422)
    assert "TJ1002 is given twice" in twice.text
    deed(officer, movement, "release", limit_at="")
    deed(
        between, movement, "incidents", code="3", text="axle broken", place="Tem", happened_at=now_local(),
        seals="TEM77001", **{"means.vehicle.plate": "9988 BB 01"},
    )  # fmt: skip
    deed(officer, movement, "incident-decision", "1", outcome="endorsed", reason="photo seen")
    with db.reading() as session:
        on = {seal.serial: seal.plate for seal in seals.of_movement(session, movement.id) if seal.status == "applied"}
    assert on == {"TEM77001": "9988BB01"}


def test_the_scan_box(browse):
    body = movements.national()
    movement = roads.released(roads.secured(body, roads.guarantee().grn))
    officer, plate = browse("officer"), body["transport"]["vehicle"]["plate"]
    for said in (plate, movement.mrn, movement.reference):
        found = officer.get("/officer/transit/scan", query_string={"q": said})
        assert found.status_code == 302 and found.location.endswith(path(movement)), said
    carried = roads.released(movements.tir())
    said = f"tir {carried.carnet}"  # so it stands in the lists
    assert officer.get("/officer/transit/scan", query_string={"q": said}).location.endswith(path(carried))
    missed = officer.get("/officer/transit/scan?q=NOTHING99").text
    assert "Nothing found for" in missed and "data-scan-missed" in missed


def test_the_road_tells_what_is_late_and_alarms(browse):
    movement = roads.released()
    with db.transaction() as session:
        held = queries.locked(session, movement.reference, by=actors.officer())
        raise_alarm(
            session, held, RaiseAlarm(held.reference, "weight", "w-1", {}), db.now(session), by=actors.officer()
        )
    officer = browse("officer")
    page = officer.get("/officer/transit/road").text
    assert "The weights differ" in page and "<svg" in page and movement.mrn in page
    answer = send(officer, f"{path(movement)}/seen", "/officer/transit/road", kind="weight", cause="w-1")
    assert answer.status_code == 303
    assert "Alarms nobody has seen yet" not in officer.get("/officer/transit/road").text


def test_the_alarm_of_what_has_ended_leaves_the_list_and_stays_in_the_file(browse):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    with db.transaction() as session:
        held = queries.locked(session, movement.reference, by=actors.officer())
        raise_alarm(session, held, RaiseAlarm(held.reference, "seal", "s-1", {}), db.now(session), by=actors.officer())
    officer = browse("officer")
    assert movement.mrn in officer.get("/officer/transit/road").text
    deed(officer, movement, "rejection", reason="those of another truck")
    with db.reading() as session:
        assert underway.alarms(session, by=actors.officer()) == []
    assert movement.mrn not in officer.get("/officer/transit/road").text
    page = officer.get(path(movement)).text
    assert "form-alarm-seen" not in page and page.count("Items: ") == 1
    shown = " ".join(re.sub("<[^>]+>", "", page).split())
    assert "Items: 1" in shown and "Seal" in shown.partition("Alarms")[2]


def test_a_broken_seal_is_not_checked_again(browse):
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    first, second = roads.sealed(movement, 2)
    roads.let_go(movement)
    there = browse(f"officer.{THERE}")
    deed(there, movement, "seal-check", first, view="true", verify="true", twist="true", remarks="came off")
    page = there.get(path(movement)).text
    assert f"form-seal-check-{first}" not in page and f"form-seal-check-{second}" in page


def test_a_guarantee_is_registered_changed_and_given_back_by_two(browse):
    officer, supervisor = browse("officer"), browse("supervisor")
    words = {
        "type": "1", "level": "100", "holder": actors.PARTY, "guarantor": "TJ-INS-1", "amount": "8000", "currency": "TJS",
        "valid_from": "2020-01-01", "valid_to": "2199-12-31", "once": word(officer, "/officer/guarantees/new"),
    }  # fmt: skip
    made = send(officer, "/officer/guarantees/new", **words)
    assert made.status_code == 303, made.text
    grn = made.location.rsplit("/", 1)[1]
    again = send(officer, "/officer/guarantees/new", **words)
    assert again.location == made.location, "a form that is sent twice does its deed once"
    page = f"/officer/guarantees/{grn}"
    assert "You registered this guarantee yourself" in officer.get(page).text
    change(supervisor, page, "approval", approve="true")
    keyed(grn)
    movement = roads.released(roads.secured(movements.national(), grn))
    change(officer, page, "limit", amount="9000", reason="more goods")
    assert left(grn) == 3000
    settle(supervisor, page)
    assert left(grn) == 4000
    change(supervisor, page, "release", movement=movement.mrn, reason="covered elsewhere")
    assert "You proposed this yourself" in supervisor.get(page).text
    with db.transaction() as session:
        accounts.account(session, "supervisor", HERE, login="second", password=PASSWORD)
    settle(browse("second"), page)
    assert left(grn) == 9000
    change(supervisor, page, "suspension", reason="doubts")
    assert "Suspended" in officer.get("/officer/guarantees").text


def keyed(grn):
    with db.transaction() as session:
        guarantees.add_access_code(session, AddAccessCode(grn, movements.ACCESS_CODE, "desk"), by=actors.trader())


def change(client, page, name, **fields):
    words = {f"{name}.{field}": value for field, value in fields.items()}
    answer = send(client, f"{page}/{name}", page, once=word(client, page), **words)
    assert answer.status_code == 303, answer.text


def settle(client, page):
    found = re.search(rf'action="({page}/proposals/[0-9a-f-]+)"', client.get(page).text)
    assert found, "no proposal waits for this person"
    answer = send(client, found[1], page, verdict="approve")
    assert answer.status_code == 303, answer.text


def left(grn):
    with db.reading() as session:
        return pledged.left(session, pledged.find(session, grn, by=actors.supervisor()))


def test_proposals_about_guarantees_stand_among_the_others(browse):
    guarantee = roads.guarantee("5000.00")
    officer = browse("officer")
    change(officer, f"/officer/guarantees/{guarantee.grn}", "limit", amount="6000", reason="more goods")
    page = browse("supervisor").get("/supervisor/proposals").text
    assert "Change the limit of a guarantee" in page and f"/officer/guarantees/{guarantee.grn}" in page


def shown_file(client, movement):
    """The address of the one photo on the page."""
    (found,) = set(re.findall(rf'href="({path(movement)}/files/[0-9a-f-]+)"', client.get(path(movement)).text))
    return found


def test_photos_come_with_deeds_and_are_saved_never_shown(browse, call):
    """Of a control and of a seal; what is no picture is refused with the whole deed, and nobody else opens them."""
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee("20000.00").grn))
    officer, picture = browse("officer"), scans.picture("PNG")
    deed(officer, movement, "controls", types=["40"])
    bad = {"result": "conform", "evidence": (io.BytesIO(b"MZ not a picture"), "x.png")}
    refused = deed(officer, movement, "control-result", "1", status=422, **bad)
    assert 'href="#f-control-result-1-evidence"' in refused.text and "/files/" not in officer.get(path(movement)).text
    deed(officer, movement, "control-result", "1", result="conform", evidence=(io.BytesIO(picture), "rear.png"))
    address = shown_file(officer, movement)
    saved = officer.get(address)
    assert saved.data == picture and saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert browse("officer.TJTEM").get(address).status_code == 404
    same = f"/transit-movements/{movement.reference}/files/{address.rpartition('/')[2]}"
    assert call("officer", "GET", same).data == picture
    assert call("trader", "GET", same).status_code == 404, "what a control found is not the holder's"

    in_hand(browse, "TJ1001")
    sealed = {"seals__0__serial": "TJ1001", "seals__0__place": "rear door"}
    deed(officer, movement, "seals", photo=(io.BytesIO(picture), "seal.png"), **sealed)
    with db.transaction() as s:
        (link,) = [each for each in seals.events(s, seals.of_movement(s, movement.id)) if each.event == "applied"]
        other = attachments.upload(s, post=HERE, party=OTHER_PARTY, name="a.png", content=picture, by=actors.officer())
        strange = [str(other.id), "0192f0a0-0000-7000-8000-000000000000"]
    assert link.photo and f"/files/{link.photo}" in officer.get(path(movement)).text
    for id in strange:
        seen = call("officer", "GET", f"/transit-movements/{movement.reference}").headers["ETag"]
        check = {"office": HERE, "serial": "TJ1001", "view": True, "verify": True, "tug": True, "twist": True}
        at = f"/transit-movements/{movement.reference}/seals/checks"
        answer = call("officer", "POST", at, json={**check, "photo": id}, etag=seen)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/photo"), answer.text


def test_a_declaration_and_its_movement_lead_to_each_other(browse):
    declaration = cases.yellow()
    body = roads.secured(movements.national(), roads.guarantee("20000.00").grn)
    body["previous_documents"] = [{"type": "NMRN", "reference": declaration.mrn}]
    movement, officer = roads.lodged(body), browse("officer")
    of_declaration = f"/officer/declarations/{declaration.reference}"
    assert f'href="{of_declaration}"' in officer.get(path(movement)).text
    assert f'href="{path(movement)}"' in officer.get(of_declaration).text
    elsewhere = browse(f"officer.{THERE}").get(path(movement)).text
    assert declaration.mrn in elsewhere and of_declaration not in elsewhere, "what one may not see is no link"
    chip = elsewhere.partition('class="post-chip"')[2].partition("</svg>")[2][:200]
    assert THERE in chip and HERE not in chip, "one's own office stands at the top"


@pytest.mark.parametrize("name", ["release", "arrival", "unloading-permission", "discharge", "continuation"])
def test_a_form_without_its_office_is_refused_with_the_page(browse, name):
    movement = roads.released()
    answer = send(browse("officer"), f"{path(movement)}/{name}", path(movement), version=movement.version)
    assert answer.status_code == 422, answer.text
