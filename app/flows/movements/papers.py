"""The papers of a transit movement: accompanying document, permission to unload, arrival receipt.

The accompanying document goes with the goods from their release on. Where the vehicle, the seals or the limit have
changed on the way, the next print is a document of its own that takes the place of the one before, as an office that
endorses an incident hands out a new one; whatever else is printed is a copy and needs a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.orm import Session

from app.clearance import operations as clearance
from app.clearance import queries as papers
from app.clearance.commands import OF_EITHER, OF_MOVEMENT, Concerned, Content, Kind, NewPaper
from app.clearance.keys import KeyStore, PostKeys
from app.clearance.models import Paper
from app.clearance.operations.papers import PRINTING, PrintedPaper, may_print
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.text import _, excerpt
from app.flows import inspection_papers, offence_papers
from app.flows.movements.concerned import Whom, is_printer
from app.flows.papers import Ask, expect_copies
from app.flows.permits import DEFAULT_LANGUAGES
from app.inspections import queries as inspections
from app.offences import queries as offences
from app.offences.commands import Subject as Goods
from app.offences.models import Detention, Seizure
from app.reference.queries import codebook
from app.registers.contents import at_destination, inspection_act, on_the_way, transit_document
from app.registers.contents.naming import office, post_of
from app.registers.movements import papers as register
from app.registers.papers import Printable
from app.transit import queries
from app.transit.commands import Declared
from app.transit.lifecycle import OPEN, UNDER_WAY, Status
from app.transit.models import Movement, TransitArrival, TransitUnloading
from forms.transit_document.v1_content import Replaced

R = TypeVar("R", TransitArrival, TransitUnloading)

KINDS = tuple(kind.value for kind in (*OF_MOVEMENT, *OF_EITHER, Kind.INSPECTION_ACT))
#: Where the goods are on the road, as far as anybody knows: a changed document is issued again.
ON_THE_ROAD = (*UNDER_WAY, Status.ENQUIRY)


@dataclass(frozen=True, slots=True)
class Offered:
    """A paper that somebody sees, and whether he may have it printed."""

    line: Printable
    may_print: bool


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every paper of a movement needs beside its subject."""

    session: Session
    movement: Movement
    whom: Whom
    languages: tuple[str, ...]
    ask: Ask
    keys: KeyStore
    by: Actor

    @property
    def declared(self) -> Declared:
        return queries.declared(self.session, self.movement)

    def signing(self, post: str) -> PostKeys:
        return self.keys.post_keys(post, now(self.session))

    def name(self, post: str) -> str:
        """Who issues: an official of the movement's offices, else the office itself."""
        if queries.is_official(self.by, self.movement, self.whom.offices):
            return self.by.name
        return office(post_of(codebook(self.session), post))

    def new(self, kind: Kind, place: int, number: str, content: Content) -> NewPaper:
        movement = self.movement
        return NewPaper(
            kind=kind.value,
            number=number,
            post=movement.post,
            declaration_id=None,
            movement_id=movement.id,
            subject=movement.id,
            place=place,
            party=movement.party,
            mrn=movement.mrn or "",
            reference=movement.reference,
            content=content,
        )


def print_paper(session: Session, ask: Ask, keys: KeyStore, *, by: Actor) -> PrintedPaper:
    """Issues a paper of a movement, or prints a copy of the one that is issued. `ask.of` is the number of the permission
    or of the arrival, of a document which one it is; "" is the newest. The movement stays locked until it is kept, so
    that of two who ask at once the second finds what the first has issued."""
    if ask.kind not in KINDS:
        message = _("Choose one of: {choices}.", choices=", ".join(KINDS))
        raise Invalid(findings=[Finding("/kind", "paper.kind", message)])
    movement = queries.locked(session, ask.reference, by=by)
    desk = _Desk(session, movement, Whom.of(session, movement), ask.languages or DEFAULT_LANGUAGES, ask, keys, by)
    if ask.kind == Kind.TRANSIT_DOCUMENT:
        return _document(desk)
    if ask.kind == Kind.UNLOADING_PERMISSION:
        return _permission(desk)
    if ask.kind in OF_EITHER:
        return _against(desk)
    if ask.kind == Kind.INSPECTION_ACT:
        return _act(desk)
    return _receipt(desk)


def offered(session: Session, reference: str, *, by: Actor) -> tuple[Movement, list[Offered]]:
    """What papers of a movement this person sees, and which he may have printed."""
    movement = queries.find(session, reference, by=by)
    whom = Whom.of(session, movement)
    last = papers.paper_about(session, movement.post, Kind.TRANSIT_DOCUMENT.value, movement.id)
    stale = last is not None and changed(session, movement, last)
    found = []
    for line in register.of_movement(session, movement, changed=stale):
        place = int(line.of) if line.of.isdigit() else 0
        if whom.may_see(line.kind, place, by=by):
            is_first = line.kind == Kind.TRANSIT_DOCUMENT and last is None
            concerned = whom.at_departure() if is_first else whom.concerned(line.kind, place)
            found.append(Offered(line, is_printer(line.kind, concerned, by=by)))
    return movement, found


