"""What is looked at in which lane, and for what the profiles that hit ask: sets of steps that an administration keeps in the
list `inspection_set`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.declarations import queries
from app.declarations.models import Declaration
from app.flows import drawing
from app.inspections import operations as inspections
from app.inspections.lifecycle import Agency, Kind, Reason, Type
from app.inspections.operations import Ordered
from app.inspections.rules import steps as ways
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.risk import operations as risk
from app.risk.rules import Hit, Lane

#: What is looked at in which lane.
LOOKED_AT = {Lane.YELLOW: Kind.DOCUMENTS.value, Lane.RED: Kind.GOODS.value}
SETS = "inspection_set"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a lane was given: the profiles that hit and whether chance chose; or what a person said."""

    hits: Sequence[Hit] = ()
    drawn: bool = False
    words: str = ""

    @property
    def reason(self) -> str:
        if self.words:
            return Reason.RAISED.value
        if self.hits:
            return Reason.PROFILE.value
        return Reason.RANDOM.value if self.drawn else Reason.LANE.value


def look(
    session: Session,
    declaration: Declaration,
    lane: Lane,
    at: dt.datetime,
    *,
    by: Actor,
    why: Why | None = None,
    header: Mapping[str, Any] | None = None,
    codes: Codebook | None = None,
) -> None:
    """Orders what is looked at in this lane, and draws who looks. `header` is what is declared, where it cannot be read yet."""
    told, book = why or Why(), codes or codebook(session)
    kind = LOOKED_AT[lane]
    steps = wanted(book, lane, told.hits, book.day_at(declaration.post, at))
    words = header if header is not None else queries.content(session, declaration).header
    ready = risk.prepare(session, declaration.post, by=SYSTEM)
    known = {profile.code: profile for profile in ready.rules.profiles}
    hits = [hit for hit in told.hits if hit.lane == lane and hit.code in known]
    asked = Ordered(
        steps,
        told.reason,
        told.words,
        [{"code": hit.code, "version": hit.version} for hit in told.hits],
        _instruction(known[hit.code].instruction for hit in hits),
    )
    chosen = drawing.chosen(
        session,
        declaration.post,
        asked.id,
        steps,
        at,
        firms=drawing.firms(words, declaration.party),
        excluding=_lodged_by(session, declaration, header is None),
        by=SYSTEM,
    )
    inspections.order(session, declaration.post, declaration.id, kind, at, by=by, ordered=asked.with_chosen(chosen))


def _lodged_by(session: Session, declaration: Declaration, is_written: bool) -> set[Any]:
    """Who wrote it; what is being lodged is written by a trader, who is drawn for nothing."""
    return {queries.content(session, declaration).made_by} if is_written else set()


def _instruction(instructions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The instructions of all profiles that ask for this lane, by language."""
    found: dict[str, list[str]] = {}
    for instruction in instructions:
        for locale, text in instruction.items():
            if text and text not in found.setdefault(locale, []):
                found[locale].append(text)
    return {locale: "\n".join(texts) for locale, texts in found.items()}


def wanted(codes: Codebook, lane: Lane, hits: Iterable[Hit], on: dt.date) -> tuple[ways.Step, ...]:
    """The steps of the lane's own set and of those of the profiles that hit; without any set, what is usual."""
    names = [f"lane.{lane.value}", *(f"profile.{hit.code}" for hit in hits)]
    found: list[ways.Step] = []
    for name in names:
        entry = codes.find(SETS, name, on)
        found += _steps(str(entry.attributes.get("steps") or "")) if entry else []
    return tuple(dict.fromkeys(found)) or ways.usual(LOOKED_AT[lane])


def _steps(words: str) -> list[ways.Step]:
    agencies, types = {a.value for a in Agency}, {t.value for t in Type}
    pairs = [word.partition(":") for word in words.split()]
    return [(agency, type) for agency, _colon, type in pairs if agency in agencies and type in types]
