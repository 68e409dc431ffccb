"""At the truck: the page for telephones and tablets, what it asks and sends, and the devices' list at the desk."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.field import data, desk, files, page
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the page, its data, and the desk's list."""
    files.init_app(app)
    for part in (page.blueprint, data.blueprint, desk.blueprint):
        app.register_blueprint(part)
    layout.add_entries(
        app, layout.Entry(_("Devices"), "field_desk.devices", desk.SEEING, icon="scan", order=45, section="field_desk.")
    )
