"""One profile: what it says, what it did, what it would do, how it came to be; and what is done with it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.approvals.models import Proposal
from app.core import db, journal
from app.core.actors import Actor
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import Text, _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import approving, knowing
from app.risk.commands import ProposeProfile
from app.risk.lifecycle import LIFE, Action, Status
from app.risk.models import RiskProfile, RiskReplay
from app.risk.operations import profiles as verbs
from app.risk.operations import proposing, replaying
from app.risk.operations.noting import ANALYSING
from app.risk.operations.proposing import Weighed
from app.risk.queries import figures, in_force, replays
from app.risk.queries import profiles as queries
from app.risk.queries.approved import PROFILE
from app.risk.queries.figures import Figure
from app.risk.queries.traffic import counted_at
from app.web import reasons
from app.web.analyst import charts, criteria_shown, profile_words
from app.web.analyst.pages import blueprint
from app.web.analyst.profile_form import last_day
from app.web.analyst.profiles import may_write
from app.web.analyst.purpose import looking
from app.web.lists import lists_of
from app.web.typed import whole_number

MONTHS = 12
_ENTRIES = 60
Act = Callable[[Session, RiskProfile, str, Actor], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done with a version. `action` is the move it makes, None where its state does not matter."""

    name: str
    title: Text
    done: Text
    act: Act
    action: Action | None
    hint: Text
    button: Text
    icon: str
    by_author: bool = False
    asks_reason: bool = False


