"""What somebody writes down of goods that are held, seized or ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is about: a declaration at its post, or a movement at an office (`post`) that may be another than its own
    (`movement_post`). `party` is the firm concerned."""

    post: str
    reference: str
    mrn: str
    party: str
    declaration_id: UUID | None = None
    movement_post: str | None = None
    movement_id: UUID | None = None
    items: int = 0

    @property
    def id(self) -> UUID:
        """The id of the declaration or the movement."""
        found = self.declaration_id or self.movement_id
        if found is None:
            raise ValueError("a subject is a declaration or a movement")
        return found


@dataclass(frozen=True, slots=True)
class Detain:
    """Hold goods: `until` None is the term of the parameter detention-days; `items` empty is all of them."""

    reason: str
    basis: str = ""
    until: dt.datetime | None = None
    place: str = ""
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Extend:
    """Hold them longer, once."""

    until: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence, or persons (kind `persons`: counted, without item and value). `unit` is one of the units of its
    kind, of money the currency; `item` None is what was not declared."""

    kind: str
    description: str
    quantity: Decimal
    unit: str
    item: int | None = None
    packages: int | None = None
    packaging: str = ""
    hidden: str = ""
    value: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody whom a seizure concerns, and what he says; who refuses to sign says why, or nothing."""

    full_name: str
    role: str
    document: str = ""
    nationality: str = ""
    explanation: str = ""
    signs: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """On what it came."""

    plate: str = ""
    country: str = ""
    trailer: str = ""
    container: str = ""
    vin: str = ""


@dataclass(frozen=True, slots=True)
class Seize:
    """A seizure record as it is drawn up."""

    circumstances: str
    hidden: str
    pieces: tuple[Piece, ...]
    basis: str = ""
    persons: tuple[Involved, ...] = ()
    vehicle: Vehicle = field(default_factory=Vehicle)
    inspection: UUID | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo made ready to be kept; `serial` names the piece it shows."""

    name: str
    content: bytes
    sha256: str
    given_sha256: str
    serial: int | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Seized pieces go from hand to hand: to a store, or to an authority whose receipt is named. No serials: all."""

    to_holder: str
    receipt: str
    authority: str = ""
    serials: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the commission that destroys goods."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class EndGoods:
    """The act of an end. A destruction needs its manner, a commission of two persons at least, and a witness; a return,
    the vehicle that takes the goods away."""

    kind: str
    reason: str
    basis: str = ""
    manner: str = ""
    place: str = ""
    commission: tuple[Member, ...] = ()
    witness: str = ""
    vehicle: str = ""
    items: tuple[int, ...] = ()
    seizure: UUID | None = None
