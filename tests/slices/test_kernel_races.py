"""Numbers and chain under many writers: no gap, no fork, no double."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core import db, journal, numbering
from tests.factories.actors import officer


def _act(post: str) -> int:
    with db.transaction() as session:
        drawn = numbering.draw(session, post, "T")
        journal.record(session, by=officer(post), event="thing.made", kind="thing", subject=str(drawn.number), post=post, after={"n": drawn.number})
        journal.record(session, by=officer(post), event="thing.kept", kind="thing", subject=str(drawn.number), post=post)
    return drawn.number


@pytest.mark.parametrize("posts", [1, 3])
def test_numbers_and_chain_hold_under_concurrent_writers(own_database, posts):
    names = [f"TJT{n:02d}" for n in range(posts)]
    with ThreadPoolExecutor(12) as pool:
        drawn = list(pool.map(_act, [names[k % posts] for k in range(300 * posts)]))
    assert sorted(drawn) == sorted(n for n in range(1, 301) for _ in names)
    with db.reading() as session:
        for name in names:
            entries, breaks = journal.verify(session, name)
            assert (entries, breaks) == (600, [])
