"""The tables of an act of inspection: steps, officials and persons, measurements, seals, findings, samples, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from forms.inspection_act.v1_content import Finding, InspectionAct, Measure, Person, Picture, Sample, Seal, Step
from forms.kit import dates, fitting, flow
from forms.kit.canvas import MM
from forms.kit.fonts import regular
from forms.kit.numbers import amount
from forms.kit.paper import Paper
from forms.kit.sheet import GREEN, INK, LABEL, RED
from forms.kit.table import CODE, FIGURE, Cell, Column, Table

#: As many letters as find room in two lines of a millimetre; what is longer is told in full below its row.
_LETTERS_A_MM = 1.15
#: No text of an act is longer than its field may be.
_LONGEST = 4_000
_NOTE_SIZE, _NOTE_WIDTH, _MOST_LINES = 5.8, 183.0, 60
_DIGITS_OF_SHA = 16

_STEPS = (
    Column("ia_step", 12, 44),
    Column("ia_agency", 56, 38),
    Column("ia_state", 94, 32),
    Column("ia_began", 126, 18, CODE),
    Column("ia_ended", 144, 18, CODE),
    Column("ia_by", 162, 36),
)
_PERSONS = (
    Column("ia_name", 12, 62),
    Column("ia_role", 74, 40),
    Column("ia_of", 114, 50),
    Column("ia_document", 164, 34),
)
_MEASURES = (
    Column("ia_measure", 12, 36),
    Column("ia_instrument", 48, 54),
    Column("ia_result", 102, 34, FIGURE),
    Column("ia_declared", 136, 30, FIGURE),
    Column("ia_within", 166, 32),
)
_SEALS = (
    Column("seal", 12, 42),
    Column("ia_deed", 54, 32),
    Column("seal_state", 86, 32),
    Column("ia_bearer", 118, 40),
    Column("remarks", 158, 40),
)
_FINDINGS = (
    Column("number", 12, 9, CODE),
    Column("item", 21, 11, CODE),
    Column("ia_control", 32, 34),
    Column("ia_finding", 66, 30),
    Column("ia_declared", 96, 37),
    Column("ia_found", 133, 37),
    Column("ia_by", 170, 28),
)
_SAMPLES = (
    Column("number", 12, 9, CODE),
    Column("item", 21, 11, CODE),
    Column("description", 32, 54),
    Column("ia_quantity", 86, 26, CODE),
    Column("ia_sample_seal", 112, 36),
    Column("ia_laboratory", 148, 50),
)
_PICTURES = (
    Column("number", 12, 12, CODE),
    Column("item", 24, 12, CODE),
    Column("ia_sha", 36, 42, CODE),
    Column("ia_caption", 78, 120),
)
_SIGNATURES = (
    Column("ia_name", 12, 62),
    Column("ia_role", 74, 44),
    Column("ia_signature", 118, 80),
)
#: What the columns of a declaration are called here.
_FACTS = {
    "commodity": "commodity",
    "quantity": "ia_quantity",
    "unit": "ia_unit",
    "net_kg": "net_kg",
    "gross_kg": "gross_kg",
    "packages": "packages",
    "origin": "origin",
    "value": "ia_value",
    "currency": "currency",
    "description": "description",
    "marks": "ia_marks",
}


# --- texts -----------------------------------------------------------------------------------------------------------


def lines_of(text: str, width: float, size: float) -> list[str]:
    """A text in lines of so many millimetres."""
    shown = fitting.clean(text, _LONGEST)
    if not shown:
        return []
    return fitting.wrapped(shown, regular(), width * MM, size, _MOST_LINES, fitting.direction(shown))


def _notes(sheet: Paper, column: Column | None, key: str, text: str) -> list[str]:
    """Notes that tell a text in full under its name, if it found no room in its column."""
    shown = fitting.clean(text, _LONGEST)
    if not shown or (column is not None and len(shown) <= column.width * _LETTERS_A_MM):
        return []
    name = f"{sheet.first.say(key)}:"
    if fitting.direction(shown) != sheet.first.base:
        # Side by side the two directions would read in the wrong order.
        return [name, *lines_of(shown, _NOTE_WIDTH, _NOTE_SIZE)]
    return lines_of(f"{name} {shown}", _NOTE_WIDTH, _NOTE_SIZE)


def _pair(
    sheet: Paper, key: str, otherwise: str, *, strong: bool = False, bad: bool = False, good: bool = False
) -> Cell:
    first, second = sheet.said(key, otherwise)
    return Cell(first, second, strong=strong or bad, colour=RED if bad else GREEN if good else INK)


def _clock(sheet: Paper, moment: datetime | None) -> Cell:
    """Hour and minute at the post, the day below."""
    if moment is None:
        return Cell("—")
    local = dates.local(moment, sheet.zone)
    return Cell(f"{local:%H:%M}", below=dates.gregorian(local), strong=True)


def _number(value: int | None) -> str:
    return "—" if value is None else str(value)


# --- tables ----------------------------------------------------------------------------------------------------------


def steps(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    table = Table(sheet, _STEPS, 6.6)
    rows = [table.row(_step(sheet, each), *_notes(sheet, None, "ia_why", each.reason)) for each in content.steps]
    return _section(sheet, "ia_steps", table, rows)


def _step(sheet: Paper, step: Step) -> list[Cell]:
    waived = step.status == "waived"
    return [
        _pair(sheet, f"ia_type_{step.type}", step.type, strong=True),
        _pair(sheet, f"ia_agency_{step.agency}", step.agency),
        _pair(sheet, f"ia_{step.status}", step.status, bad=waived),
        _clock(sheet, step.started_at),
        _clock(sheet, step.ended_at),
        Cell(step.official or "—"),
    ]


def persons(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    """Officials by their agencies, then everybody else who was there."""
    officials = Table(sheet, (_PERSONS[0], Column("ia_agency", 74, 124)), 5.4)
    rows = [
        officials.row([Cell(each.name, strong=True), _pair(sheet, f"ia_agency_{each.agency}", each.agency)])
        for each in content.officials
    ]
    table = Table(sheet, _PERSONS, 6.6)
    there = [table.row(_person(sheet, each), *_notes(sheet, _PERSONS[2], "ia_of", each.of)) for each in content.persons]
    return [*_section(sheet, "ia_officials", officials, rows), *_section(sheet, "ia_present", table, there)]


def _person(sheet: Paper, person: Person) -> list[Cell]:
    return [
        Cell(person.name, strong=True),
        _pair(sheet, f"ia_role_{person.role}", person.role),
        Cell(person.of or "—"),
        Cell(person.document or "—"),
    ]


def measures(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    table = Table(sheet, _MEASURES, 7)
    rows = [table.row(_measure(sheet, each), *_of_measure(sheet, each)) for each in content.measures]
    return _section(sheet, "ia_measured", table, rows)


def _measure(sheet: Paper, measure: Measure) -> list[Cell]:
    colour = LABEL if measure.corrected else INK
    calibrated = dates.gregorian(measure.calibrated_on) if measure.calibrated_on else "—"
    told = f"{sheet.first.say('ia_calibrated')}: {calibrated}"
    if not measure.source:
        told += f" · {sheet.first.say('ia_by_hand')}"
    return [
        _pair(sheet, f"ia_measure_{measure.what}", measure.what, strong=True),
        Cell(measure.instrument or "—", below=told, colour=colour),
        Cell(_shown(measure), below=sheet.clock(measure.at), strong=True, colour=colour),
        Cell(amount(measure.declared_kg) if measure.declared_kg is not None else "—"),
        _judged(sheet, measure),
    ]


def _shown(measure: Measure) -> str:
    if measure.gross_kg is not None:
        return amount(measure.gross_kg)
    if measure.level is not None:
        return f"{amount(measure.level)} {fitting.clean(measure.unit, 20)}"
    return f"{measure.image[:_DIGITS_OF_SHA]}…" if measure.image else "—"


def _judged(sheet: Paper, measure: Measure) -> Cell:
    if measure.corrected:
        return Cell("—")
    if measure.within is not None:
        key = "up_yes" if measure.within else "up_no"
        return _pair(sheet, key, key, bad=not measure.within, good=measure.within)
    key = "ia_alarm" if measure.alarm else "ia_no_alarm"
    return _pair(sheet, key, key, bad=measure.alarm)


def _of_measure(sheet: Paper, measure: Measure) -> Iterator[str]:
    if measure.corrected:
        yield sheet.first.say("ia_taken_back")
    weights = " + ".join(amount(each) for each in measure.axles)
    if weights:
        yield from _notes(sheet, None, "ia_axles", weights)
    if measure.tare_kg is not None:
        yield f"{sheet.first.say('ia_tare')}: {amount(measure.tare_kg)}"
    if measure.image and measure.gross_kg is None and measure.level is None:
        yield f"SHA-256: {fitting.clean(measure.image, 64)}"
    yield from _notes(sheet, None, "remarks", measure.remarks)


def seals(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    table = Table(sheet, _SEALS, 6.6)
    rows = [table.row(_seal(sheet, each), *_notes(sheet, _SEALS[4], "remarks", each.remarks)) for each in content.seals]
    if not rows:
        rows = [table.row([Cell(sheet.first.say("no_seals"), sheet.second.say("no_seals")), *[Cell("—")] * 4])]
    return _section(sheet, "ia_seals", table, rows)


def _seal(sheet: Paper, seal: Seal) -> list[Cell]:
    sound = seal.condition == "intact"
    return [
        Cell(seal.serial, strong=True),
        _pair(sheet, f"ia_deed_{seal.deed}", seal.deed),
        _pair(sheet, f"seal_{seal.condition}", seal.condition, bad=not sound, good=sound),
        Cell(fitting.joined((seal.bearer, seal.place), " · ") or "—"),
        Cell(seal.remarks or "—"),
    ]


def findings(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    """Every finding with what is declared beside what was found, column by column; a corrected one in grey."""
    table = Table(sheet, _FINDINGS, 7)
    compared = Table(sheet, _FINDINGS, 6.4)
    rows: list[flow.Strip] = []
    for each in content.findings:
        facts = [compared.row(_fact(sheet, each, fact.name, fact.declared, fact.found)) for fact in each.facts]
        rows += [table.row(_finding(sheet, each), *_of_finding(sheet, each))._replace(keep=len(facts[:2])), *facts]
    if not rows:
        nothing = Cell(sheet.first.say("ia_nothing_found"), sheet.second.say("ia_nothing_found"))
        rows = [table.row([Cell(""), Cell(""), nothing, *[Cell("")] * 4])]
    return _section(sheet, "ia_findings", table, rows)


def _finding(sheet: Paper, finding: Finding) -> list[Cell]:
    past = finding.corrected_by is not None
    colour = LABEL if past else INK
    names = sheet.words(finding.control_names, finding.control)
    kind = _pair(sheet, f"ia_find_{finding.kind}", finding.kind, bad=not finding.conform, good=finding.conform)
    return [
        Cell(str(finding.number), colour=colour),
        Cell(sheet.first.say("ia_all") if finding.item is None else str(finding.item), strong=True, colour=colour),
        Cell(f"{finding.control} {names[0]}", below=names[1] if names[1] != names[0] else "", colour=colour),
        kind._replace(colour=LABEL, strong=False) if past else kind,
        Cell(finding.declared or "—", colour=colour),
        Cell(finding.found or "—", strong=not past, colour=colour),
        Cell(
            finding.official or "—", below=sheet.said(f"ia_agency_{finding.agency}", finding.agency)[0], colour=colour
        ),
    ]


def _of_finding(sheet: Paper, finding: Finding) -> Iterator[str]:
    for key, number in (("ia_corrected_by", finding.corrected_by), ("ia_corrects", finding.corrects)):
        if number is not None:
            yield " · ".join((sheet.first.say(key, number=number), sheet.second.say(key, number=number)))
    yield from _notes(sheet, _FINDINGS[4], "ia_declared", finding.declared)
    yield from _notes(sheet, _FINDINGS[5], "ia_found", finding.found)


def _fact(sheet: Paper, finding: Finding, name: str, declared: str, found: str) -> list[Cell]:
    past = finding.corrected_by is not None
    differs = declared != found and not past
    return [
        *[Cell("")] * 3,
        _pair(sheet, _FACTS.get(name, name), name),
        Cell(declared or "—", colour=LABEL if past else INK),
        Cell(found or "—", strong=differs, colour=RED if differs else LABEL if past else INK),
        Cell(""),
    ]


def samples(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    table = Table(sheet, _SAMPLES, 7)
    rows = [
        table.row(
            _sample(each),
            *_notes(sheet, _SAMPLES[2], "description", each.description),
            *_notes(sheet, _SAMPLES[5], "ia_laboratory", each.laboratory),
            *_notes(sheet, None, "ia_question", each.question),
        )
        for each in content.samples
    ]
    return _section(sheet, "ia_samples", table, rows)


def _sample(sample: Sample) -> list[Cell]:
    return [
        Cell(str(sample.number)),
        Cell(_number(sample.item)),
        Cell(sample.description, strong=True),
        Cell(sample.quantity),
        Cell(sample.seal or "—", strong=True),
        Cell(sample.laboratory),
    ]


def pictures(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    """The photos, then the images of scans; each by the beginning of its SHA-256."""
    scanned = [Picture(each.image, each.instrument) for each in content.measures if each.image]
    everything = [*content.pictures, *scanned]
    table = Table(sheet, _PICTURES, 5.4)
    rows = [table.row(_picture(number, each)) for number, each in enumerate(everything, 1)]
    return _section(sheet, "ia_pictures", table, rows, count=len(everything))


def _picture(number: int, picture: Picture) -> list[Cell]:
    digits = fitting.clean(picture.sha256, _DIGITS_OF_SHA + 1)[:_DIGITS_OF_SHA]
    return [Cell(str(number)), Cell(_number(picture.item)), Cell(digits), Cell(picture.caption or "—")]


def signatures(sheet: Paper, content: InspectionAct) -> list[flow.Strip]:
    """A line for everybody, to be signed by hand; who refused is named with his remark."""
    table = Table(sheet, _SIGNATURES, 10)
    rows = [
        table.row([Cell(each.name, strong=True), _pair(sheet, f"ia_agency_{each.agency}", each.agency), Cell("")])
        for each in content.officials
    ]
    for each in content.persons:
        refused = _pair(sheet, "ia_refused", "ia_refused", bad=True)
        cells = [
            Cell(each.name, strong=True),
            _pair(sheet, f"ia_role_{each.role}", each.role),
            Cell("") if each.signs else refused,
        ]
        rows.append(table.row(cells, *_notes(sheet, None, "remarks", each.remark)))
    return _section(sheet, "ia_signatures", table, rows)


def _section(sheet: Paper, key: str, table: Table, rows: Sequence[flow.Strip], **values: Any) -> list[flow.Strip]:
    """A heading with its table; nothing where there are no rows."""
    if not rows:
        return []
    return [flow.gap(2.0), sheet.section(key, **values), table.head, *rows]
