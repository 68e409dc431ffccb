"""What a form says, as JSON and back, by the types of its dataclass: decimals and times are strings, times with Z."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Self, Union, cast, get_args, get_origin, get_type_hints

_Reader = Callable[[Any], Any]
_Writer = Callable[[Any], Any]
#: How an aware moment in UTC begins to differ from a day.
_TIME = "T"


class Plain:
    """A frozen dataclass of words, numbers, dates and others of its kind."""

    def as_json(self) -> dict[str, Any]:
        """The content as JSON values."""
        kind: Any = type(self)
        return cast("dict[str, Any]", _writer(kind)(self))

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The content of `as_json`; KeyError, TypeError or ValueError if it is not one."""
        kind: Any = cls
        return cast("Self", _reader(kind)(plain))


def aware(moment: datetime, name: str) -> None:
    """ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no zone; times are UTC and aware")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day_or_moment(text: str) -> date:
    return datetime.fromisoformat(text) if _TIME in text else date.fromisoformat(text)


def _same(value: Any) -> Any:
    return value


def _day(value: date) -> str:
    return _instant(value) if isinstance(value, datetime) else value.isoformat()


#: (reader, writer) of the types that are not made of others.
_SIMPLE: dict[type, tuple[_Reader, _Writer]] = {
    str: (str, _same),
    int: (int, _same),
    bool: (bool, _same),
    Decimal: (Decimal, lambda value: format(value, "f")),
    datetime: (datetime.fromisoformat, _instant),
    date: (_day_or_moment, _day),
}


def _parts(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(kind), get_args(kind)


@cache
def _reader(kind: Any) -> _Reader:
    if kind in _SIMPLE:
        return _SIMPLE[kind][0]
    if is_dataclass(kind):
        return _dataclass_reader(cast("type", kind))
    origin, inner = _parts(kind)
    if origin in (Union, UnionType):
        read = _reader(next(each for each in inner if each is not NoneType))
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        each = _reader(inner[0])
        return lambda values: tuple(map(each, values))
    if origin is Mapping:
        return dict
    raise TypeError(f"Forms do not carry {kind!r}")


@cache
def _writer(kind: Any) -> _Writer:
    if kind in _SIMPLE:
        return _SIMPLE[kind][1]
    if is_dataclass(kind):
        return _dataclass_writer(cast("type", kind))
    origin, inner = _parts(kind)
    if origin in (Union, UnionType):
        write = _writer(next(each for each in inner if each is not NoneType))
        return lambda value: None if value is None else write(value)
    if origin is tuple:
        each = _writer(inner[0])
        return lambda values: [each(value) for value in values]
    if origin is Mapping:
        return dict
    raise TypeError(f"Forms do not carry {kind!r}")


def _dataclass_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {each.name: _reader(hints[each.name]) for each in fields(cast("Any", kind))}
    return lambda plain: kind(**{name: readers[name](value) for name, value in plain.items()})


def _dataclass_writer(kind: type) -> _Writer:
    hints = get_type_hints(kind)
    writers = {each.name: _writer(hints[each.name]) for each in fields(cast("Any", kind))}
    return lambda content: {name: write(getattr(content, name)) for name, write in writers.items()}
