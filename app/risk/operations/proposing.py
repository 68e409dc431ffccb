"""What two persons do to the rules, and three where much would be stopped: put a profile in force, switch one off, set the
share stopped by chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.text import _, excerpt
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.risk.commands import ProposeProfile, SetShare
from app.risk.lifecycle import Action, Status
from app.risk.models import RiskProfile, RiskReplay
from app.risk.operations import noting
from app.risk.operations.defining import share_set
from app.risk.operations.noting import ANALYSING
from app.risk.operations.profiles import locked
from app.risk.queries import replays
from app.risk.rules import Lane, compiled, contents, lanes

PROFILE, WIDE, OFF, SHARE = "risk.profile", "risk.profile-wide", "risk.profile-off", "risk.share"
#: Per cent of the consignments it applies to; what stops more is not for two persons.
WIDE_FROM = Decimal(50)
REPLAY_HOLDS = dt.timedelta(days=7)
MOST_SHARE = Decimal(50)

_SUBJECTS = UUID("5a0c2a7e-63a1-4b55-8d5f-9f1f2f0b7c31")


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A ceiling that the expected rate would pass, in per cent of a post's consignments."""

    post: str
    lane: str
    ceiling: Decimal
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a profile would stop, by its newest replay. `stopped` is a share in per cent, None where nothing could be
    asked; `needs_third` says that two persons do not suffice."""

    replay: RiskReplay
    result: replays.Result
    stopped: Decimal | None
    exceeded: tuple[Exceeded, ...]

    @property
    def wide(self) -> bool:
        return self.stopped is None or self.stopped > WIDE_FROM

    @property
    def needs_third(self) -> bool:
        return self.wide or bool(self.exceeded)


def weigh(session: Session, profile: RiskProfile) -> Weighed:
    """What the profile would have stopped, or `Invalid` where no replay of just this says so."""
    digest = contents.asked(contents.content(profile))
    replay = replays.finished(session, profile.code, profile.version, digest, now(session) - REPLAY_HOLDS)
    if replay is None:
        message = _(
            "Run it over the past first: a replay of at least one month that finished in the last {days} days is needed, of "
            "the profile as it is now.",
            days=REPLAY_HOLDS.days,
        )
        raise Invalid(findings=[Finding("", "profile.replay", message)])
    result = next(r for r in replays.results(session, replay, profile.code) if r.version == profile.version)
    stopped = Decimal(0) if profile.lane == Lane.BLUE else _stopped(session, profile, replay, result)
    exceeded = tuple(_exceeded(session, profile, replay))
    return Weighed(replay, result, stopped, exceeded)


def _stopped(session: Session, profile: RiskProfile, replay: RiskReplay, result: replays.Result) -> Decimal | None:
    """Of the whole time or of its last month alone, whichever is more: years of other traffic must not hide what it stops."""
    if replay.months == 1 or result.share is None:
        return result.share
    return max(result.share, replays.of_last_month(session, replay, profile) or Decimal(0))


def _exceeded(session: Session, profile: RiskProfile, replay: RiskReplay) -> Iterator[Exceeded]:
    raised = replays.raised_by_post(session, replay.id, profile.code, profile.version)
    codes = codebook(session)
    for post, counts in sorted(replay.population.items()):
        limit = ceiling(codes, post, profile.lane, codes.day_at(post, now(session)))
        expected = replays.share(counts.get(profile.lane, 0) + raised.get(post, 0), counts["asked"])
        if limit is not None and expected is not None and raised.get(post) and expected > limit:
            yield Exceeded(post, profile.lane, limit, expected)


def ceiling(codes: Codebook, post: str, lane: str, on: dt.date) -> Decimal | None:
    """Per cent of a post's consignments that shall be in a lane at most; None where nobody set one."""
    entry = codes.find("risk_ceiling", f"{post}.{lane}", on) or codes.find("risk_ceiling", f"any.{lane}", on)
    share = Decimal(str(entry.attributes.get("share") or 0)) if entry else Decimal(0)
    return share if share > 0 else None


