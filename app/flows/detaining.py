"""What a decision does to the term for which goods are held: it begins with the hold and ends with whatever is decided
next."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations import queries as declared
from app.declarations.models import Declaration
from app.flows.parameters import at_post
from app.offences import operations as offences
from app.offences import queries
from app.offences.commands import Detain, Subject
from app.offences.lifecycle import How
from app.offences.models import Detention
from app.reference.codebook import Codebook
from app.reference.queries import codebook

#: What each decision ends a detention by.
ENDED_BY = {
    "release": How.RELEASE,
    "release-with-correction": How.RELEASE,
    "refuse": How.REFUSAL,
    "seize": How.SEIZURE,
    "return": How.RETURN,
    "destroy": How.DESTRUCTION,
}


def subject_of(session: Session, declaration: Declaration) -> Subject:
    """A declaration as offences see it."""
    items = declared.content(session, declaration).item_count if declaration.content else 0
    return Subject(
        declaration.post,
        declaration.reference,
        declaration.mrn or "",
        declaration.party,
        declaration_id=declaration.id,
        items=items,
    )


def longest(codes: Codebook, post: str, at: dt.datetime) -> int:
    """Days for which goods are held at most."""
    said = at_post(codes, "detention-days", post, codes.day_at(post, at))
    return said.value if said else offences.TERM_DAYS


def longer(codes: Codebook, post: str, at: dt.datetime) -> int:
    """Days by which a second person may make it longer."""
    said = at_post(codes, "detention-longer-days", post, codes.day_at(post, at))
    return said.value if said else offences.LONGER_DAYS


def begun(session: Session, subject: Subject, command: Detain, at: dt.datetime, *, by: Actor) -> Detention:
    """The term begins. What is held already (a look went on meanwhile) keeps the term it has."""
    codes = codebook(session)
    running = queries.running(session, subject)
    if running is not None:
        return running
    return offences.detain(session, subject, command, codes, at, longest(codes, subject.post, at), by=by)


def ended(session: Session, declaration: Declaration, how: How, at: dt.datetime, *, by: Actor, role: str) -> None:
    """The term ends with what was decided; nothing where none runs."""
    offences.end(session, Subject(
        declaration.post, declaration.reference, declaration.mrn or "", declaration.party, declaration_id=declaration.id
    ), how, at, by=by, role=role)  # fmt: skip
