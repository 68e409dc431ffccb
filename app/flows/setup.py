"""What a new database needs before the first truck: codes, posts, risk profiles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.reference import operations as reference
from app.risk import operations as risk
from app.risk.models import RandomShare, RiskProfile
from app.risk.rules.criteria import expression

PROFILES = Path(risk.__file__).parents[1] / "data" / "profiles.json"


def load_reference(session: Session, *, by: Actor) -> None:
    """Loads what this release ships; safe to run again, an administration's own rows are kept."""
    reference.load(session, by=by)
    shipped = json.loads(PROFILES.read_text(encoding="utf-8"))
    known = set(session.execute(select(RiskProfile.code).distinct()).scalars())
    for profile in shipped["profiles"]:
        if profile["code"] not in known:
            risk.define(session, _definition(profile, shipped["source"]), by=by)
    share = shipped["random_share"]
    if session.execute(select(RandomShare.post).limit(1)).first() is None:
        risk.set_random_share(session, share["post"], share["share"], share["lane"], by=by)


def _definition(profile: dict[str, Any], source: str) -> risk.DefineProfile:
    """A shipped profile: its criteria are written out as an expression, its own source counts before that of the file."""
    criteria = profile.get("criteria")
    words = {"source": source, **profile}
    if criteria is not None:
        words["expression"] = expression(criteria)
    return risk.DefineProfile(**words)