def propose(session: Session, command: ProposeProfile, *, by: Actor) -> Proposal:
    """Puts a profile from the shadow before a second person. Raises `Invalid` while no replay shows what it would do, and
    where it would stop so much that a third person must agree, unless its author says that he knows."""
    role = _may(by)
    reason = noting.said(command.reason)
    profile = locked(session, command.code, command.version)
    compiled(profile.expression)
    if _is_over(session, profile):
        message = _("Its last day is over. Take it back and choose another one, or none.")
        raise Invalid(findings=[Finding("/valid_to", "profile.validity", message)])
    weighed = weigh(session, profile)
    if weighed.needs_third and not command.knowing_wide:
        raise Invalid(findings=_too_wide(weighed))
    profile.move(Action.PROPOSE)
    session.flush()
    before = noting.in_force(session, profile.code)
    payload = _payload(profile, weighed) | {"replaces": before.version if before else None}
    noting.note(session, profile, "proposed", by=by, reason=reason, role=role)
    noting.changed(session)
    return _proposed(session, PROFILE, profile, payload, reason, by=by, role=role)


def _payload(profile: RiskProfile, weighed: Weighed) -> dict[str, Any]:
    return {
        "code": profile.code,
        "version": profile.version,
        "lane": profile.lane,
        "digest": contents.meant(contents.content(profile)),
        "replay": str(weighed.replay.id),
        "hits": weighed.result.hits,
        "asked": weighed.result.asked,
        "stopped": _plain(weighed.stopped),
        "third": weighed.needs_third,
        "ceilings": [
            {"post": e.post, "lane": e.lane, "ceiling": _plain(e.ceiling), "expected": _plain(e.expected)}
            for e in weighed.exceeded
        ],
    }


def _plain(share: Decimal | None) -> str | None:
    return None if share is None else format(share, "f")


def _too_wide(weighed: Weighed) -> list[Finding]:
    """With the figures that a third person would be shown."""
    found: list[Finding] = []
    if weighed.stopped is None:
        message = _("No consignment of the replayed time could be asked, so nobody knows what it would stop. Propose it for "
                    "a third person, or wait.")  # fmt: skip
        found.append(Finding("", "profile.wide", message))
    elif weighed.wide and weighed.stopped != weighed.result.share:
        message = _("It would have stopped {share} % of the consignments of the last month. Narrow it, or propose it for a third "
                    "person's approval.", share=_plain(weighed.stopped))  # fmt: skip
        found.append(Finding("", "profile.wide", message))
    elif weighed.wide:
        message = _(
            "It would have stopped {share} % of the consignments it is asked about ({hits} of {asked}). Narrow it, or propose "
            "it for a third person's approval.",
            share=_plain(weighed.stopped),
            hits=weighed.result.hits,
            asked=weighed.result.asked,
        )
        found.append(Finding("", "profile.wide", message))
    for one in weighed.exceeded:
        message = _(
            "At {post} {expected} % would be {lane}, the ceiling is {ceiling} %. Narrow it, or propose it for a third "
            "person's approval.",
            post=one.post,
            expected=_plain(one.expected),
            lane=lanes.NAMES[one.lane],
            ceiling=_plain(one.ceiling),
        )
        found.append(Finding("", "profile.ceiling", message))
    return found


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> RiskProfile:
    """A second person has approved. Where a third one is needed, it goes before him; else it is in force."""
    profile = _as_proposed(session, proposal)
    if profile.made_by == by.person:
        raise Forbidden(_("You wrote this profile yourself. Another person must approve it."))
    profile.approved_by, profile.approved_name, profile.approved_at = by.person, by.name, now(session)
    session.flush()
    if not proposal.payload["third"]:
        noting.put_in_force(session, profile, by=by, reason=proposal.reason)
        return profile
    noting.note(session, profile, "approved-first", by=by, reason=proposal.decided_reason or "")
    payload = {**proposal.payload, "first": proposal.proposed_name, "proposer": str(proposal.proposed_by)}
    _proposed(session, WIDE, profile, payload, proposal.reason, by=by, role="")
    return profile


def enact_wide(session: Session, proposal: Proposal, /, *, by: Actor) -> RiskProfile:
    """A third person has approved what stops much."""
    profile = _as_proposed(session, proposal)
    if by.person in (profile.made_by, profile.approved_by) or str(by.person) == proposal.payload["proposer"]:
        raise Forbidden(
            _("A third person must approve this: neither its author nor who proposed it nor who approved it first.")
        )
    profile.second_by, profile.second_name, profile.second_at = by.person, by.name, now(session)
    session.flush()
    noting.put_in_force(session, profile, by=by, reason=proposal.reason)
    return profile


