"""From a released declaration to the paper a truck shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance import queries as permits
from app.clearance.documents import Source
from app.clearance.keys import KeyStore
from app.clearance.operations import Printed
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _
from app.declarations import queries
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from forms.clearance_permit.v1_content import Post

DEFAULT_LANGUAGES = ("en", "fa_AF")


def issue(session: Session, reference: str, languages: tuple[str, ...], keys: KeyStore, *, by: Actor) -> Printed:
    """Issues the permit of a released declaration at the post of the supervisor."""
    declaration = queries.locked(session, reference, by=by)
    by.need(clearance.ISSUING, declaration.post)
    if declaration.status != Status.RELEASED.value:
        raise WrongState(
            _("A permit is issued for a released declaration; this one is “{status}”.", status=declaration.status),
            facts={"state": declaration.status},
        )
    codes = codebook(session)
    declared = queries.declared(session, declaration)
    source = Source(
        declared.header,
        declared.items,
        declaration.reference,
        str(declaration.mrn),
        _decision(session, declaration),
        _post(codes, declaration.post),
    )
    days = _validity(codes, session)
    return clearance.issue(
        session,
        declaration.id,
        source,
        days,
        languages or DEFAULT_LANGUAGES,
        keys.post_keys(declaration.post, now(session)),
        by=by,
    )


def print_copy(
    session: Session, number: str, languages: tuple[str, ...], reason: str, keys: KeyStore, *, by: Actor
) -> Printed:
    """Prints a copy of a permit the supervisor may see."""
    permit = permits.by_number(session, number)
    queries.find(session, permit.reference, by=by)
    return clearance.print_copy(session, number, languages, reason, keys.post_keys(permit.post, now(session)), by=by)


def _decision(session: Session, declaration: Declaration) -> str:
    decisions = queries.decisions(session, declaration)
    return decisions[-1].decision if decisions else "release"


def _post(codes: Codebook, code: str) -> Post:
    post = codes.post(code)
    if post is None:
        raise Invalid(
            findings=[Finding("", "post.unknown", _("The post {post} is not in the reference data.", post=code))]
        )
    return Post(code=post.code, names=dict(post.names), country=post.country, time_zone=post.time_zone)


def _validity(codes: Codebook, session: Session) -> int:
    entry = codes.find("parameter", "permit-validity-days", now(session).date())
    if entry is None:
        raise Invalid(
            findings=[
                Finding(
                    "",
                    "parameter.missing",
                    _("Set the parameter {name} in the reference data.", name="permit-validity-days"),
                )
            ]
        )
    return int(entry.attributes["value"])
