"""What an act of inspection says: who looked, in which way, and what was found beside what was declared at that time. Why
the goods were chosen, by which profile and by which draw, is never part of it: the act goes to the declarant, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.attachments import queries as files
from app.declarations import queries as lodged
from app.declarations.models import Declaration, DeclarationContent
from app.inspections import queries
from app.inspections.lifecycle import Agency
from app.inspections.models import (
    Inspection,
    InspectionFinding,
    InspectionMeasure,
    InspectionPresence,
    InspectionSample,
    InspectionSeal,
    InspectionStep,
)
from app.inspections.models.records import Noted
from app.inspections.queries import Records
from app.reference.codebook import Codebook
from app.registers.contents import on_the_way
from app.registers.contents.naming import party, vehicle
from app.registers.contents.transit_document import paper_of
from app.transit import queries as moved
from app.transit.models import Movement, TransitContent
from forms.clearance_permit.v1_content import Party, Post, Vehicle
from forms.inspection_act.v1_content import (
    Fact,
    Finding,
    InspectionAct,
    Measure,
    Official,
    Person,
    Picture,
    Sample,
    Seal,
    Step,
)

#: Papers that goods travel with: bill of lading, rail, road, air, manifest, TIR carnet.
_GOING_WITH = frozenset({"705", "720", "722", "730", "740", "787", "952"})
_MOST_PAPERS = 12


@dataclass(frozen=True, slots=True)
class Issue:
    """The act of issuing: when, who, for which office, with which key."""

    at: dt.datetime
    name: str
    post: Post
    key_id: str


@dataclass(frozen=True, slots=True)
class _About:
    """What was looked at, as its papers say."""

    mrn: str
    reference: str
    consignor: Party = field(default_factory=Party)
    consignee: Party = field(default_factory=Party)
    countries: Mapping[str, Any] = field(default_factory=dict)
    papers: tuple[str, ...] = ()
    vehicle: Vehicle = field(default_factory=Vehicle)
    trailer: Vehicle = field(default_factory=Vehicle)
    containers: tuple[str, ...] = ()
    driver: str = ""
    gross_kg: Decimal | None = None
    packages: int | None = None


def of_declaration(
    session: Session, issue: Issue, look: Inspection, declaration: Declaration, codes: Codebook
) -> InspectionAct:
    """The frozen content of the act of a concluded look at a declaration's goods or papers."""
    kept = DeclarationContent
    version = _then(session, kept, look, kept.post == declaration.post, kept.declaration_id == declaration.id)
    declared = lodged.declared(session, declaration, version)
    header, transport = declared.header, declared.header["transport"]
    papers = [*declared.documents, *(paper for item in declared.items for paper in item.get("documents") or ())]
    about = _About(
        mrn=declaration.mrn or "",
        reference=declaration.reference,
        consignor=party(header.get("consignor")),
        consignee=party(header.get("consignee")),
        countries=header.get("countries") or {},
        papers=_going_with(papers),
        vehicle=vehicle(transport.get("vehicle")),
        trailer=vehicle(transport.get("trailer")),
        containers=tuple(transport.get("containers") or ()),
        driver=str((transport.get("driver") or {}).get("name") or ""),
        gross_kg=sum((Decimal(item["gross_kg"]) for item in declared.items), Decimal(0)),
        packages=sum(each["count"] for item in declared.items for each in item["packages"]),
    )
    return _act(session, issue, look, about, codes)


def of_movement(session: Session, issue: Issue, look: Inspection, movement: Movement, codes: Codebook) -> InspectionAct:
    """The same of a look at a transit movement at one of its offices, on the wheels that it had then."""
    kept = TransitContent
    version = _then(session, kept, look, kept.post == movement.post, kept.movement_id == movement.id)
    declared = moved.declared(session, movement, version)
    header, transport = declared.header, declared.header["transport"]
    then = on_the_way.moving(session, movement, header, look.concluded_at)
    totals = on_the_way.totals(declared)
    alone = declared.houses[0] if len(declared.houses) == 1 else {}
    carnet = header.get("carnet") or {}
    about = _About(
        mrn=movement.mrn or "",
        reference=movement.reference,
        consignor=party(header.get("consignor") or alone.get("consignor")),
        consignee=party(header.get("consignee") or alone.get("consignee")),
        countries=header.get("countries") or {},
        papers=(
            *((f"TIR {carnet['number']}",) if carnet else ()),
            *map(paper_of, (header.get("transport_documents") or ())[:_MOST_PAPERS]),
        ),
        vehicle=then.vehicle,
        trailer=then.trailer,
        containers=tuple(row.container for row in then.equipment if row.container not in ("", then.vehicle.plate)),
        driver=str((transport.get("driver") or {}).get("name") or ""),
        gross_kg=totals.gross_kg,
        packages=totals.packages,
    )
    return _act(session, issue, look, about, codes)


def _then(session: Session, model: Any, look: Inspection, *whose: Any) -> int | None:
    """The version of the words that held when the look was over: an amendment may have followed it."""
    return session.execute(select(func.max(model.content)).where(*whose, model.made_at <= look.concluded_at)).scalar()


