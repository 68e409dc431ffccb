"""The pages of oversight: look-ups stand in the journal, a week is answered and signed, the gate is counted."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select, text

from app.core import clock, db
from app.core.actors import SYSTEM
from app.core.journal import JournalEntry
from app.flows import overseeing
from app.oversight.commands import Found, Wrong
from app.oversight.models import Case, GateCount, Report
from app.oversight.operations import reports as weekly
from app.oversight.operations import watching
from app.web.oversight import notices
from tests.factories import actors, cases
from tests.factories.desks import desk, file_of

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def sits(app, session):
    """sits(login) is the browser of this person; what was marked on pages before is forgotten."""

    def sit(login):
        with app.app_context():
            notices.changed()
        app.extensions["guzar.looks"].__init__()
        return desk(app, login)

    return sit


def looks(kind: str, person: str = "officer") -> list[str]:
    with db.reading() as session:
        rows = session.execute(
            select(JournalEntry.subject)
            .where(JournalEntry.event == f"looked.{kind}", JournalEntry.login == person)
            .order_by(JournalEntry.number)
        )
        return list(rows.scalars())


def test_a_file_opened_by_an_official_is_journaled_once_an_hour(sits):
    declaration, other = cases.lodged(), cases.lodged()
    officer = sits("officer")
    for _again in range(3):
        officer.text(file_of(declaration))
    officer.text(file_of(other))
    officer.text("/officer/worklist")
    assert looks("declaration") == [declaration.reference, other.reference]
    # Another process knows nothing of what this one has journaled; the table does.
    sits("officer").text(file_of(declaration))
    assert looks("declaration") == [declaration.reference, other.reference]


def test_searches_are_journaled_and_what_is_not_shown_is_not(sits):
    officer = sits("officer")
    officer.get("/supervisor/permits?q=KBL00001")
    officer.get("/officer/declarations/TJPPJ-0000-0000-0000")
    assert looks("search") == ["KBL00001"]
    assert looks("declaration") == []


def test_a_trader_is_not_watched_at_his_own(sits):
    declaration = cases.lodged()
    sits("trader").text(f"/trader/declarations/{declaration.reference}")
    assert looks("declaration", "trader") == []


def test_the_auditor_finds_who_looked(sits):
    declaration = cases.lodged()
    sits("officer").text(file_of(declaration))
    auditor = sits("auditor")
    page = auditor.text(f"/oversight/journal?thing={declaration.reference}")
    assert "looked.declaration" in page
    assert "declaration.lodged" in page
    by_name = auditor.text("/oversight/journal?who=Баҳром&what=looked.")
    assert declaration.reference in by_name
    assert "declaration.lodged" not in by_name.partition("<tbody>")[2]
    assert "No entry fits" in auditor.text("/oversight/journal?who=Баҳром&until=2001-01-01&since=2001-01-01")
    assert looks("search", "auditor"), "reading the journal is a look-up too"
    for login in ("officer", "supervisor", "analyst", "administrator"):
        assert sits(login).get("/oversight/journal").status_code == 403


def test_the_journal_goes_on_page_by_page(sits):
    page = sits("auditor").text("/oversight/journal")
    numbers = re.findall(r'data-label="Number"><code[^>]*>(\d+)', page) or re.findall(r">(\d+)</", page)
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following, "the seed wrote more than a page"
    second = sits("auditor").text(following[1].replace("&amp;", "&"))
    assert numbers[0] not in re.findall(r'data-label="Number"><code[^>]*>(\d+)', second)


# --- The weekly report ------------------------------------------------------------------------------------------------


def person_of(login: str):
    with db.reading() as session:
        return session.execute(text("SELECT person_id FROM app_user WHERE login = :l"), {"l": login}).scalar_one()


def a_report(*rules: tuple[str, tuple[str, ...]]) -> Report:
    """A report with one case a rule, each naming these logins."""
    facts = {"before": "red", "after": "green", "reason": "known <b>firm</b>", "copy": 3}
    found = [
        Found(rule, "declaration", f"s{n}", f"TJPPJ-{n}", None, [(person_of(login), login) for login in logins], facts)
        for n, (rule, logins) in enumerate(rules)
    ]
    with db.transaction() as session:
        figures = {"lodged": 4, "released": 2, "inspected": 1, "exited": 2, "entries": 99}
        made = weekly.make(session, actors.POST, MONDAY, figures=figures, limits={}, found=found, by=SYSTEM)
        assert made is not None
        return made


def page_of(report: Report) -> str:
    return f"/oversight/reports/{report.id}"


def answered(who, report, number, words="Seen the papers, they agree", answer="explained"):
    return who.deed(page_of(report), f"{page_of(report)}/cases/{number}", answer=answer, words=words)


def signed(who, report, **more):
    return who.deed(page_of(report), f"{page_of(report)}/signature", **{"seen": report.cases, **more})


def test_a_week_is_answered_case_by_case_and_signed(sits):
    report = a_report(("lane-lowered", ("officer",)), ("reprinted", ("officer2", "supervisor2")), ("reprinted", ()))
    supervisor = sits("supervisor")
    page = supervisor.text(page_of(report))
    assert "Lane lowered" in page
    assert "known &lt;b&gt;firm" in page
    refused = signed(supervisor, report)
    assert refused.status_code == 409
    assert "Cases wait for an answer: 1, 2, 3." in refused.text
    assert answered(supervisor, report, 1, words="ok").status_code == 422
    assert answered(supervisor, report, 1, answer="fine").status_code == 422
    assert answered(sits("supervisor2"), report, 2).status_code == 403, "nobody answers a case that names him"
    for number in (1, 2, 3):
        assert answered(supervisor, report, number).status_code == 303
    assert answered(supervisor, report, 1).status_code == 409
    assert signed(supervisor, report, seen=1).status_code in (409, 412), "the page showed something else"
    assert signed(supervisor, report, remark="Talked to all three").status_code == 303
    assert signed(supervisor, report).status_code == 409
    page = sits("auditor").text(page_of(report))
    assert "Talked to all three" in page
    assert "Нигора Ҳакимова" in page
    with db.reading() as session:
        events = session.execute(
            select(JournalEntry.event).where(JournalEntry.kind == "oversight").order_by(JournalEntry.number)
        ).scalars()
        assert list(events) == ["oversight.report-made", *["oversight.case-answered"] * 3, "oversight.report-signed"]


def test_what_names_the_signer_goes_to_the_auditor(sits):
    report = a_report(("lane-lowered", ("supervisor",)), ("reprinted", ()), ("reprinted", ()))
    supervisor = sits("supervisor")
    for number in (2, 3):
        answered(supervisor, report, number)
    assert "names you" in supervisor.text(page_of(report))
    assert signed(supervisor, report).status_code == 303
    assert answered(sits("supervisor2"), report, 1).status_code == 409, "signed: the rest is the auditor's"
    auditor = sits("auditor")
    assert "wait for the auditor: <" in auditor.text("/oversight/reports") or "wait for the auditor" in auditor.text(
        "/oversight/reports"
    )
    assert answered(auditor, report, 1, answer="investigate").status_code == 303


def test_who_is_named_in_most_cases_signs_nothing(sits):
    report = a_report(("lane-lowered", ("supervisor",)), ("reprinted", ("supervisor",)), ("reprinted", ()))
    supervisor, second = sits("supervisor"), sits("supervisor2")
    answered(supervisor, report, 3)
    assert signed(supervisor, report).status_code == 403
    for number in (1, 2):
        assert answered(second, report, number).status_code == 303
    assert signed(second, report).status_code == 303


def test_an_unsigned_report_goes_before_the_auditor_and_stands_on_every_supervisors_page(sits):
    report = a_report(("reprinted", ()))
    mark = "nobody signed in time"
    assert mark not in sits("supervisor").text("/supervisor/permits")
    assert signed(sits("auditor"), report).status_code == 403, "not yet his"
    with db.transaction() as session:
        clock.set_clock(session, db.now(session) + dt.timedelta(days=3, minutes=1))
        assert [late.id for late in overseeing.escalate_late(session, by=SYSTEM)] == [report.id]
    with db.transaction() as session:
        clock.set_clock(session, db.now(session) + dt.timedelta(days=9))
        assert overseeing.escalate_late(session, by=SYSTEM) == [], "told once"
    for login in ("supervisor", "supervisor2", "auditor"):
        assert mark in sits(login).text("/supervisor/permits"), login
    assert mark not in sits("officer").text("/supervisor/permits")
    auditor = sits("auditor")
    answered(auditor, report, 1)
    assert signed(auditor, report).status_code == 303
    assert mark not in sits("supervisor").text("/supervisor/permits")


def test_signed_reports_and_answers_cannot_be_changed_by_sql(sits, session):
    report = a_report(("reprinted", ()))
    answered(sits("supervisor"), report, 1)
    signed(sits("supervisor"), report)
    for statement in (
        "UPDATE oversight_report SET remark = 'x'",
        "UPDATE oversight_case SET words = 'something else'",
        "DELETE FROM oversight_case",
        "DELETE FROM oversight_report",
    ):
        with pytest.raises(Exception, match="signed|answered|permission denied"), session.begin_nested():
            session.execute(text(statement))
    with pytest.raises(Exception, match="answered_by_another"), session.begin_nested():
        session.add(
            Case(post=report.post, report_id=report.id, number=9, rule="x", kind="x", subject="x", reference="x",
                 persons=[person_of("officer")], names=["x"], facts={}, answer="explained", words="fine",
                 answered_by=person_of("officer"), answered_name="x", answered_at=dt.datetime.now(dt.UTC))
        )  # fmt: skip
        session.flush()


def test_others_do_not_read_reports(sits):
    report = a_report(("reprinted", ()))
    for login in ("officer", "analyst", "administrator"):
        assert sits(login).get(page_of(report)).status_code == 403
    assert sits("supervisor").get("/oversight/reports/00000000-0000-7000-8000-000000000000").status_code == 404


# --- The gate, and rows nobody answers for ----------------------------------------------------------------------------


def test_the_gate_is_counted_beside_the_papers(sits):
    officer = sits("inspector")
    with db.reading() as session:
        today = db.now(session).astimezone(dt.timezone(dt.timedelta(hours=5))).date()

    def count(**more):
        fields = {"day": str(today), "direction": "out", "trucks": "12", **more}
        return officer.deed("/oversight/gate", "/oversight/gate", **fields)

    assert count().status_code == 303
    assert count(trucks="۱۳").status_code == 303, "Persian digits, and a better count"
    for wrong in ({"trucks": "-1"}, {"trucks": "many"}, {"day": "tomorrow"}, {"day": str(today + dt.timedelta(days=1))},
                  {"day": str(today - dt.timedelta(days=15))}, {"direction": "up"}, {"note": "x" * 501}):  # fmt: skip
        assert count(**wrong).status_code == 422, wrong
    with db.reading() as session:
        assert sorted(row.trucks for row in session.execute(select(GateCount)).scalars()) == [12, 13]
    page = sits("auditor").text("/oversight/gate")
    assert ">13<" in page
    assert sits("analyst").get("/oversight/gate").status_code == 403


def test_rows_that_nobody_answers_for_stand_on_every_page_until_an_auditor_settles_them(sits):
    with db.transaction() as session:
        watching.tell(session, [Wrong("permit", actors.POST, "s1", "writer", "transaction 7", "no entry")], by=SYSTEM)
    for login in ("supervisor", "auditor"):
        assert "behind the application" in sits(login).text("/supervisor/permits")
    assert "behind the application" not in sits("officer").text("/supervisor/permits")
    auditor = sits("auditor")
    action = re.search(r'action="(/oversight/integrity/[^"]+)"', auditor.text("/oversight/integrity"))
    assert action
    assert auditor.deed("/oversight/integrity", action[1], words="no").status_code == 422
    assert auditor.deed("/oversight/integrity", action[1], words="Repaired by order 12").status_code == 303
    assert "behind the application" not in sits("supervisor").text("/supervisor/permits")
    assert "Over" in auditor.text("/oversight/integrity")
    metrics = auditor.get("/metrics").text
    assert "guzar_integrity_differences 0.0" in metrics
