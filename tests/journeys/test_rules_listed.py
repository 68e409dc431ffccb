"""The register of rules as people and programs read it: the page, the API, the command."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from lxml import html

from app.cli.rules import list_rules
from app.registers import rules as register
from tests.factories import accounts
from tests.factories.accounts import sign_in
from tests.factories.seed import PASSWORD
from tests.unit.declarations.rule_cases import book, entry

TODAY = dt.date(2026, 11, 27)


@pytest.fixture
def reader(client):
    assert sign_in(client, "auditor", PASSWORD).status_code == 302
    return client


def _listed(client, query=""):
    answer = client.get(f"/rules{query}")
    assert answer.status_code == 200
    page = html.fromstring(answer.get_data(as_text=True))
    return [row.get("id") for row in page.xpath("//tr[@data-row]")], page


def test_the_page_lists_every_rule_with_its_text_and_source(reader):
    listed, page = _listed(reader)
    assert listed == [rule.id for rule in register.in_order()]
    [row] = page.xpath("//tr[@id='terms.place']")
    text = " ".join(row.text_content().split())
    assert "20" in text and "Warning" in text and "ICC Incoterms 2020" in text
    assert "… means nothing without its place. Write the place named in the contract." in text
    assert not page.xpath("//tr[@data-row]//text()[contains(., '{')]"), "no placeholder is shown"


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        ("?q=warehouse", "warehouse.missing", "invoice.total"),
        ("?q=WAREHOUSE+procedure+needs", "warehouse.missing", "warehouse.unexpected"),
        ("?q=invoice.total", "invoice.total", "warehouse.missing"),
        ("?severity=error", "warehouse.missing", "invoice.total"),
        ("?severity=warning&q=incoterms", "terms.place", "code.incoterm"),
        ("?q=carnet", "tir.carnet-letters", "terms.place"),
    ],
)
def test_words_and_severity_narrow_the_list(reader, query, some, none):
    listed, _page = _listed(reader, query)
    assert some in listed and none not in listed


@pytest.mark.parametrize("query", ["?q=xyzzy", "?severity=fatal", "?q=" + "w" * 5000, "?q=%E2%80%AE%00", "?q=%ff"])
def test_anything_may_be_typed(reader, query):
    listed, page = _listed(reader, query)
    assert listed == [] or "%00" in query, "hidden characters are not searched for"
    assert page.xpath("//form[@role='search']")


@pytest.mark.parametrize("locale", ["tg", "ru", "fa_AF", "ps"])
def test_the_page_is_readable_in_every_language(reader, locale):
    assert len(_listed(reader, f"?lang={locale}")[0]) == len(register.in_order())


def test_nobody_else_reads_it(client, app):
    assert client.get("/rules").status_code == 302
    assert app.test_client().get("/api/v1/rules").status_code == 401


def test_the_api_tells_the_same(client, session):
    headers = {"Authorization": f"Bearer {accounts.token(session, 'trader')}"}
    answer = client.get("/api/v1/rules", headers=headers)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    told = {rule["id"]: rule for rule in answer.json["items"]}
    assert set(told) == {rule.id for rule in register.in_order()}
    assert told["terms.place"] == {
        "id": "terms.place",
        "group": "values",
        "box": "20",
        "pointer": "/delivery_terms/place",
        "severity": "warning",
        "switched": False,
        "blocks": False,
        "says": "… means nothing without its place.",
        "remedy": "Write the place named in the contract.",
        "source": "ICC Incoterms 2020",
    }


def test_the_command_tells_the_same(app, session):
    run = app.test_cli_runner()
    lines = run.invoke(list_rules).stdout.splitlines()
    assert len(lines) == len(register.in_order())
    assert any(line.startswith("terms.place") and "warning" in line for line in lines)
    told = json.loads(run.invoke(list_rules, ["--json"]).stdout)
    assert [rule["id"] for rule in told] == [rule.id for rule in register.in_order()]


def test_a_switched_severity_is_shown_as_such():
    codes = book((entry("rule_severity", "terms.place", severity="off"),))
    [line] = [line for line in register.of_day(codes, TODAY) if line.id == "terms.place"]
    assert (line.severity, line.switched) == ("off", True)
    [same] = [line for line in register.of_day(codes, TODAY) if line.id == "terms.by-water"]
    assert (same.severity, same.switched) == ("warning", False)


def test_a_rule_of_transit_is_found_and_switched_like_any_other():
    codes = book((entry("rule_severity", "tir.unsealed", severity="error"),))
    [line] = [line for line in register.of_day(codes, TODAY) if line.id == "tir.unsealed"]
    assert (line.severity, line.switched, line.group) == ("error", True, "transit-tir")
    assert register.find("tir.unsealed").id == "tir.unsealed" and register.find("terms.place").id == "terms.place"
    assert register.find("nobody.knows") is None
