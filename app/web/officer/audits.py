"""What was let go on the blue lane and waits to be looked at afterwards."""

from __future__ import annotations

from flask import render_template, request

from app.core import db
from app.declarations.queries import OFFICIAL
from app.edge.signin import current_actor, signed_in
from app.registers import audits as register
from app.registers import unpaid
from app.web.officer.pages import blueprint

PAGE = 50


@blueprint.get("/audits", endpoint="audits")
@signed_in(*OFFICIAL)
def audit_list() -> str:
    """The list, longest waiting first; what came out is recorded in the file."""
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        page = register.page(session, by=actor, limit=PAGE, after=after or None)
        count = register.count(session, by=actor)
        beside = unpaid.counts(session, db.now(session), by=actor)
    return render_template("officer/audits.html", page=page, count=count, after=after, beside=beside)
