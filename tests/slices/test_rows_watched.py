"""Rows changed behind the application's back are found by the due task; what the verbs did is not."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from app.accounts.commands import GiveGrant
from app.accounts.operations import grant
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, WrongState
from app.flows import deciding, guarding
from app.flows.checkpointing import make
from app.oversight.models import Chunk, Difference, Watch
from app.oversight.operations import watching
from app.oversight.queries import watched
from app.registers.oversight import chunks
from tests.factories import cases, declarations, permitting
from tests.factories.actors import auditor, officer, supervisor


@pytest.fixture
def lived(own_database):
    """A little of everything has happened, and the watch has seen it."""
    cases.no_chance()
    guarding.watch_all(by=SYSTEM)
    with db.transaction() as s:
        green = declarations.lodged(s).declaration
        yellow = declarations.lodged(s, declarations.yellow()).declaration.reference
    cases.inspected(cases.red())
    with db.transaction() as s:
        deciding.change_lane(s, yellow, "green", "known firm", None, by=officer())
        grant(s, GiveGrant("officer", "inspector", "TJPPJ"), by=SYSTEM)
    permitting.permitted(green)
    guarding.watch_all(by=SYSTEM)
    assert open_differences() == [], "what the verbs do is told by their entries"
    return own_database


def open_differences() -> list[tuple[str, str]]:
    with db.reading() as session:
        rows = session.execute(select(Difference).where(Difference.gone_at.is_(None)).order_by(Difference.id)).scalars()
        return [(row.kind, row.key) for row in rows]


def alter(database, *statements: str) -> None:
    """Somebody past every guard; committed."""
    engine = create_engine(database.superuser_url)
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            assert session.execute(text(statement)).rowcount, statement
        session.commit()
    engine.dispose()


def found_after(database, *statements: str) -> set[tuple[str, str]]:
    """What the due task tells of it, once its time has come."""
    alter(database, *statements)
    later(database, minutes=6)
    assert guarding.watch(60.0, by=SYSTEM) is False
    return set(open_differences())


def later(database, *, minutes: int) -> None:
    with database.owner_connection() as connection:
        connection.execute("UPDATE node SET clock_offset = clock_offset + make_interval(mins => %s)", [minutes])


_COPIED = "INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, (SELECT json_agg(to_jsonb(t) || {1}) FROM (SELECT * FROM {0} {2} LIMIT 1) t))"


def copied(table: str, changes: str = "jsonb_build_object('id', uuidv7())", which: str = "") -> str:
    """A row put in that looks like another one."""
    return _COPIED.format(table, changes, which)


RED = "id IN (SELECT declaration_id FROM declaration_item WHERE commodity = '291524')"
ALTERED = {
    "declaration put in": (
        copied("declaration", "jsonb_build_object('id', uuidv7(), 'reference', 'TJPPJ-FALSE', 'mrn', '26TJPPJ999999999R0')"),
        ("declaration", "row"),
    ),
    "declaration changed": ("UPDATE declaration SET lane = 'green' WHERE " + RED, ("declaration", "lane")),
    "declaration's owner changed": ("UPDATE declaration SET party = 'TJ-1' WHERE " + RED, ("declaration", "writer")),
    "declaration taken out": ("DELETE FROM declaration WHERE " + RED, ("declaration", "row")),
    "goods changed": ("UPDATE declaration_item SET net_kg = 1 WHERE commodity = '291524'", ("declaration_item", "writer")),
    "goods taken out": ("DELETE FROM declaration_item WHERE commodity = '291524'", ("declaration_item", "rows")),
    "inspection put in": (
        copied("inspection", "jsonb_build_object('id', uuidv7(), 'number', 'TJPPJ-IA-2026-000009')", "WHERE status = 'concluded'"),
        ("inspection", "row"),
    ),
    "inspection changed": (
        "UPDATE inspection SET conclusion = 'offence' WHERE status = 'concluded'",
        ("inspection", "conclusion"),
    ),
    "inspection taken out": ("DELETE FROM inspection WHERE status = 'concluded'", ("inspection", "row")),
    "finding put in": (copied("inspection_finding"), ("inspection_finding", "writer")),
    "finding changed": ("UPDATE inspection_finding SET found = 'something else'", ("inspection_finding", "writer")),
    "finding taken out": ("DELETE FROM inspection_finding", ("inspection_finding", "row")),
    "permit put in": (
        copied("permit", "jsonb_build_object('id', uuidv7(), 'number', 'TJPPJ-CP-2026-999999', 'pdf', '\\x00', 'revoked_at', now(), 'revoked_reason', 'x', 'revoked_by', uuidv7())"),
        ("permit", "writer"),
    ),
    "permit changed": ("UPDATE permit SET valid_until = '2190-01-01'", ("permit", "valid_until")),
    "permit taken out": ("DELETE FROM permit", ("permit", "row")),
    "grant put in": (copied("access_grant", "jsonb_build_object('id', uuidv7(), 'role', 'supervisor')", "WHERE role = 'officer'"), ("grant", "row")),
    "grant changed": ("UPDATE access_grant SET role = 'supervisor' WHERE role = 'inspector'", ("grant", "role")),
    "grant taken out": ("DELETE FROM access_grant WHERE role = 'liaison'", ("grant", "row")),
    "proposal put in": (copied("proposal", "jsonb_build_object('id', uuidv7(), 'kind', 'other.act')"), ("proposal", "row")),
    "proposal changed": ("UPDATE proposal SET status = 'overtaken'", ("proposal", "status")),
    "proposal taken out": ("DELETE FROM proposal", ("proposal", "row")),
    "payment put in": (copied("payment", "jsonb_build_object('id', uuidv7(), 'number', 'X-1', 'receipt', 'FALSE-1')"), ("payment", "row")),
    "payment changed": ("UPDATE payment SET amount = amount - 1", ("payment", "amount")),
    "payment taken out": ("DELETE FROM payment", ("payment", "row")),
}  # fmt: skip


def test_whatever_is_altered_is_found_by_the_due_task(lived):
    missed = {}
    for name, (statement, told) in ALTERED.items():
        before = set(open_differences())
        found = found_after(lived, statement)
        if told not in found:
            missed[name] = found - before
        alter(lived, "UPDATE oversight_difference SET gone_at = found_at")
    assert missed == {}


def test_a_difference_is_told_once_and_ends_when_the_row_is_put_right(lived):
    assert found_after(lived, "UPDATE permit SET valid_until = valid_until + 1") == {
        ("permit", "valid_until"), ("permit", "writer"),
    }  # fmt: skip
    later(lived, minutes=6)
    guarding.watch(60.0, by=SYSTEM)
    with db.reading() as session:
        told = session.execute(
            text("SELECT after ->> 'key' FROM journal_entry WHERE event = 'oversight.difference-found'")
        ).scalars()
        assert sorted(told) == ["valid_until", "writer"]
    found_after(lived, "UPDATE permit SET valid_until = valid_until - 1")
    assert {key for _kind, key in open_differences()} == {"writer"}, (
        "who wrote the row is not undone by writing it again"
    )


def test_a_table_is_looked_at_every_five_minutes_and_each_chunk_once_a_day(lived):
    alter(lived, "UPDATE permit SET valid_until = '2190-01-01'")
    guarding.watch(60.0, by=SYSTEM)
    assert open_differences() == [], "it was looked at a moment ago"
    # Whoever also alters what is remembered of the rows is found a day later.
    with db.transaction() as session:
        table = chunks.BY_NAME["permit"]
        at, found = db.now(session), chunks.digests(session, table)
        stands = chunks.ground(session)
        watching.keep_chunks(session, "permit", found, at, by=SYSTEM)
        watching.keep_place(session, "permit", stands.where, stands.next, stands.heads, at, by=SYSTEM)
    later(lived, minutes=6)
    guarding.watch(60.0, by=SYSTEM)
    assert open_differences() == []
    later(lived, minutes=24 * 60)
    guarding.watch(60.0, by=SYSTEM)
    assert open_differences() == [("permit", "valid_until")]


def test_where_no_time_is_left_the_next_look_goes_on(lived):
    alter(lived, "DELETE FROM oversight_chunk", "DELETE FROM oversight_watch")
    table = chunks.BY_NAME["declaration"]
    with db.transaction() as session:
        false = {("TJPPJ", f"00000{n}"): (n + 1, n) for n in range(3)}
        watching.keep_chunks(session, table.name, false, dt.datetime.now(dt.UTC), by=SYSTEM)
    guarding.look(table, until=0.0, by=SYSTEM)
    with db.reading() as session:
        assert session.get(Watch, table.name) is None, "not finished"
    while True:
        guarding.look(table, until=0.0, by=SYSTEM)
        with db.reading() as session:
            if session.get(Watch, table.name) is not None:
                break
    with db.reading() as session:
        assert not session.execute(select(Chunk).where(Chunk.chunk.startswith("0000"))).first()


def test_after_a_migration_the_writers_are_not_asked_and_that_is_journaled(lived):
    alter(lived, "UPDATE permit SET issued_name = 'Somebody'", "UPDATE oversight_watch SET ground = 'elsewhere'")
    later(lived, minutes=6)
    guarding.watch(60.0, by=SYSTEM)
    assert open_differences() == []
    with db.reading() as session:
        told = session.execute(text("SELECT subject FROM journal_entry WHERE event = 'oversight.begun-anew'")).scalars()
        assert {"permit", "declaration"} <= set(told)


def test_a_broken_chain_is_told_by_the_due_task(lived, tmp_path):
    with db.transaction() as session:
        make(session, permitting.keys(), tmp_path, by=SYSTEM)
    assert guarding.look_at_chains(by=SYSTEM) == []
    alter(lived, "UPDATE journal_entry SET reason = 'x' WHERE number = 5")
    assert [wrong.key for wrong in guarding.look_at_chains(by=SYSTEM)] == ["changed"], "in what is older"
    alter(
        lived,
        "DELETE FROM journal_entry WHERE number >= (SELECT number FROM oversight_checkpoint)",
        "UPDATE chain_head h SET (number, hash) = (SELECT number, hash FROM journal_entry j WHERE j.post = h.post ORDER BY number DESC LIMIT 1)",
    )
    assert "checkpoint-missing" in {wrong.key for wrong in guarding.look_at_chains(by=SYSTEM)}


def test_an_auditor_settles_what_only_a_person_can(lived):
    found_after(lived, "UPDATE permit SET issued_name = 'Somebody'")
    with db.reading() as session:
        (difference,) = watched.page(session, by=auditor())
        assert watched.open_for(session, by=supervisor()) == 1
        assert watched.open_for(session, by=officer()) == 0
        with pytest.raises(Forbidden):
            watched.page(session, by=officer())
    with pytest.raises(Forbidden), db.transaction() as session:
        watching.settle(session, difference.id, "it was me", by=supervisor())
    with pytest.raises(Invalid), db.transaction() as session:
        watching.settle(session, difference.id, "ok", by=auditor())
    with db.transaction() as session:
        watching.settle(session, difference.id, "Repaired by hand, order 12", by=auditor())
    with pytest.raises(WrongState), db.transaction() as session:
        watching.settle(session, difference.id, "Repaired by hand, order 12", by=auditor())
    later(lived, minutes=24 * 60 + 6)
    guarding.watch(60.0, by=SYSTEM)
    assert open_differences() == []
