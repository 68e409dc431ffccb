"""What is done to a file: each form is one transaction, guarded by the version that was on the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.acts import ACTS
from app.attachments import operations as attachments
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, TooLarge, WrongState
from app.core.text import Text, _
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import AddDocument, Ask, Decide, Invalidate, PartlyRelease, RecordAudit
from app.declarations.queries import OFFICIAL
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import amending, asking, claimed, deciding, dues, inspecting, leaving, offending, presenting, waiving
from app.flows.deciding import DECIDING, SENIOR
from app.flows.leaving import AUDITING
from app.flows.waiving import Because
from app.inspections.commands import AddFinding, Conclude
from app.inspections.operations import INSPECTING
from app.offences.commands import EndGoods, Member
from app.offences.lifecycle import End
from app.reference.queries import codebook
from app.web import words
from app.web.form import Form
from app.web.officer.choices import ADVERSE
from app.web.officer.file import Confirming, drawn
from app.web.officer.forms import FORMS, at_group
from app.web.officer.pages import blueprint

#: No version is 0: a form without one is taken for a form of long ago.
NO_VERSION = 0

Answer = Response | tuple[str, int]
Act = Callable[[Session, dict[str, Any], int], Text]

_REFUSALS = (ChangedMeanwhile, Invalid, WrongState, Forbidden, TooLarge)
_PARTS = (
    "findings, conclusion, decision, lane, control, presentation, questions, part, rejection, destruction, "
    "invalidation, assessment, audit, papers, waiver"
)


@blueprint.get(f"/declarations/<reference>/<any({_PARTS}):part>")
@signed_in(*OFFICIAL)
def back(reference: str, part: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the file itself."""
    return redirect(url_for("officer.file", reference=reference, lang=request.args.get("lang")))


# --- Looking --------------------------------------------------------------------------------------------------------------


@blueprint.post("/declarations/<reference>/presentation")
@signed_in(*INSPECTING)
def presentation(reference: str) -> Answer:
    """The truck that was announced is there."""
    actor = current_actor()

    def act(session: Session, version: int) -> Text:
        lodged = presenting.present(session, reference, version, by=actor)
        status = words.status(lodged.declaration.status).text
        return _("The goods are there. The declaration is now: {status}.", status=status)

    return _plain_deed(reference, act)


@blueprint.post("/declarations/<reference>/control")
@signed_in(*INSPECTING)
def control(reference: str) -> Answer:
    """Somebody begins to look."""
    actor = current_actor()

    def act(session: Session, version: int) -> Text:
        inspecting.start(session, reference, version, by=actor)
        return _("The control has begun.")

    return _plain_deed(reference, act)


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


# --- Deciding -------------------------------------------------------------------------------------------------------------


