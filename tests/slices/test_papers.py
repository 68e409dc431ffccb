"""Official papers: issued once, frozen, copied with a reason, and told from what a newer one has replaced."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import psycopg
import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.clearance import queries as papers
from app.clearance.keys import KeyStore
from app.clearance.verification import verify
from app.core import db, journal
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations import operations as declarations
from app.declarations.commands import SaveDraft, SettleRequest
from app.flows import amending, approving, dues, paying
from app.flows import papers as flow
from app.flows.papers import Ask
from app.payments import queries as owed
from app.payments.commands import Pay, PayFromAccount, ProposeRefund, Receipt
from app.registers import file, integrity
from app.registers import papers as register
from tests.factories import cases, lives, money
from tests.factories.actors import (
    PARTY,
    analyst,
    auditor,
    inspector,
    liaison,
    officer,
    other_trader,
    supervisor,
    trader,
)

KINDS = ("assessment-notice", "payment-receipt", "exit-note", "sad")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


@pytest.fixture
def alone(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def printed(keys, record, kind, of="", languages=(), reason="", *, by=None, seen=None):
    ask = Ask(record.reference, kind, of, languages, reason, seen)
    with db.transaction() as session:
        return flow.print_paper(session, ask, keys, by=by or officer())


def notice(keys, record, **more):
    return printed(keys, record, "assessment-notice", **more)


def anew(record):
    """The duties calculated again while the goods are held: another assessment, whatever its figures."""
    with db.transaction() as session:
        return dues.anew(session, record.reference, "a rate was entered", None, by=officer())


def pay(record, amount, *, by=None):
    with db.transaction() as session:
        command = Pay(Decimal(amount), "TJS", Receipt("AMONATBONK", f"N-{next(_numbers)}"))
        return paying.record_receipt(session, record.reference, command, by=by or officer(login="cashier"))[1]


_numbers = iter(range(1, 1000))


def words(pdf: bytes) -> str:
    """The text of all pages; groups of digits are joined again."""
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"(?<=\d)[\u202f\u2009\u00a0 ](?=\d{3})", "", said)


def data(pdf: bytes) -> bytes:
    return pypdf.PdfReader(io.BytesIO(pdf)).attachments["document.json"][0]


def qr(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).attachments["document.qr"][0].decode()


def verdict(keys, document):
    """As the edge asks: the document alone, then what the node knows of it."""
    with db.reading() as session:
        found = verify(document, keys.trust(), now=db.now(session))
        if found.claims is None:
            return found
        revoked, superseded = register.standing(session, found.claims)
    return found.withdrawn(revoked=revoked, superseded=superseded)


def offline(keys, document):
    """As `flask verify` asks: with the list of everything withdrawn."""
    with db.reading() as session:
        revoked, superseded = register.withdrawn(session)
        now = db.now(session)
    return verify(document, keys.trust(), revoked=revoked, superseded=superseded, now=now)


def assessment(record):
    with db.reading() as session:
        found = owed.assessment(session, record.post, record.id)
        assert found is not None
        return found


def entries(record):
    with db.reading() as session:
        return journal.history(session, record.post, "paper", str(record.id))


@pytest.mark.usefixtures("alone")
class TestIssuing:
    def test_what_is_issued_is_kept_told_and_verifies(self, keys):
        record = lives.lodged(lives.due())
        done = notice(keys, record)
        with db.reading() as session:
            paper = papers.paper_by_number(session, f"{record.mrn}-1")
            prints = papers.paper_prints(session, paper)
        assert paper.pdf == done.pdf and paper.sha256 == hashlib.sha256(done.pdf).hexdigest()
        assert [(p.copy, p.sha256, p.reason) for p in prints] == [(0, paper.sha256, "")]
        assert json.loads(data(done.pdf)) == paper.content
        (entry,) = entries(record)
        assert (entry.event, entry.role, entry.after["number"]) == ("paper.issued", "officer", paper.number)
        assert entry.after["sha256"] == paper.sha256 and entry.after["declaration"] == str(record.id)
        judged = verdict(keys, done.pdf)
        assert judged.valid and judged.kind == "assessment-notice" and judged.claims.permit == paper.number
        assert verdict(keys, qr(done.pdf)).valid

    @pytest.mark.parametrize("pair", [("en", "fa_AF"), ("tg", "ru"), ("ps", "en")])
    def test_the_paper_says_what_the_assessment_says_in_both_languages(self, keys, pair):
        record = lives.lodged(lives.due(3))
        said = words(notice(keys, record, languages=pair).pdf)
        made = assessment(record)
        figures = {made.result["total"], *made.by_tax.values()}
        for item in made.result["items"]:
            figures |= {item["customs_value"], *(line["amount"] for line in item["lines"])}
            figures |= {line["base"] for line in item["lines"]}
        missing = {figure for figure in figures if figure not in said}
        assert not missing and len(figures) >= 6
        titles = {"en": "Assessment notice", "tg": "Огоҳинома", "ru": "Уведомление"}
        assert all(title in said for tag, title in titles.items() if tag in pair)
        assert f"{made.result['items'][0]['lines'][0]['rate']} %" in said

    def test_the_content_adds_up(self, keys):
        record = lives.lodged(lives.due(2))
        pay(record, "1000.00")
        content = notice(keys, record).paper.content
        made = assessment(record)
        assert {each["tax"]: each["payable"] for each in content["sums"]} == dict(made.by_tax)
        assert Decimal(content["payable"]) == made.total == sum(Decimal(s["payable"]) for s in content["sums"])
        assert (content["paid"], Decimal(content["due"])) == ("1000.00", made.total - 1000)
        for item in content["items"]:
            assert sum(Decimal(cost["result"]) for cost in item["costs"]) == Decimal(item["customs_value"])
        vat = content["items"][0]["lines"][-1]
        assert vat["tax"] == "vat" and " + " in vat["base_of"], "what the base is made of can be added up by hand"
        assert sum(Decimal(part.replace(" ", "")) for part in vat["base_of"].split("+")) == Decimal(vat["base"])
        assert content["how_to_pay"]["purpose"] == content["number"]

    def test_taxes_stand_in_the_order_of_the_law_whichever_item_comes_first(self, keys):
        body = lives.due(2)
        body["items"][1].update(commodity="220300", supplementary={"unit": "LTR", "quantity": "2000.000"})
        record = lives.lodged(body)
        content = notice(keys, record).paper.content
        assert [each["tax"] for each in content["sums"]][:3] == ["duty", "excise", "vat"]
        excise = next(line for line in content["items"][1]["lines"] if line["tax"] == "excise")
        assert (excise["base"], excise["unit"]) == ("2000.00", "LTR"), "a quantity is no money"
        totals = json.loads(data(printed(keys, record, "sad").pdf))["totals"]
        assert [each["tax"] for each in totals][:3] == ["duty", "excise", "vat"]

    @pytest.mark.parametrize("languages", [("en",), ("en", "en"), ("en", "de"), ("en", "fa_AF", "ru"), ("", "en")])
    def test_two_of_five_languages(self, keys, languages):
        with pytest.raises(Invalid) as refused:
            notice(keys, lives.lodged(lives.due()), languages=languages)
        assert refused.value.findings[0].pointer == "/languages"

    def test_unknown_kinds_and_subjects(self, keys):
        record = lives.lodged(lives.due())
        with pytest.raises(Invalid) as refused:
            printed(keys, record, "permit")
        assert refused.value.findings[0].pointer == "/kind"
        for kind, of in (
            ("assessment-notice", "7"),
            ("payment-receipt", "x"),
            ("exit-note", "TJPPJ-X-2026-000099"),
            ("sad", "9"),
            ("sad", "-1"),
            ("sad", "١"),
        ):
            with pytest.raises(NotFound):
                printed(keys, record, kind, of)
        for kind in ("payment-receipt", "exit-note"):
            with pytest.raises(WrongState):
                printed(keys, record, kind)

    def test_the_office_issues_what_a_firm_asks_for(self, keys):
        """A firm's clerk asks; it is the post that vouches."""
        paper = notice(keys, lives.lodged(lives.due()), by=trader()).paper
        assert "TJPPJ" in paper.content["issued_by"] and paper.issued_name == "Trader"


