"""`flask import`, `flask lodge`, `flask export`: declarations and movements as files, in and out."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.cli import movements
from app.cli.running import Impossible, Refused, as_option, command, deed, echo_json, person, say, settings
from app.core import db
from app.core.actors import Actor
from app.core.canonical import scalar
from app.core.errors import Finding, NotFound, Refusal, WrongState
from app.core.text import _, excerpt
from app.declarations import queries
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.flows import importing, lodging
from app.flows.importing import MOVEMENT, Message
from app.flows.movements import importing as moving
from app.interchange.asycuda.boxes import box_of
from app.interchange.asycuda.write import write
from app.interchange.reading import codes_of, message_of
from app.interchange.xml import MAX_BYTES
from app.reference.queries import codebook
from app.transit import queries as transit
from app.transit.models import Movement

#: Names that our own answers add to the contract's JSON; they are not the sender's words.
ADDED = ("reference", "mrn", "version", "status", "lodged_at", "warnings", "lane", "unread", "assessment")


@dataclass
class Outcome:
    """What became of one argument, as `--json` prints it."""

    file: str | None
    kind: str | None = None
    outcome: str = "refused"
    reference: str | None = None
    items: int = 0
    problems: list[Finding] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return {
            "file": self.file, "kind": self.kind, "outcome": self.outcome, "reference": self.reference,
            "items": self.items,
            "problems": [{"pointer": p.pointer, "rule": p.rule, "message": say(p.message)} for p in self.problems],
        }  # fmt: skip

    def lines(self) -> list[str]:
        """The same for people, problems by the box of the SAD they concern."""
        name = self.file or self.reference or ""
        head = f"{name}: {self.outcome}"
        if self.reference and self.reference != name:
            head += f" {self.reference}"
        if self.items:
            head += f", {self.items} item{'s' if self.items > 1 else ''}"
        return [head, *(f"  {_place(p)}{say(p.message)}" for p in self.problems)]

    @property
    def is_done(self) -> bool:
        return self.outcome != "refused"


@dataclass
class LodgedOutcome(Outcome):
    """The same for lodging; the lane only for those who may see it."""

    mrn: str | None = None
    status: str | None = None
    lane: str | None = None
    #: Of a movement's guarantees, by their places; never printed.
    access_codes: Mapping[int, str] = field(default_factory=dict, repr=False)

    def enters(self, record: Declaration | Movement, kind: str, items: int, warnings: Iterable[Finding]) -> None:
        """It is lodged, and what the reader had found doubtful is what the rules warn of."""
        self.outcome, self.kind, self.reference = "lodged", kind, record.reference
        self.items, self.problems = items, list(warnings)
        self.mrn, self.status = record.mrn, record.status

    def plain(self) -> dict[str, Any]:
        return {**super().plain(), "mrn": self.mrn, "status": self.status, "lane": self.lane}

    def lines(self) -> list[str]:
        head, *problems = super().lines()
        facts = [f"MRN {self.mrn}" if self.mrn else "", self.status or "", self.lane or ""]
        return [", ".join([head, *filter(None, facts)]), *problems]


def _place(finding: Finding) -> str:
    box = None if finding.rule.startswith("sad-") else box_of(finding.pointer)  # those name their box themselves
    where = f"box {box} " if box else ""
    return f"{where}{finding.pointer}: " if finding.pointer else where


def _show(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        echo_json(outcome.plain())
    else:
        click.echo("\n".join(outcome.lines()))


def _refuse(outcome: Outcome, refusal: Refusal) -> None:
    """Adds why; a refusal without findings becomes one about the whole."""
    outcome.outcome = "refused"
    outcome.problems += refusal.findings or [Finding("", refusal.code, refusal.message)]
    outcome.kind = outcome.kind or refusal.facts.get("kind")


def _unreadable(error: OSError) -> Finding:
    return Finding("", "file.unreadable", _("The file cannot be read: {why}.", why=error.strerror or str(error)))


# --- import ----------------------------------------------------------------------------------------------------------


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--post", metavar="P", help="The crossing point the drafts are for; GUZAR_POST without it.")
@as_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@command
def import_(files: tuple[str, ...], post: str | None, login: str | None, as_json: bool) -> None:
    """Reads messages of other systems into drafts, each kept to the byte; its kind is found by its content."""
    actor = person(login, "trader")
    done = True
    for name in files:
        outcome = Outcome(name)
        _import_one(outcome, name, post, actor)
        _show(outcome, as_json)
        done = done and outcome.is_done
    sys.exit(0 if done else 1)


def _import_one(outcome: Outcome, name: str, post: str | None, actor: Actor) -> None:
    """Reads one file into a draft and tells the outcome; nothing about a file is raised."""
    try:
        message = _message(name)
        outcome.kind, outcome.items = message.kind, _count(message)
        outcome.reference = _kept(message, post, actor)
        outcome.outcome = "draft"
        outcome.problems += _problems(message, by=actor)
        if isinstance(outcome, LodgedOutcome):
            outcome.access_codes = {**outcome.access_codes, **message.access_codes}
    except Refusal as refusal:
        _refuse(outcome, refusal)
    except OSError as error:
        outcome.problems.append(_unreadable(error))


def _kept(message: Message, post: str | None, actor: Actor) -> str:
    """The reference of the draft that the message became."""
    usual = settings().post
    where = movements.post_of(message, post, usual) if message.kind == MOVEMENT else post or usual
    message.document.setdefault("post", where)
    if message.kind == MOVEMENT:
        return movements.keep(message, where, actor)
    return deed(lambda session: importing.keep(session, message, where, by=actor).reference)


def _message(name: str) -> Message:
    """The message in a file, with the values checked against the codes of today."""
    with Path(name).open("rb") as file:
        data = file.read(MAX_BYTES + 1)  # one more than is accepted, so that the reader can say so
    with db.reading() as session:
        book, today = codebook(session), db.now(session).date()
    message = message_of(data, Path(name).name, posts=lodging.own_posts(book), codes=codes_of(book, today))
    if message.kind == "declaration":
        for added in ADDED:
            message.document.pop(added, None)
    elif message.kind == MOVEMENT:
        movements.strip(message.document)
    return message


def _count(message: Message) -> int:
    if message.kind == MOVEMENT:
        return moving.items_of(message.document)
    items = message.document.get("items")
    return len(items) if isinstance(items, list) else 0


def _problems(message: Message, *, by: Actor) -> list[Finding]:
    """What the reader found, then what lodging would refuse at places the reader had nothing to say of."""
    if message.kind == MOVEMENT:
        return movements.problems(message.document, by)
    with db.reading() as session:
        found = lodging.check(session, message.document, by=by)
    known = {problem.pointer for problem in message.problems}
    return [*message.problems, *(f for f in found if f.pointer not in known)]


# --- lodge -----------------------------------------------------------------------------------------------------------


@click.command("lodge")
@click.argument("drafts", nargs=-1, required=True, metavar="REFERENCE|FILE…")
@click.option(
    "--access-code", "codes", multiple=True, help="Of a movement's guarantees, in their order; a file may hold its own."
)
@as_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@command
def lodge(drafts: tuple[str, ...], codes: tuple[str, ...], login: str | None, as_json: bool) -> None:
    """Lodges drafts, or imports files and lodges them. What names an existing file is a file."""
    actor = person(login, "trader")
    done = True
    for name in drafts:
        is_file = Path(name).exists()
        outcome = LodgedOutcome(name if is_file else None, access_codes=dict(enumerate(codes)))
        if is_file:
            _import_one(outcome, name, None, actor)
        else:
            outcome.reference, outcome.outcome = name, "draft"
        if outcome.is_done:
            _lodge_one(outcome, actor)
        _show(outcome, as_json)
        done = done and outcome.is_done
    sys.exit(0 if done else 1)


def _lodge_one(outcome: LodgedOutcome, actor: Actor) -> None:
    if outcome.kind == MOVEMENT or movements.is_movement(str(outcome.reference), actor):
        _lodge_movement(outcome, actor)
    else:
        _lodge_declaration(outcome, actor)


def _lodge_movement(outcome: LodgedOutcome, actor: Actor) -> None:
    outcome.kind = MOVEMENT
    try:
        lodged = movements.lodge(str(outcome.reference), outcome.access_codes, actor)
    except Refusal as refusal:
        outcome.problems.clear()
        _refuse(outcome, refusal)
        return
    outcome.enters(lodged.movement, MOVEMENT, len(lodged.declared.items), lodged.warnings)


def _lodge_declaration(outcome: LodgedOutcome, actor: Actor) -> None:
    reference = str(outcome.reference)

    def act(session: Session) -> tuple[Lodged, str]:
        draft = queries.draft(session, queries.find(session, reference, by=actor))
        source = session.get(Attachment, (draft.post, draft.source)) if draft.source else None
        return lodging.submit(session, reference, None, by=actor), source.kind if source else "declaration"

    try:
        lodged, kind = deed(act)
    except NotFound:
        outcome.reference = None
        _refuse(outcome, _already(reference, actor) or _neither(reference))
        return
    except Refusal as refusal:
        if outcome.file is not None:
            outcome.problems.clear()  # the reader's remarks have become findings of the rules
        _refuse(outcome, refusal)
        return
    record = lodged.declaration
    outcome.enters(record, kind, len(lodged.declared.items), lodged.warnings)
    outcome.lane = record.lane if queries.sees_lane(actor, record.post) else None


def _neither(name: str) -> NotFound:
    return NotFound(_("There is no file {name}, and no draft of yours has this reference.", name=excerpt(name)))


def _already(reference: str, actor: Actor) -> Refusal | None:
    """What is there but no draft any more has been lodged before; that is another thing than not there."""
    with db.reading() as session:
        try:
            record = queries.find(session, reference, by=actor)
        except NotFound:
            return None
    return WrongState(
        _("This is lodged already, as {mrn}; its state is “{status}”.", mrn=record.mrn, status=record.status)
    )


# --- export ----------------------------------------------------------------------------------------------------------

FORMATS = ("json", "asycuda", "ncts", "tir")
#: Who can see declarations in a demonstration: the firms their drafts, an officer everything that is lodged.
_READERS = ("officer", "trader", "trader2")


@click.command("export")
@click.argument("reference")
@click.option("--format", "language", required=True, type=click.Choice(FORMATS), help="The language of the document.")
@click.option("--message", metavar="IE029", help="The message, for languages of messages.")
@click.option("--out", type=click.Path(dir_okay=False), help="The file to write; standard output without it.")
@as_option
@command
def export(reference: str, language: str, message: str | None, out: str | None, login: str | None) -> None:
    """Writes a declaration or a movement in a language: what came as ASYCUDA XML goes out with every element it came
    with."""
    if message is not None:
        raise Refused(f"{language} knows no messages: leave out --message.")
    content = _exported(reference, language, login)
    if out is None:
        click.echo(content, nl=False)
    else:
        write_whole(Path(out), content)


def _exported(reference: str, language: str, login: str | None) -> bytes:
    logins = [login] if login or settings().login else list(_READERS)
    for place, name in enumerate(logins):
        actor = person(name, "officer")
        with db.reading() as session:
            try:
                return _written(session, reference, language, actor)
            except NotFound:
                if place == len(logins) - 1:
                    raise
    raise AssertionError("unreachable")


def _written(session: Session, reference: str, language: str, actor: Actor) -> bytes:
    try:
        record = queries.find(session, reference, by=actor)
    except NotFound:
        return movements.exported(session, transit.find(session, reference, by=actor), language)
    if language in ("ncts", "tir"):
        raise Refused(
            f"{language.upper()} is not a declaration's language: it speaks of transit movements. Use json or asycuda."
        )
    return _as_json(session, record) if language == "json" else _as_asycuda(session, record)


def _words(session: Session, record: Declaration) -> tuple[dict[str, Any], Any]:
    """The declaration's words, and the key of the message they came in."""
    if record.status == "draft":
        draft = queries.draft(session, record)
        return dict(draft.body), draft.source
    declared = queries.declared(session, record)
    whole = {**declared.header, "items": declared.items, "documents": declared.documents}
    return whole, queries.content(session, record).source


def _as_json(session: Session, record: Declaration) -> bytes:
    words, _source = _words(session, record)
    lodged = record.lodged_at.strftime("%Y-%m-%dT%H:%M:%SZ") if record.lodged_at else None
    known = {
        "reference": record.reference,
        "mrn": record.mrn,
        "version": record.version,
        "status": record.status,
        "lodged_at": lodged,
    }
    return orjson.dumps({**words, **known}, default=scalar, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _as_asycuda(session: Session, record: Declaration) -> bytes:
    words, key = _words(session, record)
    kept = session.get(Attachment, (record.post, key)) if key else None
    is_sad = kept is not None and kept.kind == "asycuda"
    source = attachments.content(session, record.post, key) if key and is_sad else None
    return write(words, source=source, mrn=record.mrn)


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or nothing."""
    prepare(path, content).replace(path)


def prepare(path: Path, content: bytes) -> Path:
    """The content beside its place, ready to be moved there; says at once if it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(file.fileno(), 0o666 & ~umask)
    except OSError as error:
        raise Impossible(f"{path} cannot be written: {error.strerror}") from error
    return Path(name)
