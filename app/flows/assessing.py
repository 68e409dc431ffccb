"""What a declaration costs: its certificates, the goods it takes out of suspense, and the tariff together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.declarations.commands import Declared
from app.exemptions import operations as exemptions
from app.exemptions.commands import Grant, claims
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


def calculate(
    session: Session, declared: Declared, codes: Codebook, at: dt.datetime, *, lock: bool, by: Actor
) -> Calculated:
    """Duties, taxes and fees of what is declared, by the law of the post's administration on the post's day.

    With `lock` the certificates found stay locked until the transaction ends; without, it is an outlook.
    """
    day = day_at(codes, declared.post, at)
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


def day_at(codes: Codebook, post: str, at: dt.datetime) -> dt.date:
    """The calendar day at the post."""
    known = codes.post(post)
    return at.astimezone(ZoneInfo(known.time_zone)).date() if known else at.date()


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
