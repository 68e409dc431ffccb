"""The blueprint that the cashier's views belong to, who sees them, and what their deeds have in common."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, Refusal, WrongState
from app.core.text import Text, _
from app.payments.operations import CASHIERS
from app.web import once
from app.web.officer.forms import at_group
from app.web.officer.pages import own_post

blueprint = Blueprint("cashier", __name__, url_prefix="/cashier")

#: Who sees the desk; money itself is touched by cashiers alone.
SEEING = (*CASHIERS, "auditor")
REFUSALS = (ChangedMeanwhile, Invalid, WrongState, Forbidden)

#: Where the verbs of money point, in the flat words of a form.
_FLAT = {"/receipt/bank": "/bank", "/receipt/number": "/receipt", "/receipt/paid_on": "/paid_on"}


def post() -> str:
    """The post whose till this is."""
    return own_post(SEEING)


def done_once(act: Callable[[Session], Text], *, by: Actor) -> Text:
    """Does the deed in one transaction; the same form sent twice does it once. What was done, in words."""
    said = _("This was recorded already; nothing was recorded twice.")
    told: list[Text] = []

    def deed(session: Session) -> str:
        told[:] = [act(session)]
        return ""

    return said if once.done(deed, by=by).again else told[0]


def at_fields(refusal: Refusal, group: str) -> Refusal:
    """A refusal with its findings at the fields of the page."""
    flat = [Finding(_FLAT.get(f.pointer, f.pointer), f.rule, f.message, f.severity) for f in refusal.findings]
    return at_group(type(refusal)(refusal.message, findings=flat, facts=refusal.facts), group)
