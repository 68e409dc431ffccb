"""The list of profiles with what each did in the last months, and what waits for a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import _, fault_in, normal
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving
from app.risk.operations.noting import ANALYSING
from app.risk.operations.profiles import KINDS
from app.risk.queries import figures, in_force
from app.risk.queries import profiles as queries
from app.risk.queries.figures import Figure
from app.risk.queries.traffic import counted_at
from app.web.analyst import profile_words
from app.web.analyst.pages import blueprint
from app.web.analyst.profile_form import KIND_WORDS, LANES
from app.web.analyst.purpose import looking
from app.web.lists import lists_of
from app.web.words import LANES as LANE_WORDS

PAGE = 50
LONGEST_SEARCH = 60
#: What a list tells of each: the last three months.
SPAN = dt.timedelta(days=92)
Key = tuple[str, int]


@blueprint.get("/profiles", endpoint="profiles")
@looking("profiles")
def profile_list() -> str:
    """Profiles by code; everything that narrows the list stands in the address."""
    wanted, after = _wanted(), _after()
    actor = current_actor()
    with db.reading() as session:
        lists = lists_of(session)
        found = queries.page(session, wanted, after=after, limit=PAGE + 1)
        today = lists.book.day_at(db.node_post(), db.now(session))
        did = did_since(session, today - SPAN, today, wanted.post or None)
        counts = queries.counts(session)
        problems = in_force(session).problems
        counted = counted_at(session)
        waiting = approving.waiting(session, by=actor, only=profile_words.ASKED)
        settles = {p.id for p in waiting if approving.may_settle(p, by=actor)}
    rows = found[:PAGE]
    return render_template(
        "analyst/profiles.html",
        rows=rows,
        did=did,
        counted_at=counted,
        wanted=wanted,
        kept=_address(wanted),
        after=after,
        next=f"{rows[-1].code}/{rows[-1].version}" if len(found) > PAGE else None,
        tabs=_tabs(wanted, counts),
        problems=problems,
        waiting=waiting,
        settles=settles,
        posts=[(post.code, f"{post.code} – {post.name(lists.locale)}") for post in lists.book.posts()],
        lanes=[(lane, translate(LANE_WORDS[lane].text)) for lane in LANES],
        kinds=[(kind, translate(words)) for kind, words in KIND_WORDS.items()],
        makes=may_write(actor),
    )


def did_since(session: Session, since: dt.date, until: dt.date, post: str | None = None) -> Mapping[Key, Figure]:
    """What every version did in these days, at all posts or at one."""
    return {(one.code, one.version): one for one in figures.by_profile(session, since, until, post)}


def may_write(actor: Actor) -> bool:
    return actor.grant(ANALYSING, db.node_post()) is not None


def _wanted() -> queries.Wanted:
    """What the address asks for; what it does not know is left out."""
    text = normal(request.args.get("q", "")[:LONGEST_SEARCH])
    status, lane, kind = (request.args.get(name, "") for name in ("status", "lane", "kind"))
    post = request.args.get("post", "")
    return queries.Wanted(
        status=status if status in (*profile_words.STATES, queries.ALL) else queries.LIVE,
        lane=lane if lane in LANES else "",
        post=post if len(post) == 5 and post.isalnum() else "",
        kind=kind if kind in KINDS else "",
        text=text if fault_in(text) is None else "",
    )


def _address(wanted: queries.Wanted) -> dict[str, Any]:
    """The narrowing as it stands in an address."""
    status = "" if wanted.status == queries.LIVE else wanted.status
    given = {"status": status, "lane": wanted.lane, "post": wanted.post, "kind": wanted.kind, "q": wanted.text}
    return {name: value for name, value in given.items() if value}


def _tabs(wanted: queries.Wanted, counts: Mapping[str, int]) -> list[tuple[object, str, int | None, bool]]:
    kept = {name: value for name, value in _address(wanted).items() if name != "status"}
    live = sum(count for status, count in counts.items() if status != "ended")
    tabs: list[tuple[object, str, int | None, bool]] = [
        (_("All but ended"), url_for("analyst.profiles", **kept), live, wanted.status == queries.LIVE)
    ]
    for code, word in profile_words.STATES.items():
        url = url_for("analyst.profiles", **kept, status=code)
        tabs.append((word.text, url, counts.get(code, 0), wanted.status == code))
    return tabs


def _after() -> Key | None:
    after = request.args.get("after", "")
    if not after:
        return None
    code, _slash, version = after.rpartition("/")
    if not code or fault_in(code) is not None or not (version.isascii() and version.isdigit() and len(version) < 8):
        raise Invalid(findings=[Finding("/after", "page.after", _("Use the “next” of the page before."))])
    return code, int(version)
