"""Reads of learned scores."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, defer, load_only

from app.approvals.models import Proposal
from app.core import canonical, journal
from app.core.db import node_post
from app.core.journal import JournalEntry
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.risk.lifecycle import ScoreStatus
from app.risk.models import RiskAssessment, ScoreDrift, ScoreModel, ScoreMonth
from app.risk.queries.approved import Problem
from app.risk.rules import scores
from app.risk.rules.vocabulary import complete, restored

KIND = "risk_score_model"
#: The kind of proposal that switches a model on.
MODEL = "risk.model"
LEARNED, IN_FORCE, ENDED = "risk.model-learned", "risk.model-in-force", "risk.model-ended"
#: What is asked where a parameter is not set, or set to nothing sensible.
CAPACITY, VALID_DAYS, LEAST, DRIFT_LIMIT = 0, 180, 500, 0.25
_BIG = ("trees", "encoder", "reference")


def models(session: Session, most: int = 50) -> list[ScoreModel]:
    """All models, newest first, without what they are made of."""
    return list(session.execute(_light().order_by(ScoreModel.number.desc()).limit(most)).scalars())


def shown(session: Session, number: int) -> ScoreModel | None:
    """One model without what it is made of."""
    return session.execute(_light().where(ScoreModel.number == number)).scalar_one_or_none()


def _light() -> Select[ScoreModel]:
    return select(ScoreModel).options(*[defer(getattr(ScoreModel, name), raiseload=True) for name in _BIG])


def model(session: Session, number: int) -> ScoreModel | None:
    """One model with all it is made of."""
    return session.get(ScoreModel, number, populate_existing=True)


def waiting(session: Session, made: ScoreModel) -> Proposal | None:
    """The proposal to switch a model on that waits for a second person."""
    asked = select(Proposal).where(
        Proposal.post == node_post(),
        Proposal.kind == MODEL,
        Proposal.subject == made.subject,
        Proposal.status == "waiting",
    )
    return session.execute(asked).scalar_one_or_none()


def in_force(session: Session) -> ScoreModel | None:
    """The model in force, without what it is made of."""
    few = load_only(ScoreModel.number, ScoreModel.digest, ScoreModel.valid_to, ScoreModel.status)
    return session.execute(
        select(ScoreModel).options(few).where(ScoreModel.status == ScoreStatus.IN_FORCE.value)
    ).scalar_one_or_none()


def digest(made: ScoreModel) -> str:
    """What a model is, in one number: trees, encoder, what it is compared with, and until when it may be used."""
    return digest_of(made.trees, made.encoder, made.reference, made.valid_to)


def digest_of(trees: bytes, encoder: Mapping[str, Any], reference: Mapping[str, Any], valid_to: dt.datetime) -> str:
    content = {"trees": hashlib.sha256(trees).hexdigest(), "encoder": encoder, "reference": reference}
    return canonical.digest({**content, "valid_to": canonical.instant(valid_to)})


def is_altered(session: Session, made: ScoreModel) -> bool:
    """Whether a model in force is another one than two persons switched on, or the journal has ended it."""
    return _wrong(_last_switch(session, made.number), made, digest(made)) is not None


def problems(session: Session) -> Iterator[Problem]:
    """Where the row of a learned score and the journal disagree about what two persons switched on."""
    switches = {int(entry.subject): entry for entry in _switches(session)}
    standing = {number for number, entry in switches.items() if entry.event == IN_FORCE}
    light = in_force(session)
    here = set() if light is None else {light.number}
    for number in sorted(standing | here):
        made = model(session, number) if number in here else None
        found = "" if made is None else digest(made)
        wrong = _wrong(switches.get(number), made, found)
        if wrong is not None:
            yield Problem("model", str(number), 0, wrong, found)


def _wrong(switch: JournalEntry | None, made: ScoreModel | None, found: str) -> str | None:
    if switch is not None and journal.entry_hash(_columns(switch)) != switch.hash:
        return "journal"
    if made is None:
        return "missing"
    if switch is None or switch.event != IN_FORCE:
        return "inserted"
    return None if (switch.after or {}).get("digest") == found else "altered"


def _switches(session: Session) -> Iterable[JournalEntry]:
    """The last entry of each model that switched it on or off."""
    entries = select(JournalEntry).where(
        JournalEntry.post == node_post(), JournalEntry.kind == KIND, JournalEntry.event.in_((IN_FORCE, ENDED))
    )
    newest = entries.order_by(JournalEntry.subject, JournalEntry.number.desc())
    return session.execute(newest.ext(distinct_on(JournalEntry.subject))).scalars()


def _last_switch(session: Session, number: int) -> JournalEntry | None:
    entries = select(JournalEntry).where(
        JournalEntry.post == node_post(),
        JournalEntry.kind == KIND,
        JournalEntry.subject == str(number),
        JournalEntry.event.in_((IN_FORCE, ENDED)),
    )
    return session.execute(entries.order_by(JournalEntry.number.desc()).limit(1)).scalar_one_or_none()


def _columns(entry: JournalEntry) -> dict[str, Any]:
    return {c.key: getattr(entry, c.key) for c in JournalEntry.__table__.columns}


def chosen_today(session: Session, post: str, since: dt.datetime) -> int:
    """How many consignments of the post the score has sent officers to since then."""
    found = select(func.count()).where(
        RiskAssessment.post == post,
        RiskAssessment.at >= since,
        RiskAssessment.hits.contains([{"code": scores.CODE}]),
    )
    return session.execute(found).scalar_one()


def crowd(
    session: Session, since: dt.datetime, until: dt.datetime, most: int
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Facts of at most about so many assessments of a period, evenly taken, and how many there were at each post."""
    period = (RiskAssessment.at >= since, RiskAssessment.at < until)
    counted = select(RiskAssessment.post, func.count()).where(*period).group_by(RiskAssessment.post)
    posts: dict[str, int] = dict(session.execute(counted).all())
    taken = [] if not posts else [facts_of(row[0]) for row in session.execute(_some(period, sum(posts.values()), most))]
    return taken, posts


