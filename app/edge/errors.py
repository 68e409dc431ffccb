"""Every error becomes an answer here: problem+json (RFC 9457) below /api/, a page or a notice elsewhere.

What the client can put right is 4xx with the place and the rule; what passes by itself is 503 with Retry-After; the rest
is our defect: 500, logged with its traceback, which never leaves the house.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma
from flask import Flask, Response, current_app, g, has_request_context, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from sqlalchemy import exc as sa
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as AnyResponse

from app.core.errors import (
    ChangedMeanwhile,
    Finding,
    FreshSignInNeeded,
    Invalid,
    Malformed,
    NotSignedIn,
    Refusal,
    Unavailable,
)
from app.core.text import Text, _, excerpt
from app.edge.locale import translate
from app.edge.messages import findings_of, findings_of_request
from config.settings import Settings

PROBLEM = "application/problem+json"
RETRY_AFTER = 2
_log = logging.getLogger(__name__)

#: Answered in JSON: programs, and the page at the truck.
_JSON = ("/api/", "/field/session", "/field/device", "/field/orders", "/field/records", "/field/photos")
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "errors", "code", "request_id"})

#: What HTTP itself may answer, in words for people: status → (code, title, what to do).
_HTTP: dict[int, tuple[str, Text, Text]] = {
    400: ("malformed", _("The request cannot be read."), _("Check the address and what was sent, then try again.")),
    401: ("not-signed-in", _("Sign in first."), _("This page is only for people who are signed in.")),
    403: ("forbidden", _("Your role does not allow this."), _("Ask your supervisor if you need it for your work.")),
    404: ("not-found", _("There is no such page, or it is not open to you."), _("Check the address or the number and try again.")),
    405: ("method-not-allowed", _("This cannot be done at this address."), _("Use one of the methods that the address allows.")),
    406: ("not-acceptable", _("The answer is not available in the form you asked for."), _("Ask for JSON.")),
    408: ("timeout", _("The request took too long to arrive."), _("Send it again.")),
    409: ("conflict", _("The present state does not allow this."), _("Reload the page and look at the present state.")),
    410: ("gone", _("This is no longer here."), _("Go back and choose again.")),
    411: ("length-required", _("The length of the message is missing."), _("Send a Content-Length.")),
    412: ("changed-meanwhile", _("The record was changed by somebody else meanwhile."), _("Reload it and decide again.")),
    413: ("too-large", _("The message is larger than is accepted."), _("Send less at once, or split the file.")),
    414: ("too-long-address", _("The address is too long."), _("Send the data in the body.")),
    415: ("unsupported-media-type", _("This kind of content is not accepted here."), _("Send application/json, or the kind of file that is asked for.")),
    422: ("invalid", _("Some of the data breaks a rule."), _("Correct what is marked and send it again.")),
    428: ("precondition-missing", _("Send the version you have seen (If-Match)."), _("Read the record first and send its ETag.")),
    429: ("too-many", _("Too many requests."), _("Wait a little, then try again.")),
    431: ("headers-too-large", _("The headers of the request are too large."), _("Send fewer or shorter headers.")),
    500: ("defect", _("Something went wrong on our side."), _("It has been written down. Try again, and tell the administrator the number of this request.")),
    503: ("unavailable", _("The system cannot answer just now."), _("Send the same request once more in a moment.")),
}  # fmt: skip
_OTHER = ("refused", _("The request was refused."), _("Check the address and what was sent, then try again."))

#: SQLSTATEs (or their first two characters) that pass by themselves: connection, resources, shutdown, locks and deadlocks,
#: a server that is read-only because it is being replaced, an idle transaction that was ended.
_PASSING = ("08", "40", "53", "57", "55P03", "25006", "25P03", "25P04")
#: Those that the content of the request causes: text or numbers PostgreSQL cannot hold; a CHECK as the last line of defence.
_CONTENT = ("22", "23514")
#: Somebody else wrote the same thing at the same moment.
_RACED = ("23505", "23P01")


class Conflict(Refusal):
    """A unique constraint decided a race."""

    status, code, title = 409, "conflict", _("The same thing was recorded at this moment by somebody else. Reload and look at it.")


class StaleForm(Refusal):
    """The form's token is missing, of another session or too old."""

    status, code, title = 400, "stale-form", _("This form is too old, or was opened before you signed in. Reload the page and send it again.")


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the handlers. Each status has its own, so that an extension's handler for all of them does not take over."""
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(ma.ValidationError, _answer_validation)
    app.register_error_handler(sa.SQLAlchemyError, _answer_database)
    app.register_error_handler(StaleDataError, lambda error: answer_refusal(ChangedMeanwhile()))
    app.register_error_handler(RecursionError, lambda error: answer_refusal(Malformed(_("The message is nested too deeply."))))
    app.register_error_handler(UnicodeEncodeError, _answer_unencodable)
    # A body that is not chunked as HTTP has it: gunicorn notices when the application reads it.
    app.register_error_handler(ParseException, lambda error: answer_refusal(Malformed()))
    app.register_error_handler(CSRFError, lambda error: answer_refusal(StaleForm()))
    app.register_error_handler(HTTPException, _answer_http)
    for status in default_exceptions:
        app.register_error_handler(status, _answer_http)


