"""The verbs of a permit: issue, print, revoke. Rendering never reads live tables."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clearance import documents, queries
from app.clearance.cose import Claims, digest_of
from app.clearance.documents import Source
from app.clearance.keys import PostKeys
from app.clearance.models import Permit, PermitPrint
from app.core import canonical, journal, numbering, outbox
from app.core.actors import Actor
from app.core.db import now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, compact
from forms import FORMS

ISSUING = ("supervisor",)
FORM, VERSION = "clearance_permit", 1
SERIES = "CP"
LANGUAGES = ("en", "tg", "ru", "fa_AF", "ps")
KIND = "permit"


@dataclass(frozen=True)
class Printed:
    """A print as handed over: its PDF and its place in the register."""

    permit: Permit
    copy: int
    pdf: bytes
    sha256: str


def check_languages(languages: tuple[str, ...]) -> tuple[str, str]:
    """Two different languages of the five, or `Invalid`."""
    if len(languages) != 2 or len(set(languages)) != 2 or not set(languages) <= set(LANGUAGES):
        message = _("Choose two different languages of: {choices}.", choices=", ".join(LANGUAGES))
        raise Invalid(findings=[Finding("/languages", "permit.languages", message)])
    return languages[0], languages[1]


def issue(
    session: Session,
    declaration: UUID,
    source: Source,
    days: int,
    languages: tuple[str, ...],
    keys: PostKeys,
    *,
    by: Actor,
) -> Printed:
    """Issues the permit of what is released: draws its number, freezes its content, signs and keeps the PDF.

    There is one permit in force for a declaration. Where it is good for the same goods a second call finds it and raises
    `WrongState`; where it has expired, or more was let go since, the new one takes its place.
    """
    by.need_scope("decide")
    grant = by.need(ISSUING, source.post.code)
    pair = check_languages(languages)
    post = source.post.code
    replaced = _make_room(session, declaration, source, by=by)
    year, number, at = numbering.draw(session, post, SERIES)
    official = numbering.official_number(post, year, number, SERIES)
    until = at.astimezone(ZoneInfo(source.post.time_zone)).date() + dt.timedelta(days=days)
    frozen = documents.content(source, documents.Issue(official, at, until, by.name, keys.key_id))
    pdf = _rendered(FORMS[FORM, VERSION], frozen.as_json(), pair, keys, at)
    permit = Permit(
        post=post,
        id=uuid7(),
        declaration_id=declaration,
        number=official,
        mrn=source.mrn,
        reference=source.reference,
        form=FORM,
        form_version=VERSION,
        content=frozen.as_json(),
        languages=list(pair),
        key_id=keys.key_id,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=at,
        valid_until=until,
        issued_by=by.person,
        issued_name=by.name,
        plate=compact(frozen.vehicle.plate),
        supersedes=replaced.number if replaced else None,
        only_items=None if source.whole else sorted(source.numbers),
        revoked_at=None,
        revoked_reason=None,
        revoked_by=None,
    )
    session.add(permit)
    session.flush()
    _keep_print(session, permit, 0, pair, "", permit.sha256, at, by=by)
    after = {
        "number": official,
        "sha256": permit.sha256,
        "form": f"{FORM}/{VERSION}",
        "languages": list(pair),
        "declaration": declaration,
        "valid_until": until,
        "supersedes": permit.supersedes,
    }
    journal.record(
        session, by=by, event="permit.issued", kind=KIND, subject=permit.id, post=post, after=after, role=grant.role
    )
    payload = {"number": official, "mrn": source.mrn, "reference": source.reference}
    outbox.put(session, post=post, topic="permit.issued", subject=permit.id, payload=payload, at=at)
    return Printed(permit, 0, pdf, permit.sha256)


def _make_room(session: Session, declaration: UUID, source: Source, *, by: Actor) -> Permit | None:
    """The permit that the new one takes the place of. Raises `WrongState` where the one in force will do."""
    post, at = source.post.code, now(session)
    there = queries.in_force(session, post, declaration, lock=True)
    if there is None:
        return queries.last_revoked(session, post, declaration)
    expired = not there.is_valid(at.astimezone(ZoneInfo(source.post.time_zone)).date())
    if not expired and source.numbers <= there.covered(source.numbers):
        raise WrongState(
            _("Permit {number} is already issued. Print a copy of it.", number=there.number),
            facts={"number": there.number},
        )
    _revoke(session, there, "expired" if expired else "more was released", at, by=by, role=ISSUING[0])
    return there


def print_copy(
    session: Session, number: str, languages: tuple[str, ...], reason: str, keys: PostKeys, *, by: Actor
) -> Printed:
    """Prints the frozen content again, marked COPY n, signed anew; what is kept is its SHA-256 and why."""
    by.need_scope("decide")
    permit = queries.by_number(session, number, lock=True)
    grant = by.need(ISSUING, permit.post)
    pair = check_languages(languages or tuple(permit.languages))
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "print.reason", _("Say why another copy is printed."))])
    if permit.revoked_at is not None:
        raise WrongState(_("Permit {number} is revoked and is not printed any more.", number=number))
    at = now(session)
    copy = queries.next_copy(session, permit)
    form = FORMS[permit.form, permit.form_version]
    pdf = _rendered(form, permit.content, pair, keys, at, copy=copy, reason=reason)
    sha256 = hashlib.sha256(pdf).hexdigest()
    _keep_print(session, permit, copy, pair, reason, sha256, at, by=by)
    after = {"copy": copy, "sha256": sha256, "languages": list(pair)}
    journal.record(
        session,
        by=by,
        event="permit.printed",
        kind=KIND,
        subject=permit.id,
        post=permit.post,
        after=after,
        reason=reason,
        role=grant.role,
    )
    return Printed(permit, copy, pdf, sha256)


def revoke(session: Session, number: str, reason: str, *, by: Actor) -> Permit:
    """Withdraws a permit; a new one may then be issued and takes its place."""
    by.need_scope("decide")
    permit = queries.by_number(session, number, lock=True)
    grant = by.need(ISSUING, permit.post)
    if not reason.strip():
        raise Invalid(findings=[Finding("/reason", "revocation.reason", _("Say why the permit is revoked."))])
    if permit.revoked_at is not None:
        raise WrongState(_("Permit {number} is already revoked.", number=number))
    _revoke(session, permit, reason, now(session), by=by, role=grant.role)
    return permit


def withdraw(session: Session, post: str, declaration: UUID, reason: str, *, by: Actor, role: str) -> Permit | None:
    """Revokes the permit in force, if there is one, because of another deed on its declaration, which the caller's verb
    allows to `by` in `role`: what it says is not so any more."""
    permit = queries.in_force(session, post, declaration, lock=True)
    if permit is not None:
        _revoke(session, permit, reason, now(session), by=by, role=role)
    return permit


def _revoke(session: Session, permit: Permit, reason: str, at: dt.datetime, *, by: Actor, role: str) -> None:
    permit.revoked_at, permit.revoked_reason, permit.revoked_by = at, reason, by.person
    session.flush()
    journal.record(
        session,
        by=by,
        event="permit.revoked",
        kind=KIND,
        subject=permit.id,
        post=permit.post,
        after={"revoked_at": permit.revoked_at, "number": permit.number},
        reason=reason,
        role=role,
    )


def _rendered(
    form: ModuleType,
    content: dict[str, Any],
    pair: tuple[str, str],
    keys: PostKeys,
    at: dt.datetime,
    *,
    copy: int = 0,
    reason: str = "",
) -> bytes:
    """The signed PDF of frozen content in the form it was issued in; its data is the content's canonical JSON, and the
    QR code vouches for that."""
    frozen = form.ClearancePermit.from_json(content)
    data = canonical.encode(content)
    zone = ZoneInfo(frozen.post.time_zone)
    end = dt.datetime.combine(frozen.valid_until, dt.time(23, 59, 59), tzinfo=zone)
    claims = Claims(
        issuer=frozen.post.country,
        permit=frozen.number,
        mrn=frozen.mrn,
        post=frozen.post.code,
        issued_at=at.replace(microsecond=0),
        expires_at=end.astimezone(dt.UTC),
        plate=frozen.vehicle.plate,
        gross_kg=str(frozen.totals.gross_kg),
        items=frozen.totals.items,
        data_digest=digest_of(data),
        value=str(frozen.invoice_total),
        currency=frozen.currency,
        copy=copy,
    )
    pdf: bytes = form.render(
        frozen,
        languages=pair,
        qr_text=keys.sign_qr(claims),
        data=data,
        copy=copy,
        copy_reason=reason,
        signer=keys.pdf_signer,
        printed_at=at,
    )
    return pdf


def _keep_print(
    session: Session,
    permit: Permit,
    copy: int,
    pair: tuple[str, str],
    reason: str,
    sha256: str,
    at: dt.datetime,
    *,
    by: Actor,
) -> None:
    session.add(
        PermitPrint(
            post=permit.post,
            id=uuid7(),
            permit_id=permit.id,
            copy=copy,
            languages=list(pair),
            reason=reason,
            sha256=sha256,
            person=by.person,
            name=by.name,
            at=at,
        )
    )
