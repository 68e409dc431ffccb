"""The verbs of a declaration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core import canonical, journal, numbering, outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, WrongState
from app.core.ids import reference, uuid7
from app.core.rows import stage, stage_rows
from app.core.text import _, compact
from app.declarations import queries, rules
from app.declarations.commands import Decide, Declared, DeleteDraft, LodgeDeclaration, SaveDraft
from app.declarations.lifecycle import DECISIONS, Action, Status
from app.declarations.models import (
    Decision,
    Declaration,
    DeclarationContent,
    DeclarationDocument,
    DeclarationDraft,
    DeclarationItem,
)

KIND = "declaration"
SERIES = "MRN"
LARGEST_DRAFT = 2_000_000

_ITEM_COLUMNS = ("number", "commodity", "description", "origin", "procedure", "gross_kg", "net_kg", "invoice_value")


@dataclass(slots=True)
class Lodged:
    """A lodged declaration with what was declared and the warnings it got."""

    declaration: Declaration
    declared: Declared
    at: dt.datetime
    warnings: list[Finding] = field(default_factory=list)


def note(
    session: Session,
    declaration: Declaration,
    event: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    role: str = "",
) -> None:
    """Journals an act on a declaration and puts the fact into the outbox. `after` always carries the new version."""
    state = {"status": declaration.status, "version": declaration.version, **(after or {})}
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        before=before,
        after=state,
        reason=reason,
        role=role,
    )
    payload = {"reference": declaration.reference, "mrn": declaration.mrn, "status": declaration.status}
    outbox.put(
        session, post=declaration.post, topic=event, subject=declaration.id, payload=payload, at=declaration.changed_at
    )


def lodge(
    session: Session, command: LodgeDeclaration, codes: rules.Codes, posts: frozenset[str], *, by: Actor
) -> Lodged:
    """Lodges what is declared, new or from a draft: checks the rules, gives the MRN, writes content and journal.

    Raises `Forbidden` without a mandate for the declarant, `Invalid` with every finding. Takes the post's own row last.
    """
    by.need_scope("write")
    declared = command.declared
    may_declare(declared, by=by)
    draft = _draft_to_lodge(session, command, by=by)
    found = rules.check(rules.Setting(declared, codes, now_date(session), posts))
    if rules.errors(found):
        raise Invalid(findings=found)
    declaration = draft or _fresh(declared)
    declaration.party = declared.declarant
    body = _draft_body(session, draft)
    year, number, at = numbering.draw(session, declared.post, SERIES)
    declaration.mrn = numbering.mrn(declared.post, year, number, procedure_letter(declared))
    declaration.content += 1
    declaration.lodged_at = at
    before = {"status": declaration.status} if draft else None
    declaration.move(Action.LODGE, at)
    sha256 = _write_content(session, declaration, declared, body, at, by=by)
    if draft is None:
        stage(session, declaration)
    else:
        session.flush()
    after = {
        "mrn": declaration.mrn,
        "reference": declaration.reference,
        "content": declaration.content,
        "sha256": sha256,
    }
    note(session, declaration, "declaration.lodged", by=by, before=before, after=after, role="trader")
    return Lodged(declaration, declared, at, [f for f in found if f.severity == "warning"])


def may_declare(declared: Declared, *, by: Actor) -> None:
    """Only a trader whose grant names the declarant may declare for him."""
    by.need(("trader",), declared.post)
    mine = by.parties(declared.post)
    if declared.declarant not in mine:
        message = _(
            "You act for {parties}, not for {declarant}. "
            "Name your own firm as declarant, or ask the administrator for a mandate.",
            parties=", ".join(sorted(mine)),
            declarant=declared.declarant,
        )
        raise Forbidden(message, findings=[Finding("/declarant/id", "declarant.mandate", message)])


def procedure_letter(declared: Declared) -> str:
    """The letter of the MRN that tells the kind of procedure (see `numbering.mrn`)."""
    return {"IM": "R", "EX": "A", "TR": "J"}.get(declared.header["declaration_type"][:2], "Z")


def now_date(session: Session) -> dt.date:
    return now(session).date()


def _draft_to_lodge(session: Session, command: LodgeDeclaration, *, by: Actor) -> Declaration | None:
    if command.draft is None:
        return None
    declaration = queries.locked(session, command.draft, by=by)
    must_be_draft(declaration)  # first: who changed what since it was lodged is not told to traders
    expect_version(session, declaration, command.version)
    if declaration.post != command.declared.post:
        message = _(
            "This draft was begun for {post}. Make a new declaration for another crossing point.", post=declaration.post
        )
        raise Invalid(findings=[Finding("/post", "post.fixed", message)])
    return declaration


def expect_version(session: Session, declaration: Declaration, seen: int | None) -> None:
    """Refuses a change made on an old version, saying who changed what."""
    if seen is None or seen == declaration.version:
        return
    changes = journal.history(session, declaration.post, KIND, str(declaration.id))
    last = changes[-1] if changes else None
    facts: dict[str, Any] = {"version": declaration.version}
    if last is not None:
        facts["changed"] = {
            "by": last.login,
            "event": last.event,
            "at": canonical.instant(last.at),
            "after": last.after,
        }
        raise ChangedMeanwhile(
            _(
                "{login} changed this at {time} ({event}). Look at it again before you act.",
                login=last.login,
                time=canonical.instant(last.at)[:16].replace("T", " ") + " UTC",
                event=last.event,
            ),
            facts=facts,
        )
    raise ChangedMeanwhile(facts=facts)


def _fresh(declared: Declared) -> Declaration:
    return Declaration(
        post=declared.post,
        id=uuid7(),
        reference=reference(declared.post),
        mrn=None,
        party=declared.declarant,
        status=Status.DRAFT.value,
        lane=None,
        content=0,
        version=1,
        lodged_at=None,
        changed_at=None,
    )


def _draft_body(session: Session, declaration: Declaration | None) -> DeclarationDraft | None:
    if declaration is None:
        return None
    return queries.draft(session, declaration)


def _write_content(
    session: Session,
    declaration: Declaration,
    declared: Declared,
    draft: DeclarationDraft | None,
    at: dt.datetime,
    *,
    by: Actor,
) -> str:
    """Stages the rows of what is declared and gives their digest, which the journal keeps."""
    key = {"post": declaration.post, "declaration_id": declaration.id, "content": declaration.content}
    header, transport, invoice = declared.header, declared.header["transport"], declared.header["invoice"]
    sha256 = canonical.digest({"header": header, "items": declared.items, "documents": declared.documents})
    content = {
        **key,
        "local_reference": header["local_reference"],
        "declarant": declared.declarant,
        "plate": compact((transport.get("vehicle") or {}).get("plate") or "") or None,
        "containers": transport.get("containers") or [],
        "currency": invoice["currency"],
        "invoice_total": invoice["total"],
        "gross_kg": str(sum(Decimal(i["gross_kg"]) for i in declared.items)),
        "item_count": len(declared.items),
        "header": header,
        "sha256": sha256,
        "source": draft.source if draft else None,
        "unread": draft.unread if draft else [],
        "made_by": by.person,
        "made_at": at,
    }
    stage_rows(session, DeclarationContent, [content])
    stage_rows(session, DeclarationItem, [_item_row(key, item) for item in declared.items])
    stage_rows(session, DeclarationDocument, list(_document_rows(key, declared)))
    return sha256


def _item_row(key: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    columns = {name: item[name] for name in _ITEM_COLUMNS}
    more = {name: value for name, value in item.items() if name not in columns and name != "documents"}
    return {**key, **columns, "more": more}


def _document_rows(key: dict[str, Any], declared: Declared) -> list[dict[str, Any]]:
    papers = [(0, place, paper) for place, paper in enumerate(declared.documents)]
    papers += [(i["number"], place, paper) for i in declared.items for place, paper in enumerate(i["documents"])]
    return [
        {**key, "item": item, "place": place, "type": p["type"], "number": p["number"], "date": p.get("date")}
        for item, place, p in papers
    ]


def save_draft(session: Session, command: SaveDraft, *, by: Actor) -> Declaration:
    """Keeps what is written so far, new or over the version its writer saw. A draft belongs to the firm acted for."""
    by.need_scope("write")
    by.need(("trader",), command.post)
    party = _party_of(command, by=by)
    if len(canonical.encode(command.body)) > LARGEST_DRAFT:
        raise Invalid(findings=[Finding("", "draft.size", _("The draft is larger than 2 MB. Shorten it."))])
    at = now(session)
    if command.reference is None:
        declaration = Declaration(
            post=command.post,
            id=uuid7(),
            reference=reference(command.post),
            mrn=None,
            party=party,
            status=Status.DRAFT.value,
            lane=None,
            content=0,
            version=1,
            lodged_at=None,
            changed_at=at,
        )
        session.add(declaration)
        session.flush()
        session.add(
            DeclarationDraft(
                post=command.post,
                declaration_id=declaration.id,
                body=command.body,
                source=command.source,
                unread=list(command.unread),
                remarks=list(command.remarks),
            )
        )
        event = "declaration.drafted"
    else:
        declaration = queries.locked(session, command.reference, by=by)
        must_be_draft(declaration)
        expect_version(session, declaration, command.version)
        kept = queries.draft(session, declaration)
        kept.body, kept.remarks = command.body, []
        declaration.changed_at = at
        event = "declaration.redrafted"
    session.flush()
    journal.record(
        session,
        by=by,
        event=event,
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        after={
            "status": declaration.status,
            "version": declaration.version,
            "reference": declaration.reference,
            "sha256": canonical.digest(canonical.plain(command.body)),
        },
        role="trader",
    )
    return declaration


def _party_of(command: SaveDraft, *, by: Actor) -> str:
    """The firm a draft belongs to: the one named, the declarant if he is one of ours, else the only one acted for."""
    mine = by.parties(command.post)
    declarant = command.body.get("declarant")
    named = command.party or (declarant.get("id") if isinstance(declarant, dict) else None)
    if isinstance(named, str) and named in mine:
        return named
    if command.party is not None:
        raise Forbidden(_("You do not act for {party}.", party=command.party))
    return min(mine)


def must_be_draft(declaration: Declaration) -> None:
    """Raises `WrongState` for what is lodged."""
    if declaration.status != Status.DRAFT.value:
        raise WrongState(
            _("This declaration is lodged and cannot be changed as a draft. Ask for an amendment."),
            facts={"state": declaration.status},
        )


def delete_draft(session: Session, command: DeleteDraft, *, by: Actor) -> None:
    """Throws a draft away; the journal keeps that it was."""
    by.need_scope("write")
    declaration = queries.locked(session, command.reference, by=by)
    by.need(("trader",), declaration.post)
    must_be_draft(declaration)
    expect_version(session, declaration, command.version)
    journal.record(
        session,
        by=by,
        event="declaration.discarded",
        kind=KIND,
        subject=declaration.id,
        post=declaration.post,
        before={"status": declaration.status, "version": declaration.version, "reference": declaration.reference},
        after={"status": None, "version": None},
        role="trader",
    )
    session.delete(declaration)


def select_for_control(session: Session, lodged: Lodged, lane: str, *, by: Actor) -> None:
    """Yellow and red wait for an officer."""
    declaration = lodged.declaration
    declaration.lane = lane
    declaration.move(Action.SELECT, lodged.at)
    session.flush()
    note(session, declaration, "declaration.selected", by=by, after={"lane": lane}, role="system")


def release_by_system(session: Session, declaration: Declaration, lane: str, at: dt.datetime, *, by: Actor) -> None:
    """Green and blue go without an officer; blue is looked at afterwards."""
    before = {"status": declaration.status, "lane": declaration.lane}
    declaration.lane = lane
    declaration.move(Action.RELEASE, at)
    session.flush()
    note(session, declaration, "declaration.released", by=by, before=before, after={"lane": lane}, role="system")


def change_lane(
    session: Session, declaration: Declaration, lane: str, reason: str, at: dt.datetime, *, by: Actor, role: str
) -> None:
    """Puts an open declaration into another lane; who may, and with whom, is decided by the caller's verb."""
    before = {"lane": declaration.lane}
    declaration.lane = lane
    declaration.changed_at = at
    session.flush()
    note(
        session,
        declaration,
        "declaration.rerouted",
        by=by,
        before=before,
        after={"lane": lane},
        reason=reason,
        role=role,
    )


