"""The keys that vouch for permits: a certificate authority of the administration, and a pair of keys for each post.

A post signs PDFs with P-256 (so that ordinary readers can check them) and QR codes with Ed25519 (so that they stay
small). Both belong to one key set with one id. Everything lies in a folder:

    authority.json               root and issuing CA with their private keys (a root would be kept offline)
    posts/TJPPJ/<key id>.json    the key sets of a post; the newest one signs, older ones only verify
    neighbours/AF.json           the trust bundle of another administration
    trust.json                   the public bundle of all of them: what a verifier needs, without a network

Files are 0600 in folders 0700, written whole or not at all, under one lock, so that processes starting together make
one set of keys. Private keys may move into a security module: `PostKeys` then only needs two other callbacks.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID, ObjectIdentifier

from app.clearance import cose, pades
from app.clearance.trust import KeyRecord, TrustBundle
from forms.kit.signature import Signer

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_YEAR = timedelta(days=365)
_ROOT_LIFE, _ISSUING_LIFE, _POST_LIFE = 20 * _YEAR, 10 * _YEAR, 2 * _YEAR
#: Clocks differ between machines: a certificate is valid from a little before it was made.
_EARLIER = timedelta(minutes=10)
#: A key set stops signing before its certificate ends, so that no signature is younger than it.
_MARGIN = timedelta(days=1)
_NAME = re.compile(r"[A-Z0-9]{2,17}")


@dataclass(frozen=True)
class PostKeys:
    """The key set a post signs with; `record` is its public half."""

    record: KeyRecord
    pdf_signer: Signer
    sign_raw: Callable[[bytes], bytes]

    @property
    def key_id(self) -> str:
        """Printed on the permit and carried in its QR code: 16 hexadecimal digits."""
        return self.record.key_id

    def sign_qr(self, claims: cose.Claims) -> str:
        """The text for a permit's QR code."""
        return cose.sign_with(claims, bytes.fromhex(self.key_id), self.sign_raw)


@dataclass(frozen=True)
class _Authority:
    administration: str
    root: x509.Certificate
    issuing: x509.Certificate
    issuing_key: ec.EllipticCurvePrivateKey


