"""What lists have in common: the content in force beside its declaration, and the keys of pages."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import and_

from app.core.errors import Finding, Invalid
from app.core.text import _
from app.declarations.models import Declaration, DeclarationContent

#: Joins the header row of the content in force.
CONTENT_IN_FORCE = and_(
    DeclarationContent.post == Declaration.post,
    DeclarationContent.declaration_id == Declaration.id,
    DeclarationContent.content == Declaration.content,
)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def moment_key(at: dt.datetime, id: UUID) -> str:
    """The `next` of a page ordered by a time and an id, exact to the microsecond."""
    return f"{(at - _EPOCH) // _MICROSECOND:x}-{id.hex}"


def read_moment_key(after: str) -> tuple[dt.datetime, UUID]:
    """Back from `moment_key`; `Invalid` for anything else."""
    moment, _dash, identifier = after.partition("-")
    try:
        return _EPOCH + int(moment[:14], 16) * _MICROSECOND, UUID(hex=identifier)
    except (ValueError, OverflowError):
        raise _no_key() from None


def read_id_key(after: str) -> UUID:
    """The key of a page ordered by id alone; `Invalid` for anything else."""
    try:
        return UUID(hex=after)
    except ValueError:
        raise _no_key() from None


def _no_key() -> Invalid:
    return Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])
