"""The verbs of watch lists."""

from app.watchlists.operations.entries import REMOVE, add, add_all, enact_removal, may_know, propose_removal
from app.watchlists.operations.importing import take
from app.watchlists.operations.judging import confirm, dismiss
from app.watchlists.operations.lists import (
    ANALYSING,
    APPROVING,
    CLOSE,
    enact_close,
    let_in,
    let_out,
    make,
    open_to,
    propose_close,
)
from app.watchlists.operations.looking import look

__all__ = [
    "ANALYSING",
    "APPROVING",
    "CLOSE",
    "REMOVE",
    "add",
    "add_all",
    "confirm",
    "dismiss",
    "enact_close",
    "enact_removal",
    "let_in",
    "let_out",
    "look",
    "make",
    "may_know",
    "open_to",
    "propose_close",
    "propose_removal",
    "take",
]
