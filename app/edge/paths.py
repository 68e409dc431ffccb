"""Whole numbers in addresses: what no column of the database holds is no address."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from config.settings import Settings

#: Versions, items, houses, models: the widest number of the narrowest column that is asked by an address.
LARGEST = 32_767


class Whole(IntegerConverter):
    """`<int:…>` with an upper end: beyond it there is nothing, and the answer is 404."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **options})


def init_app(app: Flask, settings: Settings) -> None:
    """Has every `<int:…>` of the addresses bounded; before any is registered."""
    app.url_map.converters["int"] = Whole
