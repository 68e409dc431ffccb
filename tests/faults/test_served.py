"""The served application among four who decide at once and clients that do not keep to HTTP."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.faults.checking import kinds, violations
from tests.faults.nodes import Server, Web, served
from tests.faults import racing
from tests.faults.racing import HANDS, race
from tests.load import Caller


@pytest.fixture(scope="module")
def calm(durable: Server) -> Iterator[tuple[Web, str]]:
    """The application, served, and the address of its database; nobody is killed."""
    name = durable.copy()
    with served(durable, name) as web:
        yield web, durable.cluster.url(database=name)


@pytest.mark.parametrize("races", [pytest.param(30, id="short"), pytest.param(500, id="long", marks=pytest.mark.long)])
def test_one_of_four_who_decide_at_once_wins(calm, durable: Server, races, capsys):
    web, url = calm
    ledger = race(web.port, durable.tokens, races)
    found = violations(url, ledger)
    with capsys.disabled():
        print(f"\n{races} races of four: {kinds(found) or 'one winner each'}")
    assert found == []
    assert all(min(statuses) == 200 and len(statuses) == 4 for _what, statuses in ledger.races)


@pytest.mark.parametrize(
    ("run", "winners"),
    [
        pytest.param(racing.spend, 1, id="the last money of an account"),
        pytest.param(racing.one_receipt, 1, id="a receipt"),
        pytest.param(racing.one_certificate, HANDS, id="a certificate, which covers less and less"),
        pytest.param(racing.one_stock, 4, id="goods in a warehouse"),
    ],
)
def test_what_there_is_once_is_had_once(durable: Server, run, winners):
    """On a database of its own: each run uses something up."""
    name = durable.copy()
    with served(durable, name) as web:
        ledger, statuses = run(web.port, durable.tokens)
    assert violations(durable.cluster.url(database=name), ledger) == []
    assert sum(status < 300 for status in statuses) == winners, statuses


def _connection(web: Web, raw: bytes, *, timeout: float = 10) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", web.port), timeout)
    made.sendall(raw)
    return made


def _said(web: Web, raw: bytes) -> bytes:
    """All that is answered to these bytes until the server closes; nothing may be answered 5xx."""
    with closing(_connection(web, raw)) as made:
        said = b""
        try:
            while part := made.recv(65536):
                said += part
        except (ConnectionResetError, TimeoutError):
            pass
    assert b"HTTP/1.1 5" not in said, said[:300]
    assert b"Traceback" not in said
    return said


def _others_wait(web: Web, requests: int = 20) -> float:
    """Seconds that the slowest but one of twenty others waits for an answer."""
    with closing(Caller(web.port, timeout=20)) as caller:
        times = []
        for _ in range(requests):
            began = time.monotonic()
            assert caller.send("GET", "/readyz").status == 200
            times.append(time.monotonic() - began)
    return statistics.quantiles(times, n=20)[-1]


_OPEN = b"Host: localhost\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"X-Large: " + b"a" * 9000 + b"\r\n\r\n", b"431", id="header of 9,000 characters"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"".join(b"X-%d: a\r\n" % n for n in range(300)) + b"\r\n", b"431", id="300 headers"),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + _OPEN + b"\r\n", b"4", id="line of 9,000 characters"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", b"400", id="chunk size that is no number"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", b"4", id="chunk of 16 exabytes"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET", b"400", id="two lengths"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc", b"400", id="two Content-Lengths"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Content-Length: -1\r\n\r\n", b"400", id="negative length"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Content-Length: 1_0\r\n\r\n0123456789", b"400", id="length with an underscore"),
        pytest.param(b"POST /api/v1/verify HTTP/1.1\r\n" + _OPEN + b"Content-Length: 99999999999\r\n\r\nabc", b"413", id="length of 100 GB"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 50 + b"\r\n\r\n", b"400", id="TLS"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"", id="HTTP/2"),
        pytest.param(b"\x00" * 5000, b"4", id="zeros"),
        pytest.param(b"GET /healthz\r\n\r\n", b"400", id="HTTP/0.9"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"X-A: b\r\n folded\r\n\r\n", b"400", id="folded header"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"X A: b\r\n\r\n", b"400", id="space in a header's name"),
        pytest.param(b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"X-A: b\x00c\r\n\r\n", b"400", id="NUL in a header"),
    ],
)  # fmt: skip
def test_what_is_not_http_is_refused_and_others_are_answered(calm, raw, status):
    web, _url = calm
    said = _said(web, raw)
    assert said.startswith((b"HTTP/1.1 " + status, b"HTTP/1.0 " + status)) or (status in (b"", b"4") and not said)
    assert _others_wait(web, 3) < 2


def test_pipelined_requests_are_answered_in_their_order(calm):
    web, _url = calm
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: %d\r\n\r\n"
    said = _said(
        web, b"".join(one % n for n in range(19)) + b"GET /healthz HTTP/1.1\r\n" + _OPEN + b"X-Request-ID: 19\r\n\r\n"
    )
    named = [line.split()[1] for line in said.splitlines() if line.lower().startswith(b"x-request-id")]
    assert said.count(b"HTTP/1.1 200") == 20
    assert named == [b"%d" % n for n in range(20)]


def test_a_hidden_request_behind_a_refused_one_is_not_answered(calm):
    web, _url = calm
    said = _said(
        web,
        b"POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    )
    assert b"alive" not in said


#: Seconds that others wait beside slow clients, and until those are cut off: 2 and 10 on an idle machine. Another
#: worker of the tests keeps one of the two cores busy.
OTHERS, CUT_OFF = 5, 40


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: loc", id="half a header"),
        pytest.param(
            b"POST /api/v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nab",
            id="half a body",
        ),
    ],
)
def test_slow_clients_do_not_keep_others_waiting_and_are_cut_off(calm, beginning):
    web, _url = calm
    with ExitStack() as held:
        slow = [held.enter_context(closing(_connection(web, beginning))) for _ in range(40)]
        began = time.monotonic()
        assert _others_wait(web) < OTHERS
        for connection in slow[:5]:  # a byte now and then buys no time
            connection.sendall(b"a")
        for connection in slow:
            connection.settimeout(max(0.1, CUT_OFF - (time.monotonic() - began)))
            answer = connection.recv(65536)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
        assert time.monotonic() - began < CUT_OFF


def test_two_hundred_slow_clients_hold_the_server_for_a_while_only(calm):
    """More than there are threads: they must all be rid of, and then everybody is answered again."""
    web, _url = calm
    with ExitStack() as held:
        for _ in range(200):
            held.enter_context(closing(_connection(web, b"GET /healthz HTTP/1.1\r\nX-")))
        web.ready(60)
        time.sleep(0.5)
    assert _others_wait(web) < OTHERS
