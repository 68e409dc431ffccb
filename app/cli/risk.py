"""`flask risk …`: profiles are run over the past; a score is learned from what inspections found."""

from __future__ import annotations

import datetime as dt

import click
from sqlalchemy.orm import Session

from app.cli.recomputing import recompute
from app.cli.replays import replay
from app.cli.running import as_option, command, deed, echo_json, person
from app.core import db
from app.flows import learning
from app.risk.models import ScoreModel


@click.group("risk", help="Selectivity: profiles over the past, the learned score.")
def risk() -> None:
    """Groups the commands of selectivity."""


risk.add_command(replay)
risk.add_command(recompute)


@risk.command("train")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day whose outcomes count; two years without it."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@as_option
@command
def train(since: dt.datetime | None, as_json: bool, login: str | None) -> None:
    """Learns a score from stored outcomes, keeps it and prints how good it is. It is used once two persons have switched it on."""
    actor = person(login, "analyst")
    with db.reading() as session:
        found = learning.material(session, since.date() if since else None, by=actor)
    learned = learning.learn(found)

    def act(session: Session) -> ScoreModel:
        return learning.keep(session, learned, found, by=actor)

    made = deed(act)
    if as_json:
        echo_json({"model": made.number, "sha256": made.digest, "data": made.data_digest, "metrics": made.metrics})
        return
    for line in _lines(made):
        click.echo(line)


def _lines(made: ScoreModel) -> list[str]:
    """What an analyst asks first: what it learned from, and whether it is better than what there was."""
    precision = (
        f"{line['inspected']:>3} % inspected: score {line['score']}  importer's history {line['history']}  random {line['random']}"
        for line in made.metrics["precision"]
    )
    return [
        f"model: {made.number} (SHA-256 {made.digest})",
        f"outcomes: {made.rows}, finds {made.finds}, {made.since:%Y-%m-%d} to {made.until:%Y-%m-%d} (SHA-256 {made.data_digest})",
        *precision,
        f"AUC: score {made.metrics['auc']['score']}  importer's history {made.metrics['auc']['history']}",
        f"usable until {made.valid_to:%Y-%m-%d}, once it is switched on: the page “Learned scores”",
    ]
