"""The overview: who came, in which lanes, what was found where, and whether profiles do what they were expected to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from app.approvals.models import Proposal
from app.core import db
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving
from app.reference.codebook import COMMODITY
from app.registers.reasons import DOUBTS, SCORE
from app.risk.models import RiskProfile
from app.risk.operations import proposing
from app.risk.operations.trusting import TRUSTED
from app.risk.queries import figures, in_force, profiles_named, scores, tampering, traffic
from app.risk.queries.figures import CHANCE, EVERYTHING, Figure
from app.risk.queries.replays import share
from app.risk.queries.traffic import Count, Wanted
from app.risk.rules import Lane
from app.risk.rules.scores import CHOOSERS
from app.watchlists import queries as watched
from app.web import maps
from app.web.analyst import asked, drawn
from app.web.analyst.drawn import Gauge
from app.web.analyst.models import WHO
from app.web.analyst.pages import blueprint
from app.web.analyst.profile_form import KIND_WORDS
from app.web.analyst.purpose import looking
from app.web.analyst.watchlists import ALARMED
from app.web.lists import Lists, lists_of
from app.web.words import LANES as LANE_WORDS

#: From the ground up, the lane of most consignments first.
STACKED = (Lane.GREEN, Lane.BLUE, Lane.YELLOW, Lane.RED)
#: Lanes that cost somebody work, and may have a ceiling.
LIMITED = (Lane.BLUE, Lane.YELLOW, Lane.RED)
#: From so many days on a column of the drawing is a week.
WEEKS_FROM = 46
#: Bars of a drawing, and rows of a table of profiles.
MOST_BARS, MOST_PROFILES = 12, 15
#: Proposals about risk that wait for a second person.
ABOUT_RISK = (proposing.PROFILE, proposing.WIDE, proposing.OFF, proposing.SHARE, TRUSTED, scores.MODEL)


@dataclass(frozen=True, slots=True)
class Named:
    """A count with the name of its key, and the address that narrows the page to it; "" where nothing does."""

    count: Count
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PostLanes:
    """A post's share in each lane beside its ceiling."""

    post: str
    name: str
    count: Count
    gauges: list[tuple[str, Gauge]]


