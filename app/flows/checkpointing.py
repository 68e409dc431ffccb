"""Checkpoints of the journal: made, signed, written to files; files held against the chains."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from sqlalchemy.orm import Session

from app.clearance.keys import KeyStore
from app.clearance.trust import TrustBundle
from app.core import canonical, journal
from app.core.actors import Actor
from app.core.journal import Break
from app.oversight.operations import checkpoints
from app.oversight.queries.checkpoints import contradicted, latest
from app.oversight.rules import marks
from app.oversight.rules.marks import Mark


def make(session: Session, keys: KeyStore, folder: Path, *, by: Actor) -> list[Mark]:
    """A checkpoint of every chain of this node that has grown. The line is on the disk before the transaction ends: it says
    what was, whether or not this transaction is kept."""

    def sign(post: str, what: bytes) -> tuple[str, bytes]:
        held = keys.post_keys(post)
        return held.key_id, held.sign_raw(what)

    made = [checkpoints.mark(session, post, sign, by=by) for post in sorted(journal.heads(session))]
    fresh = [mark for mark in made if mark is not None]
    for mark in fresh:
        append(folder, mark)
    return fresh


def append(folder: Path, mark: Mark) -> None:
    """Adds a line to the file of the mark's post and month, and waits until it is on the disk."""
    place = folder / mark.post
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = canonical.encode(mark.as_json()) + b"\n"
    descriptor = os.open(place / f"{mark.at:%Y-%m}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def newest(session: Session) -> list[Mark]:
    """The last checkpoint of every chain."""
    found = (latest(session, post) for post in sorted(journal.heads(session)))
    return [mark for mark in found if mark is not None]


def write(file: Path, given: Iterable[Mark]) -> None:
    """A new file with checkpoints, to be kept elsewhere. Raises `FileExistsError`."""
    with file.open("xb") as out:
        out.writelines(canonical.encode(mark.as_json()) + b"\n" for mark in given)


def read(files: Iterable[Path]) -> list[Mark]:
    """The checkpoints of files. Raises `ValueError` naming file and line of what is none."""
    found = []
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    found.append(_read(file, number, line))
    return found


def _read(file: Path, number: int, line: str) -> Mark:
    try:
        return marks.read(line)
    except ValueError as error:
        raise ValueError(f"{file}, line {number}: {error}") from error


def unsigned(given: Iterable[Mark], trust: TrustBundle) -> list[Break]:
    """Checkpoints whose signature is none of the post's keys: they prove nothing, and somebody has made them."""
    return [Break(mark.post, mark.number, "checkpoint-unsigned") for mark in given if not _is_signed(mark, trust)]


def _is_signed(mark: Mark, trust: TrustBundle) -> bool:
    identifier = bytes.fromhex(mark.key)
    record, key = trust.by_id.get(identifier), trust.qr_keys.get(identifier)
    if record is None or key is None or record.post != mark.post or record.revoked_for(mark.at):
        return False
    try:
        key.verify(mark.signature, mark.signed_bytes())
    except InvalidSignature:
        return False
    return True


def against(session: Session, given: Iterable[Mark], trust: TrustBundle) -> list[Break]:
    """What checkpoints say against the chains: unsigned ones, and where a chain is another than it was."""
    given = list(given)
    false = unsigned(given, trust)
    known = {(each.post, each.number) for each in false}
    return false + list(contradicted(session, [m for m in given if (m.post, m.number) not in known]))
