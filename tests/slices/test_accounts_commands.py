"""`flask user …` and `flask token`."""

from __future__ import annotations

import datetime as dt

import pytest

from app.accounts import queries
from app.cli.accounts import commands
from app.core import clock, db
from tests.factories.accounts import account


@pytest.fixture
def run(app, session):
    by_name = {c.name: c for c in commands}

    def run(*words):
        return app.test_cli_runner().invoke(by_name[words[0]], words[1:])

    return run


def test_a_person_is_added_and_gets_a_token_on_the_last_line(run, session):
    made = run("user", "add", "nadia", "--role", "officer", "--post", "TJPPJ", "--name", "Nadia Karimova")
    assert made.exit_code == 0, made.output
    assert made.output.splitlines()[0] == "nadia is officer at TJPPJ"
    assert made.output.splitlines()[1].startswith("password: ")
    token = run("token", "nadia")
    assert token.exit_code == 0
    actor = queries.actor_of_token(session, token.output.splitlines()[-1])
    assert (actor.login, actor.name, actor.scopes) == ("nadia", "Nadia Karimova", {"read", "write", "decide"})


def test_scopes_and_days_are_taken(run, session):
    account(session, login="bot")
    text = run("token", "bot", "--days", "2", "--scope", "read, write").output.splitlines()[-1]
    assert queries.actor_of_token(session, text).scopes == {"read", "write"}
    clock.set_clock(session, db.now(session) + dt.timedelta(days=2, seconds=1))
    assert queries.actor_of_token(session, text) is None


def test_a_trader_is_added_for_a_registered_firm(run, session):
    assert run("user", "add", "t1", "--role", "trader", "--post", "*", "--party", "TJ-510012345").exit_code == 0
    assert queries.actor_of_login(session, "t1").parties() == {"TJ-510012345"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "n", "--role", "officer", "--post", "TJPPJ"), "cannot be a login"),
        (("user", "add", "officer", "--role", "officer", "--post", "TJPPJ"), "belongs to somebody"),
        (("user", "add", "nadia", "--role", "officer", "--post", "XXXXX"), "There is no post XXXXX"),
        (("user", "add", "nadia", "--role", "officer", "--post", "*"), "held at one post"),
        (("user", "add", "nadia", "--role", "trader", "--post", "*"), "acts for a firm"),
        (("user", "add", "nadia", "--role", "trader", "--post", "*", "--party", "TJ-1"), "There is no firm TJ-1"),
        (("user", "add", "nadia", "--role", "officer", "--post", "TJPPJ", "--password", "short"), "12 to 200"),
        (("user", "add", "nadia", "--role", "officer", "--post", "TJPPJ", "--same-person-as", "ghost"), "no login “ghost”"),
        (("user", "close", "ghost", "--reason", "left"), "no login “ghost”"),
        (("user", "password", "ghost"), "no login “ghost”"),
        (("token", "ghost"), "no login “ghost”"),
        (("token", "auditor", "--scope", "write"), "do not allow"),
        (("token", "auditor", "--scope", "all"), "not a scope"),
        (("token", "auditor", "--scope", ""), "at least one scope"),
        (("token", "auditor", "--days", "0"), "1 to 366"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, words, said):
    answer = run(*words)
    assert answer.exit_code == 1
    [line] = answer.output.strip().splitlines()
    assert line.startswith("Error: ") and said in line


def test_an_unknown_role_is_a_wrong_use(run):
    assert run("user", "add", "nadia", "--role", "king", "--post", "TJPPJ").exit_code == 2


def test_a_password_is_set_and_an_account_closed(run, session):
    user = account(session, login="bahrom")
    user.failed, user.locked_until = 5, db.now(session) + dt.timedelta(minutes=9)
    session.flush()
    assert run("user", "password", "bahrom", "--password", "four tame camels").output == "bahrom has the new password\n"
    session.refresh(user)
    assert not user.is_locked()
    assert run("user", "close", "bahrom", "--reason", "left the service").exit_code == 0
    assert queries.actor_of_login(session, "bahrom") is None