def _some(period: tuple[ColumnElement[bool], ...], count: int, most: int) -> Any:
    """Each time the same ones: chosen by their keys, not by chance."""
    every = -(-count // most)
    by_key = func.abs(func.hashtext(cast(RiskAssessment.id, Text))) % every == 0
    return select(RiskAssessment.facts).where(*period, by_key).order_by(RiskAssessment.at, RiskAssessment.id)


def first_day(session: Session) -> dt.date | None:
    """The day of the first assessment, in UTC; None where there is none."""
    first = session.execute(select(func.min(RiskAssessment.at))).scalar_one()
    return first.date() if first is not None else None


def facts_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored facts as they were, those that did not exist then at what stands for unknown."""
    return complete(restored(stored))


def drift(session: Session, number: int, most: int = 31) -> list[ScoreDrift]:
    """How far the present was from what the model learned, day by day, newest first."""
    rows = select(ScoreDrift).where(ScoreDrift.model == number).order_by(ScoreDrift.day.desc())
    return list(session.execute(rows.limit(most)).scalars())


def kept_months(session: Session, since: dt.date) -> frozenset[dt.date]:
    """The months since then that are kept."""
    return frozenset(session.execute(select(ScoreMonth.month).where(ScoreMonth.month >= since)).scalars())


def months(session: Session, most: int = 12) -> dict[dt.date, dict[str, ScoreMonth]]:
    """The last months, newest first: of each chooser how many consignments were looked at and where something was found."""
    rows = select(ScoreMonth).order_by(ScoreMonth.month.desc()).limit(most * len(scores.CHOOSERS))
    found: dict[dt.date, dict[str, ScoreMonth]] = {}
    for row in session.execute(rows).scalars():
        found.setdefault(row.month, {})[row.chooser] = row
    return found


def whole_parameter(codes: Codebook, name: str, on: dt.date, unset: int, post: str = "") -> int:
    """A whole number that the administration sets, for one post, for its own, or for all."""
    value = parameter(codes, name, on, post)
    return int(value) if value.isascii() and value.isdigit() else unset


def share_parameter(codes: Codebook, name: str, on: dt.date, unset: float) -> float:
    value = parameter(codes, name, on)
    try:
        return float(value) if value.isascii() else unset
    except ValueError:
        return unset


def parameter(codes: Codebook, name: str, on: dt.date, post: str = "") -> str:
    named = (f"{name}.{post}", f"{name}.{post[:2]}", name) if post else (name,)
    entry = next((found for n in named if (found := codes.find("parameter", n, on)) is not None), None)
    return str(entry.attributes.get("value", "")) if entry else ""


def capacity(session: Session, post: str, at: dt.datetime) -> int:
    """How many consignments a day the score may send officers to at a post: the parameter `score-inspections`."""
    codes = codebook(session)
    return whole_parameter(codes, "score-inspections", codes.day_at(post, at), CAPACITY, post)
