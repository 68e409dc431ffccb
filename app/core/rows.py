"""Many rows of several tables in one statement and one round trip.

Each table takes its rows from one JSON parameter (`jsonb_to_recordset`), so the statement's text never changes and
PostgreSQL plans it once. Foreign keys among the tables are checked when the statement ends. Measured against the
session's unit of work in `app/decisions`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import (
    Column,
    Dialect,
    Insert,
    LargeBinary,
    Table,
    TypeDecorator,
    Update,
    bindparam,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.canonical import scalar
from app.core.tables import Base


class _Rows(TypeDecorator[Any]):
    """A list of rows as one JSON text."""

    impl = JSONB
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return lambda value: orjson.dumps(value, default=_json).decode()


def _json(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return scalar(value)


Given = tuple[tuple[Table, tuple[str, ...]], ...]


def insert_rows(
    session: Session,
    rows: Mapping[type[Base], Sequence[Mapping[str, Any]]],
    *,
    also: Update | None = None,
    **values: Any,
) -> None:
    """Inserts the rows of every model, all in one statement. All rows of a model name the same columns.

    `also` is a constant UPDATE with bound parameters, given in `values`, that rides along.
    """
    filled = {cast("Table", model.__table__): list(some) for model, some in rows.items() if some}
    if not filled:
        return
    given = tuple((table, tuple(some[0])) for table, some in filled.items())
    session.execute(_statement(given, also), {**{table.name: some for table, some in filled.items()}, **values})


def stage_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps rows back until the transaction ends; then all staged rows of all models go in one statement.

    They cannot be read before, so stage only what nothing else in the transaction asks for.
    """
    if rows:
        session.info.setdefault("staged", {}).setdefault(model, []).extend(rows)


def stage(session: Session, instance: Base) -> None:
    """Keeps back a new mapped object that the session does not know; its columns are read when the transaction ends."""
    session.info.setdefault("staged_objects", []).append(instance)


def take_staged(session: Session) -> dict[type[Base], list[Mapping[str, Any]]]:
    """The rows kept back, parents first; the stage is empty afterwards."""
    rows: dict[type[Base], list[Mapping[str, Any]]] = {}
    for instance in session.info.pop("staged_objects", ()):
        columns = {c.key: getattr(instance, c.key) for c in instance.__mapper__.columns}
        rows.setdefault(type(instance), []).append(columns)
    for model, some in session.info.pop("staged", {}).items():
        rows.setdefault(model, []).extend(some)
    return rows


def write_staged(session: Session) -> None:
    """Writes what was kept back at once, for who must read it in the same transaction."""
    session.flush()
    insert_rows(session, take_staged(session))


@lru_cache(256)
def _statement(given: Given, also: Update | None) -> Insert:
    *first, last = [_insert(table, columns) for table, columns in given]
    before: list[Insert | Update] = [*first, *([] if also is None else [also])]
    return last.add_cte(*[statement.cte(f"rows_{n}") for n, statement in enumerate(before)])


def _insert(table: Table, names: tuple[str, ...]) -> Insert:
    columns = [table.c[name] for name in names]
    source = (
        func.jsonb_to_recordset(bindparam(table.name, type_=_Rows))
        .table_valued(*[column(c.name, _wire(c)) for c in columns], name=f"r_{table.name}")
        .render_derived(with_types=True)
    )
    values = [func.decode(source.c[c.name], "base64") if _is_bytes(c) else source.c[c.name] for c in columns]
    return insert(table).from_select(list(names), select(*values), include_defaults=False)


def _is_bytes(c: Column[Any]) -> bool:
    return isinstance(c.type, LargeBinary)


def _wire(c: Column[Any]) -> Any:
    """The type a value has inside the JSON parameter; bytes travel as base64 text."""
    return Text() if _is_bytes(c) else c.type
