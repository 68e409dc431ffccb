"""Writing a profile: what is asked, where it leads and what the officer is told, without code to type.

Every button of the form, add and remove as well, sends all of it and gets it back; scripts only save the reader the way to
the top of the page.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import Text, _, normal
from app.edge.locale import LOCALES, current, translate
from app.edge.signin import current_actor
from app.flows import knowing
from app.registers.risk import sampling
from app.risk.lifecycle import Status
from app.risk.models import RiskProfile
from app.risk.operations import profiles as verbs
from app.risk.operations.noting import ANALYSING
from app.risk.operations.proposing import WIDE_FROM
from app.risk.queries import profiles as queries
from app.risk.rules import Lane, Profile, compiled, criteria
from app.web.analyst import criteria_shown, profile_form
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.form import Form
from app.web.lists import Lists, lists_of


@blueprint.get("/profiles/new")
@looking("profile/new", *ANALYSING)
def profile_new() -> str:
    """A blank profile."""
    return _page(profile_form.blank())


@blueprint.post("/profiles/new")
@looking("profile/new", *ANALYSING)
def profile_make() -> Response | str | tuple[str, int]:
    """Keeps a draft, or draws the form anew where only its lines change."""
    form = _sent()
    if profile_form.only_lines_change(request.form):
        return _page(form)
    return _kept(form, None)


@blueprint.get("/profiles/<code>/<int:version>/edit")
@looking("profile/{code}/{version}", *ANALYSING)
def profile_edit(code: str, version: int) -> str:
    """A draft to be changed by its author."""
    with db.reading() as session:
        profile = queries.profile(session, code, version)
    _may_change(profile)
    return _page(profile_form.of_profile(profile), profile)


@blueprint.post("/profiles/<code>/<int:version>/edit")
@looking("profile/{code}/{version}", *ANALYSING)
def profile_change(code: str, version: int) -> Response | str | tuple[str, int]:
    with db.reading() as session:
        profile = queries.profile(session, code, version)
    form = _sent()
    form.values["code"] = profile.code
    if profile_form.only_lines_change(request.form):
        _may_change(profile)
        return _page(form, profile)
    return _kept(form, profile)


def _may_change(profile: RiskProfile) -> None:
    if profile.status != Status.DRAFT:
        raise WrongState(_("Only a draft is changed. Take it back from the shadow, or copy it as a new version."))
    if profile.made_by != current_actor().person:
        raise Forbidden(_("{name} wrote this. Copy it as a new version to change it.", name=profile.made_name))


def _sent() -> Form:
    with db.reading() as session:
        return profile_form.submitted(request.form, _known(lists_of(session)))


def _known(lists: Lists) -> profile_form.KnownCodes:
    def known(name: str, code: str) -> bool:
        return (
            lists.book.post(code) is not None if name == "post" else lists.book.find(name, code, lists.on) is not None
        )

    return known


def _kept(form: Form, profile: RiskProfile | None) -> Response | tuple[str, int]:
    """Makes or changes a draft; what is wrong is told all at once, at its fields."""
    actor = current_actor()
    if not form.validate():
        return _page(form, profile, with_faults=True), 422
    words = profile_form.words_of(form)
    try:
        with db.transaction() as session:
            if profile is None:
                kept = knowing.make(session, str(form.data.get("code", "")), words, by=actor)
            else:
                kept = knowing.change(session, profile.code, profile.version, words, by=actor)
            target = url_for("analyst.profile", code=kept.code, version=kept.version)
    except Invalid as refusal:
        form.findings = tuple(profile_form.placed(refusal.findings, form)) or _whole(refusal)
        return _page(form, profile), 422
    except (WrongState, Forbidden) as refusal:
        form.refuse(refusal)
        return _page(form, profile), refusal.status
    flash(translate(_("The draft is kept. It stops nothing until a second person has approved it.")), "success")
    return redirect(target, 303)


def _whole(refusal: Refusal) -> tuple[Any, ...]:
    form = Form(profile_form.ProfileSchema)
    form.refuse(refusal)
    return form.findings


def _page(form: Form, profile: RiskProfile | None = None, *, with_faults: bool = False) -> str:
    """The form with everything that may be chosen in it, what is wrong with its criteria, and what they would have done."""
    kinds = [str(kind) for kind in form.values.get("kinds") or ()]
    with db.reading() as session:
        lists = lists_of(session)
        found = profile_form.faults(form, _known(lists)) if _is_begun(form) else []
        if request.method == "GET" or with_faults or profile_form.only_lines_change(request.form):
            form.findings = (*form.findings, *_shown(found, asked=with_faults or "try" in request.form))
        sound = _is_begun(form) and not any(fault.severity == "error" for fault in found)
        tried = _tried(form, session) if sound else None
        groups = criteria_shown.drawn(form, lists)
        offered = criteria_shown.datalists(groups, lists)
        posts = [(post.code, f"{post.code} – {post.name(lists.locale)}") for post in lists.book.posts()]
    return render_template(
        "analyst/profile_edit.html",
        form=form,
        profile=profile,
        groups=groups,
        facts=criteria_shown.facts(kinds),
        item_facts=criteria_shown.item_facts(kinds),
        offered=offered,
        posts=posts,
        languages_in_order=_languages(),
        by_hand=form.values.get("mode") == profile_form.EXPRESSION,
        written=_expression(form) if sound else "",
        tried=tried,
        sample=sampling.MOST,
        wide_from=WIDE_FROM,
        lanes=[(lane, translate(_LANES[lane])) for lane in profile_form.LANES],
        most_groups=criteria.MOST_GROUPS,
        most_conditions=criteria.MOST_CONDITIONS,
        action=request.path,
    )


_LANES: dict[str, Text] = {
    "yellow": _("Yellow: the papers are looked at"),
    "red": _("Red: the goods are looked at"),
    "blue": _("Blue: the goods go, they are audited later"),
}


def _languages() -> list[str]:
    """The reader's own language first."""
    own = current()
    return [own, *(locale for locale in LOCALES if locale != own)]


def _is_begun(form: Form) -> bool:
    """Whether anything is asked yet; an untouched form complains of nothing."""
    if form.values.get("mode") == profile_form.EXPRESSION:
        return bool(form.values.get("expression"))
    return any(line for group in form.values.get("any") or () for line in group.get("all", ()))


def _shown(found: list[Any], *, asked: bool) -> list[Any]:
    """While lines are still being added nobody is told that they are not finished; warnings are told always."""
    return [fault for fault in found if asked or fault.severity != "error"]


def _tried(form: Form, session: Session) -> sampling.Tried | None:
    try:
        knowing.must_see(session, _expression(form), by=current_actor())
    except Invalid as refusal:
        found = profile_form.placed(refusal.findings, form)
        form.findings = (*form.findings, *[one for one in found if one not in form.findings])
        return None
    return sampling.tried(session, _profile(form, session))


def _expression(form: Form) -> str:
    if form.values.get("mode") == profile_form.EXPRESSION:
        return normal(str(form.values["expression"]))
    return criteria.expression(profile_form.built_of(form))


def _profile(form: Form, session: Session) -> Profile:
    """The profile as it stands in the form; where no lane is chosen, as if it led to yellow."""
    lane = str(form.values.get("lane") or "")
    kinds = frozenset(str(kind) for kind in form.values.get("kinds") or ()) & set(verbs.KINDS)
    return Profile(
        "draft",
        1,
        Lane(lane) if lane in profile_form.LANES else Lane.YELLOW,
        compiled(_expression(form)),
        frozenset(str(post) for post in form.values.get("posts") or ()),
        kinds=kinds or frozenset(verbs.KINDS),
    )
