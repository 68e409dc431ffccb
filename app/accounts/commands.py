"""What somebody asks for about accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AddPerson:
    """A new account with its first grant. `same_person_as` names a login of the same human being, so that the two accounts
    stay one person wherever two persons are asked for."""

    login: str
    name: str
    role: str
    post: str
    party: str | None = None
    password: str | None = None
    locale: str = "en"
    same_person_as: str | None = None


@dataclass(frozen=True)
class OpenAccount:
    """A new account that may do nothing yet: its grants are proposed, its password is set on the machine itself."""

    login: str
    name: str
    locale: str = "en"
    same_person_as: str | None = None


@dataclass(frozen=True)
class GiveGrant:
    """A role at a post, from now or later, until a moment or without end. A trader's names the party acted for."""

    login: str
    role: str
    post: str
    party: str | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None


@dataclass(frozen=True)
class EndGrant:
    """Ends a grant now, or `at` a later moment."""

    grant: UUID
    reason: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class CloseAccount:
    """Somebody has left: no sign-in, no token, no grant from now on."""

    login: str
    reason: str


@dataclass(frozen=True)
class SetPassword:
    login: str
    password: str


@dataclass(frozen=True)
class IssueToken:
    """A token for the software of a login. Without scopes: all that the login's roles allow."""

    login: str
    days: int = 30
    scopes: frozenset[str] | None = None
    label: str = ""


@dataclass(frozen=True)
class RevokeToken:
    token: UUID
