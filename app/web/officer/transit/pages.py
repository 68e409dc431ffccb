"""The blueprints of the officials' pages about transit, and who may open them."""

from __future__ import annotations

from flask import Blueprint

from app.guarantees.queries import OFFICIAL as PLEDGING
from app.seals.queries import OFFICIAL as SEALING
from app.transit.queries import OFFICIAL

blueprint = Blueprint("transit_office", __name__, url_prefix="/officer/transit")
#: Of their own, so that the navigation can tell where one is.
sealing = Blueprint("transit_seals", __name__, url_prefix="/officer/seals")
pledging = Blueprint("transit_guarantees", __name__, url_prefix="/officer/guarantees")

__all__ = ["OFFICIAL", "PLEDGING", "SEALING", "blueprint", "pledging", "sealing"]
