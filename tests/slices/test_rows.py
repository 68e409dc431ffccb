"""Many rows in one statement: what comes out is what went in, to the digit and the byte."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.attachments.models import Attachment
from app.core import db
from app.core.ids import uuid7
from app.core.journal import _SET_HEAD, ChainHead
from app.core.rows import insert_rows, stage, stage_rows
from app.declarations.models import Declaration, DeclarationContent, DeclarationDocument, DeclarationItem

AT = dt.datetime(2026, 11, 27, 8, 30, 15, 123456, tzinfo=dt.UTC)
BYTES = bytes(range(256)) * 3


def declaration(id=None) -> dict:
    number = uuid7().hex.upper()
    return {
        "post": "TJPPJ", "id": id or uuid7(), "reference": number[:20], "mrn": number[:18], "party": "TJ-1", "status": "lodged",
        "lane": None, "content": 1, "version": 1, "lodged_at": AT, "changed_at": AT,
    }  # fmt: skip


def content(id) -> dict:
    return {
        "post": "TJPPJ", "declaration_id": id, "content": 1, "local_reference": "۱۲۳ «quoted» \"\\ \n 😀", "declarant": "d", "plate": None,
        "containers": ["MSKU1234565", "CSQU3054383"], "currency": "USD", "invoice_total": "9007199254740993.07",
        "gross_kg": Decimal("0.001"), "item_count": 1, "header": {"a": [1, None, True, {"b": "ё"}]}, "sha256": "0" * 64, "source": None,
        "unread": [], "made_by": uuid4(), "made_at": AT,
    }  # fmt: skip


def test_every_kind_of_value_comes_back(session):
    row, id = declaration(), uuid7()
    row["id"] = id
    papers = [
        {
            "post": "TJPPJ",
            "declaration_id": id,
            "content": 1,
            "item": 0,
            "place": n,
            "type": "380",
            "number": "N",
            "date": day,
        }
        for n, day in enumerate([dt.date(2026, 11, 27), None])
    ]
    insert_rows(session, {Declaration: [row], DeclarationContent: [content(id)], DeclarationDocument: papers})
    kept = session.get(DeclarationContent, ("TJPPJ", id, 1))
    given = content(id)
    assert kept.local_reference == given["local_reference"] and kept.containers == given["containers"]
    assert kept.invoice_total == Decimal("9007199254740993.07"), "no double in between"
    assert (
        kept.gross_kg == Decimal("0.001")
        and kept.plate is None
        and kept.header == given["header"]
        and kept.unread == []
    )
    assert session.get(Declaration, ("TJPPJ", id)).lodged_at == AT
    dates = (
        select(DeclarationDocument.date)
        .where(DeclarationDocument.declaration_id == id)
        .order_by(DeclarationDocument.place)
    )
    assert list(session.scalars(dates)) == [dt.date(2026, 11, 27), None]


@pytest.mark.parametrize("raw", [BYTES, b"\x00", memoryview(BYTES), b"\xff" * 100_000], ids=len)
def test_bytes_come_back_to_the_byte(session, raw):
    row = {
        "post": "TJPPJ",
        "id": uuid7(),
        "kind": "k",
        "name": "n",
        "media_type": "m",
        "size": len(raw),
        "sha256": "0" * 64,
        "content": raw,
        "made_by": uuid4(),
        "made_at": AT,
    }
    insert_rows(session, {Attachment: [row]})
    assert session.get(Attachment, ("TJPPJ", row["id"])).content == bytes(raw)


def test_empty_containers_and_an_empty_list_of_rows(session):
    id = uuid7()
    insert_rows(
        session,
        {
            Declaration: [{**declaration(), "id": id}],
            DeclarationContent: [{**content(id), "containers": []}],
            DeclarationItem: [],
        },
    )
    assert session.get(DeclarationContent, ("TJPPJ", id, 1)).containers == []
    insert_rows(session, {DeclarationItem: []})


def test_a_thousand_rows_are_one_statement(session, statements):
    insert_rows(session, {Declaration: [declaration() for _ in range(1000)]})
    assert len(statements) == 1
    insert_rows(session, {Declaration: [declaration()]})


def test_an_update_rides_along(session):
    insert_rows(session, {ChainHead: [{"post": "TJROW", "number": 0, "hash": b"\0" * 32}]})
    insert_rows(
        session, {Declaration: [declaration()]}, also=_SET_HEAD, head_post="TJROW", head_number=7, head_hash=b"\1" * 32
    )
    assert session.execute(text("SELECT number, hash FROM chain_head WHERE post = 'TJROW'")).one() == (7, b"\1" * 32)


def test_a_child_without_its_parent_is_refused(session):
    with pytest.raises(IntegrityError, match="fk_declaration_content"):
        insert_rows(session, {DeclarationContent: [content(uuid7())]})


def test_a_bad_value_is_refused_whole(own_database):
    rows = [declaration(), {**declaration(), "status": "unheard-of"}]
    with pytest.raises(IntegrityError, match="status_known"), db.transaction() as session:
        insert_rows(session, {Declaration: rows})
    with db.reading() as session:
        assert session.scalar(select(Declaration).where(Declaration.party == "TJ-1")) is None


@pytest.mark.parametrize("value", ["NaN", "-0.01", "Infinity"])
def test_insane_numbers_do_not_get_past_the_columns(session, value):
    id = uuid7()
    with pytest.raises(Exception, match=r"sane|infinite|overflow"):
        insert_rows(
            session,
            {Declaration: [{**declaration(), "id": id}], DeclarationContent: [{**content(id), "invoice_total": value}]},
        )


def test_staged_rows_are_written_when_the_transaction_ends(own_database):
    with db.transaction() as session:
        one = Declaration(**declaration())
        stage(session, one)
        stage_rows(session, DeclarationContent, [content(one.id)])
        assert session.scalar(text("SELECT count(*) FROM declaration")) == 0
    with db.reading() as session:
        assert session.get(DeclarationContent, ("TJPPJ", one.id, 1)) is not None, (
            "parents first, although staged in any order"
        )


def test_staged_rows_go_with_a_rollback(own_database):
    with pytest.raises(RuntimeError), db.transaction() as session:
        stage_rows(session, Declaration, [declaration()])
        raise RuntimeError
    with db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM declaration")) == 0