def _shadow(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    return knowing.shadow(session, profile.code, profile.version, by=by)


def _back(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    return verbs.take_back(session, profile.code, profile.version, by=by)


def _discard(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    return verbs.discard(session, profile.code, profile.version, reason, by=by)


def _copy(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    return knowing.copy(session, profile.code, profile.version, by=by)


def _replay(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    months = whole_number(request.form.get("months", ""))
    return knowing.replay(session, [(profile.code, profile.version)], months or 0, by=by)


def _propose(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    wide = request.form.get("knowing") == "true"
    return knowing.propose(session, ProposeProfile(profile.code, profile.version, reason, wide), by=by)


def _propose_end(session: Session, profile: RiskProfile, reason: str, by: Actor) -> object:
    return proposing.propose_end(session, profile.code, profile.version, reason, by=by)


#: In the order a page offers them.
DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        Deed("shadow", _("Put it into the shadow"), _("It is in the shadow: asked about every consignment, it stops none."),
             _shadow, Action.SHADOW, _("It is asked about every consignment from now on and stops none."),
             _("Into the shadow"), "examine"),
        Deed("replay", _("Run it over the past"), _("The replay waits for its turn."), _replay, None,
             _("Tells what it would have hit and caught. It runs in the background and can be stopped."),
             _("Run"), "history"),
        Deed("proposal", _("Propose it"), _("The proposal waits for a second person."), _propose, Action.PROPOSE,
             _("Another person looks at it before it stops anything."), _("Propose"), "people", asks_reason=True),
        Deed("end", _("Switch it off"), _("The proposal waits for a second person."), _propose_end, None,
             _("Another person must agree. It goes on until then."), _("Propose to switch it off"), "stop",
             asks_reason=True),
        Deed("copy", _("Copy it as a new version"), _("Here is the new version, a draft."), _copy, None,
             _("A draft with the same words, for you to change. This version stays as it is."), _("Copy"), "plus"),
        Deed("back", _("Take it back"), _("It is a draft again."), _back, Action.RETURN,
             _("It leaves the shadow and can be changed."), _("Take back"), "back", by_author=True),
        Deed("discard", _("Throw it away"), _("It is thrown away."), _discard, Action.END,
             _("Its words stay readable, and it is never asked again."), _("Throw away"), "remove", asks_reason=True),
    )
}  # fmt: skip
_NAMES = ", ".join(DEEDS)


@blueprint.get("/profiles/<code>")
@looking("profile/{code}")
def profile_by_code(code: str) -> Response:
    """The version in force, else the newest one."""
    with db.reading() as session:
        found = queries.newest(session, code)
    return redirect(url_for("analyst.profile", code=found.code, version=found.version))


@blueprint.get("/profiles/<code>/<int:version>")
@looking("profile/{code}/{version}")
def profile(code: str, version: int) -> str:
    """One version."""
    return _page(code, version)


@blueprint.get(f"/profiles/<code>/<int:version>/<any({_NAMES}):deed>")
@looking("profile/{code}/{version}")
def profile_again(code: str, version: int, deed: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the profile."""
    return redirect(url_for("analyst.profile", code=code, version=version, lang=request.args.get("lang")))


@blueprint.post(f"/profiles/<code>/<int:version>/<any({_NAMES}):deed>")
@looking("profile/{code}/{version}", *ANALYSING)
def profile_do(code: str, version: int, deed: str) -> Response | tuple[str, int]:
    """Does what the button says."""
    actor, row = current_actor(), DEEDS[deed]
    try:
        reason = reasons.typed()
        with db.transaction() as session:
            came = row.act(session, queries.profile(session, code, version), reason, actor)
            target = _target(came, code, version)
    except (Invalid, WrongState, Forbidden) as refusal:
        return _page(code, version, refusal, deed), refusal.status
    flash(translate(row.done), "success")
    return redirect(target, 303)


def _target(came: object, code: str, version: int) -> str:
    """Where one wants to be next: at the replay, the proposal, the new draft, else at the profile."""
    if isinstance(came, Proposal):
        return url_for("analyst.profile_proposal", identifier=came.id)
    if isinstance(came, RiskReplay):
        return url_for("analyst.profile_replay", identifier=came.id)
    if isinstance(came, RiskProfile) and came.version != version:
        return url_for("analyst.profile_edit", code=came.code, version=came.version)
    return url_for("analyst.profile", code=code, version=version)


@dataclass(frozen=True, slots=True)
class Month:
    """What a version did in a month: in force, and in the shadow."""

    first: dt.date
    hits: int = 0
    sole: int = 0
    inspected: int = 0
    findings: int = 0
    shadow: int = 0
    shadow_inspected: int = 0
    shadow_findings: int = 0
    hours: Any = 0

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def looked_at(self) -> int:
        return self.inspected + self.shadow_inspected

    @property
    def found(self) -> int:
        return self.findings + self.shadow_findings

    @property
    def precision(self) -> Any:
        return replays.share(self.found, self.looked_at)


def by_month(days: Iterable[Figure], last: dt.date, months: int = MONTHS) -> list[Month]:
    """Figures of days put together; months without any are there too, the newest last."""
    sums: dict[str, list[Any]] = defaultdict(lambda: [0] * 8)
    for day in days:
        if day.day is not None:
            parts = (day.hits, day.sole, day.inspected, day.findings, day.shadow, day.shadow_inspected,
                     day.shadow_findings, day.hours)  # fmt: skip
            kept = sums[f"{day.day:%Y-%m}"]
            sums[f"{day.day:%Y-%m}"] = [one + more for one, more in zip(kept, parts, strict=True)]
    firsts = [_first_before(last, back) for back in range(months - 1, -1, -1)]
    return [Month(first, *sums[f"{first:%Y-%m}"]) for first in firsts]


def _first_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)


def _page(code: str, version: int, refusal: Refusal | None = None, refused: str = "") -> str:
    actor = current_actor()
    with db.reading() as session:
        found = queries.profile(session, code, version)
        versions = queries.versions(session, code)
        lists = lists_of(session)
        today = lists.book.day_at(db.node_post(), db.now(session))
        since = _first_before(today, MONTHS - 1)
        days = [one for one in figures.by_day(session, since, today, code=code) if one.version == version]
        sees = knowing.may_see(session, found.expression, by=actor)
        by_post = figures.by_post(session, since, today, code) if sees else []
        at_posts = [one for one in by_post if one.version == version]
        examples = figures.examples(session, code, version) if sees else []
        runs = replays.of_profile(session, code, version, 5)
        results = {run.id: _result(session, run, found, actor) for run in runs}
        problems = [p for p in in_force(session).problems if p.code == code]
        counted = counted_at(session)
        entries = journal.history(session, db.node_post(), PROFILE, code)[-_ENTRIES:]
        waiting = _waiting(session, found, actor)
        weighed, unweighed = _weighed(session, found)
        other = _compared(versions, version)
        changes = profile_words.changes(other, found, lists) if other else []
        said = criteria_shown.said(found.criteria, lists)
    months = by_month(days, today)
    return render_template(
        "analyst/profile.html",
        profile=found,
        versions=versions,
        said=said,
        lists=lists,
        months=months,
        counted_at=counted,
        did=any(month.hits or month.shadow for month in months),
        chart=charts.bars([(month.name, (month.hits + month.shadow, month.found)) for month in months]),
        at_posts=at_posts,
        examples=examples,
        sees=sees,
        runs=runs,
        results=results,
        problems=problems,
        entries=list(reversed(entries)),
        waiting=waiting,
        weighed=weighed,
        unweighed=unweighed,
        other=other,
        changes=changes,
        last_day=last_day(found.valid_to) if found.valid_to else None,
        deeds=_offered(found, actor, is_waiting=bool(waiting)),
        edits=found.status == Status.DRAFT and found.made_by == actor.person and may_write(actor),
        refusal=refusal,
        refused=refused,
        reason=request.form.get("reason", "") if refusal else "",
        months_asked=request.form.get("months", "3") if refusal else "3",
        most_months=replaying.MOST_MONTHS,
        confirm_url=url_for("security.verify", next=url_for("analyst.profile", code=code, version=version)),
    )


def _result(session: Session, run: RiskReplay, profile: RiskProfile, by: Actor) -> replays.Result | None:
    found = knowing.results(session, run, profile.code, by=by)
    return next((result for result in found if result.version == profile.version), None)


def _waiting(session: Session, profile: RiskProfile, actor: Actor) -> list[Proposal]:
    """What is proposed about this version."""
    return approving.waiting(session, by=actor, subject=proposing.subject_of(profile.code, profile.version))


def _weighed(session: Session, profile: RiskProfile) -> tuple[Weighed | None, str]:
    """What would be shown to the second person, or what is missing for it."""
    if profile.status != Status.SHADOW:
        return None, ""
    try:
        return proposing.weigh(session, profile), ""
    except Invalid as refusal:
        return None, translate(refusal.findings[0].message)


def _compared(versions: list[RiskProfile], version: int) -> RiskProfile | None:
    """The version that this one is held beside: the one asked for, else the one before."""
    asked = whole_number(request.args.get("with", ""))
    rest = [row for row in versions if row.version != version]
    named = next((row for row in rest if row.version == asked), None)
    return named or next((row for row in rest if row.version < version), None)


def _offered(profile: RiskProfile, actor: Actor, *, is_waiting: bool) -> list[Deed]:
    if not may_write(actor):
        return []
    return [deed for deed in DEEDS.values() if _may(deed, profile, actor, is_waiting=is_waiting)]


def _may(deed: Deed, profile: RiskProfile, actor: Actor, *, is_waiting: bool) -> bool:
    status = Status(profile.status)
    if deed.by_author and profile.made_by != actor.person:
        return False
    if deed.name == "end":
        return status is Status.IN_FORCE and not is_waiting
    if deed.name == "discard":
        return status in (Status.DRAFT, Status.SHADOW)
    if deed.name == "replay":
        return status is not Status.ENDED
    return deed.action is None or LIFE.allows(status, deed.action)
