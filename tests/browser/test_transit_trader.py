"""The trader's pages of transit in a real browser: no complaint of console or axe, nothing wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.core import db
from app.flows.movements import arriving, departing, searching, travelling
from app.transit import operations as transit
from app.transit import schemas
from app.transit.commands import (
    Found,
    OpenEnquiry,
    OrderControl,
    PermitUnloading,
    RefuseGuarantee,
    Release,
    RemarkUnloading,
    ReportIncident,
    SaveDraft,
)
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_officials_pages import aside
from tests.factories import actors, movements, roads
from tests.factories.actors import PARTY, POST
from tests.factories.roads import THERE, at

LIST = "/trader/transit"


def full():
    """A TIR draft with faults, one before the office, one searched for, one arrived and unloaded in part."""
    guarantee = roads.guarantee("900000.00")

    def declared(items=3, **more):
        return roads.secured({**movements.national(items, **more)}, guarantee.grn, "50000.00")

    faulty = movements.tir(3, houses=2)
    faulty["carnet"]["number"] = "XQ72500001"
    faulty["offices"]["destination"] = ["AFSKB"]
    faulty["house_consignments"][0]["items"][0]["commodity"] = "999999"
    ready = declared(2)
    with db.transaction() as session:
        draft, good = (
            transit.save_draft(session, SaveDraft(POST, schemas.draft_words(body), party=PARTY), by=actors.trader())
            for body in (faulty, ready)
        )
    waiting = roads.lodged(declared(3))
    with db.transaction() as session:
        order = OrderControl(waiting.reference, POST, ("10",), ({"type": "N380", "text": "Invoice"},))
        departing.order_control(session, order, by=actors.officer())
    with db.transaction() as session:
        refusal = RefuseGuarantee(waiting.reference, POST, ({"code": "G09", "grn": guarantee.grn},))
        departing.refuse_guarantee(session, refusal, by=actors.officer())
    lost = roads.released(declared())
    with db.transaction() as session:
        searching.open_enquiry(session, OpenEnquiry(lost.reference, POST, "nothing heard"), by=actors.officer())
    roads.released(declared())
    there = roads.lodged(declared())
    roads.sealed(there)
    with db.transaction() as session:
        departing.release(session, Release(there.reference, POST), by=actors.officer())
    with db.transaction() as session:
        told = ReportIncident(there.reference, "5", "Puncture", "Bokhtar", db.now(session), country="TJ")
        travelling.report_incident(session, told, by=actors.trader())
    roads.arrived(there)
    for found in ((Found("packages", 2, "1 CT", "one carton short"),), ()):
        with db.transaction() as session:
            _m, permission = arriving.permit_unloading(session, PermitUnloading(there.reference, THERE), by=at(THERE))
        if found:
            with db.transaction() as session:
                remarks = RemarkUnloading(
                    there.reference, THERE, permission.number, roads.today(), False, False, None,
                    discrepancies=found,
                )  # fmt: skip
                arriving.remark_unloading(session, remarks, by=actors.trader())
    return draft.reference, good.reference, waiting.reference, lost.reference, there.reference, guarantee.grn


@pytest.mark.parametrize(("lang", "width"), [("en", WIDE), ("fa_AF", NARROW)])
def test_the_pages_are_as_they_should_be(person, lang, width):
    draft, good, waiting, _lost, there, grn = aside(full)
    complaints = []

    def look(page, name):
        if folder := os.environ.get("GUZAR_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{lang}-{width}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        complaints.extend((name, v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append((name, "wider than the screen"))

    trader = person("trader", lang=lang, width=width)
    for name, path in (
        ("list", LIST),
        ("start", f"{LIST}/start"),
        ("tasks", f"{LIST}/{draft}"),
        ("route", f"{LIST}/{draft}/sections/route?check=1"),
        ("transport", f"{LIST}/{draft}/sections/transport"),
        ("goods", f"{LIST}/{draft}/goods"),
        ("item", f"{LIST}/{draft}/goods/1/items/1?check=1"),
        ("check", f"{LIST}/{good}/check"),
        ("amendment", f"{LIST}/{waiting}/amendment"),
        ("there", f"{LIST}/{there}"),
        ("unloading", f"{LIST}/{there}/unloading"),
        ("guarantee", f"/trader/guarantees/{grn}"),
    ):
        trader.goto(path)
        look(trader, name)
    assert not complaints, complaints
    trader.goto(f"{LIST}/{draft}/sections/totals")
    trader.fill("#f-gross_kg", "63.5")
    trader.wait_for_selector(".autosave-good", timeout=15_000)
    trader.reload()
    assert trader.input_value("#f-gross_kg") == "63.5", "a script has saved what was typed"