@dataclass(frozen=True, slots=True)
class Rate:
    """What a profile (or chance) hit of everything, beside what was expected of it."""

    code: str
    version: int
    profile: RiskProfile | None
    figure: Figure
    gauge: Gauge


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that waits for another person, where it is decided, and whether this person may."""

    proposal: Proposal
    url: str
    mine: bool


@blueprint.get("/", endpoint="overview")
@looking("overview")
def overview() -> str:
    """Everything of a period on one page. All of it is read from the figures of days, so that it costs the same however
    many consignments they stand for."""
    actor = current_actor()
    with db.reading() as session:
        lists = lists_of(session)
        today = lists.book.day_at(db.node_post(), db.now(session))
        wanted = asked.wanted(request.args, lists.book, today)
        posts = traffic.by(session, replace(wanted, post=""), "post")
        days = traffic.by(session, wanted, "day")
        origins = _named(traffic.by(session, wanted, "origin"), "origin", "country", lists, wanted, today)
        chapters = _named(
            traffic.by(session, wanted, "chapter"), "chapter", COMMODITY, lists, wanted, today, "#goods-head"
        )
        goods = _goods(session, wanted, lists, today)
        choices = traffic.origins(session, wanted), traffic.chapters(session, wanted)
        rates, minutes = _rates(session, wanted)
        compared = [
            (month, [rows.get(chooser) for chooser in CHOOSERS]) for month, rows in scores.months(session, 6).items()
        ]
        problems = in_force(session).problems
        counted = traffic.counted_at(session)
        tampered = tampering.of_lists(session, db.now(session) - ALARMED)
        waiting = [_asked(p) for p in approving.waiting(session, by=actor, only=ABOUT_RISK)]
        questions = sum(watched.open_counts(session, by=actor).values())
    here = [post for post in posts if not wanted.post or post.key == wanted.post]
    steps = _steps(days, wanted)
    return render_template(
        "analyst/overview.html",
        wanted=wanted,
        today=today,
        lists=lists,
        total=traffic.total(here),
        hours=(minutes / 60).quantize(Decimal("0.1")),
        steps=steps,
        by_week=_in_weeks(wanted),
        columns=drawn.columns([(name, [(lane, one.lanes.get(lane, 0)) for lane in STACKED]) for name, one in steps]),
        posts=_at_posts(here, lists, today),
        map=_map(posts, wanted, lists, today),
        origins=origins,
        origin_bars=_bars(origins),
        chapters=chapters,
        chapter_bars=_bars(chapters),
        goods=goods,
        goods_bars=_bars(goods),
        of_chapter=url_for("analyst.overview", **asked.address(wanted, today, heading="")) + "#goods-head",
        rates=rates,
        doubts=DOUBTS,
        score_name=SCORE,
        compared=compared,
        choosers=[WHO[chooser] for chooser in CHOOSERS],
        problems=problems,
        counted_at=counted,
        tampered=tampered,
        waiting=waiting,
        questions=questions,
        stacked=STACKED,
        limited=LIMITED,
        **_filters(wanted, today, lists, choices),
    )


def _asked(proposal: Proposal) -> Asked:
    """A proposal with the page on which it is decided."""
    kind, said = proposal.kind, proposal.payload
    if kind == proposing.SHARE:
        url = url_for("analyst.shares")
    elif kind == TRUSTED:
        url = url_for("analyst.trusted_proposal", identifier=proposal.id)
    elif kind == scores.MODEL:
        url = url_for("analyst.model", number=said["model"])
    else:
        url = url_for("analyst.profile_proposal", identifier=proposal.id)
    return Asked(proposal, url, approving.may_settle(proposal, by=current_actor()))


def _named(
    counts: Iterable[Count], what: str, list_name: str, lists: Lists, wanted: Wanted, today: dt.date, anchor: str = ""
) -> list[Named]:
    """Those with most findings first."""
    order = sorted(counts, key=lambda one: (-one.findings, -one.inspected, -one.consignments, one.key))
    return [
        Named(
            one,
            lists.meaning(list_name, one.key) or translate(_("not known")),
            url_for("analyst.overview", **_narrower(wanted, today, what, one.key)) + anchor,
        )
        for one in order
    ]


def _narrower(wanted: Wanted, today: dt.date, what: str, key: str) -> dict[str, Any]:
    """The address narrowed to a key; of another chapter there is another heading, or none."""
    return asked.address(wanted, today, **{what: key}, **({"heading": ""} if what == "chapter" else {}))


def _goods(session: Session, wanted: Wanted, lists: Lists, today: dt.date) -> list[Named]:
    """The headings of the chosen chapter, the subheadings of the chosen heading; a subheading leads no further."""
    if not wanted.chapter.isdigit():
        return []
    counts = traffic.goods(session, wanted, wanted.heading or wanted.chapter)
    rows = _named(counts, "heading", COMMODITY, lists, wanted, today, "#goods-head")
    return [replace(row, url="") for row in rows] if wanted.heading else rows


def _bars(rows: Sequence[Named]) -> drawn.Across:
    return drawn.across(
        [(row.count.key, row.count.inspected, row.count.findings) for row in rows[:MOST_BARS] if row.count.inspected]
    )


def _in_weeks(wanted: Wanted) -> bool:
    return (wanted.until - wanted.since).days >= WEEKS_FROM


def _steps(days: Sequence[Count], wanted: Wanted) -> list[tuple[str, Count]]:
    """Each day of the period, or each week from its Monday, with those on which nothing came."""
    weeks, known = _in_weeks(wanted), {day.key: day for day in days}
    steps: dict[dt.date, list[Count]] = {}
    for nth in range((wanted.until - wanted.since).days + 1):
        day = wanted.since + dt.timedelta(days=nth)
        first = day - dt.timedelta(days=day.weekday()) if weeks else day
        steps.setdefault(first, []).extend([known[day.isoformat()]] if day.isoformat() in known else [])
    return [(first.isoformat(), traffic.total(counts)) for first, counts in steps.items()]


def _at_posts(counts: Sequence[Count], lists: Lists, on: dt.date) -> list[PostLanes]:
    limits = {(one.key, lane): proposing.ceiling(lists.book, one.key, lane, on) for one in counts for lane in LIMITED}
    most = drawn.fill([*limits.values(), *(one.lane_share(lane) for one in counts for lane in LIMITED)])
    return [
        PostLanes(
            one.key,
            lists.post_name(one.key),
            one,
            [(lane, drawn.gauge(one.lane_share(lane), limits[one.key, lane], most)) for lane in LIMITED],
        )
        for one in counts
    ]


def _map(posts: Sequence[Count], wanted: Wanted, lists: Lists, today: dt.date) -> dict[str, Any] | None:
    """The map with a circle at each post that something came to; a circle leads to the post."""
    codes = [one.key for one in posts]
    sizes = drawn.radii([(one.key, one.consignments) for one in posts])
    ground = maps.ground(lists.book.posts(), codes, db.node_post()[:2], lists.on, lists.locale, sizes)
    if ground is None:
        return None
    spots = drawn.spots([(one.key, one.precision) for one in posts], sizes, ground.where)
    urls = {code: url_for("analyst.overview", **asked.address(wanted, today, post=code)) for code in codes}
    return {"ground": ground, "spots": spots, "urls": urls, "counts": {one.key: one for one in posts}}


def _rates(session: Session, wanted: Wanted) -> tuple[list[Rate], Decimal]:
    """Profiles by how much they hit, chance after them; and the minutes of all inspections."""
    found = figures.by_profile(session, wanted.since, wanted.until, wanted.post or None)
    everything = next((one for one in found if one.code == EVERYTHING), None)
    whole = everything.hits if everything else 0
    hit = sorted((one for one in found if one.hits and one.code not in (EVERYTHING, CHANCE)), key=lambda one: -one.hits)
    shown = [*hit[:MOST_PROFILES], *(one for one in found if one.code == CHANCE)]
    named = profiles_named(session, [(one.code, one.version) for one in shown])
    expected = {key: profile.expected_rate for key, profile in named.items()}
    most = drawn.fill([*(share(one.hits, whole) for one in shown), *expected.values()])
    rates = []
    for one in shown:
        key = one.code, one.version
        gauge = drawn.gauge(share(one.hits, whole), expected.get(key), most)
        rates.append(Rate(one.code, one.version, named.get(key), one, gauge))
    return rates, everything.minutes if everything else Decimal(0)


def _filters(
    wanted: Wanted, today: dt.date, lists: Lists, there: tuple[Sequence[str], Sequence[str]]
) -> dict[str, Any]:
    """What may be chosen, and what is chosen with the way to take it back."""
    origins, chapters = there
    own = [(post.code, f"{post.code} – {post.name(lists.locale)}") for post in lists.book.posts()]
    return {
        "periods": [
            (text, url_for("analyst.overview", **_period(wanted, today, days)), None, _is_period(wanted, today, days))
            for days, text in asked.PERIODS
        ],
        "choices": [
            ("post", _("Post"), [one for one in own if one[0][:2] == db.node_post()[:2] or one[0] == wanted.post]),
            ("kind", _("Kind"), [(kind, translate(words)) for kind, words in KIND_WORDS.items()]),
            ("lane", _("Lane"), [(lane.value, translate(LANE_WORDS[lane].text)) for lane in STACKED]),
            ("origin", _("Origin"), _with_chosen(origins, wanted.origin, "country", lists)),
            ("chapter", _("Chapter of the tariff"), _with_chosen(chapters, wanted.chapter, COMMODITY, lists)),
        ],
        "narrowed": any((wanted.post, wanted.kind, wanted.lane, wanted.origin, wanted.chapter)),
        "kept": asked.address(wanted, today),
    }


def _with_chosen(codes: Sequence[str], chosen: str, list_name: str, lists: Lists) -> list[tuple[str, str]]:
    known: list[str] = sorted({*codes, chosen} - {""})
    unknown = translate(_("not known"))
    return [(code, f"{code} – {lists.meaning(list_name, code) or unknown}"[:70]) for code in known]


def _period(wanted: Wanted, today: dt.date, days: int) -> dict[str, Any]:
    return asked.address(replace(wanted, since=today - dt.timedelta(days=days - 1), until=today), today)


def _is_period(wanted: Wanted, today: dt.date, days: int) -> bool:
    return wanted.until == today and wanted.since == today - dt.timedelta(days=days - 1)
