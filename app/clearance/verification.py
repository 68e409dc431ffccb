"""Is this permit, or other official paper, good? From a PDF or the text of a QR code and the public trust bundle alone, without a network.

The answer never raises, whatever the bytes are; it is "no" with reasons a person at a barrier can act on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.clearance import cose, pades
from app.clearance.commands import Kind
from app.clearance.cose import Claims, CoseError
from app.clearance.pades import PadesError
from app.clearance.trust import KeyRecord, TrustBundle
from app.core.text import Text, _

#: The files inside a paper, data and QR text, as the forms name them: of a permit, and of any other.
FILES: Final = (("permit.json", "permit.qr"), ("document.json", "document.qr"))

#: Every reason for "no", with its sentence.
REASONS: Final[dict[str, Text]] = {
    "malformed": _("This is neither the PDF of an official paper nor the text of its QR code."),
    "not_signed": _("The document carries no signature. Ask for the signed paper."),
    "not_a_permit": _(
        "The document is signed by a known post, but it is neither a clearance permit nor another official paper."
    ),
    "tampered": _("The content was changed after it was signed. Do not accept it."),
    "overlay_added": _("Something was added to the document after it was signed. Do not accept it."),
    "unknown_key": _("The signature is by a key that is not in the list of trusted posts."),
    "key_revoked": _("The key of this signature has been withdrawn. Ask the issuing post for a new paper."),
    "data_mismatch": _("The parts of the document do not belong together. Do not accept it."),
    "revoked": _("The paper has been withdrawn by the post that issued it."),
    "superseded": _("A newer paper has taken the place of this one."),
    "expired": _("The permit is no longer valid: its last day has passed."),
    "late": _("The time by which the goods had to be at their destination has passed."),
    "ended": _("The transport that this paper went with has ended. It may not be used for other goods."),
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` are codes of REASONS, empty if valid; `claims` is None unless a known key vouches for them."""

    valid: bool
    reasons: tuple[str, ...]
    claims: Claims | None = None

    @property
    def kind(self) -> str:
        """What the paper is, "" unless a known key vouches for it."""
        return self.claims.type if self.claims and self.claims.type in cose.TYPES else ""

    def withdrawn(self, *, revoked: bool = False, superseded: bool = False, ended: bool = False) -> Verdict:
        """The verdict with what the node knows of the paper beside the bundle."""
        also = {"revoked": revoked, "superseded": superseded, "ended": ended}
        told = {*self.reasons, *(code for code, holds in also.items() if holds)}
        reasons = tuple(code for code in REASONS if code in told)
        return Verdict(not reasons, reasons, self.claims)

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The reasons for people."""
        return tuple(REASONS[code] for code in self.reasons)

    def as_json(self) -> dict[str, Any]:
        """`valid, reasons[], claims{}` as the command and the API give it."""
        return {
            "valid": self.valid,
            "reasons": list(self.reasons),
            "kind": self.kind,
            "claims": {} if self.claims is None else self.claims.as_json(),
        }


class _Lists:
    """What the caller knows beyond the bundle, and the time it is."""

    def __init__(
        self, bundle: TrustBundle, revoked: Iterable[str], superseded: Iterable[str], now: datetime | None
    ) -> None:
        self.bundle = bundle.with_permits(revoked=revoked, superseded=superseded)
        self.now = now or datetime.now(UTC)

    def objections(self, claims: Claims, signed_by: Iterable[tuple[KeyRecord, datetime]]) -> tuple[str, ...]:
        """What speaks against a paper whose signatures are good."""
        found: list[str] = []
        for record, signed_at in signed_by:
            if record.revoked_for(signed_at):
                found.append("key_revoked")
            elif not record.valid_on(signed_at) or record.administration != claims.issuer or record.post != claims.post:
                found.append("unknown_key")
        names = {claims.permit, f"{claims.permit}/{claims.copy}", f"{claims.permit}/v{claims.version}"}
        if names & self.bundle.revoked:
            found.append("revoked")
        if names & self.bundle.superseded:
            found.append("superseded")
        if claims.expires_at is not None and claims.expires_at < self.now:
            found.append("late" if claims.type == Kind.TRANSIT_DOCUMENT else "expired")
        return tuple(dict.fromkeys(found))


def verify(
    data: bytes | str,
    bundle: TrustBundle,
    *,
    revoked: Iterable[str] = (),
    superseded: Iterable[str] = (),
    now: datetime | None = None,
) -> Verdict:
    """The verdict on a PDF or on a QR code's text, told apart by how it begins."""
    if isinstance(data, str):
        return verify_qr(data, bundle, revoked=revoked, superseded=superseded, now=now)
    if data.lstrip()[: len(cose.PREFIX)] != cose.PREFIX.encode():
        return verify_pdf(data, bundle, revoked=revoked, superseded=superseded, now=now)
    text = data[: 2 * cose.LONGEST].decode("utf-8", "replace")
    return verify_qr(text, bundle, revoked=revoked, superseded=superseded, now=now)


