"""Guzar: customs declarations, transit movements, inspection decisions and printed permits of a border crossing point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import app.core.messages  # noqa: F401  marshmallow's own sentences become ours before any schema is made
from app import api, cli, web
from app.attachments import stores
from app.clearance.keys import KeyStore
from app.core import db, schema
from app.edge import (
    assets,
    elsewhere,
    errors,
    fmt,
    headers,
    limits,
    live,
    locale,
    logs,
    looks,
    metrics,
    paths,
    signin,
    tokens,
)
from config.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Wires the application to its settings and its database."""
    app = Flask("app", static_folder=None, template_folder="web/templates")
    app.config["GUZAR"] = settings
    app.config["MAX_CONTENT_LENGTH"] = 21 * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 8 * 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 40_000
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]
    if settings.database_url:
        db.connect(settings.database_url, node_post=settings.post, pool_size=settings.pool_size)
    stores.use(settings.files, largest=settings.largest_file)
    app.extensions["guzar_keys"] = KeyStore(settings.home / "keys", settings.administration)
    logs.init_app(app, settings)
    metrics.init_app(app, settings, _ready)
    for part in (paths, errors, headers, limits, locale, fmt, assets, tokens, signin, live, web, api, cli, looks, elsewhere):
        part.init_app(app, settings)
    return app


def _ready() -> Mapping[str, Any]:
    """Ready when the database answers and stands at this release's migration."""
    with db.engine().connect() as connection:
        level = schema.level(connection)
    return {"ready": level == schema.newest(), "migration": level}
