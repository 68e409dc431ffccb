"""The profiles in force, compiled once: what was approved, whatever the tables say."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeGuard

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.canonical import digest, instant
from app.core.errors import Invalid
from app.risk.models import RiskProfile
from app.risk.queries import approved
from app.risk.queries.approved import PROFILE, Approved, Problem, Told
from app.risk.rules import Lane, Profile, Program, compiled, contents

#: A changed profile is in force everywhere after this many seconds.
FRESH = 5.0


@dataclass(frozen=True)
class InForce:
    """What decides lanes at a moment: the profiles, and per post the share stopped by chance. Those in the shadow are asked
    too and decide nothing."""

    profiles: tuple[Profile, ...]
    shares: Mapping[str, tuple[Decimal, Lane]]
    shadow: tuple[Profile, ...] = ()
    #: Of `members`: names the set of rules.
    digest: str = ""
    problems: tuple[Problem, ...] = ()
    #: Codes of profiles whose approval cannot be read any more: nobody can tell what they stop.
    unreadable: tuple[str, ...] = ()

    def share(self, post: str) -> tuple[Decimal, Lane]:
        return self.shares.get(post) or self.shares.get("*") or (Decimal(0), Lane.YELLOW)

    @property
    def members(self) -> dict[str, Any]:
        """JSON of what the digest covers: [code, version, digest of the content] of each profile, the shares, and where there
        are such the codes that cannot be read."""
        shares = {post: [format(share, "f"), lane.value] for post, (share, lane) in self.shares.items()}
        told = {"profiles": [[p.code, p.version, p.digest] for p in self.profiles], "shares": shares}
        return told | ({"unreadable": list(self.unreadable)} if self.unreadable else {})


@dataclass(frozen=True)
class _Read:
    """What was read last; made anew only where the tables or the journal are others."""

    mark: str
    told: Told
    profiles: tuple[tuple[Profile, str, str], ...] = ()  # with the times between which each holds
    shadow: tuple[Profile, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Kept:
    at: float
    source: object
    rules: InForce
    read: _Read = field(repr=False)


_lock = threading.Lock()
_kept: _Kept | None = None
#: What this process has seen written already: sets of rules and alarms, with the database they are in.
written: set[tuple[object, object]] = set()


def in_force(session: Session) -> InForce:
    """The profiles in force now. Kept for a few seconds per process and database; compiling is the cost."""
    source = session.get_bind().engine
    kept = _kept
    if _is_fresh(kept, source):
        return kept.rules
    # While one thread reads anew, the others go on with what was in force; only the very first is waited for.
    if kept is not None and kept.source is source and _lock.locked():
        return kept.rules
    with _lock:
        return _refreshed(session, source)


def _is_fresh(kept: _Kept | None, source: object) -> TypeGuard[_Kept]:
    return kept is not None and kept.source is source and time.monotonic() - kept.at < FRESH


def _refreshed(session: Session, source: object) -> InForce:
    global _kept
    kept = _kept
    if _is_fresh(kept, source):  # another thread was first
        return kept.rules
    known = kept if kept is not None and kept.source is source else None
    read = _read_anew(session, known.read if known else None)
    rules = _at(read, instant(_now(session)))
    if known is not None and known.read is read and known.rules.digest == rules.digest:
        rules = known.rules
    _kept = _Kept(time.monotonic(), source, rules, read)
    return rules


def forget() -> None:
    """Makes the next question read tables and journal again; for those who have just changed a profile."""
    global _kept
    _kept = None
    written.clear()


_NOW = text("SELECT guzar_now()")
#: One text that changes with any of the rows that count.
_MARK = text(
    "SELECT coalesce((SELECT md5(string_agg(md5(p::text), '' ORDER BY code, version)) FROM risk_profile p "
    "WHERE status IN ('in_force', 'shadow', 'proposed')), '') || "
    "coalesce((SELECT md5(string_agg(md5(s::text), '' ORDER BY post, valid_from)) FROM risk_random_share s), '')"
)


def _now(session: Session) -> dt.datetime:
    """Not the transaction's own moment, which may have been asked long ago."""
    moment: dt.datetime = session.execute(_NOW).scalar_one()
    return moment


def _read_anew(session: Session, before: _Read | None) -> _Read:
    mark: str = session.execute(_MARK).scalar_one()
    said = approved.told(session, before.told if before else None)
    if before is not None and before.mark == mark and before.told is said:
        return before
    said, found = approved.beside(session, said)
    held = [(_profile(one.content, one.digest), *_times(one)) for one in _held(found.told, found.profiles)]
    return _Read(mark, said, tuple(sorted(held, key=lambda each: each[0].code)), _shadow(session), found.problems)


def _held(said: Told, rows: Mapping[str, RiskProfile]) -> Iterable[Approved]:
    """What was approved; where the entry itself is damaged nobody can tell, and what stops goods goes on stopping them."""
    yield from said.profiles.values()
    for code, row in rows.items():
        if (PROFILE, code) in said.broken and code not in said.profiles:
            words = contents.content(row)
            yield Approved(code, row.version, words, contents.digest(words))


def _times(one: Approved) -> tuple[str, str]:
    return str(one.content.get("valid_from") or ""), str(one.content.get("valid_to") or "")


def _shadow(session: Session) -> tuple[Profile, ...]:
    rows = select(RiskProfile).where(RiskProfile.status.in_(("shadow", "proposed")))
    found = session.execute(rows.order_by(RiskProfile.code, RiskProfile.version)).scalars()
    return tuple(profile_of(row) for row in found)


def profile_of(row: RiskProfile) -> Profile:
    """A row as it would be asked, whatever its state."""
    words = contents.content(row)
    return _profile(words, contents.digest(words))


def profile_of_content(words: Mapping[str, Any]) -> Profile:
    """The same of a content that was approved."""
    return _profile(words, contents.digest(words))


def _profile(words: Mapping[str, Any], digest_: str) -> Profile:
    return Profile(
        words["code"],
        words["version"],
        Lane(words["lane"]),
        program(words["expression"]),
        frozenset(words.get("posts") or ()),
        words.get("names") or {},
        words.get("instruction") or {},
        frozenset(words.get("kinds") or ("declaration",)),
        bool(words.get("spare_trusted")),
        digest_,
        contents.criteria_of(words),
    )


@lru_cache(8192)
def program(expression: str) -> Program | None:
    """The expression ready to be asked; None where it cannot be read any more."""
    try:
        return compiled(expression)
    except Invalid:
        return None


def _at(read: _Read, now: str) -> InForce:
    profiles = tuple(p for p, since, until in read.profiles if since <= now and (not until or now < until))
    shares: dict[str, tuple[Decimal, Lane]] = {}
    for post, told in sorted(read.told.shares.items()):
        held = next((one for one in sorted(told, key=lambda o: o.since, reverse=True) if one.since <= now), None)
        if held is not None:
            shares[post] = (Decimal(held.content["share"]), Lane(held.content["lane"]))
    unreadable = tuple(sorted(code for kind, code in read.told.broken if kind == PROFILE))
    rules = InForce(profiles, shares, read.shadow, problems=read.problems, unreadable=unreadable)
    return replace(rules, digest=digest(rules.members))
