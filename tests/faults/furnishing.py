"""What a node has before it is ill-treated: three firms, of which one pays by standing order, a certificate and goods in a
warehouse that several clients write off at the same time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from app.accounts.commands import AddPerson
from app.accounts.operations import add_person
from app.core import db
from app.core.actors import SYSTEM
from app.declarations import schemas
from app.declarations.commands import LodgeDeclaration
from app.exemptions import operations as exemptions
from app.exemptions.commands import RegisterCertificate
from app.flows import lodging, paying, settling
from app.parties.commands import RegisterParty
from app.parties.operations import register
from app.payments import operations as payments
from app.payments.commands import Secure, SetStandingOrder
from tests.factories import declarations
from tests.factories.actors import OTHER_PARTY, PARTY, POST, officer, supervisor, trader
from tests.factories.money import deposited
from tests.factories.seed import PASSWORD

LOGINS = ("trader", "trader2", "trader3", "officer", "officer2", "inspector", "supervisor", "supervisor2")
#: A firm whose account holds little: its clients meet its end.
POOR_PARTY = "TJ-510090003"
PARTIES = {"trader": PARTY, "trader2": OTHER_PARTY, "trader3": POOR_PARTY}
#: So little that a short run uses it up.
GRANTED, CERTIFICATE = Decimal("9000.000"), "EX-CHAOS"
STORED = Decimal("4000.000")
WAREHOUSE = "TJ-WH-1"
POOR = Decimal("32000.00")


def furnish() -> None:
    """Into the database this process is connected to, which holds the reference data and the people of the contract."""
    with db.transaction() as session:
        register(session, RegisterParty(POOR_PARTY, "ҶДММ «Камбағал»", "Хуҷанд", "TJ"), by=SYSTEM)
        add_person(session, AddPerson("trader3", "Trader 3", "trader", "*", POOR_PARTY, PASSWORD), by=SYSTEM)
        payments.set_standing_order(
            session, SetStandingOrder(POST, OTHER_PARTY, False), by=trader(OTHER_PARTY, login="trader2")
        )
    deposited(str(POOR), POOR_PARTY, post=POST)
    certify(CERTIFICATE, GRANTED)
    store()


def paper(number: str, granted: Decimal, holder: str = PARTY, **changed: Any) -> RegisterCertificate:
    """A certificate for trousers of cotton, as it is entered."""
    given: dict[str, Any] = {
        "post": POST, "number": number, "issuer": "Ministry of Economy", "source": "Decision 17", "holder": holder, "measure": "net_kg",
        "granted": granted, "valid_from": dt.date(2020, 1, 1), "valid_to": dt.date(2099, 12, 31), "commodities": ("6203",),
        "taxes": ("duty",),
    }  # fmt: skip
    return RegisterCertificate(**{**given, **changed})


def certify(number: str, granted: Decimal, *, holder: str = PARTY) -> None:
    """A certificate in force, by two persons."""
    with db.transaction() as session:
        made = exemptions.register(session, paper(number, granted, holder), by=officer())
    with db.transaction() as session:
        exemptions.settle(session, made.id, approved=True, reason="", by=supervisor())


def plain(party: str = PARTY, items: int = 1) -> dict[str, Any]:
    """An import no profile stops."""
    body = declarations.words(items, party)
    body["transport"]["containers"] = []
    return body


def placing(party: str = PARTY, net: Decimal = Decimal("2300.000")) -> dict[str, Any]:
    """Goods on their way into the warehouse."""
    body = plain(party)
    body.update(general_procedure="7", warehouse=WAREHOUSE)
    body["items"][0].update(procedure="7000", net_kg=f"{net:f}", gross_kg=f"{net + 150:f}")
    return body


def taking(mrn: str, net: Decimal = Decimal("100.000"), party: str = PARTY) -> dict[str, Any]:
    """Goods taken out of the warehouse."""
    body = plain(party)
    body.update(warehouse=WAREHOUSE)
    body["items"][0].update(
        procedure="4071", net_kg=f"{net:f}", gross_kg=f"{net + 5:f}", packages=[{"kind": "CT", "count": 1, "marks": "KOH"}],
        previous_documents=[{"type": "IM", "number": mrn, "item": 1}],
    )  # fmt: skip
    return body


def certified(party: str = PARTY, number: str = CERTIFICATE, net: str = "450.000") -> dict[str, Any]:
    """An import that a certificate may free."""
    body = plain(party)
    body["items"][0].update(net_kg=net, gross_kg=f"{Decimal(net) + 50:f}")
    body["items"][0]["documents"].append({"type": "911", "number": number, "date": "2026-10-01"})
    return body


def store(net: Decimal = STORED) -> str:
    """Goods in the warehouse, secured by a guarantee; gives their MRN."""
    with db.transaction() as session:
        placed = lodging.lodge(session, LodgeDeclaration(schemas.read(placing(net=net))), by=trader()).declaration
    with db.transaction() as session:
        owed = settling.standing(session, placed)
        command = Secure("guarantee", owed.unsecured, str(owed.currency), None, "GRN-1")
        released, _security = paying.secure(session, placed.reference, command, by=officer())
        assert released.status == "released" and released.mrn
    return released.mrn
