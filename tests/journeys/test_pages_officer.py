"""The officer's and the supervisor's pages, without a browser: what they show, to whom, and what their forms do."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from sqlalchemy import select

from app.clearance.models import PermitPrint
from app.core import clock, db
from app.core.actors import SYSTEM
from app.declarations import queries
from app.flows import deciding
from app.registers import file as register
from app.registers import print_queue, worklist
from app.risk.operations import set_random_share
from app.web.public import verify
from tests.factories import actors, declarations
from tests.factories.accounts import send, sign_in
from tests.factories.seed import PASSWORD


@pytest.fixture(autouse=True)
def no_chance(session):
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in."""

    def browsing(login):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        return client

    return browsing


def lodged(body=None):
    with db.transaction() as s:
        return declarations.lodged(s, body).declaration


def present(declaration):
    with db.reading() as s:
        return queries.find(s, declaration.reference, by=actors.supervisor())


def path(declaration):
    return f"/officer/declarations/{declaration.reference}"


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.get_data(as_text=True))[1]


def deed(client, declaration, name, *, version=None, **fields):
    page = path(declaration)
    seen = version_on(client.get(page)) if version is None else version
    return send(client, f"{page}/{name}", page, version=seen, **fields)


def inspect(client, declaration):
    found = deed(
        client,
        declaration,
        "findings",
        **{"finding.conform": "true", "finding.control": "40", "finding.found": "as declared"},
    )
    assert found.status_code == 303, found.text
    done = deed(client, declaration, "conclusion", **{"conclude.conclusion": "conform", "conclude.summary": "fine"})
    assert done.status_code == 303, done.text


def released(browse):
    declaration = lodged(declarations.red())
    inspect(browse("inspector"), declaration)
    deed(browse("officer"), declaration, "decision", **{"decide.decision": "release", "decide.reason": "conform"})
    return declaration


# --- Worklist -----------------------------------------------------------------------------------------------------------


def test_the_worklist_shows_what_waits_at_ones_post(browse):
    red, yellow, green = lodged(declarations.red()), lodged(declarations.yellow()), lodged()
    page = browse("officer").get("/officer/worklist").text
    assert red.reference in page and yellow.reference in page and green.reference not in page
    assert "Red lane" in page and "lane-red" in page
    assert red.reference not in browse("officer.TJDUS").get("/officer/worklist").text
    assert red.reference in browse("auditor").get("/officer/worklist").text
    assert browse("trader").get("/officer/worklist").status_code == 403


def test_filters_counts_and_order(browse):
    red, yellow = lodged(declarations.red()), lodged(declarations.yellow())
    client = browse("inspector")
    only_red = client.get("/officer/worklist?lane=red").text
    assert f"row-{red.reference}" in only_red and f"row-{yellow.reference}" not in only_red
    assert f"row-{red.reference}" not in client.get("/officer/worklist?status=detained").text
    newest = client.get("/officer/worklist?order=newest").text
    assert newest.index(f"row-{yellow.reference}") < newest.index(f"row-{red.reference}")
    with db.reading() as s:
        counts = worklist.counts(s, worklist.Wanted(), by=actors.officer())
    assert f'id="count-red">{html_number(counts.lanes["red"])}' in client.get("/officer/worklist").text
    for wrong in ("lane=pink", "status=draft", "order=random", "after=nonsense", "after=zz-zz"):
        assert client.get(f"/officer/worklist?{wrong}").status_code == 422, wrong


def html_number(value):
    return f'<bdi dir="ltr" class="code">{value}</bdi>'


def test_keyset_pages_show_every_row_once(session):
    made = {lodged(declarations.red()).reference for _ in range(7)}
    for order in worklist.ORDERS:
        seen, after = [], ""
        while True:
            with db.reading() as s:
                page = worklist.page(s, worklist.Wanted(order=order, after=after), by=actors.officer(), limit=3)
            seen += [line.reference for line in page.lines]
            if page.next is None:
                break
            after = page.next
        assert len(seen) == len(set(seen)) and made <= set(seen)
        times = [line.lodged_at for line in page.lines]
        assert times == sorted(times, reverse=order == "newest")