@blueprint.post("/declarations/<reference>/decision")
@signed_in(*DECIDING)
def decision(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        command = Decide(reference, given["decision"], given["reason"], given.get("note") or "", version)
        decided = deciding.decide(session, command, by=actor)
        if decided.status == "assessed":
            return _("Cleared. The goods go by themselves as soon as everything that is due is paid and secured.")
        return _("Decided: {decision}. The declaration is now: {status}.",
                 decision=words.decision(given["decision"]), status=words.status(decided.status).text)  # fmt: skip

    return _deed(reference, "decide", "content", act, twice=request.form.get("decide.decision", ""))


@blueprint.post("/declarations/<reference>/part")
@signed_in(*DECIDING)
def part(reference: str) -> Answer:
    """Some items go before the others."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        items = tuple(given["items"])
        command = PartlyRelease(reference, items, given["reason"], given.get("note") or "", version)
        leaving.partly_release(session, command, by=actor)
        return _("Released: items {items}.", items=", ".join(map(str, sorted(items))))

    return _deed(reference, "part", "content", act)


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


@blueprint.post("/declarations/<reference>/waiver")
@signed_in(*ACTS[waiving.INSPECTION].proposes)
def waiver(reference: str) -> Answer:
    """Red goods shall go without an examination, if a second, senior person agrees."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        why = Because(given["code"], given["reason"])
        waiving.propose_inspection(session, reference, why, version, by=actor)
        return _("The proposal waits for a second person.")

    return _deed(reference, "waive", "content", act)


@blueprint.post("/declarations/<reference>/rejection")
@signed_in(*DECIDING)
def rejection(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        leaving.reject(session, reference, given["reason"], version, by=actor)
        return _("The declaration is rejected. Nothing is owed for it.")

    return _deed(reference, "reject", "content", act, twice="reject")


@blueprint.post("/declarations/<reference>/destruction")
@signed_in(*SENIOR)
def destruction(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        commission = tuple(Member(name.strip()) for name in given["commission"].splitlines() if name.strip())
        command = EndGoods(
            End.DESTRUCTION.value,
            given["reason"],
            manner=given["note"],
            commission=commission,
            witness=given["witness"],
        )
        offending.end_goods(session, reference, command, version, by=actor)
        return _("The destruction of the goods is recorded.")

    return _deed(reference, "destroy", "content", act, twice="destroy")


@blueprint.post("/declarations/<reference>/invalidation")
@signed_in(*DECIDING)
def invalidation(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        done = amending.invalidate(session, Invalidate(reference, given["reason"], version), by=actor)
        if done.invalidated:
            return _("The declaration is invalidated.")
        return _("The proposal waits for a second person.")

    return _deed(reference, "invalidate", "content", act)


@blueprint.post("/declarations/<reference>/assessment")
@signed_in(*DECIDING)
def assessment(reference: str) -> Answer:
    """The duties are calculated once more, with the rates of now."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        declaration = dues.anew(session, reference, given["reason"], version, by=actor)
        return _("The duties are calculated anew. The declaration is now: {status}.",
                 status=words.status(declaration.status).text)  # fmt: skip

    return _deed(reference, "anew", "dues", act)


# --- Asking, and looking afterwards ---------------------------------------------------------------------------------------


@blueprint.post("/declarations/<reference>/questions")
@signed_in(*DECIDING)
def questions(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        until = given.get("deadline")
        deadline = dt.datetime.fromisoformat(until) if until else None
        command = Ask(reference, given["question"], given.get("item") or 0, deadline, version)
        asking.ask(session, command, by=actor)
        return _("The question is with the trader.")

    return _deed(reference, "ask", "questions", act)


@blueprint.post("/declarations/<reference>/audit")
@signed_in(*AUDITING)
def audit(reference: str) -> Answer:
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        leaving.record_audit(session, RecordAudit(reference, given["outcome"], given["summary"], version), by=actor)
        return _("What came out is recorded.")

    return _deed(reference, "audit", "audit", act)


@blueprint.post("/declarations/<reference>/papers")
@signed_in(*INSPECTING)
def papers(reference: str) -> Answer:
    """A paper handed in at the window stands beside what was declared, with its scan if there is one."""
    actor = current_actor()

    def act(session: Session, given: dict[str, Any], version: int) -> Text:
        words = {name: value for name, value in given.items() if name != "item"}
        words["attachment"] = _scan(session, reference, by=actor)
        command = AddDocument(reference, words, given["item"], version)
        declarations.add_document(session, command, codebook(session), by=actor)
        return _("The document is added.")

    return _deed(reference, "paper", "papers", act)


def _scan(session: Session, reference: str, *, by: Actor) -> str | None:
    """Keeps the file that came with the form, for the firm of the declaration; None without one."""
    file = request.files.get("scan")
    if file is None or not file.filename:
        return None
    record = queries.find(session, reference, by=by)
    content = file.read()
    kept = attachments.upload(session, post=record.post, party=record.party, name=file.filename, content=content, by=by)
    return str(kept.id)


# --- How it is done -------------------------------------------------------------------------------------------------------


def _deed(reference: str, name: str, anchor: str, act: Act, *, twice: str = "") -> Answer:
    """Checks the form, does the deed, leads back to the file; what is refused is shown there with what was typed. What is
    against the trader is asked for `twice`: first the page says what follows."""
    form = Form.submitted(FORMS[name], request.form)
    form.version = form.version or NO_VERSION
    if not form.validate():
        return drawn(reference, {name: form}), 422
    if twice in ADVERSE and request.form.get("confirmed") != twice:
        return drawn(reference, {name: form}, confirming=Confirming(name, twice)), 200
    try:
        with db.transaction() as session:
            done = act(session, form.data[name], form.version)
            claimed.renew(session, reference, by=current_actor())
    except _REFUSALS as refusal:
        if not isinstance(refusal, ChangedMeanwhile):  # the page itself says who changed what
            form.refuse(at_group(refusal, name))
        return drawn(reference, {name: form}), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("officer.file", reference=reference, _anchor=anchor), 303)


def _plain_deed(reference: str, act: Callable[[Session, int], Text]) -> Answer:
    """The same for a button without words: what is refused is shown as a sentence."""
    form = Form.submitted(FORMS["decide"], {"version": request.form.get("version", "")})
    form.version = form.version or NO_VERSION
    try:
        with db.transaction() as session:
            done = act(session, form.version)
    except _REFUSALS as refusal:
        if not isinstance(refusal, ChangedMeanwhile):
            form.refuse(refusal)
        return drawn(reference, {"decide": form}), refusal.status
    flash(translate(done), "success")
    return redirect(url_for("officer.file", reference=reference, _anchor="content"), 303)
