"""Writes a declaration as a SAD in ASYCUDA World's XML.

What came as a SAD goes out as that SAD: its own tree, in which only the boxes whose meaning the declaration has
changed are written anew. What came some other way is written into an empty SAD; values for which a SAD has no box
stand at its end in elements of a namespace of ours, so that reading gives back the same declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

import orjson
from lxml import etree

from app.core.errors import Finding, Invalid
from app.core.text import _
from app.interchange import xml
from app.interchange.asycuda import values
from app.interchange.asycuda.blank import blank_sad, fill_item
from app.interchange.asycuda.mapping import at_pointer, put, rows_of, wanted_of
from app.interchange.asycuda.read import header_documents, interpret, item_rows, sad_root, totals_of
from app.interchange.asycuda.tree import OURS, Node, tree
from app.interchange.asycuda.vocabulary import (
    CONTAINER_FLAG,
    CONTAINERS,
    DOCUMENTS,
    HEADER,
    HEADER_NAMES,
    INVOICE_DOCUMENT,
    ITEM,
    ITEM_NAMES,
    TOTALS,
    Box,
    Rows,
)

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(
    document: Mapping[str, Any], *, source: bytes | None = None, mrn: str | None = None, further: bool | None = None
) -> bytes:
    """The SAD of a declaration, UTF-8.

    With the `source` it was read from: those very bytes where nothing has changed, else the same tree with the
    changed boxes; neither post nor `mrn` is written into somebody else's SAD. Without: a new SAD, the MRN as its
    registration number. `further` says whether values without a box are written too; by default only into a new SAD.
    Raises Invalid where a text cannot stand in XML."""
    wanted = pruned(document)
    _refuse_unwritable(wanted, "")
    if source is not None:
        return _onto_source(wanted, source, bool(further))
    root = tree(blank_sad())
    if mrn is not None:
        root.ensure("Identification/Registration/Number").set_text(mrn)
    root.ensure("Property/Sad_flow").set_text("E" if str(wanted.get("declaration_type", "")).startswith("EX") else "I")
    if at_pointer(wanted, "/office/code") is None and "post" in wanted:
        root.ensure("Identification/Office_segment/Customs_clearance_office_code").set_text(str(wanted["post"]))
    _Writing(root, wanted, new=True).all(further is not False)
    etree.indent(root.element, space=" ")
    return _bytes(root, standalone=False)


def pruned(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what is absent (null, empty texts, lists and objects); reading and writing agree on this
    form."""
    found = _pruned(document)
    return {**found, "items": found.get("items", [])}


def _pruned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: kept for name, part in value.items() if (kept := _pruned(part)) not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [kept for part in value if (kept := _pruned(part)) not in (None, "", [], {})]
    return value


def _onto_source(wanted: dict[str, Any], source: bytes, further: bool) -> bytes:
    decoded = xml.decode(source)
    root = tree(sad_root(xml.parse_text(decoded.text)))
    writing = _Writing(root, wanted, new=False)
    writing.all(further)
    if not writing.changed and decoded.faithful:
        return source
    return _bytes(root, standalone=root.element.getroottree().docinfo.standalone)


def _bytes(root: Node, *, standalone: bool | None) -> bytes:
    whole = root.element.getroottree()
    return cast("bytes", etree.tostring(whole, encoding="UTF-8", xml_declaration=True, standalone=standalone))  # type: ignore[arg-type]


