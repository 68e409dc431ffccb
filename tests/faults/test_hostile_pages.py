"""The forms of the pages: every one the application has, and every one that is found on its pages as a browser would send it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app import web
from tests.faults import doors
from tests.faults.desk import COUNTED, Desk, look_at, who_may

FORMS = doors.pages()
_VALUES = (
    "\x00", "\ud7ff\u202e", "' OR 1=1 --", "<script>alert(1)</script>", "9" * 5000, "{{7*7}}", "-1", "w" * 20_000, "NaN", "1e5",
)  # fmt: skip
#: Nothing of this can be meant, whatever the box is for.
NONSENSE = ("a\x00b", "gpj.\u202eexe", "w" * 200_000, "\x1b[2J")
_WORDS = ("reason", "decision", "note", "lane", "version", "item", "languages", "login", "password", "qr", "text", "days", "scopes",
          "items-0-number", "items-99999999-number", "next", "code", "amount", "bank", "receipt", "plate", "number")  # fmt: skip


def _names() -> list[str]:
    """Every name that a template writes into a form, and words that are names of fields."""
    templates = (Path(web.__file__).parent / "templates").rglob("*.html")
    found = {name for path in templates for name in re.findall(r'name="([A-Za-z0-9_.-]+)"', path.read_text())}
    return sorted(found - {"csrf_token"} | set(_WORDS))


NAMES = _names()
_FILE = "/officer/declarations/<reference>/"
_OF_RISK = "/analyst/"


@pytest.mark.parametrize("rule", FORMS)
def test_forms_without_their_token_change_nothing(desk: Desk, rule: str):
    client = desk.page(who_may(rule))
    before, began = desk.rows(without=COUNTED), time.process_time()
    answer = client.post(desk.address(rule), data={"reason": "a", "decision": "release", "csrf_token": "a" * 80})
    look_at(answer, time.process_time() - began)
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.headers.get('Location')}"
    assert desk.rows(without=COUNTED) == before


@pytest.mark.parametrize("rule", FORMS)
@pytest.mark.parametrize("turn", range(0, len(_VALUES), 4))
def test_forms_with_hostile_words_break_nothing(desk: Desk, rule: str, turn: int):
    """Each box gets another value; the next turn shifts them."""
    client = desk.page(who_may(rule))
    data: dict[str, Any] = {name: _VALUES[(place + turn) % len(_VALUES)] for place, name in enumerate(NAMES)}
    if rule.startswith(_FILE):
        client.get(
            "/".join(desk.address(rule).split("/")[:4])
        )  # who reads why it was stopped is noted once, also on a page that refuses him
    before, began = desk.rows(without=COUNTED), time.process_time()
    answer = client.post(desk.address(rule), data={**data, "csrf_token": desk.csrf(client)})
    look_at(answer, time.process_time() - began)
    if answer.status_code >= 400:
        after = desk.rows(without=COUNTED)
        seen = after["journal_entry"] - before["journal_entry"] if rule.startswith(_OF_RISK) else 0
        assert seen in (0, 1)  # a page of risk data that says no is a look at risk data, and a look is journaled
        assert after == {**before, "journal_entry": before["journal_entry"] + seen}


# --- forms as they stand on the pages --------------------------------------------------------------------------------


@dataclass
class Form:
    """A form as a browser would send it: what is set already, and the boxes a person writes into."""

    action: str
    set: dict[str, str] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sent(self) -> dict[str, str]:
        """What goes along with what is written: of several buttons none, as when Enter is pressed in a box."""
        return {**self.set, **dict(self.buttons if len(self.buttons) == 1 else ())}


class _Reader(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(words.get("action", "")) if words.get("method", "").lower() == "post" else None
            self.forms += [self._open] if self._open else []
        elif self._open is not None and words.get("name"):
            self._field(self._open, tag, words)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    @staticmethod
    def _field(form: Form, tag: str, words: dict[str, str]) -> None:
        kind, name = words.get("type", "text"), words["name"]
        if tag == "textarea" or (
            tag == "input" and kind in ("text", "search", "number", "date", "datetime-local", "email", "tel")
        ):
            form.boxes.append(name)
        elif tag == "select" or (tag == "input" and kind in ("radio", "checkbox")):
            form.choices.append(name)
        elif tag == "button" or kind == "submit":
            form.buttons.append((name, words.get("value", "")))
        elif kind == "hidden":
            form.set.setdefault(name, words.get("value", ""))


def _found(desk: Desk) -> Iterator[tuple[str, Form]]:
    """(login, form) of every page that somebody may open; each form once."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for rule in doors.shown():
        login = who_may(rule, "GET")
        address = desk.address(rule)
        answer = desk.page(login).get(address)
        look_at(answer, 0)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        reader = _Reader()
        reader.feed(answer.text)
        for form in reader.forms:
            form.action = form.action or address
            key = (re.sub(r"[0-9a-f-]{36}|[0-9]+", "0", form.action), tuple(sorted(form.boxes)))
            if (
                form.boxes
                and key not in seen
                and not re.match(r"/(login|logout|change-password|verify-password)", form.action)
            ):
                seen.add(key)
                yield login, form


def test_what_cannot_be_meant_is_refused_by_every_form_of_every_page(desk: Desk):
    """With the token, the version and everything else as the page has set it."""
    forms = list(_found(desk))
    assert len(forms) >= 25, [form.action for _login, form in forms]
    written = []
    for login, form in forms:
        client = desk.page(login)
        for turn, value in enumerate(NONSENSE):
            data = {**form.sent, **dict.fromkeys(form.choices, "1"), "csrf_token": desk.csrf(client)}
            data |= {
                name: value if n % len(NONSENSE) == turn or len(form.boxes) < 3 else "1"
                for n, name in enumerate(form.boxes)
            }
            before, began = desk.rows(without=COUNTED), time.process_time()
            answer = client.post(form.action, data=data)
            look_at(answer, time.process_time() - began)
            if desk.rows(without=COUNTED) != before and value in data.values():
                written.append(f"{form.action} {form.boxes} {turn} {answer.status_code}")
    assert not written, "\n".join(written)
