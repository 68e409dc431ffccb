"""All boxes of a draft on one page: begin, go on, check, lodge, throw away. Beside it stands the list of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound, Refusal, WrongState
from app.core.text import Text, _
from app.declarations import operations, queries, schemas
from app.declarations.commands import DeleteDraft, SaveDraft
from app.declarations.models import Declaration
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import lodging
from app.web import once
from app.web.declaring.form import ITEMS_ON_PAGE, DeclarationForm
from app.web.declaring.moments import at_the_post
from app.web.declaring.sections import SECTIONS
from app.web.trader import checking, drafts
from app.web.trader.desk import ROLE, Desk, blueprint, trader
from app.web.trader.going_on import SENT_BEFORE
from app.web.typed import whole_number

_SAVED = _("The draft is kept.")
_NOT_LODGED = _("The declaration was not lodged. Correct what is marked, then lodge it again.")


@blueprint.get("/declarations/new")
@signed_in(ROLE)
def new() -> str:
    """A blank form, as far as it can be known filled in."""
    with db.reading() as session:
        desk = Desk.of(session)
    return _page(_blank(desk), desk)


@blueprint.post("/declarations/new")
@signed_in(ROLE)
def begin() -> Any:
    """Keeps a new draft; lodges it if that is asked and no error is found. The same form sent twice is one draft."""
    form = DeclarationForm.received(request.form)
    with db.reading() as session:
        desk = Desk.of(session)
    if _only_redraw(form, desk):
        return _page(form, desk), 200

    def act(words: dict[str, Any]) -> str:
        outcome = once.done(lambda session: _kept(session, words, desk, None, None), by=desk.actor)
        if outcome.again:
            flash(translate(SENT_BEFORE), "info")
        return outcome.answer

    return _tried(form, desk, act)


@blueprint.get("/declarations/<reference>/edit")
@signed_in(ROLE)
def edit(reference: str) -> str | Response:
    """The form of a draft; with check=1, everything that is wrong with it is marked."""
    with db.reading() as session:
        desk = Desk.of(session)
        record = queries.find(session, reference, by=desk.actor)
        if record.status != "draft":
            return drafts.already(record)
        draft = queries.draft(session, record)
        first = whole_number(request.args.get("from", "")) or 0
        form = DeclarationForm({"post": record.post, **draft.body}, version=record.version, first=first)
        if request.args.get("check") == "1":
            form.findings = tuple(drafts.problems(session, record, draft, form.values, by=desk.actor))
    checked = request.args.get("check") == "1" and not form.findings
    return _page(form, desk, record, checked=checked)


@blueprint.post("/declarations/<reference>/edit")
@signed_in(ROLE)
def change(reference: str) -> Any:
    """Keeps the draft over the version that was seen, and lodges it if that is asked and nothing stands against it."""
    with db.reading() as session:
        desk = Desk.of(session)
        record = queries.find(session, reference, by=desk.actor)
        if record.status != "draft":
            return drafts.already(record)
        form = DeclarationForm.received(request.form, queries.draft(session, record).body)
    if _only_redraw(form, desk):
        return _page(form, desk, record), 200
    version = drafts.seen_version(form)

    def act(words: dict[str, Any]) -> str:
        with db.transaction() as session:
            return _kept(session, words, desk, record.reference, version)

    return _tried(form, desk, act, record=record)


@blueprint.post("/declarations/<reference>/lodging")
@signed_in(ROLE)
def lodge(reference: str) -> Response:
    """Lodges a draft as it was kept."""
    version = seen_version()
    with db.reading() as session:
        actor = trader()
        record = queries.find(session, reference, by=actor)
        if record.status != "draft":
            return drafts.already(record)
        body = queries.draft(session, record).body
        stopped = checking.refused(checking.findings(session, body, by=actor))
    if stopped:
        flash(translate(_NOT_LODGED), "error")
        return redirect(url_for("trader.check", reference=record.reference), 303)
    with db.transaction() as session:
        done = lodging.submit(session, record.reference, version, by=actor)
    return _lodged(done.declaration.reference, done.declaration.mrn)


@blueprint.get("/declarations/<reference>/delete")
@signed_in(ROLE)
def ask_to_delete(reference: str) -> str | Response:
    """Asks before a draft is thrown away."""
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status != "draft":
            return drafts.already(record)
        body = queries.draft(session, record).body
    return render_template("trader/delete.html", record=record, form=DeclarationForm(body, version=record.version))


@blueprint.post("/declarations/<reference>/delete")
@signed_in(ROLE)
def delete(reference: str) -> Response:
    """Throws a draft away."""
    with db.transaction() as session:
        operations.delete_draft(session, DeleteDraft(reference, seen_version()), by=trader())
    flash(translate(_("The draft {reference} is deleted.", reference=reference)), "success")
    return redirect(url_for("trader.declarations"), 303)


def body_of(session: Session, record: Declaration) -> dict[str, Any]:
    """The contract's words of a draft or of what was lodged."""
    if record.status == "draft":
        return dict(queries.draft(session, record).body)
    declared = queries.declared(session, record)
    return {**declared.header, "items": declared.items, "documents": declared.documents}


