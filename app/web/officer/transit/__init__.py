"""The officials' pages about transit: what the offices have before them, the file of a movement with everything that is
done to it, the road and its map, seals, and guarantees."""

from __future__ import annotations

from flask import Flask

from app.core.text import _
from app.web import layout, transit_words
from app.web.officer.transit import (  # noqa: F401  (their views belong to the blueprints)
    file,
    guarantees,
    pages,
    photos,
    road,
    seals,
    worklist,
)
from config.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Registers the pages and the ways to them."""
    for part in (pages.blueprint, pages.sealing, pages.pledging):
        app.register_blueprint(part)
    app.jinja_env.globals.update(
        transit_name=transit_words.name,
        transit_toned=transit_words.toned,
        seal_roles=frozenset(pages.SEALING),
        guarantee_roles=frozenset(pages.PLEDGING),
    )
    layout.add_entries(
        app,
        layout.Entry(
            _("Transit"), "transit_office.worklist", pages.OFFICIAL, icon="truck", order=12, section="transit_"
        ),
        # Who sees no movements finds guarantees by themselves; the others by the tabs of transit.
        layout.Entry(
            _("Guarantees"), "transit_guarantees.guarantees", ("administrator",), icon="shield", order=42,
            section="transit_guarantees.",
        ),
    )  # fmt: skip
