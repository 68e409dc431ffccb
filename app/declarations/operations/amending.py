"""Requests to change what is declared, or to invalidate it: asked, endorsed, accepted, rejected, overtaken.

How many persons it takes depends on how far the declaration is (`stage_of`): pre-lodged, its trader alone; while the
goods are held, an official who did not ask himself; once they are let go, one official who endorses and another one,
senior, who accepts. So it is also while the goods are held where an official himself wants the declaration to count no
more, or another value to be declared. The database refuses the same person in two places.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.core import canonical
from app.core.actors import Actor
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.declarations import queries, rules
from app.declarations.commands import Declared
from app.declarations.differences import Difference, differences, touches_value
from app.declarations.lifecycle import HELD, LET_GO, LIFE, Action, AmendmentAction, AmendmentStatus, Status
from app.declarations.models import Amendment, Declaration
from app.declarations.operations.asking import withdraw_all
from app.declarations.operations.contents import write_content
from app.declarations.operations.noting import note

PRELODGED, HELD_BACK, GONE = "prelodged", "held", "let_go"
AMEND, INVALIDATE = "amend", "invalidate"
TRADER, OFFICIAL = "trader", "official"
LONGEST_REASON = 2000

#: What an amendment may change at all. Crossing point, firm and kind of procedure stand in the number of the declaration
#: or decide whose it is: where they are wrong, it is invalidated and lodged anew.
AMENDABLE = frozenset(
    {
        "local_reference", "general_procedure", "transit_type", "forms", "loading_lists", "total_items",
        "total_packages", "consignor", "consignee", "countries", "transport", "delivery_terms", "invoice",
        "exchange_rate", "costs", "value_details", "agricultural_policy", "office", "manifest", "border_office",
        "location_of_goods", "place_of_loading", "transaction_nature", "bank", "terms_of_payment", "mode_of_payment",
        "deferred_payment", "warehouse", "financial", "representative", "place_and_date", "principal",
        "offices_of_transit", "guarantees", "destination_office", "seals", "additional_information", "items",
        "documents",
    }
)  # fmt: skip
#: The trader's own marks: an official corrects what is declared, not these.
_TRADERS_OWN = frozenset({"local_reference", "representative", "place_and_date"})
#: What was seen at the gate stands; the truck is gone.
_SEEN = frozenset({"transport", "seals"})


def writable(status: Status, side: str) -> frozenset[str]:
    """The fields (names at the top of the contract's JSON) that a trader or an official may amend in a state."""
    if not LIFE.allows(status, Action.AMEND) or (status is Status.PRELODGED and side != TRADER):
        return frozenset()
    fields = AMENDABLE - _TRADERS_OWN if side == OFFICIAL else AMENDABLE
    return fields - _SEEN if status is Status.EXITED else fields


def stage_of(declaration: Declaration) -> str:
    """prelodged, held or let_go; `WrongState` for what can be neither amended nor invalidated."""
    status = Status(declaration.status)
    if status is Status.PRELODGED:
        return PRELODGED
    if status in HELD:
        return HELD_BACK
    if status in LET_GO:
        return GONE
    raise WrongState(
        _("This declaration can neither be amended nor invalidated: its state is “{state}”.", state=status.value),
        facts={"state": status.value, "possible": [a.value for a in LIFE.possible(status)]},
    )


def request_amendment(
    session: Session,
    declaration: Declaration,
    body: dict[str, Any],
    declared: Declared,
    reason: str,
    setting: rules.Setting,
    at: dt.datetime,
    *,
    by: Actor,
    side: str,
    role: str,
) -> tuple[Amendment, list[Difference]]:
    """Keeps what a trader or an official wants declared instead; an official's own wish after release is endorsed.

    `body` is kept to the word, with its SHA-256; `declared` is what the schema read from it and `setting` what the
    rules see of that. Raises `Invalid` for a change of nothing, of a field that is not `writable`, or against the rules.
    """
    LIFE.move(Status(declaration.status), Action.AMEND)
    stage = stage_of(declaration)
    _reason(reason)
    changed = changes(session, declaration, declared)
    _check_changes(session, declaration, declared, changed, side)
    _check_rules(setting, queries.foreign_files(session, declared))
    digest = canonical.digest(canonical.plain(body))
    by_two = side == OFFICIAL and (stage == GONE or touches_value(changed))
    request = _request(session, declaration, AMEND, stage, reason, at, by, by_two, role, body=body, sha256=digest)
    return request, changed


def changes(session: Session, declaration: Declaration, declared: Declared) -> list[Difference]:
    """What would be different from what is declared now."""
    return differences(queries.declared(session, declaration), declared)


def request_invalidation(
    session: Session, declaration: Declaration, reason: str, at: dt.datetime, *, by: Actor, side: str, role: str
) -> Amendment:
    """Keeps the wish that a declaration shall count no more."""
    LIFE.move(Status(declaration.status), Action.INVALIDATE)
    stage = stage_of(declaration)
    _reason(reason)
    return _request(session, declaration, INVALIDATE, stage, reason, at, by, side == OFFICIAL, role)


def endorse(
    session: Session, declaration: Declaration, request: Amendment, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """The first of two officials supports a request after release."""
    _waiting(session, declaration, request, at, by)
    if request.stage != GONE:
        raise WrongState(
            _("The goods are still held: accept or reject the request, nobody has to endorse it."),
            facts={"state": declaration.status},
        )
    request.move(AmendmentAction.ENDORSE)
    _sign_endorsement(request, at, by)
    session.flush()
    _note(session, declaration, request, f"{_EVENTS[request.kind]}-endorsed", at, by, role)


def accept_amendment(
    session: Session,
    declaration: Declaration,
    request: Amendment,
    declared: Declared,
    setting: rules.Setting,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    """Makes what was asked for the new content; the old one stays, with all its rows.

    Raises `Forbidden` for a person who has asked or endorsed, `Invalid` if the rules (as they are now) are broken or it
    changes what may not be changed any more: the truck may have left since it was asked for.
    """
    _may_accept(session, declaration, request, at, by)
    side = TRADER if request.requested_role == TRADER else OFFICIAL
    _check_changes(session, declaration, declared, changes(session, declaration, declared), side)
    _check_rules(setting, [])
    before = {"status": declaration.status, "content": declaration.content}
    LIFE.move(Status(declaration.status), Action.AMEND)
    request.move(AmendmentAction.ACCEPT)
    request.to_content = declaration.content + 1
    _sign_decision(request, reason, at, by)
    session.flush()  # before the declaration changes: the database asks who has agreed to that
    declaration.content += 1
    declaration.move(Action.AMEND, at)
    session.flush()
    sha256 = write_content(session, declaration, declared, at, by=by)
    after = {"content": declaration.content, "sha256": sha256, **_told(request)}
    note(
        session, declaration, "declaration.amended", by=by, before=before, after=after, reason=request.reason, role=role
    )


def accept_invalidation(
    session: Session,
    declaration: Declaration,
    request: Amendment,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    """The declaration counts no more. Open questions and requests about it become idle."""
    _may_accept(session, declaration, request, at, by)
    before = {"status": declaration.status}
    LIFE.move(Status(declaration.status), Action.INVALIDATE)
    request.move(AmendmentAction.ACCEPT)
    _sign_decision(request, reason, at, by)
    session.flush()
    declaration.move(Action.INVALIDATE, at)
    session.flush()
    after = _told(request)
    event = "declaration.invalidated"
    note(session, declaration, event, by=by, before=before, after=after, reason=request.reason, role=role)
    withdraw_all(session, declaration, request.reason, at, by=by, role=role)
    overtake_requests(session, declaration, at, by=by)


def reject_request(
    session: Session,
    declaration: Declaration,
    request: Amendment,
    at: dt.datetime,
    *,
    by: Actor,
    role: str,
    reason: str,
) -> None:
    """An official says no, and why; what is declared stays."""
    _waiting(session, declaration, request, at, by)
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "amendment.reason", _("Say why you reject it."))])
    request.move(AmendmentAction.REJECT)
    _sign_decision(request, reason, at, by)
    session.flush()
    _note(session, declaration, request, f"{_EVENTS[request.kind]}-rejected", at, by, role, reason)


def overtake_requests(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor) -> list[UUID]:
    """Closes requests that the present state leaves no room for, and tells which."""
    idle = [r for r in queries.waiting_requests(session, declaration) if not _still_possible(declaration, r)]
    for request in idle:
        request.move(AmendmentAction.OVERTAKE)
        session.flush()
        approvals.overtake(session, declaration.post, request.id, by=by)
        _note(session, declaration, request, f"{_EVENTS[request.kind]}-overtaken", at, by, "")
    return [r.id for r in idle]


def request_of(session: Session, declaration: Declaration, id: UUID, *, by: Actor) -> Amendment:
    """A request about this declaration, whose row the caller has locked; `NotFound` otherwise."""
    found = queries.request(session, declaration, id, by=by)
    if found is None:
        raise NotFound()
    return found


_EVENTS = {AMEND: "declaration.amendment", INVALIDATE: "declaration.invalidation"}


def _still_possible(declaration: Declaration, request: Amendment) -> bool:
    return LIFE.allows(Status(declaration.status), Action(request.kind))


def _request(
    session: Session,
    declaration: Declaration,
    kind: str,
    stage: str,
    reason: str,
    at: dt.datetime,
    by: Actor,
    endorsed: bool,
    role: str,
    *,
    body: dict[str, Any] | None = None,
    sha256: str | None = None,
) -> Amendment:
    _make_room(session, declaration, kind, at, by, role)
    request = Amendment(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        kind=kind,
        stage=stage,
        status=(AmendmentStatus.ENDORSED if endorsed else AmendmentStatus.REQUESTED).value,
        body=body,
        sha256=sha256,
        reason=reason.strip(),
        from_content=declaration.content,
        requested_by=by.person,
        requested_login=by.login,
        requested_name=by.name,
        requested_role=role,
        requested_at=at,
    )
    if endorsed:
        _sign_endorsement(request, at, by)
    session.add(request)
    session.flush()
    event = f"{_EVENTS[kind]}-{'proposed' if endorsed else 'requested'}"
    _note(session, declaration, request, event, at, by, role, request.reason)
    return request


def _make_room(session: Session, declaration: Declaration, kind: str, at: dt.datetime, by: Actor, role: str) -> None:
    """Who asks again takes back what he asked before; another one's request must be settled first."""
    waiting = next((r for r in queries.waiting_requests(session, declaration) if r.kind == kind), None)
    if waiting is None:
        return
    own = waiting.requested_by == by.person if role != "trader" else waiting.requested_role == "trader"
    if not own or waiting.status != AmendmentStatus.REQUESTED:
        raise WrongState(
            _("A request by {name} already waits. It must be settled first.", name=waiting.requested_name),
            facts={"amendment": str(waiting.id)},
        )
    waiting.move(AmendmentAction.OVERTAKE)
    session.flush()
    _note(session, declaration, waiting, f"{_EVENTS[kind]}-overtaken", at, by, role)


def _waiting(session: Session, declaration: Declaration, request: Amendment, at: dt.datetime, by: Actor) -> None:
    """Refuses what is settled, and brings the stage up to date: goods may have been let go since it was asked for."""
    if request.status not in (AmendmentStatus.REQUESTED, AmendmentStatus.ENDORSED):
        raise WrongState(
            _("This request is already settled: {status}.", status=request.status), facts={"state": request.status}
        )
    request.stage = stage_of(declaration)


def _may_accept(session: Session, declaration: Declaration, request: Amendment, at: dt.datetime, by: Actor) -> None:
    _waiting(session, declaration, request, at, by)
    if request.kind == AMEND and request.from_content != declaration.content:
        raise WrongState(
            _("What is declared was changed after this request. Reject it and let it be asked for again."),
            facts={"content": declaration.content, "from_content": request.from_content},
        )
    if request.stage == GONE and request.endorsed_by is None:
        raise WrongState(
            _("The goods are let go: an official must endorse this request before another one accepts it.")
        )
    if request.stage == GONE and request.endorsed_by == by.person:
        raise Forbidden(_("You have endorsed this yourself. Another person must accept it."))
    if request.stage != PRELODGED and request.requested_by == by.person:
        raise Forbidden(_("You have asked for this yourself. Another person must accept it."))


def _check_changes(
    session: Session, declaration: Declaration, declared: Declared, changed: list[Difference], side: str
) -> None:
    if not changed:
        message = _("Nothing would change. Write what shall be declared instead.")
        raise Invalid(findings=[Finding("", "amendment.nothing", message)])
    allowed = writable(Status(declaration.status), side)
    found = [
        Finding(d.pointer, "amendment.fixed", _("This cannot be amended any more. Write it as it was declared."))
        for d in changed
        if d.pointer.split("/")[1] not in allowed
    ]
    if found:
        raise Invalid(findings=found)
    _check_kept_items(session, declaration, declared)


def _check_kept_items(session: Session, declaration: Declaration, declared: Declared) -> None:
    """What was released or has left alone keeps its number."""
    fixed = queries.released_items(session, declaration) | queries.exited_items(session, declaration)
    missing = fixed - {item["number"] for item in declared.items}
    if missing:
        numbers = ", ".join(map(str, sorted(missing)))
        message = _("The items {items} were released or have left and cannot be taken out.", items=numbers)
        raise Invalid(findings=[Finding("/items", "amendment.items", message)])


def _check_rules(setting: rules.Setting, more: list[Finding]) -> None:
    found = [*rules.check(setting), *more]
    if rules.errors(found):
        raise Invalid(findings=found)


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "amendment.reason", _("Give the reason for the change."))])
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Too long: at most {most} characters.", most=LONGEST_REASON)
        raise Invalid(findings=[Finding("/reason", "amendment.reason", message)])


def _sign_endorsement(request: Amendment, at: dt.datetime, by: Actor) -> None:
    request.endorsed_by, request.endorsed_login, request.endorsed_name = by.person, by.login, by.name
    request.endorsed_at = at


def _sign_decision(request: Amendment, reason: str, at: dt.datetime, by: Actor) -> None:
    request.decided_by, request.decided_login, request.decided_name = by.person, by.login, by.name
    request.decided_at, request.decided_reason = at, reason.strip()


def _told(request: Amendment) -> dict[str, Any]:
    """What the journal keeps of a request with each of its steps."""
    told: dict[str, Any] = {"amendment": str(request.id), "amendment_state": request.status}
    if request.sha256:
        told["amendment_sha256"] = request.sha256
    if request.to_content is not None:
        told["to_content"] = request.to_content
    return told


def _note(
    session: Session,
    declaration: Declaration,
    request: Amendment,
    event: str,
    at: dt.datetime,
    by: Actor,
    role: str,
    reason: str = "",
) -> None:
    declaration.changed_at = at
    session.flush()
    note(session, declaration, event, by=by, after=_told(request), reason=reason, role=role)
