"""Officials' pages of transit in a real browser: no complaint of console or axe, nothing wider than the screen."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core import db
from app.flows.movements import arriving, departing, travelling
from app.guarantees import operations as guarantees
from app.guarantees.commands import ChangeLimit
from app.transit import queries
from app.transit.commands import (
    OrderControl,
    Pass,
    PermitUnloading,
    RaiseAlarm,
    RemarkUnloading,
    ReportIncident,
    Weigh,
)
from app.transit.commands import Found as Difference
from app.transit.operations import raise_alarm
from tests.browser.conftest import VIEWS
from tests.browser.test_officials_pages import aside
from tests.factories import actors, movements, roads
from tests.factories.actors import POST
from tests.factories.roads import THERE, at


def full():
    """One to decide under control with a seal, one on the road with an incident and an alarm, one found to differ."""
    guarantee = roads.guarantee("900000.00")

    def declared(items=3, **more):
        return roads.secured({**movements.national(items, **more)}, guarantee.grn, "50000.00")

    waiting = roads.lodged(declared(60, houses=3))
    with db.transaction() as session:
        departing.order_control(
            session,
            OrderControl(waiting.reference, POST, ("10", "41"), ({"type": "N380", "text": "Invoice"},)),
            by=actors.officer(),
        )
    roads.sealed(waiting, 2)
    road = roads.released(declared())
    other = roads.released(declared())
    for each, kilograms in ((road, Decimal(38000)), (road, Decimal(31000)), (other, Decimal(20000))):
        with db.transaction() as session:
            travelling.weigh(session, Weigh(each.reference, POST, "entry", kilograms), by=actors.officer())
    with db.transaction() as session:
        travelling.report_incident(
            session,
            ReportIncident(road.reference, "2", "Seal cut at night", "Bokhtar", db.now(session), country="TJ"),
            by=actors.trader(),
        )
    with db.transaction() as session:
        held = queries.locked(session, other.reference, by=actors.officer())
        raise_alarm(
            session, held, RaiseAlarm(held.reference, "deviation", "d-1", {}), db.now(session), by=actors.officer()
        )
    passing = declared()
    passing["offices"] = {**passing["offices"], "transit": ["TJTEM"]}
    there = roads.released(passing)
    plate = passing["transport"]["vehicle"]["plate"]
    with db.transaction() as session:
        travelling.pass_office(session, Pass(there.reference, "TJTEM", plate, True), by=at("TJTEM"))
    roads.arrived(there)
    with db.transaction() as session:
        _m, permission = arriving.permit_unloading(session, PermitUnloading(there.reference, THERE), by=at(THERE))
    with db.transaction() as session:
        found = (Difference("packages", 2, "1 CT", "one carton short"),)
        remarks = RemarkUnloading(
            there.reference, THERE, permission.number, roads.today(), True, False, None, discrepancies=found
        )
        arriving.remark_unloading(session, remarks, by=actors.trader())
    with db.transaction() as session:
        guarantees.propose_limit(
            session, ChangeLimit(guarantee.grn, Decimal(950_000), "more goods"), by=actors.officer()
        )
    return waiting.reference, road.reference, there.reference, guarantee.grn, other.reference


@pytest.mark.parametrize(("lang", "width"), VIEWS)
def test_the_pages_are_as_they_should_be(person, lang, width):
    waiting, road, there, grn, _other = aside(full)
    complaints = []

    def look(page, name):
        if folder := os.environ.get("GUZAR_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{lang}-{width}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        complaints.extend((name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append((name, "wider than the screen"))

    officer = person("officer", lang=lang, width=width)
    for name, path in (
        ("worklist", "/officer/transit"),
        ("expected", "/officer/transit?stage=search"),
        ("missed", "/officer/transit/scan?q=NOTHING99"),
        ("waiting", f"/officer/transit/{waiting}"),
        ("road-file", f"/officer/transit/{road}"),
        ("there-file", f"/officer/transit/{there}"),
        ("road", "/officer/transit/road"),
        ("seals", "/officer/seals"),
        ("guarantees", "/officer/guarantees"),
        ("guarantee", f"/officer/guarantees/{grn}"),
        ("guarantee-new", "/officer/guarantees/new"),
    ):
        officer.goto(path)
        look(officer, name)
    officer.goto("/officer/seals")
    officer.locator(".row-link").first.click()
    look(officer, "seal")
    officer.goto(f"/officer/transit/{waiting}")
    officer.locator("#form-control-result-1 .form-actions button").click()
    officer.wait_for_selector("#error-summary")
    look(officer, "refused")
    officer.goto(f"/officer/transit/{waiting}")
    officer.eval_on_selector_all(
        "details.deed", "all => all.forEach(one => { one.removeAttribute('name'); one.open = true })"
    )
    look(officer, "every-deed")
    senior = person("supervisor", lang=lang, width=width)
    for name, path in (
        ("guarantee-two", f"/officer/guarantees/{grn}"),
        ("proposals", "/supervisor/proposals"),
        ("seals-senior", "/officer/seals"),
    ):
        senior.goto(path)
        look(senior, name)
    destined = person(f"officer.{THERE}", lang=lang, width=width)
    for name, path in (
        ("there-expected", "/officer/transit?stage=expected"),
        ("there-resolving", f"/officer/transit/{there}"),
        ("there-incident", f"/officer/transit/{road}"),
    ):
        destined.goto(path)
        look(destined, name)
    assert not complaints, complaints


def test_the_scan_box_opens_the_single_hit_and_new_goods_appear(person):
    page = person("officer")
    page.goto("/officer/transit")
    assert page.evaluate("document.activeElement.id") == "scan"
    page.wait_for_selector("[data-live-state]:not(.is-off):has-text('refreshes by itself')")
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    body = movements.national()
    movement = aside(lambda: roads.lodged(roads.secured(body, roads.guarantee().grn)))
    page.locator(f"#row-{movement.reference}-{POST}-departure").wait_for(timeout=20_000)
    assert page.locator("#count-decide").inner_text() == "1"
    page.focus("#scan")
    page.keyboard.type(body["transport"]["vehicle"]["plate"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/officer/transit/{movement.reference}")
    page.locator("#form-release .form-actions button").click()
    page.click("#confirm button[value=yes]")
    page.get_by_text("Released for transit. The limit runs").wait_for()
    page.goto("/officer/transit/scan?q=NOTHING99")
    assert page.get_by_role("alert").inner_text().strip().startswith("Nothing found")
    assert page.evaluate("document.activeElement.id") == "scan"
