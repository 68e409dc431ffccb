"""What the attributes of each list may hold. Pure.

An attribute is a text. Where it names several things (`documents`, `commodity` …) they are parted by one space. A list
without a row here takes any attributes; one with a row takes those named there and no others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt
from app.reference.attributes import AGENCIES, LONGEST_ATTRIBUTE, WAYS, Attribute, Shape
from app.reference.codebook import CONTROLLED


class Codes(Protocol):
    """The part of the code book that the checks ask."""

    def has(self, list_name: str, code: str, on: dt.date, /) -> bool: ...


def _words(pattern: str) -> str:
    return f"(?:{pattern})(?: (?:{pattern}))*"


_ANY = r"(?s:.*)"
_SHORT = _("Write one short text without line breaks.")
_YES = Attribute("yes", _("Write “yes”, or leave it empty."))
_TEXT = Attribute(r"[^\r\n]{1,200}", _SHORT)
_DOCUMENTS = Attribute(
    _words("[A-Za-z0-9]{1,6}"),
    _("Write codes of document types with one space between them, such as 730 952; one of them is enough."),
    listed="document_type",
)
_TYPE = Attribute("EX|IM|TR", _("Write EX, IM or TR."))
_STEP = Attribute("[0-9]", _("Write one digit."))
_PROCEDURES = Attribute(
    _words("[0-9]{1,4}"), _("Write the first digits of procedures with one space between them, such as 4 51.")
)
_COMMODITIES = Attribute(
    _words("[0-9]{2,12}"), _("Write the first 2 to 12 digits of commodities with one space between them.")
)
_BORNE = Attribute("included|excluded", _("Write “included” or “excluded”: whether the price holds it."), needed=True)
_OWNER = Attribute("[A-Z]{2}", _("Write the country of the administration, such as TJ."), needed=True)
_TAX = Attribute("[a-z][a-z0-9-]{0,29}", _("Write one word of small Latin letters, such as duty."), needed=True)
_COMMODITY = Attribute("[0-9]{2,12}", _("Write the first 2 to 12 digits of the commodity; empty means all goods."))
_ORIGIN = Attribute("[A-Za-z0-9][A-Za-z0-9._-]{1,29}", _("Write a country or a group of countries, or leave it empty."))
_GROUP = Attribute(r"[A-Za-z0-9][A-Za-z0-9._-]{2,29}", _("Write the name of a group of countries, such as CIS-FTA."))
_NUMBER = Attribute(r"[0-9]{1,10}(\.[0-9]{1,10})?", _("Write plain digits with a point, such as 14 or 2.50."))
#: The national banks of the region publish four decimals, and quote small currencies by tens, hundreds or thousands.
_RATE = Attribute(
    r"[0-9]{1,10}(\.[0-9]{1,4})?",
    _("Write plain digits with at most four after the point, such as 10.9421; quote a small currency by 100 or 1000."),
    needed=True,
)
_CURRENCY = Attribute("[A-Z]{3}", _("Write three capital letters, such as TJS."), listed="currency")
_CURRENCY_NEEDED = Attribute(_CURRENCY.pattern, _CURRENCY.remedy, True, "currency")
#: A sum of money that each country sets for itself.
_SUM_OF_COUNTRY = Shape(
    {"amount": Attribute(_NUMBER.pattern, _NUMBER.remedy, True), "currency": _CURRENCY_NEEDED},
    "[A-Z]{2}|any",
    _("The code is the two letters of a country, or “any” for all others."),
)
_UNIT = Attribute("[A-Z0-9]{2,3}", _("Write a unit of Recommendation 20, such as KGM or LTR."), listed="unit")
_TENS = Attribute("10{0,6}", _("Write 1, 10, 100 and so on."))
_MASS = Attribute("net|gross", _("Write “net” or “gross”."))
_DIGITS = Attribute("[0-4]", _("Write the digits after the point: 0 to 4."), needed=True)
_ROUNDING = Attribute("half-up|half-even|down|up", _("Write “half-up”, “half-even”, “down” or “up”."), needed=True)
_TWO_LETTERS = _("The code is two capital letters.")
_THREE_LETTERS = _("The code is three capital letters.")
_ONE_OR_TWO_DIGITS = _("The code is one or two digits.")
_PLACE = r"-?[0-9]{1,2}\.[0-9]{1,6},-?[0-9]{1,3}\.[0-9]{1,6}"
_OFFICE = Attribute("[A-Z]{2}[A-Z0-9]{3,6}", _("Write the code of an office, such as TJPPJ, or leave it empty."))
_ONE_LETTER = _("The code is one capital letter.")
_FOUR_SIGNS = _("The code has at most four capital letters or digits.")


def _preference(code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    if attributes.get("registered") and attributes.get("basis") != "origin":
        yield Finding(
            pointer("attributes", "registered"),
            "reference.proof-missing",
            _(
                "Only a preference of origin has proofs that can be registered. Leave it empty, or write the basis “origin”."
            ),
        )


def _required_document(code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    if not any(attributes.get(name) for name in ("declaration_type", "procedure", "commodity", "mode", "preference")):
        yield Finding(
            pointer("attributes", "declaration_type"),
            "reference.condition-missing",
            _("Say when the document is needed: a declaration type, procedure, commodity, mode or preference."),
        )


_HOURS = r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]|([01][0-9]|2[0-3]):[0-5][0-9]-24:00"
_HOURS_NAME = r"working-hours-[a-z]{3}(\.[A-Z]{2})?"
#: A parameter of one administration, or of one post.
_WHERE = r"(\.[A-Z]{2}([A-Z0-9]{3})?)?"
#: How the values of parameters look, by their names.
_PARAMETERS: tuple[tuple[str, str, Text], ...] = (
    (rf"[a-z-]+-days{_WHERE}", "[0-9]{1,5}", _("Write a whole number of days.")),
    (rf"[a-z-]+-minutes{_WHERE}", "[0-9]{1,5}", _("Write a whole number of minutes.")),
    (r"[a-z-]+-share(\.[A-Z]{2})?", r"[0-9]{1,4}(\.[0-9]{1,6})?", _("Write a plain number such as 0.5.")),
    (r"score-(inspections|outcomes-least)(\.[A-Z0-9]+)?", "[0-9]{1,6}", _("Write a whole number.")),
    (_HOURS_NAME, f"closed|({_HOURS})(, ?({_HOURS}))*", _("Write the hours as 08:00-17:00, or “closed”.")),
)


def _parameter(code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    value = str(attributes.get("value") or "")
    for names, pattern, remedy in _PARAMETERS:
        if value and re.fullmatch(names, code) and not re.fullmatch(pattern, value):
            yield _misshapen("value", value, remedy)
            return
    if re.fullmatch(_HOURS_NAME, code) and "-" in value:
        for hours in value.split(","):
            opens, _dash, closes = hours.strip().partition("-")
            if closes <= opens:
                yield _misshapen("value", value, _("A post closes after it opens. Exchange or correct the hours."))


def _trusted_criterion(code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    if bool(attributes.get("measure")) != bool(attributes.get("limit")):
        problem = _("Name both what is measured and its limit, or neither.")
        yield Finding(pointer("attributes", "limit"), "reference.limit-of-measure", problem)


def _transit_limit(code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    if bool(attributes.get("hours")) == bool(attributes.get("days")):
        problem = _("Say either hours or days.")
        yield Finding(pointer("attributes", "hours"), "reference.limit-of-time", problem)
    if code.partition(".")[0] != (attributes.get("administration") or "any"):
        problem = _("The code begins with the administration, such as TJ.any; “any” alone has none.")
        yield Finding(pointer("attributes", "administration"), "reference.limit-administration", problem)


SHAPES: dict[str, Shape] = {
    "commodity": Shape({"section": Attribute("[IVXL]{1,6}", _("Write the section in Roman numerals, such as IV."))}),
    "country": Shape(
        {
            "alpha3": Attribute("[A-Z]{3}", _("Write three capital letters.")),
            "numeric": Attribute("[0-9]{3}", _("Write three digits.")),
        },
        "[A-Z]{2}",
        _TWO_LETTERS,
    ),
    "currency": Shape(
        {"numeric": Attribute("[0-9]{3}", _("Write three digits."))},
        "[A-Z]{3}",
        _THREE_LETTERS,
    ),
    "package_kind": Shape({"form": _TEXT}, "[A-Z0-9]{2}", _("The code is two capital letters or digits.")),
    "unit": Shape(),
    "document_type": Shape({"use": _TEXT}),
    "procedure": Shape(
        {
            "declaration_type": _TYPE,
            "general_procedure": _STEP,
            "regime": Attribute(
                "payable|suspended|free", _("Write “payable”, “suspended” or “free”: what becomes of the taxes."), True
            ),
            "previous": _YES,
            "warehouse": _YES,
        },
        "[0-9]{2}|[0-9]{4}",
        _("The code is two or four digits; national digits behind them need no entry."),
    ),
    "declaration_type": Shape({"type": _TYPE, "general_procedure": _STEP}),
    "incoterm": Shape(
        {
            "mode": Attribute("any|sea/inland", _("Write “any” or “sea/inland”.")),
            "freight": _BORNE,
            "insurance": _BORNE,
            "place_needed": _YES,
        },
        "[A-Z]{3}",
        _THREE_LETTERS,
    ),
    "transport_mode": Shape({}, "[0-9]{1,2}", _ONE_OR_TWO_DIGITS),
    "control_type": Shape({"goods": _YES}, "[0-9]{1,2}", _ONE_OR_TWO_DIGITS),
    CONTROLLED: Shape(
        {
            "prefix": Attribute("[0-9]{2,12}", _("Write the first 2 to 12 digits of the commodity."), True),
            "group": Attribute(r"[^\r\n]{1,200}", _SHORT, True),
            "goods": Attribute(_ANY, _SHORT, many=True),
            "cas": Attribute(_ANY, _SHORT, many=True),
            "notes": Attribute(_ANY, _SHORT, many=True),
            "document": Attribute(
                "[A-Za-z0-9]{1,6}", _("Write the code of one document type."), listed="document_type"
            ),
        }
    ),
    "parameter": Shape(
        {"value": Attribute(r"[^\r\n]{1,200}", _SHORT, True)},
        r"[a-z0-9]+(-[a-z0-9]+)*(\.[A-Z]{2}([A-Z0-9]{3})?)?",
        _(
            "The name is small letters, digits and hyphens, such as draft-days; for one administration draft-days.TJ, for one post score-inspections.TJPPJ."
        ),
        _parameter,
    ),
    "required_document": Shape(
        {
            "declaration_type": Attribute(
                _words("EX|IM|TR"), _("Write EX, IM or TR, or several of them with one space between them.")
            ),
            "procedure": _PROCEDURES,
            "commodity": _COMMODITIES,
            "mode": Attribute(
                _words("[0-9]{1,2}"),
                _("Write modes of transport with one space between them, such as 3."),
                listed="transport_mode",
            ),
            "preference": Attribute(
                _words("[A-Za-z0-9._-]{1,10}"),
                _("Write preferences of box 36 with one space between them."),
                listed="preference",
            ),
            "administration": Attribute(
                _words("[A-Z]{2}"), _("Write the country of the administration, such as TJ, or leave it empty.")
            ),
            "documents": Attribute(_DOCUMENTS.pattern, _DOCUMENTS.remedy, True, "document_type"),
            "effect": Attribute(
                "error|warning|block",
                _("Write “error” (refuses lodging), “warning”, or “block” (stands against release)."),
                True,
            ),
        },
        check=_required_document,
    ),
    "valuation_method": Shape(
        {"article": Attribute("[0-9]", _("Write the number of the article."))},
        "[1-9]",
        _("The code is one digit from 1."),
    ),
    "transaction_nature": Shape(
        {"payment": Attribute("yes|no", _("Write “yes”, “no”, or leave it empty."))}, "[0-9]{1,2}", _ONE_OR_TWO_DIGITS
    ),
    "preference": Shape(
        {
            "basis": Attribute("none|origin|exemption", _("Write “none”, “origin” or “exemption”."), True),
            "documents": _DOCUMENTS,
            "group": _GROUP,
            "registered": _YES,
        },
        "[A-Za-z0-9._-]{1,10}",
        _("The code has at most 10 letters and digits."),
        check=_preference,
    ),
    "tax": Shape(
        {
            "administration": _OWNER,
            "tax": _TAX,
            "order": Attribute("[0-9]{1,4}", _("Write the place in the legal order: 1, 2, 3 …"), True),
            "base": Attribute(
                r"value(\+[a-z][a-z0-9-]{0,29})*", _("Write what the base is the sum of, such as value+duty."), True
            ),
            "currency": _CURRENCY_NEEDED,
            "digits": _DIGITS,
            "rounding": _ROUNDING,
            "needed": _YES,
            "rounding_source": _TEXT,
        }
    ),
    "tax_rate": Shape(
        {
            "administration": _OWNER,
            "tax": _TAX,
            "commodity": _COMMODITY,
            "origin": _ORIGIN,
            "procedure": Attribute("[0-9]{1,7}", _("Write the first digits of the procedure, or leave it empty.")),
            "preference": Attribute(
                "[A-Za-z0-9._-]{1,10}", _("Write a preference of box 36, or leave it empty."), listed="preference"
            ),
            "quota": Attribute(r"[^\s]{1,40}", _("Write the number of a quota of box 39, or leave it empty.")),
            "kind": Attribute("ad-valorem|specific|combined", _("Write “ad-valorem”, “specific” or “combined”."), True),
            "percent": _NUMBER,
            "amount": _NUMBER,
            "currency": _CURRENCY,
            "unit": _UNIT,
            "per": _TENS,
            "mass": _MASS,
            "combine": Attribute("higher|sum", _("Write “higher” or “sum”.")),
            "minimum": _NUMBER,
            "rank": Attribute("[0-9]{1,4}", _("Write a whole number, or leave it empty.")),
        }
    ),
    "minimum_value": Shape(
        {
            "administration": _OWNER,
            "commodity": _COMMODITY,
            "origin": _ORIGIN,
            "amount": Attribute(_NUMBER.pattern, _NUMBER.remedy, True),
            "currency": _CURRENCY_NEEDED,
            "unit": Attribute(_UNIT.pattern, _UNIT.remedy, True, "unit"),
            "per": _TENS,
            "mass": _MASS,
        }
    ),
    "fee": Shape(
        {
            "administration": _OWNER,
            "fee": _TAX,
            "amount": _NUMBER,
            "percent": _NUMBER,
            "per": Attribute("declaration|item|truck", _("Write “declaration”, “item” or “truck”."), True),
            "procedures": _PROCEDURES,
            "commodities": _COMMODITIES,
            "currency": _CURRENCY_NEEDED,
            "minimum": _NUMBER,
            "maximum": _NUMBER,
            "out_of_hours": _NUMBER,
            "out_of_hours_except": _COMMODITIES,
            "digits": _DIGITS,
            "rounding": _ROUNDING,
        }
    ),
    "exchange_rate": Shape(
        {
            "administration": _OWNER,
            "currency": _CURRENCY_NEEDED,
            "rate": _RATE,
            "units": _TENS,
            "period": Attribute("day|month", _("Write “day” or “month”.")),
        }
    ),
    "country_group": Shape(
        {
            "country": Attribute("[A-Z]{2}", _("Write the two letters of the country."), True, "country"),
            "group": Attribute(_GROUP.pattern, _GROUP.remedy, True),
        }
    ),
    "holiday": Shape(
        {
            "administration": _OWNER,
            "day": Attribute(
                "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", _("Write month and day, such as 03-21, or leave it empty.")
            ),
        }
    ),
    "supplementary_unit": Shape(
        {
            "unit": Attribute(_UNIT.pattern, _UNIT.remedy, True, "unit"),
            "also": Attribute(
                _words("[A-Z0-9]{2,3}"), _("Write units with one space between them, such as C62 H87."), listed="unit"
            ),
        },
        "[0-9]{2,12}",
        _("The code is the first 2 to 12 digits of a commodity."),
    ),
    "bank": Shape(
        {
            "administration": _OWNER,
            "kind": Attribute("bank|treasury", _("Write “bank” or “treasury”."), True),
        },
        "[A-Z0-9]+(-[A-Z0-9]+)*",
        _("The code is capital letters and digits, with hyphens between them, such as DUSHANBE-CITY."),
    ),
    "guarantee_type": Shape(
        {
            "reference": Attribute(
                "grn|none", _("Write “grn” or “none”: whether the guarantee is named by a GRN."), True
            ),
            "access_code": _YES,
        },
        "[0-9A-Z]",
        _("The code is one digit or capital letter."),
    ),
    "invalid_guarantee_reason": Shape({}, "[A-Z][0-9]{2}", _("The code is a capital letter and two digits.")),
    "exception_reason": Shape(
        {
            "act": Attribute(
                "(inspection|fee|debt|correction)( (inspection|fee|debt|correction))*",
                _("Write what it is a reason for: inspection, fee, debt, correction, with one space between them."),
                needed=True,
            )
        },
        "[a-z]+(-[a-z]+)*",
        _("The code is small letters, with hyphens between them."),
    ),
    "seizure_kind": Shape(
        {
            "units": Attribute(
                _words("money|[A-Z0-9]{2,3}"),
                _("Write units of Recommendation 20 with one space between them, such as GRM KGM; or “money”."),
                needed=True,
            )
        },
        "[a-z]+(-[a-z]+)*",
        _("The code is small letters, with hyphens between them."),
    ),
    "legal_basis": Shape(
        {
            "act": Attribute(
                _words("hold|seize|refuse|return|destroy"),
                _("Write what it allows: hold, seize, refuse, return, destroy, with one space between them."),
                needed=True,
            ),
            "administration": Attribute(
                "[A-Z]{2}", _("Write the country of the administration, such as TJ, or leave it empty.")
            ),
        },
        "[A-Za-z0-9]+([.-][A-Za-z0-9]+)*",
        _("The code is letters and digits with points or hyphens between them, such as TJ-hold."),
    ),
    "appeal_body": Shape(
        {"administration": _OWNER}, "[A-Z]{2}([A-Z0-9]{3})?", _("The code is the two letters of a country, or a post.")
    ),
    "incident_code": Shape({"means": _YES, "seals": _YES}, "[1-6]", _("The code is a digit from 1 to 6.")),
    "location_type": Shape({}, "[A-Z]", _ONE_LETTER),
    "location_qualifier": Shape({}, "[A-Z]", _ONE_LETTER),
    "previous_document_type": Shape({}, "[0-9A-Z]{1,4}", _FOUR_SIGNS),
    "transport_document_type": Shape({}, "[0-9A-Z]{1,4}", _FOUR_SIGNS),
    "requested_document_type": Shape({}, "[0-9A-Z]{1,4}", _FOUR_SIGNS),
    "dangerous_goods": Shape({}, "[0-9]{4}", _("The code is the four digits of a UN number.")),
    "transit_limit": Shape(
        {
            "administration": Attribute(
                "[A-Z]{2}", _("Write the country of the administration, such as TJ, or leave it empty.")
            ),
            "hours": Attribute("[1-9][0-9]{0,3}", _("Write a whole number of hours.")),
            "days": Attribute("[1-9][0-9]{0,2}", _("Write a whole number of days.")),
        },
        r"any|[A-Z]{2}\.(any|mode-[0-9]|[A-Z]{2}[A-Z0-9]{3,6}-[A-Z]{2}[A-Z0-9]{3,6}(-[0-9])?)",
        _("The code is TJ.any, TJ.mode-3, TJ.TJPPJ-TJDUS or TJ.TJPPJ-TJDUS-3: administration, from, to, mode; or any."),
        _transit_limit,
    ),
    "transit_route": Shape(
        {
            "from": _OFFICE,
            "to": _OFFICE,
            "waypoints": Attribute(
                f"{_PLACE}(;{_PLACE})+",
                _("Write degrees of two or more places on the way as 37.196,68.605;38.560,68.787."),
                needed=True,
            ),
            "tolerance_km": Attribute(
                r"[0-9]{1,3}(\.[0-9])?", _("Write how many kilometres beside the route are on it still."), needed=True
            ),
        },
        "[A-Za-z0-9][A-Za-z0-9._-]{0,29}",
        _("The code has at most 30 letters and digits."),
    ),
    "tir_ceiling": _SUM_OF_COUNTRY,
    "risk_ceiling": Shape(
        {
            "share": Attribute(
                r"100|[0-9]{1,2}(\.[0-9]{1,2})?",
                _("Write per cent of the consignments, such as 12.5; 0 for no ceiling."),
                True,
            ),
        },
        r"(any|[A-Z]{2}[A-Z0-9]{3})\.(blue|yellow|red)",
        _("The code is a post, or “any” for all others, and a lane: TJPPJ.yellow."),
    ),
    "inspection_set": Shape(
        {
            "steps": Attribute(
                f"({AGENCIES}):({WAYS})( ({AGENCIES}):({WAYS}))*",
                _("Write agencies with ways of looking, such as customs:quantity drug_control:sampling."),
                True,
            ),
        },
        r"lane\.(yellow|red)|profile\.[a-z0-9]+(-[a-z0-9]+)*",
        _("The code is lane.yellow, lane.red, or profile. and the code of a risk profile: profile.precursors."),
    ),
    "inspection_place": Shape(
        {
            "post": Attribute("[A-Z]{2}[A-Z0-9]{3}", _("Write the code of the post, such as TJPPJ."), True),
            "capacity": Attribute("[1-9][0-9]?", _("Write how many stand there at a time, 1 to 99."), True),
        },
        "[A-Za-z0-9][A-Za-z0-9._-]{0,29}",
        _("The code has at most 30 letters and digits."),
    ),
    "voucher_amount": _SUM_OF_COUNTRY,
    "trusted_criterion": Shape(
        {
            "measure": Attribute(
                "known-days|consignments|findings|debts",
                _(
                    "Write “known-days”, “consignments”, “findings” or “debts”, or leave it empty: it is shown by hand then."
                ),
            ),
            "limit": Attribute("[0-9]{1,6}", _("Write a whole number, or leave it empty.")),
        },
        "[a-z]+(-[a-z]+)*",
        _("The code is small letters with hyphens between the words."),
        _trusted_criterion,
    ),
    "exception_rule": Shape(
        {
            "limit": Attribute("[0-9]{1,5}", _("Write a whole number, or leave it empty.")),
            "least": Attribute("[0-9]{1,5}", _("Write a whole number, or leave it empty.")),
            "off": _YES,
        },
        "[a-z]+(-[a-z]+)*",
        _("The code is small letters with hyphens between the words."),
    ),
    "rule_severity": Shape(
        {"severity": Attribute("error|warning|off", _("Write “error”, “warning” or “off”."), True)},
        r"[a-z0-9_-]+(\.[a-z0-9_-]+)+",
        _("The code is the id of a rule, such as mass.net-above-gross."),
    ),
}


def attributes_of(list_name: str) -> Mapping[str, Attribute]:
    """The columns of a list, in their order; nothing for a list that takes any."""
    return SHAPES[list_name].attributes if list_name in SHAPES else {}


def is_open(list_name: str) -> bool:
    """Whether the list takes attributes of any name."""
    return list_name not in SHAPES


def findings(list_name: str, code: str, attributes: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the code and the attributes of one row, told at `/code` and `/attributes/<name>`."""
    return [*code_findings(list_name, code), *attribute_findings(list_name, code, attributes)]


