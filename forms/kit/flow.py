"""What follows each other down a form and over its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from forms.kit.canvas import Page

#: Draws a strip whose top is at y (millimetres from the top of the page).
Draw = Callable[[float], None]


class Strip(NamedTuple):
    """A piece of a page from edge to edge.

    `head` is drawn again where a page begins in the middle of its table. `keep` is the number of strips after this one
    that must stand on the same page.
    """

    height: float
    draw: Draw
    head: Strip | None = None
    keep: int = 0


class Placed(NamedTuple):
    """A strip and the y of its top."""

    y: float
    strip: Strip


class Room(NamedTuple):
    """Where strips may stand on a page: from y to y."""

    top: float
    bottom: float


def gap(height: float) -> Strip:
    """Empty space; it is dropped at the top of a page."""
    return Strip(height, _nothing)


def lowered(page: Page, strip: Strip) -> Strip:
    """The strip, drawn as `Page.lowered` does: for the rows of long lists."""
    if strip.draw is _nothing:
        return strip
    head = lowered(page, strip.head) if strip.head is not None else None
    return strip._replace(draw=lambda y: page.lowered(y, partial(strip.draw, 0.0)), head=head)


def _nothing(y: float) -> None:
    """Draws nothing."""


def over_pages(strips: Sequence[Strip], first: Room, following: Room) -> list[list[Placed]]:
    """The strips of each page; the first page is there even if it holds none of them."""
    pages: list[list[Placed]] = [[]]
    room, y = first, first.top
    for number, strip in enumerate(strips):
        if strip.draw is _nothing:
            # Space is no reason for a page of its own.
            y += 0 if y == room.top else strip.height
            continue
        together = sum(each.height for each in strips[number : number + 1 + strip.keep])
        needed = min(together, following.bottom - following.top)
        if y + needed > room.bottom + 0.01 and (y > room.top or room is not following):
            pages.append([])
            room, y = following, following.top
            if strip.head is not None:
                pages[-1].append(Placed(y, strip.head))
                y += strip.head.height
        pages[-1].append(Placed(y, strip))
        y += strip.height
    return pages


def draw(placed: Sequence[Placed]) -> None:
    """Draws the strips of one page."""
    for y, strip in placed:
        strip.draw(y)


def end_of(placed: Sequence[Placed], room: Room) -> float:
    """Where the last strip of a page ends."""
    return max((y + strip.height for y, strip in placed), default=room.top)
