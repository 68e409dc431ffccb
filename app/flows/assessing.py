"""What a declaration costs: its certificates, the goods it takes out of suspense, and the tariff together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, pointer
from app.core.text import _
from app.declarations.commands import Declared
from app.declarations.lifecycle import HELD, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions.commands import Claim, Grant, claims
from app.flows import mandating
from app.flows.mandating import Powers
from app.parties.commands import Scope
from app.payments.commands import Subject
from app.reference.codebook import Codebook
from app.suspense.commands import Amounts, Discharge, Firms, discharges
from app.tariff import Assessment, Exemption, assess, tariff


@dataclass(frozen=True, slots=True)
class Calculated:
    """The assessment, with what certificates and stocks give for it."""

    assessment: Assessment
    grants: list[Grant]
    discharges: list[Discharge]
    firms: Firms


@dataclass(frozen=True, slots=True)
class Kept:
    """What a declaration has written off certificates (by post and id) and stocks (by MRN and item): it may keep that
    much when it is assessed again, although a mandate was revoked or a certificate withdrawn meanwhile."""

    certificates: Mapping[tuple[str, UUID], Decimal] = field(default_factory=dict)
    stocks: Mapping[tuple[str, int], Amounts] = field(default_factory=dict)


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

    Revised Kyoto Convention, general annex, standard 4.5, has national law name the point in time; the customs codes of
    both countries name the day the declaration is accepted.
    """
    return declaration.lodged_at or at


def calculate(
    session: Session,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    *,
    lock: bool,
    by: Actor,
    kept: Kept | None = None,
) -> Calculated:
    """Duties, taxes and fees of what is declared, by the law of the post's administration on the post's day at `at`.

    Certificates and stocks are those of the declarant and, with a mandate in force today, those of the firm whose goods
    they are; without it, what it would have freed is told among the warnings. With `lock` the certificates found stay
    locked until the transaction ends; without, it is an outlook. `kept` is what was written off before.
    """
    kept = kept or Kept()
    day = codes.day_at(declared.post, at)
    wanted, taken = claims(declared.items, declared.documents), discharges(declared.items)
    asked = bool(taken) or any(claim.numbers for claim in wanted)
    powers = mandating.powers(session, declared, codes, asked=asked)
    holders = powers.holders(Scope.CERTIFICATES)
    granted = exemptions.grants(session, wanted, holders, day, lock=lock, by=by, kept=kept.certificates)
    assessment = assess(
        declared.header,
        declared.items,
        tariff(codes),
        administration=declared.post[:2],
        at=at,
        day=day,
        exemptions=_by_item(granted),
    )
    unused = _unused(session, declared, wanted, powers, granted, day)
    if unused:
        assessment = replace(assessment, warnings=(*assessment.warnings, *unused))
    return Calculated(assessment, granted, taken, _firms(powers, kept))


def _firms(powers: Powers, kept: Kept) -> Firms:
    return Firms(powers.holders(Scope.STOCKS), powers.lacking(Scope.STOCKS), kept.stocks)


def _unused(
    session: Session, declared: Declared, wanted: list[Claim], powers: Powers, granted: list[Grant], day: dt.date
) -> tuple[Finding, ...]:
    """A warning for every certificate of the firm whose goods they are that the declarant may not use."""
    owner = powers.lacking(Scope.CERTIFICATES)
    if not owner:
        return ()
    missed = exemptions.missed(session, wanted, owner, day, granted)
    return tuple(_without_mandate(declared, item, number, powers) for item, number in missed)


def _without_mandate(declared: Declared, item: int, number: str, powers: Powers) -> Finding:
    message = _(
        "Certificate {number} is {principal}'s, which has not authorised {declarant} to use it: nothing is written off "
        "and item {item} is not freed. Have {principal} give {declarant} a mandate for certificates, and ask customs to "
        "calculate the duties again.",
        number=number,
        item=item,
        principal=powers.owner,
        declarant=powers.declarant,
    )
    return Finding(_place_of(declared, item, number), "exemption.mandate", message, "warning")


def _place_of(declared: Declared, item: int, number: str) -> str:
    """Where the document stands: among those of the item, or of the whole."""
    place, words = next((n, i) for n, i in enumerate(declared.items) if i["number"] == item)
    for nth, paper in enumerate(words.get("documents") or ()):
        if paper["number"] == number:
            return pointer("items", place, "documents", nth, "number")
    nth = next(n for n, paper in enumerate(declared.documents) if paper["number"] == number)
    return pointer("documents", nth, "number")


def _by_item(granted: Iterable[Grant]) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    for grant in granted:
        found[grant.item].append(
            Exemption(taxes=grant.taxes, certificate=grant.number, share=grant.share, source=grant.source)
        )
    return dict(found)
