"""From what happened to a declaration to the paper that tells of it: notice, receipt, exit note, and the print of what is
declared.

A paper is issued when it is first asked for, and from then on copies of it are printed: what it says is frozen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance import queries as papers
from app.clearance.commands import NAMES, OF_DECLARATION, OF_EITHER, Content, Kind, NewPaper
from app.clearance.keys import KeyStore, PostKeys
from app.clearance.models import Paper
from app.clearance.operations.papers import PrintedPaper, PrintedSad, alone, may_print
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, NotFound, WrongState
from app.core.text import _, excerpt
from app.declarations import queries
from app.declarations.lifecycle import LET_GO, Status
from app.declarations.models import Declaration, DeclarationExit
from app.flows import detaining, dues, inspection_papers, offence_papers, settling
from app.flows.movements import concerned
from app.flows.permits import DEFAULT_LANGUAGES
from app.inspections import queries as inspections
from app.inspections.models import Inspection
from app.payments import queries as owed
from app.payments.models import Assessment, Payment, Refund
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers.contents import exit_note, inspection_act, notice, receipt, sad
from app.registers.contents.naming import day_at, firm, office, party, post_of
from forms.clearance_permit.v1_content import Post
from forms.sad.v1_content import Control

KINDS = tuple(kind.value for kind in OF_DECLARATION)
_LET_GO = frozenset(status.value for status in LET_GO)


@dataclass(frozen=True, slots=True)
class Ask:
    """A paper of a declaration. `of` is the number of an assessment, the id or official number of a payment or refund,
    the number of an exit, or the version of what is declared; "" is the newest. `reason` says why a copy is printed, `seen`
    how many copies there were when it was asked for (None: however many)."""

    reference: str
    kind: str
    of: str = ""
    languages: tuple[str, ...] = ()
    reason: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every paper needs beside its subject."""

    session: Session
    declaration: Declaration
    codes: Codebook
    post: Post
    keys: PostKeys
    by: Actor

    @property
    def name(self) -> str:
        """Who issues: an official of the post, else the post itself."""
        declaration = self.declaration
        return self.by.name if queries.sees_lane(self.by, declaration.post) else office(self.post)

    def new(self, kind: str, number: str, subject: UUID, place: int, content: Content) -> NewPaper:
        declaration = self.declaration
        return NewPaper(
            kind=kind,
            number=number,
            post=declaration.post,
            declaration_id=declaration.id,
            subject=subject,
            place=place,
            party=declaration.party,
            mrn=declaration.mrn or "",
            reference=declaration.reference,
            content=content,
        )


def print_paper(session: Session, ask: Ask, keys: KeyStore, *, by: Actor) -> PrintedPaper | PrintedSad:
    """Issues a paper, or prints a copy of the one that is issued. The declaration stays locked until it is kept, so that
    of two who ask at once the second finds what the first has issued."""
    if ask.kind not in KINDS:
        message = _("Choose one of: {choices}.", choices=", ".join(KINDS))
        raise Invalid(findings=[Finding("/kind", "paper.kind", message)])
    declaration = queries.locked(session, ask.reference, by=by)
    may_print(ask.kind, alone(declaration.post, declaration.party), by=by)
    inspection_papers.must_be_told(ask.kind, declaration, by=by)
    desk = _desk(session, declaration, keys, by)
    if ask.kind == Kind.SAD:
        return _sad(desk, ask)
    if ask.kind in _AGAINST:
        return _against(desk, ask)
    found = _FINDERS[ask.kind](desk, ask.of)
    issued = papers.paper_about(session, declaration.post, ask.kind, found.id)
    if issued is not None:
        expect_copies(session, issued, ask.seen)
        return clearance.print_paper(session, issued, ask.languages, ask.reason, desk.keys, by=by)
    new = _MAKERS[ask.kind](desk, found)
    return clearance.issue_paper(session, new, ask.languages or DEFAULT_LANGUAGES, desk.keys, by=by)


def expect_copies(session: Session, paper: Paper, seen: int | None) -> None:
    """A second click, or a colleague, has printed since the page was drawn: say so instead of making one more."""
    if seen is None or papers.next_paper_copy(session, paper) == seen + 1:
        return
    last = papers.paper_prints(session, paper)[-1]
    raise ChangedMeanwhile(
        _(
            "Copy {copy} has just been printed by {name}. If another one is needed, print again.",
            copy=last.copy,
            name=last.name,
        )
    )


