"""What amendments changed, told by the contents that a consignment has had."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_DECLARED = text(
    """
    SELECT c.header, (
        SELECT md5(string_agg(concat_ws('|', i.number, i.commodity, i.description, i.origin, i.procedure, i.gross_kg,
            i.net_kg, i.more ->> 'packages'), ';' ORDER BY i.number))
        FROM declaration_item i
        WHERE i.post = c.post AND i.declaration_id = c.declaration_id AND i.content = c.content
    ) AS goods, (
        SELECT md5(string_agg(i.invoice_value::text, ';' ORDER BY i.number)) FROM declaration_item i
        WHERE i.post = c.post AND i.declaration_id = c.declaration_id AND i.content = c.content
    ) AS value
    FROM declaration_content c WHERE c.post = :post AND c.declaration_id = :id ORDER BY c.content
    """
)
_MOVED = text(
    """
    SELECT c.header, (
        SELECT md5(string_agg(concat_ws('|', i.number, i.house, i.commodity, i.description, i.gross_kg, i.net_kg,
            i.more ->> 'packages'), ';' ORDER BY i.number))
        FROM transit_item i WHERE i.post = c.post AND i.movement_id = c.movement_id AND i.content = c.content
    ) AS goods, (
        SELECT md5(string_agg(concat_ws(' ', i.more ->> 'value', i.more ->> 'currency'), ';' ORDER BY i.number))
        FROM transit_item i WHERE i.post = c.post AND i.movement_id = c.movement_id AND i.content = c.content
    ) AS value
    FROM transit_content c WHERE c.post = :post AND c.movement_id = :id ORDER BY c.content
    """
)
#: What a change of these words of the header is called.
_OF_DECLARATION = {
    "consignor": ("consignor",),
    "consignee": ("consignee",),
    "declarant": ("declarant", "representative"),
    "transport": ("transport", "seals"),
    "route": ("countries", "offices_of_transit", "destination_office", "border_office"),
    "value": ("invoice", "costs", "value_details", "exchange_rate"),
}
_OF_MOVEMENT = {
    "holder": ("holder", "representative"),
    "transport": ("transport", "equipment"),
    "route": ("countries", "offices", "route", "itinerary", "binding_itinerary"),
}


def of_declaration(session: Session, post: str, id: UUID) -> list[str]:
    """What the contents of a declaration differ in, one after the other."""
    rows = session.execute(_DECLARED, {"post": post, "id": id}).all()
    told = [{**_words(row.header, _OF_DECLARATION), "goods": row.goods, "priced": row.value} for row in rows]
    return _changed(told)


def of_movement(session: Session, post: str, id: UUID) -> list[str]:
    """The same of a movement."""
    rows = session.execute(_MOVED, {"post": post, "id": id}).all()
    return _changed(
        [
            {
                **_words(row.header, _OF_MOVEMENT),
                "consignor": [house.get("consignor") for house in row.header["house_consignments"]],
                "consignee": [house.get("consignee") for house in row.header["house_consignments"]],
                "goods": row.goods,
                "priced": row.value,
            }
            for row in rows
        ]
    )


def _words(header: Mapping[str, Any], called: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {name: [header.get(word) for word in words] for name, words in called.items()}


def _changed(told: list[dict[str, Any]]) -> list[str]:
    found = {name for one, other in pairwise(told) for name in one if one[name] != other[name]}
    return sorted({"value" if name == "priced" else name for name in found})
