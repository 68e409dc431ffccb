"""What is ordered and seen at the truck, and what it means. Declarations and movements alike: the reference says which."""

from app.flows.inspecting.concluding import conclude
from app.flows.inspecting.ordering import appoint, assign, order, reassign, start
from app.flows.inspecting.recording import (
    add_finding,
    add_measure,
    add_person,
    add_photo,
    correct_finding,
    end_step,
    move_sample,
    note_seal,
    result_of_sample,
    start_step,
    take_sample,
)
from app.flows.inspecting.showing import opened_image, opened_photo, seen
from app.flows.inspecting.subjects import Inspected

__all__ = [
    "Inspected",
    "add_finding",
    "add_measure",
    "add_person",
    "add_photo",
    "appoint",
    "assign",
    "conclude",
    "correct_finding",
    "end_step",
    "move_sample",
    "note_seal",
    "opened_image",
    "opened_photo",
    "order",
    "reassign",
    "result_of_sample",
    "seen",
    "start",
    "start_step",
    "take_sample",
]
