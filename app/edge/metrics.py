"""Figures for Prometheus, and the two questions of a supervisor of processes: alive? ready?

With several worker processes each one counts in a file of a shared folder, and /metrics adds them up. The folder is named in
PROMETHEUS_MULTIPROC_DIR, which must be set before prometheus_client is imported: `prepare()` does both from gunicorn's
configuration. Without it the figures are those of the one process.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from app.core import db
from app.oversight.queries import health
from config.settings import Settings

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_EXTENSION = "guzar.metrics"
#: Seconds; a lodging should fall into the first five.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

blueprint = Blueprint("metrics", __name__)


def prepare(home: Path) -> None:
    """For gunicorn's master, before the application is loaded: an empty folder for the workers' figures."""
    folder = home / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[_FOLDER] = str(folder)


def worker_gone(pid: int) -> None:
    """For gunicorn's child_exit: what the worker counted stays, what it had in flight goes."""
    if _FOLDER in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(pid)


class Figures:
    """The metrics of one application object."""

    def __init__(self) -> None:
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            PlatformCollector,
            ProcessCollector,
            multiprocess,
        )

        self.registry = CollectorRegistry()
        #: What /metrics shows: this process, or all workers added up.
        self.shown = self.registry
        if _FOLDER in os.environ:
            self.shown = CollectorRegistry()
            multiprocess.MultiProcessCollector(self.shown)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "guzar_http_requests_total", "Requests answered.", ("method", "endpoint", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "guzar_http_request_seconds", "Time to the answer.", ("endpoint",), buckets=_BUCKETS, registry=self.registry
        )
        self.in_flight = Gauge(
            "guzar_http_requests_in_flight",
            "Requests being worked on.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self.shown.register(_Oversight())


class _Oversight:
    """What the database says of itself when it is asked for figures, the same whichever process answers."""

    def describe(self) -> list[Any]:
        return []

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            with db.reading() as session:
                found = health.figures(session)
        except (SQLAlchemyError, RuntimeError):
            return  # /readyz says so
        for name, (words, value) in found.items():
            yield GaugeMetricFamily(name, words, value=value)


def init_app(app: Flask, settings: Settings, ready: Callable[[], Mapping[str, Any]] | None = None) -> None:
    """Counts every request and adds /metrics, /healthz and /readyz.

    `ready()` returns facts to show, with "ready": bool; if it raises, the answer is 503 as well.
    """
    app.extensions[_EXTENSION] = (Figures(), ready or (lambda: {"ready": True}))
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_ended)
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures in Prometheus' text form."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(_figures().shown), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/healthz")
def healthz() -> Response:
    """This process answers; nothing else is asked."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and has the newest migration."""
    try:
        facts = dict(current_app.extensions[_EXTENSION][1]())
    except Exception as error:  # whatever is wrong, the answer is: not ready
        current_app.logger.warning("not ready: %s", type(error).__name__, exc_info=error)
        facts = {"ready": False, "reason": "the database does not answer"}
    is_ready = bool(facts.pop("ready", False))
    return jsonify(status="ready" if is_ready else "not ready", **facts), 200 if is_ready else 503


def _figures() -> Figures:
    figures: Figures = current_app.extensions[_EXTENSION][0]
    return figures


def _begin() -> None:
    g.metrics_began = time.perf_counter()
    _figures().in_flight.inc()


def _answered(response: Response) -> Response:
    if g.get("metrics_began") is None:
        return response
    figures = _figures()
    endpoint = _place(request.endpoint)
    figures.requests.labels(
        request.method if request.method in _METHODS else "other", endpoint, str(response.status_code)
    ).inc()
    figures.seconds.labels(endpoint).observe(time.perf_counter() - g.metrics_began)
    return response


def _place(endpoint: str | None) -> str:
    """The endpoint, never the path: paths hold numbers without end. What is done in the offices of customs is one place:
    whoever reads the figures must not learn from them that somebody was stopped, or looked for."""
    if endpoint is None:
        return "none"
    return endpoint if "." not in endpoint or endpoint.partition(".")[0] in _TOLD_APART else OFFICE


#: Rooms of firms, of the public and of the machines, and the reading and lodging of a firm's own papers.
_TOLD_APART = frozenset(
    {
        "account", "assets", "codes", "declarations", "live", "metrics", "public", "security", "templates", "trader",
        "trader_transit", "trader_transit_guarantees", "movement-beginnings", "static",
    }
)  # fmt: skip
OFFICE = "office"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _ended(error: BaseException | None) -> None:
    if g.pop("metrics_began", None) is not None:
        _figures().in_flight.dec()
