"""Keys that sort in the order they were made, and references that can be read aloud."""

from __future__ import annotations

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122

from app.core import ids


def test_a_key_is_a_uuid_of_version_seven():
    before = time.time_ns() // 1_000_000
    key = ids.uuid7()
    after = time.time_ns() // 1_000_000
    assert key.version == 7 and key.variant == RFC_4122
    assert before <= key.int >> 80 <= after + 1


def test_keys_of_a_process_sort_as_they_were_made():
    keys = [ids.uuid7() for _ in range(20_000)]
    assert keys == sorted(keys)
    assert [k.bytes for k in keys] == sorted(k.bytes for k in keys), "PostgreSQL sorts them by their bytes"
    assert len(set(keys)) == len(keys)


def test_threads_never_get_the_same_key():
    with ThreadPoolExecutor(8) as pool:
        made = [k for some in pool.map(lambda _n: [ids.uuid7() for _ in range(2_000)], range(8)) for k in some]
    assert len(set(made)) == 16_000


def test_a_clock_set_back_makes_no_earlier_keys(monkeypatch):
    first = ids.uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_600_000_000_000_000_000)
    assert ids.uuid7() > first


def test_a_reference_can_be_read_aloud():
    shape = re.compile(r"[A-Z0-9-]{8,35}")
    made = {ids.reference("TJPPJ") for _ in range(2_000)}
    assert len(made) == 2_000
    for reference in made:
        assert shape.fullmatch(reference)
        post, *rest = reference.split("-")
        assert post == "TJPPJ" and [len(part) for part in rest] == [4, 4, 4]
        assert not set("".join(rest)) & set("ILOU")
    counted = Counter("".join("".join(r.split("-")[1:]) for r in made))
    assert len(counted) == 32 and max(counted.values()) < 2 * min(counted.values()), "every letter about as often"
