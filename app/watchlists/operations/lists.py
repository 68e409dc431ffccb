"""Lists are made, opened to those who need to know, and ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal
from app.core.actors import Actor
from app.core.db import after_commit, node_post, now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, normal
from app.watchlists import queries
from app.watchlists.commands import MakeList, Reader
from app.watchlists.models import WatchList, WatchReader
from app.watchlists.queries import approved
from app.watchlists.rules import wanted

ANALYSING = ("analyst",)
APPROVING = ("analyst", "supervisor")
CLOSE = "watchlist.close"


def make(session: Session, command: MakeList, *, by: Actor) -> WatchList:
    """Makes an empty list. Who makes it sees it."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    at = now(session)
    found = wanted.list_findings(command, at.date())
    if found:
        raise Invalid(findings=found)
    made = WatchList(
        post=node_post(),
        id=uuid7(),
        code=command.code,
        names={locale: normal(name) for locale, name in command.names.items() if name.strip()},
        source=normal(command.source),
        reason=normal(command.reason),
        roles=sorted(set(command.roles)),
        owner=by.person,
        owner_name=by.name,
        valid_to=command.valid_to,
        made_at=at,
        instruction=normal(command.instruction),
    )
    _insert(session, made)
    _read(session, made, Reader(by.person, by.login, by.name), at, by=by)
    after = {"code": made.code, "names": made.names, "roles": made.roles, "source": made.source}
    settled(session, made, "watchlist.made", by=by, role=role, after=after, reason=made.reason)
    return made


def _insert(session: Session, made: WatchList) -> None:
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        told = _("There is a list “{code}” already. Choose another code.", code=made.code)
        raise Invalid(findings=[Finding("/code", "watchlist.code-known", told)]) from error


def open_to(session: Session, code: str, roles: tuple[str, ...], reason: str, *, by: Actor) -> WatchList:
    """Opens a list to whole roles, or closes it to them; its persons stay."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    found = queries.list_by_code(session, code, by=by, lock=True)
    why = said(reason)
    if any(one not in wanted.ROLES for one in roles):
        told = _("A list is open to these roles at most: {known}.", known=", ".join(wanted.ROLES))
        raise Invalid(findings=[Finding("/roles", "watchlist.roles", told)])
    before = {"roles": found.roles}
    found.roles = sorted(set(roles))
    session.flush()
    after = {"roles": found.roles}
    settled(session, found, "watchlist.opened-to", by=by, role=role, before=before, after=after, reason=why)
    return found


def let_in(session: Session, code: str, reader: Reader, reason: str, *, by: Actor) -> WatchList:
    """Lets a person in to a list; somebody who is inside does it."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    found = queries.list_by_code(session, code, by=by, lock=True)
    why = said(reason)
    if any(inside.person == reader.person for inside in queries.readers(session, found)):
        raise WrongState(_("{name} is let in already.", name=reader.name))
    _read(session, found, reader, now(session), by=by)
    settled(session, found, "watchlist.let-in", by=by, role=role, after={"login": reader.login}, reason=why)
    return found


def let_out(session: Session, code: str, login: str, reason: str, *, by: Actor) -> WatchList:
    """Lets a person out of a list; the last one inside a list that is open to no role stays."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    found = queries.list_by_code(session, code, by=by, lock=True)
    why = said(reason)
    inside = queries.readers(session, found)
    leaving = next((one for one in inside if one.login == login), None)
    if leaving is None:
        raise WrongState(_("{login} is not let in to this list.", login=login))
    if len(inside) == 1 and not found.roles:
        raise WrongState(_("Nobody would see this list any more. Let somebody else in first."))
    leaving.left_by, leaving.left_at = by.person, now(session)
    session.flush()
    settled(session, found, "watchlist.let-out", by=by, role=role, after={"login": login}, reason=why)
    return found


def propose_close(session: Session, code: str, last_day: dt.date, reason: str, *, by: Actor) -> Proposal:
    """Puts the last day of a list before a second person; until then it is looked for as before."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    found = queries.list_by_code(session, code, by=by)
    why = said(reason)
    if last_day < now(session).date() or last_day.year > 2199:
        told = _("The last day is over, or too far away. Give a day that is still to come, or leave it empty.")
        raise Invalid(findings=[Finding("/valid_to", "watchlist.last-day", told)])
    wish = approvals.Propose(
        post=found.post,
        kind=CLOSE,
        subject=found.id,
        reference=found.id.hex[-8:],  # neither code nor name: proposals are seen by more than are let in
        payload={"list": str(found.id), "last_day": last_day.isoformat()},
        reason=why,
    )
    return approvals.propose(session, wish, by=by, role=role)


def enact_close(session: Session, proposal: Proposal, /, *, by: Actor) -> WatchList:
    """What an approved proposal does: the list has a last day, and afterwards nothing on it is looked for."""
    role = by.need(APPROVING, node_post()).role
    found = queries.list_by_id(session, proposal.subject, by=by, lock=True)
    last_day = dt.date.fromisoformat(proposal.payload["last_day"])
    if last_day < now(session).date():
        raise WrongState(_("The proposed last day is over. Propose another one."))
    before = {"valid_to": found.valid_to}
    found.valid_to = last_day
    session.flush()
    after_commit(session, queries.forget)
    settled(session, found, "watchlist.ends", by=by, role=role, before=before, reason=proposal.reason)
    return found


def _read(session: Session, found: WatchList, reader: Reader, at: dt.datetime, *, by: Actor) -> None:
    session.add(
        WatchReader(
            post=found.post,
            id=uuid7(),
            list_id=found.id,
            person=reader.person,
            login=reader.login,
            name=reader.name,
            let_in_by=by.person,
            let_in_at=at,
        )
    )
    session.flush()


def said(reason: str) -> str:
    """A reason in its stored form, or `Invalid`."""
    words = normal(reason)
    if not words:
        raise Invalid(findings=[Finding("/reason", "watchlist.reason", _("Give the reason."))])
    if len(words) > wanted.LONGEST_REASON:
        told = _("Too long: at most {most} characters.", most=wanted.LONGEST_REASON)
        raise Invalid(findings=[Finding("/reason", "watchlist.reason", told)])
    return words


def settled(
    session: Session,
    found: WatchList,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Journals what was done with a list's own words or its readers, with the digest of what they are now. Whoever changes
    them holds the list's row, so that the last entry is the truth."""
    session.flush()
    words = {"valid_to": found.valid_to, "content": approved.of_list(session, found.id)}
    note(session, found, event, by=by, role=role, before=before, after={**(after or {}), **words}, reason=reason)


def note(
    session: Session,
    found: WatchList,
    event: str,
    *,
    by: Actor,
    role: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Journals what was done with a list."""
    journal.record(
        session,
        by=by,
        event=event,
        kind="watch_list",
        subject=found.id,
        post=found.post,
        before=before,
        after={"list": found.code, **(after or {})},
        reason=reason,
        role=role,
    )
