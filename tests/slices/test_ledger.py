"""The ledger balances whoever writes to it: constraints refuse what does not, and the proof finds what got past them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import SYSTEM
from app.core.ids import uuid7
from app.ledger import operations, queries
from app.ledger.commands import Transfer
from tests.conftest import POST

FIRM = "prepaid:TJ-519999999"
OTHER = "prepaid:TJ-510067890"


def book(*transfers: tuple[str, str, str], subject=None, currency: str = "TJS", post: str = POST):
    """Posts (debit, credit, amount) in one deed and gives its entry."""
    entry = uuid7()
    with db.transaction() as session:
        rows = [Transfer(debit, credit, Decimal(amount), "test") for debit, credit, amount in transfers]
        operations.book(session, post, currency, rows, entry=entry, subject=subject, at=db.now(session), by=SYSTEM)
    return entry


def kept(code: str = FIRM, currency: str = "TJS", post: str = POST):
    with db.reading() as session:
        asked = text("SELECT balance, place FROM ledger_account WHERE (post, code, currency) = (:p, :c, :m)")
        row = session.execute(asked, {"p": post, "c": code, "m": currency}).one_or_none()
    return None if row is None else tuple(row)


def faults(post=None):
    with db.reading() as session:
        return [(f.subject, f.key) for f in queries.verify(session, post)]


def test_an_amount_leaves_one_account_and_reaches_another(session):
    about = uuid7()
    book(("receivable", "revenue:duty", "100.00"), ("receivable", "revenue:vat", "18.50"), subject=about)
    book(("bank", "receivable", "118.50"), subject=about)
    with db.reading() as s:
        assert queries.balances(s, POST, about) == {
            "bank": Decimal("-118.50"), "receivable": Decimal(0), "revenue:duty": Decimal(100), "revenue:vat": Decimal("18.50"),
        }  # fmt: skip
    assert faults() == []


def test_balances_are_kept_of_limited_accounts_alone(session):
    book(("bank", FIRM, "100.00"), (FIRM, "receivable", "30.00"), (FIRM, "receivable", "70.00"), ("bank", FIRM, "1.00"))
    assert kept() == (Decimal("1.00"), 4)
    assert kept("bank") == (Decimal("0.00"), None)
    with db.reading() as s:
        lines = queries.statement(s, POST, FIRM, "TJS")
        older = queries.statement(s, POST, FIRM, "TJS", before=lines[1].place, limit=1)
    assert [(x.place, x.balance_before, x.balance_after) for x in lines] == [
        (4, 0, 1), (3, 70, 0), (2, 100, 70), (1, 0, 100),
    ]  # fmt: skip
    assert [x.place for x in older] == [2]
    assert faults() == []


def test_posts_and_currencies_are_books_of_their_own(session):
    book(("bank", FIRM, "5.00"))
    book(("bank", FIRM, "7.00"), currency="USD")
    book(("bank", FIRM, "9.00"), post="TJDUS")
    assert (kept()[0], kept(currency="USD")[0], kept(post="TJDUS")[0]) == (5, 7, 9)
    assert faults() == faults(POST) == []


def test_an_entry_can_be_read_again(session):
    entry = book(("bank", FIRM, "100.00"), (FIRM, "receivable", "30.00"))
    with db.reading() as s:
        assert queries.of_entry(s, POST, entry) == [
            Transfer("bank", FIRM, Decimal("100.00"), "test"),
            Transfer(FIRM, "receivable", Decimal("30.00"), "test"),
        ]


@pytest.mark.parametrize(
    ("debit", "credit", "amount"),
    [
        ("bank", "bank", "1.00"), ("bank", "receivable", "0.00"), ("bank", "receivable", "-1.00"),
        ("bank", "receivable", "NaN"), ("bank", "receivable", "Infinity"), ("bank", "receivable", "1.001"),
        ("bank", "receivable", "10000000000000.00"), ("bank", "elsewhere", "1.00"), ("revenue:", "bank", "1.00"),
        ("bank", "prepaid:nobody", "1.00"), ("bank", "receivable\n", "1.00"),
    ],
)  # fmt: skip
def test_what_is_no_transfer(debit, credit, amount):
    with pytest.raises(ValueError, match="."):
        Transfer(debit, credit, Decimal(amount), "test")


_INSERT = (
    "INSERT INTO ledger_transfer (post, id, entry, kind, debit, credit, amount, currency, at, person{more}) VALUES "
    "('TJPPJ', gen_random_uuid(), gen_random_uuid(), 'test', '{debit}', '{credit}', {amount}, '{currency}', {at}, gen_random_uuid(){values})"
)


def insert(debit="bank", credit="receivable", amount="1.00", currency="TJS", at="now()", **more: str) -> str:
    """A transfer as somebody writes it who does not use our program."""
    names, values = "".join(f", {n}" for n in more), "".join(f", {v}" for v in more.values())
    return _INSERT.format(
        debit=debit, credit=credit, amount=amount, currency=currency, at=at, more=names, values=values
    )


@pytest.mark.parametrize(
    "statement",
    [
        insert(credit="bank"), insert(amount="0"), insert(amount="-5"), insert(amount="'NaN'"), insert(currency="tjs"),
        insert(credit="pocket"), insert(credit="revenue:"), insert(at="'infinity'"), insert(at="'20000-01-01'"),
        insert(debit=FIRM), insert(debit=FIRM, credit=OTHER), insert(credit="prepaid:'||'x"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_is_no_transfer(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(statement)


def test_amounts_too_large_for_a_column(template):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.NumericValueOutOfRange):
        connection.execute(insert(amount="1e17"))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_transfer SET amount = 1", "DELETE FROM ledger_transfer", "TRUNCATE ledger_transfer CASCADE",
     "DELETE FROM ledger_account", "UPDATE ledger_account SET code = 'cash'"],
)  # fmt: skip
def test_the_application_takes_nothing_back(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_transfer SET amount = 1", "DELETE FROM ledger_transfer", "TRUNCATE ledger_transfer CASCADE"],
)
def test_nor_does_the_owner(own_database, statement):
    book(("bank", FIRM, "5.00"))
    with (
        own_database.owner_connection() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        connection.execute(statement)


#: What somebody with the application's rights may try, in one transaction, to have money that nobody paid in.
FORGERIES = {
    "write the balance": ["UPDATE ledger_account SET balance = 900"],
    "write the balance and a place": ["UPDATE ledger_account SET balance = 900, place = place + 1"],
    "back to a richer day": ["UPDATE ledger_account SET balance = 100, place = 1"],
    "one step back and one forward": [
        "UPDATE ledger_account SET balance = 100, place = 1", "UPDATE ledger_account SET balance = 40, place = 2"],
    "write the balance, then a true transfer": [
        "UPDATE ledger_account SET balance = 900, place = place + 1", insert(credit=FIRM)],
    "a place of one's own": [insert(credit=FIRM, place="3", place_before="2", balance_before="900", balance_after="901"),
                             "UPDATE ledger_account SET balance = 901, place = 4"],
    "an account that begins rich": [
        "INSERT INTO ledger_account (post, code, currency, balance, place) VALUES ('TJPPJ', 'prepaid:TJ-NEW1', 'TJS', 900, 1)"],
    "an account that begins rich and without a place": [
        "INSERT INTO ledger_account (post, code, currency, balance) VALUES ('TJPPJ', 'prepaid:TJ-NEW1', 'TJS', 900)"],
    "a balance where none is kept": ["UPDATE ledger_account SET balance = 5, place = 1 WHERE code = 'bank'"],
    "more than there is": [insert(debit=FIRM, amount="41.00")],
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_balance_nobody_paid_in_is_impossible(own_database, forgery):
    book(("bank", FIRM, "100.00"), (FIRM, "receivable", "60.00"))
    with (
        own_database.app_connection() as connection,
        pytest.raises(psycopg.errors.IntegrityError),
        connection.transaction(),
    ):
        for statement in FORGERIES[forgery]:
            connection.execute(
                statement
                if "WHERE" in statement or "INSERT" in statement
                else f"{statement} WHERE code LIKE 'prepaid:%'"
            )
    assert kept() == (Decimal("40.00"), 2)
    assert faults() == []


def test_places_are_given_whatever_is_said(own_database):
    with own_database.app_connection() as connection:
        connection.execute(insert(credit=FIRM, place="77", balance_before="900", balance_after="901", limited="'bank'"))
    assert kept() == (Decimal("1.00"), 1)
    assert faults() == []


def test_without_the_trigger_nothing_is_posted_to_a_limited_account(own_database):
    """The constraints do not rely on it: a transfer that is not placed cannot be."""
    book(("bank", FIRM, "5.00"))
    with own_database.owner_connection() as connection:
        connection.execute("DROP TRIGGER ledger_transfer_placed ON ledger_transfer")
    with pytest.raises(IntegrityError):
        book(("bank", FIRM, "5.00"))
    assert kept() == (Decimal("5.00"), 1)


#: Past every trigger, key and constraint: a damaged copy, or somebody with all rights.
_FREE = (
    "ALTER TABLE ledger_transfer DROP CONSTRAINT ck_ledger_transfer_limited_named, DROP CONSTRAINT ck_ledger_transfer_balance_follows, "
    "DROP CONSTRAINT ck_ledger_transfer_amount_sane, DROP CONSTRAINT ck_ledger_transfer_place_follows, DROP CONSTRAINT ck_ledger_transfer_two_accounts, "
    "DROP CONSTRAINT ck_ledger_transfer_never_below_zero; "
    "ALTER TABLE ledger_account DROP CONSTRAINT ck_ledger_account_never_below_zero, DROP CONSTRAINT ck_ledger_account_kept_if_limited; "
    "SET session_replication_role = replica"
)
DAMAGES = {
    "UPDATE ledger_account SET balance = balance + 1 WHERE code LIKE 'prepaid:%'": "balance",
    "UPDATE ledger_account SET place = place + 1 WHERE code LIKE 'prepaid:%'": "balance",
    "DELETE FROM ledger_account WHERE code LIKE 'prepaid:%'": "balance",
    "DELETE FROM ledger_transfer WHERE place = 1": "balance",
    "DELETE FROM ledger_transfer WHERE place = 2": "place",
    "UPDATE ledger_transfer SET amount = amount + 1 WHERE place = 2": "place",
    "UPDATE ledger_transfer SET balance_after = balance_after + 1 WHERE place = 2": "place",
    "UPDATE ledger_transfer SET place = 9 WHERE place = 3": "place",
    "UPDATE ledger_transfer SET limited = NULL, place = NULL WHERE place = 3": "transfer",
    "UPDATE ledger_transfer SET debit = credit WHERE place IS NULL": "transfer",
    "UPDATE ledger_transfer SET currency = 'USD' WHERE place IS NULL": "transfer",
    "UPDATE ledger_transfer SET amount = 'NaN' WHERE place IS NULL": "transfer",
    "DELETE FROM ledger_account WHERE code = 'receivable'": "transfer",
    insert(credit=FIRM, amount="5.00"): "balance",
}


def test_every_damage_is_told(own_database):
    book(
        ("bank", FIRM, "100.00"),
        (FIRM, "receivable", "60.00"),
        (FIRM, "receivable", "10.00"),
        ("receivable", "revenue:duty", "5.00"),
    )
    assert faults() == []
    engine = create_engine(own_database.superuser_url)
    missed = []
    for damage, key in DAMAGES.items():
        with Session(engine) as session:
            session.execute(text(_FREE))
            assert session.execute(text(damage)).rowcount, damage
            if key not in {f.key for f in queries.verify(session)}:
                missed.append(damage)
    engine.dispose()
    assert missed == []


def test_many_writers_on_one_account(own_database):
    """Eight writers pay in and out at once: places have no gap, the sum is right, nothing is below zero."""
    book(("bank", FIRM, "50.00"))

    def one(n: int) -> int:
        try:
            book(("bank", FIRM, "3.00") if n % 3 == 0 else (FIRM, "receivable", "7.00"))
        except IntegrityError:
            return 0
        return 3 if n % 3 == 0 else -7

    with ThreadPoolExecutor(8) as pool:
        changes = list(pool.map(one, range(96)))
    assert 0 in changes, "the account was emptied, so the limit was met"
    assert kept() == (Decimal(50 + sum(changes)), 1 + sum(c != 0 for c in changes))
    assert faults() == []
