"""The verbs of clearance on paper. That a form became a declaration is joined in `app.flows.keying`."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal, numbering, outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, compact, fault_in, normal
from app.fallback import queries
from app.fallback.commands import LONGEST_REASON, MOST_FORMS, OpenFallback, RegisterForm
from app.fallback.models import FallbackForm, FallbackPeriod

OPEN = "fallback.open"
SERIES = "FB"
KEYING = ("officer", "supervisor")
SENIOR = ("supervisor",)
#: What was cleared on paper is in the system before a day is over.
WITHIN = dt.timedelta(hours=24)
#: Clocks on walls differ.
_SLACK = dt.timedelta(minutes=15)
_SUBJECTS = UUID("5e0c6b7c-0d1f-4c53-9d5c-21b6f0f5a711")


def propose_open(session: Session, command: OpenFallback, *, by: Actor) -> Proposal:
    """Asks a second, senior person to let a post clear on paper. Raises `WrongState` where it does so already."""
    by.need_scope("decide")
    role = by.need(KEYING, command.post).role
    reason = _words(command.reason, "/reason", "fallback.reason")
    if not 1 <= command.forms <= MOST_FORMS:
        message = _("Give out from 1 to {most} forms.", most=MOST_FORMS)
        raise Invalid(findings=[Finding("/forms", "fallback.forms", message)])
    _must_be_closed(session, command.post)
    subject, reference = uuid5(_SUBJECTS, command.post), f"FALLBACK-{command.post}"
    wish = approvals.Propose(command.post, OPEN, subject, reference, {"forms": command.forms}, reason)
    return approvals.propose(session, wish, by=by, role=role)


def _must_be_closed(session: Session, post: str) -> None:
    if queries.open_now(session, post) is not None:
        raise WrongState(_("{post} clears on paper already. Close that first.", post=post))


def enact_open(session: Session, proposal: Proposal, /, *, by: Actor) -> FallbackPeriod:
    """What an approved proposal does: from now on forms may be filled in, numbered from 1."""
    said = approvals.must_be_approved(proposal, OPEN, by=by)
    _must_be_closed(session, proposal.post)
    drawn = numbering.draw(session, proposal.post, SERIES)
    period = FallbackPeriod(
        post=proposal.post,
        id=uuid7(),
        number=numbering.official_number(proposal.post, drawn.year, drawn.number, SERIES),
        proposal_id=proposal.id,
        reason=proposal.reason,
        forms=int(said["forms"]),
        opened_at=now(session),
        opened_by=proposal.proposed_by,
        opened_name=proposal.proposed_name,
        approved_by=by.person,
        approved_name=by.name,
        closed_at=None,
        closed_by=None,
        closed_name=None,
    )
    session.add(period)
    session.flush()
    after = {"number": period.number, "forms": period.forms, "opened_by": proposal.proposed_login}
    _note(session, period, "opened", after, by=by, role="supervisor", reason=period.reason)
    return period


def close(session: Session, number: str, *, by: Actor) -> FallbackPeriod:
    """Ends clearance on paper; forms that were filled in before may still be entered."""
    by.need_scope("decide")
    period = queries.period(session, number, by=by, lock=True)
    role = by.need(KEYING, period.post).role
    if period.closed_at is not None:
        raise WrongState(_("{period} is closed already.", period=period.number))
    at = now(session)
    period.closed_at, period.closed_by, period.closed_name = at, by.person, by.name
    session.flush()
    _note(session, period, "closed", {"number": period.number}, by=by, role=role)
    return period


def register(session: Session, command: RegisterForm, *, by: Actor) -> FallbackForm:
    """Enters a form that was filled in, or spoiled. Raises `Invalid` for a number that was not given out, and for a time at
    which the post did not clear on paper: without two persons who opened it there is no such clearance."""
    by.need_scope("decide")
    period, at = queries.period(session, command.period, by=by), now(session)
    role = by.need(KEYING, period.post).role
    found = _wrong(command, period, at)
    if not found and queries.form(session, period, command.number) is not None:
        message = _("Form {number} is entered already. Read its number again.", number=command.number)
        found = [Finding("/number", "fallback.number-twice", message)]
    if found:
        raise Invalid(findings=found)
    form = FallbackForm(
        post=period.post,
        id=uuid7(),
        period_id=period.id,
        number=command.number,
        cleared_at=command.cleared_at,
        due_at=command.cleared_at + WITHIN,
        plate=compact(command.plate),
        party=normal(command.party),
        goods=normal(command.goods),
        spoiled=command.spoiled,
        registered_at=at,
        registered_by=by.person,
        registered_name=by.name,
        declaration_id=None,
        reference="",
        keyed_at=None,
        keyed_by=None,
        keyed_name=None,
    )
    session.add(form)
    session.flush()
    after = {"form": form.number, "plate": form.plate, "spoiled": form.spoiled, "cleared_at": form.cleared_at}
    _note(session, period, "form-entered", after, by=by, role=role)
    return form


def _wrong(command: RegisterForm, period: FallbackPeriod, at: dt.datetime) -> list[Finding]:
    found = []
    if not 1 <= command.number <= period.forms:
        message = _("{period} has the forms 1 to {last}.", period=period.number, last=period.forms)
        found.append(Finding("/number", "fallback.number", message))
    until = min(period.closed_at or at, at) + _SLACK
    if not period.opened_at - _SLACK <= command.cleared_at <= until:
        message = _("{period} did not clear on paper at that time. Write the time that stands on the form.",
                    period=period.number)  # fmt: skip
        found.append(Finding("/cleared_at", "fallback.not-open", message))
    if not command.spoiled:
        if not 3 <= len(compact(command.plate)) <= 20:
            found.append(Finding("/plate", "fallback.plate", _("Write the plate that stands on the form.")))
        if not normal(command.goods) or fault_in(normal(command.goods)) is not None:
            found.append(Finding("/goods", "fallback.goods", _("Write what went, as it stands on the form.")))
    return found


def keyed(session: Session, form: FallbackForm, declaration: UUID, reference: str, *, by: Actor, role: str) -> None:
    """A form has become a declaration of its post."""
    at = now(session)  # asked first: a query would flush the row half written
    form.declaration_id, form.reference = declaration, reference
    form.keyed_at, form.keyed_by, form.keyed_name = at, by.person, by.name
    session.flush()
    period = session.get_one(FallbackPeriod, (form.post, form.period_id))
    after = {"form": form.number, "declaration": reference, "late": form.keyed_at > form.due_at}
    _note(session, period, "form-keyed", after, by=by, role=role)


def _words(text: str, pointer: str, rule: str) -> str:
    words = normal(text)
    fault = _("Say why.") if not words else fault_in(words)
    if fault is None and len(words) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        raise Invalid(findings=[Finding(pointer, rule, fault)])
    return words


def _note(
    session: Session,
    period: FallbackPeriod,
    event: str,
    after: dict[str, Any],
    *,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    journal.record(
        session,
        by=by,
        event=f"fallback.{event}",
        kind="fallback",
        subject=period.id,
        post=period.post,
        after=after,
        reason=reason,
        role=role,
    )
    if event in ("opened", "closed"):  # the neighbour is told when a post works on paper
        outbox.put(
            session, post=period.post, topic=f"fallback.{event}", subject=period.id, payload=after, at=now(session)
        )
