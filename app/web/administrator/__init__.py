"""The administrator's pages: accounts and postings, code lists, and what of them two persons agree on."""

from __future__ import annotations

from flask import Flask

from app.accounts.listing import READING as ACCOUNTS
from app.core.text import _
from app.flows.approving import OVER_KEYS
from app.flows.code_lists import READING
from app.web import layout
from app.web.administrator import (  # noqa: F401  (their views belong to the blueprint)
    accounts,
    changes,
    grants,
    lists,
    neighbours,
    postings,
)
from app.web.administrator.pages import blueprint, people
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the administrator's pages and the way to them."""
    app.register_blueprint(blueprint)
    app.register_blueprint(people)
    layout.add_entries(
        app,
        layout.Entry(
            _("Code lists"), "administrator.codes", READING, icon="examine", order=60, section="administrator."
        ),
        layout.Entry(
            _("Keys of neighbours"),
            "administrator.neighbours",
            OVER_KEYS,
            icon="document",
            order=64,
            section="administrator.neighbour",
        ),
        layout.Entry(
            _("Accounts"),
            "people.accounts",
            ACCOUNTS,
            icon="people",
            order=62,
            section="people.",
        ),
    )
