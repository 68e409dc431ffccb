"""Reads a SAD in ASYCUDA World's XML into the declaration of the contract.

Nothing is lost and nothing is invented: what has a place in the declaration goes there as it was found, right or
wrong, and what is wrong is listed by its box; what has no place is listed as unread; and the bytes are kept, so that
`write` gives back every element they came with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson
from lxml import etree

from app.core.errors import Finding, Invalid
from app.core.text import Text, _, excerpt
from app.interchange import xml
from app.interchange.asycuda import values
from app.interchange.asycuda.boxes import box_of, box_of_element
from app.interchange.asycuda.checks import FORM_ONLY, Codes, located, problems_of
from app.interchange.asycuda.mapping import Clash, at_pointer, place, rows_of, take_all
from app.interchange.asycuda.tree import OURS, Node, Unread, tree
from app.interchange.asycuda.values import DateOrder
from app.interchange.asycuda.vocabulary import (
    CONTAINER_FLAG,
    CONTAINERS,
    DOCUMENTS,
    HEADER,
    HEADER_NAMES,
    INVOICE_DOCUMENT,
    INVOICE_TYPES,
    ITEM,
    ITEM_NAMES,
    ITEM_ROWS,
    TOTALS,
)
from app.interchange.kinds import Kind, kind_of_root

MAX_ITEMS: Final = 999
#: How deep a value of our own may be nested.
_MAX_OWN_DEPTH: Final = 5


_ORDER: Final = {
    DateOrder.MONTH_FIRST: _(
        "Dates such as 3/4/26 were read with the month first, for the file does not tell. Check them."
    ),
    DateOrder.DAY_FIRST: _(
        "Dates such as 3/4/26 were read with the day first, for the file does not tell. Check them."
    ),
}


@dataclass(frozen=True, slots=True)
class ReadSad:
    """A declaration as found in a file.

    `document` is the contract's JSON without what is absent; `problems` name the box of each fault; `unread` are the
    values without a place; `source` the bytes as they came; `item_count` the items found, all of them in `document`,
    in order."""

    document: dict[str, Any]
    problems: list[Finding]
    unread: list[Unread]
    source: bytes
    item_count: int


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What a tree says: the declaration, the order of its dates, and what was found while reading."""

    document: dict[str, Any]
    order: DateOrder
    findings: list[Finding]


def read(data: bytes, *, posts: Collection[str] = (), codes: Codes = FORM_ONLY) -> ReadSad:
    """Reads the bytes of a SAD. `posts` are the codes of offices that are posts here: only these become `post`.

    Raises Malformed, TooLarge or Invalid where the bytes are no such file; faults inside one are never raised.
    """
    root = tree(sad_root(xml.parse(data)), sparse=True)
    interpreted = interpret(root, posts)
    document = interpreted.document
    problems = _in_order([*problems_of(document, codes), *interpreted.findings])
    return ReadSad(document, problems, unread_of(root), data, len(document["items"]))


def sad_root(root: etree._Element) -> etree._Element:
    """The root of one ASYCUDA declaration; raises Invalid for anything else, several declarations in a file
    included."""
    if kind_of_root(root) is not Kind.ASYCUDA:
        raise _invalid("message-kind", _("The file is not an ASYCUDA declaration."))
    inside = [etree.QName(child).localname.casefold() for child in root if isinstance(child.tag, str)]
    several = max(inside.count("sad"), inside.count("asycuda") + 1 if "asycuda" in inside else 0)
    if several > 1:
        raise _invalid(
            "sad-several", _("The file holds several declarations. Save each to its own file.", count=several)
        )
    return root


def interpret(root: Node, posts: Collection[str] = ()) -> Interpreted:
    """The declaration a tree holds; marks in the tree what has been read."""
    order, sure = values.date_order(node.text for node in root.walk() if node.text is not None and "date" in node.key)
    clashes: list[Clash] = []
    document = take_all(root, (*HEADER, *INVOICE_DOCUMENT), order, clashes)
    findings = [_repeated(clash, "") for clash in clashes]
    nodes = root.find("Item")
    if len(nodes) > MAX_ITEMS:
        raise _invalid(
            "sad-items",
            _(
                "The file has {count} items; {most} are possible. Split it into several declarations.",
                count=len(nodes),
                most=MAX_ITEMS,
            ),
        )
    document["items"] = [_item(node, number, order, findings) for number, node in enumerate(nodes, 1)]
    documents = [row for row, _node in header_documents(root, order)]
    if documents:
        document["documents"] = documents
    findings += _containers(root, document, order)
    findings += _invoice(document)
    findings += _office(document, posts)
    _add_our_own(root, document, posts)
    findings += _totals(root, document)
    if not sure:
        findings.append(Finding("", "sad-dates", _ORDER[order], "warning"))
    return Interpreted(document, order, findings)


