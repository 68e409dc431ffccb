"""Declarations worked out by hand, to the last figure."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

from tests.unit.tariff import law
from tests.unit.tariff.law import AFGHAN, amounts, assessed, book, cost, header, item, litres, rate, row


def _tajik():
    return book(
        rate("TJ.duty.22", "15", commodity="22"),
        rate("TJ.duty.08", "10", commodity="08"),
        rate("TJ.excise.2208", amount="2.50", currency="EUR", unit="LTR", commodity="2208", tax="excise"),
        rate("TJ.duty.cis", "0", origin="CIS-FTA", preference="CIS", rank="1"),
        row("country_group", "CIS-FTA.KG", group="CIS-FTA", country="KG"),
        law.fee("clearance", amount="50", procedures="4 5"),
    )


def test_tajik_import_with_excise_preference_and_freight():
    """1 USD = 10 TJS, 1 EUR = 11 TJS; two items of 1,000 and 3,000 USD.

    Shares by value, 1 : 3. Freight 101.01 USD: 25.2525 and 75.7575, in cents 25.25 and 75.75, the cent that is left to
    the larger remainder: 25.25 and 75.76. Insurance 10 EUR: 2.50 and 7.50. Deduction 20 USD: 5 and 15. Loading (50) is
    in the invoice: nothing.

    Item 1: (1000 + 25.25 - 5) x 10 + 2.50 x 11 = 10,230.00; duty 15 % = 1,534.50; excise 500 l x 2.50 EUR x 11 =
    13,750.00; VAT 14 % of 10,230 + 1,534.50 + 13,750 = 25,514.50 is 3,572.03.
    Item 2: (3000 + 75.76 - 15) x 10 + 7.50 x 11 = 30,690.10; duty 0 % (Kyrgyz, preference claimed); VAT 14 % =
    4,296.614, rounded 4,296.61.
    Total 1,534.50 + 13,750 + 3,572.03 + 0 + 4,296.61 + fee 50 = 23,203.14.
    """
    result = assessed(
        _tajik(),
        item(1, commodity="220830", invoice_value="1000.00", supplementary=litres("500")),
        item(2, commodity="080620", invoice_value="3000.00", origin="KG", preference="CIS"),
        head=header(
            cost("freight", "101.01"), cost("insurance", "10.00", "EUR"), cost("deduction", "20.00", included=True), cost("other", "50.00", included=True)
        ),
    )  # fmt: skip
    first, second = result.items
    assert first.customs_value == Decimal(10230)
    assert amounts(result, 1) == {"duty": "1534.50", "excise": "13750.00", "vat": "3572.03"}
    assert second.customs_value == Decimal("30690.10")
    assert amounts(result, 2) == {"duty": "0.00", "vat": "4296.61"}
    assert [(part.kind, part.amount) for part in second.build_up.parts] == [
        ("invoice", Decimal("3000.00")), ("freight", Decimal("75.76")), ("insurance", Decimal("7.50")), ("deduction", Decimal("-15.00")),
    ]  # fmt: skip
    assert result.total == Decimal("23203.14")
    assert result.by_tax() == {
        "duty": Decimal("1534.50"), "excise": Decimal("13750.00"), "vat": Decimal("7868.64"), "fee:clearance": Decimal("50.00"),
    }  # fmt: skip
    assert result.warnings == ()


def test_afghan_import():
    """1 USD = 70 AFN, 1,000.55 USD are 70,038.50; amounts have no digits after the point, bases keep all.

    Duty 2.5 % = 1,750.9625, rounded 1,751. Business receipts tax 4 % and fixed tax 2 % of 70,038.50 + 1,750.9625 =
    71,789.4625: 2,871.5785 and 1,435.78925, rounded 2,872 and 1,436. Total 6,059.
    """
    result = assessed(book(law=AFGHAN), item(invoice_value="1000.55"), administration="AF")
    (only,) = result.items
    assert [(line.tax, line.base, line.rate, str(line.amount)) for line in only.lines] == [
        ("duty", Decimal("70038.50"), "2.50", "1751"),
        ("brt", Decimal("71789.4625"), "4.00", "2872"),
        ("income", Decimal("71789.4625"), "2.00", "1436"),
    ]
    assert (result.currency, result.total) == ("AFN", Decimal(6059))


def test_afghan_importer_without_a_licence():
    """Fixed tax 3 % instead of 2 %: 71,789.4625 x 3 % = 2,153.68, rounded 2,154. The claim is no preference that fails."""
    result = assessed(book(law=AFGHAN), item(invoice_value="1000.55", preference="NOLIC"), administration="AF")
    assert amounts(result)["income"] == "2154"
    assert result.warnings == ()


def test_the_json_is_the_contract_s_with_all_that_is_needed_to_check_it():
    result = assessed(
        _tajik(),
        item(commodity="220830", supplementary=litres("500")),
        head=header(cost("freight", "101.01")),
    )
    said = result.as_json()
    assert json.loads(json.dumps(said)) == said
    # 1,651.52 + 13,750.00 + 3,697.63 + 50.00
    assert (said["currency"], said["total"], said["day"], said["incomplete"]) == (
        "TJS",
        "19149.15",
        "2026-12-01",
        False,
    )
    (only,) = said["items"]
    # (1000 + 101.01) x 10
    assert (only["number"], only["customs_value"]) == (1, "11010.10")
    assert only["build_up"]["parts"][1] == {
        "kind": "freight", "amount": "101.01", "currency": "USD", "converted": "1010.10", "whole": "101.01", "by": "value",
    }  # fmt: skip
    duty, excise, vat = only["lines"]
    assert duty == {
        "tax": "duty", "base": "11010.10", "rate": "15.00", "amount": "1651.52", "rule": "TJ.duty.22", "source": "law of TJ.duty.22",
        "period": {"from": "2000-01-01", "to": None}, "verified": True, "status": "payable", "exemption": None,
        "exact": "1651.515", "relieved": "0.00", "quantity": None, "unit": None, "under": None, "made_of": [],
    }  # fmt: skip
    assert (excise["base"], excise["rate"], excise["unit"], excise["amount"]) == (
        "500.00",
        "2.50 EUR/LTR",
        "LTR",
        "13750.00",
    )
    # VAT on the duty before rounding: 11,010.10 + 1,651.515 + 13,750 = 26,411.615; 14 % = 3,697.6261
    assert (vat["base"], vat["amount"]) == ("26411.615", "3697.63") and vat["exact"] == "3697.6261"
    assert (
        said["fees"][0]["fee"] == "clearance"
        and said["fees"][0]["amount"] == "50.00"
        and said["fees"][0]["rule"] == "TJ.fee.clearance"
    )
    assert [(r["currency"], r["rate"], r["units"], r["date"], r["stale"]) for r in said["rates"]] == [
        ("EUR", "11.0000", "1", "2026-12-01", False), ("USD", "10.0000", "1", "2026-12-01", False),
    ]  # fmt: skip
    assert {r["tax"]: (r["digits"], r["mode"]) for r in said["rounding"]} == dict.fromkeys(
        ("duty", "excise", "vat"), (2, "half-up")
    )


def test_numbers_of_the_json_are_plain_decimals():
    """A rate of exchange for 10,000 units gives small numbers; none is written with an exponent."""
    codes = book(law.money("IRR", "0.0004", units="10000"))
    text = json.dumps(assessed(codes, item(invoice_value="0.01"), head=header(currency="IRR")).as_json())
    assert "E-" not in text and '"customs_value": "0.0000000004"' in text


def test_the_day_of_the_assessment_decides_the_rate_of_exchange():
    codes = book(law.money("USD", "12", since=law.DAY + dt.timedelta(days=1), until=law.DAY + dt.timedelta(days=1)))
    today, tomorrow = assessed(codes), assessed(codes, day=law.DAY + dt.timedelta(days=1))
    assert (today.items[0].customs_value, tomorrow.items[0].customs_value) == (Decimal(10_000), Decimal(12_000))
