"""A bank has one code, however somebody writes its name."""

from __future__ import annotations

import datetime as dt

import pytest

from app.payments import banks
from app.payments.commands import Receipt
from app.reference import loading
from app.reference.codebook import Codebook, Entry

CODES = loading.codebook()
TODAY = dt.date(2026, 11, 23)
BOTH = ("TJ", "AF")


def meant(said: str, administration: str = "TJ") -> str | None:
    found = banks.bank_of(CODES, said, administration, TODAY)
    return found.code if found else None


@pytest.mark.parametrize(
    "said", ["ESKHATA", "eskhata", " Eskhata ", "Bonki Eskhata", "BONKI  ESKHATA", "Бонки Эсхата", "банк эсхата"]
)
def test_one_bank_by_its_code_or_one_of_its_names(said):
    assert meant(said) == "ESKHATA"


@pytest.mark.parametrize("said", ["", "-", "Bank", "Eskhat", "Bonki Eskhata Dushanbe", "Azizi Bank", "AZIZI"])
def test_what_is_no_bank_here(said):
    assert meant(said) is None


def test_an_afghan_bank_takes_money_for_afghan_customs():
    assert (meant("عزیزی بانک", "AF"), meant("عزيزي بانک", "AF")) == ("AZIZI", "AZIZI"), "whatever the keyboard"


@pytest.mark.parametrize("administration", BOTH)
def test_each_name_of_the_release_means_one_bank(administration):
    for entry in banks.offered(CODES, administration, TODAY):
        for said in (entry.code, entry.code.lower(), *entry.names.values()):
            assert meant(said, administration) == entry.code


def test_the_release_has_banks_and_a_treasury_of_both_and_calls_none_of_them_verified():
    for administration in BOTH:
        known = banks.offered(CODES, administration, TODAY)
        assert len(known) >= 10 and [e.attributes["kind"] for e in known].count("treasury") == 1
        assert not any(e.verified for e in known) and all(len(e.names) == 5 for e in known)


def book(*rows: tuple[str, str, dt.date | None]) -> Codebook:
    begin = dt.date(2020, 1, 1)
    return Codebook.of(
        Entry("bank", code, begin, until, {"en": name}, {"administration": "TJ", "kind": "bank"})
        for code, name, until in rows
    )


def test_a_name_of_two_banks_means_neither_but_a_code_does():
    codes = book(("ONE", "The Bank", None), ("TWO", "the bank", None), ("THE-BANK", "Third", None))
    assert banks.bank_of(codes, "The Bank", "TJ", TODAY).code == "THE-BANK"
    codes = book(("ONE", "The Bank", None), ("TWO", "the bank", None))
    assert banks.bank_of(codes, "The Bank", "TJ", TODAY) is None
    assert banks.bank_of(codes, "two", "TJ", TODAY).code == "TWO"


def checked(receipt: Receipt, codes: Codebook = CODES) -> tuple[Receipt, list[tuple[str, str]]]:
    clean, found = banks.checked(codes, receipt, "TJPPJ", TODAY)
    return clean, [(f.rule, f.pointer) for f in found]


def test_a_receipt_gets_the_code_of_its_bank():
    assert checked(Receipt("Бонки Эсхата", " ab-0012 ")) == (Receipt("ESKHATA", "AB0012"), [])


def test_a_bank_is_looked_up_on_the_day_of_the_payment():
    closed = dt.date(2026, 6, 30)
    codes = book(("OLD", "Old Bank", closed))
    assert checked(Receipt("old bank", "1", closed), codes) == (Receipt("OLD", "1", closed), [])
    for day in (None, closed + dt.timedelta(days=1)):
        assert checked(Receipt("old bank", "1", day), codes)[1] == [("payment.bank", "/receipt/bank")]


def test_a_day_that_has_not_come_is_no_day_of_a_payment():
    tomorrow = TODAY + dt.timedelta(days=1)
    assert checked(Receipt("ESKHATA", "1", tomorrow))[1] == [("payment.paid-on", "/receipt/paid_on")]


def test_everything_wrong_with_a_receipt_is_told_at_once_and_which_banks_there_are():
    tomorrow = TODAY + dt.timedelta(days=1)
    found = banks.checked(CODES, Receipt("Bank", " - ", tomorrow), "TJPPJ", TODAY)[1]
    assert {f.pointer for f in found} == {"/receipt/bank", "/receipt/number", "/receipt/paid_on"}
    (bank,) = (f for f in found if f.pointer == "/receipt/bank")
    assert "AMONATBONK" in str(bank.message) and "AZIZI" not in str(bank.message)
