"""The worklist's tools, the page of an inspection, the decision asked for twice, papers beside the declaration, the queue of
proposals and the board, as people use them without any script."""

from __future__ import annotations

import io
import re

import pytest

from app.core import db
from app.declarations import queries as declared
from app.inspections import queries
from tests.factories import actors, cases, pictures, scans
from tests.factories.accounts import csrf
from tests.factories.desks import desk, file_of

WORKLIST, PROPOSALS, BOARD = "/officer/worklist", "/supervisor/proposals", "/supervisor/board"


@pytest.fixture(autouse=True)
def no_chance(session):
    cases.no_chance()


@pytest.fixture
def sits(app, session):
    return lambda login: desk(app, login)


def look_of(case):
    return f"/officer/inspections/{case.reference}"


def told(case):
    with db.reading() as session:
        looks = queries.of_declaration(session, case.post, case.id)
        return looks[0], queries.records(session, looks)[looks[0].id]


def record(page):
    return re.search(r'name="record" value="([0-9a-f-]{36})"', page)[1]


# --- Worklist -------------------------------------------------------------------------------------------------------------


def test_a_claim_from_the_list_is_seen_by_others_and_taken_over_with_a_reason(sits):
    case, first, second = cases.yellow(), sits("officer"), sits("officer2")
    made = first.deed(WORKLIST, f"/officer/claims/{case.reference}?at=worklist&lane=yellow", verdict="claim")
    assert made.status_code == 303 and made.location.endswith("/officer/worklist?lane=yellow")
    row = second.text(f"{WORKLIST}?whose=&text={case.mrn}")
    assert "Give back" in first.text(WORKLIST) and "Баҳром Назаров" in row
    page = second.text(file_of(case))
    assert "Баҳром Назаров works on this" in page and "Take it over" in page
    twice = second.deed(WORKLIST, f"/officer/claims/{case.reference}", verdict="claim")
    assert twice.status_code == 303 and "works on this already" in second.text(WORKLIST)
    address = f"/officer/claims/{case.reference}?at=file"
    second.deed(file_of(case), address, verdict="take", reason=" ")
    assert "Say why you take it over" in second.text(file_of(case))
    second.deed(file_of(case), address, verdict="take", reason="He went home")
    assert "You work on this since" in second.text(file_of(case))
    history = first.text(file_of(case))
    assert "Мадина Саидова works on this" in history and "He went home" in history
    assert sits("auditor").text(WORKLIST).count("I work on this") == 0


def test_filters_stand_in_the_address_and_are_kept(sits):
    red, yellow, officer = cases.red(), cases.yellow(), sits("officer")
    page = officer.text(f"{WORKLIST}?type=nature")
    assert red.reference in page and yellow.reference not in page
    assert "type=nature" in re.search(r'data-url="([^"]+)"', page)[1]  # the live list asks the same
    kept = officer.deed(
        WORKLIST, "/officer/filters", of="declarations", name="Goods", type="nature", default="1", x="y"
    )
    assert kept.location.endswith("/officer/worklist?type=nature")
    opened = officer.get(WORKLIST)
    assert opened.status_code == 302 and opened.location.endswith("?type=nature")
    everything = officer.text(f"{WORKLIST}?all=1")
    assert yellow.reference in everything and "Goods" in everything and "Goods" not in sits("officer2").text(WORKLIST)
    identifier = re.search(r"/officer/filters/([0-9a-f-]{36})", everything)[1]
    other = sits("officer2")
    assert other.deed(WORKLIST, f"/officer/filters/{identifier}", verdict="remove").status_code == 404
    officer.deed(f"{WORKLIST}?all=1", f"/officer/filters/{identifier}", of="declarations", verdict="remove")
    assert officer.get(WORKLIST).status_code == 200
    assert officer.get(f"{WORKLIST}?age=2").status_code == 422
    nameless = officer.deed(WORKLIST, "/officer/filters", of="declarations", name="")
    assert nameless.status_code == 303 and "Give it a name" in officer.text(WORKLIST)


# --- The page of an inspection ----------------------------------------------------------------------------------------------


