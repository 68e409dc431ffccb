"""Drafts, lodging, visibility: who sees what, and what is never deleted."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.actors import Grant
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import operations, queries
from app.declarations.commands import Decide, DeleteDraft, SaveDraft
from app.flows import deciding, lodging
from app.registers import declarations as register
from tests.factories import cases, declarations
from tests.factories.actors import (
    OTHER_PARTY,
    PARTY,
    administrator,
    analyst,
    auditor,
    inspector,
    liaison,
    neighbour,
    officer,
    other_trader,
    supervisor,
    trader,
)


@pytest.fixture(autouse=True)
def no_chance(request):
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "session")
    cases.no_chance()


def draft(body=None, *, by=None, **more):
    with db.transaction() as session:
        command = SaveDraft("TJPPJ", body if body is not None else declarations.words(), **more)
        return operations.save_draft(session, command, by=by or trader())


OFFICIALS = [officer(), inspector(), supervisor(), analyst(), auditor()]
OTHERS = [
    officer("TJDUS"),
    supervisor("TJDUS"),
    inspector("TJDUS"),
    other_trader(),
    liaison(),
    administrator(),
    neighbour(),
]


@pytest.mark.parametrize("who", OFFICIALS, ids=lambda a: a.login)
def test_officials_of_the_post_see_what_is_lodged(who):
    lodged = cases.red()
    with db.reading() as session:
        assert queries.find(session, lodged.reference, by=who).id == lodged.id
        assert queries.find(session, lodged.mrn, by=who).id == lodged.id
        assert queries.sees_lane(who, lodged.post)
        assert lodged.reference in [line.reference for line in register.page(session, register.Filters(), by=who).lines]


@pytest.mark.parametrize("who", OTHERS, ids=lambda a: f"{a.login}@{a.grants[0].post}")
def test_others_do_not_learn_that_it_is_there(who):
    lodged = cases.red()
    with db.reading() as session:
        for name in (lodged.reference, lodged.mrn):
            with pytest.raises(NotFound) as refused:
                queries.find(session, name, by=who)
            with pytest.raises(NotFound) as unknown:
                queries.find(session, "TJPPJ-0000-0000-0000", by=who)
            assert str(refused.value) == str(unknown.value), "hidden and missing look the same"
        assert register.page(session, register.Filters(), by=who).lines == []


def test_the_firm_sees_its_own_without_lane():
    lodged = cases.red()
    with db.reading() as session:
        assert queries.find(session, lodged.reference, by=trader()).id == lodged.id
        lines = register.page(session, register.Filters(), by=trader()).lines
        assert [line.lane for line in lines if line.reference == lodged.reference] == [None]
        with pytest.raises(Forbidden):
            register.page(session, register.Filters(lane="red"), by=trader())
    assert not queries.sees_lane(trader(), lodged.post)


@pytest.mark.parametrize("who", [*OFFICIALS, *OTHERS], ids=lambda a: f"{a.login}@{a.grants[0].post}")
def test_a_draft_is_its_firms_own(who):
    kept = draft()
    with db.reading() as session:
        with pytest.raises(NotFound):
            queries.find(session, kept.reference, by=who)
        assert kept.reference not in [
            line.reference for line in register.page(session, register.Filters(), by=who).lines
        ]
        assert queries.find(session, kept.reference, by=trader(login="a colleague")).id == kept.id


def test_a_person_with_two_roles_sees_both_but_each_only_where_it_holds():
    """An officer of another post who also trades: his firm's goods here without their lane."""
    both = replace(officer("TJDUS"), grants=(Grant("officer", "TJDUS"), Grant("trader", "*", PARTY)))
    lodged = cases.red()
    with db.reading() as session:
        assert queries.find(session, lodged.reference, by=both)
        assert not queries.sees_lane(both, lodged.post)
        lines = register.page(session, register.Filters(), by=both).lines
        assert {line.lane for line in lines if line.reference == lodged.reference} == {None}


def test_nobody_without_a_grant_sees_anything():
    lodged = cases.red()
    nobody = replace(officer(), grants=())
    with db.reading() as session, pytest.raises(NotFound):
        queries.find(session, lodged.reference, by=nobody)


def test_a_draft_may_be_half_written_and_is_kept_as_it_is():
    body = {"post": "TJPPJ", "invoice": {"total": "not yet"}, "strange": [1, None, {"ё": "۱"}]}
    kept = draft(body)
    with db.reading() as session:
        assert queries.draft(session, kept).body == body
        assert kept.mrn is None and kept.status == "draft" and kept.party == PARTY
        found = lodging.check(session, body, by=trader())
    assert {"/consignor", "/items", "/invoice/total", "/strange"} <= {f.pointer for f in found}


def test_a_draft_is_written_over_only_by_who_has_seen_it():
    kept = draft()
    first = draft({"n": 1}, reference=kept.reference, version=kept.version)
    with pytest.raises(ChangedMeanwhile) as refused:
        draft({"n": 2}, reference=kept.reference, version=kept.version, by=trader(login="a colleague"))
    assert refused.value.facts["changed"]["by"] == "trader" and refused.value.facts["version"] == first.version
    with pytest.raises(NotFound):
        draft({"n": 2}, reference=kept.reference, version=first.version, by=other_trader())


def test_a_draft_of_somebody_elses_firm_is_not_made():
    with pytest.raises(Forbidden):
        draft(party=OTHER_PARTY)
    with pytest.raises(Forbidden):
        draft(by=officer())
    assert draft(declarations.words(party=OTHER_PARTY)).party == PARTY, "the firm acted for, whoever is written down"