def print_receipt(
    session: Session,
    id: UUID,
    languages: tuple[str, ...],
    reason: str,
    keys: KeyStore,
    seen: int | None = None,
    *,
    by: Actor,
) -> PrintedPaper | PrintedSad:
    """The receipt of a payment by its id: of a deposit, too, which belongs to no declaration. `seen` as in `Ask`."""
    payment = owed.find_payment(session, id, by=by)
    if payment.declaration_id is not None:
        ask = Ask(payment.reference, Kind.RECEIPT.value, str(payment.id), languages, reason, seen)
        return print_paper(session, ask, keys, by=by)
    payment = owed.find_payment(session, id, by=by, lock=True)
    may_print(Kind.RECEIPT, alone(payment.post, payment.party), by=by)
    signing = keys.post_keys(payment.post, now(session))
    issued = papers.paper_about(session, payment.post, Kind.RECEIPT.value, payment.id)
    if issued is not None:
        expect_copies(session, issued, seen)
        return clearance.print_paper(session, issued, languages, reason, signing, by=by)
    _must_be_confirmed(payment)
    codes = codebook(session)
    content = receipt.of_payment(session, payment, None, post_of(codes, payment.post), codes, signing.key_id)
    new = NewPaper(
        Kind.RECEIPT.value, content.number, payment.post, None, payment.id, 0, payment.party, "", "", content
    )
    return clearance.issue_paper(session, new, languages or DEFAULT_LANGUAGES, signing, by=by)


def is_printer(kind: str, about: Declaration | Payment, *, by: Actor) -> bool:
    """Whether somebody may have papers of this kind printed of a declaration or a payment."""
    try:
        may_print(kind, alone(about.post, about.party), by=by)
    except Forbidden:
        return False
    return True


def original(session: Session, number: str, *, by: Actor) -> Paper:
    """A paper as issued, for whoever may see what it is about; `NotFound` for everybody else."""
    paper = papers.paper_by_number(session, number)
    if paper.movement_id is not None:
        return concerned.seen(session, paper, by=by)
    if paper.declaration_id is None:
        owed.find_payment(session, paper.subject, by=by)
    elif not inspection_papers.is_told(paper.kind, queries.find(session, paper.reference, by=by), by=by):
        raise NotFound()
    return paper


def _desk(session: Session, declaration: Declaration, keys: KeyStore, by: Actor) -> _Desk:
    codes = codebook(session)
    signing = keys.post_keys(declaration.post, now(session))
    return _Desk(session, declaration, codes, post_of(codes, declaration.post), signing, by)


def _nothing(desk: _Desk, kind: str, of: str) -> NotFound | WrongState:
    """Named and not there, or not there yet."""
    if of:
        return NotFound(
            _("There is no {kind} of “{of}” here. Look at the list of papers.", kind=NAMES[kind], of=excerpt(of))
        )
    return WrongState(
        _("There is nothing yet that a paper of the kind {kind} would tell of.", kind=NAMES[kind]),
        facts={"state": desk.declaration.status},
    )


# --- notice ----------------------------------------------------------------------------------------------------------


def _assessment(desk: _Desk, of: str) -> Assessment:
    made = owed.assessments(desk.session, desk.declaration.post, desk.declaration.id)
    found = [each for each in made if not of or str(each.number) == of]
    if not found:
        raise _nothing(desk, Kind.NOTICE.value, of)
    return found[-1]


def _notice(desk: _Desk, made: Assessment) -> NewPaper:
    """Only of the assessment that holds: what an older one said is past, and nobody was told of it."""
    declaration, session = desk.declaration, desk.session
    everything = owed.assessments(session, declaration.post, declaration.id)
    last = everything[-1]
    if made.number != last.number:
        raise WrongState(
            _(
                "Assessment {number} has been replaced by assessment {last}. Ask for the notice of that.",
                number=made.number,
                last=last.number,
            ),
            facts={"last": last.number},
        )
    standing = settling.standing(session, declaration)
    before = everything[-2] if len(everything) > 1 else None
    mrn = declaration.mrn or ""
    assessed = notice.Assessed(mrn, declaration.reference, made, before, standing, not dues.is_provisional(declaration))
    issue = notice.Issue(notice.number_of(mrn, made.number), now(session), desk.name, desk.keys.key_id)
    declared = queries.declared(session, declaration, made.content)
    content = notice.content(issue, assessed, declared, firm(session, declaration.party), desk.post, desk.codes)
    return desk.new(Kind.NOTICE.value, content.number, made.id, made.number, content)


