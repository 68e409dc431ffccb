"""What is owed and how it is paid: every verb, what it posts, and what it refuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.approvals import operations as approvals
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.payments import operations as payments
from app.payments import queries
from app.payments.commands import (
    CloseDay,
    Counted,
    Deposit,
    Pay,
    PayFromAccount,
    ProposeRefund,
    Receipt,
    Secure,
    SetStandingOrder,
    Withdraw,
)
from tests.factories import actors, money
from tests.factories.actors import actor, auditor
from tests.factories.money import FIRM, OTHER_FIRM, OTHER_POST, POST

TJS = "TJS"


def officer(post=POST, **more):
    return actors.officer(post, **more)


def supervisor(post=POST, **more):
    return actors.supervisor(post, **more)


def inspector():
    return actors.inspector(POST)


def trader():
    return actors.trader(FIRM)


def other_trader():
    return actors.trader(OTHER_FIRM, login="trader2")


@pytest.fixture(autouse=True)
def clean(session):
    """Every test ends with tables, journal and ledger in agreement."""
    money.registered()
    yield
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert money.faults() == []


def do(verb, about, *args, by=None, **more):
    """A verb about a declaration, with its row locked, as the flows call it."""
    with db.transaction() as session:
        if about is not None:
            money.held(session, about)
            return verb(session, about, *args, by=by or officer(), **more)
        return verb(session, *args, by=by or officer(), **more)


def stands(about, **expected) -> None:
    found = money.standing(about)
    assert {name: getattr(found, name) for name in expected} == {n: Decimal(str(v)) for n, v in expected.items()}


def rules(refused) -> list[str]:
    return [f.rule for f in refused.value.findings]


def pay(amount="150.00", currency=TJS, number=None, excess="refundable", *, cash=False) -> Pay:
    return Pay(Decimal(amount), currency, None if cash else money.receipt(number), excess)


def events(kind, id) -> list[str]:
    with db.reading() as session:
        return [e.event for e in journal.history(session, POST, kind, str(id))]


# Assessing


def test_nothing_stands_before_an_assessment(session):
    about = money.subject(session)
    found = money.standing(about)
    assert (found.currency, found.assessed, found.due, found.settled) == (None, 0, 0, True)
    for verb, args in [
        (payments.record_receipt, [pay()]),
        (payments.pay_from_account, [PayFromAccount(FIRM, order="1")]),
    ]:
        with pytest.raises(WrongState):
            do(verb, about, *args)
    assert do(payments.reverse, about, "gone", db.now(session), by=SYSTEM) is None
    journal.seal(session)


def test_an_assessment_is_owed():
    about = money.assessed(money.result("100.00", "50.00", suspended="30.00"))
    stands(about, assessed=150, paid=0, due=150, overpaid=0, suspended=30, secured=0, unsecured=30, claimed=0)
    with db.reading() as s:
        kept = queries.assessment(s, POST, about.declaration_id)
    assert (kept.number, kept.content, kept.final, kept.total, kept.suspended) == (1, 1, False, 150, 30)
    assert kept.by_tax == {"duty": "100.00", "vat": "50.00"} and kept.result["total"] == "150.00"
    assert events("assessment", kept.id) == ["assessment.made"]


def test_another_assessment_posts_the_difference_tax_by_tax():
    about = money.assessed(money.result("100.00", "50.00"))
    money.reassessed(about, money.Result({"duty": Decimal("80.00"), "fee:clearance": Decimal("10.00")}))
    with db.reading() as s:
        rows = s.execute(
            text("SELECT debit, credit, amount FROM ledger_transfer WHERE subject = :d ORDER BY id"),
            {"d": about.declaration_id},
        )
        assert [tuple(map(str, r)) for r in rows] == [
            ("receivable", "revenue:duty", "100.00"), ("receivable", "revenue:vat", "50.00"),
            ("revenue:duty", "receivable", "20.00"), ("receivable", "revenue:fee:clearance", "10.00"),
            ("revenue:vat", "receivable", "50.00"),
        ]  # fmt: skip
        assert [a.number for a in queries.assessments(s, POST, about.declaration_id)] == [1, 2]
    stands(about, assessed=90, due=90)


def test_less_than_was_paid_is_refundable_and_more_is_due_again():
    about = money.assessed()
    money.paid(about, "150.00")
    money.reassessed(about, money.result("60.00", "20.00"))
    stands(about, assessed=80, paid=150, due=0, overpaid=70)
    money.reassessed(about, money.result("100.00", "100.00"))
    stands(about, assessed=200, paid=150, due=50, overpaid=0)


def test_nothing_is_assessed_in_another_currency():
    about = money.assessed()
    with pytest.raises(Invalid) as refused:
        money.reassessed(about, money.result(currency="USD"))
    assert rules(refused) == ["assessment.currency"]


@pytest.mark.parametrize("parts", [{"duty": Decimal("1.00")}, {"duty": Decimal("3.00"), "vat": Decimal("-1.00")}])
def test_parts_that_are_not_the_whole_are_a_defect(parts):
    class Wrong(money.Result):
        total = Decimal("2.00") if len(parts) == 2 else Decimal("9.00")

    with pytest.raises(ValueError, match="the parts"):
        money.assessed(Wrong(parts))


def test_who_has_nothing_to_do_with_a_declaration_assesses_nothing(session):
    about = money.subject(session)
    journal.seal(session)
    for who in (other_trader(), auditor(), officer(OTHER_POST)):
        with pytest.raises(Forbidden):
            do(payments.assess, about, money.result(), final=False, at=db.now(session), by=who)


# Receipts


def test_the_cashier_takes_a_receipt():
    about = money.assessed()
    made = do(payments.record_receipt, about, pay(number=" ab-1234 ", amount="150"), by=supervisor())
    assert (made.status, made.bank, made.receipt, made.amount) == (
        "confirmed",
        "AMONATBONK",
        "AB1234",
        Decimal("150.00"),
    )
    assert made.number.startswith("TJFOT-R-") and made.settled_name == "Supervisor"
    stands(about, paid=150, due=0, overpaid=0)
    assert events("payment", made.id) == ["payment.recorded"]
    with db.reading() as s:
        assert queries.find_receipt(s, made.number, by=trader()).id == made.id
        with pytest.raises(NotFound):
            queries.find_receipt(s, made.number, by=other_trader())


def test_receipt_numbers_have_no_gap():
    first, second = (money.paid(money.assessed(), "1.00").number for _n in range(2))
    with pytest.raises(Invalid):
        do(payments.record_receipt, money.assessed(), pay("-1"))
    third = money.paid(money.assessed(), "1.00").number
    assert [int(n[-6:]) - int(first[-6:]) for n in (first, second, third)] == [0, 1, 2]


def test_parts_and_more_than_is_due():
    about = money.assessed()
    money.paid(about, "100.00")
    stands(about, paid=100, due=50)
    money.paid(about, "80.00")
    stands(about, paid=180, due=0, overpaid=30)


def test_the_excess_goes_to_the_account_by_choice():
    about = money.assessed()
    money.paid(about, "180.00", excess="account")
    stands(about, paid=150, due=0, overpaid=0)
    assert money.balance() == 30
    money.paid(about, "5.00", excess="account")
    assert money.balance() == 35


def test_cash_is_taken_at_the_window():
    about = money.assessed()
    made = do(payments.record_receipt, about, pay(cash=True))
    assert (made.method, made.bank) == ("cash", None)
    do(payments.record_receipt, about, pay(cash=True))
    stands(about, overpaid=150)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Pay(Decimal(0), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal(-1), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("NaN"), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("Infinity"), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("1.001"), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("1e30"), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("1000000000000.00"), TJS, money.receipt()), "payment.amount"),
        (Pay(Decimal("1.00"), "USD", money.receipt()), "payment.currency"),
        (Pay(Decimal("1.00"), TJS, money.receipt(), "pocket"), "payment.excess"),
        (Pay(Decimal("1.00"), TJS, money.receipt(" - ")), "payment.receipt"),
        (Pay(Decimal("1.00"), TJS, money.receipt("x" * 61)), "payment.receipt"),
        (Pay(Decimal("1.00"), TJS, money.receipt("1", " ")), "payment.bank"),
        (Pay(Decimal("1.00"), TJS, money.receipt("1", "x\x00")), "payment.bank"),
        (Pay(Decimal("1.00"), TJS, money.receipt("1\u202e2")), "payment.receipt"),
    ],
)
def test_what_is_no_payment(command, rule):
    about = money.assessed()
    for verb, who in ((payments.record_receipt, officer()), (payments.claim_receipt, trader())):
        with pytest.raises(Invalid) as refused:
            do(verb, about, command, by=who)
        assert rules(refused) == [rule]
    stands(about, due=150, claimed=0)


def test_every_finding_comes_at_once():
    with pytest.raises(Invalid) as refused:
        do(payments.record_receipt, money.assessed(), Pay(Decimal(0), "USD", money.receipt("", ""), "pocket"))
    assert sorted(rules(refused)) == [
        "payment.amount",
        "payment.bank",
        "payment.currency",
        "payment.excess",
        "payment.receipt",
    ]


def test_a_receipt_counts_once_in_the_whole_node():
    first, second = money.assessed(), money.assessed(post=OTHER_POST)
    do(payments.record_receipt, first, pay(number="77 001-a"))
    with pytest.raises(WrongState) as refused:
        do(payments.record_receipt, second, pay(number="77001A"), by=officer(OTHER_POST))
    assert rules(refused) == ["payment.receipt-twice"] and "77001A" in str(refused.value)
    with pytest.raises(WrongState):
        do(
            payments.deposit,
            None,
            Deposit(OTHER_POST, FIRM, Decimal(5), TJS, money.receipt("77001a")),
            by=officer(OTHER_POST),
        )
    do(
        payments.record_receipt,
        second,
        Pay(Decimal(5), TJS, money.receipt("77001a", "Eskhata")),
        by=officer(OTHER_POST),
    )


@pytest.mark.parametrize("who", [trader(), inspector(), auditor(), officer(OTHER_POST)])
def test_only_the_cashier_of_the_post_takes_money(who):
    about = money.assessed()
    claimed = do(payments.claim_receipt, about, pay(), by=trader())
    acts = [
        (payments.record_receipt, [pay()]), (payments.confirm, [claimed.id]), (payments.refuse, [claimed.id, "no"]),
        (payments.release_security, [claimed.id, "no"]), (payments.propose_refund, [ProposeRefund(Decimal(1), TJS, "account", "x")]),
        (payments.secure, [Secure("guarantee", Decimal(1), TJS, reference="G1")]),
    ]  # fmt: skip
    for verb, args in acts:
        with pytest.raises((Forbidden, NotFound)):
            do(verb, about, *args, by=who)
    for verb, command in [
        (payments.deposit, Deposit(POST, FIRM, Decimal(1), TJS, money.receipt())),
        (payments.close_day, CloseDay(POST, ())),
    ]:
        with pytest.raises(Forbidden):
            do(verb, None, command, by=who)


def test_a_decision_needs_a_scope_and_a_fresh_sign_in():
    from dataclasses import replace

    about = money.assessed()
    with pytest.raises(Forbidden):
        do(payments.record_receipt, about, pay(), by=replace(officer(), scopes=frozenset({"read", "write"})))
    with pytest.raises(Forbidden):
        do(payments.claim_receipt, about, pay(), by=replace(trader(), scopes=frozenset({"read"})))


# Claims


def test_a_claim_counts_once_it_is_confirmed():
    about = money.assessed()
    claimed = do(payments.claim_receipt, about, pay("150.00"), by=trader())
    assert (claimed.status, claimed.number, claimed.settled_by) == ("claimed", None, None)
    stands(about, paid=0, due=150, claimed=150)
    with db.reading() as s:
        assert claimed.id in [p.id for p in queries.claimed(s, by=officer())]
        assert claimed.id not in [p.id for p in queries.claimed(s, by=officer(OTHER_POST))]
        assert queries.claimed(s, by=officer(), after=(claimed.made_at, claimed.id)) == []
    confirmed = do(payments.confirm, about, claimed.id)
    assert confirmed.status == "confirmed" and confirmed.number
    stands(about, paid=150, due=0, claimed=0)
    assert events("payment", claimed.id) == ["payment.claimed", "payment.confirmed"]


def test_nothing_is_claimed_where_nothing_is_due():
    about = money.assessed()
    do(payments.record_receipt, about, pay("150.00"))
    with pytest.raises(WrongState) as refused:
        do(payments.claim_receipt, about, pay("1.00"), by=trader())
    assert rules(refused) == ["payment.nothing-due"]
    stands(about, paid=150, due=0, claimed=0)
    more = money.assessed()
    do(payments.claim_receipt, more, pay("500.00"), by=trader())  # more than is due is another thing
    stands(more, due=150, claimed=500)


def test_a_refused_receipt_may_be_claimed_again():
    about = money.assessed()
    claimed = do(payments.claim_receipt, about, pay(number="5"), by=trader())
    with pytest.raises(WrongState):
        do(payments.claim_receipt, about, pay(number="5"), by=trader())
    with pytest.raises(Invalid):
        do(payments.refuse, about, claimed.id, " ")
    refused = do(payments.refuse, about, claimed.id, "the bank does not know it")
    assert (refused.status, refused.reason, refused.number) == ("refused", "the bank does not know it", None)
    stands(about, paid=0, due=150, claimed=0)
    do(payments.claim_receipt, about, pay(number="5"), by=trader())
    for verb, more in ((payments.confirm, ()), (payments.refuse, ("again",))):
        with pytest.raises(WrongState):
            do(verb, about, claimed.id, *more)


def test_nobody_confirms_his_own_claim():
    both = actor("officer", POST, login="both")
    both = type(both)(**{**{s: getattr(both, s) for s in both.__slots__}, "grants": (*both.grants, *trader().grants)})
    about = money.assessed()
    claimed = do(payments.claim_receipt, about, pay(), by=both)
    for verb, more in ((payments.confirm, ()), (payments.refuse, ("mine",))):
        with pytest.raises(Forbidden):
            do(verb, about, claimed.id, *more, by=both)
    do(payments.confirm, about, claimed.id)


def test_a_claim_names_a_receipt_and_is_the_firms_own():
    about = money.assessed()
    with pytest.raises(Invalid) as refused:
        do(payments.claim_receipt, about, pay(cash=True), by=trader())
    assert rules(refused) == ["payment.receipt"]
    for who in (other_trader(), officer()):
        with pytest.raises(Forbidden):
            do(payments.claim_receipt, about, pay(), by=who)


def test_a_payment_is_settled_with_its_own_declaration():
    about, other = money.assessed(), money.assessed()
    claimed = do(payments.claim_receipt, about, pay(), by=trader())
    for wrong in (other, None):
        with pytest.raises(NotFound):
            do(payments.confirm, wrong, *([claimed.id] if wrong else [None, claimed.id]))


@pytest.mark.parametrize(
    ("bank", "number"),
    [
        ("Amonatbonk", "AB-0012"), ("amonatbonk", "ab0012"), ("Амонатбонк", "AB 0012"), ("Амонатбанк", "AB\u20130012"),
        ("AMONATBONK", "AB۰۰۱۲"), ("AMONATBONK", "00AB0012"),
    ],
)  # fmt: skip
def test_one_receipt_under_two_spellings_counts_once(bank, number):
    first = do(payments.record_receipt, money.assessed(), pay(number="AB-0012"))
    assert (first.bank, first.receipt) == ("AMONATBONK", "AB0012")
    with pytest.raises(WrongState) as refused:
        do(payments.record_receipt, money.assessed(), Pay(Decimal(1), TJS, money.receipt(number, bank)))
    assert rules(refused) == ["payment.receipt-twice"]
    do(payments.record_receipt, money.assessed(), Pay(Decimal(1), TJS, money.receipt(number, "ESKHATA")))


@pytest.mark.parametrize("number", ["0012", "12", "1-2", " 12", "\u201112"])
def test_the_database_itself_compares_folded_numbers(session, number):
    made = do(payments.record_receipt, money.assessed(), pay(number="0012"))
    assert made.receipt == "0012", "as it stands on the paper"
    copy = text(
        "INSERT INTO payment SELECT (jsonb_populate_record(p, jsonb_build_object('id', uuidv7(), 'number', p.number || 'X', "
        "'receipt', CAST(:number AS text)))).* FROM payment p WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="uq_payment_receipt"), session.begin_nested():
        session.execute(copy, {"id": made.id, "number": number})


def test_the_taker_cannot_cancel_even_past_the_verb(session):
    made = do(payments.record_receipt, money.assessed(), pay())
    alone = text("UPDATE payment SET status = 'cancelled', cancelled_by = settled_by WHERE id = :id")
    with pytest.raises(IntegrityError, match="cancelled_by_another"), session.begin_nested():
        session.execute(alone, {"id": made.id})
    with session.begin_nested() as savepoint:
        session.execute(
            text("UPDATE payment SET status = 'cancelled', cancelled_by = :other WHERE id = :id"),
            {"id": made.id, "other": actors.person("somebody")},
        )
        savepoint.rollback()


# Cancelling


def test_a_mistake_is_taken_back_before_the_closing():
    about = money.assessed()
    made = money.paid(about, "180.00", excess="account")
    with pytest.raises(Forbidden):
        do(payments.cancel, about, made.id, "typed twice")
    with pytest.raises(Invalid):
        do(payments.cancel, about, made.id, "", by=supervisor())
    gone = do(payments.cancel, about, made.id, "typed twice", by=supervisor())
    assert (gone.status, gone.number) == ("cancelled", made.number)
    stands(about, paid=0, due=150, overpaid=0)
    assert money.balance() == 0
    with pytest.raises(WrongState):
        do(payments.cancel, about, made.id, "again", by=supervisor())
    do(payments.record_receipt, about, pay(number=made.receipt))


def test_a_deposit_that_is_spent_cannot_be_taken_back():
    made = money.deposited("100.00")
    about = money.assessed()
    do(payments.pay_from_account, about, PayFromAccount(FIRM, Decimal("60.00")), by=trader())
    with pytest.raises(Invalid) as refused:
        do(payments.cancel, None, None, made.id, "wrong firm", by=supervisor())
    assert rules(refused) == ["account.too-little"]
    with db.reading() as s:
        spent = queries.payments(s, POST, about.declaration_id)[0]
    do(payments.cancel, about, spent.id, "wrong declaration", by=supervisor())
    assert money.balance() == 100
    do(payments.cancel, None, None, made.id, "wrong firm", by=supervisor())
    assert money.balance() == 0


def test_what_was_given_back_meanwhile_is_due_again():
    about = money.assessed()
    made = money.paid(about, "200.00")
    refunded(about, "50.00")
    do(payments.cancel, about, made.id, "the bank took it back", by=supervisor())
    stands(about, paid=-50, due=200, overpaid=0)


# Accounts


def test_the_first_deposit_opens_the_account():
    with pytest.raises(NotFound):
        money.balance()
    made = money.deposited("100.00")
    money.deposited("50.00")
    assert made.purpose == "deposit" and made.number
    assert money.balance() == 150
    with db.reading() as s:
        kept = queries.account(s, POST, FIRM, by=trader())
        assert (kept.currency, kept.standing_order) == (TJS, False)
        assert [a.party for a in queries.accounts(s, by=trader())] == [FIRM]
        assert queries.accounts(s, by=other_trader()) == queries.accounts(s, by=officer(OTHER_POST)) == []
        with pytest.raises(NotFound):
            queries.statement(s, POST, FIRM, by=other_trader())
        assert [(x.kind, x.change, x.balance) for x in queries.statement(s, POST, FIRM, by=trader())] == [
            ("deposit", 50, 150), ("deposit", 100, 100),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Deposit(POST, "TJ-999999999", Decimal(1), TJS, money.receipt()), "account.party-unknown"),
        (Deposit(POST, FIRM, Decimal(1), "AFN", money.receipt()), "payment.currency"),
        (Deposit(POST, FIRM, Decimal(0), TJS, money.receipt()), "payment.amount"),
        (Deposit("UZTRZ", FIRM, Decimal(1), TJS, money.receipt()), "post.unknown"),
    ],
)
def test_what_is_no_deposit(command, rule):
    with pytest.raises(Invalid) as refused:
        do(payments.deposit, None, command, by=officer(command.post))
    assert rules(refused) == [rule]


def test_a_trader_claims_a_deposit():
    claimed = do(payments.claim_deposit, None, Deposit(POST, FIRM, Decimal(70), TJS, money.receipt()), by=trader())
    with pytest.raises(NotFound):
        money.balance()
    do(payments.confirm, None, None, claimed.id)
    assert money.balance() == 70
    with pytest.raises(Forbidden):
        do(payments.claim_deposit, None, Deposit(POST, OTHER_FIRM, Decimal(70), TJS, money.receipt()), by=trader())


def test_paying_from_the_account():
    money.deposited("120.00")
    about = money.assessed()
    with pytest.raises(Invalid) as refused:
        do(payments.pay_from_account, about, PayFromAccount(FIRM), by=trader())
    assert rules(refused) == ["account.too-little"] and "120.00" in str(refused.value.findings[0].message)
    made = do(payments.pay_from_account, about, PayFromAccount(FIRM, Decimal("100.00")), by=trader())
    assert (made.method, made.party, made.amount, made.status) == ("account", FIRM, 100, "confirmed")
    stands(about, paid=100, due=50)
    money.deposited("30.00")
    do(payments.pay_from_account, about, PayFromAccount(FIRM), by=trader())
    stands(about, paid=150, due=0)
    assert money.balance() == 0
    with pytest.raises(WrongState):
        do(payments.pay_from_account, about, PayFromAccount(FIRM), by=trader())


def test_another_firm_may_pay_and_only_its_own_traders_say_so():
    money.deposited("200.00", OTHER_FIRM)
    about = money.assessed()
    with pytest.raises(Forbidden):
        do(payments.pay_from_account, about, PayFromAccount(OTHER_FIRM), by=trader())
    do(payments.pay_from_account, about, PayFromAccount(OTHER_FIRM), by=other_trader())
    stands(about, due=0)
    assert money.balance(OTHER_FIRM) == 50


def test_an_officer_needs_the_firms_written_order():
    money.deposited("200.00")
    about = money.assessed()
    with pytest.raises(Invalid) as refused:
        do(payments.pay_from_account, about, PayFromAccount(FIRM))
    assert rules(refused) == ["payment.order"]
    made = do(payments.pay_from_account, about, PayFromAccount(FIRM, order="letter 17 of 2026-11-20"))
    assert made.written_order == "letter 17 of 2026-11-20"


@pytest.mark.parametrize(
    ("amount", "rule"),
    [("150.01", "payment.more-than-due"), ("0", "payment.amount"), ("-5", "payment.amount"), ("NaN", "payment.amount")],
)
def test_amounts_an_account_does_not_pay(amount, rule):
    money.deposited("500.00")
    with pytest.raises(Invalid) as refused:
        do(payments.pay_from_account, money.assessed(), PayFromAccount(FIRM, Decimal(amount)), by=trader())
    assert rules(refused) == [rule]


def test_no_account_or_one_in_another_currency():
    with pytest.raises(Invalid) as refused:
        do(payments.pay_from_account, money.assessed(), PayFromAccount(FIRM), by=trader())
    assert rules(refused) == ["account.none"]
    money.deposited("500.00")
    with pytest.raises(Invalid) as refused:
        do(payments.pay_from_account, money.assessed(money.result(currency="USD")), PayFromAccount(FIRM), by=trader())
    assert rules(refused) == ["payment.currency"]


def collect(about, by=SYSTEM):
    with db.transaction() as session:
        return payments.collect(session, money.held(session, about), db.now(session), by=by)


def test_a_standing_order_pays_the_whole_or_nothing():
    money.deposited("200.00")
    first, second = money.assessed(), money.assessed()
    assert collect(first) == 0, "nobody has given a standing order"
    do(payments.set_standing_order, None, SetStandingOrder(POST, FIRM, True), by=trader())
    assert collect(first) == 150
    assert collect(first) == 0, "nothing is due any more"
    assert collect(second) == 0, "the account does not hold the whole of it"
    stands(second, due=150)
    money.deposited("100.00")
    assert collect(second) == 150
    assert money.balance() == 0
    do(payments.set_standing_order, None, SetStandingOrder(POST, FIRM, False), by=trader())
    assert events("prepayment", FIRM) == [
        "prepayment.opened",
        "prepayment.standing-order-given",
        "prepayment.standing-order-withdrawn",
    ]


def test_lodging_assesses_and_collects_in_one_transaction():
    money.deposited("200.00", standing_order=True)
    with db.transaction() as session:
        payments.hold_account(session, POST, FIRM)
        about = money.subject(session)
        payments.assess(session, about, money.result(), final=False, at=db.now(session), by=trader(), first=True)
        assert payments.collect(session, about, db.now(session), by=SYSTEM) == 150
        assert payments.standing(session, POST, about.declaration_id).settled
    stands(about, paid=150, due=0)
    assert money.balance() == 50


def test_a_standing_order_is_given_by_the_firm():
    for who in (other_trader(), officer(), supervisor()):
        with pytest.raises(Forbidden):
            do(payments.set_standing_order, None, SetStandingOrder(POST, FIRM, True), by=who)
    with pytest.raises(Invalid):
        do(payments.set_standing_order, None, SetStandingOrder("UZTRZ", FIRM, True), by=trader())
    for _time in range(2):
        kept = do(payments.set_standing_order, None, SetStandingOrder(POST, FIRM, True), by=trader())
    assert kept.standing_order and kept.version == 2
    assert collect(money.assessed()) == 0, "an account nothing was ever paid into"


# Refunds and withdrawals


def refunded(about, amount, target="bank", *, by=None, approver=None):
    command = ProposeRefund(
        Decimal(amount), TJS, target, "assessed anew", *(("Amonatbonk", "TJ12 3456") if target == "bank" else ())
    )
    proposal = do(payments.propose_refund, about, command, by=by)
    return approved_refund(about, proposal.id, approver or supervisor())


def approved_refund(about, proposal_id, who):
    with db.transaction() as session:
        money.held(session, about)
        proposal = approvals.settle(session, proposal_id, approved=True, reason="", by=who)
        return payments.refund(session, about, proposal, by=who)


def overpaid(amount="200.00"):
    about = money.assessed()
    money.paid(about, amount)
    return about


def test_two_persons_give_money_back():
    about = overpaid()
    made = refunded(about, "30.00")
    assert made.number.startswith("TJFOT-RF-") and made.proposed_by != made.approved_by
    stands(about, paid=170, due=0, overpaid=20)
    refunded(about, "20.00", "account")
    stands(about, paid=150, due=0, overpaid=0)
    assert money.balance() == 20
    with db.reading() as s:
        assert [r.amount for r in queries.refunds(s, POST, about.declaration_id)] == [30, 20]


def test_one_person_does_not():
    with pytest.raises(Forbidden):
        refunded(overpaid(), "10.00", approver=officer())


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (ProposeRefund(Decimal("50.01"), TJS, "account", "x"), "refund.too-much"),
        (ProposeRefund(Decimal(0), TJS, "account", "x"), "payment.amount"),
        (ProposeRefund(Decimal(1), "USD", "account", "x"), "payment.currency"),
        (ProposeRefund(Decimal(1), TJS, "account", " "), "payment.reason"),
        (ProposeRefund(Decimal(1), TJS, "pocket", "x"), "refund.target"),
        (ProposeRefund(Decimal(1), TJS, "bank", "x", "", "TJ1"), "refund.bank"),
        (ProposeRefund(Decimal(1), TJS, "bank", "x", "Bank", ""), "refund.reference"),
    ],
)
def test_what_is_no_refund(command, rule):
    with pytest.raises(Invalid) as refused:
        do(payments.propose_refund, overpaid(), command)
    assert rules(refused) == [rule]


def test_a_refund_is_looked_at_again_when_it_is_approved():
    about = overpaid()
    command = ProposeRefund(Decimal("50.00"), TJS, "account", "too much")
    proposal = do(payments.propose_refund, about, command)
    money.reassessed(about, money.result("110.00", "60.00"))
    with pytest.raises(Invalid) as refused:
        approved_refund(about, proposal.id, supervisor())
    assert rules(refused) == ["refund.too-much"]
    money.reassessed(about, money.result())
    approved_refund(about, proposal.id, supervisor())
    with pytest.raises(WrongState):
        approved_refund(about, proposal.id, supervisor())


def test_a_refund_needs_the_approval_of_him_who_carries_it_out():
    about, other = overpaid(), overpaid()
    proposal = do(payments.propose_refund, about, ProposeRefund(Decimal("50.00"), TJS, "account", "too much"))
    for subject, what in ((about, WrongState), (other, WrongState)):
        with pytest.raises(what):
            do(payments.refund, subject, proposal, by=supervisor())
    with db.transaction() as session:
        settled = approvals.settle(
            session, proposal.id, approved=True, reason="", by=supervisor()
        )
    with pytest.raises(Forbidden):
        do(payments.refund, about, settled, by=supervisor(login="third"))
    with pytest.raises(NotFound):
        do(payments.refund, other, settled, by=supervisor())
    with pytest.raises(NotFound):
        do(payments.withdraw, None, settled, by=supervisor())
    do(payments.refund, about, settled, by=supervisor())


def test_a_firm_takes_money_out_of_its_account():
    money.deposited("100.00")
    command = Withdraw(POST, FIRM, Decimal("40.00"), TJS, "Amonatbonk", "TJ12", "the office is closed")
    with pytest.raises(Forbidden):
        do(payments.propose_withdrawal, None, command, by=other_trader())
    proposal = do(payments.propose_withdrawal, None, command, by=trader())
    assert money.balance() == 100
    with db.transaction() as session:
        settled = approvals.settle(session, proposal.id, approved=True, reason="", by=officer())
        made = payments.withdraw(session, settled, by=officer())
    assert (made.declaration_id, made.party, made.amount) == (None, FIRM, 40)
    assert money.balance() == 60


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"amount": Decimal("100.01")}, "account.too-little"), ({"party": OTHER_FIRM}, "account.none"), ({"currency": "USD"}, "payment.currency"),
     ({"bank": ""}, "refund.bank"), ({"reason": ""}, "payment.reason"), ({"amount": Decimal(0)}, "payment.amount")],
)  # fmt: skip
def test_what_is_no_withdrawal(change, rule):
    money.deposited("100.00")
    given = {
        "post": POST,
        "party": FIRM,
        "amount": Decimal(1),
        "currency": TJS,
        "bank": "B",
        "reference": "R",
        "reason": "why",
    }
    with pytest.raises(Invalid) as refused:
        do(payments.propose_withdrawal, None, Withdraw(**(given | change)))
    assert rules(refused) == [rule]


# Security


def test_what_is_suspended_is_secured():
    about = money.assessed(money.result("0.00", "0.00", suspended="100.00"))
    assert not money.standing(about).settled
    money.deposited("50.00")
    do(payments.secure, about, Secure("cash", Decimal("30.00"), TJS, money.receipt()))
    do(payments.secure, about, Secure("account", Decimal("50.00"), TJS), by=trader())
    do(payments.secure, about, Secure("guarantee", Decimal("20.00"), TJS, reference="24TJ0000000001"))
    stands(about, suspended=100, secured=100, unsecured=0, due=0, paid=0)
    assert money.standing(about).settled and money.balance() == 0
    with db.reading() as s:
        given = queries.securities(s, POST, about.declaration_id)
    assert [(g.method, g.amount, g.payment_id is not None) for g in given] == [
        ("cash", 30, True),
        ("account", 50, False),
        ("guarantee", 20, False),
    ]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (Secure("cash", Decimal("100.01"), TJS, money.receipt()), "security.too-much"),
        (Secure("cash", Decimal(0), TJS, money.receipt()), "payment.amount"),
        (Secure("cash", Decimal(1), "USD", money.receipt()), "payment.currency"),
        (Secure("cash", Decimal(1), TJS, money.receipt("")), "payment.receipt"),
        (Secure("word", Decimal(1), TJS), "security.method"),
        (Secure("guarantee", Decimal(1), TJS), "security.reference"),
        (Secure("account", Decimal(1), TJS), "account.none"),
    ],
)
def test_what_is_no_security(command, rule):
    about = money.assessed(money.result(suspended="100.00"))
    with pytest.raises(Invalid) as refused:
        do(payments.secure, about, command)
    assert rules(refused) == [rule]


def test_a_trader_reserves_on_his_own_account_and_gives_nothing_else():
    about = money.assessed(money.result(suspended="100.00"))
    for who, method in ((trader(), "cash"), (trader(), "guarantee"), (other_trader(), "account")):
        with pytest.raises(Forbidden):
            do(payments.secure, about, Secure(method, Decimal(1), TJS, reference="G"), by=who)


def test_a_security_goes_back_once_nothing_depends_on_it():
    about = money.assessed(money.result("0.00", "0.00", suspended="100.00"))
    money.deposited("60.00")
    cash = do(payments.secure, about, Secure("cash", Decimal("40.00"), TJS, money.receipt()))
    account = do(payments.secure, about, Secure("account", Decimal("60.00"), TJS), by=trader())
    with pytest.raises(WrongState):
        do(payments.release_security, about, cash.id, "not needed")
    money.reassessed(about, money.result("10.00", "0.00", suspended="60.00"))
    with pytest.raises(Invalid):
        do(payments.release_security, about, cash.id, "")
    with pytest.raises(WrongState):
        do(payments.release_security, about, account.id, "60 are needed")
    do(payments.release_security, about, cash.id, "the goods left")
    stands(about, secured=60, unsecured=0, due=0, overpaid=30, paid=40)
    money.reassessed(about, money.result("10.00", "0.00"))
    do(payments.release_security, about, account.id, "the rest left")
    assert money.balance() == 60
    with pytest.raises(WrongState):
        do(payments.release_security, about, account.id, "again")
    with pytest.raises(NotFound):
        do(payments.release_security, money.assessed(), account.id, "of another")


def test_a_payment_that_is_a_security_is_not_cancelled():
    about = money.assessed(money.result(suspended="100.00"))
    given = do(payments.secure, about, Secure("cash", Decimal("40.00"), TJS))
    with pytest.raises(WrongState):
        do(payments.cancel, about, given.payment_id, "typed twice", by=supervisor())


# Reversing


def test_reversing_makes_everything_refundable():
    about = money.assessed(money.result("100.00", "50.00", suspended="30.00"))
    money.deposited("20.00")
    money.paid(about, "100.00")
    do(payments.secure, about, Secure("account", Decimal("20.00"), TJS), by=trader())
    do(payments.secure, about, Secure("guarantee", Decimal("10.00"), TJS, reference="G1"))
    made = do(payments.reverse, about, "the goods were returned", db_now(), by=officer())
    assert (made.number, made.total, made.reason, made.final) == (2, 0, "the goods were returned", True)
    stands(about, assessed=0, paid=100, due=0, overpaid=100, suspended=0, secured=0)
    assert money.balance() == 20
    do(payments.reverse, about, "again", db_now(), by=SYSTEM)
    stands(about, assessed=0, paid=100, overpaid=100)


def db_now() -> dt.datetime:
    with db.reading() as session:
        return db.now(session)


# The closing of the day


def close(*counted, note="", by=None):
    command = CloseDay(POST, [Counted(method, TJS, Decimal(amount)) for method, amount in counted], note)
    with db.transaction() as session:
        return payments.close_day(session, command, by=by or officer())


def test_the_day_is_closed():
    about = overpaid("200.00")
    do(payments.record_receipt, money.assessed(), pay("10.00", cash=True))
    money.deposited("500.00", standing_order=True)
    collect(money.assessed())
    refunded(about, "20.00")
    with db.reading() as s:
        assert [(t.method, t.count, t.total) for t in queries.till(s, POST, by=officer())] == [
            ("account", 1, 150), ("cash", 1, 10), ("receipt", 2, 700), ("refund", 1, 20),
        ]  # fmt: skip
    made = close(("receipt", "700.00"), ("cash", "10.00"))
    assert made.number.startswith("TJFOT-CL-")
    assert [(x["method"], x["count"], x["total"], x["counted"], x["difference"]) for x in made.lines] == [
        ("account", 1, "150.00", None, "0.00"), ("cash", 1, "10.00", "10.00", "0.00"),
        ("receipt", 2, "700.00", "700.00", "0.00"), ("refund", 1, "20.00", None, "0.00"),
    ]  # fmt: skip
    with db.reading() as s:
        assert queries.till(s, POST, by=auditor()) == []
        assert [c.id for c in queries.closings(s, POST, by=officer())] == [made.id]
        assert queries.closings(s, POST, by=officer(), before=made.id) == []
        assert queries.find_closing(s, POST, made.number, by=officer()).id == made.id
        with pytest.raises(Forbidden):
            queries.till(s, POST, by=trader())
        with pytest.raises(NotFound):
            queries.find_closing(s, POST, made.number, by=officer(OTHER_POST))


def test_nothing_is_not_closed():
    with pytest.raises(WrongState):
        close()
    money.deposited("5.00")
    close(("receipt", "5.00"))
    for counted in ((), (("cash", "0.00"),)):
        with pytest.raises(WrongState):
            close(*counted)


def test_what_is_closed_stands(session):
    about = money.assessed()
    made = money.paid(about, "150.00")
    close(("receipt", "150.00"))
    with pytest.raises(WrongState):
        do(payments.cancel, about, made.id, "too late", by=supervisor())
    with pytest.raises(Exception, match="never touched again"), session.begin_nested():
        session.execute(text("UPDATE payment SET reason = 'x' WHERE id = :id"), {"id": made.id})


@pytest.mark.parametrize(
    ("counted", "rule"),
    [((), "closing.not-counted"), ((("card", "5.00"), ("receipt", "5.00")), "closing.method"),
     ((("receipt", "5.00"), ("receipt", "5.00")), "closing.twice"), ((("receipt", "-5.00"),), "closing.amount closing.not-counted"),
     ((("receipt", "NaN"),), "closing.amount closing.not-counted"), ((("receipt", "4.999"),), "closing.amount closing.not-counted")],
)  # fmt: skip
def test_what_is_no_count(counted, rule):
    money.deposited("5.00")
    with pytest.raises(Invalid) as refused:
        close(*counted)
    assert " ".join(rules(refused)) == rule


def test_a_difference_is_explained_and_closed_by_another():
    money.deposited("5.00")
    with pytest.raises(Invalid) as refused:
        close(("receipt", "4.00"))
    assert rules(refused) == ["payment.reason"] and refused.value.findings[0].pointer == "/note"
    for who in (officer(), officer(login="third")):
        with pytest.raises(Forbidden):
            close(("receipt", "4.00"), note="a note is missing", by=who)
    made = close(("receipt", "4.00"), ("cash", "0.50"), note="a note is missing", by=supervisor())
    assert [x["difference"] for x in made.lines] == ["0.50", "-1.00"]


def test_a_supervisor_who_took_the_money_does_not_close_a_difference():
    do(payments.record_receipt, money.assessed(), pay("5.00", cash=True), by=supervisor())
    with pytest.raises(Forbidden):
        close(("cash", "4.00"), note="lost", by=supervisor())
    close(("cash", "4.00"), note="lost", by=supervisor(login="third"))


def test_posts_are_closed_apart():
    money.deposited("5.00", post=OTHER_POST)
    with pytest.raises(WrongState):
        close()


def test_numbers_begin_again_with_the_year(session):
    with db.transaction() as s:
        clock.set_clock(s, dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
        made = payments.deposit(s, Deposit(POST, FIRM, Decimal(5), TJS, money.receipt()), by=officer())
    assert made.number == "TJFOT-R-2031-000001"
    session.execute(text("SELECT set_config('guzar.clock', '', true)"))


# One transaction with several deeds


def test_what_stands_inside_a_transaction_is_what_stands_after_it():
    """What was posted is written at the end, so each verb must leave behind what the next one needs to know."""
    money.deposited("100.00")
    about = money.assessed(money.result("100.00", "50.00", suspended="30.00"))
    seen = []
    with db.transaction() as session:
        money.held(session, about)

        def look():
            seen.append(payments.standing(session, POST, about.declaration_id))

        first = payments.claim_receipt(session, about, pay("20.00"), by=trader())
        second = payments.claim_receipt(session, about, pay("7.00"), by=trader())
        look()
        payments.confirm(session, about, first.id, by=officer())
        look()
        payments.refuse(session, about, second.id, "unknown", by=officer())
        look()
        payments.pay_from_account(session, about, PayFromAccount(FIRM, Decimal("60.00")), by=trader())
        payments.secure(session, about, Secure("account", Decimal("30.00"), TJS), by=trader())
        with pytest.raises(Invalid):
            payments.pay_from_account(session, about, PayFromAccount(FIRM, Decimal("10.01")), by=trader())
        payments.assess(
            session, about, money.result("50.00", "0.00", suspended="30.00"), final=True, at=db.now(session), by=SYSTEM
        )
        look()
    assert [(x.claimed, x.paid, x.due, x.overpaid, x.secured) for x in seen] == [
        (27, 0, 150, 0, 0), (7, 20, 130, 0, 0), (0, 20, 130, 0, 0), (0, 80, 0, 30, 30),
    ]  # fmt: skip
    assert money.standing(about) == seen[-1]
    assert money.balance() == 10


@pytest.mark.parametrize(("post", "currency"), [("TJPPJ", "TJS"), ("AFSKB", "AFN"), ("UZTRZ", None), ("", None)])
def test_the_money_of_a_post_is_that_of_its_taxes(session, post, currency):
    assert queries.currency_of(session, post) == currency


# What is asked of the database


def test_how_often_the_database_is_asked(statements):
    """Lodging pays for a lock of the firm's account and a number, and for nothing else here."""
    money.deposited("500.00", standing_order=True)
    with db.transaction() as session:
        about = replace(money.subject(session), fresh=True)
        at = db.now(session)
        statements.clear()
        payments.assess(session, about, money.result(), final=False, at=at, by=SYSTEM, first=True)
        assert payments.standing(session, POST, about.declaration_id).due == 150
        assert statements == []
        assert payments.collect(session, about, at, by=SYSTEM) == 150
        assert len(statements) == 2
        statements.clear()
    assert len(statements) == 1, "everything is written in one statement"
    statements.clear()
    stands(about, due=0)
    assert len(statements) == 1
    with db.transaction() as session:
        money.held(session, about)
        statements.clear()
        payments.assess(
            session, replace(about, fresh=False), money.result("1.00", "2.00"), final=True, at=at, by=SYSTEM
        )
        assert len(statements) == 2, "how it stood, and that nothing is owed any more"


def test_nothing_is_kept_for_a_post_that_nobody_works_at(session):
    """A trader of every post names one that is not there: no cashier would ever see his claim."""
    trader = actors.trader(FIRM)
    claim = Deposit("TJZZZ", FIRM, Decimal("10.00"), "TJS", Receipt("TJ-AMB", "R-1"))
    for deed in (
        lambda s: payments.claim_deposit(s, claim, by=trader),
        lambda s: payments.set_standing_order(s, SetStandingOrder("XXABC", FIRM, True), by=trader),
    ):
        with pytest.raises(Invalid) as refused, db.transaction() as opened:
            deed(opened)
        assert [finding.rule for finding in refused.value.findings] == ["post.unknown"]
