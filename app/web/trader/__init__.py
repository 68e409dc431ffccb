"""The trader's pages: his declarations, the form, what became of them, and files handed in."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.layout import Entry
from app.web.trader import commodities, editing, listing, showing, uploading
from app.web.trader.desk import ROLE, blueprint
from config.settings import Settings

__all__ = ["commodities", "editing", "init_app", "listing", "showing", "uploading"]


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages and their ways in the navigation."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app,
        Entry(_("My declarations"), "trader.declarations", (ROLE,), "list", 10),
        Entry(_("New declaration"), "trader.new", (ROLE,), "plus", 11),
        Entry(_("Upload"), "trader.upload", (ROLE,), "upload", 12),
    )
