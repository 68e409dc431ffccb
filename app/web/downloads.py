"""Files that are saved, and never shown inside our own pages."""

from __future__ import annotations

from flask import Response


def attachment(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A file to be saved: never shown inside our own pages."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
