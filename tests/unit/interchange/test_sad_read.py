"""Reading SADs: what real files do, and that nothing of it is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.core.errors import Invalid
from app.interchange.asycuda.boxes import box_of
from app.interchange.asycuda.checks import Codes
from app.interchange.asycuda.read import ReadSad, read
from tests.unit.interchange.sads import big, item, sad, sample, texts


def _problems(found: ReadSad) -> dict[str, str]:
    return {problem.pointer: str(problem.message) for problem in found.problems}


def _unread(found: ReadSad) -> dict[str, str]:
    return {value.path: value.text for value in found.unread}


def _item(inside: str) -> dict[str, Any]:
    document = read(sad(f"<Item>{inside}</Item>")).document
    return dict(document["items"][0])


# The samples


def test_the_afghan_sample_is_read_whole() -> None:
    found = read(sample("asycuda/afghan_export.xml"))
    document = found.document
    assert found.item_count == 3
    assert [entry["commodity"] for entry in document["items"]] == ["0806200000", "5701109000", "0910201000"]
    assert [entry["gross_kg"] for entry in document["items"]] == ["9450.00", "1520.00", "31.20"]
    assert document["consignor"] == {"id": "9001234567", "name": "شرکت تجارتی کابل ستاره", "address": "سرک ۴، کابل"}
    assert document["consignee"]["name"] == "ҶДММ «Сомон»"
    assert document["transport"] == {
        "border_mode": "3",
        "inland_mode": "3",
        "containers": ["MSKU1234565"],
        "vehicle": {"plate": "KBL48213", "country": "AF"},
        "trailer": {"plate": "KBL9917"},
    }
    assert document["invoice"] == {"number": "INV-881", "date": "2026-11-20", "currency": "USD", "total": "61200.00"}
    assert document["costs"] == [
        {"kind": "freight", "amount": "1800.00", "currency": "USD", "included": False},
        {"kind": "insurance", "amount": "120.00", "currency": "USD", "included": False},
    ]
    assert document["seals"] == ["AF0081123", "AF0081124"]
    assert document["office"] == {"code": "AFSKB", "name": "Sher Khan Bandar"}
    assert "post" not in document
    assert document["items"][0]["documents"][1] == {"type": "861", "number": "CO-5512", "date": "2026-11-19"}
    assert document["items"][1]["supplementary"] == {"unit": "MTK", "quantity": "310.00"}
    assert document["items"][0]["previous_documents"] == [{"type": "X", "number": "TRUCK 48213"}]
    assert "Box A" in _problems(found)["/office/code"]


def test_the_relief_sample_says_eight_items_and_has_none() -> None:
    found = read(sample("asycuda/relief_sad.xml"))
    assert found.item_count == 0
    assert found.document["items"] == []
    problems = [str(problem.message) for problem in found.problems if problem.pointer == "/items"]
    assert any("Box 5 says 8" in problem for problem in problems)
    assert _unread(found)["/ASYCUDA/Property/Nbers/Total_number_of_items"] == "8"


@pytest.mark.parametrize("name", ["afghan_export", "relief_sad"])
def test_every_text_of_a_sample_is_in_the_declaration_or_unread(name: str) -> None:
    data = sample(f"asycuda/{name}.xml")
    found = read(data)
    _assert_nothing_lost(data, found)


def _assert_nothing_lost(data: bytes, found: ReadSad) -> None:
    """Each text stands word by word in a value that was read or is unread."""
    kept = " ".join([*_flat(found.document), *(value.text for value in found.unread)])
    known = {"true", "false", "0", "0.0", "0.00"}
    for text in texts(data):
        for word in text.replace("/", " ").split():
            if word in known or _is_date(word) or _is_total(word, found):
                continue
            assert word.strip(",،") in kept, text


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _flat(part)]
    if isinstance(value, list):
        return [text for part in value for text in _flat(part)]
    return [str(value)]


def _is_date(word: str) -> bool:
    return ("26" in word and not word.isdecimal()) or word in {"20", "11", "19", "21"}


def _is_total(word: str, found: ReadSad) -> bool:
    return (
        word in {"984", "11001.20", "00", "9000"}
        or word == str(found.item_count)
        or word in {"08062000", "57011090", "09102010"}
    )


# Size


@pytest.mark.parametrize("count", [119, 999])
def test_many_items_are_read_in_order_and_in_time(count: int) -> None:
    data = big(count)
    started = time.process_time()  # of this process alone: others may be busy beside it
    found = read(data, posts=("TJPPJ",))
    assert time.process_time() - started < 2
    assert found.item_count == count
    assert [entry["number"] for entry in found.document["items"]] == list(range(1, count + 1))
    assert [entry["description"] for entry in found.document["items"]] == [f"Adapter {n}" for n in range(1, count + 1)]
    assert found.document["items"][-1]["invoice_value"] == f"{count}.50"


def test_a_thousand_items_are_too_many() -> None:
    with pytest.raises(Invalid, match="999") as refused:
        read(sad("<Item/>" * 1000))
    assert refused.value.findings[0].rule == "sad-items"


# Quirks of names and structure


def test_null_and_empty_elements_are_absent() -> None:
    found = read(
        sad(
            "<Traders><Exporter><Exporter_code><null/></Exporter_code><Exporter_name> \n "
            "</Exporter_name></Exporter></Traders>"
        )
    )
    assert "consignor" not in found.document
    assert not found.unread


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_case_spelling_and_namespaces_do_not_matter(prefix: str) -> None:
    inside = f"""<{prefix}IDENTIFICATION><{prefix}office_Segment>
