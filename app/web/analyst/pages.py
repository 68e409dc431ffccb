"""The blueprint that the pages of risk data belong to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from app.core.text import _
from app.risk.operations.looking import READING

__all__ = ["READING", "blueprint"]

blueprint = Blueprint("analyst", __name__, url_prefix="/analyst")

#: The rooms of the workbench: name, where it begins, and what its endpoints begin with.
_ROOMS = (
    (_("Risk overview"), "overview", ("overview",)),
    (_("Risk profiles"), "profiles", ("profile", "proposal", "replay", "facts")),
    (_("Watch lists"), "watch_lists", ("watch",)),
    (_("Trusted traders"), "trusted", ("trusted",)),
    (_("Chance"), "draws", ("draw",)),
    (_("Shares and ceilings"), "shares", ("share",)),
    (_("Learned scores"), "models", ("model",)),
)


@blueprint.context_processor
def rooms() -> dict[str, Any]:
    """The ways from room to room, with the present one marked."""
    here = (request.endpoint or "").removeprefix("analyst.")
    return {"rooms": [(name, url_for(f"analyst.{at}"), None, here.startswith(own)) for name, at, own in _ROOMS]}
