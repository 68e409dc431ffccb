"""The rows of inspections as the journal tells them, for those who hold both against each other.

Each is (name, rows as (post, subject, JSON), what is compared, the key that names it in the entries of its inspection, and the
columns of post and inspection). Defaults that no entry repeats are left out on both sides.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Rows(NamedTuple):
    name: str
    rows: str
    keys: tuple[str, ...]
    named: str
    post: str = "post"
    home: str = "inspection_id"


_FINDINGS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'control', control, 'item', item, 'conform', conform, 'declared', declared, 'found', found,
    'in_full', nullif(jsonb_strip_nulls(jsonb_build_object(
        'agency', nullif(agency, 'customs'), 'type', type,
        'kind', nullif(kind, CASE WHEN conform THEN 'match' ELSE 'other' END),
        'declared_facts', nullif(declared_facts, '{}'), 'found_facts', nullif(found_facts, '{}'),
        'corrects', corrects, 'explains', explains)), '{}')) AS state
FROM inspection_finding
"""
_PHOTOS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'sha256', sha256, 'given_sha256', given_sha256, 'attachment', attachment, 'size', size, 'caption', caption, 'item', item,
    'type', type, 'of_finding', of_finding, 'taken', taken, 'latitude', latitude::text, 'longitude', longitude::text,
    'person', person) AS state
FROM inspection_photo
"""
_MEASURES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'what', what, 'source', source, 'instrument', instrument, 'calibrated_on', calibrated_on, 'gross_kg', gross_kg::text,
    'axles', axles, 'tare_kg', tare_kg::text, 'declared_kg', declared_kg::text, 'within', within, 'level', level::text,
    'unit', unit, 'alarm', alarm, 'image', image, 'corrects', corrects, 'person', person) AS state
FROM inspection_measure
"""
_SAMPLES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'number', number, 'item', item, 'description', description, 'quantity', quantity, 'unit', unit, 'seal_mark', seal_mark,
    'laboratory', laboratory, 'question', question, 'person', person) AS state
FROM inspection_sample
"""
_MOVES = """
SELECT m.post, m.id::text AS subject, jsonb_build_object(
    'sample_id', m.sample_id, 'number', m.number, 'event', m.event, 'holder', m.holder, 'intact', m.intact, 'words', m.words,
    'document', m.document, 'conform', m.conform, 'facts', m.facts, 'person', m.person) AS state
FROM inspection_sample_move m JOIN inspection_sample s ON (s.post, s.id) = (m.post, m.sample_id)
"""
_PRESENCES = """
SELECT post, id::text AS subject, jsonb_build_object(
    'full_name', full_name, 'role', role, 'of', of, 'document', document, 'signs', signs, 'remark', remark,
    'person', person) AS state
FROM inspection_presence
"""
_SEALS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'what', what, 'serial', serial, 'condition', condition, 'bearer', bearer, 'place', place, 'remarks', remarks,
    'picture', picture, 'person', person) AS state
FROM inspection_seal
"""
_ASSIGNMENTS = """
SELECT post, id::text AS subject, jsonb_build_object(
    'agency', agency, 'how', how, 'assigned', person, 'pool', pool, 'drawn', drawn, 'seed_day', seed_day) AS state
FROM inspection_assignment
"""
_STEPS = """
SELECT post, inspection_id::text || '.' || agency || '.' || type AS subject, jsonb_build_object(
    'outcome', status, 'step_reason', reason, 'official', official) AS state
FROM inspection_step WHERE status IN ('done', 'waived')
"""

ROWS: Final = (
    Rows("inspection_finding", _FINDINGS, ("control", "item", "conform", "declared", "found", "in_full"), "finding"),
    Rows(
        "inspection_photo",
        _PHOTOS,
        (
            *("sha256", "given_sha256", "attachment", "size", "caption", "item", "type", "of_finding"),
            *("taken", "latitude", "longitude", "person"),
        ),
        "photo",
    ),
    Rows(
        "inspection_measure",
        _MEASURES,
        (
            *("what", "source", "instrument", "calibrated_on", "gross_kg", "axles", "tare_kg", "declared_kg", "within"),
            *("level", "unit", "alarm", "image", "corrects", "person"),
        ),
        "measure",
    ),
    Rows(
        "inspection_sample",
        _SAMPLES,
        ("number", "item", "description", "quantity", "unit", "seal_mark", "laboratory", "question", "person"),
        "sample",
    ),
    Rows(
        "inspection_sample_move",
        _MOVES,
        ("sample_id", "number", "event", "holder", "intact", "words", "document", "conform", "facts", "person"),
        "sample_move",
        "m.post",
        "s.inspection_id",
    ),
    Rows(
        "inspection_presence",
        _PRESENCES,
        ("full_name", "role", "of", "document", "signs", "remark", "person"),
        "presence",
    ),
    Rows(
        "inspection_seal",
        _SEALS,
        ("what", "serial", "condition", "bearer", "place", "remarks", "picture", "person"),
        "seal",
    ),
    Rows(
        "inspection_assignment",
        _ASSIGNMENTS,
        ("agency", "how", "assigned", "pool", "drawn", "seed_day"),
        "assignment",
    ),
    Rows("inspection_step", _STEPS, ("outcome", "step_reason", "official"), "step_ended"),
)
