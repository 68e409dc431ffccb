"""Accounts and grants: who may make them, what they must look like, and that the database says the same."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts import passwords, queries
from app.accounts.commands import AddPerson, CloseAccount, EndGrant, GiveGrant, OpenAccount, SetPassword
from app.accounts.demo import DEMO_PEOPLE, make_demo_people
from app.accounts.models import AccessGrant, SignIn
from app.accounts.operations import (
    LoginTaken,
    add_person,
    close_account,
    end_grant,
    grant,
    open_account,
    set_password,
)
from app.accounts.sign_ins import open_sign_in
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.parties.commands import RegisterParty
from app.parties.operations import register
from app.parties.queries import find as find_party
from tests.factories import actors
from tests.factories.accounts import PASSWORD, account, token


def add(session, **changes):
    wanted = {"login": "nadia", "name": "Nadia", "role": "officer", "post": "TJPPJ", "password": PASSWORD, **changes}
    return add_person(session, AddPerson(**wanted), by=SYSTEM)


def insert_grant(session, user, **changes):
    """Past the verbs, as the application's own role could."""
    row = {
        "account_id": str(user.id), "person_id": str(user.person_id), "role": "officer", "post": "TJPPJ", "party": None,
        "valid_from": "2026-01-01", "valid_to": None, "granted_by": str(SYSTEM.person), **changes,
    }  # fmt: skip
    values = ", ".join(
        f"CAST(:{name} AS {'uuid' if name in ('account_id', 'person_id', 'granted_by') else 'timestamptz' if name[:5] == 'valid' else 'text'})"
        for name in row
    )
    session.execute(text(f"INSERT INTO access_grant (id, {', '.join(row)}) VALUES (gen_random_uuid(), {values})"), row)


def events(session, user):
    return [e["event"] for e in journal.queued(session) if e["subject"] == str(user.id)]


def test_a_new_person_has_the_grant_and_a_journal(session):
    user = add(session)
    actor = queries.actor_of_login(session, "NADIA")
    assert actor.person == user.person_id and actor.roles("TJPPJ") == {"officer"} and actor.roles("TJTEM") == set()
    assert events(session, user) == ["account.added", "grant.given"]
    assert PASSWORD not in str(journal.queued(session))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"login": "no spaces"}, "/login"),
        ({"login": "x"}, "/login"),
        ({"login": "نادیا"}, "/login"),
        ({"name": " "}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "n" * 121}, "/name"),
        ({"role": "king"}, "/role"),
        ({"post": "*"}, "/post"),
        ({"post": "tjppj"}, "/post"),
        ({"role": "trader", "post": "*"}, "/party"),
        ({"party": "TJ-510012345"}, "/party"),
        ({"password": "short"}, "/password"),
        ({"password": "nadianadianadi", "login": "nadianadianad"}, "/password"),
    ],
)
def test_bad_people_are_refused_with_the_place(session, changes, pointer):
    with pytest.raises(Invalid) as refused:
        add(session, **changes)
    assert pointer in [f.pointer for f in refused.value.findings]
    assert queries.find(session, changes.get("login", "nadia")) is None


def test_a_login_is_unique_whatever_the_capitals(session):
    add(session)
    with pytest.raises(LoginTaken):
        add(session, login="Nadia")
    with pytest.raises(IntegrityError):
        session.execute(
            text("INSERT INTO app_user (id, person_id, login, active, locale, failed, fs_uniquifier, fs_webauthn_user_handle) "
                 "SELECT gen_random_uuid(), person_id, 'NADIA', true, 'en', 0, 'x', 'x' FROM app_user WHERE login = 'nadia'")
        )


def test_two_accounts_of_one_human_being_are_one_person(session):
    first = add(session)
    second = add(session, login="nadia.super", role="supervisor", same_person_as="nadia")
    assert first.person_id == second.person_id and first.id != second.id
    one, other = (queries.actor_of_login(session, login) for login in ("nadia", "nadia.super"))
    assert one.person == other.person


def test_the_node_alone_adds_people_with_a_grant_and_administrators_accounts_without(session):
    command = AddPerson("mallory", "Mallory", "supervisor", "TJPPJ")
    for by in (actors.administrator(), actors.officer(), actors.supervisor(), actors.auditor(), actors.neighbour()):
        with pytest.raises(Forbidden):
            add_person(session, command, by=by)
    for by in (actors.officer(), actors.supervisor(), actors.auditor(), actors.trader(), actors.neighbour()):
        with pytest.raises(Forbidden):
            open_account(session, OpenAccount("mallory", "Mallory"), by=by)
    made = open_account(session, OpenAccount("mallory", "Mallory"), by=actors.administrator())
    assert queries.actor_of_login(session, "mallory") is None and made.password is None
    assert events(session, made) == ["account.added"]
    for bad in (OpenAccount("x", "Mallory"), OpenAccount("mallory2", " ")):
        with pytest.raises(Invalid):
            open_account(session, bad, by=actors.administrator())
    with pytest.raises(LoginTaken):
        open_account(session, OpenAccount("MALLORY", "Other"), by=actors.administrator())