def test_a_page_is_one_query_and_so_are_the_counts(session, statements):
    for _ in range(3):
        lodged(declarations.red())
    del statements[:]
    with db.reading() as s:
        worklist.page(s, worklist.Wanted(), by=actors.officer())
    assert len(statements) == 1
    with db.reading() as s:
        worklist.counts(s, worklist.Wanted(), by=actors.officer())
    assert len(statements) == 2
    with db.reading() as s:
        print_queue.page(s, by=actors.supervisor())
    assert len(statements) == 3


def test_the_file_takes_the_same_queries_for_many_items(session, statements):
    small, large = lodged(declarations.red()), lodged(declarations.red(items=60))
    numbers = []
    for declaration in (small, large):
        del statements[:]
        with db.reading() as s:
            register.of(s, declaration.reference, by=actors.officer(), locale="en")
        numbers.append(len(statements))
    assert numbers == [31, 31]


def test_the_partial_index_serves_the_worklist(session):
    lodged(declarations.red())
    query = worklist.statement(worklist.Wanted(lane="red"), by=actors.officer())
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = "\n".join(row[0] for row in session.connection().exec_driver_sql(f"EXPLAIN {compiled}"))
    assert "ix_declaration_worklist" in plan or "ix_declaration_open" in plan, plan


def test_rows_alone_for_the_live_list(browse):
    red = lodged(declarations.red())
    part = browse("officer").get("/officer/worklist/rows").text
    assert f"row-{red.reference}" in part and "<html" not in part and 'hx-swap-oob="true"' in part


@pytest.mark.parametrize("what", ["mrn", "reference", "plate", "container", "local_reference"])
def test_one_box_opens_the_single_hit(browse, what):
    body = declarations.red()
    body["transport"]["containers"] = ["TGHU7654321"]
    declaration = lodged(body)
    typed = {
        "mrn": declaration.mrn, "reference": declaration.reference, "plate": body["transport"]["vehicle"]["plate"].lower(),
        "container": "TGHU7654321", "local_reference": body["local_reference"],
    }[what]  # fmt: skip
    answer = browse("officer").get("/officer/search", query_string={"q": f" {typed} "})
    assert answer.status_code == 302 and answer.location == path(declaration)


def test_several_hits_none_and_nonsense(browse):
    lodged(declarations.red()), lodged(declarations.red())
    client = browse("officer")
    several = client.get("/officer/search?q=KBL0")
    assert several.status_code == 200 and several.text.count("data-row") >= 2
    assert "Nothing found" in client.get("/officer/search?q=ZZ9999ZZ").text
    for hostile in ("\x00", "%", "'; DROP", "\u202e", "a" * 5000, "%00%00"):
        assert client.get("/officer/search", query_string={"q": hostile}).status_code < 500


# --- The file -----------------------------------------------------------------------------------------------------------


def test_the_file_says_why_and_what_to_do(browse):
    declaration = lodged(declarations.red())
    page = browse("officer").get(path(declaration) + "?lang=en").text
    for words in ("Precursor chemical", "Open the load", "Examination of the goods", "Release is not possible yet", "ҶДММ «Сомон»",
                  "Acetic anhydride", "CMR-1", "احمد نوری", "Selected for control: Red lane", "by the system"):  # fmt: skip
        assert words in page, words
    assert 'value="release"' not in page and 'value="seize"' in page
    dari = browse("officer2").get(path(declaration) + "?lang=fa_AF").text
    assert "بار را باز کنید" in dari and 'dir="rtl"' in dari


def test_others_do_not_find_the_file(browse):
    declaration = lodged(declarations.red())
    assert browse("officer.TJDUS").get(path(declaration)).status_code == 404
    assert browse("trader").get(path(declaration)).status_code == 403
    assert browse("officer").get("/officer/declarations/TJPPJ-NONE").status_code == 404


