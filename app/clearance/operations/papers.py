"""The verbs of the other official papers: issue, print a copy, print what is declared. Nothing is looked up for a copy:
it is drawn from the content that was frozen at issue."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.clearance import documents, queries
from app.clearance.commands import CONTENTS, FORMS_IN_USE, Concerned, Content, Kind, NewPaper
from app.clearance.keys import PostKeys
from app.clearance.models import Paper, PaperPrint
from app.clearance.operations.permits import check_languages
from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Forbidden, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, fault_in, normal
from forms import FORMS

JOURNAL_KIND = "paper"
LONGEST_REASON = 500
#: Who has a paper printed at a post, beside the firm it is about.
PRINTING: dict[str, tuple[str, ...]] = {
    Kind.NOTICE: ("officer", "inspector", "supervisor", "analyst", "auditor"),
    Kind.SAD: ("officer", "inspector", "supervisor", "analyst", "auditor"),
    Kind.RECEIPT: ("officer", "supervisor"),
    Kind.EXIT_NOTE: ("officer", "inspector", "supervisor"),
    Kind.TRANSIT_DOCUMENT: ("officer", "supervisor"),
    Kind.UNLOADING_PERMISSION: ("officer", "supervisor"),
    Kind.ARRIVAL_RECEIPT: ("officer", "inspector", "supervisor"),
    Kind.DECISION_NOTICE: ("officer", "inspector", "supervisor"),
    Kind.DETENTION_NOTE: ("officer", "inspector", "supervisor"),
    Kind.SEIZURE_RECORD: ("officer", "inspector", "supervisor"),
    Kind.INSPECTION_ACT: ("officer", "inspector", "supervisor"),
}


@dataclass(frozen=True)
class PrintedPaper:
    """A print as handed over: its PDF and its place in the register."""

    paper: Paper
    copy: int
    pdf: bytes
    sha256: str


@dataclass(frozen=True)
class PrintedSad:
    """A print of what is declared; it has no number, and only one of what was lodged is signed."""

    mrn: str
    reference: str
    version: int
    pdf: bytes
    sha256: str


def may_print(kind: str, concerned: Concerned, *, by: Actor) -> str:
    """The role in which somebody has a paper printed; `Forbidden` where there is none."""
    by.need_scope("write")
    if any(concerned.parties & by.parties(post) for post in concerned.posts):
        return "trader"
    for post in concerned.posts:
        grant = by.grant(PRINTING[kind], post)
        if grant is not None:
            return grant.role
    raise Forbidden(_("Your role does not print this kind of paper at {post}.", post=concerned.posts[0]))


def alone(post: str, party: str) -> Concerned:
    """A paper that concerns one post and one firm ("" for none)."""
    return Concerned((post,), frozenset({party} if party else ()))


def issue(
    session: Session,
    new: NewPaper,
    languages: tuple[str, ...],
    keys: PostKeys,
    concerned: Concerned | None = None,
    *,
    by: Actor,
) -> PrintedPaper:
    """Issues a paper: freezes its content, signs and keeps the PDF. The row it is about is locked by the caller.

    Raises `WrongState` where it is issued already: copies are printed of that.
    """
    role = may_print(new.kind, concerned or alone(new.post, new.party), by=by)
    pair = check_languages(languages)
    there = queries.paper_at(session, new.post, new.kind, new.subject, new.place)
    if there is not None:
        raise WrongState(
            _("Paper {number} is already issued. Print a copy of it.", number=there.number),
            facts={"number": there.number},
        )
    at, plain = now(session), new.content.as_json()
    form = FORMS_IN_USE[new.kind]
    pdf = _rendered(new.kind, form, plain, pair, keys, at)
    paper = Paper(
        post=new.post,
        id=uuid7(),
        kind=new.kind,
        number=new.number,
        declaration_id=new.declaration_id,
        movement_id=new.movement_id,
        subject=new.subject,
        place=new.place,
        party=new.party,
        mrn=new.mrn,
        reference=new.reference,
        form=form[0],
        form_version=form[1],
        content=plain,
        languages=list(pair),
        key_id=keys.key_id,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=at,
        issued_by=by.person,
        issued_name=by.name,
    )
    session.add(paper)
    session.flush()
    _keep_print(session, paper, 0, pair, "", paper.sha256, at, by=by)
    after = {
        **_named(paper),
        "form": f"{form[0]}/{form[1]}",
        "about": new.subject,
        "sha256": paper.sha256,
        "languages": list(pair),
    }
    _tell(session, paper, "paper.issued", after, "", role, by=by)
    return PrintedPaper(paper, 0, pdf, paper.sha256)


def print_copy(
    session: Session,
    paper: Paper,
    languages: tuple[str, ...],
    reason: str,
    keys: PostKeys,
    concerned: Concerned | None = None,
    *,
    by: Actor,
) -> PrintedPaper:
    """Prints the frozen content again, marked COPY n, signed anew; what is kept is its SHA-256 and why. The row it is
    about is locked by the caller."""
    role = may_print(paper.kind, concerned or alone(paper.post, paper.party), by=by)
    pair = check_languages(languages or tuple(paper.languages))
    why = _reason(reason, paper.number)
    at, copy = now(session), queries.next_paper_copy(session, paper)
    form = (paper.form, paper.form_version)
    pdf = _rendered(paper.kind, form, paper.content, pair, keys, at, copy=copy, reason=why)
    sha256 = hashlib.sha256(pdf).hexdigest()
    _keep_print(session, paper, copy, pair, why, sha256, at, by=by)
    after = {**_named(paper), "copy": copy, "sha256": sha256, "languages": list(pair)}
    _tell(session, paper, "paper.printed", after, why, role, by=by)
    return PrintedPaper(paper, copy, pdf, sha256)


def print_sad(
    session: Session,
    content: Content,
    post: str,
    declaration_id: UUID,
    party: str,
    languages: tuple[str, ...],
    keys: PostKeys,
    *,
    by: Actor,
) -> PrintedSad:
    """Prints what is declared. What was lodged is signed and journaled; of a draft nothing is said but that it is one."""
    role = may_print(Kind.SAD, alone(post, party), by=by)
    pair = check_languages(languages)
    plain, at = content.as_json(), now(session)
    lodged = bool(plain["mrn"])
    pdf = _rendered(Kind.SAD, FORMS_IN_USE[Kind.SAD], plain, pair, keys if lodged else None, at)
    printed = PrintedSad(plain["mrn"], plain["reference"], int(plain["version"]), pdf, hashlib.sha256(pdf).hexdigest())
    if lodged:
        after = {
            "declaration": declaration_id,
            "number": printed.mrn,
            "version": printed.version,
            "sha256": printed.sha256,
            "languages": list(pair),
        }
        journal.record(
            session,
            by=by,
            event="paper.sad-printed",
            kind=JOURNAL_KIND,
            subject=declaration_id,
            post=post,
            after=after,
            role=role,
        )
    return printed


def _reason(reason: str, number: str) -> str:
    given = normal(reason)
    fault = fault_in(given)
    if fault is None and not given:
        fault = _("Paper {number} is issued already. Fetch its original, or say why a copy is printed.", number=number)
    if fault is None and len(given) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        raise Invalid(findings=[Finding("/reason", "print.reason", fault)])
    return given


def _rendered(
    kind: str,
    form: tuple[str, int],
    plain: dict[str, Any],
    pair: tuple[str, str],
    keys: PostKeys | None,
    at: dt.datetime,
    *,
    copy: int = 0,
    reason: str = "",
) -> bytes:
    """The PDF of frozen content in the form it was issued in; its data is the content's canonical JSON, and the QR code
    vouches for that. Without keys it is not signed, and its QR code holds the reference alone."""
    module = FORMS[form]
    content = getattr(module, CONTENTS[form[0]]).from_json(plain)
    data = canonical.encode(plain)
    qr = str(plain["reference"]) if keys is None else keys.sign_qr(documents.claims(kind, plain, data, at, copy))
    pdf: bytes = module.render(
        content,
        languages=pair,
        qr_text=qr,
        data=data,
        copy=copy,
        copy_reason=reason,
        signer=keys.pdf_signer if keys else None,
        printed_at=at,
    )
    return pdf


def _named(paper: Paper) -> dict[str, Any]:
    named = {"paper": paper.id, "kind": paper.kind, "number": paper.number}
    if paper.movement_id is not None:
        return {"movement": paper.movement_id, **named}
    return {"declaration": paper.declaration_id, **named}


def _tell(
    session: Session, paper: Paper, event: str, after: dict[str, Any], reason: str, role: str, *, by: Actor
) -> None:
    """In the history of the declaration or the movement, or of the payment where there is none."""
    journal.record(
        session,
        by=by,
        event=event,
        kind=JOURNAL_KIND,
        subject=paper.declaration_id or paper.movement_id or paper.subject,
        post=paper.post,
        after=after,
        reason=reason,
        role=role,
    )


def _keep_print(
    session: Session,
    paper: Paper,
    copy: int,
    pair: tuple[str, str],
    reason: str,
    sha256: str,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    session.add(
        PaperPrint(
            post=paper.post,
            id=uuid7(),
            paper_id=paper.id,
            copy=copy,
            languages=list(pair),
            reason=reason,
            sha256=sha256,
            person=by.person,
            name=by.name,
            at=at,
        )
    )
