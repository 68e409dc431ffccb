"""The elements of a SAD in ASYCUDA World's order, empty: what a declaration that came some other way is written
into."""

from __future__ import annotations

from typing import Final

from lxml import etree

from app.interchange.asycuda.tree import OURS

etree.register_namespace("guzar", OURS)

_HEADER: Final = """
Property
 Sad_flow
 Forms
  Number_of_the_form
  Total_number_of_forms
 Nbers
  Number_of_loading_lists
  Total_number_of_items
  Total_number_of_packages
 Place_of_declaration
 Date_of_declaration
Identification
 Office_segment
  Customs_clearance_office_code
  Customs_Clearance_office_name
 Type
  Type_of_declaration
  Declaration_gen_procedure_code
  Type_of_transit_document
 Manifest_reference_number
 Registration
  Serial_number
  Number
  Date
Traders
 Exporter
  Exporter_code
  Exporter_name
 Consignee
  Consignee_code
  Consignee_name
 Financial
  Financial_code
  Financial_name
Declarant
 Declarant_code
 Declarant_name
 Declarant_representative
 Reference
  Number
General_information
 Country
  Country_first_destination
  Trading_country
  Export
   Export_country_code
   Export_country_name
   Export_country_region
  Destination
   Destination_country_code
   Destination_country_name
   Destination_country_region
  Country_of_origin_name
 Value_details
 CAP
 Additional_information
 Comments_free_text
Transport
 Means_of_transport
  Departure_arrival_information
   Identity
   Nationality
  Border_information
   Identity
   Nationality
   Mode
  Inland_mode_of_transport
 Container_flag
 Delivery_terms
  Code
  Place
  Situation
 Border_office
  Code
  Name
 Place_of_loading
  Code
  Name
  Country
 Location_of_goods
Financial
 Financial_transaction
  code1
  code2
 Bank
  Code
  Name
  Branch
  Reference
 Terms
  Code
  Description
 Total_invoice
 Deffered_payment_reference
 Mode_of_payment
Warehouse
 Identification
 Delay
Transit
 Principal
  Code
  Name
  Representative
 Signature
  Place
  Date
 Destination
  Office
  Country
 Seals
  Number
  Identity
 Result_of_control
 Time_limit
 Officer_name
Valuation
 Calculation_working_mode
 Weight
  Gross_weight
 Total_cost
 Total_CIF
 Gs_Invoice
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Gs_external_freight
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Gs_internal_freight
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Gs_insurance
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Gs_other_cost
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Gs_deduction
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
 Total
  Total_invoice
  Total_weight
"""

_ITEM: Final = """
Attached_documents
 Attached_document_code
 Attached_document_name
 Attached_document_reference
 Attached_document_date
Packages
 Number_of_packages
 Marks1_of_packages
 Marks2_of_packages
 Kind_of_packages_code
 Kind_of_packages_name
IncoTerms
 Code
 Place
Tarification
 HScode
  Commodity_code
  Precision_1
  Precision_2
  Precision_3
  Precision_4
 Preference_code
 Extended_customs_procedure
 National_customs_procedure
 Quota_code
 Supplementary_unit
  Suppplementary_unit_code
  Suppplementary_unit_name
  Suppplementary_unit_quantity
 Item_price
 Valuation_method_code
Goods_description
 Country_of_origin_code
 Country_of_origin_region
 Description_of_goods
 Commercial_Description
Previous_doc
 Summary_declaration
 Previous_document_reference
 Previous_warehouse_code
Licence_number
Amount_deducted_from_licence
Quantity_deducted_from_licence
Free_text_1
Free_text_2
Valuation_item
 Weight_itm
  Gross_weight_itm
  Net_weight_itm
 Item_Invoice
  Amount_national_currency
  Amount_foreign_currency
  Currency_code
  Currency_name
  Currency_rate
"""


def blank_sad() -> etree._Element:
    """A declaration without values and without items."""
    root = etree.Element("ASYCUDA")
    _fill(root, _HEADER)
    return root


def fill_item(item: etree._Element) -> None:
    """Puts the empty elements of an item into a new one."""
    _fill(item, _ITEM)


def _fill(root: etree._Element, outline: str) -> None:
    above = [root]
    namespace = etree.QName(root).namespace
    for line in outline.strip().splitlines():
        name = line.lstrip(" ")
        del above[len(line) - len(name) + 1 :]
        above.append(etree.SubElement(above[-1], f"{{{namespace}}}{name}" if namespace else name))
