"""The questions that looking raised: what was seen beside what is looked for, and the answer of a person."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import Forbidden, Invalid, Refusal, WrongState
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import current_actor
from app.flows import answering
from app.registers import watched
from app.registers.listing import moment_key, read_moment_key
from app.watchlists import queries
from app.watchlists.lifecycle import NAMED, Kind
from app.watchlists.models import WatchMatch
from app.watchlists.operations import ANALYSING
from app.watchlists.rules import names
from app.web import reasons
from app.web.analyst import watchlists_forms as forms
from app.web.analyst.pages import blueprint
from app.web.analyst.purpose import looking
from app.web.analyst.watchlists import called, writes

PAGE = 50
TABS = (
    ("open", _("Open")),
    ("confirmed", _("Confirmed")),
    ("dismissed", _("Dismissed")),
    ("retracted", _("Confirmed by mistake")),
)


@blueprint.get("/watch-matches", endpoint="watch_matches")
@looking("watch-matches")
def every_match() -> str:
    """Questions by their state: open ones the oldest first."""
    actor, after = current_actor(), request.args.get("after", "")
    status = request.args.get("status", "open")
    status = status if status in forms.ANSWERS else "open"
    code = request.args.get("list", "")
    with db.reading() as session:
        key = read_moment_key(after) if after else None
        found = queries.matches(session, by=actor, status=status, code=code, after=key, limit=PAGE + 1)
        lists = queries.lists(session, by=actor)
        waiting = queries.open_counts(session, by=actor)
        references = watched.references(session, [m.subject_id for m, _entry, _list in found])
    last = found[PAGE - 1][0] if len(found) > PAGE else None
    kept = {name: value for name, value in (("status", status), ("list", code)) if value}
    tabs = [
        (
            text,
            url_for("analyst.watch_matches", status=word),
            sum(waiting.values()) if word == "open" else None,
            word == status,
        )
        for word, text in TABS
    ]
    return render_template(
        "analyst/watch_matches.html",
        found=found[:PAGE], references=references, tabs=tabs, status=status, code=code, after=after, kept=kept,
        next=moment_key(last.raised_at, last.id) if last is not None else None,
        lists=[(one.code, f"{one.code} – {called(one)}") for one, _count in lists],
        kind_word=forms.KINDS, place=forms.place, subjects=forms.SUBJECTS, answers=forms.ANSWERS,
    )  # fmt: skip


@blueprint.get("/watch-matches/<uuid:identifier>")
@looking("watch-match/{identifier}")
def watch_match(identifier: UUID) -> str:
    """One question: what was seen, what is looked for, why they are near."""
    return _one(identifier)


def _one(identifier: UUID, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    with db.reading() as session:
        match, entry, found = queries.match(session, identifier, by=actor)
        reference = watched.references(session, [match.subject_id]).get(match.subject_id, "")
        before = queries.earlier(session, match)
        earlier = watched.references(session, [one.subject_id for one in before])
    nearest, why = entry.name, None
    if Kind(match.kind) in NAMED:
        nearest = max((entry.name, *entry.aliases), key=lambda name: names.similarity(match.seen, name))
        why = names.likeness(match.seen, nearest)
    return render_template(
        "analyst/watch_match.html",
        match=match, entry=entry, list=found, title=called(found), reference=reference, before=before, earlier=earlier,
        nearest=nearest, why=why, kind=forms.KINDS[match.kind], answer=forms.ANSWERS[match.status],
        answers=forms.ANSWERS, place=forms.place, subjects=forms.SUBJECTS, writes=writes(), refusal=refusal,
        reason=request.form.get("reason", "") if refusal else "",
        confirm_url=url_for("security.verify", next=url_for("analyst.watch_match", identifier=identifier)),
    )  # fmt: skip


@blueprint.post("/watch-matches/<uuid:identifier>")
@looking("watch-match/{identifier}", *ANALYSING)
def watch_match_answered(identifier: UUID) -> Response | tuple[str, int]:
    """Confirms or dismisses, by the button that was pressed."""
    try:
        act, reason = _pressed(), reasons.typed()
        with db.transaction() as session:
            done = act(session, identifier, reason, by=current_actor())
    except (Invalid, WrongState, Forbidden) as refusal:
        return _one(identifier, refusal), refusal.status
    said = _("Confirmed.") if done.status == "confirmed" else _("Dismissed. The same words are not asked about again.")
    flash(translate(said), "success")
    return redirect(url_for("analyst.watch_matches"), 303)


def _pressed() -> Callable[..., WatchMatch]:
    answers = {"confirm": answering.confirm, "dismiss": answering.dismiss}
    act = answers.get(request.form.get("answer", ""))
    if act is None:
        raise Invalid(_("Choose what shall be done."))
    return act
