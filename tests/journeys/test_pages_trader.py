"""The trader's pages as a browser without scripts uses them: write, correct, lodge, upload, look."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import func, select, text

from app.core import db
from app.core.actors import SYSTEM
from app.declarations import operations, queries
from app.declarations.commands import SaveDraft
from app.declarations.models import Declaration, DeclarationDraft
from app.interchange.asycuda.write import pruned
from app.risk.operations import set_random_share
from tests.factories import declarations, movements
from tests.factories.accounts import sign_in
from tests.factories.actors import OTHER_PARTY, PARTY, other_trader, trader
from tests.factories.fullest import fullest
from tests.factories.seed import PASSWORD

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "asycuda"
LANE_WORDS = re.compile(r"\b(lane|green|yellow|red|blue|risk|profile)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def no_chance(session):
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)


@pytest.fixture
def visitor(client, session):
    assert sign_in(client, "trader", PASSWORD).status_code == 302
    return Visitor(client)


class Visitor:
    """Reads a page's form and sends it back with one button pressed, as a browser without scripts does."""

    def __init__(self, client):
        self.client = client
        self.page = None
        self.url = ""
        self.status = 0

    def open(self, url):
        return self._take(url, self.client.get(url))

    def _take(self, url, answer):
        hops = 0
        while answer.status_code in (302, 303) and hops < 5:
            url, hops = answer.location, hops + 1
            answer = self.client.get(url)
        self.status, self.url = answer.status_code, url
        self.page = html.fromstring(answer.get_data(as_text=True))
        return self

    @property
    def text(self):
        return " ".join(self.page.find(".//main").text_content().split())

    def form(self):
        return self.page.get_element_by_id("form-top")

    def values(self):
        return {name: value for name, value in self.form().form_values() if value is not None}

    def send(self, button, value, **changes):
        """Presses a button of the form with these boxes filled in; dots in names are written as two underscores."""
        filled = {name.replace("__", "."): text for name, text in changes.items()}
        data = {**self.values(), **filled, button: value}
        return self._take(self.url, self.client.post(self.url.partition("#")[0], data=data))

    def errors(self):
        return [" ".join(e.text_content().split()) for e in self.page.xpath("//*[@id='error-summary']//li")]

    def links(self):
        return [a.get("href") for a in self.page.xpath("//*[@id='error-summary']//a")]


HEADER = {
    "local_reference": "S-2026-1",
    "declaration_type": "IM",
    "consignor.name": "شرکت تجارتی کابل ستاره",
    "consignor.country": "AF",
    "consignee.name": "ҶДММ «Сомон»",
    "consignee.id": PARTY,
    "consignee.country": "TJ",
    "countries.dispatch": "AF",
    "countries.destination": "TJ",
    "transport.vehicle.plate": "KBL48213",
    "transport.vehicle.country": "AF",
    "transport.containers": "msku1234565",
    "seals": "AF 0081123, AF 0081124",
    "delivery_terms.code": "CPT",
    "invoice.number": "INV-1",
    "invoice.date": "۱۴۰۵/۸/۱۹",
    "invoice.currency": "USD",
    "invoice.total": "۱۸ ۴۰۰٫۰۰",
}


def item(place, **changes):
    words = {
        "commodity": "620342", "description": "Trousers of cotton", "origin": "cn", "procedure": "4000",
        "packages.0.kind": "ct",
        "packages.0.count": "۱۲۰", "gross_kg": "2450.5", "net_kg": "2300", "invoice_value": "9200", **changes,
    }  # fmt: skip
    return {f"items.{place}.{name}": value for name, value in words.items()}


def names(words):
    return {name.replace(".", "__"): value for name, value in words.items()}


def kept(session, reference):
    session.expire_all()
    record = queries.find(session, reference, by=trader())
    return record, queries.draft(session, record)


def lodged_count(session):
    return session.execute(
        select(func.count()).select_from(Declaration).where(Declaration.status != "draft")
    ).scalar_one()


