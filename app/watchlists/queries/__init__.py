"""Reads of watch lists. What stands on a list is for its roles and its persons alone; for others it is not there."""

from app.watchlists.queries.found import any_in_force, forget, near, nearest
from app.watchlists.queries.lists import LISTING, entries, entry, kept_from, list_by_code, list_by_id, lists, readers
from app.watchlists.queries.matches import (
    asking,
    earlier,
    instructions,
    match,
    matches,
    of_entry,
    of_subject,
    open_counts,
    remembered,
)

__all__ = [
    "LISTING",
    "any_in_force",
    "asking",
    "earlier",
    "entries",
    "entry",
    "forget",
    "instructions",
    "kept_from",
    "list_by_code",
    "list_by_id",
    "lists",
    "match",
    "matches",
    "near",
    "nearest",
    "of_entry",
    "of_subject",
    "open_counts",
    "readers",
    "remembered",
]