# --- the accompanying document ------------------------------------------------------------------------------------------


def _document(desk: _Desk) -> PrintedPaper:
    session, movement = desk.session, desk.movement
    last = papers.paper_about(session, movement.post, Kind.TRANSIT_DOCUMENT.value, movement.id)
    concerned = desk.whom.concerned(Kind.TRANSIT_DOCUMENT) if last else desk.whom.at_departure()
    may_print(Kind.TRANSIT_DOCUMENT, concerned, by=desk.by)
    if movement.released_at is None or movement.status == Status.INVALIDATED:
        raise WrongState(
            _("An accompanying document goes with goods that are released for transit; this movement is “{status}”.",
              status=movement.status),
            facts={"state": movement.status},
        )  # fmt: skip
    if desk.ask.of:
        return _of_number(desk, concerned)
    if last is not None and not changed(session, movement, last):
        return _copied(desk, last, concerned)
    if movement.status not in OPEN:
        raise WrongState(
            _("This movement has ended. There is nothing any more that a new document would go with."),
            facts={"state": movement.status},
        )
    return _issued(desk, last, concerned)


def changed(session: Session, movement: Movement, last: Paper) -> bool:
    """Whether the goods travel otherwise than their last document says, so that the next print is a new one."""
    if movement.status not in ON_THE_ROAD:
        return False
    header = queries.content(session, movement).header
    return on_the_way.moving(session, movement, header).differs(last.content)


def _issued(desk: _Desk, last: Paper | None, concerned: Concerned) -> PrintedPaper:
    """The first one by the office of departure, a further one by the office of whoever asks for it."""
    session, movement = desk.session, desk.movement
    at = _office(desk, concerned)
    codes, declared, keys = codebook(session), desk.declared, desk.signing(at)
    edition = 1 if last is None else last.place + 1
    previous = None if last is None else Replaced(last.number, last.issued_at)
    issue = transit_document.Issue(edition, now(session), desk.name(at), keys.key_id, previous)
    travelling = on_the_way.moving(session, movement, declared.header)
    content = transit_document.content(session, issue, movement, declared, travelling, post_of(codes, at), codes)
    new = desk.new(Kind.TRANSIT_DOCUMENT, edition, content.number, content)
    return clearance.issue_paper(session, new, desk.languages, keys, concerned, by=desk.by)


def _office(desk: _Desk, concerned: Concerned) -> str:
    """Where the person is an official who prints; the office of departure for the holder."""
    roles = PRINTING[Kind.TRANSIT_DOCUMENT]
    own = (post for post in concerned.posts if desk.by.grant(roles, post) is not None)
    return next(own, desk.movement.post)


def _of_number(desk: _Desk, concerned: Concerned) -> PrintedPaper:
    """A copy of the document with that number, be it the last or an older one."""
    session, movement, of = desk.session, desk.movement, desk.ask.of
    place = int(of) if of.isascii() and of.isdigit() and len(of) < 5 else 0
    found = papers.paper_at(session, movement.post, Kind.TRANSIT_DOCUMENT.value, movement.id, place)
    if found is None:
        raise _absent(of)
    return _copied(desk, found, concerned)


def _copied(desk: _Desk, paper: Paper, concerned: Concerned) -> PrintedPaper:
    """A copy, signed with the key of the office whose paper it is."""
    expect_copies(desk.session, paper, desk.ask.seen)
    keys = desk.signing(paper.content["post"]["code"])
    ask = desk.ask
    return clearance.print_paper(desk.session, paper, ask.languages, ask.reason, keys, concerned, by=desk.by)


def _absent(of: str) -> NotFound:
    return NotFound(_("There is no paper of “{of}” here. Look at the list of papers.", of=excerpt(of)))


# --- goods that are held or seized ---------------------------------------------------------------------------------------


def _against(desk: _Desk) -> PrintedPaper:
    """Issued by the office that holds or seizes."""
    session, movement, ask = desk.session, desk.movement, desk.ask
    concerned = desk.whom.concerned(ask.kind)
    may_print(ask.kind, concerned, by=desk.by)
    subject = Goods(
        movement.post, movement.reference, movement.mrn or "", movement.party,
        movement_post=movement.post, movement_id=movement.id,
    )  # fmt: skip
    rows: Sequence[Detention | Seizure] = (
        offences.detentions(session, subject)
        if ask.kind == Kind.DETENTION_NOTE
        else offences.seizures(session, subject)
    )
    found = [row for row in rows if ask.of in ("", row.number)]
    if not found:
        raise _absent(ask.of)
    office = found[0].post
    declared = desk.declared
    about = offence_papers.About(
        replace(subject, post=office), declared.header, [each.words for each in declared.items]
    )
    maker = offence_papers.of_detention if ask.kind == Kind.DETENTION_NOTE else offence_papers.of_seizure
    keys = desk.signing(office)
    made = maker(session, about, movement.post, found[0].number, desk.name(office), keys.key_id)
    if made.issued is not None:
        return _copied(desk, made.issued, concerned)
    assert made.content is not None
    new = replace(desk.new(Kind(ask.kind), made.place, made.number, made.content), subject=made.id)
    return clearance.issue_paper(session, new, desk.languages, keys, concerned, by=desk.by)


