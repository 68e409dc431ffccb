"""Pages that watch over the officials themselves: weekly reports, the journal, rows against it, the count of the gate."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for

from app.core.text import Text, _
from app.edge.signin import current_actor
from app.oversight.queries import reports as weekly
from app.oversight.queries import watched
from app.registers.oversight import gate as counts
from app.registers.oversight import journaled
from app.web import layout
from app.web.oversight import gate, integrity, journal, notices, reports  # noqa: F401  (their views belong to the blueprint)
from app.web.oversight.pages import blueprint
from config.settings import Settings

_TABS: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (_("Weekly reports"), "oversight.reports", weekly.READING),
    (_("Journal"), "oversight.journal", journaled.READING),
    (_("Rows and journal"), "oversight.differences", watched.TOLD),
    (_("Gate count"), "oversight.gate", counts.READING),
)


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages and the ways to them."""
    app.register_blueprint(blueprint)
    app.context_processor(notices.context)
    app.context_processor(lambda: {"oversight_tabs": tabs})
    layout.add_entries(
        app,
        layout.Entry(
            _("Oversight"), "oversight.reports", weekly.READING, icon="shield", order=58, section="oversight."
        ),
        layout.Entry(_("Gate count"), "oversight.gate", ("inspector", "officer"), icon="gate", order=59),
    )


def tabs() -> list[tuple[Text, str, Any, bool]]:
    """Those of the pages that the reader may open."""
    roles, here = current_actor().roles(), request.endpoint or ""
    return [
        (label, url_for(endpoint), None, here in (endpoint, endpoint.removesuffix("s")))
        for label, endpoint, allowed in _TABS
        if not roles.isdisjoint(allowed)
    ]
