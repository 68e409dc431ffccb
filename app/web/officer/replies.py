"""An official's word on what waits in a file: requests to amend or invalidate, and questions that need no answer."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, WrongState
from app.core.text import Text, _
from app.declarations.commands import SettleRequest, WithdrawQuery
from app.declarations.queries import OFFICIAL
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import amending, asking
from app.flows.deciding import DECIDING
from app.web import reasons
from app.web.officer.file import Refused, drawn
from app.web.officer.pages import blueprint
from app.web.typed import whole_number

Answer = Response | tuple[str, int]


@blueprint.get("/declarations/<reference>/<any(requests, questions):part>/<uuid:identifier>")
@signed_in(*OFFICIAL)
def reply_again(reference: str, part: str, identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the file itself."""
    return redirect(url_for("officer.file", reference=reference, lang=request.args.get("lang")))


@blueprint.post("/declarations/<reference>/requests/<uuid:identifier>")
@signed_in(*DECIDING)
def request_settled(reference: str, identifier: UUID) -> Answer:
    """Accepts, endorses or rejects, by the button that was pressed."""
    actor, verdict = current_actor(), request.form.get("verdict", "")

    def act(session: Session, reason: str, version: int) -> Text:
        command = SettleRequest(reference, identifier, reason, version)
        if verdict == "accept":
            done = amending.accept(session, command, by=actor)
            return (
                _("The declaration is invalidated.") if done.invalidated else _("Accepted. The declaration is amended.")
            )
        if verdict == "endorse":
            amending.endorse(session, command, by=actor)
            return _("Endorsed. The proposal waits for a second person.")
        amending.reject(session, command, by=actor)
        return _("The request is rejected.")

    return _reply(reference, identifier, act)


@blueprint.post("/declarations/<reference>/questions/<uuid:identifier>")
@signed_in(*DECIDING)
def question_withdrawn(reference: str, identifier: UUID) -> Answer:
    actor = current_actor()

    def act(session: Session, reason: str, version: int) -> Text:
        asking.withdraw(session, WithdrawQuery(reference, identifier, reason, version), by=actor)
        return _("The question is withdrawn.")

    return _reply(reference, identifier, act)


def _reply(reference: str, identifier: UUID, act: Callable[[Session, str, int], Text]) -> Answer:
    """Does it on the version that was seen; what is refused is shown with what was typed."""
    version, reason = whole_number(request.form.get("version", "")) or 0, ""
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            done = act(session, reason, version)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        return drawn(reference, refused=Refused(identifier, refusal, reason)), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("officer.file", reference=reference, _anchor="content"), 303)
