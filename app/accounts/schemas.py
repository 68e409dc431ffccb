"""The words of accounts and grants, as forms send them."""

from __future__ import annotations

import marshmallow as ma

from app.accounts.roles import Role
from app.core.fields import Day, Words
from app.core.messages import T

POSTS = "post"


class AccountSchema(ma.Schema):
    """A new account. It opens nothing until a grant is approved and a password is set on the machine itself."""

    class Meta:
        unknown = ma.RAISE

    login = Words(40, required=True, metadata={"label": T("Login"), "width": "medium", "widget": "code"})
    name = Words(120, required=True, metadata={"label": T("Name of the person")})
    locale = ma.fields.String(
        required=True, validate=ma.validate.Length(max=10),
        metadata={"label": T("Language"), "widget": "select", "width": "medium"},
    )  # fmt: skip
    same_person_as = Words(
        40,
        allow_none=True,
        metadata={"label": T("Other login of the same person"), "width": "medium", "widget": "code"},
    )


class GrantSchema(ma.Schema):
    """A role that is proposed for somebody."""

    class Meta:
        unknown = ma.RAISE

    role = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf([r.value for r in Role if r is not Role.SYSTEM]),
        metadata={"label": T("Role"), "widget": "select", "width": "medium"},
    )
    post = Words(5, required=True, metadata={"label": T("Crossing point"), "widget": "select", "width": "medium"})
    party = Words(35, allow_none=True, metadata={"label": T("Firm acted for"), "width": "medium", "widget": "code"})
    valid_from = Day(allow_none=True, metadata={"label": T("First day"), "width": "short", "widget": "date"})
    valid_to = Day(allow_none=True, metadata={"label": T("Last day"), "width": "short", "widget": "date"})
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
