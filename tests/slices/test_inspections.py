"""What is seen at the truck: findings are added, a conclusion ends it, and red goods wait for both."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.flows import approving, deciding, inspecting
from app.inspections import queries
from app.inspections.commands import AddFinding, Conclude
from tests.factories import cases
from tests.factories.actors import auditor, inspector, officer, supervisor, trader


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


def find(case, command=cases.SEEN, *, version=None, by=None):
    with db.transaction() as session:
        return inspecting.add_finding(session, case.reference, command, version, by=by or inspector())


def conclude(case, conclusion="conform", *, version=None, by=None):
    with db.transaction() as session:
        return inspecting.conclude(
            session, case.reference, Conclude(conclusion, "all opened"), version, by=by or inspector()
        )


def inspections(case):
    with db.reading() as session:
        return [(i.kind, i.status, i.conclusion) for i in queries.of_declaration(session, case.post, case.id)]


def test_lanes_order_what_is_looked_at():
    assert inspections(cases.red()) == [("goods", "ordered", None)]
    assert inspections(cases.yellow()) == [("documents", "ordered", None)]
    assert inspections(cases.lodged()) == []


def test_from_the_order_to_the_result():
    case = cases.red()
    opened, finding = find(case)
    assert (opened.status, finding.found, finding.name) == ("under_control", "as declared", "Inspector")
    find(case, AddFinding("41", False, "seal broken", declared="seal AB123", item=None), by=officer())
    closed, inspection = conclude(case, "discrepancy")
    assert (closed.status, inspection.conclusion, inspection.concluded_by) == (
        "under_control",
        "discrepancy",
        inspector().person,
    )
    with db.reading() as session:
        found = queries.findings(session, [inspection])[inspection.id]
        entries = journal.history(session, case.post, "inspection", str(inspection.id))
    assert [(f.control, f.conform, f.item) for f in found] == [("40", True, 1), ("41", False, None)]
    assert [e.event for e in entries] == [
        "inspection.ordered",
        "inspection.assigned",
        "inspection.finding-added",
        "inspection.finding-added",
        "inspection.step-done",
        "inspection.step-done",
        "inspection.concluded",
    ]
    assert entries[3].after["found"] == "seal broken", "the journal keeps what was seen"


def test_goods_are_not_concluded_upon_unseen():
    case = cases.red()
    with pytest.raises(Invalid) as refused:
        conclude(case)
    assert refused.value.findings[0].rule == "conclusion.no-finding"


@pytest.mark.parametrize("conclusion", ["fine", "", "CONFORM"])
def test_a_conclusion_is_one_of_three(conclusion):
    case = cases.red()
    find(case)
    with pytest.raises(Invalid) as refused:
        conclude(case, conclusion)
    assert refused.value.findings[0].pointer == "/conclusion"


def test_a_concluded_inspection_stays_so():
    case = cases.inspected(cases.red())
    for act in (find, conclude):
        with pytest.raises(WrongState):
            act(case)


@pytest.mark.parametrize("item", [2, 999])
def test_an_item_that_is_not_declared(item):
    with pytest.raises(Invalid) as refused:
        find(cases.red(), AddFinding("40", True, "x", item=item))
    assert refused.value.findings[0].rule == "finding.item"


@pytest.mark.parametrize("who", [trader(), auditor()], ids=lambda a: a.login)
def test_who_sees_it_and_may_not(who):
    case = cases.red()
    for act in (find, conclude):
        with pytest.raises(Forbidden):
            act(case, by=who)


def test_another_posts_inspector_does_not_see_it():
    with pytest.raises(NotFound):
        find(cases.red(), by=inspector("TJDUS"))


def test_a_finding_on_an_old_version_is_refused_and_says_who():
    case = cases.red()
    find(case, version=case.version)
    for act in (find, conclude):
        with pytest.raises(ChangedMeanwhile) as refused:
            act(case, version=case.version, by=officer())
        assert refused.value.facts["changed"]["by"] == "inspector"


def test_every_finding_gives_the_file_a_new_version():
    case = cases.red()
    versions = [find(case)[0].version for _time in range(3)]
    assert versions == sorted(set(versions)) and versions[0] > case.version


def test_a_decided_declaration_is_not_inspected():
    case = cases.decided(cases.inspected(cases.red()), "seize")
    with pytest.raises(WrongState):
        find(case)


def test_a_decision_cancels_what_is_still_ordered():
    case = cases.decided(cases.yellow(), "return")
    assert inspections(case) == [("documents", "cancelled", None)]


def test_holding_keeps_the_inspection_open():
    case = cases.decided(cases.red(), "hold")
    assert inspections(case) == [("goods", "ordered", None)]
    assert cases.decided(cases.inspected(case)).status == "released"


@pytest.mark.parametrize("decision", ["release", "release-with-correction"])
def test_red_is_not_released_unseen(decision):
    case = cases.red()
    with pytest.raises(WrongState) as refused:
        cases.decided(case, decision, by=supervisor())
    assert refused.value.findings[0].rule == "release.red-needs-inspection"
    find(case)
    with pytest.raises(WrongState):
        cases.decided(case, decision)
    conclude(case)
    assert cases.decided(case, decision).status == "released"


@pytest.mark.parametrize("decision", ["refuse", "seize", "return", "hold"])
def test_red_may_be_stopped_unseen(decision):
    assert cases.decided(cases.red(), decision).lane == "red"


def test_red_is_not_released_unseen_by_sql(session):
    case = cases.red()
    with pytest.raises(DBAPIError, match="red goods are not released"), session.begin_nested():
        session.execute(text("UPDATE declaration SET status = 'released' WHERE id = :id"), {"id": case.id})
    cases.inspected(case)
    with session.begin_nested():
        session.execute(text("UPDATE declaration SET status = 'released' WHERE id = :id"), {"id": case.id})


def test_red_is_not_written_down_as_released_by_sql(session):
    with pytest.raises(DBAPIError, match="red goods are not released"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO declaration SELECT post, gen_random_uuid(), 'TJPPJ-NEW', '26TJPPJ999999999R0', party, 'released', 'red', content, "
                "version, lodged_at, changed_at FROM declaration WHERE id = :id"
            ),
            {"id": cases.red().id},
        )


def test_goods_put_into_red_again_are_looked_at_again():
    """An old result does not free goods that somebody has since ordered to be opened again."""
    case = cases.inspected(cases.red())
    with db.transaction() as session:
        proposal = deciding.change_lane(session, case.reference, "yellow", "conform", None, by=supervisor())[1]
    with db.transaction() as session:
        approving.approve(session, proposal.id, "agreed", by=supervisor(login="supervisor2"))
    with db.transaction() as session:
        deciding.change_lane(session, case.reference, "red", "a message from the neighbour", None, by=officer())
    with pytest.raises(WrongState, match="inspected"):
        cases.decided(case)
    assert cases.decided(cases.inspected(case)).status == "released"


def test_one_inspection_is_open_at_a_time(session):
    case = cases.red()
    with pytest.raises(DBAPIError, match="uq_inspection_open"), session.begin_nested():
        session.execute(
            text("INSERT INTO inspection (post, id, declaration_id, kind, status, version, types, reason, reason_words, profiles, "
                 "instruction, ordered_at) SELECT post, gen_random_uuid(), declaration_id, kind, status, version, types, reason, "
                 "reason_words, profiles, instruction, ordered_at FROM inspection WHERE declaration_id = :id"),
            {"id": case.id},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "check"),
    [
        ("status = 'concluded', conclusion = 'conform', concluded_by = gen_random_uuid()", "without a finding"),
        ("conclusion = 'conform'", "concluded_by_somebody"),
        ("recommendation = 'release'", "recommended_at_the_end"),
        ("types = '{glance}'", "types_known"),
        ("kind = 'glance'", "kind_known"),
        ("status = 'done'", "status_known"),
    ],
)
def test_the_table_itself_refuses(session, values, check):
    case = cases.red()
    with pytest.raises(DBAPIError, match=check), session.begin_nested():
        session.execute(text(f"UPDATE inspection SET {values} WHERE declaration_id = :id"), {"id": case.id})


def test_findings_are_never_edited(template):
    for statement in ("UPDATE inspection_finding SET found = ''", "DELETE FROM inspection_finding"):
        with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
