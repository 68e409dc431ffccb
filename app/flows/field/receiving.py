"""What comes back from the truck: each record is done once, in its order, or kept with the reason why it could not be.

A record and its effect are one transaction. What the verb refuses is undone alone; the record is then kept with both
sides, so that nothing that was seen is lost and nothing that was decided is overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.db import attempt, now
from app.core.errors import ChangedMeanwhile, Finding, Forbidden, Invalid, NotFound, Refusal, TooLarge, WrongState
from app.core.text import Text, _, read_sentence, sentence_json
from app.field import operations as devices
from app.field import queries, rules
from app.field.commands import Incoming, Outcome, Receipt
from app.field.models import FieldDevice
from app.flows.field import bodies
from app.inspections import queries as inspected
from app.inspections.commands import Recorded
from app.inspections.rules import photographs
from app.registers import standing

#: What `kind` says of a photo that could not be applied.
PHOTO = "field-photo"

#: The state of things says no: somebody else went on meanwhile.
_CONFLICTS = (WrongState, ChangedMeanwhile, Forbidden, NotFound)


def receive(session: Session, record: Incoming, device: FieldDevice, *, sent: dt.datetime | None, by: Actor) -> Receipt:
    """Does what the record says, or keeps it as conflict or refused; the same record again gets the same answer.

    `device` is the person's own, with its row locked (`field.operations.own`), `sent` what its clock shows now. Raises
    `RecordReused`, `RecordOrder`, and `Invalid` for an envelope that cannot be kept.
    """
    by.need_scope("decide")
    wrong = rules.of_record(record)
    if wrong:
        raise Invalid(findings=wrong)
    known = queries.before(session, device, record)
    if known is not None:
        return known
    claimed = rules.claimed_at(record.claimed)
    off = rules.clock_off(claimed, sent, now(session))
    try:
        with attempt(session):
            if _noted_while_locked(device, claimed, sent, now(session)):
                raise WrongState(_WHILE_LOCKED)
            done = _done(session, record, Recorded(record.id, device.id, claimed), by=by)
    except (Invalid, TooLarge) as refusal:
        return devices.keep(session, device, record, Outcome.REFUSED, _told(refusal), clock_off=off, by=by)
    except _CONFLICTS as refusal:
        answer = {**_told(refusal), "theirs": standing.theirs(session, record.reference, by=by)}
        photo = _photo(session, device, record, by=by)
        return devices.keep(session, device, record, Outcome.CONFLICT, answer, clock_off=off, photo=photo, by=by)
    return devices.keep(session, device, record, Outcome.APPLIED, {"made": done}, clock_off=off, by=by)


_WHILE_LOCKED = _("It was recorded while the device was locked out. A supervisor looks at it.")


def _done(session: Session, record: Incoming, recorded: Recorded, *, by: Actor) -> UUID | None:
    """Does it, and gives the id of what was made."""
    act = bodies.deed(record, recorded)
    _still_his(session, record.reference, by=by)
    made = act(session, by)
    row = made[1] if isinstance(made, tuple) and len(made) > 1 else None
    session.flush()
    return getattr(row, "id", None)


def _still_his(session: Session, reference: str, *, by: Actor) -> None:
    """Whoever was drawn and then replaced no longer speaks for the inspection; who joined it without being drawn does."""
    subject = standing.subject_of(session, reference, by=by)
    looks = [look for look in standing.looks_of(session, subject) if look.is_open] if subject is not None else []
    for given in inspected.assignments(session, looks).values():
        last = {row.agency: row for row in given}.values()
        if any(row.person == by.person for row in given) and all(row.person != by.person for row in last):
            raise WrongState(_("The inspection was given to {name} meanwhile.", name=_names(row.name for row in last)))


def _names(names: Iterable[str | None]) -> str:
    return ", ".join(sorted({name for name in names if name}))


def _photo(session: Session, device: FieldDevice, record: Incoming, *, by: Actor) -> UUID | None:
    """The picture of a photo in conflict, kept beside it; None where there is none that can be read."""
    if record.photo is None:
        return None
    try:
        picture = photographs.prepared(record.photo)
    except (Invalid, TooLarge):
        return None
    kept = attachments.keep(
        session, post=device.post, kind=PHOTO, name=bodies.PHOTO_NAME, media_type="image/jpeg", content=picture.content,
        by=by,
    )  # fmt: skip
    return kept.id


def _noted_while_locked(
    device: FieldDevice, claimed: dt.datetime | None, sent: dt.datetime | None, at: dt.datetime
) -> bool:
    """Whether it may have been written by a finder: between lock and release, by the database's clock."""
    if device.locked_at is None or device.released_at is None:
        return False
    if claimed is None or sent is None:
        return True
    noted = at - (sent - claimed)
    return device.locked_at <= noted <= device.released_at


def _told(refusal: Refusal) -> dict[str, Any]:
    """Why not, in sentences that can still be translated."""
    told: dict[str, Any] = {"code": refusal.code, "why": sentence_json(refusal.message), "facts": refusal.facts}
    if refusal.findings:
        told["errors"] = [_finding(f) for f in refusal.findings]
    return told


def _finding(finding: Finding) -> dict[str, Any]:
    return {"pointer": finding.pointer, "rule": finding.rule, "message": sentence_json(finding.message)}


def said(answer: dict[str, Any]) -> list[Text]:
    """The sentences of a kept answer."""
    found = [read_sentence(answer["why"])] if "why" in answer else []
    return [*found, *(read_sentence(error["message"]) for error in answer.get("errors", ()))]
