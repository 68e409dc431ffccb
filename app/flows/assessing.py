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
from app.core.errors import Finding
from app.core.text import _
from app.declarations.commands import Declared
from app.declarations.lifecycle import HELD, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions.commands import Grant, Unauthorised, claims
from app.flows import mandating
from app.flows.mandating import Powers
from app.parties.commands import Scope
from app.payments.commands import Subject
from app.reference.codebook import Codebook
from app.suspense.commands import Amounts, Discharge, Firms, discharges
from app.tariff import Assessment, Converter, Exemption, assess, tariff


@dataclass(frozen=True, slots=True)
class Calculated:
    """The assessment, with what certificates and stocks give for it. `passed_over` are those of its warnings that tell
    of certificates which are named and free nothing, or less than the item."""

    assessment: Assessment
    grants: list[Grant]
    discharges: list[Discharge]
    firms: Firms
    passed_over: tuple[Finding, ...] = ()


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
    they are. What a certificate does not free although it is named, and why, is told among the warnings. With `lock`
    the certificates found stay locked until the transaction ends; without, it is an outlook. `kept` is what was written
    off before.
    """
    kept = kept or Kept()
    day = codes.day_at(declared.post, at)
    currency = (declared.header.get("invoice") or {}).get("currency") or ""
    wanted, taken = claims(declared.items, declared.documents, currency), discharges(declared.items)
    asked = bool(taken) or any(claim.numbers for claim in wanted)
    powers = mandating.powers(session, declared, codes, asked=asked)
    book = tariff(codes)
    converter = Converter(book.on(declared.post[:2], day))
    covered = exemptions.cover(
        session,
        wanted,
        powers.holders(Scope.CERTIFICATES),
        day,
        lock=lock,
        by=by,
        lacking=powers.lacking(Scope.CERTIFICATES),
        kept=kept.certificates,
        price=converter.price,
    )
    assessment = assess(
        declared.header,
        declared.items,
        book,
        administration=declared.post[:2],
        at=at,
        day=day,
        exemptions=_by_item(covered.grants),
    )
    passed_over = (*(_without_mandate(each, powers) for each in covered.unauthorised), *covered.warnings)
    return Calculated(
        _told(assessment, converter, passed_over), list(covered.grants), taken, _firms(powers, kept), passed_over
    )


def _told(assessment: Assessment, converter: Converter, passed_over: tuple[Finding, ...]) -> Assessment:
    """The assessment with what certificates do not free, and with the rates of exchange that they alone needed."""
    listed = {rate.currency for rate in assessment.rates}
    more = [rate for rate in converter.rates if rate.currency not in listed]
    if not more and not passed_over:
        return assessment
    doubts = converter.doubts({rate.currency for rate in more})
    return replace(
        assessment,
        rates=tuple(sorted((*assessment.rates, *more), key=lambda rate: rate.currency)),
        warnings=(*assessment.warnings, *doubts, *passed_over),
    )


def _firms(powers: Powers, kept: Kept) -> Firms:
    return Firms(powers.holders(Scope.STOCKS), powers.lacking(Scope.STOCKS), kept.stocks)


def _without_mandate(unused: Unauthorised, powers: Powers) -> Finding:
    message = _(
        "Certificate {number} is {principal}'s, which has not authorised {declarant} to use it: nothing is written off "
        "and item {item} is not freed. Have {principal} give {declarant} a mandate for certificates, and ask customs to "
        "calculate the duties again.",
        number=unused.number,
        item=unused.item,
        principal=powers.owner,
        declarant=powers.declarant,
    )
    return Finding(f"{unused.pointer}/number", "exemption.mandate", message, "warning")


def _by_item(granted: Iterable[Grant]) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    for grant in granted:
        found[grant.item].append(
            Exemption(taxes=grant.taxes, certificate=grant.number, share=grant.share, source=grant.source)
        )
    return dict(found)
