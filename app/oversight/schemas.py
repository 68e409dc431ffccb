"""The words of oversight, as programs send them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from app.core.fields import Day, Whole, Words
from app.core.messages import T
from app.oversight.commands import CountTrucks


class CountSchema(ma.Schema):
    """A count of trucks at a gate: `source` is guard or camera, `direction` in or out."""

    class Meta:
        unknown = ma.RAISE

    day = Day(required=True, metadata={"label": T("Day")})
    direction = Words(3, required=True, metadata={"label": T("Way")})
    source = Words(6, required=True, metadata={"label": T("Who counted")})
    trucks = Whole(0, 99_999, required=True, metadata={"label": T("Trucks")})
    note = Words(500, metadata={"label": T("Note")})


def count(given: Mapping[str, Any], post: str) -> CountTrucks:
    """The command that the words say."""
    day = dt.date.fromisoformat(given["day"])
    return CountTrucks(post, day, given["direction"], given["source"], given["trucks"], given.get("note") or "")
