"""Whether a movement may use a guarantee: its access codes, the reasons of NCTS, the carnet that is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.ids import uuid7
from app.core.text import _
from app.guarantees import queries, rules
from app.guarantees.commands import AddAccessCode, Named, RegisterGuarantee, RevokeAccessCode, Use
from app.guarantees.lifecycle import OPEN, Status, Taken, Type
from app.guarantees.models import Guarantee, GuaranteeAccessCode, GuaranteeReservation
from app.guarantees.operations.noting import PLEDGED, REGISTERING, note, post_transfer, words
from app.guarantees.operations.registering import made


def add_access_code(session: Session, command: AddAccessCode, *, by: Actor) -> GuaranteeAccessCode:
    """A further code for the holder's people; only its hash is kept. The holder makes his own, an official for him."""
    guarantee = queries.locked(session, command.grn, by=by)
    role = _may_key(guarantee, by)
    found = []
    if not rules.SHORTEST_CODE <= len(command.code.strip()) <= 40:
        found.append(Finding("/code", "guarantee.code", _("An access code has 4 to 40 characters.")))
    if not command.label.strip():
        found.append(Finding("/label", "guarantee.label", _("Say whose code it is.")))
    if len(queries.access_codes(session, guarantee, live=True)) >= rules.MOST_CODES:
        message = _(
            "{count} access codes of this guarantee are in use, and there may be no more. Revoke one that nobody needs, "
            "then add this one.",
            count=rules.MOST_CODES,
        )
        found.append(Finding("/code", "guarantee.codes-many", message))
    if found:
        raise Invalid(findings=found)
    code = GuaranteeAccessCode(
        post=guarantee.post,
        id=uuid7(),
        guarantee_id=guarantee.id,
        label=command.label.strip(),
        hash=passwords.hashed(command.code.strip()),
        made_by=by.person,
        made_name=by.name,
        made_at=now(session),
    )
    session.add(code)
    session.flush()
    note(session, guarantee, "access-code-added", by=by, role=role, after={"code": code.id, "label": code.label})
    return code


def revoke_access_code(session: Session, command: RevokeAccessCode, *, by: Actor) -> GuaranteeAccessCode:
    """The code opens nothing any more."""
    guarantee = queries.locked(session, command.grn, by=by)
    role = _may_key(guarantee, by)
    code = next((each for each in queries.access_codes(session, guarantee) if each.id == command.id), None)
    if code is None:
        raise NotFound()
    if code.revoked_at is not None:
        raise WrongState(_("This access code is revoked already."))
    code.revoked_by, code.revoked_at = by.person, now(session)
    session.flush()
    after = {"code": code.id, "label": code.label}
    note(session, guarantee, "access-code-revoked", by=by, role=role, after=after, reason=command.reason.strip())
    return code


def _may_key(guarantee: Guarantee, by: Actor) -> str:
    by.need_scope("write")
    if guarantee.holder in by.parties(guarantee.post):
        return "trader"
    by.need_scope("decide")
    return by.need(REGISTERING, guarantee.post).role


def check(
    session: Session, named: Sequence[Named], use: Use, *, but: UUID | None = None, with_codes: bool = True, by: Actor
) -> list[Finding]:
    """Why the guarantees that a movement names do not do, one reason each; nothing where they do.

    Access codes are asked at lodging (`with_codes`), where the trader gives them. `but` is the movement itself, which
    may have used a single guarantee already.
    """
    known = queries.by_grn(session, {each.grn for each in named})
    found = [_why_not(session, each, known.get(each.grn), use, but, with_codes, by) for each in named]
    return [finding for finding in found if finding is not None]


def _why_not(
    session: Session,
    named: Named,
    guarantee: Guarantee | None,
    use: Use,
    but: UUID | None,
    with_codes: bool,
    by: Actor,
) -> Finding | None:
    if guarantee is None:
        return rules.invalid(named, None, use, True)
    mine = guarantee.holder == use.holder
    facts = rules.Facts(
        guarantee.type,
        guarantee.status,
        guarantee.holder,
        guarantee.valid_from,
        guarantee.valid_to,
        guarantee.not_valid_for,
        guarantee.commodities,
        mine and queries.is_used(session, guarantee, but),
    )
    # Codes are tried only on the holder's own guarantees: nobody guesses those of others here.
    fits = not (mine and with_codes) or opens(session, guarantee, named.access_code or "", by=by)
    return rules.invalid(named, facts, use, fits)


