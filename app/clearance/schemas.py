"""What is written about the keys of neighbours, by programs and on pages."""

from __future__ import annotations

import marshmallow as ma

from app.clearance.operations.neighbours import LARGEST
from app.core.fields import Coded, Words
from app.core.messages import T


class NeighbourSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    administration = Coded(
        "[A-Z0-9]{2,17}", "AF", required=True, metadata={"label": T("Administration"), "width": "short"}
    )
    bundle = Words(
        LARGEST, required=True, metadata={"label": T("Bundle of its public keys"), "widget": "textarea", "rows": 6}
    )
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})


class RevocationSchema(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    compromised = ma.fields.Boolean(
        load_default=False, metadata={"label": T("It is in other hands: nothing that it ever signed counts")}
    )
    reason = Words(2000, required=True, metadata={"label": T("Reason"), "widget": "textarea", "rows": 2})
