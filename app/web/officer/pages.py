"""The blueprints that the officials' views belong to, and the post one works at."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint

from app.core.db import node_post
from app.edge.signin import current_actor

blueprint = Blueprint("officer", __name__, url_prefix="/officer")
#: Of their own, so that the navigation can tell where one is.
gate = Blueprint("gate", __name__, url_prefix="/officer")
reliefs = Blueprint("relief", __name__, url_prefix="/officer")
offences = Blueprint("offence", __name__, url_prefix="/officer")


def own_post(roles: Iterable[str]) -> str:
    """The post at which somebody works in one of these roles: the node's own if he may, else the first of his."""
    actor, wanted = current_actor(), tuple(roles)
    if actor.grant(wanted, node_post()) is not None:
        return node_post()
    return next(g.post for g in actor.grants if g.role in wanted)
