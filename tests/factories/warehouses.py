"""Goods in a warehouse and what is taken out of it, through the verbs; the firm's account pays and secures."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.core import db
from app.core.actors import Actor
from app.declarations import queries
from app.declarations.models import Declaration
from app.flows import approving, paying, settling
from app.flows.amending import Settled
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.commands import Secure, SetStandingOrder
from app.payments.models import Security
from app.payments.rules import Standing
from app.suspense import queries as stocks
from tests.factories import cases, lives
from tests.factories.actors import PARTY, POST, officer, supervisor, trader

WHOLE = Decimal("2300.000")
PACKAGES = 120


def alone() -> None:
    """Lanes by the trailer's plate (see `lives.lane`), and an account that pays by itself."""
    lives.alone()
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, PARTY, True), by=trader())


def entering(items: int = 1, party: str = PARTY) -> dict[str, Any]:
    """Trousers into a warehouse: 2,300 kg in 120 cartons an item."""
    body = lives.due(items)
    body.update(declaration_type="IM", general_procedure="7", warehouse="TJ-WH-1")
    for name in ("consignee", "declarant"):
        body[name]["id"] = party
    for item in body["items"]:
        item["procedure"] = "7000"
    return body


def leaving(
    mrn: str, net: str = "2300.000", packages: int = PACKAGES, *, item: int = 1, party: str = PARTY
) -> dict[str, Any]:
    """Out of it, to stay in the country."""
    body = lives.due()
    body.update(warehouse="TJ-WH-1")
    for name in ("consignee", "declarant"):
        body[name]["id"] = party
    body["items"][0] |= taking(mrn, net, packages, item=item)
    return body


def taking(mrn: str, net: str, packages: int, *, item: int = 1) -> dict[str, Any]:
    """What an item says that takes so much out."""
    return {
        "procedure": "4071",
        "net_kg": net,
        "gross_kg": f"{Decimal(net) + 100:f}",
        "packages": [{"kind": "CT", "count": packages, "marks": "KOH"}],
        "previous_documents": [{"type": "IM", "number": mrn, "item": item}],
    }


def placed(items: int = 1) -> Declaration:
    """In the warehouse: released, and secured from the firm's account."""
    return secured(lives.lodged(entering(items)))


def secured(declaration: Declaration) -> Declaration:
    """Everything that is suspended is secured from the firm's account, and what waited for nothing else goes."""
    amount = standing(declaration).unsecured
    with db.transaction() as session:
        paying.secure(session, declaration.reference, Secure("account", amount, "TJS"), by=trader())
    return cases.again(declaration)


def amended(declaration: Declaration, bend: Callable[[dict[str, Any]], Any], *, by: Actor | None = None) -> Settled:
    """An amendment after release: an officer proposes it, a supervisor approves."""
    asked = lives.asked_to_amend(declaration, bend, by=by or officer())
    assert asked.proposal is not None
    with db.transaction() as session:
        approving.approve(session, asked.proposal.id, "agreed", by=supervisor())
    return asked


def taken_now(net: str, packages: int) -> Callable[[dict[str, Any]], None]:
    """The bend of an amendment that takes another quantity out."""

    def bend(body: dict[str, Any]) -> None:
        mrn = body["items"][0]["previous_documents"][0]["number"]
        body["items"][0] |= taking(mrn, net, packages)

    return bend


def standing(declaration: Declaration) -> Standing:
    with db.reading() as session:
        return settling.standing(session, declaration)


def securities(declaration: Declaration) -> list[Security]:
    with db.reading() as session:
        return owed.securities(session, declaration.post, declaration.id)


def left(declaration: Declaration) -> dict[int, tuple[Decimal, Decimal]]:
    """What is left in stock of each item: kilograms and packages."""
    with db.reading() as session:
        kept = stocks.of_declaration(session, declaration.post, declaration.id)
        return {stock.item: (stock.left_net_kg, stock.left_packages) for stock in kept}


def written(declaration: Declaration) -> dict[str, Any]:
    """The words of what is declared, to be bent."""
    return written_by(declaration, by=trader())


def written_by(declaration: Declaration, *, by: Actor) -> dict[str, Any]:
    """The same for somebody else than the first firm's trader."""
    with db.reading() as session:
        return copy.deepcopy(queries.body(session, queries.find(session, declaration.reference, by=by)))
