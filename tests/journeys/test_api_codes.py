"""Code lists through the API: what a program needs before it can write a declaration."""

from __future__ import annotations

import datetime as dt

import pytest

from app.core import db
from app.flows import approving, code_lists
from tests.factories.actors import administrator, supervisor


def test_a_list_is_read_page_by_page(call):
    first = call("trader", "GET", "/codes/incoterm?limit=5")
    assert first.status_code == 200 and first.json["list"] == "incoterm" and len(first.json["items"]) == 5
    seen, more = list(first.json["items"]), first.json["next"]
    while more:
        page = call("trader", "GET", f"/codes/incoterm?limit=5&after={more}").json
        seen, more = [*seen, *page["items"]], page["next"]
    codes = [entry["code"] for entry in seen]
    assert {"EXW", "FCA", "CPT", "DAP"} <= set(codes) and codes == sorted(set(codes))
    assert set(seen[0]) == {"code", "valid_from", "valid_to", "names", "attributes", "source", "verified"}


def test_names_in_the_languages_there_are(call):
    [country] = call("trader", "GET", "/codes/country?q=TJ&limit=1").json["items"]
    assert country["code"] == "TJ" and set(country["names"]) >= {"en", "tg", "ru", "fa_AF", "ps"}


@pytest.mark.parametrize("typed", ["0806.20", "۰۸۰۶۲۰", "dried grapes"])
def test_commodities_are_found_by_digits_and_words(call, typed):
    found = call("trader", "GET", "/codes/commodity", query_string={"q": typed}).json["items"]
    assert "080620" in [entry["code"] for entry in found]


def test_rates_say_whether_somebody_has_confirmed_them(call):
    items = call("trader", "GET", "/codes/tax_rate?limit=200&q=TJ.excise").json["items"]
    assert items and all(not entry["verified"] and entry["source"] for entry in items)
    assert items[0]["attributes"]["administration"] == "TJ"


def test_the_day_decides_which_row_is_told(call):
    sheet = (
        "code,en,valid_from,source,verified,country,group\n"
        "CIS.TJ,Tajikistan,2031-01-01,the treaty of 2030,true,TJ,CIS\n"
    )  # fmt: skip
    with db.transaction() as session:
        proposal = code_lists.propose(session, "country_group", sheet.encode(), "treaty", by=administrator())
    with db.transaction() as session:
        approving.approve(session, proposal.id, "read", by=supervisor())

    def sources(day):
        answer = call("trader", "GET", f"/codes/country_group?limit=200&on={day}").json
        assert answer["on"] == day
        return {entry["source"] for entry in answer["items"]}

    assert "the treaty of 2030" in sources("2031-01-01") and "the treaty of 2030" not in sources("2030-12-31")
    today = call("trader", "GET", "/codes/country_group").json["on"]
    assert abs(dt.date.fromisoformat(today) - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("on=yesterday", "/on"), ("on=20000-01-01", "/on"), ("after=x", "/after"), ("after=~2020-01-01", "/after"),
     ("after=%00~2020-01-01", "/after"), ("limit=0", "/limit"), ("q=%00", "/q"), ("q=" + "x" * 61, "/q"), ("page=2", "/page")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(call, query, pointer):
    refused = call("trader", "GET", f"/codes/unit?{query}")
    assert refused.status_code == 422 and [e["pointer"] for e in refused.json["errors"]] == [pointer]


def test_a_list_that_is_not_there(call):
    unknown = call("trader", "GET", "/codes/people")
    assert unknown.status_code == 404 and "commodity" in unknown.json["detail"]
    assert call(None, "GET", "/codes/unit").status_code == 401
