"""Another firm's certificates and goods under suspense are used with its mandate, and not without."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import db, journal
from app.core.errors import Forbidden, FreshSignInNeeded, Invalid, NotFound, WrongState
from app.declarations.commands import SettleRequest
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.exemptions.commands import RegisterCertificate
from app.flows import amending, dues, lodging, presenting
from app.parties import queries
from app.parties.models import Mandate
from app.payments import queries as owed
from app.registers import integrity
from tests.factories import cases, lives, mandates, warehouses
from tests.factories.actors import (
    OTHER_PARTY,
    PARTY,
    POST,
    actor,
    administrator,
    auditor,
    inspector,
    officer,
    other_trader,
    person,
    supervisor,
    trader,
)
from tests.faults import adding

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def bound(session):
    warehouses.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == []
    assert adding.up(session) == []


def rules(refused):
    return [(f.pointer, f.rule) for f in refused.value.findings]


# Giving and ending ---------------------------------------------------------------------------------------------------


def test_a_firm_gives_its_own_mandate_and_ends_it():
    made = mandates.given()
    assert (made.given_role, made.paper, made.given_by) == ("trader", "", person("trader"))
    ended = mandates.revoked(made, "we part")
    assert (ended.revoked_role, ended.revoked_by, ended.revoked_reason) == ("trader", person("trader"), "we part")
    with pytest.raises(WrongState):
        mandates.revoked(made)
    with db.reading() as session:
        told = journal.history(session, POST, "mandate", str(made.id))
    assert [entry.event for entry in told] == ["mandate.given", "mandate.revoked"]
    assert told[0].after == {
        "principal": PARTY, "declarant": OTHER_PARTY, "scopes": ["certificates", "stocks"], "valid_from": "2020-01-01",
        "valid_to": "2099-12-31", "paper": "", "revoked": False,
    }  # fmt: skip
    assert told[1].reason == "we part"


@pytest.mark.parametrize("by", [supervisor(), administrator()])
def test_an_official_registers_it_from_its_paper(by):
    with pytest.raises(Invalid) as refused:
        mandates.given(by=by)
    assert rules(refused) == [("/paper", "mandate.paper")]
    made = mandates.given(by=by, paper="17 of 2026-01-12")
    assert (made.given_role, made.given_by, made.paper) == (by.login, by.person, "17 of 2026-01-12")
    assert mandates.revoked(made, "the firm wrote", by=supervisor(login="third")).revoked_by == person("third")


@pytest.mark.parametrize(
    "by",
    [other_trader(), officer(), inspector(), auditor(), actor("analyst", "*"), supervisor("TJDUS")],
    ids=lambda by: f"{by.login}@{by.grants[0].post}",
)
def test_nobody_else_gives_one(by):
    """Least of all the firm that would profit from it."""
    with pytest.raises(Forbidden):
        mandates.given(by=by, paper="17 of 2026-01-12")
    made = mandates.given()
    with pytest.raises((Forbidden, NotFound)):
        mandates.revoked(made, by=by)


def test_an_official_who_acts_for_the_declarant_registers_nothing_for_it():
    both = dataclasses.replace(supervisor(), grants=(*supervisor().grants, *other_trader().grants))
    with pytest.raises(Forbidden):
        mandates.given(by=both, paper="17 of 2026-01-12")


def test_an_official_confirms_who_he_is():
    stale = dataclasses.replace(supervisor(), fresh=False)
    with pytest.raises(FreshSignInNeeded):
        mandates.given(by=stale, paper="17 of 2026-01-12")
    made = mandates.given()
    with pytest.raises(FreshSignInNeeded):
        mandates.revoked(made, by=stale)


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"declarant": PARTY}, [("/declarant", "mandate.same-firm")]),
        ({"declarant": "TJ-000000000"}, [("/declarant", "mandate.firm")]),
        ({"scopes": ()}, [("/scopes", "mandate.scope")]),
        ({"scopes": ("guarantees",)}, [("/scopes", "mandate.scope")]),
        ({"valid_to": dt.date(2019, 12, 31)}, [("/valid_to", "mandate.days-order")]),
        ({"valid_to": dt.date(2020, 12, 31)}, [("/valid_to", "mandate.days-over")]),
        ({"post": "XXXXX"}, [("/post", "mandate.post")]),
        ({"post": "AFSKB"}, [("/post", "mandate.post")]),
    ],
    ids=str,
)
def test_what_is_no_mandate(bent, said):
    with pytest.raises(Invalid) as refused:
        mandates.given(**bent)
    assert rules(refused) == said


def test_a_mandate_that_ends_names_why():
    made = mandates.given()
    for reason, by in ((" ", trader()), ("x" * 2001, trader()), ("\x00", supervisor())):
        with pytest.raises(Invalid) as refused:
            mandates.revoked(made, reason, by=by)
        assert rules(refused) == [("/reason", "mandate.reason")]


def test_both_firms_see_it_and_the_officials_of_its_post():
    made = mandates.given()
    with db.reading() as session:
        for by in (trader(), other_trader(), officer(), supervisor(), administrator(), auditor()):
            assert queries.mandate(session, made.id, by=by).id == made.id
            assert [m.id for m in queries.mandates(session, by=by)] == [made.id]
        for by in (trader("TJ-510099999", login="third"), officer("TJDUS"), inspector()):
            assert queries.mandates(session, by=by) == []
            with pytest.raises(NotFound):
                queries.mandate(session, made.id, by=by)


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("scopes", "'{guarantees}'", "scopes_known"),
        ("scopes", "'{}'", "scopes_known"),
        ("declarant", "principal", "two_firms"),
        ("paper", "'x'", "paper_named"),
        ("given_role", "'officer'", "given_role_known"),
        ("valid_to", "valid_from - 1", "days_ordered"),
        ("revoked_at", "given_at", "revoked_by_somebody"),
        ("principal", "'TJ-000000000'", "fk_mandate_principal_party"),
    ],
)
def test_the_database_holds_it_too(session, column, value, check):
    mandates.given()
    columns = {c.key: c.key for c in Mandate.__table__.columns} | {"id": "gen_random_uuid()", column: value}
    with pytest.raises(IntegrityError, match=check), session.begin_nested():
        session.execute(
            text(f"INSERT INTO mandate ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM mandate")
        )


def test_a_mandate_changed_past_the_verbs_is_told(session):
    mandates.given()
    nested = session.begin_nested()
    ended = "revoked_at = given_at, revoked_by = given_by, revoked_name = '', revoked_role = '', revoked_reason = ''"
    session.execute(text(f"UPDATE mandate SET {ended}"))
    assert {(d.kind, d.key) for d in integrity.compare(session)[1]} == {("mandate", "revoked")}
    nested.rollback()


# Certificates --------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate():
    """Frees ten tons of the first firm's trousers from duty."""
    command = RegisterCertificate(
        post=POST, number="EX-7", issuer="Ministry of Economy", source="decree 1", holder=PARTY, measure="net_kg",
        granted=Decimal(10000), taxes=("duty",), valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2099, 12, 31),
    )  # fmt: skip
    with db.transaction() as session:
        made = exemptions.register(session, command, by=officer()).id
    with db.transaction() as session:
        exemptions.settle(session, made, approved=True, reason="", by=supervisor())
    return made


