"""The rules of the weekly report: what each one shows, and the sentence that says why a case is in it. Pure.

Limits stand in the dated list `exception_rule` (see `limits`); what a rule asks of the registers is in
`app.registers.oversight.exceptions`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from app.core.text import Text, _

LIST = "exception_rule"


class Entry(Protocol):
    """The part of a row of the list that is asked."""

    @property
    def code(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


class Codes(Protocol):
    """The part of the code book that is asked."""

    def entries(self, list_name: str, on: dt.date | None = None, /) -> Iterable[Entry]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """`why` is filled with a case's facts. `limit` and `least` hold where the list says nothing."""

    code: str
    title: Text
    shows: Text
    why: Text
    limit: int = 0
    least: int = 0
    #: The limit is a share of what is usual, in per cent.
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The limit of a rule, and the least number it needs to say anything. Without either it is not asked."""

    limit: int
    least: int


_TABLE = (
    Rule(
        "lane-lowered",
        _("Lane lowered"),
        _("Every consignment that was put into a milder lane."),
        _("{before} → {after}: “{reason}”"),
    ),
    Rule(
        "red-unseen",
        _("Red goods let go without a result"),
        _("Goods of the red lane that went although no inspection of the goods was concluded."),
        _("Let go in the red lane without a concluded inspection of the goods."),
    ),
    Rule(
        "waived",
        _("Examination waived"),
        _("Releases without examination that two persons agreed on."),
        _("Released without examination: “{reason}”"),
    ),
    Rule(
        "off-shift",
        _("Acts outside a shift"),
        _("What officials did at a post that keeps a roster, at times when they were not on it."),
        _("{acts} acts between {first} and {last} although not on duty, among them {event}."),
    ),
    Rule(
        "fast-inspection",
        _("Inspected unusually fast"),
        _("Inspections of goods that took a small part of what the fastest tenth at this post takes."),
        _("{seconds} seconds from the first finding to the conclusion; the fastest tenth here takes {usual} and more."),
        limit=25,
        least=20,
        percent=True,
    ),
    Rule(
        "fast-decision",
        _("Decided unusually fast"),
        _("Decisions about yellow and red goods within a small part of what the fastest tenth at this post takes."),
        _("Decided {seconds} seconds after it came to the desk; the fastest tenth here takes {usual} and more."),
        limit=25,
        least=20,
        percent=True,
    ),
    Rule(
        "hasty-approval",
        _("Approved at once"),
        _("Proposals approved so soon that nobody can have read them."),
        _("“{act}” was approved {seconds} seconds after it was proposed."),
        limit=20,
    ),
    Rule(
        "same-pair",
        _("The same two persons"),
        _("Two officials who approve for each other nearly always."),
        _("{count} of {all} proposals by {proposer} in four weeks were approved by {approver}."),
        limit=80,
        least=5,
        percent=True,
    ),
    Rule(
        "officer-trader",
        _("One officer for one firm"),
        _("A firm whose goods are nearly always decided by the same officer, where others are there."),
        _("{count} of {all} decisions about {party} in four weeks were by the same officer."),
        limit=80,
        least=6,
        percent=True,
    ),
    Rule(
        "alone",
        _("Inspected and decided by one person"),
        _("Goods let go by the person who concluded their inspection."),
        _("The same person concluded the inspection and decided."),
    ),
    Rule(
        "shared-device",
        _("One device, several persons"),
        _("Browsers at which several officials signed in within a day."),
        _("{count} persons signed in at one device on {day}."),
        limit=1,
    ),
    Rule(
        "gate-difference",
        _("Gate and papers differ"),
        _("Days on which other trucks passed the gate than the exits say."),
        _("On {day} {counted} trucks were counted at the gate, and {recorded} left by the papers."),
        limit=0,
    ),
    Rule(
        "gate-uncounted",
        _("Gate not counted"),
        _("Days without a count at a gate that is counted otherwise."),
        _("On {day} nobody counted the trucks; {recorded} left by the papers."),
    ),
    Rule(
        "number-missing",
        _("Numbers missing"),
        _("Gaps in the serial numbers of declarations, permits, receipts, acts and papers."),
        _("Series {series} of {year}: {count} numbers up to {last} are not there."),
    ),
    Rule(
        "tampering",
        _("Changed behind the application’s back"),
        _("Rows and chains that do not say what the journal says."),
        _("{what}: the table says “{kept}”, the journal “{told}”."),
    ),
    Rule(
        "ended-account",
        _("Attempts at ended accounts"),
        _("Sign-ins tried with accounts that are closed, dormant or hold no grant."),
        _("{count} attempts to sign in as {login}, an account that is not in use."),
    ),
    Rule(
        "locked-account",
        _("Accounts locked by wrong passwords"),
        _("Accounts closed for a time because a password was wrong five times."),
        _("{login} was locked after wrong passwords from {address}."),
    ),
    Rule(
        "look-ups",
        _("Many files looked at without a task"),
        _("Officials who opened many files on which they did nothing, far more than the others."),
        _("{count} files opened without any act on them; half of the others opened {usual} or fewer."),
        limit=500,
        least=30,
        percent=True,
    ),
    Rule(
        "cancelled-after-exam",
        _("Cancelled after the examination"),
        _("Declarations invalidated or rejected when their goods had been inspected."),
        _("{what} after the goods were inspected ({conclusion}): “{reason}”"),
    ),
    Rule(
        "amended-after-release",
        _("Amended after the release"),
        _("Declarations and movements changed when the goods were free already."),
        _("Amended while {status}: “{reason}”"),
    ),
    Rule(
        "seal-changed",
        _("Seals replaced or voided"),
        _("Seals changed on the way, or written off."),
        _("{what}: {serials}: “{reason}”"),
    ),
    Rule(
        "guarantee-by-hand",
        _("Guarantee released by hand"),
        _("Guarantees and securities given back otherwise than by the end of the movement."),
        _("{what}, {amount} {currency}: “{reason}”"),
    ),
    Rule(
        "value-overridden",
        _("Value corrected by officials"),
        _("Declared values that officials corrected, or assessments made anew by hand."),
        _("{what}: “{reason}”"),
    ),
    Rule(
        "waived-money",
        _("Money forgone"),
        _("Fees waived, debts written off, write-offs corrected by hand."),
        _("{what}: “{reason}”"),
    ),
    Rule(
        "exit-unchecked",
        _("Left without a check"),
        _("Exits without a permit, with other seals than declared, or confirmed by the person who released."),
        _("{what}: “{reason}”"),
    ),
    Rule(
        "fallback",
        _("Cleared on paper"),
        _("Times when clearance on paper was opened."),
        _("Clearance on paper was opened: “{reason}”"),
    ),
    Rule(
        "backdated",
        _("Dated back"),
        _("Papers, payments and events told as much earlier than they were entered."),
        _("{what} of {day} was entered {days} days later."),
        limit=3,
    ),
    Rule(
        "reprinted",
        _("Printed again and again"),
        _("Permits of which several copies were printed."),
        _("Copy {copy} was printed: “{reason}”"),
        limit=2,
    ),
    Rule(
        "unwitnessed",
        _("No checkpoint"),
        _("Times when entries were written and no signed checkpoint was made of the chain."),
        _("No checkpoint for {minutes} minutes after {first}."),
        limit=60,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _TABLE})


def limits(codes: Codes, on: dt.date) -> dict[str, Limits]:
    """The limits that hold on a day, by rule; a rule that the list switches off is not in it."""
    listed = {entry.code: entry.attributes for entry in codes.entries(LIST, on)}
    return {
        code: Limits(_number(listed.get(code), "limit", rule.limit), _number(listed.get(code), "least", rule.least))
        for code, rule in RULES.items()
        if (listed.get(code) or {}).get("off") != "yes"
    }


def _number(attributes: Mapping[str, Any] | None, name: str, usual: int) -> int:
    value = str((attributes or {}).get(name) or "")
    return int(value) if value.isascii() and value.isdigit() else usual


def why(rule: str, facts: Mapping[str, Any]) -> Text:
    """The sentence of a case; a rule that is no more is told by its code."""
    known = RULES.get(rule)
    return Text(known.why.msgid, dict(facts)) if known is not None else Text("{rule}", {"rule": rule})
