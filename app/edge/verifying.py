"""Checking official papers against what this node trusts and has withdrawn."""

from __future__ import annotations

from flask import current_app

from app.clearance import queries
from app.clearance.keys import KeyStore
from app.clearance.verification import Verdict, verify
from app.core import db
from app.registers import papers


def verdict_on(document: bytes | str) -> Verdict:
    """The verdict on a PDF or QR text, with what this node has revoked or replaced."""
    keys: KeyStore = current_app.extensions["guzar_keys"]
    with db.reading() as session:
        moment, neighbours = db.now(session), queries.neighbours(session)
    verdict = verify(document, keys.trust().merged(neighbours), now=moment)
    if verdict.claims is None or not verdict.kind:
        return verdict
    with db.reading() as session:
        revoked, superseded = papers.standing(session, verdict.claims)
        ended = papers.ended(session, verdict.claims)
    return verdict.withdrawn(revoked=revoked, superseded=superseded, ended=ended)