def code_findings(list_name: str, code: str) -> Iterator[Finding]:
    """What is wrong with a code of this list."""
    shape = SHAPES.get(list_name)
    if shape is not None and shape.code_remedy is not None and not re.fullmatch(shape.code, code):
        yield Finding(pointer("code"), "reference.code-of-list", shape.code_remedy)


def attribute_findings(list_name: str, code: str, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the columns of this row."""
    shape = SHAPES.get(list_name)
    if shape is None:
        return
    yield from _of_each(shape, attributes)
    if shape.check is not None:
        yield from shape.check(code, attributes)


def unknown_codes(list_name: str, attributes: Mapping[str, Any], codes: Codes, on: dt.date) -> Iterator[Finding]:
    """Words that should be codes of another list on that day, and are not."""
    for name, attribute in attributes_of(list_name).items():
        value = attributes.get(name)
        if not attribute.listed or not isinstance(value, str):
            continue
        for word in value.split():
            if not codes.has(attribute.listed, word, on):
                yield Finding(
                    pointer("attributes", name),
                    "reference.code-unknown",
                    _(
                        "“{code}” is not in the list “{list}” on {day}. Correct it, or enter it there first.",
                        code=excerpt(word),
                        list=attribute.listed,
                        day=on.isoformat(),
                    ),
                )


def _of_each(shape: Shape, attributes: Mapping[str, Any]) -> Iterator[Finding]:
    for name in attributes:
        if name not in shape.attributes:
            known = ", ".join(shape.attributes) or "–"
            yield Finding(
                pointer("attributes", excerpt(name)),
                "reference.attribute-unknown",
                _("There is no column “{name}” in this list. It has: {known}.", name=excerpt(name), known=known),
            )
    for name, attribute in shape.attributes.items():
        yield from _of_one(name, attribute, attributes.get(name))


def _of_one(name: str, attribute: Attribute, value: Any) -> Iterator[Finding]:
    if value is None or value in ("", []):
        if attribute.needed:
            yield Finding(
                pointer("attributes", name),
                "reference.attribute-missing",
                _("“{name}” is empty. {remedy}", name=name, remedy=attribute.remedy),
            )
        return
    texts = value if attribute.many and isinstance(value, list) else [value]
    for text in texts:
        if not isinstance(text, str) or len(text) > LONGEST_ATTRIBUTE or not re.fullmatch(attribute.pattern, text):
            yield _misshapen(name, text, attribute.remedy)


def _misshapen(name: str, value: object, remedy: Text) -> Finding:
    return Finding(
        pointer("attributes", name),
        "reference.attribute-shape",
        _("“{value}” does not fit “{name}”. {remedy}", value=excerpt(value), name=name, remedy=remedy),
    )
