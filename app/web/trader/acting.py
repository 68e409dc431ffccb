"""Deeds after lodging that take few words: present, answer, take back, add a paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.attachments import operations as attachments
from app.core import db
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import ChangedMeanwhile, Finding, Invalid, NotFound, Refusal
from app.core.fields import Words
from app.core.messages import T
from app.core.text import Text, _
from app.declarations import operations, queries, schemas
from app.declarations.commands import AddDocument, Answer, Invalidate
from app.declarations.models import Declaration
from app.declarations.schemas import AddedDocumentSchema
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows import amending, asking, presenting
from app.reference.queries import codebook
from app.web.declaring.scans import scans_of
from app.web.form import Form
from app.web.lists import lists_of
from app.web.trader.desk import ROLE, blueprint, trader
from app.web.typed import prepared, whole_number, without_blanks


class AnswerSchema(ma.Schema):
    """The answer to a question; a paper may come with it."""

    answer = Words(4000, required=True, metadata={"label": T("Your answer"), "widget": "textarea", "rows": 4})


class ReasonSchema(ma.Schema):
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 3})


def version_seen() -> int:
    """The version the pressed form showed."""
    version = whole_number(request.form.get("version", ""))
    if version is None:
        raise Invalid(_("The form does not say which version it shows. Open the page again."))
    return version


def back_to(record: Declaration, said: Text, tone: str = "success") -> Response:
    flash(translate(said), tone)
    return redirect(url_for("trader.show", reference=record.reference), 303)


@blueprint.post("/declarations/<reference>/presentation")
@signed_in(ROLE)
def present(reference: str) -> Response:
    """The truck that was announced is here."""
    version = version_seen()
    try:
        with db.transaction() as session:
            done = presenting.present(session, reference, version, by=trader())
    except (Invalid, ChangedMeanwhile) as refusal:
        with db.reading() as session:
            record = queries.find(session, reference, by=trader())
        said = [refusal.message, *(finding.message for finding in refusal.findings)]
        flash(" ".join(translate(sentence) for sentence in said), "error")
        return redirect(url_for("trader.show", reference=record.reference), 303)
    return back_to(done.declaration, _("You said that the truck is here. What happens now stands below."))


@blueprint.get("/declarations/<reference>/questions")
@signed_in(ROLE)
def questions(reference: str) -> str:
    """What customs have asked, and the answers."""
    return _questions(reference)


@blueprint.post("/declarations/<reference>/questions/<uuid:query>")
@signed_in(ROLE)
def answer(reference: str, query: UUID) -> Any:
    """Answers a question; a paper that comes with it is added to the declaration in the same deed."""
    version, form = version_seen(), Form.submitted(AnswerSchema, request.form)
    paper = Form.submitted(AddedDocumentSchema, {"item": "0", **request.form})
    words = form.validate()
    with_paper = _has_paper(paper)
    if with_paper:
        words = _readable(paper) and words
    if not words:
        return _questions(reference, query, form, paper if with_paper else None), 422
    try:
        with db.transaction() as session:
            command = Answer(reference, query, form.data["answer"], version)
            record, _query = asking.answer(session, command, by=trader())
            if with_paper:
                _add(session, record, paper, None, by=trader())
    except Refusal as refusal:
        if not refusal.findings:
            raise
        form.refuse(refusal)
        paper.refuse(refusal)
        return _questions(reference, query, form, paper if with_paper else None), refusal.status
    return back_to(record, _("Your answer is with customs."))


def _questions(reference: str, query: UUID | None = None, form: Form | None = None, paper: Form | None = None) -> str:
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status == "draft":
            raise NotFound()
        asked = queries.questions(session, record)
        lists = lists_of(session)
        at = now(session)
    return render_template(
        "trader/questions.html",
        record=record,
        questions=sorted(asked, key=lambda q: not q.is_open),
        now=at,
        chosen=query,
        form=form or Form(AnswerSchema),
        blank=Form(AnswerSchema),
        paper=paper or Form(AddedDocumentSchema),
        blank_paper=Form(AddedDocumentSchema),
        lists=lists,
    )


@blueprint.get("/declarations/<reference>/documents")
@signed_in(ROLE)
def documents(reference: str) -> str:
    """The papers of a lodged declaration, and the form to add another."""
    return _documents(reference, Form(AddedDocumentSchema))


@blueprint.post("/declarations/<reference>/documents")
@signed_in(ROLE)
def add_document(reference: str) -> Any:
    """Adds a paper to a lodged declaration, with its scan or without."""
    version, form = version_seen(), Form.submitted(AddedDocumentSchema, request.form)
    if not _readable(form):
        return _documents(reference, form), 422
    try:
        with db.transaction() as session:
            record = queries.find(session, reference, by=trader())
            _add(session, record, form, version, by=trader())
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _documents(reference, form), refusal.status
    flash(translate(_("The document is added.")), "success")
    return redirect(url_for("trader.documents", reference=record.reference), 303)


def _documents(reference: str, form: Form) -> str:
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
        if record.status == "draft":
            raise NotFound()
        declared = queries.declared(session, record)
        later = queries.presented(session, record)
        papers = [*declared.documents, *(p for item in declared.items for p in item["documents"])]
        files = scans_of(session, record, {"documents": [*papers, *({"attachment": p.attachment} for p in later)]})
        lists = lists_of(session)
    of_items = [(item["number"], paper) for item in declared.items for paper in item["documents"]]
    return render_template(
        "trader/documents.html",
        record=record,
        declared=[(0, paper) for paper in declared.documents] + of_items,
        later=later,
        files=files,
        form=form,
        lists=lists,
        items=[item["number"] for item in declared.items],
    )


def _readable(form: Form) -> bool:
    """Reads the words of a document through the schema; the file itself is no word of it."""
    form.values = without_blanks({name: value for name, value in form.values.items() if name != "attachment"})
    try:
        item, words = schemas.read_document(prepared(form.schema, form.values))
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    form.data = (item, words)
    return True


def _has_paper(form: Form) -> bool:
    file = request.files.get("file")
    typed = {name: value for name, value in form.values.items() if name in ("type", "number")}
    return bool(without_blanks(typed)) or bool(file is not None and file.filename)


def _add(session: Session, record: Declaration, form: Form, version: int | None, *, by: Actor) -> None:
    """Keeps the scan and adds the document in one deed; a refused scan is said at its box."""
    item, words = form.data
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            kept = attachments.upload(
                session, post=record.post, party=record.party, name=file.filename, content=file.read(), by=by
            )
        except Refusal as refusal:
            said = refusal.findings[0].message if refusal.findings else refusal.message
            raise Invalid(findings=[Finding("/attachment", refusal.code, said)]) from None
        words = {**words, "attachment": str(kept.id)}
    command = AddDocument(record.reference, words, item, version)
    operations.add_document(session, command, codebook(session), by=by)


@blueprint.get("/declarations/<reference>/invalidation")
@signed_in(ROLE)
def ask_to_invalidate(reference: str) -> str:
    """Asks why the declaration shall count no more."""
    return _invalidation(reference, Form(ReasonSchema))


@blueprint.post("/declarations/<reference>/invalidation")
@signed_in(ROLE)
def invalidate(reference: str) -> Any:
    """Takes back what is announced, or asks customs to invalidate what is lodged."""
    version, form = version_seen(), Form.submitted(ReasonSchema, request.form)
    if not form.validate():
        return _invalidation(reference, form), 422
    try:
        with db.transaction() as session:
            done = amending.invalidate(session, Invalidate(reference, form.data["reason"], version), by=trader())
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _invalidation(reference, form), refusal.status
    said = (
        _("The declaration counts no more.")
        if done.invalidated
        else _("Customs are asked to invalidate the declaration.")
    )
    return back_to(done.declaration, said)


def _invalidation(reference: str, form: Form) -> str:
    with db.reading() as session:
        record = queries.find(session, reference, by=trader())
    if record.status == "draft":
        raise NotFound()
    return render_template("trader/invalidation.html", record=record, form=form, alone=record.status == "prelodged")
