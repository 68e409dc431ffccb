"""A month with a little of every abuse in it: each is in a weekly report, and honest work is hardly ever."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from app.core import db
from app.core.actors import SYSTEM
from app.flows import overseeing
from app.oversight.models import Case, Report
from app.oversight.queries import reports
from app.oversight.rules.exceptions import RULES, why
from app.registers.oversight.exceptions import STATEMENTS
from tests.factories import abuse_month
from tests.factories.abuse_month import MONDAY, WEEKS
from tests.factories.actors import POST, auditor


@pytest.fixture
def month(own_database, tmp_path):
    return abuse_month.build(own_database, tmp_path)


def reported() -> list[tuple[Report, list[Case]]]:
    made = []
    for week in range(WEEKS):
        with db.transaction() as session:
            report = overseeing.make(session, POST, MONDAY + dt.timedelta(days=7 * week), by=SYSTEM)
            assert report is not None
    with db.reading() as session:
        for line in reports.page(session, by=auditor()):
            made.append((line.report, reports.cases(session, line.report)))
    return made


def test_every_abuse_is_in_a_report_and_honest_work_is_not(month):
    found: dict[str, set[str]] = defaultdict(set)
    cases = [case for _report, some in reported() for case in some]
    for case in cases:
        found[case.rule] |= {case.reference, case.subject}
    missed = {
        rule: about
        for rule, abouts in month.seeded.items()
        for about in abouts
        if not any(about in each for each in found[rule])
    }
    assert missed == {}
    assert len(month.seeded) >= 16
    flagged = month.clean & {case.reference for case in cases}
    assert len(flagged) <= len(month.clean) * 0.05, flagged
    others = [(case.rule, case.reference, case.facts) for case in cases if not _seeded(month, case)]
    assert len(others) <= 15, "what else there is follows from the abuses"
    assert {rule for rule, _reference, _facts in others} <= set(month.seeded), others
    assert all(str(why(case.rule, case.facts)) for case in cases), "each says why"
    with db.transaction() as session:
        assert overseeing.make(session, POST, MONDAY, by=SYSTEM) is None, "a week has one report"


def _seeded(month: abuse_month.Month, case: Case) -> bool:
    return any(about in case.reference or about in case.subject for about in month.seeded.get(case.rule, ()))


def test_each_rule_has_its_question():
    assert set(STATEMENTS) == set(RULES)
