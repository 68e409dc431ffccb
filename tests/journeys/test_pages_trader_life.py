"""What a trader does after lodging, as a browser without scripts: pay, answer, amend, take back, present, add papers."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from lxml import html

from app.core import db
from app.declarations import operations, queries
from app.declarations.commands import RequestAmendment, SaveDraft
from app.flows import amending, approving
from app.flows.amending import SettleRequest
from app.payments import queries as owed
from app.web.declaring.rewriting import packed, unpacked
from tests.factories import declarations, lives, scans
from tests.factories.accounts import sign_in
from tests.factories.actors import OTHER_PARTY, PARTY, POST, officer, supervisor, trader
from tests.factories.counting import statements
from tests.factories.seed import PASSWORD
from tests.journeys.test_pages_trader import LANE_WORDS, Visitor
from tests.journeys.test_pages_trader_tasks import at

ACCOUNT = f"/trader/accounts/{POST}/{PARTY}"


@pytest.fixture(autouse=True)
def no_chance(session):
    lives.alone()


@pytest.fixture
def visitor(client, session):
    assert sign_in(client, "trader", PASSWORD).status_code == 302
    return Visitor(client)


def found(session, record):
    session.expire_all()
    return queries.find(session, record.reference, by=trader())


def hidden(visitor, path=None):
    """What the page's forms send along unseen, of the form with this action."""
    forms = [
        f
        for f in visitor.page.xpath("//main//form[@method='post']")
        if path is None or (f.get("action") or "").endswith(path)
    ]
    return {i.get("name"): i.get("value") for i in forms[0].xpath(".//input[@type='hidden']")}


def post(visitor, path, **data):
    files = {name: value for name, value in data.items() if isinstance(value, tuple)}
    return visitor._take(
        path, visitor.client.post(path, data=data, content_type="multipart/form-data" if files else None)
    )


def test_the_assessment_can_be_checked_by_hand_and_is_paid_from_the_account(visitor, session):
    body = lives.due(2)
    body["costs"] = [{"kind": "freight", "amount": "1000.01", "currency": "USD", "included": False}]
    record = lives.lodged(body)
    assert record.status == "assessed"
    page = visitor.open(at(record.reference))
    assert "To be paid" in page.text and "Still to pay" in page.text and not LANE_WORDS.search(page.text)
    page = visitor.open(at(record.reference, "/assessment"))
    flat = page.text.replace("\u202f", " ").replace("\xa0", " ")
    shares = re.findall(r"of 1 000\.01 USD, by value[^=]*?(500\.0\d) USD =", " ".join(flat.split()))
    assert sorted(shares) == ["500.00", "500.01"], "no cent is lost, and one can see where it went"
    assert "15.00 %" in flat and "14.00 %" in flat and "TJ.vat" in flat and "Not verified" in flat
    due = owed.standing(session, record.post, record.id).due
    post(visitor, at(record.reference, "/payments"), **hidden(visitor, "/payments"), amount="1000,00")
    assert "1000.00 TJS are paid" in visitor.text
    assert owed.standing(session, record.post, record.id).due == due - 1000
    visitor.open(at(record.reference, "/assessment"))
    again = hidden(visitor, "/payments")
    post(visitor, at(record.reference, "/payments"), **again)
    assert found(session, record).status == "released"
    post(visitor, at(record.reference, "/payments"), **again)
    assert "Nothing was done a second time" in visitor.text
    assert len(owed.payments(session, record.post, record.id)) == 2


