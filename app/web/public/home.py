"""The start page: what this is, for those who are not signed in; for all others the way to their work."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.edge.signin import public
from app.web import layout
from app.web.public.pages import blueprint


@blueprint.get("/", endpoint="home")
@public
def start() -> str | Response:
    if g.actor is None:
        return render_template("public/home.html")
    to_all = {link.url for link in layout.nav(None)}
    own = next((link.url for link in layout.nav(g.actor) if link.url not in to_all), None)
    return redirect(own or url_for("account.show"))
