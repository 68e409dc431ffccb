"""Other systems' messages become drafts; nothing of them is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _, read_sentence, sentence_json
from app.declarations import operations as declarations
from app.declarations import rules
from app.declarations.commands import SaveDraft
from app.declarations.models import Declaration, DeclarationDraft
from app.flows import lodging
from app.reference.queries import codebook

#: The kind of a message that declares a movement.
MOVEMENT = "movement"


@dataclass(frozen=True)
class Message:
    """A message that has been read: its kind (`MOVEMENT`, or one of a declaration), the words of what it declares, what
    was not understood, what is doubtful."""

    kind: str
    name: str
    media_type: str
    content: bytes
    document: dict[str, Any]
    unread: tuple[dict[str, str], ...] = ()
    problems: tuple[Finding, ...] = field(default=())
    #: Of a movement: the access code of each guarantee that named one, by its place; they are kept nowhere.
    access_codes: Mapping[int, str] = field(default_factory=dict, repr=False)


def keep(session: Session, message: Message, post: str, *, by: Actor) -> Declaration:
    """Keeps the message to the byte and opens a draft with what was understood of it."""
    by.need_scope("write")
    by.need(("trader",), post)
    if message.kind == MOVEMENT:
        said = _("This file holds a transit movement, not a declaration. Read it among the movements.")
        raise Invalid(findings=[Finding("", "message-kind", said)], facts={"kind": MOVEMENT})
    posts = lodging.own_posts(codebook(session))
    if post not in posts:  # or its draft, file and journal would lie where nobody ever looks
        raise Invalid(findings=[rules.unknown_post(post, posts)])
    kept = attachments.keep(
        session,
        post=post,
        kind=message.kind,
        name=message.name,
        media_type=message.media_type,
        content=message.content,
        by=by,
    )
    session.flush()
    remarks = tuple(_remark(problem) for problem in message.problems)
    command = SaveDraft(post=post, body=message.document, source=kept.id, unread=message.unread, remarks=remarks)
    return declarations.save_draft(session, command, by=by)


def problems_of(draft: DeclarationDraft) -> list[Finding]:
    """What was doubtful when the message was read, about fields that nobody has changed since."""
    return [Finding(r["pointer"], r["rule"], read_sentence(r), r.get("severity", "error")) for r in draft.remarks]


def _remark(problem: Finding) -> dict[str, Any]:
    """JSON-ready; sentences within the sentence stay translatable."""
    return {
        "pointer": problem.pointer,
        "rule": problem.rule,
        "severity": problem.severity,
        **sentence_json(problem.message),
    }
