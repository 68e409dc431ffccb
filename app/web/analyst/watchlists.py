"""Watch lists: made, opened to those who need to know, filled, and searched across scripts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.approvals.models import Proposal
from app.core import db
from app.core.errors import Finding, Forbidden, Invalid, Malformed, NotFound, Refusal, TooLarge, WrongState
from app.core.text import _, normal
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving, watching
from app.reference import sheets
from app.reference.queries import codebook
from app.registers.listing import read_id_key
from app.risk.queries import tampering
from app.watchlists import operations, queries
from app.watchlists.commands import Reader
from app.watchlists.lifecycle import Kind
from app.watchlists.models import WatchList
from app.watchlists.operations import ANALYSING, APPROVING, CLOSE
from app.watchlists.rules import filed
from app.web import reasons, words
from app.web.analyst import watchlists_forms as forms
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.form import Form

PAGE = 50
LONGEST_SEARCH = 200
#: How long an alarm stands on the pages, and how many are listed.
ALARMED, MOST_ALARMS = dt.timedelta(days=30), 20
#: The largest file; rows are bounded by who reads it.
LARGEST = 8_000_000
#: Rows of a refused file that are shown.
MOST_ROWS = 100


def called(found: WatchList) -> str:
    """The name of a list in the reader's language, else in English."""
    return str(found.names.get(locale()) or found.names["en"])


def writes() -> bool:
    return not current_actor().roles().isdisjoint(ANALYSING)


@blueprint.get("/watch-lists", endpoint="watch_lists")
@looking("watch-lists")
def every_list() -> str:
    """The lists that one is let in to, and who or what is near to a name typed in any script."""
    actor = current_actor()
    typed = normal(request.args.get("q", "")[:LONGEST_SEARCH])
    kind = request.args.get("kind", "")
    kinds = tuple(Kind(k) for k in Kind if kind in ("", k))
    with db.reading() as session:
        lists = queries.lists(session, by=actor)
        waiting = queries.open_counts(session, by=actor)
        at = db.now(session)
        found = queries.nearest(session, typed, kinds, at.date(), by=actor) if typed else []
        near = watching.near_from(codebook(session), db.node_post(), at.date())
        tampered = tampering.of_lists(session, at - ALARMED)
    return render_template(
        "analyst/watch_lists.html",
        lists=lists, waiting=waiting, typed=typed, kind=kind, found=found, near=near, today=at.date(), writes=writes(),
        kinds=_kinds(), kind_word=forms.KINDS, called=called, tampered=tampered, most_tampered=MOST_ALARMS,
        what_tampered=forms.TAMPERED, how_tampered=forms.PROBLEMS,
    )  # fmt: skip


def _kinds() -> list[tuple[str, str]]:
    return [(code, translate(text)) for code, text in forms.KINDS.items()]


@blueprint.get("/watch-lists/new")
@looking("watch-lists/new", *ANALYSING)
def watch_list_new() -> str:
    return _list_form(Form(forms.ListSchema, {"roles": ["analyst"]}))


@blueprint.post("/watch-lists/new")
@looking("watch-lists/new", *ANALYSING)
def watch_list_made() -> Response | tuple[str, int]:
    form = Form.submitted(forms.ListSchema, request.form)
    if not form.validate():
        return _list_form(form), 422
    try:
        with db.transaction() as session:
            made = operations.make(session, forms.made_list(form.data), by=current_actor())
    except (Invalid, Forbidden) as refusal:
        form.refuse(refusal)
        return _list_form(form), refusal.status
    flash(translate(_("The list is made. Nothing is on it yet.")), "success")
    return redirect(url_for("analyst.watch_list", code=made.code), 303)


def _list_form(form: Form) -> str:
    roles = [(role, translate(words.role(role))) for role in forms.ROLE_CHOICES]
    return render_template("analyst/watch_list_new.html", form=form, roles=roles)


@blueprint.get("/watch-lists/<code>")
@looking("watch-list/{code}")
def watch_list(code: str) -> str:
    """A list with what stands on it."""
    return _one(code)


