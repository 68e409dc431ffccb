"""A form that is sent twice does its deed once, also without any script: where no version of a record tells them apart.

Each drawn form carries a random word. The deed keeps it, with what it came to, in its own transaction, as a program's
Idempotency-Key is kept.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from flask import request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import db, idempotency
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, InFlight
from app.core.text import _

NAME = "once"
_WORD = re.compile(r"[0-9a-f]{32}", re.ASCII)
#: How often, every tenth of a second, a second click waits for what the first one comes to.
_PATIENCE = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the deed came to, in a word; `again` where that was the first sending's doing, and nothing was done now."""

    answer: str
    again: bool


def word() -> str:
    """A new word for a form that is drawn."""
    return uuid4().hex


def done(act: Callable[[Session], str], *, by: Actor) -> Outcome:
    """Does the deed of the form that was sent, in one transaction; a second sending gets what the first came to, waiting
    for it if need be.

    Raises `ChangedMeanwhile` for a form without a word, since nobody can tell whether it was sent before; `InFlight`
    where the first sending takes longer than anybody waits; and what the deed raises, which then keeps nothing.
    """
    typed = request.form.get(NAME, "")
    if not _WORD.fullmatch(typed):
        raise ChangedMeanwhile(_("Nothing was recorded: this form was opened too long ago. Fill it in again."))
    for _attempt in range(_PATIENCE):
        try:
            return _claimed(f"page-{typed}", act, by)
        except InFlight:
            time.sleep(0.1)
        except IntegrityError as error:
            if "pk_idempotency_key" not in str(error.orig):
                raise
    raise InFlight()


def _claimed(key: str, act: Callable[[Session], str], by: Actor) -> Outcome:
    mark = idempotency.fingerprint(request.method, request.path, b"")
    with db.transaction() as session:
        before = idempotency.claim(session, by.person, key, mark)
        if before is not None:
            return Outcome(before.body.decode(), again=True)
        answer = act(session)
        idempotency.keep(session, by.person, key, mark, idempotency.Answer(200, {}, answer.encode()))
    return Outcome(answer, again=False)