@pytest.mark.usefixtures("alone")
class TestWho:
    @pytest.mark.parametrize(
        ("kind", "may"),
        [
            ("assessment-notice", {"trader", "officer", "inspector", "supervisor", "analyst", "auditor"}),
            ("sad", {"trader", "officer", "inspector", "supervisor", "analyst", "auditor"}),
            ("payment-receipt", {"trader", "officer", "supervisor"}),
            ("exit-note", {"trader", "officer", "inspector", "supervisor"}),
        ],
    )
    def test_each_kind_has_its_printers(self, keys, kind, may):
        record = lives.paid(lives.lodged(lives.due()))
        lives.gone(record)
        done = set()
        for by in (trader(), officer(), inspector(), supervisor(), analyst(), auditor()):
            try:
                printed(keys, record, kind, by=by, reason="for the folder")
                done.add(by.login)
            except Forbidden:
                continue
        assert done == may

    def test_others_find_nothing(self, keys):
        record = lives.lodged(lives.due())
        number = notice(keys, record).paper.number
        for by in (other_trader(), officer("TJDUS"), liaison()):
            for kind in KINDS:
                with pytest.raises(NotFound):
                    printed(keys, record, kind, by=by)
            with db.reading() as session, pytest.raises(NotFound):
                flow.original(session, number, by=by)

    def test_a_token_that_only_reads_prints_nothing(self, keys):
        record = lives.lodged(lives.due())
        with pytest.raises(Forbidden):
            notice(keys, record, by=replace(officer(), scopes=frozenset({"read"})))


