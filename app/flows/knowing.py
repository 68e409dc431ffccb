"""What a profile that asks which watch lists match would tell: who writes, copies, runs or proposes it, and who sees what it
hit, has been let in to the lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _
from app.risk import queries as risk
from app.risk.commands import ProposeProfile, Words
from app.risk.models import RiskProfile, RiskReplay
from app.risk.operations import profiles as verbs
from app.risk.operations import proposing, replaying
from app.risk.queries import profiles as queries
from app.risk.queries import replays
from app.risk.queries.in_force import program
from app.watchlists import queries as watchlists

#: The fact that tells lists by their codes.
LISTS = "watch_lists"


def may_see(session: Session, expression: str, *, by: Actor) -> bool:
    """Whether somebody may see what a profile hits: the lists it might ask for are all that are in force."""
    read = program(expression)
    asks = read is None or LISTS in read.facts
    return not asks or not watchlists.kept_from(session, by=by)


def must_see(session: Session, expression: str, *, by: Actor) -> None:
    """Raises `Invalid` for a profile that asks which lists a consignment matches, of somebody who has not been let in to each
    of them: what it hits would tell him who is looked for."""
    if may_see(session, expression, by=by):
        return
    message = _(
        "There are watch lists that you have not been let in to, so a profile of yours does not ask which of them match. "
        "Ask whether a match was confirmed instead (watch_confirmed)."
    )
    raise Invalid(findings=[Finding("/expression", "profile.need-to-know", message)])


def make(session: Session, code: str, words: Words, *, by: Actor) -> RiskProfile:
    """See `profiles.make`."""
    return _seen(session, verbs.make(session, code, words, by=by), by=by)


def change(session: Session, code: str, version: int, words: Words, *, by: Actor) -> RiskProfile:
    """See `profiles.change`."""
    return _seen(session, verbs.change(session, code, version, words, by=by), by=by)


def copy(session: Session, code: str, version: int, *, by: Actor) -> RiskProfile:
    """See `profiles.copy`."""
    return _seen(session, verbs.copy(session, code, version, by=by), by=by)


def shadow(session: Session, code: str, version: int, *, by: Actor) -> RiskProfile:
    """See `profiles.shadow`."""
    return _seen(session, verbs.shadow(session, code, version, by=by), by=by)


def propose(session: Session, command: ProposeProfile, *, by: Actor) -> Proposal:
    """See `proposing.propose`."""
    _seen(session, queries.profile(session, command.code, command.version), by=by)
    return proposing.propose(session, command, by=by)


def replay(session: Session, profiles: Sequence[tuple[str, int]], months: int, *, by: Actor) -> RiskReplay:
    """See `replaying.ask`. Of a replay of everything one sees what he may see, see `results`."""
    for code, version in dict.fromkeys(profiles):
        _seen(session, queries.profile(session, code, version), by=by)
    return replaying.ask(session, profiles, months, by=by)


def results(session: Session, run: RiskReplay, code: str | None = None, *, by: Actor) -> list[replays.Result]:
    """See `replays.results`; without what somebody may not see."""
    found = replays.results(session, run, code)
    if not watchlists.kept_from(session, by=by):
        return found
    named = risk.profiles_named(session, [(one.code, one.version) for one in found])
    seen = {key for key, row in named.items() if may_see(session, row.expression, by=by)}
    return [one if (one.code, one.version) in seen else replace(one, examples=[]) for one in found]


def _seen(session: Session, profile: RiskProfile, *, by: Actor) -> RiskProfile:
    must_see(session, profile.expression, by=by)
    return profile
