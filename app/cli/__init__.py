"""The `flask …` commands."""

from __future__ import annotations

from flask import Flask

from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the commands."""
