"""The declaration as a list of tasks, as a browser without scripts uses it; and what scripts send."""

from __future__ import annotations

import io

import pytest
from lxml import html

from app.core import db
from app.declarations import operations, queries
from app.declarations.commands import SaveDraft
from app.interchange.asycuda.write import pruned
from app.web.declaring.sections import FORMS
from tests.factories import declarations, scans
from tests.factories.accounts import sign_in
from tests.factories.actors import PARTY, trader
from tests.factories.counting import statements
from tests.factories.fullest import fullest
from tests.factories.seed import PASSWORD
from tests.journeys.test_pages_trader import Visitor, kept, lodged_count, names, reference_in

STATES = ("Not started", "In progress", "Has problems", "Complete")


@pytest.fixture
def visitor(client, session):
    assert sign_in(client, "trader", PASSWORD).status_code == 302
    return Visitor(client)


def draft(body=None):
    with db.transaction() as s:
        return operations.save_draft(s, SaveDraft("TJPPJ", body or declarations.words()), by=trader()).reference


def at(reference, tail=""):
    return f"/trader/declarations/{reference}{tail}"


def states(visitor, reference):
    """The word each section has on the list of tasks, by the key of the section."""
    page = visitor.open(at(reference)).page
    found = {}
    for line in page.xpath("//ol[@class='tasks']/li"):
        said = " ".join(line.xpath(".//*[contains(@class,'task-state')]")[0].text_content().split())
        found[line.get("id").removeprefix("task-")] = said
    return found


def test_a_declaration_is_written_section_by_section_and_lodged(visitor, session):
    visitor.open("/trader/declarations/start")
    visitor.send("action", "begin", local_reference="S-1", declaration_type="IM")
    reference = reference_in(visitor.url)
    now = states(visitor, reference)
    assert now["header"].startswith("In progress") or now["header"].startswith("Complete")
    assert (
        all(now[key] == "Not started" for key in ("parties", "transport", "terms", "items"))
        and "Not ready" in now["check"]
    )

    visitor.open(at(reference, "/sections/header")).send("action", "next", general_procedure="4")
    assert visitor.url.endswith("/sections/parties") and visitor.values()["declarant.id"] == PARTY
    visitor.send("action", "next", **names({
        "consignor.name": "شرکت تجارتی کابل ستاره", "consignor.country": "AF",
        "consignee.name": "ҶДММ «Сомон»", "consignee.country": "TJ", "consignee.id": PARTY,
    }))  # fmt: skip
    assert visitor.url.endswith("/sections/transport"), visitor.errors()
    visitor.send("action", "next", **names({
        "countries.dispatch": "AF", "countries.destination": "TJ", "countries.trading": "AF",
        "transport.vehicle.plate": "KBL48213", "transport.vehicle.country": "AF", "seals": "S 1, S 2",
    }))  # fmt: skip
    assert visitor.url.endswith("/sections/terms"), visitor.errors()
    visitor.send("action", "next", **names({
        "invoice.number": "INV-1", "invoice.currency": "USD", "invoice.total": "۹ ۲۰۰٫۰۰",
        "delivery_terms.code": "CPT", "delivery_terms.place": "Dushanbe",
    }))  # fmt: skip
    assert visitor.url.endswith("/items"), visitor.errors()
    visitor.open(at(reference, "/items/1"))
    visitor.send("action", "list", **{f"items__0__{name}": value for name, value in names({
        "commodity": "620342", "description": "Trousers", "origin": "cn", "procedure": "4000", "packages.0.kind": "ct",
        "packages.0.count": "۱۲۰", "gross_kg": "2450.5", "net_kg": "2300", "invoice_value": "9200",
    }).items()})  # fmt: skip
    assert "Item 1 is saved" in visitor.text, visitor.errors()
    now = states(visitor, reference)
    assert {now[key].split(" ")[0] for key in ("header", "parties", "transport", "terms", "items")} == {"Complete"}
    assert now["documents"].startswith("Not started") and now["check"] == "Ready to lodge"

    page = visitor.open(at(reference, "/check"))
    assert "What would be due" in page.text and "Customs duty" in page.text and "Total to pay" in page.text
    assert "How the customs value is made up" in page.text and "Not verified" in page.text
    form = next(f for f in page.page.forms if f.get("action").endswith("/lodging"))
    visitor._take("", visitor.client.post(at(reference, "/lodging"), data=dict(form.form_values())))
    assert "The declaration is lodged" in visitor.text and lodged_count(session) == 1
    assert queries.body(session, queries.find(session, reference, by=trader()))["items"][0]["packages"] == [
        {"kind": "CT", "count": 120}
    ]


