"""Code lists brought up to date from a file: compared, proposed by one person, in force when a second one approves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.core.actors import Actor
from app.core.canonical import encode
from app.core.db import node_post
from app.core.errors import Finding, Invalid, NotFound, TooLarge
from app.core.text import _, fault_in, normal
from app.reference import difference, sheets
from app.reference.codebook import LISTS, Codebook
from app.reference.commands import Revise
from app.reference.difference import MOST_BYTES, MOST_CHANGES, Change, Difference
from app.reference.operations import REVISING, hold, revise
from app.reference.queries import codebook
from app.reference.ruling import SEVERITIES
from app.registers import rules
from app.tariff import book as tariff

UPDATE = "codes.update"
PROPOSING = ("administrator",)
#: Lists by which it is weighed who is stopped. An analyst proposes them and a supervisor agrees; whoever runs the machines
#: has no part in it.
OF_RISK = frozenset({"risk_ceiling", "trusted_criterion"})
#: By what a week's work of officials stands out is told to officials alone.
OF_OVERSIGHT = frozenset({"exception_rule"})
RISK_PROPOSING, RISK_APPROVING = ("analyst",), ("supervisor",)
#: The same of parameters: what their names begin with. An administrator may propose them with others, a supervisor agrees.
_PARAMETERS_OF_RISK = ("green-delay-", "yellow-to-blue-", "watch-", "score-")
#: The second person, at the node's own post; never the one who proposed.
APPROVING = REVISING
#: Who reads all lists, and who is told what waits. The codes that declarations are written in are no secret; by what it is
#: weighed who is stopped, and proposals, are not for traders.
READING = ("administrator", "supervisor", "officer", "inspector", "analyst", "auditor")
SEEING = ("administrator", "supervisor", "officer", "auditor")
LONGEST_REASON = 2000

_SUBJECTS = UUID("0b6f6b0e-5a55-4a0c-9a3c-6f0c6f9d2f11")


def compare(session: Session, list_name: str, data: bytes, *, by: Actor) -> Difference:
    """What a file would change in a list; nothing is changed. Raises `Invalid` with everything wrong in the file."""
    by.need(proposing(list_name), node_post())
    found, wrong = difference.of_sheet(sheets.read(known_list(list_name), data), codebook(session))
    wrong += [] if wrong else _wrong_to_readers(found)
    if wrong:
        raise Invalid(sheets.NOT_TAKEN, findings=wrong)
    return _bounded(found)


def propose(session: Session, list_name: str, data: bytes, reason: str, *, by: Actor) -> Proposal:
    """Puts the difference between a file and its list before a second person. One proposal of a list waits at a time."""
    grant = by.need(proposing(list_name), node_post())
    by.need_scope("write")
    because = _reason(reason)
    hold(session)
    found = compare(session, list_name, data, by=by)
    if not found.changes:
        raise Invalid(
            findings=[
                Finding("", "codes.nothing", _("The file says what the list says already. There is nothing to change."))
            ]
        )
    noted: dict[str, Any] = {"list": list_name, "digest": found.digest(), **found.counts}
    command = approvals.Propose(
        node_post(), UPDATE, subject_of(list_name), reference_of(list_name), found.payload(), because, noted
    )
    return approvals.propose(session, command, by=by, role=grant.role)


def enact(session: Session, proposal: Proposal, /, *, by: Actor) -> None:
    """What an approved proposal does."""
    found = of_proposal(session, proposal)
    if _weighs_risk(found):
        by.need(RISK_APPROVING, node_post())
    rows = tuple((change.was, change.now) for change in found.changes)
    revise(session, Revise(found.list, rows, proposal.reason, found.digest(), proposal.id), by=by)


def _weighs_risk(found: Difference) -> bool:
    if found.list != "parameter":
        return found.list in OF_RISK
    rows = (row for change in found.changes for row in (change.was, change.now) if row is not None)
    return any(row.code.startswith(_PARAMETERS_OF_RISK) for row in rows)


def of_proposal(session: Session, proposal: Proposal) -> Difference:
    """The difference that a proposal keeps."""
    return difference.of_payload(proposal.payload, codebook(session))


def waiting_for(session: Session, list_name: str) -> UUID | None:
    """The proposal about a list that waits for a second person."""
    asked = select(Proposal.id).where(
        Proposal.post == node_post(),
        Proposal.kind == UPDATE,
        Proposal.subject == subject_of(list_name),
        Proposal.status == "waiting",
    )
    return session.execute(asked).scalar_one_or_none()


def proposing(list_name: str) -> tuple[str, ...]:
    """Who proposes what a list shall say."""
    return RISK_PROPOSING if list_name in OF_RISK else PROPOSING


def known_list(list_name: str) -> str:
    """The name of a list there is; `NotFound` for any other."""
    return _one_of(list_name, LISTS)


def _one_of(list_name: str, lists: Iterable[str]) -> str:
    if list_name not in lists:
        raise NotFound(
            _("There is no list “{list}”. The lists are: {known}.", list=list_name[:40], known=", ".join(lists))
        )
    return list_name


def kept_from(list_name: str, *, by: Actor) -> tuple[str, ...]:
    """What the codes begin with that are kept from a reader of a list; nothing for officials of customs.

    `NotFound`, with the lists that he may read, for a list that weighs who is stopped: to all others there is none.
    """
    if by.roles() & set(READING):
        known_list(list_name)
        return ()
    _one_of(list_name, [name for name in LISTS if name not in OF_RISK | OF_OVERSIGHT])
    return _PARAMETERS_OF_RISK if list_name == "parameter" else ()


def reference_of(list_name: str) -> str:
    """How a proposal about a list is called: CODES-TAX-RATE."""
    return f"CODES-{list_name.upper().replace('_', '-')}"


def subject_of(list_name: str) -> UUID:
    """The same for every proposal about a list, so that one waits at a time."""
    return uuid5(_SUBJECTS, list_name)


def exported(codes: Codebook, list_name: str) -> str:
    """A whole list as CSV, all periods."""
    return sheets.written(list_name, codes.entries(known_list(list_name)))


def _wrong_to_readers(found: Difference) -> list[Finding]:
    """What those would say who read the lists: the rules about their severities, the tariff about its rows."""
    if found.list == SEVERITIES:
        return [finding for change in found.changes for finding in _wrong_switch(change)]
    told = tariff.faults(change.now for change in found.changes)
    return [
        sheets.at_line(found.changes[int(fault.pointer.split("/")[1])].line, "row", fault.rule, fault.message)
        for fault in told[: sheets.MOST_FINDINGS]
    ]


def _wrong_switch(change: Change) -> list[Finding]:
    rule = rules.find(change.now.code)
    if rule is None:
        problem = _("There is no rule “{rule}”. The page of the rules names them all.", rule=change.now.code)
    elif rule.fixed:
        problem = _("The rule “{rule}” guards what can be stored. Nobody switches it; remove the row.", rule=rule.id)
    else:
        return []
    return [sheets.at_line(change.line, "code", "codes.rule", problem)]


def _bounded(found: Difference) -> Difference:
    if len(found.changes) > MOST_CHANGES or len(encode(found.payload())) > MOST_BYTES:
        raise TooLarge(
            _(
                "The file changes {count} rows; one proposal holds at most {most} rows and {size} kB. "
                "Send them in several files.",
                count=len(found.changes),
                most=MOST_CHANGES,
                size=MOST_BYTES // 1000,
            )
        )
    return found


def _reason(reason: str) -> str:
    because = normal(reason)
    fault = fault_in(because)
    if not because:
        fault = _("Say why the codes are changed: the order or letter that asks for it.")
    elif len(because) > LONGEST_REASON:
        fault = _("Too long: at most {most} characters.", most=LONGEST_REASON)
    if fault is not None:
        raise Invalid(findings=[Finding("/reason", "proposal.reason", fault)])
    return because
