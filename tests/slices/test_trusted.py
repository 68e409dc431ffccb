"""Trusted traders: criteria, an approver and an end; and what takes the trust away again."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import approving, trusting
from app.risk.commands import ProposeTrusted
from app.risk.models import TrustedTrader
from app.risk.operations import trusting as verbs
from app.risk.queries import trusted
from tests.factories import actors
from tests.factories.actors import PARTY, POST

pytestmark = pytest.mark.usefixtures("session")

SHOWN = {
    "records": "lease of 2021-03-01, books seen by A. Karimov",
    "standing": "balance sheets of 2023 to 2025, audited",
    "security": "inspected on 2026-05-04, protocol 12",
}
SECOND = actors.actor("analyst", "*", login="analyst2")


def today():
    with db.reading() as session:
        return db.now(session).date()


@pytest.fixture(autouse=True)
def known(session):
    """The firm has been known for three years and had fifty consignments last month; nothing was ever found."""
    with db.transaction() as inner:
        remember(inner, "consignee", "3 years", consignments=50)


def remember(session, role, since, *, consignments=0, found=None):
    session.execute(
        text(
            "INSERT INTO risk_subject (role, key, first_seen, last_seen, last_finding) VALUES "
            "(:role, 'TJ510012345', guzar_now() - CAST(:since AS interval), guzar_now(), guzar_now() + CAST(:found AS interval))"
        ),
        {"role": role, "since": since, "found": found},
    )
    session.execute(
        text(
            "INSERT INTO risk_subject_month (role, key, month, consignments, findings) VALUES "
            "(:role, 'TJ510012345', date_trunc('month', guzar_now())::date, :consignments, :findings)"
        ),
        {"role": role, "consignments": consignments, "findings": int(found is not None)},
    )


def wish(**other):
    given = {
        "party": PARTY,
        "evidence": dict(SHOWN),
        "valid_to": today() + dt.timedelta(days=400),
        "reason": "asked on 2026-10-01",
    }
    return ProposeTrusted(**{**given, **other})


def proposed(command=None, by=None):
    with db.transaction() as session:
        return trusting.propose(session, command or wish(), by=by or actors.analyst())


def approved(command=None):
    proposal = proposed(command)
    with db.transaction() as session:
        approving.approve(session, proposal.id, "seen", by=SECOND)
    with db.reading() as session:
        return trusted.held(session, PARTY)


def refused(command, by=None):
    with pytest.raises(Invalid) as error:
        proposed(command, by)
    return [(f.pointer, f.rule) for f in error.value.findings]


def is_trusted(post=POST, party=PARTY):
    with db.reading() as session:
        return party in trusted.trusted(session, {party, "TJ-510067890"}, post, today())


def reviewed():
    with db.transaction() as session:
        return trusting.review(session, by=SYSTEM)


def test_two_persons_trust_a_firm_for_a_time():
    assert not is_trusted()
    held = approved(wish(posts=("TJPPJ",)))
    assert (held.status, held.made_name, held.approved_name) == ("in_force", "Analyst", "Analyst2")
    assert {c["code"]: c["computed"] for c in held.criteria} == {
        "known": True, "consignments": True, "findings": True, "debts": True, "records": False, "standing": False,
        "security": False,
    }  # fmt: skip
    assert {c["code"]: c["figure"] for c in held.criteria if c["computed"]}["consignments"] == "50"
    assert is_trusted() and not is_trusted("TJDUS") and not is_trusted(party="TJ-510067890")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"valid_to": None}, [("/valid_to", "trusted.no-end")]),
        ({"valid_to": dt.date(2026, 1, 1)}, [("/valid_to", "trusted.end")]),
        ({"valid_to": dt.date(2099, 1, 1)}, [("/valid_to", "trusted.end")]),
        ({"evidence": {**SHOWN, "records": " "}}, [("/criteria/records", "trusted.not-shown")]),
        ({"evidence": {**SHOWN, "debts": "none, I looked myself"}}, [("/criteria/debts", "trusted.by-hand")]),
        ({"evidence": {**SHOWN, "friend": "a good friend"}}, [("/criteria/friend", "trusted.criterion")]),
        (
            {"party": "TJ-999"},
            [
                ("/party", "trusted.party"),
                ("/criteria/consignments", "trusted.unmet"),
                ("/criteria/known", "trusted.unmet"),
            ],
        ),
        ({"posts": ("AFSBD",)}, [("/posts/0", "trusted.post")]),
        ({"reason": " "}, [("/reason", "profile.reason")]),
    ],
)  # fmt: skip
def test_who_lacks_one_thing_is_not_even_proposed(change, told):
    assert refused(wish(**change)) == told


def test_a_finding_in_any_role_is_a_finding():
    with db.transaction() as session:
        remember(session, "holder", "1 year", found="-100 days")
    assert refused(wish()) == [("/criteria/findings", "trusted.unmet")]


def test_nobody_approves_his_own_and_traders_know_nothing():
    proposal = proposed()
    with pytest.raises(Forbidden), db.transaction() as session:
        approving.approve(session, proposal.id, "", by=actors.analyst())
    for who in (actors.trader(), actors.officer(), actors.administrator()):
        with pytest.raises(NotFound), db.transaction() as session:
            approving.approve(session, proposal.id, "", by=who)
        with pytest.raises(Forbidden), db.transaction() as session:
            trusting.propose(session, wish(), by=who)
        with pytest.raises(Forbidden), db.reading() as session:
            trusted.listed(session, by=who)
    with pytest.raises(WrongState):
        proposed(by=SECOND)


def test_what_has_changed_since_it_was_proposed_is_not_approved():
    proposal = proposed()
    with db.transaction() as session:
        remember(session, "declarant", "1 year", found="-1 day")
    with pytest.raises(WrongState) as error, db.transaction() as session:
        approving.approve(session, proposal.id, "", by=SECOND)
    assert [f.rule for f in error.value.findings] == ["trusted.unmet"] and not is_trusted()


def test_one_person_suspends_and_only_two_trust_again():
    held = approved()
    with pytest.raises(Invalid), db.transaction() as session:
        verbs.suspend(session, held.id, " ", by=SECOND)
    with db.transaction() as session:
        verbs.suspend(session, held.id, "a letter of the tax office", by=SECOND)
    assert not is_trusted()
    again = approved()
    assert again.id != held.id and is_trusted()
    with db.transaction() as session:
        verbs.end(session, again.id, "gave it back", by=actors.supervisor())
    assert not is_trusted()


def test_a_finding_afterwards_suspends_by_itself_and_tells():
    held = approved()
    assert reviewed() == 0 and is_trusted()
    with db.transaction() as session:
        remember(session, "holder", "1 year", found="1 second")
    assert reviewed() == 1 and not is_trusted()
    assert reviewed() == 0, "once"
    with db.reading() as session:
        told = journal.history(session, POST, trusted.KIND, str(held.id))[-1]
        sent = session.execute(text("SELECT count(*) FROM outbox WHERE topic = 'risk.trusted-suspended'")).scalar_one()
    assert (told.event, told.role, sent) == ("risk.trusted-suspended", "system", 1)


def test_the_last_day_ends_it(session):
    approved(wish(valid_to=today() + dt.timedelta(days=1)))
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + interval '2 days')::text, true)"))
    assert not is_trusted()
    assert reviewed() == 1
    with db.reading() as inner:
        assert trusted.held(inner, PARTY) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("posts", []), ("valid_to", dt.date(2028, 12, 31)), ("criteria", [{"code": "known"}]), ("party", "TJ-510067890")],
)
def test_a_row_that_says_something_else_than_was_approved_is_seen(name, value):
    held = approved(wish(posts=("TJDUS", "TJPPJ")))
    with db.reading() as session:
        assert trusted.altered(session, [held]) == []
        setattr(held, name, value)
        assert trusted.altered(session, [held]) == [held]


def test_the_database_lets_nobody_write_one_by_hand(session):
    held = approved(wish(posts=("TJDUS",)))
    with db.transaction() as inner:
        verbs.suspend(inner, held.id, "a letter of the tax office", by=SECOND)
    names = [c.key for c in TrustedTrader.__mapper__.columns if c.key != "id"]
    forged = f"INSERT INTO risk_trusted_trader (id, {', '.join(names)}) SELECT gen_random_uuid(), {{}} FROM risk_trusted_trader"
    for change in ({"posts": "'{}'"}, {"party": "'TJ-1'"}, {"approved_by": "gen_random_uuid()"}, {"valid_to": "valid_to + 1"}):
        values = [change.get(name, "'in_force'" if name == "status" else name) for name in names]
        with pytest.raises(DBAPIError, match="trusted by two persons"), session.begin_nested():
            session.execute(text(forged.format(", ".join(values))))
    with pytest.raises(DBAPIError, match="trusted by two persons"), session.begin_nested():
        session.execute(text("UPDATE risk_trusted_trader SET status = 'in_force'"))
