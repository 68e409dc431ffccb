"""Lodging through HTTP against pgbench replaying the recorded statements of one lodging.

    python -m tests.bench.bench_lodging [--seconds 8] [--rounds 3] [--posts 20] [--firms 16]

The server is the one people run: gunicorn with two workers, five items, three documents, rules, duties, assessment, payment from
the firm's account by standing order, lane, release, journal chain, outbox, idempotency key, fsync on. pgbench sends the very
statements that one such lodging sent (number series, account and chain included), with fresh keys, over the same posts and firms on
the same PostgreSQL, in turn with the HTTP rounds. The ratio is what the application costs. `--firms 1` lets all clients pay from one
firm's accounts. The exit is 1 below the goal.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from app import create_app
from app.core import db, embedded
from app.core.actors import SYSTEM
from app.core.embedded_binaries import find_binaries
from app.risk.operations import set_random_share
from config.settings import Settings
from tests.bench.lodgings import Written, firm, funded, posts
from tests.bench.replay import Script, record
from tests.bench.stage import machine, middle, node
from tests.load import Caller

CLIENTS = 16
#: Of the rate at which pgbench replays the same statements.
GOAL = 0.2


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


def request(port: int, secret: str, length: int) -> bytes:
    """The head of a request up to its key."""
    return (
        f"POST /api/v1/declarations HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\nIdempotency-Key: "
    ).encode()


def http_rate(port: int, secrets: list[str], names: list[str], seconds: float) -> float:
    """Lodgings answered 201 per second by CLIENTS connections; each pays from the account of its own firm, if there are enough."""
    stop = time.monotonic() + seconds
    done, failures = [0] * CLIENTS, []

    def client(n: int) -> None:
        mine = n % len(secrets)
        written = [Written(names[(n + k) % len(names)], firm(mine)) for k in range(len(names))]
        heads = [request(port, secrets[mine], one.length) for one in written]
        connection = socket.create_connection(("127.0.0.1", port))
        k = 0
        while time.monotonic() < stop:
            place = k % len(written)
            connection.sendall(heads[place] + uuid.uuid4().hex.encode() + b"\r\n\r\n" + written[place].next())
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
    parser.add_argument("--firms", type=int, default=CLIENTS, choices=(1, CLIENTS))
    parser.add_argument("--port", type=int, default=8077)
    chosen = parser.parse_args()
    with node() as (settings, cluster):
        names = posts(cluster, chosen.posts)
        with db.transaction() as session:
            set_random_share(session, "*", "0", "yellow", by=SYSTEM)
        secrets = funded(chosen.firms, names)
        path = settings.home / "lodge.sql"
        sent, fresh = record(create_app(settings), secrets[0])
        path.write_text(Script(sent, fresh, chosen.posts, chosen.firms).text())
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
    ratio = middle([h / p for h, p in rounds])
    print(machine())
    print(f"{len(sent)} statements a lodging, {chosen.posts} posts, {chosen.firms} firms")
    for number, (h, p) in enumerate(rounds, 1):
        print(f"round {number}: HTTP {h:,.0f}/s, pgbench {p:,.0f}/s, ratio {h / p:.3f}")
    print(f"median: HTTP {http:,.0f}/s, pgbench {limit:,.0f}/s, ratio {ratio:.3f} (goal {GOAL})")
    if ratio < GOAL:
        sys.exit("too slow")


if __name__ == "__main__":
    main()
