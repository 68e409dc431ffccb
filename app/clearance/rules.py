"""What a permit is good for at the gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from app.clearance.models import Permit


def is_valid(permit: Permit, day: dt.date) -> bool:
    """Whether it counts on a day of the post: not revoked, and not past its last day."""
    return permit.revoked_at is None and day <= permit.valid_until


def covered(permit: Permit, declared: Collection[int]) -> frozenset[int]:
    """The numbers of the declared items that it lets through."""
    return frozenset(declared) if permit.only_items is None else frozenset(permit.only_items)
