"""Keys of other administrations: two persons look at each before it vouches here for anything, and two take it back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.approvals.models import Proposal
from app.clearance import queries
from app.clearance.commands import RevokeNeighbour, TrustNeighbour
from app.clearance.models import NeighbourKey
from app.clearance.trust import KeyRecord, TrustBundle
from app.core import canonical, journal
from app.core.actors import Actor
from app.core.db import node_post, now
from app.core.errors import Finding, Invalid, WrongState
from app.core.ids import uuid7
from app.core.text import _, excerpt, normal

TRUST, REVOKE = "neighbour.trust", "neighbour.revoke"
PROPOSING = ("administrator",)
#: Nobody changes more keys than these at once.
MOST = 50
LARGEST = 200_000  # characters of a bundle
_SUBJECTS = UUID("8a4ce30a-76a8-49e5-9b2b-7a5f64b0f1d1")


def propose_trust(session: Session, command: TrustNeighbour, *, by: Actor) -> Proposal:
    """Puts the new keys of another administration before a second person. Raises `Invalid` for what is no bundle of public
    keys of that administration, and where there is none that is not known here."""
    by.need_scope("decide")
    role = by.need(PROPOSING, node_post()).role
    reason = _reason(command.reason)
    fresh = _fresh(session, command)
    keys = [{"key_id": r.key_id, "post": r.post, "record": r.as_json(), "sha256": digest(r)} for r in fresh]
    payload = {"administration": command.administration, "keys": keys}
    noted = {"administration": command.administration, "keys": [k["key_id"] for k in keys]}
    subject, reference = uuid5(_SUBJECTS, command.administration), f"KEYS-{command.administration}"
    wish = approvals.Propose(node_post(), TRUST, subject, reference, payload, reason, noted)
    return approvals.propose(session, wish, by=by, role=role)


def _fresh(session: Session, command: TrustNeighbour) -> list[KeyRecord]:
    own = node_post()[:2]
    if command.administration == own or not _is_name(command.administration):
        raise _refused("/administration", "neighbour.name", _("Name another administration, such as AF."))
    if len(command.bundle) > LARGEST:
        raise _refused("/bundle", "neighbour.bundle", _("This is too large for a bundle of public keys."))
    try:
        bundle = TrustBundle.from_json(command.bundle)
        found = [record for record in bundle.keys if _is_sound(record)]
    except (ValueError, TypeError):
        found, bundle = [], TrustBundle()
    if not bundle.keys or len(found) < len(bundle.keys) or len(found) > MOST:
        message = _(
            "This is no bundle of public keys. Ask the neighbour for the file that “flask permits trust” writes there."
        )
        raise _refused("/bundle", "neighbour.bundle", message)
    others = sorted({r.administration for r in found} - {command.administration})
    if others:
        message = _(
            "There are keys of {others} in it. Take the file of the administration itself.", others=", ".join(others)
        )
        raise _refused("/bundle", "neighbour.others-keys", message)
    known = {key.key_id for key in queries.neighbour_keys(session, command.administration)}
    fresh = [record for record in found if record.key_id not in known and record.revoked_at is None]
    if not fresh:
        raise _refused("/bundle", "neighbour.known", _("All keys in it are known here already."))
    return fresh


def _is_name(name: str) -> bool:
    return 2 <= len(name) <= 17 and name.isascii() and name.isalnum() and name.upper() == name


def _is_sound(record: KeyRecord) -> bool:
    """Whether the parts are what they say, so that nothing fails where papers are checked."""
    bundle = TrustBundle((record,))
    return bool(
        bundle.qr_keys
        and len(record.key_id) == 16
        and record.chain
        and _is_name(record.administration)
        and isinstance(record.not_before, dt.datetime)
        and record.not_before.tzinfo is not None
        and record.not_after.tzinfo is not None
    )


def enact_trust(session: Session, proposal: Proposal, /, *, by: Actor) -> list[NeighbourKey]:
    """What an approved proposal does: papers signed with these keys are believed from now on."""
    said = approvals.must_be_approved(proposal, TRUST, by=by)
    at, known = now(session), {key.key_id for key in queries.neighbour_keys(session)}
    made = [
        NeighbourKey(
            id=uuid7(),
            administration=said["administration"],
            key_id=key["key_id"],
            record=key["record"],
            sha256=key["sha256"],
            trusted_post=proposal.post,
            trusted_by=proposal.id,
            trusted_at=at,
            revoked_post=None,
            revoked_by=None,
            revoked_at=None,
            compromised=False,
        )
        for key in said["keys"]
    ]
    if any(key.key_id in known for key in made):
        raise WrongState(_("Some of these keys are known by now. Reject it and let it be proposed again."))
    session.add_all(made)
    session.flush()
    for key in made:
        _note(session, key, "trusted", proposal, by=by)
    return made


def propose_revoke(session: Session, command: RevokeNeighbour, *, by: Actor) -> Proposal:
    """Asks a second person to believe a key of a neighbour no more. `compromised`: nothing that it ever signed counts."""
    by.need_scope("decide")
    role = by.need(PROPOSING, node_post()).role
    reason = _reason(command.reason)
    key = queries.neighbour_key(session, command.key_id)
    _must_be_trusted(key)
    payload = {"administration": key.administration, "key_id": key.key_id, "compromised": command.compromised}
    wish = approvals.Propose(node_post(), REVOKE, key.id, f"KEY-{key.key_id}", payload, reason)
    return approvals.propose(session, wish, by=by, role=role)


def enact_revoke(session: Session, proposal: Proposal, /, *, by: Actor) -> NeighbourKey:
    """What an approved proposal does."""
    said = approvals.must_be_approved(proposal, REVOKE, by=by)
    key = queries.neighbour_key(session, str(said["key_id"]), lock=True)
    _must_be_trusted(key)
    at = now(session)
    key.revoked_post, key.revoked_by, key.revoked_at = proposal.post, proposal.id, at
    key.compromised = bool(said["compromised"])
    session.flush()
    _note(session, key, "revoked", proposal, by=by, compromised=key.compromised)
    return key


def _must_be_trusted(key: NeighbourKey) -> None:
    if key.revoked_at is not None:
        raise WrongState(_("This key is trusted no more already."))


def digest(record: KeyRecord) -> str:
    """SHA-256 of the canonical JSON of a key's public half: what the two persons compare with the neighbour's own."""
    return canonical.digest(canonical.plain(record.as_json()))


def _reason(reason: str) -> str:
    words = normal(reason)
    if not words or len(words) > 2000:
        raise _refused("/reason", "neighbour.reason", _("Say how the key came here and with whom it was compared."))
    return words


def _refused(pointer: str, rule: str, message: Any) -> Invalid:
    return Invalid(findings=[Finding(pointer, rule, message)])


def _note(session: Session, key: NeighbourKey, event: str, proposal: Proposal, *, by: Actor, **more: Any) -> None:
    journal.record(
        session,
        by=by,
        event=f"neighbour-key.{event}",
        kind="neighbour_key",
        subject=key.id,
        post=node_post(),
        after={
            "administration": excerpt(key.administration),
            "key": key.key_id,
            "sha256": key.sha256,
            "proposed_by": proposal.proposed_login,
            **more,
        },
        reason=proposal.reason,
    )
