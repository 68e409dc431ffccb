"""An official writes what shall be declared instead, as a browser without scripts; another official has the last word."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from app.attachments import operations as attachments
from app.core import clock, db
from app.declarations import queries
from tests.factories import actors, cases, lives, scans
from tests.factories.accounts import sign_in
from tests.factories.desks import desk, file_of
from tests.factories.seed import PASSWORD
from tests.journeys.test_pages_trader import Visitor


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def writes(client, session):
    assert sign_in(client, "officer", PASSWORD).status_code == 302
    return Visitor(client)


def yellow(items=1):
    return lives.lodged(lives.lane("yellow", lives.due(items)))


def requests(declaration):
    with db.reading() as session:
        return queries.requests(
            session, queries.find(session, declaration.reference, by=actors.officer()), by=actors.officer()
        )


def test_what_an_official_writes_is_shown_first_and_another_one_accepts_it(writes, app):
    declaration = yellow(2)
    page = file_of(declaration)
    assert f"{page}/amendment" in writes.client.get(page).text
    writes.open(f"{page}/amendment")
    assert writes.values()["items.1.description"] == "Trousers of cotton, men's"
    writes.send("action", "compare")
    assert writes.status == 422 and "#f-reason" in writes.links()
    writes.send(
        "action", "compare", reason="seen in the truck", items__1__net_kg="2290", transport__vehicle__plate="NEW777"
    )
    assert "What would change" in writes.text and "NEW777" in writes.text and "KBL" in writes.text
    assert requests(declaration) == []
    writes.send("action", "back")
    assert writes.values()["transport.vehicle.plate"] == "NEW777" and "seen in the truck" in writes.text
    writes.send("action", "compare").send("action", "send")
    assert writes.url.startswith(page) and "Another official must accept this amendment" in writes.text
    assert "You have asked for this yourself" in writes.text and cases.again(declaration).content == 1
    asked = requests(declaration)[0]
    assert asked.requested_role == "officer" and asked.reason == "seen in the truck"
    action = f"{page}/requests/{asked.id}"
    second = desk(app, "supervisor")
    assert "NEW777" in second.text(page) and second.deed(page, action, verdict="accept").status_code == 303
    assert cases.again(declaration).content == 2 and "NEW777" in second.text(page)


def test_after_release_it_is_a_proposal_of_the_first_of_two(writes, app):
    declaration = cases.decided(lives.paid(yellow()))
    page = file_of(declaration)
    writes.open(f"{page}/amendment")
    assert "once a supervisor has approved it" in writes.text
    writes.send("action", "compare", reason="a slip", items__0__description="Trousers of linen").send("action", "send")
    assert "The proposal waits for a second person" in writes.text and cases.again(declaration).content == 1
    second = desk(app, "supervisor")
    waiting = second.text("/supervisor/proposals")
    assert "Trousers of linen" in waiting
    action = re.search(r'action="(/supervisor/proposals/[^"]+)"', waiting)[1]
    assert second.deed("/supervisor/proposals", action, verdict="approve", reason="agreed").status_code == 303
    assert cases.again(declaration).content == 2


def test_what_only_its_trader_may_change_stays_and_cannot_be_bent(writes):
    declaration = yellow()
    writes.open(f"{file_of(declaration)}/amendment")
    boxes = {box.get("id"): box for box in writes.form().xpath(".//*[@id]")}
    assert "readonly" in boxes["f-local_reference"].attrib and "disabled" in boxes["f-post"].attrib
    assert "readonly" not in boxes["f-invoice-number"].attrib and "Declare as" not in writes.text
    before = writes.values()["local_reference"]
    writes.send("action", "compare", reason="x", local_reference="MINE-1").send("action", "send")
    assert writes.status == 422 and writes.links() == ["#f-local_reference"] and requests(declaration) == []
    assert before and before != "MINE-1"


def test_an_old_sign_in_loses_nothing_that_was_written(writes, session):
    declaration = yellow()
    writes.open(f"{file_of(declaration)}/amendment")
    writes.send("action", "compare", reason="a slip", invoice__number="INV-9")
    clock.set_clock(session, db.now(session) + dt.timedelta(minutes=20))
    writes.send("action", "send")
    assert writes.status == 401 and writes.values()["invoice.number"] == "INV-9" and "a slip" in writes.text
    assert writes.page.xpath("//main//a[contains(@href, '/verify') and @target='_blank']")
    assert requests(declaration) == []


@pytest.mark.parametrize(
    "made", [lambda: lives.lodged(lives.early(lives.due())), lambda: cases.decided(yellow(), "seize")]
)
def test_what_cannot_be_amended_by_an_official_says_so(writes, made):
    declaration = made()
    page = file_of(declaration)
    assert f"{page}/amendment" not in writes.client.get(page).text
    assert writes.client.get(f"{page}/amendment").status_code == 409


def test_an_amendment_overtaken_by_another_is_not_sent(writes, app):
    declaration = yellow()
    page = file_of(declaration)
    writes.open(f"{page}/amendment")
    writes.send("action", "compare", reason="a slip", invoice__number="INV-9")
    assert desk(app, "supervisor").deed(page, f"{page}/control").status_code == 303
    writes.send("action", "send")
    assert writes.status == 412 and requests(declaration) == []


def test_scans_are_opened_and_codes_looked_up_by_the_official(writes, session):
    with db.transaction() as s:
        scan = attachments.upload(
            s, post=actors.POST, party=actors.PARTY, name="cmr.png", content=scans.picture("PNG"), by=actors.trader()
        )
    body = lives.lane("yellow", lives.due())
    body["documents"][0]["attachment"] = str(scan.id)
    declaration = lives.lodged(body)
    page = file_of(declaration)
    writes.open(f"{page}/amendment")
    address = f"{page}/files/{scan.id}"
    assert writes.page.xpath(f"//main//a[@href='{address}']") and writes.client.get(address).status_code == 200
    assert writes.client.get("/trader/commodities/found?q=0806").json["found"]
    assert writes.client.get("/trader/commodities?q=grapes").status_code == 200
