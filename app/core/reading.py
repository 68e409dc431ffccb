"""Outside words through a schema: what it takes, or a finding for every word that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import marshmallow as ma

from app.core.errors import Finding, Invalid, pointer
from app.core.messages import Said, T
from app.core.text import Text

#: Nobody corrects more at once, and each costs a translated sentence.
MOST_FINDINGS = 500


class Loader(Protocol):
    """A schema, or a compiled one."""

    def load(self, body: Any, /) -> Any: ...


def load(schema: Loader, body: Any) -> dict[str, Any]:
    """What the schema makes of the words; raises `Invalid` with a finding for every word that breaks a rule."""
    try:
        words: dict[str, Any] = schema.load(body)
    except ma.ValidationError as error:
        raise Invalid(findings=findings(error.normalized_messages())[:MOST_FINDINGS]) from None  # type: ignore[no-untyped-call]
    return words


def findings(messages: Mapping[Any, Any], *path: str | int) -> list[Finding]:
    """Marshmallow's tree of messages as findings with pointers."""
    found: list[Finding] = []
    for name, below in messages.items():
        here = path if name == "_schema" else (*path, name)
        if isinstance(below, Mapping):
            found += findings(below, *here)
        else:
            found += [_finding(message, here) for message in below]
    return found


def _finding(message: object, path: tuple[str | int, ...]) -> Finding:
    if isinstance(message, Said | T):
        return Finding(pointer(*path), message.rule, message.text)
    return Finding(pointer(*path), "invalid", Text(str(message)))
