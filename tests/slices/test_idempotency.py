"""The same request twice is one deed, however close together and whoever dies in between."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import clock, db, idempotency, journal
from app.core.errors import InFlight, KeyReused
from app.core.idempotency import Answer
from tests.factories.actors import officer, supervisor

PERSON = officer().person
MARK = idempotency.fingerprint("POST", "/things", b"{}")
OTHER = idempotency.fingerprint("POST", "/things", b'{"a": 1}')
DONE = Answer(201, {"Location": "/things/1"}, b'{"n": 1}')


def request(key: str = "k", mark: bytes = MARK, *, person=PERSON, fail: bool = False) -> Answer:
    """A deed under a key; the journal counts how often it was done."""
    with db.transaction() as session:
        answer = idempotency.claim(session, person, key, mark)
        if answer is not None:
            return answer
        journal.record(session, by=officer(), event="thing.made", kind="idem", subject=key, post="TJPPJ")
        if fail:
            raise RuntimeError("the worker was killed")
        idempotency.keep(session, person, key, mark, DONE)
    return DONE


def deeds(key: str = "k") -> int:
    with db.reading() as session:
        asked = text("SELECT count(*) FROM journal_entry WHERE kind = 'idem' AND subject = :k")
        return session.execute(asked, {"k": key}).scalar_one()


def test_the_same_request_gets_the_stored_answer(own_database):
    assert request() == DONE
    assert request() == DONE
    assert deeds() == 1


def test_another_body_under_the_same_key_is_refused(own_database):
    request()
    with pytest.raises(KeyReused) as refused:
        request(mark=OTHER)
    assert refused.value.status == 422 and "new key" in str(refused.value)
    assert deeds() == 1


def test_a_key_is_its_persons_own(own_database):
    request()
    request(person=supervisor().person, mark=OTHER)
    assert deeds() == 2


def test_what_was_not_done_can_be_asked_again(own_database):
    with pytest.raises(RuntimeError):
        request(fail=True)
    assert deeds() == 0
    assert request() == DONE
    assert deeds() == 1


def test_while_the_first_runs_the_second_is_told_to_wait(own_database):
    """A real second connection, while the first transaction is open."""
    with db.transaction() as first:
        assert idempotency.claim(first, PERSON, "k", MARK) is None
        with ThreadPoolExecutor(1) as pool, pytest.raises(InFlight) as refused:
            pool.submit(request).result(10)
        assert refused.value.status == 409
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(request, "another key").result(10) == DONE
        idempotency.keep(first, PERSON, "k", MARK, DONE)
    assert request() == DONE


def test_the_lock_goes_with_its_connection(own_database):
    """A worker that dies holds nobody up: the lock belongs to its transaction."""
    first = db.engine().connect()
    outer = first.begin()
    first.execute(idempotency._CLAIM, {"lock": _lock("k"), "person": PERSON, "key": "k"})
    with pytest.raises(InFlight):
        request()
    outer.rollback()
    first.close()
    assert request() == DONE


def _lock(key: str) -> int:
    return int.from_bytes(hashlib.sha256(PERSON.bytes + key.encode()).digest()[:8], "big", signed=True)


@pytest.mark.parametrize("rounds", [25, pytest.param(1000, marks=pytest.mark.long)])
def test_two_first_requests_are_one_deed(own_database, rounds):
    barrier = threading.Barrier(2)

    def racing(n: int) -> str:
        barrier.wait(20)
        try:
            return str(request(f"race-{n}").status)
        except InFlight:
            return "in flight"
        except IntegrityError as error:
            # The key's own row decides what the lock could not; the edge then asks again.
            if "pk_idempotency_key" not in str(error.orig):
                raise
            return str(request(f"race-{n}").status)

    with ThreadPoolExecutor(2) as pool:
        for n in range(rounds):
            said = sorted(pool.map(racing, [n, n]))
            assert said in (["201", "201"], ["201", "in flight"]), said
            assert deeds(f"race-{n}") == 1


def test_the_answer_is_kept_exactly(own_database):
    answer = Answer(200, {"ETag": '"3"', "Location": "/ü"}, bytes(range(256)))
    with db.transaction() as session:
        assert idempotency.claim(session, PERSON, "bytes", MARK) is None
        idempotency.keep(session, PERSON, "bytes", MARK, answer)
    with db.transaction() as session:
        assert idempotency.claim(session, PERSON, "bytes", MARK) == answer


def test_answers_are_forgotten_after_400_days(own_database):
    today = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    with db.transaction() as session:
        clock.set_clock(session, today)
        idempotency.claim(session, PERSON, "old", MARK)
        idempotency.keep(session, PERSON, "old", MARK, DONE)
    for days, kept in ((399, 1), (400, 1), (401, 0)):
        with db.transaction() as session:
            clock.set_clock(session, today + dt.timedelta(days=days))
            idempotency.forget_old(session)
            found = session.execute(text("SELECT count(*) FROM idempotency_key WHERE key = 'old'")).scalar_one()
            assert found == kept, days


@pytest.mark.parametrize("status", [199, 300, 404, 500])
def test_only_success_is_stored(own_database, status):
    """A refusal may come out differently the next time; nothing was done."""
    with pytest.raises(Exception, match="status_success"), db.transaction() as session:
        idempotency.claim(session, PERSON, "k", MARK)
        idempotency.keep(session, PERSON, "k", MARK, Answer(status, {}, b""))
