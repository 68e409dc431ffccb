"""Cases of the rules of head, countries, firms, transport, transit, terms, values and sums."""

from __future__ import annotations

from tests.unit.declarations.rule_cases import GONE, Case, entry

FIRM = {"id": "TJ-520054321", "name": "ҶДММ «Ватан»", "address": "Хуҷанд", "country": "TJ"}
FREIGHT = {"kind": "freight", "amount": "100.00", "currency": "USD", "included": True}
INSURANCE = {"kind": "insurance", "amount": "10.00", "currency": "USD", "included": False}
OUTSIDE = {**FREIGHT, "included": False}
DEDUCTION = {"kind": "deduction", "amount": "50.00", "currency": "USD", "included": True}
FCA = {"code": "FCA", "place": "Kabul"}
CIP = {"code": "CIP", "place": "Dushanbe"}
GUARANTEE = {"type": "1", "reference": "TJ-G-2026-14"}
USD_RATE = (
    entry(
        "exchange_rate", "TJ.USD", "2026-11-27", None, administration="TJ", currency="USD", rate="10.6543", units="1"
    ),
)
#: A chassis number with its check digit, and one with another digit in that place.
VIN, WRONG_VIN = "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"

# fmt: off
HEADER = [
    Case("post.unknown", "/post", {"/post": "UZTMZ"}, {"/post": "TJDUS"}),
    Case("code.declaration_type", "/declaration_type", {"/declaration_type": "QQ"}),
    Case("declaration.general-procedure", "/general_procedure", {"/general_procedure": GONE}),
    Case("declaration.general-procedure-of-type", "/general_procedure", {"/general_procedure": "1"}, {"/general_procedure": "5"}),
    Case("date.future", "/invoice/date", {"/invoice/date": "2026-11-29"}, {"/invoice/date": "2026-11-28"}),
    Case("date.future", "/place_and_date/date", {"/place_and_date": {"date": "2026-11-29"}}, {"/place_and_date": {"date": "2026-11-28"}}),
    Case("date.future", "/documents/0/date", {"/documents/0/date": "2026-11-29"}, {"/documents/0/date": "2026-11-28"}),
    Case("date.future", "/items/1/documents/0/date", {"/items/1/documents/0/date": "2027-01-01"}),
    Case("date.old", "/invoice/date", {"/invoice/date": "2023-11-01"}, {"/invoice/date": "2024-01-01"}),
    Case("date.signed-long-ago", "/place_and_date/date", {"/place_and_date": {"date": "2026-10-01"}}, {"/place_and_date": {"date": "2026-11-01"}}),
    Case("reference.long", "/local_reference", {"/local_reference": "T" * 23}, {"/local_reference": "T" * 22}),
    Case("reference.meaningless", "/local_reference", {"/local_reference": "---"}, {"/local_reference": "-٤-"}),
    Case("office.other", "/office/code", {"/office": {"code": "TJDUS"}}, {"/office": {"code": "TJPPJ"}}),
    Case("seals.repeated", "/seals/2", {"/seals": ["AF 81", "AF82", "af-81"]}, {"/seals": ["AF81", "AF82"]}),
    Case("warehouse.missing", "/warehouse", {"/items/1/procedure": "7000"}, {"/items/1/procedure": "7000", "/warehouse": "W-1"}),
    Case("warehouse.unexpected", "/warehouse", {"/warehouse": "W-1"}, {"/items/1/procedure": "7000", "/warehouse": "W-1"}),
    Case("code.transaction_nature", "/transaction_nature", {"/transaction_nature": "QQ"}, {"/transaction_nature": "11"}),
]

