"""From words to a lodged declaration with its lane and what it owes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.declarations import operations as declarations
from app.declarations import queries, rules, schemas
from app.declarations.commands import Declared, LodgeDeclaration
from app.declarations.models import Declaration
from app.declarations.operations import Entering, Lodged
from app.flows import assessing, selecting, settling
from app.flows.assessing import Calculated
from app.flows.selecting import Known
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import history
from app.risk import operations as risk
from app.suspense import operations as suspense


def lodge(session: Session, command: LodgeDeclaration, *, by: Actor) -> Lodged:
    """Lodges: rules, certificates and stocks, number, assessment, lane. What nobody needs to look at and nothing is due
    on is released at once. With additional type D it is pre-lodged: lane and release wait until the truck is there."""
    codes = codebook(session)
    declared = command.declared
    resembling = history.of(session, declared, codes)
    entering = declarations.check_in(session, command, codes, own_posts(codes), by=by, history=resembling)
    risk.prepare(session, declared.post, by=SYSTEM)  # before the post's own row is locked, and not under it
    settling.hold_earlier(session, declared)
    calculated = assessing.calculate(session, declared, codes, now(session), lock=True, by=by)
    settling.take(session, entering.declaration, calculated, now(session), by=by)
    known = None if entering.early else _known(session, entering, calculated, codes)
    lodged = told(declarations.enter(session, entering, by=by), calculated)
    settling.owe(session, lodged.declaration, calculated, lodged.at, final=False, by=SYSTEM, first=True)
    if known is not None:
        selecting.route(session, lodged, calculated, known, codes, by=SYSTEM)
    return lodged


def _known(session: Session, entering: Entering, calculated: Calculated, codes: Codebook) -> Known:
    blocking = [*entering.blocking, *calculated.blocking]
    id, at = entering.declaration.id, now(session)
    return selecting.known(session, entering.declared, codes, at, stage="lodged", id=id, blocking=blocking, by=SYSTEM)


def told(lodged: Lodged, calculated: Calculated) -> Lodged:
    """With a warning for each certificate that is named and does not free what it is named for."""
    return replace(lodged, warnings=[*lodged.warnings, *calculated.passed_over])


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


def check(session: Session, body: dict[str, Any], *, by: Actor) -> list[Finding]:
    """Everything that would be said of a declaration as it is written, duties included; it changes nothing."""
    codes = codebook(session)
    try:
        declared = schemas.read(body)
    except Invalid as refusal:
        return list(refusal.findings)
    found = findings(session, declared, codes)
    if rules.errors(found):
        return found
    calculated = assessing.calculate(session, declared, codes, now(session), lock=False, by=by)
    outlook = suspense.outlook(session, calculated.discharges, calculated.firms)
    return [*found, *outlook, *calculated.assessment.warnings]


def findings(
    session: Session, declared: Declared, codes: Codebook, declaration: Declaration | None = None
) -> list[Finding]:
    """What the rules of the day say of what is declared; of a lodged declaration, on the day it was lodged."""
    at = now(session) if declaration is None else (declaration.lodged_at or declaration.changed_at)
    known = history.of(session, declared, codes, apart=declaration.id if declaration else None)
    early = declarations.is_early(declared)
    setting = rules.Setting(
        declared, codes, codes.day_at(declared.post, at), own_posts(codes), prelodged=early, history=known
    )
    return [*rules.check(setting), *queries.foreign_files(session, declared)]


def warnings(session: Session, declared: Declared, declaration: Declaration) -> list[Finding]:
    """What the rules found doubtful on the day of lodging."""
    found = findings(session, declared, codebook(session), declaration)
    return [f for f in found if f.severity == "warning"]
