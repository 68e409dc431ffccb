"""Which browser somebody sits at: a random mark that it keeps for a year, and of which only a hash is ever stored.

It names no person. Two persons who settle a proposal sit at two devices; a browser that throws the mark away gets another
one at its next answer, so a proposal and its approval in one sitting still have the same. Programs that come with a token
have no device.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from uuid import UUID

from flask import Flask, Response, g, request

from config.settings import Settings

_MARK = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_YEAR = 365 * 24 * 3600
#: What is the same for everybody, and what the machines that watch us read, gives no mark away.
_UNMARKED = ("/api/", "/assets/", "/fs-static/", "/healthz", "/readyz", "/metrics")


def init_app(app: Flask, settings: Settings) -> None:
    """Gives every browser that has none its mark with the next page."""
    name = "__Host-guzar_device" if settings.secure_cookies else "guzar_device"
    app.config["GUZAR_DEVICE_COOKIE"] = name
    app.config["GUZAR_SHARES_DEVICE"] = settings.same_device == "allowed"

    def mark(response: Response) -> Response:
        fresh: str | None = g.get("fresh_mark")
        if fresh is not None:
            response.set_cookie(
                name, fresh, max_age=_YEAR, path="/", httponly=True, samesite="Lax", secure=settings.secure_cookies
            )
        return response

    app.after_request(mark)


def device_of(app: Flask) -> UUID | None:
    """The device that asks; None outside pages. A browser that comes without a mark has one from this request on."""
    if request.path.startswith(_UNMARKED):
        return None
    kept = request.cookies.get(app.config["GUZAR_DEVICE_COOKIE"], "")
    if not _MARK.fullmatch(kept):
        kept = g.fresh_mark = secrets.token_urlsafe(32)
    return hashed(kept)


def hashed(mark: str) -> UUID:
    """What is stored of a mark: the first half of its SHA-256."""
    return UUID(bytes=hashlib.sha256(mark.encode()).digest()[:16])
