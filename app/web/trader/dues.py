"""What a declaration costs, as it is shown: the outlook of a draft, and the assessment of what is lodged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, Refusal
from app.core.text import Text, _
from app.declarations import queries, schemas
from app.declarations.commands import Declared
from app.declarations.models import Declaration
from app.edge.locale import translate
from app.flows import assessing
from app.payments import queries as owed
from app.reference.queries import codebook
from app.web.trader.desk import Lists

#: What the parts of a customs value are called.
PARTS: dict[str, Text] = {
    "price": _("Price of the goods"),
    "invoice": _("Price of the goods"),
    "freight": _("Freight"),
    "internal_freight": _("Freight inside the country"),
    "insurance": _("Insurance"),
    "other": _("Other costs"),
    "deduction": _("Deduction"),
}
SHARED_BY: dict[str, Text] = {
    "value": _("shared out by price"),
    "gross_kg": _("shared out by gross mass"),
    "net_kg": _("shared out by net mass"),
    "equal": _("shared out in equal parts"),
}


@dataclass(frozen=True, slots=True)
class Charge:
    """What is due of one tax or fee over the whole declaration."""

    name: str
    amount: Decimal
    suspended: Decimal


@dataclass(frozen=True, slots=True)
class Dues:
    """An assessment for the eyes. `result` has the shape of `tariff.Assessment.as_json`; `outlook` says that nothing is
    decided yet. `names` are those of taxes and fees in the reader's language."""

    result: Mapping[str, Any]
    outlook: bool
    names: Mapping[str, str]
    warnings: tuple[Finding, ...] = ()
    number: int = 0
    made_at: dt.datetime | None = None
    reason: str = ""

    @property
    def currency(self) -> str:
        return str(self.result["currency"])

    @property
    def total(self) -> str | None:
        total = self.result.get("total")
        return None if total is None else str(total)

    @property
    def suspended(self) -> Decimal:
        return Decimal(self.result.get("suspended") or 0)

    @property
    def unverified(self) -> bool:
        """Whether a rate in it has not been checked by the administration."""
        lines = [line for item in self.result["items"] for line in item["lines"]]
        rows = [*lines, *self.result["fees"], *self.result.get("rates", [])]
        return any(row.get("verified") is False for row in rows)

    def charges(self) -> list[Charge]:
        """Taxes in their order, then fees, with their sums."""
        due: dict[str, list[Decimal]] = {}
        for item in self.result["items"]:
            for line in item["lines"]:
                sums = due.setdefault(line["tax"], [Decimal(0), Decimal(0)])
                if line["status"] != "exempt":
                    sums[line["status"] == "suspended"] += Decimal(line["amount"])
        for fee in self.result["fees"]:
            due.setdefault("fee:" + fee["fee"], [Decimal(0), Decimal(0)])[0] += Decimal(fee["amount"])
        return [Charge(self.name(code), amount, suspended) for code, (amount, suspended) in due.items()]

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    @staticmethod
    def rate(line: Mapping[str, Any]) -> str:
        """A rate as people read it: a bare number is one in per cent."""
        rate = str(line["rate"])
        return f"{rate} %" if rate.replace(".", "", 1).isdecimal() else rate

    @staticmethod
    def part(kind: str) -> str:
        return translate(PARTS[kind]) if kind in PARTS else kind

    @staticmethod
    def shared_by(by: str | None) -> str:
        return translate(SHARED_BY[by]) if by in SHARED_BY else (by or "")


def of_draft(session: Session, words: Mapping[str, Any], lists: Lists, *, by: Actor) -> Dues | None:
    """What would be due; None while the words cannot be read."""
    try:
        declared = schemas.read(dict(words))
    except Invalid:
        return None
    return outlook(session, declared, lists, by=by)


def outlook(session: Session, declared: Declared, lists: Lists, *, by: Actor) -> Dues | None:
    """What would be due today for what is declared; None where it cannot be said at all."""
    try:
        calculated = assessing.calculate(session, declared, codebook(session), now(session), lock=False, by=by)
    except Refusal:
        return None
    assessment = calculated.assessment
    return Dues(assessment.as_json(), True, _names(lists, declared.post), assessment.warnings)


def of_lodged(session: Session, record: Declaration, lists: Lists, *, by: Actor) -> Dues | None:
    """The assessment that holds; while something is missing for it, the outlook."""
    row = owed.assessment(session, record.post, record.id)
    if row is not None:
        names = _names(lists, record.post)
        return Dues(row.result, False, names, (), row.number, row.made_at, row.reason)
    if record.status in ("draft", "rejected", "invalidated"):
        return None
    return outlook(session, queries.declared(session, record), lists, by=by)


def _names(lists: Lists, post: str) -> dict[str, str]:
    """Taxes by their code, fees by `fee:` and their code, in the reader's language."""
    administration = post[:2]
    names = {}
    for list_name, prefix in (("tax", ""), ("fee", "fee:")):
        for entry in lists.book.entries(list_name, lists.on):
            if entry.attributes.get("administration") == administration:
                names[prefix + str(entry.attributes.get(list_name))] = entry.name(lists.locale)
    return names