def start_control(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor, role: str) -> None:
    """The goods are being looked at."""
    before = {"status": declaration.status}
    declaration.move(Action.START_CONTROL, at)
    session.flush()
    started = before["status"] != declaration.status
    event = "declaration.control-started" if started else "declaration.control-continued"
    note(session, declaration, event, by=by, before=before if started else None, role=role)


def decide(
    session: Session, declaration: Declaration, command: Decide, at: dt.datetime, *, by: Actor, role: str
) -> Decision:
    """Moves a locked declaration by an officer's decision and keeps its reason."""
    if command.decision not in {a.value for a in DECISIONS}:
        raise Invalid(
            findings=[
                Finding(
                    "/decision",
                    "decision.unknown",
                    _("Choose one of: {choices}.", choices=", ".join(a.value for a in DECISIONS)),
                )
            ]
        )
    if not command.reason.strip():
        raise Invalid(findings=[Finding("/reason", "decision.reason", _("Give the reason for the decision."))])
    before = {"status": declaration.status}
    declaration.move(Action(command.decision), at)
    decision = Decision(
        post=declaration.post,
        id=uuid7(),
        declaration_id=declaration.id,
        decision=command.decision,
        reason=command.reason,
        note=command.note,
        person=by.person,
        login=by.login,
        name=by.name,
        at=at,
    )
    session.add(decision)
    session.flush()
    note(
        session,
        declaration,
        f"declaration.{_PAST[command.decision]}",
        by=by,
        before=before,
        after={"decision": command.decision},
        reason=command.reason,
        role=role,
    )
    return decision


_PAST = {
    "release": "released",
    "release-with-correction": "released",
    "hold": "detained",
    "refuse": "refused",
    "seize": "seized",
    "return": "returned",
}
