"""The papers beside what is declared: the scan on one side, the words on the other, below each other on a telephone."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, current_app, make_response, render_template, request, url_for

from app.attachments.sniffing import PDF
from app.core import db
from app.core.errors import NotFound
from app.declarations import operations as declarations
from app.declarations.queries import OFFICIAL
from app.edge.headers import content_security_policy
from app.edge.locale import current as locale
from app.edge.signin import current_actor, signed_in
from app.inspections.rules import photographs
from app.reference.queries import codebook
from app.registers import file as register
from app.web.declared import ITEMS_ON_PAGE, first_item
from app.web.lists import Lists
from app.web.officer import declared
from app.web.officer.file import documents, names
from app.web.officer.pages import blueprint

#: A PDF is drawn by the browser's own viewer, which runs nothing of it in our pages; it may stand in them alone.
_SHOWN_PDF: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@blueprint.get("/declarations/<reference>/beside")
@signed_in(*OFFICIAL)
def papers_beside(reference: str) -> Response:
    """One paper at a time beside the declaration's own words."""
    actor = current_actor()
    with db.reading() as session:
        found = register.of(session, reference, by=actor, locale=locale())
        codes = codebook(session)
        start = first_item(len(found.declared.items))
        items = found.declared.items[start : start + ITEMS_ON_PAGE]
        shown = declared.shown(found.declared, items, Lists(codes, db.now(session).date(), locale()))
    papers = documents(found)
    scanned = [paper for paper in papers if paper["scan"]]
    chosen = _chosen(scanned)
    page = render_template(
        "officer/beside.html",
        declaration=found.declaration,
        papers=papers,
        chosen=chosen,
        is_pdf=chosen is not None and chosen["scan"].media_type == PDF.media_type,
        shown=shown,
        items=items,
        start=start,
        item_count=len(found.declared.items),
        per_page=ITEMS_ON_PAGE,
        header=found.declared.header,
        named=names(codes),
        address=lambda scan: url_for("officer.papers_beside", reference=reference, scan=scan, _anchor="paper"),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_security_policy() + "; frame-src 'self'"
    return response


@blueprint.get("/declarations/<reference>/files/<uuid:identifier>/shown")
@signed_in(*OFFICIAL)
def scan_shown(reference: str, identifier: UUID) -> Response:
    """A scan to be looked at. A picture is encoded anew, so that nothing but its dots is handed on."""
    with db.reading() as session:
        opened = declarations.opened_file(session, reference, identifier, by=current_actor())
    if opened.media_type == PDF.media_type:
        response = current_app.response_class(opened.content, mimetype=PDF.media_type)
        response.headers["Content-Security-Policy"] = _SHOWN_PDF
    else:
        response = current_app.response_class(photographs.prepared(opened.content).content, mimetype="image/jpeg")
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = "inline"
    return response


def _chosen(scanned: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The paper that was asked for, else the first that has a scan."""
    asked = request.args.get("scan", "")
    if not asked:
        return next(iter(scanned), None)
    found = next((paper for paper in scanned if str(paper["scan"].id) == asked), None)
    if found is None:
        raise NotFound()
    return found