def test_papers_that_were_issued_stand_in_the_timeline(visitor, session):
    record = lives.lodged(lives.due())
    papers = f"/papers/of/{record.reference}"
    token = visitor.open(papers).page.xpath("//input[@name='csrf_token']/@value")[0]
    for paper in ("assessment-notice|1|0", "sad|1|0"):
        printed = visitor.client.post(
            papers, data={"csrf_token": token, "paper": paper, "first": "en", "second": "fa_AF"}
        )
        assert printed.status_code == 200 and printed.mimetype == "application/pdf", printed.get_data(as_text=True)
    timeline = visitor.open(at(record.reference)).page.xpath("//ol[@class='timeline']")[0].text_content()
    told = " ".join(timeline.split())
    assert "Assessment notice" in told and "issued" in told
    assert "Single administrative document printed, version 1" in told
    russian = visitor.open(at(record.reference, "?lang=ru")).page.xpath("//ol[@class='timeline']")[0].text_content()
    assert "Assessment notice" not in russian
    visitor.open(at(record.reference, "?lang=en"))


def test_a_receipt_is_claimed_and_waits_for_the_cashier(visitor, session):
    record = lives.lodged(lives.due())
    visitor.open(at(record.reference, "/assessment"))
    words = {**hidden(visitor, "/payments"), "method": "receipt", "amount": "100.00"}
    post(visitor, at(record.reference, "/payments"), **words)
    assert visitor.status == 422 and set(visitor.links()) == {"#f-bank", "#f-receipt"}, "both at once"
    for link in visitor.links():
        assert visitor.page.get_element_by_id(link.removeprefix("#")) is not None
    offered = [option.get("value") for option in visitor.page.get_element_by_id("f-bank").findall("option")]
    assert "AMONATBONK" in offered and "TREASURY-TJ" in offered and "AZIZI" not in offered
    words.update(bank="PAWNSHOP", receipt="R 77", paid_on="2199-12-31")
    post(visitor, at(record.reference, "/payments"), **words)
    assert visitor.status == 422 and set(visitor.links()) == {"#f-bank", "#f-paid_on"}
    words.update(bank="AMONATBONK", paid_on="2026-11-20")
    post(visitor, at(record.reference, "/payments"), **words)
    assert "is with the cashier" in visitor.text and "With the cashier" in visitor.text
    assert "Amonatbonk R77" in " ".join(visitor.text.split()), "the name of the bank, not its code"
    assert owed.standing(session, record.post, record.id).claimed == Decimal("100.00")
    other = lives.lodged(lives.due())
    visitor.open(at(other.reference, "/assessment"))
    post(visitor, at(other.reference, "/payments"), **{**words, **hidden(visitor, "/payments"), "method": "receipt"})
    assert visitor.status == 409 and visitor.links() == ["#f-receipt"], "a receipt counts once"
    assert owed.payments(session, other.post, other.id) == []


def test_where_to_pay_is_said_and_what_nobody_has_confirmed_is_marked(visitor):
    record = lives.lodged(lives.due())
    for path, purpose in ((at(record.reference, "/assessment"), record.mrn), (ACCOUNT, PARTY)):
        visitor.open(path)
        told = " ".join(visitor.page.get_element_by_id("paid-in").text_content().split())
        assert "Customs Service under the Government" in told and purpose in told
        assert "Central Treasury" in told and "TREASURY-TJ" not in told
        assert told.count("Not verified") == 3
        assert "has not confirmed where to pay" in visitor.text


def test_what_is_suspended_is_secured_from_the_account(visitor, session):
    body = lives.due()
    body.update(declaration_type="IM", general_procedure="5")
    body["items"][0]["procedure"] = "5300"
    record = lives.lodged(body)
    standing = owed.standing(session, record.post, record.id)
    assert standing.unsecured > 0
    visitor.open(at(record.reference, "/assessment"))
    words = {**hidden(visitor, "/payments"), "method": "security", "amount": str(standing.unsecured)}
    post(visitor, at(record.reference, "/payments"), **words)
    assert "reserved as security" in visitor.text
    assert owed.standing(session, record.post, record.id).unsecured == 0


