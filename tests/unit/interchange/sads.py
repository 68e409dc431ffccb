"""SADs to test with: the samples where they are, made-up ones of any size, and the comparison of trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"


def sample(name: str) -> bytes:
    """A sample's bytes; the test is skipped where the samples are not."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"no sample {name} here")
    return path.read_bytes()


def sad(inside: str = "", *, root: str = "ASYCUDA", attributes: str = "") -> bytes:
    """A file with the given elements in its root."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<{root}{attributes}>{inside}</{root}>'.encode()


def item(number: int = 1, *, commodity: str = "85044090", price: str = "26.05", gross: str = "1.52") -> str:
    """An item as full as those of real files: five tax lines, placeholders, `<null/>` everywhere."""
    empty = "<Attached_documents><Attached_document_code><null/></Attached_document_code><Attached_document_date/>"
    tax = (
        "<Taxation_line><Duty_tax_code>{code}</Duty_tax_code><Duty_tax_Base/><Duty_tax_rate/><Duty_tax_amount/>"
        "<Duty_tax_MP><null/></Duty_tax_MP><Duty_tax_Type_of_calculation><null/></Duty_tax_Type_of_calculation>"
        "</Taxation_line>"
    )
    money = (
        "<Amount_national_currency>0.00</Amount_national_currency>"
        "<Amount_foreign_currency>0.0</Amount_foreign_currency>"
    )
    costs = "".join(
        f"<item_{name}>{money}<Currency_code><null/></Currency_code><Currency_name>None</Currency_name>"
        f"<Currency_rate>0</Currency_rate></item_{name}>"
        for name in ("external_freight", "internal_freight", "insurance", "other_cost", "deduction")
    )
    return f"""<Item>
<Attached_documents><Attached_document_code>380</Attached_document_code>
<Attached_document_name>Invoice</Attached_document_name>
<Attached_document_reference>INV-{number}</Attached_document_reference>
<Attached_document_from_rule>1</Attached_document_from_rule>
<Attached_document_date>2/24/26</Attached_document_date></Attached_documents>{(empty + "</Attached_documents>") * 10}
<Packages><Number_of_packages>1</Number_of_packages><Marks1_of_packages/><Marks2_of_packages><null/>
</Marks2_of_packages>
<Kind_of_packages_code>CT</Kind_of_packages_code><Kind_of_packages_name>Carton</Kind_of_packages_name></Packages>
<IncoTerms><Code>CPT</Code><Place>KATHMANDU</Place></IncoTerms>
<Tarification><Tarification_data><null/></Tarification_data><HScode><Commodity_code>{commodity}</Commodity_code>
<Precision_1>900</Precision_1><Precision_2><null/></Precision_2><Precision_3><null/></Precision_3><Precision_4/>
</HScode>
<Preference_code><null/></Preference_code><Extended_customs_procedure>4000</Extended_customs_procedure>
<National_customs_procedure>000</National_customs_procedure><Quota_code><null/></Quota_code><Quota><QuotaCode>
<null/></QuotaCode>
<QuotaId/><QuotaItem><ItmNbr/></QuotaItem></Quota>
<Supplementary_unit><Suppplementary_unit_code>UNT</Suppplementary_unit_code>
<Suppplementary_unit_name>Unit</Suppplementary_unit_name>
<Suppplementary_unit_quantity>11.0</Suppplementary_unit_quantity></Supplementary_unit>
<Supplementary_unit><Suppplementary_unit_code><null/></Suppplementary_unit_code><Suppplementary_unit_name/>
<Suppplementary_unit_quantity/></Supplementary_unit>
<Item_price>{price}</Item_price><Valuation_method_code/><Value_item>2,045.01+0.00+20.57+0.00-0.00</Value_item>
<A.I._code><null/></A.I._code></Tarification>
<Goods_description><Country_of_origin_code>CN</Country_of_origin_code><Country_of_origin_region><null/>
</Country_of_origin_region>
<Description_of_goods>Other converters</Description_of_goods>
<Commercial_Description>Adapter {number}</Commercial_Description></Goods_description>
<Previous_doc><Summary_declaration>
HAWB{number}
</Summary_declaration><Summary_declaration_sl><null/></Summary_declaration_sl></Previous_doc>
<Licence_number><null/></Licence_number><Free_text_1>LC {number}</Free_text_1><Free_text_2/>
<Taxation><Item_taxes_amount/>{tax.format(code="EXD")}{tax.format(code="<null/>") * 7}</Taxation>
<Valuation_item><Weight_itm><Gross_weight_itm>{gross}</Gross_weight_itm><Net_weight_itm>1.064</Net_weight_itm>
</Weight_itm>
<Total_cost_itm>2065.58</Total_cost_itm><Statistical_value>5862.630000</Statistical_value>
<Item_Invoice><Amount_national_currency>3797.05</Amount_national_currency>
<Amount_foreign_currency>{price}</Amount_foreign_currency></Item_Invoice>
{costs}<Market_valuer><Currency_amount/><Basis_description><null/></Basis_description></Market_valuer></Valuation_item>
</Item>
"""


def big(count: int) -> bytes:
    """A declaration of many full items."""
    header = (
        f"<Property><Nbers><Total_number_of_items>{count}</Total_number_of_items></Nbers></Property>"
        "<Identification><Office_segment><Customs_clearance_office_code>TIA00</Customs_clearance_office_code>"
        "</Office_segment></Identification>"
    )
    return sad(header + "".join(item(number, price=f"{number}.50") for number in range(1, count + 1)))


def shape(element: etree._Element) -> Any:
    """A tree as nested values: name, attributes, text, tail and children; comments and instructions too."""
    name = element.tag if isinstance(element.tag, str) else str(element)[:5]
    children = [(shape(child), (child.tail or "").strip()) for child in element]
    return name, dict(element.attrib), (element.text or "").strip(), children


def same_tree(one: bytes, other: bytes) -> bool:
    """Whether two files hold the same elements, attributes and texts, in the same order."""
    return bool(shape(etree.fromstring(one)) == shape(etree.fromstring(other)))


def texts(data: bytes) -> list[str]:
    """Every text of a file, in order."""
    return [text.strip() for text in etree.fromstring(data).itertext() if text.strip()]
