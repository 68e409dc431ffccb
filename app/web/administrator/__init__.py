"""The administrator's pages: code lists, and their changes that two persons agree on."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.flows.code_lists import READING
from app.web import layout
from app.web.administrator import changes, lists  # noqa: F401  (their views belong to the blueprint)
from app.web.administrator.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the administrator's pages and the way to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app,
        layout.Entry(
            _("Code lists"), "administrator.codes", READING, icon="examine", order=60, section="administrator."
        ),
    )