def test_inspection_decision_and_what_the_history_tells(browse):
    declaration = lodged(declarations.red())
    inspect(browse("inspector"), declaration)
    officer = browse("officer")
    answer = deed(officer, declaration, "decision", **{"decide.decision": "release", "decide.reason": "all is well"})
    assert answer.status_code == 303 and answer.location.startswith(path(declaration))
    page = officer.get(path(declaration)).text
    assert present(declaration).status == "released"
    for words in ("Finding: as declared", "Inspection concluded: As declared", "Decision: Release", "all is well",
                  "Далер Қурбонов", "Баҳром Назаров", "Nothing is left to decide here"):  # fmt: skip
        assert words in page, words


def test_red_is_not_released_unseen_whatever_the_form_says(browse):
    declaration = lodged(declarations.red())
    answer = deed(
        browse("officer"), declaration, "decision", **{"decide.decision": "release", "decide.reason": "in a hurry"}
    )
    assert (
        answer.status_code == 409
        and "Conclude the inspection of the goods first" in answer.text
        and "in a hurry" in answer.text
    )
    assert present(declaration).status == "selected"


def test_a_stale_form_does_nothing_and_names_who_was_first(browse):
    declaration = lodged(declarations.yellow())
    first, second = browse("officer"), browse("officer2")
    seen = version_on(second.get(path(declaration)))
    assert (
        deed(
            first, declaration, "decision", **{"decide.decision": "hold", "decide.reason": "papers missing"}
        ).status_code
        == 303
    )
    late = deed(
        second, declaration, "decision", version=seen, **{"decide.decision": "release", "decide.reason": "fine by me"}
    )
    assert late.status_code == 412
    for words in ("Nothing was recorded", "Held", "Баҳром Назаров", "papers missing", "fine by me"):
        assert words in late.text, words
    assert present(declaration).status == "detained"
    again = deed(
        second,
        declaration,
        "decision",
        version=version_on(late),
        **{"decide.decision": "release", "decide.reason": "fine"},
    )
    assert again.status_code == 303 and present(declaration).status == "released"


def test_the_same_form_twice_does_the_deed_once(browse):
    declaration = lodged(declarations.red())
    client = browse("inspector")
    seen = version_on(client.get(path(declaration)))
    words = {"finding.conform": "false", "finding.control": "40", "finding.found": "two drums more"}
    assert deed(client, declaration, "findings", version=seen, **words).status_code == 303
    assert deed(client, declaration, "findings", version=seen, **words).status_code == 412
    assert client.get(path(declaration)).text.count("finding-bad") == 1


@pytest.mark.parametrize(
    ("name", "fields", "says"),
    [
        ("findings", {"finding.found": "x", "finding.control": "40"}, "This is missing"),
        (
            "findings",
            {"finding.found": "x", "finding.control": "40", "finding.conform": "true", "finding.item": "77"},
            "no item 77",
        ),
        ("conclusion", {"conclude.conclusion": "conform", "conclude.summary": "x"}, "at least one finding"),
        ("conclusion", {}, "This is missing"),
        ("decision", {"decide.decision": "hold"}, "This is missing"),
        ("decision", {"decide.decision": "burn", "decide.reason": "x"}, "Choose one of"),
        ("lane", {"route.lane": "red", "route.reason": "x"}, "in this lane already"),
        ("lane", {}, "This is missing"),
    ],
)
def test_what_is_refused_is_shown_at_its_field(browse, name, fields, says):
    declaration = lodged(declarations.red())
    answer = deed(browse("officer"), declaration, name, **fields)
    assert answer.status_code == 422 and says in answer.text and 'id="error-summary"' in answer.text
    assert present(declaration).version == declaration.version


def test_a_form_without_version_or_token_does_nothing(browse):
    declaration = lodged(declarations.yellow())
    client = browse("officer")
    words = {"decide.decision": "hold", "decide.reason": "x"}
    assert send(client, path(declaration) + "/decision", path(declaration), **words).status_code == 412
    assert (
        client.post(
            path(declaration) + "/decision", data={**words, "version": version_on(client.get(path(declaration)))}
        ).status_code
        == 400
    )
    assert present(declaration).status == "selected"


