"""The pages of the risk analyst. Whoever looks has said why (see `purpose`)."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.analyst import (  # noqa: F401  (their views belong to the blueprint)
    draws,
    facts,
    models,
    overview,
    profiles,
    profiles_deciding,
    profiles_editing,
    profiles_replaying,
    profiles_showing,
    purpose,
    recomputed,
    shares,
    trusted,
    watchlists,
    watchlists_entries,
    watchlists_matches,
)
from app.web.analyst.pages import READING, blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the analyst's pages and the ways to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app, layout.Entry(_("Risk"), "analyst.overview", READING, icon="chart", order=32, section="analyst.")
    )
