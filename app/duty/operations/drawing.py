"""An officer drawn by chance among those who are on duty, qualified and free of conflict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import journal
from app.core.actors import Actor
from app.core.errors import WrongState
from app.core.text import _
from app.duty import queries
from app.duty.rules import chance
from app.duty.rules.codes import OPEN_TO_ALL, Agency, Kind

#: Who inspects; supervisors decide about what others found, so chance leaves them out.
DRAWN_AMONG = ("inspector", "officer")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whom chance chose, from whom (in the order the number counts), and by which number.

    `widened` says what could not be asked of the pool, because nobody would have been left: `roster` (nobody of the agency
    is on the post's roster now), `qualification` (nobody has a paper for the type). Agency, conflicts and exclusions are
    never given up. `sealed`: the number followed from a promised seed.
    """

    person: UUID
    name: str
    pool: tuple[UUID, ...]
    number: int
    login: str = ""
    widened: tuple[str, ...] = ()
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class _Able:
    """Somebody who may be drawn."""

    person: UUID
    login: str
    name: str
    on_roster: bool
    papers: frozenset[tuple[str, str]]


def draw(
    session: Session,
    post: str,
    at: dt.datetime,
    *,
    type: str,
    agency: str = Agency.CUSTOMS,
    excluding: Collection[UUID] = (),
    conflicted: Collection[str] = (),
    by: Actor,
    number: int | None = None,
    subject: UUID | str | None = None,
) -> Drawn:
    """Draws an officer at the post: uniformly, and without regard to anybody's work load, which others could foresee.

    `conflicted` are the numbers and names of the firms concerned, `excluding` persons who may not come out. `number` is the
    sealed one (`chance.number_of`), which an auditor computes again from the opened seed; without it the machine's own
    chance is used. Every draw is journaled with pool and number, about `subject` (the inspection), whether or not anything
    comes of it: who draws until he likes the outcome is seen. Raises `WrongState` where nobody is left to be drawn.
    """
    on_roster = {d.person: d for d in queries.on_duty(session, post, at)}
    holders = {h.person: h for h in accounts.holders(session, post, DRAWN_AMONG)}
    barred = {*excluding, *queries.conflicted(session, holders, conflicted)}
    papers = queries.qualified(session, holders, at.date())
    able: list[_Able] = []
    for person, holder in holders.items():
        held = papers.get(person, frozenset())
        shift = on_roster.get(person)
        of = frozenset({shift.agency}) if shift else queries.agencies(held)
        if person not in barred and agency in of:
            able.append(_Able(person, holder.login, holder.name, shift is not None, held))
    pool, widened = _narrowed(able, type)
    if not pool:
        raise WrongState(
            _(
                "Nobody at {post} can be drawn for this agency: all who could look have an interest in the firm or are left out. "
                "Let a supervisor ask another post for an officer.",
                post=post,
            )
        )
    people = {a.person: a for a in pool}
    order = chance.ordered(people)
    sealed = number is not None
    taken = chance.unsealed() if number is None else number
    who = people[chance.chosen(order, taken)]
    journal.record(
        session,
        by=by,
        event="duty.officer-drawn",
        kind="duty_draw",
        subject=str(subject or who.person),
        post=post,
        after={
            "person": who.person, "login": who.login, "pool": [str(p) for p in order], "number": taken, "sealed": sealed,
            "type": type, "agency": agency, "widened": list(widened), "left_out": sorted(str(p) for p in barred),
        },
    )  # fmt: skip
    return Drawn(who.person, who.name, order, taken, who.login, widened, sealed)


def _narrowed(able: list[_Able], type: str) -> tuple[list[_Able], tuple[str, ...]]:
    """Those who meet what is asked, and what could not be asked because nobody met it."""
    asked: list[tuple[str, Callable[[_Able], bool]]] = [("roster", lambda a: a.on_roster)]
    if type not in OPEN_TO_ALL:
        asked.append(("qualification", lambda a: (Kind.TYPE.value, type) in a.papers))
    widened = []
    for name, meets in asked:
        some = [a for a in able if meets(a)]
        if some:
            able = some
        else:
            widened.append(name)
    return able, tuple(widened)
