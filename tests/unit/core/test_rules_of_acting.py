"""Actors, grants, scopes; refusals and their pointers; fingerprints of requests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import errors, idempotency
from app.core.actors import SYSTEM, Actor, Grant
from app.core.errors import Finding, Forbidden, FreshSignInNeeded, Refusal, pointer
from app.core.text import _
from tests.factories.actors import analyst, officer, person, supervisor, trader


def test_a_role_counts_at_its_post_alone():
    here = officer("TJPPJ")
    assert here.need(("officer",), "TJPPJ").role == "officer"
    with pytest.raises(Forbidden):
        here.need(("officer",), "TJDUS")
    with pytest.raises(Forbidden):
        here.need(("supervisor",), "TJPPJ")
    assert analyst().need(("analyst",), "TJDUS").post == "*"


def test_the_first_role_named_is_the_one_acted_in():
    both = replace(officer(), grants=(Grant("officer", "TJPPJ"), Grant("supervisor", "TJPPJ")))
    assert both.need(("supervisor", "officer"), "TJPPJ").role == "supervisor"
    assert both.need(("officer", "supervisor"), "TJPPJ").role == "officer"
    assert both.roles("TJPPJ") == {"officer", "supervisor"} and both.roles("TJDUS") == frozenset()


def test_a_token_does_what_its_scopes_say():
    reading = replace(officer(), scopes=frozenset({"read"}))
    reading.need_scope("read")
    for scope in ("write", "decide"):
        with pytest.raises(Forbidden):
            reading.need_scope(scope)


def test_a_decision_needs_a_fresh_sign_in():
    stale = officer(fresh=False)
    stale.need_scope("write")
    with pytest.raises(FreshSignInNeeded):
        stale.need_scope("decide")


def test_only_a_traders_firms_are_acted_for():
    assert trader("TJ-1").parties() == {"TJ-1"}
    assert replace(supervisor(), grants=(Grant("supervisor", "TJPPJ", "TJ-1"),)).parties() == frozenset()
    assert SYSTEM.parties() == frozenset() and SYSTEM.need(("system",), "TJPPJ")


def test_an_actor_cannot_be_changed_on_the_way():
    with pytest.raises(AttributeError):
        officer().login = "somebody"  # type: ignore[misc]
    assert isinstance(officer(), Actor) and person("a") == person("a") != person("b")


def _refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(below for direct in kind.__subclasses__() for below in _refusals(direct))]


def test_every_refusal_has_its_own_code_and_no_5xx_but_one():
    kinds = [k for k in _refusals(Refusal) if k.__module__ == errors.__name__]
    codes = [k.code for k in kinds]
    assert len(set(codes)) == len(codes) > 12
    assert {k.code for k in kinds if k.status >= 500} == {"unavailable"}
    for kind in kinds:
        refusal = kind()
        assert str(refusal) == str(kind.title) and refusal.findings == () and refusal.facts == {}


def test_a_refusal_carries_findings_and_facts():
    found = Finding("/items/0/net_kg", "mass.net-above-gross", _("{net} is too much.", net="5"))
    refusal = errors.Invalid(findings=[found], facts={"state": "draft"})
    assert refusal.findings == (found,) and refusal.facts == {"state": "draft"}
    assert found.severity == "error" and str(found.message) == "5 is too much."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("items", 0, "net_kg"), "/items/0/net_kg"),
        (("a/b", "m~n"), "/a~1b/m~0n"),
        (("",), "/"),
        (("~1",), "/~01"),
    ],
)
def test_pointers_are_those_of_rfc_6901(path, expected):
    assert pointer(*path) == expected


@given(st.lists(st.text(), min_size=1))
def test_a_pointer_can_be_read_back(path):
    parts = pointer(*path).split("/")[1:]
    assert [p.replace("~1", "/").replace("~0", "~") for p in parts] == path


REQUEST = ("POST", "/api/v1/declarations", b"{}", '"1"')


@pytest.mark.parametrize("place", range(4))
def test_a_fingerprint_covers_every_part(place):
    other = list(REQUEST)
    other[place] = b"{ }" if place == 2 else "x"
    assert idempotency.fingerprint(*REQUEST) != idempotency.fingerprint(*other)
    assert len(idempotency.fingerprint(*REQUEST)) == 32


def test_parts_of_a_fingerprint_do_not_run_together():
    assert idempotency.fingerprint("POST", "/a", b"b") != idempotency.fingerprint("POST", "/ab", b"")
    assert idempotency.fingerprint("POST", "/a", b"\0b", "") != idempotency.fingerprint("POST", "/a", b"b", "\0")
