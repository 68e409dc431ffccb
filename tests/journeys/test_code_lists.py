"""Code lists by page, by API and by command: a file, its difference, a proposal, and the word of a second person."""

from __future__ import annotations

import csv
import io
import re
import uuid

import pytest

from app.accounts.commands import IssueToken
from app.accounts.operations import issue_token
from app.core import db
from app.core.actors import SYSTEM
from app.reference import queries, sheets
from app.reference.codebook import LISTS
from app.web.administrator.pages import NAMES
from tests.factories.accounts import csrf, sign_in
from tests.factories.seed import PASSWORD

HEADER = "code,en,valid_from,valid_to,source,verified,value\n"
CHANGED = HEADER + "draft-days,Days a draft is kept after the last change,2000-01-01,,Order 12,true,90\n"
PAGE = "/administrator/codes/parameter"


@pytest.fixture(autouse=True)
def no_cache_between_tests(session):
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in."""

    def browsing(login):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        return client

    return browsing


def upload(client, text, page=f"{PAGE}/update"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(page, data={"csrf_token": csrf(client, page), "file": (io.BytesIO(data), "list.csv")})


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def proposed(client, text=CHANGED, reason="Order 12"):
    """The address of a new proposal, made as a person does: file, difference, reason."""
    page = upload(client, text)
    assert page.status_code == 200, said(page)
    rows = io.StringIO(
        re.search(r'name="rows" value="([^"]*)"', page.get_data(as_text=True))[1]
        .replace("&#34;", '"')
        .replace("&#39;", "'")
    )
    made = client.post(
        f"{PAGE}/update",
        data={"csrf_token": csrf(client, f"{PAGE}/update"), "rows": rows.getvalue(), "reason": reason},
    )
    assert made.status_code == 303, said(made)
    return made.headers["Location"]


def settle(client, address, verdict="approve", reason=""):
    return client.post(address, data={"csrf_token": csrf(client, "/account"), "verdict": verdict, "reason": reason})


def test_every_list_has_a_name_for_people():
    assert set(NAMES) == set(LISTS)


def test_from_a_file_to_a_changed_list(browse):
    administrator, supervisor = browse("administrator"), browse("supervisor")
    difference = upload(administrator, CHANGED)
    assert "60" in said(difference) and "90" in said(difference) and "Changed: 1" in said(difference)
    address = proposed(administrator)
    assert "You proposed this yourself" in said(administrator.get(address))
    assert settle(administrator, address).status_code == 403
    assert "Parameters" in said(supervisor.get("/supervisor/proposals"))
    assert "A change of this list waits" in said(administrator.get(PAGE))
    assert settle(supervisor, address).status_code == 303
    queries.forget()
    listed = said(administrator.get(f"{PAGE}?q=draft-days"))
    assert "value 90" in listed and "Entered here" in listed
    assert "Approved" in said(administrator.get(address))


def test_a_rejection_needs_a_reason_and_changes_nothing(browse):
    administrator, supervisor = browse("administrator"), browse("supervisor")
    address = proposed(administrator)
    refused = settle(supervisor, address, "reject", " ")
    assert refused.status_code == 422 and "Say why you reject it" in said(refused)
    assert settle(supervisor, address, "reject", "no such order").status_code == 303
    assert "no such order" in said(supervisor.get(address))
    assert "value 60" in said(administrator.get(f"{PAGE}?q=draft-days"))


def test_a_file_is_refused_with_every_place_that_is_wrong(browse):
    administrator = browse("administrator")
    answer = upload(
        administrator, HEADER + "draft-days,D,2027-01-01,,s,true,many\nquery-days,=1+1,2027-01-01,,s,true,5\n"
    )
    assert answer.status_code == 422
    assert "Line 2, column value" in said(answer) and "Write a whole number of days" in said(answer)
    assert "Line 3, column en" in said(answer) and "formula" in said(answer)


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"\0\0", 400), (b"\xff\xfe", 400), (b"nothing", 422)],
)
def test_hostile_files_are_refused_and_never_a_fault(browse, data, status):
    assert upload(browse("administrator"), data).status_code == status


def test_a_file_beyond_all_measure_is_refused(browse, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST", 1000)
    assert upload(browse("administrator"), HEADER + "x" * 2000).status_code == 413


def test_a_reason_is_asked_for_with_the_difference_still_there(browse):
    administrator = browse("administrator")
    answer = administrator.post(
        f"{PAGE}/update", data={"csrf_token": csrf(administrator, f"{PAGE}/update"), "rows": CHANGED, "reason": " "}
    )
    assert answer.status_code == 422
    assert "the order or letter that asks for it" in said(answer) and "draft-days" in said(answer)


def test_what_is_taken_out_can_be_brought_back(browse):
    administrator = browse("administrator")
    answer = administrator.get(f"{PAGE}.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8-sig")
    assert "draft-days" in {row["code"] for row in csv.DictReader(io.StringIO(text))}
    assert "Nothing would change" in said(upload(administrator, answer.get_data()))


def test_a_list_is_searched_paged_and_dated(browse):
    officer = browse("officer")
    first = officer.get("/administrator/codes/unit")
    following = re.search(r'href="([^"]+)" rel="next"', first.get_data(as_text=True))[1].replace("&amp;", "&")
    second = officer.get(following)
    seen = [set(re.findall(r'id="row-([^"]+)"', page.get_data(as_text=True))) for page in (first, second)]
    assert len(seen[0]) == len(seen[1]) == 50 and not seen[0] & seen[1]
    assert "kilogram" in said(officer.get("/administrator/codes/unit?q=KGM"))
    assert "Nothing found" in said(officer.get("/administrator/codes/unit?q=zzzzzz"))
    assert "No row" in said(officer.get("/administrator/codes/unit?show=coming"))
    assert officer.get("/administrator/codes/planets").status_code == 404
    assert officer.get("/administrator/codes/unit?after=nonsense").status_code == 422
    for odd in ("%00", "%25", "'", "\u202e"):
        assert officer.get(f"/administrator/codes/unit?q={odd}").status_code == 200


@pytest.mark.parametrize("lang", ["tg", "ru", "fa_AF", "ps"])
def test_names_are_shown_in_the_readers_language(browse, lang):
    names = {"tg": "Содироти доимӣ", "ru": "Окончательный экспорт", "fa_AF": "صادرات دایمی", "ps": "تلپاتې صادرات"}
    assert names[lang] in said(browse("officer").get(f"/administrator/codes/procedure?lang={lang}"))


@pytest.mark.parametrize(
    ("path", "count"),
    [("/administrator/codes", 4), (PAGE, 4), ("/administrator/codes/commodity", 4), (f"{PAGE}/update", 1)],
)
def test_pages_ask_the_database_little(browse, statements, path, count):
    client = browse("administrator")
    client.get(path)
    statements.clear()
    assert client.get(path).status_code == 200
    assert len(statements) == count, "\n".join(statements)


def token(login):
    with db.transaction() as session:
        return issue_token(session, IssueToken(login, 1), by=SYSTEM)


def api(client, login, path, body=None):
    headers = {"Authorization": f"Bearer {token(login)}", "Idempotency-Key": uuid.uuid4().hex}
    return client.post(path, json=body, headers=headers) if body is not None else client.get(path, headers=headers)


def test_by_api_the_second_person_settles_it(app, browse):
    address = proposed(browse("administrator"))
    identifier, client = address.rsplit("/", 1)[1], app.test_client()
    waiting = api(client, "supervisor", "/api/v1/proposals").get_json()["items"]
    assert [(p["id"], p["kind"], p["reference"]) for p in waiting] == [(identifier, "codes.update", "CODES-PARAMETER")]
    assert api(client, "trader", "/api/v1/proposals").get_json()["items"] == []
    assert api(client, "trader", f"/api/v1/proposals/{identifier}").status_code == 404
    own = api(client, "administrator", f"/api/v1/proposals/{identifier}/approval", {"reason": "mine"})
    assert own.status_code == 403
    done = api(client, "supervisor", f"/api/v1/proposals/{identifier}/approval", {"reason": "seen"})
    assert done.status_code == 200
    assert done.get_json()["status"] == "approved" and "declaration" not in done.get_json()


@pytest.fixture
def flask(app, session, monkeypatch):
    """flask(…) is a command of the command line on the test's own database."""
    from app.cli import database

    monkeypatch.setattr(database, "connect", lambda app: None)
    monkeypatch.delenv("GUZAR_LANG", raising=False)

    def run(*words):
        return app.test_cli_runner().invoke(args=["codes", *map(str, words)])

    return run


