"""Loaded words to commands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    Appoint,
    Assign,
    Conclude,
    CorrectFinding,
    EndStep,
    LinkReading,
    MoveSample,
    NoteSeal,
    Order,
    ResultOfSample,
    StartStep,
    TakeSample,
)
from app.inspections.schemas.fields import day, decimal, identifier, moment

Given = Mapping[str, Any]


def _texts(given: Given, *names: str) -> dict[str, str]:
    return {name: given.get(name) or "" for name in names}


def order(given: Given) -> Order:
    return Order(
        tuple((step["agency"], step["type"]) for step in given["steps"]),
        given["reason"],
        given["reason_words"],
        given.get("instruction") or "",
        given.get("extent"),
        moment(given.get("due_at")),
    )


def appoint(given: Given) -> Appoint:
    begins, ends = moment(given["slot_from"]), moment(given["slot_to"])
    if begins is None or ends is None:
        raise ValueError("a loaded appointment has both moments")
    return Appoint(given["place"], begins, ends)


def assign(given: Given) -> Assign:
    return Assign(given["agency"])


def start_step(given: Given) -> StartStep:
    return StartStep(given["type"], given["agency"])


def end_step(given: Given) -> EndStep:
    return EndStep(given["type"], given["agency"], given["outcome"], **_texts(given, "reason", "official"))


def finding(given: Given) -> AddFinding:
    return AddFinding(
        given["control"],
        given["conform"],
        given["found"],
        given.get("declared") or "",
        given.get("item"),
        given.get("type"),
        given.get("kind"),
        {name: value for name, value in (given.get("facts") or {}).items() if value is not None},
        given.get("agency") or "customs",
        identifier(given.get("explains")),
    )


def correction(given: Given) -> CorrectFinding:
    return CorrectFinding(UUID(given["corrects"]), finding(given))


def photo(given: Given, name: str, content: bytes) -> AddPhoto:
    said = given.get("caption") or ""
    return AddPhoto(name, content, said, given.get("item"), given.get("type"), identifier(given.get("finding")))


def reading(given: Given) -> LinkReading:
    device = identifier(given["device"])
    assert device is not None
    return LinkReading(device, given["sequence"])


def measure(given: Given) -> AddMeasure:
    return AddMeasure(
        given["what"],
        given["instrument"],
        day(given.get("calibrated_on")),
        decimal(given.get("gross_kg")),
        tuple(Decimal(axle) for axle in given["axles"]),
        decimal(given.get("tare_kg")),
        decimal(given.get("level")),
        given.get("unit"),
        given["alarm"],
        remarks=given.get("remarks") or "",
        corrects=identifier(given.get("corrects")),
    )


def sample(given: Given) -> TakeSample:
    return TakeSample(
        given["description"],
        given["quantity"],
        given["unit"],
        given["laboratory"],
        given["question"],
        given.get("item"),
        given.get("seal"),
    )


def sample_move(given: Given, sample: UUID) -> MoveSample:
    return MoveSample(sample, given["event"], given["holder"], given.get("intact"), given.get("words") or "")


def sample_result(given: Given, sample: UUID) -> ResultOfSample:
    facts = {name: value for name, value in (given.get("facts") or {}).items() if value is not None}
    return ResultOfSample(sample, given["conform"], given["words"], given["document"], facts)


def person(given: Given) -> AddPerson:
    texts = _texts(given, "document", "of", "remark")
    return AddPerson(given["full_name"], given["role"], signs=given["signs"], **texts)


def seal(given: Given) -> NoteSeal:
    texts = _texts(given, "bearer", "place", "remarks")
    return NoteSeal(given["what"], given["serial"], given["condition"], photo=identifier(given.get("photo")), **texts)


def conclusion(given: Given) -> Conclude:
    return Conclude(given["conclusion"], given["summary"], given.get("recommendation") or "")
