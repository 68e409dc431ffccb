"""From words to a lodged declaration with its lane."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import node_post
from app.core.errors import Finding, Invalid
from app.declarations import operations as declarations
from app.declarations import queries, rules, schemas
from app.declarations.commands import Declared, LodgeDeclaration
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.inspections import operations as inspections
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import facts
from app.risk import operations as risk
from app.risk.queries import in_force
from app.risk.rules import Lane

#: What is looked at in which lane.
LOOKED_AT = {Lane.YELLOW: "documents", Lane.RED: "goods"}


def lodge(session: Session, command: LodgeDeclaration, *, by: Actor) -> Lodged:
    """Lodges, assesses the risk, and releases at once what nobody needs to look at."""
    codes = codebook(session)
    in_force(session)  # so that what has to be read is read before the post's own row is locked, and not under it
    lodged = declarations.lodge(session, command, codes, own_posts(codes), by=by)
    declaration = lodged.declaration
    known = facts.of_declaration(lodged.declared, codes, lodged.at)
    assessed = risk.assess(session, declaration.post, declaration.id, known, facts.storable(known), lodged.at)
    if assessed.lane in LOOKED_AT:
        declarations.select_for_control(session, lodged, assessed.lane.value, by=SYSTEM)
        inspections.order(session, declaration.post, declaration.id, LOOKED_AT[assessed.lane], lodged.at, by=SYSTEM)
    else:
        declarations.release_by_system(session, declaration, assessed.lane.value, lodged.at, by=SYSTEM)
    return lodged


def own_posts(codes: Codebook) -> frozenset[str]:
    """The posts of this node's administration; the node's own post tells which that is."""
    country = node_post()[:2]
    return frozenset(p.code for p in codes.posts() if p.country == country)


def submit(session: Session, reference: str, version: int | None, *, by: Actor) -> Lodged:
    """Lodges a draft as it is written."""
    by.need_scope("write")
    declaration = queries.locked(session, reference, by=by)  # what is read now is what is lodged
    by.need(("trader",), declaration.post)
    declarations.must_be_draft(declaration)
    declarations.expect_version(session, declaration, version)
    body = queries.draft(session, declaration).body
    declared = schemas.read(body)
    return lodge(session, LodgeDeclaration(declared, declaration.reference, version), by=by)


def check(session: Session, body: dict[str, Any]) -> list[Finding]:
    """Everything the rules would say of a declaration as it is written; it changes nothing."""
    codes = codebook(session)
    try:
        declared = schemas.read(body)
    except Invalid as refusal:
        return list(refusal.findings)
    posts = own_posts(codes)
    return rules.check(rules.Setting(declared, codes, declarations.now_date(session), posts))


def warnings(session: Session, declared: Declared, declaration: Declaration) -> list[Finding]:
    """What the rules found doubtful on the day of lodging."""
    codes = codebook(session)
    lodged = declaration.lodged_at or declaration.changed_at
    found = rules.check(rules.Setting(declared, codes, lodged.date(), own_posts(codes)))
    return [f for f in found if f.severity == "warning"]
