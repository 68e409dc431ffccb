"""Writing SADs: what came goes out unharmed, what was changed is in its box, and a new SAD reads back as it was
written."""

from __future__ import annotations

import copy
import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.core.errors import Invalid
from app.interchange.asycuda.read import read
from app.interchange.asycuda.write import pruned, write
from tests.factories.fullest import fullest
from tests.unit.interchange.sads import SAMPLES, big, item, sad, same_tree, sample, shape


def _text(data: bytes, path: str) -> str | None:
    return etree.fromstring(data).findtext(path)


def _changed(data: bytes, change: Any) -> bytes:
    """The SAD after a change to what was read from it."""
    document = copy.deepcopy(read(data).document)
    change(document)
    return write(document, source=data)


# Nothing changed


@pytest.mark.parametrize("name", ["afghan_export", "relief_sad"])
def test_a_sample_goes_out_as_it_came(name: str) -> None:
    data = sample(f"asycuda/{name}.xml")
    assert write(read(data).document, source=data) == data


@pytest.mark.parametrize("name", ["afghan_export", "relief_sad"])
def test_what_the_system_adds_leaves_somebody_elses_sad_alone(name: str) -> None:
    data = sample(f"asycuda/{name}.xml")
    document = read(data, posts=("TJPPJ",)).document | {
        "post": "TJPPJ",
        "reference": "TJPPJ-1",
        "mrn": "26TJ",
        "version": 3,
        "status": "lodged",
    }
    document.setdefault("transport", {})["driver"] = {"name": "N"}
    assert write(document, source=data, mrn="26TJPPJ0000000001") == data


def test_the_form_the_database_gives_values_is_no_change() -> None:
    data = sad(
        item(1)
        + "<Valuation><Gs_Invoice><Amount_foreign_currency>1,234.5</Amount_foreign_currency></Gs_Invoice></Valuation>"
        "<Traders><Exporter><Exporter_name>A\n  B\n</Exporter_name></Exporter></Traders>"
    )
    document = copy.deepcopy(read(data).document)
    document["invoice"]["total"] = "1234.50"
    document["items"][0] |= {
        "gross_kg": "1.520",
        "net_kg": "1.0640",
        "invoice_value": "26.05",
        "preference": None,
        "quota": "",
    }
    document["items"][0]["supplementary"]["quantity"] = "11"
    document["consignor"]["country"] = "AF"
    document["documents"] = []
    assert write(document, source=data) == data


def test_comments_instructions_attributes_and_prefixes_stay() -> None:
    data = (
        b'<?xml version="1.0"?><?style x?><!-- before --><x:ASYCUDA xmlns:x="urn:x" id="1"><!-- in -->'
        b'<x:Item a="b"><x:Free_text_1>one</x:Free_text_1><?pi y?><x:Other><![CDATA[<&>]]></x:Other></x:Item>'
        b"mixed</x:ASYCUDA><!-- after -->"
    )
    out = _changed(data, lambda document: document["items"][0].update(additional_information="two"))
    assert (
        b"<!-- before -->" in out and b"<!-- after -->" in out and b"<?style x?>" in out and b"<![CDATA[<&>]]>" in out
    )
    assert same_tree(out, data.replace(b">one<", b">two<"))


def test_a_file_with_a_false_encoding_goes_out_true() -> None:
    inside = "<Declarant><Declarant_name>Сомон</Declarant_name></Declarant>"
    data = f"<?xml version='1.0' encoding='utf-16'?><ASYCUDA>{inside}</ASYCUDA>".encode()
    out = write(read(data).document, source=data)
    assert out != data
    assert _text(out, "Declarant/Declarant_name") == "Сомон"


# Something changed


def _set(path: str, value: Any) -> Any:
    def change(document: dict[str, Any]) -> None:
        *way, last = path.split("/")
        target: Any = document
        for name in way:
            target = target[int(name)] if isinstance(target, list) else target.setdefault(name, {})
        target[int(last) if isinstance(target, list) else last] = value

    return change


