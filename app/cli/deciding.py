"""`flask decide`: an officer's decision from the command line."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from app.cli import movements
from app.cli.running import Refused, as_option, command, deed, person
from app.declarations.commands import Decide
from app.declarations.lifecycle import DECISIONS
from app.flows import deciding

_OF_DECLARATION = [action.value for action in DECISIONS]


@click.command("decide")
@click.argument("reference")
@click.argument(
    "decision", type=click.Choice(list(dict.fromkeys([*_OF_DECLARATION, *movements.DECISIONS]))), metavar="DECISION"
)
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.option("--office", metavar="CODE", help="The office you act for on a movement; your only one without it.")
@as_option
@command
def decide(reference: str, decision: str, reason: str, office: str | None, login: str | None) -> None:
    """Decides a declaration: release, release-with-correction, hold, refuse, seize or return; or a transit movement:
    release, refuse, reject, invalidate, continue, discharge or enquire."""
    actor = person(login, "officer")
    if movements.is_movement(reference, actor):
        click.echo(movements.decide(reference, decision, reason, office, actor))
        return
    if decision not in _OF_DECLARATION:
        raise Refused(f"{decision} is no decision on a declaration. Use one of: {', '.join(_OF_DECLARATION)}.")

    def act(session: Session) -> str:
        return deciding.decide(session, Decide(reference, decision, reason), by=actor).status

    click.echo(deed(act))
