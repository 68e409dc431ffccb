"""What a trader does with a lodged movement: one row for each deed, from its words to its flow, and its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import flask_babel
import marshmallow as ma
from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Finding, Invalid, NotFound, Refusal
from app.core.fields import Words
from app.core.messages import T
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows.movements import arriving, evidence, lodging, searching, travelling
from app.registers.movements import file as register
from app.transit import commands, queries, schemas
from app.transit.schemas.making import reason_field
from app.transit.schemas.parts import office_field, yes_or_no
from app.web import photos
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.trader.transit import declared
from app.web.trader.transit.pages import ROLE, blueprint, trader
from app.web.trader.transit.possible import Look

#: No version is 0: a form without one is taken for a form of long ago.
NO_VERSION = 0
#: More items than these are not offered by name.
_MOST_NAMED = 300
_LONGEST_NAME = 60

Act = Callable[[Session, str, dict[str, Any], int, Actor], object]


class _TakingBackSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    reason = reason_field()


class _IncidentSchema(schemas.IncidentSchema):
    """What a holder tells: for no office."""

    class Meta(schemas.IncidentSchema.Meta):
        exclude = ("office",)


class _UnloadingSchema(schemas.UnloadingRemarksSchema):
    """Whoever unloads answers both questions; on the officials' page they are boxes to tick."""

    complete = yes_or_no(T("Everything is unloaded"), widget="radio", required=True)
    conform = yes_or_no(T("All is as declared"), widget="radio", required=True)


class _AnswerSchema(schemas.EnquiryAnswerSchema):
    class Meta(schemas.EnquiryAnswerSchema.Meta):
        exclude = ("office",)


