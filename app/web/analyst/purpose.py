"""Why somebody looks at risk data: asked once a sign-in and eight hours, and journaled with each look.

A view of risk data is marked `@looking(subject)`. Who has not said why is asked first, and comes back to the page then; a form
that he sent meanwhile waits on the page that asks, and goes on with the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Invalid
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.risk.operations.looking import LEAST, MOST, READING, look_at, purpose
from app.web.analyst.pages import blueprint

V = TypeVar("V", bound=Callable[..., Any])

HOLDS = dt.timedelta(hours=8)
_KEPT = "risk_purpose"
#: Under this name the reason comes with a form that had to wait for it.
_STATED = "_purpose"
_IS_PART = "HX-Request"
#: What of a form says what was asked.
_TOLD = ("code", "expression", "months", "deed", "verdict")


def looking(subject: str, *roles: str) -> Callable[[V], V]:
    """Marks a view of risk data for those who hold one of the roles (by default all who may look at all).

    `subject` says for the journal what is looked at, with the arguments of the view in braces: `watch-list/{code}`. A
    GET is journaled with the reason before anything is shown; a form that is sent needs the reason too. What it does is
    journaled by its verb; where it is answered with a page (a profile tried, a form refused) that is a look as well.
    """

    def mark(view: V) -> V:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with db.transaction() as session:
                at = db.now(session)
                reason = stated(at)
                if reason and request.method == "GET":
                    look_at(session, subject.format(**kwargs), request.args.to_dict(), reason, by=current_actor())
            if not reason and not _said_with_form(at):
                return _asked_first()
            answer = view(*args, **kwargs)
            if request.method == "POST" and not isinstance(answer, Response):
                _note_shown(subject.format(**kwargs))
            return answer

        return signed_in(*(roles or READING))(wrapped)  # type: ignore[return-value]

    return mark


def _note_shown(subject: str) -> None:
    """Journals that a form was answered with a page of risk data."""
    sent = {name: request.form[name] for name in _TOLD if name in request.form}
    with db.transaction() as session:
        look_at(session, subject, {**request.args, **sent}, stated(db.now(session)), by=current_actor())


def stated(at: dt.datetime) -> str:
    """The reason that still holds at this moment, as kept in the signed cookie of this sign-in; "" for none."""
    kept = cookie.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("sign_in") != cookie.get("sign_in"):
        return ""
    age = at.timestamp() - float(kept.get("at", 0))
    return str(kept.get("reason", "")) if 0 <= age < HOLDS.total_seconds() else ""


def keep(reason: str, at: dt.datetime) -> None:
    """Keeps a reason for this sign-in from now on."""
    cookie[_KEPT] = {"sign_in": cookie.get("sign_in"), "reason": reason, "at": int(at.timestamp())}


def _said_with_form(at: dt.datetime) -> bool:
    """Whether a form that had to wait brings the reason along; it holds from now on."""
    try:
        reason = purpose(request.form[_STATED]) if _STATED in request.form else ""
    except Invalid:
        return False
    if reason:
        keep(reason, at)
    return bool(reason)


def _asked_first() -> Response:
    """Asks why. A form that was sent is written into the page that asks, so that nothing typed is lost; its token is that of
    this page. Files cannot be written there: whoever sent one comes back to its form."""
    if request.method == "POST" and not request.files:
        return _with_form()
    if _IS_PART in request.headers:  # no page is drawn into a piece of one
        there = urlsplit(request.headers.get("HX-Current-URL", "")).path
        return Response(headers={"HX-Redirect": url_for("analyst.ask_purpose", next=there)})
    sent_from = urlsplit(request.referrer or "").path
    back = request.full_path.rstrip("?") if request.method == "GET" else sent_from
    return redirect(url_for("analyst.ask_purpose", next=back), 303)


def _with_form() -> Response:
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (_STATED, "csrf_token")]
    typed, refusal = request.form.get(_STATED), None
    try:
        purpose(typed if typed is not None else "-" * LEAST)
    except Invalid as found:
        refusal = found
    page = _form((typed or "")[: MOST * 2], "", refusal, kept)
    # In place of all that the page shows, whichever piece of it was to be drawn anew.
    whole = (
        {"HX-Retarget": "main", "HX-Reselect": "main", "HX-Reswap": "outerHTML"} if _IS_PART in request.headers else {}
    )
    return Response(page, 200 if whole else 422, headers=whole, mimetype="text/html")


def _back(typed: str) -> str:
    """Only ways within these pages are followed."""
    inside = typed.startswith("/analyst/") and "\\" not in typed and not typed.startswith("/analyst/purpose")
    return typed if inside and not urlsplit(typed).netloc else url_for("analyst.profiles")


@blueprint.get("/purpose")
@signed_in(*READING)
def ask_purpose() -> str:
    """Asks why; a reason that holds already can be changed."""
    with db.reading() as session:
        reason = stated(db.now(session))
    return _form(reason, request.args.get("next", ""))


@blueprint.post("/purpose")
@signed_in(*READING)
def state_purpose() -> Response | tuple[str, int]:
    typed, back = request.form.get("reason", ""), request.form.get("next", "")
    try:
        reason = purpose(typed)
    except Invalid as refusal:
        return _form(typed[: MOST * 2], back, refusal), 422
    with db.reading() as session:
        keep(reason, db.now(session))
    return redirect(_back(back), 303)


def _form(
    reason: str, back: str, refusal: Invalid | None = None, waiting: Sequence[tuple[str, str]] | None = None
) -> str:
    """The page that asks; with a form that waits, its fields, and its answer goes where that was sent."""
    return render_template(
        "analyst/purpose.html",
        reason=reason,
        next=back[:500],
        complaint=translate(refusal.findings[0].message) if refusal else "",
        most=MOST,
        waiting=waiting,
        action=url_for("analyst.state_purpose") if waiting is None else request.full_path.rstrip("?"),
        field="reason" if waiting is None else _STATED,
    )
