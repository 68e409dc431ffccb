"""What the answers of the API look like, for its description: JSON schemas by name.

They are written beside the functions that make the answers (`presenters`, `figures`, `lives`), not from them: a client is
told what stays. A test holds answers of every kind to them.
"""

from __future__ import annotations

from typing import Any, Final

from app.declarations.lifecycle import Status

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
#: Decimals are text, so that nobody reads them as floats.
AMOUNT: Final[Schema] = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_ANY: Final[Schema] = {"type": "object", "additionalProperties": True}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(each: Schema) -> Schema:
    return {"type": "array", "items": each}


def _object(fields: dict[str, Schema], *, optional: tuple[str, ...] = (), about: str = "") -> Schema:
    made: Schema = {
        "type": "object",
        "properties": fields,
        "required": [name for name in fields if name not in optional],
    }
    return {**made, "description": about} if about else made


def _page(each: Schema) -> Schema:
    return _object(
        {"items": _list(each), "next": _maybe(TEXT)}, about="`next` is the `after` of the next page, or null."
    )


_STATE: Final[dict[str, Schema]] = {
    "reference": TEXT,
    "mrn": _maybe(TEXT),
    "version": WHOLE,
    "status": {"type": "string", "enum": [status.value for status in Status]},
    "lodged_at": _maybe(MOMENT),
    "lane": {"type": ["string", "null"], "description": "green, blue, yellow or red; for officials only."},
}
_STANDING: Final[dict[str, Schema]] = {
    "currency": _maybe(TEXT),
    **dict.fromkeys(("assessed", "paid", "due", "overpaid", "suspended", "secured", "unsecured", "claimed"), AMOUNT),
}
_SUMMARY: Final[dict[str, Schema]] = {
    "currency": _maybe(TEXT),
    "total": _maybe(AMOUNT),
    "suspended": _maybe(AMOUNT),
    "status": {"type": "string", "enum": ["provisional", "final", "incomplete"]},
}
_LINE: Final[dict[str, Schema]] = {
    "tax": TEXT,
    "base": AMOUNT,
    "rate": TEXT,
    "amount": AMOUNT,
    "rule": TEXT,
    "source": TEXT,
    "period": _ANY,
    "verified": FLAG,
    "status": {"type": "string", "enum": ["payable", "suspended", "exempt"]},
    "exemption": _maybe(TEXT),
    "exact": AMOUNT,
    "relieved": AMOUNT,
    "quantity": _maybe(AMOUNT),
    "unit": _maybe(TEXT),
    "under": {
        "type": ["string", "null"],
        "description": "The proof of origin or the quota by which the rate holds; null for an ordinary rate.",
    },
    "made_of": {
        **_list(_object({"of": TEXT, "amount": AMOUNT})),
        "description": "Of a part of an item: the amounts of the customs value (value) and of taxes that its base is.",
    },
}
_COVER: Final[dict[str, Schema]] = {
    "kind": {"type": "string", "enum": ["preference", "quota"]},
    "number": TEXT,
    "share": AMOUNT,
    "quantity": _maybe(AMOUNT),
    "wanted": _maybe(AMOUNT),
    "unit": TEXT,
    "source": TEXT,
    "kept": {"type": "boolean", "description": "Whether a quantity is kept; otherwise it is accepted as declared."},
}
_FEE: Final[dict[str, Schema]] = {
    "fee": TEXT,
    "amount": AMOUNT,
    "rule": TEXT,
    "source": TEXT,
    "period": _ANY,
    "verified": FLAG,
    "rate": TEXT,
    "per": TEXT,
    "quantity": WHOLE,
    "factor": AMOUNT,
    "base": _maybe(AMOUNT),
    "exact": AMOUNT,
}
_ITEM: Final[dict[str, Schema]] = {
    "number": WHOLE,
    "customs_value": _maybe(AMOUNT),
    "build_up": _ANY,
    "lines": _list(_object(_LINE, optional=("under", "made_of"))),
    "covers": _list(_object(_COVER)),
}
_PRINT: Final[dict[str, Schema]] = {
    "copy": WHOLE,
    "languages": _list(TEXT),
    "reason": TEXT,
    "sha256": TEXT,
    "by": TEXT,
    "at": MOMENT,
}
_PERMIT: Final[dict[str, Schema]] = {
    "number": TEXT,
    "mrn": TEXT,
    "reference": TEXT,
    "post": TEXT,
    "form": TEXT,
    "languages": _list(TEXT),
    "issued_at": MOMENT,
    "issued_by": TEXT,
    "valid_until": DAY,
    "key_id": TEXT,
    "sha256": TEXT,
    "items": {"type": ["array", "null"], "items": WHOLE, "description": "The items it covers; null is all of them."},
    "supersedes": _maybe(TEXT),
    "revoked_at": _maybe(MOMENT),
    "revoked_reason": _maybe(TEXT),
    "prints": _list(_object(_PRINT)),
}
_CODE: Final[dict[str, Schema]] = {
    "code": TEXT,
    "valid_from": DAY,
    "valid_to": _maybe(DAY),
    "names": {"type": "object", "additionalProperties": TEXT},
    "attributes": _ANY,
    "source": TEXT,
    "verified": FLAG,
}

