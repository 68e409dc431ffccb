"""The words of a certificate, as its paper says them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Exact, Words, listed
from app.core.messages import T
from app.exemptions.commands import RegisterCertificate
from app.exemptions.lifecycle import Kind, Measure
from app.exemptions.rules import TAXES

_KINDS = {
    Kind.EXEMPTION.value: T("Exemption from taxes"),
    Kind.PREFERENCE.value: T("Proof of origin for a preference"),
    Kind.QUOTA.value: T("Tariff quota"),
    Kind.LICENCE.value: T("Licence or permit"),
}
_MEASURES = {
    Measure.NET_KG.value: T("Net mass (kg)"),
    Measure.UNITS.value: T("Supplementary units"),
    Measure.VALUE.value: T("Price of the goods"),
}


class CertificateSchema(ma.Schema):
    """A certificate; no commodities, origins or taxes named means all of them. A quota has no holder."""

    class Meta:
        unknown = ma.RAISE

    post = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata={"label": T("Crossing point"), "codes": "post"}
    )
    number = Words(70, required=True, metadata={"label": T("Number of the certificate")})
    issuer = Words(200, required=True, metadata={"label": T("Issued by")})
    source = Words(200, required=True, metadata={"label": T("Legal source")})
    kind = ma.fields.String(
        load_default=Kind.EXEMPTION.value,
        validate=validate.OneOf(list(_KINDS), labels=list(_KINDS.values())),
        metadata={"label": T("Kind of certificate")},
    )
    holder = Words(40, load_default=None, allow_none=True, metadata={"label": T("Firm it is for")})
    commodities = listed(
        Coded(r"[0-9]{2,10}", "1001", metadata={"label": T("First digits of the commodity code")}),
        0,
        99,
        load_default=list,
        metadata={"label": T("Commodities"), "row": T("Commodity")},
    )
    origins = listed(
        Words(30, metadata={"label": T("Country or group of countries")}),
        0,
        99,
        load_default=list,
        metadata={"label": T("Origins"), "row": T("Origin")},
    )
    taxes = listed(
        ma.fields.String(validate=validate.OneOf(sorted(TAXES))),
        0,
        len(TAXES),
        load_default=list,
        metadata={"label": T("Taxes it frees from"), "row": T("Tax")},
    )
    measure = ma.fields.String(
        required=True,
        validate=validate.OneOf(list(_MEASURES), labels=list(_MEASURES.values())),
        metadata={"label": T("What is counted")},
    )
    unit = Coded(r"[0-9A-Z]{2,3}", "LTR", allow_none=True, metadata={"label": T("Unit"), "codes": "unit"})
    currency = Coded(
        r"[A-Z]{3}", "USD", allow_none=True, metadata={"label": T("Currency of the certificate"), "codes": "currency"}
    )
    granted = Exact(12, 3, positive=True, required=True, metadata={"label": T("Granted quantity")})
    valid_from = Day(required=True, metadata={"label": T("Valid from")})
    valid_to = Day(required=True, metadata={"label": T("Valid until")})


def certificate(given: Mapping[str, Any]) -> RegisterCertificate:
    """What `CertificateSchema` has read, as a command."""
    return RegisterCertificate(
        post=given["post"],
        number=given["number"],
        issuer=given["issuer"],
        source=given["source"],
        holder=given.get("holder") or "",
        measure=given["measure"],
        granted=Decimal(given["granted"]),
        valid_from=dt.date.fromisoformat(given["valid_from"]),
        valid_to=dt.date.fromisoformat(given["valid_to"]),
        commodities=tuple(given["commodities"]),
        taxes=tuple(given["taxes"]),
        unit=given.get("unit"),
        currency=given.get("currency"),
        kind=given["kind"],
        origins=tuple(given["origins"]),
    )
