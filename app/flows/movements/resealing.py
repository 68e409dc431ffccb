"""A seal is changed on the way: one officer has the new one in his hand, another one reads both before the goods go on.

What happened on the road is reported and decided as an incident, by two persons as well (see `travelling`). This is for an
office that opens a sealed load itself.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.acts import ACTS
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.text import _, compact
from app.flows.movements.departing import bearer
from app.seals import operations as seals
from app.seals import queries as sealed
from app.seals.commands import Applied, ChangeSeals
from app.seals.models import Seal
from app.transit import operations as transit
from app.transit.lifecycle import UNDER_WAY, Status
from app.transit.models import Movement

CHANGE = "seal.change"
MOST = 99


def propose(
    session: Session, command: ChangeSeals, version: int | None = None, *, by: Actor
) -> tuple[Movement, Proposal]:
    """Asks another officer of the office to look at the change. Raises `WrongState` where the goods are not under way,
    `Invalid` for seals that are not on them and for new ones that nobody has handed to who proposes."""
    by.need_scope("decide")
    movement, role = _at(session, command.reference, command.office, version, by=by)
    off = sorted({compact(serial) for serial in command.off})
    on = sorted({compact(serial) for serial in command.on})
    found = _wrong(session, movement, command.office, off, on, by)
    if found:
        raise Invalid(findings=found)
    payload = {"movement": movement.reference, "mrn": movement.mrn, "off": off, "on": on}
    wish = approvals.Propose(command.office, CHANGE, movement.id, movement.reference, payload, command.reason)
    return movement, approvals.propose(session, wish, by=by, role=role)


def _at(
    session: Session, reference: str, office: str, version: int | None = None, *, by: Actor
) -> tuple[Movement, str]:
    movement, role = transit.at_office(session, reference, office, version, by=by, roles=ACTS[CHANGE].proposes)
    if Status(movement.status) not in UNDER_WAY:
        raise WrongState(_("Seals are changed so while the goods are under way."), facts={"state": movement.status})
    return movement, role


def _wrong(
    session: Session, movement: Movement, office: str, off: list[str], on: list[str], by: Actor
) -> list[Finding]:
    found = []
    there = sealed.active(session, off)
    if not off or any(s not in there or there[s].movement_id != movement.id for s in off):
        found.append(Finding("/off", "seal.not-on", _("Name the seals that are on the goods and come off.")))
    held = sealed.at_post(session, office, on)
    if not on or len(on) > MOST or any(s not in held or held[s].officer != by.person for s in on):
        found.append(Finding("/on", "seal.not-issued", _("Name new seals that were handed to you.")))
    return found


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> list[Seal]:
    """What an approved change does: the old seals are off, the new ones on, and the second officer has read them."""
    said = approvals.must_be_approved(proposal, CHANGE, by=by)
    movement, role = _at(session, str(said["movement"]), proposal.post, by=by)
    on = bearer(session, movement)
    movement.changed_at = now(session)
    seals.remove(session, on, said["off"], proposal.reason, proposal.post, by=by)
    new = [Applied(serial) for serial in said["on"]]
    put_on = seals.apply(session, on, new, proposal.post, hand=proposal.proposed_by, by=by)
    after = {"off": said["off"], "on": said["on"], "proposed_by": proposal.proposed_login}
    transit.note(
        session, movement, "seals-changed", by=by, office=proposal.post, after=after, reason=proposal.reason, role=role
    )
    return put_on
