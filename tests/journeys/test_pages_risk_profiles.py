"""A profile made, tried, replayed, approved and watched by page alone, without scripts; and what is refused on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from lxml import html
from sqlalchemy import select, text

from app.core import db
from app.core.actors import SYSTEM
from app.flows import profiling
from app.risk import operations, queries
from app.risk.models import RiskProfile
from app.risk.queries import profiles, seeds
from app.risk.rules import vocabulary
from tests.factories import actors, cases, declarations, watching
from tests.factories.accounts import account, send, sign_in
from tests.factories.seed import PASSWORD

NEW = "/analyst/profiles/new"
HEAVY = "any.0.all.0"


@pytest.fixture(autouse=True)
def as_new(session):
    queries.forget()
    seeds.forget()
    cases.no_chance()
    yield
    queries.forget()
    seeds.forget()


@dataclass
class Analyst:
    """Somebody at the pages who has said why he looks; what he sends is what stands in the form, but for what he changes."""

    client: object

    def page(self, path):
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return html.fromstring(answer.text)

    def press(self, path, button="", value="1", *, page=None, form="form-top", **changes):
        """Sends a form with one of its buttons."""
        shown = page if page is not None else self.page(path)
        drawn = shown.get_element_by_id(form)
        fields = [(name, said) for name, said in drawn.form_values() if name not in changes]
        fields += [
            (name, one) for name, said in changes.items() for one in (said if isinstance(said, list) else [said])
        ]
        data = {}
        for name, said in [*fields, *([(button, value)] if button else [])]:
            data.setdefault(name, []).append(said)
        return self.client.post(drawn.get("action") or path, data=data)

    def deed(self, profile, deed, **fields):
        return send(self.client, f"{profile}/{deed}", profile, **fields)

    def settle(self, proposal, verdict="approve", **fields):
        return send(self.client, proposal, proposal, verdict=verdict, **fields)


@pytest.fixture
def desk(app, session):
    def comes(login="analyst"):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        asked = client.get("/analyst/profiles")
        assert asked.status_code == 303 and "/analyst/purpose" in asked.location
        assert send(client, "/analyst/purpose", reason="the review of the autumn").status_code == 303
        return Analyst(client)

    return comes


def said(answer):
    """Everything that is written on a page, in one line."""
    return " ".join(html.fromstring(answer.text).text_content().split())


def written(**changes):
    """What is typed of a profile that stops heavy consignments."""
    return {
        "code": "heavy-loads", "lane": "yellow", "kinds": "declaration", "names.en": "Heavy loads", "names.fa_AF": "بار سنگین",
        "reason.en": "Heavy loads hide more", "instruction.en": "Weigh it", "source": "letter 5", "expected_rate": "40",
        f"{HEAVY}.fact": "gross_kg", f"{HEAVY}.op": "more-than", f"{HEAVY}.value": "3 000",
    } | changes  # fmt: skip


def heavy(count=1):
    return [cases.lodged(declarations.words(items=2)) for _ in range(count)]


def light(count=1):
    return [cases.lodged() for _ in range(count)]


def drafts(session):
    """Drafts there are: code, lane and expression."""
    with db.reading() as s:
        asked = select(RiskProfile.code, RiskProfile.lane, RiskProfile.expression).where(RiskProfile.status == "draft")
        return [tuple(row) for row in s.execute(asked)]


def made(analyst, **changes):
    """The address of a draft."""
    answer = analyst.press(NEW, **written(**changes))
    assert answer.status_code == 303, said(answer)
    return answer.location


def work():
    """What the process in the background does."""
    while profiling.replay(by=SYSTEM):
        pass


def count():
    more = True
    while more:
        with db.transaction() as s:
            more = profiling.count(s, by=SYSTEM)


def shadowed(analyst, **changes):
    """The address of a profile in the shadow that was replayed, and the replay's."""
    profile = made(analyst, **changes)
    assert analyst.deed(profile, "shadow").status_code == 303
    replay = analyst.deed(profile, "replay", months="1").location
    return profile, replay