def test_a_question_is_answered_with_a_paper(visitor, session):
    record = lives.lodged(lives.lane("yellow", lives.due()))
    query = lives.question(record)
    page = visitor.open(at(record.reference))
    assert "Customs ask you" in page.text and "Where is the certificate?" in page.text
    assert not LANE_WORDS.search(page.text.replace("YELLOW", "")), "but for the plate of the trailer"
    visitor.open(at(record.reference, "/questions"))
    assert officer().name not in visitor.text
    path, words = at(record.reference, f"/questions/{query.id}"), hidden(visitor, f"/questions/{query.id}")
    post(visitor, path, **words, answer=" ")
    assert visitor.status == 422 and visitor.links() == ["#f-answer"]
    post(visitor, path, **words, answer="Here", type="861", number="CO-1", file=(io.BytesIO(b"hello"), "a.pdf"))
    assert visitor.status == 422 and found(session, record).status == "queried", "one deed: all or nothing"
    file = (io.BytesIO(scans.GOOD["pdf"][0]), "co.pdf")
    post(visitor, path, **words, answer="Here it is", type="861", number="CO-1", file=file)
    assert "Your answer is with customs" in visitor.text and "CO-1" in visitor.text
    assert found(session, record).status == "selected"
    assert "Here it is" in visitor.open(at(record.reference, "/questions")).text
    link = visitor.open(at(record.reference, "/documents")).page.xpath("//a[contains(@href, '/files/')]/@href")[0]
    assert visitor.client.get(link).data == scans.GOOD["pdf"][0]


def test_papers_are_added_after_lodging(visitor, session):
    record = lives.lodged(declarations.uncertified())
    assert "Missing for the release" in visitor.open(at(record.reference)).text
    path = at(record.reference, "/documents")
    visitor.open(path)
    words = hidden(visitor)
    post(visitor, path, **words, number="PH-1")
    assert visitor.status == 422 and visitor.links() == ["#f-type"]
    post(visitor, path, **words, type="851", number="PH-1", date="۱۴۰۵/۸/۱۹", item="1")
    assert "The document is added" in visitor.text and "PH-1" in visitor.text, visitor.errors()
    assert queries.presented(session, found(session, record))[0].item == 1
    post(visitor, path, **hidden(visitor), type="851", number="PH-1", item="1")
    assert visitor.status == 422 and "#f-number" in visitor.links()
    post(visitor, path, **words, type="851", number="PH-2")
    assert visitor.status == 412, "an old page"
    assert "Missing for the release" not in visitor.open(at(record.reference)).text


def test_an_amendment_is_shown_before_it_is_asked_for_and_its_outcome_told(visitor, session):
    record = lives.lodged(lives.lane("yellow", lives.due(2)))
    path = at(record.reference, "/amendment")
    visitor.open(path)
    assert visitor.values()["items.1.description"] == "Trousers of cotton, men's"
    visitor.send("action", "compare")
    assert visitor.status == 422 and {"#f-reason", "#form-top"} >= set(visitor.links())
    visitor.send("action", "compare", reason="a slip", items__1__net_kg="99999")
    assert visitor.status == 200 and "99 999" in visitor.text.replace("\u202f", " ")
    assert queries.requests(session, found(session, record), by=officer()) == []
    visitor.send("action", "send")
    assert visitor.status == 422 and visitor.links()[0] == "#f-items-1-net_kg", "the rules are asked when it is sent"
    visitor.send("action", "compare", reason="a slip", items__1__net_kg="2290", invoice__number="INV-CORR")
    lines = [" ".join(line.text_content().split()) for line in visitor.page.xpath("//dl[@class='diff']/div")]
    assert len(lines) == 2 and any(
        "Item 2 · Net mass (kg)" in line and "2 300" in line.replace("\u202f", " ") for line in lines
    )
    visitor.send("action", "back")
    assert (
        visitor.values()["invoice.number"] == "INV-CORR" and "a slip" in visitor.page.get_element_by_id("f-reason").text
    )
    visitor.send("action", "compare").send("action", "send")
    assert "Your request is with customs" in visitor.text and "Your request to amend" in visitor.text
    asked = queries.requests(session, found(session, record), by=officer())[0]
    visitor.open(at(record.reference, f"/requests/{asked.id}"))
    assert "With customs" in visitor.text and "INV-CORR" in visitor.text
    with db.transaction() as s:
        amending.accept(s, SettleRequest(record.reference, asked.id), by=officer())
    visitor.open(at(record.reference, "/versions"))
    assert "Accepted" in visitor.text and "INV-CORR" in visitor.text and found(session, record).content == 2
    assert visitor.open(at(record.reference, "/versions?from=2&to=1")).status == 200
    for query in ("?from=9&to=x", "?from=0", "?from=-1&to=99999999999"):
        assert visitor.client.get(at(record.reference, "/versions" + query)).status_code == 200


