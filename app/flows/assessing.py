"""What a declaration costs: its certificates, the quotas it uses, the goods it takes out of suspense, and the tariff
together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, pointer
from app.core.text import Text, _
from app.declarations.commands import Declared
from app.declarations.lifecycle import HELD, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions.commands import Claim, Coverage, Grant, Unauthorised, claims
from app.exemptions.lifecycle import Kind
from app.exemptions.rules import BLOCKING, SHORT
from app.flows import mandating
from app.flows.mandating import Powers
from app.parties.commands import Scope
from app.payments.commands import Subject
from app.reference.codebook import Codebook
from app.suspense.commands import Amounts, Discharge, Firms, discharges
from app.tariff import Assessment, Converter, Cover, Exemption, assess, tariff
from app.tariff.book import DayTariff


@dataclass(frozen=True, slots=True)
class Calculated:
    """The assessment, with what certificates and stocks give for it. `passed_over` are those of its warnings that tell
    of certificates which are named and cover nothing, or less than the item; `blocking` those of them for which the goods
    are not let go."""

    assessment: Assessment
    grants: list[Grant]
    discharges: list[Discharge]
    firms: Firms
    passed_over: tuple[Finding, ...] = ()

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.passed_over if finding.rule in BLOCKING]


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
    they are; quotas are the administration's. An item has its preference as far as a registered proof of origin covers
    it; on a proof that is not registered it has it wholly, as declared, or not at all, as the list of preferences says. What a certificate does not cover although it is
    named, and why, is told among the warnings. With `lock` the certificates found stay locked until the transaction
    ends; without, it is an outlook. `kept` is what was written off before.
    """
    kept = kept or Kept()
    day = codes.day_at(declared.post, at)
    book = tariff(codes)
    of_day = book.on(declared.post[:2], day)
    wanted, taken = _wanted(declared, of_day), discharges(declared.items)
    asked = bool(taken) or any(claim.numbers or claim.licence for claim in wanted)
    powers = mandating.powers(session, declared, codes, asked=asked)
    converter = Converter(of_day)
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
        administration=declared.post[:2],
    )
    assessment = assess(
        declared.header,
        declared.items,
        book,
        administration=declared.post[:2],
        at=at,
        day=day,
        exemptions=_by_item(covered.grants),
        covers=_covers(wanted, covered, of_day),
    )
    passed_over = (
        *(_without_mandate(each, powers) for each in covered.unauthorised),
        *covered.warnings,
        *_not_registered(wanted, covered, of_day),
    )
    return Calculated(
        _told(assessment, converter, passed_over), list(covered.grants), taken, _firms(powers, kept), passed_over
    )


def _wanted(declared: Declared, day: DayTariff) -> list[Claim]:
    """What the items claim of certificates and quotas."""
    currency = (declared.header.get("invoice") or {}).get("currency") or ""
    found = claims(declared.items, declared.documents, currency, day.origins)
    granted = cache(day.grants)  # items of a declaration are often alike
    return [
        _granted_by_rates(claim, item, declared, day, granted)
        for claim, item in zip(found, declared.items, strict=True)
    ]


def _granted_by_rates(
    claim: Claim, item: Mapping[str, Any], declared: Declared, day: DayTariff, granted: Callable[..., tuple[bool, bool]]
) -> Claim:
    """The claim with the preference and the quota for which there are rates: for others nothing is written off."""
    if not claim.preference and not claim.quota:
        return claim
    goods = (claim.commodity, item["origin"], item["procedure"])
    preferred, of_quota = granted(*goods, claim.preference, claim.quota)
    if not preferred and not of_quota:
        return replace(claim, preference="", quota="")
    types = day.proofs(claim.preference)
    papers = (*(item.get("documents") or ()), *declared.documents)
    return replace(
        claim,
        preference=claim.preference if preferred else "",
        quota=claim.quota if of_quota else "",
        proofs=frozenset(paper["number"] for paper in papers if paper["type"] in types),
    )


