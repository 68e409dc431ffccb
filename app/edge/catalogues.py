"""Keeps the catalogues in app/translations in step with the sentences in the code.

flask translations        → extract_and_update(), then prints coverage() and what is missing
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.edge.locale import CATALOGUES, DEFAULT, LOCALES

TEMPLATE = CATALOGUES / "messages.pot"
#: English is the language of the message ids and needs no catalogue.
TRANSLATED = tuple(locale for locale in LOCALES if locale != DEFAULT)

_APP = CATALOGUES.parent
#: Marking function → which argument is the sentence; `lazy` ones of extensions are not used here.
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "T": (1,)}
_DATES = re.compile(rb'^"(POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a catalogue is: sentences translated, of how many, and those that are not."""

    locale: str
    translated: int
    total: int
    missing: tuple[str, ...]


def sentences() -> dict[str, list[str]]:
    """Every marked sentence of the application → the places (file:line) where it stands."""
    with (CATALOGUES / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, list[str]] = {}
    for name, line, message, _comments, _context in extract_from_dir(_APP, methods, options, keywords=_KEYWORDS, comment_tags=()):
        msgid = message if isinstance(message, str) else message[0]
        if msgid:
            found.setdefault(msgid, []).append(f"{name}:{line}")
    return found


def extract_and_update() -> list[Coverage]:
    """Writes messages.pot and adds new sentences to every catalogue, untranslated; sentences that are gone become obsolete."""
    template = Catalog(project="Guzar", charset="utf-8", fuzzy=False)
    for msgid in sorted(sentences()):
        template.add(msgid)
    _write(TEMPLATE, template)
    for locale in TRANSLATED:
        path = path_of(locale)
        opened = catalogue(locale) if path.exists() else Catalog(locale=locale, project="Guzar", charset="utf-8", fuzzy=False)
        opened.update(template, no_fuzzy_matching=True)
        _write(path, opened)
    return coverage()


def coverage() -> list[Coverage]:
    """How far each catalogue is, measured against the sentences in the code."""
    wanted = sorted(sentences())
    found = []
    for locale in TRANSLATED:
        opened = catalogue(locale)
        missing = tuple(msgid for msgid in wanted if not _translation(opened, msgid))
        found.append(Coverage(locale, len(wanted) - len(missing), len(wanted), missing))
    return found


def path_of(locale: str) -> Path:
    return CATALOGUES / locale / "LC_MESSAGES" / "messages.po"


def catalogue(locale: str) -> Catalog:
    """The catalogue of a locale as it stands in the project."""
    return _read(path_of(locale), locale)


def fill(locale: str, translations: dict[str, str]) -> int:
    """Puts translations into a catalogue, as a translator would; returns how many of them it had sentences for."""
    opened = catalogue(locale)
    known = [msgid for msgid in translations if opened.get(msgid) is not None]
    for msgid in known:
        opened[msgid].string = translations[msgid]
    _write(path_of(locale), opened)
    return len(known)


def _translation(opened: Catalog, msgid: str) -> str:
    message = opened.get(msgid)
    return str(message.string) if message is not None and not message.fuzzy else ""


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(path: Path, written: Catalog) -> None:
    """Writes without places in files and only if a sentence changed, so that version control shows changes of words alone."""
    target = io.BytesIO()
    write_po(target, written, no_location=True, sort_output=True, width=0)
    content = target.getvalue()
    if path.exists() and _DATES.sub(b"", path.read_bytes()) == _DATES.sub(b"", content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
