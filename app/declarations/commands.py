"""What somebody asks of a declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


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
