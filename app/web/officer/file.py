"""The file of a declaration as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, current_app, render_template, url_for
from sqlalchemy.orm import Session

from app.claims import queries as claims
from app.claims.models import WorkClaim
from app.claims.operations import WORKING
from app.core import db
from app.core.errors import Finding, Refusal
from app.core.text import Text, _
from app.declarations import operations as declarations
from app.declarations import queries, rules
from app.declarations.models import Amendment
from app.declarations.queries import OFFICIAL
from app.edge.locale import current as locale
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from app.exemptions.rules import BLOCKING
from app.flows import dues, lodging, waiving
from app.flows.parameters import days
from app.inspections.operations import INSPECTING
from app.reference.codebook import Codebook
from app.reference.queries import codebook
from app.registers import decision, versions
from app.registers import file as register
from app.registers.decision import Offered
from app.web import assessed, differences
from app.web.declared import ITEMS_ON_PAGE, first_item
from app.web.differences import MOST_CHANGES, Change
from app.web.form import Form
from app.web.lists import Lists, lists_of
from app.web.officer import choices, declared, history
from app.web.officer.forms import AS_DECLARED, CONCLUSIONS, FORMS, OUTCOMES
from app.web.officer.pages import blueprint
from app.web.officer.panel import Panel, Verdicts
from app.web.officer.why import tell_reasons_seen

#: The timeline shows so many at once; the others are one step away.
RECENT = 12


@dataclass(frozen=True, slots=True)
class Refused:
    """A small form that was refused: about which thing (an id), why, and what was typed."""

    of: UUID
    refusal: Refusal
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """A form that is asked for once more: its name, and the decision that it makes."""

    form: str
    decision: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the rules say: what is wrong, what to do, and the item it is about (0: the whole)."""

    says: str
    remedy: str
    item: int
    rule: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to amend or invalidate, what it would change, and what this person may say about it."""

    request: Amendment
    changes: list[Change]
    more: int
    verdicts: Verdicts | None = None


@dataclass(slots=True)
class _Read:
    """Everything the page asks of the database, in one snapshot."""

    file: register.File
    due: dues.Due
    findings: list[Finding]
    blocks: list[Finding]
    shown: declared.Shown
    wishes: list[Wish]
    versions: list[versions.Version]
    changed: list[Change]
    codes: Codebook
    now: Any
    start: int
    claim: WorkClaim | None
    offered: Offered
    items: list[dict[str, Any]] = field(default_factory=list)


@blueprint.get("/declarations/<reference>")
@signed_in(*OFFICIAL)
def file(reference: str) -> str:
    return drawn(reference)


@blueprint.get("/declarations/<reference>/files/<uuid:identifier>")
@signed_in(*OFFICIAL)
def scan(reference: str, identifier: UUID) -> Response:
    """The scan of a paper, to be saved: never shown inside our own pages."""
    with db.reading() as session:
        opened = declarations.opened_file(session, reference, identifier, by=current_actor())
    response = current_app.response_class(opened.content, mimetype="application/octet-stream")
    response.headers.update(opened.headers)
    return response


@blueprint.get("/declarations/<reference>/versions/<int:one>/<int:other>")
@signed_in(*OFFICIAL)
def compared(reference: str, one: int, other: int) -> str:
    """What changed from one version to another, field by field."""
    actor = current_actor()
    with db.reading() as session:
        record = queries.find(session, reference, by=actor)
        known = versions.of(session, reference, by=actor)
        found = versions.between(session, reference, one, other, by=actor)
        changes = differences.told(found, lists_of(session))
    return render_template(
        "officer/versions.html",
        declaration=record,
        versions=known,
        one=one,
        other=other,
        changes=changes,
        count=len(found),
    )


def drawn(
    reference: str,
    sent: Mapping[str, Form] | None = None,
    refused: Refused | None = None,
    confirming: Confirming | None = None,
) -> str:
    """The page; `sent` are forms that came in and were refused, `refused` is a small one about one thing, `confirming` one
    of those sent that is to be sent once more.

    One that was filled in on an older version says so, and is offered again on the version that is shown now.
    """
    actor = current_actor()
    with db.reading() as session:
        read = _read(session, reference)
    tell_reasons_seen(read.file.why, by=actor)
    found, version = read.file, read.file.declaration.version
    overtaken = any(form.version != version for form in (sent or {}).values()) or _is_overtaken(refused)
    forms = {name: Form(schema, version=version) for name, schema in FORMS.items()} | dict(sent or {})
    for form in forms.values():
        form.version = version
    named = names(read.codes)
    texts = _texts(found)
    lines = [history.line(event, named, texts) for event in reversed(found.events)]
    panel = Panel.of(found, read.due.standing, read.blocks, actor)
    return render_template(
        "officer/file.html",
        file=found,
        declaration=found.declaration,
        header=found.declared.header,
        items=read.items,
        item_count=len(found.declared.items),
        start=read.start,
        per_page=ITEMS_ON_PAGE,
        shown=read.shown,
        documents=documents(found),
        blocks=[_doubt(f) for f in read.blocks],
        warnings=[_doubt(f) for f in read.findings if f.severity == "warning" and f not in read.blocks],
        due=read.due,
        standing=read.due.standing,
        assessed=assessed.shown(read.due, read.codes, locale(), read.items),
        doubts_of_due=[_doubt(f) for f in read.due.warnings],
        wishes=read.wishes,
        versions=read.versions,
        changed=read.changed,
        now=read.now,
        claim=read.claim,
        works=actor.grant(WORKING, found.declaration.post) is not None,
        offered=read.offered,
        decisions_told=choices.told(read.offered),
        confirming=None if overtaken or confirming is None else confirming,
        confirmed_name=choices.name(confirming.decision) if confirming else "",
        confirmed_effect=choices.effect(confirming.decision) if confirming else "",
        named=named,
        forms=forms,
        sent=next(iter((sent or {}).values()), None),
        refused=None if overtaken else refused,
        panel=panel,
        query_days=days(read.codes, "query-days", read.now.date()),
        overtaken=lines[0] if overtaken and lines else None,
        controls=_controls(read.codes, read.now),
        waiver_codes=_waiver_codes(read.codes, read.now) if "waive" in panel.moves else [],
        paper_types=_types(read.codes, read.now) if not current_actor().roles().isdisjoint(INSPECTING) else [],
        conclusions=_choices(CONCLUSIONS),
        as_declared=_choices(AS_DECLARED),
        outcomes=_choices(OUTCOMES),
        timeline_lines=lines[:RECENT],
        older_lines=lines[RECENT:],
        confirm_url=url_for("security.verify", next=url_for("officer.file", reference=reference)),
    )


def _read(session: Session, reference: str) -> _Read:
    actor = current_actor()
    found = register.of(session, reference, by=actor, locale=locale())
    codes = codebook(session)
    whole = queries.with_presented(found.declared, found.presented)
    findings = lodging.findings(session, whole, codes, found.declaration)
    now = db.now(session)
    lists = Lists(codes, now.date(), locale())
    start = first_item(len(found.declared.items))
    items = found.declared.items[start : start + ITEMS_ON_PAGE]
    several = found.declaration.content > 1
    made = versions.of(session, reference, by=actor) if several else []
    last, due = found.declaration.content, dues.of(session, found.declaration, by=actor)
    exceeded = [f for f in due.warnings if f.rule in BLOCKING]
    changed = versions.between(session, reference, last - 1, last, by=actor) if several else []
    return _Read(
        file=found,
        due=due,
        findings=findings,
        blocks=[*rules.blocking(findings), *exceeded],
        shown=declared.shown(found.declared, items, lists),
        wishes=[_wish(session, found, request, lists) for request in found.requests],
        versions=made,
        changed=differences.told(changed, lists),
        codes=codes,
        now=now,
        start=start,
        claim=claims.holding(session, found.declaration.post, found.declaration.id, now),
        offered=_offered(session, found, [*rules.blocking(findings), *exceeded]),
        items=items,
    )


def _offered(session: Session, found: register.File, blocks: list[Finding]) -> Offered:
    """What may be decided, with what the page knows already: papers that are missing, red goods that nobody has seen."""
    unseen = Finding("/decision", "release.red-needs-inspection", _("Conclude the inspection of the goods first."))
    against = blocks or ([unseen] if found.needs_inspection else [])
    return decision.offered(session, found.declaration, by=current_actor(), blocks=against, missing=bool(blocks))


def _wish(session: Session, found: register.File, asked: Amendment, lists: Lists) -> Wish:
    """What a request that waits would change; one that is settled is only told."""
    if asked.status not in ("requested", "endorsed"):
        return Wish(asked, [], 0)
    reference, actor = found.declaration.reference, current_actor()
    different = versions.wanted(session, reference, asked.id, by=actor)
    verdicts = Verdicts.of(found, asked, actor)
    return Wish(asked, differences.told(different, lists), max(0, len(different) - MOST_CHANGES), verdicts)


def _is_overtaken(refused: Refused | None) -> bool:
    return refused is not None and refused.refusal.code == "changed-meanwhile"


def names(codes: Codebook) -> history.Namer:
    """Names of codes in the reader's language; an unknown code stands for itself."""
    language = locale()
    return lambda list_name, code: codes.name(list_name, code, language) if code else ""


