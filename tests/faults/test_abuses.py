"""What people have tried at real borders, tried here by everybody in every way: goods never go unpaid, nobody is two
persons, and nothing of another firm's is used."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core import db
from app.core.actors import SYSTEM, Actor, Grant
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from app.declarations import queries, schemas
from app.declarations.commands import (
    ConfirmExit,
    Decide,
    Invalidate,
    LodgeDeclaration,
    PartlyRelease,
    RequestAmendment,
    SettleRequest,
)
from app.declarations.lifecycle import LET_GO, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.flows import (
    amending,
    approving,
    code_lists,
    deciding,
    dues,
    leaving,
    lodging,
    paying,
    permits,
    presenting,
    settling,
)
from app.payments import operations as payments
from app.payments.commands import (
    Deposit,
    Pay,
    PayFromAccount,
    ProposeRefund,
    Receipt,
    Secure,
    SetStandingOrder,
    Withdraw,
)
from tests.factories import cases, lives, scans
from tests.factories.actors import (
    OTHER_PARTY,
    PARTY,
    POST,
    administrator,
    analyst,
    auditor,
    inspector,
    officer,
    other_trader,
    person,
    supervisor,
    trader,
)
from tests.factories.permitting import with_permit
from tests.faults import adding, furnishing

GONE = frozenset(status.value for status in LET_GO)


@pytest.fixture(autouse=True)
def sound(session: Session) -> Iterator[None]:
    """No firm pays by itself; and whatever was tried, in the end money and goods add up."""
    lives.alone()
    with db.transaction() as opened:
        payments.set_standing_order(opened, SetStandingOrder(POST, OTHER_PARTY, False), by=other_trader())
    yield
    with db.reading() as opened:
        assert adding.up(opened) == []


def done(act: Callable[[Session], Any]) -> Any:
    with db.transaction() as session:
        return act(session)


def tried(act: Callable[[Session], Any]) -> Refusal | None:
    """Why it was refused; None if it was done."""
    try:
        done(act)
    except Refusal as refusal:
        return refusal
    return None


def again(declaration: Declaration) -> Declaration:
    return cases.again(declaration)


def standing(declaration: Declaration) -> Any:
    with db.reading() as session:
        return settling.standing(session, declaration)


def pay(declaration: Declaration, amount: str = "", *, by: Actor | None = None) -> Any:
    """Cash, all that is due unless an amount is said."""
    due = Decimal(amount) if amount else standing(declaration).due
    command = Pay(due, "TJS", None)
    return done(lambda s: paying.record_receipt(s, declaration.reference, command, by=by or officer(login="cashier")))[
        1
    ]


def amended(declaration: Declaration, value: str) -> None:
    """Another value, by as many persons as it takes."""

    def bend(body: dict[str, Any]) -> None:
        body["items"][0]["invoice_value"] = value
        body["invoice"]["total"] = f"{sum(Decimal(item['invoice_value']) for item in body['items']):f}"

    wanted = lives.asked_to_amend(declaration, bend)
    command = SettleRequest(declaration.reference, wanted.amendment.id, "seen")
    if again(declaration).status not in GONE:
        done(lambda s: amending.accept(s, command, by=officer()))
        return
    endorsed = done(lambda s: amending.endorse(s, command, by=officer()))
    done(lambda s: approving.approve(s, endorsed.proposal.id, "agreed", by=supervisor()))


def given_back(declaration: Declaration, amount: Decimal) -> None:
    """What was overpaid, by two persons."""
    command = ProposeRefund(amount, "TJS", "bank", "overpaid", "Amonatbonk", "20206972")
    _declaration, proposal = done(lambda s: paying.propose_refund(s, declaration.reference, command, by=officer()))
    done(lambda s: approving.approve(s, proposal.id, "agreed", by=supervisor()))


def through_the_gate(declaration: Declaration, *items: int, by: Actor | None = None) -> Refusal | None:
    with_permit(declaration)
    return tried(
        lambda s: leaving.confirm_exit(
            s, ConfirmExit(declaration.reference, _plate(declaration), items=items or None), by=by or inspector()
        )
    )


def _plate(declaration: Declaration) -> str:
    return str(lives.body_of(declaration)["transport"]["vehicle"]["plate"])


# --- goods never go unpaid -------------------------------------------------------------------------------------------


def placed() -> Declaration:
    return lives.lodged(furnishing.placing())


def red() -> Declaration:
    declaration = lives.lodged(lives.lane("red", lives.due(2)))
    return cases.inspected(declaration)


#: Everything that is owed on, at every stage at which somebody might let it go.
STAGES: dict[str, Callable[[], Declaration]] = {
    "green": lambda: lives.lodged(lives.due(2)),
    "blue": lambda: lives.lodged(lives.lane("blue", lives.due(2))),
    "yellow": lambda: lives.lodged(lives.lane("yellow", lives.due(2))),
    "red, inspected": red,
    "cleared": lambda: cases.decided(lives.lodged(lives.lane("yellow", lives.due(2)))),
    "detained": lambda: cases.decided(lives.lodged(lives.lane("yellow", lives.due(2))), "hold"),
    "queried": lambda: _queried(lives.lodged(lives.lane("yellow", lives.due(2)))),
    "pre-lodged": lambda: lives.lodged(lives.early(lives.due(2))),
    "into a warehouse": placed,
    "without a rate": lambda: lives.lodged(_yen(lives.due(2))),
    "without a rate, yellow": lambda: lives.lodged(lives.lane("yellow", _yen(lives.due(2)))),
    "half paid": lambda: _half(lives.lodged(lives.due(2))),
}

PEOPLE: tuple[Actor, ...] = (
    trader(), other_trader(), officer(), officer(login="officer2"), inspector(), supervisor(), supervisor(login="supervisor2"),
    officer("TJDUS", login="officer.TJDUS"), supervisor("TJDUS", login="supervisor.TJDUS"), analyst(), administrator(), auditor(),
)  # fmt: skip


def _queried(declaration: Declaration) -> Declaration:
    lives.question(declaration)
    return declaration


def _yen(body: dict[str, Any]) -> dict[str, Any]:
    body["invoice"]["currency"] = "JPY"
    return body


def _half(declaration: Declaration) -> Declaration:
    pay(declaration, f"{(standing(declaration).due / 2).quantize(Decimal('0.01')):f}")
    return declaration


def _acts(reference: str, plate: str) -> Iterator[Callable[[Session, Actor], Any]]:
    """Everything somebody could do to let goods go without money."""
    for decision in ("release", "release-with-correction"):
        yield lambda s, by, d=decision: deciding.decide(s, Decide(reference, d, "let it go"), by=by)
    for items in ((1,), (2,), (1, 2)):
        yield lambda s, by, i=items: leaving.partly_release(s, PartlyRelease(reference, i, "let it go"), by=by)
    for lane in ("green", "blue", "yellow"):
        yield lambda s, by, to=lane: deciding.change_lane(s, reference, to, "known", None, by=by)
    yield lambda s, by: leaving.confirm_exit(s, ConfirmExit(reference, plate), by=by)
    yield lambda s, by: leaving.confirm_exit(s, ConfirmExit(reference, plate, items=(1,)), by=by)
    yield lambda s, by: presenting.present(s, reference, None, by=by)
    yield lambda s, by: dues.anew(s, reference, "again", None, by=by)
    yield lambda s, by: permits.issue(s, reference, (), None, by=by)  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", STAGES)
def test_nobody_lets_goods_go_while_something_is_due(stage: str):
    declaration = STAGES[stage]()
    plate = _plate(declaration)
    before = standing(declaration)
    assert not settling.is_settled(again(declaration), before)
    for act in _acts(declaration.reference, plate):
        for somebody in PEOPLE:
            tried(lambda s, act=act, by=somebody: act(s, by))
            assert again(declaration).status not in GONE, f"{somebody.login}"
    with db.reading() as session:
        waiting = [p.id for p in approving.waiting(session, by=supervisor())]
    for proposal in waiting:
        tried(lambda s, p=proposal: approving.approve(s, p, "agreed", by=supervisor(login="third")))
    assert again(declaration).status not in GONE, "a lane that two persons lowered"
    assert standing(declaration).paid == before.paid


def test_what_was_paid_is_what_lets_it_go():
    """The same acts do let goods go once nothing is due: the test above fails where it must."""
    declaration = STAGES["yellow"]()
    pay(declaration)
    assert cases.decided(declaration).status == "released"
    assert through_the_gate(declaration) is None


def test_less_is_declared_paid_given_back_and_declared_again_before_release():
    declaration = STAGES["yellow"]()
    pay(declaration)
    amended(declaration, "100.00")
    given_back(declaration, standing(declaration).overpaid)
    amended(declaration, "9200.00")
    assert cases.decided(declaration).status == "assessed" and standing(declaration).due > 0
    pay(declaration)
    assert again(declaration).status == "released"


def test_less_is_declared_paid_given_back_and_declared_again_after_release():
    declaration = STAGES["green"]()
    pay(declaration)
    assert again(declaration).status == "released"
    amended(declaration, "100.00")
    given_back(declaration, standing(declaration).overpaid)
    amended(declaration, "9200.00")
    assert standing(declaration).due > 0
    for somebody in (officer(), inspector(), supervisor()):
        assert isinstance(through_the_gate(declaration, by=somebody), WrongState)
        assert isinstance(through_the_gate(declaration, 1, by=somebody), WrongState)
    pay(declaration)
    assert through_the_gate(declaration) is None


def test_an_amendment_that_cannot_be_calculated_keeps_goods_back():
    """Paid, then said to be in money without a rate: the old amount no longer speaks for what is declared."""
    for stage in ("yellow", "green"):
        declaration = STAGES[stage]()
        pay(declaration) if stage == "yellow" else None
        wanted = lives.asked_to_amend(declaration, _yen)
        done(
            lambda s, w=wanted: amending.accept(
                s, SettleRequest(w.declaration.reference, w.amendment.id, "x"), by=officer()
            )
        )
        tried(
            lambda s, d=declaration: deciding.decide(s, Decide(d.reference, "release", "x"), by=officer(login="other"))
        )
        if standing(declaration).due > 0:
            pay(declaration)
        assert again(declaration).status == "assessed"


def test_a_false_receipt_is_taken_back_after_the_release():
    """Taken and cancelled: the goods stay until somebody has really paid; nobody does both."""
    declaration = STAGES["green"]()
    for taker in (supervisor(), supervisor(login="supervisor2")):
        payment = pay(declaration, by=taker)
        assert again(declaration).status == "released"
        alone = tried(lambda s, p=payment, t=taker: paying.cancel(s, p.id, "a mistake", by=t))
        assert isinstance(alone, Forbidden)
        done(lambda s, p=payment: paying.cancel(s, p.id, "a mistake", by=supervisor(login="third")))
        assert standing(declaration).due > 0
        assert isinstance(through_the_gate(declaration), WrongState)
    pay(declaration)
    assert through_the_gate(declaration) is None


def test_a_payment_is_taken_back_before_the_release():
    declaration = STAGES["yellow"]()
    payment = pay(declaration)
    done(lambda s: paying.cancel(s, payment.id, "a mistake", by=supervisor()))
    assert cases.decided(declaration).status == "assessed"


def test_part_goes_paid_and_the_rest_is_refused():
    """What passed the gate stays owed; only what was paid for the rest comes back."""
    declaration = STAGES["yellow"]()
    whole = standing(declaration).due
    pay(declaration)
    done(lambda s: leaving.partly_release(s, PartlyRelease(declaration.reference, (1,), "seen"), by=officer()))
    assert through_the_gate(declaration, 1) is None
    cases.decided(declaration, "hold")
    cases.decided(declaration, "refuse")
    known = standing(declaration)
    fees = 2 * known.assessed - whole
    assert fees in (50, 100), "the fee of the declaration, doubled out of hours, is owed once"
    assert known.overpaid == whole - known.assessed and known.due == 0


def test_part_passes_the_gate_and_the_rest_is_invalidated():
    declaration = STAGES["green"]()
    whole = standing(declaration).due
    pay(declaration)
    assert through_the_gate(declaration, 2) is None
    command = Invalidate(declaration.reference, "lodged twice")
    proposal = done(lambda s: amending.invalidate(s, command, by=officer())).proposal
    tried(lambda s: approving.approve(s, proposal.id, "agreed", by=supervisor()))
    known = standing(declaration)
    assert known.assessed >= whole / 2 and known.overpaid <= whole / 2


def test_goods_under_suspense_go_with_their_security_and_it_stays():
    declaration = STAGES["into a warehouse"]()
    pay(declaration)
    assert again(declaration).status == "assessed"
    secure(declaration, standing(declaration).unsecured - 1)
    assert again(declaration).status == "assessed"
    last = secure(declaration, Decimal(1))
    assert again(declaration).status == "released"
    for somebody in (officer(), supervisor()):
        refused = tried(
            lambda s, by=somebody: paying.release_security(s, declaration.reference, last.id, "free", by=by)
        )
        assert isinstance(refused, WrongState)


def secure(declaration: Declaration, amount: Decimal) -> Any:
    command = Secure("guarantee", amount, "TJS", None, "GRN-9")
    return done(lambda s: paying.secure(s, declaration.reference, command, by=officer()))[1]


def stored() -> Declaration:
    """Goods in the warehouse, paid and secured."""
    declaration = STAGES["into a warehouse"]()
    pay(declaration)
    secure(declaration, standing(declaration).unsecured)
    return again(declaration)


def taken_out(source: Declaration) -> Declaration:
    """All of it."""
    body = furnishing.taking(str(source.mrn), Decimal(2300))
    body["items"][0]["packages"] = [{"kind": "CT", "count": 120, "marks": "KOH"}]
    return lives.lodged(body)


def test_more_is_written_off_than_is_taken_out():
    """One kilogram is paid for, and the whole warehouse written off."""
    source = stored()
    body = furnishing.taking(str(source.mrn), Decimal(1))
    body["items"][0]["previous_documents"][0]["net_kg"] = "2300.000"
    with pytest.raises(Invalid) as refused:
        lives.lodged(body)
    assert "previous.net-mass" in [f.rule for f in refused.value.findings if f.severity == "error"]


def test_what_was_taken_out_comes_back_and_is_secured_again():
    """Taken out and paid, so that the security is free; then invalidated by two persons."""
    source = stored()
    suspended = standing(source).suspended
    out = taken_out(source)
    pay(out)
    assert standing(source).suspended == 0 and standing(source).secured == 0
    proposal = done(lambda s: amending.invalidate(s, Invalidate(out.reference, "lodged twice"), by=officer())).proposal
    done(lambda s: approving.approve(s, proposal.id, "agreed", by=supervisor()))
    assert standing(source).unsecured == suspended > 0


# --- one person is one person ----------------------------------------------------------------------------------------


def twin(of: Actor, role: str) -> Actor:
    """Another account of the same human being."""
    return Actor(person=of.person, login=f"{of.login}.{role}", name="Somebody Else", grants=(Grant(role, POST),))


def _refund() -> Any:
    declaration = STAGES["green"]()
    pay(declaration, f"{standing(declaration).due + 10:f}")
    command = ProposeRefund(Decimal(10), "TJS", "account", "too much")
    return lambda by: done(lambda s: paying.propose_refund(s, declaration.reference, command, by=by))[1].id


def _withdrawal() -> Any:
    command = Withdraw(POST, PARTY, Decimal(10), "TJS", "Amonatbonk", "20206972", "no more trade")
    return lambda by: done(lambda s: payments.propose_withdrawal(s, command, by=by)).id


def _lane() -> Any:
    declaration = STAGES["yellow"]()
    return lambda by: (
        done(lambda s: deciding.change_lane(s, declaration.reference, "green", "known", None, by=by))[1].id
    )


def _amendment() -> Any:
    declaration = lives.lodged(lives.free(2))
    body = {**lives.body_of(declaration), "place_of_loading": "Termez"}
    command = RequestAmendment(declaration.reference, body, "a slip")
    return lambda by: done(lambda s: amending.request(s, command, by=by)).proposal.id


def _invalidation() -> Any:
    declaration = lives.lodged(lives.free(2))
    return lambda by: (
        done(lambda s: amending.invalidate(s, Invalidate(declaration.reference, "twice"), by=by)).proposal.id
    )


@pytest.mark.parametrize(
    "kind", [_refund, _withdrawal, _lane, _amendment, _invalidation], ids=lambda kind: kind.__name__[1:]
)
def test_nobody_approves_his_own_proposal_under_another_account(session: Session, kind: Callable[[], Any]):
    one = officer()
    id = kind()(one)
    for role in ("officer", "supervisor"):
        for _ in range(10):
            assert isinstance(tried(lambda s, r=role: approving.approve(s, id, "agreed", by=twin(one, r))), Forbidden)
    for statement in (
        "UPDATE proposal SET status = 'approved', decided_by = proposed_by, decided_at = now() WHERE id = :id",
        "UPDATE proposal SET status = 'approved' WHERE id = :id",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement), {"id": id})
    assert tried(lambda s: approving.approve(s, id, "agreed", by=supervisor())) is None


def test_nobody_approves_his_own_list_of_codes(session: Session):
    sheet = b"code,valid_from,value\ndraft-days,2000-01-01,90\n"
    one = administrator()
    proposal = done(lambda s: code_lists.propose(s, "parameter", sheet, "order 9", by=one))
    for role in ("administrator", "supervisor"):
        other = Actor(person=one.person, login="another", name="Else", grants=(Grant(role, "*"),))
        assert isinstance(tried(lambda s, by=other: approving.approve(s, proposal.id, "x", by=by)), Forbidden)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE proposal SET status = 'approved', decided_by = proposed_by"))


def test_nobody_approves_his_own_certificate(session: Session):
    one = officer()
    command = furnishing.paper("EX-OWN", Decimal(1))
    made = done(lambda s: exemptions.register(s, command, by=one))
    for _ in range(10):
        refused = tried(lambda s: exemptions.settle(s, made.id, approved=True, reason="", by=twin(one, "supervisor")))
        assert isinstance(refused, Forbidden)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE exemption_certificate SET status = 'in_force', decided_by = registered_by"))


def test_a_trader_who_is_an_officer_too_does_not_grant_his_own_wishes():
    """His firm's amendment, his firm's receipt, under the account of his office."""
    one = trader()
    declaration = STAGES["yellow"]()
    wanted = lives.asked_to_amend(declaration, lambda body: body.update(place_of_loading="Termez"), by=one)
    command = SettleRequest(declaration.reference, wanted.amendment.id, "seen")
    paper = Pay(Decimal(10), "TJS", Receipt("Amonatbonk", "R-OWN"))
    claim = done(lambda s: paying.claim_receipt(s, declaration.reference, paper, by=one))[1]
    for role in ("officer", "supervisor"):
        assert isinstance(tried(lambda s, r=role: amending.accept(s, command, by=twin(one, r))), Forbidden)
        assert isinstance(tried(lambda s, r=role: paying.confirm(s, claim.id, by=twin(one, r))), Forbidden)


# --- fields that nobody may write ------------------------------------------------------------------------------------

#: What decides whose a declaration is and under which number it stands; written by hand.
FIXED: dict[str, Any] = {
    "post": "TJDUS", "declaration_type": "EX", "additional_type": "D",
    "declarant": {"id": OTHER_PARTY, "name": "ҶДММ «Вахш»", "country": "TJ"},
}  # fmt: skip


@pytest.mark.parametrize("stage", ["yellow", "green", "released", "exited", "pre-lodged", "detained"])
@pytest.mark.parametrize("side", ["trader", "official"])
@pytest.mark.parametrize("name", FIXED)
def test_fields_outside_the_list_are_never_written(stage: str, side: str, name: str):
    declaration = _at(stage)
    before = lives.body_of(declaration)
    wanted = {**copy.deepcopy(before), name: FIXED[name]}
    by = trader() if side == "trader" else officer()
    refused = tried(lambda s: amending.request(s, RequestAmendment(declaration.reference, wanted, "a slip"), by=by))
    assert isinstance(refused, Invalid)
    assert lives.body_of(declaration) == before and again(declaration).content == 1


@pytest.mark.parametrize(
    "name", ["mrn", "status", "lane", "reference", "version", "content", "assessment", "party", "lodged_at", "id"]
)
def test_what_the_system_writes_is_no_field_at_all(name: str):
    declaration = STAGES["yellow"]()
    wanted = {**lives.body_of(declaration), name: "released"}
    refused = tried(lambda s: amending.request(s, RequestAmendment(declaration.reference, wanted, "x"), by=trader()))
    assert isinstance(refused, Invalid)
    assert [f.pointer for f in refused.findings if f.pointer.startswith(f"/{name}")]


def _at(stage: str) -> Declaration:
    if stage not in ("released", "exited"):
        return STAGES[stage]()
    declaration = lives.lodged(lives.free(2))
    if stage == "exited":
        lives.gone(declaration)
    return again(declaration)


def test_what_was_seen_at_the_gate_is_not_changed_by_a_wish_from_before():
    """Asked for while the truck stood there, approved when it was gone."""
    declaration = lives.lodged(lives.free(2))
    wanted = lives.asked_to_amend(declaration, lambda body: body["transport"]["vehicle"].update(plate="0777TJ01"))
    command = SettleRequest(declaration.reference, wanted.amendment.id, "seen")
    lives.gone(declaration)
    endorsed = done(lambda s: amending.endorse(s, command, by=officer()))
    refused = tried(lambda s: approving.approve(s, endorsed.proposal.id, "agreed", by=supervisor()))
    assert isinstance(refused, Invalid)
    assert _plate(declaration) != "0777TJ01"


# --- what is another's -----------------------------------------------------------------------------------------------


def test_a_receipt_counts_once_at_all_posts_however_it_is_written():
    declaration = STAGES["green"]()
    done(lambda s: paying.record_receipt(s, declaration.reference, _receipt("Amonatbonk", "AB 100/7"), by=officer()))
    other = STAGES["green"]()
    away = officer("TJDUS", login="officer.TJDUS")
    for bank, number in (
        ("Amonatbonk", "AB 100/7"),
        (" amonatbonk ", "ab100/7"),
        ("AMONATBONK", "AB  100/7"),
        ("Ａmonatbonk", "AB 100/7"),
        ("Амонатбонк", "ab-100/7"),
        ("AMONATBONK", "AB – 100/7"),
        ("AMONATBONK", "۰AB۱۰۰/۷"),
        ("AMONATBONK", "000AB100/7"),
    ):
        twice = tried(
            lambda s, b=bank, n=number: paying.record_receipt(s, other.reference, _receipt(b, n), by=officer())
        )
        claimed = tried(
            lambda s, b=bank, n=number: paying.claim_receipt(s, other.reference, _receipt(b, n), by=trader())
        )
        put = Deposit("TJDUS", PARTY, Decimal(10), "TJS", Receipt(bank, number))
        elsewhere = tried(lambda s, p=put: payments.deposit(s, p, by=away))
        for refusal in (twice, claimed, elsewhere):
            assert isinstance(refusal, Refusal), (bank, number)
    assert standing(other).paid == 0


def _receipt(bank: str, number: str) -> Pay:
    return Pay(Decimal(10), "TJS", Receipt(bank, number))


def test_nobody_pays_from_another_firms_account():
    declaration = STAGES["green"]()
    with db.reading() as session:
        before = {p: _balance(session, p) for p in (PARTY, OTHER_PARTY)}
    for who, party in (
        (trader(), OTHER_PARTY),
        (other_trader(), PARTY),
        (other_trader(), OTHER_PARTY),
        (inspector(), PARTY),
    ):
        refused = tried(
            lambda s, w=who, p=party: paying.pay_from_account(s, declaration.reference, PayFromAccount(p), by=w)
        )
        assert isinstance(refused, Forbidden | NotFound), (who.login, party)
    take = Withdraw(POST, PARTY, Decimal(10), "TJS", "a", "b", "c")
    assert isinstance(tried(lambda s: payments.propose_withdrawal(s, take, by=other_trader())), Forbidden)
    order = SetStandingOrder(POST, PARTY, True)
    assert isinstance(tried(lambda s: payments.set_standing_order(s, order, by=other_trader())), Forbidden)
    with db.reading() as session:
        assert {p: _balance(session, p) for p in before} == before


def _balance(session: Session, party: str) -> Decimal:
    account = text("SELECT balance FROM ledger_account WHERE post = :post AND code = :code")
    return Decimal(session.execute(account, {"post": POST, "code": f"prepaid:{party}"}).scalar_one())


def test_another_firms_certificate_covers_nothing():
    furnishing.certify("EX-PARTY", Decimal(5000))
    body = furnishing.certified(OTHER_PARTY, "EX-PARTY")
    owed = [standing(done(lambda s, b=b: _lodge(s, b))).due for b in (body, _named(body, "consignor", PARTY))]
    plain = furnishing.certified(OTHER_PARTY, "EX-NOBODY")
    assert owed == [standing(done(lambda s: _lodge(s, plain))).due] * 2
    with db.reading() as session:
        assert session.execute(text("SELECT sum(used) FROM exemption_certificate")).scalar_one() == 0


def _lodge(session: Session, body: dict[str, Any]) -> Declaration:
    return lodging.lodge(session, LodgeDeclaration(schemas.read(body)), by=other_trader()).declaration


def _named(body: dict[str, Any], role: str, party: str) -> dict[str, Any]:
    made = furnishing.certified(OTHER_PARTY, "EX-PARTY")
    return {**made, "documents": body["documents"], role: {**made[role], "id": party}}


def test_another_firms_goods_are_not_taken_out_of_the_warehouse():
    source = stored()
    body = furnishing.taking(str(source.mrn), Decimal(100), OTHER_PARTY)
    for wanted in (body, {**body, "consignor": {**body["consignor"], "id": PARTY}}):
        refused = tried(lambda s, w=wanted: _lodge(s, w))
        assert isinstance(refused, Invalid)
        assert "previous.unknown" in [f.rule for f in refused.findings]


def test_another_firms_scan_is_not_named():
    picture = scans.picture("PNG")
    scan = done(lambda s: attachments.upload(s, post=POST, party=PARTY, name="a.png", content=picture, by=trader()))
    body = furnishing.plain(OTHER_PARTY)
    body["documents"][0]["attachment"] = str(scan.id)
    refused = tried(lambda s: _lodge(s, body))
    assert isinstance(refused, Invalid)
    mine = done(lambda s: _lodge(s, furnishing.plain(OTHER_PARTY)))
    with db.reading() as session:
        wanted = copy.deepcopy(queries.body(session, queries.find(session, mine.reference, by=other_trader())))
    wanted["documents"][0]["attachment"] = str(scan.id)
    command = RequestAmendment(mine.reference, wanted, "a scan")
    assert isinstance(tried(lambda s: amending.request(s, command, by=other_trader())), Invalid)


def test_a_certificate_that_is_over_or_not_in_force_covers_nothing():
    command = furnishing.paper("EX-WAIT", Decimal(5000))
    done(lambda s: exemptions.register(s, command, by=officer()))
    old = furnishing.paper("EX-OLD", Decimal(5000), valid_to=dt.date(2020, 12, 31))
    made = done(lambda s: exemptions.register(s, old, by=officer()))
    done(lambda s: exemptions.settle(s, made.id, approved=True, reason="", by=supervisor()))
    for number in ("EX-WAIT", "EX-OLD"):
        lives.lodged(furnishing.certified(number=number))
    with db.reading() as session:
        assert session.execute(text("SELECT sum(used) FROM exemption_certificate")).scalar_one() == 0


def test_the_states_of_the_stages_are_what_they_say():
    assert {name: STAGES[name]().status for name in STAGES} == {
        "green": "assessed", "blue": "assessed", "yellow": "selected", "red, inspected": "under_control", "cleared": "assessed",
        "detained": "detained", "queried": "selected", "pre-lodged": "prelodged", "into a warehouse": "assessed",
        "without a rate": "assessed", "without a rate, yellow": "selected", "half paid": "assessed",
    }  # fmt: skip
    assert SYSTEM.person != person("officer") and Status.RELEASED.value in GONE
