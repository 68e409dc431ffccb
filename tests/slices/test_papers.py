"""Official papers: issued once, frozen, copied with a reason, and told from what a newer one has replaced."""

from __future__ import annotations

import hashlib
import io
import subprocess
from decimal import Decimal

import pypdf
import pytest

from app.clearance import queries as papers
from app.clearance.keys import KeyStore
from app.clearance.verification import verify
from app.core import db, journal
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.flows import papers as flow
from app.flows.papers import Ask
from app.payments import queries as owed
from app.registers import papers as register
from tests.factories import lives
from tests.factories.actors import auditor, inspector, officer, supervisor, trader


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def printed(keys, record, kind, of="", languages=(), reason="", *, by=None):
    with db.transaction() as session:
        return flow.print_paper(session, Ask(record.reference, kind, of, languages, reason), keys, by=by or officer())


def test_explore(keys):
    record = lives.lodged(lives.due(4))
    a = printed(keys, record, "assessment-notice", languages=("en", "fa_AF"))
    open("/tmp/guzar/p-notice.pdf", "wb").write(a.pdf)
    open("/tmp/guzar/p-notice-tg.pdf", "wb").write(printed(keys, record, "assessment-notice", languages=("tg", "ru"), reason="lost").pdf)
    open("/tmp/guzar/p-sad.pdf", "wb").write(printed(keys, record, "sad", languages=("tg", "ru")).pdf)
    lives.paid(record)
    open("/tmp/guzar/p-receipt.pdf", "wb").write(printed(keys, record, "payment-receipt", languages=("en", "fa_AF")).pdf)
    print(a.paper.number, a.paper.content["due"])
