"""The words of a declaration, as traders and their programs write them.

One schema validates the API's JSON, the pages' forms and what is read from other systems' messages. Its names are the
contract's; `box` is the number of the SAD box, for screens, print and messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import marshmallow as ma
from marshmallow import validate

from app.core.errors import Finding, Invalid, TooLarge, pointer
from app.core.fields import Coded, Day, Exact, Moment, Whole, Words, listed
from app.core.messages import Said, T
from app.core.text import Text, excerpt, fault_in
from app.declarations.commands import Declared

COUNTRY = r"[A-Z]{2}"


def _label(label: str, box: str = "", **more: Any) -> dict[str, Any]:
    return {"label": label, "box": box, **more}


def _country(label: str, box: str = "", **options: Any) -> Coded:
    return Coded(COUNTRY, "TJ", metadata=_label(label, box, codes="country"), **options)


class _Part(ma.Schema):
    """Unknown names are refused: what is not understood must not look accepted."""

    class Meta:
        unknown = ma.RAISE


class PartySchema(_Part):
    id = Words(40, allow_none=True, metadata=_label(T("Identification number")))
    name = Words(200, required=True, metadata=_label(T("Name")))
    address = Words(300, allow_none=True, metadata=_label(T("Address")))
    country = _country(T("Country"), allow_none=True)


class DeclarantSchema(PartySchema):
    id = Words(40, required=True, metadata=_label(T("Identification number"), "14"))


class CountriesSchema(_Part):
    dispatch = _country(T("Country of dispatch"), "15", allow_none=True)
    destination = _country(T("Country of destination"), "17", allow_none=True)
    trading = _country(T("Trading country"), "11", allow_none=True)


class VehicleSchema(_Part):
    plate = Words(20, required=True, metadata=_label(T("Registration number"), "18"))
    country = _country(T("Country of registration"), "18", allow_none=True)
    vin = Coded(
        r"[A-HJ-NPR-Z0-9]{5,17}", "XTA210990Y2766389", allow_none=True, metadata=_label(T("Chassis number (VIN)"))
    )


class TrailerSchema(_Part):
    plate = Words(20, required=True, metadata=_label(T("Registration number of the trailer"), "18"))
    country = _country(T("Country of registration"), "18", allow_none=True)
    vin = Coded(
        r"[A-HJ-NPR-Z0-9]{5,17}", "XTA210990Y2766389", allow_none=True, metadata=_label(T("Chassis number (VIN)"))
    )


class IdentityDocumentSchema(_Part):
    type = Words(30, allow_none=True, metadata=_label(T("Kind of document")))
    number = Words(40, required=True, metadata=_label(T("Number")))
    country = _country(T("Country of issue"), allow_none=True)


class DriverSchema(_Part):
    name = Words(120, required=True, metadata=_label(T("Driver's name")))
    document = ma.fields.Nested(
        IdentityDocumentSchema, allow_none=True, metadata=_label(T("Driver's identity document"))
    )


class TransportSchema(_Part):
    border_mode = Coded(
        r"[0-9]",
        "3",
        allow_none=True,
        metadata=_label(T("Mode of transport at the border"), "25", codes="transport_mode"),
    )
    inland_mode = Coded(
        r"[0-9]", "3", allow_none=True, metadata=_label(T("Inland mode of transport"), "26", codes="transport_mode")
    )
    vehicle = ma.fields.Nested(VehicleSchema, allow_none=True, metadata=_label(T("Vehicle"), "18"))
    trailer = ma.fields.Nested(TrailerSchema, allow_none=True, metadata=_label(T("Trailer"), "18"))
    containers = listed(
        Coded(r"[A-Z]{4}[0-9]{7}", "MSKU1234565", metadata=_label(T("Container number"), "31")),
        0,
        99,
        allow_none=True,
        metadata=_label(T("Container numbers"), "31", row=T("Container")),
    )
    driver = ma.fields.Nested(DriverSchema, allow_none=True, metadata=_label(T("Driver")))
    expected_arrival = Moment(allow_none=True, metadata=_label(T("Expected arrival")))


class DeliveryTermsSchema(_Part):
    code = Coded(r"[A-Z]{3}", "CPT", required=True, metadata=_label(T("Delivery terms"), "20", codes="incoterm"))
    place = Words(100, allow_none=True, metadata=_label(T("Place of delivery"), "20"))


class InvoiceSchema(_Part):
    number = Words(70, required=True, metadata=_label(T("Invoice number"), "44"))
    date = Day(allow_none=True, metadata=_label(T("Invoice date"), "44"))
    currency = Coded(r"[A-Z]{3}", "USD", required=True, metadata=_label(T("Currency"), "22", codes="currency"))
    total = Exact(13, 2, required=True, metadata=_label(T("Total amount invoiced"), "22"))


class CostSchema(_Part):
    kind = ma.fields.String(
        required=True,
        validate=validate.OneOf(
            ["freight", "internal_freight", "insurance", "other", "deduction"],
            labels=[T("Freight"), T("Freight inside the country"), T("Insurance"), T("Other costs"), T("Deduction")],
        ),
        metadata=_label(T("Kind of cost"), "12"),
    )
    amount = Exact(13, 2, required=True, metadata=_label(T("Amount"), "12"))
    currency = Coded(r"[A-Z]{3}", "USD", required=True, metadata=_label(T("Currency"), "12", codes="currency"))
    included = ma.fields.Boolean(
        required=True,
        truthy={True, "true", "1"},
        falsy={False, "false", "0"},
        metadata=_label(T("Included in the invoice"), "12"),
    )


class DocumentSchema(_Part):
    type = Coded(
        r"[0-9A-Z]{1,4}", "380", required=True, metadata=_label(T("Type of document"), "44", codes="document_type")
    )
    number = Words(70, required=True, metadata=_label(T("Number"), "44"))
    date = Day(allow_none=True, metadata=_label(T("Date"), "44"))


class PreviousDocumentSchema(_Part):
    type = Words(10, allow_none=True, metadata=_label(T("Type of document"), "40"))
    number = Words(70, required=True, metadata=_label(T("Number"), "40"))


class PackagesSchema(_Part):
    kind = Coded(
        r"[0-9A-Z]{2}", "CT", required=True, metadata=_label(T("Kind of packages"), "31", codes="package_kind")
    )
    count = Whole(0, 9_999_999, required=True, metadata=_label(T("Number of packages"), "31"))
    marks = Words(200, allow_none=True, metadata=_label(T("Marks and numbers"), "31"))


class SupplementarySchema(_Part):
    unit = Coded(r"[0-9A-Z]{2,3}", "MTK", required=True, metadata=_label(T("Unit"), "41", codes="unit"))
    quantity = Exact(10, 3, required=True, metadata=_label(T("Quantity in supplementary units"), "41"))


class ItemSchema(_Part):
    number = Whole(1, 999, required=True, metadata=_label(T("Item number"), "32"))
    commodity = Coded(
        r"[0-9]{6,12}", "080620", required=True, metadata=_label(T("Commodity code"), "33", codes="commodity")
    )
    description = Words(500, required=True, metadata=_label(T("Description of goods"), "31", widget="textarea"))
    origin = _country(T("Country of origin"), "34", required=True)
    procedure = Coded(
        r"[0-9]{4}([0-9A-Z]{3})?", "4000", required=True, metadata=_label(T("Procedure"), "37", codes="procedure")
    )
    preference = Words(10, allow_none=True, metadata=_label(T("Preference"), "36"))
    packages = listed(
        ma.fields.Nested(PackagesSchema), 1, 99, required=True, metadata=_label(T("Packages"), "31", row=T("Packages"))
    )
    gross_kg = Exact(9, 3, required=True, metadata=_label(T("Gross mass (kg)"), "35"))
    net_kg = Exact(9, 3, required=True, metadata=_label(T("Net mass (kg)"), "38"))
    supplementary = ma.fields.Nested(
        SupplementarySchema, allow_none=True, metadata=_label(T("Supplementary units"), "41")
    )
    invoice_value = Exact(13, 2, required=True, metadata=_label(T("Item price"), "42"))
    documents = listed(
        ma.fields.Nested(DocumentSchema),
        0,
        99,
        load_default=list,
        metadata=_label(T("Documents"), "44", row=T("Document")),
    )
    previous_documents = listed(
        ma.fields.Nested(PreviousDocumentSchema),
        0,
        99,
        metadata=_label(T("Previous documents"), "40", row=T("Previous document")),
    )
    additional_information = Words(1000, allow_none=True, metadata=_label(T("Additional information"), "44"))
    valuation_method = Words(3, allow_none=True, metadata=_label(T("Valuation method"), "43"))
    quota = Words(40, allow_none=True, metadata=_label(T("Quota"), "39"))


class OfficeSchema(_Part):
    code = Words(20, allow_none=True, metadata=_label(T("Office"), "A"))
    name = Words(120, allow_none=True, metadata=_label(T("Name of the office"), "A"))


class CodedNameSchema(_Part):
    code = Words(30, allow_none=True, metadata=_label(T("Code")))
    name = Words(120, allow_none=True, metadata=_label(T("Name")))


class DeclarationSchema(_Part):
    """A complete declaration; items are numbered 1, 2, 3 … in their order."""

    local_reference = Words(35, required=True, metadata=_label(T("Your reference"), "7"))
    post = Coded(
        r"[A-Z]{2}[A-Z0-9]{3}", "TJPPJ", required=True, metadata=_label(T("Crossing point"), "29", codes="post")
    )
    declaration_type = Coded(
        r"[A-Z]{2,3}", "IM", required=True, metadata=_label(T("Declaration type"), "1", codes="declaration_type")
    )
    general_procedure = Coded(r"[0-9]{1,2}", "4", allow_none=True, metadata=_label(T("General procedure"), "1"))
    consignor = ma.fields.Nested(PartySchema, required=True, metadata=_label(T("Consignor"), "2"))
    consignee = ma.fields.Nested(PartySchema, required=True, metadata=_label(T("Consignee"), "8"))
    declarant = ma.fields.Nested(DeclarantSchema, required=True, metadata=_label(T("Declarant"), "14"))
    countries = ma.fields.Nested(CountriesSchema, required=True, metadata=_label(T("Countries")))
    transport = ma.fields.Nested(TransportSchema, required=True, metadata=_label(T("Transport"), "18"))
    delivery_terms = ma.fields.Nested(DeliveryTermsSchema, allow_none=True, metadata=_label(T("Delivery terms"), "20"))
    invoice = ma.fields.Nested(InvoiceSchema, required=True, metadata=_label(T("Invoice"), "22"))
    costs = listed(
        ma.fields.Nested(CostSchema), 0, 20, load_default=list, metadata=_label(T("Costs"), "12", row=T("Cost"))
    )
    office = ma.fields.Nested(OfficeSchema, allow_none=True, metadata=_label(T("Office named in the message"), "A"))
    location_of_goods = Words(100, allow_none=True, metadata=_label(T("Location of goods"), "30"))
    place_of_loading = Words(100, allow_none=True, metadata=_label(T("Place of loading"), "27"))
    transaction_nature = Words(5, allow_none=True, metadata=_label(T("Nature of transaction"), "24"))
    bank = ma.fields.Nested(CodedNameSchema, allow_none=True, metadata=_label(T("Bank"), "28"))
    terms_of_payment = Words(120, allow_none=True, metadata=_label(T("Terms of payment"), "28"))
    warehouse = Words(40, allow_none=True, metadata=_label(T("Warehouse"), "49"))
    financial = ma.fields.Nested(
        PartySchema, allow_none=True, metadata=_label(T("Person responsible for payment"), "9")
    )
    representative = Words(120, allow_none=True, metadata=_label(T("Representative"), "54"))
    seals = listed(
        Words(40, metadata=_label(T("Seal number"), "D")), 0, 99, metadata=_label(T("Seal numbers"), "D", row=T("Seal"))
    )
    items = listed(
        ma.fields.Nested(ItemSchema), 1, 999, required=True, metadata=_label(T("Items"), "32", row=T("Item"))
    )
    documents = listed(
        ma.fields.Nested(DocumentSchema),
        0,
        99,
        load_default=list,
        metadata=_label(T("Documents"), "44", row=T("Document")),
    )


class DecisionSchema(_Part):
    """An officer's decision."""

    decision = ma.fields.String(
        required=True,
        validate=validate.OneOf(["release", "release-with-correction", "hold", "refuse", "seize", "return"]),
        metadata=_label(T("Decision")),
    )
    reason = Words(2000, required=True, metadata=_label(T("Reason"), widget="textarea"))
    note = Words(4000, allow_none=True, metadata=_label(T("Note for colleagues"), widget="textarea"))


