"""Checking permits against what this node trusts and has withdrawn."""

from __future__ import annotations

from flask import current_app

from app.clearance import queries
from app.clearance.keys import KeyStore
from app.clearance.verification import Verdict, verify
from app.core import db


def verdict_on(document: bytes | str) -> Verdict:
    """The verdict on a PDF or QR text, with the permits this node has revoked or replaced."""
    keys: KeyStore = current_app.extensions["guzar_keys"]
    with db.reading() as session:
        revoked, superseded = queries.withdrawn(session)
        moment = db.now(session)
    return verify(document, keys.trust(), revoked=revoked, superseded=superseded, now=moment)
