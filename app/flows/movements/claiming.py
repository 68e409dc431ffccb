"""What the guarantors pay of a recovery: of each guarantee in turn, until the amount is covered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _
from app.flows.movements import securing
from app.guarantees import operations as guarantees
from app.guarantees import queries as pledged
from app.guarantees.models import Guarantee, GuaranteeReservation
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.transit import queries
from app.transit.commands import Declared
from app.transit.models import Movement, TransitRecovery

_CENT = Decimal("0.01")
#: What one unit of a currency is worth; all in the same money.
Rates = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a movement still takes of one guarantee, in its currency."""

    grn: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed by GRN, each in its guarantee's currency, and what all of it pays of the amount asked, in that one's."""

    parts: Mapping[str, Decimal]
    paid: Decimal


def claim(session: Session, movement: Movement, recovery: TransitRecovery, at: dt.datetime, *, by: Actor) -> Decimal:
    """The guarantors of a locked movement pay what is asked, as far as what was taken of their guarantees goes; the rest
    of it is given back. What they paid, in the recovery's currency.

    Raises `WrongState` where nothing is taken any more, `Invalid` where a rate of exchange is lacking.
    """
    rows = pledged.taken_now(session, movement.id)
    if not rows:
        message = _(
            "Nothing of a guarantee is reserved or held for this movement any more: no guarantor can pay. "
            "Settle it as paid by the holder, and write how it was paid."
        )
        raise WrongState(message, findings=[Finding("/by_guarantor", "recovery.nothing-held", message)])
    codes, declared = codebook(session), queries.declared(session, movement)
    taken = _in_turn(rows, declared)
    known = _known(codes, declared, at, {recovery.currency, *(each.currency for each in taken)})
    asked = claimed(taken, recovery.amount, recovery.currency, known)
    guarantees.claim(session, securing.subject(movement), asked.parts, by=by)
    return asked.paid


def _in_turn(rows: Iterable[tuple[GuaranteeReservation, Guarantee]], declared: Declared) -> list[Taken]:
    """In the order in which the movement names them; a carnet, which it does not name there, comes last."""
    places = {str(each.get("grn")): place for place, each in enumerate(declared.guarantees)}
    found = [Taken(guarantee.grn, row.amount, row.currency) for row, guarantee in rows]
    return sorted(found, key=lambda each: places.get(each.grn, len(places)))


def _known(codes: Codebook, declared: Declared, at: dt.datetime, currencies: set[str]) -> Rates:
    """The rates of the day; one currency alone needs none."""
    found = {each: securing.rate_of_day(codes, declared, each, at) for each in currencies}
    rates = {each: rate for each, rate in found.items() if rate is not None}
    lacking = sorted(currencies - rates.keys())
    if lacking and len(currencies) > 1:
        message = _(
            "No rate of exchange is known today for {currencies}. Have it entered among the rates of exchange, then "
            "settle the recovery.",
            currencies=", ".join(lacking),
        )
        raise Invalid(findings=[Finding("/by_guarantor", "recovery.rate", message)])
    return rates


def claimed(taken: Iterable[Taken], asked: Decimal, currency: str, rates: Rates) -> Claim:
    """Of each guarantee in turn what is needed to pay the amount asked, rounded up to the cent, and never more than what
    was taken of it. Amounts of the asked currency are counted to the cent without a rate. Pure."""
    still_owed, parts = asked, {}
    for each in taken:
        if still_owed <= 0:
            break
        needed = _as(still_owed, currency, each.currency, rates, ROUND_UP)
        parts[each.grn] = min(needed, each.amount)
        enough = needed <= each.amount
        still_owed -= still_owed if enough else _as(each.amount, each.currency, currency, rates, ROUND_HALF_UP)
    return Claim(parts, asked - max(still_owed, Decimal("0.00")))


def _as(amount: Decimal, currency: str, other: str, rates: Rates, rounding: str) -> Decimal:
    if currency == other:
        return amount
    return (amount * rates[currency] / rates[other]).quantize(_CENT, rounding=rounding)
