"""The verbs of what a post issues: permits (issue, print, revoke) and the other official papers (issue, print)."""

from app.clearance.operations.neighbours import enact_revoke, enact_trust, propose_revoke, propose_trust
from app.clearance.operations.papers import issue as issue_paper
from app.clearance.operations.papers import print_copy as print_paper
from app.clearance.operations.papers import print_sad
from app.clearance.operations.permits import (
    FORM,
    ISSUING,
    KIND,
    LANGUAGES,
    SERIES,
    VERSION,
    Printed,
    check_languages,
    issue,
    print_copy,
    revoke,
    withdraw,
)

__all__ = [
    "FORM",
    "ISSUING",
    "KIND",
    "LANGUAGES",
    "SERIES",
    "VERSION",
    "Printed",
    "check_languages",
    "enact_revoke",
    "enact_trust",
    "issue",
    "issue_paper",
    "print_copy",
    "print_paper",
    "print_sad",
    "propose_revoke",
    "propose_trust",
    "revoke",
    "withdraw",
]
