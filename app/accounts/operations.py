"""Who may come in, as what, from when until when; and the tokens of people's software.

Accounts are kept by administrators, and by the node itself (`SYSTEM`, the commands run on its machine). What opens doors
takes two persons: an administrator proposes a grant or the unlocking of a dormant account, another one approves it (see
`app.flows.granting`); what closes them takes one. Only the node, on whose machine the first administrators are made, gives
a grant alone. Nobody but the person himself (or the node) makes a token or sets a password: an administrator who could
would decide in the officer's name.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import passwords, queries, rules, tokens
from app.accounts.commands import (
    AddPerson,
    CloseAccount,
    EndGrant,
    GiveGrant,
    IssueToken,
    OpenAccount,
    RevokeToken,
    SetPassword,
)
from app.accounts.models import AccessGrant, ApiToken, Person, SignIn, User
from app.accounts.roles import Scope, scopes_of
from app.core import db, journal
from app.core.actors import SYSTEM_PERSON, Actor
from app.core.errors import Finding, Forbidden, Invalid, NotFound, Refusal, WrongState, pointer
from app.core.text import Text, _, normal

#: Post and id of an approved proposal.
ProposalKey = tuple[str, UUID]


class LoginTaken(Refusal):
    status, code, title = 409, "login-taken", _("This login belongs to somebody already. Choose another.")


def add_person(session: Session, command: AddPerson, *, by: Actor) -> User:
    """Makes an account with its first grant, as the node. Without a password nobody can sign in to it until one is set.

    Raises `Forbidden`, `Invalid`, `LoginTaken`, or `NotFound` for an unknown `same_person_as`.
    """
    _only_the_node(by)
    _refuse(rules.of_person(command))
    opened = OpenAccount(command.login, command.name, command.locale, command.same_person_as)
    user = _open(session, opened, command.password, by)
    _give(session, user, GiveGrant(command.login, command.role, command.post, command.party), None, by)
    return user


def open_account(session: Session, command: OpenAccount, *, by: Actor) -> User:
    """Makes an account that opens nothing until a grant was proposed for it and approved, and its password was set on the
    machine itself.

    Raises `Forbidden`, `Invalid`, `LoginTaken`, or `NotFound` for an unknown `same_person_as`.
    """
    _may_keep(by)
    _refuse(rules.of_account(command))
    return _open(session, command, None, by)


def _open(session: Session, command: OpenAccount, password: str | None, by: Actor) -> User:
    if queries.find(session, command.login):
        raise LoginTaken(facts={"login": command.login})
    person = _person(session, command)
    user = User(person_id=person.id, login=command.login, locale=command.locale)
    user.password = passwords.hashed(password) if password is not None else None
    session.add(user)
    session.flush()
    user.person = person
    _journal(session, user, "account.added", by, after={"login": user.login, "name": person.name, "person": person.id})
    return user


def _person(session: Session, command: OpenAccount) -> Person:
    if command.same_person_as is not None:
        return _account(session, command.same_person_as).person
    person = Person(name=normal(command.name))
    session.add(person)
    session.flush()
    return person


def grant(session: Session, command: GiveGrant, *, by: Actor) -> AccessGrant:
    """Gives an account one more role at a post, as the node. Raises `Forbidden`, `Invalid` or `NotFound`."""
    _only_the_node(by)
    _refuse(rules.of_grant(command.role, command.post, command.party))
    return _give(session, _account(session, command.login), command, None, by)


def grant_approved(
    session: Session, command: GiveGrant, proposal: ProposalKey, proposed_by: UUID, *, by: Actor
) -> AccessGrant:
    """Gives the grant that somebody proposed and `by` has just approved. The database asks the proposal once more.

    Raises `Forbidden` where it is for one of the two, `NotFound`, `Invalid`, or `WrongState` for an account that is closed.
    """
    by.need_scope("decide")
    user = _account(session, command.login, locked=True)
    if user.person_id in (by.person, proposed_by):
        raise Forbidden(_("Nobody gives a grant to himself. Ask another administrator."))
    if not user.active:
        raise WrongState(_("The account “{login}” is closed.", login=user.login))
    return _give(session, user, command, proposal, by)


def _give(session: Session, user: User, command: GiveGrant, proposal: ProposalKey | None, by: Actor) -> AccessGrant:
    now = db.now(session)
    start = now if command.valid_from is None else max(command.valid_from, now) if proposal else command.valid_from
    if command.valid_to is not None and command.valid_to < start:
        raise _invalid("valid_to", "grant-dates", _("The grant ends before it begins. Correct one of the dates."))
    given = AccessGrant(
        account_id=user.id, person_id=user.person_id, role=command.role, post=command.post, party=command.party,
        valid_from=start, valid_to=command.valid_to, granted_by=by.person,
        proposal_post=proposal[0] if proposal else None, proposal_id=proposal[1] if proposal else None,
    )  # fmt: skip
    session.add(given)
    session.flush()
    _journal(session, user, "grant.given", by, after=_facts(given))
    return given


def end_grant(session: Session, command: EndGrant, *, by: Actor) -> AccessGrant:
    """Ends a grant now or on a day to come: sign-ins and tokens that live by it are dead within seconds then. Its end only
    ever comes nearer. Raises `NotFound`, `Forbidden`, `Invalid`, `WrongState`."""
    given = session.get(AccessGrant, command.grant, with_for_update=True)
    if given is None:
        raise NotFound()
    _may_administer(by, given.post)
    now = db.now(session)
    if given.valid_to is not None and given.valid_to <= now:
        raise WrongState(_("This grant has ended already."))
    if not normal(command.reason):
        raise _invalid("reason", "reason", _("Give the reason."))
    end = max(now, given.valid_from, command.at or now)
    if given.valid_to is not None and end > given.valid_to:
        raise _invalid(
            "at", "grant-longer", _("A grant is not made longer. Propose a new one that begins when it ends.")
        )
    before = _facts(given)
    given.valid_to = end
    user = session.get_one(User, given.account_id)
    _journal(session, user, "grant.ended", by, before=before, after=_facts(given), reason=command.reason)
    return given


def close_account(session: Session, command: CloseAccount, *, by: Actor) -> User:
    """Somebody has left: ends the sign-in, every token and every grant. Raises `NotFound` or `Forbidden`."""
    user = _account(session, command.login, locked=True)
    held = queries.live_grants(session, user.id)
    for given in held:
        _may_administer(by, given.post)
    if not held:
        _may_administer(by, db.node_post())
    for given in held:
        end_grant(session, EndGrant(given.id, command.reason), by=by)
    for token in queries.tokens_of(session, user.id):
        _revoke(session, user, token, by)
    _end_sign_ins(session, user)
    user.active = False
    _journal(session, user, "account.closed", by, after={"active": False}, reason=command.reason)
    return user


def set_password(session: Session, command: SetPassword, *, by: Actor) -> User:
    """A new password from the node's own commands; the old sign-in and the lock end. Raises `Forbidden`, `Invalid`, `NotFound`."""
    if by.person != SYSTEM_PERSON:
        raise Forbidden(_("A password is set by its owner, or by a command on the machine itself."))
    user = _account(session, command.login, locked=True)
    _refuse(rules.of_password(command.password, user.login))
    user.password = passwords.hashed(command.password)
    user.fs_uniquifier = uuid4().hex
    user.failed, user.locked_until = 0, None
    _end_sign_ins(session, user)
    _journal(session, user, "account.password_set", by)
    return user