def header_documents(root: Node, order: DateOrder) -> list[tuple[Any, Node]]:
    """The documents of the whole declaration: outside the items, or marked by us inside one."""
    marked = [row for item in root.find("Item") for row in rows_of(item, DOCUMENTS, order) if of_whole(row[1])]
    return [*rows_of(root, DOCUMENTS, order), *marked]


def of_whole(node: Node) -> bool:
    """Whether we marked an attached document of an item as belonging to the whole declaration."""
    return node.element.get(f"{{{OURS}}}whole") == "true"


def item_rows(node: Node, order: DateOrder) -> Iterator[tuple[Any, list[tuple[Any, Node]]]]:
    """The repeating boxes of an item, each with its rows and their elements."""
    for rows in ITEM_ROWS:
        found = rows_of(node, rows, order)
        yield rows, [row for row in found if not of_whole(row[1])] if rows is DOCUMENTS else found


def _item(node: Node, number: int, order: DateOrder, findings: list[Finding]) -> dict[str, Any]:
    clashes: list[Clash] = []
    item = {"number": number, **take_all(node, ITEM, order, clashes)}
    findings += (_repeated(clash, f"/items/{number - 1}") for clash in clashes)
    for rows, found in item_rows(node, order):
        if found:
            place(item, rows.pointer, found[0][0] if rows.first_only else [row for row, _node in found])
    named = {str(row.get("type")) for row in item.get("documents", ())}
    for list_of_types in node.find("Tarification|Tariff/Attached_doc_item"):
        list_of_types.read = list_of_types.text is not None and set(list_of_types.text.split()) <= named
    return item


def _containers(root: Node, document: dict[str, Any], order: DateOrder) -> list[Finding]:
    """Containers of their own element, and those named in the marks, each once; and the flag that says there are
    any."""
    found = [str(row) for row, _node in rows_of(root, CONTAINERS, order)]
    marks = [
        str(package["marks"])
        for item in document["items"]
        for package in item.get("packages", ())
        if package.get("marks")
    ]
    containers = list(
        dict.fromkeys([*found, *(container for text in marks for container in values.containers_in(text))])
    )
    if containers:
        document.setdefault("transport", {})["containers"] = containers
    problems = []
    for flag in root.find(CONTAINER_FLAG):
        says = {"true": True, "1": True, "false": False, "0": False}.get((flag.text or "").strip().casefold())
        flag.read = flag.text is not None and says is bool(containers)
        if says is not None and says is not bool(containers):
            problems.append(
                _warning(
                    "/transport/containers",
                    "19",
                    _(
                        "Box 19 says {flag} about containers, and {count} are named. Correct one of them.",
                        flag=excerpt(flag.text),
                        count=len(containers),
                    ),
                )
            )
    return problems


def _invoice(document: dict[str, Any]) -> list[Finding]:
    """Where the supplier's document is not given apart, a document of the invoice's type tells its number and date."""
    if at_pointer(document, "/invoice/number") is not None:
        return []
    rows = [*document.get("documents", ()), *(row for item in document["items"] for row in item.get("documents", ()))]
    invoices = [row for row in rows if row.get("type") in INVOICE_TYPES and row.get("number")]
    if not invoices:
        return []
    first = invoices[0]
    for name in ("number", "date"):
        if name in first and at_pointer(document, f"/invoice/{name}") is None:
            place(document, f"/invoice/{name}", first[name])
    numbers = list(dict.fromkeys(row["number"] for row in invoices))
    if len(numbers) == 1:
        return []
    message = _(
        "Several invoices are attached ({numbers}). The first was taken as the invoice of the declaration.",
        numbers=excerpt(", ".join(numbers), 120),
    )
    return [Finding("/invoice/number", "sad-44-several", located("/invoice/number", message), "warning")]


def _office(document: dict[str, Any], posts: Collection[str]) -> list[Finding]:
    """An office that is a post here becomes the post; any other stays as data, and is a problem."""
    office = document.get("office", {}).get("code")
    if office is None:
        return [_problem("/post", "missing", _("No office is named. Choose the post where the goods cross."))]
    if office in posts:
        document["post"] = office
        if "name" not in document["office"]:
            del document["office"]
        return []
    message = _(
        "The office {office} is not a post of this system; it is kept as it is. Choose the post where the goods cross.",
        office=excerpt(office),
    )
    return [_problem("/office/code", "foreign", message)]


def _totals(root: Node, document: Mapping[str, Any]) -> list[Finding]:
    """Compares the totals of the header with the items; a total that agrees is read, another stays unread and is a
    problem."""
    counted = totals_of(document)
    problems = []
    for box, name, paths in TOTALS:
        for node in (node for path in paths for node in root.find(path) if node.text is not None):
            stated, actual = values.decimal(values.number(node.text or "")), counted[name]
            if actual is not None and stated == actual:
                node.read = True
            elif actual is not None or stated is None:
                message = _(
                    "Box {box} says {stated}, and the items give {actual}. Correct the total or the items.",
                    box=box,
                    stated=excerpt(values.text(node.text or "")),
                    actual="—" if actual is None else f"{actual:f}",
                )
                problems.append(_warning("/items", box, message))
    return problems


