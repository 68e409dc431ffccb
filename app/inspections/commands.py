"""What is recorded of an inspection."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddFinding:
    """`control` is a code of the control types (10 documentary, 40 physical, 41 seals …); `item` None is the whole."""

    control: str
    conform: bool
    found: str
    declared: str = ""
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Conclude:
    """`conclusion` is conform, discrepancy or offence."""

    conclusion: str
    summary: str
