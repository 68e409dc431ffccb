"""/rules: what declarations and transit movements are held against."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from app.api.deeds import reply
from app.api.documentation import described
from app.core import db
from app.edge.locale import translate
from app.edge.tokens import current_actor
from app.registers import rules

blueprint = Blueprint(
    "rules", __name__, url_prefix="/api/v1", description="Rules of declarations and transit movements"
)


@blueprint.get("/rules")
@described(
    blueprint,
    gives="All rules with box, pointer, today's severity (error, warning, off), sentences in your language and source.",
)
def listed() -> Response:
    """List the rules of declarations and transit movements."""
    current_actor()
    with db.reading() as session:
        lines = rules.of_today(session)
    return reply({"items": [rules.told(line, translate) for line in lines]})