def test_nobody_but_the_node_gives_a_grant_alone(session):
    user = account(session, login="bahrom")
    for by in (actors.administrator(), actors.supervisor(), actors.neighbour()):
        with pytest.raises(Forbidden):
            grant(session, GiveGrant("bahrom", "supervisor", "TJPPJ"), by=by)
    with pytest.raises(DBAPIError, match="two other persons"), session.begin_nested():
        insert_grant(session, user, granted_by=str(actors.administrator().person))
    with pytest.raises(DBAPIError, match=r"granted_by_another|two other persons"):
        insert_grant(session, user, granted_by=str(user.person_id))


def test_the_end_of_a_grant_only_comes_nearer(session):
    user = account(session, login="dated")
    [held] = queries.live_grants(session, user.id)
    now = db.now(session)
    end_grant(session, EndGrant(held.id, "the posting ends", now + dt.timedelta(days=9)), by=actors.administrator())
    assert queries.actor_of_login(session, "dated") is not None
    for later in (now + dt.timedelta(days=10), dt.datetime(2190, 1, 1, tzinfo=dt.UTC)):
        with pytest.raises(Invalid):
            end_grant(session, EndGrant(held.id, "longer", later), by=actors.administrator())
    with pytest.raises(Invalid):
        end_grant(session, EndGrant(held.id, " "), by=actors.administrator())
    for value in ("NULL", "'2190-01-01'"):
        with pytest.raises(DBAPIError, match="never moves away"), session.begin_nested():
            session.execute(text(f"UPDATE access_grant SET valid_to = {value} WHERE id = :id"), {"id": held.id})


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("role", "king", "role_known"),
        ("post", "*", "post_everywhere"),
        ("post", "tj", "post_form"),
        ("party", "TJ-510012345", "party_of_trader"),
        ("valid_from", "infinity", "valid_from_sane"),
        ("valid_to", "20000-01-01", "valid_to_sane"),
        ("valid_to", "1999-01-01", "valid_to_sane"),
    ],
)
def test_the_database_refuses_what_the_verbs_refuse(session, column, value, constraint):
    user = account(session)
    with pytest.raises(DBAPIError, match=constraint):
        insert_grant(session, user, **{column: value})


def test_the_application_cannot_rewrite_who_holds_what(database):
    """Its role may end a grant and revoke a token; it may not hand them to others, widen or delete them."""
    with database.app_connection() as connection:
        for statement in (
            "UPDATE access_grant SET role = 'supervisor'",
            "UPDATE access_grant SET valid_from = now()",
            "DELETE FROM access_grant",
            "UPDATE api_token SET expires_at = expires_at + interval '1 year'",
            "UPDATE api_token SET scopes = '{decide}'",
            "DELETE FROM api_token",
            "UPDATE app_user SET person_id = gen_random_uuid()",
            "DELETE FROM app_user",
            "DELETE FROM person",
            "DELETE FROM party",
        ):
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(statement)
        connection.execute("UPDATE access_grant SET valid_to = valid_to WHERE false")


def test_a_grant_ends_and_begins_by_the_clock(session):
    user = account(session, login="dated")
    now = db.now(session)
    grant(
        session,
        GiveGrant("dated", "inspector", "TJPPJ", valid_from=now + dt.timedelta(days=1), valid_to=now + dt.timedelta(days=2)),
        by=SYSTEM,
    )
    session.flush()
    for days, roles in ((0, {"officer"}), (1, {"officer", "inspector"}), (2, {"officer"})):
        clock.set_clock(session, now + dt.timedelta(days=days, seconds=1))
        assert queries.actor_of_account(session, user.id).roles() == roles


def test_a_grant_that_ends_before_it_begins_is_refused(session):
    account(session, login="dated")
    now = db.now(session)
    command = GiveGrant("dated", "inspector", "TJPPJ", valid_from=now, valid_to=now - dt.timedelta(hours=1))
    with pytest.raises(Invalid):
        grant(session, command, by=SYSTEM)


def test_ending_a_grant_takes_effect_at_once_and_only_once(session):
    user = account(session, login="leaving")
    [held] = queries.live_grants(session, user.id)
    with pytest.raises(Forbidden):
        end_grant(session, EndGrant(held.id, "transferred"), by=actors.supervisor())
    end_grant(session, EndGrant(held.id, "transferred"), by=actors.administrator())
    session.flush()
    assert queries.actor_of_login(session, "leaving") is None
    assert events(session, user)[-1] == "grant.ended"
    with pytest.raises(WrongState):
        end_grant(session, EndGrant(held.id, "again"), by=SYSTEM)