def test_by_command_from_a_file_to_a_changed_list(flask, tmp_path):
    file = tmp_path / "parameter.csv"
    assert flask("export", "parameter", "--out", file).exit_code == 0
    file.write_bytes(file.read_bytes().replace(b",60,", b",90,"))
    looked = flask("update", "parameter", file, "--dry-run", "--as", "administrator")
    assert "value: 60 -> 90" in looked.output and "proposal" not in looked.output
    made = flask("update", "parameter", file, "--reason", "Order 12", "--as", "administrator")
    assert made.exit_code == 0, made.output
    identifier = re.search(r"proposal: (\S+)", made.output)[1]
    assert identifier in flask("proposals", "--as", "supervisor").output
    own = flask("approve", identifier, "--as", "administrator")
    assert own.exit_code == 1 and "You proposed this yourself" in own.output
    assert flask("approve", identifier, "--as", "supervisor").output.strip() == "approved"
    queries.forget()
    shown = flask("show", "parameter", "--on", "2026-11-23").output
    assert "value=90" in next(line for line in shown.splitlines() if line.startswith("draft-days\t"))


def test_by_command_what_is_wrong_is_said_line_by_line(flask, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text(HEADER + "draft-days,=cmd,2027-01-01,,s,true,60\nx,X,soon,,s,true,1\n", encoding="utf-8")
    answer = flask("update", "parameter", file, "--reason", "x", "--as", "administrator")
    assert answer.exit_code == 1
    assert "Line 2, column en" in answer.output and "Line 3, column valid_from" in answer.output
    assert flask("update", "planets", file, "--reason", "x", "--as", "administrator").exit_code == 2
    assert flask("update", "parameter", file, "--as", "administrator").exit_code == 2
    assert flask("show", "parameter", "--on", "soon").exit_code == 2
    assert "draft-days" in flask("show", "parameter").output and "parameter\t" in flask("show").output


def test_by_command_a_rejection(flask, tmp_path):
    file = tmp_path / "parameter.csv"
    file.write_text(CHANGED, encoding="utf-8")
    made = flask("update", "parameter", file, "--reason", "Order 12", "--as", "administrator")
    identifier = re.search(r"proposal: (\S+)", made.output)[1]
    assert flask("reject", identifier, "--reason", "no such order", "--as", "supervisor").output.strip() == "rejected"
    assert flask("proposals", "--as", "supervisor").output == ""
