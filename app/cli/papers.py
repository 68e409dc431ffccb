"""`flask paper`: assessment notice, receipt, exit note and the print of what is declared; and the papers of transit."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from sqlalchemy.orm import Session

from app.clearance.operations.papers import PrintedPaper, PrintedSad
from app.cli.messages import prepare
from app.cli.running import as_option, command, deed, person
from app.edge.locale import understood
from app.flows import papers
from app.flows.movements import papers as transit
from app.flows.papers import Ask


@click.command("paper")
@click.argument("reference")
@click.argument("kind", type=click.Choice((*papers.KINDS, *transit.KINDS)))
@click.option("--of", "of", default="", help="Assessment, payment id or receipt, exit, version, document, arrival.")
@click.option(
    "--languages", help="Two of en, tg, ru, fa_AF, ps; en,fa_AF for an original, those of the original for a copy."
)
@click.option("--reason", default="Printed by flask paper", show_default=True, help="Why another copy is printed.")
@as_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@command
def paper(reference: str, kind: str, of: str, languages: str | None, reason: str, login: str | None, out: Path) -> None:
    """Issues an official paper of a declaration or a transit movement and writes the original; later calls print a copy,
    which says so."""
    actor = person(login, "officer")
    pair = tuple(understood(tag) or tag for tag in languages.replace(" ", "").split(",")) if languages else ()
    ask = Ask(reference, kind, of, pair, reason)

    def act(session: Session) -> tuple[PrintedPaper | PrintedSad, Path]:
        issue = transit.print_paper if kind in transit.KINDS else papers.print_paper
        printed = issue(session, ask, current_app.extensions["guzar_keys"], by=actor)
        return printed, prepare(out, printed.pdf)  # before the commit: a paper that cannot be written is not issued

    printed, prepared = deed(act)
    prepared.replace(out)
    if isinstance(printed, PrintedSad):
        click.echo(f"mrn: {printed.mrn or '-'}\nversion: {printed.version}\nsha256: {printed.sha256}")
    else:
        click.echo(f"number: {printed.paper.number}\ncopy: {printed.copy}\nsha256: {printed.sha256}")
