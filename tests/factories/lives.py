"""The later life of a declaration, through the verbs: money, questions, amendments, the gate."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.core import db
from app.core.actors import SYSTEM, Actor
from app.declarations import queries
from app.declarations.commands import Ask, ConfirmExit, LodgeDeclaration, RequestAmendment
from app.declarations.models import Declaration, DeclarationExit, DeclarationQuery
from app.declarations import schemas
from app.flows import amending, asking, leaving, lodging, settling
from app.flows.amending import Settled
from app.payments import operations as payments
from app.payments.commands import Pay, Receipt, SetStandingOrder
from app.payments.models import PrepaymentAccount
from app.risk import operations as risk
from app.risk.operations import DefineProfile, set_random_share
from tests.factories import declarations
from tests.factories.actors import PARTY, POST, officer, trader
from tests.factories.permitting import with_permit

#: For deadlines.
DAY = dt.timedelta(days=1)

_receipts = itertools.count(1)


def alone() -> None:
    """No stops by chance; the lane is the word on the trailer's plate (see `lane`); no account pays by itself."""
    with db.transaction() as session:
        set_random_share(session, "*", "0", "yellow", by=SYSTEM)
        for colour in ("blue", "yellow", "red"):
            profile = DefineProfile(
                f"test-{colour}", f'trailer == "{colour.upper()}"', colour, {"en": colour}, {"en": "look"}, "tests"
            )
            risk.define(session, profile, by=SYSTEM)
        if session.execute(select(PrepaymentAccount.party).where(PrepaymentAccount.party == PARTY)).first():
            payments.set_standing_order(session, SetStandingOrder(POST, PARTY, False), by=trader())


def lane(colour: str, body: dict[str, Any]) -> dict[str, Any]:
    """The same, on another lane than green."""
    return {**body, "transport": {**body["transport"], "trailer": {"plate": colour.upper(), "country": "AF"}}}


def free(items: int = 1) -> dict[str, Any]:
    """An export: nothing is due, and no profile stops it."""
    body = due(items)
    body.update(declaration_type="EX", general_procedure="1")
    for item in body["items"]:
        item.update(procedure="1000", origin="TJ")
    body["countries"] = {"dispatch": "TJ", "destination": "AF", "trading": "AF"}
    return body


def due(items: int = 1) -> dict[str, Any]:
    """An import on which duties are due, and which no profile stops."""
    body = declarations.words(items)
    body["transport"]["containers"] = []
    return body


def early(body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Lodged before the truck is there."""
    words = body or free()
    arrival = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**words, "additional_type": "D", "transport": {**words["transport"], "expected_arrival": arrival}}


def lodged(body: dict[str, Any], *, by: Actor | None = None) -> Declaration:
    with db.transaction() as session:
        return lodging.lodge(session, LodgeDeclaration(schemas.read(body)), by=by or trader()).declaration


def paid(declaration: Declaration) -> Declaration:
    """Everything that is due comes in as cash, and settlement does what follows."""
    with db.transaction() as session:
        who = officer(declaration.post, login="cashier")
        locked = queries.locked(session, declaration.reference, by=who)
        owed = settling.standing(session, locked)
        assert owed is not None
        if owed.due > 0:
            receipt = Receipt("AMONATBONK", f"R-{next(_receipts)}")
            payments.record_receipt(session, settling.subject(locked), Pay(owed.due, owed.currency, receipt), by=who)
        settling.settle(session, locked, db.now(session), by=who)
        return locked


def body_of(declaration: Declaration) -> dict[str, Any]:
    """The contract's JSON of what is declared now."""
    with db.reading() as session:
        return copy.deepcopy(queries.body(session, queries.find(session, declaration.reference, by=trader())))


def asked_to_amend(
    declaration: Declaration, bend: Callable[[dict[str, Any]], Any], *, by: Actor | None = None
) -> Settled:
    """An amendment asked for, by its trader unless somebody else is named."""
    body = body_of(declaration)
    bend(body)
    with db.transaction() as session:
        command = RequestAmendment(declaration.reference, body, "a slip of the pen")
        return amending.request(session, command, by=by or trader())


def question(declaration: Declaration, text: str = "Where is the certificate?", **more: Any) -> DeclarationQuery:
    with db.transaction() as session:
        return asking.ask(session, Ask(declaration.reference, text, **more), by=officer())[1]


def gone(
    declaration: Declaration, *, plate: str | None = None, by: Actor | None = None, **more: Any
) -> DeclarationExit:
    """The truck leaves as it was declared, unless something else is said, under a permit if it may have one."""
    with_permit(declaration)
    seen = plate if plate is not None else body_of(declaration)["transport"]["vehicle"]["plate"]
    with db.transaction() as session:
        command = ConfirmExit(declaration.reference, seen, **more)
        return leaving.confirm_exit(session, command, by=by or officer())[1]