@cache
def declaration_schema() -> DeclarationSchema:
    return DeclarationSchema()


#: Rows of all kinds in a declaration: 999 items with two dozen packages, documents and the like each.
MOST_OBJECTS = 25_000
#: Nobody corrects more at once, and each costs a translated sentence.
MOST_FINDINGS = 500


def read(body: Any) -> Declared:
    """Outside words to what is declared; raises `Invalid` with a finding for every word that breaks a rule."""
    try:
        words = declaration_schema().load(body)
    except ma.ValidationError as error:
        raise Invalid(findings=findings(error.normalized_messages())[:MOST_FINDINGS]) from None  # type: ignore[no-untyped-call]
    return split(words)


def split(words: Mapping[str, Any]) -> Declared:
    header = {name: value for name, value in words.items() if name not in ("items", "documents")}
    return Declared(header, list(words["items"]), list(words["documents"]))


def findings(messages: Mapping[Any, Any], *path: str | int) -> list[Finding]:
    """Marshmallow's tree of messages as findings with pointers."""
    found: list[Finding] = []
    for name, below in messages.items():
        here = path if name == "_schema" else (*path, name)
        if isinstance(below, Mapping):
            found += findings(below, *here)
        else:
            found += [_finding(message, here) for message in below]
    return found


def _finding(message: object, path: tuple[str | int, ...]) -> Finding:
    if isinstance(message, Said):
        return Finding(pointer(*path), message.rule, message.text)
    if isinstance(message, T):
        return Finding(pointer(*path), message.rule, message.text)
    return Finding(pointer(*path), "invalid", Text(str(message)))


