"""Whoever is stopped learns what he must do, and nothing of why: every page, answer, export and error of a trader, in five
languages, is searched for lanes, profiles, watch lists and scores."""

from __future__ import annotations

import re

import pytest

from app.core import db
from app.core.actors import SYSTEM
from app.edge.locale import translate
from app.reference.codebook import LOCALES
from app.risk import queries as risk
from app.risk.operations import DefineProfile, define
from app.watchlists.lifecycle import Kind
from app.web import words
from tests.factories import cases, declarations, movements, roads, watching
from tests.factories.accounts import sign_in
from tests.factories.seed import PASSWORD

CODE, NAME, LIST = "zq-telltale", "Zqtelltale", "ZQWANTED"
#: Words of answers that belong to officials alone.
KEYS = re.compile(
    r'"(lane|lanes|profiles?|hits|score|trusted|watch_lists?|by_hand|draw|drawn|shadow|assessment_id)"\s*:',
    re.IGNORECASE,
)
#: Words of selectivity in the events and rules that answers name.
EVENTS = re.compile(r"risk\.|watchlist\.|transit\.selected|\.rerouted|lane\.|class=\"lane|random", re.IGNORECASE)
#: The lists of codes and rules are the same for everybody, whatever is declared.
PUBLIC = ("/api/v1/codes", "/api/v1/rules", "/api/v1/openapi", "/api/v1/docs", "/trader/rules")


@pytest.fixture
def stopped(session):
    """A declaration and a movement of the trader that profiles and a watch list have stopped."""
    risk.forget()
    names = dict.fromkeys(LOCALES, NAME)
    with db.transaction() as inner:
        for lane, kind in (("red", "declaration"), ("yellow", "movement")):
            command = DefineProfile(f"{CODE}-{kind}", "true", lane, names, names, NAME, kinds=(kind,), reason=names)
            define(inner, command, by=SYSTEM)
        watching.listed(inner, LIST)
    body = declarations.words()
    with db.transaction() as inner:
        watching.looked_for(inner, Kind.COMPANY, body["consignor"]["name"], code=LIST)
    case = cases.lodged(body)
    moved = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    assert (case.lane, moved.lane) == ("red", "yellow")
    with db.reading() as inner:
        kept = risk.assessment(inner, case.post, case.id)
        assert kept.facts["watch_lists"] == [LIST]
    yield case, moved
    risk.forget()


def telling(body, locale):
    """What an answer says that it must not."""
    lanes = [translate(word.text, locale) for word in words.LANES.values()]
    said = [word for word in (CODE, NAME, LIST, *lanes) if word in body]
    return [*said, *(m.group(0) for m in KEYS.finditer(body)), *(m.group(0) for m in EVENTS.finditer(body))]


def addresses(app, prefix, case, moved):
    """Every address that is read and needs at most a reference."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.rule.startswith(prefix) or rule.rule.startswith(PUBLIC):
            continue
        if not rule.arguments:
            yield rule.rule
        elif rule.arguments == {"reference"}:
            for one in (case, moved):
                yield re.sub(r"<[^>]+>", one.reference, rule.rule)


def test_no_page_of_a_trader_tells(app, stopped):
    browser = app.test_client()
    assert sign_in(browser, "trader", PASSWORD).status_code == 302
    pages = [*addresses(app, "/trader", *stopped), "/account", "/search?q=" + stopped[0].mrn]
    told, seen = {}, 0
    for locale in LOCALES:
        for page in pages:
            answer = browser.get(f"{page}{'&' if '?' in page else '?'}lang={locale}", follow_redirects=True)
            assert answer.status_code < 500, page
            seen += answer.status_code == 200
            with app.test_request_context():
                found = telling(answer.get_data(as_text=True), locale)
            if found:
                told[page, locale] = found
    assert told == {}
    assert seen > 20 * len(LOCALES), "the walk must have come somewhere"


def test_no_answer_to_a_traders_program_tells(app, call, stopped):
    case, moved = stopped
    app.extensions["guzar_limits"].token.limit = 10_000
    told, seen = {}, 0
    deeds = [
        ("POST", f"/{kind}/{one.reference}/{deed}", given)
        for kind, one in (("declarations", case), ("transit-movements", moved))
        for deed, given in (
            ("lane", {"lane": "green", "reason": "please"}),
            ("decision", {"decision": "release", "reason": "x"}),
            ("release", {}),
            ("discharge", {}),
            ("arrival", {"office": "TJDUS"}),
            ("invalidation", {}),
            ("amendments", {}),
        )
    ]
    reads = [("GET", address.removeprefix("/api/v1"), None) for address in addresses(app, "/api/v1", case, moved)]
    for locale in LOCALES:
        for method, address, given in [*reads, *deeds]:
            answer = call("trader", method, address, json=given, headers={"Accept-Language": locale.replace("_", "-")})
            assert answer.status_code < 500 and answer.status_code != 429, address
            seen += answer.status_code == 200
            with app.test_request_context():
                found = telling(answer.get_data(as_text=True), locale)
            if found:
                told[method, address, locale] = found
    assert told == {}
    assert seen > 10 * len(LOCALES)


def test_an_officer_is_told(call, stopped):
    """The search finds what there is to be found."""
    case, moved = stopped
    for kind, one in (("declarations", case), ("transit-movements", moved)):
        answer = call("officer", "GET", f"/{kind}/{one.reference}/lane")
        assert answer.status_code == 200 and {NAME, '"lane":'} <= set(telling(answer.get_data(as_text=True), "en"))
        assert LIST not in answer.get_data(as_text=True), "he is not in its group"
        again = call("officer", "GET", f"/{kind}/{one.reference}/lane")
        assert again.get_json()["reasons"] == answer.get_json()["reasons"]
        assert call("trader", "GET", f"/{kind}/{one.reference}/lane").status_code == 403


def test_by_what_it_is_weighed_who_is_stopped_is_no_list_to_a_trader(call, stopped):
    for name in ("risk_ceiling", "trusted_criterion", "exception_rule"):
        refused = call("trader", "GET", f"/codes/{name}")
        assert refused.status_code == 404 and "trusted_criterion" not in refused.get_json()["detail"].split("are:")[1]
        assert call("officer", "GET", f"/codes/{name}").status_code == 200
    told = {who: call(who, "GET", "/codes/parameter?limit=200").get_json()["items"] for who in ("trader", "officer")}
    codes = {who: {row["code"] for row in rows} for who, rows in told.items()}
    assert "permit-validity-days" in codes["trader"]
    assert {code for code in codes["officer"] - codes["trader"]} == {
        "score-inspections", "score-outcomes-least", "score-valid-days", "score-drift-share", "green-delay-minutes",
        "yellow-to-blue-days", "watch-name-score",
    }  # fmt: skip