@pytest.mark.usefixtures("alone")
class TestCopies:
    def test_a_second_print_is_a_copy_with_a_reason(self, keys):
        record = lives.lodged(lives.due())
        first = notice(keys, record, languages=("en", "ru"))
        with pytest.raises(Invalid) as refused:
            notice(keys, record)
        assert refused.value.findings[0].pointer == "/reason" and first.paper.number in str(
            refused.value.findings[0].message
        )
        second = notice(keys, record, reason="the bank wants one", languages=("tg", "ps"), by=trader())
        third = notice(keys, record, reason=" the driver lost it ")
        assert [second.copy, third.copy] == [1, 2]
        assert "COPY 2" in words(third.pdf).upper(), "without languages, those of the original"
        assert "НУСХАИ 1" in words(second.pdf).upper()
        assert data(first.pdf) == data(second.pdf) == data(third.pdf)
        assert all(verdict(keys, each.pdf).valid for each in (second, third))
        told = [(e.event, e.reason, e.role, (e.after or {}).get("copy")) for e in entries(record)]
        assert told == [
            ("paper.issued", "", "officer", None),
            ("paper.printed", "the bank wants one", "trader", 1),
            ("paper.printed", "the driver lost it", "officer", 2),
        ]
        with db.reading() as session:
            prints = papers.paper_prints(session, papers.paper_by_number(session, first.paper.number))
        assert [(p.copy, p.sha256) for p in prints[1:]] == [(1, second.sha256), (2, third.sha256)]

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\u202eb", "a\x00b"])
    def test_a_reason_that_is_none(self, keys, reason):
        record = lives.lodged(lives.due())
        notice(keys, record)
        with pytest.raises(Invalid) as refused:
            notice(keys, record, reason=reason)
        assert refused.value.findings[0].rule == "print.reason"

    def test_two_clicks_make_one_copy(self, keys):
        record = lives.lodged(lives.due())
        notice(keys, record)
        notice(keys, record, reason="lost", seen=0)
        with pytest.raises(ChangedMeanwhile, match="Copy 1"):
            notice(keys, record, reason="lost", seen=0)
        assert notice(keys, record, reason="lost", seen=1).copy == 2


