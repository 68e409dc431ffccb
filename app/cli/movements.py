"""Movements as the commands speak of them: read from a file, lodged, decided, written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.cli.running import Refused, deed
from app.core import db
from app.core.actors import ANY_POST, Actor
from app.core.canonical import scalar
from app.core.errors import Finding, NotFound
from app.flows.importing import Message
from app.flows.lodging import own_posts
from app.flows.movements import arriving, departing, importing, lodging, searching
from app.reference.queries import codebook
from app.transit import queries
from app.transit.commands import Continue, Discharge, Invalidate, OpenEnquiry, RefuseRelease, Reject, Release
from app.transit.models import Movement, TransitAmendment
from app.transit.operations import Lodged
from app.transit.schemas import movement_schema


def is_movement(reference: str, actor: Actor) -> bool:
    """Whether this names a movement that the person may see."""
    with db.reading() as session:
        try:
            queries.find(session, reference, by=actor)
        except NotFound:
            return False
    return True


# --- in --------------------------------------------------------------------------------------------------------------


def strip(words: dict[str, Any]) -> None:
    """Takes out what our own answers add to the words of a movement; they are not the sender's."""
    for name in _STATE:
        words.pop(name, None)
    if "stages" in words:  # a whole answer, not a file that somebody wrote
        for name in words.keys() - movement_schema().fields.keys():
            del words[name]


_STATE = (
    "reference", "mrn", "version", "status", "lodged_at", "released_at", "limit_at", "arrived_at", "ended_at",
    "amend_by", "warnings", "unread",
)  # fmt: skip


def post_of(message: Message, given: str | None, usual: str) -> str:
    """The post the draft is for: the one given, else that of the words where it is one of ours, else the usual one."""
    named = message.document.get("post")
    with db.reading() as session:
        posts = own_posts(codebook(session))
    return given or (named if isinstance(named, str) and named in posts else usual)


def keep(message: Message, post: str, actor: Actor) -> str:
    """The reference of the draft."""
    return deed(lambda session: importing.keep(session, message, post, by=actor).reference)


def problems(document: dict[str, Any], actor: Actor) -> list[Finding]:
    """What lodging would refuse, access codes aside."""
    with db.reading() as session:
        return lodging.check(session, document, by=actor)


def lodge(reference: str, codes: Mapping[int, str], actor: Actor) -> Lodged:
    """Lodges a draft with the access codes of its guarantees, by their places."""
    return deed(lambda session: lodging.submit(session, reference, None, by=actor, access_codes=dict(codes)))


# --- decide ----------------------------------------------------------------------------------------------------------


def _release(reference: str, office: str, reason: str) -> Release:
    return Release(reference, office, remarks=reason)


def _invalidate(reference: str, office: str, reason: str) -> Invalidate:
    return Invalidate(reference, reason, office)


#: The decisions that need nothing but a reason: the command of each, from reference, office and reason, and its flow.
DECISIONS: dict[str, tuple[Callable[[str, str, str], Any], Callable[..., Any]]] = {
    "release": (_release, departing.release),
    "refuse": (RefuseRelease, departing.refuse_release),
    "reject": (Reject, departing.reject),
    "invalidate": (_invalidate, lodging.invalidate),
    "continue": (Continue, arriving.continue_to_next),
    "discharge": (Discharge, arriving.discharge),
    "enquire": (OpenEnquiry, searching.open_enquiry),
}
#: Who acts for an office.
_ACTING = ("officer", "inspector", "supervisor")


def decide(reference: str, decision: str, reason: str, office: str | None, actor: Actor) -> str:
    """The status after the decision, or what waits for a second person."""
    if decision not in DECISIONS:
        raise Refused(f"{decision} is no decision on a transit movement. Use one of: {', '.join(DECISIONS)}.")
    command, flow = DECISIONS[decision]
    wanted = command(reference, office or _office_of(actor), reason)
    return deed(lambda session: _told(session, flow(session, wanted, by=actor)))


def _office_of(actor: Actor) -> str:
    """The one office the person acts for."""
    mine = {grant.post for grant in actor.grants if grant.role in _ACTING}
    if len(mine) != 1 or ANY_POST in mine:
        raise Refused("Say for which office you act: --office CODE.")
    return mine.pop()


def _told(session: Session, done: Any) -> str:
    session.flush()
    movement, made = done if isinstance(done, tuple) else (done, None)
    if isinstance(made, TransitAmendment) and made.status == "requested":
        return f"{movement.status}: request {made.number} waits for a second person"
    status: str = movement.status
    return status


# --- out -------------------------------------------------------------------------------------------------------------


def exported(session: Session, record: Movement, language: str) -> bytes:
    """The movement's words with where it stands, as JSON."""
    if language == "asycuda":
        raise Refused("ASYCUDA XML is not a movement's language: it speaks of declarations. Use json.")
    if language != "json":
        raise Refused(f"A movement cannot be written as {language.upper()}. Use json.")
    drafted = record.status == "draft"
    words = queries.draft(session, record).body if drafted else queries.declared(session, record).body()
    known = {
        "reference": record.reference,
        "mrn": record.mrn,
        "version": record.version,
        "status": record.status,
        "lodged_at": record.lodged_at,
        "released_at": record.released_at,
        "limit_at": record.limit_at,
        "arrived_at": record.arrived_at,
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
    return orjson.dumps({**words, **known}, default=scalar, option=options)