CHANGES = [
    ("declaration_type", "IM", {"Identification/Type/Type_of_declaration": "IM"}),
    ("local_reference", "L2", {"Declarant/Reference/Number": "L2"}),
    ("consignor/id", "AF-1", {"Traders/Exporter/Exporter_code": "AF-1"}),
    ("consignee/name", "N", {"Traders/Consignee/Consignee_name": "N\nхиёбони Рӯдакӣ 14, Душанбе"}),
    (
        "countries/destination",
        "UZ",
        {
            "General_information/Country/Destination/Destination_country_code": "UZ",
            "General_information/Country/Destination/Destination_country_name": "",
        },
    ),
    (
        "transport/vehicle/plate",
        "AA1",
        {
            "Transport/Means_of_transport/Border_information/Identity": "AA1/KBL9917",
            "Transport/Means_of_transport/Departure_arrival_information/Identity": "AA1/KBL9917",
        },
    ),
    ("transport/trailer", None, {"Transport/Means_of_transport/Border_information/Identity": "KBL48213"}),
    (
        "delivery_terms/code",
        "DAP",
        {"Transport/Delivery_terms/Code": "DAP", "Item/IncoTerms/Code": "DAP", "Item[3]/IncoTerms/Code": "DAP"},
    ),
    (
        "invoice/total",
        "61200.01",
        {"Valuation/Gs_Invoice/Amount_foreign_currency": "61200.01", "Valuation/Total/Total_invoice": "61200.01"},
    ),
    (
        "invoice/currency",
        "EUR",
        {
            "Valuation/Gs_Invoice/Currency_code": "EUR",
            "Valuation/Gs_Invoice/Currency_name": "",
            "Item/Valuation_item/Item_Invoice/Currency_code": "EUR",
        },
    ),
    ("invoice/number", "INV-9", {"Suppliers_documents/Suppliers_document_invoice_nbr": "INV-9"}),
    ("seals", ["S1"], {"Transit/Seals/Identity": "S1", "Transit/Seals/Number": "1"}),
    (
        "costs",
        [{"kind": "other", "amount": "7", "currency": "TJS", "included": False}],
        {
            "Valuation/Gs_other_cost/Amount_foreign_currency": "7",
            "Valuation/Gs_other_cost/Currency_code": "TJS",
            "Valuation/Gs_external_freight/Amount_foreign_currency": "",
            "Valuation/Gs_insurance/Currency_code": "",
        },
    ),
    ("place_of_loading", "AFKDZ", {"Transport/Place_of_loading/Code": "AFKDZ", "Transport/Place_of_loading/Name": ""}),
    ("terms_of_payment", "02", {"Financial/Terms/Code": "02", "Financial/Terms/Description": ""}),
    (
        "transaction_nature",
        "21",
        {"Financial/Financial_transaction/code1": "2", "Financial/Financial_transaction/code2": "1"},
    ),
    ("transport/containers", ["CSQU3054383"], {"Container/Container_identity": "CSQU3054383"}),
    (
        "items/1/commodity",
        "570210",
        {"Item[2]/Tarification/HScode/Commodity_code": "570210", "Item[2]/Tarification/HScode/Precision_1": ""},
    ),
    (
        "items/1/gross_kg",
        "1600",
        {"Item[2]/Valuation_item/Weight_itm/Gross_weight_itm": "1600", "Valuation/Total/Total_weight": "11081.20"},
    ),
    (
        "items/1/procedure",
        "1000F15",
        {
            "Item[2]/Tarification/Extended_customs_procedure": "1000",
            "Item[2]/Tarification/National_customs_procedure": "F15",
        },
    ),
    (
        "items/2/procedure",
        "3171",
        {
            "Item[3]/Tarification/Extended_customs_procedure": "3171",
            "Item[3]/Tarification/National_customs_procedure": "000",
        },
    ),
    (
        "items/0/packages/0/kind",
        "BX",
        {"Item/Packages/Kind_of_packages_code": "BX", "Item/Packages/Kind_of_packages_name": ""},
    ),
    (
        "items/0/packages/0/count",
        901,
        {"Item/Packages/Number_of_packages": "901", "Property/Nbers/Total_number_of_packages": "985"},
    ),
    (
        "items/2/invoice_value",
        "1",
        {"Item[3]/Tarification/Item_price": "1", "Item[3]/Valuation_item/Item_Invoice/Amount_foreign_currency": "1"},
    ),
    (
        "items/0/documents/1/date",
        "2026-01-02",
        {
            "Item/Attached_documents[2]/Attached_document_date": "1/2/26",
            "Item/Attached_documents[2]/Attached_document_name": "Certificate of origin",
        },
    ),
    ("items/0/additional_information", "a\nb", {"Item/Free_text_1": "a", "Item/Free_text_2": "b"}),
    (
        "items/2/supplementary",
        {"unit": "GRM", "quantity": "24000"},
        {"Item[3]/Tarification/Supplementary_unit/Suppplementary_unit_code": "GRM"},
    ),
    ("items/1/previous_documents", [], {"Item[2]/Previous_doc/Summary_declaration": ""}),
]


