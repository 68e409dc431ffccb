"""From a released declaration to the paper a truck shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance import queries as permits
from app.clearance.documents import Source
from app.clearance.keys import KeyStore
from app.clearance.models import Permit
from app.clearance.operations import Printed
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import ChangedMeanwhile, Finding, Invalid, WrongState
from app.core.text import _
from app.declarations import queries
from app.declarations.commands import Pass
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.flows import settling
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from forms.clearance_permit.v1_content import Post

DEFAULT_LANGUAGES = ("en", "fa_AF")


#: The goods may go, or some of them, and a permit would open the gate for them.
GOING = frozenset({Status.RELEASED.value, Status.PARTLY_RELEASED.value})


def issue(session: Session, reference: str, languages: tuple[str, ...], keys: KeyStore, *, by: Actor) -> Printed:
    """Issues the permit of what is released and has not left, at the post of the supervisor. `WrongState` while something
    is due: the paper opens the gate."""
    declaration = queries.locked(session, reference, by=by)
    by.need(clearance.ISSUING, declaration.post)
    if declaration.status not in GOING:
        raise WrongState(
            _("A permit is issued for a released declaration; this one is “{status}”.", status=declaration.status),
            facts={"state": declaration.status},
        )
    settling.must_be_settled(session, declaration)
    codes = codebook(session)
    declared = queries.declared(session, declaration)
    numbers = may_go(session, declaration)
    source = Source(
        declared.header,
        [item for item in declared.items if item["number"] in numbers],
        declaration.reference,
        str(declaration.mrn),
        _decision(session, declaration),
        _post(codes, declaration.post),
        whole=len(numbers) == len(declared.items),
    )
    if not source.items:
        raise WrongState(_("Everything that was released has left. Nothing is here that a permit would let go."))
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
    session: Session,
    number: str,
    languages: tuple[str, ...],
    reason: str,
    keys: KeyStore,
    seen: int | None = None,
    *,
    by: Actor,
) -> Printed:
    """Prints a copy of a permit the supervisor may see; of one that opens the gate only while nothing is due. `seen` is
    how many prints there were when the copy was asked for (None: however many)."""
    permit = permits.by_number(session, number)
    declaration = queries.locked(session, permit.reference, by=by)
    if declaration.status in GOING:
        settling.must_be_settled(session, declaration)
    _expect_prints(session, permit, seen)
    return clearance.print_copy(session, number, languages, reason, keys.post_keys(permit.post, now(session)), by=by)


def _expect_prints(session: Session, permit: Permit, seen: int | None) -> None:
    """A second click, or a colleague, has printed since the page was drawn: say so instead of making one more."""
    prints = permits.prints(session, permit)
    if seen is None or seen == len(prints):
        return
    last = prints[-1]
    raise ChangedMeanwhile(
        _(
            "Copy {copy} has just been printed by {name}. If another one is needed, print again.",
            copy=last.copy,
            name=last.name,
        )
    )


def may_go(session: Session, declaration: Declaration) -> frozenset[int]:
    """The items that are let go and have not left."""
    partly = declaration.status == Status.PARTLY_RELEASED.value
    free = queries.released_items(session, declaration) if partly else queries.item_numbers(session, declaration)
    return free - queries.exited_items(session, declaration)


def shown(session: Session, declaration: Declaration, *, lock: bool = False) -> Permit | None:
    """The permit in force of a declaration; else the last one that was revoked, if there was one. For a deed that counts
    on it, it is locked: after the declaration's row, before the accounts."""
    there = permits.in_force(session, declaration.post, declaration.id, lock=lock)
    return there or permits.last_revoked(session, declaration.post, declaration.id)


def pass_of(session: Session, declaration: Declaration, permit: Permit | None) -> Pass:
    """What a permit lets through the gate now, or why nothing."""
    if permit is None:
        return Pass(refusal=_("No permit has been issued for these goods. Have one printed by the supervisor first."))
    codes = codebook(session)
    if permit.revoked_at is not None:
        refusal = _(
            "Permit {number} is revoked and lets nothing through. Have a new one printed by the supervisor first.",
            number=permit.number,
        )
        return Pass(permit.number, refusal=refusal)
    if not permit.is_valid(codes.day_at(declaration.post, now(session))):
        refusal = _(
            "Permit {number} was valid until {day}. Have a new one printed by the supervisor first.",
            number=permit.number,
            day=permit.valid_until.isoformat(),
        )
        return Pass(permit.number, refusal=refusal)
    return Pass(permit.number, permit.covered(queries.item_numbers(session, declaration)))


def withdraw(session: Session, declaration: Declaration, reason: str, *, by: Actor, role: str) -> None:
    """A permit says what is not so any more (other goods are declared, money is owed, the goods are held): it must not
    open the gate. A new one takes its place once the goods may go again."""
    clearance.withdraw(session, declaration.post, declaration.id, reason, by=by, role=role)


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
