"""`flask decide`: an officer's decision from the command line."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from app.cli.running import as_option, command, deed, person
from app.declarations.commands import Decide
from app.declarations.lifecycle import DECISIONS
from app.flows import deciding


@click.command("decide")
@click.argument("reference")
@click.argument("decision", type=click.Choice([a.value for a in DECISIONS]), metavar="DECISION")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@as_option
@command
def decide(reference: str, decision: str, reason: str, login: str | None) -> None:
    """Decides a declaration: release, release-with-correction, hold, refuse, seize or return."""
    actor = person(login, "officer")

    def act(session: Session) -> str:
        return deciding.decide(session, Decide(reference, decision, reason), by=actor).status

    click.echo(deed(act))
