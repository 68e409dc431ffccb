"""Signing in by the pages: what opens, what does not, and what ends it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app import create_app
from app.accounts import queries, rules
from app.accounts.commands import CloseAccount, EndGrant, SetPassword
from app.accounts.models import SignIn, User
from app.accounts.operations import close_account, end_grant, set_password
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.edge import signin
from app.edge.limits import Limits, Window
from tests.factories.accounts import PASSWORD, account, csrf, send, sign_in

REFUSED = "Login or password are not right"


@pytest.fixture
def officer(session):
    return account(session, login="bahrom")


def who(client):
    """The login this browser is signed in as, or None."""
    page = client.get("/account")
    if page.status_code == 302:
        assert page.location.startswith("/login")
        return None
    assert page.status_code == 200
    return re.search(r'class="code">([^<]+)</bdi></p>', page.get_data(as_text=True))[1]


def later(session, **by):
    clock.set_clock(session, db.now(session) + dt.timedelta(**by))


def events(session, user):
    rows = session.execute(
        select(journal.JournalEntry.event).where(journal.JournalEntry.subject == str(user.id)).order_by(journal.JournalEntry.number)
    )
    return list(rows.scalars())


def cookie_of(client, app):
    return client.get_cookie(app.config["SESSION_COOKIE_NAME"])


def test_a_person_signs_in_and_out(client, session, officer):
    assert who(client) is None
    answer = sign_in(client, "Bahrom")
    assert (answer.status_code, answer.location) == (302, "/")
    assert who(client) == "bahrom"
    assert "account.signed_in" in events(session, officer)
    assert send(client, "/logout", "/account").status_code == 302
    assert who(client) is None
    assert events(session, officer)[-1] == "account.signed_out"


def test_the_sign_in_leads_back_to_the_page_asked_for(client, officer):
    asked = client.get("/account?tab=tokens")
    assert asked.status_code == 302
    page = client.get(asked.location).get_data(as_text=True)
    assert 'name="next" value="/account?tab=tokens"' in page
    answer = send(client, "/login", login="bahrom", password=PASSWORD, next="/account?tab=tokens")
    assert answer.location == "/account?tab=tokens"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///x"])
def test_the_sign_in_leads_nowhere_else(client, officer, target):
    answer = send(client, "/login", login="bahrom", password=PASSWORD, next=target)
    assert re.fullmatch(r"/([^/\\].*)?", answer.location or "/")


def test_every_refusal_reads_the_same(client, session, officer):
    closed = account(session, login="closed")
    closed.active = False
    ended = account(session, login="ended")
    [held] = queries.live_grants(session, ended.id)
    end_grant(session, EndGrant(held.id, "moved"), by=SYSTEM)
    account(session, login="nopass", password=None)
    locked = account(session, login="locked")
    locked.failed, locked.locked_until = 5, db.now(session) + dt.timedelta(minutes=9)
    session.flush()
    tried = [("bahrom", "wrong"), ("nobody", PASSWORD), ("closed", PASSWORD), ("ended", PASSWORD), ("nopass", PASSWORD),
             ("locked", PASSWORD), ("bahrom' OR 1=1 --", "x"), ("bahrom\x00", PASSWORD), ("نادیا", PASSWORD),
             ("bahrom", "a\x00b"), ("bahrom", "\ud800".encode("utf-8", "surrogatepass"))]  # fmt: skip
    said = set()
    for login, password in tried:
        answer = sign_in(client, login, password)
        assert answer.status_code == 200
        errors = re.search(r'id="error-summary".*?</div>', answer.get_data(as_text=True), re.DOTALL)[0]
        assert REFUSED in errors
        said.add(errors)
    assert len(said) == 1
    assert who(client) is None


def test_an_unknown_login_costs_as_much_as_a_known_one(client, officer, monkeypatch):
    """Counted, not timed: one hash each."""
    from argon2 import PasswordHasher
    from passlib.handlers.argon2 import argon2

    counted = []
    original, verify = PasswordHasher.hash, argon2.verify
    monkeypatch.setattr(PasswordHasher, "hash", lambda *a, **k: counted.append("hash") or original(*a, **k))
    monkeypatch.setattr(argon2, "verify", classmethod(lambda cls, *a, **k: counted.append("verify") or verify(*a, **k)))
    for login, wanted in (("nobody", ["hash"]), ("bahrom", ["verify"])):
        counted.clear()
        sign_in(client, login, "wrong")
        assert counted == wanted


def test_five_failures_lock_and_time_unlocks(client, session, officer):
    for _ in range(4):
        sign_in(client, "bahrom", "wrong")
    assert not officer.is_locked()
    sign_in(client, "bahrom", "wrong")
    session.refresh(officer)
    assert officer.is_locked()
    assert sign_in(client, "bahrom").status_code == 200 and who(client) is None
    assert events(session, officer).count("account.sign_in_failed") == 5
    assert events(session, officer).count("account.locked") == 1
    later(session, minutes=14, seconds=59)
    assert sign_in(client, "bahrom").status_code == 200
    later(session, seconds=2)
    assert sign_in(client, "bahrom").status_code == 302 and who(client) == "bahrom"
    session.refresh(officer)
    assert (officer.failed, officer.locked_until) == (0, None)


def test_a_lock_that_is_over_gives_five_new_tries(client, session, officer):
    for _ in range(5):
        sign_in(client, "bahrom", "wrong")
    later(session, minutes=16)
    sign_in(client, "bahrom", "wrong")
    session.refresh(officer)
    assert officer.failed == 1 and not officer.is_locked()


def test_a_good_password_forgets_the_failures_before_it(client, session, officer):
    for _ in range(4):
        sign_in(client, "bahrom", "wrong")
    sign_in(client, "bahrom")
    session.refresh(officer)
    assert officer.failed == 0


def test_a_second_sign_in_ends_the_first(app, session, officer):
    at_home, at_work = app.test_client(), app.test_client()
    sign_in(at_home, "bahrom")
    assert who(at_home) == "bahrom"
    sign_in(at_work, "bahrom")
    assert who(at_work) == "bahrom"
    assert who(at_home) is None


def test_another_account_of_the_same_person_ends_the_first_too(app, session, officer):
    account(session, "supervisor", login="bahrom.super", same_person_as="bahrom")
    one, other = app.test_client(), app.test_client()
    sign_in(one, "bahrom")
    sign_in(other, "bahrom.super")
    assert who(other) == "bahrom.super" and who(one) is None


def test_the_end_of_the_last_grant_ends_the_sign_in(client, session, officer):
    now = db.now(session)
    [held] = queries.live_grants(session, officer.id)
    held.valid_to = now + dt.timedelta(minutes=10)
    session.flush()
    sign_in(client, "bahrom")
    later(session, minutes=9)
    assert who(client) == "bahrom"
    later(session, minutes=1, seconds=59)
    assert who(client) is None


def test_a_grant_ended_by_hand_ends_the_sign_in_at_once(client, session, officer):
    sign_in(client, "bahrom")
    [held] = queries.live_grants(session, officer.id)
    end_grant(session, EndGrant(held.id, "moved"), by=SYSTEM)
    session.flush()
    assert who(client) is None


def test_a_closed_account_and_a_new_password_end_the_sign_in(client, session, officer):
    sign_in(client, "bahrom")
    set_password(session, SetPassword("bahrom", "four tame camels"), by=SYSTEM)
    session.flush()
    assert who(client) is None
    sign_in(client, "bahrom", "four tame camels")
    assert who(client) == "bahrom"
    close_account(session, CloseAccount("bahrom", "left"), by=SYSTEM)
    session.flush()
    assert who(client) is None


def test_half_an_hour_without_a_request_ends_the_sign_in(client, session, officer):
    sign_in(client, "bahrom")
    for _ in range(4):
        later(session, minutes=29)
        assert who(client) == "bahrom"
    later(session, minutes=31)
    assert who(client) is None


def test_a_shift_ends_the_sign_in_however_busy(client, session, officer):
    sign_in(client, "bahrom")
    for _ in range(24):
        later(session, minutes=29, seconds=50)
        assert who(client) == "bahrom"
    later(session, minutes=10)
    assert who(client) is None


def test_an_old_cookie_is_worth_nothing_after_signing_out(client, app, session, officer):
    sign_in(client, "bahrom")
    kept = cookie_of(client, app).value
    send(client, "/logout", "/account")
    thief = app.test_client()
    thief.set_cookie(app.config["SESSION_COOKIE_NAME"], kept)
    assert who(thief) is None


def test_a_cookie_planted_before_the_sign_in_gives_the_thief_nothing(app, session, officer):
    """Session fixation: neither the planted cookie nor the CSRF token in it is good afterwards."""
    victim, thief = app.test_client(), app.test_client()
    known = csrf(thief)
    name = app.config["SESSION_COOKIE_NAME"]
    victim.set_cookie(name, cookie_of(thief, app).value)
    assert victim.post("/login", data={"csrf_token": known, "login": "bahrom", "password": PASSWORD}).status_code == 302
    assert who(victim) == "bahrom"
    assert who(thief) is None
    assert victim.post("/logout", data={"csrf_token": known}).status_code == 400
    assert who(victim) == "bahrom"


def test_a_cookie_signed_by_somebody_else_or_changed_is_not_taken(client, app, session, officer):
    sign_in(client, "bahrom")
    name = app.config["SESSION_COOKIE_NAME"]
    good = cookie_of(client, app).value
    forged = create_forged(app, officer, session)
    for changed in (good[:-2], good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:], "x" + good, good.swapcase(), forged, "", "....", "A" * 3000):
        thief = app.test_client()
        thief.set_cookie(name, changed)
        assert who(thief) is None


def create_forged(app, officer, session):
    """A cookie with the right content under another secret."""
    live = session.execute(select(SignIn).where(SignIn.account_id == officer.id)).scalar_one()
    kept, app.secret_key = app.secret_key, "another secret, just as long as the first"
    try:
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        return signer.dumps({"sign_in": live.id.hex, "_user_id": officer.fs_uniquifier, "_fresh": True})
    finally:
        app.secret_key = kept


@pytest.mark.parametrize("token", [None, "", "wrong", "stale"])
def test_a_form_without_the_right_csrf_token_is_refused(client, app, session, officer, token):
    sign_in(client, "bahrom")
    if token == "stale":
        token = csrf(app.test_client())
    fields = {} if token is None else {"csrf_token": token}
    for url in ("/logout", "/account/tokens", "/change-password", "/tf-setup"):
        assert client.post(url, data=fields).status_code == 400, url
    assert who(client) == "bahrom"
    assert app.test_client().post("/login", data={"login": "bahrom", "password": PASSWORD, **fields}).status_code == 400


def test_pages_are_closed_to_strangers(client):
    assert client.get("/account").status_code == 302
    assert client.post("/account/tokens").status_code == 401
    for page in ("/change-password", "/verify-password", "/mf-recovery-codes", "/wan-register", "/wan-verify"):
        assert client.get(page).location.startswith("/login?next="), page
    for page in ("/tf-setup", "/tf-validate", "/mf-recovery", "/tf-select"):
        assert client.get(page).location == "/login", page
    assert client.post("/tf-rescue", data={"csrf_token": csrf(client), "help_setup": "help"}).status_code == 404


def test_what_watches_us_needs_no_sign_in_and_sets_no_cookie(client):
    for page in ("/healthz", "/readyz", "/metrics"):
        answer = client.get(page)
        assert answer.status_code in (200, 503) and "Set-Cookie" not in answer.headers, page
    assert client.get("/healthzx").status_code == 404


def test_a_page_nobody_marked_is_closed_to_strangers(settings, session):
    from dataclasses import replace

    made = create_app(replace(settings, database_url=None))
    made.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    made.add_url_rule("/bosses", "bosses", signin.signed_in("supervisor")(lambda: "secret"))
    made.add_url_rule("/everybody", "everybody", signin.public(lambda: "hello"))
    stranger, client = made.test_client(), made.test_client()
    assert stranger.get("/forgotten").location.startswith("/login")
    assert stranger.get("/bosses").location.startswith("/login")
    assert stranger.get("/everybody").data == b"hello"
    account(session, login="bahrom")
    sign_in(client, "bahrom")
    assert client.get("/bosses").status_code == 403 and client.get("/forgotten").status_code == 200


def test_who_acts_comes_from_the_sign_in_alone(client, session, officer):
    account(session, "administrator", "*", login="boss")
    sign_in(client, "bahrom")
    page = client.get(
        "/account?login=boss&actor=boss&person=boss",
        headers={"X-Remote-User": "boss", "Remote-User": "boss", "X-Actor": "boss", "Authentication-Token": "boss"},
    )
    assert re.search(r'class="code">([^<]+)</bdi></p>', page.get_data(as_text=True))[1] == "bahrom"
    issued = send(client, "/account/tokens", "/account", scope="read", days="1", login="boss", account="boss", by="boss")
    assert issued.status_code == 200
    assert queries.tokens_of(session, officer.id)
    boss = queries.find(session, "boss")
    assert queries.tokens_of(session, boss.id) == []


def test_no_answer_in_json_and_no_token_of_the_extension(client, officer):
    answer = client.post(
        "/login?include_auth_token", json={"login": "bahrom", "password": PASSWORD}, headers={"X-CSRFToken": csrf(client)}
    )
    assert not answer.is_json and b"authentication_token" not in answer.data


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app, settings, session, officer):
    client = app.test_client()
    header = sign_in(client, "bahrom").headers["Set-Cookie"]
    assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header
    from dataclasses import replace

    safe = create_app(replace(settings, secure_cookies=True, database_url=None))
    header = safe.test_client().get("/login", base_url="https://localhost").headers["Set-Cookie"]
    assert header.startswith("__Host-guzar=") and "Secure" in header and "Domain" not in header


def test_production_hashes_with_the_real_cost(settings, session):
    from dataclasses import replace

    from app.accounts import passwords

    try:
        real = create_app(replace(settings, cheap_passwords=False, database_url=None))
        with real.app_context():
            from flask_security import hash_password

            assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
            assert passwords.cost() == passwords.REAL
    finally:
        passwords.use(passwords.CHEAP)


def test_a_hash_of_another_cost_is_renewed_at_the_next_sign_in(client, session, officer):
    from argon2 import PasswordHasher

    officer.password = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    session.flush()
    assert sign_in(client, "bahrom").status_code == 302
    session.refresh(officer)
    assert "m=8,t=1,p=1" in officer.password


def test_a_decision_wants_the_password_of_the_last_quarter_of_an_hour(client, session, officer):
    sign_in(client, "bahrom")
    later(session, minutes=14)
    assert send(client, "/account/tokens", "/account", scope="decide", days="1").status_code == 200
    later(session, minutes=2)
    stale = send(client, "/account/tokens", "/account", scope="decide", days="1")
    assert stale.status_code == 401 and b"/verify-password?next=" in stale.data
    assert len(queries.tokens_of(session, officer.id)) == 1
    wrong = send(client, "/verify-password", password="wrong", next="/account")
    assert wrong.status_code == 200 and b"The password is not right" in wrong.data
    assert send(client, "/account/tokens", "/account", scope="decide", days="1").status_code == 401
    again = send(client, "/verify-password", password=PASSWORD, next="/account")
    assert (again.status_code, again.location) == (302, "/account")
    assert send(client, "/account/tokens", "/account", scope="decide", days="1").status_code == 200
    assert "account.verified_again" in events(session, officer)


def test_guessing_at_the_confirmation_locks_too(client, session, officer):
    sign_in(client, "bahrom")
    for _ in range(5):
        send(client, "/verify-password", password="wrong")
    session.refresh(officer)
    assert officer.is_locked()
    assert b"closed for 15 minutes" in send(client, "/verify-password", password=PASSWORD).data


def test_the_password_is_changed_by_its_owner_and_other_browsers_are_out(app, client, session, officer):
    sign_in(client, "bahrom")
    for old, new, again in ((PASSWORD, "short", "short"), ("wrong", "four tame camels", "four tame camels"),
                            (PASSWORD, "four tame camels", "five tame camels"), (PASSWORD, PASSWORD, PASSWORD)):  # fmt: skip
        answer = send(client, "/change-password", password=old, new_password=new, new_password_confirm=again)
        assert answer.status_code == 200 and b"error-summary" in answer.data
    changed = send(
        client, "/change-password", password=PASSWORD, new_password="four tame camels", new_password_confirm="four tame camels"
    )
    assert changed.location == "/account" and who(client) == "bahrom"
    session.refresh(officer)
    assert officer.password.startswith("$argon2id$")
    assert "account.password_changed" in events(session, officer)
    other = app.test_client()
    assert sign_in(other, "bahrom").status_code == 200
    assert sign_in(other, "bahrom", "four tame camels").status_code == 302


def test_many_tries_from_one_address_are_stopped_before_the_hash(app, session, officer, monkeypatch):
    tight = Limits(attempt=Window(10, 60), failure=Window(3, 60))
    monkeypatch.setitem(app.extensions, "guzar_limits", tight)
    client = app.test_client()
    for login in ("a1", "a2", "a3"):
        assert sign_in(client, login, "wrong").status_code == 200
    refused = sign_in(client, "bahrom")
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 61
    assert who(client) is None
    tight.failure.clock = tight.attempt.clock = lambda: 10**9
    assert sign_in(client, "bahrom").status_code == 302


def test_an_error_on_the_way_leaves_nothing(client, session, officer, monkeypatch):
    """The sign-in, the journal and the counters are one transaction; what fails late takes all of it back."""
    def broken(*args, **kwargs):
        raise RuntimeError("no journal")

    token = csrf(client)
    client.application.testing = False
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(journal, "seal", broken)
    try:
        answer = client.post("/login", data={"csrf_token": token, "login": "bahrom", "password": PASSWORD})
        assert answer.status_code == 500 and b"RuntimeError" not in answer.data
    finally:
        client.application.testing = True
        client.application.config["PROPAGATE_EXCEPTIONS"] = None
        monkeypatch.undo()
    assert session.execute(select(SignIn).where(SignIn.account_id == officer.id)).first() is None
    assert who(client) is None


def test_a_stream_learns_that_its_sign_in_is_over(client, session, officer):
    sign_in(client, "bahrom")
    live = session.execute(select(SignIn.id).where(SignIn.account_id == officer.id)).scalar_one()
    assert signin.holds(live)
    send(client, "/logout", "/account")
    assert not signin.holds(live)


def test_tokens_are_made_and_revoked_on_ones_own_page(app, client, session, officer):
    account(session, login="other")
    sign_in(client, "bahrom")
    page = send(client, "/account/tokens", "/account", scope="read", days="۳۰", label="scales").get_data(as_text=True)
    made = re.search(r"gz_[0-9a-f]{32}_[A-Za-z0-9_-]{43}", page)[0]
    assert queries.actor_of_token(session, made).scopes == {"read"}
    assert made not in client.get("/account").get_data(as_text=True)
    [row] = queries.tokens_of(session, officer.id)
    assert row.label == "scales" and row.expires_at - row.created_at == dt.timedelta(days=30)
    thief = app.test_client()
    sign_in(thief, "other")
    assert send(thief, f"/account/tokens/{row.id}/revocation", "/account").status_code == 404
    assert send(client, f"/account/tokens/{row.id}/revocation", "/account").status_code == 302
    assert queries.actor_of_token(session, made) is None


@pytest.mark.parametrize("days", ["", "x", "-1", "0", "400", "1e2", "99999999999999999999"])
def test_bad_days_are_refused(client, officer, days):
    sign_in(client, "bahrom")
    assert send(client, "/account/tokens", "/account", scope="read", days=days).status_code == 422


def test_the_time_limits_are_those_promised():
    assert rules.FAILURES_ALLOWED == 5 and dt.timedelta(minutes=15) == rules.LOCKED_FOR
    assert dt.timedelta(minutes=15) == rules.FRESH_FOR and dt.timedelta(hours=12) == rules.DECIDE_FOR


@pytest.mark.parametrize("language", ["tg", "ru", "fa_AF", "ps"])
def test_the_pages_draw_in_every_language(client, officer, language):
    client.get(f"/login?lang={language}")
    sign_in(client, "bahrom")
    for page in ("/account", "/change-password", "/verify-password", "/tf-setup", "/wan-register", "/mf-recovery-codes", "/wan-verify"):
        assert client.get(page).status_code == 200, page


def test_the_account_row_says_when_somebody_was_last_here(client, session, officer):
    sign_in(client, "bahrom")
    later(session, minutes=10)
    who(client)
    last = session.execute(select(User.last_active).where(User.id == officer.id)).scalar_one()
    assert abs(last - db.now(session)) < dt.timedelta(minutes=1)
