"""Why a guarantee does not do for a movement: the reasons of NCTS (list invalid_guarantee_reason). Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.core.errors import Finding
from app.core.numbering import check_character, is_grn
from app.core.text import Text, _
from app.guarantees.commands import Named, RegisterGuarantee, Use
from app.guarantees.lifecycle import LEVELS, SINGLE, Status, Type

SHORTEST_CODE = 4
#: Codes of one guarantee that open it at a time: each is tried where a movement names it, and each may be given away.
MOST_CODES = 12
LARGEST = Decimal("9999999999.99")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a guarantee when a movement names it."""

    type: str
    status: str
    holder: str
    valid_from: dt.date
    valid_to: dt.date
    not_valid_for: Collection[str]
    commodities: Collection[str]
    used: bool


def grn(country: str, year: int, number: str) -> str:
    """A guarantee reference number: year, country, twelve characters, check digit."""
    body = f"{year % 100:02d}{country}{number}"
    return body + check_character(body)


def invalid(named: Named, known: Facts | None, use: Use, code_fits: bool) -> Finding | None:
    """The first reason for which a guarantee does not do, at its field; None where it does."""
    reason = next(_reasons(named, known, use, code_fits), None)
    if reason is None:
        return None
    code, field, message = reason
    return Finding(f"/guarantees/{named.place}/{field}", f"guarantee.{code}", message)


def _reasons(named: Named, known: Facts | None, use: Use, code_fits: bool) -> Iterator[tuple[str, str, Text]]:
    # What belongs to somebody else is not told apart from what does not exist.
    if known is None or known.holder != use.holder:
        yield (
            "G01",
            "grn",
            _("The holder has no guarantee with this number. Correct it, or register the guarantee first."),
        )
        return
    if known.type != named.type:
        yield "G13", "type", _("The guarantee with this number is of another kind ({type}).", type=known.type)
    if not code_fits:
        yield "G03", "access_code", _("This access code does not open the guarantee. Ask the holder for a valid one.")
    if known.status != Status.IN_FORCE or not known.valid_from <= use.on <= known.valid_to:
        yield "G02", "grn", _("This guarantee is not valid today. Name another one.")
    abroad = sorted(use.countries & set(known.not_valid_for))
    if abroad:
        yield "G08", "grn", _("This guarantee is not valid for {countries}.", countries=", ".join(abroad))
    if known.commodities and not all(code.startswith(tuple(known.commodities)) for code in use.commodities):
        yield "G12", "grn", _("This guarantee is not good for all the goods declared.")
    if known.used and known.type in SINGLE:
        code = "G05" if known.type == Type.VOUCHER else "G10"
        yield code, "grn", _("This guarantee was used for another movement already, and is good for one only.")


def not_enough(place: int, needed: Decimal, left: Decimal, currency: str) -> Finding:
    """The reason G09, with both amounts: only its holder and officials read it."""
    message = _(
        "The guarantee does not suffice: {needed} {currency} are needed, {left} {currency} are left. "
        "Name another one beside it, or have its amount raised.",
        needed=f"{needed:f}",
        left=f"{left:f}",
        currency=currency,
    )
    return Finding(f"/guarantees/{place}/grn", "guarantee.G09", message)


def findings(command: RegisterGuarantee) -> list[Finding]:
    """What is wrong with a guarantee as it is entered."""
    found = [*_wrong_kind(command), *_wrong_sum(command), *_wrong_names(command)]
    return [Finding(pointer, rule, message) for pointer, rule, message in found]


def _wrong_kind(command: RegisterGuarantee) -> Iterator[tuple[str, str, Text]]:
    if command.type not in tuple(Type) or command.type == Type.TIR:
        yield "/type", "guarantee.type", _("Choose a kind of guarantee. Those of TIR carnets come with the carnet.")
    allowed = {Type.COMPREHENSIVE: LEVELS, Type.WAIVER: (0,)}.get(command.type, (100,))  # type: ignore[call-overload]
    if command.level not in allowed:
        message = _(
            "The level of this kind of guarantee is one of {levels} per cent.", levels=", ".join(map(str, allowed))
        )
        yield "/level", "guarantee.level", message


def _wrong_sum(command: RegisterGuarantee) -> Iterator[tuple[str, str, Text]]:
    if not is_amount(command.amount):
        yield "/amount", "guarantee.amount", _("Give an amount of more than 0 with at most two decimals.")
    if not _CURRENCY.fullmatch(command.currency):
        yield "/currency", "guarantee.currency", _("Give the three letters of the currency.")
    if command.valid_to < command.valid_from:
        yield "/valid_to", "guarantee.days", _("The last day is before the first.")


def not_of_voucher(amount: Decimal, currency: str, set_amount: Decimal, set_currency: str) -> Finding | None:
    """What is wrong with the amount of a voucher: a country sets one for all of them."""
    if (amount, currency) == (set_amount, set_currency):
        return None
    field = "amount" if currency == set_currency else "currency"
    message = _(
        "A voucher is for {amount} {currency} here, neither more nor less. Write this amount, and register each voucher "
        "by itself.",
        amount=f"{set_amount:f}",
        currency=set_currency,
    )
    return Finding(f"/{field}", "guarantee.voucher-amount", message)


def is_amount(amount: Decimal) -> bool:
    """More than 0, at most two decimals, and not more than can be posted."""
    return amount.is_finite() and 0 < amount <= LARGEST and amount == amount.quantize(Decimal("0.01"))


def _wrong_names(command: RegisterGuarantee) -> Iterator[tuple[str, str, Text]]:
    if not command.holder.strip():
        yield "/holder", "guarantee.holder", _("Name the firm whose guarantee it is.")
    if not command.guarantor.strip():
        yield "/guarantor", "guarantee.guarantor", _("Name who answers: the bank, the insurer, the association.")
    if command.grn is not None and not is_grn(command.grn):
        yield (
            "/grn",
            "guarantee.grn",
            _("This is not a guarantee reference number: its form or its check digit is wrong."),
        )
