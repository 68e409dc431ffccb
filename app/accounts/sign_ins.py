"""Coming in and going out: the live sign-ins of a person, failures, locks, fresh proof of presence.

The password itself is checked at the edge, by the sign-in extension; what follows from a good or a bad one is decided here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from app.accounts.models import ApiToken, SignIn, User
from app.accounts.roles import DeviceKind
from app.accounts.rules import FAILURES_ALLOWED, LOCKED_FOR
from app.core import db, journal
from app.core.actors import Actor


def record_failed(session: Session, user: User, *, what: str, address: str, by: Actor) -> None:
    """Counts a wrong password, code or passkey; the fifth in a row locks the account. The caller holds the row's lock."""
    now = db.now(session)
    if user.locked_until is not None and user.locked_until <= now:
        user.failed, user.locked_until = 0, None
    user.failed = min(user.failed + 1, FAILURES_ALLOWED)
    _journal(session, user, "account.sign_in_failed", by, what=what, address=address, failed=user.failed)
    if user.failed >= FAILURES_ALLOWED and user.locked_until is None:
        user.locked_until = now + LOCKED_FOR
        _journal(session, user, "account.locked", by, locked_until=user.locked_until)


def open_sign_in(
    session: Session,
    user: User,
    *,
    second_factor: bool,
    address: str,
    by: Actor,
    device_kind: DeviceKind = DeviceKind.DESK,
) -> UUID:
    """Starts the person's sign-in and gives its id for the cookie. Whatever sign-in the person had on this kind of device,
    on any account, ends."""
    now = db.now(session)
    key = uuid4()  # unguessable, unlike the ordered keys of other tables
    values: dict[str, Any] = {
        "account_id": user.id, "id": key, "started_at": now, "verified_at": now, "seen_at": now,
        "second_factor": second_factor, "address": address[:45],
    }  # fmt: skip
    put = insert(SignIn).values(person_id=user.person_id, device_kind=device_kind.value, **values)
    session.execute(put.on_conflict_do_update(index_elements=[SignIn.person_id, SignIn.device_kind], set_=values))
    user.failed, user.locked_until, user.last_active = 0, None, now
    _journal(
        session,
        user,
        "account.signed_in",
        by,
        address=address,
        second_factor=second_factor,
        device_kind=device_kind.value,
        device=by.device,
    )
    return key


def verify_again(session: Session, user: User, sign_in: UUID, *, by: Actor) -> None:
    """The person has just proved to be there: decisions are open again for a quarter of an hour."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in).values(verified_at=func.guzar_now(), seen_at=func.guzar_now())
    )
    user.failed, user.locked_until = 0, None
    _journal(session, user, "account.verified_again", by)


def add_second_factor(session: Session, user: User, sign_in: UUID | None, *, what: str, by: Actor) -> None:
    """A code generator or passkey was set up and has just worked; it counts for the present sign-in too."""
    if sign_in is not None:
        session.execute(update(SignIn).where(SignIn.id == sign_in).values(second_factor=True))
    _journal(session, user, "account.second_factor_added", by, what=what)


def drop_second_factor(session: Session, user: User, *, what: str, by: Actor) -> None:
    """A code generator was switched off, or a passkey removed."""
    _journal(session, user, "account.second_factor_dropped", by, what=what)


def password_changed(session: Session, user: User, *, by: Actor) -> None:
    """The person has chosen a new password; the password itself is nobody's business."""
    _journal(session, user, "account.password_changed", by)


def close_sign_in(session: Session, user: User, sign_in: UUID, *, by: Actor) -> None:
    """Signs out; the cookie is worthless from now on."""
    session.execute(delete(SignIn).where(SignIn.id == sign_in))
    _journal(session, user, "account.signed_out", by)


def moved_to_field(session: Session, user: UUID, sign_in: UUID, *, by: Actor) -> None:
    """The device was registered just now: the present sign-in is one of the field from now on, beside that of a desk."""
    field = DeviceKind.FIELD.value
    session.execute(delete(SignIn).where(SignIn.person_id == by.person, SignIn.device_kind == field, SignIn.id != sign_in))
    session.execute(update(SignIn).where(SignIn.id == sign_in).values(device_kind=field))
    journal.record(
        session, by=by, event="account.moved-to-field", kind="account", subject=user, post=db.node_post(),
        after={"device_kind": field},
    )  # fmt: skip


def end_in_field(session: Session, person: UUID) -> None:
    """The person's telephone or tablet is locked out: what is signed in there ends. Journaled by the lock itself."""
    session.execute(delete(SignIn).where(SignIn.person_id == person, SignIn.device_kind == DeviceKind.FIELD.value))


def seen(session: Session, sign_in: UUID, account: UUID, *, by: Actor) -> None:
    """Notes that a request came; not journaled, and done once a minute at most."""
    # The account before the sign-in, as everywhere, so that no two of these wait for each other.
    session.execute(
        update(User).where(User.id == account, User.person_id == by.person).values(last_active=func.guzar_now())
    )
    session.execute(update(SignIn).where(SignIn.id == sign_in).values(seen_at=func.guzar_now()))


def token_seen(session: Session, token: UUID) -> None:
    """Notes that an account is in use by its token; not journaled, and done once a day at most."""
    account = select(ApiToken.account_id).where(ApiToken.id == token).scalar_subquery()
    session.execute(update(User).where(User.id == account).values(last_active=func.guzar_now()))


def _journal(session: Session, user: User, event: str, by: Actor, **after: Any) -> None:
    journal.record(
        session, by=by, event=event, kind="account", subject=user.id, post=db.node_post(), after=after or None
    )
