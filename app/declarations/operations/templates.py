"""Templates: words a firm keeps under a name, to begin its declarations with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.ids import uuid7
from app.core.text import _, fault_in, normal
from app.declarations import queries
from app.declarations.commands import SaveDraft, SaveTemplate
from app.declarations.models import Declaration, Template
from app.declarations.operations.drafts import acting_for, begin_with, check_size, save_draft
from app.reference.queries import must_be_own

TEMPLATE = "template"
MOST_TEMPLATES = 200
LONGEST_NAME = 100


def save_template(session: Session, command: SaveTemplate, *, by: Actor) -> Template:
    """Keeps words under a new name of the firm acted for; the reference of a single declaration is left out.

    Raises `Invalid` for a name that is taken, too long or missing, and beyond 200 templates of a firm at a post.
    """
    by.need_scope("write")
    by.need(("trader",), command.post)
    party = acting_for(command.post, command.body, command.party, by=by)
    must_be_own(session, command.post)
    check_size(command.body)
    name = _free_name(session, command.post, party, command.name)
    if queries.count_templates(session, command.post, party) >= MOST_TEMPLATES:
        message = _("There are {most} templates already. Delete one first.", most=MOST_TEMPLATES)
        raise Invalid(findings=[Finding("", "template.most", message)])
    template = Template(
        post=command.post,
        id=uuid7(),
        party=party,
        name=name,
        body=begin_with(command.body),
        made_by=by.person,
        made_login=by.login,
        changed_at=now(session),
    )
    session.add(template)
    session.flush()
    digest = canonical.digest(canonical.plain(template.body))
    _note(session, template, "template.saved", {"status": "kept", "name": name, "sha256": digest}, by=by)
    return template


def rename_template(session: Session, id: UUID, name: str, *, by: Actor) -> Template:
    """Gives a template another name."""
    template = _own(session, id, by=by)
    if normal(name) == template.name:
        return template
    template.name = _free_name(session, template.post, template.party, name)
    template.changed_at = now(session)
    session.flush()
    _note(session, template, "template.renamed", {"name": template.name}, by=by)
    return template


def delete_template(session: Session, id: UUID, *, by: Actor) -> None:
    """Throws a template away; declarations begun with it stay."""
    template = _own(session, id, by=by)
    _note(session, template, "template.deleted", {"status": None, "name": None}, by=by)
    session.delete(template)
    session.flush()


def draft_from_template(session: Session, id: UUID, *, by: Actor) -> Declaration:
    """Begins a new draft with a template's words."""
    template = _own(session, id, by=by)
    command = SaveDraft(post=template.post, body=dict(template.body), party=template.party)
    return save_draft(session, command, by=by)


def _own(session: Session, id: UUID, *, by: Actor) -> Template:
    by.need_scope("write")
    template = queries.template(session, id, by=by)
    by.need(("trader",), template.post)
    return template


def _free_name(session: Session, post: str, party: str, typed: str) -> str:
    name = normal(typed)
    problem = fault_in(typed)
    if problem is not None:
        raise Invalid(findings=[Finding("/name", "text.characters", problem)])
    if not name:
        problem = _("Give the template a name.")
    elif len(name) > LONGEST_NAME:
        problem = _("Too long: at most {most} characters.", most=LONGEST_NAME)
    elif queries.has_template(session, post, party, name):
        problem = _("There is a template of this name. Choose another name.")
    if problem is not None:
        raise Invalid(findings=[Finding("/name", "template.name", problem)])
    return name


def _note(session: Session, template: Template, event: str, after: dict[str, Any], *, by: Actor) -> None:
    journal.record(
        session, by=by, event=event, kind=TEMPLATE, subject=template.id, post=template.post, after=after, role="trader"
    )