def verify_qr(
    text: str,
    bundle: TrustBundle,
    *,
    revoked: Iterable[str] = (),
    superseded: Iterable[str] = (),
    now: datetime | None = None,
) -> Verdict:
    """The verdict on the text of a QR code. `revoked` and `superseded` name permits as `NUMBER` or `NUMBER/copy`."""
    try:
        return _judge_qr(text.strip("\r\n\t "), _Lists(bundle, revoked, superseded, now))
    except CoseError as error:
        return Verdict(False, (error.code,))
    except Exception:  # noqa: BLE001 - a stranger's bytes must never raise
        _log.info("A QR text could not be judged", exc_info=True)
        return Verdict(False, ("malformed",))


def verify_pdf(
    data: bytes,
    bundle: TrustBundle,
    *,
    revoked: Iterable[str] = (),
    superseded: Iterable[str] = (),
    now: datetime | None = None,
) -> Verdict:
    """The verdict on a PDF: its signature, its coverage, the data inside and the claims of its QR code."""
    try:
        return _judge_pdf(data, _Lists(bundle, revoked, superseded, now))
    except (CoseError, PadesError) as error:
        return Verdict(False, (error.code,))
    except Exception:  # noqa: BLE001 - a stranger's bytes must never raise
        # A parser met bytes its authors did not foresee; to the person at the barrier that is a bad document.
        _log.info("A document could not be judged", exc_info=True)
        return Verdict(False, ("malformed",))


def _judge_qr(text: str, lists: _Lists) -> Verdict:
    claims, kid = cose.verify_with_kid(text, lists.bundle.qr_keys)
    if claims.type not in cose.TYPES:
        return Verdict(False, ("not_a_permit",), claims)
    reasons = lists.objections(claims, [(lists.bundle.by_id[kid], claims.issued_at)])
    return Verdict(not reasons, reasons, claims)


def _judge_pdf(data: bytes, lists: _Lists) -> Verdict:
    bundle = lists.bundle
    sealed = pades.check(data, bundle.chains, bundle.roots)
    inside = sealed.attachments
    names = next((each for each in FILES if inside.keys() >= set(each)), None)
    if names is None:
        return Verdict(False, ("not_a_permit",))
    data_file, qr_file = names
    claims, kid = cose.verify_with_kid(inside[qr_file].decode("ascii"), bundle.qr_keys)
    if claims.type not in cose.TYPES:
        return Verdict(False, ("not_a_permit",), claims)
    if not _belong_together(claims, inside[data_file]):
        return Verdict(False, ("data_mismatch",), claims)
    signed_by = [
        (bundle.by_certificate[sealed.certificate], sealed.signed_at),
        (bundle.by_id[kid], claims.issued_at),
    ]
    reasons = lists.objections(claims, signed_by)
    return Verdict(not reasons, reasons, claims)


def _belong_together(claims: Claims, data: bytes) -> bool:
    if cose.digest_of(data) != claims.data_digest:
        return False
    plain = json.loads(data)
    if not isinstance(plain, dict) or plain.get("mrn") != claims.mrn:
        return False
    own = "mrn" if claims.type == Kind.SAD else "number"
    return bool(plain.get(own) == claims.permit)
