"""States are words of one enumeration, moves stand in one table, and PostgreSQL's CHECK says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from app.core.errors import WrongState
from app.core.lifecycle import Lifecycle
from app.declarations.lifecycle import AMENDMENT, CHAPTERS, LIFE
from app.inspections.lifecycle import LIFE as INSPECTION
from app.models import metadata
from app.transit.lifecycle import CHAPTERS as WAYS
from app.transit.lifecycle import LIFE as TRANSIT

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
SLICES = sorted(p.parent.name for p in APP.glob("*/lifecycle.py") if p.parent.name != "core")


def lives() -> Iterator[Lifecycle]:
    """Every table of moves that a slice's lifecycle module keeps."""
    for name in SLICES:
        module = import_module(f"app.{name}.lifecycle")
        yield from (thing for thing in vars(module).values() if isinstance(thing, Lifecycle))


LIVES = {life.name: life for life in lives()}


def test_every_status_has_a_life():
    """A table with a `status` belongs to a slice with a lifecycle; the stored answers' HTTP status is no state."""
    stateful = {t.name for t in metadata.tables.values() if "status" in t.c} - {"idempotency_key"}
    assert stateful == set(LIVES)


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
    life = LIVES[name]
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
    life = LIVES[name]
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


README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(INSPECTION.diagram(), id="inspection"),
        pytest.param(AMENDMENT.diagram(), id="amendment"),
        *[pytest.param(f"{title}:\n```mermaid\n{LIFE.diagram(of)}\n```", id=title) for title, of in CHAPTERS.items()],
        *[pytest.param(f"{title}:\n```mermaid\n{TRANSIT.diagram(of)}\n```", id=title) for title, of in WAYS.items()],
    ],
)
def test_the_readme_shows_the_table_as_it_is(picture):
    assert picture in README


@pytest.mark.parametrize(("life", "chapters"), [(LIFE, CHAPTERS), (TRANSIT, WAYS)], ids=["declaration", "transit"])
def test_the_pictures_show_every_move_once(life, chapters):
    """Read back arrow by arrow, the README's pictures are the table: nothing is missing, nothing is drawn twice."""
    drawn: list[tuple[str, str, str]] = []
    for title in chapters:
        picture = README.split(f"{title}:\n```mermaid\n")[1].split("```")[0]
        named = re.search(r'"each of (.*)" as each', picture)
        each = named[1].split(", ") if named else []
        for start, end, actions in re.findall(r"^    (\w+) --> (\w+): (.*)$", picture, re.MULTILINE):
            for state in each if start == "each" else [start]:
                drawn += [(state, action, end) for action in actions.split(", ")]
    assert sorted(drawn) == sorted((s.value, a.value, t.value) for (s, a), t in life.moves.items())


@pytest.mark.parametrize(("life", "chapters"), [(LIFE, CHAPTERS), (TRANSIT, WAYS)], ids=["declaration", "transit"])
def test_a_picture_stays_readable(life, chapters):
    for title, states in chapters.items():
        arrows = life.diagram(states).count("-->")
        assert arrows <= 32, f"{title} has {arrows} arrows: divide it"
