"""What somebody saw against what is there: who acts on an old screen is told what has changed."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import canonical, journal
from app.core.errors import ChangedMeanwhile
from app.core.text import _


class Versioned(Protocol):
    """A record with a version, whose changes stand in the journal of its post."""

    post: Any
    id: Any
    version: Any


def expect_seen(record: Versioned, seen: int | None) -> None:
    """`expect_version` for traders: who changed what is not told to them."""
    if seen is not None and seen != record.version:
        raise ChangedMeanwhile(facts={"version": record.version})


def expect_version(session: Session, kind: str, record: Versioned, seen: int | None) -> None:
    """Refuses a change made on an old version, saying who changed what. `kind` is the word of the journal."""
    if seen is None or seen == record.version:
        return
    changes = journal.history(session, record.post, kind, str(UUID(str(record.id))))
    facts: dict[str, Any] = {"version": record.version}
    if not changes:
        raise ChangedMeanwhile(facts=facts)
    last = changes[-1]
    at = canonical.instant(last.at)
    facts["changed"] = {"by": last.login, "event": last.event, "at": at, "after": last.after}
    raise ChangedMeanwhile(
        _(
            "{login} changed this at {time}. Look at it again before you act.",
            login=last.login,
            time=last.at,
        ),
        facts=facts,
    )