def _going_with(papers: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    told = dict.fromkeys(paper_of(each) for each in papers if each.get("type") in _GOING_WITH)
    return tuple(told)[:_MOST_PAPERS]


def _act(session: Session, issue: Issue, look: Inspection, about: _About, codes: Codebook) -> InspectionAct:
    told = queries.records(session, [look])[look.id]
    ended = look.concluded_at
    if look.number is None or ended is None:
        raise ValueError("An inspection that is not concluded has no act")
    begun = [look.started_at, *(step.started_at for step in told.steps)]
    return InspectionAct(
        number=look.number,
        mrn=about.mrn,
        reference=about.reference,
        post=issue.post,
        issued_at=issue.at,
        issued_by=issue.name,
        key_id=issue.key_id,
        inspected=look.kind,
        began_at=min((at for at in begun if at is not None), default=ended),
        ended_at=ended,
        concluded_by=look.concluded_name or "",
        conclusion=look.conclusion or "",
        summary=look.summary or "",
        recommendation=look.recommendation or "",
        place=look.place or "",
        extent=look.extent,
        consignor=about.consignor,
        consignee=about.consignee,
        dispatched_from=str(about.countries.get("dispatch") or ""),
        destined_for=str(about.countries.get("destination") or ""),
        papers=about.papers,
        vehicle=about.vehicle,
        trailer=about.trailer,
        containers=about.containers,
        driver=about.driver,
        driver_paper=next((each.document for each in told.presences if each.role == "driver" and each.document), ""),
        gross_kg=about.gross_kg,
        packages=about.packages,
        officials=tuple(_officials(look, told)),
        steps=tuple(map(_step, told.steps)),
        persons=tuple(map(_person, told.presences)),
        measures=_measures(session, look, told.measures),
        seals=tuple(map(_seal, told.seals)),
        findings=_findings(told.findings, codes, ended.date()),
        samples=tuple(map(_sample, told.samples)),
        pictures=tuple(Picture(each.sha256, each.caption, each.item) for each in told.photos),
    )


def _officials(look: Inspection, told: Records) -> list[Official]:
    """Everybody who looked or wrote down, once, under the agency that he was first named with."""
    known: dict[str, Official] = {}
    for name, agency in _named(look, told):
        if name:
            known.setdefault(name, Official(name, agency))
    return list(known.values())


def _named(look: Inspection, told: Records) -> Iterator[tuple[str, str]]:
    customs = Agency.CUSTOMS.value
    yield look.concluded_name or "", customs
    for step in told.steps:
        # Where another agency's official is named, somebody of customs wrote it down for him.
        yield step.official or "", step.agency
        yield step.ended_name or "", customs if step.official else step.agency
    for finding in told.findings:
        yield finding.name, finding.agency
    recorded: list[Noted] = [*told.measures, *told.seals, *told.samples, *told.photos]
    for row in recorded:
        yield row.name, customs


def _step(row: InspectionStep) -> Step:
    return Step(
        type=row.type,
        agency=row.agency,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        official=row.official or row.ended_name or "",
        reason=row.reason or "",
    )


def _person(row: InspectionPresence) -> Person:
    return Person(row.full_name, row.role, row.of, row.document, row.signs, row.remark)


def _measures(session: Session, look: Inspection, rows: list[InspectionMeasure]) -> tuple[Measure, ...]:
    images = files.facts(session, look.post, [row.image for row in rows if row.image])
    corrected = {row.corrects for row in rows}
    return tuple(_measure(row, images[row.image].sha256 if row.image else "", row.id in corrected) for row in rows)


def _measure(row: InspectionMeasure, image: str, corrected: bool) -> Measure:
    return Measure(
        what=row.what,
        instrument=row.instrument,
        at=row.at,
        calibrated_on=row.calibrated_on,
        source=row.source is not None,
        gross_kg=row.gross_kg,
        axles=tuple(Decimal(str(each)) for each in row.axles),
        tare_kg=row.tare_kg,
        declared_kg=row.declared_kg,
        within=row.within,
        level=row.level,
        unit=row.unit or "",
        alarm=row.alarm,
        image=image,
        remarks=row.remarks,
        corrected=corrected,
    )


def _seal(row: InspectionSeal) -> Seal:
    return Seal(row.serial, row.what, row.condition, row.bearer, row.place, row.remarks)


def _findings(rows: list[InspectionFinding], codes: Codebook, on: dt.date) -> tuple[Finding, ...]:
    """In the order they were recorded, numbered; corrections name each other."""
    numbers: dict[UUID, int] = {row.id: number for number, row in enumerate(rows, 1)}
    corrected = {row.corrects: numbers[row.id] for row in rows if row.corrects is not None}
    return tuple(
        Finding(
            number=numbers[row.id],
            control=row.control,
            control_names=_names(codes, row.control, on),
            kind=row.kind,
            conform=row.conform,
            found=row.found,
            item=row.item,
            agency=row.agency,
            declared=row.declared,
            facts=tuple(
                Fact(name, str(row.declared_facts.get(name) or ""), str(value))
                for name, value in row.found_facts.items()
            ),
            official=row.name,
            corrected_by=corrected.get(row.id),
            corrects=numbers.get(row.corrects) if row.corrects is not None else None,
        )
        for row in rows
    )


def _names(codes: Codebook, control: str, on: dt.date) -> dict[str, str]:
    entry = codes.find("control_type", control, on)
    return dict(entry.names) if entry else {}


def _sample(row: InspectionSample) -> Sample:
    return Sample(
        number=row.number,
        description=row.description,
        quantity=f"{row.quantity} {row.unit}",
        laboratory=row.laboratory,
        question=row.question,
        seal=row.seal_mark or "",
        item=row.item,
    )
