"""The blueprint that the officer's views belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("officer", __name__, url_prefix="/officer")