class _ArrivalSchema(schemas.ArrivalSchema):
    """The office is chosen among those where it may end."""

    office = office_field(T("Office of destination"), "17 05", required=True)


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed at `/trader/transit/<reference>/<name>`; `lead` says before what comes of it, `done` afterwards."""

    name: str
    title: Text
    lead: Text
    done: Text
    schema: type[ma.Schema]
    act: Act
    button: Text
    icon: str = "edit"
    tone: str = "primary"
    asks: Text | None = None
    fields: tuple[str, ...] = ()
    rows: str = ""
    #: Whether photos and papers may come with it.
    photos: bool = False


def _by(command: Callable[..., Any], flow: Callable[..., Any]) -> Act:
    def act(session: Session, reference: str, given: dict[str, Any], version: int, by: Actor) -> object:
        return flow(session, schemas.command(command, given, reference=reference, version=version), by=by)

    return act


DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed(
            "arrival",
            _("Tell the arrival"),
            _("Say that the goods are at the office of destination, or at a place that is approved for you. Nothing is unloaded before it is permitted."),
            _("The arrival is told. What happens now stands below."),
            _ArrivalSchema,
            _by(commands.Arrive, arriving.arrive),
            _("Tell the arrival"),
            "truck",
            fields=("office", "procedure", "location", "arrived_at"),
        ),
        Deed(
            "unloading",
            _("Say what was unloaded"),
            _("Say whether everything is unloaded, whether all is as declared, and how the seals were. Name every difference."),
            _("Your remarks are with the office of destination."),
            _UnloadingSchema,
            _by(commands.RemarkUnloading, arriving.remark_unloading),
            _("Send the remarks"),
            "list",
            fields=("unloaded_on", "complete", "conform", "seals_ok", "remarks"),
            rows="discrepancies",
        ),
        Deed(
            "presentation",
            _("The goods are here"),
            _("Say that the goods are at the office of departure. From now on customs work on the movement."),
            _("You said that the goods are here. What happens now stands below."),
            schemas.PresentationSchema,
            _by(commands.Present, lodging.present),
            _("The goods are here"),
            "truck",
            fields=("location",),
        ),
        Deed(
            "answer",
            _("Answer the enquiry"),
            _("Say where the goods are, and what proves it. With a proof of their arrival the movement can still end as it should."),
            _("Your answer is with the office of departure."),
            _AnswerSchema,
            _by(commands.AnswerEnquiry, searching.answer_enquiry),
            _("Send the answer"),
            "info",
            fields=("says", "text"),
            photos=True,
        ),
        Deed(
            "incident",
            _("Report an incident"),
            _("Tell at once what happened to the goods, the vehicle or the seals. An officer decides whether the journey goes on."),
            _("The incident is reported. An office decides how the journey goes on."),
            _IncidentSchema,
            _by(commands.ReportIncident, travelling.report_incident),
            _("Report the incident"),
            "warning",
            fields=(
                "code", "text", "place", "country", "happened_at", "endorsement", "means.vehicle.plate",
                "means.vehicle.country", "means.trailer.plate", "means.container", "seals",
            ),
            photos=True,
        ),
        Deed(
            "invalidation",
            _("Take the movement back"),
            _("Before the release you may take it back. Under control customs decide; otherwise it counts no more at once."),
            _("What you asked for is recorded."),
            _TakingBackSchema,
            _by(commands.Invalidate, lodging.invalidate),
            _("Take it back"),
            "stop",
            "danger",
            asks=_("Take this movement back? That cannot be undone."),
            fields=("reason",),
        ),
    )
}  # fmt: skip
PARTS = ", ".join(DEEDS)


@blueprint.get(f"/<reference>/<any({PARTS}):deed>")
@signed_in(ROLE)
def ask(reference: str, deed: str) -> str:
    """The page of a deed."""
    return _page(reference, DEEDS[deed])


@blueprint.post(f"/<reference>/<any({PARTS}):deed>")
@signed_in(ROLE)
def do(reference: str, deed: str) -> Response | tuple[str, int]:
    """Does what the form says; what is refused is shown at its fields."""
    row = DEEDS[deed]
    form = Form.submitted(row.schema, request.form)
    form.version = form.version or NO_VERSION
    if Form.only_rows_change(request.form):
        return _page(reference, row, form), 200
    _preset(row, form)
    if not form.validate():
        return _page(reference, row, form), 422
    try:
        with db.transaction() as session:
            row.act(session, reference, _with_photos(session, reference, row, form.data), form.version, trader())
    except NotFound:
        raise
    except ChangedMeanwhile as refusal:
        return _page(reference, row, form, overtaken=True), refusal.status
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(reference, row, form), refusal.status
    flash(translate(row.done), "success")
    return redirect(url_for("trader_transit.show", reference=reference), 303)


def _with_photos(session: Session, reference: str, row: Deed, given: dict[str, Any]) -> dict[str, Any]:
    """The words with the ids of the files that came with the form; they are the holder's at the office of departure."""
    if not row.photos:
        return given
    actor = trader()
    movement = queries.find(session, reference, by=actor)
    ids = photos.kept(session, "evidence", "/evidence", post=movement.post, party=movement.party, by=actor)
    return {**given, "evidence": ids}


@blueprint.get("/<reference>/files/<uuid:identifier>")
@signed_in(ROLE)
def photo(reference: str, identifier: UUID) -> Response:
    """A photo or paper of an incident or an answer, to be saved."""
    with db.reading() as session:
        opened = evidence.opened(session, reference, identifier, by=trader())
    return FileResponse(opened.content, headers=opened.headers)


def _preset(row: Deed, form: Form) -> None:
    """Words that no box asks: which permission the remarks are about stands in the form, hidden."""
    if row.name == "unloading":
        for name in ("office", "number"):
            form.values.setdefault(name, request.form.get(name, ""))