def opens(session: Session, guarantee: Guarantee, code: str, *, by: Actor) -> bool:
    """Whether the code is one of the guarantee's; a guarantee without codes opens for its holder's own people."""
    live = queries.access_codes(session, guarantee, live=True)
    if not live:
        return by.is_node or guarantee.holder in by.parties(guarantee.post)
    return any(_is(each.hash, passwords.normal(code.strip())) for each in live)


def _is(kept: str, code: str) -> bool:
    try:
        return PasswordHasher().verify(kept, code)
    except (VerificationError, InvalidHashError):
        return False


def of_carnet(
    session: Session,
    post: str,
    carnet: str,
    holder: str,
    guarantor: str,
    ceiling: Decimal,
    currency: str,
    valid_to: dt.date,
    *,
    by: Actor,
) -> Guarantee:
    """The guarantee that a TIR carnet is, with the country's ceiling of the day: made when the carnet is first used
    here, raised or lowered to the day's ceiling while nothing is taken of it. Raises `Invalid` for a carnet that another
    firm has used, and for one that an office has suspended or revoked."""
    found = barred_carnet(session, carnet, holder)
    if found is not None:
        raise Invalid(findings=[found])
    grn = f"TIR-{carnet}"
    known = queries.by_grn(session, [grn]).get(grn)
    if known is not None:
        return _at_ceiling(session, known, ceiling, currency, by)
    at = now(session)
    command = RegisterGuarantee(
        post=post, type=Type.TIR.value, holder=holder, guarantor=guarantor, amount=ceiling, currency=currency,
        valid_from=at.date(), valid_to=max(valid_to, at.date()), grn=grn, source="TIR Convention, article 8",
    )  # fmt: skip
    try:
        guarantee = made(
            session, command, grn, Status.IN_FORCE, by=by, decided_by=by.person, decided_name=by.name, decided_at=at
        )
    except Invalid:  # another movement of the carnet came first at this moment
        known = queries.by_grn(session, [grn]).get(grn)
        if known is None:
            raise
        return known
    post_transfer(session, guarantee, None, PLEDGED, guarantee.account, guarantee.amount, "pledge", by=by, at_once=True)
    note(session, guarantee, "registered", by=by, role="system", after=words(guarantee))
    return guarantee


def barred_carnet(session: Session, carnet: str, holder: str) -> Finding | None:
    """Why a firm may not use a carnet: another one has used it here, or an office lets nothing more be taken of it."""
    known = queries.by_grn(session, [f"TIR-{carnet}"]).get(f"TIR-{carnet}")
    if known is None:
        return None
    if known.holder != holder:
        message = _("Another firm has used this carnet. A carnet is issued to one holder. Read its number again.")
        return Finding("/carnet/number", "tir.carnet-of-another", message)
    if known.status != Status.IN_FORCE.value:
        message = _("This guarantee is not valid today. Name another one.")
        return Finding("/carnet/number", "guarantee.G02", message)
    return None


def _at_ceiling(session: Session, known: Guarantee, ceiling: Decimal, currency: str, by: Actor) -> Guarantee:
    (guarantee,) = queries.locked_by_id(session, [known.id])
    change = ceiling - guarantee.amount
    if not change or guarantee.currency != currency or queries.left(session, guarantee, lock=True) != guarantee.amount:
        return guarantee
    before, guarantee.amount = {"amount": guarantee.amount}, ceiling
    session.flush()
    accounts = (PLEDGED, guarantee.account) if change > 0 else (guarantee.account, PLEDGED)
    kind = "pledge" if change > 0 else "lower"
    post_transfer(session, guarantee, None, *accounts, abs(change), kind, by=by, at_once=True)
    note(session, guarantee, "limit-changed", by=by, role="system", before=before, after={"amount": ceiling})
    return guarantee


def currency_of(session: Session, grn: str) -> str | None:
    """The currency of a guarantee, for those who reckon an amount into it."""
    known = queries.by_grn(session, [grn]).get(grn)
    return known.currency if known else None


def is_open(rows: Collection[GuaranteeReservation]) -> bool:
    """Whether any of these is still counted against its guarantee."""
    return any(Taken(row.status) in OPEN for row in rows)
