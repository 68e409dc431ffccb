"""`flask risk recompute`: lanes are computed again from what was kept of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from app.cli.running import Refused, as_option, command, deed, echo_json, person
from app.core import db
from app.core.actors import Actor
from app.core.errors import NotFound
from app.reference.queries import codebook
from app.registers.risk import recomputed
from app.registers.risk.recomputed import Line
from app.risk.operations.looking import look_at, purpose

#: Lines that are told one by one; beyond them only their number.
MOST_TOLD = 100


@click.command("recompute")
@click.argument("reference", required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="All consignments of this post from this day on.")
@click.option("--reason", help="Why you look, as the journal keeps it; without it that lanes are checked.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
@as_option
@command
def recompute(
    reference: str | None, since: dt.datetime | None, reason: str | None, as_json: bool, login: str | None
) -> None:
    """Computes the lane of a declaration or movement again, from its stored facts, the rules asked and the seed of its day:
    the same lane, hits and draw, or exactly what differs. Exit code 1 where something differs."""
    if (reference is None) == (since is None):
        raise click.UsageError("Name one consignment, or a day with --since.")
    actor, why = person(login, "auditor"), purpose(reason or "Lanes are computed again and compared")
    asked = {"since": since.date().isoformat()} if since else {}
    deed(lambda session: look_at(session, f"recomputed/{reference or 'since'}", asked, why, by=actor))
    with db.reading() as session:
        lines = _since(session, since, actor) if since else _of_one(session, str(reference), actor)
        count, differing, kept = _counted(lines)
        names = recomputed.references(session, kept)
        told = [_told(line, names.get(line.assessment.id, "")) for line in kept]
    if as_json:
        echo_json({"assessments": count, "differing": differing, "differences": told})
    else:
        _say(count, differing, told)
    if differing:
        raise Refused(f"{differing} of {count} come out otherwise than they were kept.")


def _of_one(session: Session, reference: str, by: Actor) -> Iterable[Line]:
    try:
        return recomputed.of_reference(session, reference, by=by)
    except NotFound:
        raise Refused(
            f"No lane was given to {reference!r}: no declaration or movement of that reference or MRN."
        ) from None


def _since(session: Session, since: dt.datetime, by: Actor) -> Iterable[Line]:
    post = codebook(session).post(db.node_post())
    moment = since.replace(tzinfo=ZoneInfo(post.time_zone) if post is not None else dt.UTC)
    return recomputed.since(session, moment, by=by)


def _counted(lines: Iterable[Line]) -> tuple[int, int, list[Line]]:
    """How many there are, how many differ, and the first of those: a year's lines are not kept in memory."""
    kept: list[Line] = []
    count = differing = 0
    for line in lines:
        count += 1
        if line.same:
            continue
        differing += 1
        if len(kept) < MOST_TOLD:
            kept.append(line)
    return count, differing, kept


def _told(line: Line, reference: str) -> dict[str, Any]:
    one = line.assessment
    return {
        "reference": reference,
        "assessment": str(one.id),
        "stage": one.stage,
        "at": one.at.isoformat(),
        "differences": [{"what": d.what, "kept": d.kept, "now": d.now} for d in line.differences],
    }


def _say(count: int, differing: int, told: list[dict[str, Any]]) -> None:
    for line in told:
        click.echo(f"{line['reference']} {line['stage']} {line['at']} ({line['assessment']})")
        for one in line["differences"]:
            what = (
                f"kept {one['kept']}, now {one['now']}" if one["kept"] or one["now"] else "not there any more as it was"
            )
            click.echo(f"  {one['what']}: {what}")
    click.echo(f"{count - differing} of {count}: same lane, same hits, same draw")