def reference_in(url):
    return url.split("/declarations/")[1].split("/")[0].split("?")[0].split("#")[0]


def test_from_an_empty_form_to_a_lodged_declaration(visitor, session):
    visitor.open("/trader/declarations/new")
    assert visitor.values()["declarant.id"] == PARTY and visitor.values()["declarant.name"]
    assert visitor.values()["post"] == "TJPPJ"
    visitor.send("add", "items", **names({**HEADER, **item(0)}))
    assert visitor.status == 200 and "items.1.commodity" in visitor.values()
    assert visitor.values()["items.0.description"] == "Trousers of cotton"
    visitor.send("add", "items.1.packages", **names(item(1, net_kg="9000")))
    assert "items.1.packages.1.kind" in visitor.values()
    visitor.send("remove", "items.1.packages.1")
    visitor.send("add", "documents")
    visitor.send("action", "check", documents__0__type="380", documents__0__number="INV-1")
    assert "/edit?check=1" in visitor.url
    assert visitor.errors()[0] == (
        "Item 2 · Net mass (kg): The net mass 9000 kg is more than the gross mass 2450.5 kg. Correct one of them."
    )
    assert visitor.links()[0] == "#f-items-1-net_kg"
    assert visitor.page.get_element_by_id("f-items-1-net_kg").get("aria-invalid") == "true"
    reference = reference_in(visitor.url)
    record, draft = kept(session, reference)
    assert draft.body["invoice"] == {"number": "INV-1", "date": "2026-11-10", "currency": "USD", "total": "18400.00"}
    assert [i["number"] for i in draft.body["items"]] == [1, 2] and draft.body["items"][0]["packages"] == [
        {"kind": "CT", "count": 120}
    ]
    assert draft.body["seals"] == ["AF 0081123", "AF 0081124"]
    visitor.send("action", "lodge")
    assert "was not lodged" in visitor.text and lodged_count(session) == 0
    visitor.send("action", "lodge", items__1__net_kg="2300")
    assert visitor.status == 200 and "The declaration is lodged" in visitor.text, visitor.errors()
    session.expire_all()
    record = queries.find(session, reference, by=trader())
    assert record.status == "released" and record.mrn in visitor.text
    assert not LANE_WORDS.search(visitor.text)


def test_all_errors_at_once_and_nothing_is_lost(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "check", **names(item(0, commodity="999999", origin="", gross_kg="2,450 kg")))
    found = visitor.errors()
    assert any("Invoice number: This is missing" in line for line in found)
    assert any("Item 1 · Country of origin: This is missing" in line for line in found)
    assert any("Gross mass" in line and "plain digits" in line for line in found)
    assert any("999999 is not a commodity" in line for line in found), "a rule's finding stands beside the schema's"
    assert visitor.values()["items.0.gross_kg"] == "2,450 kg" and visitor.values()["items.0.commodity"] == "999999"
    for link in visitor.links():
        assert visitor.page.get_element_by_id(link.removeprefix("#")) is not None, link


def test_warnings_are_shown_and_do_not_block(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "check", **names({**HEADER, **item(0)}))
    assert any("add up to 9200" in line for line in visitor.errors())
    visitor.send("action", "lodge")
    assert "The declaration is lodged" in visitor.text
    assert "add up to 9200" in visitor.text


def test_the_same_form_sent_twice_is_one_declaration(visitor, session):
    visitor.open("/trader/declarations/new")
    data = {**visitor.values(), **HEADER, **item(0), "action": "lodge"}
    first = visitor.client.post("/trader/declarations/new", data=data)
    second = visitor.client.post("/trader/declarations/new", data=data)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert lodged_count(session) == 1
    assert "was sent before" in visitor.open(second.location).text


def test_a_draft_sent_twice_is_lodged_once(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "save", **names({**HEADER, **item(0)}))
    url, data = visitor.url, {**visitor.values(), "action": "lodge"}
    assert visitor.client.post(url, data=data).status_code == 303
    again = visitor._take(url, visitor.client.post(url, data=data))
    assert "is lodged already" in again.text and lodged_count(session) == 1