def _covers(wanted: Iterable[Claim], covered: Coverage, day: DayTariff) -> dict[int, list[Cover]]:
    """By item how far the preference and the quota hold that it claims."""
    given = {(grant.item, grant.kind): grant for grant in covered.grants}
    found: dict[int, list[Cover]] = defaultdict(list)
    for claim in wanted:
        if claim.preference:
            grant = given.get((claim.item, Kind.PREFERENCE.value))
            found[claim.item].append(_preferred(claim, covered.proofs.get(claim.item), grant, day))
        if claim.quota:
            found[claim.item].append(_cover("quota", claim.quota, given.get((claim.item, Kind.QUOTA.value))))
    return dict(found)


def _preferred(claim: Claim, registered: str | None, grant: Grant | None, day: DayTariff) -> Cover:
    if registered is not None:
        return _cover("preference", registered, grant)
    if day.only_registered(claim.preference):
        return _cover("preference", _proof(claim), None)
    return Cover("preference", _proof(claim), Decimal(1), kept=False)


def _proof(claim: Claim) -> str:
    """The first proof of origin that it names; "" without any."""
    return next((number for number in claim.numbers if number in claim.proofs), "")


def _not_registered(wanted: Iterable[Claim], covered: Coverage, day: DayTariff) -> Iterator[Finding]:
    """A warning at each proof that gives no preference because nobody has registered it, and at each item without any."""
    naming: dict[tuple[str, str, str], list[int]] = {}
    for claim in wanted:
        if claim.preference and claim.item not in covered.proofs and day.only_registered(claim.preference):
            number = _proof(claim)
            place = claim.places[number] if number else pointer("items", claim.place, "preference")
            naming.setdefault((place, number, claim.preference), []).append(claim.item)
    for (place, number, preference), items in naming.items():
        yield Finding(place, "preference.not-registered", _only_registered(number, preference, items), "warning")


def _only_registered(number: str, preference: str, items: Iterable[int]) -> Text:
    told = {"preference": preference, "items": ", ".join(map(str, items))}
    if not number:
        return _(
            "The preference {preference} is given for registered proofs of origin alone, and item {items} names no proof: "
            "it has the ordinary rates. Have customs register the proof, ask for an amendment that names it, or claim no "
            "preference.",
            **told,
        )
    return _(
        "Proof of origin {number} is not registered, and the preference {preference} is given for registered ones alone: "
        "item {items} has the ordinary rates. Have customs register the proof and put it in force, and ask customs to "
        "calculate the duties again.",
        number=number,
        **told,
    )


def _cover(kind: str, number: str, grant: Grant | None) -> Cover:
    if grant is None:
        return Cover(kind, number, Decimal(0), Decimal(0))
    return Cover(kind, grant.number, grant.share, grant.quantity, grant.wanted, grant.unit, grant.source)


def hold_certificates(
    session: Session,
    declared: Declared,
    codes: Codebook,
    at: dt.datetime,
    held: Iterable[tuple[str, UUID]],
    *,
    by: Actor,
) -> None:
    """Locks the certificates and quotas that a calculation may take of, with those `held` now, in one order: before
    anything is given back."""
    day = codes.day_at(declared.post, at)
    administration = declared.post[:2]
    wanted = _wanted(declared, tariff(codes).on(administration, day))
    firms = (declared.declarant, mandating.owner_of(declared))
    exemptions.hold(session, wanted, firms, day, administration=administration, back=held, by=by)


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
    if unused.kind != Kind.EXEMPTION:
        return _no_mandate_to_count(unused, powers)
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


def _no_mandate_to_count(unused: Unauthorised, powers: Powers) -> Finding:
    """The same of a proof of origin or a licence; without its licence the item is not let go."""
    kind = Kind(unused.kind)
    message = _(
        "Certificate {number} is {principal}'s, which has not authorised {declarant} to use it: nothing is written off, "
        "and it does not count for item {item}. Have {principal} give {declarant} a mandate for certificates, and ask "
        "customs to calculate the duties again.",
        number=unused.number,
        item=unused.item,
        principal=powers.owner,
        declarant=powers.declarant,
    )
    rule = SHORT[kind] if kind is Kind.LICENCE else "exemption.mandate"
    return Finding(f"{unused.pointer}/number", rule, message, "warning")


def _by_item(granted: Iterable[Grant]) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    for grant in granted:
        if grant.kind != Kind.EXEMPTION:
            continue
        found[grant.item].append(
            Exemption(taxes=grant.taxes, certificate=grant.number, share=grant.share, source=grant.source)
        )
    return dict(found)