def decline(session: Session, proposal: Proposal, /, *, by: Actor) -> RiskProfile:
    """What was rejected is a draft again."""
    profile = locked(session, proposal.payload["code"], proposal.payload["version"])
    profile.move(Action.REJECT)
    profile.approved_by = profile.approved_name = profile.approved_at = None
    session.flush()
    noting.note(session, profile, "rejected", by=by, reason=proposal.decided_reason or "")
    noting.changed(session)
    return profile


def _as_proposed(session: Session, proposal: Proposal) -> RiskProfile:
    """The profile, if it still says what was proposed."""
    profile = locked(session, proposal.payload["code"], proposal.payload["version"])
    if contents.meant(contents.content(profile)) != proposal.payload["digest"]:
        raise WrongState(
            _("The profile does not say any more what was proposed. Reject this, and let it be proposed anew.")
        )
    if _is_over(session, profile):
        raise WrongState(_("Its last day is over meanwhile. Reject this, and let it be proposed anew."))
    return profile


def _is_over(session: Session, profile: RiskProfile) -> bool:
    return profile.valid_to is not None and profile.valid_to <= now(session)


def propose_end(session: Session, code: str, version: int, reason: str, *, by: Actor) -> Proposal:
    """Asks a second person to switch off a profile that is in force: a filter is not weakened by one."""
    role = _may(by)
    because = noting.said(reason)
    profile = locked(session, code, version)
    _must_be_in_force(profile)
    payload = {
        "code": code,
        "version": version,
        "lane": profile.lane,
        "digest": contents.meant(contents.content(profile)),
    }
    return _proposed(session, OFF, profile, payload, because, by=by, role=role)


def enact_end(session: Session, proposal: Proposal, /, *, by: Actor) -> RiskProfile:
    profile = locked(session, proposal.payload["code"], proposal.payload["version"])
    _must_be_in_force(profile)
    noting.end(session, profile, proposal.reason, by=by)
    return profile


def _must_be_in_force(profile: RiskProfile) -> None:
    if profile.status != Status.IN_FORCE:
        raise WrongState(
            _("This profile is not in force: {status}.", status=profile.status), facts={"state": profile.status}
        )


def propose_share(session: Session, command: SetShare, *, by: Actor) -> Proposal:
    """Asks a second person to set the share of clean consignments that chance stops."""
    role = _may(by)
    because = noting.said(command.reason)
    found = list(_wrong_share(codebook(session), command))
    if found:
        raise Invalid(findings=found)
    payload = {"post": command.post, "share": format(command.share, "f"), "lane": command.lane}
    subject = uuid5(_SUBJECTS, f"share/{command.post}")
    wish = approvals.Propose(node_post(), SHARE, subject, f"RANDOM-{command.post}", payload, because)
    return approvals.propose(session, wish, by=by, role=role)


def _wrong_share(codes: Codebook, command: SetShare) -> Iterator[Finding]:
    if command.post != "*" and codes.post(command.post) is None:
        yield Finding("/post", "share.post", _("There is no post {post}.", post=excerpt(command.post, 10)))
    sane = command.share.is_finite() and 0 <= command.share <= MOST_SHARE
    if not sane or command.share != command.share.quantize(contents.CENT):
        message = _("Write a share from 0 to {most} per cent, with at most two decimals.", most=_plain(MOST_SHARE))
        yield Finding("/share", "share.sane", message)
    if command.lane not in (Lane.YELLOW, Lane.RED):
        yield Finding("/lane", "share.lane", _("Chance leads to yellow or red."))


def enact_share(session: Session, proposal: Proposal, /, *, by: Actor) -> None:
    said = proposal.payload
    made = (proposal.proposed_by, proposal.proposed_name)
    share_set(session, said["post"], Decimal(said["share"]), said["lane"], by=by, made=made)


def _may(by: Actor) -> str:
    by.need_scope("decide")
    return by.need(ANALYSING, node_post()).role


def subject_of(code: str, version: int) -> UUID:
    """The same for every proposal about a version, so that one of a kind waits at a time."""
    return uuid5(_SUBJECTS, f"{code}/{version}")


def _proposed(
    session: Session, kind: str, profile: RiskProfile, payload: dict[str, Any], reason: str, *, by: Actor, role: str
) -> Proposal:
    reference = f"{profile.code[:28]}/{profile.version}"
    wish = approvals.Propose(node_post(), kind, subject_of(profile.code, profile.version), reference, payload, reason)
    return approvals.propose(session, wish, by=by, role=role)
