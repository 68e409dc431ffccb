"""The papers of decisions against goods: notice of decision, detention note, seizure record. What was added to a record since
its last print, or to a term, makes the next print a paper of its own; otherwise copies are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.clearance import queries as papers
from app.clearance.commands import Content, Kind
from app.clearance.models import Paper
from app.core.db import now
from app.core.errors import NotFound
from app.core.text import _, excerpt
from app.declarations import queries as declared
from app.declarations.models import Decision, Declaration
from app.flows import remedies
from app.inspections import queries as inspected
from app.offences import queries
from app.offences.commands import Subject
from app.offences.models import Detention, Seizure
from app.reference.queries import codebook
from app.registers.contents import offences
from app.registers.contents.naming import firm, post_of


@dataclass(frozen=True, slots=True)
class About:
    """Goods that are declared or in transit: their header and items as written, and the post whose paper it is."""

    subject: Subject
    header: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """A paper to be issued, or (`issued`) the one of which copies are printed."""

    id: UUID
    place: int
    number: str
    issued: Paper | None
    content: Content | None


def of_decision(session: Session, declaration: Declaration, about: About, of: str, name: str, key_id: str) -> Made:
    """The notice of a decision against the firm: the newest, or the one with that id."""
    known = [made for made in declared.decisions(session, declaration) if made.decision in remedies.REMEDIES]
    found = [made for made in known if of in ("", str(made.id))]
    if not found:
        raise _nothing(of)
    row: Decision = max(found, key=lambda made: made.at)
    issued = papers.paper_about(session, declaration.post, Kind.DECISION_NOTICE.value, row.id)
    if issued is not None:
        return Made(row.id, 0, issued.number, issued, None)
    place = sorted(known, key=lambda made: made.at).index(row) + 1
    number = f"{declaration.mrn or declaration.reference}-D{place}"
    issue = _issue(session, about, name, key_id)
    told = remedies.told(session, declaration, row)
    appeal = offences.Appeal(told.appeal.until, told.appeal.body)
    basis = offences.basis_of_decision(issue.codes, row.decision, declaration.post, row.at)
    return Made(row.id, 0, number, None, offences.decision(issue, row, number, appeal, basis))


def of_detention(session: Session, about: About, home: str, of: str, name: str, key_id: str) -> Made:
    """The note of a detention: the newest, or the one with that number."""
    row: Detention = _named(queries.detentions(session, about.subject), of)
    stage = 1 if row.extended_by is not None else 0
    number, issued = _next(session, home, Kind.DETENTION_NOTE, row, stage)
    if issued is not None:
        return Made(row.id, stage, number, issued, None)
    issue = _issue(session, about, name, key_id)
    way = remedies.appealable(session, issue.codes, row.post, row.at)
    content = offences.detention(issue, row, number, offences.Appeal(way.until, way.body))
    return Made(row.id, stage, number, None, content)


def of_seizure(session: Session, about: About, home: str, of: str, name: str, key_id: str) -> Made:
    """The record of a seizure: the newest, or the one with that number."""
    row: Seizure = _named(queries.seizures(session, about.subject), of)
    taken = offences.Taken(
        queries.pieces(session, [row])[row.id],
        queries.persons(session, [row])[row.id],
        queries.moves(session, [row])[row.id],
        queries.photos(session, [row])[row.id],
        _act(session, row),
    )
    stage = taken.stage(len(queries.pieces(session, [row], all_revisions=True)[row.id]))
    number, issued = _next(session, home, Kind.SEIZURE_RECORD, row, stage)
    if issued is not None:
        return Made(row.id, stage, number, issued, None)
    content = offences.seizure(_issue(session, about, name, key_id), row, number, taken)
    return Made(row.id, stage, number, None, content)


def _act(session: Session, row: Seizure) -> str:
    """The number of the act of the inspection in which it was found."""
    if row.inspection_id is None:
        return ""
    return inspected.find(session, row.post, row.inspection_id).number or ""


def _named(rows: Sequence[Any], of: str) -> Any:
    found = [row for row in rows if of in ("", row.number, str(row.id))]
    if not found:
        raise _nothing(of)
    return found[0]


def _nothing(of: str) -> NotFound:
    return NotFound(_("There is no paper of “{of}” here. Look at the list of papers.", of=excerpt(of)))


def _next(session: Session, home: str, kind: Kind, row: Detention | Seizure, stage: int) -> tuple[str, Paper | None]:
    """The number of the next paper, or the one that says everything there is."""
    last = papers.paper_about(session, home, kind.value, row.id)
    if last is None:
        return row.number, None
    if last.place == stage:
        return last.number, last
    edition = last.number.removeprefix(row.number).lstrip("-")
    return f"{row.number}-{int(edition or 1) + 1}", None


def _issue(session: Session, about: About, name: str, key_id: str) -> offences.Issue:
    codes, subject = codebook(session), about.subject
    return offences.Issue(
        at=now(session),
        name=name,
        key_id=key_id,
        post=post_of(codes, subject.post),
        mrn=subject.mrn,
        reference=subject.reference,
        firm=firm(session, subject.party),
        header=about.header,
        items=about.items,
        codes=codes,
    )
