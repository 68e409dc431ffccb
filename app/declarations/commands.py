"""What somebody asks of a declaration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.text import Text


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration's words after the schema: `header` without items and documents, which stand apart.

    Decimals are strings of plain digits, dates ISO strings; all names are those of the contract.
    """

    header: dict[str, Any]
    items: list[dict[str, Any]]
    documents: list[dict[str, Any]]

    @property
    def post(self) -> str:
        return str(self.header["post"])

    @property
    def declarant(self) -> str:
        return str(self.header["declarant"]["id"])


@dataclass(frozen=True, slots=True)
class LodgeDeclaration:
    """Lodge what is declared; `draft` names the draft it was written in, with the version its writer saw."""

    declared: Declared
    draft: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what is written so far. `body` is the contract's JSON, complete or not; `party` is the firm acted for.

    `source` names the stored message the draft was read from, if any.
    """

    post: str
    body: dict[str, Any]
    party: str | None = None
    reference: str | None = None
    version: int | None = None
    source: UUID | None = None
    unread: tuple[dict[str, str], ...] = ()
    remarks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteDraft:
    reference: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Decide:
    """An officer's decision on the version he saw (None: whatever is there, for commands typed by hand)."""

    reference: str
    decision: str
    reason: str
    note: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the trader about the declaration (item 0) or an item; `deadline` is a moment ahead, in UTC."""

    reference: str
    question: str
    item: int = 0
    deadline: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    reference: str
    query: UUID
    answer: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class WithdrawQuery:
    reference: str
    query: UUID
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class RequestAmendment:
    """What shall be declared instead (the contract's JSON, whole), and why."""

    reference: str
    body: dict[str, Any]
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Invalidate:
    """Why a declaration shall count no more."""

    reference: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SettleRequest:
    """An official's word on a request to amend or to invalidate."""

    reference: str
    amendment: UUID
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PartlyRelease:
    """Items an officer lets go before the others."""

    reference: str
    items: tuple[int, ...]
    reason: str
    note: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ConfirmExit:
    """What is seen at the gate: plate and seals. `items` None means everything that is still here and may go.

    `remark` explains seals that are not those declared. `without_permit` is a supervisor's reason for writing down a
    truck that has left already although no permit was good for its goods.
    """

    reference: str
    plate: str
    seals: tuple[str, ...] = ()
    items: tuple[int, ...] | None = None
    remark: str = ""
    version: int | None = None
    without_permit: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """The permit that a truck shows at the gate: the items it lets through. `refusal` says why it lets nothing through,
    or that there is none."""

    number: str = ""
    items: frozenset[int] = frozenset()
    refusal: Text | None = None


@dataclass(frozen=True, slots=True)
class RecordAudit:
    """What came out afterwards: `conform`, `differences` or `further` (it is not finished)."""

    reference: str
    outcome: str
    summary: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Words to begin with, under a name that is the firm's own."""

    post: str
    name: str
    body: dict[str, Any]
    party: str | None = None


@dataclass(frozen=True, slots=True)
class AddDocument:
    """A supporting document handed in after lodging, for the whole (item 0) or an item; `document` holds the words of
    `schemas.DocumentSchema`, `attachment` among them naming an uploaded scan."""

    reference: str
    document: dict[str, Any]
    item: int = 0
    version: int | None = None
