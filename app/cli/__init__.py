"""The `flask …` commands."""

from __future__ import annotations

from flask import Flask

from app.cli import accounts
from app.cli.codes import codes
from app.cli.deciding import decide
from app.cli.demo.command import demo
from app.cli.doctor import doctor
from app.cli.journal import journal
from app.cli.messages import export, import_, lodge
from app.cli.papers import paper
from app.cli.paying import assess, pay
from app.cli.permits import permit, verify
from app.cli.risk import risk
from app.cli.rules import list_rules
from app.cli.running import guard
from app.cli.translations import translations
from app.cli.upgrade import upgrade
from app.cli.watchlists import watchlist
from app.cli.worker import work
from config.settings import Settings

COMMANDS = (
    demo, upgrade, doctor, import_, lodge, decide, assess, pay, export, permit, paper, verify, journal, work, translations, codes, list_rules, risk, watchlist,
    *map(guard, accounts.commands),
)  # fmt: skip


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
