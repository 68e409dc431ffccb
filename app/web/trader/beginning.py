"""Ways to begin a declaration: with a few words, as a copy, from a template."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Refusal
from app.core.text import _
from app.declarations import operations, queries, schemas
from app.declarations.commands import SaveDraft, SaveTemplate
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.web.declaring.form import DeclarationForm
from app.web.lists import lists_of
from app.web.trader import going_on
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.editing import post_of

#: What the first page asks for; everything else is asked section by section.
_FIRST = frozenset({"local_reference", "post", "declaration_type", "additional_type"})
_OF_ONE_JOURNEY = frozenset({"local_reference", "seals"})
_COPIED = _("This is a new draft with the words of the earlier one. Give it its own reference and look at everything.")
_FROM_TEMPLATE = _("This is a new draft with the words of the template. Give it its reference and look at everything.")


@blueprint.get("/declarations/start")
@signed_in(ROLE)
def start() -> str:
    """How to begin, and the few words a draft begins with."""
    return _start(DeclarationForm(_blank()))


@blueprint.post("/declarations/start")
@signed_in(ROLE)
def begin_tasks() -> Response | tuple[str, int]:
    """Keeps a new draft with its first words and leads to its tasks. The same form sent twice is one draft."""
    form = DeclarationForm.of_section(request.form, _blank(), _FIRST)
    with db.reading() as session:
        desk = Desk.of(session)
    firm = desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["declarant"] = desk.declarant(firm)
    words = form.words(_FIRST)

    def act(session: Session) -> str:
        kept = schemas.draft_words(words)
        return operations.save_draft(session, SaveDraft(post_of(kept, desk), kept), by=desk.actor).reference

    return going_on.begun(
        form, act, by=desk.actor, page=_start, address=lambda made: url_for("trader.show", reference=made)
    )


def _blank() -> dict[str, Any]:
    with db.reading() as session:
        return Desk.of(session).begin_with(request.values.get("firm"))


def _start(form: DeclarationForm) -> str:
    with db.reading() as session:
        desk = Desk.of(session)
        known = queries.templates(session, by=desk.actor)
    return render_template(
        "trader/start.html",
        form=form,
        desk=desk,
        lists=desk.lists,
        posts=desk.posts(),
        templates=known[:8],
        more=max(0, len(known) - 8),
    )


@blueprint.post("/declarations/<reference>/copy")
@signed_in(ROLE)
def copy(reference: str) -> Response:
    """A new draft with what was declared before; its reference and its seals are left out."""
    with db.transaction() as session:
        actor = trader()
        record = queries.find(session, reference, by=actor)
        body = {name: value for name, value in queries.body(session, record).items() if name not in _OF_ONE_JOURNEY}
        made = operations.save_draft(session, SaveDraft(record.post, body, party=record.party), by=actor)
    flash(translate(_COPIED), "info")
    return redirect(url_for("trader.show", reference=made.reference), 303)


@blueprint.post("/declarations/<reference>/template")
@signed_in(ROLE)
def save_template(reference: str) -> Response:
    """Keeps the words of a declaration or draft as a template."""
    name = request.form.get("name", "")
    try:
        with db.transaction() as session:
            actor = trader()
            record = queries.find(session, reference, by=actor)
            body = queries.body(session, record)
            body = {key: value for key, value in body.items() if key not in _OF_ONE_JOURNEY}
            kept = operations.save_template(session, SaveTemplate(record.post, name, body, record.party), by=actor)
    except Refusal as refusal:
        if not refusal.findings:
            raise
        _tell(refusal)
        return redirect(url_for("trader.show", reference=reference), 303)
    flash(translate(_("The template “{name}” is kept.", name=kept.name)), "success")
    return redirect(url_for("trader.templates"), 303)


@blueprint.get("/templates")
@signed_in(ROLE)
def templates() -> str:
    """The firm's templates."""
    with db.reading() as session:
        known = queries.templates(session, by=trader())
        lists = lists_of(session)
    return render_template("trader/templates.html", templates=known, lists=lists)


@blueprint.post("/templates/<uuid:template>")
@signed_in(ROLE)
def change_template(template: UUID) -> Response:
    """Begins a draft with a template (action=use), renames it or deletes it."""
    action = request.form.get("action", "")
    try:
        with db.transaction() as session:
            if action == "use":
                made = operations.draft_from_template(session, template, by=trader())
                flash(translate(_FROM_TEMPLATE), "info")
                return redirect(url_for("trader.show", reference=made.reference), 303)
            if action == "delete":
                operations.delete_template(session, template, by=trader())
                flash(translate(_("The template is deleted.")), "success")
            else:
                kept = operations.rename_template(session, template, request.form.get("name", ""), by=trader())
                flash(translate(_("The template is now called “{name}”.", name=kept.name)), "success")
    except Refusal as refusal:
        if not refusal.findings:
            raise
        _tell(refusal)
    return redirect(url_for("trader.templates"), 303)


def _tell(refusal: Refusal) -> None:
    said = refusal.findings[0].message if refusal.findings else refusal.message
    flash(translate(said), "error")