@pytest.mark.parametrize(("pointer", "value", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_a_change_is_in_its_box_and_nowhere_else(pointer: str, value: Any, expected: dict[str, str]) -> None:
    data = sample("asycuda/afghan_export.xml")
    out = _changed(data, _set(pointer, value))
    for path, text in expected.items():
        assert (_text(out, path) or "") == text, path
    wanted = copy.deepcopy(read(data).document)
    _set(pointer, value)(wanted)
    assert pruned(read(out).document) == pruned(wanted)
    # Whatever else stood in the file stands there still.
    before, after = _leaves(data), _leaves(out)
    differing = [path for path in before if path in after and before[path] != after[path]]
    assert len(differing) <= len(expected) + 8
    assert not [path for path in before if path not in after]


def _leaves(data: bytes) -> dict[str, str]:
    tree = etree.fromstring(data).getroottree()
    return {
        tree.getpath(element): (element.text or "").strip()
        for element in tree.getroot().iter()
        if element.tag != "null"
    }


def test_items_come_and_go_by_their_numbers() -> None:
    data = sample("asycuda/afghan_export.xml")

    def change(document: dict[str, Any]) -> None:
        del document["items"][1]
        document["items"].append(
            {
                "number": 4,
                "commodity": "080620",
                "description": "New",
                "documents": [{"type": "380", "number": "N"}],
                "gross_kg": "5",
            }
        )

    out = _changed(data, change)
    assert [entry["description"] for entry in read(out).document["items"]] == [
        "Raisins, green, cartons of 10 kg",
        'Saffron "Sargol" in tins & boxes',
        "New",
    ]
    assert _text(out, "Property/Nbers/Total_number_of_items") == "3"
    assert _text(out, "Item[2]/Taxation/Taxation_line/Duty_tax_Base") == "1530360.00"
    assert etree.fromstring(out)[-1].tag == "Container"


def test_documents_and_packages_come_and_go() -> None:
    data = sample("asycuda/afghan_export.xml")

    def change(document: dict[str, Any]) -> None:
        del document["items"][0]["documents"][1]
        document["items"][0]["packages"].append({"kind": "PX", "count": 2})
        document["documents"] = [{"type": "730", "number": "CMR-1", "date": "2026-11-12"}]

    out = _changed(data, change)
    document = read(out).document
    assert [row["number"] for row in document["items"][0]["documents"]] == ["INV-881", "PH-220"]
    assert _text(out, "Item/Attached_documents[2]/Attached_document_name") == "Phytosanitary certificate"
    assert document["items"][0]["packages"] == [
        {"kind": "CT", "count": 900, "marks": "KOH 1-900"},
        {"kind": "PX", "count": 2},
    ]
    assert document["documents"] == [{"type": "730", "number": "CMR-1", "date": "2026-11-12"}]
    assert write(document, source=out) == out


def test_a_total_that_was_wrong_is_not_mended_behind_the_senders_back() -> None:
    data = sad(
        "<Property><Nbers><Total_number_of_items>5</Total_number_of_items></Nbers></Property>" + item(1) + item(2)
    )
    out = _changed(data, lambda document: document["items"].pop())
    assert _text(out, "Property/Nbers/Total_number_of_items") == "5"


def test_further_values_are_written_into_a_source_on_request() -> None:
    data = sad(item(1))
    document = copy.deepcopy(read(data).document)
    document["transport"] = {"driver": {"name": "احمد"}}
    out = write(document, source=data, further=True)
    assert read(out).document == document
    assert write(document, source=out) == out
    document["transport"]["driver"]["name"] = "Ҷамшед"
    assert read(write(document, source=out)).document == document


def test_999_changed_items_are_written_in_time() -> None:
    data = big(999)
    document = copy.deepcopy(read(data).document)
    for entry in document["items"]:
        entry["net_kg"] = "1.05"
    started = time.process_time()
    out = write(document, source=data)
    assert time.process_time() - started < 5
    assert read(out).document == document


# A new SAD


def test_the_contracts_declaration_becomes_a_sad_and_comes_back() -> None:
    path = SAMPLES.parent / "design" / "declaration.json"
    if not path.exists():
        pytest.skip("no example declaration here")
    document = json.loads(path.read_text(encoding="utf-8"))
    out = write(document, mrn="26TJPPJ0000000017")
    assert read(out, posts=("TJPPJ",)).document == pruned(document)
    assert [value.path for value in read(out, posts=("TJPPJ",)).unread] == [
        "/ASYCUDA/Property/Sad_flow",
        "/ASYCUDA/Identification/Registration/Number",
    ]
    assert _text(out, "Identification/Office_segment/Customs_clearance_office_code") == "TJPPJ"
    assert _text(out, "Identification/Registration/Number") == "26TJPPJ0000000017"
    assert _text(out, "Transport/Means_of_transport/Border_information/Identity") == "KBL48213/KBL9917"
    assert _text(out, "Transport/Container_flag") == "true"
    assert _text(out, "Valuation/Total/Total_weight") == "10970.000"
    assert _text(out, "Property/Nbers/Total_number_of_packages") == "960"
    assert _text(out, "Item/IncoTerms/Code") == "CPT"
    assert _text(out, "Valuation/Gs_insurance/Amount_foreign_currency") == "120.00"
    # What the invoice includes must not be added to it again.
    assert not _text(out, "Valuation/Gs_external_freight/Amount_foreign_currency")
    assert _text(out, "Item/Attached_documents/Attached_document_date") == "11/9/26"
    own = {str(value.get("pointer")) for value in etree.fromstring(out).iter("{urn:guzar:sad:1}Value")}
    assert own == {
        "/consignor/country",
        "/consignee/country",
        "/declarant/country",
        "/costs",
        "/transport/driver/name",
        "/transport/driver/document",
        "/transport/expected_arrival",
        "/transport/trailer/country",
    }


def test_values_of_our_own_do_not_matter_to_those_who_do_not_know_them() -> None:
    out = write({"items": [{"number": 1, "commodity": "080620"}], "transport": {"driver": {"name": "N"}}})
    root = etree.fromstring(out)
    for element in list(root.iter("{urn:guzar:sad:1}Further")):
        element.getparent().remove(element)
    assert read(etree.tostring(root)).document == {"items": [{"number": 1, "commodity": "080620"}]}


def test_a_character_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        write({"items": [], "consignee": {"name": "a\x0bb"}})
    assert refused.value.findings[0].pointer == "/consignee/name"


_word = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Cf")),
    min_size=1,
    max_size=12,
)
_words = st.lists(_word, min_size=1, max_size=4).map(" ".join)
_any_text = st.one_of(
    _words,
    st.sampled_from(
        ["A/B", "12/34", "a\nb", " x ", "0", "MSKU1234565", "true", "<null/>", "&amp;", "1,5", "سرک ۴، کابل"]
    ),
)
#: Blanks around a plate go when it is declared; only between two plates on one line could they be told apart.
_plate = _any_text.map(str.strip).filter(bool)
_amount = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(99999999), places=2).map(lambda value: f"{value:f}")
_mass = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(99999), places=3).map(lambda value: f"{value:f}")
_country = st.sampled_from(["AF", "TJ", "UZ", "CN"])
_day = st.dates(date(1980, 1, 1), date(2080, 1, 1)).map(str)


