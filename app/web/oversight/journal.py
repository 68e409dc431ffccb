"""The journal, for auditors."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import render_template, request, url_for

from app.core import db
from app.core.journal import JournalEntry
from app.core.text import ascii_digits, fault_in, normal
from app.edge.signin import current_actor, signed_in
from app.registers.oversight import journaled
from app.registers.oversight.journaled import Asked
from app.web.oversight.pages import blueprint, day, link_of, own_post, zone_of

PAGE = 50
_LONGEST = 120
#: What a reader may not learn of by the way: the content of watch lists and of rules.
_CLOSED = ("watchlist", "risk")
WHAT = ("looked.", "declaration.", "inspection.", "proposal.", "permit.", "transit.", "payment.", "account.", "grant.",
        "risk.", "oversight.")  # fmt: skip


@blueprint.get("/journal")
@signed_in(*journaled.READING)
def journal() -> str:
    """Filters are in the address, so that a search can be kept; without a thing or a day, the last week."""
    typed = {name: _typed(name) for name in ("who", "what", "thing", "since", "until")}
    post = _typed("post") or own_post()
    zone, after = zone_of(post), ascii_digits(request.args.get("after", ""))
    since, until = day(typed["since"]), day(typed["until"])
    with db.reading() as session:
        start = _begin(since, zone) if since else None if typed["thing"] else db.now(session) - journaled.USUAL
        end = _begin(until + dt.timedelta(days=1), zone) if until else None
        asked = Asked(post, typed["who"], typed["what"], typed["thing"], start, end)
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None
        page = journaled.page(session, asked, by=current_actor(), limit=PAGE, after=number)
    kept: dict[str, Any] = {name: value or None for name, value in typed.items()} | {"post": post}
    return render_template(
        "oversight/journal.html",
        page=page,
        typed=typed,
        post_asked=post,
        kinds=WHAT,
        link_of=_link,
        details=_details,
        next=url_for("oversight.journal", **kept, after=page.next) if page.next else None,
        first=url_for("oversight.journal", **kept) if after else None,
    )


def _typed(name: str) -> str:
    words = normal(request.args.get(name, "")[:_LONGEST])
    return "" if fault_in(words) else words


def _begin(on: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(), zone)


def _link(line: journaled.Line) -> str | None:
    return link_of(line.entry.kind, line.entry.subject, line.reference if line.reference != line.entry.subject else "")


def _details(entry: JournalEntry) -> list[tuple[str, str, str]]:
    """What changed: name, before, after."""
    if entry.kind.startswith(_CLOSED):
        return []
    before, after = entry.before or {}, entry.after or {}
    return [(name, _short(before.get(name)), _short(after.get(name))) for name in sorted({*before, *after})]


def _short(value: object) -> str:
    return "" if value is None else str(value)[:200]
