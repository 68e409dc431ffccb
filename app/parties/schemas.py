"""The words of a mandate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.fields import Coded, Day, Words, listed
from app.core.messages import T
from app.core.text import Text, _
from app.parties.commands import GiveMandate, Scope
from app.parties.rules import LONGEST_PAPER

#: What each scope lets a firm use.
SCOPES: dict[str, Text] = {
    Scope.CERTIFICATES.value: _("Exemption certificates"),
    Scope.STOCKS.value: _("Goods under suspense"),
}
_LONGEST_CODE = 35


class MandateSchema(ma.Schema):
    """A mandate. Who acts for the principal names no paper; an official does."""

    class Meta:
        unknown = ma.RAISE

    post = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata={"label": T("Crossing point"), "codes": "post"}
    )
    principal = Words(_LONGEST_CODE, required=True, metadata={"label": T("Firm that gives it"), "width": "medium"})
    declarant = Words(_LONGEST_CODE, required=True, metadata={"label": T("Firm that may use it"), "width": "medium"})
    scopes = listed(
        ma.fields.String(validate=validate.OneOf(list(SCOPES))),
        1,
        len(SCOPES),
        required=True,
        metadata={"label": T("What it may use"), "widget": "checkboxes"},
    )
    valid_from = Day(required=True, metadata={"label": T("First day"), "width": "short", "widget": "date"})
    valid_to = Day(required=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})
    paper = Words(LONGEST_PAPER, allow_none=True, metadata={"label": T("Number and day of the paper")})


def mandate(given: Mapping[str, Any]) -> GiveMandate:
    """What `MandateSchema` has read, as a command."""
    return GiveMandate(
        post=given["post"],
        principal=given["principal"],
        declarant=given["declarant"],
        scopes=tuple(given["scopes"]),
        valid_from=dt.date.fromisoformat(given["valid_from"]),
        valid_to=dt.date.fromisoformat(given["valid_to"]),
        paper=given.get("paper") or "",
    )