def _object(**fields: Any) -> Any:
    return st.fixed_dictionaries({}, optional=fields)


_document = _object(type=st.sampled_from(["380", "730", "861", "N380", "x"]), number=_any_text, date=_day)
_party = _object(id=_any_text, name=_any_text, address=_any_text, country=_country)
_item = _object(
    commodity=st.from_regex(r"[0-9]{6}([0-9]{2,5})?", fullmatch=True),
    description=_any_text,
    origin=_country,
    procedure=st.sampled_from(["4000", "1000", "x"]),
    preference=st.one_of(st.none(), _any_text),
    gross_kg=_mass,
    net_kg=_mass,
    invoice_value=_amount,
    quota=_any_text,
    valuation_method=st.sampled_from(["1", "6"]),
    supplementary=st.one_of(st.none(), _object(unit=st.just("MTK"), quantity=_amount)),
    additional_information=_any_text,
    packages=st.lists(
        _object(kind=st.sampled_from(["CT", "BL"]), count=st.integers(0, 10**6), marks=_any_text), max_size=3
    ),
    documents=st.lists(_document, max_size=3),
    previous_documents=st.lists(_object(type=st.sampled_from(["X", "Z", "N337"]), number=_any_text), max_size=3),
)
_declaration = _object(
    local_reference=_any_text,
    post=st.sampled_from(["TJPPJ", "TJDUS"]),
    declaration_type=st.sampled_from(["IM", "EX", "TR"]),
    general_procedure=_any_text,
    consignor=_party,
    consignee=_party,
    declarant=_party,
    countries=_object(dispatch=_country, destination=_country, trading=_country),
    transport=_object(
        border_mode=st.sampled_from(["1", "3"]),
        inland_mode=_any_text,
        vehicle=_object(plate=_plate, country=_country, vin=st.one_of(st.none(), _any_text)),
        trailer=_object(plate=_plate, country=_country),
        containers=st.lists(_any_text, max_size=3),
        driver=_object(name=_any_text, document=_object(type=st.just("passport"), number=_any_text, country=_country)),
        expected_arrival=_any_text,
    ),
    delivery_terms=_object(code=st.sampled_from(["CPT", "DAP"]), place=_any_text),
    invoice=_object(number=_any_text, date=_day, currency=_any_text, total=_amount),
    costs=st.lists(
        _object(
            kind=st.sampled_from(["freight", "insurance", "other", "deduction", "internal_freight", "else"]),
            amount=_amount,
            currency=st.sampled_from(["USD", "TJS"]),
            included=st.booleans(),
        ),
        max_size=4,
    ),
    documents=st.lists(_document, max_size=3),
    items=st.lists(_item, max_size=4).map(lambda items: [{"number": n, **entry} for n, entry in enumerate(items, 1)]),
    office=_object(code=st.sampled_from(["TJPPJ", "AFSKB"]), name=_any_text),
    location_of_goods=_any_text,
    place_of_loading=_any_text,
    transaction_nature=_any_text,
    bank=_object(code=_any_text, name=_any_text),
    terms_of_payment=_any_text,
    warehouse=_any_text,
    financial=_object(id=_any_text, name=_any_text),
    representative=_any_text,
    seals=st.lists(_any_text, max_size=3),
)
_run = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@_run
@given(_declaration)
def test_any_declaration_written_reads_back_the_same(document: dict[str, Any]) -> None:
    posts = (document["post"],) if "post" in document else ()
    out = write(document)
    assert read(out, posts=posts).document == pruned(document)
    assert write(read(out, posts=posts).document, source=out) == out


