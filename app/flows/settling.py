"""Money decides when cleared goods go: what a declaration owes is posted here, and nowhere else is it released.

Whoever lodges, decides, pays, secures or amends ends with `settle`: a declaration that is cleared, whose amounts are
known, paid and secured, is released at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from app.core.actors import SYSTEM, Actor
from app.core.errors import Finding, WrongState
from app.core.text import Text, _, read_sentence
from app.declarations import operations as declarations
from app.declarations import queries
from app.declarations.commands import Declared
from app.declarations.lifecycle import SETTLING, Status
from app.declarations.models import Declaration
from app.exemptions import operations as exemptions
from app.exemptions.rules import BLOCKING
from app.flows import assessing, stocking
from app.flows.assessing import Calculated, Kept, subject
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.rules import Standing
from app.reference.queries import codebook
from app.suspense import operations as suspense
from app.suspense.commands import discharges


def take(
    session: Session,
    declaration: Declaration,
    calculated: Calculated,
    at: dt.datetime,
    *,
    by: Actor,
    also: Iterable[Declaration] = (),
) -> list[Declaration]:
    """Writes off certificates and goods under suspense, and locks the accounts that may move (`also` those of these
    declarations): everything that must be locked before the post's own row. Gives the earlier declarations whose goods
    are taken. Raises `Invalid` for what is not there to be written off."""
    earlier = queries.lock_by_mrn(session, {d.mrn for d in calculated.discharges})
    suspense.take(session, declaration.post, declaration.id, calculated.discharges, calculated.firms, at, by=by)
    exemptions.write_off(session, declaration.post, declaration.id, calculated.grants, at, by=by)
    accounts = [(d.post, d.party) for d in (*earlier, *also)]
    if calculated.assessment.known_total or also:
        accounts.append((declaration.post, declaration.party))
    hold_accounts(session, accounts)
    stocking.tell(session, earlier, declaration, at, by=by)
    return earlier


def hold_earlier(session: Session, declared: Declared) -> list[Declaration]:
    """Locks the earlier declarations whose goods are to be taken out of suspense, before any certificate: who amends one
    of them holds it while he waits for his certificates."""
    return queries.lock_by_mrn(session, {discharge.mrn for discharge in discharges(declared.items)})


def hold_accounts(session: Session, accounts: Iterable[tuple[str, str]]) -> None:
    """Locks the prepayment accounts (post, firm) in one order for everybody."""
    for post, party in sorted(set(accounts)):
        owed.hold_account(session, post, party)


def hold(session: Session, declaration: Declaration, *parties: str) -> None:
    """Locks what a release of this declaration may touch, before a number takes the post's own row: the earlier
    declarations whose goods it took out of suspense, and the accounts of all their firms."""
    earlier = stocking.taken_by(session, declaration)
    own = [(declaration.post, party) for party in (declaration.party, *parties)]
    hold_accounts(session, [*own, *((d.post, d.party) for d in earlier)])


def owe(
    session: Session,
    declaration: Declaration,
    calculated: Calculated,
    at: dt.datetime,
    *,
    final: bool,
    by: Actor,
    first: bool = False,
) -> None:
    """Posts what is due: whoever gave the occasion, it is the system that calculates. What cannot be calculated yet is
    not posted, and not released either. `first` says that the declaration comes into being in this very transaction."""
    about = subject(declaration, fresh=first)
    if calculated.assessment.incomplete:
        payments.watch(session, about, at, by=by)
        return
    waived = frozenset() if first else owed.waived_fees(session, declaration.post, declaration.id)
    result = payments.without_fees(calculated.assessment, waived)
    payments.assess(session, about, result, final=final, at=at, by=by, first=first)


def standing(session: Session, declaration: Declaration) -> Standing:
    """What is assessed, paid and due; without a currency while nothing could be assessed."""
    return owed.standing(session, declaration.post, declaration.id)


def exceeded(session: Session, declaration: Declaration) -> list[Finding]:
    """The licences that were found to cover less than what is declared now, when it was assessed last."""
    last = owed.assessment(session, declaration.post, declaration.id)
    if last is None or last.content != declaration.content:
        return []
    told = [w for w in last.result.get("warnings") or () if w["rule"] in BLOCKING]
    return [Finding(w["pointer"], w["rule"], read_sentence(w), "warning") for w in told]


def collected(
    session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor, fresh: bool = False
) -> Standing:
    """How it stands after the firm's standing order, if it has one and its account holds enough, has paid."""
    known = standing(session, declaration)
    if known.due <= 0:
        return known
    payments.collect(session, subject(declaration, fresh=fresh), at, by=by)
    return standing(session, declaration)


def settle(
    session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor, declared: Declared | None = None
) -> None:
    """Releases a cleared declaration (assessed or paid) once nothing is due any more; a standing order of the firm pays
    first. Anything else is left as it is. `declared` is given where its rows are still on their way to the database."""
    if declaration.status not in {s.value for s in SETTLING}:
        return
    if not is_settled(declaration, collected(session, declaration, at, by=SYSTEM, fresh=declared is not None)):
        if declaration.status == Status.PAID.value:
            declarations.assess(session, declaration, at, by=SYSTEM)
        return
    if declaration.status == Status.ASSESSED.value:
        declarations.pay(session, declaration, at, by=SYSTEM)
    declarations.release(session, declaration, at, by=SYSTEM)
    released(session, declaration, declared or queries.declared(session, declaration), at, by=SYSTEM)


