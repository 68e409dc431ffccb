"""Declarations that owe money, without the calculation behind them, and the verbs as tests call them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import SYSTEM, Actor
from app.core.ids import reference, uuid7
from app.core.numbering import mrn
from app.declarations import queries as declarations
from app.declarations.models import Declaration
from app.parties.commands import RegisterParty
from app.parties.operations import register
from app.payments import operations as payments
from app.payments import queries
from app.payments.commands import Deposit, Pay, Receipt, SetStandingOrder, Subject
from app.payments.models import Payment
from app.payments.rules import Standing
from app.registers import integrity
from tests.factories.actors import officer, trader

CURRENCY = "TJS"
#: A post and firms of their own: others find accounts filled by the seed.
POST, OTHER_POST = "TJFOT", "TJGUL"
FIRM, OTHER_FIRM = "TJ-510090001", "TJ-510090002"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Result:
    """An assessment as the calculation would hand it in."""

    payable: Mapping[str, Decimal] = field(default_factory=dict)
    held_back: Mapping[str, Decimal] = field(default_factory=dict)
    currency: str = CURRENCY

    @property
    def total(self) -> Decimal:
        return sum(self.payable.values(), Decimal("0.00"))

    @property
    def suspended(self) -> Decimal:
        return sum(self.held_back.values(), Decimal("0.00"))

    def by_tax(self) -> Mapping[str, Decimal]:
        return self.payable

    def suspended_by_tax(self) -> Mapping[str, Decimal]:
        return self.held_back

    def as_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "total": str(self.total),
            "suspended": str(self.suspended),
            "fees": [],
            "items": [],
        }


def registered(*firms: str) -> None:
    """Firms in the register: only they have accounts."""
    with db.transaction() as session:
        for firm in firms or (FIRM, OTHER_FIRM):
            register(session, RegisterParty(firm, f"Firm {firm}", "", "TJ"), by=SYSTEM)


def result(duty: str = "100.00", vat: str = "50.00", *, suspended: str = "0.00", currency: str = CURRENCY) -> Result:
    """Duty and VAT to pay, and an amount of duty that is suspended."""
    payable = {"duty": Decimal(duty), "vat": Decimal(vat)}
    return Result(payable, {"duty": Decimal(suspended)} if Decimal(suspended) else {}, currency)


def subject(session: Session, party: str = FIRM, post: str = POST) -> Subject:
    """A lodged declaration of the firm, as the flows hand it in."""
    number = next(_numbers)
    at = db.now(session)
    row = Declaration(
        post=post, id=uuid7(), reference=reference(post), mrn=mrn(post, at.year, 900_000_000 + number, "R"), party=party,
        status="lodged", lane=None, content=1, version=1, lodged_at=at, changed_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    state = {"status": "lodged", "version": 1, "reference": row.reference, "mrn": row.mrn, "content": 1}
    journal.record(
        session, by=SYSTEM, event="declaration.lodged", kind="declaration", subject=row.id, post=post, after=state
    )
    return Subject(post, row.id, row.reference, row.mrn, party, 1)


def held(session: Session, about: Subject) -> Subject:
    """The same with its row locked, as the flows do before they call a verb."""
    declarations.locked(session, about.reference, by=officer(about.post))
    return about


def assessed(what: Result | None = None, party: str = FIRM, *, post: str = POST) -> Subject:
    """A declaration with an assessment: 150.00 to pay unless said otherwise."""
    with db.transaction() as session:
        made = subject(session, party, post)
        payments.assess(session, made, what or result(), final=False, at=db.now(session), by=SYSTEM, first=True)
    return made


def reassessed(about: Subject, what: Result) -> None:
    with db.transaction() as session:
        held(session, about)
        payments.assess(session, about, what, final=True, at=db.now(session), by=SYSTEM)


def receipt(number: str | None = None, bank: str = "Amonatbonk") -> Receipt:
    """A receipt nobody has shown yet, unless its number is given."""
    return Receipt(bank, f"R-{next(_numbers):06d}" if number is None else number)


def paid(about: Subject, amount: str, *, excess: str = "refundable", by: Actor | None = None) -> Payment:
    """An amount the cashier has taken by a receipt."""
    with db.transaction() as session:
        held(session, about)
        command = Pay(Decimal(amount), CURRENCY, receipt(), excess)
        return payments.record_receipt(session, about, command, by=by or officer(about.post))


def deposited(amount: str, party: str = FIRM, *, post: str = POST, standing_order: bool = False) -> Payment:
    """Money in the firm's prepayment account."""
    with db.transaction() as session:
        made = payments.deposit(session, Deposit(post, party, Decimal(amount), CURRENCY, receipt()), by=officer(post))
    if standing_order:
        with db.transaction() as session:
            payments.set_standing_order(session, SetStandingOrder(post, party, True), by=trader(party))
    return made


def standing(about: Subject) -> Standing:
    with db.reading() as session:
        return payments.standing(session, about.post, about.declaration_id)


def balance(party: str = FIRM, post: str = POST) -> Decimal:
    """What the firm's account holds."""
    with db.reading() as session:
        return queries.account(session, post, party, by=officer(post)).balance


def faults() -> list[tuple[str, str]]:
    """Where tables, journal and ledger differ, as (kind, key)."""
    with db.reading() as session:
        return [(d.kind, d.key) for d in integrity.compare(session)[1]]
