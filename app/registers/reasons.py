"""Why a consignment is in its lane, in the reader's language: what the profiles said, and the hand that changed it. Never
for traders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM_PERSON, Actor
from app.core.journal import JournalEntry
from app.core.text import Text, _
from app.declarations.models import Declaration
from app.reference.queries import codebook
from app.risk import queries as risk
from app.risk.models import RiskAssessment, RiskProfile, RiskRuleSet
from app.risk.operations import scoring
from app.risk.operations.recomputing import profiles_of
from app.risk.rules import explaining, lanes, scores
from app.risk.rules.explaining import Named, Reason, explain
from app.risk.rules.vocabulary import restored
from app.transit.models import Movement
from app.watchlists import queries as watchlists

#: Facts of watch lists: who is on them is for their groups alone.
_OF_WATCH_LISTS = frozenset({"watch_lists", "watch_confirmed", "watch_more"})
CONFIRMED = _("An analyst has confirmed that a name or a number in it is the one on a watch list.")
ASK_THE_ANALYST = _("A name or a number in it is like one on a watch list. Ask the analyst before you decide.")
SCORE = _("Learned score")
SCORE_INSTRUCTION = _(
    "Look at the papers. Consignments like this one were often not as declared; nothing is known of this one."
)
#: What stops consignments without any profile: name, and what to do.
DOUBTS: Mapping[str, tuple[Text, Text]] = {
    lanes.UNREADABLE: (
        _("A rule in force cannot be read"),
        _("Examine the papers. Nobody can tell whether this consignment should have been stopped."),
    ),
    lanes.TOO_MANY: (
        _("More names resemble than were looked at"),
        _("Examine it by hand: compare its names with the watch lists, or ask the analyst."),
    ),
}


@dataclass(frozen=True, slots=True)
class Why:
    """Why a consignment is in its lane, for an official. `reasons` are what hit, in the reader's language; `open` and
    `confirmed` count the questions of watch lists, of which he learns nothing else; `seen` says that it was written down
    before that he was shown this."""

    assessment: RiskAssessment | None = None
    reasons: Sequence[dict[str, Any]] = ()
    open: int = 0
    confirmed: int = 0
    seen: bool = True
    #: What the lists say is to be done on which something in it was confirmed to stand.
    to_do: Sequence[str] = ()

    @property
    def trusted(self) -> bool:
        return self.assessment is not None and self.assessment.trusted


def of_declaration(session: Session, declaration: Declaration, locale: str, *, by: Actor) -> Why:
    """The reasons of the assessment that holds."""
    return _why(session, risk.assessment(session, declaration.post, declaration.id), declaration.id, locale, by)


def of_movement(session: Session, movement: Movement, locale: str, *, by: Actor) -> Why:
    """The same of a movement."""
    return _why(session, risk.of_movement(session, movement.post, movement.id), movement.id, locale, by)


def _why(session: Session, assessment: RiskAssessment | None, subject: UUID, locale: str, by: Actor) -> Why:
    if assessment is None:
        return Why()
    asking = watchlists.asking(session, subject)
    told = of_assessment(session, assessment, locale)
    to_do = watchlists.instructions(session, subject) if asking["confirmed"] else ()
    seen = risk.reasons_seen(session, assessment, by.person)
    return Why(assessment, told, asking["open"], asking["confirmed"], seen, to_do)


def of_lane(session: Session, declaration: Declaration, locale: str) -> list[dict[str, Any]]:
    """What hit by the latest assessment, see `of_assessment`; empty where there is none."""
    assessment = risk.assessment(session, declaration.post, declaration.id)
    return [] if assessment is None else of_assessment(session, assessment, locale)


def of_assessment(session: Session, assessment: RiskAssessment, locale: str) -> list[dict[str, Any]]:
    """What hit (code, version, lane, name, reason, instruction; `met`: sentences that say which fact met which criterion) and
    whether chance chose. Name and instruction of a learned score are sentences to be translated."""
    keys = [(h["code"], h["version"]) for h in assessment.hits]
    profiles = risk.profiles_named(session, keys) if keys else {}
    facts = met(session, assessment, _named(session, locale)) if keys else {}
    found = [
        {**_told(hit, profiles.get(key), locale), "met": _sentences(facts.get(key, ()))}
        for hit, key in zip(assessment.hits, keys, strict=True)
    ]
    if assessment.drawn:
        found.append(
            {"code": "random", "version": 1, "lane": assessment.lane, "name": "", "reason": "", "instruction": "",
             "met": [], "drawn": True}
        )  # fmt: skip
    return found


def _named(session: Session, locale: str) -> Named:
    """Codes with their names in the reader's language, where their list has one."""
    codes = codebook(session)

    def named(list_name: str, code: str) -> str:
        name = codes.name(list_name, code, locale) if list_name != "post" else ""
        return f"{code} {name}" if name and name != code else code

    return named