#: By the names under which the description holds them. "LodgedDeclaration" is completed from the declaration's own
#: schema (see `complete`).
SCHEMAS: Final[dict[str, Schema]] = {
    "DecisionAgainst": _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "decision": {"type": "string", "enum": ["hold", "refuse", "seize", "return", "destroy", "reject"]},
            "reason": TEXT,
            "decided_at": MOMENT,
            "remedy": TEXT,
            "appeal": _object({"until": MOMENT, "body": TEXT, "how": TEXT}),
        },
        about="The decision against the goods that stands now: why, what may be done, and the way of appeal.",
    ),
    "FindingTold": _object({"pointer": TEXT, "rule": TEXT, "message": TEXT}),
    "Standing": _object(_STANDING),
    "AssessmentSummary": _object(_SUMMARY),
    "DeclarationState": _object(_STATE, optional=("lane",)),
    "Draft": {
        **_object(
            {**_STATE, "warnings": _list(_of("FindingTold")), "unread": _list(_ANY)},
            optional=("lane",),
            about="The words as they were written, complete or not, with what stands between them and lodging.",
        ),
        "additionalProperties": True,
    },
    "DeclarationLine": _object(
        {
            **{name: _STATE[name] for name in ("reference", "mrn", "status", "lodged_at", "lane")},
            "local_reference": _maybe(TEXT),
            "post": TEXT,
            "declarant": TEXT,
            "plate": _maybe(TEXT),
        },
        optional=("lane",),
    ),
    "DeclarationPage": _page(_of("DeclarationLine")),
    "Assessment": _object(
        {
            "currency": _maybe(TEXT),
            "day": DAY,
            "total": _maybe(AMOUNT),
            "suspended": _maybe(AMOUNT),
            "incomplete": FLAG,
            "fees": _list(_object(_FEE)),
            "items": _list(_object(_ITEM, optional=("covers",))),
            "rates": _list(_ANY),
            "rounding": _list(_ANY),
            "status": {"type": "string", "enum": ["provisional", "final"]},
            "number": _maybe(WHOLE),
            "declared_version": _maybe(WHOLE),
            "reference": TEXT,
            "mrn": _maybe(TEXT),
            "made_at": _maybe(MOMENT),
            "warnings": _list(_of("FindingTold")),
            "standing": _of("Standing"),
        },
        about="Customs values, lines, fees and totals, each with rule and source, and how it stands.",
    ),
    "PaymentRecord": _object(
        {
            "id": {"type": "string", "format": "uuid"},
            "post": TEXT,
            "reference": _maybe(TEXT),
            "party": TEXT,
            "purpose": TEXT,
            "method": {"type": "string", "enum": ["receipt", "cash", "account"]},
            "bank": _maybe(TEXT),
            "receipt": _maybe(TEXT),
            "paid_on": _maybe(DAY),
            "amount": AMOUNT,
            "currency": TEXT,
            "status": {"type": "string", "enum": ["claimed", "confirmed", "refused", "cancelled"]},
            "number": _maybe(TEXT),
            "made_at": MOMENT,
            "confirmed_at": _maybe(MOMENT),
            "reason": TEXT,
        }
    ),
    "PaymentPage": _page(_of("PaymentRecord")),
    "PaymentMade": _object(
        {"payment": _of("PaymentRecord"), "declaration": _of("DeclarationState"), "standing": _of("Standing")},
        optional=("declaration", "standing"),
        about="Money of a firm alone has neither declaration nor standing.",
    ),
    "Money": _object(
        {
            "standing": _of("Standing"),
            "items": _list(_of("PaymentRecord")),
            "securities": _list(_ANY),
            "refunds": _list(_ANY),
        }
    ),
    "Debt": _object(
        {
            **dict.fromkeys(("reference", "mrn", "post", "status", "party", "currency"), TEXT),
            "plate": _maybe(TEXT),
            "firm": _maybe(TEXT),
            "due": AMOUNT,
            "unsecured": AMOUNT,
            "calculated": FLAG,
            "since": MOMENT,
        }
    ),
    "DebtPage": _page(_of("Debt")),
    "Permit": _object(_PERMIT),
    "PrintedPermit": _object(
        {**_PERMIT, "copy": WHOLE, "print_sha256": TEXT, "pdf_base64": TEXT}, optional=("pdf_base64",)
    ),
    "ExitRecord": _object(
        {
            "number": TEXT,
            "at": MOMENT,
            "plate": _maybe(TEXT),
            "seals": _list(TEXT),
            "seals_agree": FLAG,
            "items": _list(WHOLE),
            "whole": FLAG,
            "permit": _maybe(TEXT),
            "remark": _maybe(TEXT),
            "without_permit": _maybe(TEXT),
            "by": TEXT,
        },
        optional=("remark", "without_permit", "by"),
        about="A truck that left; remarks and persons are for officials.",
    ),
    "Exits": _object({"items": _list(_of("ExitRecord")), "items_here": _list(WHOLE)}),
    "ExitMade": _object({"exit": _of("ExitRecord"), "declaration": _of("DeclarationState")}),
    "Code": _object(_CODE),
    "CodePage": _object(
        {"list": TEXT, "on": DAY, "items": _list(_of("Code")), "next": _maybe(TEXT)},
        about="`next` is the `after` of the next page, or null.",
    ),
    "Page": _page(_ANY),
}


def complete(components: dict[str, Schema]) -> None:
    """Adds what is known of a lodged declaration to the words it was declared in: the components' "Declaration"."""
    declared = components["Declaration"]
    known = {
        **_STATE,
        "assessment": _of("AssessmentSummary"),
        "warnings": _list(_of("FindingTold")),
        "decision": {"anyOf": [_of("DecisionAgainst"), {"type": "null"}]},
    }
    components["LodgedDeclaration"] = {
        "type": "object",
        "properties": {**declared["properties"], **known},
        "required": [*declared["required"], *(name for name in known if name != "lane")],
        "description": "As declared, with its state and what is due on it.",
    }
