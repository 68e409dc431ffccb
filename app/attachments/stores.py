"""Where the bytes of files lie: in their row, or in a folder under the name of their SHA-256.

The folder is chosen by a setting (see `use`). A file is written under another name, forced to the disk and renamed
before its row is committed: a row never names a file that is not there, and after a crash there may be a file that no
row names, which harms nobody. What is read back is checked against the SHA-256 that the row and the journal hold.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Refusal
from app.core.text import _

#: The most a scan may have unless the deployment says otherwise, and the most any file may have.
DEFAULT_LARGEST = 10 * 1024 * 1024
LARGEST = 20 * 1024 * 1024


class Damaged(Refusal):
    """What lies there is not what was handed in; it is not handed out."""

    status, code, title = (
        409,
        "file-damaged",
        _("The file kept here is missing or is not what was handed in (its SHA-256 differs). Tell the administrator."),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    folder: Path | None = None
    largest: int = DEFAULT_LARGEST


_choice = _Choice()


def use(folder: Path | None = None, *, largest: int = DEFAULT_LARGEST) -> None:
    """Files come into the folder from now on (None: into their rows); scans may have `largest` bytes."""
    global _choice
    _choice = _Choice(folder, min(largest, LARGEST))


def largest() -> int:
    """The most bytes a scan may have."""
    return _choice.largest


def is_folder() -> bool:
    """Whether new files come into a folder."""
    return _choice.folder is not None


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write(content: bytes, sha256: str) -> None:
    """Puts a file into the folder, on the disk when this returns. One that is there and whole is left alone."""
    path = _path(sha256)
    if _read(path) == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{sha256}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _sync(folder)


def read(sha256: str) -> bytes:
    """The file of that SHA-256 out of the folder; raises `Damaged` if it is not there or is another."""
    content = _read(_path(sha256)) if _choice.folder is not None else None
    if content is None or digest(content) != sha256:
        raise Damaged(facts={"sha256": sha256})
    return content


def _path(sha256: str) -> Path:
    if _choice.folder is None:
        raise RuntimeError("no folder for files is chosen: call app.attachments.stores.use first")
    return _choice.folder / sha256[:2] / sha256[2:4] / sha256


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(LARGEST + 1)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
