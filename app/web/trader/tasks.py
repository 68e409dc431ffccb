"""The declaration as a list of tasks, and the page of each section that is a plain form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge.signin import signed_in
from app.web.declaring import scans, sections
from app.web.declaring.form import DeclarationForm
from app.web.declaring.moments import at_the_post
from app.web.declaring.sections import BY_KEY, SECTIONS, Section
from app.web.form import field_id
from app.web.tasking import overview
from app.web.trader import checking, drafts, going_on
from app.web.trader.desk import ROLE, blueprint
from app.web.trader.drafts import Open

_SAVED_WRONG = _("Saved. Something here is to be corrected before the declaration can be lodged.")


def task_list(session: Session, at: Open) -> str:
    """The page a draft begins with: every section with how far it has come."""
    done = sections.progress(at.words, at.found)
    return render_template(
        "trader/tasks.html",
        at=at,
        record=at.record,
        **overview(done, lambda part, check: _address(at, part, check=check)),
        ready=not checking.refused(at.found),
        items=_count(at.words),
        post_name=at.desk.lists.post_name(at.record.post),
    )


def _count(words: Mapping[str, Any]) -> int:
    items = words.get("items")
    return len(items) if isinstance(items, list) else 0


@blueprint.get("/declarations/<reference>/sections/<key>")
@signed_in(ROLE)
def section(reference: str, key: str) -> str | Response:
    """A section's form; with check=1, what is wrong in it is marked."""
    part = _section(key)
    wanted = request.args.get("check") == "1"
    with db.reading() as session:
        at = drafts.opened(session, reference, check=wanted)
    if isinstance(at, Response):
        return at
    form = DeclarationForm(at.words, version=at.record.version)
    form.findings = tuple(_of(part, at.found))
    return page(at, part, form, checked=wanted and not form.findings)


@blueprint.post("/declarations/<reference>/sections/<key>")
@signed_in(ROLE)
def keep_section(reference: str, key: str) -> Any:
    """Keeps a section over the version that was seen, and goes where the pressed button leads."""
    part = _section(key)
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    form = DeclarationForm.of_section(request.form, at.words, part.names)
    if not drafts.by_itself():
        scans.take(form, at.record, by=at.desk.actor)
    form.press(request.form, part.names)
    if form.refused:
        return page(at, part, form), 422
    if _only_redraw(form, at):
        return page(at, part, form)
    return _kept(at, part, form)


def _kept(at: Open, part: Section, form: DeclarationForm) -> Any:
    try:
        record = drafts.keep(at, form.words(part.names), drafts.seen_version(form))
    except (NotFound, WrongState) as refusal:
        if drafts.by_itself():
            return drafts.not_saved(refusal)
        if isinstance(refusal, NotFound):
            raise
        return drafts.already(at.record)
    except Refusal as refusal:
        if drafts.by_itself():
            return drafts.not_saved(refusal)
        form.values = form.words(part.names)
        form.refuse(refusal)
        return page(at, part, form), refusal.status
    if drafts.by_itself():
        return drafts.saved(record)
    return _gone_on(record.reference, part)


def _gone_on(reference: str, part: Section) -> Response:
    return going_on.gone_on(
        partial(drafts.checked, reference),
        tasks=url_for("trader.show", reference=reference),
        is_wrong=lambda at: checking.refused(_of(part, at.found)),
        here=lambda at: _address(at, part, check=True),
        following=lambda at: _after(at, part),
        saved_wrong=_SAVED_WRONG,
    )


def _after(at: Open, part: Section) -> str:
    """The page that follows a section: the next one, or the answers."""
    following = sections.after(part)
    return _address(at, following) if following else url_for("trader.check", reference=at.record.reference)


def page(at: Open, part: Section, form: DeclarationForm, *, checked: bool = False) -> str:
    following = sections.after(part)
    return render_template(
        "trader/section.html",
        at=at,
        record=at.record,
        part=part,
        place=SECTIONS.index(part) + 1,
        of=len(SECTIONS),
        form=form,
        rows_level=2,
        desk=at.desk,
        lists=at.desk.lists,
        posts=at.posts(),
        files=at.files,
        checked=checked,
        following=following,
        skip=_after(at, part),
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )


def _only_redraw(form: DeclarationForm, at: Open) -> bool:
    """The buttons that change the form itself: add, remove, and filling in the declarant."""
    firm = at.desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["declarant"] = at.desk.declarant(firm)
        return True
    return form.only_rows_change(request.form)


def place_of(record_reference: str, finding: Finding) -> str | None:
    """Where a draft's fault can be put right: the box on the page of its section; None for what is about the whole."""
    part = sections.section_of(finding.pointer)
    if part is None:
        return None
    parts = finding.pointer.split("/")[1:]
    anchor = field_id(".".join(parts))
    if part.key != "items":
        return url_for("trader.section", reference=record_reference, key=part.key, check=1, _anchor=anchor)
    if len(parts) < 2 or not parts[1].isdecimal():
        return url_for("trader.items", reference=record_reference)
    return url_for("trader.item", reference=record_reference, number=int(parts[1]) + 1, check=1, _anchor=anchor)


def _address(at: Open, part: Section, *, check: bool = False) -> str:
    """A section's page; an empty list of items leads to the first item."""
    reference = at.record.reference
    if part.key == "items":
        return url_for("trader.items", reference=reference)
    if check:
        return url_for("trader.section", reference=reference, key=part.key, check=1)
    return url_for("trader.section", reference=reference, key=part.key)


def _section(key: str) -> Section:
    if key not in sections.FORMS:
        raise NotFound()
    return BY_KEY[key]


def _of(part: Section, found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if sections.section_of(finding.pointer) is part]
