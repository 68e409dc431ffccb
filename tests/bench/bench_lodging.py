"""Lodging through HTTP against pgbench replaying the recorded statements of one lodging.

    python -m tests.bench.bench_lodging [--seconds 8] [--rounds 3] [--posts 20]

The server is the one people run: gunicorn with two workers, five items, three documents, rules, lane, journal chain, outbox,
idempotency key, fsync on. pgbench sends the very statements that one such lodging sent (number series and chain included), with
fresh keys, over the same posts on the same PostgreSQL, in turn with the HTTP rounds. The ratio is what the application costs.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from app import create_app
from app.core import db, embedded
from app.core.actors import SYSTEM
from app.core.embedded_binaries import find_binaries
from app.risk.operations import set_random_share
from config.settings import Settings
from tests.bench.stage import machine, middle, node
from tests.factories import declarations
from tests.factories.accounts import token
from tests.load import Caller

CLIENTS = 16


def posts(cluster: embedded.Cluster, count: int) -> list[str]:
    """That many posts of the administration, TJPPJ among them; benches add made-up ones."""
    with psycopg.connect(cluster.owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        names = ["TJPPJ"] + [f"TJX{n:02d}" for n in range(1, count)]
        for name in names[1:]:
            connection.execute(
                "INSERT INTO post SELECT (jsonb_populate_record(p, jsonb_build_object('code', %s::text))).* FROM post p "
                "WHERE p.code = 'TJPPJ' ON CONFLICT DO NOTHING", (name,),
            )  # fmt: skip
        connection.execute(
            "INSERT INTO chain_head SELECT unnest(%s::text[]), 0, decode(repeat('00', 32), 'hex') ON CONFLICT DO NOTHING", (names,)
        )  # fmt: skip
        connection.execute("UPDATE reference_revision SET mark = gen_random_uuid()")
    return names


def body(post: str) -> dict[str, Any]:
    words = declarations.words(items=5)
    words["post"] = post
    words["documents"] = words["documents"][:2]
    for item in words["items"][1:]:
        item["documents"] = []
    return words


def serve(settings: Settings, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "DATABASE_URL": str(settings.database_url), "GUZAR_HOME": str(settings.home), "SECRET_KEY": settings.secret_key,
        "GUZAR_LOG_LEVEL": "ERROR", "GUZAR_CHEAP_PASSWORDS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{port}",
               "--log-level", "error", "wsgi:application"]  # fmt: skip
    process = subprocess.Popen(command, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT)
    for _ in range(300):  # the master opens the port seconds before a worker can answer
        try:
            with contextlib.closing(Caller(port, timeout=30)) as caller:
                if caller.send("GET", "/readyz").status == 200:
                    return process
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    raise RuntimeError(log.read_text())


def request(port: int, secret: str, words: dict[str, Any]) -> tuple[bytes, bytes]:
    """A request in two halves: the key stands between them."""
    raw = json.dumps(words).encode()
    head = (
        f"POST /api/v1/declarations HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\nIdempotency-Key: "
    )
    return head.encode(), b"\r\n\r\n" + raw


def http_rate(port: int, secrets: list[str], names: list[str], seconds: float) -> float:
    """Lodgings answered 201 per second by CLIENTS connections."""
    stop = time.monotonic() + seconds
    done, failures = [0] * CLIENTS, []

    def client(n: int) -> None:
        halves = [request(port, secrets[n % len(secrets)], body(names[(n + k) % len(names)])) for k in range(40)]
        connection = socket.create_connection(("127.0.0.1", port))
        k = 0
        while time.monotonic() < stop:
            head, tail = halves[k % len(halves)]
            connection.sendall(head + uuid.uuid4().hex.encode() + tail)
            answer = _answer(connection)
            if not answer.startswith(b"HTTP/1.1 201"):
                failures.append(answer[:600])
                return
            done[n] += 1
            k += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0].decode(errors="replace"))
    return sum(done) / (time.monotonic() - began)


_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def _answer(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, rest = data.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    missing = (int(found[1]) if found else 0) - len(rest)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head


def record(settings: Settings) -> list[tuple[str, dict[str, Any]]]:
    """The statements of one lodging as the driver sent them, with their parameters."""
    app = create_app(settings)
    with db.transaction() as session:
        secret = token(session, "trader")
    client, sent = app.test_client(), []

    def lodge() -> None:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": uuid.uuid4().hex}
        answer = client.post("/api/v1/declarations", json=body("TJPPJ"), headers=headers)
        assert answer.status_code == 201, answer.text

    lodge()

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, dict(parameters)))

    event.listen(db.engine(), "before_cursor_execute", keep)
    lodge()
    event.remove(db.engine(), "before_cursor_execute", keep)
    return sent


_NAMED = re.compile(r"%\((\w+)\)s")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def script(sent: list[tuple[str, dict[str, Any]]], names: list[str]) -> str:
    """A pgbench script of the recorded statements: another post, fresh keys, the drawn number and the chain's own hash each time."""
    lines = [f"\\set p random(1, {len(names)})", "\\set r random(1, 281474976710000)", "BEGIN;"]
    lines += [_replayed(statement, parameters) for statement, parameters in sent]
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def _replayed(statement: str, parameters: dict[str, Any]) -> str:
    filled = _NAMED.sub(lambda found: _literal(found[1], parameters[found[1]]), statement)
    return filled.replace("\n", " ").replace("%%", "%").rstrip() + _ending(statement)


