"""Words of the journal about papers: translated names, never codes."""

from __future__ import annotations

import pytest

from app.clearance.commands import Kind
from app.web import words


@pytest.mark.parametrize("kind", list(Kind))
def test_every_paper_has_a_name(kind: Kind) -> None:
    assert words.paper(kind.value).msgid != "{code}"


def test_the_journal_names_the_paper() -> None:
    said = words.of_paper("paper.printed", {"kind": "exit-note", "number": "TJPPJ-X-1", "copy": 2})
    assert said is not None and said.params["kind"] == words.PAPERS["exit-note"] and "TJPPJ-X-1" in str(said)
    assert words.of_paper("permit.issued", {}) is None