def test_every_section_keeps_what_the_others_hold(visitor, session):
    """Every name of the schema has its box in some section; saving them all changes nothing."""
    body = fullest(3)
    reference = draft(body)
    for key in FORMS:
        visitor.open(at(reference, f"/sections/{key}")).send("action", "tasks")
        assert visitor.status == 200 and visitor.url.endswith(reference), (key, visitor.errors())
    for number in (1, 2, 3):
        visitor.open(at(reference, f"/items/{number}")).send("action", "leave")
        assert visitor.status == 200 and visitor.url.endswith("/items"), visitor.errors()
    after = kept(session, reference)[1].body
    assert pruned({**after, "costs": None}) == pruned({**body, "costs": None})
    assert after["costs"] == body["costs"]


def test_states_tell_missing_from_wrong(visitor, session):
    body = declarations.words(2)
    del body["invoice"]["number"]
    body["items"][1]["net_kg"] = "99999"
    body["consignee"] = {}
    body["consignor"]["country"] = "ZZ"
    reference = draft(body)
    now = states(visitor, reference)
    assert now["terms"].startswith("In progress 1 still missing"), now
    assert now["items"].startswith("Has problems"), (
        "one missing word elsewhere does not hide what is wrong with an item"
    )
    assert now["parties"].startswith("Has problems") and now["header"].startswith("Complete")
    links = {a.get("href") for a in visitor.page.xpath("//ol[@class='tasks']//a")}
    assert at(reference, "/sections/terms?check=1") in links and at(reference, "/sections/header") in links
    visitor.open(at(reference, "/sections/terms?check=1"))
    assert visitor.errors() == ["Invoice · Invoice number: This is missing. Fill it in."]
    assert visitor.links() == ["#f-invoice-number"]
    assert visitor.page.get_element_by_id("f-invoice-number").get("aria-invalid") == "true"
    visitor.open(at(reference, "/check"))
    box = f"{at(reference, '/items/2')}?check=1#f-items-1-net_kg"
    assert box in visitor.page.xpath("//section[@id='error-summary']//a/@href")
    visitor.open(box.partition("#")[0])
    assert visitor.page.get_element_by_id("f-items-1-net_kg").get("aria-invalid") == "true"


def test_a_missing_total_says_nothing_about_the_prices(visitor, session):
    body = declarations.words(1)
    del body["invoice"]["total"]
    page = visitor.open(at(draft(body), "/check"))
    assert "Total amount invoiced: This is missing" in page.text and "whole invoice" not in page.text


def test_saving_with_errors_shows_them_and_one_may_go_on(visitor, session):
    reference = draft()
    visitor.open(at(reference, "/sections/terms")).send("action", "next", invoice__total="a lot")
    assert visitor.url.endswith("/sections/terms?check=1") and visitor.errors()
    assert kept(session, reference)[1].body["invoice"]["total"] == "a lot", "drafts may be wrong"
    assert visitor.page.xpath("//a[contains(@href, '/items')][contains(., 'Later')]")


def test_an_old_version_of_a_section_is_refused_and_stays_typed(visitor, session):
    reference = draft()
    visitor.open(at(reference, "/sections/terms"))
    old = visitor.values()
    visitor.send("action", "tasks", invoice__number="NEW-1")
    answer = visitor.client.post(
        at(reference, "/sections/terms"), data={**old, "invoice.number": "NEW-2", "action": "next"}
    )
    page = html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == 412 and "changed this at" in page.get_element_by_id("error-summary").text_content()
    assert page.get_element_by_id("f-invoice-number").get("value") == "NEW-2"
    assert kept(session, reference)[1].body["invoice"]["number"] == "NEW-1"


def test_what_a_script_saves_is_kept_and_conflicts_are_told(visitor, session):
    reference = draft()
    for path in ("/sections/terms", "/items/1", "/edit"):
        visitor.open(at(reference, path))
        words = {**visitor.values(), "action": "autosave"}
        first = visitor.client.post(at(reference, path), data=words)
        assert first.status_code == 200 and first.get_json()["version"] == int(words["version"]) + 1
        again = visitor.client.post(at(reference, path), data=words)
        assert again.status_code == 412 and "changed this at" in again.get_json()["message"]
        words["version"] = str(first.get_json()["version"])
        assert visitor.client.post(at(reference, path), data=words).status_code == 200
    with db.transaction() as s:
        operations.delete_draft(s, operations.drafts.DeleteDraft(reference, None), by=trader())
    gone = visitor.client.post(at(reference, "/sections/terms"), data=words)
    assert gone.status_code == 404


