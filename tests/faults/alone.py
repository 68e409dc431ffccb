"""For programs that need one module and not the application around it."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[2]


def alone(*packages: str) -> str:
    """The first lines of a program that takes modules of these packages without what the packages themselves import.

    That takes seconds: a program that is to be interrupted soon would be interrupted before it has begun."""
    made = [
        f"sys.modules[{name!r}] = types.ModuleType({name!r})\n"
        f"sys.modules[{name!r}].__path__ = [{str(PROJECT.joinpath(*name.split('.')))!r}]\n"
        for name in packages
    ]
    return "import sys, types\n" + "".join(made)