def _ending(statement: str) -> str:
    return " \\gset d_" if statement.startswith("WITH head AS") else ";"


_POST = "('TJ' || CASE WHEN :p::int = 1 THEN 'PPJ' ELSE 'X' || lpad((:p::int - 1)::text, 2, '0') END)"


#: Parameters that differ each time, by name: the lock and the text of the idempotency key, the number in the chain.
_FRESH = {"lock": ":r::bigint", "key": "'k' || :r::text", "head_number": "(:d_number::bigint + 2)"}


def _literal(name: str, value: Any) -> str:
    """A parameter as SQL: posts, keys and numbers of the chain differ each time, the rest is as recorded."""
    if value == "TJPPJ":
        return _POST
    return _FRESH.get(name) or _recorded(value)


def _recorded(value: Any) -> str:
    if isinstance(value, bytes | psycopg.Binary):
        return f"'\\x{bytes(getattr(value, 'obj', value)).hex()}'::bytea"
    if isinstance(value, uuid.UUID):
        return f"'{value}'::uuid"
    if isinstance(value, str) and value.startswith(("[", "{")):
        return _rows(value)
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _rows(text: str) -> str:
    """JSON of rows with its keys replaced on the server by ones nobody has used."""
    # pgbench takes ":null" inside a string for one of its variables; a space keeps it JSON
    text = re.sub(r":(null|true|false)", r": \1", text)
    numbers = re.findall(r'"number":(\d+),"at"', text)
    for found in numbers:  # tokens, so that one replaced number is never taken for the next
        text = text.replace(f'"number":{found},"at"', f'"number":@{found}@,"at"')
    literal = "'" + text.replace("'", "''") + "'"
    for found in dict.fromkeys(_UUID.findall(text)):
        literal = f"replace({literal}, '{found}', '{found[:24]}' || lpad(to_hex(:r::bigint), 12, '0'))"
    for found in dict.fromkeys(re.findall(r'"mrn":"(\w{18})"', text)):
        literal = f"replace({literal}, '{found}', lpad(:r::text, 18, '0'))"
    for found in dict.fromkeys(re.findall(r'"reference":"(TJPPJ-[\w-]+)"', text)):
        literal = f"replace({literal}, '{found}', 'R' || :r::text)"
    for found in dict.fromkeys(re.findall(r'"key":"(\w+)"', text)):
        literal = f"replace({literal}, '{found}', 'k' || :r::text)"
    literal = f'replace({literal}, \'"post":"TJPPJ"\', \'"post":"\' || {_POST} || \'"\')'
    for n, found in enumerate(numbers, 1):
        literal = f"replace({literal}, '@{found}@', (:d_number::bigint + {n})::text)"
    return f"({literal})::text"


def pgbench_rate(cluster: embedded.Cluster, path: Path, seconds: float) -> float:
    command = [str(find_binaries().folder / "pgbench"), "-h", str(cluster.socket_dir), "-U", "guzar", "-n", "-M", "prepared",
               "-c", str(CLIENTS), "-j", "2", "-T", str(int(seconds)), "-f", str(path), "guzar"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or "aborted" in done.stderr:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--posts", type=int, default=20)
    parser.add_argument("--port", type=int, default=8077)
    chosen = parser.parse_args()
    with node() as (settings, cluster):
        names = posts(cluster, chosen.posts)
        with db.transaction() as session:
            set_random_share(session, "*", "0", "yellow", by=SYSTEM)
            secrets = [token(session, "trader") for _ in range(CLIENTS)]
        path = settings.home / "lodge.sql"
        path.write_text(script(record(settings), names))
        server = serve(settings, chosen.port, settings.home / "server.log")
        try:
            http_rate(chosen.port, secrets, names, 3)
            pgbench_rate(cluster, path, 2)
            rounds = [
                (http_rate(chosen.port, secrets, names, chosen.seconds), pgbench_rate(cluster, path, chosen.seconds))
                for _ in range(chosen.rounds)
            ]
        finally:
            server.terminate()
            server.wait()
    http, limit = middle([h for h, _ in rounds]), middle([p for _, p in rounds])
    print(machine())
    for number, (h, p) in enumerate(rounds, 1):
        print(f"round {number}: HTTP {h:,.0f}/s, pgbench {p:,.0f}/s, ratio {h / p:.3f}")
    print(f"median: HTTP {http:,.0f}/s, pgbench {limit:,.0f}/s, ratio {middle([h / p for h, p in rounds]):.3f}")


if __name__ == "__main__":
    main()
