"""The table of acts that nobody does alone, as auditors and supervisors read it."""

from __future__ import annotations

from flask import render_template

from app.approvals.acts import ACTS, READING
from app.edge.signin import signed_in
from app.web.supervisor.pages import blueprint


@blueprint.get("/acts")
@signed_in(*READING)
def acts() -> str:
    return render_template("supervisor/acts.html", acts=list(ACTS.values()))
