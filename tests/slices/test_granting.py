"""What opens doors takes two persons; what closes them takes one, or time alone."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import listing, operations, queries, sign_ins
from app.accounts.commands import AddPerson, OpenAccount
from app.accounts.listing import Asked, State
from app.accounts.models import AccessGrant, SignIn
from app.accounts.roles import DeviceKind
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import approving, granting, postings
from app.flows.granting import ProposeGrant
from app.registers import integrity
from tests.factories import actors
from tests.factories.accounts import account, token

DAY = dt.timedelta(days=1)


@pytest.fixture
def chiefs(session):
    """Two administrators of all posts, one of another post, the supervisors of two posts, and a new account."""
    for login, role, post in (
        ("admin.one", "administrator", "*"), ("admin.two", "administrator", "*"), ("admin.tem", "administrator", "TJTEM"),
        ("chief.ppj", "supervisor", "TJPPJ"), ("chief.tem", "supervisor", "TJTEM"), ("an.officer", "officer", "TJPPJ"),
    ):  # fmt: skip
        account(session, role, post, login=login)
    operations.open_account(session, OpenAccount("nodira", "Nodira"), by=actors.administrator())
    logins = ("admin.one", "admin.two", "admin.tem", "chief.ppj", "chief.tem", "an.officer")
    return {login: queries.actor_of_login(session, login) for login in logins}


def propose(session, by, **changes):
    wanted = {"login": "nodira", "role": "officer", "post": "TJPPJ", "reason": "Order 7", **changes}
    return granting.propose_grant(session, ProposeGrant(**wanted), by=by)


def live(session, login="nodira"):
    actor = queries.actor_of_login(session, login)
    return actor.roles("TJPPJ") if actor else None


def test_a_role_holds_when_a_second_person_agrees(session, chiefs):
    proposal = propose(session, chiefs["admin.one"])
    assert live(session) is None
    with pytest.raises(Forbidden):
        approving.approve(session, proposal.id, "", by=chiefs["admin.one"])
    approving.approve(session, proposal.id, "", by=chiefs["chief.ppj"])
    assert live(session) == {"officer"}
    given = session.execute(select(AccessGrant).where(AccessGrant.proposal_id == proposal.id)).scalar_one()
    assert given.granted_by == chiefs["chief.ppj"].person
    [told] = [
        e
        for e in journal.queued(session)
        if e["event"] == "grant.given" and e["after"].get("proposal") == str(proposal.id)
    ]
    assert told["login"] == "chief.ppj"


def test_who_agrees_to_what(session, chiefs):
    """A role over others, or at every post, is agreed to by an administrator; one at a post also by its supervisor."""
    with pytest.raises((Forbidden, NotFound)):
        approving.approve(session, propose(session, chiefs["admin.one"]).id, "", by=chiefs["chief.tem"])
    for role, post in (("supervisor", "TJPPJ"), ("administrator", "TJPPJ"), ("analyst", "*"), ("auditor", "*")):
        operations.open_account(session, OpenAccount(f"new.{role}", "New"), by=actors.administrator())
        proposal = propose(session, chiefs["admin.one"], login=f"new.{role}", role=role, post=post)
        with pytest.raises((Forbidden, NotFound)):
            approving.approve(session, proposal.id, "", by=chiefs["chief.ppj"])
        approving.approve(session, proposal.id, "", by=chiefs["admin.two"])
        assert queries.actor_of_login(session, f"new.{role}").roles() == {role}


def test_an_office_gives_roles_of_its_own_only(session, chiefs):
    for by in (chiefs["admin.tem"], chiefs["chief.ppj"], chiefs["an.officer"]):
        with pytest.raises(Forbidden):
            propose(session, by)
    with pytest.raises(Forbidden):
        propose(session, chiefs["admin.tem"], role="analyst", post="*")
    assert propose(session, chiefs["admin.tem"], post="TJTEM").post == "TJTEM"


def test_nobody_gets_a_role_by_his_own_word_under_any_login(session, chiefs):
    operations.add_person(
        session, AddPerson("second.self", "Self", "supervisor", "TJPPJ", same_person_as="admin.one"), by=SYSTEM
    )
    other_self = queries.actor_of_login(session, "second.self")
    for login in ("admin.one", "second.self"):
        with pytest.raises(Forbidden):
            propose(session, chiefs["admin.one"], login=login, role="inspector")
    proposal = propose(session, chiefs["admin.one"])
    with pytest.raises(Forbidden):
        approving.approve(session, proposal.id, "", by=other_self)
    theirs = propose(session, chiefs["admin.two"], login="chief.ppj", role="inspector")
    with pytest.raises(Forbidden):
        approving.approve(session, theirs.id, "", by=chiefs["chief.ppj"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"role": "king"}, "/role"),
        ({"post": "*"}, "/post"),
        ({"post": "TJXXX"}, "/post"),
        ({"role": "trader", "post": "*"}, "/party"),
        ({"role": "trader", "post": "*", "party": "TJ-000"}, "/party"),
        ({"valid_to": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "/valid_to"),
        ({"reason": " "}, "/reason"),
    ],
)
def test_bad_proposals_are_refused_at_their_place(session, chiefs, changes, pointer):
    with pytest.raises(Invalid) as refused:
        propose(session, chiefs["admin.one"], **changes)
    assert pointer in [f.pointer for f in refused.value.findings]


def test_what_somebody_holds_already_is_not_proposed(session, chiefs):
    with pytest.raises(WrongState):
        propose(session, chiefs["admin.one"], login="an.officer")
    propose(session, chiefs["admin.one"])
    with pytest.raises(WrongState):
        propose(session, chiefs["admin.two"])
    with pytest.raises(NotFound):
        propose(session, chiefs["admin.one"], login="nobody.here")


FORGED = """
INSERT INTO access_grant (id, account_id, person_id, role, post, valid_from, valid_to, granted_by, proposal_post, proposal_id)
VALUES (gen_random_uuid(), :account, :person, :role, :post, guzar_now(), :valid_to, :by, :proposal_post, :proposal)
"""


def test_a_hundred_tries_past_the_verbs_give_no_role(session, chiefs):
    """By SQL, as the application's own role could: no proposal, one that waits or was refused, another role, post, person or
    end than was agreed to, the proposer or the person himself as the second one."""
    nodira = queries.find(session, "nodira")
    good = propose(session, chiefs["admin.one"])
    waiting = propose(session, chiefs["admin.one"], login="an.officer", role="inspector")
    refused = propose(session, chiefs["admin.one"], login="chief.ppj", role="inspector")
    approving.reject(session, refused.id, "no", by=chiefs["admin.two"])
    approving.approve(session, good.id, "", by=chiefs["chief.ppj"])
    right = {
        "account": nodira.id, "person": nodira.person_id, "role": "officer", "post": "TJPPJ", "valid_to": None,
        "by": chiefs["chief.ppj"].person, "proposal_post": "TJPPJ", "proposal": good.id,
    }  # fmt: skip
    officer = queries.find(session, "an.officer")
    wrong = [
        {"proposal": None, "proposal_post": None}, {"proposal": uuid4()}, {"proposal": waiting.id}, {"proposal": refused.id},
        {"role": "supervisor"}, {"role": "inspector"}, {"post": "TJTEM"}, {"valid_to": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)},
        {"by": chiefs["admin.one"].person}, {"by": nodira.person_id}, {"by": chiefs["admin.two"].person},
        {"account": officer.id, "person": officer.person_id}, {"by": SYSTEM.person},
    ]  # fmt: skip
    tries = 0
    while tries < 100:
        for changes in wrong:
            with pytest.raises(DBAPIError), session.begin_nested():
                session.execute(text(FORGED), {**right, **changes})
            tries += 1
    assert live(session) == {"officer"}


LIST = "login,post,role,from,to\r\n"


def take(session, rows, by, *, whole=False):
    return postings.take(session, (LIST + rows).encode(), "Order 12", whole=whole, by=by)


def test_a_list_of_postings_ends_at_once_and_gives_by_two(session, chiefs):
    clock.set_clock(session, db.now(session) + DAY)
    last = (db.now(session) + 30 * DAY).date()
    found = take(
        session,
        f"an.officer,TJPPJ,officer,2026-01-01,{last}\r\nnodira,TJPPJ,inspector,2026-01-01,\r\n",
        chiefs["admin.one"],
    )
    assert [e.login for e in found.ended] == ["an.officer"] and [g.login for g in found.given] == ["nodira"]
    [held] = queries.live_grants(session, queries.find(session, "an.officer").id)
    assert held.valid_to == dt.datetime.combine(last, dt.time(19), dt.UTC), "midnight at the post"
    assert live(session) is None
    [proposal] = found.proposals
    approving.approve(session, proposal.id, "", by=chiefs["chief.ppj"])
    assert live(session) == {"inspector"}
    again = take(
        session,
        f"an.officer,TJPPJ,officer,2026-01-01,{last}\r\nnodira,TJPPJ,inspector,2026-01-01,\r\n",
        chiefs["admin.one"],
    )
    assert (again.given, again.ended, again.unchanged) == ((), (), 2)


def test_who_is_not_on_the_whole_list_has_left(session, chiefs):
    account(session, "inspector", "TJPPJ", login="retired")
    kept = {"TJPPJ"} - {""}
    rows = "an.officer,TJPPJ,officer,2026-01-01,\r\n"
    assert take(session, rows, chiefs["admin.one"]).ended == ()
    found = take(session, rows, chiefs["admin.one"], whole=True)
    assert "retired" in {e.login for e in found.ended} and {e.post for e in found.ended} == kept
    assert queries.actor_of_login(session, "retired") is None and live(session, "an.officer") == {"officer"}
    assert queries.actor_of_login(session, "chief.tem") is not None, "of other posts the list says nothing"


def test_an_extension_is_one_more_grant_and_the_list_is_about_all_of_them(session, chiefs):
    """The next whole list leaves the grant that holds now alone, and an earlier end ends what goes beyond it."""

    def ends():
        held = queries.coming_grants(session, queries.find(session, "an.officer").id)
        return [one.valid_to for one in held]

    def at(day):
        return dt.datetime.combine(day, dt.time(19), dt.UTC)

    first, second, sooner = ((db.now(session) + days * DAY).date() for days in (30, 60, 10))
    row = "an.officer,TJPPJ,officer,2026-01-01,{}\r\n"
    take(session, row.format(first), chiefs["admin.one"])
    [proposal] = take(session, row.format(second), chiefs["admin.one"]).proposals
    approving.approve(session, proposal.id, "", by=chiefs["chief.ppj"])
    assert ends() == [at(first), at(second)]
    again = take(session, row.format(second), chiefs["admin.one"], whole=True)
    assert (again.given, again.unchanged) == ((), 1) and "an.officer" not in {e.login for e in again.ended}
    assert live(session, "an.officer") == {"officer"} and ends() == [at(first), at(second)]
    shortened = take(session, row.format(sooner), chiefs["admin.one"], whole=True)
    assert [e.at for e in shortened.ended] == [at(sooner), at(first)], "the second one ends as it begins"
    assert live(session, "an.officer") == {"officer"} and ends() == [at(sooner)]
    assert take(session, row.format(sooner), chiefs["admin.one"], whole=True).ended == ()


def test_the_same_list_taken_twice_gives_once(session, chiefs):
    rows = ["nodira,TJPPJ,inspector,2026-01-01,\r\n", "chief.ppj,TJPPJ,inspector,2026-01-01,\r\n"]
    [proposal] = take(session, "".join(rows), chiefs["admin.one"]).proposals
    with pytest.raises(WrongState, match=proposal.proposed_name):
        take(session, "".join(reversed(rows)), chiefs["admin.two"])
    [other] = take(session, rows[0], chiefs["admin.two"]).proposals
    approving.approve(session, other.id, "", by=chiefs["admin.one"])
    with pytest.raises(WrongState, match="nodira"), session.begin_nested():
        approving.approve(session, proposal.id, "", by=chiefs["admin.two"])
    assert live(session) == {"inspector"} and live(session, "chief.ppj") == {"supervisor"}
    assert len(queries.coming_grants(session, queries.find(session, "nodira").id)) == 1


def test_one_bad_row_of_postings_and_nothing_is_done(session, chiefs):
    rows = (
        "nobody.here,TJPPJ,officer,2026-01-01,\r\nan.officer,TJXXX,officer,2026-01-01,\r\nan.officer,TJPPJ,king,2026-01-01,\r\n"
        "an.officer,TJPPJ,officer,yesterday,\r\nan.officer,TJPPJ,inspector,2026-02-01,2026-01-01\r\n"
        "an.officer,TJPPJ,inspector,2026-01-01,\r\nadmin.one,TJPPJ,officer,2026-01-01,\r\nnodira,TJPPJ,officer,2026-01-01,\r\n"
    )
    with pytest.raises(Invalid) as refused:
        take(session, rows, chiefs["admin.one"])
    assert {f.pointer for f in refused.value.findings} == {
        "/lines/2/login", "/lines/3/post", "/lines/4/role", "/lines/5/from", "/lines/6/to", "/lines/7/login", "/lines/8/login",
    }  # fmt: skip
    assert approving.waiting(session, by=chiefs["admin.two"], only=(granting.GRANT,)) == []
    with pytest.raises(Invalid) as refused:
        take(session, "an.officer,TJPPJ,officer,2026-01-01,\r\n", chiefs["admin.tem"])
    assert {f.pointer for f in refused.value.findings} == {"/lines/2/post"}
    with pytest.raises(Forbidden):
        take(session, rows, chiefs["chief.ppj"])


def signed(session, login, kind=DeviceKind.DESK):
    actor, user = queries.actor_of_login(session, login), queries.find(session, login)
    return sign_ins.open_sign_in(session, user, second_factor=False, address="", by=actor, device_kind=kind)


def test_a_grant_past_its_end_kills_all_that_lived_by_it(session, chiefs):
    now = db.now(session)
    proposal = propose(session, chiefs["admin.one"], valid_to=now + 2 * DAY)
    approving.approve(session, proposal.id, "", by=chiefs["admin.two"])
    bearer = token(session, "nodira")
    user = queries.find(session, "nodira")
    clock.set_clock(session, now + 2 * DAY - dt.timedelta(minutes=1))
    keys = [signed(session, "nodira"), signed(session, "nodira", DeviceKind.FIELD)]
    assert all(queries.signed_in(session, key) for key in keys) and queries.actor_of_token(session, bearer)
    clock.set_clock(session, now + 2 * DAY)
    assert not any(queries.signed_in(session, key) for key in keys)
    assert queries.actor_of_token(session, bearer) is None and queries.actor_of_login(session, "nodira") is None
    assert operations.end_lapsed(session, by=SYSTEM) == 1
    assert session.execute(select(SignIn).where(SignIn.account_id == user.id)).first() is None
    assert operations.end_lapsed(session, by=SYSTEM) == 0


def test_one_live_sign_in_a_person_and_kind_of_device(session):
    account(session, login="mobile")
    account(session, "inspector", login="mobile.too", same_person_as="mobile")
    desk, field = signed(session, "mobile"), signed(session, "mobile", DeviceKind.FIELD)
    assert queries.signed_in(session, desk) and queries.signed_in(session, field).device_kind == "field"
    other = signed(session, "mobile.too")
    assert queries.signed_in(session, desk) is None, "the second one at a desk ends the first, under whatever login"
    assert queries.signed_in(session, field) and queries.signed_in(session, other)
    again = signed(session, "mobile", DeviceKind.FIELD)
    assert queries.signed_in(session, field) is None and queries.signed_in(session, again)


def test_who_did_not_come_for_a_month_stays_out_until_two_agree(session, chiefs):
    sleeper = account(session, login="sleeper")
    bearer = token(session, "sleeper", days=90)
    clock.set_clock(session, db.now(session) + 29 * DAY)
    session.execute(text("UPDATE app_user SET last_active = guzar_now() WHERE login <> 'sleeper'"))
    assert operations.lock_dormant(session, by=SYSTEM) == 0
    clock.set_clock(session, db.now(session) + 2 * DAY)
    with pytest.raises(Forbidden):
        operations.lock_dormant(session, by=chiefs["admin.one"])
    assert operations.lock_dormant(session, by=SYSTEM) == 1
    assert queries.actor_of_login(session, "sleeper") is None and queries.actor_of_token(session, bearer) is None
    session.refresh(sleeper)
    assert sleeper.is_locked()
    [shown], _more = listing.page(session, Asked(state="dormant"), by=chiefs["admin.one"])
    assert (shown.login, shown.state) == ("sleeper", State.DORMANT)
    for changes in ("dormant_at = NULL", "dormant_at = guzar_now() - interval '1 day'"):
        with pytest.raises(DBAPIError, match="two other persons"), session.begin_nested():
            session.execute(text(f"UPDATE app_user SET {changes} WHERE login = 'sleeper'"))
    with pytest.raises(WrongState):
        granting.propose_unlock(session, "an.officer", "x", by=chiefs["admin.one"])
    for by in (chiefs["chief.ppj"], chiefs["admin.tem"]):
        with pytest.raises(Forbidden):
            granting.propose_unlock(session, "sleeper", "back from leave", by=by)
    proposal = granting.propose_unlock(session, "sleeper", "back from leave", by=chiefs["admin.one"])
    for by in (chiefs["admin.one"], chiefs["chief.ppj"]):
        with pytest.raises((Forbidden, NotFound)):
            approving.approve(session, proposal.id, "", by=by)
    approving.approve(session, proposal.id, "", by=chiefs["admin.two"])
    assert live(session, "sleeper") == {"officer"}
    assert operations.lock_dormant(session, by=SYSTEM) == 0, "the month begins anew"


def test_a_token_in_use_keeps_its_account_awake(session):
    account(session, login="machine")
    bearer = token(session, "machine", days=90)
    assert queries.bearer_of(session, bearer).unnoted
    sign_ins.token_seen(session, queries.bearer_of(session, bearer).token)
    assert not queries.bearer_of(session, bearer).unnoted
    clock.set_clock(session, db.now(session) + DAY + dt.timedelta(minutes=1))
    assert queries.bearer_of(session, bearer).unnoted


def test_administrators_see_the_accounts_of_their_posts(session, chiefs):
    account(session, "officer", "TJDUS", login="elsewhere")

    def seen(by, **asked):
        return {one.login for one in listing.page(session, Asked(**asked), by=by)[0]}

    everywhere = seen(chiefs["admin.one"], words="chief.") | seen(chiefs["admin.one"], words="elsewhere")
    assert everywhere == {"chief.ppj", "chief.tem", "elsewhere"}
    assert seen(chiefs["admin.tem"], words="chief.") == {"chief.tem"} and "nodira" in seen(
        chiefs["admin.tem"], words="nod"
    )
    assert seen(chiefs["chief.ppj"]) == seen(chiefs["an.officer"]) == set()
    assert seen(chiefs["admin.one"], state="bare", words="nod") == {"nodira"}
    assert seen(chiefs["admin.one"], role="supervisor", post="TJTEM", words="chief") == {"chief.tem"}
    assert seen(chiefs["admin.one"], words="100%_") == set()
    with pytest.raises(NotFound):
        listing.detail(session, "elsewhere", by=chiefs["admin.tem"])
    assert listing.detail(session, "ELSEWHERE", by=chiefs["admin.one"]).state == State.LIVE


def test_a_shift_or_account_changed_behind_the_journal_is_found(session):
    kinds = {k.name: k for k in integrity.KINDS}
    kept = {"login": "a", "person": "1", "active": False, "dormant_at": None}
    told = {"login": "a", "person": "1"}
    [found] = integrity.differences(kinds["account"], "TJPPJ", "x", kept, told)
    assert (found.key, found.kept) == ("active", False)
    shift = {"person": "1", "starts_at": "a", "ends_at": "b"}
    assert [
        d.key for d in integrity.differences(kinds["duty_shift"], "TJPPJ", "x", shift, {**shift, "ends_at": "c"})
    ] == ["ends_at"]
    assert [d.key for d in integrity.differences(kinds["duty_shift"], "TJPPJ", "x", shift, None)] == ["row"]
