"""Reference data on PostgreSQL: loading twice, corrections that outlive a release, the cache, the search of pickers."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.core import db, journal
from app.core.actors import SYSTEM
from app.core.errors import Forbidden, Invalid, WrongState
from app.reference import loading, operations, queries
from app.reference.codebook import LOCALES, Entry
from app.reference.commands import Revise
from app.reference.models import CodeRow, PostRow, ReferenceRevision
from tests.factories import actors
from tests.factories.counting import statements

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _no_cache_between_tests() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def loaded(session: Session) -> Session:
    operations.load(session, by=SYSTEM)
    session.info.pop("journal", None)
    return session


def a_code(**change):
    names = {"en": "sack of the market", "tg": "халтаи бозор"}
    return replace(Entry("unit", "ZZSACK", dt.date(2026, 1, 1), None, names, {}, "Order 17"), **change)


def entered(session, entry, *, by=None, was=None):
    command = Revise(entry.list, ((was, entry),), "Order 17", "d1", uuid4())
    return operations.revise(session, command, by=by or actors.administrator())


def test_the_tables_hold_the_release(loaded: Session) -> None:
    read = loading.bundle()
    rows = loaded.execute(select(CodeRow).where(CodeRow.local.is_(False))).scalars()
    assert {(r.list, r.code): loading.entry_row(queries.entry_of(r)) for r in rows} == {
        (e.list, e.code): loading.entry_row(e) for e in read.entries
    }
    book = queries.read_codebook(loaded)
    assert book.posts() == loading.codebook().posts()
    assert book.count("commodity") == 6936


def test_loading_again_touches_nothing(loaded: Session) -> None:
    before = loaded.execute(text("SELECT number, mark FROM reference_revision")).one()
    versions = loaded.execute(text("SELECT sum(xmin::text::bigint), count(*) FROM code")).one()
    again = operations.load(loaded, by=SYSTEM)
    assert not again.changed
    assert loaded.execute(text("SELECT number, mark FROM reference_revision")).one() == before
    assert loaded.execute(text("SELECT sum(xmin::text::bigint), count(*) FROM code")).one() == versions
    assert journal.queued(loaded) == []


def test_another_release_writes_only_what_differs(loaded: Session) -> None:
    loaded.execute(text("UPDATE code SET names = '{\"en\": \"old name\"}' WHERE list = 'country' AND code = 'TJ'"))
    loaded.execute(text("UPDATE post SET hours_note = 'old' WHERE code = 'TJPPJ'"))
    loaded.execute(text("UPDATE reference_revision SET digest = 'of another release'"))
    before = loaded.execute(select(ReferenceRevision.number)).scalar_one()
    result = operations.load(loaded, by=SYSTEM)
    assert (result.written, result.closed, result.number) == (2, 0, before + 1)
    assert queries.codebook(loaded).name("country", "TJ", "tg") == "Тоҷикистон"
    (entry,) = journal.queued(loaded)
    assert (entry["event"], entry["login"]) == ("reference.loaded", "system")
    assert entry["before"]["digest"] == "of another release"
    assert entry["after"]["written"] == 2 and entry["after"]["codes"]["country"] == 249


def test_what_a_release_no_longer_has_ends_the_day_before(loaded: Session) -> None:
    today = db.now(loaded).date()
    loaded.execute(
        text(
            "INSERT INTO code (list, code, valid_from, names, attributes, words, source, verified, local) "
            "VALUES ('unit', 'GONE', '2000-01-01', '{\"en\": \"gone\"}', '{}', ' gone', 'older release', true, false)"
        )
    )
    loaded.execute(text("UPDATE reference_revision SET digest = ''"))
    assert operations.load(loaded, by=SYSTEM).closed == 1
    book = queries.codebook(loaded)
    assert not book.has("unit", "GONE", today)
    assert book.has("unit", "GONE", today - dt.timedelta(days=1))
    assert book.name("unit", "GONE", "en") == "gone"


def test_who_loads_and_who_may_be_the_second_person(session: Session) -> None:
    for person in (actors.trader(), actors.officer(), actors.supervisor()):
        with pytest.raises(Forbidden):
            operations.load(session, by=person)
    for person in (actors.trader(), actors.officer(), actors.supervisor("TJDUS"), actors.auditor()):
        with pytest.raises(Forbidden):
            entered(session, a_code(), by=person)
    with pytest.raises(Forbidden):
        entered(session, a_code(), by=replace(actors.administrator(), scopes=frozenset({"read", "write"})))


def test_an_entered_code_is_known_dated_found_and_journaled(loaded: Session) -> None:
    entered(loaded, a_code(valid_to=TODAY))
    book = queries.codebook(loaded)
    assert book.has("unit", "ZZSACK", TODAY)
    assert not book.has("unit", "ZZSACK", TODAY + dt.timedelta(days=1))
    assert not book.has("unit", "ZZSACK", dt.date(2025, 12, 31))
    assert queries.search(loaded, "unit", "халтаи боз", "tg", 5, on=TODAY) == [("ZZSACK", "халтаи бозор")]
    (entry,) = journal.queued(loaded)
    assert (entry["event"], entry["subject"], entry["reason"]) == ("codes.updated", "unit", "Order 17")
    assert (entry["after"]["rows"], entry["after"]["digest"]) == (1, "d1")


def test_a_correction_outlives_the_next_release(loaded: Session) -> None:
    held = queries.codebook(loaded).find("incoterm", "FOB", TODAY)
    closed = replace(held, valid_to=TODAY - dt.timedelta(days=1))
    entered(loaded, closed, was=held, by=actors.supervisor())
    assert not queries.codebook(loaded).has("incoterm", "FOB", TODAY)
    loaded.execute(text("UPDATE reference_revision SET digest = ''"))
    operations.load(loaded, by=SYSTEM)
    assert not queries.codebook(loaded).has("incoterm", "FOB", TODAY)


def test_a_row_that_was_changed_meanwhile_is_not_written_over(loaded: Session) -> None:
    held = queries.codebook(loaded).find("incoterm", "FOB", TODAY)
    entered(loaded, replace(held, source="Order 1"), was=held)
    for was in (held, None):
        with pytest.raises(WrongState, match="FOB was changed"):
            entered(loaded, replace(held, source="Order 2"), was=was)
    entered(loaded, a_code())
    with pytest.raises(WrongState, match="ZZSACK was changed"):
        entered(loaded, a_code(source="Order 3"))


def test_a_faulty_code_is_refused_and_nothing_written(loaded: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        entered(loaded, a_code(list="planets", names={}))
    assert [f.rule for f in refusal.value.findings] == ["reference.list-unknown", "reference.name-missing"]
    assert journal.queued(loaded) == []


def test_the_cache_notices_a_change(loaded: Session) -> None:
    first = queries.codebook(loaded)
    assert not first.has("unit", "ZZSACK", TODAY)
    entered(loaded, a_code())
    second = queries.codebook(loaded)
    assert second.has("unit", "ZZSACK", TODAY)
    assert not first.has("unit", "ZZSACK", TODAY)


def test_a_change_by_another_process_is_seen_after_some_seconds(
    loaded: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: clock[0])
    held = queries.codebook(loaded)
    loaded.execute(text("UPDATE code SET valid_to = '2020-12-31' WHERE list = 'incoterm' AND code = 'CIF'"))
    loaded.execute(text("UPDATE reference_revision SET number = number + 1, mark = gen_random_uuid()"))
    clock[0] += queries.CHECK_EVERY - 0.01
    assert queries.codebook(loaded) is held
    clock[0] += 0.02
    assert not queries.codebook(loaded).has("incoterm", "CIF", TODAY)


def test_a_warm_cache_asks_nothing_and_a_check_asks_once(
    loaded: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: clock[0])
    held = queries.codebook(loaded)
    with statements(engine, looks=True) as sent:
        assert queries.codebook(loaded) is held
        assert sent == []
        clock[0] += queries.CHECK_EVERY
        assert queries.codebook(loaded) is held
        assert len(sent) == 1


def test_threads_go_on_with_the_old_codebook_while_one_reads(loaded: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    held = queries.codebook(loaded)
    loaded.execute(text("UPDATE reference_revision SET mark = gen_random_uuid()"))
    queries.forget()
    reading, go_on = threading.Event(), threading.Event()
    real = queries.read_codebook

    def slow(session: Session):
        reading.set()
        assert go_on.wait(5)
        return real(session)

    monkeypatch.setattr(queries, "read_codebook", slow)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(queries.codebook(loaded)))
    thread.start()
    assert reading.wait(5)
    try:
        assert queries.codebook(loaded) is held
    finally:
        go_on.set()
        thread.join(5)
    assert found[0] is not held
    assert queries.codebook(loaded) is found[0]


def test_the_cache_does_not_flush_what_a_verb_has_in_hand(loaded: Session) -> None:
    loaded.add(PostRow(code="bad"))
    queries.forget()
    queries.codebook(loaded)
    loaded.expunge_all()


@pytest.mark.parametrize(
    ("typed", "locale", "first"),
    [
        ("0806.20", "en", "080620"),
        ("۰۸۰۶۲۰", "fa_AF", "080620"),
        ("0806200000", "en", "080620"),
        ("grapes dri", "en", "080620"),
        ("carpets knott", "en", "570110"),
        ("2915.24", "en", "291524"),
        ("0806", "tg", "080610"),
    ],
)
def test_commodities_are_found_by_digits_and_words(loaded: Session, typed: str, locale: str, first: str) -> None:
    found = queries.search(loaded, "commodity", typed, locale, 10, on=TODAY)
    assert found[0][0] == first
    assert all(len(code) == 6 for code, _ in found)


@pytest.mark.parametrize(
    ("list_name", "typed", "locale", "answer"),
    [
        ("country", "тоҷ", "tg", ("TJ", "Тоҷикистон")),
        ("country", "ТАДЖ", "ru", ("TJ", "Таджикистан")),
        ("country", "ايران", "fa_AF", ("IR", "ایران")),
        ("country", "ایران", "ps", ("IR", "ايران")),
        ("country", "af", "ru", ("AF", "Афганистан")),
        ("package_kind", "ct", "en", ("CT", "Carton")),
        ("document_type", "380", "tg", ("380", "Инвойс (ҳисобномаи тиҷоратӣ)")),
        ("document_type", "810", "tg", ("810", "Export licence, application for")),
        ("currency", "сомон", "tg", ("TJS", "Сомонии Тоҷикистон")),
    ],
)
def test_pickers_find_in_any_language_and_answer_in_the_readers(loaded, list_name, typed, locale, answer) -> None:
    found = queries.search(loaded, list_name, typed, locale, 5, on=TODAY)
    assert found[0] == answer


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "%%%", "\x00", "';--", "\\", "\ud800", "zzzzzz qqqq", "a" * 5000]
)
def test_odd_texts_find_nothing_and_break_nothing(loaded: Session, typed: str) -> None:
    assert queries.search(loaded, "country", typed, "en", 5, on=TODAY) == []


def test_a_search_is_bounded_and_dated(loaded: Session) -> None:
    assert len(queries.search(loaded, "commodity", "of", "en", 7, on=TODAY)) == 7
    assert len(queries.search(loaded, "commodity", "of", "en", 10_000, on=TODAY)) == queries.MOST_FOUND
    assert len(queries.search(loaded, "commodity", "of", "en", -1, on=TODAY)) == 1
    assert queries.search(loaded, "commodity", "080620", "en", 5, on=dt.date(2021, 12, 31)) == []


def test_a_search_shows_a_code_once_with_its_newest_name(loaded: Session) -> None:
    entered(loaded, a_code())
    later = a_code(valid_from=dt.date(2026, 6, 1), names={"en": "sack of the new market"})
    entered(loaded, later)
    assert queries.search(loaded, "unit", "sack of the", "en", 5, on=TODAY) == [("ZZSACK", "sack of the new market")]


@pytest.mark.parametrize(
    "change",
    [
        "list = 'Bad List'",
        "code = ''",
        "code = 'a b'",
        "valid_to = valid_from - 1",
        "valid_to = 'infinity'",
        "valid_from = '-infinity'",
        "names = '[]'",
        'names = \'{"tg": "x"}\'',
        'names = \'{"en": ""}\'',
        "attributes = '3'",
    ],
)
def test_the_database_refuses_nonsense_codes(loaded: Session, change: str) -> None:
    with pytest.raises(IntegrityError):
        loaded.execute(text(f"UPDATE code SET {change} WHERE list = 'incoterm' AND code = 'CIF'"))


@pytest.mark.parametrize(
    "change",
    [
        "country = 'AF'",
        "code = 'tjppj'",
        "neighbour = code",
        "kind = 'village'",
        "latitude = 91",
        "latitude = 'NaN'",
        "longitude = NULL",
        "valid_to = 'infinity'",
    ],
)
def test_the_database_refuses_nonsense_posts(loaded: Session, change: str) -> None:
    with pytest.raises(IntegrityError):
        loaded.execute(text(f"UPDATE post SET {change} WHERE code = 'TJPPJ'"))


@pytest.mark.parametrize("table", ["code", "post", "reference_revision"])
def test_the_application_deletes_no_reference_data(loaded: Session, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        loaded.execute(text(f"DELETE FROM {table}"))


def test_a_second_revision_row_is_refused(loaded: Session) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        loaded.execute(
            text("INSERT INTO reference_revision SELECT false, number, at, digest, mark FROM reference_revision")
        )


def test_reading_the_whole_codebook_asks_once_for_each_table(loaded: Session, engine: Engine) -> None:
    with statements(engine) as sent:
        book = queries.read_codebook(loaded)
    assert len(sent) == 2
    assert book.name("country", "TJ", LOCALES[1]) == "Тоҷикистон"
