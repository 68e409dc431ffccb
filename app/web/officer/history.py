"""The journal in plain words: what happened, who did it, why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from app.core.actors import SYSTEM_PERSON
from app.core.journal import JournalEntry
from app.core.text import Text, _
from app.edge.locale import translate
from app.registers.file import Event
from app.web import words
from app.web.officer import told

#: The role of what the node does in somebody's transaction; that of another administration's system is never meant here.
NODE = "system"

Namer = Callable[[str, str], str]
#: What was asked and answered, by the event and the question's id: the journal itself only names the question.
Texts = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline, as the macro draws it."""

    at: Any
    what: Text
    who: Markup
    why: str = ""
    lines: list[Text] = field(default_factory=list)
    tone: str = "quiet"


def line(event: Event, named: Namer, texts: Texts | None = None) -> Line:
    """An entry for people. `named(list, code)` is the name of a code in the reader's language."""
    entry = event.entry
    what, tone = told.said(entry.event, entry.before or {}, entry.after or {})
    lines, why = _more(entry, named, texts or {})
    because = why or entry.reason
    said = Markup("<bdi>{}</bdi>").format(because) if because else ""
    return Line(at=entry.at, what=what, who=who(event), why=said, lines=lines, tone=tone)


def who(event: Event) -> Markup:
    """The person's name and role; the system speaks for itself, a program for its person."""
    entry = event.entry
    if entry.person == SYSTEM_PERSON:
        return escape(translate(_("by the system")))
    name = Markup("<bdi>{}</bdi>").format(event.name or entry.login)
    role = translate(words.role(entry.role)) if entry.role not in ("", NODE) else ""
    through = translate(_("through a program")) if entry.via == "token" else ""
    return Markup(" · ").join(part for part in (name, escape(role), escape(through)) if part)


def _more(entry: JournalEntry, named: Namer, texts: Texts) -> tuple[list[Text], str]:
    after = entry.after or {}
    if entry.event == "inspection.concluded":
        return [], str(after.get("summary") or "")
    if entry.event == "inspection.late-remark":
        return [Text("{name}", {"name": str(after.get("name") or "")}), _place(after)], str(after.get("found") or "")
    if entry.event == "inspection.finding-added":
        what = Text("{control}", {"control": named("control_type", str(after.get("control")))})
        return [what, _place(after)], str(after.get("found") or "")
    if entry.event == "declaration.reassessed":
        return [], str(after.get("assessment_reason") or "")
    if entry.event == "declaration.document-added":
        return _document(after.get("added") or {}, named), ""
    return [], texts.get((entry.event, str(after.get("query"))), "")


def _place(after: Mapping[str, Any]) -> Text:
    item = after.get("item")
    return _("Item {number}", number=item) if item else _("The whole consignment")


def _document(added: Mapping[str, Any], named: Namer) -> list[Text]:
    kind = named("document_type", str(added.get("type") or ""))
    return [Text("{kind} · {number}", {"kind": kind, "number": str(added.get("number") or "")}), _place(added)]
