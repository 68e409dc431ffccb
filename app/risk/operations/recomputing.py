"""The lane of a stored assessment, computed again from what was kept: the facts, the rules asked, the seed of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import node_post
from app.core.journal import JournalEntry
from app.risk.models import RiskAssessment, RiskProfile, RiskRuleSet
from app.risk.queries import seeds
from app.risk.queries.approved import DEFINED, IN_FORCE, PROFILE
from app.risk.queries.in_force import profile_of_content
from app.risk.rules import Context, Hit, Lane, Profile, contents, draw, hits, in_doubt, lane_of
from app.risk.rules.scores import CODE
from app.risk.rules.vocabulary import restored


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What comes out now. `differences` names what is not as it was kept: hits, draw, lane, drawn; and `profiles` or `seed`
    where what is needed is not there any more."""

    lane: Lane
    hits: list[Hit]
    number: int
    drawn: bool
    differences: list[str] = field(default_factory=list)


def recompute(session: Session, assessment: RiskAssessment) -> Lane:
    """The lane that follows from what was kept."""
    return recomputed(session, assessment).lane


def recomputed(session: Session, assessment: RiskAssessment) -> Recomputed:
    """The same with everything on the way, and what differs. What was assessed before sets of rules were kept is computed
    from the hits it names."""
    missing: list[str] = []
    number = _number(session, assessment, missing)
    if assessment.rules is None:
        found, share = _kept_hits(assessment), _kept_share(assessment)
    else:
        found, share = _asked_again(session, assessment, missing)
    lane, drawn = lane_of(found, number, *share)
    told = {"hits": [h.plain() for h in found], "draw": number, "lane": lane.value, "drawn": drawn}
    wrong = [name for name, value in told.items() if getattr(assessment, name) != value]
    return Recomputed(lane, found, number, drawn, missing + wrong)


def _number(session: Session, assessment: RiskAssessment, missing: list[str]) -> int:
    if assessment.seed_day is None:
        return draw.number_of_key(assessment.id)
    seed = seeds.known(session, assessment.post, assessment.seed_day)
    if seed is None:
        missing.append("seed")
        return assessment.draw
    return draw.number(seed, assessment.id)


def _kept_hits(assessment: RiskAssessment) -> list[Hit]:
    return [Hit.of_plain(kept) for kept in assessment.hits]


def _kept_share(assessment: RiskAssessment) -> tuple[Decimal, Lane]:
    """All that is known of the share of then: whether it stopped this one."""
    return (Decimal(100), Lane(assessment.lane)) if assessment.drawn else (Decimal(0), Lane.YELLOW)


def _asked_again(
    session: Session, assessment: RiskAssessment, missing: list[str]
) -> tuple[list[Hit], tuple[Decimal, Lane]]:
    rules = session.get(RiskRuleSet, assessment.rules)
    if rules is None:
        missing.append("profiles")
        return _kept_hits(assessment), _kept_share(assessment)
    members = [(str(code), int(version), str(digest)) for code, version, digest in rules.content["profiles"]]
    profiles = profiles_of(session, members)
    if len(profiles) < len(members):
        missing.append("profiles")
    context = Context(restored(assessment.facts))
    found = hits(context, profiles, assessment.post, assessment.kind, trusted=assessment.trusted)
    found += [h for h in _kept_hits(assessment) if h.code == CODE]
    found += in_doubt(assessment.facts, unreadable=bool(rules.content.get("unreadable")))
    shares = rules.content["shares"]
    share, lane = shares.get(assessment.post) or shares.get("*") or ("0", "yellow")
    return found, (Decimal(share), Lane(lane))


def profiles_of(session: Session, members: list[tuple[str, int, str]]) -> list[Profile]:
    """The profiles named by code, version and digest, as they were approved; those whose approval is not in the journal
    as it was are left out."""
    entries = session.execute(
        select(JournalEntry.subject, JournalEntry.event, JournalEntry.after).where(
            JournalEntry.post == node_post(),
            JournalEntry.kind == PROFILE,
            JournalEntry.subject.in_({code for code, _version, _digest in members}),
            JournalEntry.event.in_((IN_FORCE, DEFINED)),
        )
    )
    said = {(code, after["version"]): (event, after) for code, event, after in entries}
    found = (_profile(session, *member, said.get(member[:2])) for member in members)
    return [profile for profile in found if profile is not None]


def _profile(
    session: Session, code: str, version: int, digest: str, entry: tuple[str, Mapping[str, Any]] | None
) -> Profile | None:
    if entry is None:
        return None
    event, after = entry
    if event == IN_FORCE:
        words = after["content"]
        return profile_of_content(words) if contents.digest(words) == digest else None
    row = session.get(RiskProfile, (code, version))
    if row is None:
        return None
    words = {**contents.content(row), "expression": after["expression"], "lane": after["lane"]}
    same = contents.digest({name: words[name] for name in contents.OLDER}) == digest
    return profile_of_content(words) if same else None