def test_conditions_come_and_go_and_nothing_typed_is_lost(desk, session):
    light(3)
    heavy()
    analyst = desk()
    drawn = analyst.press(NEW, "draw", **{f"{HEAVY}.fact": "gross_kg", "code": "heavy-loads"})
    assert drawn.status_code == 200
    page = html.fromstring(drawn.text)
    assert page.get_element_by_id("f-code").value == "heavy-loads"
    assert {o.get("value") for o in page.get_element_by_id("f-any-0-all-0-op")} >= {"more-than", "between"}
    more = analyst.press(NEW, "add", "any.0.all", page=page, **{f"{HEAVY}.op": "between"})
    page = html.fromstring(more.text)
    assert page.xpath("//*[@id='f-any-0-all-1-fact']") and len(page.xpath(f"//input[@name='{HEAVY}.value']")) == 2
    fewer = analyst.press(NEW, "remove", "any.0.all.1", page=page)
    assert not html.fromstring(fewer.text).xpath("//*[@id='f-any-0-all-1-fact']")
    # What it would have stopped stands beneath, before anything is kept.
    tried = analyst.press(NEW, "try", **written())
    assert "It would hit 1 of 4 consignments (25.00 %)." in said(tried)


def test_a_form_outlives_the_reason_and_goes_on_with_the_next_one(desk, session):
    analyst = desk()
    shown = analyst.page(NEW)
    with analyst.client.session_transaction() as cookie:
        cookie["risk_purpose"] = {**cookie["risk_purpose"], "at": cookie["risk_purpose"]["at"] - 8 * 3600}
    asked = analyst.press(NEW, page=shown, **written())
    assert asked.status_code == 422 and "Why you look at risk data" in said(asked)
    assert drafts(session) == []
    again = analyst.press(NEW, page=html.fromstring(asked.text), form="purpose-form", _purpose="x")
    assert again.status_code == 422 and "Say in a few words" in said(again) and drafts(session) == []
    forged = html.fromstring(again.text)
    forged.get_element_by_id("purpose-form").fields["csrf_token"] = "x"
    assert analyst.press(NEW, page=forged, form="purpose-form", _purpose="order 12 of the head").status_code == 400
    page = html.fromstring(again.text)
    kept = analyst.press(NEW, page=page, form="purpose-form", _purpose="order 12 of the head")
    assert kept.status_code == 303 and drafts(session) == [("heavy-loads", "yellow", "gross_kg > 3000.0")]
    assert analyst.client.get(kept.location).status_code == 200, "the reason holds for what follows"


def test_a_piece_of_a_page_is_not_drawn_without_a_reason(desk, session):
    analyst = desk()
    shown = analyst.page(NEW)
    with analyst.client.session_transaction() as cookie:
        del cookie["risk_purpose"]
    part = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{NEW}"}
    polled = analyst.client.get(NEW, headers=part)
    assert polled.headers["HX-Redirect"] == f"/analyst/purpose?next={NEW}" and not polled.text
    fields = dict(shown.get_element_by_id("form-top").form_values()) | written() | {"draw": "1"}
    drawn = analyst.client.post(NEW, data=fields, headers=part)
    assert (drawn.status_code, drawn.headers["HX-Retarget"]) == (200, "main")
    gone_on = analyst.press(NEW, page=html.fromstring(drawn.text), form="purpose-form", _purpose="order 12 of the head")
    assert gone_on.status_code == 200
    values = dict(html.fromstring(gone_on.text).get_element_by_id("form-top").form_values())
    assert values["code"] == "heavy-loads" and values["names.fa_AF"] == "بار سنگین"


