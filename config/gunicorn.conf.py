"""How gunicorn serves Guzar. Environment: GUZAR_BIND, GUZAR_WORKERS, GUZAR_THREADS, FORWARDED_ALLOW_IPS."""

import contextlib
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gunicorn.http.parser
import gunicorn.http.wsgi
import gunicorn.util
from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the hooks below are the application's, wherever this is started

_SHARED_MEMORY = Path("/dev/shm")


def _count(name: str, default: int, most: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
        raise SystemExit(f"{name} must be a whole number from 1 to {most}, not {value!r}")
    return int(value)


bind = os.environ.get("GUZAR_BIND") or "127.0.0.1:8000"

# Threads, because live lists hold a connection each while they wait for news. The live lists' own cap stays below
# the number of threads, or pages would have none left.
worker_class = "gthread"
workers = _count("GUZAR_WORKERS", 2, 64)
threads = _count("GUZAR_THREADS", 32, 512)
preload_app = False  # every worker makes its own database connections and background threads, after the fork
max_requests = 0  # workers are not replaced for their age: that would cut live lists for no reason

timeout = 60  # seconds without a sign of life from a worker before it is replaced
graceful_timeout = 20  # seconds for requests in flight when stopping
keepalive = 5

# What a request may look like before the application sees it.
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
http_parser = "python"  # the one whose limits are tested, whatever else is installed
http_protocols = "h1"
header_map = "drop"  # headers that would collide in the WSGI environment (a_b with a-b) do not get through
forwarder_headers = ""  # and no header sets SCRIPT_NAME or PATH_INFO, not even from a proxy
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"
proxy_protocol = "off"

# A client that sends slowly holds a thread, and gunicorn would wait for it for ever. A request may keep us waiting for so many
# seconds in all, and for more only while it comes at so many bytes a second: uploads over a bad line take their time.
_PATIENCE = 5.0
_SLOWEST = 2_000


class _TimedUnreader(SocketUnreader):
    """Reads from a client that may be slow, and breaks off when it is too slow."""

    waited = 0.0
    received = 0

    def chunk(self, size_hint=None):
        if self.sock.gettimeout() is not None:  # gunicorn has set a time itself
            return super().chunk(size_hint)
        began = time.monotonic()
        self.sock.settimeout(max(0.01, _PATIENCE + self.received / _SLOWEST - self.waited))
        try:
            data = super().chunk(size_hint)
        except TimeoutError:
            with contextlib.suppress(OSError):  # nothing more is expected, so nothing is waited for when it is closed
                self.sock.shutdown(socket.SHUT_RDWR)
            raise NoMoreData from None
        finally:
            self.sock.settimeout(None)
            self.waited += time.monotonic() - began
        self.received += len(data)
        return data


gunicorn.http.parser.SocketUnreader = _TimedUnreader


def post_request(worker, req, environ, resp):
    """The next request on the connection has all its time again."""
    req.unreader.waited, req.unreader.received = 0.0, 0


# gunicorn waits up to two seconds for each client to close its end as well, and would do so in the one thread that accepts
# all others.
_closing = ThreadPoolExecutor(8, "closing")
_close = gunicorn.util.close_graceful
gunicorn.util.close_graceful = lambda sock, **options: _closing.submit(_close, sock, **options)


def on_starting(server):
    """Before any worker: the folder in which they add up their figures. This also reads the application's modules once for
    all workers, which makes the start quicker; what a process owns (connections, threads) is made after the fork."""
    from app.edge import metrics

    metrics.prepare(Path(os.environ.get("GUZAR_HOME") or ".guzar").expanduser().absolute())


def child_exit(server, worker):
    """What a worker counted stays, what it had in flight goes."""
    from app.edge import metrics

    metrics.worker_gone(worker.pid)


# No control socket: it lies outside the project, is shared by all servers of an account, and can stop this one.
control_socket_disable = True

# The heartbeat file in memory: on a busy disk a heartbeat may block, and a healthy worker would be killed.
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None

accesslog = None  # the application logs each request itself, with its id, actor and post
errorlog = "-"
loglevel = "info"

# There is no setting for the Server header. The name of the product is enough for visitors.
gunicorn.http.wsgi.SERVER = "guzar"