@_run
@given(_declaration, _declaration)
def test_any_change_onto_any_sad_reads_back(first: dict[str, Any], second: dict[str, Any]) -> None:
    source = write(first, further=False)
    second = {name: value for name, value in second.items() if name != "post"}
    out = write(second, source=source, further=True)
    wanted = pruned(second)
    found = read(out).document
    if "office" not in wanted:
        found.pop("office", None)  # somebody else's office is never removed
    assert found == wanted


def test_shape_sees_every_difference() -> None:
    assert not same_tree(b"<a><b/></a>", b"<a><c/></a>")
    assert not same_tree(b"<a b='1'/>", b"<a b='2'/>")
    assert not same_tree(b"<a>x</a>", b"<a>y</a>")
    assert shape(etree.fromstring(b"<a><b/>x</a>")) != shape(etree.fromstring(b"<a><b/></a>"))


def test_the_fullest_declaration_comes_back_as_it_was() -> None:
    """Every name of the schema, those for which a SAD has no element included."""
    document = fullest(3)
    found = read(write(document), posts=("TJPPJ",))
    assert found.document == pruned(document)
    assert [unread.path for unread in found.unread] == ["/ASYCUDA/Property/Sad_flow"]


def test_a_changed_box_of_the_transit_is_written_and_the_rest_stays() -> None:
    data = sad(
        "<Transit><Principal><Code>P</Code></Principal><Destination><Office>TJTEM</Office><Country>TJ</Country>"
        "</Destination></Transit><Property><Forms><Number_of_the_form>1</Number_of_the_form>"
        "<Total_number_of_forms>4</Total_number_of_forms></Forms></Property>"
    )

    def change(document: dict[str, Any]) -> None:
        document["destination_office"]["code"] = "TJDUS"
        document["forms"]["total"] = 2

    written = _changed(data, change)
    assert _text(written, "Transit/Destination/Office") == "TJDUS"
    assert _text(written, "Property/Forms/Total_number_of_forms") == "2"
    assert _text(written, "Transit/Principal/Code") == "P"
    assert _text(written, "Transit/Destination/Country") == "TJ"
