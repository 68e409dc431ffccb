"""Live lists: who is told what, and what happens when there is no place, no database, no sign-in."""

from __future__ import annotations

import queue
import time

import pytest

from app.core import db, journal
from app.edge import live
from tests.factories import actors, declarations
from tests.factories.accounts import sign_in
from tests.factories.seed import PASSWORD

EVERYTHING = live.TOPICS["worklist"]
POST, ELSEWHERE = frozenset({"TJPPJ"}), frozenset({"TJDUS"})


@pytest.fixture
def hub(own_database):
    made = live.Hub(most=3, every=0.05)
    yield made
    for listener in list(made._listeners):
        made.leave(listener)
    while made._thread is not None:
        time.sleep(0.02)


def lodge(body=None):
    with db.transaction() as session:
        return declarations.lodged(session, body or declarations.red()).declaration


def heard(listener, seconds=2.0):
    return listener.waiting.get(timeout=seconds)


def silent(listener):
    with pytest.raises(queue.Empty):
        listener.waiting.get(timeout=0.3)
    return True


def begun(hub, *listeners):
    """Waits until the thread has seen the heads once, so that the next deed is news."""
    time.sleep(0.3)
    assert all(silent(one) for one in listeners)


def test_only_those_of_the_post_hear_of_it(hub):
    here, there, everywhere = hub.join(EVERYTHING, POST), hub.join(EVERYTHING, ELSEWHERE), hub.join(EVERYTHING, None)
    begun(hub, here, there)
    declaration = lodge()
    assert heard(here) == live.News("TJPPJ", "declaration", str(declaration.id))
    assert heard(everywhere).post == "TJPPJ"
    assert silent(there)


def test_a_truck_is_news_once_and_a_sign_in_is_none(hub, settings, own_database):
    one = hub.join(EVERYTHING, POST)
    begun(hub, one)
    with db.transaction() as session:
        journal.record(
            session, by=actors.officer(), event="account.signed-in", kind="account", subject="x", post="TJPPJ"
        )
    assert silent(one)
    lodge()
    heard(one)
    assert silent(one)


def test_the_cap_and_the_end_of_the_thread(hub):
    places = [hub.join(EVERYTHING, POST) for _ in range(3)]
    assert all(places) and hub.join(EVERYTHING, POST) is None
    hub.leave(places[0])
    assert hub.join(EVERYTHING, POST) is not None
    for listener in list(hub._listeners):
        hub.leave(listener)
    time.sleep(0.3)
    assert hub._thread is None and hub.count() == 0


def test_after_a_break_everybody_looks_again(hub, monkeypatch):
    one = hub.join(EVERYTHING, POST)
    begun(hub, one)
    real = live.read_heads

    def broken():
        raise RuntimeError("the database is away")

    monkeypatch.setattr(live, "read_heads", broken)
    time.sleep(0.2)
    lodge()
    monkeypatch.setattr(live, "read_heads", real)
    assert heard(one) is None
    assert live._said(None) == "event: resync\ndata: {}\n\n"


def test_what_is_said_holds_nothing_but_the_post():
    news = live.News("TJPPJ", "declaration", "0198-secret")
    assert live._said(news) == 'event: changed\ndata: {"post":"TJPPJ"}\n\n'


def test_a_stream_ends_with_the_right_to_hear(hub, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    monkeypatch.setattr(live, "LOOK", 0.02)
    rights = [True, True, False]
    listener = hub.join(EVERYTHING, POST)
    said = list(live._events(hub, listener, lambda: rights.pop(0), lambda: False))
    assert said == ["retry: 3000\n\n", ": still here\n\n", ": still here\n\n"]
    assert hub.count() == 0


def test_a_closed_page_gives_its_place_back_at_once(hub, monkeypatch):
    monkeypatch.setattr(live, "LOOK", 0.02)
    left = [False, True]
    listener = hub.join(EVERYTHING, POST)
    assert list(live._events(hub, listener, lambda: True, lambda: left.pop(0))) == ["retry: 3000\n\n"]
    assert hub.count() == 0


def test_a_stream_is_renewed_after_a_while(hub, monkeypatch):
    monkeypatch.setattr(live, "LOOK", 0.02)
    monkeypatch.setattr(live, "LONGEST", 0.1)
    listener = hub.join(EVERYTHING, POST)
    assert list(live._events(hub, listener, lambda: True, lambda: False)) == ["retry: 3000\n\n"]


def test_the_address_of_the_stream(app, session, monkeypatch):
    assert app.test_client().get("/live/worklist").status_code == 204
    trader, officer = app.test_client(), app.test_client()
    sign_in(trader, "trader", PASSWORD)
    sign_in(officer, "officer", PASSWORD)
    assert trader.get("/live/worklist").status_code == 204
    assert officer.get("/live/everything").status_code == 404
    monkeypatch.setattr(app.extensions["guzar_live"], "most", 0)
    assert officer.get("/live/worklist").status_code == 204
    monkeypatch.setattr(app.extensions["guzar_live"], "most", 20)
    monkeypatch.setattr(app.extensions["guzar_live"], "_watch", lambda: None)
    monkeypatch.setattr(live, "LONGEST", 0)
    answer = officer.get("/live/worklist")
    assert answer.mimetype == "text/event-stream" and answer.headers["X-Accel-Buffering"] == "no"
    assert answer.text == "retry: 3000\n\n" and app.extensions["guzar_live"].count() == 0
