"""Where the money of an administration is paid in: what stands in its parameters. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.payments import banks
from app.reference.codebook import Codebook

#: Parameters of the whole node or (`.TJ`) of one administration; the bank is a code of the list `bank`, or any words.
BENEFICIARY, BANK, ACCOUNT = "payment-beneficiary", "payment-bank", "payment-account"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one thing a payer writes; empty where nothing is. `verified` says that the administration has
    confirmed it."""

    value: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class HowToPay:
    beneficiary: Told = Told()
    bank: Told = Told()
    account: Told = Told()

    @property
    def known(self) -> bool:
        return any(told.value for told in (self.beneficiary, self.bank, self.account))

    @property
    def verified(self) -> bool:
        return all(told.verified for told in (self.beneficiary, self.bank, self.account))


def of(codes: Codebook, administration: str, day: dt.date, locale: str = "en") -> HowToPay:
    """Beneficiary, bank and account of an administration on a day; the bank by its name in the locale."""
    bank = _told(codes, BANK, administration, day)
    named = Told(codes.name(banks.LIST, bank.value, locale, day), bank.verified)
    return HowToPay(
        beneficiary=_told(codes, BENEFICIARY, administration, day),
        bank=named,
        account=_told(codes, ACCOUNT, administration, day),
    )


def _told(codes: Codebook, name: str, administration: str, day: dt.date) -> Told:
    entry = codes.find("parameter", f"{name}.{administration}", day) or codes.find("parameter", name, day)
    return Told(str(entry.attributes.get("value") or ""), entry.verified) if entry else Told()