def brokered(colour="yellow"):
    """The second firm declares goods of the first one, and names that one's certificate."""
    body = lives.lane(colour, lives.due())
    body["declarant"]["id"] = OTHER_PARTY
    body["items"][0]["documents"].append({"type": "911", "number": "EX-7", "date": "2026-10-01"})
    return body


def declared(body=None):
    return lives.lodged(body or brokered(), by=other_trader())


def used(certificate):
    with db.reading() as session:
        return certificates.find(session, certificate, by=auditor()).used


def assessed(declaration):
    """Whether the duty is freed, and the rules of the warnings."""
    with db.reading() as session:
        row = owed.assessment(session, declaration.post, declaration.id)
    duty = next(line for line in row.result["items"][0]["lines"] if line["tax"] == "duty")
    return duty["status"] == "exempt", {(w["pointer"], w["rule"]) for w in row.result["warnings"]}


WARNED = ("/items/0/documents/1/number", "exemption.mandate")


def anew(declaration):
    with db.transaction() as session:
        dues.anew(session, declaration.reference, "the mandate is there", None, by=officer())


def test_without_a_mandate_nothing_is_written_off_and_it_is_said_why(certificate):
    declaration = declared()
    free, warnings = assessed(declaration)
    assert not free and WARNED in warnings
    assert used(certificate) == 0
    with db.reading() as session:
        shown = dues.of(session, cases.again(declaration), by=other_trader())
    (said,) = [str(w.message) for w in shown.warnings if w.rule == "exemption.mandate"]
    assert all(word in said for word in ("EX-7", PARTY, OTHER_PARTY, "mandate"))


