"""What notices of decisions, detention notes and seizure records say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.declarations.models import Decision
from app.offences.lifecycle import PERSONS
from app.offences.models import (
    Detention,
    Seizure,
    SeizureMove,
    SeizurePerson,
    SeizurePhoto,
    SeizurePiece,
)
from app.offences.rules import BASES, KINDS
from app.reference.codebook import Codebook
from app.registers.contents.naming import party, vehicle
from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.decision_notice.v1_content import DecisionNotice, Item
from forms.detention_note.v1_content import DetentionNote
from forms.seizure_record.v1_content import Involved, Link, Photo, Piece, SeizureRecord

#: Units of Recommendation 20 as people write them; others are printed as they are, persons without.
_UNITS = {"GRM": "g", "KGM": "kg", "MLT": "ml", "LTR": "l", "H87": "×", "IE": "", "MTR": "m", "MTK": "m²", "MTQ": "m³"}
#: What each decision stands on.
_ACTS = {"hold": "hold", "refuse": "refuse", "seize": "seize", "return": "return", "destroy": "destroy"}


@dataclass(frozen=True, slots=True)
class Issue:
    """Who issues when, under which key, and about what: MRN and reference of the declaration or the movement, its header
    and items as they were written, and the firm."""

    at: dt.datetime
    name: str
    key_id: str
    post: Post
    mrn: str
    reference: str
    firm: Party
    header: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    codes: Codebook

    @property
    def transport(self) -> Mapping[str, Any]:
        return self.header.get("transport") or {}


@dataclass(frozen=True, slots=True)
class Appeal:
    """Until when one may appeal, and to whom (names by locale)."""

    until: dt.datetime
    body: Mapping[str, str]


def decision(issue: Issue, made: Decision, number: str, appeal: Appeal, bases: Mapping[str, str]) -> DecisionNotice:
    """The frozen content of a notice; `bases` are the legal basis by locale."""
    return DecisionNotice(
        number=number,
        mrn=issue.mrn,
        reference=issue.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        firm=issue.firm,
        decision=made.decision,
        decided_at=made.at,
        reason=made.reason,
        appeal_until=appeal.until,
        items=_items(issue.items),
        basis=dict(bases),
        body=dict(appeal.body),
        consignee=party(issue.header.get("consignee")),
        vehicle=vehicle(issue.transport.get("vehicle")),
        trailer=vehicle(issue.transport.get("trailer")),
    )


def basis_of_decision(codes: Codebook, decision: str, post: str, at: dt.datetime) -> dict[str, str]:
    """The names of the first legal basis that the administration of a post has for such a decision."""
    act, on = _ACTS.get(decision, ""), codes.day_at(post, at)
    for entry in codes.entries(BASES, on):
        told = str(entry.attributes.get("act") or "").split()
        if act in told and entry.attributes.get("administration") in (None, "", post[:2]):
            return dict(entry.names)
    return {}


def detention(issue: Issue, row: Detention, number: str, appeal: Appeal) -> DetentionNote:
    """The frozen content of a note: of the term as it is now."""
    held = [words for words in issue.items if row.items is None or words.get("number") in row.items]
    return DetentionNote(
        number=number,
        mrn=issue.mrn,
        reference=issue.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        firm=issue.firm,
        held_at=row.at,
        until=row.term,
        reason=row.reason,
        appeal_until=appeal.until,
        items=_items(held),
        whole=row.items is None,
        extended=row.extended_by is not None,
        extended_reason=row.extended_reason or "",
        place=row.place,
        basis=_names(issue.codes, BASES, row.basis, row.post, row.at),
        body=dict(appeal.body),
        vehicle=vehicle(issue.transport.get("vehicle")),
        trailer=vehicle(issue.transport.get("trailer")),
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What belongs to a seizure record, as it stands now."""

    pieces: Sequence[SeizurePiece]
    persons: Sequence[SeizurePerson]
    moves: Sequence[SeizureMove]
    photos: Sequence[SeizurePhoto]
    act: str = ""

    def stage(self, revisions: int) -> int:
        """Grows with everything that is added to the record, so that the next print is a paper of its own."""
        confirmed = sum(move.received_at is not None for move in self.moves)
        return min(revisions + len(self.persons) + len(self.photos) + len(self.moves) + confirmed, 32_000)


def seizure(issue: Issue, row: Seizure, number: str, taken: Taken) -> SeizureRecord:
    """The frozen content of a record."""
    on = row.vehicle
    return SeizureRecord(
        number=number,
        mrn=issue.mrn,
        reference=issue.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=row.name,
        key_id=issue.key_id,
        seized_at=row.at,
        firm=issue.firm,
        circumstances=row.circumstances,
        pieces=tuple(_piece(piece, issue.codes, row) for piece in taken.pieces),
        hidden=row.hidden,
        basis=_names(issue.codes, BASES, row.basis, row.post, row.at),
        act=taken.act,
        vehicle=_seized_vehicle(on, issue),
        trailer=str(on.get("trailer") or vehicle(issue.transport.get("trailer")).plate),
        container=str(on.get("container") or ", ".join((issue.transport.get("containers") or ())[:3])),
        vin=str(on.get("vin") or ""),
        persons=tuple(
            Involved(p.full_name, p.role, p.document, p.nationality, p.explanation, p.signs, p.remark)
            for p in taken.persons
        ),
        links=tuple(_link(move) for move in taken.moves),
        photos=tuple(_photos(taken.photos)),
    )


def _seized_vehicle(told: Mapping[str, Any], issue: Issue) -> Vehicle:
    if told.get("plate"):
        return Vehicle(str(told["plate"]), str(told.get("country") or ""))
    return vehicle(issue.transport.get("vehicle"))


def _piece(piece: SeizurePiece, codes: Codebook, row: Seizure) -> Piece:
    return Piece(
        evidence=f"{piece.serial:02d}",
        kind=_names(codes, KINDS, piece.kind, row.post, row.at),
        description=piece.description,
        quantity=piece.quantity,
        unit=_UNITS.get(piece.unit, piece.unit),
        item=piece.item or 0,
        packages=piece.packages,
        packaging=piece.packaging,
        hidden=piece.hidden,
        value=piece.value,
        currency=piece.currency or "",
        person=piece.kind == PERSONS,
    )


def _link(move: SeizureMove) -> Link:
    return Link(
        number=move.number,
        giver=move.from_holder,
        taker=" · ".join(dict.fromkeys(filter(None, (move.to_holder, move.authority)))),
        receipt=move.receipt,
        handed_by=move.handed_name,
        handed_at=move.handed_at,
        received_by=move.received_name or "",
        received_at=move.received_at,
        evidence=", ".join(f"{serial:02d}" for serial in move.serials or ()),
    )


def _photos(photos: Iterable[SeizurePhoto]) -> Iterable[Photo]:
    for number, photo in enumerate(photos, start=1):
        yield Photo(number, photo.sha256, photo.caption, f"{photo.serial:02d}" if photo.serial else "")


def _names(codes: Codebook, name: str, code: str, post: str, at: dt.datetime) -> dict[str, str]:
    """What a code was called on the day; the code itself where no list knows it."""
    entry = codes.find(name, code, codes.day_at(post, at))
    return dict(entry.names) if entry else {"en": code}


def _items(items: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    return tuple(
        Item(
            number=int(words["number"]),
            commodity=str(words.get("commodity") or ""),
            description=str(words.get("description") or ""),
            packages=sum(each.get("count") or 0 for each in words.get("packages") or ()),
            gross_kg=Decimal(str(words.get("gross_kg") or 0)),
        )
        for words in items
    )
