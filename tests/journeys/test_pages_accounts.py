"""Accounts, postings and duty on the pages of administrators, supervisors and officers, and what ends a sign-in."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from sqlalchemy import select, text

from app.accounts import queries
from app.core import clock, db, journal
from app.core.actors import SYSTEM
from app.duty import queries as duty
from app.edge import elsewhere, limits
from app.field import keys
from app.field import operations as devices
from app.field.commands import Register
from tests.architecture.authorisation import TABLE, route
from tests.factories import accounts
from tests.factories.actors import POST
from tests.factories.desks import desk

ACCOUNTS = "/administrator/accounts"


@pytest.fixture
def sits(app, session):
    return lambda login: desk(app, login)


def roles(login):
    with db.reading() as session:
        actor = queries.actor_of_login(session, login)
        return actor.roles(POST) if actor else None


def test_an_account_from_nothing_to_its_end(sits):
    """Made by one administrator, given a role by two persons, ended and closed by one."""
    one, two, chief = sits("administrator"), sits("administrator2"), sits("supervisor")
    assert one.deed(f"{ACCOUNTS}/new", f"{ACCOUNTS}/new", login="x", name="", locale="tg").status_code == 422
    made = one.deed(f"{ACCOUNTS}/new", f"{ACCOUNTS}/new", login="nodira", name="Нодира", locale="tg")
    assert made.status_code == 303 and made.location == f"{ACCOUNTS}/nodira"
    page = one.text(made.location)
    assert "Without a role" in page and "None: the account opens nothing." in page and "Not set" in page
    words = {"role": "officer", "post": POST, "reason": "Order 7", "valid_from": "", "valid_to": "2099-12-31"}
    assert one.deed(made.location, f"{made.location}/grants", **{**words, "role": "trader"}).status_code == 422
    proposed = one.deed(made.location, f"{made.location}/grants", **words)
    assert proposed.status_code == 303, proposed.text
    assert roles("nodira") is None
    assert "Another person decides" in one.text(proposed.location)
    assert one.deed(proposed.location, proposed.location, verdict="approve", reason="").status_code == 403
    assert "Нодира" in two.text(ACCOUNTS), "it is told to the other administrator"
    mute = chief.deed(proposed.location, proposed.location, verdict="reject", reason="")
    assert mute.status_code == 422 and "Say why you reject it" in mute.text
    assert chief.deed(proposed.location, proposed.location, verdict="approve", reason="known").status_code == 303
    assert roles("nodira") == {"officer"}
    page = one.text(f"{ACCOUNTS}/nodira")
    assert "agreed by two persons" in page and "Role given" in page
    ending = re.search(rf'action="({ACCOUNTS}/nodira/grants/[^"]+/ending)"', page)[1]
    assert one.deed(f"{ACCOUNTS}/nodira", ending, reason="").status_code == 422
    assert one.deed(f"{ACCOUNTS}/nodira", ending, reason="transferred").status_code == 303
    assert roles("nodira") is None
    assert one.deed(f"{ACCOUNTS}/nodira", f"{ACCOUNTS}/nodira/closing", reason="left").status_code == 303
    assert "Closed" in one.text(f"{ACCOUNTS}?state=closed") and "Нодира" in one.text(f"{ACCOUNTS}?state=closed&q=nod")


def test_an_administrator_does_nothing_for_himself(sits):
    one = sits("administrator")
    page = one.text(f"{ACCOUNTS}/administrator")
    assert "Propose a role" not in page and "Close the account" not in page
    words = {"role": "supervisor", "post": POST, "reason": "x"}
    assert one.deed(f"{ACCOUNTS}/new", f"{ACCOUNTS}/administrator/grants", **words).status_code == 403


def test_a_list_of_postings_is_looked_at_and_taken_over(sits, session):
    one, two = sits("administrator"), sits("administrator2")
    rows = f"login,post,role,from,to\r\ninspector,{POST},inspector,2026-01-01,2098-12-31\r\nliaison,{POST},supervisor,2026-01-01,\r\n"
    looked = one.deed(
        "/administrator/postings", "/administrator/postings", file=(io.BytesIO(rows.encode()), "list.csv")
    )
    assert looked.status_code == 200 and "What the list would change" in looked.text
    assert roles("liaison") == {"liaison"}, "looking changes nothing"
    mute = one.deed("/administrator/postings", "/administrator/postings", rows=rows, reason=" ")
    assert mute.status_code == 422 and "Say which order" in mute.text
    taken = one.deed("/administrator/postings", "/administrator/postings", rows=rows, reason="Letter 9")
    assert taken.status_code == 303, taken.text
    proposal = re.search(rf'href="({ACCOUNTS}/proposals/[^"]+)"', two.text(ACCOUNTS))[1]
    assert two.deed(proposal, proposal, verdict="approve", reason="").status_code == 303
    assert roles("liaison") == {"liaison", "supervisor"}
    bad = one.deed(
        "/administrator/postings", "/administrator/postings", rows="login,post,role,from\r\nx,y,z,w\r\n", reason="r"
    )
    assert bad.status_code == 422 and "Line 2, column login" in bad.text


def test_a_dormant_account_is_unlocked_by_two(sits, session, client):
    accounts.account(session, login="sleeper")
    session.execute(text("UPDATE app_user SET dormant_at = guzar_now() WHERE login = 'sleeper'"))
    session.commit()
    refused = accounts.sign_in(client, "sleeper")
    assert refused.status_code == 200 and client.get("/account").status_code == 302, "the password alone opens nothing"
    one, two = sits("administrator"), sits("administrator2")
    assert "sleeper" in one.text(f"{ACCOUNTS}?state=dormant")
    proposed = one.deed(f"{ACCOUNTS}/sleeper", f"{ACCOUNTS}/sleeper/unlocking", reason="back from leave")
    assert proposed.status_code == 303
    assert two.deed(proposed.location, proposed.location, verdict="approve", reason="").status_code == 303
    assert roles("sleeper") == {"officer"}


def test_a_supervisor_keeps_the_roster(sits, session):
    chief, officer, auditor = sits("supervisor"), sits("officer"), sits("auditor")
    at = db.now(session) + dt.timedelta(days=1)
    day = at.date().isoformat()
    words = {"starts_at": f"{day} 08:00", "ends_at": f"{day} 20:00", "agency": "customs", "place": "gate"}
    assert chief.deed("/duty/shifts/new", "/duty/shifts/new", **words, login="").status_code == 422
    made = chief.deed("/duty/shifts/new", "/duty/shifts/new", **words, login="officer")
    assert made.status_code == 303, made.text
    for who in (chief, officer, auditor):
        assert "08:00–20:00" in who.text(made.location) and "gate" in who.text(made.location)
    assert "No shift is planned." not in officer.text("/duty/mine")
    again = chief.deed("/duty/shifts/new", "/duty/shifts/new", **words, login="officer")
    assert again.status_code == 422 and "is on duty already" in again.text
    shift = re.search(r'href="(/duty/shifts/[^"]+)"', chief.text(made.location).split('class="table-wrap"')[1])[1]
    assert shift not in officer.text(made.location)
    later = {**words, "ends_at": f"{day} 21:00"}
    assert chief.deed(shift, shift, **later, reason="").status_code == 422
    assert chief.deed(shift, shift, **later, reason="a long queue").status_code == 303
    page = chief.text(made.location)
    assert "08:00–21:00" in page and "a long queue" in page
    shift = re.search(r'href="(/duty/shifts/[^"]+)"', page.split('class="table-wrap"')[1])[1]
    assert chief.deed(shift, f"{shift}/cancelling", reason="ill").status_code == 303
    assert "No shift in this week" in chief.text(made.location)
    file = f"login,from,to\r\nofficer,{day} 06:00,{day} 12:00\r\n"
    bad = chief.deed("/duty/file", "/duty/file", file=(io.BytesIO((file + "x,y,z\r\n").encode()), "r.csv"))
    assert bad.status_code == 422 and "Line 3, column from" in bad.text
    assert chief.deed("/duty/file", "/duty/file", file=(io.BytesIO(file.encode()), "r.csv")).status_code == 303
    assert chief.deed("/duty/file", "/duty/file").status_code == 422


def test_qualifications_and_interests_are_kept_and_ended(sits):
    chief, officer = sits("supervisor"), sits("officer")
    paper = {"login": "officer", "what": "type:scanner", "valid_from": "2026-01-01", "certificate": "SO-1"}
    assert chief.deed("/duty/people", "/duty/qualifications", **{**paper, "what": "type:king"}).status_code == 422
    assert chief.deed("/duty/people", "/duty/qualifications", **paper).status_code == 303
    told = officer.deed(
        "/duty/mine", "/duty/mine", relation="family", party="TJ-510067890", party_name="", login="officer2"
    )
    assert told.status_code == 303
    page = chief.text("/duty/people")
    assert "Scanner" in page and "TJ-510067890" in page and "SO-1" in page
    assert "TJ-510067890" not in sits("officer2").text("/duty/mine")
    for kind in ("qualifications", "conflicts"):
        ending = re.search(rf'action="(/duty/{kind}/[^"]+/ending)"', page)[1]
        assert chief.deed("/duty/people", ending, reason=" ").status_code == 422
        assert chief.deed("/duty/people", ending, reason="over").status_code == 303
    with db.reading() as session:
        person = queries.actor_of_login(session, "officer").person
        assert duty.conflicted(session, [person], ["TJ-510067890"]) == frozenset()


def test_a_sign_in_past_the_end_of_its_grant_opens_no_page_at_all(sits, session, app, monkeypatch):
    """Every page and every address of the API, a minute after the posting is over."""
    # So many refusals from one address would stop the next questions, and those of the tests after this one.
    monkeypatch.setattr(app.extensions["guzar_limits"], "bad_token", limits.Window(10_000, 60))
    accounts.account(session, login="leaving")
    session.execute(text(
        "UPDATE access_grant SET valid_to = guzar_now() + interval '1 hour' FROM app_user u WHERE u.id = account_id AND u.login = 'leaving'"
    ))  # fmt: skip
    bearer = accounts.token(session, "leaving")
    session.commit()
    client = app.test_client()
    accounts.sign_in(client, "leaving")
    assert client.get("/account").status_code == 200
    clock.set_clock(session, db.now(session) + dt.timedelta(hours=1, seconds=1))
    app.extensions["guzar_tokens"].forget()
    headers = {"Authorization": f"Bearer {bearer}"}
    names = {"login": "x", "list_name": "tax", "code": "01", "topic": "worklist"}
    asked, opened = 0, list[str]()
    for key, cells in TABLE.items():
        method, rule = route(key).split(" ", 1)
        if method != "GET" or "?" in rule or cells.rstrip().endswith(("ok", "404")):
            continue
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda m: names.get(m[1], "1"), rule)
        if "<" in path or "uuid:" in rule or path.startswith(("/api/v1/exchange", "/devices")):
            continue
        answer = client.get(path, headers=headers if path.startswith("/api/") else {})
        asked += 1
        shut = answer.status_code in (204, 401, 404) or (answer.status_code == 302 and "/login" in answer.location)
        opened += [] if shut else [f"{answer.status_code} {path}"]
    assert asked > 60
    assert opened == []


def test_reaching_for_another_post_is_told_in_the_journal(sits, session, app):
    officer = sits("officer.TJDUS")
    app.extensions["guzar_elsewhere"] = elsewhere.Told()
    reference = f"{POST}-AAAA-AAAA-AAA0"
    assert officer.get(f"/officer/declarations/{reference}").status_code == 404
    assert officer.get(f"/officer/declarations/{reference}").status_code == 404
    assert officer.get(f"/duty?post={POST}").status_code == 404
    rows = (
        session.execute(
            select(journal.JournalEntry.after)
            .where(journal.JournalEntry.event == elsewhere.EVENT)
            .order_by(journal.JournalEntry.number)
        )
        .scalars()
        .all()
    )
    assert [(row["post"], row["status"]) for row in rows] == [(POST, 404), (POST, 404)], "once a page within a minute"
    sits("officer").get(f"/officer/declarations/{reference}")
    sits("analyst").get(f"/officer/declarations/{reference}")
    again = select(journal.JournalEntry.id).where(journal.JournalEntry.event == elsewhere.EVENT)
    assert len(session.execute(again).all()) == 2


def test_a_sign_in_at_the_truck_lives_beside_that_at_the_desk_and_opens_its_own_pages(app, session):
    accounts.account(session, "inspector", login="mobile")
    with db.transaction() as s:
        made = devices.register(
            s, Register(label="Phone 1", kind="phone", post=POST), by=queries.actor_of_login(s, "mobile")
        ).device
    mark = keys.mark(made.id, made.digest)
    at_desk, at_truck, other = app.test_client(), app.test_client(), app.test_client()
    accounts.sign_in(at_desk, "mobile")
    for client in (at_truck, other):
        client.get("/login?next=/field/")
    at_truck.set_cookie("guzar_field", mark)
    assert (
        accounts.send(at_truck, "/login", "/login?next=/field/", login="mobile", password=accounts.PASSWORD).status_code
        == 302
    )
    assert at_desk.get("/account").status_code == 200, "one at the truck does not end the one at the desk"
    assert at_truck.get("/account").status_code == 302 and at_truck.get("/officer/worklist").status_code == 302
    # Without the mark of a registered device it is a sign-in at a desk, and ends the other one.
    accounts.send(other, "/login", "/login?next=/field/", login="mobile", password=accounts.PASSWORD)
    assert at_desk.get("/account").status_code == 302 and other.get("/account").status_code == 200
    with db.transaction() as s:
        s.execute(
            text(
                "UPDATE field_device SET locked_at = guzar_now(), locked_by = :by, locked_name = 'x', locked_reason = 'lost'"
            ),
            {"by": SYSTEM.person},
        )
    lost = app.test_client()
    lost.set_cookie("guzar_field", mark)
    accounts.send(lost, "/login", "/login?next=/field/", login="mobile", password=accounts.PASSWORD)
    assert other.get("/account").status_code == 302, "a lost device opens nothing of its own"
