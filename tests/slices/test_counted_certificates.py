"""Proofs of origin, quotas and licences whose quantity is written off: exactly, by whoever comes first, and given back."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core import db
from app.core.errors import Invalid, NotFound, WrongState
from app.declarations import schemas
from app.declarations.commands import Decide, Invalidate, LodgeDeclaration, PartlyRelease
from app.exemptions import operations as exemptions
from app.exemptions import queries as certificates
from app.exemptions.commands import RegisterCertificate
from app.exemptions.models import Certificate
from app.flows import amending, approving, assessing, code_lists, deciding, dues, leaving, lodging, settling
from app.reference.queries import codebook, forget
from app.registers import integrity
from app.risk import queries as risk
from tests.factories import cases, lives, mandates, warehouses
from tests.factories.actors import (
    OTHER_PARTY,
    PARTY,
    POST,
    administrator,
    auditor,
    officer,
    other_trader,
    supervisor,
    trader,
)
from tests.faults import adding
from tests.slices.test_life_races import at_once

LONG_AGO, LATE = dt.date(2020, 1, 1), dt.date(2099, 12, 31)
#: Within Q-1 trousers pay 2 %, as long as it lasts.
INSIDE = (
    "code,en,valid_from,valid_to,source,verified,administration,tax,commodity,kind,percent,quota\n"
    "TJ.duty.q1,Duty within quota Q-1,2020-01-01,,decree 9,true,TJ,duty,6203,ad-valorem,2,Q-1\n"
    "TJ.duty.q2,Duty within quota Q-2,2020-01-01,,decree 9,true,TJ,duty,6203,ad-valorem,3,Q-2\n"
)
DOLLAR = Decimal("8.8038")


def opened_at_law():
    with db.transaction() as session:
        proposal = code_lists.propose(session, "tax_rate", INSIDE.encode(), "decree 9", by=administrator())
    with db.transaction() as session:
        approving.approve(session, proposal.id, "read", by=supervisor())
    forget()
    with db.reading() as session:  # or threads that begin together go on with the codes of before
        codebook(session)


@pytest.fixture(autouse=True)
def bound(session):
    warehouses.alone()
    yield
    session.flush()
    assert integrity.compare(session)[1] == []
    assert adding.up(session) == []


@pytest.fixture
def law(bound):
    """Rates within the quota Q-1."""
    opened_at_law()
    yield
    forget()


of_quota = pytest.mark.usefixtures("law")


def registered(kind, granted="1000", /, **changes):
    command = {
        "post": POST, "number": {"preference": "CT-1", "quota": "Q-1", "licence": "LIC-1"}[kind], "issuer": "Chamber",
        "source": "treaty 1", "holder": "" if kind == "quota" else PARTY, "measure": "net_kg", "granted": Decimal(granted),
        "valid_from": LONG_AGO, "valid_to": LATE, "kind": kind, **changes,
    }  # fmt: skip
    with db.transaction() as session:
        return exemptions.register(session, RegisterCertificate(**command), by=officer()).id


def certified(kind, granted="1000", /, **changes):
    id = registered(kind, granted, **changes)
    with db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=supervisor())
    return id


def used(id):
    with db.reading() as session:
        return certificates.find(session, id, by=auditor()).used


def trousers(net="2000.000", *, items=1, party=PARTY, **changes):
    """Two tonnes of trousers for 9200.00 USD an item, that is 80994.96 TJS."""
    body = lives.lane("yellow", lives.due(items))
    for one in body["items"]:
        one.update({"net_kg": net, "documents": [], **changes})
    body["consignee"]["id"] = body["declarant"]["id"] = party
    return body


def preferred(net="2000.000", number="CT-1", **more):
    proof = {"type": "861", "number": number, "date": "2026-11-01"}
    return trousers(net, **{"origin": "UZ", "preference": "CIS", "documents": [proof], **more})


def within(net="2000.000", **more):
    return trousers(net, quota="Q-1", **more)


def licensed(net="2000.000", number="LIC-1", **more):
    """Goods that are not under control, so that the licence alone can stand in their way; on the green lane."""
    body = trousers(net, licence={"number": number}, **more)
    del body["transport"]["trailer"]
    return body


def lodged(body, *, by=None):
    with db.transaction() as session:
        return lodging.lodge(session, LodgeDeclaration(schemas.read(body)), by=by or trader())


def due(declaration):
    with db.reading() as session:
        return dues.of(session, declaration, by=auditor()).result


def duties(declaration, item=0):
    lines = due(declaration)["items"][item]["lines"]
    return [(x["rate"], Decimal(x["base"]), x["amount"], x["under"]) for x in lines if x["tax"] == "duty"]


def covers(declaration, item=0):
    return [(c["kind"], c["number"], c["quantity"], c["kept"]) for c in due(declaration)["items"][item]["covers"]]


def told(answer, *rules):
    return [(f.pointer, str(f.message)) for f in answer.warnings if f.rule in rules]


# Proofs of origin ----------------------------------------------------------------------------------------------------


def test_the_preference_reaches_as_far_as_the_proof_and_no_further():
    """500 of 2000 kg, a quarter of 80994.96: nothing on 20248.74, 15 % of 60746.22 = 9111.933; VAT 14 % of 90106.893."""
    id = certified("preference", "500", origins=("UZ", "KZ"), commodities=("62",))
    answer = lodged(preferred())
    ((place, sentence),) = told(answer, "preference.not-covered")
    assert place == "/items/0/documents/0" and "only 500.000 of 2000.000 kg were left" in sentence
    assert duties(answer.declaration) == [
        ("0.00", Decimal("20248.74"), "0.00", "CT-1"),
        ("15.00", Decimal("60746.22"), "9111.93", None),
    ]
    (vat,) = [x for x in due(answer.declaration)["items"][0]["lines"] if x["tax"] == "vat"]
    assert (vat["base"], vat["amount"]) == ("90106.893", "12614.97")
    assert covers(answer.declaration) == [("preference", "CT-1", "500.000", True)] and used(id) == 500
    with db.reading() as session:
        checked = lodging.check(session, preferred(), by=trader())
    assert [f.pointer for f in checked if f.rule == "preference.not-covered"] == ["/items/0/documents/0"]


def test_a_proof_that_is_not_registered_is_accepted_as_declared_and_marked():
    answer = lodged(preferred(number="CT-2"))
    assert duties(answer.declaration) == [("0.00", Decimal("80994.96"), "0.00", "CT-2")]
    assert covers(answer.declaration) == [("preference", "CT-2", None, False)]
    assert told(answer, "preference.not-covered", "exemption.not-granted") == []


def test_without_a_claim_nothing_is_taken_of_a_proof():
    id = certified("preference")
    answer = lodged(preferred(preference=None))
    assert used(id) == 0 and covers(answer.declaration) == [] and told(answer, "preference.not-covered") == []
    lodged(preferred(origin="CN"))
    assert used(id) == 0, "no rate grants the preference to these goods"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"origins": ("KZ",)}, "it is for goods of KZ"),
        ({"commodities": ("10",)}, "it is for other goods"),
        ({"valid_to": dt.date(2020, 12, 31)}, "it has expired"),
        ({"measure": "units", "unit": "NAR"}, "it counts in the unit NAR"),
    ],
    ids=["origin", "goods", "day", "unit"],
)
def test_a_registered_proof_that_does_not_fit_gives_no_preference(changes, why):
    certified("preference", "9000", **changes)
    answer = lodged(preferred())
    ((place, sentence),) = told(answer, "preference.not-covered")
    assert place == "/items/0/documents/0" and why in sentence
    assert duties(answer.declaration) == [("15.00", Decimal("80994.96"), "12149.24", None)]
    assert covers(answer.declaration) == [("preference", "CT-1", "0", True)]


def test_a_group_of_countries_is_an_origin_and_money_a_measure():
    id = certified("preference", "2300", origins=("CIS-FTA",), measure="value", currency="USD")
    answer = lodged(preferred())
    assert used(id) == 2300 and duties(answer.declaration)[0][1] == Decimal("20248.74")


def test_a_registered_proof_for_other_goods_leaves_them_to_their_own():
    """One for the whole declaration, another one, which nobody keeps, for the second item."""
    id = certified("preference", "9000", commodities=("6203",))
    body = preferred(items=2, documents=[])
    body["documents"].append({"type": "861", "number": "CT-1", "date": "2026-11-01"})
    body["items"][1].update(commodity="620520", documents=[{"type": "861", "number": "CT-9", "date": "2026-11-01"}])
    answer = lodged(body)
    assert used(id) == 2000 and told(answer, "preference.not-covered") == []
    assert covers(answer.declaration, 1) == [("preference", "CT-9", None, False)]


def test_another_firm_s_proof_needs_its_mandate():
    id = certified("preference", "9000")
    body = preferred()
    body["declarant"]["id"] = OTHER_PARTY
    answer = lodged(body, by=other_trader())
    ((place, sentence),) = told(answer, "exemption.mandate")
    assert place == "/items/0/documents/0/number" and "does not count for item 1" in sentence
    assert used(id) == 0 and duties(answer.declaration)[0][0] == "15.00"
    mandates.given()
    lodged({**body, "local_reference": "T-M"}, by=other_trader())
    assert used(id) == 2000


# Given back ----------------------------------------------------------------------------------------------------------


def amended(declaration, bend):
    asked = lives.asked_to_amend(declaration, bend)
    with db.transaction() as session:
        amending.accept(
            session, amending.SettleRequest(declaration.reference, asked.amendment.id, "agreed"), by=officer()
        )


@pytest.mark.parametrize(("kind", "body"), [("preference", preferred), ("quota", within), ("licence", licensed)])
@of_quota
def test_what_is_amended_refused_or_invalidated_is_given_back(kind, body):
    id = certified(kind, "3000")
    first, other = lodged(lives.lane("yellow", body())).declaration, lodged(lives.lane("yellow", body())).declaration
    assert used(id) == 3000
    amended(first, lambda words: words["items"][0].update(net_kg="1500.000"))
    assert used(id) == 2500
    with db.transaction() as session:
        dues.anew(session, other.reference, "what was given back", None, by=officer())
    assert used(id) == 3000 and Decimal(_taken(other)) == 1500
    with db.transaction() as session:
        deciding.decide(session, Decide(first.reference, "refuse", "not wanted"), by=officer())
    assert used(id) == 1500
    with db.transaction() as session:
        asked = amending.invalidate(session, Invalidate(other.reference, "declared in error"), by=officer())
    with db.transaction() as session:
        approving.approve(session, asked.proposal.id, "agreed", by=supervisor())
    assert used(id) == 0


def _taken(declaration):
    with db.reading() as session:
        return sum(exemptions.held(session, declaration.post, declaration.id).values())


@of_quota
def test_of_a_release_in_part_what_is_let_go_stays_written_off():
    id = certified("quota", "5000")
    declaration = lodged(within(items=2)).declaration
    lives.paid(declaration)
    with db.transaction() as session:
        leaving.partly_release(
            session, PartlyRelease(declaration.reference, (1,), "the rest is looked at"), by=officer()
        )
    for decision in ("hold", "refuse"):
        with db.transaction() as session:
            deciding.decide(session, Decide(declaration.reference, decision, "not wanted"), by=officer())
    assert used(id) == 2000


@of_quota
def test_what_was_written_off_stays_when_the_quota_is_withdrawn():
    id = certified("quota", "5000")
    declaration = lodged(within()).declaration
    with db.transaction() as session:
        exemptions.withdraw(session, id, "opened in error", by=supervisor())
    amended(declaration, lambda words: words["items"][0].update(net_kg="1800.000"))
    assert used(id) == 1800 and duties(cases.again(declaration))[0][0] == "2.00"
    later = lodged(within())
    assert used(id) == 1800 and "customs has withdrawn it" in told(later, "quota.not-covered")[0][1]


# Quotas --------------------------------------------------------------------------------------------------------------


@of_quota
def test_whoever_comes_first_has_the_quota_and_the_rest_pays_the_ordinary_rate():
    """Of 3000 kg the first firm has 2000, the other one half of what it wants: 2 % and 15 % of 40497.48."""
    id = certified("quota", "3000", commodities=("6203",), origins=("CN",))
    first = lodged(within()).declaration
    assert duties(first) == [("2.00", Decimal("80994.96"), "1619.90", "Q-1")]
    answer = lodged(within(party=OTHER_PARTY), by=other_trader())
    assert duties(answer.declaration) == [
        ("2.00", Decimal("40497.48"), "809.95", "Q-1"), ("15.00", Decimal("40497.48"), "6074.62", None),
    ]  # fmt: skip
    ((place, sentence),) = told(answer, "quota.not-covered")
    assert place == "/items/0/quota" and "only 1000.000 of 2000.000 kg were left of it" in sentence
    third = lodged(within())
    assert "it is exhausted" in told(third, "quota.not-covered")[0][1] and duties(third.declaration)[0][0] == "15.00"
    assert used(id) == 3000


@of_quota
@pytest.mark.parametrize(
    ("changes", "why"),
    [({"origins": ("UZ",)}, "it is for goods of UZ"), ({"commodities": ("10",)}, "it is for other goods")],
)
def test_a_quota_is_for_its_goods(changes, why):
    id = certified("quota", **changes)
    assert why in told(lodged(within()), "quota.not-covered")[0][1] and used(id) == 0


@of_quota
def test_only_the_period_of_the_day_counts_and_a_number_that_is_not_open_is_told():
    past = certified("quota", valid_to=dt.date(2020, 12, 31))
    answer = lodged(within())
    ((place, sentence),) = told(answer, "quota.unknown")
    assert place == "/items/0/quota" and "No quota Q-1 is open" in sentence
    present = certified("quota", "5000", valid_from=dt.date(2021, 1, 1))
    assert told(lodged(within()), "quota.unknown", "quota.not-covered") == []
    assert (used(past), used(present)) == (0, 2000)
    answer = lodged(trousers(quota="Q-77"))
    with db.reading() as session:
        said = dues.of(session, answer.declaration, by=trader()).warnings
    assert [f.pointer for f in said if f.rule == "quota.not-granted"] == ["/items/0/quota"]


@of_quota
def test_a_quota_is_seen_by_all_once_it_is_in_force_and_counts_only_then():
    id = registered("quota")
    assert "customs has not put it in force yet" in told(lodged(within()), "quota.not-covered")[0][1]
    with db.reading() as session:
        assert certificates.visible(session, by=other_trader()) == []
        with pytest.raises(NotFound):
            certificates.find(session, id, by=other_trader())
    with db.transaction() as session:
        exemptions.settle(session, id, approved=True, reason="", by=supervisor())
    with db.reading() as session:
        assert [c.id for c in certificates.visible(session, by=other_trader())] == [id]


@pytest.mark.parametrize(
    ("kind", "changes", "where", "rule"),
    [
        ("quota", {"holder": PARTY}, "/holder", "exemption.holder-of-quota"),
        ("preference", {"holder": " "}, "/holder", "exemption.blank"),
        ("preference", {"taxes": ("duty",)}, "/taxes", "exemption.taxes-of-kind"),
        ("licence", {"origins": ("Uzbekistan!",)}, "/origins/0", "exemption.origin"),
        ("licence", {"kind": "permission"}, "/kind", "exemption.kind"),
        ("quota", {"valid_from": dt.date(2026, 1, 1)}, "/valid_from", "exemption.quota-open"),
    ],
)
def test_a_certificate_is_registered_as_its_kind_asks(kind, changes, where, rule):
    registered("quota")
    with pytest.raises(Invalid) as refused:
        registered(kind, **changes)
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [(where, rule)]


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [("kind", "'quota'", "quota_for_all"), ("kind", "'other'", "kind_known"), ("taxes", "'{duty}'", "frees_or_counts")],
)
def test_the_database_holds_it_too(session, column, value, check):
    registered("preference")
    named = {c.key: c.key for c in Certificate.__table__.columns}
    named |= {"id": "gen_random_uuid()", "number": "'CT-8'", column: value}
    copied = f"INSERT INTO exemption_certificate ({', '.join(named)}) SELECT {', '.join(named.values())} FROM exemption_certificate"
    with pytest.raises(IntegrityError, match=check), session.begin_nested():
        session.execute(text(copied))


# Licences ------------------------------------------------------------------------------------------------------------


def test_a_licence_for_too_little_never_refuses_lodging_and_holds_the_goods_until_another_covers_the_rest():
    id = certified("licence", "1500")
    answer = lodged(licensed())
    declaration = answer.declaration
    ((place, sentence),) = told(answer, "licence.exceeded")
    assert place == "/items/0/licence" and "only 1500.000 of 2000.000 kg were left" in sentence and used(id) == 1500
    assert declaration.lane == "yellow" and declaration.status == "selected"
    with db.reading() as session:
        facts = risk.assessment(session, POST, declaration.id).facts
    assert "licence.exceeded" in facts["missing"]
    release = Decide(declaration.reference, "release", "agrees")
    with pytest.raises(WrongState) as refused, db.transaction() as session:
        deciding.decide(session, release, by=officer())
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [("/items/0/licence", "licence.exceeded")]
    certified("licence", "9000", number="LIC-2")
    amended(declaration, lambda words: words["items"][0].update(licence={"number": "LIC-2"}))
    assert used(id) == 0
    cases.decided(cases.again(declaration))
    assert cases.again(declaration).status in ("assessed", "released")


def test_a_licence_that_covers_everything_leaves_the_goods_on_their_lane():
    id = certified("licence", "2000")
    declaration = lodged(licensed()).declaration
    assert used(id) == 2000 and declaration.lane == "green"


def test_an_item_may_need_several_licences_and_one_that_is_not_registered_is_a_paper_like_others():
    one, two = certified("licence"), certified("licence", "5000", number="LIC-2")
    body = licensed()
    body["items"][0]["documents"] = [{"type": "911", "number": "LIC-2"}, {"type": "911", "number": "LIC-3"}]
    answer = lodged(body)
    assert (used(one), used(two)) == (1000, 2000)
    assert [place for place, _ in told(answer, "licence.exceeded")] == ["/items/0/licence"]


def test_another_firm_s_licence_does_not_let_the_goods_go_without_its_mandate():
    id = certified("licence", "9000")
    body = licensed()
    body["declarant"]["id"] = OTHER_PARTY
    answer = lodged(body, by=other_trader())
    assert [place for place, _ in told(answer, "licence.exceeded")] == ["/items/0/licence/number"]
    assert used(id) == 0 and answer.declaration.lane == "yellow"


# At once -------------------------------------------------------------------------------------------------------------


def eight(body):
    words = [schemas.read(body(f"{n + 1}00.000")) for n in range(8)]
    return [lambda s, d=d: lodging.lodge(s, LodgeDeclaration(d), by=trader()) for d in words]


def taken(id):
    with db.reading() as session:
        rows = session.execute(
            text("SELECT sum(quantity) FROM exemption_write_off WHERE certificate_id = :id"), {"id": id}
        )
        said = session.execute(
            text(
                "SELECT sum((c ->> 'quantity')::numeric) FROM assessment, jsonb_array_elements(result -> 'items') i, "
                "jsonb_array_elements(i -> 'covers') c"
            )
        )
        return rows.scalar_one(), said.scalar_one()


class TestRaces:
    """On a database of their own that really commits."""

    @pytest.fixture(autouse=True)
    def bound(self, own_database):
        warehouses.alone()
        opened_at_law()
        yield
        forget()

    @pytest.mark.parametrize(("kind", "body"), [("preference", preferred), ("quota", within)])
    def test_eight_want_3600_of_2000_and_have_exactly_that(self, kind, body):
        id = certified(kind, "2000")
        done, refused = at_once(*eight(body))
        assert (done, refused) == (8, []), "nobody is refused: the rest pays the ordinary rate"
        assert used(id) == 2000 and taken(id) == (2000, 2000)

    def test_while_some_give_back_others_take_and_nothing_is_lost(self):
        id = certified("quota", "2000")
        before = [lodged(within("500.000")).declaration.reference for _ in range(4)]
        leaving = [
            lambda s, r=r: amending.invalidate(s, Invalidate(r, "declared in error"), by=officer()) for r in before
        ]
        done, refused = at_once(*eight(within)[4:], *leaving)
        assert (done, refused) == (8, [])
        assert used(id) == taken(id)[0] <= 2000
        with db.reading() as session:
            assert integrity.compare(session)[1] == [] and adding.up(session) == []

    def test_two_change_quotas_with_each_other(self):
        assert self.changed_with_each_other() == (2, [])

    def test_without_one_order_they_would_stop_each_other(self, monkeypatch):
        """Sabotage: who gives back first and asks for the other one then holds what somebody else waits for."""
        gate, gave_back = threading.Barrier(2, timeout=10), settling._give_back
        monkeypatch.setattr(assessing, "hold_certificates", lambda *_what, **_by: None)

        def together(*what, **by):
            found = gave_back(*what, **by)
            gate.wait()
            return found

        monkeypatch.setattr(settling, "_give_back", together)
        done, refused = self.changed_with_each_other()
        assert done == 1 and [type(each) for each in refused] == [OperationalError]

    @staticmethod
    def changed_with_each_other():
        for number in ("Q-1", "Q-2"):
            certified("quota", "4000", number=number)
        pair = [lodged(trousers(quota=number)).declaration for number in ("Q-1", "Q-2")]
        asked = []
        for declaration, number in zip(pair, ("Q-2", "Q-1"), strict=True):
            wanted = lives.asked_to_amend(declaration, lambda words, n=number: words["items"][0].update(quota=n))
            asked.append(amending.SettleRequest(declaration.reference, wanted.amendment.id, "agreed"))
        return at_once(*[lambda s, one=one: amending.accept(s, one, by=officer()) for one in asked])

    def test_without_the_lock_more_is_promised_than_there_is(self, monkeypatch):
        """Sabotage: the race above would see it."""
        id = certified("quota", "2000")
        plain = certificates.named
        monkeypatch.setattr(certificates, "named", lambda s, h, n, *, lock, **more: plain(s, h, n, lock=False, **more))
        _done, refused = at_once(*eight(within))
        assert refused or used(id) != 2000 or taken(id) != (2000, 2000)
