"""What the system knows of a firm that is to be trusted, and what has been found against it since it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.payments.models import Debt
from app.risk.queries import tallies
from app.risk.queries.tallies import Past
from app.risk.rules import subjects
from app.transit.models import Movement, TransitRecovery

#: The roles in which a firm answers for a consignment.
ROLES = ("declarant", "consignor", "consignee", "holder")


def figures(session: Session, party: str, at: dt.datetime) -> dict[str, int]:
    """Measures of a firm as `app.risk.rules.trust` names them: days known, consignments of 12 months, findings of 24 months
    (each of the role in which there are most), debts that are open. Three statements."""
    pasts = _pasts(session, party, at)
    known = max(((at - past.first_seen).days for past in pasts), default=0)
    return {
        "known-days": known,
        "consignments": max((past.consignments for past in pasts), default=0),
        "findings": max((past.findings for past in pasts), default=0),
        "debts": _debts(session, party),
    }


def found_since(session: Session, since: Mapping[str, dt.datetime], at: dt.datetime) -> dict[str, dt.datetime]:
    """Of firms, each with a moment: when something was found last at a consignment of theirs (an inspection that is not as
    declared, a seizure, a difference, a recovery), if that was after it. One statement, however many they are."""
    pasts = _remembered(session, since, at)
    last = {
        party: max((p.last_finding for p in pasts[party] if p.last_finding is not None), default=None)
        for party in since
    }
    return {party: found for party, found in last.items() if found is not None and found > since[party]}


def _pasts(session: Session, party: str, at: dt.datetime) -> list[Past]:
    return _remembered(session, (party,), at)[party]


def _remembered(session: Session, parties: Iterable[str], at: dt.datetime) -> dict[str, list[Past]]:
    keys = {party: subjects.party_key({"id": party}) for party in parties}
    found = tallies.remembered(session, {role: sorted(set(keys.values())) for role in ROLES}, at).pasts
    return {party: [found[role, key] for role in ROLES if (role, key) in found] for party, key in keys.items()}


def _debts(session: Session, party: str) -> int:
    owed = select(func.count()).select_from(Debt).where(Debt.party == party)
    recovered = (
        select(func.count())
        .select_from(TransitRecovery)
        .join(Movement, and_(Movement.post == TransitRecovery.post, Movement.id == TransitRecovery.movement_id))
        .where(Movement.party == party, TransitRecovery.settled_at.is_(None))
    )
    return int(session.execute(owed).scalar_one()) + int(session.execute(recovered).scalar_one())
