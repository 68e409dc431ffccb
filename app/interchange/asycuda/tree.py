"""A SAD's XML as a tree in which names are met tolerantly, and which knows what has not been read.

Real files misspell (`Suppplementary_unit_code`, `Deffered_payment_reference`), change case, add prefixes and put
`<null/>` where nothing is. Names are therefore compared by `key`: without case, punctuation and doubled letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree

#: Values that have no box in a SAD, and marks of ours on elements of a SAD, are in this namespace.
OURS: Final = "urn:guzar:sad:1"

_DOUBLED = re.compile(r"([a-z])\1+")
_NOT_IN_KEY = re.compile(r"[^a-z0-9]")
#: Elements that some systems put around others; looked through as if they were not there.
_TRANSPARENT: Final = frozenset({"sad", "items", "containers"})


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """What a name is compared by: `Suppplementary_unit_code` and `supplementary_Unit_Code` are the same."""
    return _DOUBLED.sub(r"\1", _NOT_IN_KEY.sub("", name.casefold()))


@lru_cache(maxsize=4096)
def _names(tag: str) -> tuple[str, str]:
    local = tag.rpartition("}")[2]
    return local, key(local)


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[tuple[str, ...], ...]:
    """`Tarification|Tariff/HScode` as the keys allowed at each step."""
    return tuple(tuple(key(name) for name in step.split("|")) for step in path.split("/"))


class Node:
    """One element: its text, its children by key, and whether its text has been read."""

    __slots__ = ("children", "element", "key", "name", "parent", "read", "text")

    def __init__(self, element: etree._Element, parent: Node | None, *, sparse: bool = False) -> None:
        self.element = element
        self.parent = parent
        self.name, self.key = _names(element.tag)
        self.children: Sequence[Node] = ()
        self.read = False
        text, children = element.text, []
        for child in element:
            tag = child.tag
            # `<null/>` is no element of its own: it says that there is no value. Comments and instructions say nothing.
            if not isinstance(tag, str) or _is_null(child, tag):
                if child.tail:
                    text = (text or "") + child.tail
                continue
            node = Node(child, self, sparse=sparse)
            if not sparse or node._says_something():
                children.append(node)
        if children:
            self.children = children
        self.text = _value(text)

    def _says_something(self) -> bool:
        # An item without anything in it is an item all the same.
        return bool(
            self.text or self.children or self.element.attrib or self.key == "item" or _value(self.element.tail)
        )

    def of(self, keys: tuple[str, ...]) -> Iterator[Node]:
        """The children with one of the keys, in order, looking through elements that only group."""
        for child in self.children:
            if child.key in keys:
                yield child
            elif child.key in _TRANSPARENT:
                yield from child.of(keys)

    def find(self, path: str) -> list[Node]:
        """Every element at a path below this one, in order of the document."""
        found = [self]
        for keys in steps(path):
            found = [child for node in found for child in node.of(keys)]
        return found

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    @property
    def is_ours(self) -> bool:
        """Whether the element is of our own namespace, not of the SAD."""
        return str(self.element.tag).startswith(f"{{{OURS}}}")

    # Changing

    def set_text(self, text: str | None) -> None:
        """Replaces the text; `<null/>` goes, comments and other children stay."""
        for child in list(self.element):
            if isinstance(child.tag, str) and _is_null(child, child.tag):
                self.element.remove(child)
            else:
                child.tail = None
        self.element.text = text
        self.text = _value(text)

    def add(
        self, name: str, *, after: Node | None = None, fill: Callable[[etree._Element], None] | None = None
    ) -> Node:
        """A new element below this one, after another or as the last; `fill` puts in what it begins with."""
        namespace = etree.QName(self.element).namespace
        element = self.element.makeelement(f"{{{namespace}}}{name}" if namespace else name)
        if fill is not None:
            fill(element)
        if after is None or after.parent is not self:
            self.element.append(element)
            place = len(self.children)
        else:
            after.element.addnext(element)  # the white space after the one comes to stand after the other
            place = self.children.index(after) + 1
        node = Node(element, self)
        self.children = [*self.children[:place], node, *self.children[place:]]
        return node

    def ensure(self, path: str) -> Node:
        """The first element at a path, made where it is missing by the first name of each step."""
        node = self
        for step in path.split("/"):
            keys = tuple(key(name) for name in step.split("|"))
            node = next(node.of(keys), None) or node.add(step.split("|", 1)[0])
        return node

    def remove(self) -> None:
        """Takes the element out of the tree; the white space after it stays."""
        parent = self.parent
        if parent is None:
            return
        parent.children = [child for child in parent.children if child is not self]
        before = self.element.getprevious()
        if self.element.tail and self.element.tail.strip():
            if before is None:
                parent.element.text = _joined(parent.element.text, self.element.tail)
            else:
                before.tail = _joined(before.tail, self.element.tail)
        parent.element.remove(self.element)


@dataclass(frozen=True, slots=True)
class Unread:
    """A value of the file that has no place in the declaration, with the SAD box it belongs to, if known."""

    path: str
    text: str
    box: str

    def plain(self) -> dict[str, str]:
        """JSON-ready."""
        return {"path": self.path, "text": self.text, "box": self.box}


def tree(root: etree._Element, *, sparse: bool = False) -> Node:
    """The tree of a parsed file; a `sparse` one, for reading only, leaves out the many elements that hold nothing."""
    return Node(root, None, sparse=sparse)


def _is_null(element: etree._Element, tag: str) -> bool:
    return _names(tag)[1] == "nul" and not len(element) and not element.attrib and not _value(element.text)


def _value(text: str | None) -> str | None:
    return text if text and not text.isspace() else None


def _joined(text: str | None, more: str | None) -> str | None:
    return (text or "") + more if more else text