def test_an_old_version_is_refused_and_what_was_typed_stays(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "save", local_reference="A-1")
    url, old = visitor.url, visitor.values()
    visitor.send("action", "save", local_reference="A-2")
    answer = visitor.client.post(url, data={**old, "local_reference": "A-3", "action": "save"})
    page = html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 412
    assert "trader changed this at" in page.get_element_by_id("error-summary").text_content()
    assert page.get_element_by_id("f-local_reference").get("value") == "A-3"
    assert kept(session, reference_in(url))[1].body["local_reference"] == "A-2"


def test_another_firm_cannot_be_declarant(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "lodge", **names({**HEADER, **item(0), "declarant.id": OTHER_PARTY}))
    assert lodged_count(session) == 0
    assert any("You act for" in line for line in visitor.errors())
    visitor.send("firm", PARTY)
    assert visitor.values()["declarant.id"] == PARTY


def test_drafts_are_copied_and_deleted(visitor, session):
    visitor.open("/trader/declarations/new")
    visitor.send("action", "lodge", **names({**HEADER, **item(0, invoice_value="18400")}))
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    copied = visitor._take("", visitor.client.post(visitor.url + "/copy", data={"csrf_token": token}))
    reference = reference_in(copied.url)
    assert copied.url.endswith(reference) and "Declaration without a reference" in copied.text
    body = kept(session, reference)[1].body
    assert body["consignee"]["id"] == PARTY and "local_reference" not in body and "seals" not in body
    assert "Delete this draft?" in visitor.open(f"/trader/declarations/{reference}/delete").text
    inputs = {i.get("name"): i.get("value") for i in visitor.page.xpath("//main//form//input[@type='hidden']")}
    gone = visitor._take("", visitor.client.post(visitor.url, data=inputs))
    assert "is deleted" in gone.text
    assert visitor.client.get(f"/trader/declarations/{reference}").status_code == 404


NOBODY = "0190a000-0000-7000-8000-000000000000"
OPENED = (
    "", "/edit", "/delete", "/declaration.json", "/message", "/permit.pdf", "/sections/header", "/items", "/items/1",
    "/items/paste", "/check", "/questions", "/documents", "/amendment", "/invalidation", "/versions", "/assessment",
    f"/files/{NOBODY}", f"/requests/{NOBODY}",
)  # fmt: skip
SENT = (
    "/edit", "/delete", "/lodging", "/copy", "/sections/header", "/items", "/items/1", "/items/paste", "/template",
    "/presentation", f"/questions/{NOBODY}", "/documents", "/invalidation", "/amendment", "/payments",
)  # fmt: skip


def test_other_peoples_declarations_are_not_there(visitor, session):
    with db.transaction() as s:
        other = operations.save_draft(
            s, SaveDraft("TJPPJ", declarations.words(party=OTHER_PARTY)), by=other_trader()
        ).reference
        lodged = declarations.lodged(s, declarations.words(party=OTHER_PARTY), by=other_trader()).declaration
        lodged_reference = lodged.reference
    token = visitor.open("/trader/upload").page.xpath("//input[@name='csrf_token']/@value")[0]
    for reference in (other, lodged_reference):
        base = f"/trader/declarations/{reference}"
        for path in OPENED:
            assert visitor.client.get(base + path).status_code == 404, path
        for path in SENT:
            answer = visitor.client.post(base + path, data={"csrf_token": token, "version": "1", "action": "save"})
            assert answer.status_code == 404, path
    assert other not in visitor.open("/trader/declarations").text


def test_officers_have_no_business_here(client, session):
    sign_in(client, "officer", PASSWORD)
    for path in (
        "/trader/declarations", "/trader/declarations/new", "/trader/declarations/start", "/trader/upload",
        "/trader/templates", "/trader/accounts", "/trader/certificates", "/trader/suspense",
    ):  # fmt: skip
        assert client.get(path).status_code == 403
    assert client.get("/trader/commodities").status_code == 200, "who amends looks codes up"


