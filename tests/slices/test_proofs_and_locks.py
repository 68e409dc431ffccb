"""Preferences whose proofs must be registered; licences that are registered late; and the locks of goods that come out of
suspense with a certificate."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from app.core import db
from app.core.errors import Invalid
from app.declarations import schemas
from app.declarations.commands import LodgeDeclaration
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.flows import approving, assessing, code_lists, dues, lodging, settling
from app.inspections import queries as inspected
from app.payments import operations as payments
from app.payments.commands import SetStandingOrder
from app.reference.queries import codebook, forget
from tests.factories import cases, lives, warehouses
from tests.factories.counting import statements
from tests.factories.actors import PARTY, POST, administrator, officer, supervisor, trader
from tests.slices.test_counted_certificates import (
    certified,
    covers,
    duties,
    licensed,
    lodged,
    preferred,
    registered,
    told,
    trousers,
    used,
)
from tests.slices.test_life_races import at_once

#: The free trade area as shipped, with the word that its proofs must be registered.
STRICT = (
    "code,en,valid_from,valid_to,source,verified,basis,documents,group,registered\n"
    "CIS,Origin in the free trade area of the CIS,2000-01-01,,order 12,true,origin,{proofs},CIS-FTA,{word}\n"
)


def in_force(word, proofs="861 862 864"):
    with db.transaction() as session:
        text = STRICT.format(word=word, proofs=proofs)
        proposal = code_lists.propose(session, "preference", text.encode(), "order 12", by=administrator())
    with db.transaction() as session:
        approving.approve(session, proposal.id, "read", by=supervisor())
    forget()
    with db.reading() as session:
        codebook(session)


def anew(declaration):
    with db.transaction() as session:
        return dues.anew(session, declaration.reference, "registered now", None, by=officer())


class TestProofs:
    """Where the list of preferences says that only registered proofs count."""

    @pytest.fixture(autouse=True)
    def strict(self, session):
        warehouses.alone()
        in_force("yes")
        yield
        forget()

    def test_a_proof_that_is_not_registered_gives_nothing_until_it_is(self):
        answer = lodged(preferred())
        declaration = answer.declaration
        ((place, sentence),) = told(answer, "preference.not-registered")
        assert place == "/items/0/documents/0"
        assert "CT-1 is not registered" in sentence and "item 1 has the ordinary rates" in sentence
        assert "Have customs register the proof" in sentence
        assert covers(declaration) == [("preference", "CT-1", "0", True)]
        assert [(rate, under) for rate, _base, _amount, under in duties(declaration)] == [("15.00", None)]
        id = certified("preference", "2000")
        anew(declaration)
        assert used(id) == 2000 and covers(declaration) == [("preference", "CT-1", "2000.000", True)]
        assert [(rate, under) for rate, _base, _amount, under in duties(declaration)] == [("0.00", "CT-1")]
        with db.reading() as session:
            warnings = dues.of(session, cases.again(declaration), by=officer()).warnings
        assert not [w for w in warnings if w.rule.startswith("preference.")]

    def test_of_one_that_waits_it_is_told_once_that_it_waits(self):
        registered("preference", "2000")
        answer = lodged(preferred())
        assert not told(answer, "preference.not-registered")
        assert [place for place, _said in told(answer, "preference.not-covered")] == ["/items/0/documents/0"]

    def test_without_any_proof_it_is_told_at_the_preference_and_of_a_common_paper_once(self):
        """A proof of another type is none, although it is among the documents that must be there."""
        body = trousers(items=2, origin="UZ", preference="CIS")
        body["documents"] = [*body.get("documents", ()), {"type": "862", "number": "CT-9", "date": "2026-11-01"}]
        in_force("yes", proofs="861")
        ((place, sentence), (other, _)) = told(lodged(body), "preference.not-registered")
        assert (place, other) == ("/items/0/preference", "/items/1/preference") and "names no proof" in sentence
        in_force("yes")
        ((place, sentence),) = told(lodged(body), "preference.not-registered")
        assert place == f"/documents/{len(body['documents']) - 1}" and "item 1, 2 has" in sentence

    def test_where_no_rate_grants_it_nothing_is_asked(self):
        assert not told(lodged(preferred(origin="CN")), "preference.not-registered")


@pytest.mark.usefixtures("session")
def test_without_that_word_a_proof_counts_as_it_is_declared():
    warehouses.alone()
    in_force("")
    answer = lodged(preferred())
    forget()
    assert not told(answer, "preference.not-registered")
    assert covers(answer.declaration) == [("preference", "CT-1", None, False)]


@pytest.mark.usefixtures("session")
def test_only_a_preference_of_origin_has_proofs_to_register():
    text = STRICT.format(word="yes", proofs="861").replace(",origin,", ",exemption,")
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        code_lists.propose(session, "preference", text.encode(), "order 12", by=administrator())
    assert [f.rule for f in refused.value.findings] == ["reference.proof-missing"]


@pytest.mark.usefixtures("session")
def test_a_licence_that_is_registered_after_lodging_for_too_little_stops_what_waits_for_money_alone():
    warehouses.alone()
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, PARTY, False), by=trader())
    declaration = lodged(licensed()).declaration
    assert declaration.status == "assessed"
    certified("licence", "1500")
    anew(declaration)
    found = cases.again(declaration)
    assert (found.status, found.lane) == ("selected", "yellow")
    with db.reading() as session:
        assert inspected.open_one(session, POST, declaration.id).kind == "documents"


@pytest.mark.usefixtures("session")
def test_of_two_quotas_entered_at_once_only_one_comes_into_force(monkeypatch):
    with monkeypatch.context() as at_the_same_moment:
        at_the_same_moment.setattr(certificates, "overlapping", lambda *_what: None)
        one, other = registered("quota"), registered("quota", valid_from=dt.date(2020, 1, 2))
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        exemptions.settle(session, one, approved=True, reason="", by=supervisor())
    assert [f.rule for f in refused.value.findings] == ["exemption.quota-open"]
    with db.transaction() as session:
        exemptions.settle(session, other, approved=False, reason="entered twice", by=supervisor())
    with db.transaction() as session:
        assert exemptions.settle(session, one, approved=True, reason="", by=supervisor()).status == "in_force"


@pytest.mark.usefixtures("session")
def test_what_is_asked_of_the_database_does_not_grow_with_the_items(engine):
    """Each item names a proof, a licence, and a quota that nobody has opened."""
    warehouses.alone()
    for kind in ("preference", "licence"):
        certified(kind, "900000")
    body = preferred(licence={"number": "LIC-1"}, quota="Q-1", items=3)
    asked = []
    for count in (3, 300):
        declared = schemas.read({**body, "items": [{**body["items"][0], "number": n + 1} for n in range(count)]})
        with db.transaction() as session, statements(engine) as sent:
            codes, at = codebook(session), db.now(session)
            sent.clear()
            found = assessing.calculate(session, declared, codes, at, lock=True, by=trader())
            assert len(found.grants) == 2 * count
            asked.append(len(sent))
    assert asked[0] == asked[1] <= 4


class TestLocks:
    """On a database of their own that really commits: goods come out of a warehouse with the certificate that the goods in
    it are being amended to name."""

    @pytest.fixture(autouse=True)
    def bound(self, own_database):
        warehouses.alone()
        yield
        forget()

    def test_who_takes_out_waits_for_who_amends_before_he_holds_a_certificate(self, monkeypatch):
        assert self.both(monkeypatch) == (2, [])

    def test_otherwise_they_would_stop_each_other(self, monkeypatch):
        """Sabotage: the race above would see it."""
        monkeypatch.setattr(settling, "hold_earlier", lambda *_what: [])
        done, refused = self.both(monkeypatch)
        assert done == 1 and [type(each) for each in refused] == [OperationalError]

    @staticmethod
    def both(monkeypatch):
        """Who amends holds the warehouse declaration, and goes on once the other holds the certificate, or waits for him."""
        certified("preference", "9000")
        placed = warehouses.placed()
        named = preferred()["items"][0]
        proof = {name: named[name] for name in ("origin", "preference", "documents")}
        out = warehouses.leaving(placed.mrn, "300.000", 10)
        out["items"][0].update(proof)
        asked = lives.asked_to_amend(placed, lambda words: words["items"][0].update(proof), by=officer())
        holds, calculate, reassess = threading.Event(), assessing.calculate, settling.reassess

        def slowly(*what, **how):
            found = calculate(*what, **how)
            holds.set()
            time.sleep(0.3)
            return found

        def second(*what, **how):
            holds.wait(1)
            return reassess(*what, **how)

        monkeypatch.setattr(assessing, "calculate", slowly)
        monkeypatch.setattr(settling, "reassess", second)
        return at_once(
            lambda session: approving.approve(session, asked.proposal.id, "agreed", by=supervisor()),
            lambda session: lodging.lodge(session, LodgeDeclaration(schemas.read(out)), by=trader()),
        )
