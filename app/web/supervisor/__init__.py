"""The supervisor's pages: print queues, register of permits, proposals that wait for a second person."""

from __future__ import annotations

from flask import Flask

from app.clearance.operations import ISSUING
from app.clearance.queries import OFFICIAL
from app.core.text import _
from app.fallback.queries import SEEING
from app.web import layout
from app.web.supervisor import (  # noqa: F401  (their views belong to the blueprint)
    acts,
    fallback,
    permits,
    print_queue,
    proposals,
    transit_queue,
)
from app.web.supervisor.board import WATCHING
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
        layout.Entry(
            _("Proposals"),
            "supervisor.proposals",
            proposals.SEEING,
            icon="people",
            order=25,
            badge="supervisor.proposal_count",
        ),
        layout.Entry(_("Board"), "supervisor.board", WATCHING, icon="chart", order=22),
        layout.Entry(_("Clearance on paper"), "supervisor.fallback", SEEING, icon="edit", order=27),
        layout.Entry(_("Nobody alone"), "supervisor.acts", ("supervisor", "auditor"), icon="people", order=70),
        layout.Entry(
            _("Permits"), "supervisor.permits", OFFICIAL, icon="document", order=30, section="supervisor.permit"
        ),
    )
