"""What exactly a proposal would change: before and after, in the words of the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.approvals.models import Proposal
from app.core.text import Text, _
from app.edge import fmt
from app.edge.locale import translate
from app.registers.proposed import Consignment
from app.web import words
from app.web.differences import Change

Payload = Mapping[str, Any]
#: (label, before, after)
Rows = list[tuple[Text, Any, Any]]


def told(proposal: Proposal, consignment: Consignment | None) -> list[Change]:
    """The rows that the payload alone tells; lanes are drawn, and amendments compared field by field, elsewhere."""
    telling = None if proposal.is_sealed else _TELLING.get(proposal.kind)
    if telling is None:
        return []
    rows = telling(proposal.payload, consignment)
    return [Change(translate(label), "", _said(before), _said(after)) for label, before, after in rows]


def _said(value: Any) -> Any:
    return translate(value) if isinstance(value, Text) else value


def _waiver(payload: Payload, _of: Consignment | None) -> Rows:
    return [
        (_("Examination of the goods"), _("Ordered"), _("Not done")),
        (_("Release"), _("Only after the examination"), _("Possible at once")),
    ]


def _invalid(payload: Payload, of: Consignment | None) -> Rows:
    before = words.status(of.status).text if of else ""
    return [(_("State"), before, words.status("invalidated").text)]


def _nothing_owed(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("To be paid"), _amount(payload), fmt.amount("0.00", str(payload.get("currency") or "")))]


def _paid_out(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Amount given back"), "", _amount(payload))]


def _limit(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Reference amount"), "", _amount(payload))]


def _given_back(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Held on the guarantee"), _amount(payload), fmt.amount("0.00", str(payload.get("currency") or "")))]


def _correction(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Written off so far"), payload.get("used", ""), payload.get("quantity", ""))]


def _seals(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Seals"), _list(payload.get("off")), _list(payload.get("on")))]


def _fallback(payload: Payload, _of: Consignment | None) -> Rows:
    return [(_("Clearance"), _("In the system"), _("On paper, with {count} forms", count=payload.get("forms", "")))]


def _grants(payload: Payload, _of: Consignment | None) -> Rows:
    grants = [g for g in payload.get("grants") or () if isinstance(g, Mapping)]
    return [(words.role(str(g.get("role"))), "", f"{g.get('post', '')} {g.get('party') or ''}".strip()) for g in grants]


def _amount(payload: Payload) -> Any:
    return fmt.amount(payload.get("amount"), str(payload.get("currency") or ""))


def _list(value: Any) -> str:
    if not isinstance(value, list):
        return str(value or "")
    return ", ".join(str(each.get("serial", "")) if isinstance(each, Mapping) else str(each) for each in value)


_TELLING: dict[str, Callable[[Payload, Consignment | None], Rows]] = {
    "inspection.waive": _waiver,
    "declaration.invalidate": _invalid,
    "debt.write-off": _nothing_owed,
    "fee.waive": _nothing_owed,
    "payments.refund": _paid_out,
    "payments.withdrawal": _paid_out,
    "guarantee.change-limit": _limit,
    "guarantee.release": _given_back,
    "write-off.correct": _correction,
    "seal.change": _seals,
    "fallback.open": _fallback,
    "account.grant": _grants,
    "account.grant-senior": _grants,
}
