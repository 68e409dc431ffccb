"""The words of rosters, qualifications and conflicts of interest, as forms send them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma

from app.core.fields import Day, Moment, Words
from app.core.messages import T
from app.core.text import Text, _
from app.duty.commands import ChangeShift, DeclareConflict, PlanShift, Qualify
from app.duty.rules.codes import Agency, Kind, Relation, Type

AGENCIES: dict[str, Text] = {
    Agency.CUSTOMS.value: _("Customs"),
    Agency.BORDER_GUARD.value: _("Border guard"),
    Agency.PHYTOSANITARY.value: _("Plant health"),
    Agency.VETERINARY.value: _("Veterinary service"),
    Agency.SANITARY.value: _("Sanitary service"),
    Agency.DRUG_CONTROL.value: _("Drug control"),
}
TYPES: dict[str, Text] = {
    Type.DOCUMENTS.value: _("Documents"),
    Type.SEALS.value: _("Seals"),
    Type.WEIGHING.value: _("Weighing"),
    Type.SCANNER.value: _("Scanner"),
    Type.RADIATION.value: _("Radiation"),
    Type.DOG.value: _("Dog"),
    Type.QUANTITY.value: _("Counting"),
    Type.NATURE.value: _("Kind of goods"),
    Type.SAMPLING.value: _("Samples"),
    Type.UNLOADING.value: _("Full unloading"),
}
KINDS: dict[str, Text] = {Kind.TYPE.value: _("Inspection"), Kind.AGENCY.value: _("Agency")}
RELATIONS: dict[str, Text] = {
    Relation.FAMILY.value: _("Family"),
    Relation.OWNERSHIP.value: _("Share in the firm"),
    Relation.EMPLOYMENT.value: _("Worked there"),
    Relation.DEBT.value: _("Money owed"),
    Relation.DISPUTE.value: _("Dispute"),
    Relation.OTHER.value: _("Other"),
}


def _choice(words: Mapping[str, Text], label: T, **more: Any) -> ma.fields.String:
    return ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(list(words)),
        metadata={"label": label, "widget": "select", "width": "medium", "choices": list(words.items())},
        **more,
    )


class ShiftSchema(ma.Schema):
    """A shift; `reason` is asked for a change."""

    class Meta:
        unknown = ma.RAISE

    login = Words(40, metadata={"label": T("Person"), "widget": "select", "width": "medium"})
    starts_at = Moment(required=True, metadata={"label": T("From"), "width": "medium"})
    ends_at = Moment(required=True, metadata={"label": T("To"), "width": "medium"})
    agency = _choice(AGENCIES, T("Agency"))
    place = Words(60, allow_none=True, metadata={"label": T("Place"), "width": "medium"})
    lane = Words(20, allow_none=True, metadata={"label": T("Lane"), "width": "short"})
    reason = Words(500, allow_none=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})


class QualificationSchema(ma.Schema):
    """What somebody may do; `what` is kind and code in one: type:scanner, agency:veterinary."""

    class Meta:
        unknown = ma.RAISE

    login = Words(40, required=True, metadata={"label": T("Person"), "widget": "select", "width": "medium"})
    what = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf([*(f"type:{t}" for t in TYPES), *(f"agency:{a}" for a in AGENCIES)]),
        metadata={"label": T("Qualified for"), "widget": "select", "width": "medium"},
    )
    valid_from = Day(required=True, metadata={"label": T("First day"), "width": "short", "widget": "date"})
    valid_to = Day(allow_none=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})
    certificate = Words(100, allow_none=True, metadata={"label": T("Number of the certificate"), "width": "medium"})


class ConflictSchema(ma.Schema):
    """An interest in a firm."""

    class Meta:
        unknown = ma.RAISE

    login = Words(40, metadata={"label": T("Person"), "widget": "select", "width": "medium"})
    party = Words(35, allow_none=True, metadata={"label": T("Number of the firm"), "width": "medium", "widget": "code"})
    party_name = Words(200, allow_none=True, metadata={"label": T("Name of the firm")})
    relation = _choice(RELATIONS, T("What ties him to it"))
    note = Words(500, allow_none=True, metadata={"label": T("Remarks"), "widget": "textarea", "rows": 2})


def planned(given: Mapping[str, Any], post: str) -> PlanShift:
    """What `ShiftSchema` has read, as a new shift at a post."""
    return PlanShift(
        given.get("login") or "", post, moment(given["starts_at"]), moment(given["ends_at"]), given["agency"],
        given.get("place") or "", given.get("lane") or "",
    )  # fmt: skip


def changed(given: Mapping[str, Any], shift: UUID) -> ChangeShift:
    """The same as a change of a shift."""
    return ChangeShift(
        shift, moment(given["starts_at"]), moment(given["ends_at"]), given.get("reason") or "", given["agency"],
        given.get("place") or "", given.get("lane") or "",
    )  # fmt: skip


def qualified(given: Mapping[str, Any], post: str) -> Qualify:
    """What `QualificationSchema` has read, as a command."""
    kind, _colon, code = given["what"].partition(":")
    last = given.get("valid_to")
    return Qualify(
        given["login"], post, kind, code, dt.date.fromisoformat(given["valid_from"]),
        dt.date.fromisoformat(last) if last else None, given.get("certificate") or "",
    )  # fmt: skip


def conflict(given: Mapping[str, Any], login: str, post: str) -> DeclareConflict:
    """What `ConflictSchema` has read, as a command about somebody."""
    return DeclareConflict(
        login, post, given.get("party") or "", given.get("party_name") or "", given["relation"], given.get("note") or ""
    )


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