DEEPEST_DRAFT = 12
LONGEST_DRAFT_TEXT = 10_000
#: Faults of a draft's words that are told; who sends a million of them is not told each.
MOST_TOLD = 100
#: Beyond this, JSON numbers mean different things to different machines.
LARGEST_WHOLE = 2**53 - 1


def draft_words(body: Any) -> dict[str, Any]:
    """What may be kept as a draft: an object of texts, whole numbers, yes and no, lists and objects; the texts
    storable.

    Drafts may be incomplete and wrong, but never such that they cannot be kept, shown or hashed. Raises `Invalid`, or `TooLarge` for more rows than a declaration can have.
    """
    found: list[Finding] = []
    if not isinstance(body, Mapping):
        raise Invalid(findings=[Finding("", "type", T("Give an object with named values here.").text)])
    if objects_in(body) > MOST_OBJECTS:
        raise TooLarge()
    _check_words(body, (), found)
    if found:
        raise Invalid(findings=found[:MOST_TOLD])
    return dict(body)


def objects_in(value: Any) -> int:
    """How many objects a JSON value holds; counting stops when there are too many."""
    count, waiting = 0, [value]
    while waiting and count <= MOST_OBJECTS:
        here = waiting.pop()
        if isinstance(here, Mapping):
            count += 1
            waiting += [below for below in here.values() if isinstance(below, Mapping | list)]
        elif isinstance(here, list):
            waiting += [below for below in here if isinstance(below, Mapping | list)]
    return count


