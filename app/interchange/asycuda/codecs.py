"""Between the texts of a SAD's elements and the values of the contract: what a box's texts mean, and how it is written.

A codec reads the texts of its slots (None: no value) into the values of its pointers, and back. It also says which
texts it could not use; those are kept as unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.interchange.asycuda import values
from app.interchange.asycuda.values import DateOrder

Texts = Sequence[str | None]
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The values a box's texts mean, and the slots whose text is not part of them."""

    values: Values
    unused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Codec:
    """`read(texts, order of dates)`, `write(values, texts before)`; `same` tells whether two values mean the same."""

    read: Callable[[Texts, DateOrder], Meaning]
    write: Callable[[Values, Texts], Texts]
    same: Callable[[Any, Any], bool] = lambda one, other: _same_text(one, other)  # noqa: PLW0108  defined below


def _same_text(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and values.text(one) == values.text(other))


def _same_number(one: Any, other: Any) -> bool:
    first, second = values.decimal(one), values.decimal(other)
    return _same_text(one, other) if first is None or second is None else first == second


def _written(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _single(
    read: Callable[[str, DateOrder], Any],
    write: Callable[[Any], str | None] = _written,
    same: Callable[[Any, Any], bool] = lambda one, other: _same_text(one, other),  # noqa: PLW0108  defined below,
) -> Codec:
    return Codec(
        lambda texts, order: Meaning((None if texts[0] is None else read(texts[0], order),)),
        lambda wanted, _before: (write(wanted[0]),),
        same,
    )


TEXT: Final = _single(lambda raw, _order: values.text(raw))
NUMBER: Final = _single(lambda raw, _order: values.number(raw), same=_same_number)
AMOUNT: Final = _single(lambda raw, _order: None if values.is_nothing(raw) else values.number(raw), same=_same_number)
COUNT: Final = _single(lambda raw, _order: values.whole(raw), same=_same_number)
DAY: Final = _single(values.day, lambda value: None if value is None else values.sad_day(str(value)))


#: Two whole numbers, an element each.
TWO_COUNTS: Final = Codec(
    lambda texts, _order: Meaning(tuple(None if text is None else values.whole(text) for text in texts)),
    lambda wanted, _before: tuple(map(_written, wanted)),
    _same_number,
)

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
#: Box 16 where the items come from several countries, as files have it and as the declaration has it.
_SEVERAL: Final = frozenset({"many", "various", "several", "divers", "разные"})
_VARIOUS: Final = "VARIOUS"


def _origin(texts: Texts, _order: DateOrder) -> Meaning:
    said = values.text(texts[0]) if texts[0] is not None else ""
    if said.casefold() in _SEVERAL:
        return Meaning((_VARIOUS,))
    # The name of a country, in any language, stays unread: it only repeats what the items say.
    return Meaning((said,)) if _COUNTRY.fullmatch(said) else Meaning((None,), frozenset({0}))


#: The country all goods come from, or that they come from several.
COUNTRY_OR_VARIOUS: Final = Codec(_origin, lambda wanted, _before: (_written(wanted[0]),))


def _codes(texts: Texts, _order: DateOrder) -> Meaning:
    return Meaning((None if texts[0] is None else re.split(r"[\s,;]+", values.text(texts[0])),))


#: Codes in one text.
CODES: Final = Codec(_codes, lambda wanted, _before: (" ".join(map(str, wanted[0] or ())) or None,))


def _trader(texts: Texts, _order: DateOrder) -> Meaning:
    return Meaning((None, None) if texts[0] is None else values.name_and_address(texts[0]))


#: Name and address in one text: the first line is the name.
TRADER: Final = Codec(_trader, lambda wanted, _before: (values.trader_box(*wanted),))


def _lines(texts: Texts, _order: DateOrder) -> Meaning:
    return Meaning(("\n".join(values.text(text) for text in texts if text is not None) or None,))


def _two_lines(wanted: Values, _before: Texts) -> Texts:
    first, _, rest = str(wanted[0] or "").partition("\n")
    return first or None, rest or None


#: One text over two elements.
TWO_LINES: Final = Codec(_lines, _two_lines)


def _commodity(texts: Texts, _order: DateOrder) -> Meaning:
    joined = "".join(values.text(text) for text in texts if text is not None)
    digits = re.sub(r"[ .]", "", joined)
    return Meaning(((digits if digits.isdecimal() and digits.isascii() else joined) or None,))


def _commodity_parts(wanted: Values, _before: Texts) -> Texts:
    whole = str(wanted[0] or "")
    return (whole[:8] or None, whole[8:] or None, None, None, None)


#: Eight digits and up to four national precisions.
COMMODITY: Final = Codec(_commodity, _commodity_parts)


_ADDITIONAL = re.compile(r"[0-9A-Z]{3}", re.ASCII)
_NO_ADDITIONAL = "000"


def _procedure(texts: Texts, _order: DateOrder) -> Meaning:
    extended, national = (None if text is None else values.text(text) for text in texts)
    if extended is None or national is None or not _ADDITIONAL.fullmatch(national):
        return Meaning((extended,), frozenset({1}))
    return Meaning((extended if national == _NO_ADDITIONAL else extended + national,))


def _procedure_parts(wanted: Values, _before: Texts) -> Texts:
    whole = str(wanted[0] or "")
    if not whole.isalnum() or len(whole) not in (4, 7):
        return whole or None, None
    return whole[:4], whole[4:] or _NO_ADDITIONAL


#: Requested and previous procedure, and the additional one, where 000 means none.
PROCEDURE: Final = Codec(_procedure, _procedure_parts)


def _nature(texts: Texts, _order: DateOrder) -> Meaning:
    return Meaning(("".join(values.text(text) for text in texts if text is not None) or None,))


def _nature_parts(wanted: Values, _before: Texts) -> Texts:
    whole = str(wanted[0] or "")
    return (whole[:1], whole[1:]) if len(whole) == 2 else (whole or None, None)


#: The two digits of the nature of the transaction, an element each.
NATURE: Final = Codec(_nature, _nature_parts)


def _code_or_name(shape: str) -> Codec:
    pattern = re.compile(shape, re.ASCII)

    def read(texts: Texts, _order: DateOrder) -> Meaning:
        code, name = texts
        if code is not None:
            return Meaning((values.text(code),), frozenset({1} if name is not None else ()))
        return Meaning((None if name is None else values.text(name),))

    def write(wanted: Values, _before: Texts) -> Texts:
        value = _written(wanted[0])
        return (value, None) if value is not None and pattern.fullmatch(value) else (None, value)

    return Codec(read, write)


#: A place: its UN/LOCODE, else its name.
PLACE: Final = _code_or_name(r"[A-Z]{2}[A-Z0-9]{3}")
#: Terms of payment: their code, else their words.
TERMS: Final = _code_or_name(r"[A-Z0-9]{1,3}")


def _plates(texts: Texts, _order: DateOrder) -> Meaning:
    identity, mode = texts
    if identity is None:
        return Meaning((None, None), frozenset({1}))
    found = values.plates(identity, mode)
    return Meaning((found.vehicle, found.trailer), frozenset({1}))


#: Tractor and trailer in one text; the mode of transport, the second slot, only helps to tell.
PLATES: Final = Codec(_plates, lambda wanted, before: (values.identity(wanted[0], wanted[1], before[0]), before[1]))


def _seals(texts: Texts, _order: DateOrder) -> Meaning:
    identity, count = texts
    seals = values.seals(identity) if identity is not None else []
    agrees = count is not None and values.whole(count) == len(seals)
    return Meaning((seals or None,), frozenset() if agrees else frozenset({1}))


def _seals_parts(wanted: Values, _before: Texts) -> Texts:
    seals = wanted[0] or []
    return (" ".join(map(str, seals)), str(len(seals))) if seals else (None, None)


#: Seal numbers in one text, and how many there are.
SEALS: Final = Codec(_seals, _seals_parts)

#: The kinds of previous documents, by the letters that box 40 gives them.
SUMMARY, PREVIOUS = "X", "Z"


def _previous(texts: Texts, _order: DateOrder) -> Meaning:
    rows = [
        {"type": kind, "number": values.text(text)}
        for kind, text in zip((SUMMARY, PREVIOUS), texts, strict=True)
        if text is not None
    ]
    return Meaning((rows or None,))


def _previous_parts(wanted: Values, _before: Texts) -> Texts:
    rows = [row for row in wanted[0] or () if isinstance(row, dict)]
    return tuple(
        next((_written(row.get("number")) for row in rows if row.get("type") == kind), None)
        for kind in (SUMMARY, PREVIOUS)
    )


#: Summary declaration and previous document of an item.
PREVIOUS_DOCUMENTS: Final = Codec(_previous, _previous_parts)

#: The kinds of costs in the order of their elements.
COST_KINDS: Final = ("freight", "internal_freight", "insurance", "other", "deduction")


def _costs(texts: Texts, _order: DateOrder) -> Meaning:
    rows, unused = [], set()
    for at, kind in enumerate(COST_KINDS):
        amount, currency = texts[2 * at], texts[2 * at + 1]
        if amount is None or values.is_nothing(amount):
            unused.add(2 * at + 1)
            continue
        row: dict[str, Any] = {"kind": kind, "amount": values.number(amount)}
        if currency is not None:
            row["currency"] = values.text(currency)
        # A SAD adds these to the invoice to reach the customs value; what the invoice includes is not written there.
        rows.append({**row, "included": False})
    return Meaning((rows or None,), frozenset(unused))


def _costs_parts(wanted: Values, before: Texts) -> Texts:
    texts: list[str | None] = []
    rows = [row for row in wanted[0] or () if isinstance(row, dict) and row.get("included") is not True]
    for at, kind in enumerate(COST_KINDS):
        amount, currency = _cost_of(kind, rows)
        was_nothing = before[2 * at] is None or values.is_nothing(before[2 * at] or "")
        texts += before[2 * at : 2 * at + 2] if amount is None and was_nothing else (amount, currency)
    return texts


def _cost_of(kind: str, rows: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """Amount and currency of one kind of cost; several in one currency are added up."""
    mine = [row for row in rows if row.get("kind") == kind]
    if not mine:
        return None, None
    currency = _written(mine[0].get("currency"))
    same = [row for row in mine if _written(row.get("currency")) == currency]
    amounts = [values.decimal(row.get("amount")) for row in same]
    if len(same) == 1 or None in amounts:
        return _written(same[0].get("amount")), currency
    return f"{sum((amount for amount in amounts if amount is not None), Decimal(0)):f}", currency


def _same_costs(one: Any, other: Any) -> bool:
    return _cost_keys(one) == _cost_keys(other)


def _cost_keys(rows: Any) -> list[tuple[Any, ...]]:
    kept = [row for row in rows or () if isinstance(row, dict)]
    keys = [
        (
            str(row.get("kind")),
            values.decimal(row.get("amount")),
            str(row.get("currency") or ""),
            row.get("included") is True,
        )
        for row in kept
    ]
    return sorted(keys, key=lambda row: (row[0], str(row[1]), row[2], row[3]))


#: Amount and currency of each kind of cost.
COSTS: Final = Codec(_costs, _costs_parts, _same_costs)
