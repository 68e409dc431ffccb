"""From marshmallow's nested error messages to findings with RFC 6901 pointers.

The sentences themselves and their marking for translation are in `app.core.messages`; here they only change shape, and
`app.edge.locale.translate` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.errors import Finding, pointer
from app.core.messages import Said, T
from app.core.text import Text, _, excerpt

#: marshmallow's key for what concerns the whole object.
_WHOLE = "_schema"
#: webargs puts the place of the input around the messages.
_PLACES = frozenset({"json", "form", "query", "querystring", "headers", "cookies", "files", "path", "view_args", "json_or_form"})
_MOST_FINDINGS = 500


def findings_of(messages: Any) -> tuple[Finding, ...]:
    """Findings for `ValidationError.normalized_messages()`, in the order of the input, at most 500 of them."""
    found: list[Finding] = []
    for path, message in _flat(messages, ()):
        if len(found) == _MOST_FINDINGS:
            found.append(Finding("", "too-many-findings", _("There are more errors than can be listed here. Correct these first.")))
            break
        found.append(_finding(path, message))
    return tuple(found)


def findings_of_request(messages: Any) -> tuple[Finding, ...]:
    """The same for webargs, whose messages say first where the input stood: {"json": {…}}."""
    if isinstance(messages, dict) and messages and set(messages) <= _PLACES:
        return tuple(finding for inner in messages.values() for finding in findings_of(inner))
    return findings_of(messages)


def _flat(messages: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == _WHOLE else (*path, key))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, messages


def _finding(path: tuple[str | int, ...], message: Any) -> Finding:
    if isinstance(message, Finding):
        return message
    if isinstance(message, Said | T):
        return Finding(pointer(*path), message.rule, message.text)
    if isinstance(message, Text):
        return Finding(pointer(*path), "invalid", message)
    return Finding(pointer(*path), "invalid", Text("{sentence}", {"sentence": excerpt(message, 300)}))
