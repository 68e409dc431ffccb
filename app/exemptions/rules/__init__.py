"""What a certificate covers, what is said of it, and what must hold of it as it is entered: pure."""

from app.exemptions.rules.covering import (
    covered,
    governing,
    in_one_currency,
    rounds,
    unauthorised,
)
from app.exemptions.rules.entering import TAXES, findings
from app.exemptions.rules.telling import BLOCKING, SHORT, passed_over, unknown_quotas

__all__ = [
    "BLOCKING",
    "SHORT",
    "TAXES",
    "asking",
    "covered",
    "findings",
    "governing",
    "in_one_currency",
    "passed_over",
    "rounds",
    "unauthorised",
    "unknown_quotas",
]
