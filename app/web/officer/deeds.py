"""What is done to a file: each form is one transaction, guarded by the version that was on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, WrongState
from app.core.text import Text, _
from app.declarations.commands import Decide
from app.declarations.queries import OFFICIAL
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import deciding, inspecting
from app.flows.deciding import DECIDING
from app.inspections.commands import AddFinding, Conclude
from app.inspections.operations import INSPECTING
from app.web import words
from app.web.form import Form
from app.web.officer.file import drawn
from app.web.officer.forms import FORMS, at_group
from app.web.officer.pages import blueprint

#: No version is 0: a form without one is taken for a form of long ago.
NO_VERSION = 0

Answer = Response | tuple[str, int]
Act = Callable[[Session, dict[str, Any], int], Text]


@blueprint.get("/declarations/<reference>/<any(findings, conclusion, decision, lane):part>")
@signed_in(*OFFICIAL)
def back(reference: str, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the file itself."""
    return redirect(url_for("officer.file", reference=reference, lang=request.args.get("lang")))


@blueprint.post("/declarations/<reference>/findings")
@signed_in(*INSPECTING)
def finding(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        command = AddFinding(
            given["control"], given["conform"] == "true", given["found"], given.get("declared") or "", given.get("item")
        )
        inspecting.add_finding(session, reference, command, version, by=actor)
        return _("The finding is recorded.")

    return _deed(reference, "finding", "inspection", act)


@blueprint.post("/declarations/<reference>/conclusion")
@signed_in(*INSPECTING)
def conclusion(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        inspecting.conclude(session, reference, Conclude(given["conclusion"], given["summary"]), version, by=actor)
        return _("The inspection is concluded.")

    return _deed(reference, "conclude", "inspection", act)


@blueprint.post("/declarations/<reference>/decision")
@signed_in(*DECIDING)
def decision(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        command = Decide(reference, given["decision"], given["reason"], given.get("note") or "", version)
        decided = deciding.decide(session, command, by=actor)
        return _("Decided: {decision}. The declaration is now: {status}.",
                 decision=words.decision(given["decision"]), status=words.status(decided.status).text)  # fmt: skip

    return _deed(reference, "decide", "content", act)


@blueprint.post("/declarations/<reference>/lane")
@signed_in(*DECIDING)
def lane(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        wanted, reason = given["lane"], given["reason"]
        _declaration, proposal = deciding.change_lane(session, reference, wanted, reason, version, by=actor)
        if proposal is None:
            return _("The lane is changed: {lane}.", lane=words.lane(wanted).text)
        return _("The proposal waits for a second person.")

    return _deed(reference, "route", "content", act)


def _deed(reference: str, name: str, anchor: str, act: Act) -> Answer:
    """Checks the form, does the deed, leads back to the file; what is refused is shown there with what was typed."""
    form = Form.submitted(FORMS[name], request.form)
    form.version = form.version or NO_VERSION
    if not form.validate():
        return drawn(reference, {name: form}), 422
    try:
        with db.transaction() as session:
            done = act(session, form.data[name], form.version)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        if not isinstance(refusal, ChangedMeanwhile):  # the page itself says who changed what
            form.refuse(at_group(refusal, name))
        return drawn(reference, {name: form}), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("officer.file", reference=reference, _anchor=anchor), 303)
