"""Tokens: what they may do, for how long, and who makes them."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import queries, tokens
from app.accounts.commands import EndGrant, IssueToken, RevokeToken
from app.accounts.models import ApiToken
from app.accounts.operations import end_grant, issue_token, revoke_token
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, FreshSignInNeeded, Invalid, NotFound, WrongState
from tests.factories import actors
from tests.factories.accounts import account, token


def later(session, **by):
    clock.set_clock(session, db.now(session) + dt.timedelta(**by))


def test_a_token_stands_for_its_person_and_is_not_kept(session):
    user = account(session, login="bot")
    made = token(session, "bot")
    actor = queries.actor_of_token(session, made)
    assert (actor.person, actor.login, actor.via) == (user.person_id, "bot", "token")
    assert actor.scopes == {"read", "write", "decide"} and actor.roles("TJPPJ") == {"officer"}
    row = session.get(ApiToken, actor.token)
    assert row.digest == tokens.digest(made)
    secret = made.rsplit("_", 1)[-1]
    stored = session.execute(text("SELECT row_to_json(t)::text FROM api_token t WHERE id = :i"), {"i": row.id}).scalar_one()
    assert secret not in stored and secret not in str(journal.queued(session))


def test_one_query_finds_the_person_behind_a_token(session, statements):
    account(session, login="bot")
    made = token(session, "bot")
    session.flush()
    statements.clear()
    assert queries.actor_of_token(session, made)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("role", "post", "scopes"),
    [("trader", "*", {"read", "write"}), ("auditor", "*", {"read"}), ("supervisor", "TJPPJ", {"read", "write", "decide"})],
)
def test_without_scopes_a_token_may_what_the_roles_may(session, role, post, scopes):
    user = account(session, role, post)
    assert queries.actor_of_token(session, token(session, user.login)).scopes == scopes


def test_a_token_may_be_narrower_and_never_wider_than_its_login(session):
    user = account(session, "trader", "*")
    assert queries.actor_of_token(session, token(session, user.login, scopes=frozenset({"read"}))).scopes == {"read"}
    for scopes in (frozenset({"decide"}), frozenset({"read", "all"}), frozenset()):
        with pytest.raises(Invalid):
            token(session, user.login, scopes=scopes)


def test_decisions_end_after_twelve_hours_while_the_token_goes_on(session):
    account(session, login="bot")
    made = token(session, "bot", days=30)
    later(session, hours=11, minutes=59)
    assert queries.actor_of_token(session, made).need_scope("decide") is None
    later(session, minutes=2)
    actor = queries.actor_of_token(session, made)
    assert actor.scopes == {"read", "write"}
    with pytest.raises(Forbidden):
        actor.need_scope("decide")
    later(session, days=30)
    assert queries.actor_of_token(session, made) is None


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"decide_until": "'2026-01-01 13:00'"}, "decide_short"),
        ({"decide_until": "NULL"}, "decide_dated"),
        ({"scopes": "'{read,all}'", "decide_until": "NULL"}, "scopes_known"),
        ({"scopes": "'{}'", "decide_until": "NULL"}, "scopes_known"),
        ({"expires_at": "'2026-01-01'"}, "expires_at_sane"),
        ({"expires_at": "'infinity'"}, "expires_at_sane"),
        ({"digest": "'short'"}, "digest_length"),
    ],
)
def test_the_database_refuses_what_the_verb_refuses(session, change, constraint):
    row = {
        "id": "gen_random_uuid()", "account_id": f"'{account(session).id}'", "label": "''", "digest": "sha256('x')",
        "scopes": "'{read,decide}'", "created_at": "'2026-01-01'", "expires_at": "'2026-02-01'",
        "decide_until": "'2026-01-01 12:00'", **change,
    }  # fmt: skip
    with pytest.raises(DBAPIError, match=constraint):
        session.execute(text(f"INSERT INTO api_token ({', '.join(row)}) VALUES ({', '.join(row.values())})"))


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_a_token_lives_a_sane_time(session, days):
    user = account(session)
    with pytest.raises(Invalid):
        issue_token(session, IssueToken(user.login, days), by=SYSTEM)


def test_a_token_dies_with_its_grant(session):
    user = account(session, login="bot")
    made = token(session, "bot")
    [held] = queries.live_grants(session, user.id)
    end_grant(session, EndGrant(held.id, "moved"), by=SYSTEM)
    session.flush()
    assert queries.actor_of_token(session, made) is None
    with pytest.raises(WrongState):
        token(session, "bot")


def test_a_token_dies_with_its_account(session):
    user = account(session, login="bot")
    made = token(session, "bot")
    user.active = False
    session.flush()
    assert queries.actor_of_token(session, made) is None


def test_a_revoked_token_is_dead_and_only_owner_or_administrator_revokes(session):
    account(session, login="bot")
    made = token(session, "bot")
    key = tokens.key_of(made)
    for by in (actors.officer(), actors.neighbour(), actors.trader()):
        with pytest.raises(NotFound):
            revoke_token(session, RevokeToken(key), by=by)
    assert queries.actor_of_token(session, made)
    revoke_token(session, RevokeToken(key), by=actors.administrator())
    session.flush()
    assert queries.actor_of_token(session, made) is None


def test_nobody_makes_a_token_in_somebody_elses_name(session):
    user = account(session, login="bot")
    command = IssueToken("bot")
    for by in (actors.administrator(), actors.supervisor(), actors.neighbour()):
        with pytest.raises(Forbidden):
            issue_token(session, command, by=by)
    own = queries.actor_of_account(session, user.id)
    assert issue_token(session, command, by=own).startswith("gz_")


def test_making_a_token_wants_a_fresh_sign_in(session):
    from dataclasses import replace

    user = account(session, login="bot")
    stale = replace(queries.actor_of_account(session, user.id), fresh=False)
    with pytest.raises(FreshSignInNeeded):
        issue_token(session, IssueToken("bot"), by=stale)


@pytest.mark.parametrize(
    "wrong",
    ["", "gz_", "bearer", "gz_00000000000000000000000000000000_" + "A" * 43, "gz_{id}_" + "A" * 43, "{token}x", " {token}", "{token}\n",
     "{upper}"],
)  # fmt: skip
def test_what_is_not_a_token_opens_nothing(session, wrong):
    account(session, login="bot")
    made = token(session, "bot")
    tried = wrong.format(id=made.split("_")[1], token=made, upper=made.upper())
    assert queries.actor_of_token(session, tried) is None


def test_lists_show_only_what_still_works(session):
    user = account(session, login="bot")
    first, second = token(session, "bot", days=1), token(session, "bot", days=9)
    assert len(queries.tokens_of(session, user.id)) == 2
    later(session, days=2)
    assert [t.id for t in queries.tokens_of(session, user.id)] == [tokens.key_of(second)] != [tokens.key_of(first)]
    assert session.execute(select(ApiToken.id)).all()
