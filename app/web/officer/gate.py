"""The gate: which truck may go, what was seen when it went, and what has gone today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import flask_babel
import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.clearance.models import Permit
from app.clearance.queries import all_in_force
from app.core import db
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, WrongState
from app.core.fields import Plate, Whole, Words, listed
from app.core.messages import T
from app.core.text import _, ascii_digits, fault_in, normal
from app.declarations import queries
from app.declarations.commands import ConfirmExit, Declared, Pass
from app.declarations.lifecycle import LIFE, Action, Status
from app.declarations.models import Declaration, DeclarationExit
from app.declarations.operations.leaving import LONGEST_PLATE, LONGEST_SEAL, MOST_SEALS, OVERRIDING
from app.declarations.queries import OFFICIAL
from app.edge import fmt
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import leaving, permits, settling
from app.inspections.operations import INSPECTING
from app.registers import declarations as register
from app.registers import exits
from app.web.form import Form
from app.web.officer.pages import gate as blueprint

LONGEST_SEARCH = 60
MOST_FOUND = 20
PAGE = 50


class ExitSchema(ma.Schema):
    """What is seen at the gate."""

    class Meta:
        unknown = ma.RAISE

    plate = Plate(LONGEST_PLATE, required=True, metadata={"label": T("Plate on the truck"), "width": "medium"})
    seals = listed(Words(LONGEST_SEAL), 0, MOST_SEALS, metadata={"label": T("Seals on the truck"), "row": T("Seal")})
    items = listed(
        Whole(1, 999), 1, 999, required=True, metadata={"label": T("Items on the truck"), "widget": "checkboxes"}
    )
    remark = Words(2000, allow_none=True, metadata={"label": T("Remark"), "widget": "textarea", "rows": 2})
    without_permit = Words(
        2000, allow_none=True, metadata={"label": T("Why it left without a permit"), "widget": "textarea", "rows": 2}
    )


@dataclass(frozen=True, slots=True)
class AtGate:
    """A declaration at the gate: what is declared, which items are let go and still here, which have gone, and those that
    stay. `owes`: something became due after the release, and is paid before the goods are gone. `permit` is the one in
    force, else the last that was revoked, and `shown` what it lets through."""

    declaration: Declaration
    declared: Declared
    free: list[int]
    gone: list[tuple[DeclarationExit, list[int]]]
    held: list[int]
    owes: bool
    permit: Permit | None
    shown: Pass

    @property
    def covered(self) -> list[int]:
        """The items that may go now, under the permit."""
        return [number for number in self.free if number in self.shown.items]

    @property
    def may_go(self) -> bool:
        return bool(self.covered) and not self.owes

    @property
    def lacks_permit(self) -> bool:
        """Whether nothing but the paper is missing."""
        return bool(self.free) and not self.owes and not self.covered


@blueprint.get("/gate")
@signed_in(*OFFICIAL)
def search() -> str | Response:
    """The box for the plate, and today's exits; a truck that may go opens at once."""
    typed, after = ascii_digits(normal(request.args.get("q", "")[:LONGEST_SEARCH])), request.args.get("after", "")
    actor = current_actor()
    hits: list[register.Line] = []
    papers: dict[tuple[str, UUID], Permit] = {}
    if typed and fault_in(typed) is None:
        with db.reading(search=True) as session:
            hits = register.page(session, register.Filters(q=typed), by=actor, limit=MOST_FOUND).lines
            papers = all_in_force(session, [(hit.post, hit.id) for hit in hits])
    ready = [hit for hit in hits if _may_leave(hit.status)]
    if len(ready) == 1 or len(hits) == 1:
        return redirect(url_for("gate.file", reference=(ready or hits)[0].reference))
    with db.reading() as session:
        page = exits.page(session, _midnight(db.now(session)), by=actor, limit=PAGE, after=after)
    return render_template("officer/gate.html", typed=typed, hits=ready + [h for h in hits if h not in ready], page=page,
                           after=after, may_leave=_may_leave, papers=papers)  # fmt: skip


@blueprint.get("/gate/<reference>")
@signed_in(*OFFICIAL)
def file(reference: str) -> str:
    return _drawn(reference)


@blueprint.post("/gate/<reference>")
@signed_in(*INSPECTING)
def leave(reference: str) -> Response | tuple[str, int]:
    """The truck goes; another plate, or items that may not go, are refused in words."""
    actor = current_actor()
    form = Form.submitted(ExitSchema, request.form)
    form.version = form.version or 0
    if not form.validate():
        return _drawn(reference, form), 422
    given: dict[str, Any] = form.data
    seals, items = tuple(given.get("seals") or ()), tuple(given["items"])
    remark, without = given.get("remark") or "", given.get("without_permit") or ""
    command = ConfirmExit(reference, given["plate"], seals, items, remark, form.version, without)
    try:
        with db.transaction() as session:
            _declaration, gone = leaving.confirm_exit(session, command, by=actor)
    except (ChangedMeanwhile, Invalid, WrongState, Forbidden) as refusal:
        form.refuse(refusal)
        return _drawn(reference, form), refusal.status
    flash(translate(_("The truck may go. Exit {number}.", number=fmt.code(gone.number))), "success")
    return redirect(url_for("gate.file", reference=reference), 303)


def _drawn(reference: str, form: Form | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        found = _at_gate(session, reference)
    declaration = found.declaration
    form = form or Form(ExitSchema, {"items": found.covered or found.free, "seals": []})
    form.version = declaration.version
    return render_template(
        "officer/gate_file.html",
        declaration=declaration,
        header=found.declared.header,
        items=found.declared.items,
        found=found,
        form=form,
        acts=actor.grant(INSPECTING, declaration.post) is not None,
        overrides=actor.grant(OVERRIDING, declaration.post) is not None,
        confirm_url=url_for("security.verify", next=url_for("gate.file", reference=reference)),
    )


def _at_gate(session: Session, reference: str) -> AtGate:
    declaration = queries.find(session, reference, by=current_actor())
    declared = queries.declared(session, declaration)
    numbers = [item["number"] for item in declared.items]
    gone = queries.exits(session, declaration)
    left = {item for _exit, items in gone for item in items}
    partly = declaration.status == Status.PARTLY_RELEASED
    free = queries.released_items(session, declaration) if partly else frozenset(numbers)
    open_ones = free - left if _may_leave(declaration.status) else frozenset()
    permit = permits.shown(session, declaration)
    return AtGate(
        declaration=declaration,
        declared=declared,
        free=[n for n in numbers if n in open_ones],
        gone=gone,
        held=[n for n in numbers if n not in free],
        owes=not settling.is_settled(declaration, settling.standing(session, declaration)),
        permit=permit,
        shown=permits.pass_of(session, declaration, permit),
    )


def _may_leave(status: str) -> bool:
    return LIFE.allows(Status(status), Action.EXIT_PART)


def _midnight(now: dt.datetime) -> dt.datetime:
    """The beginning of the post's own day."""
    zone = flask_babel.get_timezone()
    local = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(dt.UTC)