def _blank(desk: Desk) -> DeclarationForm:
    return DeclarationForm(desk.begin_with(request.args.get("firm")))


def _only_redraw(form: DeclarationForm, desk: Desk) -> bool:
    """The buttons that change the form itself: add, remove, and filling in the declarant."""
    firm = desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["declarant"] = desk.declarant(firm)
        return True
    return form.only_rows_change(request.form)


def _tried(
    form: DeclarationForm,
    desk: Desk,
    act: Callable[[dict[str, Any]], str],
    *,
    record: Declaration | None = None,
) -> Any:
    """Does what the pressed button asks; a refusal brings the form back as it was typed, with what is wrong."""
    words = form.words()
    form.values = words
    try:
        answer = act(schemas.draft_words(words))
    except Refusal as refusal:
        if drafts.by_itself():
            return drafts.not_saved(refusal)
        if isinstance(refusal, NotFound) or (isinstance(refusal, WrongState) and record is None):
            raise
        if isinstance(refusal, WrongState) and record is not None:
            return drafts.already(record)
        form.refuse(refusal)
        return _page(form, desk, record), refusal.status
    reference, _dot, mrn = answer.partition(" ")
    if drafts.by_itself():
        with db.reading() as session:
            return drafts.saved(queries.find(session, reference, by=desk.actor))
    if mrn:
        return _lodged(reference, mrn)
    return _gone_on(reference, form)


def _gone_on(reference: str, form: DeclarationForm) -> Response:
    """Back to the form, which now shows what is kept; with what is wrong, if that was asked."""
    action, here = request.form.get("action", "save"), form.first
    if action == "lodge":
        flash(translate(_NOT_LODGED), "error")
    else:
        flash(translate(_SAVED), "success")
    go = whole_number(request.form.get("go", ""))
    there = here if go is None else go // ITEMS_ON_PAGE * ITEMS_ON_PAGE
    shown: dict[str, Any] = {"check": 1} if action in ("check", "lodge") else {}
    place: dict[str, Any] = {"from": there} if there else {}
    anchor = None if go is None else "items"
    return redirect(url_for("trader.edit", reference=reference, _anchor=anchor, **shown, **place), 303)


def _kept(session: Session, words: dict[str, Any], desk: Desk, reference: str | None, version: int | None) -> str:
    """Keeps the words; lodges them if asked and no error is found. Gives the reference, and the MRN if lodged."""
    post = post_of(words, desk)
    record = operations.save_draft(session, SaveDraft(post, words, reference=reference, version=version), by=desk.actor)
    if request.form.get("action") != "lodge" or checking.refused(checking.findings(session, words, by=desk.actor)):
        return record.reference
    done = lodging.submit(session, record.reference, record.version, by=desk.actor)
    return f"{done.declaration.reference} {done.declaration.mrn}"


def post_of(words: Mapping[str, Any], desk: Desk) -> str:
    """The crossing point a new draft belongs to: the one chosen, if it is one of ours."""
    codes = [code for code, _name in desk.posts()]
    chosen = words.get("post")
    return chosen if isinstance(chosen, str) and chosen in codes else (codes[0] if codes else db.node_post())


def _lodged(reference: str, mrn: str | None) -> Response:
    flash(translate(_("The declaration is lodged. Its number (MRN) is {mrn}.", mrn=mrn)), "success")
    return redirect(url_for("trader.show", reference=reference), 303)


def seen_version() -> int:
    return drafts.seen_version(DeclarationForm(version=whole_number(request.form.get("version", ""))))


def _page(form: DeclarationForm, desk: Desk, record: Declaration | None = None, *, checked: bool = False) -> str:
    posts = desk.posts()
    if record is not None:
        posts = [(record.post, f"{record.post} – {desk.lists.post_name(record.post)}")]
    title: Text = _("New declaration") if record is None else _("All boxes of the draft")
    return render_template(
        "trader/edit.html",
        form=form,
        desk=desk,
        lists=desk.lists,
        record=record,
        sections=SECTIONS,
        posts=posts,
        title=title,
        checked=checked,
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )
