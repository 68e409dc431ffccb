"""From outside words to what is declared, and from marshmallow's messages to findings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import marshmallow as ma

from app.core.compiled import Compiled
from app.core.errors import Finding, Invalid, pointer
from app.core.messages import Said, T
from app.core.text import Text
from app.declarations.commands import Declared
from app.declarations.schemas.header import DeclarationSchema
from app.declarations.schemas.items import AddedDocumentSchema

#: Nobody corrects more at once, and each costs a translated sentence.
MOST_FINDINGS = 500


@cache
def declaration_schema() -> DeclarationSchema:
    return DeclarationSchema()


@cache
def _reader() -> Compiled:
    return Compiled(declaration_schema())


def read(body: Any) -> Declared:
    """Outside words to what is declared; raises `Invalid` with a finding for every word that breaks a rule."""
    try:
        words = _reader().load(body)
    except ma.ValidationError as error:
        raise Invalid(findings=findings(error.normalized_messages())[:MOST_FINDINGS]) from None  # type: ignore[no-untyped-call]
    return split(words)


def read_document(body: Any) -> tuple[int, dict[str, Any]]:
    """A document handed in after lodging: the item it is for (0: the whole) and its words; raises `Invalid`."""
    try:
        words = _document_schema().load(body)
    except ma.ValidationError as error:
        raise Invalid(findings=findings(error.normalized_messages())) from None  # type: ignore[no-untyped-call]
    return words.pop("item"), words


@cache
def _document_schema() -> AddedDocumentSchema:
    return AddedDocumentSchema()


def split(words: Mapping[str, Any]) -> Declared:
    header = {name: value for name, value in words.items() if name not in ("items", "documents")}
    return Declared(header, list(words["items"]), list(words["documents"]))


def findings(messages: Mapping[Any, Any], *path: str | int) -> list[Finding]:
    """Marshmallow's tree of messages as findings with pointers."""
    found: list[Finding] = []
    for name, below in messages.items():
        here = path if name == "_schema" else (*path, name)
        if isinstance(below, Mapping):
            found += findings(below, *here)
        else:
            found += [_finding(message, here) for message in below]
    return found


def _finding(message: object, path: tuple[str | int, ...]) -> Finding:
    if isinstance(message, Said):
        return Finding(pointer(*path), message.rule, message.text)
    if isinstance(message, T):
        return Finding(pointer(*path), message.rule, message.text)
    return Finding(pointer(*path), "invalid", Text(str(message)))
