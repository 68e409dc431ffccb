"""Watch lists are changed in the tables by hand, as whoever runs the database can: each change is found, and told once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.core import clock, db
from app.core.actors import SYSTEM
from app.flows import approving, profiling
from app.registers import integrity
from app.watchlists import operations, queries
from app.watchlists.commands import Reader
from app.watchlists.lifecycle import Kind
from app.watchlists.queries import approved
from app.watchlists.rules.filed import ForAll
from tests.factories.actors import actor, analyst, person
from tests.factories.watching import listed, looked_for

FILE = b"kind,name\nperson,Ahmad Noori\nplate,KBL 12345\ncompany,Kabul Milli Transport\n"
ALONE, GONE, FILED = "name = 'Firdavs'", "name = 'Nobody'", "name = 'KBL 12345'"
SECOND = actor("analyst", "*", login="analyst2")


@pytest.fixture
def lived(own_database):
    """A list with two readers, two entries that were added alone, one of them removed by two, and three of a file, one of them
    removed as well."""
    with db.transaction() as s:
        listed(s)
        looked_for(s, Kind.PERSON, "Firdavs", aliases=("Firdaus",))
        gone = looked_for(s, Kind.PERSON, "Nobody").id
        operations.take(s, "WANTED", FILE, ForAll("Order 8", "case 13"), by=analyst())
        operations.let_in(s, "WANTED", Reader(person("analyst2"), "analyst2", "Second"), "second", by=analyst())
    with db.transaction() as s:
        filed = s.execute(text("SELECT id FROM watch_entry WHERE name = 'Kabul Milli Transport'")).scalar_one()
        for id in (gone, filed):
            proposal = operations.propose_removal(s, id, "was another", by=analyst())
            approving.approve(s, proposal.id, "seen", by=SECOND)
    yield own_database
    queries.forget()


def told(session: Session) -> set[tuple[str, str]]:
    return {(one.what, one.problem) for one in approved.compare(session)[1]}


_COPY = (
    "INSERT INTO watch_entry SELECT post, gen_random_uuid(), list_id, kind, 'Planted', aliases, 'planted', '{planted}', source, "
    "reason, valid_from, valid_to, added_by, added_name, added_at, NULL, NULL, NULL, NULL, %s FROM watch_entry WHERE %s"
)
_BY_TWO = "removed_by = gen_random_uuid(), removed_with = gen_random_uuid(), removed_reason = 'x', removed_at = now()"
#: What a hand does, and what is told of it.
HANDS = [
    (f"UPDATE watch_entry SET name = 'Firdaws' WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET keys = '{{none}}' WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET aliases = '{{}}' WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET valid_to = valid_from WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET valid_from = '2199-01-01' WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET {_BY_TWO} WHERE {ALONE}", ("entry", "altered")),
    (f"UPDATE watch_entry SET {_BY_TWO} WHERE {FILED}", ("entry", "altered")),
    (f"UPDATE watch_entry SET removed_at = NULL, removed_by = NULL, removed_with = NULL, removed_reason = NULL WHERE {GONE}", ("entry", "altered")),
    (f"DELETE FROM watch_entry WHERE {ALONE}", ("entry", "missing")),
    (_COPY % ("NULL", ALONE), ("entry", "inserted")),
    (f"UPDATE watch_entry SET value = 'KBL1', keys = '{{plate:KBL1}}' WHERE {FILED}", ("file", "altered")),
    (f"UPDATE watch_entry SET file = NULL WHERE {FILED}", ("file", "altered")),
    (f"DELETE FROM watch_entry WHERE {FILED}", ("file", "altered")),
    ("DELETE FROM watch_entry WHERE file IS NOT NULL", ("file", "missing")),
    (_COPY % ("file", FILED), ("file", "altered")),
    (_COPY % ("gen_random_uuid()", FILED), ("file", "inserted")),
    ("UPDATE watch_list SET valid_to = current_date", ("list", "altered")),
    ("UPDATE watch_list SET roles = '{auditor}'", ("list", "altered")),
    ("DELETE FROM watch_list", ("list", "missing")),
    ("UPDATE watch_reader SET left_at = now(), left_by = person WHERE login = 'analyst2'", ("list", "altered")),
    (
        ("INSERT INTO watch_reader SELECT post, gen_random_uuid(), list_id, gen_random_uuid(), 'spy', 'Spy', let_in_by, let_in_at "
        "FROM watch_reader LIMIT 1"),
        ("list", "altered"),
    ),
    (
        ("INSERT INTO watch_list SELECT post, gen_random_uuid(), 'PLANTED', names, source, reason, roles, owner, owner_name, "
        "valid_to, made_at FROM watch_list"),
        ("list", "inserted"),
    ),
    ("UPDATE journal_entry SET reason = 'x' WHERE event = 'watchlist.entry-removed'", ("entry", "journal")),
    ("UPDATE journal_entry SET after = after - 'content' WHERE event = 'watchlist.made'", ("list", "journal")),
]  # fmt: skip


def test_every_hand_in_the_tables_is_found(lived):
    engine = create_engine(lived.superuser_url)
    missed = []
    try:
        for statement, expected in HANDS:
            with Session(engine) as session:
                session.execute(text("SET session_replication_role = replica"))
                assert told(session) == set(), "what two persons did is no tampering"
                assert session.execute(text(statement)).rowcount, statement
                if expected not in told(session):
                    missed.append((statement, told(session)))
    finally:
        engine.dispose()
    assert missed == []


def test_it_is_told_once_by_the_worker_and_by_verify_and_goes_on_being_looked_for(lived):
    with db.transaction() as s:
        seen = profiling.keep_lists(s, by=SYSTEM)
    with lived.owner_connection() as owner:
        owner.execute(f"UPDATE watch_entry SET source = 'nowhere' WHERE {ALONE}")
    for _round in range(2):
        with db.transaction() as s:
            seen = profiling.keep_lists(s, seen, by=SYSTEM)
    with db.reading() as s:
        key = str(s.execute(text(f"SELECT id FROM watch_entry WHERE {ALONE}")).scalar_one())
        alarms = s.execute(
            text("SELECT subject, after ->> 'what', after ->> 'problem' FROM journal_entry WHERE event = 'risk.tampering-found'")
        ).all()
        assert [tuple(alarm) for alarm in alarms] == [(key, "entry", "altered")]
        assert ("watch entry", key, "altered") in [(d.kind, d.subject, d.kept) for d in integrity.compare(s)[1]]
        assert "Firdavs" not in str(integrity.compare(s)[1])
        today = db.now(s).date()
        assert [near.entry.name for near, _why in queries.nearest(s, "Firdavs", (Kind.PERSON,), today, by=analyst())] == ["Firdavs"]


def test_what_is_added_later_is_read_on_and_of_a_list_that_is_over_only_its_own_row_is_told(lived):
    with db.transaction() as s:
        before, found = approved.compare(s)
        assert found == []
        looked_for(s, Kind.PLATE, "01 AB 777")
        today = db.now(s).date()
        proposal = operations.propose_close(s, "WANTED", today, "the order ended", by=analyst())
        approving.approve(s, proposal.id, "read the order", by=SECOND)
    with db.transaction() as s:
        after, found = approved.compare(s, before)
        assert found == [] and after.number > before.number and len(after.entries) == len(before.entries) + 1
    with lived.owner_connection() as owner:
        owner.execute(f"UPDATE watch_entry SET name = 'x' WHERE {ALONE}")
        owner.execute("UPDATE watch_list SET valid_to = '2199-01-01'")
    with db.transaction() as s:
        assert {(one.what, one.problem) for one in approved.compare(s, after)[1]} == {("entry", "altered"), ("list", "altered")}
        clock.set_clock(s, db.now(s) + dt.timedelta(days=2))
        assert told(s) == {("list", "altered")}, "its last day is what two persons said, not what the row says"