def _one(code: str, refusal: Refusal | None = None) -> str:
    actor, after = current_actor(), request.args.get("after", "")
    kind, gone = request.args.get("kind", ""), request.args.get("gone", "") == "1"
    with db.reading() as session:
        found = queries.list_by_code(session, code, by=actor)
        key = read_id_key(after) if after else None
        entries = queries.entries(session, found, after=key, kind=kind, gone=gone, limit=PAGE + 1)
        readers = queries.readers(session, found)
        waiting = _waiting(session, found)
        today = db.now(session).date()
    kept = {name: value for name, value in (("kind", kind), ("gone", "1" if gone else "")) if value}
    return render_template(
        "analyst/watch_list.html",
        list=found, title=called(found), entries=entries[:PAGE], after=after, kept=kept, kind=kind, gone=gone,
        next=entries[PAGE - 1].id.hex if len(entries) > PAGE else None, readers=readers, today=today,
        proposal=waiting, settles=waiting is not None and approving.may_settle(waiting, by=actor),
        own=waiting is not None and waiting.proposed_by == actor.person,
        confirm_url=url_for("security.verify", next=url_for("analyst.watch_list", code=code)),
        writes=writes(), refusal=refusal, sent=request.form if refusal else {}, kinds=_kinds(), kind_word=forms.KINDS,
        states=forms.STATES, role_choices=[(role, translate(words.role(role))) for role in forms.ROLE_CHOICES],
    )  # fmt: skip


@blueprint.post("/watch-lists/<code>")
@looking("watch-list/{code}", *ANALYSING)
def watch_list_changed(code: str) -> Response | tuple[str, int]:
    """Lets somebody in or out, opens the list to roles, or ends it, by the button that was pressed."""
    deed = request.form.get("deed", "")
    try:
        said = _DEEDS.get(deed, _nothing)(code)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(code, refusal), refusal.status
    flash(translate(said), "success")
    return redirect(url_for("analyst.watch_list", code=code), 303)


def _nothing(code: str) -> Any:
    raise Invalid(_("Choose what shall be done."))


def _let_in(code: str) -> Any:
    login = normal(request.form.get("login", ""))
    with db.transaction() as session:
        whom = accounts.actor_of_login(session, login)
        if whom is None or whom.roles().isdisjoint(queries.LISTING):
            message = _("There is nobody of that name who may be let in: analysts, supervisors and auditors are.")
            raise Invalid(findings=[Finding("/login", "watchlist.reader", message)])
        reader = Reader(whom.person, whom.login, whom.name)
        operations.let_in(session, code, reader, reasons.typed(), by=current_actor())
    return _("{name} is let in.", name=reader.name)


def _let_out(code: str) -> Any:
    with db.transaction() as session:
        operations.let_out(session, code, request.form.get("login", ""), reasons.typed(), by=current_actor())
    return _("The person is let out.")


def _open_to(code: str) -> Any:
    with db.transaction() as session:
        operations.open_to(session, code, tuple(request.form.getlist("roles")), reasons.typed(), by=current_actor())
    return _("The roles are set.")


def _end(code: str) -> Any:
    typed = sheets.day_of(request.form.get("valid_to", "").strip())
    if typed is None:
        raise Invalid(findings=[Finding("/valid_to", "watchlist.last-day", _("Give the last day as year-month-day."))])
    with db.transaction() as session:
        operations.propose_close(session, code, typed, reasons.typed(), by=current_actor())
    return _("Proposed. Until a second person approves it, everything on the list is looked for as before.")


_DEEDS = {"let-in": _let_in, "let-out": _let_out, "open-to": _open_to, "end": _end}


@blueprint.get("/watch-lists/by-key/<uuid:identifier>")
@looking("watch-list/{identifier}")
def watch_list_by_key(identifier: UUID) -> Response:
    """The list that a proposal is about."""
    with db.reading() as session:
        found = queries.list_by_id(session, identifier, by=current_actor())
    return redirect(url_for("analyst.watch_list", code=found.code))


