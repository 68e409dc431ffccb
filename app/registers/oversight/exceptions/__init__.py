"""What the rules of the weekly report find at a post: a statement for each rule of `app.oversight.rules.exceptions`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import node_post
from app.oversight.commands import WEEK, Found
from app.oversight.rules.exceptions import Limits
from app.registers.oversight.exceptions import acts, counts, people, times

STATEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "lane-lowered": acts.LANE_LOWERED,
        "red-unseen": acts.RED_UNSEEN,
        "waived": acts.WAIVED,
        "off-shift": times.OFF_SHIFT,
        "fast-inspection": times.FAST_INSPECTION,
        "fast-decision": times.FAST_DECISION,
        "hasty-approval": acts.HASTY_APPROVAL,
        "same-pair": people.SAME_PAIR,
        "officer-trader": people.OFFICER_TRADER,
        "alone": acts.ALONE,
        "shared-device": people.SHARED_DEVICE,
        "gate-difference": counts.GATE_DIFFERENCE,
        "gate-uncounted": counts.GATE_UNCOUNTED,
        "number-missing": counts.NUMBER_MISSING,
        "tampering": counts.TAMPERING,
        "ended-account": people.ENDED_ACCOUNT,
        "locked-account": people.LOCKED_ACCOUNT,
        "look-ups": people.LOOK_UPS,
        "cancelled-after-exam": acts.CANCELLED_AFTER_EXAM,
        "amended-after-release": acts.AMENDED_AFTER_RELEASE,
        "seal-changed": acts.SEAL_CHANGED,
        "guarantee-by-hand": acts.GUARANTEE_BY_HAND,
        "value-overridden": acts.VALUE_OVERRIDDEN,
        "waived-money": acts.WAIVED_MONEY,
        "exit-unchecked": acts.EXIT_UNCHECKED,
        "fallback": acts.FALLBACK,
        "backdated": acts.BACKDATED,
        "reprinted": acts.REPRINTED,
        "unwitnessed": times.UNWITNESSED,
    }
)
_NODE_ITSELF = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of a post, from a Monday, by its own clock."""

    post: str
    monday: dt.date
    zone: str

    @property
    def since(self) -> dt.datetime:
        return dt.datetime.combine(self.monday, dt.time(), ZoneInfo(self.zone))

    @property
    def until(self) -> dt.datetime:
        return dt.datetime.combine(self.monday + WEEK, dt.time(), ZoneInfo(self.zone))

    @property
    def last(self) -> dt.date:
        """The Sunday."""
        return self.monday + WEEK - dt.timedelta(days=1)


def found(session: Session, week: Week, limits: Mapping[str, Limits]) -> Iterator[Found]:
    """The cases of a week, rule by rule, each rule's in order of time."""
    for rule, statement in STATEMENTS.items():
        if rule in limits:
            yield from _asked(session, rule, statement, week, limits[rule])


def _asked(session: Session, rule: str, statement: str, week: Week, limit: Limits) -> Iterator[Found]:
    asked = text(statement)
    given = {
        "post": week.post, "node": node_post(), "since": week.since, "until": week.until, "zone": week.zone,
        "first": week.monday, "last": week.last, "limit": limit.limit, "least": limit.least,
    }  # fmt: skip
    rows = session.execute(asked, {name: given[name] for name in asked.compile().params}).all()
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    for row in sorted(rows, key=lambda row: (row.at or far, row.subject)):
        persons = tuple((p, n or "") for p, n in zip(row.persons, row.names, strict=True) if str(p) != _NODE_ITSELF)
        yield Found(rule, row.kind, row.subject, row.reference, row.at, persons, row.facts)
