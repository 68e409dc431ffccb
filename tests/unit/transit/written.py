"""The moves of a transit movement written a second time: for each state, what may be done and where it leads."""

from __future__ import annotations

from app.transit.lifecycle import Action, Status

_BY_STATE = {
    "draft": "lodge lodged, prelodge prelodged",
    "prelodged": "present lodged, amend prelodged, invalidate invalidated, reject rejected, expire invalidated",
    "lodged": "amend lodged, invalidate invalidated, reject rejected, control under_control, refuse-guarantee lodged, "
    "release released_for_transit, refuse-release not_released",
    "under_control": "amend under_control, invalidate invalidated, control under_control, refuse-guarantee under_control, "
    "release released_for_transit, refuse-release not_released",
    "released_for_transit": "invalidate invalidated, pass released_for_transit, extend released_for_transit, "
    "report-incident incident, arrive arrived, open-enquiry enquiry",
    "incident": "pass incident, extend incident, report-incident incident, close-incident released_for_transit, "
    "arrive arrived, open-enquiry enquiry, start-recovery recovery",
    "arrived": "control arrived, close-incident arrived, permit-unloading unloading, find-discrepancies discrepancies, "
    "continue released_for_transit, discharge discharged",
    "unloading": "control unloading, close-incident unloading, permit-unloading unloading, remark unloading, "
    "find-discrepancies discrepancies, continue released_for_transit, discharge discharged",
    "discrepancies": "control discrepancies, close-incident discrepancies, find-discrepancies discrepancies, "
    "permit-unloading discrepancies, remark discrepancies, resolve discrepancies, continue released_for_transit, "
    "discharge discharged, start-recovery recovery",
    "enquiry": "answer-enquiry enquiry, close-enquiry released_for_transit, arrive arrived, discharge discharged, "
    "start-recovery recovery",
    "recovery": "discharge discharged",
}

WRITTEN = {
    (Status(state), Action(move.split()[0])): Status(move.split()[1])
    for state, moves in _BY_STATE.items()
    for move in moves.split(", ")
}