def test_a_profile_from_a_draft_to_being_switched_off(desk, session):
    light(3)
    heavy()
    analyst = desk()
    profile = made(analyst)
    assert profile == "/analyst/profiles/heavy-loads/1"
    shown = analyst.page(profile).text_content()
    assert "gross mass" in shown and "3000" in shown and "Weigh it" in shown
    # The shadow stops nothing; without a replay nothing is proposed.
    assert analyst.deed(profile, "shadow").status_code == 303
    assert heavy()[0].lane == "green"
    early = analyst.deed(profile, "proposal", reason="as the letter says")
    assert early.status_code == 422 and "Run it over the past first" in said(early)
    replay = analyst.deed(profile, "replay", months="1").location
    assert "Waits for its turn" in analyst.page(replay).text_content()
    assert send(analyst.client, f"{replay}/stop", replay).status_code == 303
    work()
    assert "Stopped" in analyst.page(replay).text_content()
    assert send(analyst.client, f"{replay}/resume", replay).status_code == 303
    work()
    told = " ".join(analyst.page(replay).text_content().split())
    assert "Finished" in told and "5 of 5 consignments" in told and "40.00 %" in told
    proposal = analyst.deed(profile, "proposal", reason="as the letter says").location
    own = " ".join(analyst.page(proposal).text_content().split())
    assert "40.00 %" in own and "Your word stands under it already" in own
    assert analyst.settle(proposal).status_code == 403 and heavy()[0].lane == "green"
    # Another person says yes.
    supervisor = desk("supervisor")
    assert "waits for you" in supervisor.page("/analyst/profiles").text_content()
    assert supervisor.page("/supervisor/proposals").xpath(f"//a[@href='{proposal}']")
    assert supervisor.settle(proposal, reason="seen").location == profile
    stopped = heavy()[0]
    assert stopped.lane == "yellow" and light()[0].lane == "green"
    # Its figures are there once they are counted.
    cases.decided(stopped)
    count()
    row = analyst.page("/analyst/profiles?q=heavy").get_element_by_id("row-heavy-loads-1")
    assert row.xpath(".//td[@data-label='Hits']")[0].text_content().split() == ["1"]
    assert stopped.reference in analyst.page(profile).text_content()
    # Switched off by two.
    off = analyst.deed(profile, "end", reason="nothing was found").location
    assert heavy()[0].lane == "yellow"
    assert analyst.settle(off).status_code == 403
    assert supervisor.settle(off, reason="agreed").status_code == 303
    assert heavy()[0].lane == "green"
    assert "nothing was found" in analyst.page(profile).text_content()


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({f"{HEAVY}.value": "much"}, f"f-{HEAVY.replace('.', '-')}-value", "Write a number"),
        ({f"{HEAVY}.op": ""}, f"f-{HEAVY.replace('.', '-')}-op", "Choose a comparison"),
        ({f"{HEAVY}.op": "between"}, f"f-{HEAVY.replace('.', '-')}-value", "takes a list of two numbers"),
        ({f"{HEAVY}.fact": "gross_gk"}, f"f-{HEAVY.replace('.', '-')}-fact", "There is no fact"),
        ({"code": "Heavy Loads"}, "f-code", "small letters, digits and hyphens"),
        ({"lane": ""}, "f-lane", "yellow, red or blue"),
        ({"kinds": []}, "f-kinds", "declarations, movements or both"),
        ({"names.en": "", "names.fa_AF": ""}, "f-names", "in at least one language"),
        ({"expected_rate": "140"}, "f-expected_rate", "0 to 100"),
        ({"valid_to": "2001-01-01"}, "f-valid_to", "end before it begins"),
        ({"posts": ["XXXXX"]}, "f-posts", "There is no post XXXXX"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(desk, session, changes, field, told):
    analyst = desk()
    page = html.fromstring(analyst.press(NEW, "draw", **written()).text)
    answer = analyst.press(NEW, page=page, **changes)
    assert answer.status_code == 422 and told in said(answer)
    shown = html.fromstring(answer.text)
    assert shown.xpath(f"//*[@id='{field}' or @id='{field}-error']"), "the summary leads to the field"
    assert any(told in link.text_content() for link in shown.xpath("//*[@id='error-summary']//a"))
    assert shown.get_element_by_id("f-source").value == "letter 5"
    assert analyst.client.get("/analyst/profiles/heavy-loads/1").status_code == 404


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("gross_gk > 3000.0", "There is no fact “gross_gk”"),
        ("gross_kg > 'much'", "number"),
        ("gross_kg / net_kg > 2.0", "net_kg"),
        ("gross_kg >", "Something is missing"),
        ("items.exists(a, items.exists(b, items.exists(c, a.value > b.value && c.value > 0.0)))", "loop"),
        ("gross_kg + 1.0", "yes or no"),
        ("", "empty"),
    ],
)
def test_an_expression_written_by_hand_is_checked_before_it_is_kept(desk, session, expression, told):
    analyst = desk()
    page = html.fromstring(analyst.press(NEW, "write", **written()).text)
    assert page.get_element_by_id("f-expression").text.strip() == "gross_kg > 3000.0"
    answer = analyst.press(NEW, page=page, expression=expression)
    assert answer.status_code == 422 and told in said(answer)
    assert html.fromstring(answer.text).xpath("//*[@id='f-expression-error']")
    # Back to the conditions, which are still there.
    back = html.fromstring(analyst.press(NEW, "build", page=page).text)
    assert back.xpath(f"//input[@name='{HEAVY}.value']")[0].get("value") == "3000"


