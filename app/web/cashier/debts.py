"""What is still owed for goods that were let go."""

from __future__ import annotations

from flask import render_template, request

from app.core import db
from app.edge.signin import current_actor, signed_in
from app.registers import debts as register
from app.web.cashier.pages import SEEING, blueprint

PAGE = 50


@blueprint.get("/debts")
@signed_in(*SEEING)
def debts() -> str:
    """The register, longest owed first."""
    actor, after = current_actor(), request.args.get("after", "")
    with db.reading() as session:
        page = register.page(session, by=actor, limit=PAGE, after=after)
        sums = register.totals(session, by=actor)
        now = db.now(session)
    return render_template("cashier/debts.html", page=page, sums=sums, after=after, now=now)