def issue_token(session: Session, command: IssueToken, *, by: Actor) -> str:
    """Makes a token and gives its text, which is not kept. The scope `decide` ends after 12 hours at the latest.

    Raises `Forbidden`, `Invalid`, `NotFound`, or `WrongState` for a login without a live grant.
    """
    user = _account(session, command.login)
    if by.person != SYSTEM_PERSON and (by.person, by.login) != (user.person_id, user.login):
        raise Forbidden(_("A token is made by its owner, or by a command on the machine itself."))
    by.need_scope("decide")
    roles = frozenset(g.role for g in queries.live_grants(session, user.id))
    if not roles or not user.active:
        raise WrongState(_("“{login}” holds no grant at present, so a token would open nothing.", login=user.login))
    _refuse(rules.of_token(command, roles))
    scopes = command.scopes if command.scopes is not None else scopes_of(roles)
    now = db.now(session)
    expires = now + dt.timedelta(days=command.days)
    shown = tokens.fresh()
    token = ApiToken(
        id=shown.id, account_id=user.id, label=normal(command.label), digest=shown.digest, scopes=_ordered(scopes),
        created_at=now, expires_at=expires,
        decide_until=min(expires, now + rules.DECIDE_FOR) if Scope.DECIDE in scopes else None,
    )  # fmt: skip
    session.add(token)
    session.flush()
    after = {"token": token.id, "scopes": token.scopes, "expires_at": expires, "decide_until": token.decide_until}
    _journal(session, user, "token.issued", by, after=after)
    return shown.text


