"""States are words of one enumeration, moves stand in one table, and PostgreSQL's CHECK says the same."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from app.core.errors import WrongState
from app.core.lifecycle import Lifecycle
from app.models import metadata

APP = Path(__file__).parents[2] / "app"
SLICES = sorted(p.parent.name for p in APP.glob("*/lifecycle.py") if p.parent.name != "core")
LIVES = {name: import_module(f"app.{name}.lifecycle").LIFE for name in SLICES}


def test_every_status_has_a_life():
    """A table with a `status` belongs to a slice with a lifecycle; the stored answers' HTTP status is no state."""
    stateful = {t.name for t in metadata.tables.values() if "status" in t.c} - {"idempotency_key"}
    assert stateful == {life.name for life in LIVES.values()}


@pytest.mark.parametrize("name", LIVES)
def test_the_check_equals_the_enumeration(name, template):
    life = LIVES[name]
    with psycopg.connect(template.owner_url.replace("+psycopg", "")) as connection:
        check = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [f"ck_{life.name}_status_known"]
        ).fetchone()[0]
    assert set(re.findall(r"'([a-z_]+)'", check)) == {s.value for s in life.states}


@pytest.mark.parametrize("name", LIVES)
def test_every_pair_is_decided(name):
    """A move or a refusal that names the state, the action and what is possible; never anything else."""
    life: Lifecycle = LIVES[name]
    for state in life.states:
        for action in life.actions:
            if life.allows(state, action):
                assert life.move(state, action) in life.states
                continue
            with pytest.raises(WrongState) as refused:
                life.move(state, action)
            assert refused.value.facts["state"] == state.value
            assert refused.value.facts["possible"] == [a.value for a in life.possible(state)]


@pytest.mark.parametrize("name", LIVES)
def test_what_moves_can_be_reached_and_ends(name):
    """From the first state every state that has moves can be reached, and from each there is a way to an end."""
    life: Lifecycle = LIVES[name]
    first = next(iter(life.states))
    reached, edge = {first}, {first}
    while edge:
        edge = {life.moves[s, a] for s, a in life.moves if s in edge} - reached
        reached |= edge
    assert {state for state, _action in life.moves} <= reached
    for state in reached:
        seen, edge = {state}, {state}
        while edge:
            edge = {life.moves[s, a] for s, a in life.moves if s in edge} - seen
            seen |= edge
        assert seen & set(life.final()), f"{state} never ends"


@pytest.mark.parametrize("slice_", ["declarations", "inspections"])
def test_the_readme_shows_the_table_as_it_is(slice_):
    life = import_module(f"app.{slice_}.lifecycle").LIFE
    assert life.diagram() in (APP.parent / "README.md").read_text(encoding="utf-8")