def test_a_controlled_declaration_says_neither_lane_nor_reason(visitor, session):
    with db.transaction() as s:
        reference = declarations.lodged(s, declarations.red()).declaration.reference
    page = visitor.open(f"/trader/declarations/{reference}")
    assert "With customs" in page.text and not LANE_WORDS.search(page.text)
    assert not LANE_WORDS.search(visitor.open("/trader/declarations").text)


def test_the_list_is_searched_paged_and_cheap(visitor, session, statements):
    assert "No declarations yet" in visitor.open("/trader/declarations").text
    with db.transaction() as s:
        for n in range(30):
            declarations.lodged(s, declarations.words(local_reference=f"L-{n:02d}"))
    statements.clear()
    visitor.open("/trader/declarations")
    assert len(statements) <= 5, statements
    assert "L-29" in visitor.text and "L-04" not in visitor.text
    visitor.open(visitor.page.xpath("//a[@rel='next']/@href")[0])
    assert "L-04" in visitor.text and "L-29" not in visitor.text
    assert "L-07" in visitor.open("/trader/declarations?q=L-07").text and "L-08" not in visitor.text
    assert "Nothing found" in visitor.open("/trader/declarations?view=drafts").text
    assert "not a date" in visitor.open("/trader/declarations?since=gestern").text


def upload(visitor, *files):
    token = visitor.open("/trader/upload").page.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "files": [(io.BytesIO(content), name) for name, content in files]}
    return visitor._take(
        "/trader/upload", visitor.client.post("/trader/upload", data=data, content_type="multipart/form-data")
    )


def test_a_file_with_a_movement_becomes_a_draft_among_the_movements(visitor):
    body = movements.national(2)
    upload(visitor, ("move.json", json.dumps({**body, "gross_kg": "1"}).encode()))
    (link,) = visitor.page.xpath("//a[contains(@href, '/trader/transit/')]/@href")
    with db.reading() as session:
        (kept,) = session.execute(text("SELECT body FROM transit_draft")).scalars()
        assert session.execute(text("SELECT count(*) FROM declaration_draft")).scalar_one() == 0
    assert kept["house_consignments"] == body["house_consignments"]
    assert movements.ACCESS_CODE not in json.dumps(kept)
    assert visitor.open(link).status == 200


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")
def test_asycuda_files_become_drafts(visitor, session):
    content = (SAMPLES / "afghan_export.xml").read_bytes()
    upload(visitor, ("../../etc/passwd.xml", content), ("not.xml", b"<html/>"))
    assert visitor.status == 200
    assert "Items read: 3." in visitor.text and "passwd.xml" in visitor.text and "etc/" not in visitor.text
    assert "Box A: The office AFSKB is not a post" in visitor.text
    assert "Not read." in visitor.text and "<html>" in visitor.text
    reference = reference_in(visitor.page.xpath("//main//section//a/@href")[0])
    page = visitor.open(f"/trader/declarations/{reference}/check")
    assert "Box 14: “KBL-114”" in page.text and "Raisins, green" in page.text and "without a place" in page.text
    original = visitor.client.get(f"/trader/declarations/{reference}/message")
    assert original.data == content and original.headers["Content-Disposition"].startswith("attachment")
    visitor.open(f"/trader/declarations/{reference}/edit?check=1")
    assert any("Box 14" in line for line in visitor.errors()) and visitor.values()["post"] == "TJPPJ"
    visitor.send("firm", PARTY)
    visitor.send("action", "check")
    assert not any("Box 14" in line for line in visitor.errors())
    body = kept(session, reference)[1].body
    assert body["declarant"]["id"] == PARTY and body["seals"] == ["AF0081123", "AF0081124"] and len(body["items"]) == 3
    assert body["items"][0]["previous_documents"] == [{"type": "X", "number": "TRUCK 48213"}]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")
