"""Lodging: what is declared is checked and gets its number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core import numbering
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid
from app.core.ids import reference, uuid7
from app.core.rows import stage
from app.core.text import _
from app.declarations import queries, rules
from app.declarations.commands import Declared, LodgeDeclaration
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration, DeclarationDraft
from app.declarations.operations.contents import stage_content
from app.declarations.operations.drafts import must_be_draft
from app.declarations.operations.noting import expect_version, note

SERIES = "MRN"


@dataclass(slots=True)
class Lodged:
    """A lodged declaration with what was declared and the warnings it got."""

    declaration: Declaration
    declared: Declared
    at: dt.datetime
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Entering:
    """A declaration that holds before the rules and waits for its number; its id is final, nothing is written yet."""

    declaration: Declaration
    declared: Declared
    draft: DeclarationDraft | None
    is_new: bool
    early: bool
    warnings: list[Finding]
    blocking: list[Finding]


def check_in(
    session: Session,
    command: LodgeDeclaration,
    codes: rules.Codes,
    posts: frozenset[str],
    *,
    by: Actor,
    history: Any = None,
) -> Entering:
    """The first half of lodging: who may, the draft's lock and version, the rules.

    Raises `Forbidden` without a mandate for the declarant, `Invalid` with every finding. `history` is what the post
    knows of earlier declarations, for the rules that ask (see `rules.Setting`). Between the two halves the caller locks
    what else the deed needs, because the second takes the post's own row.
    """
    by.need_scope("write")
    declared = command.declared
    may_declare(declared, by=by)
    draft = _draft_to_lodge(session, command, by=by)
    early = is_early(declared)
    today = codes.day_at(declared.post, now(session))
    found = rules.check(rules.Setting(declared, codes, today, posts, prelodged=early, history=history))
    found += queries.foreign_files(session, declared)
    if rules.errors(found):
        raise Invalid(findings=found)
    declaration = draft or _fresh(declared)
    warnings = [f for f in found if f.severity == "warning"]
    return Entering(
        declaration, declared, _draft_body(session, draft), draft is None, early, warnings, rules.blocking(found)
    )


def is_early(declared: Declared) -> bool:
    """Whether it is declared before the truck is there (additional declaration type D)."""
    return declared.header.get("additional_type") == "D"


def enter(session: Session, entering: Entering, *, by: Actor) -> Lodged:
    """The second half: gives the MRN, writes content and journal. Takes the post's own row.

    What is pre-lodged gets no lane: that waits until `present`.
    """
    declaration, declared, early = entering.declaration, entering.declared, entering.early
    year, number, at = numbering.draw(session, declared.post, SERIES)
    declaration.mrn = numbering.mrn(declared.post, year, number, procedure_letter(declared))
    declaration.content += 1
    declaration.lodged_at = None if early else at
    before = None if entering.is_new else {"status": declaration.status}
    declaration.move(Action.PRELODGE if early else Action.LODGE, at)
    sha256 = stage_content(session, declaration, declared, entering.draft, at, by=by)
    if entering.is_new:
        stage(session, declaration)
    else:
        session.flush()
    after = {
        "mrn": declaration.mrn,
        "reference": declaration.reference,
        "content": declaration.content,
        "sha256": sha256,
    }
    event = "declaration.prelodged" if early else "declaration.lodged"
    note(session, declaration, event, by=by, before=before, after=after, role="trader")
    return Lodged(declaration, declared, at, entering.warnings)


def present(
    session: Session,
    declaration: Declaration,
    declared: Declared,
    codes: rules.Codes,
    posts: frozenset[str],
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    history: Any = None,
) -> Lodged:
    """The truck of a locked, pre-lodged declaration is there. The rules of the day are asked once more.

    Raises `Invalid` with every finding if what was declared does not hold any more: it is amended first.
    """
    LIFE.move(Status(declaration.status), Action.PRESENT)  # the state is told before the rules are
    found = rules.check(rules.Setting(declared, codes, codes.day_at(declared.post, at), posts, history=history))
    if rules.errors(found):
        raise Invalid(findings=found)
    before = {"status": declaration.status}
    declaration.move(Action.PRESENT, at)
    declaration.lodged_at = at
    session.flush()
    note(session, declaration, "declaration.presented", by=by, before=before, role=role)
    return Lodged(declaration, declared, at, [f for f in found if f.severity == "warning"])


def may_declare(declared: Declared, *, by: Actor) -> None:
    """Only a trader whose grant names the declarant may declare for him."""
    by.need(("trader",), declared.post)
    mine = by.parties(declared.post)
    if declared.declarant not in mine:
        message = _(
            "You act for {parties}, not for {declarant}. "
            "Name your own firm as declarant, or ask the administrator for a mandate.",
            parties=", ".join(sorted(mine)),
            declarant=declared.declarant,
        )
        raise Forbidden(message, findings=[Finding("/declarant/id", "declarant.mandate", message)])


def procedure_letter(declared: Declared) -> str:
    """The letter of the MRN that tells the kind of procedure (see `numbering.mrn`)."""
    return {"IM": "R", "EX": "A"}.get(declared.header["declaration_type"][:2], "Z")


def _draft_to_lodge(session: Session, command: LodgeDeclaration, *, by: Actor) -> Declaration | None:
    if command.draft is None:
        return None
    declaration = queries.locked(session, command.draft, by=by)
    must_be_draft(declaration)  # first: who changed what since it was lodged is not told to traders
    expect_version(session, declaration, command.version)
    if declaration.post != command.declared.post:
        message = _(
            "This draft was begun for {post}. Make a new declaration for another crossing point.", post=declaration.post
        )
        raise Invalid(findings=[Finding("/post", "post.fixed", message)])
    if declaration.party != command.declared.declarant:
        message = _(
            "This draft belongs to {party}. Copy it into a new declaration to lodge for another firm.",
            party=declaration.party,
        )
        raise Invalid(findings=[Finding("/declarant/id", "declarant.fixed", message)])
    return declaration


def _fresh(declared: Declared) -> Declaration:
    return Declaration(
        post=declared.post,
        id=uuid7(),
        reference=reference(declared.post),
        mrn=None,
        party=declared.declarant,
        status=Status.DRAFT.value,
        lane=None,
        content=0,
        version=1,
        lodged_at=None,
        changed_at=None,
    )


def _draft_body(session: Session, declaration: Declaration | None) -> DeclarationDraft | None:
    if declaration is None:
        return None
    return queries.draft(session, declaration)
