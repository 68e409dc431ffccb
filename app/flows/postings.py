"""The list of postings of the personnel office: who serves where as what, from when until when.

What the list ends or shortens holds at once. What it gives waits for a second person, one proposal a post and kind of grant.
A list that is the whole of its posts also ends the grants there that it does not name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts import queries
from app.accounts.commands import EndGrant
from app.accounts.models import AccessGrant, User
from app.accounts.roles import Role
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.canonical import instant
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, pointer
from app.core.text import _, excerpt, normal
from app.flows import granting
from app.flows.granting import ADMINISTRATORS, ProposeGrant
from app.reference import sheets, workbooks
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.reference.sheets import Line

COLUMNS = ("login", "post", "role", "from", "to")
NEEDED = ("login", "post", "role", "from")
#: Roles that people are posted in.
POSTED = frozenset({Role.OFFICER, Role.INSPECTOR, Role.SUPERVISOR, Role.LIAISON})
#: Makes a bundle of grants into the subject of its proposal, so that the same list taken twice finds the first one waiting.
_SUBJECTS = UUID("c2f0d9a4-7b1e-4f6a-8e35-3d9a1c5b7e42")
MOST_ROWS = 500
MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Posting:
    """One row: from the first moment of a day at the post, to the last one of another day."""

    line: int
    login: str
    post: str
    role: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A grant that the list ends, and when."""

    grant: UUID
    login: str
    name: str
    post: str
    role: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a list comes to: grants to be proposed, grants that end, and rows that say what holds already."""

    given: tuple[ProposeGrant, ...]
    ended: tuple[Ending, ...]
    unchanged: int
    proposals: tuple[Proposal, ...] = field(default=())


def compare(session: Session, data: bytes, reason: str, *, whole: bool, by: Actor) -> Outcome:
    """What a list would give and end; nothing is changed.

    Raises `Forbidden`, or `Invalid` with the rows and what is wrong with them (pointer `/lines/<line>/<column>`).
    """
    by.need_scope("decide")
    if not any(g.role in ADMINISTRATORS for g in by.grants):
        raise Forbidden()
    rows = _read(session, data, by=by)
    given: list[ProposeGrant] = []
    ended: list[Ending] = []
    kept: set[UUID] = set()
    unchanged = 0
    for row in rows:
        user = queries.find(session, row.login)
        assert user is not None  # the reading has found it
        held = _held(session, user, row)
        kept |= {one.id for one in held}
        wanted = _wanted(row, reason, session, held)
        beyond = _beyond(held, user, row.valid_to)
        given += wanted
        ended += beyond
        unchanged += bool(held) and not wanted and not beyond
    if whole:
        ended += _left_out(session, {row.post for row in rows}, kept)
    return Outcome(tuple(given), tuple(ended), unchanged)


def take(session: Session, data: bytes, reason: str, *, whole: bool, by: Actor) -> Outcome:
    """Ends what the list ends and proposes what it gives. Raises as `compare`, and `WrongState` where somebody's grant is
    proposed already."""
    found = compare(session, data, reason, whole=whole, by=by)
    if not normal(reason):
        raise Invalid(
            findings=[Finding(pointer("reason"), "reason", _("Say which order or letter the list comes from."))]
        )
    for ending in found.ended:
        accounts.end_grant(session, EndGrant(ending.grant, normal(reason), ending.at), by=by)
    bundles: dict[tuple[str, str], list[ProposeGrant]] = {}
    for wanted in found.given:
        bundles.setdefault((wanted.post, granting.kind_of(wanted.role, wanted.post)), []).append(wanted)
    made = []
    for (post, kind), some in sorted(bundles.items()):
        reference = some[0].login if len(some) == 1 else f"POSTINGS-{post}"
        subject = _subject(post, kind, some)
        made.append(granting.propose_grants(session, some, normal(reason), by=by, subject=subject, reference=reference))
    return Outcome(found.given, found.ended, found.unchanged, tuple(made))


def _read(session: Session, data: bytes, *, by: Actor) -> list[Posting]:
    text = workbooks.as_csv(data) if workbooks.is_workbook(data) else data
    lines, faults = sheets.table(text, COLUMNS, NEEDED)
    if len(lines) > MOST_ROWS:
        raise Invalid(_("A list holds {most} rows at most. Send them in several files.", most=MOST_ROWS))
    codes, told, found = codebook(session), list(faults), list[Posting]()
    seen: set[tuple[str, str, str]] = set()
    for line in lines:
        wrong = list(_faults(session, line, codes, seen, by))
        told += wrong
        if not wrong:
            found.append(_posting(line, codes))
    if told:
        raise Invalid(sheets.NOT_TAKEN, findings=told[:MOST_TOLD])
    if not found:
        raise Invalid(findings=[Finding("/file", "postings-empty", _("There is no row in this file."))])
    return found


def _faults(
    session: Session, line: Line, codes: Codebook, seen: set[tuple[str, str, str]], by: Actor
) -> Iterator[Finding]:
    cells = {name: line.cells.get(name, "").strip() for name in COLUMNS}
    user = queries.find(session, cells["login"])
    if user is None:
        told = _("There is no login “{login}”. Make the account first.", login=excerpt(cells["login"]))
        yield sheets.at_line(line.number, "login", "posting-login", told)
    elif user.person_id == by.person:
        told = _("Nobody changes his own grants. Another administrator sends this row.")
        yield sheets.at_line(line.number, "login", "posting-own", told)
    if codes.post(cells["post"]) is None:
        told = _("There is no post “{post}”.", post=excerpt(cells["post"]))
        yield sheets.at_line(line.number, "post", "posting-post", told)
    elif by.grant(ADMINISTRATORS, cells["post"]) is None:
        told = _("You are no administrator of {post}.", post=cells["post"])
        yield sheets.at_line(line.number, "post", "posting-post", told)
    if cells["role"] not in {r.value for r in POSTED}:
        roles = ", ".join(sorted(POSTED))
        told = _(
            "“{role}” is no role somebody is posted in. Write one of: {roles}.",
            role=excerpt(cells["role"]),
            roles=roles,
        )
        yield sheets.at_line(line.number, "role", "posting-role", told)
    yield from _day_faults(line, cells)
    key = (cells["login"].lower(), cells["post"], cells["role"])
    if key in seen:
        told = _("This person, post and role stand in an earlier row already.")
        yield sheets.at_line(line.number, "login", "posting-twice", told)
    seen.add(key)


def _day_faults(line: Line, cells: dict[str, str]) -> Iterator[Finding]:
    days = {}
    for column in ("from", "to"):
        days[column] = sheets.day_of(cells[column]) if cells[column] else None
        if days[column] is None and (cells[column] or column == "from"):
            told = _("“{day}” is no day. Write year-month-day, such as 2027-01-01.", day=excerpt(cells[column], 30))
            yield sheets.at_line(line.number, column, "posting-day", told)
    if days["from"] and days["to"] and days["to"] < days["from"]:
        told = _("The posting ends before it begins. Correct one of the days.")
        yield sheets.at_line(line.number, "to", "posting-days", told)


def _posting(line: Line, codes: Codebook) -> Posting:
    cells = {name: line.cells.get(name, "").strip() for name in COLUMNS}
    known, first = codes.post(cells["post"]), sheets.day_of(cells["from"])
    assert known is not None  # the row has no fault
    assert first is not None
    zone = ZoneInfo(known.time_zone)
    last = sheets.day_of(cells["to"]) if cells["to"] else None
    end = _start(last + dt.timedelta(days=1), zone) if last else None
    return Posting(line.number, cells["login"], cells["post"], cells["role"], _start(first, zone), end)


def _start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _subject(post: str, kind: str, bundle: list[ProposeGrant]) -> UUID:
    """What a bundle gives, whatever the order of its rows and the reason: the same for the same content."""
    grants = sorted(
        [one.login.lower(), one.role, *(instant(at) if at else "" for at in (one.valid_from, one.valid_to))]
        for one in bundle
    )
    return uuid5(_SUBJECTS, json.dumps([post, kind, grants]))


def _held(session: Session, user: User, row: Posting) -> list[AccessGrant]:
    """The grants that the row is about, of this role at this post, holding now or later: an extension is one more grant,
    that begins when the one before it ends."""
    return [g for g in queries.coming_grants(session, user.id) if (g.role, g.post) == (row.role, row.post)]


def _beyond(held: list[AccessGrant], user: User, end: dt.datetime | None) -> list[Ending]:
    """The grants that last longer than the posting: all of them end with it."""
    return [_ending(one, user, end) for one in held if end is not None and _later(one.valid_to, end)]


def _later(end: dt.datetime | None, other: dt.datetime | None) -> bool:
    """Whether the first end comes after the other; None is no end at all."""
    return other is not None and (end is None or end > other)


def _wanted(row: Posting, reason: str, session: Session, held: list[AccessGrant]) -> list[ProposeGrant]:
    """The grant to be proposed, following those held; nothing where they last as long, or where the posting is over."""
    if row.valid_to is not None and row.valid_to <= now(session):
        return []
    if any(not _later(row.valid_to, one.valid_to) for one in held):
        return []
    start = max([row.valid_from, *(one.valid_to for one in held if one.valid_to)])
    later = start if start > now(session) else None
    return [ProposeGrant(row.login, row.role, row.post, reason, None, later, row.valid_to)]


def _ending(held: AccessGrant, user: User, at: dt.datetime) -> Ending:
    return Ending(held.id, user.login, user.person.name, held.post, held.role, max(at, held.valid_from))


def _left_out(session: Session, posts: set[str], kept: set[UUID]) -> list[Ending]:
    """Grants of posted roles at the posts of the list that it does not name: they end now."""
    at = now(session)
    return [
        _ending(held, user, at)
        for held, user in queries.grants_at(session, sorted(posts), sorted(POSTED))
        if held.id not in kept
    ]
