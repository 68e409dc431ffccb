"""The journal cannot be changed unseen: by the application, by its owner, or by somebody who cuts its end off."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.core import db, journal, outbox
from app.core.journal import JournalEntry
from tests.factories.actors import officer, supervisor

POST = "TJJRN"


def write(count: int = 5, post: str = POST) -> None:
    """So many entries, two in a transaction where that goes."""
    for n in range(count):
        with db.transaction() as session:
            journal.record(
                session, by=officer(post), event="thing.changed", kind="thing", subject=f"s{n}", post=post,
                before={"n": n, "text": "پیش"}, after={"n": n + 1, "amount": "12.50", "list": [1, None, True]}, reason="because",
            )  # fmt: skip


def breaks(post: str = POST) -> list[str]:
    with db.reading() as session:
        return [b.what for b in journal.verify(session, post)[1]]


@pytest.fixture
def owner(own_database):
    """The owner with the guards switched off: somebody who has taken the server over."""
    write()
    assert breaks() == []
    with own_database.owner_connection() as connection:
        connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        yield connection


CHANGES = {
    "id": "gen_random_uuid()",
    "at": "at + interval '1 microsecond'",
    "person": "gen_random_uuid()",
    "login": "login || 'x'",
    "role": "'supervisor'",
    "via": "'token'",
    "request_id": "'r'",
    "event": "'thing.made'",
    "kind": "'other'",
    "subject": "'other'",
    "before": "'{\"n\": 2}'",
    "after": "jsonb_set(after, '{amount}', '\"12.51\"')",
    "reason": "''",
    "previous": "decode(repeat('00', 32), 'hex')",
    "hash": "decode(repeat('00', 32), 'hex')",
    "number": "number + 100",
    "post": "'TJOTH'",
}


def test_every_column_is_tried():
    assert set(CHANGES) == {c.name for c in JournalEntry.__table__.columns}


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found(owner, column):
    owner.execute(f"UPDATE journal_entry SET {column} = {CHANGES[column]} WHERE post = %s AND number = 3", [POST])
    assert breaks() != []


@pytest.mark.parametrize("column", ["before", "after"])
def test_what_changed_cannot_be_emptied(owner, column):
    owner.execute(f"UPDATE journal_entry SET {column} = NULL WHERE post = %s AND number = 3", [POST])
    assert breaks() == ["changed"]


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_entry_is_found(owner, number):
    owner.execute("DELETE FROM journal_entry WHERE post = %s AND number = %s", [POST, number])
    assert breaks() != []


def test_a_cut_tail_is_found_even_with_a_matching_number(owner):
    owner.execute("DELETE FROM journal_entry WHERE post = %s AND number > 3", [POST])
    assert breaks() == ["head-differs"]
    owner.execute("UPDATE chain_head SET number = 3 WHERE post = %s", [POST])
    assert breaks() == ["head-differs"], "the head's hash is that of the entry that is gone"


def test_two_entries_exchanged_are_found(owner):
    for number, other in ((2, 102), (3, 2), (102, 3)):
        owner.execute("UPDATE journal_entry SET number = %s WHERE post = %s AND number = %s", [other, POST, number])
    assert breaks() != []


def test_an_entry_put_in_between_is_found(owner):
    owner.execute(
        "INSERT INTO journal_entry SELECT post, 6, id, at, person, login, role, via, request_id, event, kind, subject, before, after, "
        "reason, hash, sha256(hash) FROM journal_entry WHERE post = %s AND number = 5",
        [POST],
    )
    assert "changed" in breaks()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE chain_head SET number = 4", "UPDATE chain_head SET hash = sha256(hash)", "DELETE FROM chain_head"],
)
def test_a_changed_head_is_found(owner, statement):
    owner.execute(f"{statement} WHERE post = %s", [POST])
    assert breaks() in (["head-differs"], ["head-missing"])
    with db.reading() as session:
        assert POST in journal.posts(session), "a deleted head does not hide the chain"


def test_verification_in_batches_says_the_same(owner):
    with db.reading() as session:
        assert journal.verify(session, POST, batch=2) == (5, [])
    owner.execute("DELETE FROM journal_entry WHERE post = %s AND number = 2", [POST])
    with db.reading() as session:
        found = [journal.verify(session, POST, batch=n)[1] for n in (1, 2, 3, 1000)]
    assert found[0] and all(f == found[0] for f in found)


FORBIDDEN = [
    "UPDATE journal_entry SET reason = ''",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_entry_append_only ON journal_entry",
    "DROP TABLE journal_entry",
    "ALTER TABLE journal_entry DROP CONSTRAINT pk_journal_entry",
    "CREATE RULE r AS ON INSERT TO journal_entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "DELETE FROM chain_head",
    "TRUNCATE chain_head",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_may_not(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("statement", FORBIDDEN[:3])
def test_a_trigger_refuses_even_the_owner_and_the_superuser(own_database, statement):
    write(1)
    for url in (own_database.owner_url, own_database.superuser_url):
        with (
            psycopg.connect(url.replace("+psycopg", "")) as connection,
            pytest.raises(psycopg.Error, match="append-only"),
        ):
            connection.execute(statement)


def test_no_entry_can_be_numbered_twice(own_database):
    write(1)
    again = "INSERT INTO journal_entry SELECT * FROM journal_entry WHERE post = %s AND number = 1"
    with own_database.app_connection() as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(again, [POST])


def test_entries_outbox_and_deed_are_one(own_database):
    """What is journaled or told to others exists exactly when the deed is committed."""

    class Stop(Exception):
        pass

    def deed(*, fail: bool) -> None:
        with db.transaction() as session:
            journal.record(session, by=officer(POST), event="thing.made", kind="thing", subject="x", post=POST)
            outbox.put(session, post=POST, topic="thing.made", subject="x", payload={"a": 1}, at=db.now(session))
            if fail:
                raise Stop

    with pytest.raises(Stop):
        deed(fail=True)
    assert counts() == (0, 0)
    deed(fail=False)
    assert counts() == (1, 1)


def counts() -> tuple[int, int]:
    with db.reading() as session:
        journaled = session.execute(
            text("SELECT count(*) FROM journal_entry WHERE post = :p"), {"p": POST}
        ).scalar_one()
        told = session.execute(
            text("SELECT count(*) FROM outbox WHERE post = :p AND payload = '{\"a\": 1}'"), {"p": POST}
        ).scalar_one()
    return journaled, told


def test_an_entry_says_who_in_which_role(own_database):
    by = supervisor(POST)
    with db.transaction() as session:
        journal.record(
            session,
            by=by,
            event="thing.made",
            kind="thing",
            subject=uuid4(),
            post=POST,
            after={"day": dt.date(2026, 1, 2)},
        )
    with db.reading() as session:
        entry = session.query(JournalEntry).filter_by(post=POST).one()
    assert (entry.person, entry.login, entry.role, entry.via) == (by.person, by.login, "supervisor", by.via)
    assert entry.after == {"day": "2026-01-02"} and entry.before is None
    assert entry.previous == journal.GENESIS and len(entry.hash) == 32


def test_chains_of_posts_are_apart(own_database):
    write(2, "TJAAA")
    write(3, "TJBBB")
    with db.transaction() as session:
        for post in ("TJBBB", "TJAAA", "TJBBB"):
            journal.record(session, by=officer(post), event="thing.made", kind="thing", subject="both", post=post)
    with db.reading() as session:
        assert [journal.verify(session, p) for p in ("TJAAA", "TJBBB")] == [(3, []), (5, [])]
        assert [e.event for e in journal.history(session, "TJBBB", "thing", "both")] == ["thing.made"] * 2


def test_a_fraction_never_enters_the_journal(own_database):
    with pytest.raises(TypeError), db.transaction() as session:
        journal.record(
            session, by=officer(POST), event="thing.made", kind="thing", subject="x", post=POST, after={"kg": 1.5}
        )
    assert counts() == (0, 0)


def test_a_reading_session_leaves_nothing(own_database):
    with db.reading() as session:
        journal.record(session, by=officer(POST), event="thing.made", kind="thing", subject="x", post=POST)
        session.execute(text("INSERT INTO chain_head VALUES ('TJX', 0, ''::bytea)"))
    with db.reading() as session:
        assert (
            session.execute(text("SELECT count(*) FROM chain_head WHERE post IN ('TJX', :p)"), {"p": POST}).scalar_one()
            == 0
        )


def test_mails_leave_only_after_the_commit(own_database):
    sent: list[int] = []

    def send() -> None:
        with db.reading() as session:
            sent.append(
                session.execute(text("SELECT count(*) FROM journal_entry WHERE post = :p"), {"p": POST}).scalar_one()
            )

    with pytest.raises(ProgrammingError), db.transaction() as session:
        db.after_commit(session, send)
        session.execute(text("SELECT nonsense"))
    assert sent == []
    with db.transaction() as session:
        db.after_commit(session, send)
        journal.record(session, by=officer(POST), event="thing.made", kind="thing", subject="x", post=POST)
        assert sent == []
    assert sent == [1], "what was done is there when it is told"
