"""What is seized and held in the demonstration: a record with drawn photos, its pieces from hand to hand, an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.appeals.commands import Lodge
from app.cli.demo import photos
from app.core.actors import Actor
from app.core.db import now
from app.declarations.commands import Decide
from app.declarations.models import Declaration
from app.flows import appealing, deciding, offending
from app.offences.commands import Detain, HandOver, Involved, Piece, Seize, Vehicle

#: Days for which the goods of the demonstration are held: soon over, so that they stand in the list of terms.
HELD_DAYS = 2
_PIECES = (
    Piece("narcotics", "Heroin, grey-white powder in pressed bricks", Decimal("4250.5"), "GRM", None, 5,
          "bricks in yellow tape", "behind the front wall of the load", Decimal("410000.00"), "TJS"),
    Piece("cash", "Notes of 100", Decimal(12_400), "USD", hidden="under the driver's seat"),
)  # fmt: skip


def seize(session: Session, reference: str, body: Mapping[str, Any], inspector: Actor, officer: Actor) -> None:
    """The inspector draws the record up; the drugs go to the agency, and an officer confirms that they came."""
    transport = body["transport"]
    vehicle, driver = transport["vehicle"], transport.get("driver") or {}
    plate = str(vehicle.get("plate") or "")
    told = Seize(
        "The dog showed it at the front wall; behind a second wall of plywood lay five bricks.",
        "behind the front wall of the load",
        _PIECES,
        persons=(Involved(str(driver.get("name") or "Karim Rahimov"), "driver", explanation="Says that he knew nothing.",
                          signs=False, remark="Refuses to sign."),),
        vehicle=Vehicle(plate, str(vehicle.get("country") or "")),
    )  # fmt: skip
    record = offending.seize(session, reference, told, None, by=inspector)[1]
    for view, caption in ((2, "Where it lay"), (0, "The truck")):
        picture = photos.photo(view, plate, now(session))
        offending.add_photo(session, reference, record.id, f"SZ_{view}.jpg", picture, 1, caption, by=inspector)
    hand = HandOver("Drug Control Agency, Khatlon", "DCA-2026-77", "Drug Control Agency", (1,))
    link = offending.hand_over(session, reference, record.id, hand, by=inspector)[1]
    offending.confirm(session, reference, record.id, link.number, by=officer)


def hold(session: Session, reference: str, reason: str, officer: Actor) -> Declaration:
    """Held for a short term."""
    until = now(session) + dt.timedelta(days=HELD_DAYS)
    term = Detain(reason, until=until, place="Bonded shed 2")
    return deciding.decide(session, Decide(reference, "hold", reason), by=officer, term=term)


def appeal(session: Session, reference: str, trader: Actor) -> None:
    """The firm does not agree; nobody has answered yet."""
    grounds = "The load was sealed at Bandar Abbas and opened on the way without our knowledge. The driver is not ours."
    appealing.lodge(
        session, reference, Lodge("decision", grounds, "Release the medicines; they are not concerned."), by=trader
    )
