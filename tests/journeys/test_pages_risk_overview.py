"""The analyst's overview, the audit of chance, shares, ceilings and trusted traders, by page alone."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html
from sqlalchemy import text

from app.core import db, journal
from app.core.actors import SYSTEM
from app.flows import profiling
from app.risk import operations, queries
from app.risk.queries import seeds
from app.risk.rules import draw
from tests.factories import cases, declarations
from tests.factories.accounts import csrf, send, sign_in
from tests.factories.actors import PARTY, POST
from tests.factories.seed import PASSWORD

PAGE = "/analyst/"


@pytest.fixture(autouse=True)
def as_new(session):
    queries.forget()
    seeds.forget()
    cases.no_chance()
    yield
    queries.forget()
    seeds.forget()


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in and said why he looks."""

    def browsing(login="analyst"):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        assert client.get(PAGE).status_code == 303
        assert send(client, "/analyst/purpose", reason="the review of the autumn", next=PAGE).status_code == 303
        return client

    return browsing


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def said_in(element):
    return " ".join(element.text_content().split())


def rows(answer, title):
    """The rows of the table under a heading, as texts."""
    page = html.fromstring(answer.text)
    section = next(s for s in page.iter("section") if title in said_in(s.find("h2")))
    return [[" ".join(cell.text_content().split()) for cell in row] for row in section.findall(".//tbody/tr")]


def tiles(answer):
    page = html.fromstring(answer.text)
    return {d.findtext("dt").strip(): d.find("dd")[0].text_content().strip() for d in page.find_class("tiles")[0]}


def count():
    more = True
    while more:
        with db.transaction() as s:
            more = profiling.count(s, by=SYSTEM)


def defined(code, expression, lane="yellow", **more):
    with db.transaction() as s:
        words = {"en": code.title()}
        operations.define(
            s, operations.DefineProfile(code, expression, lane, words, words, "a test", **more), by=SYSTEM
        )


def of_origins(*origins):
    """A declaration with an item of each origin."""
    body = declarations.words(items=len(origins))
    for item, origin in zip(body["items"], origins, strict=True):
        item["origin"] = origin
    return body


# --- overview -----------------------------------------------------------------------------------------------------------


def test_the_overview_counts_each_consignment_once_and_narrows_by_its_address(browse):
    defined("heavy", "gross_kg > 3000.0", expected_rate="40")
    cases.lodged(of_origins("AF"))
    found = cases.lodged(of_origins("AF", "PK"))
    cases.inspected(found, "discrepancy")
    cases.inspected(cases.lodged(of_origins("CN", "CN")))
    client = browse()
    assert "Nothing came in this period" in said(client.get(PAGE))
    count()
    whole = client.get(PAGE)
    assert tiles(whole) | {"Hours of inspections": ""} == {
        "Consignments": "3", "Looked at": "2", "With a finding": "1", "Stopped by chance": "0", "Hours of inspections": "",
        "Open questions of watch lists": "0",
    }  # fmt: skip
    origins = {row[0].split()[0]: row[1:] for row in rows(whole, "By origin")}
    assert origins == {"AF": ["2", "1", "1 100.00 %"], "PK": ["1", "1", "1 100.00 %"], "CN": ["1", "1", "0 0.00 %"]}
    rates = {row[0].split()[0]: row[2:6] for row in rows(whole, "What profiles hit")}
    assert rates["Heavy"] == ["66.67 % over expected 40.00 %", "2", "2", "1"]
    # Lanes are those of all, findings those of what is asked for.
    narrowed = client.get(PAGE, query_string={"origin": "AF", "lane": "yellow", "post": POST, "kind": "declaration"})
    assert (tiles(narrowed)["Consignments"], tiles(narrowed)["With a finding"]) == ("1", "1")
    assert [row[0].split()[0] for row in rows(narrowed, "By origin")] == ["AF"]
    assert tiles(client.get(PAGE, query_string={"kind": "movement"}))["Consignments"] == "0"
    # What there is not narrows nothing, and a day that is none is none.
    assert tiles(client.get(PAGE, query_string={"origin": "ZZ", "lane": "pink", "since": "x", "until": "2026-13-40"})) == tiles(whole)  # fmt: skip
    with db.reading() as s:
        looks = journal.history(s, POST, "risk", "overview")
    assert looks[-1].reason == "the review of the autumn" and looks[-1].after == {"asked": {"origin": "ZZ", "lane": "pink", "since": "x", "until": "2026-13-40"}}  # fmt: skip