COUNTRIES = [
    *(
        Case("code.country", f"/{path}", {f"/{path}": "XX"}, {f"/{path}": "AF"})
        for path in (
            "consignor/country", "consignee/country", "declarant/country", "countries/dispatch",
            "countries/destination", "countries/trading", "countries/last_consignment", "countries/origin",
            "transport/vehicle/country", "transport/driver/document/country", "items/1/origin",
        )
    ),
    Case("code.country", "/transport/trailer/country", {"/transport/trailer": {"plate": "KBL1234", "country": "XX"}}),
    Case("code.country", "/transport/border_transport/country", {"/transport/border_transport": {"identity": "1", "country": "XX"}}),
    Case("code.country", "/financial/country", {"/financial": {**FIRM, "country": "XX"}}, {"/financial": FIRM}),
    Case("code.country", "/principal/country", {"/principal/country": "XX"}, of="transit"),
    Case("code.country", "/destination_office/country", {"/destination_office/country": "XX"}, of="transit"),
    Case("code.country", "/offices_of_transit/0/country", {"/offices_of_transit": [{"code": "XXABC", "country": "XX"}]}, of="transit"),
    Case("code.country", "/guarantees/0/not_valid_for/1", {"/guarantees/0/not_valid_for": ["KG", "XX"]}, {"/guarantees/0/not_valid_for": ["KG"]}, of="transit"),
    Case("countries.dispatch-missing", "/countries/dispatch", {"/countries/dispatch": GONE}),
    Case("countries.destination-missing", "/countries/destination", {"/countries/destination": None}),
    Case("countries.import-from-own", "/countries/dispatch", {"/countries/dispatch": "TJ"}, {"/countries/dispatch": "UZ"}),
    Case("countries.import-to-other", "/countries/destination", {"/countries/destination": "UZ"}),
    Case("countries.export-from-other", "/countries/dispatch", {"/countries/dispatch": "KG"}, of="export"),
    Case("countries.export-to-own", "/countries/destination", {"/countries/destination": "TJ"}, of="export"),
    Case("countries.transit-within", "/countries/destination", {"/countries/destination": "AF"}, {"/countries/destination": "KG"}, of="transit"),
]

NUMBERS = [
    Case("party.number-shape", "/consignee/id", {"/consignee/id": "TJ-51001234"}, {"/consignee/id": "TJ-510 012 345"}),
    Case("party.number-shape", "/declarant/id", {"/declarant/id": "51001234X"}, {"/declarant/id": "510012345"}),
    Case("party.number-shape", "/consignor/id", {"/consignor/id": "AF-90012"}, {"/consignor/id": "9001234567"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "RU-7707083894"}, {"/consignor/id": "RU-7707083893"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "CN-91110000600037342L"}, {"/consignor/id": "CN-91110000600037341L"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "TR-4540536921"}, {"/consignor/id": "TR-4540536920"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "AZ-1400057431"}, {"/consignor/id": "AZ-1400057421"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "UA-32855962"}, {"/consignor/id": "UA-32855961"}),
    Case("party.number-check-digit", "/consignor/id", {"/consignor/id": "BY-200988542"}, {"/consignor/id": "BY-200988541"}),
    Case("party.number-of-other-country", "/consignor/id", {"/consignor/id": "UZ-301234567"}, {"/consignor/id": "UZ-301234567", "/consignor/country": "UZ"}),
]

