"""Checkpoints of the journal: whatever is forged in a chain, also by who owns the server and hashes it all anew, is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import create_app
from app.clearance.keys import KeyStore
from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.journal import GENESIS, JournalEntry
from app.flows import checkpointing
from app.oversight.models import Checkpoint
from app.oversight.rules import marks
from config.settings import Settings
from tests.factories.actors import officer

POST = "TJJRN"
#: Entries when the checkpoint was made, and after it.
MARKED, ALL = 6, 8


def write(count: int) -> None:
    for n in range(count):
        with db.transaction() as session:
            journal.record(
                session, by=officer(POST), event="thing.changed", kind="thing", subject=f"s{n}", post=POST,
                before={"n": n}, after={"n": n + 1}, reason="because",
            )  # fmt: skip


@pytest.fixture
def keys(tmp_path) -> KeyStore:
    return KeyStore(tmp_path / "keys", "TJ")


@pytest.fixture
def kept(own_database, keys, tmp_path) -> Path:
    """A chain of eight entries, with a checkpoint of the sixth in a file."""
    write(MARKED)
    with db.transaction() as session:
        checkpointing.make(session, keys, tmp_path / "marks", by=SYSTEM)
    write(ALL - MARKED)
    (found,) = (tmp_path / "marks" / POST).iterdir()
    return found


@pytest.fixture
def forger(own_database, kept):
    """Who owns the server: every guard is off. What is forged is rolled back."""
    engine = create_engine(own_database.superuser_url, connect_args={"options": "-c timezone=UTC"})
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        yield session
        session.rollback()
    engine.dispose()


def _sql(statement: str) -> Callable[[Session], Any]:
    return lambda session: session.execute(text(statement), {"post": POST})


def _reorder(session: Session) -> None:
    for number, other in ((2, 102), (3, 2), (102, 3)):
        move = text("UPDATE journal_entry SET number = :other WHERE post = :post AND number = :number")
        session.execute(move, {"other": other, "number": number, "post": POST})


def _cut(session: Session) -> None:
    """The end is gone, and the head says that it was never there."""
    session.execute(text("DELETE FROM journal_entry WHERE post = :post AND number > 4"), {"post": POST})
    last = journal.hash_at(session, POST, 4)
    session.execute(
        text("UPDATE chain_head SET number = 4, hash = :hash WHERE post = :post"), {"hash": last, "post": POST}
    )


def _rehash(session: Session) -> None:
    """One entry says something else, and every hash from there on is made anew."""
    entries = session.query(JournalEntry).filter_by(post=POST).order_by(JournalEntry.number)
    previous = GENESIS
    for entry in entries:
        row = {c.name: getattr(entry, c.name) for c in JournalEntry.__table__.columns}
        row["previous"] = previous
        if entry.number == 3:
            row["reason"] = "because I was asked"
        previous = row["hash"] = journal.entry_hash(row)
        entry.previous, entry.hash, entry.reason = row["previous"], row["hash"], row["reason"]
    session.flush()
    session.execute(text("UPDATE chain_head SET hash = :hash WHERE post = :post"), {"hash": previous, "post": POST})


_INSERT = (
    "INSERT INTO journal_entry SELECT post, 9, gen_random_uuid(), at, person, login, role, via, request_id, event, kind, "
    "subject, before, after, reason, hash, sha256(hash) FROM journal_entry WHERE post = :post AND number = 8"
)
FORGERIES: dict[str, tuple[Callable[[Session], Any], set[str]]] = {
    "changed": (
        _sql("UPDATE journal_entry SET after = '{\"n\": 9}' WHERE post = :post AND number = 3"),
        {"changed"},
    ),
    "changed timestamp": (
        _sql("UPDATE journal_entry SET at = at - interval '1 hour' WHERE post = :post AND number = 3"),
        {"changed"},
    ),
    "inserted": (_sql(_INSERT), {"changed", "head-differs"}),
    "deleted": (
        _sql("DELETE FROM journal_entry WHERE post = :post AND number = 3"),
        {"missing", "not-linked"},
    ),
    "reordered": (_reorder, {"not-linked", "changed"}),
    "tail cut": (_cut, {"checkpoint-missing"}),
    "hashed anew": (_rehash, {"checkpoint-differs"}),
    "all gone": (
        _sql("WITH gone AS (DELETE FROM chain_head WHERE post = :post) DELETE FROM journal_entry WHERE post = :post"),
        {"checkpoint-missing"},
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_each_kind_of_forgery_is_found(forger, kept, keys, name):
    assert _breaks(forger, kept, keys) == set(), "nothing is told of a sound chain"
    forge, told = FORGERIES[name]
    forge(forger)
    assert _breaks(forger, kept, keys) == told


def _breaks(session: Session, kept: Path, keys: KeyStore) -> set[str]:
    found = journal.verify(session, POST)[1] + checkpointing.against(session, checkpointing.read([kept]), keys.trust())
    return {each.what for each in found}


def test_without_a_checkpoint_a_chain_hashed_anew_looks_sound(forger):
    """What the checkpoint is for: the chain alone does not tell."""
    _rehash(forger)
    assert journal.verify(forger, POST)[1] == []
    _cut(forger)
    assert journal.verify(forger, POST)[1] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", 5), ("hash", "00" * 32), ("at", "2020-01-01T00:00:00.000000Z"), ("post", "TJPPJ"), ("key", "00" * 8)],
)
def test_a_checkpoint_nobody_signed_is_told(own_database, kept, keys, field, value):
    said = json.loads(kept.read_text())
    kept.write_text(json.dumps(said | {field: value}))
    with db.reading() as session:
        found = checkpointing.against(session, checkpointing.read([kept]), keys.trust())
    assert [each.what for each in found] == ["checkpoint-unsigned"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("no", "no JSON"), ("[]", "six fields"), ('{"post": "TJPPJ"}', "six fields"), ("x" * 700, "too long"),
        ('{"post":"TJPPJ","number":0,"hash":"","at":"","key":"","signature":""}', "number"),
        ('{"post":"tjppj","number":1,"hash":"","at":"","key":"","signature":""}', "post"),
        ('{"post":"TJPPJ","number":1,"hash":"zz","at":"2026-01-01T00:00:00.000000Z","key":"","signature":""}', "hash"),
        (f'{{"post":"TJPPJ","number":1,"hash":"{"0" * 64}","at":"2026-01-01","key":"","signature":""}}', "time"),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_said(tmp_path, line, problem):
    file = tmp_path / "marks.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(ValueError, match=rf"marks.jsonl, line 2: .*{problem}"):
        checkpointing.read([file])


def test_a_checkpoint_is_made_once_for_each_state_and_told_to_the_other_side(own_database, kept, keys, tmp_path):
    with db.transaction() as session:
        made = checkpointing.make(session, keys, tmp_path / "marks", by=SYSTEM)
    assert [(mark.post, mark.number) for mark in made if mark.post == POST] == [(POST, ALL)]
    with db.transaction() as session:
        assert checkpointing.make(session, keys, tmp_path / "marks", by=SYSTEM) == []
    with db.reading() as session:
        sent = session.execute(
            text("SELECT payload FROM outbox WHERE topic = 'journal.checkpoint' AND subject = :post ORDER BY id"),
            {"post": POST},
        ).scalars()
        assert [marks.read(json.dumps(each)).number for each in sent] == [MARKED, ALL]
    assert [mark.number for mark in checkpointing.read([kept])] == [MARKED, ALL]


def test_a_chain_that_contradicts_its_checkpoint_gets_no_new_one(own_database, kept, keys, tmp_path):
    engine = create_engine(own_database.superuser_url, connect_args={"options": "-c timezone=UTC"})
    with Session(engine) as forger:
        forger.execute(text("SET session_replication_role = replica"))
        _rehash(forger)
        forger.commit()
    engine.dispose()
    with db.transaction() as session:
        assert checkpointing.make(session, keys, tmp_path / "marks", by=SYSTEM) == []
        assert session.get(Checkpoint, (POST, MARKED)) is not None


@pytest.fixture
def flask(own_database, tmp_path):
    """The commands of a node with this database."""
    app = create_app(
        Settings(
            home=tmp_path / "home", database_url=own_database.url, owner_url=own_database.owner_url, post="TJPPJ",
            secret_key="t" * 40, purpose="test", log_level="ERROR",
        )
    )  # fmt: skip
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_the_commands_export_a_checkpoint_and_find_a_chain_that_was_written_anew(own_database, flask, tmp_path):
    write(MARKED)
    elsewhere = tmp_path / "elsewhere.jsonl"
    made = json.loads(flask("journal", "checkpoint", "--to", elsewhere).output)
    assert POST in {mark["post"] for mark in made["checkpoints"]}
    assert flask("journal", "checkpoint", "--to", elsewhere).exit_code == 1, "no file is written over"
    write(2)
    sound = flask("journal", "verify", "--against", elsewhere)
    assert sound.exit_code == 0, sound.output
    engine = create_engine(own_database.superuser_url, connect_args={"options": "-c timezone=UTC"})
    with Session(engine) as forger:
        forger.execute(text("SET session_replication_role = replica"))
        forger.execute(text("DELETE FROM oversight_checkpoint"))
        _rehash(forger)
        forger.commit()
    engine.dispose()
    for own in (tmp_path / "home" / "checkpoints").glob("*/*.jsonl"):
        own.unlink()
    assert flask("journal", "verify", "--post", POST).exit_code == 0, "whoever owns the machine has taken every trace"
    told = flask("journal", "verify", "--post", POST, "--against", elsewhere)
    assert told.exit_code == 1
    assert [each["what"] for each in json.loads(told.output)["posts"][0]["breaks"]] == ["checkpoint-differs"]
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("{}\n")
    refused = flask("journal", "verify", "--against", wrong)
    assert refused.exit_code == 1 and "line 1" in refused.output
