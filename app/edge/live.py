"""Live lists: tells open pages that something at their posts has changed, never what.

One thread of a process asks the heads of the journal's chains once a second, as long as somebody listens; a head that
moved is news. So a deed needs no extra write, and commits do not queue up behind a NOTIFY. Pages fetch their rows again
with the rights of their reader. Each listener holds a thread of the server: above the cap the answer is 204, and the
page asks every 15 seconds instead.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, g, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import queries
from app.core import db
from app.core.errors import NotFound
from app.declarations.queries import OFFICIAL
from app.edge.signin import public
from app.registers.worklist import posts_of
from config.settings import Settings

#: What a page listens to, by the kinds of things in the journal.
TOPICS: dict[str, frozenset[str]] = {
    "worklist": frozenset({"declaration", "proposal", "inspection", "claim"}),
    "print-queue": frozenset({"declaration", "permit"}),
    "transit-queue": frozenset({"transit", "paper"}),
    "proposals": frozenset({"proposal"}),
    "unpaid": frozenset({"declaration", "payment", "security"}),
    "till": frozenset({"payment", "refund", "security", "closing"}),
    "transit": frozenset({"transit", "inspection", "claim"}),
    "board": frozenset({"declaration", "proposal", "inspection", "claim", "permit", "transit"}),
}
#: Told of every post: a movement is journaled where it departs, and its other offices wait for it, too. What a page then
#: fetches is what its reader may see.
EVERYWHERE = frozenset({"transit"})
#: Listeners of one process; well below the server's threads, or pages would find none.
MOST = 20
POLL = 1.0
HEARTBEAT = 15.0
#: A stream ends after this long, so that no server is left with the listeners of another that was restarted.
LONGEST = 300.0
#: How often a stream looks whether its reader has left; a closed page gives its place back at once.
LOOK = 1.0
#: More news than this at once is one: the list is fetched whole anyway.
MOST_NEWS = 20

_log = logging.getLogger(__name__)
blueprint = Blueprint("live", __name__, url_prefix="/live")


def init_app(app: Flask, settings: Settings) -> None:
    """Gives the application its hub, and /live/<topic>."""
    app.extensions["guzar_live"] = Hub()
    app.register_blueprint(blueprint)


@dataclass(frozen=True, slots=True)
class News:
    """A thing of this kind changed at this post. Said to pages as a post's code alone."""

    post: str
    kind: str
    subject: str


@dataclass(eq=False)
class Listener:
    """An open page: what it hears of, and what it has not been told yet. `posts` None is every post."""

    kinds: frozenset[str]
    posts: frozenset[str] | None
    waiting: queue.Queue[News | None] = field(default_factory=lambda: queue.Queue(100))

    def hears(self, news: News) -> bool:
        return news.kind in self.kinds and (self.posts is None or news.post in self.posts)

    def tell(self, news: News | None) -> None:
        """None is: look again, something may have been missed. A page that does not keep up will look again anyway."""
        with contextlib.suppress(queue.Full):
            self.waiting.put_nowait(news)