def test_saving_the_form_of_an_imported_draft_changes_nothing_but_the_post(visitor, session):
    upload(visitor, ("a.xml", (SAMPLES / "afghan_export.xml").read_bytes()))
    reference = reference_in(visitor.page.xpath("//main//section//a/@href")[0])
    before = kept(session, reference)[1].body
    visitor.open(f"/trader/declarations/{reference}/edit").send("action", "save")
    after = kept(session, reference)[1].body
    assert {**after, "costs": None} == {**before, "post": "TJPPJ", "costs": None}


def test_what_was_noted_of_a_file_stays_until_its_field_is_changed(visitor, session):
    """Saving one section does not hide what the file said about another."""
    said = {"msgid": "The amount “12,x” was not read.", "params": {}, "severity": "error", "rule": "sad-22-amount"}
    with db.transaction() as s:
        command = SaveDraft("TJPPJ", declarations.words(1), remarks=({"pointer": "/exchange_rate", **said},))
        reference = operations.save_draft(s, command, by=trader()).reference
    at = f"/trader/declarations/{reference}"
    page = visitor.open(f"{at}/check")
    assert "12,x" in page.text and "To correct before lodging" in page.text
    visitor.open(f"{at}/sections/parties").send("action", "tasks")
    page = visitor.open(f"{at}/check")
    assert "12,x" in page.text and "Please check" in page.text, "it was left blank on purpose, perhaps"
    assert page.page.xpath("//form[contains(@action, '/lodging')]"), "and the declaration can be lodged without it"
    visitor.open(f"{at}/sections/terms").send("action", "tasks", exchange_rate="10.4")
    assert "12,x" not in visitor.open(f"{at}/check").text


def test_saving_the_form_loses_no_word_that_has_no_box_on_it(visitor, session):
    """A program may have given every name there is; the page shows some of them and keeps the others."""
    body = fullest(3)
    with db.transaction() as deed:
        draft = operations.save_draft(deed, SaveDraft(post="TJPPJ", body=body), by=trader())
    page = visitor.open(f"/trader/declarations/{draft.reference}/edit")
    page.send("remove", "items.1")
    visitor.send("action", "save")
    after = kept(session, draft.reference)[1].body
    wanted = pruned(body)
    wanted["items"] = [{**item, "number": at + 1} for at, item in enumerate([wanted["items"][0], wanted["items"][2]])]
    assert pruned({**after, "costs": None}) == pruned({**wanted, "costs": None})


HOSTILE_FILES = {
    "empty": b"",
    "text": b"hello",
    "bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><ASYCUDA>&c;</ASYCUDA>',
    "file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ASYCUDA><SAD>&x;</SAD></ASYCUDA>',
    "cut": b"<ASYCUDA><SAD><Item>",
    "deep": b"<ASYCUDA>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</ASYCUDA>",
    "binary": bytes(range(256)) * 50,
    "json-list": b"[1, 2]",
    "json-deep": b'{"items": ' + b"[" * 900 + b"]" * 900 + b', "invoice": 1}',
    "json-nul": b'{"items": "a\\u0000b", "invoice": {}}',
    "json-half": b'{"items": "\\ud800", "invoice": {}}',
    "json-huge": b'{"items": 9999999999999999, "invoice": {}}',
    "json-long": b'{"items": ' + b"9" * 5000 + b', "invoice": {}}',
    "json-float": b'{"items": 1.5, "invoice": 1e999}',
    "json-twice": b'{"items": [], "items": [1], "invoice": {}}',
    "json-keys": b'{"items": [], "invoice": {"\\u202e": 1}}',
}


def test_hostile_files_are_refused_one_by_one(visitor, session):
    before = session.execute(select(func.count()).select_from(DeclarationDraft)).scalar_one()
    upload(visitor, *((f"{name}.xml", content) for name, content in HOSTILE_FILES.items()))
    taken = [
        s.find(".//h2").text_content()
        for s in visitor.page.xpath("//main/section")
        if "Not read." not in s.text_content()
    ]
    assert (visitor.status, taken) == (422, [])
    assert visitor.text.count("Not read.") == len(HOSTILE_FILES)
    assert session.execute(select(func.count()).select_from(DeclarationDraft)).scalar_one() == before


