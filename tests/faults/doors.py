"""Every address of the API that takes something, found in the application itself: a new one is tried as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marshmallow as ma

from app import create_app
from app.core.fields import Coded, Day, Exact, Identifier, Moment, Whole, Words
from app.declarations.schemas import DeclarationSchema
from config.settings import Settings
from tests.faults import hostile
from tests.faults.desk import who_may

#: A stand-in for the application: it has routes, and no database.
_APP = create_app(
    Settings(home=Path("/nonexistent"), secret_key="h" * 40, purpose="test", cheap_passwords=True, log_level="CRITICAL")
)
#: Raw bodies that are small; the large ones are tried at the doors named by hand.
_SMALL = 300_000
BODIES = {name: raw for name, raw in hostile.BODIES.items() if len(raw) < _SMALL and name != "nothing but a space"}


@dataclass(frozen=True)
class Door:
    """A route that takes a body, the schema it is read with (None where it takes none), and somebody who may use it."""

    method: str
    rule: str
    login: str | None
    schema: type[ma.Schema] | None
    files: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"


def doors() -> list[Door]:
    """All of them, in the order of their addresses."""
    found = []
    for rule in sorted(_APP.url_map.iter_rules(), key=lambda r: r.rule):
        if not rule.rule.startswith("/api/v1"):
            continue
        for method in sorted(rule.methods & {"POST", "PUT", "PATCH"}):
            about = getattr(_APP.view_functions[rule.endpoint], "_apidoc", {}).get("manual_doc", {})
            content = about.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            login = None if rule.rule.endswith("/verify") else who_may(rule.rule, method)
            found.append(Door(method, rule.rule, login, schema, "multipart/form-data" in content))
    return found


def pages() -> list[str]:
    """Every address of a page that takes a form."""
    rules = [r for r in _APP.url_map.iter_rules() if "POST" in r.methods]
    return sorted(r.rule for r in rules if not r.rule.startswith(("/api/", "/static")))


def shown() -> list[str]:
    """Every address of a page that can be looked at."""
    rules = [r for r in _APP.url_map.iter_rules() if "GET" in r.methods]
    return sorted(
        r.rule for r in rules if r.rule.startswith(("/trader", "/officer", "/supervisor", "/cashier", "/administrator"))
    )


def good(schema: ma.Schema) -> dict[str, Any]:
    """A body with something good at every place that must be filled in."""
    return {name: _sample(one) for name, one in schema.fields.items() if one.required}


def _sample(one: ma.fields.Field[Any]) -> Any:
    for check in one.validators:
        if isinstance(check, ma.validate.OneOf):
            return next(iter(check.choices))
    if isinstance(one, ma.fields.List):
        return [_sample(one.inner)]
    if isinstance(one, ma.fields.Nested):
        return {} if isinstance(one.schema, DeclarationSchema) else good(one.schema)
    if isinstance(one, Coded):
        return one.example
    if isinstance(one, Whole):
        return one.least
    kinds: tuple[tuple[type, Any], ...] = (
        (Exact, "1.00"), (Day, "2026-12-31"), (Moment, "2026-12-31T10:00:00Z"), (ma.fields.Boolean, True),
        (Identifier, "00000000-0000-0000-0000-000000000001"), (ma.fields.Dict, {}),
    )  # fmt: skip
    return next((value for kind, value in kinds if isinstance(one, kind)), "x")


_TYPES = (("an object", {"$gt": ""}), ("a large number", 10**300), ("a half", 0.5))
_NUMBERS = ("NaN", "-1", "1e5", "١٢", "۱۲", "1.23456", "9" * 31, "", " 1", "+1", "0x1", "Infinity", "1\x00")
_DAYS = (
    "20000-01-01",
    "2026-02-30",
    "infinity",
    "0000-01-01",
    "-0044-03-15",
    "2026-1-1",
    "۲۰۲۶-۰۱-۰۱",
    "2026-01-01\x00",
)
_WORDS = {
    "NUL": "a\x00b", "escape": "\x1b[2J", "override": "gpj.\u202eexe", "noncharacter": "a\uffff", "a long word": "w" * 200_000,
    "blank": " \t\n ", "a formula": '=HYPERLINK("http://x","y")', "a command": "=cmd|' /C calc'!A0", "a list": ["a"],
}  # fmt: skip


def impossible(one: ma.fields.Field[Any]) -> Iterator[tuple[str, Any]]:
    """What cannot stand at a place, with its name."""
    choices = [v for v in one.validators if isinstance(v, ma.validate.OneOf)]
    if isinstance(one, ma.fields.List):
        yield from (("a text", "x"), ("a thousand rows", [_sample(one.inner)] * 1000), ("rows of nothing", [None]))
        return
    if isinstance(one, ma.fields.Nested | ma.fields.Dict):
        yield from (("a text", "x"), ("a list", [1]))
        return
    yield from (each for each in _TYPES if not (isinstance(one, Words | Coded) and each[0] == "nothing"))
    if isinstance(one, Exact):
        yield from ((repr(value), value) for value in _NUMBERS)
    elif isinstance(one, Day | Moment):
        yield from ((repr(value), value) for value in _DAYS)
    elif isinstance(one, Whole):
        yield from ((repr(value), value) for value in (-1, 10**30, "1e2", "١", True))
    elif isinstance(one, Words) and not choices:
        yield from _WORDS.items()
    else:
        yield from ((repr(value)[:20], value) for value in ("a\x00", "\u202e", "' OR 1=1 --", "w" * 200_000))


def spoilt(schema: ma.Schema) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what was done, first step of where, body): at every place what cannot stand there, and a name nobody knows."""
    body = good(schema)
    for path, one in hostile.places(schema):
        within = schema.fields[str(path[0])]
        if len(path) > 1 and isinstance(within, ma.fields.Nested) and isinstance(within.schema, DeclarationSchema):
            continue  # its places are tried by themselves
        for name, value in impossible(one):
            yield f"{'/'.join(map(str, path))} is {name}", str(path[0]), hostile.with_value(path, value, body)
    yield "an unknown name", "lane_and_more", {**body, "lane_and_more": "green"}
