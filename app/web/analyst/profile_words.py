"""The words in which profiles, their life and their versions are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.text import Text, _
from app.edge import fmt
from app.edge.locale import LOCALES, current, translate
from app.risk.models import RiskProfile
from app.risk.operations.proposing import OFF, PROFILE, WIDE
from app.risk.rules import contents
from app.web.analyst import criteria_shown
from app.web.analyst.pages import blueprint
from app.web.analyst.profile_form import KIND_WORDS, last_day
from app.web.differences import Change
from app.web.lists import Lists
from app.web.words import Word, act, lane

STATES: dict[str, Word] = {
    "draft": Word(_("Draft")),
    "shadow": Word(_("In the shadow"), "working"),
    "proposed": Word(_("Waits for approval"), "caution"),
    "in_force": Word(_("In force"), "good"),
    "ended": Word(_("Ended")),
}
RUNS: dict[str, Word] = {
    "waiting": Word(_("Waits for its turn"), "working"),
    "running": Word(_("Running"), "working"),
    "stopped": Word(_("Stopped"), "caution"),
    "finished": Word(_("Finished"), "good"),
}
EVENTS: dict[str, Text] = {
    "risk.profile-made": _("Draft made"),
    "risk.profile-changed": _("Draft changed"),
    "risk.profile-shadowed": _("Put into the shadow"),
    "risk.profile-taken-back": _("Taken out of the shadow"),
    "risk.profile-proposed": _("Proposed"),
    "risk.profile-approved-first": _("Approved by a second person, waits for a third"),
    "risk.profile-rejected": _("Rejected, a draft again"),
    "risk.profile-in-force": _("Put in force"),
    "risk.profile-defined": _("Put in force"),
    "risk.profile-ended": _("Ended"),
}
PROBLEMS: dict[str, Text] = {
    "altered": _("Its row was changed. What was approved goes on being used."),
    "inserted": _("Its row was added without an approval. It is not used."),
    "missing": _("Its row is gone. What was approved goes on being used."),
    "journal": _(
        "The journal's entry of its approval was changed: nobody can tell what it stops, and the papers of every consignment are "
        "looked at. Write it anew and have it approved."
    ),
}
#: The kinds of proposals about a profile.
ASKED = (PROFILE, WIDE, OFF)


def state(code: str) -> Word:
    return STATES.get(code) or Word(Text("{code}", {"code": code}))


def run(code: str) -> Word:
    return RUNS.get(code) or Word(Text("{code}", {"code": code}))


def event(name: str) -> Text:
    return EVENTS.get(name) or Text("{name}", {"name": name})


def said(words: Mapping[str, Any]) -> str:
    """A text in the reader's language, else in English, else in any."""
    return str(words.get(current()) or words.get("en") or next(iter(words.values()), ""))


def kinds(profile: RiskProfile) -> str:
    return ", ".join(translate(KIND_WORDS[kind]) for kind in profile.kinds if kind in KIND_WORDS)


def changes(before: RiskProfile, after: RiskProfile, lists: Lists) -> list[Change]:
    """What a version says otherwise than another one, in the words of the page."""
    old, new = _told(before, lists), _told(after, lists)
    return [Change(translate(label), "", old[label], new[label]) for label in new if old[label] != new[label]]


def _told(profile: RiskProfile, lists: Lists) -> dict[Text, Any]:
    """Everything that makes another profile of it, by what it is called."""
    told: dict[Text, Any] = {
        _("What it asks"): _criteria(profile, lists),
        _("Expression"): profile.expression,
        _("Lane it leads to"): translate(lane(profile.lane).text),
        _("Asked about"): kinds(profile),
        _("Posts"): ", ".join(profile.posts) or translate(_("every post")),
        _("Goods of trusted traders go on"): translate(_("Yes") if profile.spare_trusted else _("No")),
        _("Expected rate"): f"{contents.rate(profile.expected_rate)} %" if profile.expected_rate is not None else "",
        _("Last day"): fmt.date(last_day(profile.valid_to)) if profile.valid_to else "",
        _("Source"): profile.source,
    }
    for label, words in (
        (_("Name"), profile.names),
        (_("Why there is such a profile"), profile.reason),
        (_("What the officer does"), profile.instruction),
    ):
        for locale, own in LOCALES.items():
            told[_("{what}, {language}", what=label, language=own)] = str(words.get(locale, ""))
    return told


def _criteria(profile: RiskProfile, lists: Lists) -> str:
    groups = criteria_shown.said(profile.criteria, lists)
    either = f" {translate(_('or'))} "
    return either.join("; ".join(one.plain for one in group) for group in groups)


def problem(found: Any) -> Text:
    """What is wrong with a row."""
    return PROBLEMS.get(found.problem) or Text("{problem}", {"problem": found.problem})


blueprint.context_processor(
    lambda: {
        "profile_state": state,
        "replay_state": run,
        "profile_event": event,
        "profile_said": said,
        "profile_kinds": kinds,
        "profile_problem": problem,
        "profile_asked": act,
    }
)
