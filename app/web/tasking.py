"""A long form as a list of tasks: its sections, and how far each has come. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.errors import Finding
from app.core.text import Text
from app.web.typed import without_blanks


class State(StrEnum):
    """How far a section has come. Only `wrong` and `begun` stand between a draft and its lodging, and `blank` where
    something must be given."""

    BLANK = "blank"
    BEGUN = "begun"
    WRONG = "wrong"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is declared with a page of its own. `by_itself` are the values a new draft already has."""

    key: str
    title: Text
    about: Text
    names: frozenset[str]
    by_itself: frozenset[str] = frozenset()

    def words_of(self, words: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in words.items() if name in self.names}


@dataclass(frozen=True, slots=True)
class Progress:
    """A section with its state; `errors` are those that are not just missing values, `missing` these."""

    section: Section
    state: State
    errors: int = 0
    missing: int = 0
    warnings: int = 0


def is_missing(finding: Finding) -> bool:
    """Whether it only says that something is not filled in yet."""
    return finding.rule == "required"


def is_begun(section: Section, words: Mapping[str, Any]) -> bool:
    """Whether anything stands there that did not come by itself."""
    given = without_blanks(section.words_of(words))
    for path in section.by_itself:
        given = _without(given, path.split("."))
    return bool(without_blanks(given))


@dataclass(frozen=True, slots=True)
class Tasks:
    """The sections of a draft in their order; `missing` tells what is not filled in from what is wrong."""

    sections: tuple[Section, ...]
    missing: Callable[[Finding], bool] = is_missing

    def of(self, pointer: str) -> Section | None:
        """The section a finding belongs to; None for what is about the whole."""
        name = pointer.split("/")[1] if pointer.startswith("/") else ""
        return next((section for section in self.sections if name in section.names), None)

    def after(self, section: Section) -> Section | None:
        """The section that follows."""
        place = self.sections.index(section) + 1
        return self.sections[place] if place < len(self.sections) else None

    def progress(self, words: Mapping[str, Any], findings: Iterable[Finding]) -> list[Progress]:
        """How far each section has come, by what is written and what is found wrong with it."""
        of: dict[str, list[Finding]] = {section.key: [] for section in self.sections}
        for finding in findings:
            section = self.of(finding.pointer)
            if section is not None:
                of[section.key].append(finding)
        return [self._progress(section, words, of[section.key]) for section in self.sections]

    def _progress(self, section: Section, words: Mapping[str, Any], found: list[Finding]) -> Progress:
        errors = [finding for finding in found if finding.severity == "error"]
        missing = sum(self.missing(finding) for finding in errors)
        wrong, doubtful = len(errors) - missing, len(found) - len(errors)
        if wrong:
            state = State.WRONG
        elif not is_begun(section, words):
            state = State.BLANK
        else:
            state = State.BEGUN if missing else State.COMPLETE
        return Progress(section, state, wrong, missing, doubtful)


def overview(done: Sequence[Progress], address: Callable[[Section, bool], str]) -> dict[str, Any]:
    """What the list of tasks shows of its sections: how far they have come, the first that is not complete, how many are,
    and the page of each. `address` gives a section's page, with what is wrong in it marked where that is asked."""
    return {
        "progress": done,
        "following": next((each for each in done if each.state is not State.COMPLETE), None),
        "complete": sum(each.state is State.COMPLETE for each in done),
        "links": {p.section.key: address(p.section, p.state in (State.WRONG, State.BEGUN)) for p in done},
    }


def _without(words: Any, path: list[str]) -> Any:
    if not isinstance(words, Mapping) or path[0] not in words:
        return words
    kept = {name: value for name, value in words.items() if name != path[0]}
    if len(path) > 1:
        kept[path[0]] = _without(words[path[0]], path[1:])
    return kept
