"""Printable official documents.

A form is a frozen dataclass, a SAMPLE of it and `render()`. A released version is never edited; a change is a new
version beside it, so that what was issued can be printed again as it was.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from forms.arrival_receipt import v1 as arrival_receipt_v1
from forms.assessment_notice import v1 as assessment_notice_v1
from forms.clearance_permit import v1 as clearance_permit_v1
from forms.decision_notice import v1 as decision_notice_v1
from forms.detention_note import v1 as detention_note_v1
from forms.exit_note import v1 as exit_note_v1
from forms.inspection_act import v1 as inspection_act_v1
from forms.payment_receipt import v1 as payment_receipt_v1
from forms.sad import v1 as sad_v1
from forms.seizure_record import v1 as seizure_record_v1
from forms.transit_document import v1 as transit_document_v1
from forms.unloading_permission import v1 as unloading_permission_v1

#: Every released form by (name, version).
FORMS: Final[dict[tuple[str, int], ModuleType]] = {
    ("arrival_receipt", 1): arrival_receipt_v1,
    ("assessment_notice", 1): assessment_notice_v1,
    ("clearance_permit", 1): clearance_permit_v1,
    ("decision_notice", 1): decision_notice_v1,
    ("detention_note", 1): detention_note_v1,
    ("exit_note", 1): exit_note_v1,
    ("inspection_act", 1): inspection_act_v1,
    ("payment_receipt", 1): payment_receipt_v1,
    ("sad", 1): sad_v1,
    ("seizure_record", 1): seizure_record_v1,
    ("transit_document", 1): transit_document_v1,
    ("unloading_permission", 1): unloading_permission_v1,
}