<{prefix}customs_Clearance_Office_Code>JMKAJ</{prefix}customs_Clearance_Office_Code>
    </{prefix}office_Segment></{prefix}IDENTIFICATION><{prefix}item><{prefix}Tarification><{prefix}Supplementary_unit>
    <{prefix}Supplementary_unit_code>KGM</{prefix}Supplementary_unit_code>
<{prefix}Supplementary_unit_quantity>3</{prefix}Supplementary_unit_quantity>
    </{prefix}Supplementary_unit></{prefix}Tarification></{prefix}item>"""
    found = read(sad(inside, root=f"{prefix}asycuda", attributes=' xmlns:x="urn:x" xmlns="urn:y"'))
    assert found.document["office"] == {"code": "JMKAJ"}
    assert found.document["items"][0]["supplementary"] == {"unit": "KGM", "quantity": "3"}


def test_the_dialect_with_wrappers_is_read() -> None:
    found = read(
        sad("""<SAD id="60"><Identification><Type><Type_of_declaration>IM</Type_of_declaration>
<General_procedure_code>4</General_procedure_code></Type>
      </Identification><Valuation><Invoice><Amount_foreign_currency>5.00</Amount_foreign_currency>
<Currency_code>USD</Currency_code></Invoice></Valuation>
      <Containers><Container><Container_identity>MSKU1234565</Container_identity></Container></Containers></SAD>
      <Items><Item><Tariff><Harmonized_system><Commodity_code>87112091</Commodity_code></Harmonized_system></Tariff>
      <Attached_documents><Attached_document><Attached_document_code>380</Attached_document_code>
      <Attached_document_reference>I1</Attached_document_reference></Attached_document>
      <Attached_document><Attached_document_code>730</Attached_document_code></Attached_document></Attached_documents>
      <Valuation_item><Weight><Gross_weight_itm>7.00</Gross_weight_itm></Weight></Valuation_item></Item></Items>""")
    )
    document = found.document
    assert document["general_procedure"] == "4"
    assert document["invoice"] == {"currency": "USD", "total": "5.00", "number": "I1"}
    assert document["transport"]["containers"] == ["MSKU1234565"]
    assert document["items"] == [
        {
            "number": 1,
            "commodity": "87112091",
            "gross_kg": "7.00",
            "documents": [{"type": "380", "number": "I1"}, {"type": "730"}],
        }
    ]


@pytest.mark.parametrize("inside", ["<SAD/><SAD/>", "<ASYCUDA/><ASYCUDA/>", "<ASYCUDA/>"])
def test_several_declarations_in_one_file_are_refused(inside: str) -> None:
    with pytest.raises(Invalid, match="its own file") as refused:
        read(sad(inside))
    assert refused.value.findings[0].rule == "sad-several"


def test_a_repeated_element_keeps_its_first_value_and_tells_the_other() -> None:
    found = read(
        sad(
            "<Traders><Consignee><Consignee_code>A</Consignee_code></Consignee></Traders>"
            "<Traders><Consignee><Consignee_code>B</Consignee_code></Consignee></Traders>"
        )
    )
    assert found.document["consignee"] == {"id": "A"}
    assert _unread(found) == {"/ASYCUDA/Traders[2]/Consignee/Consignee_code": "B"}
    assert any(problem.rule == "sad-8-repeated" and "“B”" in str(problem.message) for problem in found.problems)


def test_unknown_elements_attributes_and_mixed_text_are_unread() -> None:
    found = read(
        sad(
            'stray <Item rank="7">text<Colour>red</Colour>tail<!-- note --></Item><Fee><Rate unit="kg">4</Rate></Fee>',
            attributes=' id="9"',
        )
    )
    assert _unread(found) == {
        "/ASYCUDA/@id": "9",
        "/ASYCUDA": "stray",
        "/ASYCUDA/Item/@rank": "7",
        "/ASYCUDA/Item": "text",
        "/ASYCUDA/Item/Colour": "red",
        "/ASYCUDA/Item/text()": "tail",
        "/ASYCUDA/Fee/Rate/@unit": "kg",
        "/ASYCUDA/Fee/Rate": "4",
    }


def test_unread_values_know_their_box() -> None:
    found = read(
        sad(
            "<Item><Taxation><Taxation_line><Duty_tax_code>VAT</Duty_tax_code></Taxation_line></Taxation>"
            "<Valuation_item><Statistical_value>12</Statistical_value></Valuation_item></Item>"
            "<Financial><Guarantee><Name>G</Name></Guarantee></Financial>"
        )
    )
    assert [(value.box, value.text) for value in found.unread] == [("47", "VAT"), ("46", "12"), ("52", "G")]
    assert found.unread[0].plain() == {
        "path": "/ASYCUDA/Item/Taxation/Taxation_line/Duty_tax_code",
        "text": "VAT",
        "box": "47",
    }


# Quirks of values


@pytest.mark.parametrize(
    ("parts", "commodity"),
    [
        (("08062000", "00"), "0806200000"),
        (("85044090", "900"), "85044090900"),
        (("83030000", "0", "0"), "8303000000"),
        (("8711.20.91",), "87112091"),
        (("080620",), "080620"),
        (("nonsense",), "nonsense"),
    ],
)
def test_commodity_codes_are_put_together(parts: tuple[str, ...], commodity: str) -> None:
    names = ("Commodity_code", "Precision_1", "Precision_2")
    inside = "".join(f"<{name}>{part}</{name}>" for name, part in zip(names, parts, strict=False))
    assert _item(f"<Tarification><HScode>{inside}</HScode></Tarification>")["commodity"] == commodity


@pytest.mark.parametrize(
    ("extended", "national", "procedure", "unread"),
    [("4000", "000", "4000", 0), ("4000", "016", "4000016", 0), ("4000", "", "4000", 0), ("4000", "16", "4000", 1)],
)
def test_procedures_have_an_additional_code(extended: str, national: str, procedure: str, unread: int) -> None:
    parts = f"<Extended_customs_procedure>{extended}</Extended_customs_procedure>"
    parts += f"<National_customs_procedure>{national}</National_customs_procedure>"
    found = read(sad(f"<Item><Tarification>{parts}</Tarification></Item>"))
    assert found.document["items"][0]["procedure"] == procedure
    assert len(found.unread) == unread


def test_traders_have_a_name_and_an_address() -> None:
    found = read(
        sad(
            "<Traders><Exporter><Exporter_name>NORTHWIND LTD\n\t\tUNIT "
            "12,\n\n\t\tCHINA\n\t</Exporter_name></Exporter></Traders>"
        )
    )
    assert found.document["consignor"] == {"name": "NORTHWIND LTD", "address": "UNIT 12, CHINA"}
    assert not found.unread


def test_packages_of_fractions_and_words_stay_as_found_and_are_problems() -> None:
    found = read(
        sad(
            "<Item><Packages><Number_of_packages>0.06</Number_of_packages></Packages><Packages>"
            "<Number_of_packages>1.0</Number_of_packages>"
            "<Marks1_of_packages>A</Marks1_of_packages><Marks2_of_packages>B</Marks2_of_packages></Packages></Item>"
        )
    )
    assert found.document["items"][0]["packages"] == [{"count": "0.06"}, {"count": 1, "marks": "A\nB"}]
    assert "Box 31 of item 1: “0.06”" in _problems(found)["/items/0/packages/0/count"]


def test_containers_come_from_their_elements_and_from_marks_once() -> None:
    found = read(
        sad(
            "<Transport><Container_flag>true</Container_flag></Transport><Item><Packages>"
            "<Marks1_of_packages>CONT MSKU1234565 CSQU3054383"
            "</Marks1_of_packages></Packages></Item><Container>"
            "<Container_identity>MSKU1234565</Container_identity></Container>"
            "<Container><Container_identity>MSKU1234565</Container_identity></Container><Container>"
            "<Container_identity>XX 1</Container_identity></Container>"
        )
    )
    assert found.document["transport"]["containers"] == ["MSKU1234565", "XX 1", "CSQU3054383"]
    assert "Box 31" in _problems(found)["/transport/containers/1"]
    assert "/ASYCUDA/Transport/Container_flag" not in _unread(found)


def test_a_container_flag_that_disagrees_is_a_problem() -> None:
    found = read(sad("<Transport><Container_flag>true</Container_flag></Transport>"))
    assert "Box 19" in _problems(found)["/transport/containers"]
    assert _unread(found)["/ASYCUDA/Transport/Container_flag"] == "true"


def test_means_of_transport() -> None:
    found = read(
        sad(
            "<Transport><Means_of_transport><Departure_arrival_information><Identity>AA1/BB2</Identity>"
            "</Departure_arrival_information>"
            "<Border_information><Identity>KBL48213 / "
            "KBL9917</Identity><Nationality>AF</Nationality><Mode>31</Mode></Border_information>"
            "</Means_of_transport></Transport>"
        )
    )
    assert found.document["transport"] == {
        "vehicle": {"plate": "KBL48213", "country": "AF"},
        "trailer": {"plate": "KBL9917"},
        "border_mode": "31",
    }
    assert _unread(found) == {"/ASYCUDA/Transport/Means_of_transport/Departure_arrival_information/Identity": "AA1/BB2"}
    assert "Box 25: “31”" in _problems(found)["/transport/border_mode"]


def test_costs_of_nothing_are_none_and_a_missing_currency_is_a_problem() -> None:
    money = "<{0}><Amount_foreign_currency>{1}</Amount_foreign_currency>{2}</{0}>"
    found = read(
        sad(
            "<Valuation>"
            + money.format("Gs_insurance", "1,665.49", "")
            + money.format("Gs_other_cost", "0.0", "<Currency_code>EUR</Currency_code>")
            + money.format("Gs_deduction", "5", "<Currency_code>USD</Currency_code>")
            + "</Valuation>"
        )
    )
    assert found.document["costs"] == [
        {"kind": "insurance", "amount": "1665.49", "included": False},
        {"kind": "deduction", "amount": "5", "currency": "USD", "included": False},
    ]
    assert "/costs/0/currency" in _problems(found)
    assert _unread(found) == {"/ASYCUDA/Valuation/Gs_other_cost/Currency_code": "EUR"}


def test_dates_of_the_other_order_are_read_by_the_file() -> None:
    dated = (
        "<Attached_documents><Attached_document_code>380</Attached_document_code>"
        "<Attached_document_date>{}</Attached_document_date></Attached_documents>"
    )
    found = read(
        sad(
            "<Item>"
            + dated.format("27/11/26")
            + dated.format("3/4/26")
            + dated.format("2026-12-01")
            + dated.format("0/0/00")
            + "</Item>"
        )
    )
    assert [row["date"] for row in found.document["items"][0]["documents"]] == [
        "2026-11-27",
        "2026-04-03",
        "2026-12-01",
        "0/0/00",
    ]
    assert "Box 44 of item 1: “0/0/00” is not a date" in _problems(found)["/items/0/documents/3/date"]
    doubtful = read(sad("<Item>" + dated.format("3/4/26") + "</Item>"))
    assert any(problem.rule == "sad-dates" for problem in doubtful.problems)


def test_texts_of_items() -> None:
    assert _item("<Free_text_1>A</Free_text_1><Free_text_2>B</Free_text_2>")["additional_information"] == "A\nB"
    assert (
        _item("<Goods_description><Description_of_goods>Only this</Description_of_goods></Goods_description>")[
            "description"
        ]
        == "Only this"
    )
    assert _item("<Previous_doc><Previous_document_reference>P</Previous_document_reference></Previous_doc>")[
        "previous_documents"
    ] == [{"type": "Z", "number": "P"}]
    assert _item(
        "<Tarification><Quota><QuotaCode>Q</QuotaCode></Quota><Valuation_method_code>1</Valuation_method_code>"
        "</Tarification>"
    ) == {
        "number": 1,
        "quota": "Q",
        "valuation_method": "1",
    }


def test_several_supplementary_units_keep_the_first() -> None:
    unit = (
        "<Supplementary_unit><Suppplementary_unit_code>{}</Suppplementary_unit_code>"
        "<Suppplementary_unit_quantity>{}</Suppplementary_unit_quantity></Supplementary_unit>"
    )
    found = read(
        sad(
            "<Item><Tarification>"
            + unit.format("", "0.00")
            + unit.format("QA", "1")
            + unit.format("40", "2")
            + "</Tarification></Item>"
        )
    )
    assert found.document["items"][0]["supplementary"] == {"unit": "QA", "quantity": "1"}
    assert {"40", "2"} <= set(_unread(found).values())


def test_supplier_documents_name_the_invoice() -> None:
    found = read(
        sad(
            "<Item><Attached_documents><Attached_document_code>380</Attached_document_code>"
            "<Attached_document_reference>OTHER</Attached_document_reference>"
            "</Attached_documents></Item><Suppliers_documents>"
            "<Suppliers_document_invoice_nbr>S1</Suppliers_document_invoice_nbr>"
            "<Suppliers_document_date>2/24/26</Suppliers_document_date></Suppliers_documents>"
        )
    )
    assert found.document["invoice"] == {"number": "S1", "date": "2026-02-24"}


# Problems


def test_an_office_that_is_a_post_here_becomes_the_post() -> None:
    data = sad(
        "<Identification><Office_segment><Customs_clearance_office_code>TJPPJ</Customs_clearance_office_code>"
        "</Office_segment></Identification>"
    )
    assert read(data, posts=("TJPPJ", "TJDUS")).document["post"] == "TJPPJ"
    elsewhere = read(data)
    assert "post" not in elsewhere.document
    assert "TJPPJ is not a post" in _problems(elsewhere)["/office/code"]


def test_totals_that_disagree_are_problems_and_stay_unread() -> None:
    found = read(
        sad(
            "<Property><Nbers><Total_number_of_items>5</Total_number_of_items>"
            "<Total_number_of_packages>3</Total_number_of_packages></Nbers></Property>"
            "<Valuation><Gs_Invoice><Amount_foreign_currency>30</Amount_foreign_currency></Gs_Invoice><Total>"
            "<Total_weight>9.9</Total_weight></Total></Valuation>" + item(1) + item(2)
        )
    )
    messages = " ".join(str(problem.message) for problem in found.problems)
    assert "Box 5 says 5, and the items give 2" in messages
    assert "Box 6 says 3, and the items give 2" in messages
    assert "Box 35 says 9.9, and the items give 3.04" in messages
    assert "Box 22: The invoice total is 30, but the items add up to 52.10" in messages
    assert {"5", "3", "9.9"} <= set(_unread(found).values())


def test_totals_that_agree_are_read() -> None:
    found = read(big(3))
    assert "/ASYCUDA/Property/Nbers/Total_number_of_items" not in _unread(found)


def test_what_is_missing_is_listed_by_box_and_what_is_wrong_stays() -> None:
    found = read(
        sad(
            "<Traders><Consignee><Consignee_code>K41829010I</Consignee_code></Consignee></Traders><Item>"
            "<Tarification><HScode>"
            "<Commodity_code>99</Commodity_code></HScode></Tarification><Packages>"
            "<Kind_of_packages_code>BOX</Kind_of_packages_code></Packages>"
            "<Valuation_item><Weight_itm><Gross_weight_itm>many</Gross_weight_itm>"
            "<Net_weight_itm>-1</Net_weight_itm></Weight_itm></Valuation_item></Item>"
        )
    )
    problems = _problems(found)
    assert found.document["consignee"] == {"id": "K41829010I"}
    assert found.document["items"][0] == {
        "number": 1,
        "commodity": "99",
        "packages": [{"kind": "BOX"}],
        "gross_kg": "many",
        "net_kg": "-1",
    }
    for pointer, box in {
        "/consignee/id": "Box 8:",
        "/consignee/name": "Box 8:",
        "/consignor/name": "Box 2:",
        "/invoice/total": "Box 22:",
        "/transport/vehicle/plate": "Box 21:",
        "/items/0/commodity": "Box 33 of item 1:",
        "/items/0/packages/0/kind": "Box 31 of item 1:",
        "/items/0/gross_kg": "Box 35 of item 1:",
        "/items/0/net_kg": "Box 38 of item 1:",
        "/items/0/origin": "Box 34 of item 1:",
        "/items/0/procedure": "Box 37 of item 1:",
        "/post": "Box A:",
    }.items():
        assert problems[pointer].startswith(box), pointer


def test_code_lists_are_used_where_they_are_given() -> None:
    codes = Codes(hs6={"850440"}, packages={"BX"}, countries={"CN"}, currencies={"USD"}, documents={"380"})
    problems = _problems(read(sad(item(1) + item(2, commodity="12345678")), codes=codes))
    assert "/items/0/commodity" not in problems
    assert "Harmonized System" in problems["/items/1/commodity"]
    assert "Recommendation 21" in problems["/items/0/packages/0/kind"]
    assert "/items/0/origin" not in problems


def test_hidden_characters_are_found_and_kept() -> None:
    found = read(sad("<Declarant><Declarant_representative>a\u202eb</Declarant_representative></Declarant>"))
    assert found.document["representative"] == "a\u202eb"
    assert "hidden character" in _problems(found)["/representative"]


def test_problems_come_header_first_then_item_by_item() -> None:
    pointers = [problem.pointer for problem in read(sad("<Item/>" * 3)).problems]
    items = [int(pointer.split("/")[2]) for pointer in pointers if pointer.startswith("/items/")]
    assert items == sorted(items)
    assert pointers.index("/consignee/name") < pointers.index("/items/0/commodity")


def test_values_of_our_own_cannot_be_smuggled() -> None:
    ours = '<g:Further xmlns:g="urn:guzar:sad:1">{}</g:Further>'
    value = '<g:Value pointer="{}">{}</g:Value>'
    bad = [
        ("/mrn", '"X"'),
        ("/status", '"released"'),
        ("/lane", '"green"'),
        ("/post", '"TJDUS"'),
        ("/items/7/description", '"x"'),
        ("/items", "[]"),
        ("/items/0/number", "5"),
        ("", "{}"),
        ("/costs", "[[[[[[[1]]]]]]]"),
        ("/transport/driver", "not JSON"),
        ("/items/-1/origin", '"AF"'),
    ]
    found = read(
        sad("<Item/>" + ours.format("".join(value.format(pointer, text) for pointer, text in bad))), posts=("TJPPJ",)
    )
    assert found.document == {"items": [{"number": 1}]}
    assert len(found.unread) == len(bad)
    good = read(
        sad(
            "<Item/>"
            + ours.format(value.format("/transport/driver/name", '"N"') + value.format("/items/0/origin", '"AF"'))
        )
    )
    assert good.document == {"transport": {"driver": {"name": "N"}}, "items": [{"number": 1, "origin": "AF"}]}


@pytest.mark.parametrize(
    ("pointer", "box"),
    [
        ("/items/0/gross_kg", "35"),
        ("/items/12/packages/3/kind", "31"),
        ("/items/0/documents/1/date", "44"),
        ("/items/0", "32"),
        ("/items/4/unheard_of", "32"),
        ("/consignee/name", "8"),
        ("/consignee", "8"),
        ("/consignee/country", "8"),
        ("/transport/containers/0", "31"),
        ("/transport/vehicle/vin", "21"),
        ("/costs/1/amount", "45"),
        ("/documents/0/type", "44"),
        ("/items", "5"),
        ("/post", "A"),
        ("/unheard_of", None),
        ("", None),
    ],
)
def test_every_value_knows_its_box(pointer: str, box: str | None) -> None:
    assert box_of(pointer) == box


def test_boxes_of_transit_payment_and_countries_are_read() -> None:
    found = read(
        sad(
            "<Property><Forms><Number_of_the_form>1</Number_of_the_form><Total_number_of_forms>4</Total_number_of_forms>"
            "</Forms><Nbers><Number_of_loading_lists>2</Number_of_loading_lists></Nbers>"
            "<Place_of_declaration>Kunduz</Place_of_declaration><Date_of_declaration>11/27/26</Date_of_declaration>"
            "</Property><Identification><Type><Type_of_transit_document>T1</Type_of_transit_document></Type>"
            "<Manifest_reference_number>2026 15</Manifest_reference_number></Identification>"
            "<General_information><Country><Country_first_destination>TJ</Country_first_destination>"
            "<Export><Export_country_region>North</Export_country_region></Export>"
            "<Destination><Destination_country_region>South</Destination_country_region></Destination>"
            "<Country_of_origin_name>Many</Country_of_origin_name></Country>"
            "<Additional_information>One</Additional_information><Comments_free_text>Two</Comments_free_text>"
            "</General_information>"
            "<Transport><Delivery_terms><Situation>1</Situation></Delivery_terms>"
            "<Border_office><Code>AFSKB</Code><Name>Sher Khan Bandar</Name></Border_office></Transport>"
            "<Financial><Bank><Branch>B</Branch><Reference>R</Reference></Bank>"
            "<Deffered_payment_reference>DP1</Deffered_payment_reference><Mode_of_payment>CASH</Mode_of_payment>"
            "</Financial><Transit><Principal><Code>P</Code><Name>Firm\nStreet</Name><Representative>R</Representative>"
            "</Principal><Signature><Place>Here</Place><Date>11/28/26</Date></Signature>"
            "<Destination><Office>TJTEM</Office><Country>TJ</Country></Destination></Transit>"
            "<Item><Licence_number>L1</Licence_number>"
            "<Amount_deducted_from_licence>12.5</Amount_deducted_from_licence>"
            "<Quantity_deducted_from_licence>0</Quantity_deducted_from_licence>"
            "<Tarification><A.I._code>30400 30500</A.I._code></Tarification>"
            "<Goods_description><Country_of_origin_region>Kandahar</Country_of_origin_region></Goods_description>"
            "<Valuation_item><Rate_of_adjustement>1</Rate_of_adjustement></Valuation_item></Item>"
        )
    )
    document = found.document
    assert found.unread == []
    assert document["forms"] == {"number": 1, "total": 4}
    assert (document["loading_lists"], document["transit_type"], document["manifest"]) == (2, "T1", "2026 15")
    assert document["place_and_date"] == {"place": "Kunduz", "date": "2026-11-27"}
    assert document["countries"] == {
        "last_consignment": "TJ",
        "dispatch_region": "North",
        "destination_region": "South",
        "origin": "VARIOUS",
    }
    assert document["additional_information"] == "One\nTwo"
    assert document["delivery_terms"] == {"situation": "1"}
    assert document["border_office"] == {"code": "AFSKB", "name": "Sher Khan Bandar"}
    assert document["bank"] == {"branch": "B", "reference": "R"}
    assert (document["deferred_payment"], document["mode_of_payment"]) == ("DP1", "CASH")
    assert document["principal"] == {
        "id": "P",
        "name": "Firm",
        "address": "Street",
        "representative": "R",
        "place": "Here",
        "date": "2026-11-28",
    }
    assert document["destination_office"] == {"code": "TJTEM", "country": "TJ"}
    assert document["items"] == [
        {
            "number": 1,
            "licence": {"number": "L1", "amount": "12.5"},
            "additional_information_codes": ["30400", "30500"],
            "origin_region": "Kandahar",
            "adjustment": "1",
        }
    ]


def test_the_name_of_a_country_in_box_16_stays_unread() -> None:
    inside = "<General_information><Country><Country_of_origin_name>{}</Country_of_origin_name></Country></General_information>"
    named = read(sad(inside.format("Afghanistan")))
    assert "countries" not in named.document
    assert [(value.box, value.text) for value in named.unread] == [("16", "Afghanistan")]
    assert read(sad(inside.format("AF"))).document["countries"] == {"origin": "AF"}


def test_rates_and_values_in_somebody_elses_currency_stay_unread() -> None:
    """70.85 afghani a dollar is no rate of the somoni."""
    found = read(
        sad(
            "<Valuation><Gs_Invoice><Currency_rate>70.85</Currency_rate></Gs_Invoice></Valuation>"
            "<Item><Valuation_item><Statistical_value>1912950.00</Statistical_value></Valuation_item></Item>"
        )
    )
    assert {value.text for value in found.unread} == {"70.85", "1912950.00"}
    assert "exchange_rate" not in found.document and "statistical_value" not in found.document["items"][0]
