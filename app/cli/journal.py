"""`flask journal`: is the chain whole, do the tables say what it says, and what was it at a moment?"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clearance.trust import TrustBundle
from app.cli.running import Refused, command, deed, echo_json, settings
from app.core import db
from app.core import journal as chains
from app.core.actors import SYSTEM
from app.flows import checkpointing
from app.oversight.rules.marks import Mark
from app.registers import integrity


@click.group("journal", help="The journal of who did what.")
def journal() -> None:
    """Groups the commands about the journal."""


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@journal.command("verify")
@click.option("--post", metavar="P", help="One crossing point's chain; all of them without it.")
@click.option("--against", "files", type=_FILE, multiple=True, metavar="FILE", help="Checkpoints kept elsewhere.")
@click.option("--trust", type=_FILE, metavar="FILE", help="The trust bundle the signatures are checked with.")
@command
def verify(post: str | None, files: tuple[Path, ...], trust: Path | None) -> None:
    """Recomputes every hash of the chains, holds them against checkpoints (those this node keeps, and those named), and
    compares the tables with what the entries add up to."""
    marks = _marks(files)
    with db.reading() as session:
        # One moment for everything, however long it takes and whoever writes meanwhile.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(text("SET LOCAL statement_timeout = 0"))
        wanted = _wanted(session, post, marks)
        told = checkpointing.against(session, [m for m in marks if m.post in wanted], _bundle(trust))
        checked = []
        for name in wanted:
            entries, breaks = chains.verify(session, name)
            breaks += [each for each in told if each.post == name]
            found = [{"number": b.number, "what": b.what} for b in breaks]
            signed = sum(m.post == name for m in marks)
            checked.append({"post": name, "entries": entries, "checkpoints": signed, "breaks": found})
        compared, differences = integrity.compare(session, post)
    ok = not differences and not any(each["breaks"] for each in checked)
    listed = [dataclasses.asdict(d) for d in differences[: integrity.MOST_LISTED]]
    states = {"compared": compared, "differences": listed, "count": len(differences)}
    echo_json({"posts": checked, "states": states, "ok": ok}, indent=True)
    sys.exit(0 if ok else 1)


def _marks(files: tuple[Path, ...]) -> list[Mark]:
    """The checkpoints of this node's own folder and of the files named, each once."""
    own = sorted(settings().checkpoint_folder.glob("*/*.jsonl"))
    try:
        return list(dict.fromkeys(checkpointing.read([*own, *files])))
    except ValueError as error:
        raise Refused(f"{error}. Give files that `flask journal checkpoint` has written.") from error


def _wanted(session: Session, post: str | None, marks: list[Mark]) -> list[str]:
    """The posts to look at; one of which nothing is left but its checkpoints is among them."""
    known = sorted({*chains.posts(session), *(mark.post for mark in marks)})
    if post is not None and post not in known:
        raise Refused(f"There is no chain of {post}. There are: {', '.join(known) or 'none'}.")
    return [post] if post is not None else known


def _bundle(file: Path | None) -> TrustBundle:
    if file is None:
        bundle: TrustBundle = current_app.extensions["guzar_keys"].trust()
        return bundle
    try:
        return TrustBundle.from_json(file.read_bytes())
    except ValueError as error:
        raise Refused(f"{file} is no trust bundle: {error}.") from error


@journal.command("checkpoint")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Also write the newest checkpoint of every chain to this new file.")  # fmt: skip
@command
def checkpoint(target: Path | None) -> None:
    """Signs what every chain is now. The lines go to the node's folder of checkpoints, to FILE, and to the other
    administration."""
    if target is not None and target.exists():
        raise Refused(f"{target} exists already: name a new file.")
    here, keys = settings(), current_app.extensions["guzar_keys"]
    made = deed(lambda session: checkpointing.make(session, keys, here.checkpoint_folder, by=SYSTEM))
    with db.reading() as session:
        newest = checkpointing.newest(session)
    if target is not None:
        checkpointing.write(target, newest)
    lines: list[dict[str, Any]] = [mark.as_json() for mark in newest]
    echo_json({"made": len(made), "checkpoints": lines}, indent=True)
