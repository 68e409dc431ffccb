"""Leaving the post: what the gate sees is held against what was declared and released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.core import numbering
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, ascii_digits, compact
from app.declarations import queries
from app.declarations.commands import ConfirmExit, Pass
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration, DeclarationExit, ExitItem
from app.declarations.operations.amending import overtake_requests
from app.declarations.operations.noting import note

SERIES = "X"
MOST_SEALS = 99
LONGEST_SEAL = 40
LONGEST_PLATE = 60
LONGEST_REMARK = 2000
#: Who may write down that a truck has left although no permit let it.
OVERRIDING = ("supervisor",)


def confirm_exit(
    session: Session, declaration: Declaration, command: ConfirmExit, shown: Pass, *, by: Actor, role: str
) -> DeclarationExit:
    """The truck of a locked declaration leaves with all or some of what may go, under the permit it shows.

    Another plate than those declared is refused; other seals are refused unless a remark explains them. Raises
    `Invalid` also for items that are not declared, not released, or gone, `WrongState` where the permit does not let
    them through, `Forbidden` where somebody else than a supervisor writes that they left without. Takes the post's own
    row last.
    """
    LIFE.move(Status(declaration.status), Action.EXIT_PART)  # the state is told before anything else
    header = queries.content(session, declaration).header
    items, is_last = _leaving(session, declaration, command)
    permit = _permit(declaration, command, shown, items, by=by)
    seals = _seals(command.seals)
    agree = {compact(s) for s in seals} == {compact(s) for s in header.get("seals") or ()}
    _check(command, header, agree)
    action = Action.EXIT if is_last else Action.EXIT_PART
    before = {"status": declaration.status}
    year, number, at = numbering.draw(session, declaration.post, SERIES)
    declaration.move(action, at)
    gone = _row(declaration, command, seals, agree, at, by)
    gone.permit = permit or None
    gone.without_permit = "" if permit else command.without_permit.strip()
    gone.number = numbering.official_number(declaration.post, year, number, SERIES)
    gone.whole = is_last and not queries.exited_items(session, declaration)
    session.add(gone)
    session.flush()
    session.add_all(
        ExitItem(post=gone.post, declaration_id=declaration.id, item=item, exit_id=gone.id) for item in sorted(items)
    )
    session.flush()
    after = {
        "exit": str(gone.id),
        "exit_number": gone.number,
        "exit_items": sorted(items),
        "plate": gone.plate,
        "seals": seals,
        "seals_agree": agree,
        "exit_permit": gone.permit,
    }
    if gone.without_permit:
        after["without_permit"] = gone.without_permit
    event = "declaration.exited" if is_last else "declaration.partly-exited"
    note(session, declaration, event, by=by, before=before, after=after, reason=gone.remark, role=role)
    if is_last:
        overtake_requests(session, declaration, at, by=by)
    return gone


def _row(
    declaration: Declaration, command: ConfirmExit, seals: list[str], agree: bool, at: dt.datetime, by: Actor
) -> DeclarationExit:
    return DeclarationExit(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        content=declaration.content,
        plate=ascii_digits(command.plate.strip()) or None,
        seals=seals,
        seals_agree=agree,
        remark=command.remark.strip(),
        person=by.person,
        login=by.login,
        name=by.name,
        at=at,
    )


def _leaving(session: Session, declaration: Declaration, command: ConfirmExit) -> tuple[frozenset[int], bool]:
    """The items that leave, and whether nothing of the declaration is left behind."""
    declared = queries.item_numbers(session, declaration)
    partly = declaration.status == Status.PARTLY_RELEASED
    free = queries.released_items(session, declaration) if partly else declared
    gone = queries.exited_items(session, declaration)
    wanted = free - gone if command.items is None else frozenset(command.items)
    problem = None
    if wanted - declared:
        problem = _("There are no items {items}. Choose among those declared.", items=_list(wanted - declared))
    elif wanted - free:
        problem = _(
            "The items {items} are not released. They stay until an officer releases them.", items=_list(wanted - free)
        )
    elif wanted & gone:
        problem = _("The items {items} have left already. Choose among the others.", items=_list(wanted & gone))
    elif not wanted:
        problem = _("Nothing that may go is left here. Choose items that are released and have not left.")
    if problem is not None:
        raise Invalid(findings=[Finding("/items", "exit.items", problem)])
    return wanted, not partly and gone | wanted == declared


def _permit(declaration: Declaration, command: ConfirmExit, shown: Pass, items: frozenset[int], *, by: Actor) -> str:
    """The number of the permit that lets these items through; empty where a supervisor says why they went without."""
    if shown.refusal is None and items <= shown.items:
        return shown.number
    if command.without_permit.strip():
        by.need(OVERRIDING, declaration.post)
        return ""
    message = shown.refusal or _(
        "Permit {number} does not cover the items {items}. Have a permit printed for them by the supervisor first.",
        number=shown.number,
        items=_list(items - shown.items),
    )
    raise WrongState(message, facts={"state": declaration.status}, findings=[Finding("", "exit.no-permit", message)])


def _list(items: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(items)))


def _seals(seen: tuple[str, ...]) -> list[str]:
    seals = [seal.strip() for seal in seen if seal.strip()]
    if len(seals) > MOST_SEALS or any(len(seal) > LONGEST_SEAL for seal in seals):
        message = _("Give at most {most} seals of at most {longest} characters.", most=MOST_SEALS, longest=LONGEST_SEAL)
        raise Invalid(findings=[Finding("/seals", "exit.seals", message)])
    return seals


def _check(command: ConfirmExit, header: dict[str, Any], seals_agree: bool) -> None:
    found = []
    transport = header["transport"]
    if len(command.plate) > LONGEST_PLATE or max(len(command.remark), len(command.without_permit)) > LONGEST_REMARK:
        message = _(
            "Write the plate in at most {plate}, remarks and reasons in at most {remark} characters.",
            plate=LONGEST_PLATE,
            remark=LONGEST_REMARK,
        )
        raise Invalid(findings=[Finding("", "exit.length", message)])
    declared = [(transport.get(part) or {}).get("plate") for part in ("vehicle", "trailer")]
    plates = [plate for plate in declared if plate]
    if plates and compact(command.plate) not in {compact(plate) for plate in plates}:
        message = _(
            "The plate {seen} is not that of this declaration ({declared}). Do not let this truck go; "
            "if the declaration is wrong, let it be amended first.",
            seen=command.plate.strip() or "–",
            declared=", ".join(plates),
        )
        found.append(Finding("/plate", "exit.other-plate", message))
    if not seals_agree and not command.remark.strip():
        message = _(
            "The seals are not those declared ({declared}). Check them again; if they are what is on the truck, "
            "write down why they differ.",
            declared=", ".join(header.get("seals") or ()) or "–",
        )
        found.append(Finding("/seals", "exit.other-seals", message))
    if found:
        raise Invalid(findings=found)