def test_who_may_only_read_sees_no_forms_and_does_nothing(browse):
    declaration = lodged(declarations.red())
    for login in ("auditor", "analyst"):
        client = browse(login)
        content = client.get(path(declaration)).text.partition("<main")[2].partition("</main>")[0]
        assert "Acetic anhydride" in content and "<form" not in content
        words = {"decide.decision": "hold", "decide.reason": "x", "version": "2"}
        assert send(client, path(declaration) + "/decision", "/account", **words).status_code == 403
    assert "decision-form" not in browse("inspector").get(path(declaration)).text


def test_a_decision_needs_a_fresh_sign_in(browse, session):
    declaration = lodged(declarations.yellow())
    client = browse("officer")
    seen = version_on(client.get(path(declaration)))
    clock.set_clock(session, db.now(session) + dt.timedelta(minutes=20))
    page = client.get(path(declaration)).text
    assert "Confirm that it is you" in page and "decision-form" not in page and "/verify" in page
    late = send(
        client,
        path(declaration) + "/decision",
        "/account",
        version=seen,
        **{"decide.decision": "hold", "decide.reason": "x"},
    )
    assert late.status_code == 401 and present(declaration).status == "selected"


# --- Second person ------------------------------------------------------------------------------------------------------


def test_lowering_a_lane_waits_for_a_second_person(browse):
    declaration = lodged(declarations.red())
    first = browse("supervisor")
    answer = deed(first, declaration, "lane", **{"route.lane": "green", "route.reason": "known firm"})
    assert answer.status_code == 303 and present(declaration).lane == "red"
    assert "Waits for a second person" in first.get(path(declaration)).text
    own = first.get("/supervisor/proposals").text
    assert "You proposed this yourself" in own and 'value="approve"' not in own
    assert 'value="approve"' not in browse("officer").get("/supervisor/proposals").text
    second = browse("supervisor2")
    action = re.search(r'action="(/supervisor/proposals/[^"]+)"', second.get("/supervisor/proposals").text)[1]
    assert send(first, action, "/account", verdict="approve").status_code == 403
    assert send(second, action, "/supervisor/proposals", verdict="reject").status_code == 422
    assert send(second, action, "/supervisor/proposals", verdict="approve", reason="agreed").status_code == 303
    assert (present(declaration).lane, present(declaration).status) == ("green", "released")
    twice = send(second, action, "/account", verdict="approve")
    assert twice.status_code == 409 and "already settled" in twice.text


# --- Permits ------------------------------------------------------------------------------------------------------------


def issue(client, declaration, **languages):
    pair = languages or {"first": "en", "second": "fa_AF"}
    return send(client, "/supervisor/print-queue", reference=declaration.reference, **pair)


def test_print_queue_permit_copies_revocation(browse, session):
    declaration = released(browse)
    client = browse("supervisor")
    assert f"row-{declaration.reference}" in client.get("/supervisor/print-queue").text
    answer = issue(client, declaration)
    assert answer.status_code == 303, answer.text
    permit = answer.location
    assert f"row-{declaration.reference}" not in client.get("/supervisor/print-queue").text
    again = issue(client, declaration)
    assert again.status_code == 303 and again.location == permit
    original = client.get(permit + ".pdf")
    assert original.data.startswith(b"%PDF") and "attachment" in original.headers["Content-Disposition"]
    copy = send(client, permit + "/prints", permit, seen="1", first="ru", second="tg", reason="the driver lost it")
    assert copy.data.startswith(b"%PDF") and "copy-1" in copy.headers["Content-Disposition"]
    twice = send(client, permit + "/prints", permit, seen="1", first="ru", second="tg", reason="the driver lost it")
    assert twice.status_code == 412 and "Copy 1 has just been printed" in twice.text
    assert len(session.execute(select(PermitPrint).where(PermitPrint.reason != "")).scalars().all()) == 1
    assert "the driver lost it" in client.get(permit).text
    assert send(client, permit + "/revocation", permit, reason=" ").status_code == 422
    assert send(client, permit + "/revocation", permit, reason="wrong plate").status_code == 303
    page = client.get(permit).text
    assert "This permit no longer counts" in page and "wrong plate" in page
    assert f"row-{declaration.reference}" in client.get("/supervisor/print-queue").text
    second = issue(client, declaration).location
    assert second != permit and second in client.get(permit).text