def _sentences(reasons: Iterable[Reason]) -> list[Text]:
    """What a reader who is in no group of a watch list may know of each fact."""
    return list(dict.fromkeys(_sentence(reason) for reason in reasons))


def _sentence(reason: Reason) -> Text:
    if reason.name == "watch_confirmed":
        return CONFIRMED
    return ASK_THE_ANALYST if reason.name in _OF_WATCH_LISTS else reason.sentence


def _told(hit: dict[str, Any], profile: RiskProfile | None, locale: str) -> dict[str, Any]:
    if hit["code"] == scores.CODE:
        return {**hit, "name": SCORE, "reason": "", "instruction": SCORE_INSTRUCTION}
    if hit["code"] in DOUBTS:
        name, instruction = DOUBTS[hit["code"]]
        return {**hit, "name": name, "reason": "", "instruction": instruction}
    return {
        **hit,
        "name": _in(profile.names if profile else {}, locale) or hit["code"],
        "reason": _in(profile.reason if profile else {}, locale),
        "instruction": _in(profile.instruction if profile else {}, locale),
    }


def met(
    session: Session, assessment: RiskAssessment, named: Named = explaining.as_written
) -> dict[tuple[str, int], list[Reason]]:
    """Which fact met which criterion, by code and version of the profiles that hit. What each profile asked is taken from
    its approval, in the version that hit; of one that cannot be found any more there is no reason. Of a learned score it is
    the facts that moved it most, the strongest first."""
    hit = {(kept["code"], kept["version"]) for kept in assessment.hits}
    rules = session.get(RiskRuleSet, assessment.rules) if assessment.rules else None
    members = [(code, version, digest) for code, version, digest in rules.content["profiles"]] if rules else []
    profiles = profiles_of(session, [member for member in members if member[:2] in hit])
    known = restored(assessment.facts)
    told = {(p.code, p.version): explain(p.criteria, p.program, known, named) for p in profiles}
    for code, version in hit:
        if code == scores.CODE:
            moved = scoring.main_factors(session, version, known)
            told[code, version] = explaining.told([factor.fact for factor in moved], known, named)
    return told


#: What gives a declaration its lane, or another one.
_ROUTING = frozenset(
    {
        "declaration.selected",
        "declaration.rerouted",
        "declaration.assessed",
        "declaration.released",
        "transit.selected",
        "transit.rerouted",
    }
)


def by_hand(entries: Iterable[JournalEntry]) -> JournalEntry | None:
    """The entry by which a person chose the lane that holds, with reason, person and time; None where the system did.
    `entries` are those of the declaration or movement, oldest first."""
    last = None
    for entry in entries:
        lane = (entry.after or {}).get("lane")
        if entry.event in _ROUTING and lane and lane != (entry.before or {}).get("lane"):
            last = entry
    return last if last is not None and last.person != SYSTEM_PERSON else None


def _in(words: dict[str, Any], locale: str) -> str:
    return str(words.get(locale) or words.get("en") or "")
