"""The blueprint that the supervisor's views belong to, and the languages a permit can be printed in."""

from __future__ import annotations

from flask import Blueprint, request, session

from app.clearance.operations import LANGUAGES
from app.core.text import ascii_digits, normal
from app.edge.locale import LOCALES
from app.flows.permits import DEFAULT_LANGUAGES

blueprint = Blueprint("supervisor", __name__, url_prefix="/supervisor")

LONGEST_SEARCH = 60
_PAIR = "permit_languages"


def typed_search() -> str:
    """What stands in the search box, in the form that numbers and plates are kept in."""
    return ascii_digits(normal(request.args.get("q", "")[:LONGEST_SEARCH]))


def language_choices() -> list[tuple[str, str]]:
    """(language, its own name) for the two boxes."""
    return [(language, LOCALES[language]) for language in LANGUAGES]


def last_pair() -> tuple[str, str]:
    """The two languages of the last print from this browser."""
    kept = session.get(_PAIR)
    if isinstance(kept, list) and len(kept) == 2 and set(kept) <= set(LANGUAGES):
        return kept[0], kept[1]
    return DEFAULT_LANGUAGES


def asked_pair() -> tuple[str, ...]:
    """The two languages of the form, remembered for the next one; whether they go together is asked by the verb."""
    pair = (request.form.get("first", ""), request.form.get("second", ""))
    if set(pair) <= set(LANGUAGES):
        session[_PAIR] = list(pair)
    return pair
