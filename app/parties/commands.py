"""What somebody asks for about firms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What of its own a firm lets another one use: its exemption certificates, its goods under suspense."""

    CERTIFICATES = "certificates"
    STOCKS = "stocks"


@dataclass(frozen=True)
class RegisterParty:
    """A firm by its number, country prefix included: TJ-510012345."""

    code: str
    name: str
    address: str
    country: str


@dataclass(frozen=True, slots=True)
class GiveMandate:
    """`principal` lets `declarant` use what is its own at a crossing point, on the days from `valid_from` to `valid_to`
    and both of them. `paper` is number and date of the paper that an official registers it from; a firm that gives it
    itself names none."""

    post: str
    principal: str
    declarant: str
    scopes: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date
    paper: str = ""
