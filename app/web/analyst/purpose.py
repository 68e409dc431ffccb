"""Why somebody looks at risk data: asked once a sign-in and eight hours, and journaled with each look.

A view of risk data is marked `@looking(subject)`. Who has not said why is asked first, and comes back to the page then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
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
from app.risk.operations.looking import MOST, READING, look_at, purpose
from app.web.analyst.pages import blueprint

V = TypeVar("V", bound=Callable[..., Any])

HOLDS = dt.timedelta(hours=8)
_KEPT = "risk_purpose"


def looking(subject: str, *roles: str) -> Callable[[V], V]:
    """Marks a view of risk data for those who hold one of the roles (by default all who may look at all).

    `subject` says for the journal what is looked at, with the arguments of the view in braces: `watch-list/{code}`. A
    GET is journaled with the reason before anything is shown; a form that is sent needs the reason too, and journals
    itself by its verb.
    """

    def mark(view: V) -> V:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with db.transaction() as session:
                reason = stated(db.now(session))
                if reason and request.method == "GET":
                    look_at(session, subject.format(**kwargs), request.args.to_dict(), reason, by=current_actor())
            return view(*args, **kwargs) if reason else redirect(_asking(), 303)

        return signed_in(*(roles or READING))(wrapped)  # type: ignore[return-value]

    return mark


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


def _asking() -> str:
    """Where the reason is asked for, and the page to come back to: the one asked for, or the one its form stood on."""
    back = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    return url_for("analyst.ask_purpose", next=back)


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


def _form(reason: str, back: str, refusal: Invalid | None = None) -> str:
    complaint = translate(refusal.findings[0].message) if refusal else ""
    return render_template("analyst/purpose.html", reason=reason, next=back[:500], complaint=complaint, most=MOST)
