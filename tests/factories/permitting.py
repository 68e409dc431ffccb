"""Permits for trucks that are to leave, where the permit is not what a test is about."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from app.clearance.keys import KeyStore
from app.clearance.models import Permit
from app.core import db
from app.core.actors import Actor
from app.core.errors import WrongState
from app.declarations.models import Declaration
from app.flows import permits
from tests.factories.actors import supervisor


@cache
def keys() -> KeyStore:
    """Keys of their own, made once a run and thrown away with it."""
    folder = Path(tempfile.mkdtemp(prefix="guzar-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return KeyStore(folder, "TJ")


def permitted(declaration: Declaration, *, by: Actor | None = None) -> Permit:
    """A new permit for what may go."""
    with db.transaction() as session:
        who = by or supervisor(declaration.post)
        return permits.issue(session, declaration.reference, (), keys(), by=who).permit


def with_permit(declaration: Declaration) -> Declaration:
    """The same declaration, with a permit that lets through what may go; without, where nothing may go."""
    with contextlib.suppress(WrongState):
        permitted(declaration)
    return declaration
