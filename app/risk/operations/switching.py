"""A learned score is kept, switched on by two persons, and switched off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core import journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.text import _
from app.risk.lifecycle import ScoreAction, ScoreStatus
from app.risk.models import ScoreModel
from app.risk.operations import scoring
from app.risk.operations.noting import ANALYSING, APPROVING
from app.risk.operations.training import Learned
from app.risk.queries import scores as queries

REPLACED = "another model was switched on"
_LOCK = 0x5C0E


def keep(session: Session, learned: Learned, *, valid_days: int, by: Actor) -> ScoreModel:
    """Keeps what was learned; it is used once another person has approved it, and for so many days from now at the most."""
    by.need_scope("write")
    role = by.need(ANALYSING, node_post()).role
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # numbers follow each other
    at = now(session)
    valid_to = at + dt.timedelta(days=valid_days)
    trees = learned.trees.encode()
    made = ScoreModel(
        number=session.execute(select(func.coalesce(func.max(ScoreModel.number), 0))).scalar_one() + 1,
        status=ScoreStatus.LEARNED.value,
        trees=trees,
        encoder=learned.encoder,
        reference=learned.reference,
        metrics=learned.metrics,
        digest=queries.digest_of(trees, learned.encoder, learned.reference, valid_to),
        data_digest=learned.data_digest,
        rows=learned.rows,
        finds=learned.finds,
        since=learned.since,
        until=learned.until,
        trained_at=at,
        trained_by=by.login,
        trained_name=by.name,
        valid_to=valid_to,
    )
    session.add(made)
    session.flush()
    _told(session, made, queries.LEARNED, "", role, by=by, **_what(made), data=made.data_digest, rows=made.rows)
    return made


def propose(session: Session, number: int, reason: str, *, by: Actor) -> Proposal:
    """Asks for a second person who switches a model on. Raises `NotFound`, `WrongState` of one that has ended, is in force, or
    whose date is past."""
    by.need_scope("decide")
    role = by.need(ANALYSING, node_post()).role
    made = _locked(session, number)
    _may_begin(session, made)
    payload = {"model": made.number, "digest": made.digest, "valid_to": made.valid_to.isoformat()}
    reference = f"{made.number}"
    wish = approvals.Propose(node_post(), queries.MODEL, made.subject, reference, payload, reason)
    return approvals.propose(session, wish, by=by, role=role)


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> ScoreModel:
    """Switches on what was proposed; the model in force until now ends. For `app.flows.approving`, which has settled the
    proposal by another person than its author."""
    role = by.need(APPROVING, proposal.post).role
    made = _locked(session, int(proposal.payload["model"]))
    _may_begin(session, made)
    if queries.digest(made) != proposal.payload["digest"]:
        raise WrongState(
            _("The model is not the one that was proposed any more. Learn another one, and tell the auditor.")
        )
    before = queries.in_force(session)
    if before is not None:
        end(session, _locked(session, before.number), REPLACED, by=by, role=role)
        session.flush()  # one in force at a time: the old one goes first
    at = now(session)
    made.move(ScoreAction.APPROVE)
    made.switched_on_at, made.switched_on_name = at, by.name
    session.flush()
    _told(
        session,
        made,
        queries.IN_FORCE,
        proposal.reason,
        role,
        by=by,
        **_what(made),
        proposed_by=proposal.proposed_login,
    )
    scoring.forget()
    return made


def switch_off(session: Session, number: int, reason: str, *, by: Actor) -> ScoreModel:
    """One person suffices to stop a score; one that was never switched on is put away in the same way."""
    by.need_scope("decide")
    role = by.need(APPROVING, node_post()).role
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "score.reason", _("Say why the score is switched off."))])
    made = _locked(session, number)
    approvals.overtake(session, node_post(), made.subject, by=by, kinds=(queries.MODEL,))
    end(session, made, reason.strip(), by=by, role=role)
    return made


def end(session: Session, made: ScoreModel, why: str, *, by: Actor, role: str = "") -> None:
    """Ends a model, whoever found that it must; it is asked no more."""
    before, at = made.status, now(session)
    made.move(ScoreAction.END)
    made.ended_at, made.ended_why = at, why
    session.flush()
    _told(session, made, queries.ENDED, why, role, by=by, status=made.status, before=before)
    scoring.forget()


def _locked(session: Session, number: int) -> ScoreModel:
    found = session.execute(
        select(ScoreModel).where(ScoreModel.number == number).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def _may_begin(session: Session, made: ScoreModel) -> None:
    if made.status != ScoreStatus.LEARNED:
        raise WrongState(
            _("Model {number} is in the state “{state}”; only one that was never in force can be switched on. Learn another one.",
              number=made.number, state=made.status),
            facts={"state": made.status},
        )  # fmt: skip
    if made.valid_to <= now(session):
        raise WrongState(_("The date of model {number} is past. Learn another one.", number=made.number))


def _what(made: ScoreModel) -> dict[str, Any]:
    return {"digest": made.digest, "valid_to": made.valid_to, "status": made.status}


def _told(session: Session, made: ScoreModel, event: str, reason: str, role: str, *, by: Actor, **after: Any) -> None:
    journal.record(
        session,
        by=by,
        event=event,
        kind=queries.KIND,
        subject=str(made.number),
        post=node_post(),
        after={"model": made.number, **after},
        reason=reason,
        role=role,
    )
