"""What is wrong, in one word and in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """`kind`: lost, doubled, winners, gap, chain, replay, outbox, idempotency, unequal, unexpected, unanswered, defect;
    of money and goods: sums, overdrawn, unpaid, unseen."""

    kind: str
    what: str
