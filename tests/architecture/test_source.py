"""Rules about the text of the program that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import caches

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
LONGEST_MODULE = 600


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(p for p in (ROOT / folder).rglob("*.py") if "__pycache__" not in p.parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls_of(path: Path, method: str) -> list[int]:
    """Lines where something's method of this name is called."""
    return [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


#: `transaction()` commits deeds; `schema` runs migrations as the owner, where there are no deeds.
COMMITTING = {"app/core/db.py": 1, "app/core/schema.py": 1}


def test_only_the_kernel_commits():
    found = {named(p): len(lines) for p in sources("app", "forms", "config") if (lines := calls_of(p, "commit"))}
    assert found == COMMITTING


def test_nobody_opens_a_session_of_his_own():
    """Sessions and connections come from `core.db`; what makes them elsewhere would commit elsewhere."""
    makers = {"sessionmaker", "create_engine", "scoped_session"}
    found = {
        named(p)
        for p in sources("app")
        for node in ast.walk(tree(p))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers
    }
    assert found == {"app/core/db.py", "app/core/schema.py", "app/cli/demo/command.py"}, (
        "only migrations and the demonstration's clock need the owner's connection"
    )


#: Sessions of a kind of their own, with the reason. Everything else asks `transaction()` or `reading()`.
AUTOCOMMIT: dict[str, str] = {}


def test_the_database_is_never_in_autocommit():
    found = {named(p) for p in sources("app") if re.search(r"autocommit|AUTOCOMMIT", p.read_text(encoding="utf-8"))}
    assert found - set(AUTOCOMMIT) <= {"app/core/embedded.py", "app/core/embedded_postmaster.py"}, (
        "only the embedded server's own set-up (CREATE DATABASE) works outside transactions"
    )


def operations() -> list[tuple[str, ast.FunctionDef]]:
    """Every public function of a slice's operations and of the flows that takes a session; `posting` is what the verbs of
    money share below their surface."""
    modules = [
        p
        for p in sources("app")
        if p.name == "operations.py" or (not {"flows", "operations"}.isdisjoint(p.parts) and p.name != "posting.py")
    ]
    return [
        (f"{named(path)}:{node.name}", node)
        for path in modules
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if node.args.args and node.args.args[0].arg == "session"
    ]


#: These ask and change nothing, or are told by a verb that has asked.
READING = {
    "app/attachments/operations.py:content": "reads; whoever asks was allowed to see what the file belongs to",
    "app/declarations/operations/amending.py:changes": "compares",
    "app/declarations/operations/amending.py:request_of": "reads; whoever asks was allowed to see the declaration",
    "app/declarations/operations/noting.py:expect_version": "compares",
    "app/exemptions/operations.py:held": "reads; the verb that asks was allowed to assess the declaration",
    "app/flows/appealing.py:involved": "reads",
    "app/flows/appealing.py:targets": "reads; whoever asks was allowed to see the file",
    "app/flows/appealing.py:term": "reads a parameter",
    "app/flows/detaining.py:subject_of": "reads; whoever asks was allowed to see the declaration",
    "app/flows/offence_papers.py:of_decision": "reads; the verb that prints has asked",
    "app/flows/offence_papers.py:of_detention": "reads; the verb that prints has asked",
    "app/flows/offence_papers.py:of_seizure": "reads; the verb that prints has asked",
    "app/flows/remedies.py:appealable": "reads",
    "app/flows/remedies.py:standing": "reads; whoever asks was allowed to see the declaration",
    "app/flows/remedies.py:told": "reads; whoever asks was allowed to see the declaration",
    "app/flows/assessing.py:calculate": "calculates; locks what the verb will write off",
    "app/flows/claimed.py:minutes": "reads a parameter",
    "app/flows/code_lists.py:of_proposal": "reads; whoever asks was allowed to see the proposal",
    "app/flows/code_lists.py:waiting_for": "reads",
    "app/flows/deciding.py:blocks": "asks the rules again",
    "app/flows/deciding.py:may_be_freed": "asks the rules and the inspections",
    "app/flows/dues.py:written": "reads a draft",
    "app/flows/holding.py:lock_earlier": "locks what the verb will touch",
    "app/flows/drawing.py:interested": "reads",
    "app/flows/inspecting/subjects.py:must_have_open": "reads; locks what the verb will touch",
    "app/flows/lodging.py:findings": "asks the rules",
    "app/flows/movements/selecting.py:must_be_looked_at": "compares",
    "app/flows/movements/selecting.py:still_to_look": "compares",
    "app/flows/selecting.py:rated": "reads; adds what is known of the firms to the facts",
    "app/flows/unattended.py:due": "reads what time has come for",
    "app/flows/unattended.py:idle": "reads what time has come for",
    "app/flows/watching.py:waits": "reads",
    "app/flows/watching.py:is_asked": "reads",
    "app/flows/lodging.py:warnings": "checks again what was lodged",
    "app/flows/mandating.py:powers": "reads",
    "app/flows/deciding.py:as_declared": "compares what was found",
    "app/flows/permits.py:may_go": "reads",
    "app/flows/permits.py:shown": "reads; locks what the verb counts on",
    "app/flows/permits.py:pass_of": "compares",
    "app/flows/papers.py:expect_copies": "compares",
    "app/flows/movements/arriving.py:must_be_checked": "compares",
    "app/flows/movements/departing.py:bearer": "reads",
    "app/flows/movements/evidence.py:files": "reads; whoever asks was allowed to see the movement",
    "app/flows/movements/evidence.py:must_be_there": "compares",
    "app/flows/movements/evidence.py:photo_must_be_there": "compares",
    "app/flows/movements/evidence.py:photos_must_be_there": "compares",
    "app/flows/movements/papers.py:changed": "compares",
    "app/flows/settling.py:exceeded": "reads",
    "app/flows/waiving.py:is_waived": "reads",
    "app/flows/settling.py:hold": "locks what the verb will touch",
    "app/flows/settling.py:hold_accounts": "locks what the verb will touch",
    "app/flows/settling.py:hold_earlier": "locks what the verb will touch",
    "app/flows/settling.py:must_be_settled": "compares",
    "app/flows/settling.py:standing": "reads",
    "app/flows/stocking.py:suspended_items": "asks the codes",
    "app/flows/stocking.py:taken_by": "locks what the verb will touch",
    "app/suspense/operations.py:held": "reads; the verb that asks was allowed to assess the declaration",
    "app/suspense/operations.py:outlook": "compares and keeps nothing",
    "app/reference/operations.py:hold": "locks what the verb will touch",
    "app/guarantees/operations/using.py:currency_of": "reads",
    "app/guarantees/operations/using.py:barred_carnet": "reads",
    "app/seals/operations/devices.py:authenticated": "compares the key",
    "app/seals/operations/devices.py:last_off": "reads",
    "app/seals/operations/sealing.py:elsewhere": "reads",
    "app/seals/operations/sealing.py:checked_by_another": "reads",
    "app/transit/operations/arriving.py:endings": "reads",
    "app/transit/operations/arriving.py:here": "reads",
    "app/transit/operations/arriving.py:dealt_with": "compares",
    "app/transit/operations/departing.py:may_go": "compares",
    "app/transit/operations/lodging.py:checked": "asks the rules",
    "app/transit/operations/searching.py:current": "reads",
    "app/risk/operations/assessing.py:assess": "nobody's deed: the lane follows from the facts of what was lodged",
    "app/risk/operations/noting.py:in_force": "reads; locks what the verb will touch",
    "app/risk/operations/noting.py:next_version": "reads",
    "app/risk/operations/noting.py:changed": "makes this process read anew",
    "app/risk/operations/profiles.py:locked": "locks what the verb will touch",
    "app/risk/operations/proposing.py:weigh": "reads a replay",
    "app/risk/operations/recomputing.py:profiles_of": "reads",
    "app/risk/operations/recomputing.py:recompute": "computes and keeps nothing",
    "app/risk/operations/recomputing.py:recomputed": "computes and keeps nothing",
    "app/risk/operations/scoring.py:in_use": "reads",
    "app/risk/operations/scoring.py:main_factors": "computes and keeps nothing",
    "app/risk/operations/scoring.py:score": "computes and keeps nothing",
    "app/flows/checkpointing.py:newest": "reads",
    "app/flows/checkpointing.py:against": "compares",
}


def test_every_verb_is_told_who_acts():
    found = operations()
    assert len(found) > 25, "the search finds the verbs"
    lacking = {
        name for name, node in found if name not in READING and "by" not in {a.arg for a in node.args.kwonlyargs}
    }
    assert lacking == set(), "a verb takes keyword-only `by: Actor`"
    assert set(READING) <= {name for name, _node in found}, "the list of readers names what is no longer there"


def test_who_acts_has_no_default():
    """A default actor would be nobody's signature."""
    for name, node in operations():
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            if argument.arg == "by":
                assert default is None, name
                assert ast.unparse(argument.annotation or ast.Constant(None)) == "Actor", name


def test_readers_do_not_write():
    writing = re.compile(
        r"session\.(add|add_all|delete|flush|merge)\b|journal\.record|outbox\.put|\binsert\(|\bupdate\("
    )
    for name, node in operations():
        if name in READING:
            assert not writing.search(ast.unparse(node)), f"{name} writes and must take `by`"


def test_status_is_written_by_move_alone():
    """`move` asks the table of allowed moves; an assignment elsewhere would not."""
    found = []
    for path in sources("app"):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Assign | ast.AugAssign):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [t for target in targets for t in ast.walk(target) if isinstance(t, ast.Attribute)]
            if any(t.attr == "status" for t in names):
                found.append(named(path))
    models = {p for p in found if p.endswith("/models.py")}
    models |= {p for p in found if "/models/" in p}
    assert sorted(p for p in found if p not in models) == [p for p in ["app/cli/messages.py"] if p in found], found
    slices = (
        *("appeals", "approvals", "declarations", "exemptions", "guarantees", "offences", "oversight", "payments"),
        "seals",
    )
    risk = {f"app/risk/models/{name}.py" for name in ("profiles", "replays", "scores", "trusted")}
    risk |= {"app/watchlists/models/matches.py", "app/inspections/models/orders.py"}
    assert models - risk == {*(f"app/{name}/models.py" for name in slices), "app/transit/models/movement.py"}


