"""The last page before lodging, and the lodging: access codes of guarantees are asked here and kept nowhere."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import ChangedMeanwhile, Finding, Invalid, NotFound, Refusal, WrongState
from app.core.text import _
from app.edge import limits
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.flows.movements import lodging, securing
from app.flows.movements.securing import Needed
from app.reference.queries import codebook
from app.transit import schemas
from app.transit.lifecycle import Kind
from app.web.declared import ITEMS_ON_PAGE, first_item
from app.web.trader.transit import checking, declared, drafts, keys, sums
from app.web.trader.transit.drafts import Open
from app.web.trader.transit.form import count_of
from app.web.trader.transit.pages import ROLE, blueprint
from app.web.trader.transit.tasks import address, place_of
from app.web.typed import whole_number

#: More findings than these are counted, not shown: nobody corrects more at once.
_SHOWN = 200


@blueprint.get("/<reference>/check")
@signed_in(ROLE)
def check(reference: str) -> str | Response:
    """Everything on one page, with what stands against lodging."""
    return _page(reference)


@blueprint.post("/<reference>/lodging")
@signed_in(ROLE)
def lodge(reference: str) -> Any:
    """Lodges a draft as it was kept; what is refused is shown on the same page."""
    version = drafts.seen(whole_number(request.form.get("version", "")))
    with db.reading() as session:
        at = drafts.opened(session, reference)
    if isinstance(at, Response):
        return at
    try:
        with limits.access_codes(at.desk.actor.person), db.transaction() as session:
            done = lodging.submit(session, reference, version, by=at.desk.actor, access_codes=keys.given())
    except NotFound:
        raise
    except WrongState:
        return drafts.already(at.record)
    except Refusal as refusal:
        if not isinstance(refusal, Invalid | ChangedMeanwhile) and not refusal.findings:
            raise
        found = refusal.findings or (Finding("", refusal.code, refusal.message),)
        return _page(reference, tuple(found)), refusal.status
    mrn = done.movement.mrn
    said = _("The movement is announced. Its number (MRN) is {mrn}.", mrn=mrn)
    if not done.declared.prelodged:
        said = _("The movement is lodged. Its number (MRN) is {mrn}.", mrn=mrn)
    flash(translate(said), "success")
    return redirect(url_for("trader_transit.show", reference=done.movement.reference), 303)


@blueprint.get("/<reference>/lodging")
@signed_in(ROLE)
def lodge_again(reference: str) -> Response:
    """A refused lodging's page reloaded, or seen in another language: the answers."""
    return redirect(url_for("trader_transit.check", reference=reference, lang=request.args.get("lang")))


def _page(reference: str, refused: tuple[Finding, ...] = ()) -> str | Response:
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
        if isinstance(at, Response):
            return at
        needed = None if checking.refused(at.found) else _needed(session, at)
    of_codes = {f.pointer for f in refused if f.pointer.endswith("/access_code")}
    known = {(f.pointer, f.rule) for f in at.found}
    late = [f for f in refused if (f.pointer, f.rule) not in known and f.pointer not in of_codes]
    errors = [f for f in [*late, *at.found] if f.severity == "error"]
    warnings = [f for f in at.found if f.severity != "error"]
    first = first_item(count_of(at.words))
    return render_template(
        "trader/transit/check.html",
        at=at,
        record=at.record,
        parts=declared.sections(at.words, at.desk.lists),
        houses=declared.houses(at.words, at.desk.lists, first, ITEMS_ON_PAGE),
        count=count_of(at.words),
        first=first,
        per_page=ITEMS_ON_PAGE,
        progress=at.tasks.progress(at.words, at.found),
        links={part.key: address(at, part) for part in at.tasks.sections},
        errors=_led(at, errors),
        warnings=_led(at, warnings),
        needed=needed,
        sums=sums.of(at.words),
        keys=keys.asked(at.words, at.desk.lists, refused),
        early=at.words.get("additional_type") == "D",
        tir=at.words.get("kind") == Kind.TIR.value,
    )


def _needed(session: Any, at: Open) -> Needed:
    """The duties at stake, by the rates of today."""
    return securing.needed(codebook(session), schemas.read(at.words), db.now(session))


def _led(at: Open, found: list[Finding]) -> list[tuple[Finding, str | None]]:
    return [(checking.named(finding), place_of(at, finding)) for finding in found[:_SHOWN]]
