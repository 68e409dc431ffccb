"""Appeals of a firm: what may be appealed against until when, those that are lodged with their answers, and a new one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.appeals import queries, schemas
from app.appeals.commands import Target
from app.attachments.operations import upload
from app.core import db
from app.core.errors import Forbidden, Invalid, TooLarge, WrongState
from app.core.text import _
from app.declarations import queries as declared
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import appealing, remedies
from app.offences import queries as offences
from app.reference.queries import codebook
from app.web.appeals import AGAINST, WORDS
from app.web.form import Form
from app.web.trader.desk import ROLE, blueprint, trader


@blueprint.get("/declarations/<reference>/appeals")
@signed_in(ROLE)
def appeals(reference: str) -> str:
    return _page(reference, Form(schemas.AppealSchema))


def _page(reference: str, form: Form) -> str:
    actor = trader()
    with db.reading() as session:
        record = declared.find(session, reference, by=actor)
        of = appealing.about(session, reference, by=actor)
        targets = appealing.targets(session, of)
        lodged = queries.of(session, of.subject)
        told = remedies.standing(session, record)
        now = db.now(session)
        way = remedies.appealable(session, codebook(session), record.post, now)
        seized = offences.seizures(session, of.goods)
        held = [row for row in offences.detentions(session, of.goods) if row.is_running]
    newest: dict[str, Target] = {}
    for target in targets:
        newest.setdefault(target.against, target)
    return render_template(
        "trader/appeals.html",
        record=record,
        form=form,
        lodged=lodged,
        told=told,
        targets=newest,
        body=way.body.get(locale()) or way.body.get("en") or "",
        how=way.how,
        choices=[(code, translate(AGAINST[code])) for code in newest],
        words=WORDS,
        against=AGAINST,
        seized=seized,
        held=held,
        now=now,
    )


@blueprint.post("/declarations/<reference>/appeals")
@signed_in(ROLE)
def appeal(reference: str) -> Response | tuple[str, int]:
    """Lodges an appeal, with a file if one is enclosed."""
    actor, form = trader(), Form.submitted(schemas.AppealSchema, request.form)
    if not form.validate():
        return _page(reference, form), 422
    file = request.files.get("enclosed")
    try:
        with db.transaction() as session:
            record = declared.find(session, reference, by=actor)
            command = schemas.lodge(form.data)
            if file is not None and file.filename:
                kept = upload(
                    session, post=record.post, party=record.party, name=file.filename, content=file.read(), by=actor
                )
                command = schemas.lodge({**form.data, "attachments": [str(kept.id)]})
            made = appealing.lodge(session, reference, command, by=actor)
            number = made.number
    except (Invalid, WrongState, Forbidden, TooLarge) as refusal:
        form.refuse(refusal)
        return _page(reference, form), refusal.status
    flash(translate(_("Your appeal {number} is lodged.", number=number)), "success")
    return redirect(url_for("trader.appeals", reference=reference), 303)


@blueprint.post("/declarations/<reference>/appeals/<uuid:identifier>/withdrawal")
@signed_in(ROLE)
def withdraw_appeal(reference: str, identifier: UUID) -> Response:
    """Takes an appeal back."""
    try:
        with db.transaction() as session:
            appealing.withdraw(session, identifier, by=trader())
        flash(translate(_("Your appeal is withdrawn.")), "success")
    except WrongState as refusal:
        flash(translate(refusal.message), "error")
    return redirect(url_for("trader.appeals", reference=reference), 303)
