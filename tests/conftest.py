"""Fixtures every test shares: a throw-away PostgreSQL built by the migrations, and one outer transaction a test."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.core import db, embedded, schema
from config.settings import Settings
from tests.factories import caches, counting

POST = "TJPPJ"

# A busy machine is slow, not wrong.
hypothesis.register_profile("guzar", deadline=None)
hypothesis.load_profile("guzar")



def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes, each with a PostgreSQL of its own, where a folder is tested; single files are done sooner in this one."""
    return 2 if any(Path(asked).is_dir() for asked in config.args) else 0


@dataclass(frozen=True)
class Database:
    """A migrated database: addresses for the application's role, the owner and the superuser."""

    name: str
    url: str
    owner_url: str
    superuser_url: str
    cluster: embedded.Cluster

    def owner_connection(self) -> psycopg.Connection:
        """A plain connection as the owner, who may set the clock; autocommit."""
        return psycopg.connect(self.owner_url.replace("+psycopg", ""), autocommit=True)

    def app_connection(self) -> psycopg.Connection:
        """A plain connection as the application's role; autocommit."""
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[embedded.Cluster]:
    """One throw-away server for the whole run (fsync off, never the data of a demo)."""
    home = Path(tempfile.mkdtemp(prefix="guzar-test-"))
    running = embedded.start(home, throwaway=True, stop_at_exit=True)
    yield running
    running.stop()
    shutil.rmtree(home, ignore_errors=True)


def _named(cluster: embedded.Cluster, name: str) -> Database:
    return Database(
        name,
        cluster.url(role="guzar", database=name),
        cluster.url(role="guzar_owner", database=name),
        cluster.url(role="postgres", database=name),
        cluster,
    )


def _create(cluster: embedded.Cluster, name: str, template: str | None = None) -> Database:
    made = _named(cluster, name)
    with psycopg.connect(cluster.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        source = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        connection.execute(f"CREATE DATABASE {name} OWNER guzar_owner{source}")
    if template is None:
        with psycopg.connect(made.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS btree_gist")
            connection.execute("ALTER SCHEMA public OWNER TO guzar_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    return made


@pytest.fixture(scope="session")
def empty_database(cluster: embedded.Cluster) -> Database:
    """A database no migration has touched, for the tests of the migrations."""
    return _create(cluster, f"empty_{uuid.uuid4().hex[:8]}")


@pytest.fixture(scope="session")
def template(cluster: embedded.Cluster) -> Database:
    """Migrated, marked as a test database, with reference data and the contract's people."""
    made = _create(cluster, "guzar_template")
    schema.upgrade(made.owner_url, application_role="guzar", purpose="test")
    from tests.factories.seed import seed

    seed(made)
    return made


@pytest.fixture(scope="session")
def database(cluster: embedded.Cluster, template: Database) -> Database:
    """A copy of the template that the transactional tests share."""
    return _create(cluster, "guzar_shared", template.name)


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, cluster: embedded.Cluster, template: Database
) -> Iterator[Database]:
    """A copy of the template for one test that really commits; connected to this process."""
    assert "session" not in request.fixturenames, "a test is bound to one database: `session` or `own_database`"
    made = _create(cluster, f"own_{uuid.uuid4().hex[:10]}", template.name)
    with caches.apart():
        db.connect(made.url, node_post=POST)
        yield made
        db.disconnect()
    with psycopg.connect(cluster.superuser_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


@pytest.fixture(scope="session")
def engine(database: Database) -> Iterator[Engine]:
    made = create_engine(database.url, connect_args={"options": "-c timezone=UTC"})
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One outer transaction a test, rolled back; `transaction()` joins it through savepoints."""
    with engine.connect() as connection, connection.begin() as outer:
        maker = sessionmaker(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        db.bind(maker, engine, node_post=POST)
        with maker() as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[counting.Sent]]:
    """What the test has asked of the shared database so far; clear it before what is counted."""
    with counting.statements(engine) as sent:
        yield sent


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The home folder of the tests: keys, caches."""
    folder = Path(tempfile.mkdtemp(prefix="guzar-home-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def settings(home: Path, database: Database) -> Settings:
    return Settings(
        home=home,
        database_url=database.url,
        owner_url=database.owner_url,
        post=POST,
        secret_key="t" * 40,
        purpose="test",
        cheap_passwords=True,
        same_device="allowed",  # one client plays all parts
        log_level="ERROR",
    )


@pytest.fixture(scope="session")
def app(settings: Settings):
    """The application on the shared database; use with `session` so that nothing stays."""
    from app import create_app

    made = create_app(settings)
    made.testing = True
    return made


@pytest.fixture
def client(app, session):
    return app.test_client()


def chromium() -> str | None:
    """Where Chromium is, for the browser tests."""
    for path in (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if path and Path(path).exists():
            return path
    return None
