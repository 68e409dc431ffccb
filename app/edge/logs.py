"""Logs: one JSON object a line (readable lines in the demo), each with the request it belongs to.

What is never logged: query strings and bodies (they hold names and tokens), cookies, passwords, keys.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, has_request_context, request
from structlog.typing import EventDict, Processor, WrappedLogger

from app.core.ids import uuid7
from config.settings import Settings

REQUEST_ID = "X-Request-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_SECRET = re.compile(r"passw|secret|token|authori[sz]ation|cookie|otp|private|credential", re.IGNORECASE)
#: Asked every few seconds by machines; only their failures are news.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_log = structlog.get_logger("guzar.request")


def configure(settings: Settings) -> None:
    """Sends the standard library's and structlog's records through one chain to standard error. May be called again."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.ExtraAdder(),
        _add_request,
        _hide_secrets,
    ]
    if settings.log_format == "console":
        last: list[Processor] = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.set_name("guzar")
    root = logging.getLogger()
    for old in [h for h in root.handlers if h.get_name() == "guzar"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    # Whoever configures logging for himself (servers and test runners do) may have switched off what was there before.
    logging.disable(logging.NOTSET)
    requests = logging.getLogger("guzar.request")
    requests.disabled, requests.propagate = False, True
    requests.setLevel(logging.NOTSET)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Gives every request an id (a sane X-Request-ID is kept) and writes one line when it is answered."""
    configure(settings)
    app.before_request(_begin)
    app.after_request(_answered)


def request_id() -> str:
    """The id of the present request, "" outside one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _SANE_ID.fullmatch(given) else str(uuid7())
    g.request_began = time.perf_counter()


def _answered(response: Response) -> Response:
    if not g.get("request_id"):  # refused before the first hook ran
        _begin()
    response.headers[REQUEST_ID] = g.request_id
    if request.path in _QUIET and response.status_code < 400:
        return response
    milliseconds = round((time.perf_counter() - g.request_began) * 1000, 1)
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    _log.log(level, "request", method=request.method, path=request.path[:300], status=response.status_code, ms=milliseconds)
    return response


def _add_request(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    if not has_request_context():
        return event
    actor = g.get("actor")
    event.setdefault("request_id", g.get("request_id", ""))
    if actor is not None:
        event.setdefault("actor", actor.login)
    if g.get("post"):
        event.setdefault("post", str(g.post))
    return event


def _hide_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: str, value: Any) -> Any:
    if _SECRET.search(key):
        return "(hidden)"
    if isinstance(value, Mapping) and not key.startswith("_"):
        return {inner: _hidden(str(inner), one) for inner, one in value.items()}
    return value
