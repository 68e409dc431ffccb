"""The truck that was announced is there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations import queries, rules
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.flows import holding, lodging, selecting, settling
from app.inspections.operations import INSPECTING
from app.reference.queries import codebook
from app.registers import history
from app.risk import operations as risk


def present(session: Session, reference: str, version: int | None, *, by: Actor) -> Lodged:
    """The trader, or an official at the gate, says that the goods are there. Rules and duties of the day hold, and the
    declaration gets its lane and what follows from it."""
    declaration = holding.locked(session, reference, by=by)
    role = _presenting(session, declaration, version, by=by)
    codes = codebook(session)
    risk.prepare(session, declaration.post, by=SYSTEM)
    declared, at = queries.declared(session, declaration), now(session)
    known = history.of(session, declared, codes, apart=declaration.id)
    posts = lodging.own_posts(codes)
    lodged = declarations.present(session, declaration, declared, codes, posts, at, by=by, role=role, history=known)
    calculated = settling.reassess(session, declaration, at, by=by)
    blocking = [*rules.blocking(lodged.warnings), *calculated.blocking]
    asked = selecting.known(
        session,
        declared,
        codes,
        at,
        stage="presented",
        id=declaration.id,
        blocking=blocking,
        lodged=declaration,
        by=SYSTEM,
    )
    selecting.route(session, lodged, calculated, asked, codes, by=SYSTEM)
    return lodging.told(lodged, calculated)


def _presenting(session: Session, declaration: Declaration, version: int | None, *, by: Actor) -> str:
    """The role in which somebody presents: the declaration's trader, or an official of the post."""
    if declaration.party in by.parties(declaration.post):
        by.need_scope("write")
        declarations.expect_seen(declaration, version)
        return "trader"
    by.need_scope("decide")
    role = by.need(INSPECTING, declaration.post).role
    declarations.expect_version(session, declaration, version)
    return role
