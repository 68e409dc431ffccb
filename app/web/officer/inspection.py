"""The page of a look at goods: what was ordered, by whom it is done, what was found, and its end. For declarations and
movements alike; every deed is one form and one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answered

from app.accounts import queries as accounts
from app.claims import queries as claims
from app.claims.models import WorkClaim
from app.core import db
from app.core.actors import Actor
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, NotFound, Refusal, TooLarge, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.declarations.lifecycle import OPEN
from app.declarations.models import Declaration
from app.declarations.queries import OFFICIAL
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import claimed, inspecting
from app.flows.inspecting import Inspected
from app.inspections import queries
from app.inspections.commands import AddPhoto, Recorded
from app.inspections.lifecycle import Agency, FindingKind, Measured, Recommendation, SealCondition, SealDeed, Type
from app.inspections.models import Inspection, InspectionFinding
from app.inspections.operations import INSPECTING, SENIOR
from app.inspections.queries import Records
from app.inspections.rules import photographs
from app.inspections.schemas import commands
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.transit.models import Movement
from app.web import inspection_words as words
from app.web.form import Form
from app.web.officer.forms import at_group
from app.web.officer.inspection_forms import DEEDS, FORMS, PHOTO
from app.web.officer.pages import blueprint

#: No version is 0: a form without one is taken for a form of long ago.
NO_VERSION = 0
#: Photos of one form.
MOST_PHOTOS = 12
_REFUSALS = (ChangedMeanwhile, Invalid, WrongState, Forbidden, TooLarge)
_PLACES = "inspection_place"

Answer = Answered | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Chain:
    """A finding that holds, with those that it took the place of, newest first."""

    finding: InspectionFinding
    corrected: list[InspectionFinding]
    photos: list[Any]

    @property
    def rows(self) -> list[tuple[str, str, str, bool]]:
        """(fact, declared, found, whether they differ) of what was found in columns; where nothing was, of what is
        declared of goods that are not as declared."""
        declared, found = self.finding.declared_facts, self.finding.found_facts
        shown = found if any(found.values()) else {} if self.finding.conform else declared
        return [
            (name, str(declared.get(name) or ""), str(found.get(name) or ""), _differs(declared, found, name))
            for name in words.FACTS
            if shown.get(name)
        ]


@dataclass(frozen=True, slots=True)
class Look:
    """An inspection as the page shows it."""

    record: Inspection
    told: Records
    chains: list[Chain]
    instruction: str


@dataclass(frozen=True, slots=True)
class _Read:
    record: Inspected
    looks: list[Look]
    open: Look | None
    claim: WorkClaim | None
    post: str
    people: list[tuple[str, str]]
    codes: Codebook
    now: dt.datetime


@blueprint.get("/inspections/<reference>")
@signed_in(*OFFICIAL)
def inspection(reference: str) -> str:
    return drawn(reference)


@blueprint.get("/inspections/<reference>/photos/<uuid:identifier>")
@signed_in(*OFFICIAL)
def inspection_photo(reference: str, identifier: UUID) -> Response:
    """A photo of the look, large or as a thumbnail (`small`). It was encoded anew when it came, so it is a picture and
    nothing else, and may be shown."""
    with db.reading() as session:
        opened = inspecting.opened_photo(session, reference, identifier, by=current_actor())
    content = photographs.thumbnail(opened.content) if request.args.get("small") else opened.content
    response = current_app.response_class(content, mimetype="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="{identifier}.jpg"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response


@blueprint.get("/inspections/<reference>/<deed>")
@signed_in(*OFFICIAL)
def inspection_again(reference: str, deed: str) -> Answered:
    """A refused form's page reloaded, or seen in another language: the page itself."""
    return redirect(url_for("officer.inspection", reference=reference, lang=request.args.get("lang")))


