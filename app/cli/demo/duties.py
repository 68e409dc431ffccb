"""Who is on duty in the story and the weeks around its end, what they are qualified for, and an interest one of them told of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial

from sqlalchemy.orm import Session

from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.story import ZONE, begin
from app.core.actors import Actor
from app.core.db import now
from app.duty import operations as duty
from app.duty.commands import DeclareConflict, PlanShift, Qualify

#: Who keeps the roster of each post, and who serves there, with the place.
_POSTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "TJPPJ": (
        "supervisor2",
        (
            ("officer", "hall"),
            ("officer2", "gate"),
            ("inspector", "yard"),
            ("supervisor", "hall"),
            ("supervisor2", "hall"),
        ),
    ),
    "TJDUS": ("supervisor.TJDUS", (("officer.TJDUS", "hall"),)),
    "TJTEM": ("supervisor.TJTEM", (("officer.TJTEM", "hall"),)),
}
#: While the story runs everybody is there for the whole time in which trucks move; afterwards day and night take turns.
_WHOLE = (dt.time(6), 16)
_DAY, _NIGHT = (dt.time(8), 12), (dt.time(20), 12)
_PAPERS = (
    ("inspector", "type", "scanner", "SO-2024/118"), ("inspector", "type", "radiation", "RAD-77"),
    ("inspector", "type", "nature", "LAB-9"), ("inspector", "type", "sampling", "LAB-9"),
    ("officer", "type", "weighing", "W-31"), ("officer2", "type", "weighing", "W-32"), ("officer2", "type", "dog", "K9-5"),
)  # fmt: skip


#: Who has an interest in which firm.
INTERESTED, INTEREST = "officer2", "TJ-510067890"


class Duties:
    """The script of those who keep rosters: everything is written before the first truck comes."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end, self.begin = people, end, begin(end)

    def script(self) -> Script:
        at = self.begin + dt.timedelta(minutes=5)
        yield Step(at, "papers", self._qualify)
        for post in _POSTS:
            yield Step(at, f"roster-{post}", partial(self._plan, post=post))
        yield Step(at + dt.timedelta(hours=3), "interest", self._tell)

    def _qualify(self, session: Session) -> Result:
        for login, kind, code, paper in _PAPERS:
            first = (now(session) - dt.timedelta(days=200)).date()
            command = Qualify(login, "TJPPJ", kind, code, first, first + dt.timedelta(days=730), paper)
            duty.qualify(session, command, by=self.people["supervisor"])
        return {}

    def _plan(self, session: Session, post: str) -> Result:
        keeper, serving = _POSTS[post]
        for place, (login, where) in enumerate(serving):
            for start, hours in self._hours(place):
                ends = start + dt.timedelta(hours=hours)
                if ends > now(session):
                    command = PlanShift(login, post, start, ends, place=where)
                    duty.plan(session, command, by=self.people[keeper])
        return {}

    def _hours(self, place: int) -> Iterator[tuple[dt.datetime, int]]:
        """Begin and hours of a person's shifts: to the end of the story each day, then in turns to the end of next week."""
        day, today = self.begin.astimezone(ZONE).date(), self.end.astimezone(ZONE).date()
        last = today + dt.timedelta(days=13 - today.weekday())
        while day <= last:
            turn = (day.toordinal() + place) % 4
            clock, hours = _WHOLE if day <= today else (_DAY, _DAY, _NIGHT, _WHOLE)[turn]
            if day <= today or turn != 3:
                yield dt.datetime.combine(day, clock, ZONE).astimezone(dt.UTC), hours
            day += dt.timedelta(days=1)

    def _tell(self, session: Session) -> Result:
        command = DeclareConflict(
            INTERESTED, "TJPPJ", INTEREST, "ҶДММ «Вахш Логистик»", "family", "A brother keeps its books."
        )
        duty.declare_conflict(session, command, by=self.people["officer2"])
        return {}
