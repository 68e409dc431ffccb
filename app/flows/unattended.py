"""What the system does with lanes when nobody comes: clean goods go when their wait is over, yellow goods that nobody
touches go on blue where the administration wants it.

`flask work` does this, one declaration a transaction; several workers do each of them once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.approvals.lifecycle import Status as Settled
from app.approvals.models import Proposal
from app.core import journal
from app.core.actors import Actor
from app.core.db import now
from app.core.lifecycle import sql_in
from app.declarations import operations as declarations
from app.declarations import queries as declared
from app.declarations.lifecycle import Status
from app.declarations.models import Declaration
from app.flows import code_lists, deciding, holding, parameters, selecting, watching
from app.flows.parameters import AtPost
from app.inspections import operations as inspections
from app.inspections import queries as inspected
from app.inspections.lifecycle import Status as Looked
from app.reference.codebook import Codebook, Entry
from app.reference.queries import codebook
from app.registers import reasons
from app.risk import queries as risk
from app.risk.operations import waiting
from app.risk.queries import waiting as waits
from app.risk.rules import Lane

#: Days after which yellow goods on which nobody has done anything go on blue; 0 is never.
REROUTED = "yellow-to-blue-days"
#: Declarations of one round.
BATCH = 200
_UNTOUCHED = (Status.SELECTED, Status.UNDER_CONTROL)
_IS_YELLOW = text("lane = 'yellow' AND " + sql_in("status", _UNTOUCHED))
_CLEAN = (Lane.GREEN, Lane.BLUE)

Key = tuple[str, UUID]


def waits_at(codes: Codebook, post: str, on: dt.date) -> tuple[AtPost | None, AtPost | None]:
    """Minutes that clean goods wait at a post, and days after which yellow goods go on blue; None where they do not."""
    return parameters.at_post(codes, selecting.DELAY, post, on), parameters.at_post(codes, REROUTED, post, on)


def due(session: Session) -> Sequence[Key]:
    """Declarations whose wait is over."""
    return waits.due(session, now(session), BATCH)


def let_go(session: Session, key: Key, *, by: Actor) -> bool:
    """Lets a declaration go whose wait is over, or leaves it to whoever looks at it meanwhile. False where another worker
    or an officer has it: the next round comes to it."""
    declaration = _held(session, key)
    if declaration is None:
        return False
    at = now(session)
    wait = waits.locked(session, *key, at)
    if wait is None:
        return False
    if not _is_untouched(session, declaration):
        waiting.settle(session, wait, "stopped", by=by)
        return True
    if deciding.blocks(session, declaration) or watching.waits(session, declaration.id):
        selecting.look_at(session, declaration, Lane.YELLOW, at, by=by)
        waiting.settle(session, wait, "stopped", by=by)
        return True
    holding.lock_earlier(session, [declaration])
    waiting.settle(session, wait, "released", by=by)
    deciding.let_go(session, declaration, str(declaration.lane), at, by=by)
    return True


def _is_untouched(session: Session, declaration: Declaration) -> bool:
    """Nobody has begun to look, chosen another lane, or asked for anything."""
    clean = declaration.lane in {lane.value for lane in _CLEAN} and declaration.status == Status.SELECTED.value
    return clean and not declared.waiting_requests(session, declaration)


def idle(session: Session, after: Key | None = None) -> Sequence[Key]:
    """Yellow declarations on which nobody has done anything for as long as their post waits; none where it waits for ever.
    A batch in the order of their keys: many may have to stay for other reasons, so ask on with the last one as `after`."""
    codes, at = codebook(session), now(session)
    found: list[Key] = []
    for post in sorted({p.code for p in codes.posts() if after is None or p.code >= after[0]}):
        days = parameters.at_post(codes, REROUTED, post, codes.day_at(post, at))
        if days is None or not _is_agreed(session, days.entry):
            continue
        last = func.greatest(Declaration.lodged_at, Declaration.changed_at)
        asked = (
            select(Declaration.post, Declaration.id)
            .where(Declaration.post == post, _IS_YELLOW, last <= at - dt.timedelta(days=days.value))
            .order_by(Declaration.id)
        )
        if after is not None and after[0] == post:
            asked = asked.where(Declaration.id > after[1])
        found += [(row.post, row.id) for row in session.execute(asked.limit(BATCH - len(found)))]
        if len(found) == BATCH:
            break
    return found


def to_blue(session: Session, key: Key, *, by: Actor) -> bool:
    """Lets a yellow declaration go on blue, by the parameter that says after how many days. False where something is
    missing, doubted or under way, where a person or chance chose the lane, or where somebody has it now."""
    declaration = _held(session, key)
    if declaration is None:
        return False
    codes, at = codebook(session), now(session)
    after = parameters.at_post(codes, REROUTED, declaration.post, codes.day_at(declaration.post, at))
    moments = [moment for moment in (declaration.lodged_at, declaration.changed_at) if moment is not None]
    if after is None or not _is_agreed(session, after.entry):
        return False
    if max(moments) > at - dt.timedelta(days=after.value) or not _may_go_on_blue(session, declaration):
        return False
    holding.lock_earlier(session, [declaration])
    declarations.change_lane(session, declaration, Lane.BLUE.value, after.said, at, by=by, role="system")
    inspections.cancel(session, declaration.post, declaration.id, after.said, by=by)
    deciding.let_go(session, declaration, Lane.BLUE.value, at, by=by)
    return True


def _may_go_on_blue(session: Session, declaration: Declaration) -> bool:
    yellow = declaration.lane == Lane.YELLOW.value and Status(declaration.status) in _UNTOUCHED
    return (
        yellow
        and not declared.open_questions(session, declaration)
        and not declared.waiting_requests(session, declaration)
        and not _is_looked_at(session, declaration)
        and _is_by_profile_alone(session, declaration)
        and not deciding.blocks(session, declaration)
        and not watching.waits(session, declaration.id)
    )


def _is_agreed(session: Session, entry: Entry) -> bool:
    """Whether two persons approved the row of the parameters as it stands: a release or one hand alone lowers no lane. The
    database asks the same."""
    row = {"code": entry.code, "valid_from": entry.valid_from.isoformat(), "attributes": dict(entry.attributes)}
    asked = select(Proposal.id).where(
        Proposal.kind == code_lists.UPDATE,
        Proposal.status == Settled.APPROVED.value,
        Proposal.payload.contains({"list": entry.list, "rows": [{"now": row}]}),
    )
    return session.execute(asked.limit(1)).first() is not None


def _is_looked_at(session: Session, declaration: Declaration) -> bool:
    """Somebody has begun to look, or has found something that is not as declared."""
    begun = inspected.open_one(session, declaration.post, declaration.id)
    if begun is not None and begun.status == Looked.STARTED:
        return True
    return bool(inspected.doubted(session, declaration.post, declaration.id, None))


def _is_by_profile_alone(session: Session, declaration: Declaration) -> bool:
    """Chance tells something only where it is looked at; what a person chose, a person takes back; a name on a watch list
    waits for an answer; and a profile that could not be asked has not said anything."""
    assessed = risk.assessment(session, declaration.post, declaration.id)
    if assessed is None or assessed.drawn or assessed.facts.get("watch_lists"):
        return False
    if any(hit.get("broken") for hit in assessed.hits):
        return False
    entries = journal.history(session, declaration.post, declarations.KIND, str(declaration.id))
    return reasons.by_hand(entries) is None


def _held(session: Session, key: Key) -> Declaration | None:
    """The declaration, locked, unless somebody else holds it."""
    asked = select(Declaration).where(Declaration.post == key[0], Declaration.id == key[1])
    return session.execute(
        asked.with_for_update(skip_locked=True), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
