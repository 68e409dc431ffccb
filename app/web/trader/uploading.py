"""Files from other systems: each becomes a draft, or is refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import flash, render_template, request
from werkzeug.datastructures import FileStorage

from app.core import db
from app.core.errors import Finding, Refusal
from app.core.text import Text, _, excerpt
from app.declarations.queries import draft as draft_of
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import importing
from app.flows.importing import Message
from app.flows.movements import importing as moving
from app.flows.movements import lodging
from app.interchange.reading import codes_of, message_of
from app.web.trader import checking, drafts
from app.web.trader.desk import ROLE, Desk, blueprint

MOST_FILES = 20
_SHOWN = 25


@dataclass
class Outcome:
    """What became of a file. `refusal` is None for one that was read."""

    name: str
    reference: str = ""
    kind: str = ""
    items: int = 0
    errors: int = 0
    unread: int = 0
    problems: list[Finding] = field(default_factory=list)
    refusal: Text | None = None

    @property
    def shown(self) -> list[Finding]:
        return self.problems[:_SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.problems) - _SHOWN)


@blueprint.get("/upload")
@signed_in(ROLE)
def upload() -> str:
    """The page that takes files."""
    return render_template("trader/upload.html", outcomes=[], most=MOST_FILES)


@blueprint.post("/upload")
@signed_in(ROLE)
def read_files() -> tuple[str, int]:
    """Reads each file for itself: one that is refused does not stop the others."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files or len(files) > MOST_FILES:
        too_many = _("Choose at most {most} files at once.", most=MOST_FILES)
        flash(translate(too_many if files else _("Choose at least one file.")), "error")
        return render_template("trader/upload.html", outcomes=[], most=MOST_FILES), 422
    with db.reading() as session:
        desk = Desk.of(session)
    outcomes = [_read(file, desk) for file in files]
    status = 422 if all(outcome.refusal is not None for outcome in outcomes) else 200
    return render_template("trader/upload.html", outcomes=outcomes, most=MOST_FILES), status


def _read(file: FileStorage, desk: Desk) -> Outcome:
    name = excerpt((file.filename or "").replace("\\", "/").rpartition("/")[2] or "file", 80)
    try:
        return _kept(file.read(), name, desk)
    except Refusal as refusal:
        said = refusal.message
        if refusal.findings and said == refusal.title:
            said = refusal.findings[0].message
        return Outcome(name, refusal=said)


def _kept(content: bytes, name: str, desk: Desk) -> Outcome:
    posts = [code for code, _name in desk.posts()]
    message = message_of(content, name, posts=posts, codes=codes_of(desk.lists.book, desk.lists.on))
    named = message.document.get("post")
    post = named if isinstance(named, str) and named in posts else posts[0] if posts else db.node_post()
    if message.kind == importing.MOVEMENT:
        return _kept_movement(message, name, post, desk)
    with db.transaction() as session:
        record = importing.keep(session, message, post, by=desk.actor)
        draft = draft_of(session, record)
        found = drafts.problems(session, record, draft, draft.body, by=desk.actor)
    items = message.document.get("items")
    return Outcome(
        name,
        record.reference,
        message.kind,
        len(items) if isinstance(items, list) else 0,
        sum(finding.severity == "error" for finding in found),
        len(message.unread),
        [checking.named(finding) for finding in found],
    )


def _kept_movement(message: Message, name: str, post: str, desk: Desk) -> Outcome:
    """A movement becomes a draft among the movements; its access codes are asked for when it is lodged."""
    with db.transaction() as session:
        record = moving.keep(session, message, post, by=desk.actor)
        found = lodging.check(session, message.document, by=desk.actor)
    return Outcome(
        name,
        record.reference,
        message.kind,
        moving.items_of(message.document),
        sum(finding.severity == "error" for finding in found),
        problems=found,
    )
