"""Pages of duty: the week's roster of a post, qualifications, conflicts of interest, and what of it is one's own."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.duty.queries import ROSTERED
from app.web import layout
from app.web.duty import importing, own, people, roster  # noqa: F401  (their views belong to the blueprint)
from app.web.duty.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages of duty and the way to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(app, layout.Entry(_("Duty"), "duty.week", ROSTERED, icon="people", order=58, section="duty."))
