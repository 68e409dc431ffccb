"""Learned scores by page alone: whoever looks says why, an analyst proposes, a supervisor switches on, anybody of them stops."""

from __future__ import annotations

import re

import pytest

from app.core import db, journal
from app.risk.operations import reviewing, scoring, switching, training
from app.risk.queries import scores as queries
from app.risk.rules import scores
from tests.factories import learning as made
from tests.factories.accounts import csrf, sign_in
from tests.factories.actors import POST, analyst
from tests.factories.seed import PASSWORD

PAGE = "/analyst/models"


@pytest.fixture(autouse=True)
def nothing_kept(session):
    scoring.forget()
    yield
    scoring.forget()


@pytest.fixture
def browse(app, session):
    """browse(login) is a browser in which this person has signed in and said why he looks."""

    def browsing(login):
        client = app.test_client()
        assert sign_in(client, login, PASSWORD).status_code == 302
        words = {"csrf_token": csrf(client, "/analyst/purpose"), "reason": "review of November", "next": PAGE}
        assert client.post("/analyst/purpose", data=words).status_code == 303
        return client

    return browsing


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def sent(client, deed, number, reason):
    page = f"{PAGE}/{number}"
    return client.post(f"{page}/{deed}", data={"csrf_token": csrf(client, page), "reason": reason})


def kept():
    pytest.importorskip("lightgbm")
    learned = training.learn(made.outcomes(400, finds=160), made.crowd(300), scores.columns(), least=100)
    with db.transaction() as session:
        return switching.keep(session, learned, valid_days=90, by=analyst()).number


def test_without_any_the_page_says_how_to_get_one(browse):
    told = said(browse("auditor").get(PAGE))
    assert "Nothing was learned yet" in told and "flask risk train" in told and "No month is over yet" in told


def test_a_score_is_proposed_switched_on_and_stopped_by_page(browse, session):
    number = kept()
    page, analyst_, supervisor_ = f"{PAGE}/{number}", browse("analyst"), browse("supervisor")
    told = said(analyst_.get(page))
    assert "Not switched on" in told and "100.0 %" in told and "40.0 %" in told and "Another person is asked" in told
    refused = sent(analyst_, "proposal", number, " ")
    assert refused.status_code == 422 and "Give the reason" in said(refused)
    assert sent(analyst_, "proposal", number, "better than history").status_code == 303
    assert "Another analyst, or a supervisor, decides this" in said(analyst_.get(page))
    assert sent(analyst_, "approval", number, "me too").status_code == 403
    assert f"Switch a learned score on · Score {number}" in said(supervisor_.get("/supervisor/proposals"))
    assert sent(supervisor_, "approval", number, "seen").status_code == 303
    assert "In force" in said(supervisor_.get(PAGE)) and "No learned score is in force" not in said(
        supervisor_.get(PAGE)
    )
    assert sent(browse("analyst"), "end", number, "too many of one firm").status_code == 303
    assert "too many of one firm" in said(supervisor_.get(page))
    with db.reading() as inner:
        events = [e.event for e in journal.history(inner, POST, queries.KIND, str(number))]
        looks = [e.reason for e in journal.history(inner, POST, "risk", f"model/{number}")]
    assert events == ["risk.model-learned", "risk.model-in-force", "risk.model-ended"]
    assert looks and set(looks) == {"review of November"}


def test_a_score_that_cannot_be_asked_says_why(browse, session, monkeypatch):
    number = kept()
    client = browse("analyst")
    assert sent(client, "proposal", number, "better").status_code == 303
    assert sent(browse("supervisor"), "approval", number, "seen").status_code == 303
    monkeypatch.setattr(queries, "is_altered", lambda *_: True)
    scoring.forget()
    assert "altered behind the application" in said(client.get(PAGE)) and "altered" in said(
        client.get(f"{PAGE}/{number}")
    )
    with db.transaction() as inner:
        reviewing.review(inner, by=analyst())
    assert "Ended It was altered" in said(client.get(PAGE)).replace("\u2019", "'")


def test_it_is_for_nobody_else(app, session):
    for login in ("trader", "officer", "administrator"):
        client = app.test_client()
        sign_in(client, login, PASSWORD)
        assert client.get(PAGE).status_code == 403 and client.get(f"{PAGE}/1").status_code == 403