class _Writing:
    """One run of writing: the tree, what it is to say, and whether anything had to be changed."""

    def __init__(self, root: Node, wanted: dict[str, Any], *, new: bool) -> None:
        self.root, self.wanted, self.new = root, wanted, new
        self.posts = (str(wanted["post"]),) if "post" in wanted else ()
        before = interpret(root, self.posts)
        self.before, self.order = before.document, before.order
        self.changed = False

    def all(self, further: bool) -> None:
        """Everything, in the order in which one thing shows in the next."""
        totals, flags = self._agreeing_totals(), self._agreeing_flags()
        self._items()
        self._header_documents()
        self._boxes()
        self._containers()
        self._invoice()
        self._totals(totals)
        for flag in flags:
            self._set(flag, "true" if at_pointer(self.wanted, "/transport/containers") else "false")
        if further or self._ours():
            self._further()

    # Items

    def _items(self) -> None:
        nodes = self.root.find("Item")
        wanted = self.wanted["items"]
        kept = _matched(wanted, len(nodes))
        for node in (node for place, node in enumerate(nodes) if place not in kept):
            node.remove()
            self.changed = True
        after: Node | None = None
        for item, place in zip(wanted, kept, strict=True):
            node = after = self._new_item(after) if place is None else nodes[place]
            self._item(node, item)

    def _new_item(self, last: Node | None) -> Node:
        self.changed = True
        # Node knows its children from the start, so the element is filled before it becomes one.
        parent = last.parent if last is not None and last.parent is not None else self.root
        return parent.add("Item", after=last, fill=fill_item)

    def _item(self, node: Node, item: Mapping[str, Any]) -> None:
        for box in ITEM:
            self._put(node, box, item)
        for rows, found in list(item_rows(node, self.order)):
            wanted = at_pointer(item, rows.pointer)
            self._rows(node, rows, found, ([] if wanted is None else [wanted]) if rows.first_only else wanted or [])

    def _rows(self, at: Node, rows: Rows, found: list[tuple[Any, Node]], wanted: list[Any]) -> list[Node]:
        """Makes the rows say what is wanted; returns the elements that are new."""
        for surplus in _surplus([row for row, _node in found], wanted):
            found[surplus][1].remove()
            self.changed = True
        kept = [node for _row, node in found if node.parent is not None and node in node.parent.children]
        added = []
        for place, row in enumerate(wanted):
            if place < len(kept):
                node = kept[place]
            else:
                node = self._new_row(at, rows, kept)
                kept.append(node)
                added.append(node)
            for box in rows.boxes:
                self._put(node, box, row if isinstance(row, Mapping) else {"": row})
        return added

    def _new_row(self, at: Node, rows: Rows, used: list[Node]) -> Node:
        """An empty element that is there already, or a new one after the last of its kind."""
        self.changed = True
        there = at.find(rows.paths[0])
        spare = next(
            (node for node in there if node not in used and not any(inner.text for inner in node.walk())), None
        )
        if spare is not None:
            return spare
        if not there:
            return at.ensure(rows.paths[0])
        last = there[-1]
        name = rows.paths[0].rpartition("/")[2].partition("|")[0]
        return (last.parent or at).add(name, after=last)

    # Header

    def _boxes(self) -> None:
        for box in HEADER:
            is_office = box.pointers[0].startswith("/office/")
            if not is_office or "office" in self.wanted:
                self._put(self.root, box, self.wanted)

    def _header_documents(self) -> None:
        """New documents of the whole declaration go where a SAD has them: to the first item, marked as what they
        are."""
        items = self.root.find("Item")
        found = header_documents(self.root, self.order)
        for node in self._rows(items[0] if items else self.root, DOCUMENTS, found, self.wanted.get("documents", [])):
            if items:
                node.element.set(f"{{{OURS}}}whole", "true")

    def _containers(self) -> None:
        wanted = list(
            dict.fromkeys(str(container) for container in at_pointer(self.wanted, "/transport/containers") or ())
        )
        if wanted == (at_pointer(self.before, "/transport/containers") or []):
            return
        found = rows_of(self.root, CONTAINERS, self.order)
        in_marks = [
            container
            for item in self.wanted["items"]
            for package in item.get("packages", ())
            for container in values.containers_in(str(package.get("marks", "")))
        ]
        named = [str(row) for row, _node in found]
        elements = [container for container in wanted if container in named or container not in in_marks]
        self._rows(self.root, CONTAINERS, found, elements)

    def _invoice(self) -> None:
        """The number and date of the invoice, unless the documents tell them already."""
        now = interpret(self.root, self.posts).document if self.changed else self.before
        said = now.get("invoice", {})
        wanted = self.wanted.get("invoice", {})
        if any(said.get(name) != wanted.get(name) for name in ("number", "date")):
            for box in INVOICE_DOCUMENT:
                self._put(self.root, box, self.wanted)

    def _agreeing_totals(self) -> list[tuple[Node, str]]:
        """The totals that follow the items; one that did not agree with them is left as it was."""
        counted = totals_of(self.before)
        nodes = [(node, name) for _box, name, paths in TOTALS for path in paths for node in self.root.find(path)]
        if self.new:
            return nodes
        return [
            (node, name)
            for node, name in nodes
            if node.text is not None
            and counted[name] is not None
            and values.decimal(values.number(node.text)) == counted[name]
        ]

    def _totals(self, agreed: list[tuple[Node, str]]) -> None:
        counted = totals_of(self.wanted)
        for node, name in agreed:
            actual = counted[name]
            if values.decimal(values.number(node.text or "")) != actual:
                self._set(node, None if actual is None else f"{actual:f}")

    def _agreeing_flags(self) -> list[Node]:
        containers = bool(at_pointer(self.before, "/transport/containers"))
        says = "true" if containers else "false"
        return [
            flag for flag in self.root.find(CONTAINER_FLAG) if self.new or (flag.text or "").strip().casefold() == says
        ]

    # What has no box

    def _ours(self) -> list[Node]:
        return [node for node in self.root.find("Further") if node.is_ours]

    def _unsaid(self) -> list[tuple[str, Any]]:
        """What the tree does not say yet."""
        return list(_differences(interpret(self.root, self.posts).document, self.wanted, ""))

    def _further(self) -> None:
        if not self._unsaid():
            return
        for node in self._ours():
            node.remove()
        missing = self._unsaid()
        self.changed = True
        element = etree.SubElement(self.root.element, f"{{{OURS}}}Further")
        for pointer, value in missing:
            etree.SubElement(element, f"{{{OURS}}}Value", pointer=pointer).text = orjson.dumps(value).decode()

    # Writing

    def _put(self, at: Node, box: Box, wanted: Mapping[str, Any]) -> None:
        self.changed |= put(at, box, wanted_of(wanted, box), self.order, everywhere=self.new)

    def _set(self, node: Node, text: str | None) -> None:
        if (node.text or "").strip() != (text or ""):
            node.set_text(text)
            self.changed = True


