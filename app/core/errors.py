"""Refusals: everything the system may say no to, with the rule that says so and the place it points at.

A `Refusal` carries a stable machine `code`, a sentence a person can act on, and findings that point into the input.
Two files at the edge turn it into problem+json or a page; `status` is only the hint they use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.text import Text, _


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong (or doubtful) in the input. `pointer` is RFC 6901 into the body; "" is the whole."""

    pointer: str
    rule: str
    message: Text
    severity: str = "error"


class Refusal(Exception):
    """The request is understood and refused; nothing has been changed."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[Text] = _("The request was refused.")

    def __init__(
        self, message: Text | None = None, *, findings: Iterable[Finding] = (), facts: Mapping[str, Any] | None = None
    ) -> None:
        self.message = message or self.title
        self.findings = tuple(findings)
        #: Values a reader needs beside the sentence (who changed what, the present version); JSON-ready.
        self.facts = dict(facts or {})
        super().__init__(str(self.message))


class Malformed(Refusal):
    """The bytes could not be read as what they claim to be."""

    status, code, title = 400, "malformed", _("The message cannot be read.")


class NotSignedIn(Refusal):
    status, code, title = 401, "not-signed-in", _("Sign in first.")


class FreshSignInNeeded(Refusal):
    """A decision needs a sign-in from the last minutes."""

    status, code, title = (
        401,
        "fresh-sign-in-needed",
        _("Confirm with your password that it is you, then decide again."),
    )


class Forbidden(Refusal):
    """One may see it but not do it."""

    status, code, title = 403, "forbidden", _("Your role does not allow this.")


class NotFound(Refusal):
    """Not there, or not for the eyes of this person: the two look the same."""

    status, code, title = 404, "not-found", _("There is no such thing, or it is not open to you.")


class WrongState(Refusal):
    """The move is not allowed from the present state."""

    status, code, title = 409, "wrong-state", _("The present state does not allow this.")


class InFlight(Refusal):
    status, code, title = 409, "in-flight", _("The same request is being worked on. Ask again in a moment.")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the record after it was read; facts say who changed what."""

    status, code, title = 412, "changed-meanwhile", _("The record was changed by somebody else meanwhile.")


class TooLarge(Refusal):
    status, code, title = 413, "too-large", _("The message is larger than is accepted.")


class Invalid(Refusal):
    """The content breaks rules; every finding is listed."""

    status, code, title = 422, "invalid", _("Some of the data breaks a rule.")


class KeyReused(Refusal):
    status, code, title = 422, "idempotency-key-reused", _("This Idempotency-Key was used for another request.")


class PreconditionMissing(Refusal):
    status, code, title = 428, "precondition-missing", _("Send the version you have seen (If-Match).")


class TooMany(Refusal):
    status, code, title = 429, "too-many", _("Too many requests. Wait a little.")


class Unavailable(Refusal):
    """The system cannot answer just now; the same request may be sent again."""

    status, code, title = (
        503,
        "unavailable",
        _("The system is starting again. Send the same request once more in a moment."),
    )


def pointer(*parts: str | int) -> str:
    """RFC 6901 pointer of the given path."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)