@blueprint.get("/watch-lists/<code>/verdict")
@looking("watch-list/{code}")
def watch_list_again(code: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the list."""
    return redirect(url_for("analyst.watch_list", code=code, lang=request.args.get("lang")))


@blueprint.post("/watch-lists/<code>/verdict")
@looking("watch-list/{code}", *APPROVING)
def watch_list_settled(code: str) -> Response | tuple[str, int]:
    """Approves or rejects the last day, by the button that was pressed."""
    approves = request.form.get("verdict") == "approve"
    try:
        with db.transaction() as session:
            waiting = _waiting(session, queries.list_by_code(session, code, by=current_actor()))
            if waiting is None:
                raise NotFound()
            settle = approving.approve if approves else approving.reject
            settle(session, waiting.id, reasons.typed(), by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(code, refusal), refusal.status
    flash(translate(_("The last day is set.") if approves else _("The list goes on as before.")), "success")
    return redirect(url_for("analyst.watch_list", code=code), 303)


def _waiting(session: Session, found: WatchList) -> Proposal | None:
    query = select(Proposal).where(Proposal.kind == CLOSE, Proposal.subject == found.id, Proposal.status == "waiting")
    return session.execute(query).scalar_one_or_none()


@blueprint.get("/watch-lists/<code>/new")
@looking("watch-list/{code}/new", *ANALYSING)
def watch_entry_new(code: str) -> str:
    return _entry_form(code, Form(forms.EntrySchema))


@blueprint.post("/watch-lists/<code>/new")
@looking("watch-list/{code}/new", *ANALYSING)
def watch_entry_added(code: str) -> Response | tuple[str, int]:
    form = Form.submitted(forms.EntrySchema, request.form)
    if not form.validate():
        return _entry_form(code, form), 422
    try:
        with db.transaction() as session:
            made = operations.add(session, code, forms.made_entry(form.data), by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        form.refuse(refusal)
        return _entry_form(code, form), refusal.status
    flash(translate(_("Added. It is looked for from now on, at the latest in a few seconds.")), "success")
    return redirect(url_for("analyst.watch_entry", identifier=made.id), 303)


def _entry_form(code: str, form: Form) -> str:
    with db.reading() as session:
        found = queries.list_by_code(session, code, by=current_actor())
    return render_template("analyst/watch_entry_new.html", list=found, title=called(found), form=form, kinds=_kinds())


@blueprint.get("/watch-lists/<code>/import")
@looking("watch-list/{code}/import", *ANALYSING)
def watch_import(code: str) -> str:
    return _file_form(code, Form(forms.FileSchema))


@blueprint.post("/watch-lists/<code>/import")
@looking("watch-list/{code}/import", *ANALYSING)
def watch_imported(code: str) -> Response | tuple[str, int]:
    """Takes a whole file over, or shows what is wrong with which row, and nothing is stored."""
    form = Form.submitted(forms.FileSchema, request.form)
    file = request.files.get("file")
    data = file.read(LARGEST + 1) if file is not None else b""
    if not form.validate():
        return _file_form(code, form), 422
    for_all = filed.ForAll(form.data["source"], form.data["reason"], forms.day(form.data.get("valid_to")))
    try:
        _must_be_a_file(data)
        with db.transaction() as session:
            count = operations.take(session, code, data, for_all, by=current_actor())
    except (Invalid, Malformed, TooLarge, WrongState, Forbidden) as refusal:
        return _file_form(code, form, refusal), refusal.status
    flash(translate(_("Entries added: {count}.", count=count)), "success")
    return redirect(url_for("analyst.watch_list", code=code), 303)


def _must_be_a_file(data: bytes) -> None:
    if not data:
        raise Invalid(_("Choose a file with at least one row."))
    if len(data) > LARGEST:
        raise TooLarge(_("The file is larger than {most} million bytes. Send the rows in several files.", most=8))


def _file_form(code: str, form: Form, refusal: Refusal | None = None) -> str:
    with db.reading() as session:
        found = queries.list_by_code(session, code, by=current_actor())
    faults = list(refusal.findings) if refusal is not None else []
    return render_template(
        "analyst/watch_import.html", list=found, title=called(found), form=form, refusal=refusal,
        faults=faults[:MOST_ROWS], more=max(0, len(faults) - MOST_ROWS), columns=filed.COLUMNS, kinds=list(Kind),
    )  # fmt: skip