def _controls(codes: Codebook, now: Any) -> list[tuple[str, str]]:
    return [(code, f"{code} – {name}") for code, name in codes.choices("control_type", now.date(), locale())]


def _waiver_codes(codes: Codebook, now: Any) -> list[tuple[str, str]]:
    """The reasons of the list for which goods may go unseen."""
    known = codes.entries(waiving.LIST, now.date())
    return [(e.code, e.marked(locale())) for e in known if "inspection" in str(e.attributes.get("act")).split()]


def _types(codes: Codebook, now: Any) -> list[tuple[str, str]]:
    """(code, name) of the documents there are, for suggestions beneath a box."""
    return codes.choices("document_type", now.date(), locale())


def _choices(words: Mapping[str, Text]) -> list[tuple[str, str]]:
    return [(code, translate(text)) for code, text in words.items()]


def _texts(found: register.File) -> dict[tuple[str, str], str]:
    """The words of questions and answers, for the timeline."""
    texts: dict[tuple[str, str], str] = {}
    for question in found.questions:
        texts["declaration.queried", str(question.id)] = question.question
        texts["declaration.answered", str(question.id)] = question.answer or ""
    return texts


def documents(found: register.File) -> list[dict[str, Any]]:
    """Papers of the whole and of the items in one list; the same paper of several items is named once. Those handed in
    later stand after them, with who brought them and when."""
    papers: dict[tuple[str, str], dict[str, Any]] = {}
    every = [(None, p) for p in found.declared.documents]
    every += [(item["number"], p) for item in found.declared.items for p in item["documents"]]
    for item, paper in every:
        entry = papers.setdefault((paper["type"], paper["number"]), {**paper, "items": []})
        entry["scan"] = entry.get("scan") or _scan_of(found, paper.get("attachment"))
        if item is not None:
            entry["items"].append(item)
    later = [
        {
            "type": p.type, "number": p.number, "date": p.date, "expires": p.expires, "issuer": p.issuer,
            "items": [p.item] if p.item else [], "scan": _scan_of(found, p.attachment), "later": p,
        }
        for p in found.presented
    ]  # fmt: skip
    return [*papers.values(), *later]


def _scan_of(found: register.File, id: str | UUID | None) -> register.Scan | None:
    return found.scans.get(UUID(str(id))) if id else None


def _doubt(finding: Finding) -> Doubt:
    """A finding of the rules, with the place in words where it is an item."""
    parts = finding.pointer.split("/")
    item = int(parts[2]) + 1 if len(parts) > 2 and parts[1] == "items" and parts[2].isdecimal() else 0
    params = finding.message.params
    if "says" in params and "remedy" in params:
        return Doubt(translate(params["says"]), translate(params["remedy"]), item, finding.rule)
    return Doubt(translate(finding.message), "", item, finding.rule)


__all__: Sequence[str] = ["Refused", "drawn", "names"]
