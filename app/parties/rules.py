"""What a firm's data must look like. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator

from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt, fault_in
from app.parties.commands import GiveMandate, RegisterParty, Scope

_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,31}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def findings(command: RegisterParty) -> list[Finding]:
    """Everything wrong with the firm's data, each with its place."""
    found = []
    if not _CODE.fullmatch(command.code):
        found.append(
            _finding(
                "code",
                "party-code",
                _(
                    "“{code}” is not a firm's number. Write the country's two letters, a hyphen and the number: TJ-510012345.",
                    code=excerpt(command.code),
                ),
            )
        )
    if not _COUNTRY.fullmatch(command.country):
        found.append(_finding("country", "party-country", _("Give the country as two capital letters, such as TJ.")))
    for field, value, least, most in (("name", command.name, 1, 200), ("address", command.address, 0, 300)):
        fault = fault_in(value)
        if fault:
            found.append(_finding(field, f"party-{field}", fault))
        elif not least <= len(value.strip()) <= most:
            found.append(
                _finding(
                    field,
                    f"party-{field}",
                    _(
                        "The text has {length} characters; {least} to {most} are possible.",
                        length=len(value.strip()),
                        least=least,
                        most=most,
                    ),
                )
            )
    return found


LONGEST_PAPER, LONGEST_REASON = 200, 2000


def mandate_findings(
    command: GiveMandate, known: Collection[str], today: dt.date, *, from_paper: bool
) -> list[Finding]:
    """Everything wrong with a mandate. `known` are those of its firms that are registered, `today` is the day at the
    post; one registered `from_paper` names it."""
    return [
        *_of_firms(command, known),
        *_of_scopes(command),
        *_of_days(command, today),
        *_of_paper(command, from_paper),
    ]


def _of_firms(command: GiveMandate, known: Collection[str]) -> Iterator[Finding]:
    for field, code in (("principal", command.principal), ("declarant", command.declarant)):
        if code not in known:
            message = _("{party} is not in the register of firms. Look at its number again.", party=excerpt(code))
            yield _finding(field, "mandate.firm", message)
    if command.principal == command.declarant:
        message = _("A firm needs no mandate for what is its own. Name the firm that declares for it.")
        yield _finding("declarant", "mandate.same-firm", message)


def _of_scopes(command: GiveMandate) -> Iterator[Finding]:
    known = [scope.value for scope in Scope]
    if not command.scopes or any(scope not in known for scope in command.scopes):
        yield _finding("scopes", "mandate.scope", _("Choose one or more of: {choices}.", choices=", ".join(known)))


def _of_days(command: GiveMandate, today: dt.date) -> Iterator[Finding]:
    if command.valid_to < command.valid_from:
        message = _("The last day lies before the first. Exchange or correct the days.")
        yield _finding("valid_to", "mandate.days-order", message)
    elif command.valid_to < today:
        message = _("The last day is over. Give a day that is still to come.")
        yield _finding("valid_to", "mandate.days-over", message)


def _of_paper(command: GiveMandate, from_paper: bool) -> Iterator[Finding]:
    if not from_paper:
        return
    if not command.paper.strip():
        message = _("Name the paper you register it from, by its number and day.")
        yield _finding("paper", "mandate.paper", message)
        return
    fault = fault_in(command.paper)
    if fault is not None:
        yield _finding("paper", "mandate.paper", fault)
    elif len(command.paper.strip()) > LONGEST_PAPER:
        message = _("Too long: at most {most} characters.", most=LONGEST_PAPER)
        yield _finding("paper", "mandate.paper", message)


def reason_findings(reason: str) -> list[Finding]:
    """Why a mandate is revoked."""
    if not reason.strip():
        return [_finding("reason", "mandate.reason", _("Say why the mandate ends."))]
    fault = fault_in(reason)
    if fault is not None:
        return [_finding("reason", "mandate.reason", fault)]
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Too long: at most {most} characters.", most=LONGEST_REASON)
        return [_finding("reason", "mandate.reason", message)]
    return []


def _finding(field: str, rule: str, message: Text) -> Finding:
    return Finding(pointer(field), rule, message)