def _page(reference: str, row: Deed, form: Form | None = None, *, overtaken: bool = False) -> str:
    """The page; a form that was filled in on an older version is offered again on the present one."""
    actor = trader()
    with db.reading() as session:
        found = register.of(session, reference, by=actor)
        lists = lists_of(session)
    look = Look(found, actor)
    if found.movement.status == "draft" or not (look.holds or row.name in ("arrival", "unloading")):
        raise NotFound()
    form = form or Form(row.schema, _initial(row, look))
    if overtaken or form.version is None:
        form.version = found.movement.version
    return render_template(
        "trader/transit/deed.html",
        deed=row,
        file=found,
        movement=found.movement,
        local=found.declared.header.get("local_reference") or "",
        look=look,
        may=row.name in look.deeds,
        form=form,
        overtaken=overtaken,
        lists=lists,
        offices=[(each.office, f"{each.office} – {lists.post_name(each.office)}") for each in look.arrivals],
        items=_items(found),
        houses=_compared(row, found, lists),
    )


def _initial(row: Deed, look: Look) -> dict[str, Any]:
    """What stands in the form at first."""
    if row.name == "arrival":
        offices = look.arrivals
        return {"procedure": "normal", **({"office": offices[0].office} if len(offices) == 1 else {})}
    if row.name == "unloading" and look.permission is not None:
        today = flask_babel.to_user_timezone(look.file.at).date().isoformat()
        return {"number": look.permission.number, "office": look.permission.office, "unloaded_on": today}
    return {}


def _items(found: register.File) -> list[tuple[str, str]]:
    """The items by number and name, to choose where one differs."""
    rows = found.declared.items if len(found.declared.items) <= _MOST_NAMED else []
    return [
        (str(row.words["number"]), f"{row.words['number']} – {row.words['description'][:_LONGEST_NAME]}")
        for row in rows
    ]


def _compared(row: Deed, found: register.File, lists: Lists) -> list[declared.HouseShown]:
    """What is declared, to compare what was unloaded with it."""
    if row.name != "unloading" or len(found.declared.items) > _MOST_NAMED:
        return []
    return declared.houses(found.declared.body(), lists)


class ByMrnSchema(_ArrivalSchema):
    """That goods are there, by whoever brings them and has the MRN on paper."""

    mrn = Words(18, required=True, metadata={"label": T("MRN"), "widget": "code"})


@blueprint.get("/arrivals")
@signed_in(ROLE)
def arrival() -> str:
    """Telling the arrival of goods whose movement is another firm's."""
    return _arrival(Form(ByMrnSchema, {"procedure": "normal", "mrn": request.args.get("mrn", "")[:18]}))


@blueprint.post("/arrivals")
@signed_in(ROLE)
def tell_arrival() -> Response | tuple[str, int]:
    """Notes an arrival by the MRN; from then on who told it sees the movement."""
    form = Form.submitted(ByMrnSchema, request.form)
    if not form.validate():
        return _arrival(form), 422
    mrn = form.data.pop("mrn").replace(" ", "").upper()
    try:
        with db.transaction() as session:
            movement, _arrived = arriving.arrive(
                session, schemas.command(commands.Arrive, form.data, reference=mrn), by=trader()
            )
            reference = movement.reference
    except Refusal as refusal:
        form.refuse(_at_mrn(refusal))
        return _arrival(form), 422 if isinstance(refusal, NotFound) else refusal.status
    flash(translate(DEEDS["arrival"].done), "success")
    return redirect(url_for("trader_transit.show", reference=reference), 303)


def _at_mrn(refusal: Refusal) -> Refusal:
    """A movement that is not there is told at its number."""
    if not isinstance(refusal, NotFound):
        return refusal
    message = _("There is no movement with this MRN. Copy its 18 characters from the accompanying document.")
    return Invalid(findings=[Finding("/mrn", "movement.unknown", message)])


def _arrival(form: Form) -> str:
    with db.reading() as session:
        lists = lists_of(session)
    actor = trader()
    own = [post for post in lists.book.posts() if post.holds(lists.on) and actor.grant((ROLE,), post.code)]
    node = db.node_post()
    posts = sorted((post for post in own if post.code[:2] == node[:2]), key=lambda post: post.code)
    return render_template(
        "trader/transit/arrival.html",
        form=form,
        lists=lists,
        offices=[(post.code, f"{post.code} – {post.name(lists.locale)}") for post in posts],
    )
