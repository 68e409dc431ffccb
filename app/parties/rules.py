"""What a firm's data must look like. Pure."""

from __future__ import annotations

import re

from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt, fault_in
from app.parties.commands import RegisterParty

_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,31}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def findings(command: RegisterParty) -> list[Finding]:
    """Everything wrong with the firm's data, each with its place."""
    found = []
    if not _CODE.fullmatch(command.code):
        found.append(_finding("code", "party-code", _(
            "“{code}” is not a firm's number. Write the country's two letters, a hyphen and the number: TJ-510012345.",
            code=excerpt(command.code),
        )))
    if not _COUNTRY.fullmatch(command.country):
        found.append(_finding("country", "party-country", _("Give the country as two capital letters, such as TJ.")))
    for field, value, least, most in (("name", command.name, 1, 200), ("address", command.address, 0, 300)):
        fault = fault_in(value)
        if fault:
            found.append(_finding(field, f"party-{field}", fault))
        elif not least <= len(value.strip()) <= most:
            found.append(_finding(field, f"party-{field}", _(
                "The text has {length} characters; {least} to {most} are possible.",
                length=len(value.strip()), least=least, most=most,
            )))
    return found


def _finding(field: str, rule: str, message: Text) -> Finding:
    return Finding(pointer(field), rule, message)
