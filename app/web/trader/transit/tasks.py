"""The movement as a list of tasks, and the page of each section that is a plain form."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge.signin import signed_in
from app.guarantees import queries as guarantees
from app.guarantees.lifecycle import Status as GuaranteeStatus
from app.web.declaring.moments import at_the_post
from app.web.form import field_id
from app.web.tasking import Section, overview
from app.web.trader import going_on
from app.web.trader.drafts import by_itself, not_saved, saved
from app.web.trader.transit import checking, drafts, sums
from app.web.trader.transit.drafts import Open
from app.web.trader.transit.form import MovementForm, count_of
from app.web.trader.transit.pages import ROLE, blueprint
from app.web.trader.transit.sections import BY_KEY, FORMS, GOODS

_SAVED_WRONG = _("Saved. Something here is to be corrected before the movement can be lodged.")
#: More guarantees than these are typed.
_OFFERED = 50


def task_list(at: Open) -> str:
    """The page a draft begins with: every section with how far it has come."""
    done = at.tasks.progress(at.words, at.found)
    return render_template(
        "trader/transit/tasks.html",
        at=at,
        record=at.record,
        **overview(done, lambda part, check: address(at, part, check=check)),
        ready=not checking.refused(at.found),
        items=count_of(at.words),
        post_name=at.desk.lists.post_name(at.record.post),
    )


@blueprint.get("/<reference>/sections/<key>")
@signed_in(ROLE)
def section(reference: str, key: str) -> str | Response:
    """A section's form; with check=1, what is wrong in it is marked."""
    part = _section(key)
    wanted = request.args.get("check") == "1"
    with db.reading() as session:
        at = drafts.opened(session, reference, check=wanted)
        if isinstance(at, Response):
            return at
        form = MovementForm(at.words, version=at.record.version)
        form.findings = tuple(_of(at, part))
        return _page(session, at, part, form, checked=wanted and not form.findings)


@blueprint.post("/<reference>/sections/<key>")
@signed_in(ROLE)
def keep_section(reference: str, key: str) -> Any:
    """Keeps a section over the version that was seen, and goes where the pressed button leads."""
    part = _section(key)
    with db.reading() as session:
        at = drafts.opened(session, reference)
        if isinstance(at, Response):
            return at
        form = MovementForm.of_section(request.form, at.words, part.names)
        form.press(request.form, part.names)
        if _only_redraw(form, at):
            return _page(session, at, part, form)
    return _kept(at, part, form)


def _kept(at: Open, part: Section, form: MovementForm) -> Any:
    try:
        record = drafts.keep(at, form.words(part.names), drafts.seen(form.version))
    except Refusal as refusal:
        if by_itself():
            return not_saved(refusal)
        if isinstance(refusal, NotFound):
            raise
        if isinstance(refusal, WrongState):
            return drafts.already(at.record)
        form.values = form.words(part.names)
        form.refuse(refusal)
        with db.reading() as session:
            return _page(session, at, part, form), refusal.status
    if by_itself():
        return saved(record)
    return _gone_on(record.reference, part)


def _gone_on(reference: str, part: Section) -> Response:
    return going_on.gone_on(
        partial(drafts.checked, reference),
        tasks=url_for("trader_transit.show", reference=reference),
        is_wrong=lambda at: checking.refused(_of(at, part)),
        here=lambda at: address(at, part, check=True),
        following=lambda at: after(at, part),
        saved_wrong=_SAVED_WRONG,
    )


def after(at: Open, part: Section) -> str:
    """The page that follows a section: the next one, or the answers."""
    following = at.tasks.after(part) if part in at.tasks.sections else None
    if following is None:
        return url_for("trader_transit.check", reference=at.record.reference)
    return address(at, following)


def _page(session: Session, at: Open, part: Section, form: MovementForm, *, checked: bool = False) -> str:
    sections = at.tasks.sections
    return render_template(
        "trader/transit/section.html",
        at=at,
        record=at.record,
        part=part,
        place=sections.index(part) + 1 if part in sections else len(sections),
        of=len(sections),
        form=form,
        rows_level=2,
        desk=at.desk,
        lists=at.desk.lists,
        posts=at.posts(),
        offices=at.desk.offices(),
        sums=sums.of(at.words) if part.key == "totals" else None,
        own_guarantees=_own_guarantees(session, at) if part.key == "guarantees" else (),
        checked=checked,
        skip=after(at, part),
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )


def _own_guarantees(session: Session, at: Open) -> list[tuple[str, str]]:
    """(GRN, what is left of it) of the holder's guarantees that are in force, for suggestions."""
    rows = guarantees.page(session, by=at.desk.actor, limit=_OFFERED, holder=at.record.party)
    good = [row for row in rows if row.status == GuaranteeStatus.IN_FORCE and row.valid_to >= at.desk.lists.on]
    left = guarantees.left_of(session, good)
    return [(row.grn, f"{left[row.id]:f} {row.currency}") for row in good]


def _only_redraw(form: MovementForm, at: Open) -> bool:
    """The buttons that change the form itself: add, remove, and filling in the holder."""
    firm = at.desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["holder"] = at.desk.declarant(firm)
        return True
    return form.only_rows_change(request.form)


def place_of(at: Open, finding: Finding) -> str | None:
    """Where a draft's fault can be put right: the box on the page of its section; None for what is about the whole."""
    part = at.tasks.of(finding.pointer)
    if part is None:
        return None
    reference, parts = at.record.reference, finding.pointer.split("/")[1:]
    anchor = field_id(".".join(parts))
    if part.key != GOODS:
        return url_for("trader_transit.section", reference=reference, key=part.key, check=1, _anchor=anchor)
    if len(parts) < 2 or not parts[1].isdecimal():
        return url_for("trader_transit.goods", reference=reference)
    house = int(parts[1]) + 1
    if len(parts) < 4 or parts[2] != "items" or not parts[3].isdecimal():
        return url_for("trader_transit.house", reference=reference, house=house, check=1, _anchor=anchor)
    return url_for(
        "trader_transit.item", reference=reference, house=house, number=int(parts[3]) + 1, check=1, _anchor=anchor
    )


def address(at: Open, part: Section, *, check: bool = False) -> str:
    """A section's page."""
    reference = at.record.reference
    if part.key == GOODS:
        return url_for("trader_transit.goods", reference=reference)
    return url_for("trader_transit.section", reference=reference, key=part.key, check=1 if check else None)


def _section(key: str) -> Section:
    if key not in FORMS:
        raise NotFound()
    return BY_KEY[key]


def _of(at: Open, part: Section) -> list[Finding]:
    """What is wrong in a section."""
    return [finding for finding in at.found if at.tasks.of(finding.pointer) is part]
