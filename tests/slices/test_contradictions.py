"""What was found otherwise than declared is neither concluded upon as conform nor released as if nothing had been found."""

from __future__ import annotations

import pytest

from app.core import db
from app.core.errors import Invalid, WrongState
from app.declarations.commands import PartlyRelease, SettleRequest
from app.flows import amending, approving, deciding, inspecting, leaving, settling
from app.inspections.commands import AddFinding, Conclude
from app.registers import file
from app.web.officer.panel import Panel
from tests.factories import cases, lives
from tests.factories.actors import inspector, officer, supervisor

OTHERWISE = AddFinding("40", conform=False, found="80 cartons, not 100", item=1)


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()


def found(case, command=OTHERWISE):
    with db.transaction() as session:
        inspecting.add_finding(session, case.reference, command, None, by=inspector())
    return case


def concluded(case, conclusion):
    with db.transaction() as session:
        inspecting.conclude(session, case.reference, Conclude(conclusion, "twenty are missing"), None, by=inspector())
    return case


def yellow(items=2):
    return lives.lodged(lives.lane("yellow", lives.free(items)))


def partly(case, *items):
    with db.transaction() as session:
        return leaving.partly_release(session, PartlyRelease(case.reference, items, "seen"), by=officer())[0]


def stopped(act):
    with pytest.raises(WrongState) as refused:
        act()
    [finding] = refused.value.findings
    assert finding.rule == "release.discrepancy"
    return str(finding.message)


def test_a_conclusion_does_not_contradict_what_was_found():
    case = found(found(yellow(), cases.SEEN))
    with pytest.raises(Invalid) as refused:
        concluded(case, "conform")
    [finding] = refused.value.findings
    assert (finding.pointer, finding.rule) == ("/conclusion", "conclusion.contradicted")
    assert "80 cartons, not 100" in str(finding.message) and "item 1" in str(finding.message)
    concluded(case, "discrepancy")


def test_every_finding_that_contradicts_is_named():
    case = found(found(yellow(), AddFinding("41", False, "the seal is broken")), AddFinding("40", False, "wet", item=2))
    with pytest.raises(Invalid) as refused:
        concluded(case, "conform")
    assert len(refused.value.findings) == 2


def test_who_looked_again_says_so_and_concludes():
    case = found(found(yellow()), AddFinding("40", True, "the twenty were behind the others", item=1))
    concluded(case, "conform")
    assert cases.decided(case).status == "released"


@pytest.mark.parametrize("conclusion", ["discrepancy", "offence"])
def test_a_discrepancy_is_not_released_plainly(conclusion):
    case = concluded(found(yellow()), conclusion)
    told = stopped(lambda: cases.decided(case))
    assert "80 cartons, not 100" in told and "release-with-correction" in told
    assert cases.again(case).status == "under_control"
    assert cases.decided(case, "release-with-correction").status == "released"


def test_nor_while_nobody_has_concluded():
    case = found(yellow())
    stopped(lambda: cases.decided(case))
    assert cases.decided(case, "hold").status == "detained"
    stopped(lambda: cases.decided(case))


def test_what_is_declared_as_it_was_found_goes():
    case = concluded(found(yellow()), "discrepancy")
    asked = lives.asked_to_amend(case, lambda b: b["items"][0].update(net_kg="2000.000"))
    with db.transaction() as session:
        amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "as found"), by=officer())
    assert cases.decided(case).status == "released"


def test_the_items_that_agree_go_before_the_others():
    case = concluded(found(yellow(3)), "discrepancy")
    stopped(lambda: partly(case, 1))
    stopped(lambda: partly(case, 1, 2))
    assert partly(case, 2).status == "partly_released"


def test_what_concerns_all_of_it_holds_all_of_it():
    case = concluded(found(yellow(3), AddFinding("41", False, "the seal is broken")), "discrepancy")
    stopped(lambda: partly(case, 2))


def test_a_lower_lane_lets_nothing_go_that_was_found_otherwise():
    case = concluded(found(yellow()), "discrepancy")
    with db.transaction() as session:
        _record, proposal = deciding.change_lane(session, case.reference, "green", "known", None, by=officer())
    with pytest.raises(WrongState), db.transaction() as session:
        approving.approve(session, proposal.id, "agreed", by=supervisor())
    assert cases.again(case).status == "under_control"


def test_the_look_at_the_goods_does_not_undo_the_look_at_the_papers():
    case = concluded(found(yellow(), AddFinding("10", False, "the invoice is of another firm")), "discrepancy")
    with db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "another firm's invoice", None, by=officer())
    cases.inspected(case)
    assert "another firm" in stopped(lambda: cases.decided(case))


def test_the_page_offers_no_plain_release():
    case = concluded(found(yellow(3)), "discrepancy")
    with db.reading() as session:
        read = file.of(session, case.reference, by=officer(), locale="en")
        panel = Panel.of(read, settling.standing(session, read.declaration), [], officer())
    offered = [name for name, _word in panel.decisions]
    assert "release" not in offered and "release-with-correction" in offered
    assert panel.parts == [2, 3]


# --- why a lane ------------------------------------------------------------------------------------------------------


def hand_of(case):
    with db.reading() as session:
        return file.of(session, case.reference, by=officer(), locale="en").hand


def test_the_hand_that_raised_the_lane_is_told_with_its_reason():
    case = yellow()
    assert hand_of(case) is None
    with db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "a tip by telephone", None, by=officer())
    hand = hand_of(case)
    assert (hand.entry.reason, hand.entry.login, hand.entry.after["lane"]) == ("a tip by telephone", "officer", "red")


def test_lowered_by_two_it_is_the_second_ones_hand():
    case = yellow()
    with db.transaction() as session:
        _record, proposal = deciding.change_lane(session, case.reference, "blue", "a known firm", None, by=officer())
    with db.transaction() as session:
        approving.approve(session, proposal.id, "agreed", by=supervisor())
    hand = hand_of(case)
    assert cases.again(case).status == "released" and (hand.entry.reason, hand.entry.login) == (
        "a known firm",
        "supervisor",
    )


def test_what_an_amendment_shows_to_the_system_is_not_a_hand():
    case = lives.lodged(lives.lane("yellow", lives.due()))
    asked = lives.asked_to_amend(
        case, lambda b: b["transport"]["trailer"].update(plate="RED"), by=officer(login="officer2")
    )
    with db.transaction() as session:
        amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "as seen"), by=officer())
    assert cases.again(case).lane == "red" and hand_of(case) is None


def test_the_assessment_is_the_systems():
    case = lives.lodged(lives.lane("yellow", lives.due()))
    asked = lives.asked_to_amend(case, lambda b: b["items"][0].update(net_kg="2000.000"))
    with db.transaction() as session:
        amending.accept(session, SettleRequest(case.reference, asked.amendment.id, "seen"), by=officer())
    with db.reading() as session:
        events = file.of(session, case.reference, by=officer(), locale="en").events
    made = [(e.entry.login, e.entry.role) for e in events if e.entry.event == "assessment.made"]
    assert made == [("system", "system")] * 2