@blueprint.post("/inspections/<reference>/photo")
@signed_in(*INSPECTING)
def inspection_photos(reference: str) -> Answer:
    """Photos that come with one form: each is kept by itself, and a refused one is named."""
    actor = current_actor()
    form = Form.submitted(FORMS[PHOTO], request.form)
    if not form.validate():
        return drawn(reference, {PHOTO: form}), 422
    files = [file for file in request.files.getlist("photos") if file.filename]
    try:
        if not 0 < len(files) <= MOST_PHOTOS:
            message = _("Choose between one and {most} photos.", most=MOST_PHOTOS)
            raise Invalid(findings=[Finding("/photos", "photo.count", message)])
        given, batch = form.data[PHOTO], _record_id()
        for nth, file in enumerate(files):
            command = commands.photo(given, file.filename or "", file.read())
            _kept(reference, command, Recorded(uuid5(batch, str(nth))), actor)
    except _REFUSALS as refusal:
        form.refuse(_without_places(refusal))
        return drawn(reference, {PHOTO: form}), refusal.status
    flash(translate(_("Photos kept: {count}.", count=len(files))), "success")
    return redirect(url_for("officer.inspection", reference=reference, _anchor="photos"), 303)


@blueprint.post("/inspections/<reference>/<deed>")
@signed_in(*INSPECTING)
def inspection_deed(reference: str, deed: str) -> Answer:
    """Checks the form, does the deed, leads back; what is refused is shown there with what was typed."""
    row, actor = DEEDS.get(deed), current_actor()
    if row is None:
        raise NotFound()
    form = Form.submitted(FORMS[deed], request.form)
    form.version = form.version or NO_VERSION
    if not form.validate():
        return drawn(reference, {deed: form}), 422
    more = {"recorded": Recorded(_record_id())} if row.records else {}
    try:
        with db.transaction() as session:
            command = row.command(form.data[deed])
            row.flow(session, reference, command, form.version if row.seen else None, by=actor, **more)
            claimed.renew(session, reference, by=actor)
    except _REFUSALS as refusal:
        if not isinstance(refusal, ChangedMeanwhile):
            form.refuse(at_group(refusal, deed))
        return drawn(reference, {deed: form}, overtaken=isinstance(refusal, ChangedMeanwhile)), refusal.status
    flash(translate(row.done), "success")
    return redirect(url_for("officer.inspection", reference=reference, _anchor=row.anchor), 303)


def drawn(reference: str, sent: Mapping[str, Form] | None = None, *, overtaken: bool = False) -> str:
    """The page; `sent` are forms that came in and were refused, `overtaken` says that the file has changed meanwhile."""
    actor = current_actor()
    with db.reading() as session:
        read = _read(session, reference, actor)
    version = read.record.version
    forms = {name: Form(schema, version=version) for name, schema in FORMS.items()} | dict(sent or {})
    for form in forms.values():
        form.version = version
    works = actor.grant(INSPECTING, read.post) is not None
    return render_template(
        "officer/inspection.html",
        record=read.record,
        of_declaration=isinstance(read.record, Declaration),
        looks=read.looks,
        open=read.open,
        claim=read.claim,
        now=read.now,
        forms=forms,
        sent=next(iter((sent or {}).values()), None),
        sent_name=next(iter(sent or {}), ""),
        overtaken=overtaken,
        works=works,
        records=works and read.open is not None,
        orderable=_is_orderable(read.record),
        senior=actor.grant(SENIOR, read.post) is not None,
        people=read.people,
        record_id=str(uuid7()),
        choices=_choices(read),
        named=_names(read.codes),
        confirm_url=url_for("security.verify", next=url_for("officer.inspection", reference=reference)),
    )


def _is_orderable(record: Inspected) -> bool:
    """Whether somebody may still order a look; the verb asks more."""
    if isinstance(record, Declaration):
        return record.status in {state.value for state in OPEN}
    return not isinstance(record, Movement) or record.ended_at is None


def _read(session: Session, reference: str, actor: Actor) -> _Read:
    record, found = inspecting.seen(session, reference, by=actor)
    told = queries.records(session, found)
    looks = [_look(each, told[each.id]) for each in found]
    mine = [each for each in looks if each.record.is_open and actor.grant(INSPECTING, each.record.post)]
    open = next(iter(mine), None) or next((each for each in looks if each.record.is_open), None)
    post = open.record.post if open else _office(record, actor)
    at = db.now(session)
    senior = actor.grant(SENIOR, post) is not None and open is not None
    holders = accounts.holders(session, post, INSPECTING) if senior else []
    return _Read(
        record=record,
        looks=looks,
        open=open,
        claim=claims.holding(session, post, record.id, at),
        post=post,
        people=[(str(each.person), each.name) for each in holders],
        codes=codebook(session),
        now=at,
    )


