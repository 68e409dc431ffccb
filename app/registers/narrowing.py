"""What both worklists can be narrowed by: age, whose it is, which agency looks and in which way, and a few letters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, text
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import TextClause

from app.claims.models import WorkClaim
from app.core.actors import Actor
from app.core.errors import Finding, Invalid
from app.core.text import Text, _
from app.declarations.models import Declaration, DeclarationContent
from app.inspections.lifecycle import Agency, Type
from app.inspections.models import Inspection, InspectionStep
from app.transit.models import Movement, TransitContent, TransitOffice

#: Waiting for at least so many hours.
AGES = ("1", "4", "24", "72")
#: Claimed by or assigned to oneself; claimed by nobody.
WHOSE = ("mine", "unclaimed")
LONGEST_TEXT = 60

#: Of their own, because the list itself shows look and claim.
_Look = aliased(Inspection, name="look")
_Claim = aliased(WorkClaim, name="claim")
_OPEN_LOOK: TextClause = text("look.status IN ('ordered', 'started')")
_HOLDS: ColumnElement[bool] = and_(_Claim.ended_at.is_(None), _Claim.idle_at > func.guzar_now())
CLAIM_HOLDS: ColumnElement[bool] = and_(WorkClaim.ended_at.is_(None), WorkClaim.idle_at > func.guzar_now())


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Blank is not asked. `age` in hours, `whose` mine or unclaimed, `agency` and `type` of a look that is open, `text` in plate,
    number or name."""

    age: str = ""
    whose: str = ""
    agency: str = ""
    type: str = ""
    text: str = ""

    def told(self) -> dict[str, str]:
        """As it stands in an address."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def asks(self) -> bool:
        return any(self.told().values())


def check(wanted: Narrowed) -> None:
    """Raises `Invalid` for what cannot be asked."""
    known: tuple[tuple[str, str, tuple[str, ...], Text], ...] = (
        ("age", wanted.age, AGES, _("There is no such age. Choose one of the list.")),
        ("whose", wanted.whose, WHOSE, _("Choose your own work, or what nobody works on.")),
        ("agency", wanted.agency, tuple(Agency), _("There is no such agency.")),
        ("type", wanted.type, tuple(Type), _("There is no such way of looking.")),
    )
    wrong = [
        Finding(f"/{name}", f"filter.{name}", said) for name, value, words, said in known if value not in ("", *words)
    ]
    if len(wanted.text) > LONGEST_TEXT:
        wrong.append(Finding("/text", "filter.text", _("Too long: at most {most} characters.", most=LONGEST_TEXT)))
    if wrong:
        raise Invalid(findings=wrong)


def declarations(wanted: Narrowed, *, by: Actor) -> list[ColumnElement[bool]]:
    """Conditions on `Declaration`, but for the text."""
    look = and_(_Look.post == Declaration.post, _Look.declaration_id == Declaration.id, _OPEN_LOOK)
    claim = and_(_Claim.post == Declaration.post, _Claim.subject == Declaration.id, _HOLDS)
    return _conditions(wanted, Declaration.lodged_at, look, claim, by=by)


def movements(wanted: Narrowed, *, by: Actor) -> list[ColumnElement[bool]]:
    """The same on `TransitOffice` joined with `Movement`, at the office that looks."""
    look = and_(
        _Look.post == TransitOffice.office,
        _Look.movement_post == Movement.post,
        _Look.movement_id == Movement.id,
        _OPEN_LOOK,
    )
    claim = and_(_Claim.post == TransitOffice.office, _Claim.subject == Movement.id, _HOLDS)
    return _conditions(wanted, Movement.lodged_at, look, claim, by=by)


def _conditions(
    wanted: Narrowed, since: Any, look: ColumnElement[bool], claim: ColumnElement[bool], *, by: Actor
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.age:
        found.append(since <= func.guzar_now() - func.make_interval(0, 0, 0, 0, int(wanted.age)))
    if wanted.whose == "mine":
        assigned = exists().where(look, _Look.assigned_to == by.person)
        found.append(or_(exists().where(claim, _Claim.person == by.person), assigned))
    elif wanted.whose == "unclaimed":
        found.append(~exists().where(claim))
    if wanted.type:
        found.append(exists().where(look, _Look.types.contains([wanted.type])))
    if wanted.agency:
        of_look = and_(InspectionStep.post == _Look.post, InspectionStep.inspection_id == _Look.id)
        found.append(exists().where(look, of_look, InspectionStep.agency == wanted.agency))
    return found


def declaration_text(typed: str) -> ColumnElement[bool]:
    """Some letters of the plate, a container, a number of the declaration, or the consignee's name."""
    like = _like(typed)
    return or_(
        DeclarationContent.plate.ilike(like),
        func.array_to_string(DeclarationContent.containers, " ").ilike(like),
        Declaration.mrn.ilike(like),
        Declaration.reference.ilike(like),
        DeclarationContent.header["consignee"]["name"].astext.ilike(like),
    )


def movement_text(typed: str) -> ColumnElement[bool]:
    """Some letters of a plate, a container, a number of the movement, or the holder's name."""
    like = _like(typed)
    return or_(
        func.array_to_string(TransitContent.plates, " ").ilike(like),
        func.array_to_string(TransitContent.containers, " ").ilike(like),
        Movement.mrn.ilike(like),
        Movement.reference.ilike(like),
        Movement.carnet.ilike(like),
        TransitContent.header["holder"]["name"].astext.ilike(like),
    )


def _like(typed: str) -> str:
    escaped = typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
