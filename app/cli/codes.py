"""`flask codes …`: code lists read, taken out, and brought up to date with a second person's approval."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from app.cli.messages import prepare
from app.cli.running import Refused, as_option, command, deed, person, say
from app.core import db
from app.core.errors import Refusal
from app.core.text import excerpt
from app.flows import approving, code_lists
from app.flows.code_lists import UPDATE
from app.reference import queries, sheets
from app.reference.codebook import LISTS, Entry
from app.reference.difference import Change, Difference

LISTED = click.Choice(LISTS)
#: Cells are cut so that a row stays a line; the file of `export` has them whole.
_WIDEST = 60


@click.group("codes", help="Code lists: read them, and bring them up to date from CSV.")
def codes() -> None:
    """Groups the commands about code lists."""


@codes.command("show")
@click.argument("list_name", type=LISTED, metavar="[LIST]", required=False)
@click.option("--on", "day", metavar="DAY", help="What holds on that day (year-month-day); without it all periods.")
@command
def show(list_name: str | None, day: str | None) -> None:
    """Prints the lists with their numbers of rows, or the rows of one list."""
    with db.reading() as session:
        book = queries.codebook(session)
        today = db.now(session).date()
    if list_name is None:
        for name in LISTS:
            click.echo(f"{name}\t{len(book.entries(name, today))}")
        return
    for entry in book.entries(list_name, _day(day)):
        click.echo(_line(entry))


@codes.command("export")
@click.argument("list_name", type=LISTED, metavar="LIST")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The CSV file to write.")
@command
def export(list_name: str, out: Path) -> None:
    """Writes a whole list as CSV, in the form that `update` reads."""
    with db.reading() as session:
        text = code_lists.exported(queries.codebook(session), list_name)
    prepare(out, text.encode()).replace(out)
    click.echo(out)


@codes.command("update")
@click.argument("list_name", type=LISTED, metavar="LIST")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE.csv")
@click.option("--reason", help="The order or letter that asks for it; it stands in the journal.")
@click.option("--dry-run", is_flag=True, help="Show the difference and propose nothing.")
@as_option
@command
def update(list_name: str, file: Path, reason: str | None, dry_run: bool, login: str | None) -> None:
    """Shows what a CSV file would change in a list, and proposes it to a second person."""
    if reason is None and not dry_run:
        raise click.UsageError("Say why: --reason TEXT (or only look with --dry-run).")
    actor = person(login, "administrator")
    with file.open("rb") as opened:
        data = opened.read(sheets.LARGEST + 1)
    try:
        with db.reading() as session:
            _print(code_lists.compare(session, list_name, data, by=actor), db.now(session).date())
        if dry_run:
            return
        made = deed(lambda session: code_lists.propose(session, list_name, data, reason or "", by=actor).id)
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    click.echo(f"proposal: {made}")


@codes.command("proposals")
@as_option
@command
def proposals(login: str | None) -> None:
    """Prints what waits for a second person: id, list, number of rows, who proposed it and why."""
    actor = person(login, "supervisor")
    with db.reading() as session:
        waiting = approving.waiting(session, by=actor, only=(UPDATE,))
    for one in waiting:
        rows = len(one.payload["rows"])
        click.echo(f"{one.id}\t{one.payload['list']}\t{rows}\t{one.proposed_name}\t{excerpt(one.reason)}")


@codes.command("approve")
@click.argument("identifier", type=click.UUID, metavar="ID")
@click.option("--reason", default="", help="What the second person adds.")
@as_option
@command
def approve(identifier: UUID, reason: str, login: str | None) -> None:
    """Approves a proposal as the second person; the list is changed."""
    actor = person(login, "supervisor")

    def act(session: Session) -> str:
        return approving.approve(session, identifier, reason, by=actor).proposal.status

    click.echo(deed(act))


@codes.command("reject")
@click.argument("identifier", type=click.UUID, metavar="ID")
@click.option("--reason", required=True, help="Why not.")
@as_option
@command
def reject(identifier: UUID, reason: str, login: str | None) -> None:
    """Rejects a proposal as the second person; nothing changes."""
    actor = person(login, "supervisor")
    click.echo(deed(lambda session: approving.reject(session, identifier, reason, by=actor).status))


def _day(typed: str | None) -> dt.date | None:
    if typed is None:
        return None
    day = sheets.day_of(typed)
    if day is None:
        raise click.UsageError(f"{excerpt(typed)!r} is no day. Write year-month-day, such as 2027-01-01.")
    return day


def _line(entry: Entry) -> str:
    """Code, days, name, attributes, mark: parted by tabs, so that no cell holds one."""
    values = " ".join(
        f"{name}={_short(cell)}" for name, cell in sheets.cells_of(entry).items() if name in entry.attributes
    )
    days = (entry.valid_from.isoformat(), entry.valid_to.isoformat() if entry.valid_to else "")
    mark = "verified" if entry.verified else "not verified"
    return "\t".join([entry.code, *days, _short(entry.name("en")), values, mark])


def _short(cell: str) -> str:
    return excerpt(" ".join(cell.split()), _WIDEST)


def _print(found: Difference, today: dt.date) -> None:
    for change in found.changes:
        click.echo(_changed(change, today))
        for field in change.fields():
            click.echo(f"    {field.name}: {_short(field.old) or '-'} -> {_short(field.new) or '-'}")
    counted = ", ".join(f"{count} {kind}" for kind, count in found.counts.items()) or "nothing"
    click.echo(f"{found.list}: {counted}; {found.same} as in the list")


def _changed(change: Change, today: dt.date) -> str:
    late = " (changes days that are over)" if change.reaches_back(today) else ""
    return f"{change.kind}: {change.now.code} from {change.now.valid_from}{late}"


def _refused(refusal: Refusal) -> Refused:
    """Of a file every place that is wrong, a line each."""
    return Refused("\n".join([say(refusal.message), *(say(finding.message) for finding in refusal.findings)]))
