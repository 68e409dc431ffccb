"""The `flask …` commands."""

from __future__ import annotations

from flask import Flask

from app.cli import accounts
from app.cli.demo.command import demo
from app.cli.running import guard
from app.cli.upgrade import upgrade
from config.settings import Settings

COMMANDS = (demo, upgrade, *map(guard, accounts.commands))


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
