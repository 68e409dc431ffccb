"""`flask upgrade`: the newest tables and the reference data of this release."""

from __future__ import annotations

import click
from flask import current_app

from app.cli import database
from app.cli.running import bare_command, deed
from app.core import schema
from app.core.actors import SYSTEM
from app.flows.setup import load_reference
from config.settings import Settings


def migrate(settings: Settings, purpose: str | None = None) -> list[str]:
    """Runs the missing migrations as the owner of the schema, under their lock; gives the revisions passed."""
    owner = database.owner_url(settings)
    assert settings.database_url is not None
    return schema.upgrade(
        owner, application_role=schema.application_role(settings.database_url, owner), purpose=purpose
    )


@click.command("upgrade")
@bare_command
def upgrade() -> None:
    """Brings the database to the newest migration and loads the reference data of this release; safe to run twice."""
    settings = database.connect(current_app, migrated=False)
    passed = migrate(settings, settings.purpose)
    for revision in passed:
        click.echo(revision)
    if not passed:
        click.echo(f"at {schema.newest()} already")
    deed(lambda session: load_reference(session, by=SYSTEM))
