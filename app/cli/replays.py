"""`flask risk replay`: profiles are run over what was assessed in the last months."""

from __future__ import annotations

from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.running import Refused, as_option, command, deed, echo_json, person
from app.core import db
from app.core.actors import SYSTEM, Actor
from app.flows import knowing, profiling
from app.risk.lifecycle import Run
from app.risk.models import RiskProfile, RiskReplay
from app.risk.operations import replaying
from app.risk.queries import replays


@click.command("replay")
@click.argument("codes", nargs=-1, metavar="[CODE[/VERSION]…]")
@click.option(
    "--months", type=click.IntRange(1, replaying.MOST_MONTHS), default=1, show_default=True, help="So far back."
)
@click.option(
    "--resume", "resumed", type=click.UUID, metavar="ID", help="Takes a stopped or interrupted replay up again."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@as_option
@command
def replay(codes: tuple[str, ...], months: int, resumed: UUID | None, as_json: bool, login: str | None) -> None:
    """Asks profiles about past consignments: hits, findings caught and missed, load. Without a code all that are in force,
    proposed or in the shadow.

    Ctrl-C stops it; what is done stays, and --resume takes it up again. So does a process that was killed.
    """
    actor = person(login, "analyst")
    if resumed is None:
        asked = deed(lambda session: knowing.replay(session, _named(session, codes), months, by=actor).id)
    else:
        asked = deed(lambda session: _taken_up(session, resumed, login).id)
    try:
        _run(asked, quiet=as_json)
    except KeyboardInterrupt:
        deed(lambda session: replaying.stop(session, asked, by=actor))
        raise Refused(f"Stopped. flask risk replay --resume {asked} goes on with it.") from None
    _report(asked, actor, as_json=as_json)


def _named(session: Session, codes: tuple[str, ...]) -> list[tuple[str, int]]:
    return [_key(session, *code.partition("/")[::2]) for code in codes]


def _key(session: Session, code: str, version: str) -> tuple[str, int]:
    if not version:
        newest = select(func.max(RiskProfile.version)).where(RiskProfile.code == code)
        version = str(session.execute(newest).scalar_one() or "")
    if not version.isascii() or not version.isdigit():
        raise Refused(f"There is no profile {code!r} {version}".rstrip() + ".")
    return code, int(version)


def _taken_up(session: Session, id: UUID, login: str | None) -> RiskReplay:
    found = replays.replay(session, id)
    if found.status == Run.STOPPED:
        return replaying.resume(session, id, by=person(login, "analyst"))
    return found


def _run(id: UUID, *, quiet: bool) -> None:
    more = True
    while more:
        more = profiling.replay(2.0, id, by=SYSTEM)
        if not quiet:
            with db.reading() as session:
                now = replays.replay(session, id)
            click.echo(f"{now.done} of {now.total} consignments, {now.spent:.0f} s", err=True)


def _report(id: UUID, by: Actor, *, as_json: bool) -> None:
    with db.reading() as session:
        done = replays.replay(session, id)
        results = knowing.results(session, done, by=by)
    if as_json:
        echo_json(
            {"replay": str(id), "status": done.status, "done": done.done, "profiles": [_plain(r) for r in results]}
        )
        return
    click.echo(f"replay {id}: {done.status}, {done.done} consignments since {done.since:%Y-%m-%d}")
    for found in results:
        told = f"{found.hits} of {found.asked} ({_percent(found.share)}), caught {found.caught}, missed {found.missed}"
        untold = f", {found.untold} could not be told" if found.untold else ""
        click.echo(
            f"{found.code}/{found.version}: {told}, most a day {found.most}, precision {_percent(found.precision)}{untold}"
        )


def _plain(found: replays.Result) -> dict[str, object]:
    counts = ("code", "version", "asked", "untold", "broken", "hits", "raised", "inspected", "caught", "missed", "most")
    told: dict[str, object] = {name: getattr(found, name) for name in counts}
    return told | {
        "share": found.share,
        "precision": found.precision,
        "recall": found.recall,
        "examples": found.examples,
    }


def _percent(share: object) -> str:
    return "–" if share is None else f"{share} %"
