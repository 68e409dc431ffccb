"""The files of the release: complete, readable, and refused with file and line when they are not."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pytest

from app.core.text import fault_in
from app.reference import loading, rules, shapes
from app.reference.codebook import LISTS, LOCALES
from app.reference.commands import EnterCode

DOMAIN = Path(__file__).parents[4] / "shared" / "domain"


#: Nobody has switched a rule's severity in a release; an administration may.
MAY_BE_EMPTY = {"rule_severity", "minimum_value"}


@pytest.fixture(scope="module")
def bundle() -> loading.Bundle:
    return loading.bundle()


def test_every_list_has_as_many_codes_as_its_source(bundle):
    counted = loading.by_list(bundle.entries)
    expected = {
        "commodity": 96 + 1228 + 5612,
        "country": 249,
        "currency": 176,
        "package_kind": 406,
        "unit": 1756,
        "document_type": 728,
        "procedure": 59,
        "declaration_type": 13,
        "incoterm": 11,
        "transport_mode": 10,
        "control_type": 10,
        "controlled": 110,
        "valuation_method": 6,
        "transaction_nature": 28,
        "required_document": 17,
    }
    assert {name: counted[name] for name in expected} == expected


def test_no_list_is_missing_and_no_period_is_given_twice(bundle):
    assert set(LISTS) - set(loading.by_list(bundle.entries)) <= MAY_BE_EMPTY
    keys = [(e.list, e.code, e.valid_from) for e in bundle.entries]
    assert len(keys) == len(set(keys))


def test_the_harmonized_system_has_5612_subheadings_and_no_leftovers(bundle):
    codes = {e.code for e in bundle.entries if e.list == "commodity"}
    assert sum(len(code) == 6 for code in codes) == 5612
    assert {len(code) for code in codes} == {2, 4, 6}
    assert not {code for code in codes if code.startswith("99") or not code.isdigit()}
    assert all(code[:4] in codes and code[:2] in codes for code in codes)


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("TJ", ("Tajikistan", "Тоҷикистон", "Таджикистан", "تاجکستان", "تاجکستان")),
        ("AF", ("Afghanistan", "Афғонистон", "Афганистан", "افغانستان", "افغانستان")),
        ("UZ", ("Uzbekistan", "Ӯзбекистон", "Узбекистан", "ازبکستان", "اوزبکستان")),
        ("KG", ("Kyrgyzstan", "Қирғизистон", "Киргизия", "قرقیزستان", "قرغزستان")),
        ("CN", ("China", "Хитой", "Китай", "چین", "چین")),
        ("PK", ("Pakistan", "Покистон", "Пакистан", "پاکستان", "پاکستان")),
        ("IR", ("Iran", "Эрон", "Иран", "ایران", "ايران")),
    ],
)
def test_neighbours_are_named_in_all_five_languages(country, names):
    book = loading.codebook()
    assert tuple(book.name("country", country, locale) for locale in LOCALES) == names


def test_every_country_and_the_currencies_of_the_region_are_named_in_five_languages(bundle):
    countries = [e for e in bundle.entries if e.list == "country"]
    money = [e for e in bundle.entries if e.list == "currency" and e.code in ("TJS", "AFN", "USD", "RUB", "UZS", "CNY")]
    assert len(money) == 6
    assert [e.code for e in countries + money if set(e.names) != set(LOCALES)] == []


def test_posts_are_named_in_tajik_and_dari():
    book = loading.codebook()
    assert book.post("TJPPJ").name("tg") == "Панҷи Поён"
    assert book.post("TJPPJ").name("fa_AF") == "پنج پایان"
    assert book.post("AFSKB").name("tg") == "Шерхон Бандар"
    assert book.post("AFSKB").name("fa_AF") == "شیرخان بندر"
    border = [p for p in book.posts() if p.country in ("TJ", "AF") and p.code[2:] not in ("FAZ", "FZO")]
    afghan_border = [p for p in border if (p.neighbour or "")[:2] in ("TJ", "AF")]
    assert len(afghan_border) == 16
    assert [p.code for p in afghan_border if not {"en", "tg", "ru", "fa_AF", "ps"} <= set(p.names)] == []


def test_posts_come_in_pairs_with_the_time_zone_of_their_country(bundle):
    zones = {
        "TJ": "Asia/Dushanbe",
        "AF": "Asia/Kabul",
        "UZ": "Asia/Tashkent",
        "CN": "Asia/Shanghai",
        "KG": "Asia/Bishkek",
    }
    by_code = {p.code: p for p in bundle.posts}
    assert len(by_code) == 32
    for post in bundle.posts:
        assert post.time_zone == zones[post.country] and post.code.startswith(post.country)
        assert by_code[post.neighbour].neighbour == post.code
    assert {"TJPPJ", "AFSKB", "TJDUS", "TJTEM"} <= set(by_code)


def test_every_text_may_be_stored_and_shown(bundle):
    texts = [name for e in bundle.entries for name in e.names.values()]
    texts += [name for p in bundle.posts for name in p.names.values()]
    assert [t for t in texts if fault_in(t) or "\ufffd" in t or t != t.strip()] == []


def test_entries_say_where_they_come_from(bundle):
    assert [e.code for e in bundle.entries if not e.source] == []
    assert [p.code for p in bundle.posts if not p.source] == []
    assert not any(e.verified for e in bundle.entries if e.list == "controlled")


@pytest.mark.parametrize("name", LISTS)
def test_every_row_of_the_release_has_the_shape_of_its_list(bundle, name):
    book, today = loading.codebook(), dt.date(2026, 11, 23)
    for entry in (e for e in bundle.entries if e.list == name):
        wrong = rules.findings(EnterCode.of(entry, "release"))
        wrong += shapes.unknown_codes(name, entry.attributes, book, max(entry.valid_from, today))
        assert [(f.rule, str(f.message)) for f in wrong] == [], entry.code


def test_what_the_project_proposes_itself_is_not_called_verified(bundle):
    proposed = [e for e in bundle.entries if "proposal" in e.source and e.list in ("parameter", "preference")]
    assert len(proposed) > 20
    assert [e.code for e in proposed if e.verified] == []
    assert not any(e.verified for e in bundle.entries if e.list in ("required_document", "transaction_nature"))


@pytest.mark.parametrize(
    ("list_name", "code", "attributes"),
    [
        ("procedure", "4000", {"regime": "payable"}),
        ("procedure", "4071", {"regime": "payable", "previous": "yes", "warehouse": "yes"}),
        ("procedure", "3052", {"regime": "free", "previous": "yes"}),
        ("procedure", "7000", {"regime": "suspended", "warehouse": "yes"}),
        ("procedure", "8070", {"regime": "suspended", "previous": "yes", "warehouse": "yes"}),
        ("procedure", "1000", {"regime": "free"}),
        ("incoterm", "FCA", {"freight": "excluded", "insurance": "excluded", "place_needed": "yes"}),
        ("incoterm", "CPT", {"freight": "included", "insurance": "excluded"}),
        ("incoterm", "CIF", {"freight": "included", "insurance": "included"}),
        ("preference", "CIS", {"basis": "origin", "documents": "861 862 864"}),
        ("parameter", "draft-days", {"value": "60"}),
    ],
)
def test_attributes_that_rules_and_tariff_rest_on(bundle, list_name, code, attributes):
    (entry,) = [e for e in bundle.entries if (e.list, e.code) == (list_name, code)]
    assert {name: entry.attributes.get(name) for name in attributes} == attributes


def test_a_procedure_names_a_previous_one_where_its_code_does(bundle):
    for entry in (e for e in bundle.entries if e.list == "procedure" and len(e.code) == 4):
        assert (entry.attributes.get("previous") == "yes") == (entry.code[2:] != "00" or entry.code == "6000"), (
            entry.code
        )


def test_units_leave_out_the_packages_but_keep_the_chain(bundle):
    units = {e.code for e in bundle.entries if e.list == "unit"}
    packages = {e.code for e in bundle.entries if e.list == "package_kind"}
    assert not {f"X{code}" for code in packages} & units
    assert {"X1", "KGM", "MTK", "LTR"} <= units


def test_a_range_stands_for_all_its_prefixes():
    assert loading.expand("3601-3604") == ["3601", "3602", "3603", "3604"]
    assert loading.expand("01-05,16") == ["01", "02", "03", "04", "05", "16"]
    assert loading.expand("291524") == ["291524"]


@pytest.mark.parametrize("bad", ["36-3604", "3604-3601", "36a1", "", "1,,2"])
def test_what_is_no_range_is_refused(bad):
    with pytest.raises(ValueError):
        loading.expand(bad)


@pytest.mark.parametrize(
    "line",
    [
        "A,,2000-01-01,,s,true",
        ",a,2000-01-01,,s,true",
        "A,a,2000-13-01,,s,true",
        "A,a,,,s,true",
        "A,a,2000-01-01,,,true",
        "A,a,2000-01-01,,s,yes",
        "A,a,2000-01-01,,s",
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, line):
    file = tmp_path / "unit.csv"
    file.write_text(f"code,en,valid_from,valid_to,source,verified\nB,b,2000-01-01,,s,true\n{line}\n", encoding="utf-8")
    with pytest.raises(loading.DataFault, match=re.escape("unit.csv, line 3")):
        loading.simple_list("unit", file)


def test_further_columns_become_attributes(tmp_path):
    file = tmp_path / "unit.csv"
    file.write_text(
        "code,en,tg,valid_from,valid_to,source,verified,colour\nB,b,б,2000-01-01,2001-12-31,s,false,red\n",
        encoding="utf-8",
    )
    (entry,) = loading.simple_list("unit", file)
    assert entry.names == {"en": "b", "tg": "б"}
    assert entry.attributes == {"colour": "red"}
    assert (entry.valid_to, entry.verified) == (dt.date(2001, 12, 31), False)


def test_equal_data_has_an_equal_digest_and_any_change_another(bundle):
    assert loading.bundle().digest() == bundle.digest()
    assert loading.Bundle(bundle.entries[1:], bundle.posts).digest() != bundle.digest()


def test_the_files_stay_small():
    assert sum(f.stat().st_size for f in loading.DATA.glob("*.csv")) < 800_000


@pytest.mark.skipif(not DOMAIN.exists(), reason="the domain facts are not beside this clone")
def test_posts_and_precursors_agree_with_the_domain_facts(bundle):
    crossings = list(csv.DictReader((DOMAIN / "crossing_points.csv").read_text(encoding="utf-8").splitlines()))
    wanted = {row[side] for row in crossings for side in ("code_a", "code_b") if row[side]}
    assert {p.code for p in bundle.posts} == wanted
    precursors = {
        row["hs6_2022"] for row in csv.DictReader((DOMAIN / "precursors.csv").read_text(encoding="utf-8").splitlines())
    }
    prefixes = {e.attributes["prefix"] for e in bundle.entries if e.list == "controlled"}
    assert precursors <= prefixes


def test_taxes_and_fees_have_names_in_the_languages_of_both_sides(bundle):
    """Notices and receipts are printed in two languages of the five."""
    named = [e for e in bundle.entries if e.list in ("tax", "fee")]
    assert [e.code for e in named if not {"fa_AF", "ps"} <= set(e.names)] == []
    ours = [e for e in named if e.code == "TJ.excise" or e.list == "fee"]
    assert [e.code for e in ours if "not checked" not in e.source] == [], "who translated them is told"


def test_where_to_pay_is_known_for_both_and_no_invented_account_is_called_verified(bundle):
    said = {e.code: e for e in bundle.entries if e.list == "parameter" and e.code.startswith("payment-")}
    assert set(said) == {f"payment-{name}.{at}" for name in ("beneficiary", "bank", "account") for at in ("TJ", "AF")}
    assert not any(e.verified for e in said.values())
    assert {set(said[f"payment-account.{at}"].attributes["value"]) == {"0"} for at in ("TJ", "AF")} == {True}
    book = loading.codebook()
    for at in ("TJ", "AF"):
        assert book.has("bank", said[f"payment-bank.{at}"].attributes["value"], dt.date(2026, 11, 23))
