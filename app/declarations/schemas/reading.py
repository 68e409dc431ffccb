"""From outside words to what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.core.compiled import Compiled
from app.core.reading import load
from app.declarations.commands import Declared
from app.declarations.schemas.header import DeclarationSchema
from app.declarations.schemas.items import AddedDocumentSchema


@cache
def declaration_schema() -> DeclarationSchema:
    return DeclarationSchema()


@cache
def _reader() -> Compiled:
    return Compiled(declaration_schema())


def read(body: Any) -> Declared:
    """Outside words to what is declared; raises `Invalid` with a finding for every word that breaks a rule."""
    return split(load(_reader(), body))


def read_document(body: Any) -> tuple[int, dict[str, Any]]:
    """A document handed in after lodging: the item it is for (0: the whole) and its words; raises `Invalid`."""
    words = load(_document_schema(), body)
    return words.pop("item"), words


@cache
def _document_schema() -> AddedDocumentSchema:
    return AddedDocumentSchema()


def split(words: Mapping[str, Any]) -> Declared:
    header = {name: value for name, value in words.items() if name not in ("items", "documents")}
    return Declared(header, list(words["items"]), list(words["documents"]))
