"""A profile is made, changed while it is a draft, copied as a new version, put into the shadow, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Forbidden, Invalid, NotFound, WrongState, pointer
from app.core.text import _, excerpt, fault_in, normal
from app.reference.codebook import LOCALES
from app.reference.queries import codebook
from app.risk.commands import Words
from app.risk.lifecycle import Action, Status
from app.risk.models import RiskProfile
from app.risk.operations import noting
from app.risk.operations.noting import ANALYSING
from app.risk.rules import Lane, compiled, criteria, lanes, scores

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: What the reasons of a consignment call the learned score, chance, and what is in doubt.
RESERVED = (scores.CODE, "random", lanes.UNREADABLE, lanes.TOO_MANY)
LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT, LONGEST_SOURCE = 30, 120, 1000, 300
KINDS = ("declaration", "movement")


def make(session: Session, code: str, words: Words, *, by: Actor) -> RiskProfile:
    """A draft of a new profile. Raises `Invalid` with every finding, pointers into the words."""
    role = _may(by)
    found = _checked(session, words)
    code = normal(code)
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        message = _("Write small letters, digits and hyphens, at most {most} characters, such as night-transit.",
                    most=LONGEST_CODE)  # fmt: skip
        found.append(Finding("/code", "profile.code", message))
    elif code in RESERVED:
        message = _("“{code}” names something else among the reasons. Choose another code.", code=code)
        found.append(Finding("/code", "profile.code", message))
    elif session.execute(select(RiskProfile.code).where(RiskProfile.code == code).limit(1)).first():
        message = _("There is a profile “{code}” already. Copy it as a new version, or choose another code.", code=code)
        found.append(Finding("/code", "profile.code", message))
    if found:
        raise Invalid(findings=found)
    profile = _new(session, code, by=by)
    _write(profile, words)
    session.add(profile)
    session.flush()
    noting.note(session, profile, "made", by=by, role=role)
    return profile


def change(session: Session, code: str, version: int, words: Words, *, by: Actor) -> RiskProfile:
    """Its author changes a draft. Others copy it, so that who approves has written none of it."""
    role = _may(by)
    profile = locked(session, code, version)
    _must_be_his(profile, by)
    _must_be(profile, Status.DRAFT)
    found = _checked(session, words)
    if found:
        raise Invalid(findings=found)
    _write(profile, words)
    session.flush()
    noting.note(session, profile, "changed", by=by, role=role)
    return profile


def copy(session: Session, code: str, version: int, *, by: Actor) -> RiskProfile:
    """The same words as a draft of the next version, whatever became of this one."""
    role = _may(by)
    old = locked(session, code, version)
    profile = _new(session, code, by=by)
    for name in _WRITTEN:
        setattr(profile, name, getattr(old, name))
    if profile.valid_to is not None and profile.valid_to <= now(session):
        profile.valid_to = None
    session.add(profile)
    session.flush()
    noting.note(session, profile, "made", by=by, role=role)
    return profile


def shadow(session: Session, code: str, version: int, *, by: Actor) -> RiskProfile:
    """From now on it is asked about every consignment, and stops none."""
    return _moved(session, code, version, Action.SHADOW, "shadowed", by)


def take_back(session: Session, code: str, version: int, *, by: Actor) -> RiskProfile:
    """Its author takes it out of the shadow to change it."""
    _may(by)
    _must_be_his(locked(session, code, version), by)
    return _moved(session, code, version, Action.RETURN, "taken-back", by)


def discard(session: Session, code: str, version: int, reason: str, *, by: Actor) -> RiskProfile:
    """Ends what never was in force; for what is, see `proposing.propose_end`."""
    _may(by)
    profile = locked(session, code, version)
    if profile.status not in (Status.DRAFT, Status.SHADOW):
        raise WrongState(
            _("Only what is not in force is thrown away by one person. Propose to switch it off."),
            facts={"state": profile.status},
        )
    noting.end(session, profile, noting.said(reason), by=by)
    return profile


def locked(session: Session, code: str, version: int) -> RiskProfile:
    """The profile's row for a change, or `NotFound`."""
    asked = select(RiskProfile).where(RiskProfile.code == code, RiskProfile.version == version).with_for_update()
    profile = session.execute(asked, execution_options={"populate_existing": True}).scalar_one_or_none()
    if profile is None:
        raise NotFound()
    return profile


def _may(by: Actor) -> str:
    by.need_scope("write")
    return by.need(ANALYSING, node_post()).role


def _must_be_his(profile: RiskProfile, by: Actor) -> None:
    if profile.made_by != by.person:
        raise Forbidden(_("{name} wrote this. Copy it as a new version to change it.", name=profile.made_name))


def _must_be(profile: RiskProfile, status: Status) -> None:
    if profile.status != status:
        raise WrongState(
            _("Only a draft is changed; this is {state}. Copy it as a new version.", state=profile.status),
            facts={"state": profile.status},
        )


