"""The verbs of an inspection. Flows lock what is inspected first, then the inspection, and join both."""

from app.inspections.operations.assigning import Chosen, assign, must_be_unassigned, reassign
from app.inspections.operations.concluding import cancel, conclude
from app.inspections.operations.finding import add_finding, correct_finding
from app.inspections.operations.measuring import add_measure, suggested
from app.inspections.operations.noting import INSPECTING, KIND, SENIOR, note
from app.inspections.operations.ordering import Ordered, appoint, extend, order
from app.inspections.operations.recording import add_person, add_photo, note_seal
from app.inspections.operations.sampling import move_sample, result_of_sample, take_sample
from app.inspections.operations.stepping import end_step, start_step

__all__ = [
    "INSPECTING",
    "KIND",
    "SENIOR",
    "Chosen",
    "Ordered",
    "add_finding",
    "add_measure",
    "add_person",
    "add_photo",
    "appoint",
    "assign",
    "cancel",
    "conclude",
    "correct_finding",
    "end_step",
    "extend",
    "move_sample",
    "must_be_unassigned",
    "note",
    "note_seal",
    "order",
    "reassign",
    "result_of_sample",
    "start_step",
    "suggested",
    "take_sample",
]