# --- the act of an inspection -------------------------------------------------------------------------------------------


def _act(desk: _Desk) -> PrintedPaper:
    """Of a concluded inspection at whatever office, which signs it; for officials."""
    session, movement, kind = desk.session, desk.movement, Kind.INSPECTION_ACT
    may_print(kind, desk.whom.concerned(kind), by=desk.by)
    look = inspection_papers.look_of(
        inspections.of_movement(session, movement.post, movement.id), desk.ask.of, movement.status
    )
    concerned = desk.whom.concerned(kind, 0, look.post)
    there = papers.paper_about(session, movement.post, kind.value, look.id)
    if there is not None:
        return _copied(desk, there, concerned)
    keys, codes = desk.signing(look.post), codebook(session)
    issue = inspection_act.Issue(now(session), desk.name(look.post), post_of(codes, look.post), keys.key_id)
    content = inspection_act.of_movement(session, issue, look, movement, codes)
    new = replace(desk.new(kind, 0, content.number, content), subject=look.id)
    return clearance.issue_paper(session, new, desk.languages, keys, concerned, by=desk.by)


# --- the papers of the destination --------------------------------------------------------------------------------------


def _receipt(desk: _Desk) -> PrintedPaper:
    arrival = _arrival(desk)
    concerned = desk.whom.concerned(Kind.ARRIVAL_RECEIPT, arrival.number, arrival.office)
    may_print(Kind.ARRIVAL_RECEIPT, concerned, by=desk.by)
    there = _there(desk, Kind.ARRIVAL_RECEIPT, arrival.number)
    if there is not None:
        return _copied(desk, there, concerned)
    issue = _issue(desk, arrival.office)
    content = at_destination.receipt(desk.session, issue, desk.movement, desk.declared, arrival)
    new = desk.new(Kind.ARRIVAL_RECEIPT, arrival.number, content.number, content)
    keys = desk.signing(arrival.office)
    return clearance.issue_paper(desk.session, new, desk.languages, keys, concerned, by=desk.by)


def _permission(desk: _Desk) -> PrintedPaper:
    unloading = _unloading(desk)
    arrivals = queries.arrivals(desk.session, desk.movement)
    arrival = next(row for row in arrivals if row.number == unloading.arrival)
    concerned = desk.whom.concerned(Kind.UNLOADING_PERMISSION, unloading.number, unloading.office)
    may_print(Kind.UNLOADING_PERMISSION, concerned, by=desk.by)
    there = _there(desk, Kind.UNLOADING_PERMISSION, unloading.number)
    if there is not None:
        return _copied(desk, there, concerned)
    issue = _issue(desk, unloading.office)
    content = at_destination.permission(desk.session, issue, desk.movement, desk.declared, arrival, unloading)
    new = desk.new(Kind.UNLOADING_PERMISSION, unloading.number, content.number, content)
    keys = desk.signing(unloading.office)
    return clearance.issue_paper(desk.session, new, desk.languages, keys, concerned, by=desk.by)


def _arrival(desk: _Desk) -> TransitArrival:
    rows = queries.arrivals(desk.session, desk.movement)
    if not rows:
        may_print(Kind.ARRIVAL_RECEIPT, desk.whom.concerned(Kind.ARRIVAL_RECEIPT), by=desk.by)
        raise WrongState(_("A receipt is issued once the goods have arrived."), facts={"state": desk.movement.status})
    return _named(rows, desk.ask.of)


def _unloading(desk: _Desk) -> TransitUnloading:
    rows = queries.unloadings(desk.session, desk.movement)
    if not rows:
        may_print(Kind.UNLOADING_PERMISSION, desk.whom.concerned(Kind.UNLOADING_PERMISSION), by=desk.by)
        raise WrongState(
            _("Unloading is not permitted yet. The office of destination decides."),
            facts={"state": desk.movement.status},
        )
    return _named(rows, desk.ask.of)


def _named(rows: list[R], of: str) -> R:
    found = [row for row in rows if of in ("", str(row.number))]
    if not found:
        raise _absent(of)
    return found[-1]


def _there(desk: _Desk, kind: Kind, place: int) -> Paper | None:
    return papers.paper_at(desk.session, desk.movement.post, kind.value, desk.movement.id, place)


def _issue(desk: _Desk, at: str) -> at_destination.Issue:
    post = post_of(codebook(desk.session), at)
    return at_destination.Issue(now(desk.session), desk.name(at), post, desk.signing(at).key_id)
