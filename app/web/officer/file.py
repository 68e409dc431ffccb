"""The file of a declaration as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from app.core import db
from app.core.actors import Actor
from app.core.errors import Finding
from app.declarations.lifecycle import DECISIONS, FREEING, LIFE, OPEN, Status
from app.declarations.queries import OFFICIAL
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.flows import lodging
from app.flows.deciding import DECIDING
from app.inspections.operations import INSPECTING
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import file as register
from app.risk.rules import Lane
from app.web import words
from app.web.form import Form
from app.web.officer import history
from app.web.officer.forms import AS_DECLARED, CONCLUSIONS, FORMS
from app.web.officer.pages import blueprint


@dataclass(frozen=True, slots=True)
class Panel:
    """What this person may do to the file at this moment, and what stands in the way."""

    inspects: bool
    decides: bool
    fresh: bool
    decisions: list[tuple[str, str]]
    lanes: list[tuple[str, str]]
    unseen: bool

    @classmethod
    def of(cls, file: register.File, actor: Actor) -> Panel:
        """The verbs ask all of this again; here it only decides what is drawn."""
        declaration = file.declaration
        is_open = declaration.status in {s.value for s in OPEN}
        possible = set(LIFE.possible(Status(declaration.status)))
        decisions = [d for d in DECISIONS if d in possible and not (file.needs_inspection and d in FREEING)]
        looks = file.open_inspection is not None
        lanes = [lane.value for lane in reversed(Lane) if lane.value != declaration.lane]
        return cls(
            inspects=is_open and looks and actor.grant(INSPECTING, declaration.post) is not None,
            decides=is_open and actor.grant(DECIDING, declaration.post) is not None,
            fresh=actor.fresh,
            decisions=[(d.value, translate(words.decision(d.value))) for d in decisions],
            lanes=[(lane, translate(words.lane(lane).text)) for lane in lanes],
            unseen=file.needs_inspection,
        )


@blueprint.get("/declarations/<reference>")
@signed_in(*OFFICIAL)
def file(reference: str) -> str:
    return drawn(reference)


def drawn(reference: str, sent: Mapping[str, Form] | None = None) -> str:
    """The page; `sent` are forms that came in and were refused.

    One that was filled in on an older version says so, and is offered again on the version that is shown now.
    """
    actor = current_actor()
    with db.reading() as session:
        found = register.of(session, reference, by=actor, locale=locale())
        warnings = lodging.warnings(session, found.declared, found.declaration)
        codes = codebook(session)
        now = db.now(session)
    version = found.declaration.version
    overtaken = any(form.version != version for form in (sent or {}).values())
    forms = {name: Form(schema, version=version) for name, schema in FORMS.items()} | dict(sent or {})
    for form in forms.values():
        form.version = version
    named = names(codes)
    return render_template(
        "officer/file.html",
        file=found,
        declaration=found.declaration,
        header=found.declared.header,
        items=found.declared.items,
        documents=_documents(found),
        warnings=[_warning(w) for w in warnings],
        now=now,
        named=named,
        forms=forms,
        sent=next(iter((sent or {}).values()), None),
        panel=Panel.of(found, actor),
        overtaken=history.line(found.events[-1], named) if overtaken and found.events else None,
        controls=_controls(codes, now),
        conclusions=[(code, translate(text)) for code, text in CONCLUSIONS.items()],
        as_declared=[(code, translate(text)) for code, text in AS_DECLARED.items()],
        timeline_lines=[history.line(event, named) for event in reversed(found.events)],
        confirm_url=url_for("security.verify", next=url_for("officer.file", reference=reference)),
    )


def names(codes: Codebook) -> history.Namer:
    """Names of codes in the reader's language; an unknown code stands for itself."""
    language = locale()
    return lambda list_name, code: codes.name(list_name, code, language) if code else ""


def _controls(codes: Codebook, now: Any) -> list[tuple[str, str]]:
    return [(code, f"{code} – {name}") for code, name in codes.choices("control_type", now.date(), locale())]


def _documents(found: register.File) -> list[dict[str, Any]]:
    """Papers of the whole and of the items in one list; the same paper of several items is named once."""
    papers: dict[tuple[str, str], dict[str, Any]] = {}
    every = [(None, p) for p in found.declared.documents]
    every += [(item["number"], p) for item in found.declared.items for p in item["documents"]]
    for item, paper in every:
        entry = papers.setdefault((paper["type"], paper["number"]), {**paper, "items": []})
        if item is not None:
            entry["items"].append(item)
    return list(papers.values())


def _warning(finding: Finding) -> dict[str, str]:
    """A doubt of the rules, with the place in words where it is an item."""
    parts = finding.pointer.split("/")
    item = int(parts[2]) + 1 if len(parts) > 2 and parts[1] == "items" and parts[2].isdecimal() else None
    return {"message": translate(finding.message), "item": str(item or "")}