PARTIES = [
    Case("party.consignee-unidentified", "/consignee/id", {"/consignee/id": GONE}),
    Case("party.consignor-unidentified", "/consignor/id", {"/consignor/id": GONE}, of="export"),
    Case("party.name", "/consignor/name", {"/consignor/name": "12345"}, {"/consignor/name": "IO 12345"}),
    Case("party.address-missing", "/consignee/address", {"/consignee/address": GONE}),
    Case("party.address", "/consignee/address", {"/consignee/address": "14"}, {"/consignee/address": "к. 14"}),
    Case("party.country-missing", "/consignor/country", {"/consignor/country": GONE}),
    Case("party.sends-to-itself", "/consignee/id", {"/consignor": FIRM, "/consignee": FIRM}),
    Case("party.sends-to-itself", "/consignee/id", {"/consignor/id": GONE, "/consignor/name": "ҶДММ «СОМОН»"}, {"/consignor/id": GONE}),
    Case("party.one-number-two-names", "/declarant/name", {"/declarant/name": "Somon LLC"}, {"/declarant/name": "ҶДММ  «СОМОН»"}),
    Case("party.import-to-foreigner", "/consignee/country", {"/consignee/country": "UZ"}),
    Case("party.import-from-resident", "/consignor/country", {"/consignor/country": "TJ"}, {"/consignor/country": "UZ"}),
    Case("party.export-by-foreigner", "/consignor/country", {"/consignor/country": "KG"}, of="export"),
    Case("party.export-to-resident", "/consignee/country", {"/consignee/country": "TJ"}, of="export"),
    Case("party.declarant-foreign", "/declarant/country", {"/declarant/country": "UZ"}),
    Case("party.representative-missing", "/representative", {"/declarant": FIRM}, {"/declarant": FIRM, "/representative": "Ҷ. Раҳимов"}),
    Case("party.payer-unidentified", "/financial/id", {"/financial": {**FIRM, "id": None}}, {"/financial": FIRM}),
    Case("party.broker-licence", "/declarant/licence", {"/declarant": FIRM}, {"/declarant": {**FIRM, "licence": "Б-14"}}),
]

