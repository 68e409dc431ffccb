"""From the bytes of a file to a message that becomes a draft: one way in for page, API and commands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from app.core.errors import Finding, Malformed
from app.core.text import Text, _, excerpt
from app.declarations import schemas
from app.flows.importing import Message
from app.interchange.asycuda.checks import FORM_ONLY, Codes
from app.interchange.asycuda.read import read
from app.interchange.kinds import Kind, kind_of
from app.reference.codebook import COMMODITY, HS_DIGITS, Codebook
from app.transit import schemas as transit
from app.transit.declared import SECRET

_LONGEST_NUMBER: Final = 20
_LONGEST_NAME: Final = 120


def message_of(data: bytes, name: str, *, posts: Collection[str] = (), codes: Codes = FORM_ONLY) -> Message:
    """The message in the bytes of a file; its kind is told by the content, `name` is only a label.

    `posts` are the codes of offices that are posts here, `codes` the lists that values are checked against. Faults
    inside a declaration are listed in `problems`, never raised. Raises `Malformed`, `TooLarge` or `Invalid` for bytes
    that are no message that can be read.
    """
    label = excerpt(name.strip() or "file", _LONGEST_NAME)
    kind = kind_of(data)
    if kind is Kind.MOVEMENT:
        return _movement(data, label)
    if kind is Kind.DECLARATION:
        return Message(Kind.DECLARATION.value, label, "application/json", data, schemas.draft_words(_json(data)))
    sad = read(data, posts=posts, codes=codes)
    unread = tuple(value.plain() for value in sad.unread)
    return Message(Kind.ASYCUDA.value, label, "application/xml", data, sad.document, unread, tuple(sad.problems))


def _movement(data: bytes, label: str) -> Message:
    """The message of a movement in our own JSON. Its file is kept to the byte, but for access codes."""
    said = _json(data)
    codes = dict(_access_codes(said))
    words = transit.draft_words(said)
    kept = data if words == said else json.dumps(words, ensure_ascii=False).encode()
    return Message(Kind.MOVEMENT.value, label, "application/json", kept, words, access_codes=codes)


def _access_codes(said: dict[str, Any]) -> Iterator[tuple[int, str]]:
    named = said.get("guarantees")
    for place, guarantee in enumerate(named if isinstance(named, list) else ()):
        code = guarantee.get(SECRET) if isinstance(guarantee, dict) else None
        if isinstance(code, str) and code:
            yield place, code


def codes_of(book: Codebook, on: dt.date) -> Codes:
    """The code book as the checks of a SAD ask it."""
    return Codes(
        hs6=_Listed(book, COMMODITY, on),
        packages=_Listed(book, "package_kind", on),
        countries=_Listed(book, "country", on),
        currencies=_Listed(book, "currency", on),
        documents=_Listed(book, "document_type", on),
        units=_Listed(book, "unit", on),
    )


@dataclass(frozen=True, slots=True)
class _Listed(Collection[str]):
    """The codes of one list on one day; asking for one of thousands costs one look."""

    book: Codebook
    name: str
    on: dt.date

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.book.has(self.name, code, self.on)

    def __iter__(self) -> Iterator[str]:
        return (
            code
            for code, _name in self.book.choices(self.name, self.on, "en")
            if self.name != COMMODITY or len(code) == HS_DIGITS
        )

    def __len__(self) -> int:
        return sum(1 for _code in self)


def _json(data: bytes) -> Any:
    """The JSON of a file, read strictly: a name given twice would lose one of its values."""
    try:
        return json.loads(
            data.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=_unique, parse_int=_whole, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise _malformed(_("The JSON cannot be read: it is not valid, or nested too deeply.")) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _value in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    raise _malformed(_("The name “{name}” stands twice in one object. Remove one.", name=excerpt(twice)))


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _malformed(
            _("The file holds a number with {count} digits. Write it as text in quotes.", count=len(digits))
        )
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise _malformed(_("{name} is not JSON. Write a number as text in quotes.", name=name))


def _malformed(message: Text) -> Malformed:
    return Malformed(message, findings=[Finding("", "json-syntax", message)])
