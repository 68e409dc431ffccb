"""What the codes of a movement are called on pages."""

from __future__ import annotations

import pytest
from flask import Flask

from app.edge.locale import translate
from app.web import transit_words as words


@pytest.mark.parametrize(
    ("table", "code"),
    [("decision", "endorsed"), ("incident", "3"), ("result", "conform"), ("difference", "packages"), ("guarantee", "1"),
     ("resolution", "accepted"), ("procedure", "normal"), ("occasion", "entry")],
)  # fmt: skip
def test_codes_are_named_in_the_readers_language(edge: Flask, table: str, code: str) -> None:
    with edge.test_request_context("/?lang=fa_AF"):
        said = translate(words.name(table, code))
    assert said != str(words.name(table, code)) and not said.isascii()