TRANSPORT = [
    Case("code.transport_mode", "/transport/border_mode", {"/transport/border_mode": "0"}, {"/transport/border_mode": "2"}, without=("transport_mode", "0")),
    Case("code.transport_mode", "/transport/inland_mode", {"/transport/inland_mode": "0"}, {"/transport/inland_mode": "3"}, without=("transport_mode", "0")),
    Case("transport.vehicle", "/transport/vehicle", {"/transport/vehicle": None}, {"/transport/vehicle": None, "/transport/border_mode": "2"}),
    Case("transport.border-mode-missing", "/transport/border_mode", {"/transport/border_mode": GONE}),
    Case("transport.wagon", "/transport/vehicle", {"/transport/border_mode": "2", "/transport/vehicle": None, "/transport/containers": []}, {"/transport/border_mode": "2", "/transport/vehicle": None}),
    Case("transport.vehicle-country-missing", "/transport/vehicle/country", {"/transport/vehicle/country": GONE}),
    Case("transport.trailer-country-missing", "/transport/trailer/country", {"/transport/trailer": {"plate": "KBL9917"}}, {"/transport/trailer": {"plate": "KBL9917", "country": "AF"}}),
    *(
        Case("transport.plate", "/transport/vehicle/plate", {"/transport/vehicle": {"plate": wrong, "country": country}}, {"/transport/vehicle": {"plate": right, "country": country}})
        for country, wrong, right in (
            ("AF", "12", "کابل ۱۲۳۴۵"), ("TJ", "ABCD1234567", "1234 AB 01"), ("UZ", "123", "01 A 123 BC"), ("KG", "123", "01 KG 123 ABC"),
            ("KZ", "1", "123 ABC 01"), ("RU", "Q123QQ77", "А123ВС77"), ("CN", "1", "新A 12345"), ("IR", "1", "12ب345-67"),
            ("PK", "123456789", "TKA-123"), ("TM", "1", "AB 1234 AG"), ("TR", "X1", "34 ABC 123"),
        )
    ),
    Case("transport.plate-without-digits", "/transport/vehicle/plate", {"/transport/vehicle/plate": "KAMAZ"}),
    Case("transport.trailer-plate", "/transport/trailer/plate", {"/transport/vehicle/plate": "KBL 99-17", "/transport/trailer": {"plate": "kbl9917", "country": "AF"}}, {"/transport/trailer": {"plate": "KBL9917", "country": "AF"}}),
    Case("transport.trailer-alone", "/transport/vehicle", {"/transport/border_mode": "8", "/transport/vehicle": None, "/transport/trailer": {"plate": "KBL9917", "country": "AF"}}, {"/transport/trailer": {"plate": "KBL9917", "country": "AF"}}),
    Case("transport.vin", "/transport/vehicle/vin", {"/transport/vehicle/vin": WRONG_VIN}, {"/transport/vehicle/vin": VIN}),
    Case("transport.vin", "/transport/trailer/vin", {"/transport/trailer": {"plate": "KBL9917", "country": "AF", "vin": WRONG_VIN}}, {"/transport/trailer": {"plate": "KBL9917", "country": "AF", "vin": "XTA210990Y2766389"}}),
    Case("transport.vin-repeated", "/transport/trailer/vin", {"/transport/vehicle/vin": VIN, "/transport/trailer": {"plate": "KBL9917", "country": "AF", "vin": VIN}}, {"/transport/vehicle/vin": VIN}),
    Case("container.check-digit", "/transport/containers/0", {"/transport/containers": ["MSKU1234566"]}, {"/transport/containers": ["CSQU3054383"]}),
    Case("container.repeated", "/transport/containers/2", {"/transport/containers": ["MSKU1234565", "CSQU3054383", "MSKU1234565"]}, {"/transport/containers": ["MSKU1234565", "CSQU3054383"]}),
    Case("container.indicator", "/transport/container_indicator", {"/transport/container_indicator": "0"}, {"/transport/container_indicator": "1"}),
    Case("container.too-many", "/transport/containers", {"/transport/containers": ["CSQU3054383", "MSKU1234565", "TRIU1234567", "TCLU1234567"]}, {"/transport/containers": ["CSQU3054383", "MSKU1234565"]}),
    Case("transport.driver", "/transport/driver", {"/transport/driver": None}, {"/transport/driver": None, "/transport/border_mode": "2"}),
    Case("transport.driver-document", "/transport/driver/document", {"/transport/driver/document": None}),
    Case("arrival.missing", "/transport/expected_arrival", {}, {"/transport/expected_arrival": "2026-11-29T06:30:00Z"}, setting={"prelodged": True}),
    Case("arrival.past", "/transport/expected_arrival", {"/additional_type": "D", "/transport/expected_arrival": "2026-11-25T23:00:00Z"}, {"/additional_type": "D", "/transport/expected_arrival": "2026-11-26T23:00:00Z"}, setting={"prelodged": True}),
    Case("arrival.far", "/transport/expected_arrival", {"/additional_type": "D", "/transport/expected_arrival": "2026-12-28T00:00:00Z"}, {"/additional_type": "D", "/transport/expected_arrival": "2026-12-27T00:00:00Z"}, setting={"prelodged": True}),
]

TRANSIT = [
    Case("transit.principal-missing", "/principal", {"/principal": None}, of="transit"),
    Case("transit.principal-unidentified", "/principal/id", {"/principal/id": GONE}, of="transit"),
    Case("transit.destination-missing", "/destination_office/code", {"/destination_office": None}, of="transit"),
    Case("transit.destination-is-departure", "/destination_office/code", {"/destination_office": {"code": "TJPPJ"}}, of="transit"),
    Case("transit.destination-country", "/destination_office/country", {"/destination_office/country": "KG"}, {"/destination_office/country": "TJ"}, of="transit"),
    Case("transit.office-repeated", "/offices_of_transit/1/code", {"/offices_of_transit": [{"code": "TJDUS"}, {"code": "TJDUS"}]}, {"/offices_of_transit": [{"code": "TJDUS"}, {"code": "TJTUR"}]}, of="transit"),
    Case("transit.office-is-destination", "/offices_of_transit/0/code", {"/offices_of_transit": [{"code": "UZSYA"}]}, {"/offices_of_transit": [{"code": "TJDUS"}]}, of="transit"),
    Case("transit.offices-without-transit", "/offices_of_transit", {"/offices_of_transit": [{"code": "TJDUS"}]}, {"/offices_of_transit": []}),
    Case("transit.guarantee-missing", "/guarantees", {"/guarantees": []}, of="transit"),
    Case("guarantee.repeated", "/guarantees/1/reference", {"/guarantees": [GUARANTEE, {**GUARANTEE, "reference": "tj-g 2026 14"}]}, {"/guarantees": [GUARANTEE, {**GUARANTEE, "reference": "TJ-G-15"}]}),
    Case("guarantee.zero", "/guarantees/0/amount", {"/guarantees": [{**GUARANTEE, "amount": "0.00", "currency": "TJS"}]}, {"/guarantees": [{**GUARANTEE, "amount": "0.10", "currency": "TJS"}]}),
    Case("guarantee.currency", "/guarantees/0/currency", {"/guarantees": [{**GUARANTEE, "amount": "10"}]}, {"/guarantees": [GUARANTEE]}),
    Case("guarantee.not-valid", "/guarantees/0/not_valid_for", {"/guarantees/0/not_valid_for": ["KG", "UZ"]}, {"/guarantees/0/not_valid_for": ["KG"]}, of="transit"),
]