def test_items_are_copied_removed_and_counted(visitor, session):
    reference = draft(declarations.words(2))
    page = visitor.open(at(reference, "/items"))
    token, version = (page.page.xpath(f"//main//input[@name='{n}']/@value")[0] for n in ("csrf_token", "version"))
    assert "Sums" in page.text and "4 900.000" in page.text.replace("\u202f", " ")
    data = {"csrf_token": token, "version": version}
    visitor._take("", visitor.client.post(at(reference, "/items"), data={**data, "copy": "1"}))
    assert "the copy is item 3" in visitor.text
    visitor._take("", visitor.client.post(at(reference, "/items"), data={**data, "remove": "1"}))
    assert "changed this at" in visitor.text, "an old page changes nothing"
    version = visitor.page.xpath("//main//input[@name='version']/@value")[0]
    visitor._take("", visitor.client.post(at(reference, "/items"), data={**data, "version": version, "remove": "1"}))
    items = kept(session, reference)[1].body["items"]
    assert [item["number"] for item in items] == [1, 2]
    for number in ("0", "9", "x", ""):
        assert visitor.client.post(at(reference, "/items"), data={**data, "remove": number}).status_code == 404
    assert visitor.client.get(at(reference, "/items/4")).status_code == 404
    assert visitor.client.get(at(reference, "/items/0")).status_code == 404


def test_a_commodity_is_looked_up_without_scripts(visitor, session):
    reference = draft()
    visitor.open(at(reference, "/items/2")).send(
        "action", "lookup", **names({"items.1.commodity": "grapes", "items.1.description": "Raisins"})
    )
    assert "/trader/commodities?" in visitor.url and "0806 Grapes; fresh or dried" in visitor.text
    choose = visitor.page.xpath("//a[contains(., 'Choose')][contains(., '080620')]/@href")[0]
    visitor.open(choose.partition("#")[0])
    values = visitor.values()
    assert values["items.1.commodity"] == "080620" and values["items.1.description"] == "Raisins"
    assert kept(session, reference)[1].body["items"][1]["commodity"] == "GRAPES", "chosen is not kept yet"


def test_scans_come_with_a_section_and_are_saved_again(visitor, session):
    reference = draft()
    paper = scans.GOOD["pdf"][0]

    def send(path, row, content, name="invoice.pdf", **more):
        visitor.open(at(reference, path))
        data = {**visitor.values(), "action": "tasks" if "sections" in path else "list", **more}
        data[f"{row}.file"] = (io.BytesIO(content), name)
        answer = visitor.client.post(at(reference, path), data=data, content_type="multipart/form-data")
        return visitor._take(at(reference, path), answer)

    send("/sections/documents", "documents.1", paper)
    send("/items/1", "items.0.documents.0", scans.GOOD["png"][0], "origin.png")
    body = kept(session, reference)[1].body
    assert "attachment" not in body["documents"][0] and body["documents"][1]["attachment"]
    file = body["documents"][1]["attachment"]
    page = visitor.open(at(reference, "/sections/documents"))
    assert "invoice.pdf" in page.text
    saved = visitor.client.get(at(reference, f"/files/{file}"))
    assert saved.data == paper and saved.headers["Content-Disposition"].startswith("attachment")
    assert (
        saved.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in saved.headers["Content-Security-Policy"]
    )
    send("/sections/documents", "documents.0", scans.BAD["html"][0], "page.pdf")
    assert visitor.status == 422 and visitor.links() == ["#f-documents-0-attachment"]
    assert visitor.values()["documents.1.attachment"] == file, "the others stay"
    visitor.open(at(reference, "/sections/documents")).send("action", "tasks", drop="documents.1")
    assert "attachment" not in kept(session, reference)[1].body["documents"][1]
    assert visitor.client.get(at(reference, f"/files/{file}")).status_code == 404


def test_a_row_taken_away_does_not_move_a_scan(visitor, session):
    reference = draft()
    visitor.open(at(reference, "/sections/documents"))
    data = {
        **visitor.values(),
        "remove": "documents.0",
        "documents.1.file": (io.BytesIO(scans.GOOD["pdf"][0]), "b.pdf"),
    }
    data["documents.4.type"] = ""  # rows may have gaps
    answer = visitor.client.post(at(reference, "/sections/documents"), data=data, content_type="multipart/form-data")
    page = html.fromstring(answer.get_data(as_text=True))
    values = dict(page.get_element_by_id("form-top").form_values())
    assert values["documents.0.number"] == "CMR-1" and values["documents.0.attachment"]


