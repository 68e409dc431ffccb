"""`flask watchlist …`: entries of a watch list taken in from a file."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.running import Refused, as_option, command, deed, person, sentences
from app.core.errors import Refusal
from app.watchlists import operations
from app.watchlists.rules.filed import ForAll

_LARGEST = 8_000_000


@click.group("watchlist", help="Watch lists: take entries in from a file.")
def watchlist() -> None:
    """Groups the commands about watch lists."""


@watchlist.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option("--list", "code", required=True, metavar="CODE", help="The list; the person must be let in to it.")
@click.option("--source", required=True, help="Where the rows come from that do not say it themselves.")
@click.option("--reason", required=True, help="Why those are looked for that do not say it themselves.")
@as_option
@command
def import_entries(file: Path, code: str, source: str, reason: str, login: str | None) -> None:
    """Adds every row of a CSV file or workbook (.xlsx) to a list, or none: what is wrong is told row by row."""
    actor = person(login, "analyst")
    with file.open("rb") as opened:
        data = opened.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise Refused(f"the file is larger than {_LARGEST // 1_000_000} million bytes: send the rows in several files")
    try:
        count = deed(lambda session: operations.take(session, code, data, ForAll(source, reason), by=actor))
    except Refusal as refusal:
        raise Refused("\n".join(sentences(refusal))) from refusal
    click.echo(f"entries: {count}")