def _office(record: Inspected, actor: Actor) -> str:
    if isinstance(record, Declaration) or actor.grant(INSPECTING, record.post):
        return record.post
    return next((g.post for g in actor.grants if g.role in INSPECTING), record.post)


def _look(record: Inspection, told: Records) -> Look:
    by_id = {finding.id: finding for finding in told.findings}
    chains = []
    for finding in queries.standing(told.findings):
        chain, earlier = [], finding.corrects
        while earlier is not None and earlier in by_id:
            chain.append(by_id[earlier])
            earlier = by_id[earlier].corrects
        of_it = {finding.id, *(each.id for each in chain)}
        chains.append(Chain(finding, chain, [p for p in told.photos if p.of_finding in of_it]))
    said: dict[str, Any] = record.instruction
    instruction = said.get(locale()) or said.get("en") or next(iter(said.values()), "")
    return Look(record, told, chains, str(instruction))


def _choices(read: _Read) -> dict[str, Sequence[tuple[str, str]]]:
    """What may be chosen in the forms, in the reader's language."""
    today = read.codes.day_at(read.post, read.now)
    here = [e for e in read.codes.entries(_PLACES, today) if e.attributes.get("post") == read.post]
    open = read.open.told if read.open else None
    return {
        "agency": words.choices("agency", Agency),
        "type": words.choices("type", Type),
        "control": [(c, f"{c} – {n}") for c, n in read.codes.choices("control_type", today, locale())],
        "unit": read.codes.choices("unit", today, locale()),
        "place": [(e.code, f"{e.code} – {e.marked(locale())}") for e in here],
        "kind": [c for c in words.choices("kind", FindingKind) if c[0] != FindingKind.MATCH],
        "conform": [("true", translate(_("As declared"))), ("false", translate(_("Not as declared")))],
        "signs": [("true", translate(_("Signs"))), ("false", translate(_("Refuses to sign")))],
        "measure": words.choices("measure", Measured),
        "custody": [c for c in words.choices("custody") if c[0] not in ("taken", "result")],
        "seal": words.choices("seal", SealDeed),
        "condition": words.choices("condition", SealCondition),
        "present": words.choices("present"),
        "conclusion": words.choices("conclusion"),
        "recommendation": words.choices("recommendation", Recommendation),
        "sample": [(str(s.id), f"{s.number} – {s.description[:60]}") for s in (open.samples if open else [])],
        "finding": [(str(f.id), f"{f.control} – {f.found[:60]}") for f in (open.findings if open else [])],
        "agencies": [(a, translate(words.word("agency", a).text)) for a in sorted({s.agency for s in open.steps})]
        if open
        else [],
    }


def _names(codes: Codebook) -> Any:
    language = locale()
    return lambda list_name, code: codes.name(list_name, code, language) if code else ""


def _kept(reference: str, command: AddPhoto, recorded: Recorded, actor: Actor) -> None:
    with db.transaction() as session:
        inspecting.add_photo(session, reference, command, None, by=actor, recorded=recorded)


def _without_places(refusal: Refusal) -> Refusal:
    """What is wrong with a file is said of the whole form: its box takes many."""
    findings = [Finding("", f.rule, f.message, f.severity) for f in refusal.findings]
    return type(refusal)(refusal.message, findings=findings, facts=refusal.facts)


def _record_id() -> UUID:
    """The id that the page gave the record, so that a form sent twice is recorded once."""
    try:
        return UUID(request.form.get("record", ""))
    except ValueError:
        return uuid7()


def _differs(declared: Mapping[str, Any], found: Mapping[str, Any], name: str) -> bool:
    return bool(found.get(name)) and str(declared.get(name) or "") != str(found.get(name))


__all__: Sequence[str] = ["Look", "drawn"]