STRANGE_DRAFTS = [
    {"items": "none", "invoice": []},
    {"items": [1, "two", None, [], {"packages": "x", "documents": {"a": 1}}], "invoice": "text"},
    {
        "items": [{"packages": [1, {"kind": {"a": "b"}}], "gross_kg": ["1"], "documents": [{"date": "yesterday"}]}],
        "consignor": 7,
    },
    {
        "local_reference": {"a": 1},
        "transport": [1],
        "declarant": {"id": ["x"]},
        "costs": {"0": {}},
        "unknown": {"deep": [{}]},
    },
    {
        "post": 5,
        "consignee": {"name": 3, "country": []},
        "seals": "one",
        "countries": {"dispatch": {"x": 1}},
        "items": [],
    },
]


@pytest.mark.parametrize("body", STRANGE_DRAFTS)
def test_drafts_of_any_shape_are_shown_and_corrected(visitor, session, body):
    upload(visitor, ("a.json", json.dumps({"documents": [], "local_reference": "x", **body}).encode()))
    assert visitor.status == 200, visitor.text
    reference = reference_in(visitor.page.xpath("//main//section//a/@href")[0])
    sections = [f"/sections/{key}?check=1" for key in ("header", "parties", "transport", "terms", "documents")]
    for path in (
        "",
        "/edit",
        "/edit?check=1",
        "/delete",
        "/declaration.json",
        "/items",
        "/items/1?check=1",
        "/check",
        *sections,
    ):
        assert visitor.client.get(f"/trader/declarations/{reference}{path}").status_code == 200, path
    assert visitor.open("/trader/declarations").status == 200
    visitor.open(f"/trader/declarations/{reference}/edit").send("action", "check")
    assert visitor.status == 200


HOSTILE_VALUES = [
    "\x00",
    "\u202e",
    "x" * 20_000,
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "'; DROP TABLE x;--",
    "\ufeff",
    "%s%n",
]
HOSTILE_NAMES = [
    {"items": "text"}, {"items.0": "text"}, {"items.x.y": "1"}, {"items.0.packages": "1"}, {"items.0.packages.0": "1"},
    {"consignor": "text"}, {"consignor.name.deeper": "x"}, {"transport.vehicle.plate.0": "x"}, {"a" * 200: "x"},
    {"items.999999.commodity": "1"}, {"items.0.number": "-5"}, {"add": "items.0.documents.0"}, {"add": "nothing"},
    {"add": "items.5"}, {"remove": "items.99"}, {"remove": "local_reference"}, {"remove": "items"}, {"version": "x"},
    {"version": "99999999999"}, {"first": "-3"}, {"first": "7", "until": "2"}, {"until": "999999999"}, {"go": "5000"},
    {"go": "x"}, {"firm": "XX-1"}, {"key": "'\"<>"}, {"action": "explode"}, {"documents.0.type": ["a", "b"]},
    {"costs.0.included": "maybe"}, {"__proto__.x": "1"}, {"items.0.": "1"}, {".": "1"}, {"csrf_token.x": "1"},
]  # fmt: skip


@pytest.mark.parametrize("action", ["save", "check", "lodge"])
def test_hostile_values_never_break_the_form(visitor, session, action):
    for value in HOSTILE_VALUES:
        visitor.open("/trader/declarations/new")
        words = dict.fromkeys(
            {**HEADER, **item(0), "documents.0.date": "", "transport.expected_arrival": "", "costs.0.amount": ""}, value
        )
        answer = visitor.client.post("/trader/declarations/new", data={**visitor.values(), **words, "action": action})
        assert answer.status_code < 500, value
        assert b"<script>alert" not in answer.data
    assert lodged_count(session) == 0


