"""Check your answers: everything that is written, everything that is found, and what would be due, before lodging."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Finding
from app.declarations import rules
from app.edge.signin import signed_in
from app.exemptions.rules import BLOCKING
from app.web import declared
from app.web.declared import ITEMS_ON_PAGE, currency_in, first_item
from app.web.declaring import sections
from app.web.declaring.sections import SECTIONS
from app.web.trader import drafts, dues
from app.web.trader.checking import named
from app.web.trader.desk import ROLE, blueprint
from app.web.trader.items import items_of
from app.web.trader.tasks import place_of

#: More findings than these are counted, not shown: nobody corrects more at once.
_SHOWN = 200


@blueprint.get("/declarations/<reference>/check")
@signed_in(ROLE)
def check(reference: str) -> str | Response:
    """The last page before lodging. Lodging itself looks at everything once more."""
    with db.reading() as session:
        at = drafts.opened(session, reference, check=True)
        if isinstance(at, Response):
            return at
        known = items_of(at.words)
        first = first_item(len(known))
        shown = known[first : first + ITEMS_ON_PAGE]
        outlook = dues.of_draft(session, at.words, at.desk.lists, first, by=at.desk.actor)
    errors, blocking, warnings = sorted_out(at.found)
    return render_template(
        "trader/check.html",
        at=at,
        record=at.record,
        parts={part.key: part for part in declared.sections(at.words, at.desk.lists, SECTIONS)},
        items=declared.items(shown, at.desk.lists, first + 1),
        count=len(known),
        first=first,
        currency=currency_in(at.words),
        progress=sections.progress(at.words, at.found),
        errors=_led(reference, errors),
        blocking=_led(reference, blocking),
        warnings=_led(reference, warnings),
        assessed=outlook,
        early=at.words.get("additional_type") == "D",
        unread=at.draft.unread,
        files=at.files,
    )


def sorted_out(found: list[Finding]) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """Errors, what will block the release although the declaration is taken, and the other warnings."""
    errors = [finding for finding in found if finding.severity == "error"]
    doubtful = [finding for finding in found if finding.severity != "error"]
    blocking = [*rules.blocking(doubtful), *(finding for finding in doubtful if finding.rule in BLOCKING)]
    return errors, blocking, [finding for finding in doubtful if finding not in blocking]


def _led(reference: str, found: list[Finding]) -> list[tuple[Finding, str | None]]:
    return [(named(finding), place_of(reference, finding)) for finding in found[:_SHOWN]]
