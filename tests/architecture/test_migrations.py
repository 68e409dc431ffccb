"""The migrations make exactly the tables that the models describe, and can be taken back."""

from __future__ import annotations

import re

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from app.core import schema
from app.models import metadata
from tests.conftest import _create

SHAPES = {
    "columns": """
        SELECT table_name || '.' || column_name,
               concat_ws(' ', udt_name, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
                         column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')""",
    "constraints": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype NOT IN ('n', 't')""",
    "indexes": "SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "storage": """
        SELECT relname, reloptions::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
}


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _left(owner_url: str) -> list[str]:
    """What stands in the schema, extensions' own things aside."""
    with psycopg.connect(_plain(owner_url)) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') "
            "UNION ALL SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') "
            "UNION ALL SELECT typname FROM pg_type t WHERE typnamespace = 'public'::regnamespace "
            "AND typtype IN ('e', 'd') AND NOT EXISTS "
            "(SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')"
        ).fetchall()
    return sorted(name for (name,) in rows if name not in ("alembic_version", "alembic_version_pkc"))


def test_up_down_and_up_again(empty_database):
    """Every migration alone, and the way back leaves nothing behind."""
    assert _left(empty_database.owner_url) == []
    revisions = [r.revision for r in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]
    for revision in revisions:
        assert schema.upgrade(empty_database.owner_url, application_role="guzar", to=revision) == [revision]
    assert schema.upgrade(empty_database.owner_url, application_role="guzar") == [], "running it twice changes nothing"
    for revision in [*revisions[-2::-1], "base"]:
        schema.downgrade(empty_database.owner_url, application_role="guzar", to=revision)
    assert _left(empty_database.owner_url) == []
    assert schema.upgrade(empty_database.owner_url, application_role="guzar") == revisions
    with psycopg.connect(_plain(empty_database.url)) as connection:
        assert connection.execute("SELECT purpose FROM node").fetchone() == ("live",), "a new database is a live one"


def test_revisions_are_one_numbered_line():
    names = [r.revision for r in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]
    assert names == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert schema.newest() == names[-1]


def test_alembic_finds_nothing_to_do(template):
    engine = create_engine(template.owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": metadata,
                "compare_type": True,
                "compare_server_default": False,
                "include_name": lambda name, kind, _parents: not (kind == "table" and name == "alembic_version"),
            },
        )
        difference = compare_metadata(context, metadata)
    engine.dispose()
    assert difference == []


def _shape(url: str, query: str) -> dict[str, str]:
    with psycopg.connect(_plain(url)) as connection:
        found = dict(connection.execute(query).fetchall())
    return {name: what for name, what in found.items() if "alembic_version" not in name}


@pytest.fixture(scope="module")
def described(cluster):
    """A database made from the models alone, to hold against the one made by the migrations."""
    made = _create(cluster, "from_models")
    engine = create_engine(made.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE FUNCTION guzar_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'")
        )
        metadata.create_all(connection)
    engine.dispose()
    return made


@pytest.mark.parametrize("what", SHAPES)
def test_models_and_migrations_say_the_same(what, template, described):
    """Alembic's comparison does not look at CHECKs, partial indexes or fill factors; this does."""
    query = SHAPES[what]
    migrated, modelled = _shape(template.owner_url, query), _shape(described.owner_url, query)
    assert modelled
    assert migrated == modelled


def test_checks_and_keys_have_names(template):
    """A name PostgreSQL made up cannot be changed by a later migration."""
    names = _shape(template.owner_url, SHAPES["constraints"])
    form = re.compile(r"^[a-z_]+\.(pk|fk|uq|ck|ex)_[a-z_0-9]+$")
    assert [name for name in names if not form.match(name)] == []


def test_certificates_that_counted_money_get_that_of_their_country(cluster):
    url = _create(cluster, "guzar_before_currencies").owner_url
    schema.upgrade(url, application_role="guzar", to="0021")
    words = (
        "number, issuer, source, holder, commodities, taxes, granted, used, valid_from, valid_to, status, "
        "registered_by, registered_name, registered_at"
    )
    values = (
        "'EX-1', 'a', 'b', gen_random_uuid()::text, '{}', '{}', 9200, 0, '2020-01-01', '2099-12-31', 'waiting', "
        "gen_random_uuid(), 'c', '2026-01-01'"
    )
    with psycopg.connect(_plain(url)) as connection:
        for post, measure in (("TJPPJ", "value"), ("AFSKB", "value"), ("TJDUS", "net_kg")):
            connection.execute(
                f"INSERT INTO exemption_certificate (post, id, measure, {words}) "
                f"VALUES ('{post}', gen_random_uuid(), '{measure}', {values})"
            )
    schema.upgrade(url, application_role="guzar", to="0022")
    with psycopg.connect(_plain(url)) as connection:
        found = connection.execute("SELECT post, currency FROM exemption_certificate").fetchall()
    assert dict(found) == {"TJPPJ": "TJS", "AFSKB": "AFN", "TJDUS": None}
