"""What every answer tells the browser: nothing from elsewhere, no inline script, no frames, no copies of data kept."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from config.settings import Settings

#: Bootstrap's css draws its check marks and arrows with data: pictures; nothing else needs them.
_POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
)
#: The sign-in extension's passkey pages carry a small inline script; only there a nonce lets it run.
_NONCE_BLUEPRINTS = frozenset({"security"})

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
    "midi=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
}


def content_security_policy(nonce: str | None = None) -> str:
    """The policy of a page; a nonce admits the inline script that carries it."""
    script = "script-src 'self'" + (f" 'nonce-{nonce}'" if nonce else "")
    return "; ".join((_POLICY[0], script, *_POLICY[1:]))


def init_app(app: Flask, settings: Settings) -> None:
    """Adds the headers to every answer. A view that sets Cache-Control itself (assets, ETag of the API) keeps it."""
    app.before_request(_make_nonce)
    app.after_request(lambda response: _add(response, https=settings.secure_cookies))


def _make_nonce() -> None:
    if request.blueprint in _NONCE_BLUEPRINTS:
        g.csp_nonce = secrets.token_urlsafe(16)


def _add(response: Response, *, https: bool) -> Response:
    headers = response.headers
    if "Content-Security-Policy" not in headers:  # a file that is handed out is shut into a sandbox of its own
        headers["Content-Security-Policy"] = content_security_policy(g.get("csp_nonce"))
    for name, value in _FIXED.items():
        headers[name] = value
    if https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