class Hub:
    """The listeners of a process, and the thread that watches for them while there are any."""

    def __init__(self, most: int = MOST, every: float = POLL) -> None:
        self.most, self.every = most, every
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def join(self, kinds: frozenset[str], posts: frozenset[str] | None) -> Listener | None:
        """A place to listen, or None if all are taken. The thread starts with the first, after the fork."""
        with self._lock:
            if len(self._listeners) >= self.most:
                return None
            listener = Listener(kinds, posts)
            self._listeners.add(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        return listener

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def count(self) -> int:
        with self._lock:
            return len(self._listeners)

    def _watch(self) -> None:
        heads: dict[str, int] | None = None
        lost = False
        while self._goes_on():
            try:
                now = read_heads()
                if heads is not None:
                    self._compare(heads, now)
                elif lost:
                    self._tell_all()  # nobody knows what was missed, so everybody looks again
                heads, lost = now, False
            except (SQLAlchemyError, RuntimeError) as error:  # also: the process has let its database go
                _log.warning("live lists wait for the database: %s", type(error).__name__)
                heads, lost = None, True
            except Exception:  # noqa: BLE001 - a defect, but pages must go on being told
                _log.exception("live lists missed something")
                heads, lost = None, True
            time.sleep(self.every)

    def _goes_on(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._thread = None
                return False
            return True

    def _compare(self, before: dict[str, int], now: dict[str, int]) -> None:
        for post, number in now.items():
            if number > before.get(post, 0):
                self._tell_each(read_news(post, before.get(post, 0), number))

    def _tell_each(self, news: list[News]) -> None:
        """Each page hears once of what one look found, however much it was: it fetches its list whole."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            first = next((one for one in news if listener.hears(one)), None)
            if first is not None:
                listener.tell(first)

    def _tell_all(self) -> None:
        with self._lock:
            hearing = list(self._listeners)
        for listener in hearing:
            listener.tell(None)


_HEADS = text("SELECT post, number FROM chain_head")
_NEWS = text(
    "SELECT DISTINCT ON (kind) kind, subject FROM journal_entry WHERE post = :post AND number > :before AND number <= :number "
    "AND kind = ANY(:kinds) ORDER BY kind, subject LIMIT :most"
)
_KINDS = sorted(frozenset().union(*TOPICS.values()))


def read_heads() -> dict[str, int]:
    """The number of the last journal entry of every post."""
    with db.reading() as session:
        return {head.post: head.number for head in session.execute(_HEADS)}


def read_news(post: str, before: int, number: int) -> list[News]:
    """What changed at a post between two heads, at most `MOST_NEWS` things; sign-ins and the like are no news."""
    asked = {"post": post, "before": before, "number": number, "kinds": _KINDS, "most": MOST_NEWS}
    with db.reading() as session:
        return [News(post, kind, subject) for kind, subject in session.execute(_NEWS, asked)]


@blueprint.get("/<topic>")
@public
def stream(topic: str) -> Response:
    """News for an open page as server-sent events. 204 when there is no place, and the page then asks by itself.

    Also 204 for those who may hear nothing (any more): a browser would follow a redirect to the sign-in.
    """
    if topic not in TOPICS:
        raise NotFound()
    if g.actor is None or g.actor.roles().isdisjoint(OFFICIAL):
        return Response(status=204)
    posts = posts_of(g.actor)
    hub: Hub = current_app.extensions["guzar_live"]
    listener = hub.join(TOPICS[topic], None if topic in EVERYWHERE else posts)
    if listener is None:
        return Response(status=204)
    sign_in: UUID = g.sign_in.id
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    events = _events(hub, listener, lambda: _still(sign_in, posts), lambda: _has_left(connection))
    response = Response(events, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: hub.leave(listener))
    return response


def _events(hub: Hub, listener: Listener, still: Callable[[], bool], has_left: Callable[[], bool]) -> Iterator[str]:
    """Until the page is closed, the sign-in or a grant ends, or the time is up; the browser then asks anew."""
    try:
        yield "retry: 3000\n\n"
        end = time.monotonic() + LONGEST
        beat = time.monotonic() + HEARTBEAT
        while time.monotonic() < end and not has_left():
            with contextlib.suppress(queue.Empty):
                yield _said(listener.waiting.get(timeout=LOOK))
            if time.monotonic() >= beat:
                if not still():
                    return
                beat = time.monotonic() + HEARTBEAT
                yield ": still here\n\n"
    finally:
        hub.leave(listener)


def _said(news: News | None) -> str:
    return "event: resync\ndata: {}\n\n" if news is None else f'event: changed\ndata: {{"post":"{news.post}"}}\n\n'


def _still(sign_in: UUID, posts: frozenset[str] | None) -> bool:
    """Whether the reader is still signed in and hears of the same posts."""
    try:
        with db.reading() as session:
            entry = queries.signed_in(session, sign_in)
    except (SQLAlchemyError, RuntimeError):  # the page will ask again, and be told how things are then
        return False
    return entry is not None and posts_of(entry.actor) == posts


def _has_left(connection: socket.socket | None) -> bool:
    """Whether the browser has closed its end. Where the server hides its socket, the next heartbeat finds out."""
    if connection is None:
        return False
    try:
        waiting = select.poll()
        waiting.register(connection, select.POLLIN)
        return bool(waiting.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
