"""What was approved, as the journal says it, beside what stands in the tables.

The tables of profiles and shares can be edited by whoever runs the database. The journal's entries of approval carry the
whole content, are hashed one by one and chained; so it is they that count, and a row that says otherwise is tampering.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core import journal
from app.core.canonical import instant
from app.core.db import node_post
from app.core.journal import JournalEntry
from app.risk.models import RandomShare, RiskProfile
from app.risk.rules import contents

PROFILE, SHARE = "risk_profile", "risk_random_share"
IN_FORCE, ENDED, SHARE_SET = "risk.profile-in-force", "risk.profile-ended", "risk.share-set"
#: How a profile was put in force before profiles had a life.
DEFINED = "risk.profile-defined"


@dataclass(frozen=True, slots=True)
class Approved:
    """A profile as it was approved. `whole` is False of one whose entry kept only what decides lanes."""

    code: str
    version: int
    content: Mapping[str, Any]
    digest: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class ApprovedShare:
    """A share as it was approved, from `since` on (text of a time; "" where the entry did not keep it)."""

    post: str
    content: Mapping[str, str]
    since: str


@dataclass(frozen=True)
class Told:
    """What the journal says up to an entry. `broken` are (what, code) of entries that do not match their own hash."""

    number: int = 0
    hash: bytes = b""
    profiles: Mapping[str, Approved] = field(default_factory=dict)
    shares: Mapping[str, tuple[ApprovedShare, ...]] = field(default_factory=dict)
    broken: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that does not say what was approved: `altered`, `inserted`, `missing`, or the entry itself is not what it was
    (`journal`). `found` is the digest of the row, "" where there is none. `what`: a `profile`, a `share`, a learned `model`; of
    watch lists a `list`, an `entry`, a `file`."""

    what: str
    code: str
    version: int
    problem: str
    found: str


def told(session: Session, since: Told | None = None) -> Told:
    """What the journal says now, going on from what was read before, unless that is not in this journal any more."""
    before = since or Told()
    entries = _entries(session, before.number)
    if before.number:
        if not entries or (entries[0]["number"], entries[0]["hash"]) != (before.number, before.hash):
            return told(session)
        entries = entries[1:]
    return _folded(before, entries) if entries else before


def _entries(session: Session, number: int) -> Sequence[Mapping[str, Any]]:
    table = JournalEntry.__table__
    asked = select(table).where(
        table.c.post == node_post(), table.c.kind.in_((PROFILE, SHARE)), table.c.number >= number
    )
    return [dict(row) for row in session.execute(asked.order_by(table.c.number)).mappings()]


def _folded(before: Told, entries: Iterable[Mapping[str, Any]]) -> Told:
    profiles, shares, broken, last = dict(before.profiles), dict(before.shares), set(before.broken), None
    for entry in entries:
        last = entry
        if journal.entry_hash(dict(entry)) != entry["hash"]:
            broken.add((entry["kind"], entry["subject"]))
            continue
        if _settles(entry):
            broken.discard((entry["kind"], entry["subject"]))
        if entry["kind"] == SHARE:
            _fold_share(shares, entry)
        else:
            _fold_profile(profiles, entry)
    if last is None:
        return before
    return Told(last["number"], bytes(last["hash"]), profiles, shares, frozenset(broken))


def _settles(entry: Mapping[str, Any]) -> bool:
    """Whether it says anew what holds, whatever a damaged entry before it said. What one person does to a draft does not."""
    if entry["event"] == ENDED:
        return bool((entry["before"] or {}).get("status") == "in_force")
    return entry["event"] in (IN_FORCE, DEFINED, SHARE_SET)


def _fold_share(shares: dict[str, tuple[ApprovedShare, ...]], entry: Mapping[str, Any]) -> None:
    after = entry["after"] or {}
    if entry["event"] == SHARE_SET:
        content = contents.share(Decimal(after["share"]), after["lane"])
        set_ = ApprovedShare(entry["subject"], content, str(after.get("valid_from", "")))
        shares[set_.post] = (set_, *shares.get(set_.post, ()))


def _fold_profile(profiles: dict[str, Approved], entry: Mapping[str, Any]) -> None:
    code, after = entry["subject"], entry["after"] or {}
    if entry["event"] == IN_FORCE:
        profiles[code] = Approved(code, after["version"], after["content"], contents.digest(after["content"]))
    elif entry["event"] == DEFINED:
        words = {"code": code, **{name: after[name] for name in ("version", "expression", "lane")}}
        profiles[code] = Approved(code, after["version"], words, "", whole=False)
    elif entry["event"] == ENDED and code in profiles and profiles[code].version == after["version"]:
        del profiles[code]


