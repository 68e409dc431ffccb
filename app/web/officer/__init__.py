"""The officer's pages: worklist, search, the file of a declaration with everything that is done to it, the gate,
exemption certificates, goods under suspense, and audits after clearance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask

from app.core.text import _
from app.declarations.queries import OFFICIAL
from app.exemptions import queries as exempted
from app.web import appeals as appeals_told
from app.web import inspection_words, layout, words
from app.web.officer import (  # noqa: F401  (their views belong to the blueprint)
    amending,
    appeals,
    audits,
    claims,
    deeds,
    exemptions,
    file,
    gate,
    inspection,
    mandates,
    narrowed,
    offences,
    pages,
    papers,
    replies,
    suspense,
    transit,
    worklist,
)
from app.web.officer.pages import blueprint
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the officer's pages and the ways to them."""
    for part in (blueprint, pages.gate, pages.reliefs, pages.offences):
        app.register_blueprint(part)
    app.jinja_env.globals.update(
        act_word=words.act,
        method_word=words.method,
        purpose_word=words.purpose,
        payment_word=words.payment,
        security_word=words.security,
        item_choices=item_choices,
        looked=inspection_words.word,
        appeal_words=appeals_told.WORDS,
        kept_address=narrowed.address,
    )
    layout.add_entries(
        app,
        layout.Entry(_("Worklist"), "officer.worklist", OFFICIAL, icon="list", order=10, section="officer."),
        layout.Entry(_("Gate"), "gate.search", OFFICIAL, icon="gate", order=15, section="gate."),
        layout.Entry(
            _("Certificates"), "relief.exemptions", exempted.OFFICIAL, icon="shield", order=40, section="relief."
        ),
        layout.Entry(
            _("Terms and appeals"), "offence.waiting", OFFICIAL, icon="stop", order=45, section="offence."
        ),
    )
    transit.init_app(app, settings)


def item_choices(numbers: Collection[int], items: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(number, what it is) of items that may be chosen."""
    named = {item["number"]: f"{item['number']} – {item['commodity']} {item['description'][:60]}" for item in items}
    return [(str(number), named[number]) for number in numbers]