# --- receipt ---------------------------------------------------------------------------------------------------------


def _money(desk: _Desk, of: str) -> Payment | Refund:
    session, declaration = desk.session, desk.declaration
    known: list[Payment | Refund] = [
        *owed.payments(session, declaration.post, declaration.id),
        *owed.refunds(session, declaration.post, declaration.id),
    ]
    if of:
        found = [each for each in known if of in (str(each.id), each.number)]
    else:
        found = [each for each in known if isinstance(each, Payment) and each.status == "confirmed"]
    if not found:
        raise _nothing(desk, Kind.RECEIPT.value, of)
    return found[-1]


def _receipt(desk: _Desk, money: Payment | Refund) -> NewPaper:
    declaration, session = desk.declaration, desk.session
    header = queries.content(session, declaration).header
    about = receipt.About(declaration, party(header.get("declarant")))
    if isinstance(money, Refund):
        content = receipt.of_refund(session, money, about, desk.post, desk.keys.key_id)
    else:
        _must_be_confirmed(money)
        content = receipt.of_payment(session, money, about, desk.post, desk.codes, desk.keys.key_id)
    return desk.new(Kind.RECEIPT.value, content.number, money.id, 0, content)


def _must_be_confirmed(payment: Payment) -> None:
    if payment.status != "confirmed":
        raise WrongState(
            _("A receipt is issued for a payment that the cashier has confirmed and nobody has cancelled."),
            facts={"state": payment.status},
        )


# --- exit ------------------------------------------------------------------------------------------------------------


def _gone(desk: _Desk, of: str) -> DeclarationExit:
    found = [gone for gone, _items in queries.exits(desk.session, desk.declaration) if of in ("", gone.number)]
    if not found:
        raise _nothing(desk, Kind.EXIT_NOTE.value, of)
    return found[-1]


def _exit_note(desk: _Desk, gone: DeclarationExit) -> NewPaper:
    declaration, session = desk.declaration, desk.session
    items = next(taken for each, taken in queries.exits(session, declaration) if each.id == gone.id)
    declared = queries.declared(session, declaration, gone.content)
    content = exit_note.content(gone, items, declaration, declared, desk.post, desk.keys.key_id)
    return desk.new(Kind.EXIT_NOTE.value, content.number, gone.id, 0, content)


# --- inspection ------------------------------------------------------------------------------------------------------


def _concluded(desk: _Desk, of: str) -> Inspection:
    declaration = desk.declaration
    looks = inspections.of_declaration(desk.session, declaration.post, declaration.id)
    return inspection_papers.look_of(looks, of, declaration.status)


def _act(desk: _Desk, look: Inspection) -> NewPaper:
    issue = inspection_act.Issue(now(desk.session), desk.name, desk.post, desk.keys.key_id)
    content = inspection_act.of_declaration(desk.session, issue, look, desk.declaration, desk.codes)
    return desk.new(Kind.INSPECTION_ACT.value, content.number, look.id, 0, content)


# --- decisions against the goods -------------------------------------------------------------------------------------


#: Papers whose next print may be a paper of its own.
_AGAINST = (Kind.DECISION_NOTICE, *OF_EITHER)


def _against(desk: _Desk, ask: Ask) -> PrintedPaper:
    session, declaration = desk.session, desk.declaration
    if declaration.status == Status.DRAFT.value:
        raise _nothing(desk, ask.kind, ask.of)
    said = queries.declared(session, declaration)
    about = offence_papers.About(detaining.subject_of(session, declaration), said.header, said.items)
    if ask.kind == Kind.DECISION_NOTICE:
        made = offence_papers.of_decision(session, declaration, about, ask.of, desk.name, desk.keys.key_id)
    else:
        maker = offence_papers.of_detention if ask.kind == Kind.DETENTION_NOTE else offence_papers.of_seizure
        made = maker(session, about, declaration.post, ask.of, desk.name, desk.keys.key_id)
    if made.issued is not None:
        expect_copies(session, made.issued, ask.seen)
        return clearance.print_paper(session, made.issued, ask.languages, ask.reason, desk.keys, by=desk.by)
    assert made.content is not None
    new = desk.new(ask.kind, made.number, made.id, made.place, made.content)
    return clearance.issue_paper(session, new, ask.languages or DEFAULT_LANGUAGES, desk.keys, by=desk.by)


