"""A form that is sent twice does its deed once, also without any script: where no version of a record tells them apart.

Each drawn form carries a random word. The deed keeps it in its own transaction, as a program's Idempotency-Key is kept.
"""

from __future__ import annotations

import re
from uuid import uuid4

from flask import request
from sqlalchemy.orm import Session

from app.core import idempotency
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile
from app.core.text import _

NAME = "once"
_WORD = re.compile(r"[0-9a-f]{32}", re.ASCII)


def word() -> str:
    """A new word for a form that is drawn."""
    return uuid4().hex


def is_first(session: Session, *, by: Actor) -> bool:
    """Whether this form was not sent before; keeps its word until the transaction ends.

    Raises `ChangedMeanwhile` for a form without a word: nobody can tell whether it was sent before.
    """
    typed = request.form.get(NAME, "")
    if not _WORD.fullmatch(typed):
        raise ChangedMeanwhile(_("Nothing was recorded: this form was opened too long ago. Fill it in again."))
    key = f"page-{typed}"
    mark = idempotency.fingerprint(request.method, request.path, b"")
    if idempotency.claim(session, by.person, key, mark) is not None:
        return False
    idempotency.keep(session, by.person, key, mark, idempotency.Answer(200, {}, b""))
    return True