def test_lodging_a_draft_keeps_its_reference_and_gives_it_a_number():
    kept = draft()
    with db.transaction() as session:
        lodged = lodging.submit(session, kept.reference, kept.version, by=trader())
    assert lodged.declaration.reference == kept.reference and lodged.declaration.mrn
    for act in (
        lambda s: lodging.submit(s, kept.reference, None, by=trader()),
        lambda s: operations.delete_draft(s, DeleteDraft(kept.reference, None), by=trader()),
        lambda s: operations.save_draft(s, SaveDraft("TJPPJ", {}, reference=kept.reference), by=trader()),
    ):
        with pytest.raises(WrongState), db.transaction() as session:
            act(session)
    with pytest.raises(Forbidden), db.transaction() as session:
        lodging.submit(session, kept.reference, None, by=officer())


def test_a_declaration_lodged_at_once_is_no_draft_either():
    lodged = cases.lodged()
    with pytest.raises(WrongState), db.transaction() as session:
        lodging.submit(session, lodged.reference, None, by=trader())


def test_a_draft_begun_for_one_post_is_not_lodged_at_another():
    kept = draft()
    draft({**declarations.words(), "post": "TJDUS"}, reference=kept.reference, version=kept.version)
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        lodging.submit(session, kept.reference, None, by=trader())
    assert refused.value.findings[0].rule == "post.fixed"


def test_a_draft_can_be_thrown_away_and_the_journal_remembers():
    kept = draft()
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        operations.delete_draft(session, DeleteDraft(kept.reference, kept.version + 1), by=trader())
    with db.transaction() as session:
        operations.delete_draft(session, DeleteDraft(kept.reference, kept.version), by=trader())
    with db.reading() as session:
        with pytest.raises(NotFound):
            queries.find(session, kept.reference, by=trader())
        events = [e.event for e in journal.history(session, kept.post, "declaration", str(kept.id))]
    assert events == ["declaration.drafted", "declaration.discarded"]


def test_what_is_lodged_is_never_deleted(own_database):
    lodged = cases.lodged()
    for connect in (own_database.app_connection, own_database.owner_connection):
        with connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="never deleted"):
            connection.execute("DELETE FROM declaration WHERE id = %s", [lodged.id])


@pytest.mark.parametrize("column", ["party", "reference", "post", "id"])
def test_what_names_a_declaration_cannot_be_written_again(template, column):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"UPDATE declaration SET {column} = {column}")


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("status", "'unheard-of'", "status_known"),
        ("status", "'draft'", "lodged_has_mrn"),
        ("lane", "'black'", "lane_known"),
        ("mrn", "NULL", "lodged_has_mrn"),
        ("version", "0", "versions_sane"),
        ("changed_at", "'infinity'", "changed_at_sane"),
        ("lodged_at", "'20000-01-01'", "lodged_at_sane"),
    ],
)
def test_the_table_itself_refuses(session, column, value, check):
    lodged = cases.yellow()
    with pytest.raises(DBAPIError, match=check if column != "lane" else f"{check}|two persons"), session.begin_nested():
        session.execute(text(f"UPDATE declaration SET {column} = {value} WHERE id = :id"), {"id": lodged.id})


def test_a_refused_lodging_leaves_nothing():
    with db.reading() as session:
        before = _counts(session)
    body = declarations.words()
    body["items"][0]["net_kg"] = "99999"
    with pytest.raises(Invalid):
        cases.lodged(body)
    with pytest.raises(Forbidden):
        cases.lodged(declarations.words(party=OTHER_PARTY))
    with db.reading() as session:
        assert _counts(session) == before


def _counts(session):
    tables = (
        "declaration",
        "declaration_content",
        "declaration_item",
        "risk_assessment",
        "inspection",
        "journal_entry",
        "outbox",
    )
    series = session.execute(text("SELECT coalesce(sum(last), 0) FROM number_series")).scalar_one()
    return [session.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables], series


def test_warnings_are_told_and_do_not_stop():
    body = declarations.words()
    body["invoice"]["total"] = "1.00"
    with db.transaction() as session:
        lodged = declarations.lodged(session, body)
        assert [w.rule for w in lodged.warnings] == ["invoice.total", "value.above-invoice"]
    with db.reading() as session:
        declared = queries.declared(session, lodged.declaration)
        assert [w.rule for w in lodging.warnings(session, declared, lodged.declaration)] == ["invoice.total", "value.above-invoice"]


def test_history_names_every_step_and_its_actor():
    case = cases.decided(cases.inspected(cases.red()))
    with db.reading() as session:
        entries = journal.history(session, case.post, "declaration", str(case.id))
        told = (
            session.execute(text("SELECT topic FROM outbox WHERE subject = :id ORDER BY id"), {"id": str(case.id)})
            .scalars()
            .all()
        )
    assert [(e.event, e.login, e.role) for e in entries] == [
        ("declaration.lodged", "trader", "trader"),
        ("declaration.selected", "system", "system"),
        ("declaration.control-started", "inspector", "inspector"),
        ("declaration.control-continued", "inspector", "inspector"),
        ("declaration.released", "officer", "officer"),
    ]
    assert sorted(told) == sorted(e.event for e in entries)
    versions = [e.after["version"] for e in entries]
    assert versions == sorted(versions) and versions[0] < versions[-1]


@pytest.mark.parametrize("scopes", [{"read"}, {"write"}, {"read", "write"}])
def test_a_token_without_the_scope_decides_nothing(scopes):
    case = cases.yellow()
    bound = replace(officer(), scopes=frozenset(scopes))
    with pytest.raises(Forbidden), db.transaction() as session:
        deciding.decide(session, Decide(case.reference, "release", "because"), by=bound)


def test_a_reading_token_keeps_no_draft():
    with pytest.raises(Forbidden):
        draft(by=replace(trader(), scopes=frozenset({"read"})))
