"""The officials' pages of a declaration's whole life: what stands in the file, and what each form of it does."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from lxml import html

from app.clearance import operations as clearance
from app.core import clock, db
from app.declarations import queries
from app.declarations.commands import AddDocument, Answer
from app.declarations.operations import add_document
from app.exemptions import operations as exemptions
from app.exemptions.commands import RegisterCertificate
from app.flows import asking, deciding
from app.reference.queries import codebook
from tests.factories import actors, cases, declarations, lives, scans
from tests.factories.desks import desk, file_of
from tests.factories.permitting import permitted, with_permit

SEALS = ["TJ-001", "TJ-002"]


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def sits(app, session):
    """sits(login) is the browser of this person."""
    return lambda login: desk(app, login)


def again(declaration):
    return cases.again(declaration)


def yellow(items=1, **more):
    return lives.lodged(lives.lane("yellow", {**lives.due(items), **more}))


def decide(who, declaration, decision="release", reason="the papers agree", **more):
    page = file_of(declaration)
    fields = {"decide.decision": decision, "decide.reason": reason}
    return who.deed(page, f"{page}/decision", **fields, **more)


# --- What stands in the file ----------------------------------------------------------------------------------------------


def test_the_file_shows_every_figure_of_the_assessment(sits):
    declaration = yellow(2, costs=[{"kind": "freight", "amount": "100.01", "currency": "USD", "included": False}])
    page = sits("officer").text(file_of(declaration))
    for words in ("Customs duty", "Value added tax", "Customs clearance fee", "TJ.duty.62", "Not verified", "Freight",
                  "of <bdi", ", by value", "Still to pay", "Rates of exchange and rounding", "Out of date",
                  "Provisional", "15.00\u00a0%", "decree 470"):  # fmt: skip
        assert words in page, words


def granted(number, kilograms):
    """A certificate in force that frees so much net mass of heading 6203 from duty and value added tax."""
    command = RegisterCertificate(
        actors.POST, number, "Вазорати молия", "Decree 112", actors.PARTY, "net_kg", Decimal(kilograms),
        dt.date(2000, 1, 1), dt.date(2099, 12, 31), ("6203",), ("duty", "vat"),
    )  # fmt: skip
    with db.transaction() as s:
        id = exemptions.register(s, command, by=actors.officer()).id
    with db.transaction() as s:
        exemptions.settle(s, id, approved=True, reason="", by=actors.supervisor())


def test_every_figure_of_the_assessment_can_be_checked_by_hand(sits):
    granted("EX-77", "1150")
    body = lives.lane("yellow", lives.due(4))
    body["costs"] = [{"kind": "freight", "amount": "1000.01", "currency": "USD", "included": False}]
    first, spirits, cigarettes, preferred = body["items"]
    first["documents"].append({"type": "911", "number": "EX-77", "date": "2026-11-01"})
    spirits.update(commodity="220820", supplementary={"unit": "LTR", "quantity": "1800.000"})
    cigarettes.update(commodity="240220", supplementary={"unit": "NAR", "quantity": "500000"})
    preferred.update(origin="UZ", preference="CIS")
    preferred["documents"][0].update(type="862", number="ST-1")
    page = html.fromstring(sits("officer").text(file_of(lives.lodged(body))))
    said = re.sub(r"\s+", " ", page.get_element_by_id("dues").text_content().replace("\u202f", ""))
    # What a cost is shared out by; the certificate's half of base and amount; what bases are the sum of, not rounded.
    assert said.count("of 1000.01 USD, by value (9200.00 ÷ 36800.00)") == 4
    assert "certificate EX-77 takes off" in said and "50 % of Customs value" in said
    lines = list(payable(page))
    assert len(lines) >= 5
    for line in lines:
        assert line.check(), line
    assert re.search(r"Customs value [0-9.]+ \+ Customs duty [0-9.]+ \+ Excise [0-9.]+", said)
    assert "10.00 %, at least 5.00 EUR/1000 NAR" in said
    assert "Uzbekistan · 4000 · Origin in the free trade area of the CIS" in said and "0.00 %" in said


@dataclass
class Checked:
    """A line as it is printed: what its base is the sum of, the rate in per cent, and the amount."""

    summed: str
    base: Decimal
    percent: Decimal
    amount: Decimal
    unrounded: str

    def check(self):
        parts = [Decimal(n) for n in re.findall(r"[0-9]+\.[0-9]+", self.summed)]
        exact = self.base * self.percent / 100
        told = Decimal(self.unrounded) if self.unrounded else self.amount
        return (not parts or sum(parts) == self.base) and exact == told and abs(told - self.amount) <= Decimal("0.005")


def payable(page):
    """The lines with a rate in per cent that are printed with all their digits."""
    for row in page.get_element_by_id("dues").xpath(".//tbody/tr[count(td)=4]"):
        base, rate, amount = (
            cell.text_content().replace("\u202f", "").replace("\xa0", " ").strip() for cell in row.findall("td")[1:]
        )
        plain = re.fullmatch(r"([0-9.]+) TJS(.*)", base)
        percent = re.fullmatch(r"([0-9.]+) %", rate)
        due = re.fullmatch(r"([0-9.]+) TJS(?:rounded from ([0-9.]+))?", amount)
        if plain and percent and due and "Exempt" not in row.text_content() and "%" not in plain[2]:
            yield Checked(plain[2], Decimal(plain[1]), Decimal(percent[1]), Decimal(due[1]), due[2] or "")


def test_the_header_stands_by_sections_with_its_boxes(sits):
    page = sits("officer").text(file_of(yellow()))
    for words in ("What is declared", "Invoice, terms and costs", "Every value of item 1", "Delivery terms"):
        assert words in page, words
    assert page.count('class="box-number"') > 20


def test_papers_handed_in_later_stand_beside_those_declared(sits, session):
    declaration = yellow()
    paper = {"type": "911", "number": "LIC-77", "expires": "2020-01-01"}
    with db.transaction() as s:
        add_document(s, AddDocument(declaration.reference, paper, 1), codebook(s), by=actors.trader())
    page = sits("officer").text(file_of(declaration))
    assert "LIC-77" in page and "Handed in later" in page and "Expired" in page and "Document handed in" in page


def test_a_paper_handed_in_at_the_window_frees_the_goods(sits):
    declaration, officer = lives.lodged(declarations.uncertified()), sits("officer")
    page = file_of(declaration)
    words = {"paper.type": "851", "paper.number": "PH-9", "paper.date": "01.11.2026"}
    for scan, says in ((b"no picture", "error-summary"), (b"", "error-summary")):
        refused = officer.deed(page, f"{page}/papers", **words, scan=(io.BytesIO(scan), "x.png"))
        assert refused.status_code == 422 and says in refused.text and 'value="PH-9"' in refused.text
    picture = scans.picture("PNG")
    done = officer.deed(page, f"{page}/papers", **words, scan=(io.BytesIO(picture), "گواهی.png"))
    assert done.status_code == 303, done.text
    shown = officer.text(page)
    assert "PH-9" in shown and "گواهی.png" in shown and "What must be shown" not in shown and 'value="release"' in shown
    address = re.search(rf'href="({page}/files/[^"]+)"', shown)[1]
    scan = officer.get(address)
    assert scan.data == picture and "attachment" in scan.headers["Content-Disposition"]
    assert "sandbox" in scan.headers["Content-Security-Policy"] and scan.headers["X-Content-Type-Options"] == "nosniff"
    assert sits("officer.TJDUS").get(address).status_code == 404
    other = lives.lodged(declarations.uncertified())
    assert officer.get(address.replace(declaration.reference, other.reference)).status_code == 404
    again_sent = officer.deed(page, f"{page}/papers", **words, version="1")
    assert again_sent.status_code == 412


def test_a_missing_permit_stands_with_its_remedy_and_hides_the_release(sits):
    declaration = lives.lodged(declarations.uncertified())
    page = sits("officer").text(file_of(declaration))
    assert "What must be shown before the release" in page and 'class="remedy"' in page
    assert "Papers are missing" in page and 'value="release"' not in page and 'value="hold"' in page
    early = decide(sits("officer"), declaration)
    assert early.status_code == 409 and again(declaration).status == "selected"


def test_items_are_shown_page_by_page(sits):
    declaration = yellow(60)
    who = sits("officer")
    first, second = who.text(file_of(declaration)), who.text(file_of(declaration) + "?from=50")
    assert 'id="item-50"' in first and 'id="item-51"' not in first and "Items 51 to 60" in first
    assert 'id="item-51"' in second and 'id="item-50"' not in second
    for wrong in ("9999", "-3", "x", "99999999999"):
        assert who.get(f"{file_of(declaration)}?from={wrong}").status_code == 200


# --- Deciding -------------------------------------------------------------------------------------------------------------


def test_a_release_with_something_due_waits_for_payment_and_says_so(sits):
    declaration, officer = yellow(), sits("officer")
    assert "A release now waits for payment" in officer.text(file_of(declaration))
    answer = decide(officer, declaration)
    assert answer.status_code == 303 and again(declaration).status == "assessed"
    page = officer.text(file_of(declaration))
    assert "Cleared, waits for payment" in page and 'value="release"' not in page and "the papers agree" in page
    row = officer.text("/officer/worklist/unpaid")
    assert f"row-{declaration.reference}" in row and "TJS" in row
    assert f"row-{declaration.reference}" not in officer.text("/officer/worklist")
    lives.paid(declaration)
    assert f"row-{declaration.reference}" not in officer.text("/officer/worklist/unpaid/rows")
    done = officer.text(file_of(declaration))
    assert "Released: nothing is due any more" in done and "Paid:" in done


def test_some_items_go_before_the_others(sits):
    declaration, officer = yellow(3), sits("officer")
    page = file_of(declaration)
    assert "part-form" not in officer.text(page)  # not before everything that is due is paid
    lives.paid(declaration)
    assert "part-form" in officer.text(page)
    fields = {"part.items": ["1", "3"], "part.reason": "perishable"}
    assert officer.deed(page, f"{page}/part", **fields).status_code == 303
    assert again(declaration).status == "partly_released"
    shown = officer.text(page)
    assert "Items released: 1, 3" in shown and "perishable" in shown
    twice = officer.deed(page, f"{page}/part", **{"part.items": ["1"], "part.reason": "again"})
    assert twice.status_code == 422 and "released already" in twice.text
    none = officer.deed(page, f"{page}/part", **{"part.reason": "nothing chosen"})
    assert none.status_code == 422 and "error-summary" in none.text


def test_the_panel_offers_what_the_state_allows(sits):
    held = cases.decided(yellow(), "hold")
    officer, supervisor = sits("officer"), sits("supervisor")
    assert "destroy-form" not in officer.text(file_of(held)) and "destroy-form" in supervisor.text(file_of(held))
    assert "reject-form" not in officer.text(file_of(held))
    page = file_of(held)
    fields = {"destroy.reason": "spoilt", "destroy.note": "burnt in the kiln",
              "destroy.commission": "A. Karimov\nB. Saidov", "destroy.witness": "C. Nazarov"}
    assert officer.deed(page, f"{page}/destruction", **fields).status_code == 403
    asked = supervisor.deed(page, f"{page}/destruction", **fields)
    assert asked.status_code == 200 and "Once more: Destroy" in asked.text and again(held).status == "detained"
    assert supervisor.deed(page, f"{page}/destruction", **fields, confirmed="destroy").status_code == 303
    assert again(held).status == "destroyed"
    gone = supervisor.text(page)
    assert "decision-form" not in gone and "Nothing is left to decide here" in gone and "spoilt" in gone


def test_it_is_rejected_after_asking_once_more(sits):
    declaration, officer = yellow(), sits("officer")
    page = file_of(declaration)
    blank = officer.deed(page, f"{page}/rejection")
    assert blank.status_code == 422 and again(declaration).status == "selected"
    asked = officer.deed(page, f"{page}/rejection", **{"reject.reason": "wrong firm"})
    assert asked.status_code == 200 and again(declaration).status == "selected"
    assert "lodges it anew" in asked.text and asked.text.count("wrong firm") >= 2  # told, and sent along
    wrong = officer.deed(page, f"{page}/rejection", **{"reject.reason": "wrong firm"}, confirmed="seize")
    assert wrong.status_code == 200 and again(declaration).status == "selected"
    sent = officer.deed(page, f"{page}/rejection", **{"reject.reason": "wrong firm"}, confirmed="reject")
    assert sent.status_code == 303 and again(declaration).status == "rejected"
    assert "wrong firm" in officer.text(page)


def test_it_counts_no_more_when_a_second_person_agrees(sits):
    declaration, officer = yellow(), sits("officer")
    page = file_of(declaration)
    assert officer.deed(page, f"{page}/invalidation").status_code == 422
    assert officer.deed(page, f"{page}/invalidation", **{"invalidate.reason": "wrong firm"}).status_code == 303
    assert again(declaration).status == "selected"
    assert "Second person" in officer.text(page) and "wrong firm" in sits("supervisor").text("/supervisor/proposals")


def test_the_control_begins_before_anything_is_found(sits):
    declaration, inspector = yellow(), sits("inspector")
    page = file_of(declaration)
    assert inspector.deed(page, f"{page}/control").status_code == 303
    assert again(declaration).status == "under_control"
    assert "control-form" not in inspector.text(page)
    assert inspector.deed(page, f"{page}/control", version="1").status_code == 412


def test_what_was_announced_is_presented_at_the_gate(sits):
    declaration, inspector = lives.lodged(lives.early()), sits("inspector")
    page = file_of(declaration)
    assert again(declaration).status == "prelodged" and "present-form" in inspector.text(page)
    assert inspector.deed(page, f"{page}/presentation").status_code == 303
    assert again(declaration).status == "released"
    assert "The goods are there" in inspector.text(page)


def test_duties_are_calculated_anew(sits):
    declaration, officer = yellow(), sits("officer")
    page = file_of(declaration)
    assert officer.deed(page, f"{page}/assessment", **{"anew.reason": "rate of today entered"}).status_code == 303
    shown = officer.text(page)
    assert "Duties calculated anew" in shown and "rate of today entered" in shown and "Number 2" in shown
    lives.paid(declaration)
    decide(officer, declaration)
    late = officer.deed(page, f"{page}/assessment", **{"anew.reason": "too late"})
    assert late.status_code == 409 and "only while the goods are held" in late.text


# --- Questions ------------------------------------------------------------------------------------------------------------


def test_a_question_its_answer_and_its_withdrawal(sits):
    declaration, officer = yellow(), sits("officer")
    page = file_of(declaration)
    fields = {"ask.question": "Where is the certificate?", "ask.item": "1", "ask.deadline": "2099-01-01 10:00"}
    late = officer.deed(page, f"{page}/questions", **fields)
    assert late.status_code == 422 and "within a year" in late.text and "Where is the certificate?" in late.text
    fields.pop("ask.deadline")
    assert officer.deed(page, f"{page}/questions", **fields).status_code == 303
    assert again(declaration).status == "queried"
    shown = officer.text(page)
    assert "Answer until" in shown and 'status-caution">Open' in shown and 'value="release"' not in shown
    asked = questions(declaration)[0]
    with db.transaction() as s:
        asking.answer(s, Answer(declaration.reference, asked.id, "It is in the cab"), by=actors.trader())
    assert "It is in the cab" in officer.text(page) and again(declaration).status == "selected"
    assert officer.deed(page, f"{page}/questions", **{"ask.question": "And the second one?"}).status_code == 303
    second = questions(declaration)[1]
    mute = officer.deed(page, f"{page}/questions/{second.id}", reason=" ")
    assert mute.status_code == 422 and "need not be answered" in mute.text
    assert officer.deed(page, f"{page}/questions/{second.id}", reason="found it").status_code == 303
    assert "Withdrawn" in officer.text(page) and "found it" in officer.text(page)


def questions(declaration):
    with db.reading() as s:
        return queries.questions(s, queries.find(s, declaration.reference, by=actors.officer()))


def test_an_overdue_answer_is_marked_in_file_and_worklist(sits, session):
    declaration, officer = yellow(), sits("officer")
    lives.question(declaration)
    row = officer.text("/officer/worklist?status=queried")
    assert "answer in" in row and "Answer overdue" not in row
    clock.set_clock(session, db.now(session) + dt.timedelta(days=30))
    officer = sits("officer")
    assert 'status-bad">Overdue' in officer.text(file_of(declaration))
    page = officer.text("/officer/worklist?status=queried")
    assert "Answer overdue" in page and "1 overdue" in page.replace('<bdi dir="ltr" class="code">1</bdi>', "1")


# --- Requests and versions ------------------------------------------------------------------------------------------------


def plate(body):
    body["transport"]["vehicle"]["plate"] = "NEW777"


def test_a_request_is_shown_field_by_field_and_accepted(sits):
    declaration, officer = yellow(), sits("officer")
    wanted = lives.asked_to_amend(declaration, plate).amendment
    page = file_of(declaration)
    shown = officer.text(page)
    assert "NEW777" in shown and "a slip of the pen" in shown and 'value="accept"' in shown
    assert "Registration number" in shown and 'value="endorse"' not in shown
    assert f"row-{wanted.id}" in officer.text("/officer/worklist/requests")
    assert "Change asked for" in officer.text("/officer/worklist/rows")
    action = f"{page}/requests/{wanted.id}"
    mute = officer.deed(page, action, verdict="reject", reason=" ")
    assert mute.status_code == 422 and "Say why you reject it" in mute.text
    assert officer.deed(page, action, verdict="accept").status_code == 303
    assert again(declaration).content == 2
    after = officer.text(page)
    assert "What the last version changed" in after and "Amended: version 2 is in force" in after
    compared = officer.text(f"{page}/versions/1/2")
    assert "NEW777" in compared and "<del>" in compared
    assert officer.get(f"{page}/versions/1/9").status_code == 404
    assert f"row-{wanted.id}" not in officer.text("/officer/worklist/requests/rows")


def test_after_release_two_officials_agree_and_see_the_difference(sits):
    declaration = cases.decided(lives.paid(yellow()))
    assert again(declaration).status == "released"
    wanted = lives.asked_to_amend(
        declaration, lambda b: b["items"][0].update(description="Trousers of linen")
    ).amendment
    first, page = sits("officer"), file_of(declaration)
    action = f"{page}/requests/{wanted.id}"
    assert 'value="endorse"' in first.text(page) and 'value="accept"' not in first.text(page)
    assert first.deed(page, action, verdict="accept").status_code == 409
    assert first.deed(page, action, verdict="endorse").status_code == 303
    waiting = first.text(page)
    assert "Second person" in waiting and 'value="reject"' not in waiting
    proposals = sits("supervisor").text("/supervisor/proposals")
    assert "Amend the declaration" in proposals and "Trousers of linen" in proposals and "<del>" in proposals
    approve(sits("supervisor"), proposals)
    assert again(declaration).content == 2
    assert "Trousers of linen" in first.text(page)


def approve(who, page, reason="agreed"):
    action = re.search(r'action="(/supervisor/proposals/[^"]+)"', page)[1]
    answer = who.deed("/supervisor/proposals", action, verdict="approve", reason=reason)
    assert answer.status_code == 303, answer.text


def test_an_invalidation_after_release_is_proposed(sits):
    declaration = cases.decided(lives.paid(yellow()))
    officer, page = sits("officer"), file_of(declaration)
    assert officer.deed(page, f"{page}/invalidation", **{"invalidate.reason": "other goods"}).status_code == 303
    assert again(declaration).status == "released"
    proposals = sits("supervisor").text("/supervisor/proposals")
    assert "Invalidate the declaration" in proposals and "other goods" in proposals
    approve(sits("supervisor"), proposals)
    assert again(declaration).status == "invalidated"


# --- The gate -------------------------------------------------------------------------------------------------------------


def released(items=1):
    body = {**lives.free(items), "seals": SEALS}
    return with_permit(lives.lodged(body))


def test_a_truck_leaves_through_the_gate(sits):
    declaration, inspector = released(), sits("inspector")
    plate_seen = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    found = inspector.get(f"/officer/gate?q={plate_seen.lower()}")
    gate = f"/officer/gate/{declaration.reference}"
    assert found.status_code == 302 and found.location == gate
    assert "This truck may go" in inspector.text(gate)
    seen = {"plate": plate_seen, "seals": ", ".join(SEALS), "items": "1"}
    other = inspector.deed(gate, gate, **{**seen, "plate": "XX 99 XX"})
    assert other.status_code == 422 and "is not that of this declaration" in other.text and "XX 99 XX" in other.text
    broken = inspector.deed(gate, gate, **{**seen, "seals": "OTHER-9"})
    assert broken.status_code == 422 and "The seals are not those declared" in broken.text
    assert again(declaration).status == "released"
    gone = inspector.deed(gate, gate, **seen)
    assert gone.status_code == 303 and again(declaration).status == "exited"
    after = inspector.text(gate)
    assert "This truck has left already" in after and "exit-form" not in after
    today = inspector.text("/officer/gate")
    assert plate_seen in today and declaration.mrn in today and "Everything" in today
    assert "Left the crossing point: exit" in inspector.text(file_of(declaration))
    assert declaration.mrn not in sits("officer.TJDUS").text("/officer/gate")


def test_items_leave_one_after_the_other(sits):
    declaration, inspector = released(3), sits("inspector")
    gate = f"/officer/gate/{declaration.reference}"
    seen = {"plate": lives.body_of(declaration)["transport"]["vehicle"]["plate"], "seals": ", ".join(SEALS)}
    assert inspector.deed(gate, gate, **seen).status_code == 422  # none chosen is not all of them
    assert inspector.deed(gate, gate, **seen, items=["1", "2"]).status_code == 303
    half = inspector.text(gate)
    assert again(declaration).status == "released" and 'value="3"' in half and half.count(">Has left</span>") == 2
    assert inspector.deed(gate, gate, **seen, items=["2"]).status_code == 422
    assert inspector.deed(gate, gate, **seen, items="3").status_code == 303
    assert again(declaration).status == "exited"


def test_what_is_not_released_stays(sits):
    declaration, inspector = yellow(), sits("inspector")
    gate = f"/officer/gate/{declaration.reference}"
    page = inspector.text(gate)
    assert "This truck may not go" in page and "exit-form" not in page
    refused = inspector.deed(gate, gate, plate="x", items="1", version=str(again(declaration).version))
    assert refused.status_code == 409 and again(declaration).status == "selected"
    cleared = cases.decided(declaration)
    assert "Send the driver to the cashier" in inspector.text(f"/officer/gate/{cleared.reference}")
    for hostile in ("\x00", "%", "' OR 1", "\u202e"):
        assert inspector.client.get("/officer/gate", query_string={"q": hostile}).status_code == 200


# --- Afterwards -----------------------------------------------------------------------------------------------------------


def test_blue_goods_are_audited_by_somebody_else(sits):
    declaration = lives.lodged(lives.lane("blue", lives.free()))
    assert again(declaration).status == "released"
    auditor, page = sits("auditor"), file_of(declaration)
    assert f"row-{declaration.reference}" in auditor.text("/officer/audits")
    shown = auditor.text(page)
    assert "audit-form" in shown and "decision-form" not in shown and "Differences found" in shown
    blank = auditor.deed(page, f"{page}/audit")
    assert blank.status_code == 422
    fields = {"audit.outcome": "further", "audit.summary": "books asked for"}
    assert auditor.deed(page, f"{page}/audit", **fields).status_code == 303
    assert "Begun" in auditor.text("/officer/audits")
    fields = {"audit.outcome": "differences", "audit.summary": "two cartons more"}
    assert auditor.deed(page, f"{page}/audit", **fields).status_code == 303
    assert f"row-{declaration.reference}" not in auditor.text("/officer/audits")
    assert "Audit after clearance: Differences found" in auditor.text(page)


def test_the_page_says_who_chose_the_lane_and_why(sits):
    declaration, page = yellow(), sits("officer")
    assert "Chosen by hand" not in page.text(file_of(declaration))
    with db.transaction() as session:
        deciding.change_lane(session, declaration.reference, "red", "a tip by telephone", None, by=actors.officer())
    told = page.text(file_of(declaration))
    assert "Chosen by hand" in told and "a tip by telephone" in told and "What the criteria said before" in told


def test_the_gate_shows_the_permit_and_only_a_supervisor_goes_without(sits):
    declaration = lives.lodged({**lives.free(2), "seals": SEALS})
    gate = f"/officer/gate/{declaration.reference}"
    inspector, supervisor = sits("inspector"), sits("supervisor")
    without = inspector.text(gate)
    assert "This truck may not go" in without and "No permit has been issued" in without and "exit-form" not in without
    plate = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    seen = {"plate": plate, "seals": ", ".join(SEALS), "items": ["1", "2"]}
    refused = inspector.deed(gate, gate, **seen, version=str(again(declaration).version))
    assert refused.status_code == 409 and "No permit has been issued" in refused.text
    late = supervisor.text(gate)
    assert "It has left already" in late and "exit-form" in late
    permit = permitted(declaration)
    shown = inspector.text(gate)
    assert "This truck may go" in shown and permit.number in shown and "Everything that is declared" in shown
    with db.transaction() as session:
        clearance.revoke(session, permit.number, "a wrong plate", by=actors.supervisor())
    revoked = inspector.text(gate)
    assert "This truck may not go" in revoked and "Revoked" in revoked and "a wrong plate" in revoked
    gone = supervisor.deed(gate, gate, **seen, without_permit="found in the evening count")
    assert gone.status_code == 303 and again(declaration).status == "exited"
    after = inspector.text(gate)
    assert "Without a permit" in after and "found in the evening count" in after
