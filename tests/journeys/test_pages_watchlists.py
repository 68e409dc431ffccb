"""The analyst's pages of watch lists: lists, entries, files, questions, answers; and why somebody looks."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import text

from app.cli.watchlists import watchlist
from app.core import db
from app.watchlists import queries
from tests.factories import accounts, declarations, lives
from tests.factories.desks import desk
from tests.factories.watching import FIRDAVS, listed, looked_for

LIST = {
    "code": "WANTED-1", "names.en": "Wanted persons", "names.fa_AF": "اشخاص تحت تعقیب", "source": "Order 7",
    "reason": "the smuggling case",
}  # fmt: skip
ENTRY = {"kind": "person", "name": "Ahmad Noori", "source": "Order 7", "reason": "case 12"}


@pytest.fixture(autouse=True)
def alone(session):
    queries.forget()
    lives.alone()
    yield
    queries.forget()


@pytest.fixture
def sits(app, session):
    def sitting(login: str, *, says: str = "case 12 of the prosecutor"):
        who = desk(app, login)
        if says:
            assert accounts.send(who.client, "/analyst/purpose", reason=says, next="/analyst/watch-lists").status_code == 303
        return who

    return sitting


def journaled(session, event: str) -> list[tuple]:
    rows = session.execute(
        text("SELECT login, subject, reason, after FROM journal_entry WHERE event = :event ORDER BY number"), {"event": event}
    )
    return [tuple(row) for row in rows]


def a_list(who, **more):
    return who.deed("/analyst/watch-lists/new", "/analyst/watch-lists/new", **{**LIST, **more})


def test_nobody_looks_without_saying_why_and_every_look_is_journaled(sits, session):
    analyst = sits("analyst", says="")
    asked = analyst.client.get("/analyst/watch-lists?q=Rahimov")
    assert asked.status_code == 303 and asked.location.startswith("/analyst/purpose?next=/analyst/watch-lists")
    assert journaled(session, "risk.looked-at") == []
    short = accounts.send(analyst.client, "/analyst/purpose", reason="x", next="")
    assert short.status_code == 422 and "f-reason-error" in short.text
    stated = accounts.send(
        analyst.client, "/analyst/purpose", reason="case 12/26", next="/analyst/watch-lists?q=Rahimov"
    )
    assert stated.location == "/analyst/watch-lists?q=Rahimov"
    for elsewhere in ("//evil.example/analyst/", "/\\evil", "https://evil.example/analyst/x", "/analyst/purpose"):
        answer = accounts.send(analyst.client, "/analyst/purpose", reason="case 12/26", next=elsewhere)
        assert re.fullmatch(r"/analyst/[a-z-]+", answer.location), elsewhere
        assert answer.location != "/analyst/purpose"
    assert "Lists you may see" in analyst.text("/analyst/watch-lists?q=Rahimov")
    ((login, subject, reason, after),) = journaled(session, "risk.looked-at")
    assert (login, subject, reason, after) == ("analyst", "watch-lists", "case 12/26", {"asked": {"q": "Rahimov"}})


def test_a_reason_holds_for_eight_hours_and_for_this_sign_in(sits, app, session):
    analyst = sits("analyst")
    assert analyst.client.get("/analyst/watch-lists").status_code == 200
    with analyst.client.session_transaction() as cookie:
        cookie["risk_purpose"] = {**cookie["risk_purpose"], "at": cookie["risk_purpose"]["at"] - 8 * 3600}
    assert analyst.client.get("/analyst/watch-lists").status_code == 303
    again = sits("analyst")
    with again.client.session_transaction() as cookie:
        cookie["risk_purpose"] = {**cookie["risk_purpose"], "sign_in": "0" * 32}
    assert again.client.get("/analyst/watch-lists").status_code == 303


def test_from_a_list_to_an_answer(sits, session):
    analyst, officer = sits("analyst"), desk_of(sits, "officer")
    page = a_list(analyst).location
    assert page == "/analyst/watch-lists/WANTED-1"
    added = analyst.deed(f"{page}/new", f"{page}/new", **ENTRY)
    assert added.status_code == 303, added.text
    shown = analyst.text(page)
    assert "Ahmad Noori" in shown and "Looked for" in shown and "Person" in shown
    queries.forget()
    with db.transaction() as s:
        lodged = declarations.lodged(s)
    queue = analyst.text("/analyst/watch-matches")
    assert "احمد نوری" in queue and "Ahmad Noori" in queue and lodged.declaration.mrn in queue and "Driver" in queue
    match = re.search(r'href="(/analyst/watch-matches/[0-9a-f-]{36})"', queue)[1]
    one = analyst.text(match)
    assert "احمد" in one and "ahmad" in one and "Why they are near" in one
    mute = analyst.deed(match, match, answer="confirm", reason=" ")
    assert mute.status_code == 422 and "Give the reason" in mute.text
    done = analyst.deed(match, match, answer="dismiss", reason="born 1999")
    assert done.status_code == 303, done.text[done.text.find("<main"):][:2500]
    assert "No question waits" in analyst.text("/analyst/watch-matches")
    with db.transaction() as s:
        declarations.lodged(s)
    dismissed = analyst.text("/analyst/watch-matches?status=dismissed")
    assert dismissed.count("احمد نوری") == 2 and "remembered" in dismissed
    assert analyst.deed(match, match, answer="confirm", reason="same passport").status_code == 303
    assert "Confirmed" in analyst.text(match) and "same passport" in analyst.text(match)
    assert officer.client.get("/analyst/watch-matches").status_code == 403


def desk_of(sits, login):
    return sits(login, says="")


def test_who_is_not_let_in_sees_neither_list_nor_match(sits, session):
    with db.transaction() as s:
        listed(s, by=None)
        entry = looked_for(s)
    analyst, auditor = sits("analyst"), sits("auditor")
    # The list of the factory belongs to a person without an account, so that not even this analyst is let in.
    for path in ("/analyst/watch-lists/WANTED", f"/analyst/watch-entries/{entry.id}", "/analyst/watch-lists/WANTED/import"):
        assert analyst.client.get(path).status_code == 404, path
    assert "not let in to any list" in auditor.text("/analyst/watch-lists")
    assert FIRDAVS not in analyst.text("/analyst/watch-lists?q=Rahimov+Firdavs")


def test_letting_in_opening_and_ending_a_list(sits, session):
    analyst, auditor = sits("analyst"), sits("auditor")
    page = a_list(analyst).location
    assert auditor.client.get(page).status_code == 404
    wrong = analyst.deed(page, page, deed="let-in", login="trader", reason="x")
    assert wrong.status_code == 422 and "nobody of that name" in wrong.text
    assert analyst.deed(page, page, deed="let-in", login="auditor", reason="yearly review").status_code == 303
    assert auditor.client.get(page).status_code == 200 and "Add an entry" not in auditor.text(page)
    assert auditor.client.get(f"{page}/new").status_code == 403
    assert analyst.deed(page, page, deed="let-out", login="auditor", reason="done").status_code == 303
    assert auditor.client.get(page).status_code == 404
    assert analyst.deed(page, page, deed="open-to", roles=["auditor", "analyst"], reason="review").status_code == 303
    assert auditor.client.get(page).status_code == 200
    assert analyst.deed(page, page, deed="end", valid_to="soon", reason="x").status_code == 422
    assert analyst.deed(page, page, deed="end", valid_to="2199-01-01", reason="order ends").status_code == 303
    assert "Another person must decide it" in analyst.text(page)
    assert analyst.deed(page, f"{page}/verdict", verdict="approve").status_code == 403
    supervisor = sits("supervisor")
    assert supervisor.client.get(page).status_code == 404
    waiting = supervisor.text("/supervisor/proposals")
    assert "Set the last day of a watch list" in waiting and "you have not been let in to" in waiting
    for secret in ("order ends", "2199-01-01", "WANTED-1", "Wanted persons"):
        assert secret not in waiting, secret
    analyst.deed(page, page, deed="let-in", login="supervisor", reason="second person")
    key = re.search(r'href="(/analyst/watch-lists/by-key/[0-9a-f-]{36})"', supervisor.text("/supervisor/proposals"))[1]
    assert supervisor.client.get(key).location == page
    assert supervisor.deed(page, f"{page}/verdict", verdict="approve", reason="read the order").status_code == 303
    assert "waits for a second person" not in analyst.text(page)
    assert len(journaled(session, "watchlist.ends")) == 1
    assert analyst.deed(page, page, deed="nonsense", reason="x").status_code == 422


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "x"}, "f-code-error"), ({"names.en": ""}, "f-names-en-error"), ({"source": ""}, "f-source-error"),
        ({"valid_to": "2001-01-01"}, "f-valid_to-error"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_list_stands_at_its_field(sits, wrong, says):
    answer = a_list(sits("analyst"), **wrong)
    assert answer.status_code == 422 and says in answer.text


def test_an_entry_is_found_by_typing_its_name_in_another_script(sits):
    analyst = sits("analyst")
    page = a_list(analyst).location
    analyst.deed(f"{page}/new", f"{page}/new", **{**ENTRY, "name": FIRDAVS, "aliases": "Фирдавси Қассоб\nFirdavs Boy"})
    found = analyst.text("/analyst/watch-lists?q=فردوس+رحیموف&kind=person")
    assert FIRDAVS in found and "asks" in found and "фирдавс" in found
    assert "Nothing near" in analyst.text("/analyst/watch-lists?q=Nobody+Whatsoever")
    bad = analyst.deed(f"{page}/new", f"{page}/new", **{**ENTRY, "kind": "plate", "name": "1"})
    assert bad.status_code == 422 and "too little to look for" in bad.text


def test_a_removal_takes_two_who_are_let_in(sits, session):
    analyst = sits("analyst")
    page = a_list(analyst).location
    entry = analyst.deed(f"{page}/new", f"{page}/new", **ENTRY).location
    assert analyst.deed(entry, f"{entry}/removal", reason="").status_code == 422
    assert analyst.deed(entry, f"{entry}/removal", reason="was another").status_code == 303
    assert "Another person must decide it" in analyst.text(entry)
    assert analyst.deed(entry, f"{entry}/verdict", verdict="approve").status_code == 403
    supervisor = sits("supervisor")
    assert supervisor.client.get(entry).status_code == 404
    waiting = supervisor.text("/supervisor/proposals")
    assert "Remove an entry from a watch list" in waiting and "Ahmad Noori" not in waiting and "WANTED-1" not in waiting
    assert "was another" not in waiting and "you have not been let in to" in waiting
    analyst.deed(page, page, deed="let-in", login="supervisor", reason="second person")
    assert supervisor.deed(entry, f"{entry}/verdict", verdict="approve", reason="").status_code == 303
    assert "Removed" in analyst.text(entry) and "was another" in analyst.text(entry)
    assert "Ahmad Noori" in analyst.text(f"{page}?gone=1") and "Ahmad Noori" not in analyst.text(page)


# Files ----------------------------------------------------------------------------------------------------------------


def csv_of(rows: int, *, bad: dict[int, str] | None = None) -> bytes:
    """A hundred made-up people by name, a number of whose lines are replaced."""
    lines = ["kind,name,aliases,valid_to"]
    for n in range(rows):
        lines.append((bad or {}).get(n + 2, f"person,Сафар{chr(0x430 + n % 20)}{chr(0x430 + n // 20)} Назаров,,2199-01-01"))
    return "\n".join(lines).encode()


def imported(who, page, data: bytes, name: str = "list.csv", **more):
    fields = {"source": "Order 9", "reason": "case 13", **more, "file": (io.BytesIO(data), name)}
    return who.deed(f"{page}/import", f"{page}/import", **fields)


def entries(session) -> int:
    return session.execute(text("SELECT count(*) FROM watch_entry")).scalar_one()


def test_a_file_with_one_bad_row_in_a_hundred_stores_nothing(sits, session):
    analyst = sits("analyst")
    page = a_list(analyst).location
    bad = {37: "person,,,", 61: "ship,Titanic,,", 80: "person,Али Каримов,,tomorrow", 99: "plate,KBL 12345,Karim,"}
    refused = imported(analyst, page, csv_of(200, bad=bad))
    assert refused.status_code == 422 and entries(session) == 0
    for told in ("Line 37, column name", "Line 61, column kind", "Line 80, column valid_to", "Line 99, column aliases"):
        assert told in " ".join(refused.text.replace("\u2068", "").replace("\u2069", "").split()) or told.split(",")[0] in refused.text, told
    taken = imported(analyst, page, csv_of(200))
    assert taken.status_code == 303 and entries(session) == 200
    again = imported(analyst, page, csv_of(3))
    assert again.status_code == 422 and "on this list already" in again.text and entries(session) == 200


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Choose a file"),
        (b"name\nAli", "column is missing"),
        (b"kind,name,colour\nperson,Ali Karimov,red", "no such column"),
        (b"kind,name\n", "There is no row"),
        (b"kind,name\nperson,=HYPERLINK(1)", "formula"),
        (b"kind,name\nperson,Ali Karimov\nperson,ALI KARIMOV", "stands in line"),
        (b"\xff\xfe\x00", "zero byte"),
        (b"PK\x03\x04broken", "no workbook"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(sits, session, data, says):
    analyst = sits("analyst")
    page = a_list(analyst).location
    refused = imported(analyst, page, data)
    assert refused.status_code in (400, 413, 422) and says in refused.text and entries(session) == 0


def workbook(*rows: tuple[str, ...]) -> bytes:
    """The least of a workbook: inline texts, the second cell a shared one, a gap where a cell is empty."""
    shared: list[str] = []
    cells = []
    for n, row in enumerate(rows, 1):
        inner = ""
        for c, value in zip("ABCDEFG", row, strict=False):
            if value and c == "B":
                shared.append(value)
                inner += f'<c r="{c}{n}" t="s"><v>{len(shared) - 1}</v></c>'
            elif value.isdigit():
                inner += f'<c r="{c}{n}"><v>{value}</v></c>'
            elif value:
                inner += f'<c r="{c}{n}" t="inlineStr"><is><t>{value}</t></is></c>'
        cells.append(f'<row r="{n}">{inner}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
        )
        parts.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>')
        parts.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>')
        parts.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{"".join(f"<si><t>{s}</t></si>" for s in shared)}</sst>')
    return out.getvalue()


def test_a_workbook_is_read_like_a_table(sits, session):
    analyst = sits("analyst")
    page = a_list(analyst).location
    good = (("kind", "name", "aliases", "valid_to"), ("person", "Али Каримов", "", "73051"), ("plate", "KBL 12345", "", ""))
    refused = imported(analyst, page, workbook(*good, ("ship", "Titanic", "", "")), "list.xlsx")
    assert refused.status_code == 422 and "Titanic" not in analyst.text(page) and entries(session) == 0
    assert imported(analyst, page, workbook(*good), "list.xlsx").status_code == 303
    kept = session.execute(text("SELECT kind, value, valid_to::text FROM watch_entry ORDER BY kind")).all()
    assert [tuple(k) for k in kept] == [("person", "али каримов", "2100-01-01"), ("plate", "KBL12345", None)]


def test_the_command_takes_a_file_in_or_says_what_is_wrong_row_by_row(sits, app, session, tmp_path):
    page = a_list(sits("analyst")).location
    def run(file, login):
        return app.test_cli_runner().invoke(
            watchlist, ["import", str(file), "--list", page.rsplit("/", 1)[1], "--source", "Order 9", "--reason", "case 13", "--as", login]
        )
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(csv_of(30))
    bad.write_bytes(csv_of(30, bad={7: "ship,Titanic,,"}))
    refused = run(bad, "analyst")
    assert refused.exit_code == 1 and "Line 7, column kind" in refused.output and entries(session) == 0
    assert run(good, "supervisor").exit_code == 1 and entries(session) == 0
    assert run(good, "analyst").output.strip() == "entries: 30" and entries(session) == 30
