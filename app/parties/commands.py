"""What somebody asks for about firms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RegisterParty:
    """A firm by its number, country prefix included: TJ-510012345."""

    code: str
    name: str
    address: str
    country: str