def test_issuing_is_refused_in_words(browse):
    declaration = lodged(declarations.red())
    client = browse("supervisor")
    early = issue(client, declaration)
    assert early.status_code == 409 and "is issued for a released declaration" in early.text
    done = released(browse)
    same = issue(client, done, first="en", second="en")
    assert same.status_code == 422 and "two different languages" in same.text
    for hostile in ("", "x" * 500, "\x00", "TJPPJ-NONE"):
        answer = send(client, "/supervisor/print-queue", reference=hostile, first="en", second="ru")
        assert 400 <= answer.status_code < 500
    assert browse("officer").get("/supervisor/print-queue").status_code == 403


def test_the_register_finds_by_number_mrn_and_plate(browse):
    declaration = released(browse)
    client = browse("supervisor")
    permit = issue(client, declaration).location
    assert permit in client.get("/supervisor/permits").text
    with db.reading() as s:
        plate = queries.content(s, declaration).plate
    for typed in (permit.rpartition("/")[2], declaration.mrn, plate.lower()):
        answer = client.get("/supervisor/permits", query_string={"q": typed})
        assert answer.status_code == 302 and answer.location == permit
    assert "Nothing found" in client.get("/supervisor/permits?q=ZZZZ").text
    assert browse("officer").get(permit).status_code == 200
    assert 'id="print-form"' not in browse("officer").get(permit).text
    assert browse("officer.TJDUS").get(permit).status_code == 404
    assert browse("officer.TJDUS").get(permit + ".pdf").status_code == 404


# --- For everybody ------------------------------------------------------------------------------------------------------


def test_the_start_page_leads_to_ones_work(app, browse, client):
    assert "Sign in" in client.get("/").text
    assert browse("officer").get("/").location == "/officer/worklist"
    assert browse("supervisor").get("/").location == "/officer/worklist"
    assert browse("liaison").get("/").location == "/duty"


def test_anybody_checks_a_permit(browse, client):
    supervisor = browse("supervisor")
    declaration = released(browse)
    permit = issue(supervisor, declaration).location
    pdf = supervisor.get(permit + ".pdf").data
    good = send(client, "/verify", file=(io.BytesIO(pdf), "permit.pdf"))
    assert good.status_code == 200 and "The permit is valid" in good.text and declaration.mrn in good.text
    bad = send(client, "/verify", file=(io.BytesIO(pdf.replace(b"/Type", b"/Typo", 1)), "permit.pdf"))
    assert "The permit is not valid" in bad.text
    send(supervisor, permit + "/revocation", permit, reason="wrong plate")
    revoked = send(client, "/verify", file=(io.BytesIO(pdf), "permit.pdf"))
    assert "The permit is not valid" in revoked.text and "has been withdrawn" in revoked.text


def test_hostile_uploads_get_an_answer(client, monkeypatch):
    monkeypatch.setattr(verify, "LARGEST", 100_000)
    for content in (
        b"%PDF-1.7\n" + b"\xff" * 2000,
        b"<xml>",
        b"PK\x03\x04" + b"\x00" * 50,
        b"GZ1:" + b"A" * 5000,
        b"\x00",
    ):
        answer = send(client, "/verify", file=(io.BytesIO(content), "x.pdf"))
        assert answer.status_code == 200 and "not valid" in answer.text
    for text in ("\x00", "\u202e", "x" * 100_000, "HC1:" + "A" * 3000, "🚚"):
        assert send(client, "/verify", qr=text).status_code in (200, 413)
    assert send(client, "/verify").status_code == 422
    assert send(client, "/verify", file=(io.BytesIO(b"x" * 100_001), "x.pdf")).status_code == 413
    assert client.post("/verify", data={"qr": "x"}).status_code == 400


def test_proposals_settle_under_the_flow(session):
    """The page's list is the flow's: what a decision overtakes is gone from it."""
    declaration = lodged(declarations.red())
    with db.transaction() as s:
        deciding.change_lane(
            s, declaration.reference, "yellow", "less", present(declaration).version, by=actors.officer()
        )
    with db.reading() as s:
        found = register.of(s, declaration.reference, by=actors.officer(), locale="en")
    assert found.waiting is not None and found.needs_inspection