def is_api() -> bool:
    """Whether this request is to be answered in JSON."""
    return has_request_context() and request.path.startswith(_JSON)


def problem(
    status: int,
    code: str,
    title: object,
    detail: object,
    *,
    findings: Iterable[Finding] = (),
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer of RFC 9457 in the reader's language; facts (JSON-ready) stand beside the standard members."""
    body: dict[str, Any] = {name: value for name, value in (facts or {}).items() if name not in _RESERVED}
    body |= {
        "type": f"/problems/{code}",
        "title": translate(title),
        "status": status,
        "detail": translate(detail),
        "instance": excerpt(request.path, 200),
        "code": code,
        "request_id": g.get("request_id", ""),
    }
    listed = [{"pointer": f.pointer, "rule": f.rule, "message": translate(f.message)} for f in findings]
    if listed:
        body["errors"] = listed
    response = current_app.response_class(current_app.json.dumps(body) + "\n", status, mimetype=PROBLEM)
    response.headers.update(headers or {})
    return response


def answer_refusal(refusal: Refusal) -> AnyResponse:
    """A refusal as the client can take it: problem, page, notice for htmx, or the way to the sign-in."""
    headers = {"Retry-After": str(refusal.facts.get("retry_after", RETRY_AFTER))} if refusal.status in (429, 503) else {}
    if is_api():
        if refusal.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return problem(
            refusal.status, refusal.code, refusal.title, refusal.message,
            findings=refusal.findings, facts=refusal.facts, headers=headers,
        )  # fmt: skip
    if isinstance(refusal, NotSignedIn | FreshSignInNeeded):
        return _to_sign_in(refusal)
    detail = refusal.message if refusal.message != refusal.title else None
    return _page(refusal.status, refusal.title, detail, refusal.code, findings=refusal.findings, facts=refusal.facts, headers=headers)


def _answer_validation(error: ma.ValidationError) -> AnyResponse:
    return answer_refusal(Invalid(findings=findings_of(error.normalized_messages())))


def _answer_unencodable(error: UnicodeEncodeError) -> AnyResponse | HTTPException:
    if "surrogate" not in error.reason:
        return _defect(error)
    return answer_refusal(Invalid(_("The text holds half of a character (a lone surrogate). Send it as valid UTF-8.")))


def _answer_database(error: sa.SQLAlchemyError) -> AnyResponse | HTTPException:
    """The session is already closed and rolled back by `transaction()` or `reading()` when this runs."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    if isinstance(error, StaleDataError):
        return answer_refusal(ChangedMeanwhile())
    if state.startswith(_CONTENT) or isinstance(error, sa.DataError) or _hostile_value(error):
        _log.warning("the database refused a value", extra={"sqlstate": state, "reason": excerpt(getattr(error, "orig", error), 200)})
        return answer_refusal(Invalid(_("A value cannot be stored: it is too large, too long or holds characters that are not allowed.")))
    if state.startswith(_RACED):
        _log.warning("a unique constraint decided", extra={"sqlstate": state, "reason": excerpt(getattr(error, "orig", error), 200)})
        return answer_refusal(Conflict())
    gone = isinstance(error, sa.OperationalError | sa.InterfaceError | sa.TimeoutError)
    if gone or state.startswith(_PASSING) or getattr(error, "connection_invalidated", False):
        _log.warning("the database is not available", extra={"sqlstate": state, "reason": excerpt(error, 200)})
        return answer_refusal(Unavailable())
    return _defect(error)


def _hostile_value(error: sa.SQLAlchemyError) -> bool:
    """Whether a value could not even be sent: NUL, a lone surrogate, a number too large for its type."""
    return isinstance(error, sa.StatementError) and isinstance(error.orig, ValueError | OverflowError)


def _defect(error: BaseException) -> AnyResponse | HTTPException:
    current_app.logger.error("unexpected error", exc_info=error)
    return _answer_http(InternalServerError(original_exception=error))


def _answer_http(error: HTTPException) -> AnyResponse | HTTPException:
    status = error.code
    if status is None or status < 400 or error.response is not None:
        return error
    code, title, detail = _HTTP.get(status, _OTHER)
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    findings = findings_of_request(data.get("errors") or data.get("messages") or {})
    headers = {**_headers_of(error), **(data.get("headers") or {})}
    if status == 503:
        headers.setdefault("Retry-After", str(RETRY_AFTER))
    said = data.get("message")
    if isinstance(said, Text | str) and said:
        detail = said if isinstance(said, Text) else Text("{sentence}", {"sentence": excerpt(said, 300)})
    if is_api():
        if status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        return problem(status, code, title, detail, findings=findings, headers=headers)
    if status == 401:
        return _to_sign_in(NotSignedIn())
    return _page(status, title, detail, code, findings=findings, headers=headers)


def _headers_of(error: HTTPException) -> dict[str, str]:
    """Allow, Retry-After, WWW-Authenticate… that HTTP wants with the status."""
    return {k: v for k, v in error.get_headers() if k.lower() not in ("content-type", "content-length")}


def _page(
    status: int,
    title: Text,
    detail: Text | None,
    code: str,
    *,
    findings: Iterable[Finding] = (),
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    sign_in: str | None = None,
) -> Response:
    """error.html, or only its notice where htmx asked for a part of a page."""
    content = {
        "status": status, "code": code, "title": title, "detail": detail, "findings": tuple(findings),
        "facts": dict(facts or {}), "back": _back(), "sign_in": sign_in, "request_id": g.get("request_id", ""),
    }  # fmt: skip
    template = "error_notice.html" if "HX-Request" in request.headers else "error.html"
    try:
        text = render_template(template, error=content)
    except Exception:  # the page about the error must come even if the frame around it fails
        current_app.logger.exception("the error page could not be drawn")
        plain = {"title": translate(title), "detail": translate(detail or ""), "request_id": content["request_id"]}
        text = current_app.jinja_env.get_template("error_plain.html").render(error=plain)
    response = current_app.response_class(text, status, mimetype="text/html")
    response.headers.update(headers or {})
    return response


def _to_sign_in(refusal: Refusal) -> AnyResponse:
    """To the sign-in and back again: at once for a page that was asked for, by HX-Redirect for htmx, by a link after a form."""
    fresh = isinstance(refusal, FreshSignInNeeded)
    target = _sign_in_url(fresh)
    if "HX-Request" in request.headers:
        response = current_app.response_class("", 401, mimetype="text/html")
        response.headers["HX-Redirect"] = target
        return response
    if request.method in ("GET", "HEAD"):
        return redirect(target)
    return _page(401, refusal.title, refusal.message if refusal.message != refusal.title else None, refusal.code, sign_in=target)


def _sign_in_url(fresh: bool) -> str:
    config = current_app.config
    endpoint = config.get("GUZAR_FRESH_ENDPOINT", "security.verify") if fresh else config.get("GUZAR_SIGN_IN_ENDPOINT", "security.login")
    try:
        return url_for(endpoint, next=_return_address())
    except BuildError:
        return "/"


def _return_address() -> str:
    """Where to go on after the sign-in: only ever an address of this site, and a page rather than a form's target."""
    if "HX-Request" in request.headers:
        return _local(request.headers.get("HX-Current-URL"))
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?") if request.path.startswith("/") and not request.path.startswith("//") else "/"
    return _local(request.referrer)


def _back() -> str | None:
    """The page the person came from, if it is one of ours and another than this."""
    address = _local(request.referrer, default="")
    return address if address and address != request.full_path.rstrip("?") else None


def _local(url: str | None, default: str = "/") -> str:
    """The path and query of an address of this very host, else the default."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return default
    if parts.netloc != request.host or parts.scheme not in ("http", "https"):
        return default
    if not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return default
    return parts.path + ("?" + parts.query if parts.query else "")