def test_what_officials_propose_and_why_is_not_the_traders(visitor, session):
    """Until it has changed something there is nothing; afterwards there is the change, without the reason and the names."""
    record = lives.paid(lives.lodged(lives.due()))
    body = lives.body_of(record)
    body["items"][0]["description"] = "Trousers, denim"
    with db.transaction() as s:
        command = RequestAmendment(record.reference, body, "what a tip said")
        asked = amending.request(s, command, by=officer(login="Zafar"))
    for tail in ("", "/versions"):
        text = visitor.open(at(record.reference, tail)).text
        assert not re.search("tip said|Zafar|denim|roposed", text), tail
    assert visitor.client.get(at(record.reference, f"/requests/{asked.amendment.id}")).status_code == 404
    with db.transaction() as s:
        approving.approve(s, asked.proposal.id, "agreed among us", by=supervisor(login="Gulnora"))
    for tail in ("", "/versions", f"/requests/{asked.amendment.id}"):
        answer = visitor.client.get(at(record.reference, tail))
        assert answer.status_code == 200
        assert not re.search("tip said|Zafar|Gulnora|agreed among", answer.text), tail
    assert "denim" in visitor.open(at(record.reference, "/versions")).text


def test_an_amendment_over_several_pages_of_items_loses_nothing(visitor, session):
    record = lives.lodged(lives.lane("yellow", lives.due(120)))
    visitor.open(at(record.reference, "/amendment"))
    visitor.send("go", "100", items__3__description="Changed early", reason="two slips")
    assert visitor.values()["items.119.description"] and "items.3.description" not in visitor.values()
    visitor.send("action", "compare", items__119__description="Changed late")
    lines = [" ".join(line.text_content().split()) for line in visitor.page.xpath("//dl[@class='diff']/div")]
    assert len(lines) == 2 and any("Item 4 " in line and "Changed early" in line for line in lines)
    assert any("Item 120 " in line and "Changed late" in line for line in lines)


def test_what_is_refused_of_an_amendment_is_told(visitor, session):
    record = lives.lodged(lives.lane("yellow", lives.due()))
    done = lives.asked_to_amend(record, lambda body: body["invoice"].update(number="X-1"))
    with db.transaction() as s:
        amending.reject(s, SettleRequest(record.reference, done.amendment.id, "not shown"), by=officer())
    visitor.open(at(record.reference, f"/requests/{done.amendment.id}"))
    assert "Refused" in visitor.text and "not shown" in visitor.text and officer().name not in visitor.text


@pytest.mark.parametrize("carried", ["", "x", "eJw=", "%%%", packed({"a": 1})[:-6], packed({"post": "\u202e"})])
def test_bent_words_that_travel_are_refused(visitor, session, carried):
    record = lives.lodged(lives.lane("yellow", lives.due()))
    visitor.open(at(record.reference, "/amendment"))
    for action in ("send", "back", "compare", ""):
        words = {**visitor.values(), "carried": carried, "reason": "x", "action": action}
        assert 400 <= visitor.client.post(at(record.reference, "/amendment"), data=words).status_code < 500
    assert queries.requests(session, found(session, record), by=officer()) == []


def test_packed_words_are_the_same_and_small():
    words = declarations.words(999)
    assert unpacked(packed(words)) == words and len(packed(words)) < 40_000


