"""Mandates of firms: given for the crossing points there are, and asked for where a declaration uses another firm's
certificates or stocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid
from app.core.text import _, excerpt
from app.declarations.commands import Declared
from app.parties import operations as parties
from app.parties import queries
from app.parties.commands import GiveMandate, Scope
from app.parties.models import Mandate
from app.reference.codebook import Codebook
from app.reference.queries import codebook

#: Export, temporary export, re-export.
OUTWARD = frozenset("123")


@dataclass(frozen=True, slots=True)
class Powers:
    """Whose certificates and stocks a declaration may use: the declarant's, and those of the firm whose goods they are
    (`owner`) as far as it has authorised the declarant. Without such a firm, or where it is the declarant himself,
    `owner` is empty."""

    declarant: str
    owner: str = ""
    scopes: frozenset[str] = frozenset()

    def holders(self, scope: Scope) -> tuple[str, ...]:
        """The firms whose certificates or stocks may be used."""
        return (self.declarant, self.owner) if self.owner and scope.value in self.scopes else (self.declarant,)

    def lacking(self, scope: Scope) -> str:
        """The firm whose certificates or stocks may not be used for want of a mandate; empty if there is none."""
        return self.owner if scope.value not in self.scopes else ""


def give(session: Session, command: GiveMandate, *, by: Actor) -> Mandate:
    """`parties.operations.give_mandate` at a crossing point of this administration."""
    codes = codebook(session)
    known = codes.post(command.post)
    if known is None or known.country != node_post()[:2]:
        message = _(
            "“{post}” is no crossing point of this administration. Choose one of the list.", post=excerpt(command.post)
        )
        raise Invalid(findings=[Finding("/post", "mandate.post", message)])
    return parties.give_mandate(session, command, codes.day_at(command.post, now(session)), by=by)


def powers(session: Session, declared: Declared, codes: Codebook, *, asked: bool) -> Powers:
    """What a declaration may use today. Unless it is `asked` for, because it names a certificate or a stock, and unless
    the goods are another firm's, it costs no SQL."""
    owner = owner_of(declared)
    if not asked or owner in ("", declared.declarant):
        return Powers(declared.declarant)
    today: dt.date = codes.day_at(declared.post, now(session))
    given = queries.scopes(session, declared.post, owner, declared.declarant, today)
    return Powers(declared.declarant, owner, given)


def owner_of(declared: Declared) -> str:
    """The firm in the country whose goods they are: the consignee of what enters; of what leaves, the consignor."""
    header = declared.header
    leaves = (
        header["general_procedure"] in OUTWARD
        if header.get("general_procedure")
        else header["declaration_type"] == "EX"
    )
    return str((header.get("consignor" if leaves else "consignee") or {}).get("id") or "")
