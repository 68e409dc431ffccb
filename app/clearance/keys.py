"""The keys that vouch for permits: a certificate authority of the administration, and a pair of keys for each post.

A post signs PDFs with P-256 (so that ordinary readers can check them) and QR codes with Ed25519 (so that they stay
small). Both belong to one key set with one id. Everything lies in a folder:

    keys/authority.json              root and issuing CA with their private keys (a root would be kept offline)
    keys/posts/TJPPJ/<key id>.json   the key sets of a post; the newest one signs, older ones only verify
    keys/trust.json                  the public bundle: all that a verifier needs, without a network

Files are 0600 in folders 0700, written whole or not at all, under one lock, so that processes starting together make
one set of keys. Private keys may move into a security module: `PostKeys` then only needs two other callbacks.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID, ObjectIdentifier

from app.clearance import cose, pades
from app.clearance.trust import KeyRecord, TrustBundle
from forms.kit.signature import Signer

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_ROOT_YEARS, _ISSUING_YEARS, _POST_YEARS = 20, 10, 2
#: Clocks of two machines may differ; a certificate is valid from a little before it was made.
_EARLIER = timedelta(minutes=10)
_YEAR = timedelta(days=365)
