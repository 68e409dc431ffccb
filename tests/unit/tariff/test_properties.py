"""What holds for every declaration: nothing is lost, order changes nothing, the same day has the same result."""

from __future__ import annotations

import ast
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tariff import Exemption
from app.tariff.apportioning import shares
from tests.unit.tariff.law import AFGHAN, assessed, book, cost, fee, header, item, rate, row

CODES = book(
    rate("TJ.duty.62", "10.5", commodity="62"),
    rate(
        "TJ.duty.22", "7", amount="0.30", currency="EUR", unit="KGM", kind="combined", combine="higher", commodity="22"
    ),
    rate("TJ.excise", amount="2.50", currency="EUR", unit="LTR", commodity="2208", tax="excise"),
    rate("TJ.vat.10", "10", commodity="10", tax="vat"),
    rate("CIS", "0", origin="CIS-FTA", preference="CIS", rank="1"),
    row("country_group", "CIS-FTA.KG", group="CIS-FTA", country="KG"),
    row("minimum_value", "M", administration="TJ", commodity="10", amount="0.20", currency="USD", unit="KGM"),
    fee("clearance", percent="0.15", minimum="20", maximum="500"),
    fee("label", amount="1.25", per="item", commodities="22"),
)

amounts = st.decimals("0", "999999.99", places=2)
masses = st.decimals("0", "99999.999", places=3)
kinds = st.sampled_from(["freight", "internal_freight", "insurance", "other"])


@st.composite
def goods(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "commodity": draw(st.sampled_from(["620342", "220830", "100199", "841810"])),
        "origin": draw(st.sampled_from(["KG", "CN"])),
        "procedure": draw(st.sampled_from(["4000", "4000", "5000", "1000"])),
        "preference": draw(st.sampled_from([None, "CIS"])),
        "invoice_value": f"{draw(amounts):f}",
        "net_kg": f"{draw(masses):f}",
        "gross_kg": f"{draw(masses):f}",
        "supplementary": {"unit": "LTR", "quantity": f"{draw(st.integers(1, 9999))}"},
    }


@st.composite
def headers(draw: st.DrawFn, *, kinds: st.SearchStrategy[str] = kinds) -> dict[str, Any]:
    costs = draw(
        st.lists(st.builds(lambda k, a, c, i: cost(k, f"{a:f}", c, included=i), kinds, amounts, st.sampled_from(["USD", "EUR", "TJS"]), st.booleans()), max_size=4)
    )  # fmt: skip
    return header(*costs)


baskets = st.lists(goods(), min_size=1, max_size=8)


def numbered(basket: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item(number, **one) for number, one in enumerate(basket, 1)]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any))
def test_shares_sum_to_the_whole_and_none_is_a_cent_off(total, weights):
    parts = shares(total, weights, lambda place: b"")
    whole = sum(weights)
    assert sum(parts) == total
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@given(headers(), baskets)
def test_parts_sum_to_the_whole(head, basket):
    result = assessed(CODES, *numbered(basket), head=head)
    built = [one.build_up for one in result.items]
    charged = [one for one in head["costs"] if not one["included"]]
    for place, said in enumerate(charged, 1):
        assert sum(up.parts[place].amount for up in built) == Decimal(said["amount"])
    for one, up in zip(result.items, built, strict=True):
        value = up.minimum.declared if up.minimum else one.customs_value
        assert sum(part.converted for part in up.parts) == value
    money = {"USD": 10, "EUR": 11, "TJS": 1}
    whole = sum(Decimal(one["invoice_value"]) * 10 for one in basket)
    whole += sum(Decimal(one["amount"]) * money[one["currency"]] for one in charged)
    assert sum(part.converted for up in built for part in up.parts) == whole


@given(headers(), baskets)
def test_the_total_is_the_sum_of_payable_lines_and_fees(head, basket):
    result = assessed(CODES, *numbered(basket), head=head)
    if result.incomplete:
        assert result.as_json()["total"] is None
        return
    said = result.as_json()
    lines = [line for one in said["items"] for line in one["lines"]]
    payable = sum((Decimal(line["amount"]) for line in lines if line["status"] == "payable"), Decimal(0))
    assert (
        Decimal(said["total"])
        == payable + sum(Decimal(one["amount"]) for one in said["fees"])
        == sum(result.by_tax().values())
    )
    suspended = sum((Decimal(line["amount"]) for line in lines if line["status"] == "suspended"), Decimal(0))
    assert Decimal(said["suspended"]) == suspended == sum(result.suspended_by_tax().values())


