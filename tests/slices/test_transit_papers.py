"""Papers of transit movements: issued once, issued anew when the goods travel otherwise, copied with a reason, checked."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest

from app.clearance.keys import KeyStore
from app.clearance.verification import verify
from app.core import db, journal
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.flows import papers as all_papers
from app.flows.movements import arriving, lodging, travelling
from app.flows.movements import papers as flow
from app.flows.papers import Ask
from app.registers import papers as register
from app.registers.movements import print_queue
from app.transit.commands import (
    Arrive,
    Continue,
    DecideAmendment,
    DecideIncident,
    Discharge,
    Extend,
    Invalidate,
    PermitUnloading,
    RemarkUnloading,
    ReportIncident,
)
from tests.factories import actors, movements, roads
from tests.factories.actors import OTHER_PARTY, inspector, officer, other_trader, supervisor, trader
from tests.factories.roads import THERE, again, at

HERE, WAY = "TJPPJ", "TJTEM"
DOCUMENT, PERMISSION, RECEIPT = "transit-document", "unloading-permission", "arrival-receipt"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


def printed(keys, movement, kind=DOCUMENT, of="", *, by=None, reason="", languages=(), seen=None):
    ask = Ask(movement.reference, kind, of, languages, reason, seen)
    with db.transaction() as session:
        return flow.print_paper(session, ask, keys, by=by or officer())


def words(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def data(pdf):
    return json.loads(pypdf.PdfReader(io.BytesIO(pdf)).attachments["document.json"][0])


def judged(keys, document):
    """As a node answers that knows its movements."""
    with db.reading() as session:
        found = verify(document, keys.trust(), now=db.now(session))
        revoked, superseded = register.standing(session, found.claims)
        ended = register.ended(session, found.claims)
    return found.withdrawn(revoked=revoked, superseded=superseded, ended=ended)


def offline(keys, document):
    with db.reading() as session:
        revoked, superseded = register.withdrawn(session)
        return verify(document, keys.trust(), revoked=revoked, superseded=superseded, now=db.now(session))


def entries(movement):
    with db.reading() as session:
        return journal.history(session, movement.post, "paper", str(movement.id))


def transhipped(movement):
    """The tractor broke down, and another one goes on with new seals."""
    with db.transaction() as session:
        report = ReportIncident(
            movement.reference, "3", "engine burnt", "Dusti", db.now(session),
            means={"vehicle": {"plate": "7777 AB 01", "country": "TJ"}, "container": "TEMU1234560"}, seals=("TJK0000009",),
        )  # fmt: skip
        travelling.report_incident(session, report, by=trader())
    with db.transaction() as session:
        decision = DecideIncident(movement.reference, THERE, 1, "endorsed", "seen by the police")
        travelling.decide_incident(session, decision, by=at(THERE))


def queued(by):
    with db.reading() as session:
        return [line.reference for line in print_queue.page(session, by=by).lines]


@pytest.mark.usefixtures("session")
class TestAccompanyingDocument:
    def test_it_is_issued_from_release_on_and_says_what_was_declared_and_decided(self, keys):
        guarantee = roads.guarantee("20000.00")
        movement = roads.lodged(roads.secured(movements.national(3), guarantee.grn))
        with pytest.raises(WrongState, match="released"):
            printed(keys, movement)
        with pytest.raises(Forbidden):
            printed(keys, movement, by=at(THERE))
        (serial,) = roads.sealed(movement)
        movement = roads.let_go(movement)
        assert movement.reference in queued(supervisor())
        done = printed(keys, movement, languages=("en", "ru"))
        assert movement.reference not in queued(supervisor())
        assert done.paper.number == f"{movement.mrn}-T1" and done.copy == 0
        assert done.paper.movement_id == movement.id and done.paper.declaration_id is None
        said, told = words(done.pdf), data(done.pdf)
        for text in (movement.mrn, serial, guarantee.grn, "5 000.00", "TJDUS", "Raisins", "080620", "CMR-", "INV-"):
            assert text in said.replace("\u202f", " "), text
        assert movements.ACCESS_CODE not in done.pdf.decode("latin-1") + json.dumps(told)
        assert told == done.paper.content and told["equipment"] == [
            {"container": told["vehicle"]["plate"], "seals": [serial], "goods": ""}
        ]
        assert told["control"] == {"result": "A2", "seals": [serial]}
        verdict = judged(keys, done.pdf)
        assert verdict.valid and verdict.kind == DOCUMENT and offline(keys, done.pdf).valid
        assert verdict.claims.expires_at == movement.limit_at.replace(microsecond=0)
        after = verify(done.pdf, keys.trust(), now=movement.limit_at + dt.timedelta(seconds=1))
        assert after.reasons == ("late",) and verify(done.pdf, keys.trust(), now=movement.released_at).valid
        (entry,) = entries(movement)
        assert (entry.event, entry.after["number"], entry.after["movement"]) == (
            "paper.issued", done.paper.number, str(movement.id),
        )  # fmt: skip

    def test_what_is_printed_afterwards_is_a_copy_with_a_reason(self, keys):
        movement = roads.released()
        first = printed(keys, movement)
        with pytest.raises(Invalid) as refused:
            printed(keys, movement)
        assert refused.value.findings[0].pointer == "/reason"
        second = printed(keys, movement, reason="the driver lost it", by=supervisor(), seen=0)
        assert second.copy == 1 and "COPY 1" in words(second.pdf) and data(second.pdf) == data(first.pdf)
        assert judged(keys, second.pdf).valid
        with pytest.raises(ChangedMeanwhile):
            printed(keys, movement, reason="again", seen=0)
        with pytest.raises(NotFound):
            printed(keys, movement, of="7", reason="x")

    def test_other_wheels_seals_or_limit_make_a_new_document(self, keys):
        movement = roads.released(movements.tir(2))
        first = printed(keys, movement, languages=("en", "tg"))
        assert data(first.pdf)["carnet"]["number"] == movement.carnet
        transhipped(movement)
        second = printed(keys, movement, by=at(HERE))
        told = data(second.pdf)
        assert (second.paper.number, second.copy) == (f"{movement.mrn}-T2", 0)
        assert told["previous"]["number"] == first.paper.number and told["vehicle"]["plate"] == "7777 AB 01"
        assert [seal for row in told["equipment"] for seal in row["seals"]] == ["TJK0000009"]
        assert told["equipment"][0]["container"] == "TEMU1234560", "the one container there was is another one now"
        assert [each["code"] for each in told["incidents"]] == ["3"] and "Transhipment" in words(second.pdf)
        assert told["control"]["seals"] == data(first.pdf)["control"]["seals"], "those at departure stay what they were"
        assert judged(keys, first.pdf).reasons == offline(keys, first.pdf).reasons == ("superseded",)
        assert judged(keys, second.pdf).valid
        copy = printed(keys, movement, of="1", reason="for the file")
        assert copy.paper.number == first.paper.number and copy.copy == 1
        with db.transaction() as session:
            limit = again(movement).limit_at + dt.timedelta(days=1)
            travelling.extend(session, Extend(movement.reference, HERE, limit, "snow"), by=officer())
        third = printed(keys, movement, by=at(THERE))
        assert third.paper.place == 3 and data(third.pdf)["limit_at"] != told["limit_at"]
        verdict = judged(keys, third.pdf)
        assert verdict.valid and verdict.claims.post == THERE, "an office on the way vouches with its own key"

    def test_of_an_invalidated_movement_it_is_withdrawn(self, keys):
        movement = roads.released()
        done = printed(keys, movement)
        with db.transaction() as session:
            lodging.invalidate(session, Invalidate(movement.reference, "released by mistake"), by=officer())
        with db.transaction() as session:
            decision = DecideAmendment(movement.reference, 1, True, "agreed")
            lodging.decide_amendment(session, decision, by=supervisor())
        assert again(movement).status == "invalidated"
        assert judged(keys, done.pdf).reasons == offline(keys, done.pdf).reasons == ("revoked",)
        with pytest.raises(WrongState, match="invalidated"):
            printed(keys, movement, reason="x")

    def test_one_that_has_had_its_use_is_not_used_again(self, keys):
        movement = roads.released()
        done = printed(keys, movement)
        unprinted = roads.released()
        for each in (movement, unprinted):
            roads.arrived(each)
            with db.transaction() as session:
                arriving.discharge(session, Discharge(each.reference, THERE), by=at(THERE))
        assert judged(keys, done.pdf).reasons == ("ended",)
        assert printed(keys, movement, reason="for the archive").copy == 1
        with pytest.raises(WrongState, match="ended"):
            printed(keys, unprinted)

    def test_who_may(self, keys):
        movement = roads.released()
        for by in (inspector(), actors.analyst(), actors.auditor()):
            with pytest.raises(Forbidden):
                printed(keys, movement, by=by)
        for by in (other_trader(), actors.liaison()):
            with pytest.raises(NotFound):
                printed(keys, movement, by=by)
        done = printed(keys, movement, by=trader())
        assert "TJPPJ" in done.paper.content["issued_by"], "the office vouches, not the firm's clerk"
        with pytest.raises(Invalid):
            printed(keys, movement, kind="exit-note")
        for by, seen in ((trader(), True), (at(THERE), True), (other_trader(), False)):
            with db.reading() as session:
                if seen:
                    assert all_papers.original(session, done.paper.number, by=by).pdf == done.pdf
                else:
                    with pytest.raises(NotFound):
                        all_papers.original(session, done.paper.number, by=by)


@pytest.mark.usefixtures("session")
class TestAtDestination:
    def test_receipt_and_permission_of_an_arrival_that_another_firm_notified(self, keys):
        movement = roads.released(roads.consigned(OTHER_PARTY))
        (serial,) = roads.sealed(movement)
        document = printed(keys, movement)
        for kind in (RECEIPT, PERMISSION):
            with pytest.raises(WrongState):
                printed(keys, movement, kind, by=at(THERE))
        bringer = actors.actor("trader", "*", login="bringer", party=OTHER_PARTY)
        with db.transaction() as session:
            command = Arrive(movement.mrn, THERE, procedure="simplified", location="Terminal 3", arrived_at=None)
            arriving.arrive(session, command, by=bringer)
        with db.transaction() as session:
            check = roads.in_order(serial)
            travelling.check_seal(session, movement.reference, THERE, check, by=at(THERE, role="inspector"))
        receipt = printed(keys, movement, RECEIPT, by=bringer)
        told = data(receipt.pdf)
        assert receipt.paper.number == f"{movement.mrn}-A1" and told["post"]["code"] == THERE
        assert OTHER_PARTY in told["notifier"] and told["place"] == "Terminal 3" and not told["late"]
        assert told["seals"] == [{"number": serial, "state": "intact", "remark": ""}]
        permission = printed(keys, movement, PERMISSION, "1", by=bringer, languages=("tg", "ru"))
        assert permission.paper.number == f"{movement.mrn}-U1"
        assert [each["number"] for each in data(permission.pdf)["seals"]] == [serial]
        for done in (receipt, permission):
            verdict = judged(keys, done.pdf)
            assert verdict.valid and verdict.claims.post == THERE and offline(keys, done.pdf).valid
            assert judged(keys, printed(keys, movement, done.paper.kind, reason="lost", by=officer()).pdf).valid
            with db.reading() as session:
                all_papers.original(session, done.paper.number, by=trader())
        with db.reading() as session, pytest.raises(NotFound):
            all_papers.original(session, document.paper.number, by=bringer)
        with pytest.raises(Forbidden):
            printed(keys, movement, reason="mine", by=bringer)
        with pytest.raises(NotFound):
            printed(keys, movement, PERMISSION, "2", by=at(THERE))

    def test_each_permission_has_its_own_paper(self, keys):
        movement = roads.arrived(roads.released())
        with db.transaction() as session:
            arriving.permit_unloading(session, PermitUnloading(movement.reference, THERE), by=at(THERE))
        assert printed(keys, movement, PERMISSION, by=at(THERE)).paper.place == 1
        assert data(printed(keys, movement, RECEIPT, by=at(THERE)).pdf)["notifier"] == ""

    def test_printed_late_they_tell_of_the_deed_and_not_of_the_day(self, keys):
        """At the first destination, on other wheels and with other seals and more time to the second; printed only then."""
        body = movements.tir(1)
        body["offices"] = {**body["offices"], "destination": [WAY, THERE]}
        movement = roads.released(body)
        limit, plate = again(movement).limit_at, body["transport"]["vehicle"]["plate"]
        (load,) = body["equipment"]
        roads.arrived(movement, WAY)
        check = roads.in_order(load["seals"][0])
        unloaded = RemarkUnloading(
            movement.reference, WAY, 1, roads.today(WAY), complete=True, conform=True, seals_ok=True
        )
        for deed in (
            lambda s: travelling.check_seal(s, movement.reference, WAY, check, by=at(WAY)),
            lambda s: arriving.permit_unloading(s, PermitUnloading(movement.reference, WAY), by=at(WAY)),
            lambda s: arriving.remark_unloading(s, unloaded, by=at(WAY)),
            lambda s: arriving.continue_to_next(s, Continue(movement.reference, WAY), by=at(WAY)),
            lambda s: travelling.extend(
                s, Extend(movement.reference, HERE, limit + dt.timedelta(hours=5), "snow"), by=officer()
            ),
            lambda s: travelling.extend(
                s, Extend(movement.reference, HERE, limit + dt.timedelta(hours=9), "more snow"), by=officer()
            ),
        ):
            with db.transaction() as session:
                deed(session)
        transhipped(movement)
        roads.arrived(movement, THERE)
        first = data(printed(keys, movement, RECEIPT, "1", by=at(WAY)).pdf)
        assert dt.datetime.fromisoformat(first["limit_at"]) == limit and first["vehicle"]["plate"] == plate
        assert first["containers"] == [load["container"]]
        assert [(each["number"], each["state"]) for each in first["seals"]] == [(load["seals"][0], "intact")]
        permitted = data(printed(keys, movement, PERMISSION, "1", by=at(WAY)).pdf)
        assert (permitted["vehicle"], permitted["containers"]) == (first["vehicle"], first["containers"])
        assert [each["number"] for each in permitted["seals"]] == load["seals"]
        second = data(printed(keys, movement, RECEIPT, "2", by=at(THERE)).pdf)
        assert dt.datetime.fromisoformat(second["limit_at"]) == limit + dt.timedelta(hours=9)
        assert (second["vehicle"]["plate"], second["containers"]) == ("7777 AB 01", ["TEMU1234560"])
        assert [(each["number"], each["state"]) for each in second["seals"]] == [("TJK0000009", "unchecked")]


def test_two_who_ask_at_once_get_one_original(own_database, keys):
    movement = roads.released()
    barrier = threading.Barrier(4)

    def ask(number):
        barrier.wait()
        try:
            return printed(keys, movement, by=officer(login=f"o{number}")).copy
        except Invalid as refusal:
            return refusal.findings[0].rule

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(map(str, pool.map(ask, range(4))))
    assert answers == ["0", "print.reason", "print.reason", "print.reason"]
