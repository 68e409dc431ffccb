"""What a list and an entry must look like. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt, fault_in, normal
from app.watchlists.commands import AddEntry, MakeList
from app.watchlists.lifecycle import NAMED, Kind
from app.watchlists.rules import things

LOCALES = ("en", "tg", "fa_AF", "ps", "ru")
ROLES = ("analyst", "auditor", "supervisor")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
LONGEST_SOURCE, LONGEST_REASON, LONGEST_TITLE, LONGEST_NAME = 300, 2000, 120, 300
MOST_ALIASES = 20
_FIRST, _LAST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)


def list_findings(command: MakeList, today: dt.date) -> list[Finding]:
    """Everything wrong with a new list, each with its place."""
    return [
        *_of_code(command.code),
        *_of_titles(command),
        *_text("source", command.source, LONGEST_SOURCE, _("Say where it comes from: the order, letter or address.")),
        *_text("reason", command.reason, LONGEST_REASON, _("Say what the list is for.")),
        *_of_instruction(command.instruction),
        *_of_roles(command),
        *_of_last_day(command.valid_to, today),
    ]


def _of_code(code: str) -> Iterator[Finding]:
    if not _CODE.fullmatch(code):
        told = _(
            "“{code}” is no code of a list. Write capital letters, digits and hyphens: WANTED-1.", code=excerpt(code)
        )
        yield Finding(pointer("code"), "watchlist.code", told)


def _of_titles(command: MakeList) -> Iterator[Finding]:
    if not command.names.get("en", "").strip():
        yield Finding(pointer("names", "en"), "watchlist.name", _("Give the list a name in English."))
    for locale, name in command.names.items():
        fault = fault_in(name)
        if locale not in LOCALES:
            fault = _("There is no such language. The languages are: {known}.", known=", ".join(LOCALES))
        elif fault is None and len(name) > LONGEST_TITLE:
            fault = _("Too long: at most {most} characters.", most=LONGEST_TITLE)
        if fault is not None:
            yield Finding(pointer("names", locale), "watchlist.name", fault)


def _of_instruction(instruction: str) -> Iterator[Finding]:
    fault = fault_in(instruction)
    if fault is None and len(instruction) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        yield Finding(pointer("instruction"), "watchlist.instruction", fault)


def _of_roles(command: MakeList) -> Iterator[Finding]:
    if any(role not in ROLES for role in command.roles):
        told = _("A list is open to these roles at most: {known}.", known=", ".join(ROLES))
        yield Finding(pointer("roles"), "watchlist.roles", told)


def _of_last_day(last: dt.date | None, today: dt.date) -> Iterator[Finding]:
    if last is not None and not today <= last <= _LAST:
        told = _("The last day is over, or too far away. Give a day that is still to come, or leave it empty.")
        yield Finding(pointer("valid_to"), "watchlist.last-day", told)


def entry_findings(command: AddEntry, today: dt.date) -> list[Finding]:
    """Everything wrong with an entry, each with its place."""
    return [
        *_of_name(command),
        *_of_aliases(command),
        *_text("source", command.source, LONGEST_SOURCE, _("Say where it comes from: the order, letter or address.")),
        *_text("reason", command.reason, LONGEST_REASON, _("Say why it is looked for.")),
        *_of_days(command, today),
    ]


def _text(field: str, words: str, longest: int, missing: Text) -> Iterator[Finding]:
    fault: Text | None = missing if not words.strip() else fault_in(words)
    if fault is None and len(words.strip()) > longest:
        fault = _("Too long: at most {most} characters.", most=longest)
    if fault is not None:
        yield Finding(pointer(field), f"watchlist.{field}", fault)


def for_all_findings(source: str, reason: str, valid_to: dt.date | None, today: dt.date) -> list[Finding]:
    """Everything wrong with what is said for a whole file."""
    return [
        *_text("source", source, LONGEST_SOURCE, _("Say where it comes from: the order, letter or address.")),
        *_text("reason", reason, LONGEST_REASON, _("Say why it is looked for.")),
        *_of_last_day(valid_to, today),
    ]


def _of_name(command: AddEntry) -> Iterator[Finding]:
    fault = _name_fault(command.kind, command.name)
    if fault is not None:
        yield Finding(pointer("name"), "watchlist.entry-name", fault)


def _of_aliases(command: AddEntry) -> Iterator[Finding]:
    if len(command.aliases) > MOST_ALIASES:
        told = _("At most {most} other names. Make another entry for the rest.", most=MOST_ALIASES)
        yield Finding(pointer("aliases"), "watchlist.aliases", told)
    if command.aliases and command.kind not in NAMED:
        told = _("Only persons, firms and addresses have other names. Make an entry of its own for each number.")
        yield Finding(pointer("aliases"), "watchlist.aliases", told)
        return
    for alias in command.aliases[:MOST_ALIASES]:
        fault = _name_fault(command.kind, alias)
        if fault is not None:
            yield Finding(pointer("aliases"), "watchlist.aliases", fault)


def _name_fault(kind: Kind, name: str) -> Text | None:
    fault = fault_in(name)
    if fault is not None:
        return fault
    text = normal(name)
    if not text:
        return _("Write the name or number that is looked for.")
    if len(text) > LONGEST_NAME:
        return _("Too long: at most {most} characters.", most=LONGEST_NAME)
    if things.too_short(kind, text) or not things.keys_of(kind, text):
        return _("“{text}” is too little to look for: too many would be asked about.", text=excerpt(text))
    return None


def _of_days(command: AddEntry, today: dt.date) -> Iterator[Finding]:
    first = command.valid_from or today
    if not _FIRST <= first <= _LAST:
        yield Finding(pointer("valid_from"), "watchlist.days", _("The first day lies outside the years 1990 to 2199."))
    elif command.valid_to is not None and not max(first, today) <= command.valid_to <= _LAST:
        told = _("The last day is over, or lies before the first. Correct the days.")
        yield Finding(pointer("valid_to"), "watchlist.days", told)
