"""The cashier's pages: receipts confirmed, payments recorded once, accounts, refunds by two persons, the day closed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from app.core import db
from app.declarations import queries
from app.flows import paying, settling
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.commands import CloseDay, Counted, Deposit, Pay, Receipt
from tests.factories import actors, cases, lives, money, warehouses
from tests.factories.actors import OTHER_PARTY, PARTY, POST
from tests.factories.counting import statements
from tests.factories.desks import desk

BANK = {"pay.method": "receipt", "pay.bank": "Amonatbonk", "pay.receipt": "A1"}


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def sits(app, session):
    return lambda login: desk(app, login)


def unpaid(items=1):
    """Cleared: nothing but the money is missing."""
    declaration = lives.lodged(lives.due(items))
    assert declaration.status == "assessed"
    return declaration


def standing(declaration):
    with db.reading() as s:
        return settling.standing(s, declaration)


def page_of(declaration):
    return f"/cashier/declarations/{declaration.reference}"


def claimed(declaration, amount=None, number="TR1"):
    with db.transaction() as s:
        due = standing(declaration).due if amount is None else Decimal(amount)
        command = Pay(due, "TJS", Receipt("Eskhata", number))
        return paying.claim_receipt(s, declaration.reference, command, by=actors.trader())[1]


def pay(who, declaration, amount, **more):
    page = page_of(declaration)
    return who.deed(page, f"{page}/payments", **{**BANK, "pay.amount": str(amount), **more})


# --- Receipts of traders --------------------------------------------------------------------------------------------------


def test_a_claimed_receipt_is_confirmed_and_the_goods_go(sits):
    declaration = unpaid()
    payment, officer = claimed(declaration), sits("officer")
    shown = officer.text("/cashier/")
    assert "TR1" in shown and "ҶДММ «Сомон»" in shown and declaration.reference in shown
    assert "Receipt to confirm" in officer.text("/officer/worklist/unpaid")
    action = f"/cashier/payments/{payment.id}"
    mute = officer.deed("/cashier/", action, verdict="refuse", reason=" ")
    assert mute.status_code == 422 and "Say why you do not accept" in mute.text
    done = officer.deed("/cashier/", action, verdict="confirm")
    assert done.status_code == 303 and cases.again(declaration).status == "released"
    assert "TR1" not in officer.text("/cashier/").partition("In the till")[0]
    again = officer.deed("/cashier/", action, verdict="confirm", once="0" * 32)
    assert again.status_code == 409 and "settled already" in again.text


def test_desk_and_till_keep_themselves_fresh(sits):
    declaration, officer = unpaid(), sits("officer")
    for page, rows in (("/cashier/", "/cashier/rows"), ("/cashier/closing", "/cashier/closing/rows")):
        shown = officer.text(page)
        assert f'data-url="{rows}"' in shown and 'data-stream="/live/till"' in shown
    assert "data-live" not in officer.text("/cashier/closing?after=" + "0" * 32), "a page in the middle stays as it is"
    assert "TR1" not in officer.text("/cashier/rows")
    claimed(declaration, "10.00")
    fresh = officer.text("/cashier/rows")
    assert "TR1" in fresh and "<html" not in fresh and 'id="till" hx-swap-oob="true"' in fresh
    assert pay(officer, declaration, "20.00").status_code == 303
    till = officer.text("/cashier/closing/rows")
    assert "20.00" in till and "<html" not in till and 'id="close-day" hx-swap-oob="true"' in till


def test_a_claimed_receipt_is_refused_with_a_reason(sits):
    declaration = unpaid()
    payment, officer = claimed(declaration), sits("officer")
    refused = officer.deed("/cashier/", f"/cashier/payments/{payment.id}", verdict="refuse", reason="no such transfer")
    assert refused.status_code == 303 and cases.again(declaration).status == "assessed"
    page = officer.text(page_of(declaration))
    assert "Not accepted" in page and "no such transfer" in page


# --- Payments -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["mrn", "reference", "plate"])
def test_the_declaration_is_found_and_paid_in_parts(sits, way):
    declaration, officer = unpaid(), sits("officer")
    with db.reading() as s:
        plate = queries.content(s, declaration).plate
    typed = {"mrn": declaration.mrn, "reference": declaration.reference, "plate": plate}[way]
    found = officer.get(f"/cashier/search?q={typed}")
    assert found.status_code == 302 and found.location == page_of(declaration)
    due = standing(declaration).due
    half = pay(officer, declaration, "1000,50")  # a comma is what people type
    assert half.status_code == 303, half.text
    assert standing(declaration).due == due - Decimal("1000.50") and cases.again(declaration).status == "assessed"
    rest = pay(officer, declaration, due - Decimal("1000.50"), **{"pay.receipt": "A2"})
    assert rest.status_code == 303 and cases.again(declaration).status == "released"
    page = officer.text(page_of(declaration))
    assert "A1" in page and "A2" in page and "Nothing is missing." in page


def test_the_same_form_sent_twice_counts_once(sits):
    declaration, officer = unpaid(), sits("officer")
    fields = {"pay.method": "cash", "pay.amount": "10.00"}
    page = page_of(declaration)
    word = re.search(r'name="once" value="([0-9a-f]{32})"', officer.text(page))[1]
    first = officer.deed(page, f"{page}/payments", **fields, once=word)
    second = officer.deed(page, f"{page}/payments", **fields, once=word)
    assert (first.status_code, second.status_code) == (303, 303)
    assert standing(declaration).paid == Decimal("10.00")
    assert "nothing was recorded twice" in officer.text(page)
    old = officer.deed(page, f"{page}/payments", **fields, once="x")
    assert old.status_code == 412 and standing(declaration).paid == Decimal("10.00")


def test_a_receipt_counts_once_and_what_is_wrong_stands_at_its_field(sits):
    declaration, other, officer = unpaid(), unpaid(), sits("officer")
    assert pay(officer, declaration, "5").status_code == 303
    twice = pay(officer, other, "5")
    assert (
        twice.status_code == 409 and "has been counted already" in twice.text and 'href="#f-pay-receipt"' in twice.text
    )
    for fields, says in (
        ({"pay.amount": "-5"}, "f-pay-amount-error"), ({"pay.amount": "1e30"}, "f-pay-amount-error"),
        ({"pay.bank": ""}, "f-pay-bank-error"), ({"pay.method": "gold"}, "Choose one of"),
        ({"pay.amount": ""}, "Give the amount"), ({"pay.bank": "=HYPERLINK(1)"}, "f-pay-bank-error"),
    ):  # fmt: skip
        page = page_of(other)
        answer = officer.deed(page, f"{page}/payments", **{**BANK, "pay.amount": "5", **fields})
        assert answer.status_code == 422 and says in answer.text, fields
    assert standing(other).paid == 0


def test_the_firms_account_pays_on_its_written_order(sits):
    declaration, officer = unpaid(), sits("officer")
    fields = {"pay.method": "account", "pay.amount": ""}
    page = page_of(declaration)
    without = officer.deed(page, f"{page}/payments", **fields)
    assert without.status_code == 422 and "written order" in without.text
    done = officer.deed(page, f"{page}/payments", **fields, **{"pay.order": "No. 7 of 1 December"})
    assert done.status_code == 303 and cases.again(declaration).status == "released"
    statement = officer.text(f"/cashier/accounts/{PARTY}")
    assert declaration.reference in statement and "Paid for a declaration" in statement


def test_only_a_supervisor_cancels_and_the_money_is_due_again(sits):
    declaration, officer, supervisor = unpaid(), sits("officer"), sits("supervisor")
    pay(officer, declaration, "12.00")
    with db.reading() as s:
        payment = owed.payments(s, declaration.post, declaration.id)[0]
    page, action = page_of(declaration), f"{page_of(declaration)}/payments/{payment.id}"
    assert "Cancel the payment" not in officer.text(page) and "Cancel the payment" in supervisor.text(page)
    assert officer.deed(page, action, reason="typed twice").status_code == 403
    other = f"{page_of(unpaid())}/payments/{payment.id}"
    assert supervisor.deed(page, other, reason="x").status_code == 404
    assert supervisor.deed(page, action, reason=" ").status_code == 422
    assert supervisor.deed(page, action, reason="typed twice").status_code == 303
    shown = supervisor.text(page)
    assert standing(declaration).paid == 0 and "Cancelled" in shown and "typed twice" in shown


# --- Refunds --------------------------------------------------------------------------------------------------------------


def test_what_was_paid_too_much_goes_back_by_two_persons(sits):
    declaration, officer = unpaid(), sits("officer")
    due = standing(declaration).due
    assert pay(officer, declaration, due + 100).status_code == 303
    page = page_of(declaration)
    assert "Paid too much" in officer.text(page) and "refund-form" in officer.text(page)
    fields = {"refund.target": "bank", "refund.amount": "100", "refund.reason": "overpaid"}
    nameless = officer.deed(page, f"{page}/refunds", **fields)
    assert nameless.status_code == 422 and "Name the bank" in nameless.text
    more = officer.deed(
        page, f"{page}/refunds", **{**fields, "refund.amount": "101", "refund.bank": "A", "refund.reference": "20206"}
    )
    assert more.status_code == 422 and "are overpaid" in more.text
    done = officer.deed(page, f"{page}/refunds", **fields, **{"refund.bank": "Amonatbonk", "refund.reference": "20206"})
    assert done.status_code == 303
    own = officer.text("/supervisor/proposals")
    assert "Give back what was paid too much" in own and "You proposed this yourself" in own and "Amonatbonk" in own
    second = sits("officer2")
    action = re.search(r'action="(/supervisor/proposals/[^"]+)"', second.text("/supervisor/proposals"))[1]
    assert officer.deed("/supervisor/proposals", action, verdict="approve").status_code == 403
    assert second.deed("/supervisor/proposals", action, verdict="approve", reason="").status_code == 303
    assert standing(declaration).overpaid == 0
    assert "Given back" in officer.text(page) and "Given back: " in officer.text(
        f"/officer/declarations/{declaration.reference}"
    )


# --- Accounts -------------------------------------------------------------------------------------------------------------


def test_a_deposit_opens_an_account_and_a_withdrawal_waits(sits):
    firm = "TJ-510099991"
    money.registered(firm)
    officer = sits("officer")
    fields = {"deposit.party": firm, "deposit.method": "cash", "deposit.amount": "1 500,00"}
    nobody = officer.deed("/cashier/accounts", "/cashier/accounts", **{**fields, "deposit.party": "TJ-000"})
    assert nobody.status_code == 422 and "not in the register of firms" in nobody.text
    done = officer.deed("/cashier/accounts", "/cashier/accounts", **fields)
    assert done.status_code == 303 and done.location == f"/cashier/accounts/{firm}"
    account = officer.text(done.location)
    assert "1\u202f500.00" in account and "Paid in" in account
    assert f"row-{POST}-{firm}" in officer.text("/cashier/accounts")
    wish = {
        "withdraw.amount": "2000",
        "withdraw.bank": "Eskhata",
        "withdraw.reference": "77",
        "withdraw.reason": "closing",
    }
    action = f"/cashier/accounts/{firm}/withdrawals"
    much = officer.deed(done.location, action, **wish)
    assert much.status_code == 422 and "are needed" in much.text
    assert officer.deed(done.location, action, **{**wish, "withdraw.amount": "500"}).status_code == 303
    second = sits("supervisor")
    page = second.text("/supervisor/proposals")
    assert "Take money out of a prepayment account" in page and "Eskhata" in page and f"Firm {firm}" in page
    settle = re.search(r'action="(/supervisor/proposals/[^"]+)"', page)[1]
    assert second.deed("/supervisor/proposals", settle, verdict="approve").status_code == 303
    assert "1\u202f000.00" in officer.text(done.location)
    assert officer.get("/cashier/accounts/TJ-NOBODY").status_code == 404


def test_others_posts_and_firms_stay_closed(sits):
    declaration = unpaid()
    payment = claimed(declaration)
    elsewhere = sits("officer.TJDUS")
    assert elsewhere.get(page_of(declaration)).status_code == 404
    assert "TR1" not in elsewhere.text("/cashier/")
    assert (
        elsewhere.deed(
            "/cashier/accounts", f"/cashier/payments/{payment.id}", verdict="confirm", once="1" * 32
        ).status_code
        == 404
    )
    assert elsewhere.get(f"/cashier/accounts/{PARTY}").status_code == 404
    assert sits("trader").get("/cashier/").status_code == 403
    auditor = sits("auditor")
    shown = auditor.text("/cashier/")
    assert "TR1" in shown and 'value="confirm"' not in shown and "pay-form" not in auditor.text(page_of(declaration))


# --- Securities -----------------------------------------------------------------------------------------------------------


def suspended():
    """A temporary import: duties are secured, not paid."""
    body = lives.due()
    body["items"][0].update(procedure="5300")
    return lives.lodged(body)


def test_a_security_is_taken_and_given_back(sits):
    declaration, officer = suspended(), sits("officer")
    page, missing = page_of(declaration), standing(declaration)
    assert missing.unsecured > 0 and "secure-form" in officer.text(page)
    if missing.due > 0:
        assert pay(officer, declaration, missing.due).status_code == 303
    nameless = officer.deed(
        page, f"{page}/securities", **{"secure.method": "guarantee", "secure.amount": str(missing.unsecured)}
    )
    assert nameless.status_code == 422 and "reference number of the guarantee" in nameless.text
    done = officer.deed(
        page, f"{page}/securities",
        **{"secure.method": "guarantee", "secure.amount": str(missing.unsecured), "secure.reference": "GRN-1"},
    )  # fmt: skip
    assert done.status_code == 303 and cases.again(declaration).status == "released"
    shown = officer.text(page)
    assert "GRN-1" in shown and "Guarantee" in shown
    with db.reading() as s:
        security = owed.securities(s, declaration.post, declaration.id)[0]
    early = officer.deed(page, f"{page}/securities/{security.id}", reason="please")
    assert early.status_code == 409 and "must stay secured" in early.text and "please" in early.text
    stock = officer.text("/officer/suspense")
    assert declaration.mrn in stock
    one = officer.text(f"/officer/suspense/{declaration.mrn}/1")
    assert "Who took what" in one and "620342" in one
    assert officer.get(f"/officer/suspense/{declaration.mrn}/9").status_code == 404
    assert sits("officer.TJDUS").get(f"/officer/suspense/{declaration.mrn}/1").status_code == 404


# --- The closing of the day -----------------------------------------------------------------------------------------------


def swept():
    """Whatever lies in the till from the seed is closed."""
    with db.reading() as s:
        till = {(t.method, t.currency): t.total for t in owed.till(s, POST, by=actors.supervisor())}
    if till:
        counted = [Counted(*key, total) for key, total in till.items() if key[0] in ("cash", "receipt")]
        with db.transaction() as s:
            payments.close_day(s, CloseDay(POST, counted), by=actors.supervisor(login="sweeper"))


def test_the_day_is_closed_and_a_difference_needs_a_note(sits):
    swept()
    declaration, officer = unpaid(), sits("officer")
    page = page_of(declaration)
    officer.deed(page, f"{page}/payments", **{"pay.method": "cash", "pay.amount": "30.00"})
    pay(officer, declaration, "20.00")
    with db.transaction() as s:
        payments.deposit(s, Deposit(POST, OTHER_PARTY, Decimal("5.00"), "TJS", None), by=actors.officer())
    closing = officer.text("/cashier/closing")
    assert "35.00" in closing and "20.00" in closing and closing.count('name="counted.') == 6
    counted = {
        "counted.0.method": "cash", "counted.0.currency": "TJS", "counted.0.amount": "34.00",
        "counted.1.method": "receipt", "counted.1.currency": "TJS", "counted.1.amount": "20.00",
    }  # fmt: skip
    without = officer.deed("/cashier/closing", "/cashier/closing", **counted)
    assert without.status_code == 422 and "Say in a note" in without.text and 'value="34.00"' in without.text
    noted = {**counted, "note": "a coin rolled away"}
    own = officer.deed("/cashier/closing", "/cashier/closing", **noted)
    assert own.status_code == 403 and "who took none of these payments" in own.text
    done = sits("supervisor").deed("/cashier/closing", "/cashier/closing", **noted)
    assert done.status_code == 303, done.text
    one = officer.text(done.location)
    assert "a coin rolled away" in one and "\u22121.00" in one and declaration.reference in one
    assert done.location.rpartition("/")[2] in officer.text("/cashier/closings")
    empty = officer.deed("/cashier/closing", "/cashier/closing", once="2" * 32, **noted)
    assert empty.status_code == 409 and "nothing to close" in empty.text
    cancelled = sits("supervisor")
    assert "Cancel the payment" not in cancelled.text(page)  # what is closed stands
    assert officer.get("/cashier/closings/NONE").status_code == 404


def test_a_deposit_is_cancelled_at_the_till(sits):
    swept()
    with db.transaction() as s:
        made = payments.deposit(s, Deposit(POST, PARTY, Decimal("7.00"), "TJS", None), by=actors.officer())
    supervisor = sits("supervisor")
    action = f"/cashier/closing/payments/{made.id}"
    assert sits("officer").deed("/cashier/closing", action, reason="x").status_code == 403
    assert supervisor.deed("/cashier/closing", action, reason=" ").status_code == 422
    assert supervisor.deed("/cashier/closing", action, reason="wrong firm").status_code == 303
    supervisor.text("/cashier/closing")  # shows that it was cancelled
    assert made.number not in supervisor.text("/cashier/closing")


# --- Banks, receipts of deposits, debts -------------------------------------------------------------------------------------


def test_a_bank_is_chosen_and_everything_missing_is_said_at_once(sits):
    declaration, officer = unpaid(), sits("officer")
    page = page_of(declaration)
    shown = officer.text(page)
    assert '<option value="ESKHATA"' in shown and '<option value="AZIZI"' not in shown
    bare = officer.deed(page, f"{page}/payments", **{"pay.method": "receipt", "pay.amount": ""})
    assert bare.status_code == 422
    for field in ("amount", "bank", "receipt"):
        assert f'href="#f-pay-{field}"' in bare.text, field
    empty = {"deposit.party": PARTY, "deposit.method": "receipt", "deposit.amount": "x"}
    bare = officer.deed("/cashier/accounts", "/cashier/accounts", **empty)
    for field in ("amount", "bank", "receipt"):
        assert f'href="#f-deposit-{field}"' in bare.text, field
    assert pay(officer, declaration, "5", **{"pay.bank": "ESKHATA"}).status_code == 303
    assert "Bonki Eskhata" in officer.text(page) and "Bonki Eskhata" in officer.text("/cashier/closing")


def dearer(body):
    body["items"][0]["invoice_value"] = body["invoice"]["total"] = "18400.00"


def owing():
    """Released, then amended by two officials: more is due, and the goods are gone."""
    declaration = lives.paid(unpaid())
    assert cases.again(declaration).status == "released"
    warehouses.amended(declaration, dearer)
    return cases.again(declaration)


def test_debts_stand_on_the_desk_until_they_are_paid(sits):
    officer = sits("officer")
    assert "Nobody owes anything" in officer.text("/cashier/debts")
    assert "All debts" not in officer.text("/cashier/")
    declaration = owing()
    for path in ("/cashier/", "/cashier/debts"):
        shown = officer.text(path)
        assert declaration.mrn in shown and "ҶДММ «Сомон»" in shown
        told = re.sub("<[^>]+>", "", re.search(r'<p class="debt-sums">(.*?)</p>', shown, re.DOTALL)[1])
        assert told.startswith("Debts: 1, to be paid: ") and "secured" not in told
    assert declaration.mrn in sits("auditor").text("/cashier/debts")
    assert declaration.mrn not in sits("officer.TJDUS").text("/cashier/debts")
    assert pay(officer, declaration, standing(declaration).due).status_code == 303
    assert "Nobody owes anything" in officer.text("/cashier/debts")


def test_the_page_of_debts_asks_as_often_for_many_as_for_few(sits, engine):
    officer = sits("officer")
    owing()
    officer.text("/cashier/debts")
    with statements(engine) as few:
        officer.text("/cashier/debts")
    owing()
    owing()
    with statements(engine) as many:
        officer.text("/cashier/debts")
    assert len(many) == len(few) <= 6, many


def deposited(number="DEP-1"):
    with db.transaction() as s:
        command = Deposit(POST, PARTY, Decimal(75), "TJS", Receipt("ESKHATA", number))
        return payments.deposit(s, command, by=actors.officer(login="cashier"))


@pytest.mark.parametrize(
    ("login", "account"), [("officer", f"/cashier/accounts/{PARTY}"), ("trader", f"/trader/accounts/{POST}/{PARTY}")]
)
def test_the_receipt_of_a_deposit_is_had_from_the_account(sits, login, account):
    made, who = deposited(), sits(login)
    page = f"/papers/receipts/{made.id}"
    assert f'href="{page}"' in who.text(account)
    shown = who.text(page)
    assert made.number in shown and "Not issued yet" in shown
    word = re.search(r'name="paper" value="([^"]+)"', shown)[1]
    first = who.deed(page, page, paper=word, first="en", second="tg")
    assert first.status_code == 200 and first.data.startswith(b"%PDF"), first.text
    shown = who.text(page)
    assert "In force" in shown
    word = re.search(r'name="paper" value="([^"]+)"', shown)[1]
    pair = {"first": "en", "second": "tg"}
    assert who.deed(page, page, paper=word, **pair).status_code == 422, "a copy needs a reason"
    copy = who.deed(page, page, paper=word, reason="The first one was lost.", **pair)
    assert copy.status_code == 200 and "copy-1" in copy.headers["Content-Disposition"]
    again = who.deed(page, page, paper=word, reason="The first one was lost.", **pair)
    assert again.status_code == 412 and "Copy 1 has just been printed" in again.text


def test_the_receipt_of_a_deposit_is_for_its_firm_and_its_post(sits):
    made = deposited()
    page = f"/papers/receipts/{made.id}"
    for login in ("trader2", "officer.TJDUS"):
        assert sits(login).get(page).status_code == 404, login
    inspector = sits("inspector")
    assert inspector.get(page).status_code == 200 and 'name="paper"' not in inspector.text(page)
    found = sits("officer").get(f"/cashier/search?q={made.number.lower()}")
    assert found.status_code == 302 and found.location == page
    assert page in sits("officer").text("/cashier/closing")


def test_what_is_not_confirmed_has_no_receipt_and_what_was_paid_for_goods_has_its_own_page(sits):
    with db.transaction() as s:
        command = Deposit(POST, PARTY, Decimal(5), "TJS", Receipt("ESKHATA", "CLAIM-1"))
        waiting = payments.claim_deposit(s, command, by=actors.trader())
    trader = sits("trader")
    shown = trader.text(f"/papers/receipts/{waiting.id}")
    assert "once the cashier has confirmed" in shown and 'name="paper"' not in shown
    assert (
        trader.deed(
            f"/papers/receipts/{waiting.id}", f"/papers/receipts/{waiting.id}", paper="payment-receipt||"
        ).status_code
        == 409
    )
    declaration = unpaid()
    payment = claimed(declaration)
    answer = sits("officer").get(f"/papers/receipts/{payment.id}")
    assert answer.status_code == 302 and answer.location == f"/papers/of/{declaration.reference}"