class KeyStore:
    """The folder of keys of one node. Cheap to make; what was read is kept as long as its file does not change."""

    def __init__(self, folder: Path, administration: str) -> None:
        if not _NAME.fullmatch(administration):
            raise ValueError(f"An administration is named by capital letters, not {administration!r}")
        self.folder = folder
        self.administration = administration
        self._guard = threading.RLock()
        self._signing: dict[str, tuple[int, PostKeys]] = {}
        self._trusted: tuple[int, TrustBundle] | None = None

    # --- what others use -----------------------------------------------------------------------------------------

    def post_keys(self, post: str, now: datetime | None = None) -> PostKeys:
        """The key set the post signs with now; made if there is none, or if the last one is at its end."""
        moment = now or datetime.now(UTC)
        stamp = _changed(self._post_folder(post))
        kept = self._signing.get(post)
        if kept and kept[0] == stamp and _may_sign(kept[1].record, moment):
            return kept[1]
        keys = self._newest(post, moment) or self._make_under_lock(post, moment, force=False)
        self._signing[post] = (_changed(self._post_folder(post)), keys)
        return keys

    def roll_over(self, post: str, now: datetime | None = None) -> PostKeys:
        """A new key set for the post; what the old ones signed stays valid."""
        return self._make_under_lock(post, now or datetime.now(UTC), force=True)

    def revoke(self, key_id: str, *, compromised: bool, now: datetime | None = None) -> KeyRecord:
        """Withdraws a key set; KeyError if there is none of that id. The post gets a new one when it next signs."""
        with self._locked():
            for path in self.folder.glob(f"posts/*/{key_id}.json") if re.fullmatch("[0-9a-f]{16}", key_id) else ():
                plain = json.loads(path.read_text())
                old = KeyRecord.from_json(plain["public"])
                record = replace(
                    old,
                    revoked_at=old.revoked_at or now or datetime.now(UTC),
                    compromised=compromised or old.compromised,
                )
                _write(path, json.dumps({**plain, "public": record.as_json()}))
                self._publish()
                return record
        raise KeyError(key_id)

    def accept(self, administration: str, bundle: TrustBundle) -> None:
        """Trusts the keys of another administration; replaces what it sent before."""
        if not _NAME.fullmatch(administration) or administration == self.administration:
            raise ValueError(f"Not the name of another administration: {administration!r}")
        foreign = [record for record in bundle.keys if record.administration != administration]
        if foreign:
            raise ValueError(f"The bundle of {administration} holds keys of {foreign[0].administration}")
        with self._locked():
            _write(self.folder / "neighbours" / f"{administration}.json", bundle.to_json())
            self._publish()

    def trust(self) -> TrustBundle:
        """The public bundle: the posts of this node and of the administrations it trusts."""
        path = self.folder / "trust.json"
        stamp = _changed(path)
        if not stamp:
            return TrustBundle()
        if self._trusted is None or self._trusted[0] != stamp:
            self._trusted = (stamp, TrustBundle.from_json(path.read_bytes()))
        return self._trusted[1]

    # --- the folder ----------------------------------------------------------------------------------------------

    def _post_folder(self, post: str) -> Path:
        if not _NAME.fullmatch(post):
            raise ValueError(f"A post is named by its code, not {post!r}")
        return self.folder / "posts" / post

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, among threads and processes."""
        with self._guard:
            _folder(self.folder)
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)

    def _records(self, post: str) -> list[tuple[KeyRecord, dict[str, Any]]]:
        files = (json.loads(path.read_text()) for path in self._post_folder(post).glob("*.json"))
        return [(KeyRecord.from_json(plain["public"]), plain) for plain in files]

    def _newest(self, post: str, moment: datetime) -> PostKeys | None:
        usable = [(record, plain) for record, plain in self._records(post) if _may_sign(record, moment)]
        if not usable:
            return None
        record, plain = max(usable, key=lambda pair: (pair[0].not_before, pair[0].key_id))
        return _loaded(record, plain)

    def _make_under_lock(self, post: str, moment: datetime, *, force: bool) -> PostKeys:
        with self._locked():
            # Another process may have made it while this one waited.
            existing = None if force else self._newest(post, moment)
            return existing or self._make(post, moment)

    def _make(self, post: str, moment: datetime) -> PostKeys:
        authority = self._authority(moment)
        qr_key = Ed25519PrivateKey.generate()
        document_key = ec.generate_private_key(ec.SECP256R1())
        key_id = cose.key_id(qr_key.public_key()).hex()
        certificate = _certificate(
            f"Crossing point {post}",
            authority.administration,
            document_key.public_key(),
            authority.issuing.subject,
            authority.issuing_key,
            moment,
            _POST_LIFE,
            key_id=key_id,
        )
        record = KeyRecord(
            key_id=key_id,
            post=post,
            administration=authority.administration,
            qr_public=qr_key.public_key().public_bytes_raw(),
            chain=(_der(certificate), _der(authority.issuing)),
            root=_der(authority.root),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
        plain = {"public": record.as_json(), "document_key": _pem(document_key), "qr_key": _pem(qr_key)}
        _write(self._post_folder(post) / f"{key_id}.json", json.dumps(plain))
        self._publish()
        return _loaded(record, plain)

    def _authority(self, moment: datetime) -> _Authority:
        path = self.folder / "authority.json"
        if not path.exists():
            _write(path, json.dumps(_new_authority(self.administration, moment)))
        plain = json.loads(path.read_text())
        if plain["administration"] != self.administration:
            raise ValueError(
                f"The keys in {self.folder} belong to {plain['administration']}, not {self.administration}"
            )
        return _Authority(
            plain["administration"],
            x509.load_pem_x509_certificate(plain["root"].encode()),
            x509.load_pem_x509_certificate(plain["issuing"].encode()),
            _p256(plain["issuing_key"]),
        )

    def _publish(self) -> None:
        posts = (
            sorted(path.name for path in (self.folder / "posts").iterdir()) if (self.folder / "posts").exists() else []
        )
        own = sorted(
            (record for post in posts for record, _ in self._records(post)), key=lambda r: (r.post, r.not_before)
        )
        bundle = TrustBundle(tuple(own))
        for path in sorted((self.folder / "neighbours").glob("*.json")):
            bundle = bundle.merged(TrustBundle.from_json(path.read_bytes()))
        _write(self.folder / "trust.json", bundle.to_json())


def _may_sign(record: KeyRecord, moment: datetime) -> bool:
    return record.revoked_at is None and record.not_before <= moment <= record.not_after - _MARGIN


def _loaded(record: KeyRecord, plain: dict[str, Any]) -> PostKeys:
    qr_key = serialization.load_pem_private_key(plain["qr_key"].encode(), None)
    if not isinstance(qr_key, Ed25519PrivateKey):
        raise TypeError(f"The QR key of {record.key_id} is not Ed25519")
    return PostKeys(record, pades.signer(record.chain, _p256(plain["document_key"]), record.key_id), qr_key.sign)


# --- certificates ----------------------------------------------------------------------------------------------------


def _new_authority(administration: str, moment: datetime) -> dict[str, str]:
    root_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(
        "Customs Root CA", administration, root_key.public_key(), None, root_key, moment, _ROOT_LIFE, path=1
    )
    issuing = _certificate(
        "Customs Issuing CA",
        administration,
        issuing_key.public_key(),
        root.subject,
        root_key,
        moment,
        _ISSUING_LIFE,
        path=0,
    )
    return {
        "administration": administration,
        "root": root.public_bytes(serialization.Encoding.PEM).decode(),
        "root_key": _pem(root_key),
        "issuing": issuing.public_bytes(serialization.Encoding.PEM).decode(),
        "issuing_key": _pem(issuing_key),
    }


def _certificate(
    name: str,
    administration: str,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    moment: datetime,
    life: timedelta,
    *,
    path: int | None = None,
    key_id: str | None = None,
) -> x509.Certificate:
    """A certificate; with `path` that of an authority, with `key_id` that of a post for signing documents."""
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"Customs of {administration}"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if len(administration) == 2:
        attributes.insert(0, x509.NameAttribute(NameOID.COUNTRY_NAME, administration))
    if key_id:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, key_id))
    subject = x509.Name(attributes)
    is_authority = path is not None
    start = moment.replace(microsecond=0) - _EARLIER
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.BasicConstraints(is_authority, path), critical=True)
        .add_extension(_key_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _p256(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("The key is not a P-256 key")
    return key


# --- files -----------------------------------------------------------------------------------------------------------


def _changed(path: Path) -> int:
    """A number that differs after every change of a file or of a folder's entries; 0 if there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0
    return hash((status.st_mtime_ns, status.st_ino, status.st_size)) or 1


def _folder(path: Path) -> None:
    """Makes a folder and those above it, each for its owner alone."""
    if not path.parent.exists():
        _folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def _write(path: Path, text: str) -> None:
    """The whole file or nothing, on the disk before anybody sees it."""
    _folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