def test_a_look_from_order_to_conclusion_on_paper(sits):
    case, inspector = cases.red(), sits("inspector")
    page = look_of(case)

    def deed(name, **fields):
        return inspector.deed(page, f"{page}/{name}", record=record(inspector.text(page)), **fields)

    done = [
        deed("order", **{"order.agency": "veterinary", "order.types": "sampling", "order.reason_words": "Meat seen"}),
        deed("start", **{"start.agency": "customs", "start.type": "nature"}),
        deed("finding", **{"finding.conform": "false", "finding.control": "40", "finding.item": "1", "finding.kind": "surplus",
                           "finding.found": "Twelve cartons more", "finding.facts.packages": "130"}),
        deed("sample", **{"sample.description": "Meat", "sample.quantity": "0.5", "sample.unit": "KGM",
                          "sample.laboratory": "State laboratory", "sample.question": "Which animal?"}),
        deed("seal", **{"seal.what": "seen", "seal.serial": "TJ-77", "seal.condition": "broken"}),
        deed("person", **{"person.full_name": "A. Driver", "person.role": "driver", "person.signs": "false",
                          "person.remark": "I packed nothing"}),
        deed("measure", **{"measure.what": "weighing", "measure.instrument": "Scale 1", "measure.gross_kg": "21000"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in done] == [303] * len(done), [a.text[:0] or a.location for a in done]
    _look, records = told(case)
    wrong = records.findings[0]
    deed("correct", **{"correct.corrects": str(wrong.id), "correct.conform": "false", "correct.control": "40",
                       "correct.item": "1", "correct.kind": "surplus", "correct.found": "Thirteen cartons more",
                       "correct.facts.packages": "131"})  # fmt: skip
    result = {"result.sample": str(told(case)[1].samples[0].id), "result.conform": "false", "result.document": "L-9",
              "result.words": "Not beef"}  # fmt: skip
    for event in ("handed", "received"):
        way = {"move.sample": result["result.sample"], "move.event": event, "move.holder": "State laboratory"}
        assert deed("move", **way).status_code == 303
    own = deed("result", **result)
    assert own.status_code == 409 and "You took this sample" in own.text and "Not beef" in own.text
    assert len(told(case)[1].moves) == 3
    assert sits("officer2").deed(page, f"{page}/result", **result).status_code == 303
    shown = inspector.text(page)
    for words in ("Thirteen cartons more", "131", "State laboratory", "Not beef", "TJ77", "Broken", "A. Driver",
                  "Refuses to sign", "I packed nothing", "Scale 1", "Veterinary service"):  # fmt: skip
        assert words in shown, words
    assert "<s><bdi>Twelve cartons more</bdi></s>" in shown  # both stay to be read
    deed(
        "end",
        **{"end.agency": "veterinary", "end.type": "sampling", "end.outcome": "waived", "end.reason": "Enough seen"},
    )
    ended = deed("conclude", **{"conclude.conclusion": "discrepancy", "conclude.summary": "More than declared",
                                "conclude.recommendation": "release-with-correction"})  # fmt: skip
    assert ended.status_code == 303
    after = inspector.text(page)
    assert "Recommended" in after and "finding-form" not in after and told(case)[0].conclusion == "discrepancy"
    assert "Release with correction" in sits("officer2").text(file_of(case))


def test_a_form_sent_twice_is_recorded_once_and_a_refused_one_keeps_its_words(sits):
    case, inspector = cases.red(), sits("inspector")
    page = look_of(case)
    fields = {"finding.conform": "true", "finding.control": "10", "finding.found": "Papers agree"}
    one = record(inspector.text(page))
    for _ in range(2):
        assert inspector.deed(page, f"{page}/finding", record=one, **fields).status_code == 303
    assert len(told(case)[1].findings) == 1
    refused = inspector.deed(page, f"{page}/finding", **{**fields, "finding.item": "77"})
    assert refused.status_code == 422 and "Papers agree" in refused.text and "77" in refused.text
    assert inspector.deed(page, f"{page}/nonsense").status_code == 404
    stale = inspector.deed(
        page, f"{page}/conclude", version="1",
        **{"conclude.conclusion": "conform", "conclude.summary": "All is well", "conclude.recommendation": "release"},
    )  # fmt: skip
    assert stale.status_code == 412 and "has changed meanwhile" in stale.text and "All is well" in stale.text
    assert told(case)[0].conclusion is None


def test_photos_are_kept_small_and_shown_safely(sits):
    case, inspector = cases.red(), sits("inspector")
    page = look_of(case)

    def send(*files, record_id=None):
        data = {"csrf_token": csrf(inspector.client, page), "photo.caption": "Rear door",
                "photos": [(io.BytesIO(content), name) for name, content in files]}  # fmt: skip
        data |= {"record": record_id} if record_id else {}
        return inspector.client.post(f"{page}/photo", data=data, content_type="multipart/form-data")

    one = record(inspector.text(page))
    pair = [("a.jpg", pictures.photo((800, 600))), ("b.jpg", pictures.noise((300, 200)))]
    assert send(*pair, record_id=one).status_code == 303
    assert send(*pair, record_id=one).status_code == 303  # sent again: the same two
    kept = told(case)[1].photos
    assert len(kept) == 2 and {photo.caption for photo in kept} == {"Rear door"}
    for hostile in (b"<svg onload=alert(1)>", b"<html><script>", b""):
        assert send(("evil.jpg", hostile)).status_code in (413, 422)
    assert send().status_code == 422 and len(told(case)[1].photos) == 2
    address = f"{page}/photos/{kept[0].id}"
    large, small = inspector.get(address), inspector.get(f"{address}?small=1")
    for answer in (large, small):
        assert answer.status_code == 200 and answer.data[:3] == b"\xff\xd8\xff"
        assert answer.headers["Content-Type"] == "image/jpeg" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert len(small.data) < len(large.data)
    assert f"{address}?small=1" in inspector.text(page)


def test_a_supervisor_names_another_who_looks(sits, session):
    case, supervisor = cases.red(), sits("supervisor")
    page = look_of(case)
    shown = supervisor.text(page)
    now = told(case)[0].assigned_name
    people = re.search(r'name="reassign\.person".*?</select>', shown, re.DOTALL)[0]
    offered = re.findall(r'value="([0-9a-f-]{36})">([^<]+)<', people)
    person, name = next((p, n) for p, n in offered if n != now)
    blank = supervisor.deed(page, f"{page}/reassign", **{"reassign.person": person, "reassign.agency": "customs"})
    assert blank.status_code == 422 and told(case)[0].assigned_name == now
    fields = {"reassign.person": person, "reassign.agency": "customs", "reassign.reason": "He is ill"}
    assert supervisor.deed(page, f"{page}/reassign", **fields).status_code == 303
    assert told(case)[0].assigned_name == name and "He is ill" in supervisor.text(page)
    assert "reassign-form" not in sits("inspector").text(page)


# --- Deciding -------------------------------------------------------------------------------------------------------------


def test_what_is_against_the_trader_is_asked_for_twice(sits):
    case, officer = cases.yellow(), sits("officer")
    page = file_of(case)
    fields = {"decide.decision": "refuse", "decide.reason": "Forbidden by the list", "decide.note": "seen by two"}
    asked = officer.deed(page, f"{page}/decision", **fields)
    assert asked.status_code == 200 and cases.again(case).status == "selected"
    assert "The goods do not enter" in asked.text and "way of appeal" in asked.text
    version = re.search(r'id="confirm-step-form">.*?name="version" value="(\d+)"', asked.text, re.DOTALL)[1]
    cases.decided(cases.again(case), "hold", by=actors.officer(login="officer2"))  # meanwhile
    late = officer.deed(page, f"{page}/decision", version=version, confirmed="refuse", **fields)
    assert late.status_code == 412 and "Nothing was recorded" in late.text and "Forbidden by the list" in late.text
    assert cases.again(case).status == "detained"
    assert officer.deed(page, f"{page}/decision", confirmed="refuse", **fields).status_code == 303
    assert cases.again(case).status == "refused"


def test_the_panel_tells_what_each_decision_does_and_who_may_make_it(sits):
    case = cases.inspected(cases.red(), by=None)
    page = sits("officer").text(file_of(case))
    assert "What each decision would do" in page
    destroy = page.split("<dt>Destroy")[1].split("</div>")[0]
    assert "with an act and witnesses" in destroy and "not open" not in destroy.split("</dd>")[1]
    assert "Not possible in this state." in destroy or "A supervisor decides this." in destroy
    assert "Recommended" in page


def test_papers_stand_beside_what_is_declared(sits):
    case, officer = cases.yellow(), sits("officer")
    assert "No document has a scan" in officer.text(f"{file_of(case)}/beside")
    page = file_of(case)
    paper = {"csrf_token": csrf(officer.client, page), "version": str(cases.again(case).version), "paper.type": "380",
             "paper.number": "INV-9", "scan": (io.BytesIO(pictures.photo((800, 600))), "invoice.jpg")}  # fmt: skip
    sent = officer.client.post(f"{page}/papers", data=paper, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text[-300:]
    beside = officer.get(f"{page}/beside")
    assert "INV-9" in beside.text and "Description of goods" in beside.text
    assert beside.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    picture = officer.get(re.search(r'<img src="([^"]+)"', beside.text)[1])
    assert picture.headers["Content-Type"] == "image/jpeg" and "sandbox" in picture.headers["Content-Security-Policy"]
    assert officer.get(f"{page}/beside?scan=00000000-0000-7000-8000-000000000000").status_code == 404


def test_a_pdf_stands_in_the_browsers_own_viewer_and_nowhere_else(sits):
    case, officer = cases.yellow(), sits("officer")
    page = file_of(case)
    paper = {"csrf_token": csrf(officer.client, page), "version": str(cases.again(case).version), "paper.type": "380",
             "paper.number": "INV-9", "scan": (io.BytesIO(scans.pdf()), "invoice.pdf")}  # fmt: skip
    assert officer.client.post(f"{page}/papers", data=paper, content_type="multipart/form-data").status_code == 303
    framed = re.search(r'<iframe src="([^"]+)"', officer.text(f"{page}/beside"))[1]
    policy = officer.get(framed).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "script" not in policy


# --- Proposals and board ----------------------------------------------------------------------------------------------------


def test_the_queue_says_what_changes_for_which_goods_and_until_when(sits):
    case, officer, supervisor = cases.red(), sits("officer"), sits("supervisor")
    page = file_of(case)
    officer.deed(page, f"{page}/lane", **{"route.lane": "yellow", "route.reason": "Known firm"})
    other = cases.yellow()
    officer.deed(file_of(other), f"{file_of(other)}/invalidation", **{"invalidate.reason": "Lodged twice"})
    queue = supervisor.text(PROPOSALS)
    assert "Known firm" in queue and "Lodged twice" in queue and "runs out in" in queue
    assert "What exactly changes" in queue and "<ins><bdi>Invalidated</bdi></ins>" in queue
    assert queue.count('class="beside-goods"') == 2 and "Every act" in queue
    lanes = supervisor.text(f"{PROPOSALS}?act=lane.lower")
    assert "Known firm" in lanes and "Lodged twice" not in lanes
    assert "act=lane.lower" in re.search(r'data-url="([^"]+)"', lanes)[1]
    assert "Known firm" in supervisor.text(f"{PROPOSALS}?act=nonsense")
    assert re.search(r"\b2\b", supervisor.text(f"{PROPOSALS}/count"))
    assert officer.text(f"{PROPOSALS}/count").strip() == ""  # his own wait for another
    assert f'hx-get="{PROPOSALS}/count"' in supervisor.text(WORKLIST)


def test_the_board_names_no_trader_and_fits_a_wall(sits):
    case, supervisor = cases.red(), sits("supervisor")
    with db.reading() as session:
        words = declarations_of(session, case)
    for path in (BOARD, f"{BOARD}?wall=1", f"{BOARD}/parts", f"{BOARD}?post=TJDUS"):
        page = supervisor.text(path)
        assert "Waiting longest" in page and not any(name in page for name in words), path
    assert "board-wall" in supervisor.text(f"{BOARD}?wall=1") and "board-wall" not in supervisor.text(BOARD)
    assert "TJPPJ" in re.search("<h1>(.*?)</h1>", supervisor.text(f"{BOARD}?post=TJDUS"))[1]  # not one of his posts
    assert sits("officer").get(BOARD).status_code == 403


def declarations_of(session, case):
    header = declared.content(session, case).header
    return {
        header[role]["name"] for role in ("consignor", "consignee", "declarant") if header.get(role, {}).get("name")
    }
