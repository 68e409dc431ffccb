"""The page at the truck itself: its shell, files, manifest and service worker. They hold nobody's data and are open to all."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for

from app.core.text import _
from app.edge.locale import current, direction, html_language, translate
from app.edge.signin import public
from app.web.field import files

blueprint = Blueprint("field", __name__, url_prefix="/field")
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)
COLOUR = "#0c3f49"


@blueprint.get("/")
@public
def shell() -> str:
    """The frame in which the scripts draw."""
    return render_template("field/shell.html", address=files.address, locale=current(), colour=COLOUR)


@blueprint.get("/app/<version>/<name>")
@public
def send(version: str, name: str) -> Response:
    """A file of the present version, to be kept for ever."""
    known = files.files()
    if version != known.version or name not in known.content:
        abort(404)
    response = make_response(known.content[name])
    response.headers["Content-Type"] = files.mimetype(name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(version + name)
    response.make_conditional(request)
    return response


@blueprint.get("/sw.js")
@public
def worker() -> Response:
    """The service worker; asked for anew each time, so that a new version is found."""
    response = make_response(files.worker())
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = url_for("field.shell")
    return response


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What makes it an application that can be installed."""
    start = url_for("field.shell")
    told = {
        "id": start, "start_url": start, "scope": start, "display": "standalone", "lang": html_language(),
        "dir": direction(), "name": "Guzar – " + translate(_("At the truck")), "short_name": "Guzar",
        "description": translate(_("Inspection orders on a telephone or tablet, also without a network.")),
        "theme_color": COLOUR, "background_color": "#f3f6f7",
        "icons": [{"src": files.address(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
                  for name, sizes, purpose in ICONS],
    }  # fmt: skip
    response = jsonify(told)
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response