# --- what is declared ------------------------------------------------------------------------------------------------


def _sad(desk: _Desk, ask: Ask) -> PrintedSad:
    declaration, session = desk.declaration, desk.session
    draft = declaration.status == Status.DRAFT.value
    version = _version(desk, ask.of)
    current = version == declaration.content or draft
    declared = dues.written(session, declaration) if draft else queries.declared(session, declaration, version)
    printed = sad.Printed(
        mrn=declaration.mrn or "",
        reference=declaration.reference,
        version=version,
        registered_at=declaration.lodged_at,
        at=now(session),
        name=desk.name,
        key_id=desk.keys.key_id,
        result=_result(desk, version, current=current),
        provisional=draft or (current and dues.is_provisional(declaration)),
        accounting=() if draft else _accounting(desk),
        control=Control() if draft else _control(desk, declared.header.get("seals") or ()),
    )
    content = sad.content(printed, declared, desk.post, desk.codes)
    return clearance.print_sad(
        session,
        content,
        declaration.post,
        declaration.id,
        declaration.party,
        ask.languages or DEFAULT_LANGUAGES,
        desk.keys,
        by=desk.by,
    )


def _version(desk: _Desk, of: str) -> int:
    newest = max(desk.declaration.content, 1)
    if not of:
        return newest
    if not (of.isascii() and of.isdigit() and len(of) < 5 and 1 <= int(of) <= newest):
        raise _nothing(desk, Kind.SAD.value, of)
    return int(of)


def _result(desk: _Desk, version: int, *, current: bool) -> dict[str, object] | None:
    """The last assessment of that version; of the present one without, what it would be today."""
    declaration, session = desk.declaration, desk.session
    made = owed.assessments(session, declaration.post, declaration.id) if declaration.mrn else []
    known = [each for each in made if each.content == version]
    if known:
        return known[-1].result
    return dues.of(session, declaration, by=desk.by).result if current else None


def _accounting(desk: _Desk) -> tuple[str, ...]:
    """Box B: the receipts."""
    declaration = desk.declaration
    paid = owed.payments(desk.session, declaration.post, declaration.id)
    return tuple(
        f"{each.number} · {day_at(desk.post, each.settled_at or each.made_at):%d.%m.%Y} · "
        f"{_plain(each.amount)} {each.currency}"
        for each in paid
        if each.status == "confirmed"
    )


def _plain(amount: Decimal) -> str:
    return f"{amount:,f}".replace(",", " ")


def _control(desk: _Desk, seals: tuple[str, ...] | list[str]) -> Control:
    """Box D/J of what was let go or not: the word of the decision, and its time. Who decided is for colleagues."""
    declaration, session = desk.declaration, desk.session
    decided = queries.decisions(session, declaration)
    if not decided:
        word = "release" if declaration.status in _LET_GO else ""
        return Control(result=word, seals=tuple(seals))
    last = decided[-1]
    officer = last.name if queries.sees_lane(desk.by, declaration.post) else ""
    return Control(result=last.decision, seals=tuple(seals), officer=officer, at=last.at)


_FINDERS: dict[str, Callable[[_Desk, str], Assessment | Payment | Refund | DeclarationExit | Inspection]] = {
    Kind.NOTICE: _assessment,
    Kind.RECEIPT: _money,
    Kind.EXIT_NOTE: _gone,
    Kind.INSPECTION_ACT: _concluded,
}
_MAKERS: dict[str, Callable[..., NewPaper]] = {
    Kind.NOTICE: _notice,
    Kind.RECEIPT: _receipt,
    Kind.EXIT_NOTE: _exit_note,
    Kind.INSPECTION_ACT: _act,
}