def test_nothing_that_changes_later_changes_a_copy(own_database, keys):
    """Every live table the papers were made from is turned upside down by the owner; the copies say what was said."""
    lives.alone()
    record = lives.paid(lives.lodged(lives.due(2)))
    lives.gone(record)
    originals = [printed(keys, record, kind, languages=("en", "ru")) for kind in KINDS[:3]]
    with own_database.owner_connection() as owner:
        for guarded in ("assessment", "payment"):
            owner.execute(f"ALTER TABLE {guarded} DISABLE TRIGGER USER")
        owner.execute('UPDATE declaration_content SET header = \'{"declarant": {}, "transport": {}}\'')
        owner.execute("UPDATE declaration_item SET description = 'other', gross_kg = 1, net_kg = 1")
        owner.execute('UPDATE assessment SET result = result || \'{"total": "1.00"}\', total = 1')
        owner.execute("UPDATE post SET names = '{\"en\": \"Elsewhere\"}', time_zone = 'America/New_York'")
        owner.execute("UPDATE code SET names = '{\"en\": \"other\"}' WHERE list IN ('tax', 'fee')")
        owner.execute("UPDATE party SET name = 'Other', address = 'Elsewhere'")
        owner.execute("UPDATE payment SET settled_name = 'Somebody else'")
    for first in originals:
        again = printed(keys, record, first.paper.kind, reason="lost")
        assert data(again.pdf) == data(first.pdf) and verdict(keys, again.pdf).valid
        assert "Elsewhere" not in words(again.pdf) and "Panji Poyon" in words(again.pdf)


def test_those_who_ask_at_once_get_one_original(own_database, keys):
    lives.alone()
    barrier = threading.Barrier(4)

    def one(ask) -> str:
        barrier.wait(20)
        try:
            with db.transaction() as session:
                done = flow.print_paper(session, ask, keys, by=officer())
            return f"copy {done.copy}"
        except Invalid:
            return "a reason is asked for"

    with ThreadPoolExecutor(4) as pool:
        record = lives.lodged(lives.due())
        asks = [Ask(record.reference, "assessment-notice", reason=reason) for reason in ("", "", "lost", "lost")]
        said = sorted(pool.map(one, asks))
    assert said.count("copy 0") == 1
    assert set(said) <= {"copy 0", "copy 1", "copy 2", "a reason is asked for"}
    with db.reading() as session:
        assert session.execute(text("SELECT count(*) FROM paper")).scalar_one() == 1
        copies = session.execute(text("SELECT copy FROM paper_print ORDER BY copy")).scalars().all()
        assert copies == list(range(len(copies)))
        assert journal.verify(session, record.post)[1] == []


