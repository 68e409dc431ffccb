"""`flask permit` and `flask verify`: the paper, and whether it is good."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from flask import current_app
from sqlalchemy.orm import Session

from app.clearance.commands import Kind
from app.clearance.keys import KeyStore
from app.clearance.operations import Printed
from app.clearance.operations.papers import PrintedPaper
from app.clearance.verification import verify as verdict_of
from app.cli.messages import prepare
from app.cli.running import Impossible, as_option, bare_command, command, deed, echo_json, person, say, settings
from app.core import db
from app.core.actors import Actor
from app.core.errors import NotFound, WrongState
from app.core.text import _
from app.edge.locale import understood
from app.flows import permits as flow
from app.flows.movements import papers as transit
from app.flows.papers import Ask
from app.registers import papers

LARGEST = 20 * 1024 * 1024


@click.command("permit")
@click.argument("reference")
@click.option(
    "--languages", help="Two of en, tg, ru, fa_AF, ps; en,fa_AF for an original, those of the original for a copy."
)
@click.option("--reason", default="Printed by flask permit", show_default=True, help="Why another copy is printed.")
@as_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@command
def permit(reference: str, languages: str | None, reason: str, login: str | None, out: Path) -> None:
    """Issues the permit of a released declaration and writes the original; later calls print a copy, which says so. Of a
    movement released for transit, it is the accompanying document."""
    actor = person(login, "supervisor")
    pair = tuple(understood(tag) or tag for tag in languages.replace(" ", "").split(",")) if languages else ()

    def act(session: Session) -> tuple[_Printed, Path]:
        printed = _printed(session, reference, pair, reason, actor)
        return printed, prepare(out, printed.pdf)  # before the commit: a permit that cannot be written is not issued

    printed, prepared = deed(act)
    prepared.replace(out)
    click.echo(f"number: {printed.number}\ncopy: {printed.copy}\nsha256: {printed.sha256}")


class _Printed(NamedTuple):
    """A print of either kind, as far as the command tells of it."""

    number: str
    copy: int
    sha256: str
    pdf: bytes


def _printed(session: Session, reference: str, languages: tuple[str, ...], reason: str, actor: Actor) -> _Printed:
    try:
        permit = _permit(session, reference, languages, reason, actor)
    except NotFound:
        paper = _document(session, reference, languages, reason, actor)
        return _Printed(paper.paper.number, paper.copy, paper.sha256, paper.pdf)
    return _Printed(permit.permit.number, permit.copy, permit.sha256, permit.pdf)


def _document(session: Session, reference: str, languages: tuple[str, ...], reason: str, actor: Actor) -> PrintedPaper:
    """The accompanying document of a movement; `NotFound` where the reference is of nothing that one may see."""
    ask = Ask(reference, Kind.TRANSIT_DOCUMENT.value, "", languages, reason)
    return transit.print_paper(session, ask, current_app.extensions["guzar_keys"], by=actor)


def _permit(session: Session, reference: str, languages: tuple[str, ...], reason: str, actor: Actor) -> Printed:
    keys: KeyStore = current_app.extensions["guzar_keys"]
    try:
        return flow.issue(session, reference, languages, keys, by=actor)
    except WrongState as refusal:  # two calls at once: the second finds what the first issued
        number = refusal.facts.get("number")
        if number is None:
            raise
        return flow.print_copy(session, str(number), languages, reason, keys, by=actor)


@click.command("verify")
@click.argument("file", metavar="FILE|-")
@bare_command
def verify(file: str) -> None:
    """Checks the PDF of a permit or another official paper, or the text of its QR code, without network and database."""
    with _quiet():
        _verify(file)


@contextmanager
def _quiet() -> Iterator[None]:
    """The answer alone is printed: what libraries say of a bad document is no news to who asks whether it is good."""
    if os.environ.get("GUZAR_DEBUG") != "1":
        logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _verify(file: str) -> None:
    keys: KeyStore = current_app.extensions["guzar_keys"]
    try:
        bundle = keys.trust()
    except ValueError as error:
        raise Impossible(f"{keys.folder / 'trust.json'}: {error}") from error
    revoked, superseded = _withdrawn(keys.folder / WITHDRAWN)
    try:
        document = _bytes(file)
    except OSError as error:
        why = _("{file} cannot be read: {why}.", file=file, why=error.strerror or str(error))
        echo_json({"valid": False, "reasons": ["unreadable"], "claims": {}, "sentences": [say(why)]}, indent=True)
        sys.exit(1)
    verdict = verdict_of(document, bundle, revoked=revoked, superseded=superseded)
    echo_json({**verdict.as_json(), "sentences": [say(sentence) for sentence in verdict.sentences]}, indent=True)
    sys.exit(0 if verdict.valid else 1)


#: The permits and other papers this node has revoked or replaced, beside the trusted keys; `flask work` keeps it up to date.
WITHDRAWN = "withdrawn.json"


def _withdrawn(path: Path) -> tuple[list[str], list[str]]:
    try:
        plain = json.loads(path.read_bytes())
        return [str(n) for n in plain["revoked"]], [str(n) for n in plain["superseded"]]
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Impossible(f"{path} is not a list of withdrawn permits: {error}") from error


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as opened:
        return opened.read(LARGEST + 1)


def write_withdrawn() -> None:
    """Brings the list of withdrawn permits and papers up to date, if it has changed."""
    path = Path(settings().home) / "keys" / WITHDRAWN
    with db.reading() as session:
        revoked, superseded = papers.withdrawn(session)
    content = json.dumps({"revoked": sorted(revoked), "superseded": sorted(superseded)}, indent=1).encode()
    if path.parent.is_dir() and (not path.exists() or path.read_bytes() != content):
        prepare(path, content).replace(path)
