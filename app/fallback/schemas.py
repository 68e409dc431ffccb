"""What is written about clearance on paper, by programs and on pages."""

from __future__ import annotations

import marshmallow as ma

from app.core.fields import Moment, Whole, Words
from app.core.messages import T
from app.fallback.commands import LONGEST_REASON, MOST_FORMS

_REASON = {"label": T("Reason"), "widget": "textarea", "rows": 2}


class OpeningSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    post = Words(5, required=True, metadata={"label": T("Post"), "width": "short"})
    forms = Whole(1, MOST_FORMS, required=True, metadata={"label": T("Numbered forms"), "width": "short"})
    reason = Words(LONGEST_REASON, required=True, metadata=_REASON)


class FormSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    number = Whole(1, MOST_FORMS, required=True, metadata={"label": T("Number of the form"), "width": "short"})
    cleared_at = Moment(required=True, metadata={"label": T("Time on the form"), "width": "medium"})
    plate = Words(20, load_default=None, allow_none=True, metadata={"label": T("Vehicle"), "width": "medium"})
    party = Words(40, load_default=None, allow_none=True, metadata={"label": T("Firm"), "width": "medium"})
    goods = Words(500, load_default=None, allow_none=True, metadata={"label": T("Goods"), "widget": "textarea", "rows": 2})
    spoiled = ma.fields.Boolean(load_default=False, metadata={"label": T("Spoiled: it let nothing go")})


class KeyingSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    reference = Words(35, required=True, metadata={"label": T("Declaration"), "width": "medium"})