def test_hostile_names_never_break_the_form(visitor, session):
    visitor.open("/trader/declarations/new").send("action", "save", **names({**HEADER, **item(0)}))
    url = visitor.url
    for path in ("/trader/declarations/new", url):
        for more in HOSTILE_NAMES:
            visitor.open(path)
            answer = visitor.client.post(path, data={"action": "save", **visitor.values(), **more})
            assert answer.status_code < 500, (path, more)
    flood = {**visitor.values(), **{f"items.{n}.x": "1" for n in range(1500)}, "action": "save"}
    assert visitor.client.post(url, data=flood).status_code == 422
    assert visitor.client.post(url, data={**flood, "csrf_token": "wrong"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?q=%E2%80%AE", "?since=9999-99-99", "?since=2199-12-31", "?after=x", "?view=%27", "?q=" + "x" * 5000],
)
def test_hostile_searches_are_answered(visitor, query):
    assert visitor.client.get("/trader/declarations" + query).status_code < 500
    for path in (
        "/trader/commodities",
        "/trader/commodities/found",
        "/trader/accounts",
        "/trader/certificates",
        "/trader/suspense",
    ):
        assert visitor.client.get(path + query).status_code < 500


@pytest.mark.parametrize("reference", ["%00", "x" * 3000, "..%2F..%2Fetc", "'", "%F0%9F%98%80"])
def test_hostile_references_are_not_there(visitor, reference):
    for tail in (
        "",
        "/edit",
        "/delete",
        "/permit.pdf",
        "/sections/terms",
        "/items/1",
        "/check",
        "/assessment",
        "/versions",
    ):
        assert 400 <= visitor.client.get(f"/trader/declarations/{reference}{tail}").status_code < 500


def test_commodity_codes_are_suggested_with_their_path(visitor, session):
    found = visitor.client.get("/trader/commodities/found?q=grapes").get_json()["found"]
    dried = next(row for row in found if row["code"] == "080620")
    assert [step["code"] for step in dried["path"]] == ["08", "0806", "080620"]
    assert dried["path"][1]["name"] == "Grapes; fresh or dried" and dried["path"][2]["name"] == dried["name"]
    assert visitor.client.get("/trader/commodities/found?q=0806.20").get_json()["found"][0]["code"] == "080620"
    assert visitor.client.get("/trader/commodities/found?q=x").get_json() == {"found": []}
    assert "0806 Grapes; fresh or dried" in visitor.open("/trader/commodities?q=grapes").text
    assert visitor.client.get("/trader/commodities?q=grapes&reference=TJPPJ-XXXX-XXXX-XXXX&item=1").status_code == 404


def test_many_items_stand_on_several_pages_and_none_is_lost(visitor, session):
    body = declarations.words(119)
    with db.transaction() as s:
        reference = operations.save_draft(s, SaveDraft("TJPPJ", body), by=trader()).reference
    url = f"/trader/declarations/{reference}/edit"
    visitor.open(url)
    assert "items.49.commodity" in visitor.values() and "items.50.commodity" not in visitor.values()
    visitor.send("go", "50", items__7__description="Changed")
    assert "from=50" in visitor.url and "items.50.commodity" in visitor.values()
    visitor.send("remove", "items.60")
    visitor.send("action", "save", items__50__description="Changed too")
    visitor.open(f"{url}?from=100")
    visitor.send("add", "items")
    visitor.send("action", "save", **names(item(118, description="The last one")))
    words = kept(session, reference)[1].body["items"]
    assert [w["number"] for w in words] == list(range(1, 120))
    assert [words[n]["description"] for n in (7, 50, 118)] == ["Changed", "Changed too", "The last one"]
    visitor.open(f"{url}?from=100").send("action", "check", items__110__net_kg="99999")
    assert visitor.links()[0].startswith("#f-items-110") or "from=100" in visitor.links()[0]
    visitor.open(f"{url}?check=1")
    assert any(link.endswith("check=1&from=100#f-items-110-net_kg") for link in visitor.links())
