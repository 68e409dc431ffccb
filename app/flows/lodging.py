"""From words to a lodged declaration with its lane and what it owes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.declarations import operations as declarations
from app.declarations import queries, rules, schemas
from app.declarations.commands import Declared, LodgeDeclaration
from app.declarations.lifecycle import SETTLING
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.flows import assessing, settling
from app.flows.assessing import Calculated
from app.inspections import operations as inspections
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import facts, history
from app.risk import operations as risk
from app.risk.queries import in_force
from app.risk.rules import Lane, is_lower
from app.suspense import operations as suspense

#: What is looked at in which lane.
LOOKED_AT = {Lane.YELLOW: "documents", Lane.RED: "goods"}


def lodge(session: Session, command: LodgeDeclaration, *, by: Actor) -> Lodged:
    """Lodges: rules, certificates and stocks, number, assessment, lane. What nobody needs to look at and nothing is due
    on is released at once. With additional type D it is pre-lodged: lane and release wait until the truck is there."""
    codes = codebook(session)
    in_force(session)  # so that what has to be read is read before the post's own row is locked, and not under it
    declared = command.declared
    known = history.of(session, declared, codes)
    entering = declarations.check_in(session, command, codes, own_posts(codes), by=by, history=known)
    settling.hold_earlier(session, declared)
    calculated = assessing.calculate(session, declared, codes, now(session), lock=True, by=by)
    settling.take(session, entering.declaration, calculated, now(session), by=by)
    lodged = told(declarations.enter(session, entering, by=by), calculated)
    settling.owe(session, lodged.declaration, calculated, lodged.at, final=False, by=SYSTEM, first=True)
    if not entering.early:
        route(session, lodged, calculated, codes, entering.blocking, by=by)
    return lodged


def told(lodged: Lodged, calculated: Calculated) -> Lodged:
    """With a warning for each certificate that is named and does not free what it is named for."""
    return replace(lodged, warnings=[*lodged.warnings, *calculated.passed_over])


def route(
    session: Session, lodged: Lodged, calculated: Calculated, codes: Codebook, blocking: list[Finding], *, by: Actor
) -> None:
    """Gives the lane, and what follows from it. What must not be released as it is (a permit is missing, a licence does
    not cover the goods) is never left to the system, whatever the profiles say."""
    declaration = lodged.declaration
    blocking = [*blocking, *calculated.blocking]
    known = facts.of_declaration(lodged.declared, codes, lodged.at, missing=[f.rule for f in blocking])
    assessed = risk.assess(session, declaration.post, declaration.id, known, facts.storable(known), lodged.at)
    lane = Lane.YELLOW if blocking and assessed.lane not in LOOKED_AT else assessed.lane
    if lane in LOOKED_AT:
        declarations.select_for_control(session, lodged, lane.value, by=SYSTEM)
        inspections.order(session, declaration.post, declaration.id, LOOKED_AT[lane], lodged.at, by=SYSTEM)
        return
    if calculated.assessment.known_total == 0 and not calculated.assessment.known_suspended:
        declarations.release_by_system(session, declaration, lane.value, lodged.at, by=SYSTEM)
        settling.released(session, declaration, lodged.declared, lodged.at, by=SYSTEM)
        return
    declarations.assess(session, declaration, lodged.at, by=SYSTEM, lane=lane.value)
    settling.settle(session, declaration, lodged.at, by=SYSTEM, declared=lodged.declared)


def look_at(session: Session, declaration: Declaration, lane: Lane, at: dt.datetime, *, by: Actor) -> None:
    """What waits for a decision, or for the money alone, is looked at in this lane, or in its own if that is higher."""
    higher = is_lower(str(declaration.lane), lane.value)
    to = lane.value if higher else str(declaration.lane)
    move = declarations.select if declaration.status in {s.value for s in SETTLING} else declarations.change_lane
    move(session, declaration, to, "", at, by=by, role="system")
    looked_at = LOOKED_AT.get(Lane(to))
    if looked_at and higher:
        inspections.cancel(session, declaration.post, declaration.id, "", by=by)
        inspections.order(session, declaration.post, declaration.id, looked_at, at, by=by)


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
