"""The words a movement begins with: those of a declaration, of the goods of a movement that arrived, of an earlier one.

Pure: words in, words out. What they become is a draft; what is still missing is told when it is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from app.transit.lifecycle import Kind

Words = dict[str, Any]

#: The type of a previous document with an MRN, and what a SAD calls a transport document (730) and a movement N730.
_WITH_MRN: Final = "NMRN"
_SAD_TO_TRANSIT: Final = "N"
#: Where goods can be seen: a named place, told in words.
_PLACE: Final = {"type": "B", "qualifier": "Z"}
#: A commodity of a movement has at most ten digits; behind them stand national ones of the declaration.
_DIGITS: Final = 10
_OF_ONE_JOURNEY: Final = frozenset(
    {
        "additional_references",
        "carnet",
        "expected_arrival",
        "guarantees",
        "limit_date",
        "local_reference",
        "previous_documents",
        "seals",
        "ucr",
    }
)
_PAPERS: Final = frozenset({"documents", "transport_documents"})
#: What stays of a paper that the next journey has again, with another number and another date.
_OF_A_PAPER: Final = frozenset({"type", "issuer", "issue_place"})


class Difference(NamedTuple):
    """Goods that are not as declared: what was found of an item instead."""

    item: int
    field: str
    found: str | None


def from_declaration(
    said: Mapping[str, Any],
    mrn: str,
    holder: Mapping[str, Any],
    kind: str | None,
    post: str,
    transport_types: Collection[str],
) -> Words:
    """A movement of the goods of a declaration; `said` are the contract's words of it, `transport_types` the codes of
    the list transport_document_type. Without `kind` it is national or international by its offices."""
    offices = {
        "departure": [post],
        "transit": [each["code"] for each in said.get("offices_of_transit") or () if each["code"] != post],
        "destination": _named((said.get("destination_office") or {}).get("code")),
    }
    carried, papers = _apart(said["documents"], transport_types)
    return _headed(kind, post, offices) | _given(
        holder=_party(holder),
        additional_type="A",
        countries={
            **_picked(said["countries"], "dispatch", "destination"),
            "routing": countries_of(offices),
        },
        transport=_picked(
            said["transport"], "border_mode", "inland_mode", "vehicle", "trailer", "border_transport", "driver"
        ),
        equipment=_equipment(said),
        location={**_PLACE, "text": said["location_of_goods"]} if said.get("location_of_goods") else None,
        places=_given(loading=said.get("place_of_loading")) or None,
        previous_documents=[{"type": _WITH_MRN, "reference": mrn}],
        documents=papers,
        transport_documents=carried,
        house_consignments=[_house(said)],
        gross_kg=_sum(item["gross_kg"] for item in said["items"]),
    )


def _house(said: Mapping[str, Any]) -> Words:
    """All goods of a declaration go from its consignor to its consignee."""
    currency = said["invoice"]["currency"]
    return _given(
        number=1,
        consignor=_party(said["consignor"]),
        consignee=_party(said["consignee"]),
        gross_kg=_sum(item["gross_kg"] for item in said["items"]),
        items=[_item(item, currency) for item in said["items"]],
    )


def _item(item: Mapping[str, Any], currency: str) -> Words:
    return {
        **_picked(
            item, "number", "description", "gross_kg", "net_kg", "packages", "supplementary", "origin", "documents"
        ),
        **_given(dangerous=item.get("un_number")),
        "commodity": item["commodity"][:_DIGITS],
        "value": item["invoice_value"],
        "currency": currency,
    }


def _equipment(said: Mapping[str, Any]) -> list[Words]:
    """The containers with the items in them; seals belong to the one container, or to the load as a whole."""
    within: dict[str, list[int]] = {number: [] for number in said["transport"].get("containers") or ()}
    for item in said["items"]:
        for number in item.get("containers") or ():
            within.setdefault(number, []).append(item["number"])
    rows: list[Words] = [{"container": number, "seals": [], "goods": goods} for number, goods in within.items()]
    seals = list(said.get("seals") or ())
    if len(rows) == 1:
        rows[0]["seals"] = seals
    elif seals:
        rows.append({"container": None, "seals": seals, "goods": []})
    return rows


def _apart(documents: Iterable[Mapping[str, Any]], transport_types: Collection[str]) -> tuple[list[Words], list[Words]]:
    """Transport documents and the others."""
    carried, papers = [], []
    for document in documents:
        known = _SAD_TO_TRANSIT + document["type"]
        if known in transport_types:
            carried.append({"type": known, "number": document["number"]})
        else:
            papers.append(dict(document))
    return carried, papers


def onward(
    said: Mapping[str, Any],
    mrn: str,
    kind: str | None,
    post: str,
    differences: Sequence[Difference],
    means: Mapping[str, Any],
) -> Words:
    """A movement of the goods that arrived with another: what is missing is left out, what was found otherwise stands as
    it was found; `means` are vehicle, trailer and container as they were changed on the way."""
    houses, gone = _arrived(said["house_consignments"], differences)
    destinations = said["offices"]["destination"]
    further = destinations[destinations.index(post) + 1 :] if post in destinations else []
    offices = {"departure": [post], "transit": [], "destination": list(further)}
    return _headed(kind, post, offices) | _given(
        holder=said["holder"],
        representative=said.get("representative"),
        additional_type="A",
        carnet=_next_pair(said.get("carnet")) if kind == Kind.TIR else None,
        countries={**_picked(said["countries"], "dispatch", "destination"), "routing": countries_of(offices)},
        transport=_picked(
            {**said["transport"], **means},
            "border_mode",
            "inland_mode",
            "vehicle",
            "trailer",
            "border_transport",
            "driver",
        ),
        equipment=_still_carried(said.get("equipment") or (), gone, means.get("container")),
        previous_documents=[{"type": _WITH_MRN, "reference": mrn}],
        documents=said.get("documents"),
        transport_documents=said.get("transport_documents"),
        additional_references=said.get("additional_references"),
        ucr=said.get("ucr"),
        house_consignments=houses,
        gross_kg=_sum(item["gross_kg"] for house in houses for item in house["items"]),
    )


def _arrived(
    houses: Iterable[Mapping[str, Any]], differences: Sequence[Difference]
) -> tuple[list[Words], dict[int, int]]:
    """The house consignments with the items that are there, numbered anew, and the new numbers by the old."""
    found: dict[int, list[Difference]] = {}
    for each in differences:
        found.setdefault(each.item, []).append(each)
    numbers: dict[int, int] = {}
    kept: list[Words] = []
    for house in houses:
        items: list[Words] = []
        for item in house["items"]:
            there = _as_found(item, found.get(item["number"], ()))
            if there is not None:
                numbers[item["number"]] = len(numbers) + 1
                items.append({**there, "number": numbers[item["number"]], "previous_documents": []})
        if items:
            gross = _sum(item["gross_kg"] for item in items)
            kept.append({**house, "number": len(kept) + 1, "gross_kg": gross, "items": items})
    return kept, numbers


def _as_found(item: Mapping[str, Any], differences: Iterable[Difference]) -> Words | None:
    """An item as it was found; None where nothing of it is there. What cannot be told from words stays as declared."""
    there = dict(item)
    for each in differences:
        amount = _amount(each.found)
        if each.field == "missing" and not amount:
            return None
        if each.field in ("gross_kg", "net_kg") and amount is not None:
            there[each.field] = f"{amount:f}"
        elif each.field in ("packages", "missing") and amount is not None:
            _count(there, amount)
        elif each.field in ("commodity", "description") and each.found:
            there[each.field] = each.found
    return there


def _count(item: Words, amount: Decimal) -> None:
    """The number of packages, where there is one kind of them."""
    if len(item["packages"]) == 1 and amount == amount.to_integral_value():
        item["packages"] = [{**item["packages"][0], "count": int(amount)}]


def _amount(found: str | None) -> Decimal | None:
    """The number with which the words begin, such as 38 of “38 cartons”."""
    try:
        amount = Decimal((found or "").split()[0])
    except (IndexError, InvalidOperation):
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**9 else None


def _still_carried(
    equipment: Iterable[Mapping[str, Any]], numbers: Mapping[int, int], other: str | None
) -> list[Words]:
    """The containers with what is in them, without seals: the goods were opened, or are to be sealed anew."""
    rows = [dict(row) for row in equipment if row.get("container")]
    if other and len(rows) <= 1:
        rows = [{**(rows[0] if rows else {"goods": []}), "container": other}]
    return [
        {
            "container": row["container"],
            "seals": [],
            "goods": [numbers[item] for item in row.get("goods") or () if item in numbers],
        }
        for row in rows
    ]


def _next_pair(carnet: Mapping[str, Any] | None) -> Words | None:
    """The carnet with its next pair of volets."""
    return {**carnet, "page": carnet["page"] + 2} if carnet else None


def copied(said: Any) -> Any:
    """The words of a movement, of any shape, for another journey: without its numbers, seals and dates."""
    if isinstance(said, Mapping):
        return {name: _copied(name, below) for name, below in said.items() if name not in _OF_ONE_JOURNEY}
    if isinstance(said, list):
        return [copied(each) for each in said]
    return said


def _copied(name: str, below: Any) -> Any:
    if name not in _PAPERS or not isinstance(below, list):
        return copied(below)
    return [
        {word: value for word, value in paper.items() if word in _OF_A_PAPER}
        for paper in below
        if isinstance(paper, Mapping)
    ]


def countries_of(offices: Mapping[str, Sequence[str]]) -> list[str]:
    """The countries of the route by its offices, each once."""
    way = [*offices["departure"], *offices["transit"], *offices["destination"]]
    return list(dict.fromkeys(office[:2] for office in way))


def kind_of(offices: Mapping[str, Sequence[str]]) -> str:
    """National where all offices lie in one country."""
    return (Kind.NATIONAL if len(countries_of(offices)) == 1 else Kind.INTERNATIONAL).value


def _headed(kind: str | None, post: str, offices: Mapping[str, Sequence[str]]) -> Words:
    kind = kind or kind_of(offices)
    return {
        "kind": kind,
        "post": post,
        "declaration_type": "TIR" if kind == Kind.TIR else "T1",
        "offices": dict(offices),
    }


def _party(words: Mapping[str, Any]) -> Words:
    return _picked(words, "id", "name", "address", "country")


def _picked(words: Mapping[str, Any], *names: str) -> Words:
    """Those of the words that are said."""
    return {name: words[name] for name in names if words.get(name) is not None}


def _given(**words: Any) -> Words:
    return {name: value for name, value in words.items() if value is not None}


def _named(code: str | None) -> list[str]:
    return [code] if code else []


def _sum(masses: Iterable[str]) -> str:
    return f"{sum(map(Decimal, masses), Decimal(0)):f}"
