"""What somebody asks of watch lists, and what a consignment shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from app.watchlists.lifecycle import Kind, SubjectKind


@dataclass(frozen=True, slots=True)
class MakeList:
    """A new list. `names` by language, English at least; `roles` are those who see what stands on it, `readers` the
    logins of further persons; the owner always does."""

    code: str
    names: Mapping[str, str]
    source: str
    reason: str
    roles: tuple[str, ...] = ()
    valid_to: dt.date | None = None
    #: What officers do who meet what is confirmed to stand on it; they read it, and neither list nor source.
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who is let in to a list."""

    person: UUID
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class AddEntry:
    """What is looked for. `name` is the name, plate or number as its source writes it; `aliases` are other names of the
    same."""

    kind: Kind
    name: str
    source: str
    reason: str
    aliases: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The consignment that is looked at."""

    kind: SubjectKind
    post: str
    id: UUID


class Seen(NamedTuple):
    """A name or number in a consignment, and where it stands there (`consignee`, `driver`, `vehicle` …).

    `kinds` are the kinds of entries it may be; `mark` is what tells a person or firm from others of the name: the number of
    the paper that names it, else the firm it came with. Numbers and plates need none.
    """

    kinds: tuple[Kind, ...]
    role: str
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking came to: codes of lists with a match that is not dismissed, and how many entries a person has
    confirmed, here or in an earlier consignment with the same words."""

    lists: tuple[str, ...] = ()
    confirmed: int = 0
    matches: tuple[UUID, ...] = field(default=())
    #: More entries share a word with it than were looked at.
    more: bool = False