TERMS = [
    Case("code.incoterm", "/delivery_terms/code", {"/delivery_terms/code": "QQQ"}, {"/delivery_terms/code": "DAP"}),
    Case("terms.missing", "/delivery_terms", {"/delivery_terms": None}),
    Case("terms.place", "/delivery_terms/place", {"/delivery_terms/place": None}),
    Case("terms.by-water", "/delivery_terms/code", {"/delivery_terms/code": "CIF"}, {"/delivery_terms/code": "CIF", "/transport/border_mode": "8"}),
    Case("terms.freight-expected", "/costs", {"/delivery_terms": FCA}, {"/delivery_terms": FCA, "/costs": [OUTSIDE]}),
    Case("terms.insurance-expected", "/costs", {"/delivery_terms": FCA, "/costs": [OUTSIDE]}, {"/delivery_terms": FCA, "/costs": [INSURANCE]}),
    Case("terms.freight-twice", "/costs/0/included", {"/costs": [OUTSIDE]}, {"/costs": [FREIGHT]}),
    Case("terms.freight-not-in-price", "/costs/0/included", {"/delivery_terms": FCA, "/costs": [FREIGHT]}, {"/delivery_terms": FCA, "/costs": [OUTSIDE]}),
    Case("terms.insurance-twice", "/costs/0/included", {"/delivery_terms": CIP, "/costs": [INSURANCE]}, {"/costs": [INSURANCE]}),
    Case("terms.insurance-not-in-price", "/costs/0/included", {"/costs": [{**INSURANCE, "included": True}]}, {"/delivery_terms": CIP, "/costs": [{**INSURANCE, "included": True}]}),
]

