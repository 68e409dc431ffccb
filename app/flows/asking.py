"""An officer asks, the trader answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import Answer, Ask, WithdrawQuery
from app.declarations.models import Declaration, DeclarationQuery
from app.flows.deciding import DECIDING
from app.flows.parameters import days
from app.reference.queries import codebook


def ask(session: Session, command: Ask, *, by: Actor) -> tuple[Declaration, DeclarationQuery]:
    """Asks about a declaration; without a deadline the parameter query-days gives one."""
    declaration, role = _for_official(session, command.reference, command.version, by=by)
    at = now(session)
    deadline = command.deadline or _deadline(session, at)
    return declaration, declarations.ask(session, declaration, command, deadline, at, by=by, role=role)


def answer(session: Session, command: Answer, *, by: Actor) -> tuple[Declaration, DeclarationQuery]:
    """Answers as the declaration's trader. A late answer is taken and marked so."""
    by.need_scope("write")
    declaration = queries.locked(session, command.reference, by=by)
    declarations.must_act_for(declaration, by=by)
    declarations.expect_seen(declaration, command.version)
    return declaration, declarations.answer(session, declaration, command, now(session), by=by)


def withdraw(session: Session, command: WithdrawQuery, *, by: Actor) -> tuple[Declaration, DeclarationQuery]:
    """Takes a question back."""
    declaration, role = _for_official(session, command.reference, command.version, by=by)
    return declaration, declarations.withdraw_query(session, declaration, command, now(session), by=by, role=role)


def _for_official(session: Session, reference: str, version: int | None, *, by: Actor) -> tuple[Declaration, str]:
    by.need_scope("decide")
    declaration = queries.locked(session, reference, by=by)
    role = by.need(DECIDING, declaration.post).role
    declarations.expect_version(session, declaration, version)
    return declaration, role


def _deadline(session: Session, at: dt.datetime) -> dt.datetime:
    known = days(codebook(session), "query-days", at.date())
    if known is None:
        message = _("Set the parameter {name} in the reference data.", name="query-days")
        raise Invalid(findings=[Finding("/deadline", "parameter.missing", message)])
    return at + dt.timedelta(days=known)
