"""`flask rules`: what declarations and transit movements are held against, with the severities of today."""

from __future__ import annotations

import click

from app.cli.running import command, echo_json, say
from app.core import db
from app.registers import rules


@click.command("rules")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
@command
def list_rules(as_json: bool) -> None:
    """Lists all rules of declarations and transit movements: id, box, severity, what is wrong and what to do."""
    with db.reading() as session:
        lines = rules.of_today(session)
    if as_json:
        echo_json([rules.told(line, say) for line in lines])
        return
    width = max(len(line.id) for line in lines)
    for line in lines:
        blocks = " blocks" if line.blocks else ""
        click.echo(f"{line.id:{width}}  {line.severity}{blocks}  [{line.box}]  {say(line.says)} {say(line.remedy)}")
