"""The blueprints that the administrator's views belong to, and the words for lists, their columns and their changes."""

from __future__ import annotations

from flask import Blueprint

from app.core.text import Text, _

blueprint = Blueprint("administrator", __name__, url_prefix="/administrator")
#: Accounts, what they may do, and the list of postings.
people = Blueprint("people", __name__, url_prefix="/administrator")

#: How people call the lists, by what they are for.
GROUPS: tuple[tuple[Text, dict[str, Text]], ...] = (
    (
        _("Tariff and money"),
        {
            "tax": _("Taxes and their order"),
            "tax_rate": _("Rates of taxes"),
            "exchange_rate": _("Exchange rates"),
            "fee": _("Fees"),
            "minimum_value": _("Minimum values"),
            "country_group": _("Groups of countries"),
            "holiday": _("Holidays"),
        },
    ),
    (
        _("What a declaration needs"),
        {
            "procedure": _("Customs procedures"),
            "declaration_type": _("Types of declaration"),
            "preference": _("Preferences"),
            "valuation_method": _("Valuation methods"),
            "transaction_nature": _("Nature of the transaction"),
            "required_document": _("Required documents"),
            "controlled": _("Goods under control"),
            "document_type": _("Types of document"),
            "supplementary_unit": _("Supplementary units"),
            "incoterm": _("Delivery terms"),
        },
    ),
    (
        _("What transit needs"),
        {
            "transit_limit": _("Time limits of transit"),
            "transit_route": _("Prescribed routes of transit"),
            "tir_ceiling": _("Ceilings of TIR guarantees"),
            "risk_ceiling": _("Ceilings of lanes"),
            "voucher_amount": _("Amounts of guarantee vouchers"),
            "guarantee_type": _("Kinds of guarantee"),
            "invalid_guarantee_reason": _("Reasons to refuse a guarantee"),
            "exception_reason": _("Reasons for exceptions"),
            "seizure_kind": _("Kinds of what is seized"),
            "legal_basis": _("Legal bases"),
            "appeal_body": _("Bodies of appeal"),
            "incident_code": _("Incidents on the road"),
            "previous_document_type": _("Types of previous document"),
            "transport_document_type": _("Types of transport document"),
            "requested_document_type": _("Types of document asked for"),
            "location_type": _("Kinds of location of goods"),
            "location_qualifier": _("Ways to tell a location"),
        },
    ),
    (
        _("How the post works"),
        {
            "parameter": _("Parameters"),
            "bank": _("Banks and treasuries"),
            "rule_severity": _("Severity of rules"),
            "control_type": _("Types of control"),
            "inspection_set": _("What is looked at"),
            "inspection_place": _("Places of inspection"),
            "trusted_criterion": _("Criteria of trusted traders"),
            "exception_rule": _("Limits of the weekly report"),
        },
    ),
    (
        _("International lists"),
        {
            "commodity": _("Commodities of the Harmonized System"),
            "country": _("Countries"),
            "currency": _("Currencies"),
            "unit": _("Units of measure"),
            "package_kind": _("Kinds of packages"),
            "transport_mode": _("Modes of transport"),
            "dangerous_goods": _("Dangerous goods by UN number"),
        },
    ),
)
NAMES: dict[str, Text] = {name: text for _group, lists in GROUPS for name, text in lists.items()}

#: The columns that every list has, in the words of the pages; attributes are shown by their own names.
COLUMNS: dict[str, Text] = {
    "code": _("Code"),
    "en": _("Name in English"),
    "tg": _("Name in Tajik"),
    "ru": _("Name in Russian"),
    "fa_AF": _("Name in Dari"),
    "ps": _("Name in Pashto"),
    "valid_from": _("First day"),
    "valid_to": _("Last day"),
    "source": _("Source"),
    "verified": _("Verified"),
}
#: What becomes of a row, with the tone it is shown in.
KINDS: dict[str, tuple[Text, str]] = {
    "new": (_("New code"), "good"),
    "next": (_("New period"), "working"),
    "changed": (_("Changed"), "caution"),
    "closed": (_("Closed"), "bad"),
}


def name_of(list_name: str) -> Text:
    """What a list is called; an unknown one by its own name."""
    return NAMES.get(list_name) or Text("{code}", {"code": list_name})


def column_of(name: str) -> Text:
    """What a column is called."""
    return COLUMNS.get(name) or Text("{code}", {"code": name})


blueprint.context_processor(lambda: {"list_name": name_of, "column_name": column_of, "change_kinds": KINDS})
blueprint.add_app_template_global(name_of, "code_list_name")
