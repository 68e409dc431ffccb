"""Texts for people, and the rules for texts from people.

Below the edge a sentence is a `Text`: an English message id with its parameters. The edge translates it into the
reader's language; nothing here knows a locale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Characters PostgreSQL cannot store or that steer a terminal; tab, line feed and carriage return are ordinary text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Explicit bidirectional overrides and isolates let a text show something other than it says. ZWNJ and ZWJ stay:
#: Persian needs them.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Text:
    """A message id (an English sentence with {placeholders}) and its parameters; `str()` gives the English."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid.format(**self.params) if self.params else self.msgid

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((k, str(v)) for k, v in self.params.items()))))


def _(msgid: str, **params: Any) -> Text:
    """Marks a sentence for translation; parameters are filled in after translation."""
    return Text(msgid, params)


def sentence_json(text: Text) -> dict[str, Any]:
    """The sentence as JSON that keeps it translatable, sentences within it too."""
    params = {name: sentence_json(v) if isinstance(v, Text) else str(v) for name, v in text.params.items()}
    return {"msgid": text.msgid, "params": params}


def read_sentence(kept: Mapping[str, Any]) -> Text:
    """Back from `sentence_json`."""
    params = {name: read_sentence(v) if isinstance(v, Mapping) else v for name, v in kept["params"].items()}
    return Text(kept["msgid"], params)


def fault_in(value: str) -> Text | None:
    """Says what is wrong with a text from outside, or None if it may be stored.

    Unicode's stability rules make NFC safe to apply silently; the characters refused here are not, because removing
    them would change what the sender meant.
    """
    if _CONTROL.search(value):
        return _("The text holds a control character. Remove it and send the text again.")
    if _SURROGATE.search(value):
        return _("The text holds half of a character (a lone surrogate). Send it as valid UTF-8.")
    if _BIDI.search(value):
        return _(
            "The text holds a hidden character that turns the writing direction "
            "(U+202A to U+202E, U+2066 to U+2069). Remove it."
        )
    return None


def normal(value: str) -> str:
    """The stored form of a text: NFC, no white space at either end."""
    if value.isascii():
        return value.strip()
    return unicodedata.normalize("NFC", value).strip()


def ascii_digits(value: str) -> str:
    """Turns Persian and Arabic digits into ASCII ones, for what people type into number and date fields."""
    return value.translate(_DIGITS)


def compact(value: str) -> str:
    """How numbers on plates are compared: capital letters and ASCII digits, without spaces and hyphens."""
    return ascii_digits(re.sub(r"[\s\-–—]+", "", value)).upper()


def excerpt(value: object, limit: int = 60) -> str:
    """A short, safe quotation of bad input for an error message."""
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("\ufffd", _BIDI.sub("\ufffd", str(value)[: limit + 1])))
    return text if len(text) <= limit else text[:limit] + "…"
