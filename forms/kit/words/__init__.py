"""The words printed on forms, in five languages, looked up by explicit locale: a form speaks two languages at once.

One JSON file a language: `labels` (with {placeholders}) and `countries` (names by ISO 3166-1 alpha-2 code).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

#: First Strong Isolate and its end: a number or code keeps its order inside a sentence of the other direction.
_ISOLATE, _END = "\u2068", "\u2069"


class Language(NamedTuple):
    """A language of the forms: `locale` names its file, `tag` is BCP 47."""

    locale: str
    tag: str
    right_to_left: bool

    @property
    def base(self) -> int:
        """The base level of its sentences."""
        return int(self.right_to_left)

    def say(self, key: str, **values: object) -> str:
        """A label, with its values kept apart from the writing direction; KeyError for an unknown key."""
        label: str = _catalogue(self.locale)["labels"][key]
        if not values:
            return label
        return label.format(**{name: f"{_ISOLATE}{value}{_END}" for name, value in values.items()})

    def knows(self, key: str) -> bool:
        """Whether there is a label of that key."""
        return key in _catalogue(self.locale)["labels"]

    def country(self, code: str) -> str:
        """The name of a country by its code; the code itself where no name is kept."""
        name: str = _catalogue(self.locale)["countries"].get(code, code)
        return name


LANGUAGES = {
    language.locale: language
    for language in (
        Language("en", "en", False),
        Language("tg", "tg", False),
        Language("ru", "ru", False),
        Language("fa_AF", "fa-AF", True),
        Language("ps", "ps", True),
    )
}


@cache
def _catalogue(locale: str) -> dict[str, dict[str, Any]]:
    text = resources.files(__name__).joinpath(f"{locale}.json").read_text(encoding="utf-8")
    catalogue: dict[str, dict[str, Any]] = json.loads(text)
    return catalogue


def language(locale: str) -> Language:
    """The language of a locale; ValueError, naming the known ones, for any other."""
    try:
        return LANGUAGES[locale]
    except KeyError:
        raise ValueError(f"Forms are printed in {', '.join(LANGUAGES)}, not in {locale!r}") from None
