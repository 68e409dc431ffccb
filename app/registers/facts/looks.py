"""What the node knows beside a consignment: of others that resemble it, of usual prices, of its vehicle and its holder.

One statement for a declaration and one for a movement, however many items; each of their parts stands on an index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.core.lifecycle import sql_in
from app.declarations.commands import Declared
from app.declarations.lifecycle import Status
from app.registers.facts.goods import SIX, Usual
from app.registers.facts.moments import Moment
from app.registers.facts.reading import Words, earlier, in_order, number, numbers, said
from app.transit.commands import Declared as Moved
from app.transit.lifecycle import OPEN
from app.transit.lifecycle import Status as MovementStatus

#: An invoice is not met again after this; numbers begin anew each year.
INVOICE_DAYS = 365
#: Movements are looked for among those begun so many days before, which their keys tell.
BEGUN_DAYS = 30
#: An invoice may stand in many consignments by right.
INVOICES = ("380", "N380")

#: Not lodged, or taken back: the same goods may be declared again.
_VOID = (Status.DRAFT, Status.REJECTED, Status.INVALIDATED, Status.REFUSED, Status.RETURNED)
_GONE = sql_in("m.status", (MovementStatus.DRAFT, MovementStatus.REJECTED, MovementStatus.INVALIDATED))
_OPEN = sql_in("m.status", OPEN)

_PRICES = """
    (
        SELECT jsonb_agg(jsonb_build_array(p.commodity, p.currency, p.p10::text, p.median::text, p.p90::text))
        FROM commodity_price p
        WHERE p.post = :post AND p.currency = ANY(CAST(:currencies AS varchar[]))
        AND p.commodity = ANY(CAST(:commodities AS varchar[]))
    ) AS prices
"""
_SAME_PAPERS = """
    (
        SELECT count(*) FROM unnest(CAST(:types AS varchar[]), CAST(:numbers AS text[])) AS paper (type, number)
        WHERE EXISTS (
            SELECT FROM declaration_document o WHERE o.number = paper.number AND o.type = paper.type
            AND o.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
        )
    ) AS reused_documents
"""
#: Where a seal is or was on other goods. Goods that came under transit before bear their seals by right.
_SAME_SEALS = """
    ARRAY (
        SELECT worn.serial FROM unnest(CAST(:seals AS varchar[])) AS worn (serial)
        WHERE EXISTS (
            SELECT FROM seal s WHERE s.serial = worn.serial AND s.movement_id IS NOT NULL
            AND s.movement_id IS DISTINCT FROM CAST(:apart AS uuid)
            AND NOT EXISTS (SELECT FROM transit_movement m WHERE m.mrn = ANY(CAST(:mrns AS varchar[])) AND m.id = s.movement_id)
        ) OR EXISTS (
            SELECT FROM transit_content t WHERE t.seals @> ARRAY[worn.serial]
            AND t.movement_id IS DISTINCT FROM CAST(:apart AS uuid)
            AND NOT EXISTS (SELECT FROM transit_movement m WHERE m.mrn = ANY(CAST(:mrns AS varchar[])) AND m.id = t.movement_id)
        )
    ) AS reused_seals
"""
#: Plates of open movements: whatever else they are on.
_VEHICLE_OPEN = """
    (
        SELECT count(*) FROM transit_plate_in_use u
        WHERE u.plate = :plate AND u.movement_id IS DISTINCT FROM CAST(:apart AS uuid)
    ) AS vehicle_open
