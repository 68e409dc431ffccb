"""The supervisor's board: for a wall screen, a desk and a telephone. It names no trader."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from app.core import db
from app.core.actors import ANY_POST
from app.core.db import node_post
from app.core.text import Text, _
from app.edge.signin import current_actor, signed_in
from app.registers import board as register
from app.web.supervisor.pages import blueprint

WATCHING = ("supervisor", "auditor")
#: What runs out, in words.
TERMS: dict[str, Text] = {
    "look": _("Inspection to be done"),
    "answer": _("Answer of the trader"),
    "detention": _("Detention ends"),
    "proposal": _("Proposal runs out"),
    "release": _("Goes by itself"),
}


@blueprint.get("/board", endpoint="board")
@signed_in(*WATCHING)
def board_page() -> str:
    return render_template("supervisor/board.html", **_board())


@blueprint.get("/board/parts")
@signed_in(*WATCHING)
def board_parts() -> str:
    """The figures alone, for the live board."""
    return render_template("supervisor/_board.html", **_board())


def _board() -> dict[str, Any]:
    mine = _posts()
    asked = request.args.get("post", "")
    posts = [asked] if asked in mine else mine[:1]
    wall = request.args.get("wall") == "1"
    kept: dict[str, Any] = {"post": posts[0] if len(mine) > 1 else None}
    with db.reading() as session:
        found = register.of(session, posts)
    return {
        "board": found,
        "now": found.now,
        "posts": mine,
        "board_post": posts[0],
        "wall": wall,
        "terms": TERMS,
        "wall_address": url_for("supervisor.board", wall=None if wall else 1, **kept),
        "parts_address": url_for("supervisor.board_parts", **kept),
        "seconds": 15,
    }


def _posts() -> list[str]:
    """The posts he watches over, the node's own first; who watches everywhere begins there."""
    posts = {g.post for g in current_actor().grants if g.role in WATCHING}
    known = ({*posts, node_post()} - {ANY_POST}) if ANY_POST in posts else posts
    return sorted(known, key=lambda post: (post != node_post(), post))
