"""The files of the page at the truck: one version for all of them together, so that no device ever mixes two.

Scripts name each other by relative addresses; the address holds the hash of everything, so each version may be kept for
ever, and the service worker keeps exactly one.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from flask import Flask, current_app, url_for

from app.edge.assets import asset
from app.edge.locale import LOCALES
from app.web.field import texts

FOLDER = Path(__file__).parent.parent / "static" / "field"
_EXTENSION = "guzar.field-files"
_WORKER = "sw.js"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".json": "application/json",
}
_REFERENCE = re.compile(rb'url\("asset:([a-z0-9.-]+)"\)')
#: Letters are kept with the page: without them the scripts of five languages would come from whatever the device has.
LETTERS = ("firago-regular.woff2", "firago-bold.woff2")


@dataclass(frozen=True, slots=True)
class Files:
    """All of them: content by name, and the version they make together."""

    version: str
    content: dict[str, bytes]


@dataclass
class _Shelf:
    files: Files | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


def init_app(app: Flask) -> None:
    app.extensions[_EXTENSION] = _Shelf()


def files() -> Files:
    """The files as they are served; read and translated once in a process."""
    shelf: _Shelf = current_app.extensions[_EXTENSION]
    with shelf.making:
        shelf.files = shelf.files or _collected()
        return shelf.files


def _collected() -> Files:
    found = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in _TYPES}
    found |= {f"words-{locale}.json": orjson.dumps(texts.catalogue(locale)) for locale in LOCALES}
    content = {name: _with_letters(raw) if name.endswith(".css") else raw for name, raw in found.items()}
    whole = hashlib.sha256()
    for name in sorted(content):
        whole.update(name.encode() + b"\0" + hashlib.sha256(content[name]).digest())
    return Files(whole.hexdigest()[:16], content)


def _with_letters(raw: bytes) -> bytes:
    return _REFERENCE.sub(lambda found: f'url("{asset(found[1].decode())}")'.encode(), raw)


def mimetype(name: str) -> str:
    return _TYPES[Path(name).suffix]


def address(name: str) -> str:
    """Where a file of the present version is."""
    return url_for("field.send", version=files().version, name=name)


def worker() -> bytes:
    """The service worker, with the version and the addresses it keeps."""
    known = files()
    kept = [url_for("field.shell"), *(address(name) for name in known.content if name != _WORKER)]
    kept += [asset(name) for name in LETTERS]
    head = f"const VERSION = {orjson.dumps(known.version).decode()};\nconst FILES = {orjson.dumps(kept).decode()};\n"
    return head.encode() + known.content[_WORKER]
