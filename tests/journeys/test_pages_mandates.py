"""Mandates on the pages of traders and officials: given, seen by both firms, registered from a paper, revoked."""

from __future__ import annotations

import pytest

from tests.factories import lives, mandates
from tests.factories.actors import OTHER_PARTY, PARTY, POST
from tests.factories.desks import desk

MINE, THEIRS = "/trader/mandates", "/officer/mandates"
WORDS = {
    "principal": PARTY, "declarant": OTHER_PARTY, "scopes": ["certificates"], "post": POST, "valid_from": "01.01.2020",
    "valid_to": "2099-12-31",
}  # fmt: skip


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


@pytest.fixture
def sits(app, session):
    return lambda login: desk(app, login)


def test_a_trader_gives_and_revokes_the_mandate_of_his_firm(sits):
    trader, other, supervisor = sits("trader"), sits("trader2"), sits("supervisor")
    assert "No mandates" in trader.text(MINE) and "Give a mandate" in trader.text(MINE)
    given = trader.deed(MINE, MINE, **WORDS)
    assert given.status_code == 303, given.text
    page = given.location
    for who in (trader, other):
        shown = who.text(page)
        assert "Exemption certificates" in shown and "In force" in shown and "by the firm itself" in shown
        assert page in who.text(MINE)
    assert "Revoke the mandate" in trader.text(page) and "Revoke the mandate" not in other.text(page)
    assert other.deed(page, page, reason="x").status_code == 403
    assert supervisor.text(page.replace("/trader", "/officer")).count(PARTY) == 1
    mute = trader.deed(page, page, reason=" ")
    assert mute.status_code == 422 and "Say why the mandate ends" in mute.text
    assert trader.deed(page, page, reason="we part").status_code == 303
    assert "Revoked" in other.text(page) and "we part" not in other.text(page)
    assert "we part" in supervisor.text(page.replace("/trader", "/officer"))
    assert trader.deed(page, page, reason="again").status_code == 409


def test_a_form_sent_twice_gives_one(sits):
    trader = sits("trader")
    once = "a" * 32
    assert [trader.deed(MINE, MINE, **WORDS, once=once).status_code for _ in range(2)] == [303, 303]
    assert trader.text(MINE).count("data-row") == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"declarant": "TJ-NOBODY"}, "not in the register of firms"),
        ({"declarant": PARTY}, "needs no mandate for what is its own"),
        ({"scopes": []}, "f-scopes-error"),
        ({"valid_to": "2019-01-01"}, "lies before the first"),
        ({"valid_to": "soon"}, "f-valid_to-error"),
        ({"post": "AFSKB"}, "no crossing point of this administration"),
    ],
)
def test_what_is_wrong_stands_at_its_field(sits, wrong, says):
    answer = sits("trader").deed(MINE, MINE, **{**WORDS, **wrong})
    assert answer.status_code == 422 and says in answer.text


def test_nobody_gives_the_mandate_of_another_firm(sits):
    answer = sits("trader2").deed(MINE, MINE, **{**WORDS, "declarant": OTHER_PARTY})
    assert answer.status_code == 403
    assert "No mandates" in sits("trader").text(MINE)


def test_a_supervisor_registers_one_from_its_paper(sits):
    supervisor, new = sits("supervisor"), f"{THEIRS}/new"
    words = {**WORDS, "paper": "17 of 2026-01-12"}
    assert "Register a mandate" in supervisor.text(THEIRS)
    nameless = supervisor.deed(new, new, **{**words, "paper": ""})
    assert nameless.status_code == 422 and "Name the paper" in nameless.text
    made = supervisor.deed(new, new, **words)
    assert made.status_code == 303, made.text
    shown = supervisor.text(made.location)
    assert "17 of 2026-01-12" in shown and "registered by customs from a paper" in shown and "Supervisor" in shown
    officer = sits("officer")
    assert "Register a mandate" not in officer.text(THEIRS) and "Revoke the mandate" not in officer.text(made.location)
    assert officer.deed(made.location, made.location, reason="x").status_code == 403
    assert supervisor.deed(made.location, made.location, reason="forged").status_code == 303
    trader = sits("trader").text(made.location.replace("/officer", "/trader"))
    assert "Revoked" in trader and "registered by customs" in trader and "forged" not in trader


def test_the_list_goes_on(sits, monkeypatch):
    for module in ("mandates", "reliefs"):
        monkeypatch.setattr(f"app.web.trader.{module}.ON_PAGE", 1)
    monkeypatch.setattr("app.web.officer.mandates.PAGE", 1)
    made = [mandates.given(), mandates.given(scopes=("stocks",))]
    for login, page in (("trader", MINE), ("officer", THEIRS)):
        who = sits(login)
        first = who.text(page)
        assert str(made[1].id) in first and str(made[0].id) not in first and made[1].id.hex in first
        assert str(made[0].id) in who.text(f"{page}?after={made[1].id.hex}")
