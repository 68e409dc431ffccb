"""What a declaration costs: its certificates, the goods it takes out of suspense, and the tariff together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.commands import Declared
from app.declarations.lifecycle import HELD, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions.commands import Grant, claims
from app.payments.commands import Subject
from app.reference.codebook import Codebook
from app.suspense.commands import Discharge, discharges
from app.tariff import Assessment, Exemption, assess, tariff

#: Export, temporary export, re-export.
OUTWARD = frozenset("123")


@dataclass(frozen=True, slots=True)
class Calculated:
    """The assessment, with what certificates and stocks give for it."""

    assessment: Assessment
    grants: list[Grant]
    discharges: list[Discharge]


#: Whatever is owed, the goods are still there to answer for it.
_NOT_LET_GO = frozenset(s.value for s in (Status.DRAFT, Status.PRELODGED, Status.LODGED, *HELD))


def subject(declaration: Declaration, *, fresh: bool = False) -> Subject:
    """The declaration as the money sees it; `fresh` where it comes into being in this very transaction."""
    return Subject(
        post=declaration.post,
        declaration_id=declaration.id,
        reference=declaration.reference,
        mrn=declaration.mrn,
        party=declaration.party,
        content=declaration.content,
        let_go=declaration.status not in _NOT_LET_GO,
        fresh=fresh,
    )


def legal_moment(declaration: Declaration, at: dt.datetime) -> dt.datetime:
    """The moment whose rates, exchange rates and certificates hold: when it was lodged, of what was pre-lodged when the
    goods were presented, however much later it is calculated again. Until then it is now (`at`).

    Revised Kyoto Convention, general annex, standard 4.5 with transitional standard 3.27; so do the customs codes of
    both countries, which name the day the declaration is accepted.
    """
    return declaration.lodged_at or at


def calculate(
    session: Session, declared: Declared, codes: Codebook, at: dt.datetime, *, lock: bool, by: Actor
) -> Calculated:
    """Duties, taxes and fees of what is declared, by the law of the post's administration on the post's day.

    With `lock` the certificates found stay locked until the transaction ends; without, it is an outlook.
    """
    day = codes.day_at(declared.post, at)
    granted = exemptions.grants(
        session, claims(declared.items, declared.documents), holders(declared), day, lock=lock, by=by
    )
    assessment = assess(
        declared.header,
        declared.items,
        tariff(codes),
        administration=declared.post[:2],
        at=at,
        day=day,
        exemptions=_by_item(granted),
    )
    return Calculated(assessment, granted, discharges(declared.items))


def holders(declared: Declared) -> list[str]:
    """The firms whose certificates and stocks a declaration may use: the declarant, and the firm in the country whose
    goods they are. That is the consignee of what enters; of what leaves, the consignor."""
    header = declared.header
    leaves = (
        header["general_procedure"] in OUTWARD
        if header.get("general_procedure")
        else header["declaration_type"] == "EX"
    )
    owner = "consignor" if leaves else "consignee"
    parties = (header.get(name) or {} for name in ("declarant", owner))
    return [str(p["id"]) for p in parties if p.get("id")]


def _by_item(granted: Iterable[Grant]) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    for grant in granted:
        found[grant.item].append(
            Exemption(taxes=grant.taxes, certificate=grant.number, share=grant.share, source=grant.source)
        )
    return dict(found)
