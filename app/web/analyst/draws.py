"""Chance audited: what was promised of each day, what was drawn, and whether both fit, computed again before one's eyes."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for

from app.core import db
from app.core.errors import NotFound
from app.core.text import Text, _
from app.registers.risk import endings
from app.risk.queries import draws as queries
from app.risk.queries.draws import Day, Draw
from app.risk.queries.replays import share
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.lists import lists_of

#: Days of a page: each of their draws is computed again.
PAGE = 7
#: Draws of a page of one day.
DRAWS = 100
#: What comes seldomer than on one of 300 days is told as unlikely.
_UNLIKELY = 1 / 300
WRONG: dict[str, Text] = {
    "not-promised": _("The journal does not promise this seed."),
    "other-seed": _("The promise is not that of this seed."),
    "opened-otherwise": _("The journal opens another seed, or none."),
    "number": _("The number does not follow from the seed."),
    "outcome": _("The lane does not follow from number and share."),
    "before-seed": _("It was drawn before the seed was promised."),
}
SHOWN = ("", "drawn", "wrong")


@dataclass(frozen=True, slots=True)
class Seen:
    """A draw with the consignment's number, and whether something was found there."""

    draw: Draw
    reference: str
    found: bool


@blueprint.get("/draws")
@looking("draws")
def draws() -> str:
    """A post's days, the newest first."""
    with db.reading() as session:
        lists = lists_of(session)
        post = request.args.get("post", "")
        post = post if lists.book.post(post) is not None else db.node_post()
        until = _day(request.args.get("until", ""))
        known = queries.promised(session, post, until, PAGE + 1)
        days = queries.days(session, known[min(len(known), PAGE) - 1], known[0], post) if known else []
        posts = queries.posts(session)
    return render_template(
        "analyst/draws.html",
        days=[(day, _within_chance(day)) for day in days],
        post=post,
        posts=[(code, f"{code} – {lists.post_name(code)}") for code in sorted({*posts, post})],
        lists=lists,
        next=known[PAGE] if len(known) > PAGE else None,
        until=until,
        whole=_whole(days),
    )


@blueprint.get("/draws/<post>/<day>")
@looking("draws/{post}/{day}")
def draws_day(post: str, day: str) -> str:
    """One day with every draw of it; `show` narrows to what chance stopped, or to what is wrong."""
    on, show = _day(day), request.args.get("show", "")
    show = show if show in SHOWN else ""
    begin = request.args.get("from", "")
    first = int(begin) if begin.isascii() and begin.isdigit() and len(begin) < 7 else 0
    with db.reading() as session:
        found = queries.day(session, post, on) if on is not None else None
        if found is None:
            raise NotFound()
        lists = lists_of(session)
        chosen = [d for d in found.draws if not show or (d.drawn if show == "drawn" else bool(d.wrong))]
        shown = chosen[first : first + DRAWS]
        told = endings.of(session, [(post, d.declaration) for d in shown if d.declaration], [d.movement for d in shown if d.movement])  # fmt: skip
    rows = [_seen(draw, told, post) for draw in shown]
    address: dict[str, Any] = {"post": post, "day": day, **({"show": show} if show else {})}
    return render_template(
        "analyst/draws_day.html",
        day=found,
        within=_within_chance(found),
        rows=rows,
        lists=lists,
        wrong=WRONG,
        tabs=_tabs(found, post, day, show),
        show=show,
        next=url_for("analyst.draws_day", **(address | {"from": first + DRAWS}))
        if first + DRAWS < len(chosen)
        else None,
        first=url_for("analyst.draws_day", **address) if first else None,
    )


def _seen(draw: Draw, told: Any, post: str) -> Seen:
    key = draw.movement or (post, draw.declaration)
    ending = told.get(key)
    return Seen(draw, ending.reference or "" if ending else "", bool(ending and ending.found))


def _tabs(found: Day, post: str, day: str, show: str) -> list[tuple[Text, str, int, bool]]:
    counts = {"": len(found.draws), "drawn": found.drawn, "wrong": sum(bool(d.wrong) for d in found.draws)}
    words = {"": _("All draws"), "drawn": _("Stopped by chance"), "wrong": _("Not as it should be")}
    return [
        (words[name], url_for("analyst.draws_day", post=post, day=day, show=name or None), counts[name], name == show)
        for name in SHOWN
    ]


def _within_chance(day: Day) -> bool | None:
    """Whether chance stopped about as many as its share says; None where nothing was open to it."""
    expected = float(sum((d.share for d in day.draws if d.open_to_chance), Decimal(0)) / 100)
    if not day.open_to_chance:
        return None
    return 2 * min(_at_most(day.drawn, expected), 1 - _at_most(day.drawn - 1, expected)) >= _UNLIKELY


def _at_most(count: int, expected: float) -> float:
    """How likely so many or fewer are, by the distribution of Poisson, which is somewhat wider than that of draws."""
    if expected == 0:
        return 1.0 if count >= 0 else 0.0
    return math.fsum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(count + 1))


def _whole(days: list[Day]) -> dict[str, Any]:
    """The days of the page together."""
    open_, drawn = sum(d.open_to_chance for d in days), sum(d.drawn for d in days)
    shares = [d.share for day in days for d in day.draws if d.open_to_chance]
    return {
        "draws": sum(len(d.draws) for d in days),
        "drawn": drawn,
        "actual": share(drawn, open_),
        "expected": (sum(shares, Decimal(0)) / len(shares)).quantize(Decimal("0.01")) if shares else None,
        "mismatches": sum(d.mismatches for d in days),
    }


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
