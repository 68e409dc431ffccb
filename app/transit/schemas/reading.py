"""From outside words to what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.core import drafts
from app.core.compiled import Compiled
from app.core.errors import Finding, Invalid
from app.core.messages import T
from app.core.reading import load
from app.transit.declared import SECRET, Declared, without_secrets
from app.transit.schemas.movement import MovementSchema
from app.transit.schemas.parts import MOST_ITEMS

_MANY = T("A movement has at most {most} items. Declare the others in a second movement.", "length")


@cache
def movement_schema() -> MovementSchema:
    return MovementSchema()


@cache
def _reader() -> Compiled:
    return Compiled(movement_schema())


def read(body: Any) -> Declared:
    """Outside words to what is declared; raises `Invalid` with a finding for every word that breaks a rule."""
    return split(load(_reader(), body))


def split(words: Mapping[str, Any]) -> Declared:
    """What the schema loaded, in the form it is stored in; raises `Invalid` for more items than a movement may have."""
    if sum(len(house["items"]) for house in words["house_consignments"]) > MOST_ITEMS:
        raise Invalid(findings=[Finding("/house_consignments", "length", _MANY.format(most=MOST_ITEMS).text)])
    guarantees = enumerate(words["guarantees"])
    return Declared.of(words, {place: named[SECRET] for place, named in guarantees if named.get(SECRET)})


def draft_words(body: Any) -> dict[str, Any]:
    """What may be kept as a draft (see `core.drafts.draft_words`), without access codes: they are asked for again when
    the movement is lodged. Raises `Invalid`."""
    words: dict[str, Any] = without_secrets(drafts.draft_words(body))
    return words
