"""Pages for people, by audience."""

from __future__ import annotations

from flask import Flask

from app.web import (
    account,
    administrator,
    analyst,
    cashier,
    duty,
    field,
    layout,
    officer,
    oversight,
    papers,
    public,
    supervisor,
    trader,
)
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers every page."""
    layout.init_app(app, settings)
    account.init_app(app, settings)
    officer.init_app(app, settings)
    cashier.init_app(app, settings)
    supervisor.init_app(app, settings)
    administrator.init_app(app, settings)
    analyst.init_app(app, settings)
    duty.init_app(app, settings)
    field.init_app(app, settings)
    oversight.init_app(app, settings)
    papers.init_app(app, settings)
    public.init_app(app, settings)
    trader.init_app(app, settings)