def test_a_chapter_opens_to_its_headings_and_a_heading_to_its_subheadings(browse):
    body = declarations.words(items=3)
    for item, code in zip(body["items"], ("620342", "620343", "620520"), strict=True):
        item["commodity"] = code
    defined("every", "true")
    cases.inspected(cases.lodged(body), "discrepancy")
    cases.lodged(body)
    count()
    client = browse()

    def followed(answer, title, key):
        section = next(s for s in html.fromstring(answer.text).iter("section") if title in said_in(s.find("h2")))
        return client.get(next(a.get("href") for a in section.iter("a") if said_in(a).startswith(key)))

    chapter = followed(client.get(PAGE), "By chapter of the tariff", "62")
    assert {row[0].split()[0]: row[1:] for row in rows(chapter, "Within chapter 62")} == {
        "6203": ["2", "1", "1 100.00 %"], "6205": ["2", "1", "1 100.00 %"],
    }  # fmt: skip
    heading = followed(chapter, "Within chapter 62", "6203")
    assert [row[0].split()[0] for row in rows(heading, "Within heading 6203")] == ["620342", "620343"]
    assert tiles(heading) == tiles(chapter), "a heading narrows nothing else"
    back = followed(heading, "Within heading 6203", "All headings")
    assert rows(back, "Within chapter 62") == rows(chapter, "Within chapter 62")
    for senseless in ({"chapter": "62", "heading": "0101"}, {"heading": "6203"}, {"chapter": "62", "heading": "62x"}):
        assert "Within heading" not in said(client.get(PAGE, query_string=senseless)), senseless


def test_a_lane_over_its_ceiling_is_told(browse):
    cases.lodged(declarations.red())
    count()
    analyst, today = browse(), dt.datetime.now(dt.UTC).date()
    form = {"post": POST, "lane": "red", "share": "12.5", "valid_from": (today + dt.timedelta(days=1)).isoformat(), "source": "order 7", "reason": "what a shift can do"}  # fmt: skip
    wrong = send(analyst, "/analyst/shares/ceiling", **{**form, "share": "120", "valid_from": "2026-01-01"})
    assert wrong.status_code == 422 and "Write a share from 0 to 100 per cent" in said(wrong)
    assert "A ceiling begins today or later" in said(wrong)
    with db.reading() as s:  # the day at the post, whatever the day here
        day = s.execute(text("SELECT (guzar_now() AT TIME ZONE 'Asia/Dushanbe')::date")).scalar_one()
    assert send(analyst, "/analyst/shares/ceiling", **{**form, "valid_from": day.isoformat()}).status_code == 303
    assert "A ceiling waits for a supervisor" in said(analyst.get("/analyst/shares"))
    assert rows(analyst.get(PAGE), "ceilings")[0][4].endswith("no ceiling")
    supervisor = browse("supervisor")
    link = html.fromstring(supervisor.get("/analyst/shares").text).xpath("//a[contains(@href, 'proposals')]/@href")[-1]
    approval = supervisor.post(
        link, data={"csrf_token": csrf(supervisor, link), "verdict": "approve", "reason": "seen"}
    )
    assert approval.status_code == 303
    assert rows(analyst.get(PAGE), "ceilings")[0][4] == "100.00 % over ceiling 12.5 %"


def test_who_runs_the_machines_sets_no_ceiling(app, session):
    client = app.test_client()
    sign_in(client, "administrator", PASSWORD)
    page = "/administrator/codes/risk_ceiling"
    row = "code,en,valid_from,source,verified,share\nany.red,x,2027-01-01,order,true,100\n"
    answer = client.post(f"{page}/update", data={"csrf_token": csrf(client, "/account/"), "rows": row, "reason": "so"})
    assert answer.status_code == 403
    assert "Update from CSV" not in client.get(page).text


# --- chance -------------------------------------------------------------------------------------------------------------


def test_every_draw_is_computed_again_and_what_was_altered_is_told(browse, session, monkeypatch):
    with db.transaction() as s:
        operations.set_random_share(s, "*", "100", "yellow", by=SYSTEM)
    one = cases.lodged()
    cases.lodged(declarations.red())
    client = browse("auditor")
    page = client.get("/analyst/draws")
    assert "All 2 draws of these days follow from their seeds" in said(page)
    assert tiles(page)["Share, as it was"] == "100.00 %" and tiles(page)["Share, as it was set"] == "100.00 %"
    seed = session.execute(text("SELECT day, seed, commitment FROM risk_draw_seed WHERE post = :p"), {"p": POST}).one()
    address = f"/analyst/draws/{POST}/{seed.day}"
    day = client.get(address)
    assert seed.commitment in day.text and seed.seed.hex() not in day.text
    assert one.reference in said(client.get(f"{address}?show=drawn")) and "a profile stopped it" in said(day)
    with monkeypatch.context() as patch:
        patch.setattr(draw, "number", lambda _seed, _assessment: 7777)
        one = cases.lodged()
    assert "1 seeds or draws do not fit" in said(client.get("/analyst/draws"))
    wrong = said(client.get(f"{address}?show=wrong"))
    assert "The number does not follow from the seed" in wrong and one.reference in wrong
    assert client.get(f"/analyst/draws/{POST}/1999-01-01").status_code == 404


