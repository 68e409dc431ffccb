"""Rows about trusted traders that the owner of the database wrote himself, with its guard switched off."""

from __future__ import annotations

import pytest
from psycopg.errors import CheckViolation, UniqueViolation

from app.core import db, journal
from app.risk.models import TrustedTrader
from app.risk.operations import trusting as verbs
from app.risk.queries import trusted
from tests.factories import actors
from tests.factories.actors import POST
from tests.slices.test_trusted import SECOND, approved, is_trusted, remember, reviewed, wish


@pytest.fixture
def owner(own_database):
    with db.transaction() as session:
        remember(session, "consignee", "3 years", consignments=50)
    with own_database.owner_connection() as connection:
        connection.execute("ALTER TABLE risk_trusted_trader DISABLE TRIGGER trusted_by_two")
        yield connection


def test_a_row_written_by_hand_is_not_believed_and_tells(owner):
    held = approved(wish(posts=("TJDUS",)))
    with db.transaction() as session:
        verbs.end(session, held.id, "gave it back", by=SECOND)
    columns = "party, criteria, valid_to, reason, made_by, made_name, made_at, approved_by, approved_name, approved_at"
    owner.execute(
        f"INSERT INTO risk_trusted_trader (id, status, posts, {columns}) "
        f"SELECT gen_random_uuid(), 'in_force', '{{}}', {columns} FROM risk_trusted_trader"
    )
    assert not is_trusted()
    assert reviewed() == 1 and reviewed() == 0
    with db.reading() as session:
        (forged,) = [t for t in trusted.listed(session, by=actors.auditor()) if t.id != held.id]
        events = [e.event for e in journal.history(session, POST, trusted.KIND, str(forged.id))]
    assert events == ["risk.tampering-found", "risk.trusted-ended"]


def test_a_row_that_was_brought_back_by_hand_is_not_believed(owner):
    held = approved()
    with db.transaction() as session:
        verbs.suspend(session, held.id, "a letter of the tax office", by=SECOND)
    owner.execute("UPDATE risk_trusted_trader SET status = 'in_force'")
    assert not is_trusted() and reviewed() == 1


def test_the_table_refuses_what_lacks_something(owner):
    approved()
    plain = {c.key: c.key for c in TrustedTrader.__mapper__.columns} | {"id": "gen_random_uuid()", "party": "'TJ-1'"}
    for change, refused_by in (
        ({"approved_by": "made_by"}, "other_persons"),
        ({"valid_to": "valid_to + 2000"}, "expires"),
        ({"criteria": "'[]'"}, "criteria_given"),
        ({"status": "'suspended'"}, "suspended_has_time"),
        ({"party": "party"}, "held"),
    ):
        columns = {**plain, **change}
        names, values = ", ".join(columns), ", ".join(columns.values())
        with pytest.raises((CheckViolation, UniqueViolation), match=f"risk_trusted_trader_{refused_by}"):
            owner.execute(f"INSERT INTO risk_trusted_trader ({names}) SELECT {values} FROM risk_trusted_trader")
