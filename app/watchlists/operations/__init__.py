"""The verbs of watch lists."""

from app.watchlists.operations.entries import REMOVE, add, add_all, enact_removal, propose_removal
from app.watchlists.operations.importing import take
from app.watchlists.operations.judging import confirm, dismiss
from app.watchlists.operations.lists import ANALYSING, APPROVING, close, let_in, let_out, make, open_to
from app.watchlists.operations.looking import look

__all__ = [
    "ANALYSING",
    "APPROVING",
    "REMOVE",
    "add",
    "add_all",
    "close",
    "confirm",
    "dismiss",
    "enact_removal",
    "let_in",
    "let_out",
    "look",
    "make",
    "open_to",
    "propose_removal",
    "take",
]
