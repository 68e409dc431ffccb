"""Chance is sealed: it follows from a seed that was promised before, and from nothing a trader knows."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.risk.rules import draw

SEED = bytes(range(32))


def test_a_number_is_as_published():
    """What an auditor computes with any other tool: HMAC-SHA256, eight bytes, big end first, remainder of 10,000."""
    key = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    digest = hmac.new(SEED, key.bytes, hashlib.sha256).digest()
    assert draw.number(SEED, key) == int.from_bytes(digest[:8], "big") % 10_000 == 94
    assert draw.commitment(SEED) == hashlib.sha256(SEED).hexdigest()


def test_numbers_are_spread_evenly_under_any_seed():
    seed = draw.new_seed()
    numbers = [draw.number(seed, uuid4()) for _ in range(20_000)]
    assert min(numbers) >= 0 and max(numbers) <= 9999
    tenths = [sum(n // 1000 == k for n in numbers) for k in range(10)]
    assert max(tenths) < 2300 and min(tenths) > 1700


@given(st.uuids())
def test_another_seed_is_another_draw(key):
    """Who knows the key and yesterday's seed knows nothing of today's number; the key alone says nothing."""
    others = {draw.number(draw.new_seed(), key) for _ in range(20)}
    assert len(others) > 10
    assert draw.number(SEED, key) == draw.number(SEED, UUID(str(key)))


def test_seeds_are_nobodys_choice():
    assert len({draw.new_seed() for _ in range(100)}) == 100 and len(draw.new_seed()) == 32


@given(st.uuids())
def test_what_was_drawn_before_there_were_seeds_can_be_drawn_again(key):
    kept = int.from_bytes(hashlib.sha256(b"lane" + key.bytes).digest()[:8], "big") % 10_000
    assert draw.number_of_key(key) == kept
