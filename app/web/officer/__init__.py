"""The officer's pages: worklist, search, and the file of a declaration with everything that is done to it."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.declarations.queries import OFFICIAL
from app.web import layout
from app.web.officer import deeds, file, worklist  # noqa: F401  (their views belong to the blueprint)
from app.web.officer.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the officer's pages and the way to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app, layout.Entry(_("Worklist"), "officer.worklist", OFFICIAL, icon="list", order=10, section="officer.")
    )