def test_what_is_announced_is_changed_presented_or_taken_back_alone(visitor, session):
    record = lives.lodged(lives.early(lives.due()))
    page = visitor.open(at(record.reference))
    assert "Lodged in advance" in page.text and "The truck is here" in page.text
    present = hidden(visitor, "/presentation")
    visitor.open(at(record.reference, "/amendment")).send("action", "compare", reason="x", invoice__number="INV-2")
    visitor.send("action", "send")
    assert "The declaration is changed" in visitor.text and found(session, record).content == 2
    assert "was changed by somebody else" in post(visitor, at(record.reference, "/presentation"), **present).text
    post(visitor, at(record.reference, "/presentation"), **hidden(visitor, "/presentation"))
    assert "You said that the truck is here" in visitor.text and found(session, record).status == "assessed"

    second = lives.lodged(lives.early(lives.due()))
    path = at(second.reference, "/invalidation")
    visitor.open(path)
    post(visitor, path, **hidden(visitor), reason="")
    assert visitor.status == 422 and visitor.links() == ["#f-reason"]
    post(visitor, path, **hidden(visitor), reason="The lorry broke down")
    assert "counts no more" in visitor.text and found(session, second).status == "invalidated"


def test_invalidation_of_what_is_lodged_is_asked_for(visitor, session):
    record = lives.lodged(lives.lane("yellow", lives.due()))
    path = at(record.reference, "/invalidation")
    visitor.open(path)
    post(visitor, path, **hidden(visitor), reason="lodged twice")
    assert "Customs are asked" in visitor.text and "Your request to invalidate" in visitor.text
    assert found(session, record).status == "selected"


def test_the_account_pays_in_takes_out_and_follows_its_order(visitor, session):
    record = lives.lodged(lives.due())
    page = visitor.open(ACCOUNT)
    assert "90 000 000.00 TJS" in page.text.replace("\u202f", " ").replace("\xa0", " ") and "Paid in" in page.text
    post(visitor, ACCOUNT + "/standing-order", **hidden(visitor, "/standing-order"), on="true")
    assert "paid from the account by themselves" in visitor.text
    assert owed.account(session, POST, PARTY, by=trader()).standing_order
    lives.lodged(lives.due())
    session.expire_all()
    assert "Paid for a declaration" in visitor.open(ACCOUNT).text
    post(visitor, ACCOUNT + "/deposits", **hidden(visitor, "/deposits"), amount="10")
    assert visitor.status == 422 and set(visitor.links()) == {"#f-bank", "#f-receipt"}
    post(visitor, ACCOUNT + "/deposits", **hidden(visitor, "/deposits"), amount="10", bank="AMONATBONK", receipt="D-1")
    assert "Deposits that wait for the cashier" in visitor.text and "D1" in visitor.text
    post(visitor, ACCOUNT + "/withdrawals", **hidden(visitor, "/withdrawals"), amount="5")
    assert visitor.status == 422 and set(visitor.links()) == {"#f-bank", "#f-reference", "#f-reason"}
    for link in visitor.links():
        assert visitor.page.get_element_by_id(link.removeprefix("#")) is not None, link
    words = {"amount": "5", "bank": "Eskhata", "reference": "T-1", "reason": "not needed"}
    post(visitor, ACCOUNT + "/withdrawals", **hidden(visitor, "/withdrawals"), **words)
    assert "Your wish to take out 5 TJS is with customs" in visitor.text
    assert found(session, record).status == "assessed"


def test_accounts_of_others_are_not_there(visitor, session):
    visitor.open(ACCOUNT)
    words = hidden(visitor, "/deposits")
    for other in (
        f"/trader/accounts/{POST}/{OTHER_PARTY}",
        f"/trader/accounts/XXXXX/{PARTY}",
        f"/trader/accounts/{POST}/%00",
    ):
        assert visitor.client.get(other).status_code == 404, other
        for tail in ("/deposits", "/withdrawals", "/standing-order"):
            assert visitor.client.post(other + tail, data={**words, "amount": "1", "on": "true"}).status_code == 404, (
                other
            )
    assert owed.account(session, POST, OTHER_PARTY, by=officer()).balance == 90_000_000


