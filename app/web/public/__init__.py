"""Pages for everybody: the start page and the check of a permit without a sign-in, the rules of declarations with one."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.public import home, rules, verify  # noqa: F401  (their views belong to the blueprint)
from app.web.public.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the public pages and the way to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app,
        layout.Entry(_("Rules"), "public.rules", rules.LOOKING, icon="list", order=80),
        layout.Entry(_("Check a permit"), "public.verify", icon="shield", order=90),
    )
