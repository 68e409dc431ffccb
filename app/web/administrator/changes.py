"""A list brought up to date: a file, its difference from the list, a proposal, and the second person's word."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Forbidden, Invalid, Malformed, NotFound, Refusal, TooLarge, WrongState
from app.core.text import _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import approving, code_lists
from app.flows.code_lists import APPROVING, LONGEST_REASON, PROPOSING, SEEING, UPDATE
from app.reference import sheets
from app.web.administrator.pages import blueprint

#: Rows of a difference on one page; of a proposal the others follow, of a file they are counted.
SHOWN = 200
_SHAPELESS = (Malformed, TooLarge, Invalid, WrongState, Forbidden)


@blueprint.get("/codes/<list_name>/update")
@signed_in(*PROPOSING)
def update(list_name: str) -> str:
    """Asks for a file."""
    return _asking(list_name)


@blueprint.post("/codes/<list_name>/update")
@signed_in(*PROPOSING)
def updated(list_name: str) -> Response | str | tuple[str, int]:
    """A file is compared; what has been compared and looked at is proposed."""
    code_lists.known_list(list_name)
    if "rows" in request.form:
        return _propose(list_name)
    file = request.files.get("file")
    data = file.read(sheets.LARGEST + 1) if file is not None else b""
    if not data:
        return _asking(list_name, Invalid(_("Choose a file with at least one row."))), 422
    try:
        with db.reading() as session:
            found = code_lists.compare(session, list_name, data, by=current_actor())
            today = db.now(session).date()
    except _SHAPELESS as refusal:
        return _asking(list_name, refusal), refusal.status
    rows = sheets.written(list_name, [change.now for change in found.changes])
    return render_template(
        "administrator/difference.html",
        list=list_name,
        found=found,
        shown=found.changes[:SHOWN],
        rows=rows,
        today=today,
        reason="",
        refusal=None,
    )


def _propose(list_name: str) -> Response | tuple[str, int]:
    actor, data = current_actor(), request.form["rows"].encode()
    reason = normal(request.form.get("reason", ""))
    try:
        with db.transaction() as session:
            proposal = code_lists.propose(session, list_name, data, reason, by=actor)
    except _SHAPELESS as refusal:
        return _again(list_name, data, reason, refusal)
    flash(translate(_("Proposed. It takes effect when a second person approves it.")), "success")
    return redirect(url_for("administrator.proposal", identifier=proposal.id), 303)


def _again(list_name: str, data: bytes, reason: str, refusal: Refusal) -> tuple[str, int]:
    """The difference once more, with what stands against proposing it; the file anew if it cannot be compared now."""
    try:
        with db.reading() as session:
            found = code_lists.compare(session, list_name, data, by=current_actor())
            today = db.now(session).date()
    except _SHAPELESS as other:
        return _asking(list_name, other), other.status
    page = render_template(
        "administrator/difference.html",
        list=list_name,
        found=found,
        shown=found.changes[:SHOWN],
        rows=data.decode(),
        today=today,
        reason=reason,
        refusal=refusal,
    )
    return page, refusal.status


def _asking(list_name: str, refusal: Refusal | None = None) -> str:
    code_lists.known_list(list_name)
    return render_template(
        "administrator/update.html", list=list_name, columns=sheets.columns(list_name), refusal=refusal
    )


@blueprint.get("/proposals/<uuid:identifier>")
@signed_in(*SEEING)
def proposal(identifier: UUID) -> str:
    """A proposal with its difference, page by page."""
    return _proposal(identifier)


@blueprint.post("/proposals/<uuid:identifier>")
@signed_in(*APPROVING)
def settled(identifier: UUID) -> Response | tuple[str, int]:
    """Approves or rejects, by the button that was pressed."""
    actor, approves = current_actor(), request.form.get("verdict") == "approve"
    reason = normal(request.form.get("reason", ""))
    try:
        _keepable(reason)
        with db.transaction() as session:
            _about_a_list(approving.visible(session, identifier, by=actor))
            if approves:
                approving.approve(session, identifier, reason, by=actor)
            else:
                approving.reject(session, identifier, reason, by=actor)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _proposal(identifier, refusal, reason), refusal.status
    said = _("Approved. The list is changed.") if approves else _("Rejected. The list stays as it is.")
    flash(translate(said), "success")
    return redirect(url_for("administrator.proposal", identifier=identifier), 303)


def _proposal(identifier: UUID, refusal: Refusal | None = None, reason: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        record = _about_a_list(approving.visible(session, identifier, by=actor))
        found = code_lists.of_proposal(session, record)
        today = db.now(session).date()
    start = _start(len(found.changes))
    return render_template(
        "administrator/proposal.html",
        proposal=record,
        found=found,
        shown=found.changes[start : start + SHOWN],
        start=start,
        following=start + SHOWN if start + SHOWN < len(found.changes) else None,
        today=today,
        may=record.status == "waiting" and approving.may_settle(record, by=actor),
        refusal=refusal,
        reason=reason,
        confirm_url=url_for("security.verify", next=url_for("administrator.proposal", identifier=identifier)),
    )


def _about_a_list(record: Proposal) -> Proposal:
    """Proposals about declarations have their own pages."""
    if record.kind != UPDATE:
        raise NotFound()
    return record


def _start(count: int) -> int:
    asked = request.args.get("from", "0")
    return min(int(asked), max(0, count - 1)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _keepable(reason: str) -> None:
    fault = fault_in(reason)
    if fault is None and len(reason) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        raise Invalid(fault)
