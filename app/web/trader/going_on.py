"""Where a draft's forms lead once they are kept, for declarations and movements alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.errors import Refusal
from app.core.text import Text, _
from app.edge.locale import translate
from app.web import once
from app.web.form import Form

SENT_BEFORE = _("This form was sent before. Here is what came of it; for another one begin anew.")
_SAVED = _("Saved.")

At = TypeVar("At")
F = TypeVar("F", bound=Form)


def begun(
    form: F, act: Callable[[Session], str], *, by: Actor, page: Callable[[F], str], address: Callable[[str], str]
) -> Response | tuple[str, int]:
    """Begins a draft once, however often its form is sent: `act` gives its reference, `address` where that leads. What is
    refused is shown on the `page` of the form."""
    try:
        outcome = once.done(act, by=by)
    except Refusal as refusal:
        form.refuse(refusal)
        return page(form), refusal.status
    if outcome.again:
        flash(translate(SENT_BEFORE), "info")
    return redirect(address(outcome.answer), 303)


def gone_on(
    opened: Callable[[], At | Response],
    *,
    tasks: str,
    is_wrong: Callable[[At], bool],
    here: Callable[[At], str],
    following: Callable[[At], str],
    saved_wrong: Text,
) -> Response:
    """After a section was kept: to the list of `tasks` if that was asked for; else on to what is `following`, unless the
    section is wrong: then it is shown with its errors first. `opened` reads the draft again and checks it."""
    action = request.form.get("action", "next")
    if action == "tasks":
        flash(translate(_SAVED), "success")
        return redirect(tasks, 303)
    at = opened()
    if isinstance(at, Response):
        return at
    wrong = is_wrong(at)
    if wrong or action != "next":
        flash(translate(saved_wrong if wrong else _SAVED), "info" if wrong else "success")
        return redirect(here(at), 303)
    return redirect(following(at), 303)