def test_what_a_firm_can_still_use_is_shown(visitor, session):
    body = lives.due()
    body.update(general_procedure="5")
    body["items"][0]["procedure"] = "5300"
    record = lives.lodged(body)
    with db.transaction() as s:
        locked = queries.locked(s, record.reference, by=trader())
        from app.flows import paying, settling
        from app.payments.commands import PayFromAccount, Secure

        standing = settling.standing(s, locked)
        if standing.due > 0:
            paying.pay_from_account(s, record.reference, PayFromAccount(PARTY), by=trader())
        paying.secure(s, record.reference, Secure("account", standing.unsecured, "TJS"), by=trader())
    assert found(session, record).status == "released"
    page = visitor.open("/trader/suspense")
    assert record.mrn in page.text and "2 300.000 kg" in page.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "No certificates" in visitor.open("/trader/certificates").text
    assert visitor.client.get("/trader/suspense?after=zz").status_code == 200


@pytest.mark.parametrize(
    ("path", "most"), [("", 26), ("/assessment", 12), ("/versions", 9), ("/questions", 6), ("/amendment", 8)]
)
def test_pages_after_lodging_are_cheap(visitor, session, engine, path, most):
    few, many = lives.lodged(lives.due(1)), lives.lodged(lives.due(60))
    visitor.open(at(few.reference, path))
    with statements(engine) as asked:
        visitor.open(at(few.reference, path))
    assert len(asked) <= most, asked
    with statements(engine) as more:
        visitor.open(at(many.reference, path))
    assert len(more) == len(asked), "as many questions, however many items"


def test_pasted_rows_are_looked_at_and_taken_over(visitor, session):
    with db.transaction() as s:
        reference = operations.save_draft(s, SaveDraft(POST, declarations.words(1)), by=trader()).reference
    path = at(reference, "/items/paste")
    visitor.open(path)
    words = hidden(visitor)
    rows = [f"620342\tTrousers {n}\tCN\t4000\tCT\t{n}\t20.5\t20\t100" for n in range(1, 4)]
    bad = "\n".join([*rows, "999999\tNo such code\tZZ\t4000\tCT\t1\t20\t30\t100"])
    post(visitor, path, **words, cells=bad, action="preview")
    assert "Rows read: 4" in visitor.text
    assert "Row 4, Commodity code: 999999 is not a commodity code" in visitor.text
    assert "Row 4, Country of origin: ZZ is not a country code" in visitor.text
    post(visitor, path, **words, cells=rows[0] + '\n620342\t=HYPERLINK("x")\tCN\t4000\tCT\t1\t2\t1\t1', action="append")
    assert visitor.status == 422 and "refused" in visitor.text and "Row 2, Description of goods" in visitor.text
    post(visitor, path, **words, cells="\n".join(rows), action="append")
    assert "Items taken over: 3" in visitor.text, visitor.text
    body = queries.draft(session, queries.find(session, reference, by=trader())).body
    assert [i["number"] for i in body["items"]] == [1, 2, 3, 4] and body["items"][3]["packages"][0]["count"] == 3
    post(visitor, path, **words, cells="\n".join(rows), action="replace")
    assert visitor.status == 412, "an old page replaces nothing"
    visitor.open(path)
    full = "\n".join(rows[0] for _n in range(997))
    post(visitor, path, **hidden(visitor), cells=full, action="append")
    assert visitor.status == 422 and "Together there would be 1001 items" in visitor.text
    post(visitor, path, **hidden(visitor), cells=full, action="replace")
    assert "Items taken over: 997" in visitor.text
    for cells in ("", "x" * 3_000_000, '"', "\x00"):
        assert visitor.client.post(path, data={**hidden(visitor), "cells": cells}).status_code in (200, 413, 422)
    page = html.fromstring(visitor.client.get(at(reference, "/items?from=900")).get_data(as_text=True))
    assert len(page.xpath("//tr[@data-row]")) == 97