def revoke_token(session: Session, command: RevokeToken, *, by: Actor) -> None:
    """Ends a token: its owner may, and an administrator. To anybody else it does not exist. Raises `NotFound`."""
    token = session.get(ApiToken, command.token, with_for_update=True)
    user = session.get(User, token.account_id) if token else None
    if token is None or user is None:
        raise NotFound()
    if by.person not in (SYSTEM_PERSON, user.person_id) and by.grant(("administrator",), db.node_post()) is None:
        raise NotFound()
    if token.revoked_at is None:
        _revoke(session, user, token, by)


def _revoke(session: Session, user: User, token: ApiToken, by: Actor) -> None:
    token.revoked_at = db.now(session)
    _journal(session, user, "token.revoked", by, after={"token": token.id, "revoked_at": token.revoked_at})


def _end_sign_ins(session: Session, user: User) -> None:
    session.execute(delete(SignIn).where(SignIn.account_id == user.id))


def lock_dormant(session: Session, *, by: Actor, limit: int = 200) -> int:
    """Locks accounts that nobody has used for a month: no sign-in, no token, until two persons unlock them. A due task of
    the node. Gives how many were locked."""
    _only_the_node(by)
    due = queries.dormant_now(session, db.now(session) - rules.DORMANT_AFTER, limit)
    for user in due:
        user.dormant_at = db.now(session)
        _end_sign_ins(session, user)
        after = {"dormant_at": user.dormant_at, "last_active": user.last_active}
        _journal(session, user, "account.dormant", by, after=after)
    return len(due)


def end_lapsed(session: Session, *, by: Actor, limit: int = 200) -> int:
    """Takes away the sign-ins of those whose last grant has ended; they opened nothing any more. A due task of the node."""
    _only_the_node(by)
    lapsed = queries.lapsed(session, limit)
    for user in lapsed:
        _end_sign_ins(session, user)
        _journal(session, user, "account.lapsed", by)
    return len(lapsed)


def unlock_approved(session: Session, login: str, reason: str, proposed_by: UUID, *, by: Actor) -> User:
    """Opens a dormant account again: somebody proposed it, and `by` has just approved.

    Raises `Forbidden` where it belongs to one of the two, `NotFound`, or `WrongState` if it is not dormant.
    """
    by.need(("administrator",), db.node_post())
    by.need_scope("decide")
    user = _account(session, login, locked=True)
    if user.person_id in (by.person, proposed_by):
        raise Forbidden(_("Nobody unlocks his own account. Ask another administrator."))
    must_be_dormant(user)
    before = {"dormant_at": user.dormant_at}
    user.dormant_at, user.woken_at = None, db.now(session)
    user.failed, user.locked_until = 0, None
    _journal(session, user, "account.unlocked", by, before=before, after={"dormant_at": None}, reason=reason)
    return user


def must_be_dormant(user: User) -> None:
    """Raises `WrongState` for an account that needs no unlocking."""
    if not user.active:
        raise WrongState(_("The account “{login}” is closed.", login=user.login))
    if user.dormant_at is None:
        raise WrongState(_("The account “{login}” is not locked for want of use.", login=user.login))


def _only_the_node(by: Actor) -> None:
    if not by.is_node:
        raise Forbidden(_("This takes two persons: propose it, and let another one approve it."))


def _may_keep(by: Actor) -> None:
    """An administrator of this node, or of one of its posts."""
    if not by.is_node:
        if "administrator" not in by.roles():
            raise Forbidden()
        by.need_scope("decide")


def _may_administer(by: Actor, post: str) -> None:
    """The other administration also holds the role “system”; only this node's own actor may do without a grant."""
    if by.person == SYSTEM_PERSON:
        return
    by.need(("administrator",), post)
    by.need_scope("decide")


def _account(session: Session, login: str, *, locked: bool = False) -> User:
    user = queries.find_for_change(session, login) if locked else queries.find(session, login)
    if user is None:
        raise NotFound(_("There is no login “{login}”.", login=login))
    return user


def _refuse(found: list[Finding]) -> None:
    if found:
        raise Invalid(found[0].message if len(found) == 1 else None, findings=found)


def _invalid(field: str, rule: str, message: Text) -> Invalid:
    return Invalid(message, findings=[Finding(pointer(field), rule, message)])


def _ordered(scopes: frozenset[str] | frozenset[Scope]) -> list[str]:
    return [s.value for s in Scope if s in scopes]


def _facts(given: AccessGrant) -> dict[str, Any]:
    names = ("role", "post", "party", "valid_from", "valid_to", "granted_by")
    proposal = {"proposal": given.proposal_id} if given.proposal_id else {}
    return {"grant": given.id, **{name: getattr(given, name) for name in names}, **proposal}


def _journal(session: Session, user: User, event: str, by: Actor, **what: Any) -> None:
    journal.record(session, by=by, event=event, kind="account", subject=user.id, post=db.node_post(), **what)