def test_who_is_not_let_in_to_a_list_does_not_ask_a_profile_for_it(desk, session):
    """What it hits would tell him whom the list is about."""
    watching.listed(session, by=actors.actor("analyst", "*", login="analyst9"))
    analyst = desk()
    page = html.fromstring(analyst.press(NEW, "write", **written()).text)
    asks = "watch_lists.exists(w, w.startsWith('W'))"
    for button in ("try", ""):
        answer = analyst.press(NEW, button, page=page, expression=asks)
        assert "have not been let in" in said(answer)
    assert answer.status_code == 422
    assert analyst.press(NEW, page=page, expression="watch_confirmed > 0").status_code == 303


def test_who_is_not_let_in_to_a_list_takes_over_no_profile_that_asks_for_it(desk, session):
    """What another analyst wrote is neither copied nor run by him, and what it hit is not shown to him."""
    watching.listed(session, by=actors.actor("analyst", "*", login="analyst9"))
    watching.looked_for(session, name="Ahmad Noori", by=actors.actor("analyst", "*", login="analyst9"))
    words = {"en": "Listed"}
    asks = operations.DefineProfile("listed", "watch_lists.size() > 0", "yellow", words, words, "a test", reason=words)
    with db.transaction() as s:
        operations.define(s, asks, by=SYSTEM)
    queries.forget()
    lodged = light()[0]
    assert lodged.lane == "yellow"
    count()
    outside, profile = desk(), "/analyst/profiles/listed/1"
    assert lodged.reference not in said(outside.client.get(profile)) and "shown to those who have been" in said(
        outside.client.get(profile)
    )
    for deed in ("copy", "replay"):
        refused = outside.deed(profile, deed, months="1")
        assert refused.status_code == 422 and "have not been let in" in said(refused), deed
    assert drafts(session) == []
    run = send(outside.client, "/analyst/replays", "/analyst/replays", months="1").location
    work()
    shown = said(outside.client.get(f"{run}?profile=listed&version=1"))
    assert "listed" in shown and lodged.reference not in shown and str(lodged.mrn) not in shown
    session.execute(text("UPDATE watch_list SET roles = '{analyst}'"))
    assert "Consignments it hit last" in said(outside.client.get(profile))
    assert outside.deed(profile, "copy").status_code == 303


def test_a_profile_that_is_tried_is_a_look(desk, session):
    light()
    analyst = desk()
    page = html.fromstring(analyst.press(NEW, "write", **written()).text)
    looked = text("SELECT subject, reason, after -> 'asked' ->> 'expression' FROM journal_entry WHERE event = 'risk.looked-at'")
    before = session.execute(looked).all()
    assert analyst.press(NEW, "try", page=page, expression="gross_kg > 1.0").status_code == 200
    after = session.execute(looked).all()
    assert [tuple(row) for row in after[len(before) :]] == [("profile/new", "the review of the autumn", "gross_kg > 1.0")]
    assert analyst.press(NEW, page=page, expression="gross_kg > 1.0").status_code == 303
    assert len(session.execute(looked).all()) == len(after), "what a verb did is journaled by the verb"


def test_one_written_by_hand_says_so(desk, session):
    analyst = desk()
    page = html.fromstring(analyst.press(NEW, "write", **written()).text)
    profile = analyst.press(NEW, page=page, expression="gross_kg > 3000.0 && weekday != 7").location
    assert "Written by hand" in analyst.page(profile).text_content()


def test_several_values_and_one_item(desk, session):
    analyst = desk()
    page = html.fromstring(
        analyst.press(NEW, "draw", **written(**{f"{HEAVY}.fact": "dispatch", f"{HEAVY}.op": "one-of"})).text
    )
    page = html.fromstring(analyst.press(NEW, "draw", page=page, **{f"{HEAVY}.value": "af; uz, TJ"}).text)
    chips = page.xpath(f"//input[@type='hidden' and @name='{HEAVY}.value']/@value")
    assert chips == ["AF", "UZ", "TJ"]
    fewer = html.fromstring(analyst.press(NEW, "remove", f"{HEAVY}.value.1", page=page).text)
    assert fewer.xpath(f"//input[@type='hidden' and @name='{HEAVY}.value']/@value") == ["AF", "TJ"]
    page = html.fromstring(analyst.press(NEW, "add-item", "any.0.all", page=fewer).text)
    item = "any.0.all.1.item.0"
    page = html.fromstring(analyst.press(NEW, "draw", page=page, **{f"{item}.field": "commodity"}).text)
    page = html.fromstring(analyst.press(NEW, "draw", page=page, **{f"{item}.op": "starts-with"}).text)
    answer = analyst.press(NEW, page=page, **{f"{item}.value": "1701"})
    assert answer.status_code == 303, said(answer)
    shown = analyst.page(answer.location)
    assert (
        shown.xpath("//pre")[0].text_content()
        == "dispatch in ['AF', 'TJ'] && items.exists(i, i.commodity.startsWith('1701'))"
    )
    # The draft opens as it was written.
    again = analyst.page(f"{answer.location}/edit")
    assert again.xpath(f"//input[@type='hidden' and @name='{HEAVY}.value']/@value") == ["AF", "TJ"]