VALUES = [
    Case("code.currency", "/invoice/currency", {"/invoice/currency": "QQQ"}, {"/invoice/currency": "TJS"}),
    Case("code.currency", "/costs/1/currency", {"/costs": [FREIGHT, {**INSURANCE, "currency": "QQQ"}]}, {"/costs": [FREIGHT, INSURANCE]}),
    Case("code.currency", "/guarantees/0/currency", {"/guarantees": [{**GUARANTEE, "amount": "1", "currency": "QQQ"}]}),
    Case("currency.withdrawn", "/invoice/currency", {"/invoice/currency": "TJR"}, {"/invoice/currency": "TJS"}),
    Case("currency.withdrawn", "/costs/0/currency", {"/costs": [{**FREIGHT, "currency": "DEM"}]}),
    Case("invoice.total", "/invoice/total", {"/invoice/total": "18400.01"}, {"/invoice/total": "18400"}),
    Case("invoice.zero", "/invoice/total", {"/invoice/total": "0.00"}, {"/invoice/total": "0.01"}),
    Case("invoice.not-among-documents", "/documents", {"/invoice/number": "X-1"}, {"/invoice/number": "X-1", "/documents/-": {"type": "325", "number": "x1"}}),
    Case("invoice.date-differs", "/documents/0/date", {"/documents/0/date": "2026-11-09"}, {"/documents/0/date": None}),
    Case("invoice.date-missing", "/invoice/date", {"/invoice/date": GONE}),
    Case("invoice.after-transport", "/invoice/date", {"/documents/1/date": "2026-11-09"}, {"/documents/1/date": "2026-11-10"}),
    Case("costs.repeated", "/costs/1/kind", {"/costs": [FREIGHT, {**FREIGHT, "amount": "100"}]}, {"/costs": [FREIGHT, {**FREIGHT, "amount": "101"}]}),
    Case("costs.zero", "/costs/0/amount", {"/costs": [{**FREIGHT, "amount": "0.00"}]}, {"/costs": [FREIGHT]}),
    Case("costs.above-invoice", "/costs/0/amount", {"/costs": [{**FREIGHT, "amount": "18400.01"}]}, {"/costs": [{**FREIGHT, "amount": "18400.01", "currency": "TJS"}]}),
    Case("costs.deduction-above-value", "/costs/0/amount", {"/costs": [{**DEDUCTION, "amount": "18400.01"}]}, {"/costs": [{**DEDUCTION, "amount": "18400.01"}, {**INSURANCE, "amount": "0.01"}]}),
    Case("costs.deduction-included", "/costs/0/included", {"/costs": [{**DEDUCTION, "included": False}]}, {"/costs": [DEDUCTION]}),
    Case("exchange-rate.other", "/exchange_rate", {"/exchange_rate": "10.6544"}, {"/exchange_rate": "10.6543"}, entries=USD_RATE),
    Case("exchange-rate.own-currency", "/exchange_rate", {"/exchange_rate": "2", "/invoice/currency": "TJS"}, {"/exchange_rate": "1.0", "/invoice/currency": "TJS"}),
]

SUMS = [
    Case("mass.total", "/items/0/gross_kg", {"/items/0/gross_kg": "999999999.999"}, {"/items/0/gross_kg": "999990000.000"}),
    Case("value.total", "/invoice/total", {"/items/0/invoice_value": "9999999999999.99"}, {"/items/0/invoice_value": "1000000000.00"}),
    Case("value.total", "/invoice/total", {"/costs": [{**FREIGHT, "amount": "9999999999999.99"}]}),
    Case("total.items", "/total_items", {"/total_items": 3}, {"/total_items": 2}),
    Case("total.packages", "/total_packages", {"/total_packages": 120}, {"/total_packages": 240}),
    Case("total.loading-lists", "/loading_lists", {"/loading_lists": 1}, {"/loading_lists": 0}),
    Case("total.forms", "/forms/total", {"/forms": {"number": 1, "total": 3}}, {"/forms": {"number": 1, "total": 2}}),
    Case("total.form-number", "/forms/number", {"/forms": {"number": 3, "total": 2}}, {"/forms": {"number": 2, "total": 2}}),
    Case("total.origin", "/countries/origin", {"/countries/origin": "VARIOUS"}, {"/countries/origin": "CN"}),
    Case("total.origin", "/countries/origin", {"/countries/origin": "CN", "/items/1/origin": "AF"}, {"/countries/origin": "VARIOUS", "/items/1/origin": "AF"}),
    Case("total.customs-value", "/value_details", {"/value_details": "5", "/items/0/customs_value": "2", "/items/1/customs_value": "2"}, {"/value_details": "4", "/items/0/customs_value": "2", "/items/1/customs_value": "2"}),
    Case("payment.nothing-to-defer", "/deferred_payment", {"/deferred_payment": "14"}, {}, of="export"),
]

CASES = [*HEADER, *COUNTRIES, *NUMBERS, *PARTIES, *TRANSPORT, *TRANSIT, *TERMS, *VALUES, *SUMS]
