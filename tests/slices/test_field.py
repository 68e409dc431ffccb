"""At the truck: what is taken along, what comes back, in order and once, and what happens when both sides went on."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import queries as accounts
from app.attachments.models import Attachment
from app.core import db, journal
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.field import operations as devices
from app.field import queries, rules
from app.field.commands import Incoming, Register, Settle
from app.field.models import FieldRecord
from app.flows.field import keeping, receiving, settling, taking
from app.inspections import queries as inspected
from tests.factories import cases
from tests.factories.actors import POST, administrator, inspector, officer, supervisor, trader
from tests.factories.fielding import given_to

FINDING = {"control": "40", "conform": True, "found": "forty drums, as declared", "item": 1}


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def real(login):
    """Somebody with an account, who can be given an inspection."""
    with db.transaction() as session:
        return accounts.actor_of_login(session, login)


def registered(by=None, *, label="Samsung", kind="phone"):
    with db.transaction() as session:
        return devices.register(session, Register(POST, label, kind), by=by or inspector())


@pytest.fixture
def phone(session):
    return registered()


def record(case, sequence, kind="finding", body=None, *, claimed=None, photo=None, id=None):
    moment = claimed or dt.datetime.now(dt.UTC).isoformat()
    words = dict(FINDING) if body is None else body
    return Incoming(id or uuid4(), sequence, kind, case.reference, moment, words, photo)


def send(made, sent, *, by=None, clock=None):
    who = by or inspector()
    with db.transaction() as session:
        device = devices.own(session, made.key, by=who)
        return receiving.receive(session, sent, device, sent=clock or dt.datetime.now(dt.UTC), by=who)


def findings(case):
    with db.reading() as session:
        looks = inspected.of_declaration(session, case.post, case.id)
        return [f for some in inspected.findings(session, looks).values() for f in some]


def kept(id):
    with db.reading() as session:
        return queries.record_of(session, id)


def picture(side=64):
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#456").save(out, "JPEG")
    return out.getvalue()


# --- Taking along ---------------------------------------------------------------------------------------------------------


def test_orders_carry_what_must_be_known_at_the_truck(session):
    case, who = given_to(cases.red(), "inspector"), real("inspector")
    phone = registered(who)
    taken = _orders(phone, who)
    with db.reading() as opened:
        last = journal.history(opened, POST, "field_device", str(phone.device.id))[-1]
    assert last.event == "field-device.orders-taken" and case.reference in last.after["orders"]
    order = next(o for o in taken if o["reference"] == case.reference)
    assert order["lane"] == "red" and order["subject"] == "declaration" and order["plates"]
    assert {"role": "consignee", "name": "ҶДММ «Сомон»", "id": "TJ-510012345"} in order["parties"]
    item = order["items"][0]
    assert (item["number"], item["commodity"], item["gross_kg"], item["currency"]) == (1, "291524", "2450.000", "USD")
    assert {"type": "911", "number": "PREC-17", "date": "2026-11-01"} in order["documents"]
    assert order["steps"] and order["types"]


def test_whose_orders_are_taken_along(session):
    case, one, other = cases.red(), real("inspector"), real("officer2")
    phones = {who.login: registered(who) for who in (one, other)}
    given_to(case, "inspector")
    assert case.reference in _taken(phones["inspector"], one)
    given_to(case, "officer2")
    assert case.reference not in _taken(phones["inspector"], one)
    assert case.reference in _taken(phones["officer2"], other)


def test_the_orders_of_others_do_not_hide_ones_own(session, monkeypatch):
    one, other = real("inspector"), real("officer2")
    phone = registered(one)
    for _n in range(3):
        given_to(cases.red(), other)
    case = given_to(cases.red(), one)
    monkeypatch.setattr(taking, "MOST_ORDERS", 1)
    assert _taken(phone, one) == {case.reference}, "the limit counts his own alone"


def test_what_is_taken_along_again_is_journaled_once(session):
    who = real("inspector")
    phone, case = registered(who), given_to(cases.red(), who)

    def told():
        with db.reading() as opened:
            entries = journal.history(opened, POST, "field_device", str(phone.device.id))
        return [entry.after["orders"] for entry in entries if entry.event == queries.TAKEN]

    for _n in range(3):
        _orders(phone, who)
    assert [case.reference in orders for orders in told()] == [True]
    given_to(case, "officer2")
    _orders(phone, who), _orders(phone, who)
    assert [case.reference in orders for orders in told()] == [True, False]
    with db.transaction() as opened:
        keeping.lock_out(opened, phone.device.id, "lost", by=supervisor())
        devices.release(opened, phone.device.id, "found", by=supervisor())
    _orders(phone, who)
    assert len(told()) == 3, "the lock-out emptied it"


def _orders(made, who):
    with db.transaction() as session:
        device = devices.own(session, made.key, by=who)
        return taking.take_along(session, device, by=who)


def _taken(made, who):
    return {order["reference"] for order in _orders(made, who)}


# --- Coming back ----------------------------------------------------------------------------------------------------------


def test_what_comes_back_is_done_once(session, phone):
    case = cases.red()
    sent = record(case, 1)
    first, again = send(phone, sent), send(phone, sent)
    assert (first.outcome, first.again, again.again) == ("applied", False, True)
    assert again.answer == first.answer and again.received_at == first.received_at
    found = findings(case)
    assert [(f.found, f.name, f.id, f.device) for f in found] == [
        ("forty drums, as declared", "Inspector", sent.id, phone.device.id)
    ]
    assert found[0].declared_facts["net_kg"], "what was declared comes from the declaration"


def test_the_same_id_says_one_thing_only(session, phone):
    case = cases.red()
    sent = record(case, 1)
    send(phone, sent)
    for other in (replace(sent, body={**FINDING, "found": "nothing"}), replace(sent, reference="TJPPJ-0000-0000-0000")):
        with pytest.raises(rules.RecordReused):
            send(phone, other)
    tablet = registered(kind="tablet")
    with pytest.raises(rules.RecordReused):
        send(tablet, sent)
    assert len(findings(case)) == 1


def test_records_come_in_the_order_they_were_made(session, phone):
    case = cases.red()
    with pytest.raises(rules.RecordOrder) as refused:
        send(phone, record(case, 2))
    assert refused.value.facts == {"expected": 1}
    send(phone, record(case, 1))
    with pytest.raises(rules.RecordOrder):
        send(phone, record(case, 1))
    assert send(phone, record(case, 2)).sequence == 2


def test_every_kind_from_order_to_conclusion(session, phone):
    case = cases.red()
    said = [
        ("start", {"type": "quantity", "agency": "customs"}),
        ("finding", {**FINDING, "conform": False, "kind": "surplus", "found": "two drums more", "facts": {"packages": "42"}}),
        ("measure", {"what": "weighing", "instrument": "Mettler 3", "gross_kg": "2510.000"}),
        ("sample", {"description": "from drum 7", "quantity": "0.5", "unit": "KGM", "laboratory": "Dushanbe", "question": "What is it?"}),
        ("person", {"full_name": "احمد نوری", "role": "driver"}),
        ("seal", {"what": "seen", "serial": "AB-12345", "condition": "intact"}),
        ("end", {"type": "quantity", "agency": "customs"}),
    ]  # fmt: skip
    for n, (kind, body) in enumerate(said, 1):
        assert send(phone, record(case, n, kind, body)).outcome == "applied", kind
    assert send(phone, record(case, 8, "photo", {"caption": "the seal"}, photo=picture())).outcome == "applied"
    wrong = findings(case)[0]
    corrected = {**FINDING, "conform": False, "kind": "surplus", "found": "three more", "corrects": str(wrong.id)}
    assert send(phone, record(case, 9, "correction", corrected)).outcome == "applied"
    end = {"conclusion": "discrepancy", "summary": "three drums more", "recommendation": "query"}
    assert send(phone, record(case, 10, "conclusion", end)).outcome == "applied"
    with db.reading() as opened:
        look = inspected.of_declaration(opened, case.post, case.id)[0]
        all_of_it = inspected.records(opened, [look])[look.id]
    assert (look.conclusion, look.recommendation, look.concluded_name) == ("discrepancy", "query", "Inspector")
    counts = (len(all_of_it.findings), len(all_of_it.photos), len(all_of_it.measures), len(all_of_it.samples))
    assert counts == (2, 1, 1, 1) and len(all_of_it.presences) == len(all_of_it.seals) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("finding", {**FINDING, "item": 77}),
        ("finding", {"control": "40"}),
        ("conclusion", {"conclusion": "conform", "summary": "all right"}),
        ("start", {"type": "tasting"}),
        ("finding", {**FINDING, "decided_by": "somebody"}),
    ],
)
def test_what_breaks_a_rule_is_kept_and_told(session, phone, kind, body):
    case = cases.red()
    sent = record(case, 1, kind, body)
    answer = send(phone, sent)
    assert answer.outcome == "refused" and [str(s) for s in receiving.said(answer.answer)]
    assert findings(case) == [] and kept(sent.id).body == body
    assert send(phone, record(case, 2)).outcome == "applied", "the next one is not held up"


def test_what_is_no_picture_is_refused(session, phone):
    case = cases.red()
    answer = send(phone, record(case, 1, "photo", {}, photo=b"<svg onload=alert(1)>"))
    assert answer.outcome == "refused"


def test_an_envelope_that_cannot_be_kept(session, phone):
    case = cases.red()
    bodies = ({"a": "\x00"}, {"\ud800": 1}, {"a": 2**60}, {"a": 0.5}, {"a": [[[[[1]]]]]}, {"a": "x" * 6_000})
    wrongs = [record(case, 1, "bribe"), record(case, 1, "photo", {}), record(case, 1, photo=picture())]
    for wrong in (*wrongs, *(record(case, 1, body=body) for body in bodies)):
        with pytest.raises(Invalid):
            send(phone, wrong)
    assert send(phone, record(case, 1)).outcome == "applied"


@pytest.mark.parametrize("years", [-1, 1, -40, 300])
def test_a_clock_that_is_years_off_is_believed_nothing(session, phone, years):
    case = cases.red()
    theirs = dt.datetime.now(dt.UTC) + dt.timedelta(days=365 * years)
    sent = record(case, 1, claimed=theirs.isoformat())
    assert send(phone, sent, clock=theirs).outcome == "applied"
    row = kept(sent.id)
    assert row.clock_off and row.claimed == sent.claimed
    assert abs(findings(case)[0].at - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1), (
        "the legal time is the database's"
    )


def test_hours_without_a_network_are_no_fault_of_the_clock(session, phone):
    case = cases.red()
    before = dt.datetime.now(dt.UTC) - dt.timedelta(hours=9)
    sent = record(case, 1, claimed=before.isoformat())
    send(phone, sent)
    assert not kept(sent.id).clock_off and not findings(case)[0].clock_off


# --- Both sides went on -------------------------------------------------------------------------------------------------------


def test_decided_meanwhile_is_a_conflict_with_both_sides(session, phone):
    case = cases.decided(cases.red(), "seize", by=supervisor())
    sent = record(case, 1)
    answer = send(phone, sent)
    assert answer.outcome == "conflict"
    theirs = answer.answer["theirs"]
    assert theirs["state"] == "seized" and theirs["decisions"][0]["decision"] == "seize"
    assert kept(sent.id).body["found"] == FINDING["found"] and findings(case) == []
    assert send(phone, sent).again, "and it is answered the same way again"


def test_concluded_by_another_meanwhile(session, phone):
    case = cases.inspected(cases.red(), by=officer())
    answer = send(phone, record(case, 1))
    assert answer.outcome == "conflict"
    assert answer.answer["theirs"]["inspection"]["conclusion"] == "conform"
    assert len(answer.answer["theirs"]["findings"]) == 1


def test_given_to_another_meanwhile(session):
    case, who = given_to(cases.red(), "inspector"), real("inspector")
    phone = registered(who)
    assert send(phone, record(case, 1), by=who).outcome == "applied"
    given_to(case, "officer2")
    answer = send(phone, record(case, 2), by=who)
    assert answer.outcome == "conflict" and "Мадина Саидова" in str(receiving.said(answer.answer)[0])
    assert len(findings(case)) == 1


def test_a_photo_in_a_conflict_is_kept(session, phone):
    case = cases.decided(cases.red(), "seize", by=supervisor())
    sent = record(case, 1, "photo", {"caption": "drum 7"}, photo=picture())
    assert send(phone, sent).outcome == "conflict"
    row = kept(sent.id)
    assert session.get(Attachment, (row.post, row.photo_id)).media_type == "image/jpeg"
    with db.reading() as opened:
        assert settling.opened_photo(opened, sent.id, by=supervisor()).content.startswith(b"\xff\xd8")
        for who in (officer(), supervisor("TJDUS", login="elsewhere")):
            with pytest.raises(NotFound):
                settling.opened_photo(opened, sent.id, by=who)


def conflict(phone):
    case = cases.decided(cases.red(), "seize", by=supervisor())
    sent = record(case, 1)
    send(phone, sent)
    return case, sent


@pytest.mark.parametrize("verdict", ["late", "set_aside"])
def test_a_supervisor_settles_it_and_nothing_else_changes(session, phone, verdict):
    case, sent = conflict(phone)
    with db.transaction() as opened:
        settling.settle(opened, sent.id, Settle(verdict, "seen after the seizure"), by=supervisor())
    assert cases.again(case).status == "seized" and findings(case) == []
    with db.reading() as opened:
        assert [c.record.id for c in queries.conflicts(opened, {POST})] == []
        late = [c.record.id for c in queries.late_of(opened, POST, case.reference)]
        look = inspected.of_declaration(opened, case.post, case.id)[0]
        told = [
            e for e in journal.history(opened, POST, "inspection", str(look.id)) if e.event == "inspection.late-remark"
        ]
    assert late == ([sent.id] if verdict == "late" else [])
    assert [e.after["found"] for e in told] == ([FINDING["found"]] if verdict == "late" else [])
    with pytest.raises(WrongState), db.transaction() as opened:
        settling.settle(opened, sent.id, Settle("late", "once more"), by=supervisor(login="supervisor2"))


def test_who_settles(session):
    own = registered(supervisor())
    case = cases.decided(cases.red(), "seize", by=supervisor(login="supervisor2"))
    sent = record(case, 1)
    send(own, sent, by=supervisor())
    refusals = (
        (supervisor(), Forbidden), (officer(), Forbidden), (supervisor("TJDUS", login="elsewhere"), NotFound), (trader(), NotFound),
    )  # fmt: skip
    for who, why in refusals:
        with pytest.raises(why), db.transaction() as opened:
            settling.settle(opened, sent.id, Settle("late", "because"), by=who)
    with pytest.raises(Invalid), db.transaction() as opened:
        settling.settle(opened, sent.id, Settle("late", " "), by=supervisor(login="supervisor2"))


def test_nobody_settles_his_own_by_sql(session, phone):
    _case, sent = conflict(phone)
    with pytest.raises(DBAPIError, match="by_another_person"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO field_settlement SELECT post, id, person, outcome, 'late', 'x', person, 'x', guzar_now() "
                "FROM field_record WHERE id = :id"
            ),
            {"id": sent.id},
        )


def test_what_was_applied_is_not_settled_by_sql(session, phone):
    case = cases.red()
    sent = record(case, 1)
    send(phone, sent)
    with pytest.raises(DBAPIError, match="of_a_conflict|fk_field_settlement"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO field_settlement SELECT post, id, person, 'conflict', 'late', 'x', gen_random_uuid(), 'x', "
                "guzar_now() FROM field_record WHERE id = :id"
            ),
            {"id": sent.id},
        )


# --- Devices --------------------------------------------------------------------------------------------------------------


def test_a_device_is_one_persons(session, phone):
    case = cases.red()
    for key in (phone.key[:-1] + "A", "", "gzf_" + "0" * 32 + "_" + "x" * 43):
        with pytest.raises(rules.DeviceUnknown):
            send(replace(phone, key=key), record(case, 1))
    with pytest.raises(rules.DeviceUnknown):
        send(phone, record(case, 1), by=officer())


def test_a_locked_out_device_is_told_nothing(session, phone):
    case = cases.red()
    with db.transaction() as opened:
        keeping.lock_out(opened, phone.device.id, "left in a taxi", by=inspector())
    for act in (lambda: send(phone, record(case, 1)), lambda: _taken(phone, inspector())):
        with pytest.raises(rules.DeviceLocked):
            act()
    with pytest.raises(rules.DeviceLocked), db.transaction() as opened:
        devices.recovery(opened, queries.locked(opened, phone.device.id), by=inspector())


def test_who_locks_and_releases(session, phone):
    id = phone.device.id
    for who, why in ((officer(), NotFound), (supervisor("TJDUS", login="elsewhere"), NotFound)):
        with pytest.raises(why), db.transaction() as opened:
            keeping.lock_out(opened, id, "lost", by=who)
    with db.transaction() as opened:
        keeping.lock_out(opened, id, "lost", by=administrator())
    with pytest.raises(Forbidden), db.transaction() as opened:
        devices.release(opened, id, "found it", by=inspector())
    with db.transaction() as opened:
        devices.release(opened, id, "found in the car", by=supervisor())
    assert send(phone, record(cases.red(), 1)).outcome == "applied"


def test_what_a_finder_may_have_written_is_not_applied(session, phone):
    """Between the lock and the release, by the database's clock, whatever the device's shows."""
    case = cases.red()
    with db.transaction() as opened:
        keeping.lock_out(opened, phone.device.id, "lost", by=supervisor())
        devices.release(opened, phone.device.id, "found", by=supervisor())
    an_hour_ago = text("UPDATE field_device SET locked_at = locked_at - interval '1 hour' WHERE id = :id")
    session.execute(an_hour_ago, {"id": phone.device.id})
    clock = dt.datetime.now(dt.UTC) + dt.timedelta(days=400)
    for sequence, minutes, outcome in ((1, 30, "conflict"), (2, 90, "applied")):
        claimed = (clock - dt.timedelta(minutes=minutes)).isoformat()
        assert send(phone, record(case, sequence, claimed=claimed), clock=clock).outcome == outcome
    assert len(findings(case)) == 1


def test_nobody_has_a_drawer_full_of_telephones(session):
    for n in range(rules.MOST_DEVICES):
        registered(label=f"No {n}")
    with pytest.raises(WrongState):
        registered()
    for label, kind in (("", "phone"), ("x" * 61, "phone"), ("x", "watch")):
        with pytest.raises(Invalid):
            registered(officer(), label=label, kind=kind)
    with pytest.raises(Forbidden):
        registered(trader())


def test_what_came_is_never_touched_again(template):
    for statement in (
        "UPDATE field_record SET body = '{}'",
        "DELETE FROM field_settlement",
        "DELETE FROM field_record",
    ):
        with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_a_refused_record_leaves_nothing_of_its_attempt(session, phone):
    """The verb journals and numbers before it refuses; none of that may stay."""
    case = cases.red()
    sent = record(case, 1, "conclusion", {"conclusion": "conform", "summary": "unseen"})
    send(phone, sent)
    with db.reading() as opened:
        look = inspected.of_declaration(opened, case.post, case.id)[0]
        events = [e.event for e in journal.history(opened, POST, "inspection", str(look.id))]
        rows = opened.execute(select(FieldRecord.outcome).where(FieldRecord.id == sent.id)).scalars().all()
    assert "inspection.concluded" not in events and rows == ["refused"] and look.is_open
