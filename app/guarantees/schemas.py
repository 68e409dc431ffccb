"""The words of a guarantee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Whole, Words, listed
from app.core.messages import T
from app.guarantees.commands import RegisterGuarantee
from app.guarantees.lifecycle import Type
from app.reference.words import Part, amount_field, country_field, currency_field, label

_KINDS = {
    Type.COMPREHENSIVE: T("Comprehensive guarantee"),
    Type.WAIVER: T("Guarantee waiver"),
    Type.INDIVIDUAL: T("Individual guarantee by a guarantor"),
    Type.CASH: T("Individual guarantee in cash"),
    Type.VOUCHER: T("Individual guarantee by voucher"),
    Type.MULTIPLE: T("Individual guarantee for several uses"),
}


class GuaranteeEntrySchema(Part):
    """A guarantee as an office of guarantee enters it."""

    office = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata=label(T("Office of guarantee"), codes="post")
    )
    type = ma.fields.String(
        required=True,
        validate=validate.OneOf([each.value for each in _KINDS], labels=list(_KINDS.values())),
        metadata=label(T("Kind of guarantee"), "99 02"),
    )
    level = Whole(0, 100, load_default=100, metadata=label(T("The guarantor answers for (per cent)")))
    grn = Words(24, allow_none=True, metadata=label(T("Reference (GRN), where it was issued elsewhere"), "99 03"))
    holder = Words(40, required=True, metadata=label(T("Firm whose guarantee it is")))
    guarantor = Words(60, required=True, metadata=label(T("Guarantor")))
    guarantor_name = Words(200, allow_none=True, metadata=label(T("Name of the guarantor")))
    amount = amount_field(T("Reference amount"), "99 05", required=True)
    currency = currency_field(T("Currency"), "99 06", required=True)
    valid_from = Day(required=True, metadata=label(T("Valid from")))
    valid_to = Day(required=True, metadata=label(T("Valid until")))
    not_valid_for = listed(
        country_field(T("Country")),
        0,
        50,
        load_default=list,
        metadata=label(T("Countries it is not valid for"), "99 04", row=T("Country")),
    )
    commodities = listed(
        Coded(r"[0-9]{2,12}", "0806", metadata=label(T("First digits of the commodity"))),
        0,
        99,
        load_default=list,
        metadata=label(T("Goods it is good for; none means all"), row=T("Commodity")),
    )
    source = Words(200, allow_none=True, metadata=label(T("Deed or agreement")))


def registration(given: Mapping[str, Any]) -> RegisterGuarantee:
    """The command that the loaded words of `GuaranteeEntrySchema` mean."""
    return RegisterGuarantee(
        post=given["office"],
        type=given["type"],
        holder=given["holder"],
        guarantor=given["guarantor"],
        amount=Decimal(given["amount"]),
        currency=given["currency"],
        valid_from=dt.date.fromisoformat(given["valid_from"]),
        valid_to=dt.date.fromisoformat(given["valid_to"]),
        level=given["level"],
        grn=given.get("grn"),
        guarantor_name=given.get("guarantor_name") or "",
        not_valid_for=tuple(given["not_valid_for"]),
        commodities=tuple(given["commodities"]),
        source=given.get("source") or "",
    )


class ApprovalSchema(Part):
    approve = ma.fields.Boolean(
        required=True, truthy={True, "true", "1"}, falsy={False, "false", "0"}, metadata=label(T("Approve"))
    )
    reason = Words(2000, allow_none=True, metadata=label(T("Reason"), widget="textarea"))


class LimitSchema(Part):
    amount = amount_field(T("New reference amount"), "99 05", required=True)
    reason = Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))


class GroundsOfGuaranteeSchema(Part):
    reason = Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))


class AccessCodeSchema(Part):
    code = Words(40, required=True, metadata=label(T("Access code"), "99 03", secret=True))
    label = Words(100, required=True, metadata=label(T("Whose it is")))


class HandReleaseSchema(Part):
    """What a movement took is to be given back by hand."""

    movement = Words(35, required=True, metadata=label(T("Reference or MRN of the movement")))
    reason = Words(2000, required=True, metadata=label(T("Reason"), widget="textarea"))
