"""The trader's pages about transit: his movements from the first word to their end, arrivals he brings, his guarantees."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.layout import Entry
from app.web.trader.transit import (  # noqa: F401  (their views belong to the blueprints)
    amending,
    beginning,
    deeds,
    goods,
    guarantees,
    listing,
    lodging,
    pages,
    pasting,
    showing,
    tasks,
)
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages and their ways in the navigation."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(pages.pledged)
    layout.add_entries(
        app, Entry(_("Transit"), "trader_transit.movements", (pages.ROLE,), "truck", 16, section="trader_transit")
    )