def _check_words(value: Any, path: tuple[str | int, ...], found: list[Finding]) -> None:
    if len(found) >= MOST_TOLD:
        return
    if len(path) > DEEPEST_DRAFT:
        found.append(Finding(pointer(*path), "draft.depth", T("This is nested too deeply.").text))
    elif isinstance(value, str):
        _check_text(value, path, found)
    elif isinstance(value, Mapping):
        for name, below in value.items():
            _check_text(name, path, found)
            _check_words(below, (*path, excerpt(name)), found)
    elif isinstance(value, list):
        for place, below in enumerate(value):
            _check_words(below, (*path, place), found)
    elif type(value) is int and abs(value) > LARGEST_WHOLE:
        found.append(Finding(pointer(*path), "number", T("The number is too large.").text))
    elif value is not None and type(value) not in (bool, int):
        found.append(
            Finding(pointer(*path), "number", T('Write the number as text in quotes, for example "1250.50".').text)
        )


def _check_text(value: str, path: tuple[str | int, ...], found: list[Finding]) -> None:
    fault = fault_in(value)
    if fault is not None:
        found.append(Finding(pointer(*path), "text.characters", fault))
    elif len(value) > LONGEST_DRAFT_TEXT:
        found.append(
            Finding(
                pointer(*path),
                "length",
                T("Too long: at most {most} characters.", "length").format(most=LONGEST_DRAFT_TEXT).text,
            )
        )
