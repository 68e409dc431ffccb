"""The holder declares something else before the release: the whole movement on one page, what changes, and the request.

Nothing is kept between the steps: what is written travels with the form, packed, until it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.differences import between, told
from app.core.errors import NotFound, Refusal
from app.core.text import _, excerpt
from app.edge import limits
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows.movements import lodging
from app.transit import queries, schemas
from app.transit.commands import Amend, Declared
from app.transit.lifecycle import LIFE, Action, Status
from app.transit.models import Movement
from app.web import differences
from app.web.declaring.moments import at_the_post
from app.web.declaring.rewriting import packed, refuse_without, unpacked
from app.web.differences import MOST_CHANGES
from app.web.drafting import ReasonedForm
from app.web.kinds import fields_of
from app.web.names import nested
from app.web.trader.transit import drafts, keys
from app.web.trader.transit.form import HOUSES, ITEMS, MovementForm, count_of, houses_of, items_of
from app.web.trader.transit.pages import ROLE, MovementDesk, blueprint
from app.web.trader.transit.sections import tasks_of
from app.web.typed import whole_number

ON_PAGE = 50
_SENT = re.compile(rf"{HOUSES}\.([0-9]{{1,2}})\.(?:{ITEMS}\.([0-9]{{1,4}})\.)?(.+)", re.ASCII)


class AmendmentForm(ReasonedForm, MovementForm):
    """The whole movement with the reason for changing it; the page holds fifty of its items, from `first`."""

    first: int = 0

    @classmethod
    def received(cls, posted: Mapping[str, str], carried: Mapping[str, Any]) -> Self:
        """The form as it was sent, with what its page did not hold, and its buttons pressed."""
        form = cls(version=whole_number(posted.get("version", "")))
        known = fields_of(form.schema)
        sent = {name: value for name, value in nested(posted).items() if name in known and name != HOUSES}
        form.values = {**sent, HOUSES: _houses(posted, carried), "post": carried.get("post")}
        form.first = whole_number(posted.get("first", "")) or 0
        form.press(posted, known)
        form.refuse_floods(form.values)
        return form

    def shown(self) -> Iterator[tuple[str, list[str]]]:
        """(name of a house, names of its items) on this page."""
        before, window = 0, range(self.first, self.first + ON_PAGE)
        for place, house in enumerate(houses_of(self.values)):
            count = len(items_of(house))
            name = f"{HOUSES}.{place}"
            items = [f"{name}.{ITEMS}.{nth}" for nth in range(count) if before + nth in window]
            before += count
            if items or not count:
                yield name, items

    @property
    def pages(self) -> list[tuple[int, int, bool]]:
        """(first, last, whether it is this one) of the pages of items, from 1."""
        total = count_of(self.values)
        if total <= ON_PAGE:
            return []
        return [(n + 1, min(n + ON_PAGE, total), n == self.first) for n in range(0, total, ON_PAGE)]


def _houses(posted: Mapping[str, str], carried: Mapping[str, Any]) -> list[Any]:
    """The houses that travel with the form, with what the page sent written over them."""
    sent: dict[tuple[int, int | None], dict[str, str]] = {}
    for key in posted:
        found = _SENT.fullmatch(key)
        if found is not None:
            place = (int(found[1]), int(found[2]) if found[2] is not None else None)
            sent.setdefault(place, {})[found[3]] = posted[key]
    houses = [{**house, ITEMS: items_of(house)} for house in houses_of(carried)]
    for (house, item), words in sent.items():
        if house >= len(houses):
            continue
        if item is None:
            houses[house] = {**nested(words), ITEMS: houses[house][ITEMS]}
        elif item < len(houses[house][ITEMS]):
            houses[house][ITEMS][item] = nested(words)
    return houses


@dataclass(frozen=True, slots=True)
class _Writing:
    """A movement that its holder may still change."""

    desk: MovementDesk
    record: Movement
    declared: Declared

    @property
    def alone(self) -> bool:
        """Whether a change needs nobody's consent."""
        return self.record.status != Status.UNDER_CONTROL.value


@blueprint.get("/<reference>/amendment")
@signed_in(ROLE)
def amendment(reference: str) -> Response | str:
    """The movement as it is declared now, to be written over."""
    with db.reading() as session:
        writing = _own(session, reference)
    if not LIFE.allows(Status(writing.record.status), Action.AMEND):
        return _barred(reference)
    return _form(writing, AmendmentForm(writing.declared.body(), version=writing.record.version), "")