def test_a_draft_is_told_before(certificate):
    with db.reading() as session:
        told = {(f.pointer, f.rule) for f in lodging.check(session, brokered(), by=other_trader())}
    assert WARNED in told
    mandates.given()
    with db.reading() as session:
        told = {f.rule for f in lodging.check(session, brokered(), by=other_trader())}
    assert "exemption.mandate" not in told


def test_with_a_mandate_it_is_written_off(certificate):
    mandates.given(scopes=("certificates",))
    free, warnings = assessed(declared())
    assert free and WARNED not in warnings
    assert used(certificate) == Decimal("2300.000")


@pytest.mark.parametrize(
    "bent",
    [
        {"scopes": ("stocks",)},
        {"post": "TJDUS"},
        {"valid_from": dt.date(2098, 1, 1)},
        {"principal": OTHER_PARTY, "declarant": PARTY},
    ],
    ids=str,
)
def test_a_mandate_for_something_else_is_none(certificate, bent):
    mandates.given(**bent)
    free, warnings = assessed(declared())
    assert not free and WARNED in warnings and used(certificate) == 0


def test_a_mandate_that_has_run_out_is_none(certificate, monkeypatch):
    today = dt.datetime.now(dt.UTC).date()
    mandates.given(valid_to=today + DAY)
    assert assessed(declared())[0]
    later = dt.datetime.now(dt.UTC) + 3 * DAY
    monkeypatch.setattr("app.flows.mandating.now", lambda _session: later)
    assert not assessed(declared())[0]


def test_revoked_it_counts_no_more(certificate):
    made = mandates.given()
    assert assessed(declared())[0]
    mandates.revoked(made)
    free, warnings = assessed(declared())
    assert not free and WARNED in warnings
    assert used(certificate) == Decimal("2300.000"), "what was written off stays so"


def test_given_afterwards_it_counts_when_the_duties_are_calculated_again(certificate):
    declaration = declared()
    mandates.given()
    assert not assessed(declaration)[0]
    anew(declaration)
    assert assessed(declaration)[0] and used(certificate) == Decimal("2300.000")


def heavier(body):
    body["items"][0].update(net_kg="2400.000", gross_kg="2500.000")


def lighter(body):
    body["items"][0]["net_kg"] = "2000.000"


def accepted(declaration, bend):
    body = warehouses.written_by(declaration, by=other_trader())
    bend(body)
    with db.transaction() as session:
        command = amending.RequestAmendment(declaration.reference, body, "weighed again")
        asked = amending.request(session, command, by=other_trader())
    with db.transaction() as session:
        amending.accept(session, SettleRequest(declaration.reference, asked.amendment.id, "seen"), by=officer())


def test_what_was_written_off_before_it_was_revoked_stays_and_grows_no_more(certificate):
    made = mandates.given()
    declaration = declared()
    mandates.revoked(made)
    anew(declaration)
    assert assessed(declaration)[0] and used(certificate) == Decimal("2300.000")
    accepted(declaration, heavier)
    assert used(certificate) == Decimal("2300.000")
    assert WARNED in assessed(declaration)[1], "the rest is not freed, and it is said why"
    accepted(declaration, lighter)
    assert used(certificate) == Decimal("2000.000") and assessed(declaration)[0]
    accepted(declaration, heavier)
    assert used(certificate) == Decimal("2000.000"), "what was given back is gone"


