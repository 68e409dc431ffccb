"""The supervisor's pages: print queues, register of permits, proposals that wait for a second person."""

from __future__ import annotations

from flask import Flask

from app.clearance.operations import ISSUING
from app.clearance.queries import OFFICIAL
from app.core.text import _
from app.web import layout
from app.web.supervisor import (  # noqa: F401  (their views belong to the blueprint)
    permits,
    print_queue,
    proposals,
    transit_queue,
)
from app.web.supervisor.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the supervisor's pages and the ways to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app,
        layout.Entry(
            _("Print queue"),
            "supervisor.print_queue",
            ISSUING,
            icon="print",
            order=20,
            section="supervisor.print_queue",
        ),
        layout.Entry(_("Proposals"), "supervisor.proposals", proposals.SEEING, icon="people", order=25),
        layout.Entry(
            _("Permits"), "supervisor.permits", OFFICIAL, icon="document", order=30, section="supervisor.permit"
        ),
    )