#: Where amounts and masses are kept, counted and printed.
MONEY = [
    "app/core/money.py", "app/core/fields.py", "app/core/tables.py", "app/core/rows.py",
    *(f"app/declarations/{name}.py" for name in ("commands", "differences", "models", "queries")),
    *(named(p) for p in sources("app/declarations/operations")),
    *(f"app/clearance/{name}.py" for name in ("documents", "models", "operations/permits", "operations/papers", "queries")),
    *(named(p) for p in sources("app/ledger", "app/payments")), "app/registers/sums.py",
    "app/flows/lodging.py", "app/flows/permits.py", "forms/clearance_permit/v1_content.py",
]  # fmt: skip


@pytest.mark.parametrize("module", MONEY)
def test_no_float_meets_money(module):
    for node in ast.walk(tree(ROOT / module)):
        assert not (isinstance(node, ast.Constant) and type(node.value) is float), f"{module}:{node.lineno}"
        assert not (isinstance(node, ast.Name) and node.id == "float"), f"{module}:{node.lineno}"
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
                    and not _is_path(node)), f"{module}:{node.lineno} divides: say how it rounds"  # fmt: skip


def _is_path(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (node.left, node.right))


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]) + r")\b")
    kinds = {".py", ".html", ".js", ".css", ".toml", ".md", ".txt", ".cfg"}
    found = [
        f"{named(path)}:{number}"
        for folder in ("app", "forms", "config", "migrations", "tests", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and (path.suffix in kinds or folder == ".ci") and "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


def test_modules_can_be_read_in_one_sitting():
    """Past about 400 lines a module is asking to be two; past 600 it is two."""
    lengths = {
        named(p): len(p.read_text(encoding="utf-8").splitlines())
        for p in sources("app", "forms", "config", "migrations")
    }
    long = sorted(((n, name) for name, n in lengths.items() if n > 400), reverse=True)
    print("\n".join(f"{n:5d} {name}" for n, name in long))
    assert [name for n, name in long if n > LONGEST_MODULE] == []


def test_the_tests_know_everything_that_can_be_forgotten():
    """A cache of the process outlives a test's database; the one place that empties them has to know of each."""
    keeping = {
        named(p)
        for p in sources("app")
        if any(isinstance(node, ast.FunctionDef) and node.name == "forget" for node in tree(p).body)
    }
    assert keeping == {f"{forget.__module__.replace('.', '/')}.py" for forget in caches.FORGETTING}


def test_modules_are_named_after_things():
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "common", "misc"}
    assert [named(p) for p in sources("app", "forms", "config") if p.stem in vague or p.parent.name in vague] == []


def test_top_level_holds_what_the_plan_says():
    allowed = {"app", "config", "forms", "migrations", "tests"}
    allowed |= {"wsgi.py", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"}
    found = {
        p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in ("build", "dist", "__pycache__")
    }
    assert found - {n for n in found if n.endswith(".egg-info")} <= allowed


def test_nothing_at_run_time_needs_the_internet():
    """No content network, no registry's host: what is shown and served comes with the program."""
    forbidden = re.compile(r"cdn\.|jsdelivr|unpkg|googleapis|index-url")
    kinds = {".py", ".html", ".js", ".css", ".toml", ".json"}
    found = [
        named(p)
        for folder in ("app", "forms", "config", "migrations")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in kinds and "__pycache__" not in p.parts
        if forbidden.search(p.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
