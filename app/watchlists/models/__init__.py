"""Tables of watch lists."""

from app.watchlists.models.lists import WatchEntry, WatchList, WatchReader
from app.watchlists.models.matches import WatchMatch

__all__ = ["WatchEntry", "WatchList", "WatchMatch", "WatchReader"]