def test_a_withdrawn_certificate_frees_what_it_has_freed(certificate):
    body = brokered()
    body["declarant"]["id"] = PARTY
    declaration = lives.lodged(body)
    with db.transaction() as session:
        exemptions.withdraw(session, certificate, "issued in error", by=supervisor())
    anew(declaration)
    assert assessed(declaration)[0] and used(certificate) == Decimal("2300.000")


def test_what_is_lodged_in_advance_needs_it_when_it_is_presented(certificate):
    made = mandates.given()
    declaration = declared(lives.early(brokered()))
    assert used(certificate) == Decimal("2300.000")
    mandates.revoked(made)
    with db.transaction() as session:
        presenting.present(session, declaration.reference, None, by=other_trader())
    free, warnings = assessed(declaration)
    assert not free and WARNED in warnings and used(certificate) == 0


def test_ones_own_certificate_needs_none(certificate):
    body = brokered()
    body["declarant"]["id"] = PARTY
    assert assessed(lives.lodged(body))[0] and used(certificate) == Decimal("2300.000")


def test_a_document_that_is_no_certificate_is_not_warned_of():
    """Who declares for another firm is not warned of its invoices."""
    assert "exemption.mandate" not in {rule for _pointer, rule in assessed(declared())[1]}


# Goods under suspense ------------------------------------------------------------------------------------------------


def taken(source, net="2300.000", packages=120, colour="green"):
    """The second firm takes goods of the first one out of its warehouse."""
    body = warehouses.leaving(source.mrn, net, packages)
    body["declarant"]["id"] = OTHER_PARTY
    return lives.lodged(lives.lane(colour, body), by=other_trader())


WANTED = ("/items/0/previous_documents/0/number", "previous.mandate")


def test_without_a_mandate_nothing_leaves_the_warehouse():
    source = warehouses.placed()
    with pytest.raises(Invalid) as refused:
        taken(source)
    assert rules(refused) == [WANTED]
    said = str(refused.value.findings[0].message)
    assert all(word in said for word in (source.mrn, PARTY, OTHER_PARTY, "mandate"))
    assert warehouses.left(source) == {1: (warehouses.WHOLE, Decimal(120))}


def test_who_has_no_mandate_is_not_told_what_is_there():
    """The answer is the same for goods that are there and for those that are not."""
    source = warehouses.placed()
    body = warehouses.leaving(source.mrn, item=7)
    body["declarant"]["id"] = OTHER_PARTY
    with pytest.raises(Invalid) as refused:
        lives.lodged(body, by=other_trader())
    assert rules(refused) == [WANTED]


def test_with_a_mandate_they_leave():
    source = warehouses.placed()
    mandates.given(scopes=("stocks",))
    assert taken(source).status == "released"
    assert warehouses.left(source) == {1: (Decimal("0.000"), Decimal(0))}


@pytest.mark.parametrize("bent", [{"scopes": ("certificates",)}, {"post": "TJDUS"}], ids=str)
def test_with_a_mandate_for_something_else_they_stay(bent):
    source = warehouses.placed()
    mandates.given(**bent)
    with pytest.raises(Invalid) as refused:
        taken(source)
    assert rules(refused) == [WANTED]


def test_revoked_no_more_leaves_and_what_has_left_stays_written_off():
    source = warehouses.placed()
    made = mandates.given()
    declaration = taken(source, "1000.000", 60, colour="yellow")
    mandates.revoked(made)
    with pytest.raises(Invalid) as refused:
        taken(source, "1.000", 1)
    assert rules(refused) == [WANTED]
    anew(declaration)
    assert warehouses.left(source) == {1: (Decimal("1300.000"), Decimal(60))}
    with pytest.raises(Invalid) as refused:
        accepted(declaration, warehouses.taken_now("1000.001", 60))
    assert [f.rule for f in refused.value.findings] == ["previous.too-much"]


def test_revoked_less_may_be_taken():
    source = warehouses.placed()
    made = mandates.given()
    declaration = taken(source, "1000.000", 60, colour="yellow")
    mandates.revoked(made)
    accepted(declaration, warehouses.taken_now("900.000", 50))
    assert warehouses.left(source) == {1: (Decimal("1400.000"), Decimal(70))}
