"""Rules about the movement as a whole: its post, its type, when it is announced."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core.errors import Finding
from app.core.text import _
from app.transit.rules.context import Context
from app.transit.rules.registry import HEADER, RULES, Failures, rule

_SHOWN_POSTS = 20
#: How long ahead goods are announced (days).
_EARLIEST = 30
_OWN = "Guzar: offices and their part in a movement"


@rule(
    "movement.post-unknown",
    box="17 03",
    pointer="/post",
    of=HEADER,
    fixed=True,
    says=_("{post} is not an office of this administration."),
    remedy=_("Use one of: {posts}."),
    source=_OWN,
)
def post_known(context: Context) -> Failures:
    post = context.setting.declared.post
    if post not in context.setting.posts:
        yield ("post",), _posts(post, context.setting.posts)


def unknown_post(post: str, posts: frozenset[str]) -> Finding:
    """What is told where something is sent to a post that is not one of ours."""
    return RULES["movement.post-unknown"].finding(("post",), _posts(post, posts))


def _posts(post: str, posts: frozenset[str]) -> dict[str, Any]:
    return {"post": post, "posts": ", ".join(sorted(posts)[:_SHOWN_POSTS])}


@rule(
    "movement.type-of-tir",
    box="11 01",
    pointer="/declaration_type",
    of=HEADER,
    says=_("The type of declaration is {type}, the kind of transit is not that."),
    remedy=_("Declare type TIR for a TIR transport and only for it, or leave the type empty."),
    source="NCTS condition C0411",
)
def type_of_tir(context: Context) -> Failures:
    said = context.header.get("declaration_type")
    if said and (said == "TIR") != context.tir:
        yield ("declaration_type",), {"type": said}


@rule(
    "movement.presented-when",
    box="11 02",
    pointer="/transport/expected_arrival",
    of=HEADER,
    severity="warning",
    says=_("The goods are announced, but not when they will be there."),
    remedy=_("Write when they are expected at the office."),
    source="NCTS additional declaration type D: presented later; the moment is Guzar's proposal",
)
def announced_without_day(context: Context) -> Failures:
    if context.prelodged and not context.transport.get("expected_arrival"):
        yield ("transport", "expected_arrival"), {}


@rule(
    "movement.presented-past",
    box="11 02",
    pointer="/transport/expected_arrival",
    of=HEADER,
    says=_("The goods are announced for {day}, which is past."),
    remedy=_("Correct the day; for goods that are there, do not announce them but lodge."),
    source="NCTS additional declaration type D: presented later",
)
def announced_for_yesterday(context: Context) -> Failures:
    day = expected(context)
    if context.prelodged and day is not None and day < context.today:
        yield ("transport", "expected_arrival"), {"day": day.isoformat()}


@rule(
    "movement.presented-far",
    box="11 02",
    pointer="/transport/expected_arrival",
    of=HEADER,
    severity="warning",
    says=_("The goods are announced for {day}, more than {most} days ahead."),
    remedy=_("Correct the day, or announce them later: what is not presented in time counts no more."),
    source="NCTS: what is lodged before presentation lapses after 30 days",
)
def announced_too_early(context: Context) -> Failures:
    day = expected(context)
    if context.prelodged and day is not None and day > context.today + dt.timedelta(days=_EARLIEST):
        yield ("transport", "expected_arrival"), {"day": day.isoformat(), "most": _EARLIEST}


def expected(context: Context) -> dt.date | None:
    """The day (UTC) on which the goods are expected at the post."""
    said = context.transport.get("expected_arrival")
    return dt.date.fromisoformat(said[:10]) if said else None


def _code(name: str, path: tuple[str, ...], box: str, list_name: str, example: str) -> None:
    """Enters the rule that a code of the header stands in its list."""

    @rule(
        f"movement.{name}",
        box=box,
        pointer="/" + "/".join(path),
        of=HEADER,
        says=_("{code} is not a code of this list on the day of the movement."),
        remedy=_("Choose one of the list, such as {example}."),
        source=f"Code list {list_name}",
    )
    def known(context: Context) -> Failures:
        code = word(context.header, *path)
        if code and context.codes[list_name][code] is None:
            yield path, {"code": code, "example": example}


def word(words: Any, *path: str) -> Any:
    """What stands at that path, or None."""
    for name in path:
        if not isinstance(words, dict):
            return None
        words = words.get(name)
    return words


_code("dispatch-unknown", ("countries", "dispatch"), "16 06", "country", "AF")
_code("destination-unknown", ("countries", "destination"), "16 03", "country", "TJ")
_code("border-mode-unknown", ("transport", "border_mode"), "19 03", "transport_mode", "3")
_code("inland-mode-unknown", ("transport", "inland_mode"), "19 04", "transport_mode", "3")
_code("vehicle-country-unknown", ("transport", "vehicle", "country"), "19 05", "country", "TJ")
_code("trailer-country-unknown", ("transport", "trailer", "country"), "19 05", "country", "TJ")
_code("location-type-unknown", ("location", "type"), "16 15", "location_type", "B")
_code("location-qualifier-unknown", ("location", "qualifier"), "16 15", "location_qualifier", "Z")
