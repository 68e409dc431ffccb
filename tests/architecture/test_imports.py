"""Who may import whom: the contracts of pyproject.toml hold, and each of them would notice."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def _lint(config: Path) -> int:
    return lint_imports(config_filename=str(config), no_cache=True)


def test_every_contract_holds(capsys):
    assert _lint(ROOT / "pyproject.toml") == 0, capsys.readouterr().out


#: What is taken out of the rules or added to them, so that a contract must break: it looks at what it says.
BROKEN = {
    "a package nobody named": ("| oversight | clearance | payments |", "| oversight | payments |"),
    "core above the slices": ('  "core",\n]', "]"),
    "the extension in accounts": ('ignore_imports = ["app.accounts.models -> flask_security"]', ""),
    "queries above schemas": ('  "(schemas)",\n  "(operations)",', '  "(operations)",\n  "(schemas)",\n  "(queries)",'),
    "forms may not draw": ('forbidden_modules = ["app", "config",', 'forbidden_modules = ["reportlab",'),
    "the application may not see forms": ('["reportlab"]\nallow_indirect_imports = true', '["reportlab"]'),
}  # fmt: skip


@pytest.mark.parametrize("change", BROKEN)
def test_the_contracts_would_notice(change, tmp_path, capsys):
    whole = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    before, after = BROKEN[change]
    assert before in whole, f"the rules are written another way now: {before}"
    bent = tmp_path / "bent.toml"
    bent.write_text(whole.replace(before, after), encoding="utf-8")
    assert _lint(bent) == 1, capsys.readouterr().out


def test_every_slice_stands_in_the_rules_about_slices():
    """A slice that is not named in rules 2 and 3 would not be looked at by them."""
    packages = {p.parent.name for p in (ROOT / "app").glob("*/__init__.py")}
    above = {"api", "web", "cli", "edge"}
    rooms, free = CONTRACTS["contracts"][2], CONTRACTS["contracts"][3]
    assert {f"app.{name}" for name in packages - above} | {"forms"} == set(free["source_modules"])
    slices = {
        p.relative_to(ROOT / "app").parts[0]
        for name in ("models.py", "models")
        for p in (ROOT / "app").glob(f"*/{name}")
    }
    assert {f"app.{name}" for name in slices} == set(rooms["containers"])
