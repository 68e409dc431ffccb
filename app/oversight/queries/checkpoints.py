"""Checkpoints held against the chains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.journal import Break
from app.oversight.models import Checkpoint
from app.oversight.rules.marks import Mark


def latest(session: Session, post: str) -> Mark | None:
    """The newest checkpoint of a post."""
    newest = select(Checkpoint).where(Checkpoint.post == post).order_by(Checkpoint.number.desc()).limit(1)
    row = session.execute(newest).scalar_one_or_none()
    return None if row is None else _mark(row)


def of_post(session: Session, post: str, most: int = 50) -> list[Mark]:
    """The newest checkpoints of a post, newest first."""
    newest = select(Checkpoint).where(Checkpoint.post == post).order_by(Checkpoint.number.desc()).limit(most)
    return [_mark(row) for row in session.execute(newest).scalars()]


def contradicted(session: Session, marks: Iterable[Mark]) -> Iterator[Break]:
    """Where a chain is not what a checkpoint says it was: its tail was cut (`checkpoint-missing`), or it was written anew
    (`checkpoint-differs`)."""
    for mark in marks:
        found = journal.hash_at(session, mark.post, mark.number)
        if found is None:
            yield Break(mark.post, mark.number, "checkpoint-missing")
        elif found != mark.hash:
            yield Break(mark.post, mark.number, "checkpoint-differs")


def _mark(row: Checkpoint) -> Mark:
    return Mark(row.post, row.number, row.hash, row.at, row.key_id, row.signature)