def test_who_has_left_has_nothing_left(session):
    user = account(session, login="gone")
    text_of_token = token(session, "gone")
    key = open_sign_in(session, user, second_factor=False, address="", by=queries.actor_of_login(session, "gone"))
    close_account(session, CloseAccount("gone", "left the service"), by=actors.administrator())
    session.flush()
    assert queries.actor_of_login(session, "gone") is None
    assert queries.actor_of_token(session, text_of_token) is None
    assert queries.signed_in(session, key) is None
    assert session.execute(select(SignIn).where(SignIn.account_id == user.id)).first() is None
    ended = session.execute(select(AccessGrant.valid_to).where(AccessGrant.account_id == user.id)).scalars().all()
    assert ended and all(ended)


def test_a_password_is_set_by_commands_only_and_ends_the_sign_in(session):
    user = account(session, login="forgot")
    key = open_sign_in(session, user, second_factor=False, address="", by=queries.actor_of_login(session, "forgot"))
    with pytest.raises(Forbidden):
        set_password(session, SetPassword("forgot", "another long one"), by=actors.administrator())
    set_password(session, SetPassword("forgot", "another long one"), by=SYSTEM)
    session.flush()
    assert queries.signed_in(session, key) is None
    with pytest.raises(NotFound):
        set_password(session, SetPassword("nobody.here", "another long one"), by=SYSTEM)


def test_hashes_are_argon2id_with_the_cost_asked_for(monkeypatch):
    monkeypatch.setattr(passwords, "_cost", passwords.REAL)
    assert passwords.hashed("three wild horses").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.hashed("three wild horses") != passwords.hashed("three wild horses")


def test_passwords_hash_the_same_however_the_letters_were_typed(session):
    from argon2 import PasswordHasher

    stored = passwords.hashed("ке\u0438\u0306 long password")
    assert PasswordHasher().verify(stored, passwords.normal("ке\u0439 long password"))


def test_a_plain_password_cannot_be_stored(session):
    user = account(session)
    with pytest.raises(IntegrityError, match="password_hashed"):
        session.execute(text("UPDATE app_user SET password = 'secret' WHERE id = :i"), {"i": user.id})


def test_fresh_passwords_are_long_and_differ():
    made = {passwords.fresh() for _ in range(200)}
    assert len(made) == 200 and all(len(p) >= passwords.SHORTEST for p in made)


def test_the_demo_people_are_those_of_the_contract(session):
    for who in DEMO_PEOPLE:
        assert queries.actor_of_login(session, who.login), who.login
    assert {w.login for w in DEMO_PEOPLE} == {
        "trader", "trader2", "officer", "officer2", "inspector", "supervisor", "supervisor2", "liaison",
        "officer.TJDUS", "supervisor.TJDUS", "officer.TJTEM", "supervisor.TJTEM", "analyst", "analyst2", "administrator", "administrator2", "auditor",
    }  # fmt: skip
    persons = [queries.actor_of_login(session, w.login).person for w in DEMO_PEOPLE]
    assert len(set(persons)) == len(persons)
    assert queries.actor_of_login(session, "trader").parties() == {"TJ-510012345"}
    assert queries.actor_of_login(session, "trader2").parties() not in (set(), {"TJ-510012345"})
    assert make_demo_people(session, "a long password", by=SYSTEM) == []


def test_firms_are_registered_and_corrected(session):
    register(session, RegisterParty("TJ-900", "  ООО А ", "Душанбе", "TJ"), by=actors.administrator())
    assert find_party(session, "TJ-900").name == "ООО А"
    register(session, RegisterParty("TJ-900", "ООО Б", "Душанбе", "TJ"), by=SYSTEM)
    assert find_party(session, "TJ-900").name == "ООО Б"
    assert [e["event"] for e in journal.queued(session)][-2:] == ["party.registered", "party.changed"]


@pytest.mark.parametrize(
    ("code", "name", "country", "pointer"),
    [("510012345", "A", "TJ", "/code"), ("TJ-1' OR 1=1", "A", "TJ", "/code"), ("TJ-900", "", "TJ", "/name"),
     ("TJ-900", "A\u202eB", "TJ", "/name"), ("TJ-900", "A", "Tj", "/country")],
)  # fmt: skip
def test_bad_firms_are_refused_with_the_place(session, code, name, country, pointer):
    with pytest.raises(Invalid) as refused:
        register(session, RegisterParty(code, name, "", country), by=SYSTEM)
    assert [f.pointer for f in refused.value.findings] == [pointer]


def test_the_neighbours_system_keeps_no_accounts_and_no_firms(session):
    with pytest.raises(Forbidden):
        register(session, RegisterParty("TJ-900", "A", "", "TJ"), by=actors.neighbour())