def is_settled(declaration: Declaration, known: Standing) -> bool:
    """Whether money stands in the way of nothing: what is declared now is assessed, what is payable is paid, what is
    suspended is secured."""
    return known.content == declaration.content and known.settled


def must_be_settled(session: Session, declaration: Declaration) -> None:
    """Raises `WrongState`, naming the amounts, while something is due: for moves that cannot wait for the money."""
    known = standing(session, declaration)
    if is_settled(declaration, known):
        return
    message = unsettled(declaration, known)
    raise WrongState(message, findings=[Finding("", "release.unpaid", message)])


def unsettled(declaration: Declaration, known: Standing) -> Text:
    """The sentence that tells what is missing."""
    if known.content != declaration.content:
        return _("The duties are not calculated yet. Enter the missing rate or have the declaration amended.")
    return _(
        "{due} {currency} are still to be paid and {unsecured} {currency} to be secured. "
        "Record the payment or the security first.",
        due=format(max(known.due, Decimal(0)), "f"),
        unsecured=format(max(known.unsecured, Decimal(0)), "f"),
        currency=known.currency,
    )


def released(session: Session, declaration: Declaration, declared: Declared, at: dt.datetime, *, by: Actor) -> None:
    """What follows every release, also one in part: goods under a suspensive procedure are in stock from now on, and
    what secured a previous declaration is free once its stock is used up by goods that are let go."""
    stocking.opened(session, declaration, declared, at, by=by)
    if discharges(declared.items):
        earlier = stocking.taken_by(session, declaration)
        stocking.weigh(session, earlier, declaration, f"discharged by {declaration.mrn}", at, by=by)


def reassess(session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor) -> Calculated:
    """After an amendment: certificates and stocks are given back and taken anew, duties are calculated for what is
    declared now, by the law of the day it was lodged, and the difference is posted: a balance that is due, or one that
    can be refunded. What the goods have in stock follows, and so does what is to be secured, here and for the earlier
    declarations whose goods are taken."""
    session.flush()
    declared, codes = queries.declared(session, declaration), codebook(session)
    hold_earlier(session, declared)
    kept = _kept(session, declaration, at)
    moment = assessing.legal_moment(declaration, at)
    held = exemptions.held(session, declaration.post, declaration.id)
    if held:
        assessing.hold_certificates(session, declared, codes, moment, held, by=by)
    before = _give_back(session, declaration, at, by=by)
    calculated = assessing.calculate(session, declared, codes, moment, lock=True, by=by, kept=kept)
    taken = take(session, declaration, calculated, at, by=by, also=before)
    stocking.tell(session, [owner for owner in before if owner not in taken], declaration, at, by=by)
    stocking.follow(session, declaration, declared, at, by=by)
    owe(session, declaration, calculated, at, final=True, by=SYSTEM)
    reason = f"{declaration.mrn} was assessed again"
    if not standing(session, declaration).suspended:
        payments.release_all(session, subject(declaration), reason, at, by=by)
    stocking.weigh(session, [declaration, *_each_once(before, taken)], declaration, reason, at, by=by)
    return calculated


def _kept(session: Session, declaration: Declaration, at: dt.datetime) -> Kept:
    """What it may keep of what it has written off; nothing before it is lodged, which the presentation of what was
    pre-lodged is: its declarant's own deed, by what he may do then."""
    if declaration.lodged_at is None or declaration.lodged_at >= at:
        return Kept()
    key = (declaration.post, declaration.id)
    return Kept(exemptions.held(session, *key), suspense.held(session, *key))


def _each_once(*lists: Iterable[Declaration]) -> list[Declaration]:
    return list({(d.post, d.id): d for some in lists for d in some}.values())


def annul(session: Session, declaration: Declaration, reason: str, at: dt.datetime, *, by: Actor) -> None:
    """The goods do not enter (refused, returned, seized, destroyed, invalidated): nothing is owed any more, what was
    paid can be refunded, what was written off is given back. What was let go before stays owed, written off and in
    stock."""
    gone = _let_go(session, declaration)
    earlier = _give_back(session, declaration, at, by=by, but=gone)
    hold_accounts(session, [(d.post, d.party) for d in (declaration, *earlier)])
    stocking.tell(session, earlier, declaration, at, by=by)
    suspense.close(session, declaration.post, declaration.id, but=gone, by=by)
    about = subject(declaration)
    if gone:
        payments.retain(session, about, gone, reason, at, by=by)
    else:
        payments.reverse(session, about, reason, at, by=by)
    stocking.weigh(session, [declaration, *earlier], declaration, reason, at, by=by)


def _let_go(session: Session, declaration: Declaration) -> frozenset[int]:
    """The items that are in the country whatever becomes of the others. What is invalidated after its release has not
    left the post but for what passed the gate."""
    gone = queries.exited_items(session, declaration)
    if declaration.status == Status.INVALIDATED:
        return gone
    return gone | queries.released_items(session, declaration)


def _give_back(
    session: Session, declaration: Declaration, at: dt.datetime, *, by: Actor, but: frozenset[int] = frozenset()
) -> list[Declaration]:
    """Gives the earlier declarations, locked, whose goods may be under suspense again."""
    earlier = stocking.taken_by(session, declaration)
    suspense.give_back(session, declaration.post, declaration.id, at, by=by, but=but)
    exemptions.give_back(session, declaration.post, declaration.id, at, by=by, but=but)
    return earlier
