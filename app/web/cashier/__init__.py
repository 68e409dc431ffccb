"""The cashier's desk: receipts to confirm, payments, securities and refunds of a declaration, firms' accounts, and the
closing of the day."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout
from app.web.cashier import accounts, closings, debts, declaration, desk  # noqa: F401  (their views belong to the blueprint)
from app.web.cashier.pages import SEEING, blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the cashier's pages and the way to them."""
    app.register_blueprint(blueprint)
    layout.add_entries(
        app, layout.Entry(_("Cashier"), "cashier.desk", SEEING, icon="chart", order=22, section="cashier.")
    )
