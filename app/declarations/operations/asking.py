"""Questions of officers, answers of traders. A declaration is `queried` exactly while a question is open."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import canonical
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.declarations import queries
from app.declarations.commands import Answer, Ask, WithdrawQuery
from app.declarations.lifecycle import Action
from app.declarations.models import Declaration, DeclarationQuery
from app.declarations.operations.noting import note

LONGEST_TEXT = 4000
MOST_OPEN = 50
LATEST_DEADLINE = dt.timedelta(days=366)


def ask(
    session: Session,
    declaration: Declaration,
    command: Ask,
    deadline: dt.datetime,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
) -> DeclarationQuery:
    """Asks the trader something about a locked declaration; it waits for the answer.

    Raises `Invalid` without a text, for an item that is not declared, or a deadline that is past or a year away.
    """
    before = {"status": declaration.status}
    declaration.move(Action.QUERY, at)
    _check(session, declaration, command, deadline, at)
    query = DeclarationQuery(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        item=command.item,
        question=command.question.strip(),
        deadline=deadline,
        asked_by=by.person,
        asked_login=by.login,
        asked_name=by.name,
        asked_at=at,
    )
    session.add(query)
    session.flush()
    after = {
        "query": str(query.id),
        "query_state": "open",
        "item": query.item,
        "deadline": canonical.instant(deadline),
    }
    note(session, declaration, "declaration.queried", by=by, before=before, after=after, role=role)
    return query


def answer(
    session: Session, declaration: Declaration, command: Answer, at: dt.datetime, *, by: Actor
) -> DeclarationQuery:
    """The trader answers, in time or late; with the last answer the declaration is before the officer again."""
    query = _open_one(session, declaration, command.query)
    _text(command.answer, "/answer", "query.answer")
    if query.asked_by == by.person:
        raise Forbidden(_("You asked this yourself. Another person must answer it."))
    query.answer = command.answer.strip()
    query.answered_by, query.answered_login, query.answered_name = by.person, by.login, by.name
    query.answered_at = at
    before = _moved_on(session, declaration, Action.ANSWER, at)
    after = {"query": str(query.id), "query_state": "answered", "late": query.is_late}
    note(session, declaration, "declaration.answered", by=by, before=before, after=after, role="trader")
    return query


def withdraw_query(
    session: Session, declaration: Declaration, command: WithdrawQuery, at: dt.datetime, *, by: Actor, role: str
) -> DeclarationQuery:
    """An officer needs no answer any more."""
    query = _open_one(session, declaration, command.query)
    if not command.reason.strip():
        raise Invalid(
            findings=[Finding("/reason", "query.reason", _("Say why the question need not be answered any more."))]
        )
    _close(query, command.reason, at, by)
    before = _moved_on(session, declaration, Action.WITHDRAW_QUERY, at)
    _note_withdrawn(session, declaration, query, before, by, role)
    return query


def withdraw_all(
    session: Session, declaration: Declaration, reason: str, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """A decision makes the open questions idle."""
    idle = queries.open_questions(session, declaration)
    for query in idle:
        _close(query, reason, at, by)
    session.flush()
    for query in idle:
        _note_withdrawn(session, declaration, query, None, by, role)


def _moved_on(session: Session, declaration: Declaration, action: Action, at: dt.datetime) -> dict[str, str] | None:
    """The state before, if this was the last open question and the declaration moved."""
    session.flush()
    if queries.open_questions(session, declaration):
        declaration.changed_at = at
        session.flush()
        return None
    before = {"status": declaration.status}
    declaration.move(action, at)
    session.flush()
    return before


def _close(query: DeclarationQuery, reason: str, at: dt.datetime, by: Actor) -> None:
    query.withdrawn_by, query.withdrawn_login = by.person, by.login
    query.withdrawn_at, query.withdrawn_reason = at, reason


def _note_withdrawn(
    session: Session,
    declaration: Declaration,
    query: DeclarationQuery,
    before: dict[str, str] | None,
    by: Actor,
    role: str,
) -> None:
    after = {"query": str(query.id), "query_state": "withdrawn"}
    reason = query.withdrawn_reason or ""
    event = "declaration.query-withdrawn"
    note(session, declaration, event, by=by, before=before, after=after, reason=reason, role=role)


def _open_one(session: Session, declaration: Declaration, id: UUID) -> DeclarationQuery:
    query = queries.question(session, declaration, id)
    if query is None:
        raise NotFound()
    if query.is_open:
        return query
    message = (
        _("This question was answered already.") if query.answered_at else _("This question was withdrawn meanwhile.")
    )
    raise WrongState(message, facts={"state": "answered" if query.answered_at else "withdrawn"})


def _check(session: Session, declaration: Declaration, command: Ask, deadline: dt.datetime, at: dt.datetime) -> None:
    _text(command.question, "/question", "query.question")
    if command.item and command.item not in queries.item_numbers(session, declaration):
        message = _(
            "There is no item {number}. Ask about an item that is declared, or about the whole.", number=command.item
        )
        raise Invalid(findings=[Finding("/item", "query.item", message)])
    if not at < deadline <= at + LATEST_DEADLINE:
        message = _("The deadline must lie ahead, within a year.")
        raise Invalid(findings=[Finding("/deadline", "query.deadline", message)])
    if len(queries.open_questions(session, declaration)) >= MOST_OPEN:
        message = _("{most} questions are open already. Wait for answers or withdraw some.", most=MOST_OPEN)
        raise Invalid(findings=[Finding("", "query.most", message)])


def _text(text: str, pointer: str, rule: str) -> None:
    if not text.strip():
        raise Invalid(findings=[Finding(pointer, rule, _("Write something here."))])
    if len(text.strip()) > LONGEST_TEXT:
        raise Invalid(findings=[Finding(pointer, rule, _("Too long: at most {most} characters.", most=LONGEST_TEXT))])
