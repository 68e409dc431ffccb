"""Official numbers have no gaps: not after a rollback, not under many writers, not over a year's end."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from app.core import clock, db, numbering

POST = "TJNUM"


class Stop(Exception):
    pass


def draw(*, fail: bool = False, series: str = "T", at: dt.datetime | None = None) -> numbering.Drawn:
    with db.transaction() as session:
        if at:
            clock.set_clock(session, at)
        drawn = numbering.draw(session, POST, series)
        if fail:
            raise Stop
    return drawn


def test_a_rolled_back_number_is_given_again(own_database):
    assert draw().number == 1
    for _time in range(3):
        with pytest.raises(Stop):
            draw(fail=True)
    assert [draw().number for _time in range(3)] == [2, 3, 4]


def test_many_writers_some_of_whom_fail(own_database):
    def one(n: int) -> int | None:
        try:
            return draw(fail=n % 3 == 0).number
        except Stop:
            return None

    with ThreadPoolExecutor(8) as pool:
        drawn = [n for n in pool.map(one, range(240)) if n is not None]
    assert sorted(drawn) == list(range(1, 161))


def test_series_and_years_count_apart(own_database):
    new_year = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    last = draw(at=new_year - dt.timedelta(seconds=1))
    first = draw(at=new_year)
    assert (last.year, last.number) == (2026, 1) and (first.year, first.number) == (2027, 1)
    assert draw(at=new_year, series="U").number == 1
    assert draw(at=new_year).number == 2
    assert first.at == new_year


def test_a_second_writer_waits_for_the_first(own_database):
    """The post's own row is locked from the draw on: what would be a gap is a wait."""
    begun, finish = threading.Event(), threading.Event()

    def first() -> int:
        with db.transaction() as session:
            drawn = numbering.draw(session, POST, "T")
            begun.set()
            assert finish.wait(10)
        return drawn.number

    draw()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert begun.wait(10)
        two = pool.submit(draw)
        with pytest.raises(TimeoutError):
            two.result(0.3)
        finish.set()
        assert (one.result(10), two.result(10).number) == (2, 3)


def test_first_numbers_of_a_post_at_once(own_database):
    """Nobody has made the post's row yet, and eight try to."""
    barrier = threading.Barrier(8)

    def one(_n: int) -> int:
        barrier.wait(10)
        return draw().number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == list(range(1, 9))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO number_series VALUES ('TJNUM', 'T', 1989, 1)",
        "INSERT INTO number_series VALUES ('TJNUM', 'T', 2026, -1)",
    ],
)
def test_a_series_is_sane(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(statement)
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM number_series")