def test_what_would_stop_more_than_half_needs_a_third_person(desk, session):
    heavy(2)
    analyst = desk()
    profile, _replay = shadowed(analyst)
    work()
    refused = analyst.deed(profile, "proposal", reason="all of them")
    assert refused.status_code == 422
    assert re.search(r"It would have stopped 100\.00 % of the consignments it is asked about \(2 of 2\)", said(refused))
    proposal = analyst.deed(profile, "proposal", reason="all of them", knowing="true").location
    second = desk("supervisor")
    shown = " ".join(second.page(proposal).text_content().split())
    assert "100.00 %" in shown and "a third one must approve it" in shown
    assert second.settle(proposal, reason="seen").location == profile
    assert heavy()[0].lane == "green"
    wide = second.page(profile).xpath("//a[contains(@href, '/analyst/proposals/')]/@href")[0]
    assert second.settle(wide).status_code == 403
    with db.transaction() as s:
        account(s, "analyst", "*", login="analyst.third", password=PASSWORD)
    assert desk("analyst.third").settle(wide, reason="seen").location == profile
    assert heavy()[0].lane == "yellow"


def test_a_new_version_beside_the_old_one_and_a_rejection(desk, session):
    light(3)
    heavy()
    analyst, supervisor = desk(), desk("supervisor")
    profile, _replay = shadowed(analyst)
    work()
    proposal = analyst.deed(profile, "proposal", reason="as the letter says").location
    blank = supervisor.settle(proposal, "reject")
    assert blank.status_code == 422 and "Say why" in said(blank)
    assert supervisor.settle(proposal, "reject", reason="too vague").status_code == 303
    assert "too vague" in analyst.page(profile).text_content()
    changed = analyst.press(f"{profile}/edit", **{f"{HEAVY}.value": "2999.5"})
    assert changed.status_code == 303
    copy = analyst.deed(profile, "copy").location
    assert copy == "/analyst/profiles/heavy-loads/2/edit"
    assert analyst.press(copy, lane="red").status_code == 303
    shown = analyst.page("/analyst/profiles/heavy-loads/2").xpath("//dl[@class='diff']")[0].text_content()
    assert "Yellow lane" in shown and "Red lane" in shown
    assert analyst.deed(profile, "discard", reason="the second one is better").status_code == 303
    assert "heavy-loads" in analyst.page("/analyst/profiles?status=ended").text_content()


def test_others_read_or_hear_no(desk, app, session):
    profile = made(desk())
    auditor = desk("auditor")
    shown = auditor.page(profile)
    assert not shown.xpath("//form[contains(@action, '/analyst/profiles/')]")
    assert auditor.client.get(NEW).status_code == 403
    with db.transaction() as s:
        account(s, "analyst", "*", login="analyst.other", password=PASSWORD)
    other = desk("analyst.other")
    assert other.client.get(f"{profile}/edit").status_code == 403
    assert other.deed(profile, "back").status_code in (403, 409)
    for login in ("trader", "officer", "administrator"):
        client = app.test_client()
        sign_in(client, login, PASSWORD)
        for path in ("/analyst/profiles", profile, NEW, "/analyst/replays"):
            assert client.get(path).status_code == 403, (login, path)


def test_a_row_changed_by_hand_is_told_where_profiles_are_looked_at(desk, session):
    analyst = desk()
    session.execute(text("UPDATE risk_profile SET expression = 'false' WHERE code = 'precursors'"))
    queries.forget()
    assert "What was approved goes on being used" in analyst.page("/analyst/profiles").text_content()
    assert "does not say what was approved" in analyst.page("/analyst/profiles/precursors/1").text_content()


