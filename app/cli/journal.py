"""`flask journal verify`: is the chain whole, and do the tables say what it says?"""

from __future__ import annotations

import dataclasses
import sys

import click
from sqlalchemy import text

from app.cli.running import Refused, command, echo_json
from app.core import db
from app.core import journal as chains
from app.registers import integrity


@click.group("journal", help="The journal of who did what.")
def journal() -> None:
    """Groups the commands about the journal."""


@journal.command("verify")
@click.option("--post", metavar="P", help="One crossing point's chain; all of them without it.")
@command
def verify(post: str | None) -> None:
    """Recomputes every hash of the chains and compares the tables with what the entries add up to."""
    with db.reading() as session:
        # One moment for everything, however long it takes and whoever writes meanwhile.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(text("SET LOCAL statement_timeout = 0"))
        known = chains.posts(session)
        if post is not None and post not in known:
            raise Refused(f"There is no chain of {post}. There are: {', '.join(known) or 'none'}.")
        wanted = [post] if post is not None else known
        checked = []
        for name in wanted:
            entries, breaks = chains.verify(session, name)
            found = [{"number": b.number, "what": b.what} for b in breaks]
            checked.append({"post": name, "entries": entries, "breaks": found})
        compared, differences = integrity.compare(session, post)
    ok = not differences and not any(each["breaks"] for each in checked)
    listed = [dataclasses.asdict(d) for d in differences[: integrity.MOST_LISTED]]
    states = {"compared": compared, "differences": listed, "count": len(differences)}
    echo_json({"posts": checked, "states": states, "ok": ok}, indent=True)
    sys.exit(0 if ok else 1)
