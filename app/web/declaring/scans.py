"""Scans of papers: those a declaration names, and those that come with a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.attachments import operations as attachments
from app.attachments.queries import labels
from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Refusal, pointer
from app.declarations.models import Declaration
from app.edge.fmt import grouped
from app.web.declaring.form import DeclarationForm

_BOX = re.compile(r"((?:items\.[0-9]{1,3}\.)?documents)\.([0-9]{1,3})\.file", re.ASCII)
_ROW = re.compile(r"(?:items\.[0-9]{1,3}\.)?documents\.[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scan:
    """What is shown of a file that was handed in."""

    name: str
    size: int

    @property
    def size_text(self) -> str:
        kilobytes = max(1, round(self.size / 1024))
        return f"{grouped(kilobytes)} kB"


def scans_of(session: Session, record: Declaration, words: Mapping[str, Any]) -> dict[str, Scan]:
    """The files that are named in the words and are this firm's, by id."""
    ids = set(_ids(words))
    if not ids:
        return {}
    found = labels(session, record.post, ids, record.party)
    return {str(id): Scan(name, size) for id, name, size in found}


def _ids(words: Mapping[str, Any]) -> Iterator[UUID]:
    """Drafts may be of any shape."""
    items = words.get("items")
    for holder in [words, *(items if isinstance(items, list) else [])]:
        papers = holder.get("documents") if isinstance(holder, Mapping) else None
        for paper in papers if isinstance(papers, list) else []:
            try:
                yield UUID(str(paper["attachment"]))
            except (KeyError, TypeError, ValueError, AttributeError):
                continue


def take(form: DeclarationForm, record: Declaration, *, by: Actor) -> None:
    """Keeps the files that came with the form and names them in their rows; what is refused is said at its row."""
    for dropped in request.form.getlist("drop"):
        holder = form.value(dropped) if _ROW.fullmatch(dropped) else None
        if isinstance(holder, dict):
            holder.pop("attachment", None)
    refused: list[Finding] = []
    for name, file in request.files.items():
        at = _place(name)
        row = form.value(at) if at and file.filename else None
        if not at or not isinstance(row, dict):
            continue
        try:
            row["attachment"] = str(_kept(file, record, by=by))
        except Refusal as refusal:
            said = refusal.findings[0].message if refusal.findings else refusal.message
            refused.append(Finding(pointer(*at.split("."), "attachment"), refusal.code, said))
    if refused:
        form.findings = (*form.findings, *refused)


def _place(name: str) -> str | None:
    """The row of the form that a file belongs to: rows were put in order when they were read."""
    found = _BOX.fullmatch(name)
    if found is None:
        return None
    prefix, number = found[1], int(found[2])
    start = prefix + "."
    rows = {
        int(n)
        for key in request.form
        if key.startswith(start) and (n := key[len(start) :].partition(".")[0]).isdecimal()
    }
    return f"{prefix}.{sorted(rows | {number}).index(number)}"


def _kept(file: FileStorage, record: Declaration, *, by: Actor) -> UUID:
    with db.transaction() as session:
        made = attachments.upload(
            session, post=record.post, party=record.party, name=file.filename or "", content=file.read(), by=by
        )
        return made.id