@given(headers(), baskets, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_nothing(head, basket, chance):
    mixed = list(basket)
    chance.shuffle(mixed)

    def said(of: list[dict[str, Any]]) -> tuple[Any, ...]:
        result = assessed(CODES, *numbered(of), head=head).as_json()
        by_content = sorted(repr({k: v for k, v in one.items() if k != "number"}) for one in result["items"])
        return (
            by_content,
            result["total"],
            result["suspended"],
            result["fees"],
            result["rates"],
            len(result["warnings"]),
        )

    assert said(basket) == said(mixed)


@given(headers(), baskets)
def test_the_order_of_the_costs_changes_nothing(head, basket):
    turned = {**head, "costs": head["costs"][::-1]}
    one, other = (assessed(CODES, *numbered(basket), head=h) for h in (head, turned))
    assert (one.known_total, one.known_suspended) == (other.known_total, other.known_suspended)


@given(headers(), baskets)
def test_the_same_day_has_the_same_result(head, basket):
    """Also in another process: a tariff compiled anew from the same rows."""
    anew = book(*(entry for name in LISTS for entry in CODES.entries(name)), law=())
    one, other = (assessed(codes, *numbered(basket), head=head).as_json() for codes in (CODES, anew))
    assert one == other


LISTS = ("tax", "tax_rate", "exchange_rate", "fee", "country_group", "minimum_value", "procedure")


@given(goods(), amounts, headers())
def test_who_declares_more_value_pays_no_less(one, more, head):
    dearer = {**one, "invoice_value": f"{Decimal(one['invoice_value']) + more:f}"}
    low, high = (assessed(CODES, item(**of), head=head) for of in (one, dearer))
    assert low.incomplete == high.incomplete
    if not low.incomplete:
        assert low.total <= high.total and low.suspended <= high.suspended


@given(goods(), st.lists(st.decimals("0", "1", places=6), max_size=4), st.booleans())
def test_what_is_due_and_what_is_relieved_add_up(one, parts, afghan):
    codes, administration = (book(law=AFGHAN), "AF") if afghan else (CODES, "TJ")
    whole = assessed(codes, item(**one), administration=administration)
    certificates = [Exemption(f"C{n}", frozenset({"duty"}), share=share) for n, share in enumerate(parts)]
    result = assessed(codes, item(**one), administration=administration, exemptions={1: certificates})
    for was in (line for line in whole.lines() if line.tax == "duty"):
        now = [line for line in result.lines() if line.tax == "duty"]
        assert sum(line.amount + line.relieved for line in now) == was.amount
        assert sum(line.base for line in now) == was.base
        assert all(line.amount >= 0 and line.relieved >= 0 for line in now)


PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@given(headers(kinds=st.sampled_from(["freight", "deduction"])), baskets)
def test_no_fraction_leaves_as_anything_but_a_plain_decimal(head, basket):
    def look(value: Any, name: str = "") -> None:
        assert not isinstance(value, float), name
        if isinstance(value, dict):
            for key, below in value.items():
                look(below, key)
        elif isinstance(value, list):
            for below in value:
                look(below, name)
        elif name in (
            "amount",
            "base",
            "customs_value",
            "exact",
            "relieved",
            "total",
            "suspended",
            "converted",
            "quantity",
        ):
            assert value is None or isinstance(value, int) or PLAIN.fullmatch(value), (name, value)

    look(assessed(CODES, *numbered(basket), head=head).as_json())


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), headers(), baskets)
def test_any_day_has_an_answer(day, head, basket):
    """No refusal and no crash: what the law does not know on a day is told."""
    result = assessed(CODES, *numbered(basket), head=head, day=day)
    assert result.day == day and (not result.incomplete or result.warnings)


TARIFF = Path(__file__).resolve().parents[3] / "app" / "tariff"


@pytest.mark.parametrize("module", sorted(TARIFF.glob("*.py")), ids=lambda path: path.stem)
def test_no_float_and_no_division_in_the_tariff(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        where = f"{module.name}:{getattr(node, 'lineno', 0)}"
        assert not (isinstance(node, ast.Constant) and type(node.value) in (float, complex)), where
        assert not (isinstance(node, ast.Name) and node.id in ("float", "round")), where
        assert not (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)), where
