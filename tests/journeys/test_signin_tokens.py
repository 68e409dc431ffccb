"""The way into /api: a bearer token and nothing else."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request

from app.accounts import queries
from app.accounts.commands import EndGrant, RevokeToken
from app.accounts.operations import end_grant, revoke_token
from app.accounts.tokens import key_of
from app.core import clock, db
from app.core.actors import SYSTEM
from app.core.errors import TooMany
from app.edge import errors, limits, locale, tokens
from app.edge.limits import Window
from tests.factories.accounts import account, sign_in, token


@pytest.fixture
def api(settings, session):
    """A small API behind the same guard."""
    app = Flask("small")
    for part in (locale, errors, limits, tokens):
        part.init_app(app, settings)

    @app.route("/api/v1/me", methods=["GET", "POST", "DELETE"])
    def me():
        actor = tokens.current_actor()
        if request.method == "DELETE":
            actor.need_scope("decide")
        return {"login": actor.login, "roles": sorted(actor.roles()), "via": actor.via, "scopes": sorted(actor.scopes)}

    @app.post("/api/v1/verify")
    def verify():
        return {"open": True}

    @app.get("/api/v1/verifying")
    def verifying():
        return {"open": False}

    app.testing = True
    return app


@pytest.fixture
def ask(api):
    client = api.test_client()

    def ask(text=None, method="GET", url="/api/v1/me", **more):
        headers = {**({"Authorization": f"Bearer {text}"} if text is not None else {}), **more.pop("headers", {})}
        return client.open(url, method=method, headers=headers, **more)

    return ask


@pytest.fixture
def bot(session):
    account(session, login="bot")
    return token(session, "bot")


def age(api, seconds):
    """Lets the process's memory of tokens grow old."""
    memory = api.extensions["guzar_tokens"]
    start = memory.clock()
    memory.clock = lambda: start + seconds


def test_a_token_says_who_asks(ask, bot):
    answer = ask(bot)
    assert answer.status_code == 200
    assert answer.json == {"login": "bot", "roles": ["officer"], "via": "token", "scopes": ["decide", "read", "write"]}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic Ym90OmJvdA==", "{token}", "Token {token}", "Bearer  {token}", "Bearer {token} ",
     "Bearer {token},Bearer {token}", "Bearer {token}x", "Bearer gz_0_x", "Bearer {token}\x00", "BEARER {token}"],
)  # fmt: skip
def test_nothing_else_opens_the_door(api, bot, header):
    headers = {"Authorization": header.format(token=bot)} if header is not None else {}
    answer = api.test_client().get("/api/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json" and answer.json["code"] == "not-signed-in"


def test_a_page_sign_in_is_nobody_at_the_api(client, session):
    account(session, login="bahrom")
    assert sign_in(client, "bahrom").status_code == 302
    answer = client.get("/api/v1/declarations")
    assert answer.status_code == 401


def test_a_token_is_nobody_on_pages(client, bot):
    assert client.get("/account", headers={"Authorization": f"Bearer {bot}"}).status_code == 302


def test_the_actor_is_never_taken_from_what_is_sent(ask, session, bot):
    account(session, "administrator", "*", login="boss")
    answer = ask(
        bot, "POST", "/api/v1/me?actor=boss&login=boss", json={"actor": "boss", "login": "boss", "person": "boss"},
        headers={"X-Actor": "boss", "X-Remote-User": "boss", "From": "boss"},
    )  # fmt: skip
    assert answer.json["login"] == "bot"


def test_what_the_contract_opens_is_open_and_its_neighbours_are_not(ask):
    assert ask(method="POST", url="/api/v1/verify").status_code == 200
    assert ask(url="/api/v1/verifying").status_code == 401
    assert ask(url="/api/v1/nothing").status_code == 401


def test_scopes_bound_what_a_token_does(ask, session):
    account(session, login="bot")
    reading, writing = (token(session, "bot", scopes=frozenset(s)) for s in (["read"], ["write"]))
    assert ask(reading).status_code == 200
    refused = ask(reading, "POST")
    assert refused.status_code == 403 and refused.json["code"] == "forbidden"
    assert ask(writing, "POST").status_code == 200
    assert ask(writing, "DELETE").status_code == 403
    assert ask(writing).status_code == 403


@pytest.mark.parametrize("end", ["revoked", "grant", "account"])
def test_what_ends_is_dead_within_the_minute(api, ask, session, bot, end):
    assert ask(bot).status_code == 200
    user = queries.find(session, "bot")
    if end == "revoked":
        revoke_token(session, RevokeToken(key_of(bot)), by=SYSTEM)
    elif end == "grant":
        [held] = queries.live_grants(session, user.id)
        end_grant(session, EndGrant(held.id, "moved"), by=SYSTEM)
    else:
        user.active = False
    session.flush()
    age(api, tokens.REMEMBERED)
    assert tokens.REMEMBERED <= 60
    assert ask(bot).status_code == 401


def test_a_grant_that_runs_out_takes_the_token_along(api, ask, session, bot):
    user = queries.find(session, "bot")
    [held] = queries.live_grants(session, user.id)
    held.valid_to = db.now(session) + dt.timedelta(hours=1)
    session.flush()
    assert ask(bot).status_code == 200
    clock.set_clock(session, db.now(session) + dt.timedelta(hours=1, seconds=1))
    age(api, tokens.REMEMBERED)
    assert ask(bot).status_code == 401


def test_requests_in_a_burst_ask_the_database_once(api, ask, bot, monkeypatch):
    asked = []
    monkeypatch.setattr(tokens.queries, "bearer_of", lambda *a: asked.append(a) or queries_bearer(*a))
    for _ in range(20):
        assert ask(bot).status_code == 200
    assert len(asked) == 1
    age(api, tokens.REMEMBERED)
    ask(bot)
    assert len(asked) == 2


queries_bearer = queries.bearer_of


def test_fifty_a_second_are_always_answered_and_a_flood_is_not(api, ask, bot):
    window = api.extensions["guzar_limits"].token
    window.clock = lambda: 100.0
    answers = [ask(bot).status_code for _ in range(window.limit + 1)]
    assert window.limit >= 50 and window.seconds == 1
    assert answers[:50] == [200] * 50 and answers[-1] == 429
    refused = ask(bot)
    assert refused.json["code"] == "too-many" and int(refused.headers["Retry-After"]) >= 1
    window.clock = lambda: 101.0
    assert ask(bot).status_code == 200


def test_guessing_tokens_is_stopped_and_does_not_harm_the_others(api, ask, bot):
    api.extensions["guzar_limits"].bad_token = Window(5, 60)
    assert ask(bot).status_code == 200
    answers = [ask(f"gz_{n:032x}_{'A' * 43}").status_code for n in range(8)]
    assert answers[:5] == [401] * 5 and set(answers[5:]) == {429}
    assert ask(bot).status_code == 200


def test_windows_count_right_from_many_threads():
    window = Window(1000, 60)

    def hit(_):
        try:
            window.hit("key")
        except TooMany:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hit, range(3000))) == 1000


def test_windows_forget_so_that_a_flood_of_keys_takes_no_memory():
    window = Window(5, 60, most=100)
    for n in range(10_000):
        window.hit(str(n))
    assert len(window._open) == 100


def test_ipv6_neighbours_count_as_one(api):
    for address, network in (("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:1", "2001:db8::/64"), ("10.0.0.7", "10.0.0.7")):
        with api.test_request_context(environ_base={"REMOTE_ADDR": address}):
            assert limits.network() == network