def test_every_fact_is_explained(desk):
    analyst = desk()
    shown = analyst.page("/analyst/facts").text_content()
    assert all(fact.name in shown for fact in (*vocabulary.FACTS, *vocabulary.ITEM_FIELDS))
    few = analyst.page("/analyst/facts?q=GROSS mass").xpath("//tbody//code/text()")
    assert "gross_kg" in few and "i.gross_kg" in few and len(few) < 20


def test_the_list_is_narrowed_by_its_address(desk, session):
    analyst = desk()
    made(analyst)
    for narrowed, there in (
        ("status=draft", True), ("status=in_force", False), ("lane=yellow", True), ("lane=red&status=draft", False),
        ("kind=movement&status=draft", False), ("post=TJPPJ&q=letter", True), ("q=%25", False), ("q=HEAVY", True),
        ("status=nothing&lane=pink&after=", True),
    ):  # fmt: skip
        shown = analyst.page(
            f"/analyst/profiles?{narrowed}&q=heavy" if "q=" not in narrowed else f"/analyst/profiles?{narrowed}"
        )
        assert bool(shown.xpath("//*[@id='row-heavy-loads-1']")) is there, narrowed
    assert analyst.client.get("/analyst/profiles?after=x").status_code == 422
    assert analyst.client.get("/analyst/profiles/none").status_code == 404
    assert analyst.client.get("/analyst/profiles/none/1").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"any": "x", "draw": "1"},
        {"any.0": "x", "any.2.all": "y", "try": "1"},
        {"any.0.all.0.item": "x", "any.0.all.1.item.0.item.0": "y", "add": "any.0.all.1.item", "try": "1"},
        {"any.0.all.0.item.0.field": "net_kg", "add-item": "any.0.all.0.item"},
        {"any.0.all.0.fact.x": "gross_kg", "any.0.all.0.fact": "items", "any.0.all.0.op.0": "is", "try": "1"},
        {"add": "names", "names.en": "x"},
        {"add": "any.7.all", "remove": "any.0.all.0.value.999999"},
        {"remove": "any", "kinds": ["sea", "declaration"], "posts": ["a" * 500]},
        {"mode": "expression", "expression": "gross_kg\x00 > 1.0 \u202e", "try": "1"},
        {
            "mode": "other",
            "lane": "pink",
            "expected_rate": "-1",
            "valid_to": "99999-01-01",
            "names.en": "\x1b",
            "names.xx": "y",
        },
        {"names": "x", "reason": ["a", "b"], "code": ["a", "b"], "spare_trusted": "perhaps"},
        {f"any.0.all.{n}.fact": "gross_kg" for n in range(60)} | {"try": "1"},
    ],
)
def test_whatever_is_sent_is_answered(desk, session, sent):
    analyst = desk()
    answer = send(analyst.client, NEW, NEW, **sent)
    assert answer.status_code in (200, 422) and html.fromstring(answer.text).get_element_by_id("form-top") is not None
    with db.reading() as s:
        assert profiles.page(s, profiles.Wanted(status="draft")) == []


@pytest.mark.parametrize(
    "address",
    ["/profiles/medicines/99999999999999", "/profiles/medicines/99999999999999/edit", "/models/99999999999999", "/models/40000"],
)
def test_a_number_that_nothing_has_is_no_address(desk, address):
    assert desk().client.get(f"/analyst{address}").status_code == 404


def test_what_cannot_be_computed_is_no_hit_where_it_is_tried(desk, session):
    light(2)
    by_hand = {"mode": "expression", "expression": "item_count * 9223372036854775807 * 2 > 1"}
    tried = said(desk().press(NEW, "try", **{**written(), **by_hand}))
    assert "No answer for 2 of 2 consignments" in tried and "It would hit" not in tried


def test_a_list_one_is_not_let_in_to_is_told_where_conditions_are_built_and_once(desk, session):
    watching.listed(session, by=actors.actor("analyst", "*", login="analyst9"))
    fields = {f"{HEAVY}.fact": "watch_lists", f"{HEAVY}.op": "not-empty", f"{HEAVY}.value": []}
    page = desk().press(NEW, "", **{**written(), **fields})
    told = said(page)
    assert page.status_code == 422 and "#f-expression" not in page.text
    assert told.count("There are watch lists that you have not been let in to") == 2, "in the summary, and at the conditions"