def profile_rows(session: Session) -> dict[str, RiskProfile]:
    """The rows that claim to be in force, by code."""
    rows = session.execute(
        select(RiskProfile).where(RiskProfile.status == "in_force").order_by(RiskProfile.code, RiskProfile.version),
        execution_options={"populate_existing": True},
    ).scalars()
    return {row.code: row for row in rows}


def share_rows(session: Session) -> dict[str, RandomShare]:
    """The newest row of each post."""
    newest = select(RandomShare).order_by(RandomShare.post, RandomShare.valid_from.desc())
    rows = session.execute(
        newest.ext(distinct_on(RandomShare.post)), execution_options={"populate_existing": True}
    ).scalars()
    return {row.post: row for row in rows}


def settled(said: Told, rows: Mapping[str, RiskProfile]) -> Told:
    """With what an older entry did not keep taken from the row it speaks of."""
    older = {
        code: _from_row(approved, rows[code])
        for code, approved in said.profiles.items()
        if not approved.whole and code in rows and rows[code].version == approved.version
    }
    return replace(said, profiles={**said.profiles, **older}) if older else said


def _from_row(approved: Approved, row: RiskProfile) -> Approved:
    words = {**contents.content(row), **approved.content}
    return replace(approved, content=words, digest=contents.digest({name: words[name] for name in contents.OLDER}))


def problems(said: Told, profiles: Mapping[str, RiskProfile], shares: Mapping[str, RandomShare]) -> Iterator[Problem]:
    """Where the tables and the journal disagree; `said` is settled."""
    for code in sorted({*profiles, *said.profiles, *(code for kind, code in said.broken if kind == PROFILE)}):
        found = _problem(said, code, profiles.get(code), said.profiles.get(code))
        if found is not None:
            yield found
    for post in sorted({*shares, *said.shares, *(post for kind, post in said.broken if kind == SHARE)}):
        wrong = _share_problem(said, post, shares.get(post), said.shares.get(post))
        if wrong is not None:
            yield wrong


def _problem(said: Told, code: str, row: RiskProfile | None, approved: Approved | None) -> Problem | None:
    found = "" if row is None else contents.digest(contents.content(row))
    if (PROFILE, code) in said.broken:
        return Problem("profile", code, row.version if row else 0, "journal", found)
    if row is None:
        return None if approved is None else Problem("profile", code, approved.version, "missing", "")
    if approved is None or row.version != approved.version:
        return Problem("profile", code, row.version, "inserted", found)
    same = (
        contents.older(row) == {n: approved.content[n] for n in contents.OLDER}
        if not approved.whole
        else (found == approved.digest)
    )
    return None if same else Problem("profile", code, row.version, "altered", found)


def _share_problem(
    said: Told, post: str, row: RandomShare | None, approved: tuple[ApprovedShare, ...] | None
) -> Problem | None:
    words = {} if row is None else {**contents.share(row.share, row.lane), "valid_from": instant(row.valid_from)}
    found = contents.digest(words) if words else ""
    if (SHARE, post) in said.broken:
        return Problem("share", post, 0, "journal", found)
    if row is None:
        return None if approved is None else Problem("share", post, 0, "missing", "")
    if approved is None:
        return Problem("share", post, 0, "inserted", found)
    newest = max(approved, key=lambda one: one.since) if all(one.since for one in approved) else approved[0]
    since = newest.since or words["valid_from"]
    same = words == {**newest.content, "valid_from": since}
    return None if same else Problem("share", post, 0, "altered", found)


@dataclass(frozen=True)
class Beside:
    """What was approved, settled, and the rows of the same moment."""

    told: Told
    profiles: Mapping[str, RiskProfile]
    shares: Mapping[str, RandomShare]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problems(self.told, self.profiles, self.shares))


def beside(session: Session, since: Told | None = None) -> tuple[Told, Beside]:
    """The journal (as it was read, for going on from) and the tables. They are read one after the other: where an approval
    was committed in between, both are read again."""
    said = told(session, since)
    while True:
        rows, shares = profile_rows(session), share_rows(session)
        again = told(session, said)
        if again is said:
            return said, Beside(settled(said, rows), rows, shares)
        said = again


def compare(session: Session) -> list[Problem]:
    """Reads everything anew and says where the tables and the journal disagree."""
    return list(beside(session)[1].problems)