@pytest.mark.parametrize("table", ["paper", "paper_print"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET sha256 = sha256", "DELETE FROM {0}"])
def test_not_even_the_owner_changes_what_was_issued(own_database, keys, table, statement):
    lives.alone()
    notice(keys, lives.lodged(lives.due()))
    with own_database.owner_connection() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement.format(table))


def test_the_database_keeps_one_paper_about_one_thing(session, keys):
    lives.alone()
    number = notice(keys, lives.lodged(lives.due())).paper.number
    again = "INSERT INTO paper SELECT post, gen_random_uuid(), kind, number || 'x', declaration_id, subject, place, party, mrn, reference, form, form_version, content, languages, key_id, pdf, sha256, issued_at, issued_by, issued_name FROM paper WHERE number = :n"
    with pytest.raises(DBAPIError, match="uq_paper_subject"), session.begin_nested():
        session.execute(text(again), {"n": number})


@pytest.mark.usefixtures("alone")
class TestNotices:
    def test_a_newer_assessment_supersedes_whether_its_notice_is_issued_or_not(self, keys):
        record = lives.lodged(lives.due())
        first = notice(keys, record)
        anew(record)
        for judge in (verdict, offline):
            assert judge(keys, first.pdf).reasons == judge(keys, qr(first.pdf)).reasons == ("superseded",)
        second = notice(keys, record)
        assert second.paper.number == f"{record.mrn}-2"
        assert second.paper.content["previous"]["number"] == first.paper.number
        assert verdict(keys, second.pdf).valid and offline(keys, second.pdf).valid
        late = notice(keys, record, of="1", reason="for the appeal")
        assert (late.copy, verdict(keys, late.pdf).reasons) == (1, ("superseded",))

    def test_an_older_assessment_gets_no_notice_afterwards(self, keys):
        record = lives.lodged(lives.due())
        anew(record)
        with pytest.raises(WrongState) as refused:
            notice(keys, record, of="1")
        assert refused.value.facts == {"last": 2}

    def test_an_amendment_is_told_by_its_difference(self, keys):
        record = lives.lodged(lives.lane("yellow", lives.due()))
        first = notice(keys, record).paper.content
        assert first["final"] is False, "the goods may still be looked at"

        def dearer(body):
            body["items"][0]["invoice_value"] = body["invoice"]["total"] = "18400.00"

        asked = lives.asked_to_amend(record, dearer)
        with db.transaction() as session:
            amending.accept(session, SettleRequest(record.reference, asked.amendment.id, "agreed", None), by=officer())
        second = notice(keys, record).paper.content
        assert (second["version"], second["previous"]["payable"]) == (2, first["payable"])
        assert {s["tax"]: s["previous"] for s in second["sums"]} == {s["tax"]: s["payable"] for s in first["sums"]}
        assert Decimal(second["payable"]) > Decimal(first["payable"])

    def test_goods_that_do_not_enter_owe_nothing(self, keys):
        record = lives.lodged(lives.lane("yellow", lives.due()))
        owed_first = notice(keys, record).paper.content["payable"]
        pay(record, "500.00")
        cases.decided(record, "refuse")
        done = notice(keys, record)
        content = done.paper.content
        assert (content["payable"], content["paid"], content["due"]) == ("0.00", "500.00", "-500.00")
        assert content["previous"]["payable"] == owed_first
        assert verdict(keys, done.pdf).valid and "500.00" in words(done.pdf)


@pytest.mark.usefixtures("alone")
class TestReceipts:
    def test_each_payment_has_its_receipt_as_it_stood_then(self, keys):
        record = lives.lodged(lives.due())
        total = assessment(record).total
        first, second = pay(record, "1000.00"), pay(record, str(total - 1000))
        contents = [printed(keys, record, "payment-receipt", str(p.id)).paper.content for p in (second, first)]
        rows = [(c["number"], c["amount"], c["before"], Decimal(c["remaining"])) for c in contents]
        assert rows == [
            (second.number, str(total - 1000), "1000.00", 0),
            (first.number, "1000.00", "0.00", total - 1000),
        ]
        assert all(Decimal(c["assessed"]) == total and c["notice"] == f"{record.mrn}-1" for c in contents)
        assert all(c["issued_by"] == "Cashier" and c["allocation"] == [] for c in contents)
        assert all(c["bank"] == "Amonatbonk" for c in contents), "the name of the bank, not its code"

    def test_what_pays_everything_is_allotted_to_the_taxes(self, keys):
        record = lives.lodged(lives.due())
        made = assessment(record)
        pay(record, str(made.total))
        done = printed(keys, record, "payment-receipt", languages=("ru", "tg"))
        content = done.paper.content
        assert {a["tax"]: a["by_this"] for a in content["allocation"]} == dict(made.by_tax)
        assert [a["tax"] for a in content["allocation"]][:2] == ["duty", "vat"], "in the order of the law"
        assert content["remaining"] == "0.00" and format(made.total, "f") in words(done.pdf)
        assert "Таможенная пошлина" in words(done.pdf)

    def test_too_much_is_told(self, keys):
        record = lives.lodged(lives.due())
        total = assessment(record).total
        payment = pay(record, str(total + 7))
        content = printed(keys, record, "payment-receipt", payment.number).paper.content
        assert (content["overpaid"], content["remaining"]) == ("7.00", "0.00")

    def test_a_cancelled_payment_takes_its_receipt_along(self, keys):
        record = lives.lodged(lives.due())
        payment = pay(record, "1000.00")
        done = printed(keys, record, "payment-receipt")
        assert verdict(keys, done.pdf).valid
        with db.transaction() as session:
            paying.cancel(session, payment.id, "the note was false", by=supervisor())
        for judge in (verdict, offline):
            assert judge(keys, done.pdf).reasons == ("revoked",)
        late = printed(keys, record, "payment-receipt", str(payment.id), reason="for the court")
        assert late.copy == 1 and data(late.pdf) == data(done.pdf)

    def test_what_nobody_has_confirmed_has_no_receipt(self, keys):
        record = lives.lodged(lives.due())
        with db.transaction() as session:
            command = Pay(Decimal("10.00"), "TJS", Receipt("AMONATBONK", "C-1"))
            payment = paying.claim_receipt(session, record.reference, command, by=trader())[1]
        with pytest.raises(WrongState, match="cashier has confirmed"):
            printed(keys, record, "payment-receipt", str(payment.id))

    def test_an_account_pays_by_itself(self, keys):
        record = lives.lodged(lives.due())
        with db.transaction() as session:
            payment = paying.pay_from_account(session, record.reference, PayFromAccount(PARTY), by=trader())[1]
        with db.reading() as session:
            left = owed.account(session, record.post, PARTY, by=trader()).balance
        content = printed(keys, record, "payment-receipt", str(payment.id), by=trader()).paper.content
        assert (content["method"], content["account"], Decimal(content["balance"])) == ("account", PARTY, left)
        assert "TJPPJ" in content["issued_by"], "no cashier had a hand in it"

    def test_a_deposit_has_a_receipt_without_a_declaration(self, keys):
        with db.reading() as session:
            before = owed.account(session, "TJPPJ", PARTY, by=trader()).balance
        payment = money.deposited("250.00", PARTY, post="TJPPJ")
        with db.transaction() as session:
            done = flow.print_receipt(session, payment.id, ("en", "tg"), "", keys, by=trader())
        content = done.paper.content
        assert (content["kind"], content["mrn"], Decimal(content["balance"])) == ("deposit", "", before + 250)
        assert verdict(keys, done.pdf).valid
        with db.transaction() as session:
            again = flow.print_receipt(session, payment.id, (), "lost", keys, by=officer())
        assert again.copy == 1
        with db.reading() as session:
            assert flow.original(session, payment.number, by=trader()).pdf == done.pdf
            with pytest.raises(NotFound):
                flow.original(session, payment.number, by=other_trader())
        with db.transaction() as session, pytest.raises(NotFound):
            flow.print_receipt(session, payment.id, (), "lost", keys, by=other_trader())

    def test_money_given_back_has_its_note(self, keys):
        record = lives.lodged(lives.due())
        total = assessment(record).total
        pay(record, str(total + 40))
        with db.transaction() as session:
            command = ProposeRefund(Decimal("40.00"), "TJS", "bank", "paid twice", "Amonatbonk", "T-77")
            proposal = paying.propose_refund(session, record.reference, command, by=officer(login="cashier"))[1]
        with db.transaction() as session:
            approving.approve(session, proposal.id, "agreed", by=supervisor())
        with db.reading() as session:
            (refund,) = owed.refunds(session, record.post, record.id)
        done = printed(keys, record, "payment-receipt", refund.number)
        content = done.paper.content
        assert (content["kind"], content["amount"], content["bank_reference"]) == ("refund", "40.00", "T-77")
        assert content["issued_by"] == "Supervisor / Cashier", "two persons answer for it"
        assert Decimal(content["before"]) == total + 40 and content["reason"] == "paid twice"
        assert verdict(keys, done.pdf).claims.value == "40.00"


@pytest.mark.usefixtures("alone")
class TestExits:
    def test_the_note_says_what_left(self, keys):
        record = lives.paid(lives.lodged(lives.due(2)))
        gone = lives.gone(record)
        done = printed(keys, record, "exit-note", languages=("en", "fa_AF"))
        content = done.paper.content
        assert content["permit"] == gone.permit and gone.permit in words(done.pdf)
        assert (content["number"], content["whole"], content["issued_by"]) == (gone.number, True, "Officer")
        assert [item["number"] for item in content["items"]] == [1, 2]
        assert (content["totals"]["packages"], content["totals"]["gross_kg"]) == (240, "4900.000")
        judged = verdict(keys, done.pdf)
        assert judged.valid and judged.claims.plate == gone.plate and judged.kind == "exit-note"
        assert "4900.000" in words(done.pdf) and gone.number in words(done.pdf)

    def test_each_truck_has_its_note(self, keys):
        record = lives.paid(lives.lodged(lives.due(2)))
        first = lives.gone(record, items=(2,))
        second = lives.gone(record)
        contents = {n: printed(keys, record, "exit-note", n).paper.content for n in (first.number, second.number)}
        assert [i["number"] for i in contents[first.number]["items"]] == [2]
        assert [i["number"] for i in contents[second.number]["items"]] == [1]
        assert not contents[first.number]["whole"] and not contents[second.number]["whole"]

    def test_seals_that_differ_are_told_with_the_remark(self, keys):
        record = lives.paid(lives.lodged({**lives.due(), "seals": ["SL-1", "SL-2"]}))
        lives.gone(record, seals=("sl 1", "SL-9"), remark="changed by the veterinary")
        content = printed(keys, record, "exit-note").paper.content
        assert [(s["number"], s["state"], s["remark"]) for s in content["seals"]] == [
            ("sl 1", "intact", ""),
            ("SL-9", "replaced", ""),
            ("SL-2", "missing", ""),
        ]
        assert content["remarks"] == "changed by the veterinary"  # said once


@pytest.mark.usefixtures("alone")
class TestSad:
    def test_what_is_lodged_is_signed_and_told(self, keys):
        record = lives.lodged(lives.due(4))
        done = printed(keys, record, "sad", languages=("tg", "ru"))
        made = assessment(record)
        judged = verdict(keys, done.pdf)
        assert judged.valid and (judged.kind, judged.claims.permit, judged.claims.version) == ("sad", record.mrn, 1)
        said = words(done.pdf)
        assert record.mrn in said and format(made.total, "f") in said
        for item in made.result["items"]:
            assert item["customs_value"] in said
        (entry,) = entries(record)
        assert (entry.event, entry.after["sha256"], entry.after["version"]) == ("paper.sad-printed", done.sha256, 1)
        printed(keys, record, "sad")
        with db.reading() as session:
            assert register.issued(session, record) == [], "a print has no number and is not kept"

    def test_an_amendment_supersedes_the_print(self, keys):
        record = lives.lodged(lives.lane("yellow", lives.due()))
        first = printed(keys, record, "sad")

        def lighter(body):
            body["items"][0]["net_kg"] = "2200.000"

        asked = lives.asked_to_amend(record, lighter)
        with db.transaction() as session:
            amending.accept(session, SettleRequest(record.reference, asked.amendment.id, "agreed", None), by=officer())
        for judge in (verdict, offline):
            assert judge(keys, first.pdf).reasons == ("superseded",)
        second, old = printed(keys, record, "sad"), printed(keys, record, "sad", "1")
        assert (second.version, old.version) == (2, 1)
        assert verdict(keys, second.pdf).valid and verdict(keys, old.pdf).reasons == ("superseded",)
        assert "2200.000" in words(second.pdf) and "2300.000" in words(old.pdf)

    def test_a_draft_is_neither_signed_nor_told(self, keys, session):
        with db.transaction() as opened:
            draft = declarations.save_draft(opened, SaveDraft("TJPPJ", lives.due()), by=trader())
        done = printed(keys, draft, "sad", by=trader(), languages=("en", "ru"))
        assert verdict(keys, done.pdf).reasons == ("not_signed",)
        assert "NOT LODGED" in words(done.pdf).upper() and entries(draft) == []
        with pytest.raises(NotFound):
            printed(keys, draft, "sad")

    def test_a_draft_that_cannot_be_read_says_what_is_missing(self, keys):
        body = lives.due()
        del body["items"][0]["commodity"]
        with db.transaction() as opened:
            draft = declarations.save_draft(opened, SaveDraft("TJPPJ", body), by=trader())
        with pytest.raises(WrongState) as refused:
            printed(keys, draft, "sad", by=trader())
        assert [f.pointer for f in refused.value.findings] == ["/items/0/commodity"]

    def test_colleagues_see_who_decided_and_firms_do_not(self, keys):
        record = cases.decided(lives.lodged(lives.lane("yellow", lives.free())))
        assert json.loads(data(printed(keys, record, "sad").pdf))["control"]["officer"] == "Officer"
        own = json.loads(data(printed(keys, record, "sad", by=trader()).pdf))["control"]
        assert (own["result"], own["officer"]) == ("release", "")


@pytest.mark.usefixtures("alone")
class TestForgeries:
    def test_a_changed_paper_is_found_out(self, keys):
        pdf = notice(keys, lives.lodged(lives.due())).pdf
        for place in (200, len(pdf) // 2):
            forged = bytearray(pdf)
            forged[place] ^= 1
            assert verdict(keys, bytes(forged)).reasons == ("tampered",)
        assert verdict(keys, pdf + b"\n% more\n").reasons == ("overlay_added",)

    def test_another_administrations_list_knows_neither_key(self, keys, tmp_path):
        pdf = notice(keys, lives.lodged(lives.due())).pdf
        assert verify(pdf, KeyStore(tmp_path, "AF").trust()).reasons == ("unknown_key",)

    def test_the_claims_of_one_paper_do_not_cover_another(self, keys):
        record = lives.lodged(lives.due())
        pay(record, "1000.00")
        first, second = notice(keys, record), printed(keys, record, "payment-receipt")
        assert qr(first.pdf) != qr(second.pdf)
        kinds = [verdict(keys, qr(each.pdf)).kind for each in (first, second)]
        assert kinds == ["assessment-notice", "payment-receipt"], "a receipt never passes for a permit"

    @pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs poppler: apt-get install poppler-utils")
    def test_ordinary_readers_find_the_signatures_valid(self, keys, tmp_path):
        record = lives.paid(lives.lodged(lives.due()))
        lives.gone(record)
        for kind in KINDS:
            (tmp_path / "paper.pdf").write_bytes(printed(keys, record, kind).pdf)
            done = subprocess.run(["pdfsig", "paper.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert "Signature is Valid" in done.stdout and "Total document signed" in done.stdout, kind


@pytest.mark.usefixtures("alone")
class TestRegister:
    def test_it_tells_what_can_be_had_and_what_was_issued(self, keys):
        record = lives.lodged(lives.due())
        notice(keys, record)
        anew(record)
        lives.paid(record)
        gone = lives.gone(record)
        printed(keys, record, "exit-note")
        printed(keys, record, "exit-note", reason="lost")
        with db.reading() as session:
            lines = register.of_declaration(session, cases.again(record))
        told = [(each.kind, each.of, each.issued.copies if each.issued else None) for each in lines]
        (payment,) = [each.of for each in lines if each.kind == "payment-receipt"]
        assert told == [
            ("sad", "1", None),
            ("assessment-notice", "1", 0),
            ("assessment-notice", "2", None),
            ("payment-receipt", payment, None),
            ("exit-note", gone.number, 1),
        ]
        assert [each.issued.superseded for each in lines if each.issued] == [True, False]

    def test_an_unissued_notice_of_the_past_is_not_offered(self):
        record = lives.lodged(lives.due())
        anew(record)
        with db.reading() as session:
            lines = register.of_declaration(session, cases.again(record))
        assert [each.of for each in lines if each.kind == "assessment-notice"] == ["2"]

    def test_reading_it_takes_two_queries_however_much_there_is(self, keys, statements):
        record = lives.lodged(lives.due())
        for amount in ("10.00", "20.00", "30.00"):
            printed(keys, record, "payment-receipt", str(pay(record, amount).id))
        with db.reading() as session:
            statements.clear()
            assert len(register.of_declaration(session, record)) == 5
            assert len(statements) == 2

    def test_judging_takes_one_query(self, keys, statements):
        done = notice(keys, lives.lodged(lives.due()))
        claims = verify(done.pdf, keys.trust()).claims
        with db.reading() as session:
            statements.clear()
            assert register.standing(session, claims) == (False, False)
            assert len(statements) == 1

    def test_prints_stand_in_the_file_of_the_declaration(self, keys):
        record = lives.lodged(lives.due())
        notice(keys, record)
        with db.reading() as session:
            events = file.of(session, record.reference, by=officer(), locale="en").events
        assert "paper.issued" in [each.entry.event for each in events]
