"""Mandates between the demo firms, through the verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core import db
from app.core.actors import Actor
from app.flows import mandating
from app.parties import operations
from app.parties.commands import GiveMandate
from app.parties.models import Mandate
from tests.factories.actors import OTHER_PARTY, PARTY, POST, trader

BOTH = ("certificates", "stocks")


def between(
    principal: str = PARTY, declarant: str = OTHER_PARTY, scopes: tuple[str, ...] = BOTH, **more: Any
) -> GiveMandate:
    """The words of a mandate that has long been in force and long will be."""
    days = {"valid_from": dt.date(2020, 1, 1), "valid_to": dt.date(2099, 12, 31)}
    return GiveMandate(
        **{"post": POST, "principal": principal, "declarant": declarant, "scopes": scopes, **days, **more}
    )


def given(principal: str = PARTY, declarant: str = OTHER_PARTY, *, by: Actor | None = None, **more: Any) -> Mandate:
    """A mandate in force, given by the firm itself unless somebody else is named."""
    with db.transaction() as session:
        return mandating.give(session, between(principal, declarant, **more), by=by or trader(principal))


def revoked(mandate: Mandate, reason: str = "we part", *, by: Actor | None = None) -> Mandate:
    with db.transaction() as session:
        return operations.revoke_mandate(session, mandate.id, reason, by=by or trader(mandate.principal))
