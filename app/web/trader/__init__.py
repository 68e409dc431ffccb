"""The trader's pages: his declarations, their tasks, what became of them, money, and files handed in."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.layout import Entry
from app.web.trader import (
    acting,
    amending,
    answers,
    appeals,
    beginning,
    commodities,
    editing,
    items,
    listing,
    mandates,
    pasting,
    paying,
    reliefs,
    showing,
    tasks,
    transit,
    uploading,
    versions,
)
from app.web.trader.desk import ROLE, blueprint
from config.settings import Settings

__all__ = [
    "acting",
    "amending",
    "answers",
    "appeals",
    "beginning",
    "commodities",
    "editing",
    "init_app",
    "items",
    "listing",
    "mandates",
    "pasting",
    "paying",
    "reliefs",
    "showing",
    "tasks",
    "transit",
    "uploading",
    "versions",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages and their ways in the navigation."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app,
        Entry(_("My declarations"), "trader.declarations", (ROLE,), "list", 10),
        Entry(_("New declaration"), "trader.start", (ROLE,), "plus", 11),
        Entry(_("Upload"), "trader.upload", (ROLE,), "upload", 12),
        Entry(_("Templates"), "trader.templates", (ROLE,), "document", 13),
        Entry(_("Account"), "trader.accounts", (ROLE,), "chart", 14, "trader.account"),
        Entry(_("Certificates and stocks"), "trader.certificates", (ROLE,), "shield", 15),
    )
    transit.init_app(app, settings)