@blueprint.post("/<reference>/amendment")
@signed_in(ROLE)
def amend(reference: str) -> Any:
    """Goes on with what is written: another page of items, the differences (action=compare), or the request (send)."""
    with db.reading() as session:
        writing = _own(session, reference)
    action, reason = request.form.get("action", ""), request.form.get("reason", "").strip()
    carried = unpacked(request.form.get("carried", ""))
    if action in ("send", "back"):
        form = AmendmentForm(carried, version=whole_number(request.form.get("version", "")))
        return _sent(writing, form, reason) if action == "send" else _form(writing, form, reason)
    form = AmendmentForm.received(request.form, carried)
    firm = writing.desk.firm(request.form.get("firm"))
    if firm is not None:
        form.values["holder"] = writing.desk.declarant(firm)
    if action == "compare":
        return _compared(writing, form, reason)
    go = whole_number(request.form.get("go", ""))
    form.first = form.first if go is None else go // ON_PAGE * ON_PAGE
    return _form(writing, form, reason)


def _own(session: Session, reference: str) -> _Writing:
    desk = MovementDesk.of(session)
    record = drafts.own(session, reference, desk)
    if record.status == Status.DRAFT.value:
        raise NotFound()
    return _Writing(desk, record, queries.declared(session, record))


def _barred(reference: str) -> Response:
    flash(
        translate(
            _(
                "The movement cannot be changed any more. After the release NCTS refuses it with code 92 (out of sequence)."
            )
        ),
        "error",
    )
    return redirect(url_for("trader_transit.show", reference=reference), 303)


def _compared(writing: _Writing, form: AmendmentForm, reason: str) -> Any:
    """What would change, before anything is asked."""
    words = form.words()
    form.values = words
    try:
        after = schemas.read(schemas.draft_words(words)).body()
        refuse_without(reason, any(between(writing.declared.body(), after)))
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(writing, form, reason), refusal.status
    return _comparison(writing, form, reason)


def _comparison(writing: _Writing, form: AmendmentForm, reason: str, refused: Refusal | None = None) -> str:
    changed = told(between(writing.declared.body(), schemas.read(form.words()).body()))
    lists = writing.desk.lists
    return render_template(
        "trader/transit/amendment_check.html",
        record=writing.record,
        local=writing.declared.header.get("local_reference") or "",
        alone=writing.alone,
        form=form,
        reason=reason,
        carried=packed(form.words()),
        changes=differences.told(changed, lists, schemas.movement_schema()),
        more=max(0, len(changed) - MOST_CHANGES),
        keys=keys.asked(form.values, lists, refused.findings if refused else ()),
    )


def _sent(writing: _Writing, form: AmendmentForm, reason: str) -> Any:
    """Sends it, with the access codes that were typed beside the differences."""
    words, codes = form.words(), keys.given()
    named = words.get("guarantees")
    if isinstance(named, list):
        rows = [{**row, "access_code": codes[n]} if n in codes else row for n, row in enumerate(named)]
        words = {**words, "guarantees": rows}
    try:
        declared = schemas.read(words)
        with limits.access_codes(writing.desk.actor.person), db.transaction() as session:
            command = Amend(writing.record.reference, declared, reason, form.version or 0)
            _movement, asked = lodging.amend(session, command, by=writing.desk.actor)
            settled = asked.status == "accepted"
    except NotFound:
        raise
    except Refusal as refusal:
        if keys.about_codes(refusal.findings):
            return _comparison(writing, form, reason, refusal), refusal.status
        form.refuse(refusal)
        return _form(writing, form, reason), refusal.status
    said = _("Your request is with customs. Until they have decided, what was declared holds.")
    flash(translate(_("The movement is changed.") if settled else said), "success")
    return redirect(url_for("trader_transit.show", reference=writing.record.reference), 303)


def _form(writing: _Writing, form: AmendmentForm, reason: str) -> str:
    record, desk, words = writing.record, writing.desk, form.words()
    wrong = [finding.message for finding in form.findings if finding.pointer == "/reason"]
    return render_template(
        "trader/transit/amendment.html",
        record=record,
        local=writing.declared.header.get("local_reference") or "",
        alone=writing.alone,
        form=form,
        desk=desk,
        lists=desk.lists,
        posts=[(record.post, f"{record.post} – {desk.lists.post_name(record.post)}")],
        offices=desk.offices(),
        sections=tasks_of(words).sections,
        reason=excerpt(reason, 2000),
        reason_wrong=wrong,
        carried=packed(words),
        arrival=at_the_post(form.value("transport.expected_arrival")),
    )