def test_templates_are_kept_used_renamed_and_deleted(visitor, session):
    reference = draft()
    token = visitor.open(at(reference)).page.xpath("//main//input[@name='csrf_token']/@value")[0]

    def send(path, **data):
        return visitor._take("", visitor.client.post(path, data={"csrf_token": token, **data}))

    send(at(reference, "/template"), name="Trousers")
    assert "is kept" in visitor.text and "Trousers" in visitor.text
    assert "There is a template of this name" in send(at(reference, "/template"), name="Trousers").text
    address = visitor.open("/trader/templates").page.xpath("//main//form/@action")[0]
    send(address, action="rename", name="Men's trousers")
    assert "Men's trousers" in visitor.text
    assert "Give the template a name" in send(address, action="rename", name=" ").text
    assert "Men's trousers" in visitor.open("/trader/declarations/start").text
    begun = send(address, action="use")
    body = kept(session, reference_in(begun.url))[1].body
    assert body["items"][0]["commodity"] == "620342" and "local_reference" not in body
    assert "No templates yet" in send(address, action="delete").text
    assert visitor.client.post(address, data={"csrf_token": token, "action": "use"}).status_code == 404


def test_the_first_page_sent_twice_is_one_draft(visitor, session):
    visitor.open("/trader/declarations/start")
    data = {**visitor.values(), "local_reference": "ONE"}
    first = visitor.client.post("/trader/declarations/start", data=data)
    second = visitor.client.post("/trader/declarations/start", data=data)
    assert first.status_code == second.status_code == 303 and first.location == second.location


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("", 12),
        ("/sections/transport", 8),
        ("/sections/transport?check=1", 12),
        ("/items", 12),
        ("/items/1", 8),
        ("/check", 16),
    ],
)
def test_pages_of_a_draft_are_cheap(visitor, session, engine, path, most):
    few, many = draft(declarations.words(1)), draft(declarations.words(120))
    visitor.open(at(few, path))
    with statements(engine) as asked:
        visitor.open(at(few, path))
    assert len(asked) <= most, asked
    with statements(engine) as more:
        visitor.open(at(many, path))
    assert len(more) == len(asked), "as many questions, however many items"


HOSTILE = ["\x00", "\u202e", "x" * 20_000, "<script>alert(1)</script>", "9" * 400, "-1", "NaN", "%s%n", "{{ 7*7 }}"]


@pytest.mark.parametrize("path", ["/sections/header", "/sections/terms", "/sections/documents", "/items/1", "/items/2"])
def test_hostile_values_never_break_a_section(visitor, session, path):
    reference = draft()
    for value in HOSTILE:
        visitor.open(at(reference, path))
        words = {
            name: value if name not in ("csrf_token", "version") else kept for name, kept in visitor.values().items()
        }
        answer = visitor.client.post(at(reference, path), data={**words, "action": "next", "drop": value})
        assert answer.status_code < 500 and b"<script>alert" not in answer.data, value
    for names_ in ({"documents.0": "x"}, {"items.0.packages": "1"}, {"add": "items.99.documents"}, {"remove": "post"},
                   {"version": "x"}, {"version": ""}, {"firm": "XX"}, {"action": "explode"}, {"drop": "documents.99"},
                   {"documents.0.type": ["a", "b"]}, {"items.0.commodity.x": "1"}):  # fmt: skip
        visitor.open(at(reference, path))
        assert visitor.client.post(at(reference, path), data={**visitor.values(), **names_}).status_code < 500, names_
    assert visitor.client.get(at(reference, "/sections/items")).status_code == 404
    assert visitor.client.get(at(reference, "/sections/nothing")).status_code == 404


def test_the_registered_name_of_a_firm_is_offered_and_taken_over(visitor, session):
    """The number is another firm's than the name says: the page offers that one's name, without scripts."""
    body = declarations.words()
    body["consignee"].update(id="TJ-510067890", name="Ҳисор")
    reference = draft(body)
    page = visitor.open(at(reference, "/sections/parties?check=1")).page
    [offer] = page.xpath("//button[@name='adopt']")
    assert offer.get("value") == "consignee:ҶДММ «Вахш Логистик»" and "Вахш" in offer.text_content()
    visitor.send("adopt", offer.get("value"))
    assert visitor.values()["consignee.name"] == "ҶДММ «Вахш Логистик»"
    visitor.send("action", "save")
    with db.reading() as s:
        record = queries.find(s, reference, by=trader())
        assert queries.draft(s, record).body["consignee"]["name"] == "ҶДММ «Вахш Логистик»"
    assert not visitor.open(at(reference, "/sections/parties?check=1")).page.xpath("//button[@name='adopt']")
