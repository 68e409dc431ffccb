"""What a firm is told of a decision against it: the reason, what it may do now, and how, to whom and until when it may appeal.
Of lanes, risk and who decided it says nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.text import Text, _
from app.declarations import queries as declared
from app.declarations.lifecycle import Status
from app.declarations.models import Decision, Declaration
from app.flows.appealing import term
from app.reference.codebook import Codebook, Entry
from app.reference.queries import codebook

#: The states in which a decision against the goods stands, with that decision.
AGAINST = {
    Status.DETAINED.value: "hold",
    Status.REFUSED.value: "refuse",
    Status.SEIZED.value: "seize",
    Status.RETURNED.value: "return",
    Status.DESTROYED.value: "destroy",
    Status.REJECTED.value: "reject",
}
REMEDIES: dict[str, Text] = {
    "hold": _(
        "Bring the papers that are asked for, or have the declaration amended. When the term ends, the post decides what "
        "becomes of the goods."
    ),
    "refuse": _(
        "Take the goods back to where they came from, or lodge a new declaration with everything that was missing."
    ),
    "seize": _(
        "Ask for a copy of the seizure record. You may say what you have to say, and hand in papers, at any time."
    ),
    "return": _("Take the goods back to the sender. A new declaration is needed to bring them again."),
    "destroy": _("Ask for a copy of the act of destruction."),
    "reject": _("Correct the declaration and lodge it again."),
}
HOW = _("In Guzar, with “Appeal” at the declaration, or in writing at the crossing point.")
#: The list of bodies of appeal: by post, else by country.
BODIES = "appeal_body"


@dataclass(frozen=True, slots=True)
class Appealable:
    """Until when, to whom (names by language) and how one may appeal."""

    until: dt.datetime
    body: dict[str, str]
    how: Text


@dataclass(frozen=True, slots=True)
class Against:
    """A decision against the firm as it is told to it."""

    id: str
    decision: str
    reason: str
    at: dt.datetime
    remedy: Text
    appeal: Appealable


def standing(session: Session, declaration: Declaration) -> Against | None:
    """The decision against the goods that stands now; None where there is none."""
    decision = AGAINST.get(declaration.status)
    if decision is None:
        return None
    made = [each for each in declared.decisions(session, declaration) if each.decision == decision]
    return told(session, declaration, max(made, key=lambda each: each.at)) if made else None


def told(session: Session, declaration: Declaration, decision: Decision) -> Against:
    """One decision as the firm is told of it."""
    codes = codebook(session)
    return Against(
        str(decision.id),
        decision.decision,
        decision.reason,
        decision.at,
        REMEDIES[decision.decision],
        appealable(session, codes, declaration.post, decision.at),
    )


def appealable(session: Session, codes: Codebook, post: str, at: dt.datetime) -> Appealable:
    """The way of appeal against what was decided at a post at a time."""
    body = body_of(codes, post, codes.day_at(post, at))
    return Appealable(at + term(session, post, "appeal-days", at), dict(body.names) if body else {}, HOW)


def body_of(codes: Codebook, post: str, on: dt.date) -> Entry | None:
    """Whom one appeals to from a post."""
    return codes.find(BODIES, post, on) or codes.find(BODIES, post[:2], on)