def _matched(items: list[Mapping[str, Any]], count: int) -> list[int | None]:
    """For each item wanted, the place of the element it came from: by its number where the numbers rise, else by its
    place."""
    numbers = [number for item in items if isinstance(number := item.get("number"), int) and number > 0]
    rising = len(numbers) == len(items) and all(first < second for first, second in pairwise(numbers))
    places = [number - 1 for number in numbers] if rising else range(len(items))
    return [place if place < count else None for place in places]


def _surplus(found: list[Any], wanted: list[Any]) -> list[int]:
    """Which rows to remove when there are too many: from the end, those that are not wanted at all first."""
    over = max(0, len(found) - len(wanted))
    gone = [place for place in reversed(range(len(found))) if found[place] not in wanted]
    rest = [place for place in reversed(range(len(found))) if found[place] in wanted]
    return (gone + rest)[:over]


def _differences(have: Any, want: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Pointers and values that turn one document into the other, for the names that may stand apart from the boxes."""
    for name in sorted({*have, *want}):
        if pointer == "" and name == "items":
            for at, (item, other) in enumerate(zip(have["items"], want["items"], strict=True)):
                yield from (
                    difference
                    for difference in _differences(item, other, f"/items/{at}")
                    if difference[0].split("/")[3] in ITEM_NAMES
                )
        elif pointer != "" or name in HEADER_NAMES:
            old, new = have.get(name), want.get(name)
            if isinstance(old, dict | None) and isinstance(new, dict) and new and (old or pointer.count("/") < 2):
                yield from _differences(old or {}, new, f"{pointer}/{name}")
            elif old != new:
                yield f"{pointer}/{name}", new


def _refuse_unwritable(value: Any, pointer: str) -> None:
    if isinstance(value, str) and _NOT_XML.search(value):
        message = _("The text holds a character that cannot stand in XML. Remove it.")
        raise Invalid(message, findings=[Finding(pointer, "xml-character", message)])
    if isinstance(value, Mapping):
        for name, part in value.items():
            _refuse_unwritable(part, f"{pointer}/{name}")
    if isinstance(value, list):
        for at, part in enumerate(value):
            _refuse_unwritable(part, f"{pointer}/{at}")
