"""Pages for people, by audience."""

from __future__ import annotations

from flask import Flask

from app.web import account, layout
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers every page."""
    layout.init_app(app, settings)
    account.init_app(app, settings)
