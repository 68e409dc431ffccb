"""What the node knows beside a declaration: of earlier ones that resemble it, and of the firms it names. The facts behind
the warnings of duplicates, prices and names.

One statement, however many items; each of its parts stands on an index.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import db
from app.core.text import compact
from app.declarations.commands import Declared
from app.declarations.lifecycle import Status
from app.declarations.rules.history import SIX, History, Usual
from app.declarations.rules.numbers import BOXES
from app.reference.codebook import Codebook

#: The parameters: days within which vehicles and containers are compared; shares of the median beyond which a price is
#: unusual.
DAYS, LOW, HIGH = "duplicate-days", "price-low-share", "price-high-share"
_USUALLY = {DAYS: Decimal(7), LOW: Decimal("0.5"), HIGH: Decimal(2)}
_MOST = {DAYS: Decimal(366), LOW: Decimal(1), HIGH: Decimal(1000)}
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
#: An invoice is not met again after this; numbers begin anew each year.
INVOICE_DAYS = 365

#: Not lodged, or taken back: the same goods may be declared again.
_VOID = (Status.DRAFT, Status.REJECTED, Status.INVALIDATED, Status.REFUSED, Status.RETURNED)
#: The goods have gone their way, so that their container may come again.
_SETTLED = (*_VOID, Status.RELEASED, Status.EXITED, Status.SEIZED, Status.DESTROYED)

#: The state of the declaration is asked row by row (a sub-select is never turned into a join), because whoever plans by the
#: state first reads the whole register. It is NULL, and the row is passed over, where the content is not the one in force.
_LOOK = text(
    """
    SELECT
        EXISTS (
            SELECT FROM declaration_content c
            WHERE c.plate = :plate AND c.made_at >= :since AND c.gross_kg = CAST(:gross AS numeric)
            AND coalesce(c.header -> 'consignee' ->> 'id', c.header -> 'consignee' ->> 'name') = :consignee
            AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
            AND (
                SELECT d.status FROM declaration d
                WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
            ) <> ALL(:void)
        ) AS consignment,
        EXISTS (
            SELECT FROM declaration_content c
            WHERE upper(c.header -> 'invoice' ->> 'number') = upper(:invoice) AND c.made_at >= :year
            AND coalesce(c.header -> 'consignor' ->> 'id', c.header -> 'consignor' ->> 'name') = :consignor
            AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
            AND (
                SELECT d.status FROM declaration d
                WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
            ) <> ALL(:void)
        ) AS invoice,
        EXISTS (
            SELECT FROM declaration_content c
            WHERE c.local_reference = :reference AND c.declarant = :declarant
            AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
            AND (
                SELECT d.status FROM declaration d
                WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
            ) <> ALL(:void)
        ) AS reference,
        ARRAY (
            SELECT number FROM unnest(CAST(:containers AS varchar[])) AS number
            WHERE EXISTS (
                SELECT FROM declaration_content c
                WHERE c.containers @> ARRAY[number] AND c.made_at >= :since
                AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
                AND (
                    SELECT d.status FROM declaration d
                    WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
                ) <> ALL(:settled)
                OFFSET 0
            )
        ) AS containers,
        (
            SELECT jsonb_object_agg(commodity, jsonb_build_array(items, p05::text, median::text, p95::text))
            FROM commodity_price
            WHERE post = :post AND currency = :currency AND commodity = ANY(CAST(:commodities AS varchar[]))
        ) AS prices,
        (
            SELECT jsonb_object_agg(code, name) FROM party WHERE code = ANY(CAST(:firms AS varchar[]))
        ) AS names
    """
)


def of(session: Session, declared: Declared, codes: Codebook, *, apart: UUID | None = None) -> History:
    """What is known of other declarations; `apart` is the declaration itself, where it is lodged already."""
    at = db.now(session)
    days = int(_parameter(codes, DAYS, at.date()))
    asked = {**_asked(declared), "apart": apart, "since": at - dt.timedelta(days=days)}
    asked |= {"year": at - dt.timedelta(days=INVOICE_DAYS), "void": list(_VOID), "settled": list(_SETTLED)}
    with session.no_autoflush:
        row = session.execute(_LOOK, asked).one()
    return History(
        days=days,
        consignment=row.consignment,
        invoice=row.invoice,
        containers=frozenset(row.containers),
        local_reference=row.reference,
        prices={code: _usual(said) for code, said in (row.prices or {}).items()},
        low=_parameter(codes, LOW, at.date()),
        high=_parameter(codes, HIGH, at.date()),
        names=row.names or {},
    )


def _asked(declared: Declared) -> dict[str, Any]:
    header, transport, invoice = declared.header, declared.header["transport"], declared.header["invoice"]
    return {
        "post": declared.post,
        "plate": compact((transport.get("vehicle") or {}).get("plate") or "") or None,
        "gross": str(sum(Decimal(i["gross_kg"]) for i in declared.items)),
        "consignee": _named(header["consignee"]),
        "consignor": _named(header["consignor"]),
        "invoice": invoice["number"],
        "reference": header["local_reference"],
        "declarant": declared.declarant,
        "containers": sorted(set(transport.get("containers") or ())),
        "currency": invoice["currency"],
        "commodities": sorted({i["commodity"][:SIX] for i in declared.items}),
        "firms": sorted({party["id"] for box in BOXES if (party := header.get(box)) and party.get("id")}),
    }


def _named(party: dict[str, Any]) -> str:
    """A party by its number, else by its name, as the query knows it."""
    return str(party.get("id") or party["name"])


def _usual(said: list[Any]) -> Usual:
    items, p05, median, p95 = said
    return Usual(items, Decimal(p05), Decimal(median), Decimal(p95))


def _parameter(codes: Codebook, name: str, on: dt.date) -> Decimal:
    """The number of a parameter; what is no sensible number counts as not set."""
    entry = codes.find("parameter", name, on)
    said = str(entry.attributes.get("value", "")) if entry else ""
    if not _NUMBER.fullmatch(said):
        return _USUALLY[name]
    number = Decimal(said)
    return number if 0 < number <= _MOST[name] else _USUALLY[name]