# --- shares -------------------------------------------------------------------------------------------------------------


def test_a_share_is_set_by_two_persons_and_by_no_one_alone(browse):
    analyst = browse()
    form = {"post": POST, "share": "7.5", "lane": "yellow", "reason": "too few"}
    assert "at most two decimals" in said(send(analyst, "/analyst/shares/new", **{**form, "share": "77"}))
    assert send(analyst, "/analyst/shares/new", **form).status_code == 303
    own = analyst.get("/analyst/shares")
    assert "Green waits" in said(own) and "goes at once" in said(own) and "never" in said(own)
    assert "You proposed this yourself" in said(own) and "7.5 %" in said(own)
    with db.reading() as s:
        identifier = s.execute(text("SELECT id FROM proposal WHERE kind = 'risk.share'")).scalar_one()
    settle = f"/analyst/shares/{identifier}"
    again = send(analyst, settle, "/analyst/shares", verdict="approve", reason="me too")
    assert again.status_code == 403 and "Another person must decide" in said(again)
    second = browse("analyst2")
    assert send(second, settle, "/analyst/shares", verdict="reject", reason="").status_code == 422
    assert send(second, settle, "/analyst/shares", verdict="approve", reason="").status_code == 303
    assert ["7.50 %", "Yellow lane"] in [
        row[1:] for row in rows(second.get("/analyst/shares"), "What chance stops now")
    ]
    assert f"Set the share that chance stops · RANDOM-{POST}" not in said(
        browse("supervisor").get("/supervisor/proposals")
    )


# --- trusted traders ----------------------------------------------------------------------------------------------------

SHOWN = {
    "criteria.records": "books of three years seen",
    "criteria.standing": "balance sheets of 2023 to 2025, audited",
    "criteria.security": "inspected on 2026-05-04, protocol 12",
    "reason": "asked in spring",
}


def remembered(consignee="TJ510012345"):
    """The firm has been known for three years and brought fifty consignments this month; nothing was ever found."""
    with db.transaction() as s:
        s.execute(
            text(
                "INSERT INTO risk_subject (role, key, first_seen, last_seen) "
                "VALUES ('consignee', :key, guzar_now() - interval '3 years', guzar_now())"
            ),
            {"key": consignee},
        )
        s.execute(
            text(
                "INSERT INTO risk_subject_month (role, key, month, consignments, findings) "
                "VALUES ('consignee', :key, date_trunc('month', guzar_now())::date, 50, 0)"
            ),
            {"key": consignee},
        )


def test_a_trader_is_trusted_by_two_and_suspended_by_one(browse):
    analyst, second = browse(), browse("analyst2")
    new, today = f"/analyst/trusted/new?party={PARTY}", dt.datetime.now(dt.UTC).date()
    form = {"party": PARTY, "valid_to": (today + dt.timedelta(days=300)).isoformat(), **SHOWN}
    assert "There is no firm" in said(analyst.get("/analyst/trusted/new?party=XX-1"))
    shown = analyst.get(new)
    assert "0 days known, 730 or more asked for" in said(shown) and "criteria.known" not in shown.text
    assert send(analyst, "/analyst/trusted/new", new, **form, **{"criteria.known": "I know it"}).status_code == 422
    unmet = send(analyst, "/analyst/trusted/new", new, **form)
    assert unmet.status_code == 422 and "730 or more are asked for" in said(unmet) and SHOWN["reason"] in unmet.text
    remembered()
    lacking = send(analyst, "/analyst/trusted/new", new, **{**form, "criteria.security": "", "valid_to": "2199-01-01"})
    assert lacking.status_code == 422 and "Write what shows that this criterion is met" in said(lacking)
    assert "at most 3 years from now" in said(lacking)
    made = send(analyst, "/analyst/trusted/new", new, **form)
    assert made.status_code == 303 and "1095 days known" in said(analyst.get(made.location)).replace("1096", "1095")
    refused = send(analyst, made.location, verdict="approve", reason="")
    assert refused.status_code == 403
    assert send(second, made.location, verdict="approve", reason="").status_code == 303
    listed = second.get("/analyst/trusted")
    trader = html.fromstring(listed.text).xpath("//a[@class='row-link']/@href")[0]
    assert "Trusted" in said(listed) and "balance sheets of 2023" in said(second.get(trader))
    assert "Say why" in said(send(second, f"{trader}/suspend", trader, reason=" "))
    assert send(second, f"{trader}/suspend", trader, reason="a letter of the police").status_code == 303
    assert "Suspended" in said(second.get("/analyst/trusted?status=suspended"))
    assert "a letter of the police" in said(browse("auditor").get(trader))
    assert send(analyst, f"{trader}/end", trader, reason="closed").status_code == 303
    assert send(analyst, f"{trader}/suspend", trader, reason="again").status_code == 409