def totals_of(document: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """The totals that the items give; None where an item does not say."""
    items = document["items"]
    packages = [
        values.decimal(package.get("count"))
        for item in items
        for package in item.get("packages", ())
        if "count" in package
    ]
    gross = [values.decimal(item.get("gross_kg")) for item in items]
    return {"items": Decimal(len(items)), "packages": _sum(packages), "gross": _sum(gross)}


def _sum(parts: list[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None


# Values of our own, for which a SAD has no box


def _add_our_own(root: Node, document: dict[str, Any], posts: Collection[str]) -> None:
    """Puts the values that `write` had no box for back into their places."""
    for node in (
        node for further in root.find("Further") if further.is_ours for node in further.find("Value") if node.is_ours
    ):
        pointer = node.element.get("pointer") or ""
        try:
            value = orjson.loads(node.text or "")
        except orjson.JSONDecodeError:
            continue
        if _is_ours_to_set(pointer, value, document, posts):
            _set(document, pointer, value)
            node.read = True


def _is_ours_to_set(pointer: str, value: Any, document: Mapping[str, Any], posts: Collection[str]) -> bool:
    """Only names of the declaration, never the post of somebody else, and never an item that is not in the file."""
    names = pointer.split("/")[1:]
    if not names or len(names) > _MAX_OWN_DEPTH or _depth(value) > _MAX_OWN_DEPTH:
        return False
    if names[0] == "post":
        return len(names) == 1 and isinstance(value, str) and value in posts
    if names[0] != "items":
        return names[0] in HEADER_NAMES
    if len(names) < 3 or len(names[1]) > 3 or not (names[1].isascii() and names[1].isdecimal()):
        return False
    return int(names[1]) < len(document["items"]) and names[2] in ITEM_NAMES


def _set(document: dict[str, Any], pointer: str, value: Any) -> None:
    names = pointer.split("/")[1:]
    target: Any = document
    if names[0] == "items":
        target, names = document["items"][int(names[1])], names[2:]
    *way, last = names
    for name in way:
        inner = target.get(name)
        if not isinstance(inner, dict):
            inner = target[name] = {}
        target = inner
    if value is None:
        target.pop(last, None)
    else:
        target[last] = value


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


# What is left


def unread_of(root: Node) -> list[Unread]:
    """Every text and attribute of the tree that nothing has read, in order of the document."""
    found: list[Unread] = []
    _collect_unread(root, f"/{root.name}", "", found)
    return found


def _collect_unread(node: Node, path: str, box: str, found: list[Unread]) -> None:
    box = box_of_element(node.key) or box
    if not node.is_ours:
        for name, value in node.element.attrib.items():
            if not str(name).startswith(f"{{{OURS}}}"):
                found.append(Unread(f"{path}/@{str(name).rpartition('}')[2]}", str(value), box))
    if node.text is not None and not node.read:
        found.append(Unread(path, values.text(node.text), box))
    if not node.children:
        return
    names = [child.name for child in node.children]
    counts = Counter(names) if len(set(names)) < len(names) else {}
    seen: Counter[str] = Counter()
    for child in node.children:
        inner = f"{path}/{child.name}"
        if counts.get(child.name, 1) > 1:
            seen[child.name] += 1
            inner = f"{inner}[{seen[child.name]}]"
        _collect_unread(child, inner, box, found)
        if child.element.tail and not child.element.tail.isspace():
            found.append(Unread(f"{path}/text()", values.text(child.element.tail), box))


# Words


def _repeated(clash: Clash, base: str) -> Finding:
    message = _(
        "The element {name} is there again with another value, “{value}”. The first was taken.",
        name=clash.node.name,
        value=excerpt(values.text(clash.node.text or "")),
    )
    pointer = base + clash.box.pointers[0]
    return Finding(pointer, f"sad-{clash.box.number.lower()}-repeated", located(pointer, message), "warning")


def _problem(pointer: str, rule: str, message: Text) -> Finding:
    return Finding(pointer, f"sad-{(box_of(pointer) or '0').lower()}-{rule}", located(pointer, message))


def _warning(pointer: str, box: str, message: Text) -> Finding:
    return Finding(pointer, f"sad-{box}-total", message, "warning")


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Header first, then item by item; as found within each."""

    def item(finding: Finding) -> int:
        names = finding.pointer.split("/")
        return int(names[2]) if len(names) > 2 and names[1] == "items" else -1

    return sorted(findings, key=item)


def _invalid(rule: str, message: Text) -> Invalid:
    return Invalid(message, findings=[Finding("", rule, message)])
