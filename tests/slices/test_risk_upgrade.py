"""A database from before profiles had a life: what was in force stays in force, and its lanes can still be explained."""

from __future__ import annotations

import psycopg
from sqlalchemy import text

from app.core import db, journal, schema
from app.core.actors import SYSTEM
from app.core.ids import uuid7
from app.risk import queries
from app.risk.models import RiskAssessment
from app.risk.operations.recomputing import recomputed
from app.risk.queries import approved
from app.risk.rules import draw
from tests.conftest import _create
from tests.factories import caches
from tests.factories.actors import POST, administrator

_PROFILE = (
    "INSERT INTO risk_profile (code, version, expression, lane, names, instruction, posts, source, valid_from) "
    "VALUES (%s, %s, %s, %s, '{\"en\": \"A name\"}', '{\"en\": \"Look\"}', '{}', 'old', %s)"
)
_DECLARATION = (
    "INSERT INTO declaration (post, id, reference, mrn, party, status, lane, content, version, lodged_at, changed_at) "
    "VALUES ('TJPPJ', %s, 'R', 'M', 'P', 'selected', 'yellow', 1, 1, now(), now())"
)
_ASSESSMENT = (
    "INSERT INTO risk_assessment (post, id, declaration_id, lane, hits, draw, drawn, facts, at) "
    "VALUES ('TJPPJ', %s, %s, 'yellow', %s, %s, false, '{}', %s)"
)


def _filled(connection: psycopg.Connection) -> None:
    for version, expression in ((1, "gross_kg > 1.0"), (2, "gross_kg > 2.0")):
        connection.execute(_PROFILE, ["heavy", version, expression, "yellow", f"2026-01-0{version}"])
    connection.execute(_PROFILE, ["light", 1, "gross_kg < 1.0", "red", "2026-01-01"])
    connection.execute("INSERT INTO risk_random_share VALUES ('*', '2026-01-01', 3, 'yellow')")
    declaration = uuid7()
    connection.execute(_DECLARATION, [declaration])
    for day, hits in ((1, '[{"code": "heavy", "version": 2, "lane": "yellow"}]'), (2, "[]")):
        key = uuid7()
        connection.execute(_ASSESSMENT, [key, declaration, hits, draw.number_of_key(key), f"2026-02-0{day}"])


def _told(session) -> None:
    """What the verbs of then journaled."""
    for code, version, expression, lane in (
        ("heavy", 1, "gross_kg > 1.0", "yellow"),
        ("light", 1, "gross_kg < 1.0", "red"),
        ("heavy", 2, "gross_kg > 2.0", "yellow"),
    ):
        after = {"version": version, "expression": expression, "lane": lane}
        journal.record(
            session,
            by=administrator(),
            event="risk.profile-defined",
            kind="risk_profile",
            subject=code,
            post=POST,
            after=after,
        )
    journal.record(
        session, by=SYSTEM, event="risk.share-set", kind="risk_random_share", subject="*", post=POST,
        after={"share": "3", "lane": "yellow"},
    )  # fmt: skip


def test_what_was_in_force_stays_in_force(cluster):
    made = _create(cluster, "before_profiles_had_a_life")
    schema.upgrade(made.owner_url, application_role="guzar", to="0028")
    with made.owner_connection() as connection:
        _filled(connection)
    with caches.apart():
        db.connect(made.url, node_post=POST)
        with db.transaction() as session:
            _told(session)
        schema.upgrade(made.owner_url, application_role="guzar")
        with db.reading() as session:
            rules = queries.in_force(session)
            assert [(p.code, p.version, p.lane) for p in rules.profiles] == [
                ("heavy", 2, "yellow"),
                ("light", 1, "red"),
            ]
            assert rules.problems == () and approved.compare(session) == []
            assert [format(share, "f") for share, _lane in rules.shares.values()] == ["3.00"]
            rows = session.execute(
                text(
                    "SELECT code, version, status, made_name, kinds, ended_at IS NULL FROM risk_profile ORDER BY code, version"
                )
            ).all()
            assert [tuple(row) for row in rows] == [
                ("heavy", 1, "ended", "administrator", ["declaration"], False),
                ("heavy", 2, "in_force", "administrator", ["declaration"], True),
                ("light", 1, "in_force", "administrator", ["declaration"], True),
            ]
            kept = session.query(RiskAssessment).order_by(RiskAssessment.at).all()
            assert [(row.stage, row.kind, row.shadow, row.trusted) for row in kept] == [
                ("lodged", "declaration", [], False),
                ("amended", "declaration", [], False),
            ]
            assert recomputed(session, kept[0]).differences == []
            assert recomputed(session, kept[1]).differences == ["lane"], "a lane that follows from nothing kept"
        db.disconnect()
