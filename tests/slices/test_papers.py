"""Official papers: issued once, frozen, copied with a reason, and told from what a newer one has replaced."""

from __future__ import annotations

import io

import pypdf
import pytest

from app.clearance.keys import KeyStore
from app.core import db
from app.core.errors import Invalid, NotFound, WrongState
from app.flows import papers as flow
from app.flows.papers import Ask
from app.payments import queries as owed
from tests.factories import lives
from tests.factories.actors import officer, other_trader, trader


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


@pytest.fixture(autouse=True)
def alone(session):
    lives.alone()


def printed(keys, record, kind, of="", languages=("en", "fa_AF"), reason="", *, by=None):
    with db.transaction() as session:
        return flow.print_paper(session, Ask(record.reference, kind, of, languages, reason), keys, by=by or officer())


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def digits(pdf: bytes) -> str:
    """The text without what groups digits, so that an amount is found however it is spaced."""
    return "".join(c for c in text_of(pdf) if c.isdigit() or c == ".")


def test_a_notice_says_what_the_assessment_says(keys):
    record = lives.lodged(lives.due(4))
    made = printed(keys, record, "assessment-notice")
    assert made.copy == 0 and made.pdf.startswith(b"%PDF")
    with db.reading() as session:
        kept = owed.assessment(session, record.post, record.id)
    assert record.mrn in text_of(made.pdf)
    assert str(kept.total) in digits(made.pdf)
    for item in kept.result["items"]:
        for line in item["lines"]:
            assert line["amount"] in digits(made.pdf)


def test_it_is_issued_once_and_then_copied_with_a_reason(keys):
    record = lives.lodged(lives.due(1))
    first = printed(keys, record, "assessment-notice")
    with pytest.raises(Invalid):
        printed(keys, record, "assessment-notice")
    again = printed(keys, record, "assessment-notice", reason="the driver lost it", languages=("tg", "ru"))
    assert (again.paper.number, again.copy, again.paper.content) == (first.paper.number, 1, first.paper.content)
    assert again.pdf != first.pdf


def test_a_receipt_waits_for_the_payment_and_an_exit_note_for_the_gate(keys):
    record = lives.lodged(lives.due(1))
    with pytest.raises((NotFound, WrongState)):
        printed(keys, record, "payment-receipt")
    with pytest.raises((NotFound, WrongState)):
        printed(keys, record, "exit-note")
    lives.paid(record)
    receipt = printed(keys, record, "payment-receipt")
    with db.reading() as session:
        payment = owed.payments(session, record.post, record.id)[-1]
    assert payment.number in text_of(receipt.pdf) and str(payment.amount) in digits(receipt.pdf)


def test_the_sad_shows_every_item(keys):
    record = lives.lodged(lives.due(5))
    sheet = printed(keys, record, "sad", languages=("tg", "ru"))
    assert record.mrn in text_of(sheet.pdf)
    assert len(pypdf.PdfReader(io.BytesIO(sheet.pdf)).pages) >= 3, "one item on the main sheet, three on each other"


def test_a_firm_prints_its_own_and_no_other(keys):
    record = lives.lodged(lives.due(1))
    assert printed(keys, record, "assessment-notice", by=trader()).pdf.startswith(b"%PDF")
    with pytest.raises(NotFound):
        printed(keys, record, "assessment-notice", by=other_trader())
