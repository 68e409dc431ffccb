"""`flask translations`: the catalogues in step with the sentences in the code; for those who work on Guzar."""

from __future__ import annotations

import sys

import click

from app.cli.running import bare_command
from app.edge import catalogues

SHOWN = 10


@click.command("translations")
@click.option("--check", is_flag=True, help="Change nothing; 1 if a sentence is not translated.")
@bare_command
def translations(check: bool) -> None:
    """Brings the catalogues up to date and tells what is missing in each language."""
    complete = True
    for found in catalogues.coverage() if check else catalogues.extract_and_update():
        click.echo(f"{found.locale}: {found.translated} of {found.total}")
        for sentence in found.missing[:SHOWN]:
            click.echo(f"  {sentence}")
        complete = complete and not found.missing
    sys.exit(1 if check and not complete else 0)