def _moved(session: Session, code: str, version: int, action: Action, what: str, by: Actor) -> RiskProfile:
    role = _may(by)
    profile = locked(session, code, version)
    profile.move(action)
    session.flush()
    noting.note(session, profile, what, by=by, role=role)
    noting.changed(session)
    return profile


_WRITTEN = (
    "criteria", "expression", "lane", "names", "reason", "instruction", "kinds", "posts", "spare_trusted", "expected_rate",
    "source", "valid_to",
)  # fmt: skip


def _new(session: Session, code: str, *, by: Actor) -> RiskProfile:
    return RiskProfile(
        code=code,
        version=noting.next_version(session, code),
        status=Status.DRAFT.value,
        valid_from=None,
        made_by=by.person,
        made_name=by.name,
        made_at=now(session),
    )


def _write(profile: RiskProfile, words: Words) -> None:
    profile.criteria = words.criteria
    profile.expression = expression_of(words)
    profile.lane = words.lane
    profile.names, profile.reason, profile.instruction = (
        {locale: normal(text) for locale, text in said.items() if normal(text)}
        for said in (words.names, words.reason, words.instruction)
    )
    profile.kinds, profile.posts = sorted(set(words.kinds)), sorted(set(words.posts))
    profile.spare_trusted, profile.expected_rate = words.spare_trusted, words.expected_rate
    profile.source, profile.valid_to = normal(words.source), words.valid_to


def expression_of(words: Words) -> str:
    """What is asked: written out from the criteria, or as it was typed."""
    return criteria.expression(words.criteria) if words.criteria is not None else normal(words.expression)


def _checked(session: Session, words: Words) -> list[Finding]:
    """Everything that is wrong with the words."""
    found = list(_wrong_words(words))
    known = {post.code for post in codebook(session).posts()}
    for place, post in enumerate(words.posts):
        if post not in known:
            message = _("There is no post {post}.", post=excerpt(post, 10))
            found.append(Finding(pointer("posts", place), "profile.post", message))
    if words.valid_to is not None and words.valid_to <= now(session):
        found.append(Finding("/valid_to", "profile.validity", _("The profile would end before it begins.")))
    return [*found, *_wrong_criteria(words)]


def _wrong_words(words: Words) -> Iterator[Finding]:
    if words.lane not in (Lane.YELLOW, Lane.RED, Lane.BLUE):
        yield Finding("/lane", "profile.lane", _("A profile leads to yellow, red or blue."))
    if not words.kinds or set(words.kinds) - set(KINDS):
        message = _("Say whether it is asked about declarations, movements or both.")
        yield Finding("/kinds", "profile.kinds", message)
    rate = words.expected_rate
    if rate is not None and not (rate.is_finite() and 0 <= rate <= 100):
        yield Finding("/expected_rate", "profile.rate", _("Write a share from 0 to 100 per cent."))
    yield from _wrong_texts("names", words.names, LONGEST_NAME)
    yield from _wrong_texts("reason", words.reason, LONGEST_TEXT)
    yield from _wrong_texts("instruction", words.instruction, LONGEST_TEXT)
    yield from _wrong_text("/source", words.source, LONGEST_SOURCE)


def _wrong_texts(name: str, said: Mapping[str, str], longest: int) -> Iterator[Finding]:
    if not any(normal(text) for text in said.values()):
        yield Finding(pointer(name), "profile.text", _("Write it in at least one language."))
    for locale, text in said.items():
        if locale not in LOCALES:
            message = _("There is no language {locale}. There are: {known}.", locale=excerpt(locale, 10),
                        known=", ".join(LOCALES))  # fmt: skip
            yield Finding(pointer(name, locale), "profile.text", message)
        yield from _wrong_text(pointer(name, locale), text, longest)


def _wrong_text(where: str, text: str, longest: int) -> Iterator[Finding]:
    fault = fault_in(normal(text))
    if fault is None and len(normal(text)) > longest:
        fault = _("Too long: at most {most} characters.", most=longest)
    if fault is not None:
        yield Finding(where, "profile.text", fault)


def _wrong_criteria(words: Words) -> list[Finding]:
    """What the criteria or the expression get wrong, pointers and all; and kinds that lack what they ask for."""
    if words.criteria is not None:
        found = [Finding(f"/criteria{f.pointer}", f.rule, f.message) for f in criteria.check(words.criteria)]
        if found:
            return found
    try:
        program = compiled(expression_of(words))
    except Invalid as refusal:
        return list(refusal.findings)
    unknown = set(words.kinds) & set(KINDS) - program.kinds
    if unknown:
        message = _("It asks for something that is not known of each {kind}. Choose another kind or other facts.",
                    kind=", ".join(sorted(unknown)))  # fmt: skip
        return [Finding("/kinds", "profile.kinds", message)]
    return []
