"""The first requests of a process come all at once, to threads that find nothing made yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest

from app.core import db
from app.risk import queries as risk
from forms.kit import fonts

THREADS = 8


def _at_once(act: Callable[[], Any]) -> list[Any]:
    gate = threading.Barrier(THREADS)

    def one() -> Any:
        gate.wait(10)
        return act()

    with ThreadPoolExecutor(THREADS) as pool:
        return [done.result() for done in [pool.submit(one) for _ in range(THREADS)]]


@pytest.mark.parametrize("face", [fonts.regular, fonts.bold])
def test_threads_that_need_a_font_first_get_the_same_one(monkeypatch, face):
    """A second face of the same name would number its glyphs anew, and permits would show other letters."""
    made = fonts.Face

    def slowly(*given):
        time.sleep(0.05)
        return made(*given)

    monkeypatch.setattr(fonts, "_faces", {})
    monkeypatch.setattr(fonts, "Face", slowly)
    assert len({id(face) for face in _at_once(face)}) == 1


def test_threads_that_find_old_profiles_read_them_once(own_database, monkeypatch):
    """Each used to read and compile them again, one after the other, while it held the post's own row."""
    read = []
    module = import_module("app.risk.queries.in_force")
    asked = module._read_anew

    def counted(session, before):
        read.append(1)
        time.sleep(0.05)
        return asked(session, before)

    monkeypatch.setattr(module, "_read_anew", counted)
    risk.forget()

    def ask():
        with db.reading() as session:
            return risk.in_force(session)

    found = _at_once(ask)
    assert len(read) == 1 and all(rules is found[0] for rules in found)