"""

_OF_DECLARATION = text(
    f"""
    SELECT {_PRICES}, {_SAME_PAPERS}, {_SAME_SEALS}, {_VEHICLE_OPEN},
    (
        SELECT count(*) FROM declaration_content c
        WHERE upper(c.header -> 'invoice' ->> 'number') = upper(:invoice) AND c.made_at >= :year
        AND coalesce(c.header -> 'consignor' ->> 'id', c.header -> 'consignor' ->> 'name') = :consignor
        AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
        AND (
            SELECT d.status FROM declaration d
            WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
        ) <> ALL(:void)
    ) AS same_invoice,
    (
        SELECT jsonb_build_array(count(*), coalesce(sum(c.invoice_total) FILTER (WHERE c.currency = :currency), 0)::text)
        FROM declaration_content c
        WHERE coalesce(c.header -> 'consignee' ->> 'id', c.header -> 'consignee' ->> 'name') = :consignee
        AND c.made_at >= :midnight AND c.post = :post AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
        AND (
            SELECT d.status FROM declaration d
            WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
        ) <> ALL(:void)
    ) AS consignee_today,
    (
        SELECT count(*) FROM declaration_content c
        WHERE c.plate = :plate AND c.made_at >= :midnight AND c.post = :post
        AND c.declaration_id IS DISTINCT FROM CAST(:apart AS uuid)
        AND (
            SELECT d.status FROM declaration d
            WHERE d.post = c.post AND d.id = c.declaration_id AND d.content = c.content
        ) <> ALL(:void)
    ) AS vehicle_today,
    (
        SELECT count(*) FROM declaration_amendment a
        WHERE a.post = :post AND a.declaration_id = CAST(:apart AS uuid) AND a.kind = 'amend' AND a.status = 'accepted'
    ) AS amendments
    """
)

_OF_MOVEMENT = text(
    f"""
    SELECT {_PRICES}, {_SAME_PAPERS}, {_SAME_SEALS}, {_VEHICLE_OPEN},
    (
        SELECT jsonb_build_array(count(*), coalesce(sum(told.value), 0)::text)
        FROM transit_movement m
        JOIN transit_content c ON c.post = m.post AND c.movement_id = m.id AND c.content = m.content
        CROSS JOIN LATERAL (
            SELECT sum((i.more ->> 'value')::numeric) AS value FROM transit_item i
            WHERE i.post = c.post AND i.movement_id = c.movement_id AND i.content = c.content
            AND i.more ->> 'currency' = :currency
        ) told
        WHERE m.post = :post AND m.id >= CAST(:floor AS uuid) AND m.id <= CAST(:ceiling AS uuid)
        AND m.lodged_at >= :midnight AND NOT {_GONE} AND m.id IS DISTINCT FROM CAST(:apart AS uuid)
        AND EXISTS (
            SELECT FROM jsonb_array_elements(c.header -> 'house_consignments') house
            WHERE coalesce(house -> 'consignee' ->> 'id', house -> 'consignee' ->> 'name') = :consignee
        )
    ) AS consignee_today,
    (
        SELECT count(*) FROM transit_content c
        JOIN transit_movement m ON m.post = c.post AND m.id = c.movement_id AND m.content = c.content
        WHERE c.plates @> ARRAY[CAST(:plate AS varchar)] AND m.post = :post AND m.lodged_at >= :midnight AND NOT {_GONE}
        AND m.id IS DISTINCT FROM CAST(:apart AS uuid)
    ) AS vehicle_today,
    (
        SELECT jsonb_build_array(count(*), count(*) FILTER (WHERE m.limit_at < :at))
        FROM transit_movement m WHERE m.party = :holder AND {_OPEN} AND m.id IS DISTINCT FROM CAST(:apart AS uuid)
    ) AS holder,
    (
        SELECT jsonb_agg(jsonb_build_array(g.grn, (g.amount * g.level / 100)::text, coalesce(a.balance, 0)::text, EXISTS (
            SELECT FROM guarantee_reservation r
            WHERE r.post = g.post AND r.guarantee_id = g.id AND r.movement_id = CAST(:apart AS uuid)
        )))
        FROM guarantee g
        LEFT JOIN ledger_account a ON a.post = g.post AND a.code = 'pledge:' || g.grn AND a.currency = g.currency
        WHERE g.grn = ANY(CAST(:grns AS varchar[])) AND g.type = '1'
    ) AS guarantees,
    (
        SELECT count(*) FROM transit_amendment a
        WHERE a.post = :post AND a.movement_id = CAST(:apart AS uuid) AND a.kind = 'amendment' AND a.status = 'accepted'
    ) AS amendments
    """
)


def of_declaration(session: Session, declared: Declared, apart: UUID | None, moment: Moment) -> Row[Any]:
    """What is known beside a declaration; `apart` is the declaration itself, where it is lodged already."""
    header, invoice = declared.header, declared.header["invoice"]
    documents = [*declared.documents, *(each for item in declared.items for each in item["documents"])]
    asked = {
        **_asked(header["transport"], documents, apart, moment),
        "seals": numbers(header.get("seals") or ()),
        "mrns": earlier(declared.items),
        "commodities": sorted({item["commodity"][:SIX] for item in declared.items}),
        "currencies": [invoice["currency"]],
        "currency": invoice["currency"],
        "consignee": _named(header["consignee"]),
        "consignor": _named(header["consignor"]),
        "invoice": invoice["number"],
        "year": moment.at - dt.timedelta(days=INVOICE_DAYS),
        "void": list(_VOID),
    }
    with session.no_autoflush:
        return session.execute(_OF_DECLARATION, asked).one()


def of_movement(session: Session, declared: Moved, borne: Iterable[str], apart: UUID, moment: Moment) -> Row[Any]:
    """What is known beside a movement, which is `apart` and bears these seals besides those declared."""
    houses, items = declared.houses, [item.words for item in declared.items]
    documents = [
        *(declared.header.get("documents") or ()),
        *(each for words in (*houses, *items) for each in words.get("documents") or ()),
    ]
    asked = {
        **_asked(declared.header["transport"], documents, apart, moment),
        "seals": in_order([*declared.seals, *borne]),
        "mrns": earlier([declared.header, *items]),
        "commodities": sorted({item["commodity"][:SIX] for item in items}),
        "currencies": sorted({said(item, "currency") for item in items} - {""}),
        "currency": next((said(item, "currency") for item in items if said(item, "currency")), ""),
        "consignee": _named(houses[0].get("consignee")),
        "holder": declared.holder,
        "grns": sorted({said(each, "grn") for each in declared.guarantees} - {""}),
        "floor": _first_key(moment.at - dt.timedelta(days=BEGUN_DAYS)),
        "ceiling": _first_key(moment.at + dt.timedelta(days=1)),
        "at": moment.at,
    }
    with session.no_autoflush:
        return session.execute(_OF_MOVEMENT, asked).one()


def _asked(transport: Words, documents: Iterable[Words], apart: UUID | None, moment: Moment) -> dict[str, Any]:
    """What is asked of both kinds."""
    papers = sorted({(said(d, "type"), said(d, "number")) for d in documents if said(d, "type") not in INVOICES})
    return {
        "post": moment.post,
        "apart": apart,
        "types": [type for type, _number in papers],
        "numbers": [number for _type, number in papers],
        "plate": number(transport.get("vehicle"), "plate") or None,
        "midnight": moment.midnight,
    }


def _named(party: Words | None) -> str:
    """A party by its number, else by its name, as the statements know it."""
    return said(party, "id") or said(party, "name")


def _first_key(at: dt.datetime) -> UUID:
    """The least key that something made at a moment can have: they begin with it, in milliseconds."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def prices(row: Row[Any]) -> dict[tuple[str, str], Usual]:
    """Usual prices by commodity and currency."""
    return {
        (commodity, currency): Usual(Decimal(low), Decimal(median), Decimal(high))
        for commodity, currency, low, median, high in row.prices or ()
    }


def guarantee_used(row: Row[Any], named: Iterable[Words]) -> float:
    """The most used share of the comprehensive guarantees, in per cent: what movements have of it, with what this one
    asks for where that is not taken yet."""
    asked: dict[str, Decimal] = {}
    for each in named:
        asked[said(each, "grn")] = asked.get(said(each, "grn"), Decimal(0)) + Decimal(said(each, "amount") or 0)
    shares = [
        (Decimal(whole) - Decimal(left) + (0 if taken else asked.get(grn, 0))) * 100 / Decimal(whole)
        for grn, whole, left, taken in row.guarantees or ()
        if Decimal(whole)
    ]
    return float(max(shares, default=Decimal(0)))
