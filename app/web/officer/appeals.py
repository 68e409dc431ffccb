"""An appeal as officials see it, and what its answerer says."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.appeals import queries, schemas
from app.appeals.models import Appeal
from app.appeals.operations import ANSWERING
from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import appealing
from app.web.appeals import AGAINST, WORDS
from app.web.form import Form
from app.web.officer.pages import offences as blueprint

OUTCOMES: dict[str, Text] = {
    "uphold": _("Upheld"),
    "uphold-partly": _("Upheld in part"),
    "reject": _("Rejected"),
}
SCHEMAS = {"admit": schemas.AdmissionSchema, "answer": schemas.AppealAnswerSchema}


@blueprint.get("/appeals/<uuid:identifier>")
@signed_in(*queries.SEEING)
def appeal(identifier: UUID) -> str:
    return _page(identifier)


def _page(identifier: UUID, sent: Form | None = None, part: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        row = queries.find(session, identifier, by=actor)
        of = appealing.about(session, row.reference, by=actor)
        involved = actor.person in appealing.involved(session, of)
    may = actor.grant(ANSWERING, row.post) is not None and not involved and row.lodged_by != actor.person
    forms = {name: sent if part == name and sent is not None else Form(schema) for name, schema in SCHEMAS.items()}
    return render_template(
        "officer/appeal.html",
        row=row,
        forms=forms,
        sent=sent,
        may=may,
        involved=involved,
        state=WORDS[row.status],
        against=AGAINST[row.against],
        outcomes=[(code, translate(text)) for code, text in OUTCOMES.items()],
        yes_no=[("true", translate(_("It is admissible"))), ("false", translate(_("It is not admissible")))],
        confirm_url=url_for("security.verify", next=url_for("offence.appeal", identifier=identifier)),
    )


@blueprint.get("/appeals/<uuid:identifier>/<any(admit, answer):part>")
@signed_in(*queries.SEEING)
def appeal_again(identifier: UUID, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the appeal."""
    return redirect(url_for("offence.appeal", identifier=identifier, lang=request.args.get("lang")))


@blueprint.post("/appeals/<uuid:identifier>/<any(admit, answer):part>")
@signed_in(*ANSWERING)
def settled(identifier: UUID, part: str) -> Response | tuple[str, int]:
    """Says whether it is looked into, or answers it."""
    form = Form.submitted(SCHEMAS[part], request.form)
    if not form.validate():
        return _page(identifier, form, part), 422
    try:
        with db.transaction() as session:
            _settle(session, identifier, part, form)
    except (Invalid, WrongState, Forbidden) as refusal:
        told: Refusal = refusal
        form.refuse(told)
        return _page(identifier, form, part), told.status
    flash(translate(_("Recorded. The firm is told.")), "success")
    return redirect(url_for("offence.appeal", identifier=identifier), 303)


def _settle(session: Session, identifier: UUID, part: str, form: Form) -> Appeal:
    actor = current_actor()
    if part == "admit":
        return appealing.admit(session, identifier, schemas.admit(form.data), by=actor)
    return appealing.answer(session, identifier, schemas.answer(form.data), by=actor)
