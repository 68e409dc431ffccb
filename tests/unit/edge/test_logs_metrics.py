"""Logs, request ids, figures, health."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from app.edge import metrics
from tests.unit.edge.conftest import APP, build


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


_ALONE = """
import logging, sys
from pathlib import Path
from tests.unit.edge.conftest import build
logger = logging.getLogger("guzar.request")
if sys.argv[2] == "off":
    logger.disabled, logger.propagate = True, False
    logger.setLevel(logging.CRITICAL)
client = build(Path(sys.argv[1])).test_client()
client.get("/words?token=hush", headers={"X-Request-ID": "abc-1", "X-Test-Locale": "ru"})
client.get("/healthz")
"""


@pytest.mark.parametrize("before", ["on", "off"])
def test_one_line_a_request_without_its_query(home_folder: Path, before: str) -> None:
    """In a process of its own: what it says must not depend on who has set up logging before (or switched it off)."""
    said = subprocess.run(
        [sys.executable, "-c", _ALONE, str(home_folder), before],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True, timeout=60,
    ).stderr  # fmt: skip
    lines = [line for line in _lines(said) if line.get("event") == "request"]
    assert len(lines) == 1
    line = lines[0]
    told = (line["method"], line["path"], line["status"], line["request_id"], line["actor"])
    assert told == ("GET", "/words", 200, "abc-1", "officer")
    assert float(str(line["ms"])) >= 0 and "hush" not in json.dumps(line)


def test_ids_of_requests(edge: Flask) -> None:
    client = edge.test_client()
    assert client.get("/words", headers={"X-Request-ID": "A-1"}).headers["X-Request-ID"] == "A-1"
    for bad in ("", "x" * 65, "a b", "a\tb", "é", "a;b"):
        given = client.get("/words", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert given != bad and len(given) == 36


def test_secrets_are_hidden_and_other_loggers_go_the_same_way(home_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(home_folder)
    logging.getLogger("other").warning("hello", extra={"password": "hush", "deep": {"api_token": "hush2", "post": "TJPPJ"}})
    (line,) = _lines(capsys.readouterr().err)
    assert line["event"] == "hello" and line["logger"] == "other" and line["password"] == "(hidden)"
    assert line["deep"] == {"api_token": "(hidden)", "post": "TJPPJ"}


def test_figures_count_requests_by_endpoint(edge: Flask) -> None:
    client = edge.test_client()
    client.get("/words")
    client.get("/words")
    client.get("/nowhere/4711")
    text = client.get("/metrics").text
    assert 'guzar_http_requests_total{endpoint="words",method="GET",status="200"} 2.0' in text
    assert 'endpoint="none",method="GET",status="404"' in text and "4711" not in text
    assert 'guzar_http_request_seconds_count{endpoint="words"} 2.0' in text
    assert "guzar_http_requests_in_flight 1.0" in text, "only the request for the figures itself"


def test_what_officials_do_is_one_endpoint(edge: Flask) -> None:
    for name in ("analyst", "control", "officer", "trader"):
        room = Blueprint(name, __name__, url_prefix=f"/room/{name}")
        room.add_url_rule("/deed", "deed", lambda: "")
        edge.register_blueprint(room)
    client = edge.test_client()
    for name in ("analyst", "control", "officer", "trader"):
        client.get(f"/room/{name}/deed")
    text = client.get("/metrics").text
    assert 'guzar_http_requests_total{endpoint="office",method="GET",status="200"} 3.0' in text
    assert 'endpoint="trader.deed"' in text
    assert not any(name in text for name in ("analyst", "control", "officer"))


def test_alive_and_ready(home_folder: Path) -> None:
    app = build(home_folder)
    client = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").status_code == 200

    def broken() -> dict[str, object]:
        raise OSError("no database at 10.0.0.1")

    app.extensions["guzar.metrics"] = (app.extensions["guzar.metrics"][0], broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "10.0.0.1" not in answer.text
    app.extensions["guzar.metrics"] = (app.extensions["guzar.metrics"][0], lambda: {"ready": False, "migration": "0003"})
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.get_json() == {"status": "not ready", "migration": "0003"}


WORKER = """
import sys
from pathlib import Path
from tests.unit.edge.conftest import build
client = build(Path(sys.argv[1])).test_client()
client.get("/words")
print(client.get("/metrics").text)
"""


def test_two_workers_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    metrics.prepare(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(APP.parent)}
    for expected in (1.0, 2.0):
        done = subprocess.run(
            [sys.executable, "-c", WORKER, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        assert f'guzar_http_requests_total{{endpoint="words",method="GET",status="200"}} {expected}' in done.stdout
